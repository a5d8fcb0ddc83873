"""Who consumes what, as the broker and the workers say: a line of JSON for each line that is read,
which says for how many seconds answers are waited for.

usage: consumers.py BROKER
"""

import json
import sys

from celery import Celery

app = Celery(broker=sys.argv[1])
for line in sys.stdin:
    try:
        answer = app.control.inspect(timeout=float(line)).active_queues() or {}
        found = {node: [queue['name'] for queue in queues] for node, queues in answer.items()}
    except Exception as error:  # the broker is away: nobody is known to consume
        found = {'error': [str(error)]}
    print(json.dumps(found), flush=True)
