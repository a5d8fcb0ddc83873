"""The tasks: grep a file for every pattern."""

import os
import re
from pathlib import Path

from celery import Celery

BROKER = os.environ.get('BROKER', 'redis://127.0.0.1:6379/0')

app = Celery('grep', broker=BROKER, backend=BROKER)
app.conf.update(
    task_default_queue='grep',
    # A job whose worker crashed is done again; a deploy needs no help.
    task_acks_late=True,
    # None waits in a worker that finishes its last job.
    worker_prefetch_multiplier=1,
    # Longer than the longest job, or it is done twice.
    broker_transport_options={'visibility_timeout': 2 * 86400},
)


def patterns():
    """What is searched for now: the link is resolved once, at the start of a job."""
    live = Path(os.environ.get('PULLCORD_CURRENT', '.')).resolve()
    return [
        line
        for file in sorted((live / 'search').glob('*.patterns'))
        for line in file.read_text().splitlines() if line and not line.startswith('#')]


@app.task
def canary():
    """What every newcomer does before it has any work."""
    return len(patterns())


@app.task
def grep(file):
    """How often each pattern is found in a file of this host."""
    lines = Path(file).read_text().splitlines()
    return {
        pattern: sum(1 for line in lines if re.search(pattern, line)) for pattern in patterns()}
