"""A page that says by which commit it is served."""

import os
import time


def app(environ, start_response):
    """WSGI."""
    time.sleep(0.02)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [os.environ["PULLCORD_COMMIT"].encode() + b"\n"]
