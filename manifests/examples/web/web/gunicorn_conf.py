"""How gunicorn serves, beside the generation before."""

import os

from web.newest import take_all

bind = os.environ.get("LISTEN", "127.0.0.1:8000")
reuse_port = True
# The application is imported before the port is listened on: one that cannot be never has requests.
preload_app = True
workers = 2
worker_tmp_dir = "/dev/shm"


def when_ready(server):
    for listener in server.LISTENERS:
        take_all(listener.sock)
