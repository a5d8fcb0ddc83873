"""Pullcord's half of a Celery worker: what the generation consumes is a file.

Loaded by the worker (``celery worker -I pullcord_celery``) and run by the application's own Python.
The agent writes ``wanted.json`` into the directory that PULLCORD_CELERY names; the worker looks at it
ten times a second on its own event loop, makes it so, and says in ``status.json`` what is so. A file
and not a message, because a file is still there after a reconnect to the broker, after a crash restart
of the worker, and after a kill of the agent between two steps.

wanted.json   number (counts up), consume (whether the worker is to have its work), queues (names, or
              null for those of the application), ping (a token), canary ({task, id} or null)
status.json   pid, start (field 22 of /proc/PID/stat), node (Celery's node name), number (the last
              one that was made so), phase (starting, connected, disconnected), queues (what is
              consumed), since (when that changed), ping (the last token that came back through the
              broker), running and reserved (tasks), tasks (name and since, of those that run
              longest; never arguments), pool, busy (a solo pool that runs a task cannot
              look at files), warnings, error, at (seconds since 1970)
canary.json   id, state, error, node: written by the process that ran the canary task

``python -m pullcord_celery check APP [CANARY]`` imports the application as a worker would, and prints
the warnings. Written for Celery 5.2; what depends on the version is marked so.
"""

import json
import os
import sys
import threading
import time

PRIVATE = 'pullcord.'
TICK_SECONDS = 0.1
BEAT_SECONDS = 5
PING_SECONDS = 0.5
DAY_SECONDS = 86400
TASKS_MAX = 20
HOME = os.environ.get('PULLCORD_CELERY')


def write(name, content):
    """Replaces a file of HOME whole, so that nobody ever reads half of one."""
    path = os.path.join(HOME, name)
    temporary = '%s.%d.%d' % (path, os.getpid(), threading.get_ident())
    with open(temporary, 'w', encoding='utf-8') as file:
        json.dump(content, file)
    os.replace(temporary, path)


def start_time():
    """Field 22 of /proc/self/stat: with the pid it names a process for good."""
    with open('/proc/self/stat', encoding='utf-8', errors='replace') as stat:
        return int(stat.read().rpartition(')')[2].split()[19])


def own_queues(app):
    """The names of the queues that the application itself would consume."""
    queues = app.conf.task_queues
    if not queues:
        return [app.conf.task_default_queue]
    return [getattr(queue, 'name', queue) for queue in queues]


def warnings(app):
    """What in the settings costs jobs, or holds them up, when a worker crashes or is replaced."""
    found = []
    early = sorted(
        name for name, task in app.tasks.items()
        if not name.startswith('celery.') and not task.acks_late)
    if early:
        found.append(
            'acks_late is off for %s: a job of it is lost when its worker crashes'
            % ', '.join(early))
    late = sorted(
        name for name, task in app.tasks.items()
        if not name.startswith('celery.') and task.acks_late)
    if app.conf.worker_prefetch_multiplier != 1:
        found.append(
            'worker_prefetch_multiplier is %s: a draining worker keeps tasks waiting that others'
            ' could do; 1 takes none beforehand' % app.conf.worker_prefetch_multiplier)
    transport = app.connection_for_read().transport
    if late and transport.driver_type == 'redis':
        timeout = (app.conf.broker_transport_options or {}).get('visibility_timeout', 3600)
        if timeout < DAY_SECONDS:
            found.append(
                'visibility_timeout is %s s: a job of %s that takes longer is done twice; with a'
                ' longer one a job waits that long after a power loss' % (timeout, ', '.join(late)))
    return found


def tasks_of(requests):
    """Name and start of the tasks that run longest."""
    found = [
        {'name': str(request.name), 'since': request.time_start}
        for request in requests if getattr(request, 'time_start', None)]
    return sorted(found, key=lambda task: task['since'])[:TASKS_MAX]


