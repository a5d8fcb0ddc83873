"""Counts the lines of the node's own log files that match a pattern."""

import os
import re
from pathlib import Path

from celery import Celery

app = Celery('grep', broker=os.environ['BROKER'])
app.conf.update(
    task_default_queue='grep',
    # A job whose worker was killed, by a reboot or the kernel, is delivered again.
    task_acks_late=True,
    worker_prefetch_multiplier=1,
    broker_transport_options={'visibility_timeout': 2 * 86400},
)


def patterns():
    """Those that are live now: the link is resolved once, so a deploy is seen whole or not."""
    live = Path(os.environ.get('PULLCORD_CURRENT', '.')).resolve()
    lines = (live / 'search' / 'errors.patterns').read_text().splitlines()
    return [re.compile(line) for line in lines if line and not line.startswith('#')]


@app.task
def canary():
    """What every newcomer does before it has any work."""
    return len(patterns())


@app.task
def count(directory):
    """How many lines match, by pattern."""
    found = patterns()
    counts = {pattern.pattern: 0 for pattern in found}
    for file in sorted(Path(directory).glob('*.log')):
        with file.open(errors='replace') as lines:
            for line in lines:
                for pattern in found:
                    if pattern.search(line):
                        counts[pattern.pattern] += 1
    print(counts)
    return counts
