"""Serves with uvicorn, beside the generation before."""

import os
import socket

import uvicorn

from web.asgi import app
from web.newest import take_all


def main():
    """Listens only once the application is imported."""
    host, port = os.environ.get("LISTEN", "127.0.0.1:8000").rsplit(":", 1)
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind((host, int(port)))
    listener.listen(1024)
    take_all(listener)
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])


if __name__ == "__main__":
    main()