class Generation:
    """One worker process: makes so what is wanted, and says what is so."""

    def __init__(self, worker):
        self.worker = worker
        self.app = worker.app
        self.seen = None
        self.wanted = {'number': 0, 'consume': False, 'queues': None, 'ping': None, 'canary': None}
        self.pinged = 0
        self.sent = None
        self.hushed = set()
        self.deaf = False
        self.beat = 0
        queues = self.app.amqp.queues
        selected = list(queues.consume_from)
        self.private = [name for name in selected if name.startswith(PRIVATE)]
        self.always = [name for name in selected if name not in self.private]
        self.status = {
            'pid': os.getpid(), 'start': start_time(), 'node': worker.hostname, 'number': 0,
            'phase': 'starting', 'queues': [], 'since': time.time(), 'ping': None, 'running': 0,
            'reserved': 0, 'tasks': [], 'pool': str(worker.pool_cls), 'busy': False, 'warnings': [],
            'error': None}
        for name in self.private:
            self.declare(queues, name)
        self.say()

    @staticmethod
    def declare(queues, name):
        from kombu import Exchange, Queue
        # It ends by itself where the broker can do that; on Redis an empty list is no key at all.
        queues.select_add(Queue(
            name, Exchange(name, auto_delete=True, durable=False), routing_key=name,
            auto_delete=True, durable=False, expires=3600))

    def say(self, **changes):
        from celery.worker import state
        self.status.update(changes)
        active = list(state.active_requests)
        self.status['running'] = len(active)
        self.status['tasks'] = tasks_of(active)
        self.status['reserved'] = len(state.reserved_requests) - len(state.active_requests)
        self.status['at'] = self.beat = time.time()
        write('status.json', self.status)

    def connected(self, consumer):
        """After the first connection to the broker, and after each that follows one."""
        self.seen = None
        self.hushed.clear()
        if not self.status['warnings']:
            self.status['warnings'] = warnings(self.app)
        self.say(phase='connected', queues=sorted(self.app.amqp.queues.consume_from))
        self.tick(consumer)
        # A lost connection clears the timer; this is called again after it. (Celery 5.2)
        consumer.timer.call_repeatedly(TICK_SECONDS, self.soon, (consumer,))

    def soon(self, consumer):
        if consumer.hub:
            self.tick(consumer)
        else:
            consumer.call_soon(self.tick, consumer)

    def tick(self, consumer):
        try:
            self.hear(consumer)
            self.read()
            self.make_so(consumer)
            self.prove()
        except Exception as error:  # the worker's own loop must go on, whatever is wrong here
            text = '%s: %s' % (type(error).__name__, error)
            if text != self.status['error']:
                self.say(error=text)
        if time.time() - self.beat > BEAT_SECONDS:
            self.say()

    def hear(self, consumer):
        """Has the connection to the broker watched again, where kombu has lost sight of it.

        Redis restarted at a bad moment leaves a connection on which tasks are asked for and that nobody
        reads: such a worker is deaf for good, and takes the one task that was asked for with it.
        What is new is watched within a tick, so that it counts the second time. (Kombu 5.2)
        """
        fds = getattr(getattr(consumer.connection.transport, 'cycle', None), 'fds', None)
        unwatched = bool(fds and consumer.hub) and any(fd not in consumer.hub.readers for fd in fds)
        if unwatched and self.deaf:
            print('pullcord: the connection to the broker was not watched any more: mended', flush=True)
            consumer.connection.register_with_event_loop(consumer.hub)
        self.deaf = unwatched and not self.deaf

    def read(self):
        path = os.path.join(HOME, 'wanted.json')
        found = os.stat(path)
        if (found.st_ino, found.st_mtime_ns) == self.seen:
            return
        with open(path, encoding='utf-8') as file:
            self.wanted = json.load(file)
        self.seen = (found.st_ino, found.st_mtime_ns)

    def make_so(self, consumer):
        queues = self.app.amqp.queues
        names = self.private
        if self.wanted['consume']:
            names = self.always + (self.wanted['queues'] or own_queues(self.app))
        elif self.status['number'] and not self.status['queues']:
            names = []  # had given its work up before
        elif any(name not in self.private for name in queues.consume_from):
            names = []  # gives it up
        selected = set(queues.consume_from)
        if selected == set(names) and self.status['number'] == self.wanted['number']:
            return
        if not names and not self.quiet(consumer):
            return  # looked at again at the next tick
        for name in selected - set(names):
            consumer.cancel_task_queue(name)
            if name in self.private:
                self.forget(consumer, name)
        for name in names:
            # add_task_queue() selects only what the application does not know, so that a
            # reconnect would forget the others. (Celery 5.2)
            queue = queues.select_add(queues[name])
            if not consumer.task_consumer.consuming_from(name):
                consumer.task_consumer.add_queue(queue)
                consumer.task_consumer.consume()
        self.polls(consumer, selected - set(names), names)
        self.say(
            number=self.wanted['number'], queues=sorted(names), since=time.time(), error=None)

    def quiet(self, consumer):
        """Whether nothing more can come; asks for no more first.

        What Redis has given to a BRPOP that is under way is a task of ours, and is done. Were the queue
        cancelled at once, kombu would put that task back and then forget it by its tag once more,
        which may be the entry of the next worker that is about to put it back: it is lost. The
        BRPOP is over within a second. (Kombu 5.2; other transports have no such thing)
        """
        channel = consumer.task_consumer.channel
        if not hasattr(channel, '_in_poll'):
            return True
        asked = list(channel._active_queues)
        self.hushed.update(asked)
        del channel._active_queues[:]
        channel._update_queue_cycle()
        return not asked and not channel._in_poll

    def polls(self, consumer, gone, names):
        """Asks again for what was hushed, but for what is gone, and for these."""
        channel = consumer.task_consumer.channel
        if hasattr(channel, '_in_poll'):
            again = (self.hushed - gone | set(names)) - set(channel._active_queues)
            channel._active_queues.extend(sorted(again))
            channel._update_queue_cycle()
        self.hushed.clear()

    @staticmethod
    def forget(consumer, name):
        from kombu import Exchange, Queue
        Queue(name, Exchange(name), routing_key=name)(consumer.connection.default_channel).delete()

    def prove(self):
        token = self.wanted['ping']
        if token and token != self.status['ping'] and time.time() - self.pinged > PING_SECONDS:
            self.pinged = time.time()
            self.app.control.broadcast(
                'pullcord_ping', arguments={'token': token}, destination=[self.worker.hostname])
        canary = self.wanted['canary']
        if canary and canary['id'] != self.sent and self.status['queues'] == self.private:
            self.sent = canary['id']
            if canary['task'] in self.app.tasks:
                self.app.send_task(canary['task'], task_id=canary['id'], queue=self.private[0])
            else:
                write('canary.json', {
                    'id': canary['id'], 'state': 'UNKNOWN', 'node': self.worker.hostname,
                    'error': 'no task %s; there are %s' % (canary['task'], ', '.join(sorted(
                        name for name in self.app.tasks if not name.startswith('celery.'))))})

    def ending(self):
        """Asked to end: its event loop does not turn any more while its last tasks run."""
        while True:
            time.sleep(1)
            try:
                self.say()
            except (RuntimeError, OSError):
                pass  # a task ended while they were counted, or the disk is full: a second later

    def lost(self, consumer):
        """The connection is gone, or the worker ends."""
        from celery.worker import state
        if state.should_stop is not None or state.should_terminate is not None:
            for name in set(self.private) & set(self.app.amqp.queues.consume_from):
                self.forget(consumer, name)
        self.say(phase='disconnected', queues=[])


