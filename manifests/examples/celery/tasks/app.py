"""The tasks: grep one file of the corpus for every pattern."""

import os
import re
import time
from pathlib import Path

from celery import Celery

BROKER = os.environ.get('BROKER', 'redis://127.0.0.1:6379/0')

app = Celery('grep', broker=BROKER, backend=BROKER)
app.conf.update(
    # Where jobs go that name no queue, and what a worker consumes whose manifest names none.
    task_default_queue='grep',
    # A job whose worker crashed is done again; a deploy needs no help.
    task_acks_late=True,
    # None waits in a worker that finishes its last job.
    worker_prefetch_multiplier=1,
    # Longer than the longest job, or it is done twice. After a power loss a job waits that long.
    broker_transport_options={'visibility_timeout': 2 * 86400},
    result_expires=3600,
)


def release():
    """What is live now, for the whole of one job: the link is resolved once, at its start."""
    return Path(os.environ.get('PULLCORD_CURRENT', '.')).resolve()


def patterns(directory):
    """The patterns by file, without comments."""
    return {
        file.name: [
            line for line in file.read_text().splitlines() if line and not line.startswith('#')]
        for file in sorted(directory.glob('*.patterns'))
    }


@app.task
def canary():
    """What every newcomer does before it has any work: everything that a job needs is there."""
    return sum(len(lines) for lines in patterns(release() / 'search').values())


@app.task
def grep(name, seconds=0):
    """The hits in one file. `seconds` makes it a long job, to see it survive a deploy."""
    from tasks import version
    live = release()
    lines = (live / 'tasks' / 'corpus' / name).read_text().splitlines()
    time.sleep(seconds)
    return {
        'file': name,
        'hits': {
            pattern: sum(1 for line in lines if re.search(pattern, line))
            for found in patterns(live / 'search').values() for pattern in found
        },
        'code': os.environ.get('PULLCORD_COMMIT', 'none')[:7],
        'patterns': version.of(live),
        'node': os.environ.get('PULLCORD_NODE', 'none'),
    }
