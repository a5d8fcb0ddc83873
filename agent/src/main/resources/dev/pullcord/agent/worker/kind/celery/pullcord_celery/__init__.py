"""Pullcord's half of a Celery worker: what the generation consumes is a file.

The agent starts ``python -m pullcord_celery -A APP worker ...``, which is ``python -m celery`` with a
few hooks, in the application's own Python. The agent writes ``wanted.json`` into the directory that
PULLCORD_CELERY names; the worker looks at it ten times a second on its own event loop, makes it so,
and says in ``status.json`` what is so. A file and not a message, because a file is still there after a
reconnect to the broker, after a crash restart of the worker, and after a kill of the agent between two
steps.

wanted.json   number (counts up), consume (whether the worker is to have its work), queues (names, or
              null for those of the application), ping (a token), canary ({task, id} or null),
              giveBack (whether somebody else takes what is due later, once it does not consume)
status.json   pid, start (field 22 of /proc/PID/stat), node (Celery's node name), number (the last
              one that was made so), phase (starting, connecting, connected, disconnected), connects
              (how often it has reached its broker), queues (what is consumed, also what somebody
              has added), since (when that changed), ping
              (the last token that came back through the broker), remote (whether the worker takes
              remote control; without it the ping goes by its private queue), held (what it holds by
              kind: running, reserved, limited, due, until; empty is true once it has held nothing
              for several turns of its loop), tasks (id, name and since, of those that run longest;
              never arguments), pool, busy (a solo pool that runs a task cannot look at files),
              warnings, error, brokerFault (whether it ended because of its broker), refused (a
              queue that the broker does not allow to be consumed, or to be as it is declared), at
              (seconds since 1970)
canary.json   id, state, error, node: written by the process that ran the canary task

``python -m pullcord_celery check APP [--canary TASK] [--queues NAMES]`` imports the application as a
worker would, and prints the warnings. Written for Celery 5.2 to 5.5; what depends on a version is
marked so.
"""
