"""The drain hook: ends with 75 while connections wait to be accepted by this generation.

What it has accepted it finishes after SIGTERM. What waits in the kernel would be reset.
"""

import os
import sys

LISTENING = "0A"
BUSY = 75


def sockets(pid: str) -> set[str]:
    """The numbers of the sockets that a process has open."""
    found = set()
    for descriptor in os.listdir(f"/proc/{pid}/fd"):
        try:
            target = os.readlink(f"/proc/{pid}/fd/{descriptor}")
        except FileNotFoundError:
            continue
        if target.startswith("socket:["):
            found.add(target[len("socket:["):-1])
    return found


def waiting(pid: str) -> int:
    """How many connections wait at the listeners of a process."""
    own = sockets(pid)
    with open("/proc/net/tcp", encoding="ascii") as table:
        rows = [line.split() for line in table][1:]
    return sum(int(r[4].split(":")[1], 16) for r in rows if r[3] == LISTENING and r[9] in own)


left = waiting(os.environ["PULLCORD_PID"])
if left:
    print(left, "connections wait")
    sys.exit(BUSY)
