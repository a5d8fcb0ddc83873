"""Sends jobs until LEDGER/stop is there, and none while LEDGER/pause is.

usage: load.py BROKER LEDGER LONG_SECONDS LONG_PER_MINUTE SHORT_PER_SECOND
Long jobs fill the slots; a short one (0.2 s) is what SIGTERM loses: it arrives while a slot is free.
LEDGER/sent has a line for each job whose message the broker took; LEDGER/paused says that none is on its way.
LOAD_QUEUES names the queues, which get the jobs in turn; LOAD_SETTINGS has statements about the
application; with LOAD_PRIORITIES each job has a priority of 0 to 9.
"""

import os
import sys
import time

from celery import Celery

broker, ledger, long_seconds, long_per_minute, short_per_second = sys.argv[1:]
app = Celery(broker=broker)
exec(os.environ.get('LOAD_SETTINGS', ''))
QUEUES = os.environ.get('LOAD_QUEUES', 'grep').split(',')
TICK = 1 / float(short_per_second)
LIMIT_SECONDS = 3600


def here(name):
    return os.path.exists(os.path.join(ledger, name))


def send(sent, number, kind, seconds):
    name = '%s-%d' % (kind, number)
    options = {'queue': QUEUES[number % len(QUEUES)], 'ignore_result': True}
    if os.environ.get('LOAD_PRIORITIES'):
        options['priority'] = number % 10
    app.send_task('tasks.app.work', (name, seconds), **options)
    sent.write(name + '\n')
    sent.flush()


def main():
    began = time.monotonic()
    due = 0.0
    number = 0
    with open(os.path.join(ledger, 'sent'), 'a', encoding='utf-8') as sent:
        while not here('stop') and time.monotonic() - began < LIMIT_SECONDS:
            if here('pause'):
                open(os.path.join(ledger, 'paused'), 'w', encoding='utf-8').close()
                time.sleep(0.05)
                continue
            number += 1
            send(sent, number, 'short', 0.2)
            due += TICK * float(long_per_minute) / 60
            if due >= 1:
                due -= 1
                send(sent, number, 'long', float(long_seconds))
            time.sleep(TICK)


main()
