"""The same page, asynchronous."""

import asyncio
import os


async def app(scope, receive, send):
    """ASGI, requests alone."""
    if scope["type"] != "http":
        return
    await asyncio.sleep(0.02)
    await send({
        "type": "http.response.start",
        "status": 200,
        "headers": [(b"content-type", b"text/plain")],
    })
    body = os.environ["PULLCORD_COMMIT"].encode() + b"\n"
    await send({"type": "http.response.body", "body": body})
