"""Two servers on one port: the newest takes every new connection.

With SO_REUSEPORT the kernel spreads new connections over all that listen on a port, in the order
they began to. A connection that waits in the queue of one that ends is reset. So a newcomer asks for
all new ones before the old one is asked to end: then nothing waits there.
"""

import ctypes
import socket
import struct

SO_ATTACH_REUSEPORT_CBPF = 51
RETURN = 0x06


def take_all(listener: socket.socket) -> None:
    """Sends new connections to the second listener; to the only one where there is no second."""
    program = ctypes.create_string_buffer(struct.pack("HBBI", RETURN, 0, 0, 1))
    listener.setsockopt(
        socket.SOL_SOCKET,
        SO_ATTACH_REUSEPORT_CBPF,
        struct.pack("HL", 1, ctypes.addressof(program)),
    )