def install():
    """Hooks into the worker that has just imported this module."""
    from celery import bootsteps, signals
    from celery.worker.control import control_command
    mine = []

    class Step(bootsteps.StartStopStep):
        requires = ('celery.worker.consumer.tasks:Tasks', 'celery.worker.consumer.control:Control')

        def start(self, c):
            mine[0].connected(c)

        def stop(self, c):
            mine[0].lost(c)

    @control_command(args=[('token', str)], signature='TOKEN')
    def pullcord_ping(state, token):
        """The agent's ping: it came through the broker, to this very node."""
        mine[0].say(ping=token)
        return {'ok': token}

    @signals.worker_init.connect(weak=False)
    def begins(sender, **_):
        mine.append(Generation(sender))
        sender.app.steps['consumer'].add(Step)

    @signals.worker_shutting_down.connect(weak=False)
    def ends(**_):
        if mine:
            threading.Thread(target=mine[0].ending, daemon=True).start()

    @signals.task_prerun.connect(weak=False)
    def task_begins(**_):
        if mine and os.getpid() == mine[0].status['pid'] and 'solo' in mine[0].status['pool']:
            mine[0].say(busy=True)

    @signals.task_postrun.connect(weak=False)
    def task_ended(task_id=None, task=None, retval=None, state=None, **_):
        if str(task_id).startswith(PRIVATE):
            write('canary.json', {
                'id': task_id, 'state': str(state), 'node': str(task.request.hostname),
                'error': None if state == 'SUCCESS'
                else '%s: %s' % (type(retval).__name__, retval)})
        if mine and os.getpid() == mine[0].status['pid'] and 'solo' in mine[0].status['pool']:
            mine[0].say(busy=False)


def check(name, canary=None):
    """Imports the application as a worker would."""
    import celery
    from celery.app.utils import find_app
    app = find_app(name)
    app.loader.import_default_modules()
    app.finalize()
    tasks = sorted(task for task in app.tasks if not task.startswith('celery.'))
    print('Celery %s, Python %s, broker %s' % (
        celery.__version__, sys.version.split()[0], app.connection_for_read().as_uri()))
    print('tasks: %s' % ', '.join(tasks))
    for warning in warnings(app):
        print('warning: ' + warning)
    if canary is not None and canary not in app.tasks:
        sys.exit('canary: no task %s; there are %s' % (canary, ', '.join(tasks)))


if __name__ == '__main__':
    if len(sys.argv) not in (3, 4) or sys.argv[1] != 'check':
        sys.exit('usage: python -m pullcord_celery check APP [CANARY]')
    check(*sys.argv[2:])
elif HOME:
    install()
