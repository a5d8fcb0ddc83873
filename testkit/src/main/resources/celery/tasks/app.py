"""Jobs that say which code and which patterns they ran with, and with whose late import."""

import os
import time

from celery import Celery

VERSION = '@VERSION@'

app = Celery('grep', broker=os.environ['BROKER'])
app.conf.update(
    task_ignore_result=True,
    task_acks_late=True,
    worker_prefetch_multiplier=1,
    broker_transport_options=(
        {'visibility_timeout': 2 * 86400} if os.environ['BROKER'].startswith('redis') else {}),
)
@SETTINGS@


def note(name, *words):
    """One line, whole, whoever else writes."""
    file = os.open(
        os.path.join(os.environ['LEDGER'], name), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.write(file, (' '.join(str(word) for word in words) + '\n').encode())
    os.close(file)


@app.task
def canary():
    from tasks import late
    return late.VERSION


@app.task
def work(name, seconds):
    release = os.path.realpath(os.environ.get('PULLCORD_CURRENT', '.'))
    note('began', name, VERSION, time.time())
    with open(os.path.join(release, 'search', 'patterns'), encoding='utf-8') as file:
        patterns = file.read().strip()
    time.sleep(seconds)
    from tasks import late
    note('done', name, VERSION, late.VERSION, patterns)
