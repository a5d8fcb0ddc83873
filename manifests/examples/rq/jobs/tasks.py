"""What jobs do: ``Queue().enqueue("jobs.tasks.count", "/var/log/syslog", "error")``."""

import os
import re


def count(path: str, pattern: str) -> dict:
    """How many lines of a file match, and which code has found them."""
    wanted = re.compile(pattern)
    with open(path, encoding="utf-8", errors="replace") as lines:
        hits = sum(1 for line in lines if wanted.search(line))
    return {"hits": hits, "code": os.environ["PULLCORD_COMMIT"]}
