"""Hooks Pullcord into the worker that is about to start."""

import logging
import os
import threading

from pullcord_celery import files, settings
from pullcord_celery.generation import OWN_TASK, Generation
from pullcord_celery.settings import PRIVATE

PRECONDITION_FAILED = 406


def is_brokers(error):
    """Whether that is what a broker does which is away, or does not let us in."""
    import kombu.exceptions
    from celery import current_app
    connection = current_app.connection_for_read()
    kinds = (kombu.exceptions.OperationalError, ConnectionError)
    kinds += tuple(connection.connection_errors) + tuple(connection.channel_errors)
    if getattr(error, 'code', None) == PRECONDITION_FAILED or getattr(error, 'filename', None):
        return False  # a queue as it is declared, or a file
    return isinstance(error, kinds)


def is_unsent(error):
    """Whether a task failed because its own message did not reach the broker."""
    from kombu.exceptions import OperationalError
    return isinstance(error, OperationalError)


class Unrecoverable(logging.Handler):
    """Notes what a worker ends for: Celery says it to its log alone."""

    def __init__(self, mine):
        super().__init__(logging.CRITICAL)
        self.mine = mine

    def emit(self, record):
        error = record.exc_info[1] if record.exc_info else None
        if self.mine and error is not None and str(record.msg).startswith('Unrecoverable'):
            self.mine[0].say(
                error='%s: %s' % (type(error).__name__, error), brokerFault=is_brokers(error))


def install(ignored):
    """Everything by Celery's signals and boot steps, nothing of it is patched."""
    from celery import bootsteps, signals
    from celery.utils.log import worker_logger
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

    def declare(instance=None, options=None, **_):
        # Some applications refuse queues that they do not name themselves.
        for name in (options or {}).get('queues') or []:
            if name.startswith(PRIVATE):
                instance.app.amqp.queues.add(settings.private_queue(name))

    @signals.import_modules.connect(weak=False)
    def imported(**_):
        # Now, to be called after the application's own, which may still set task_queues.
        signals.celeryd_init.connect(declare, weak=False)

    @signals.worker_init.connect(weak=False)
    def begins(sender, **_):
        mine.append(Generation(sender, ignored))
        sender.app.steps['consumer'].add(Step)
        worker_logger.addHandler(Unrecoverable(mine))

    @signals.worker_shutting_down.connect(weak=False)
    def ends(**_):
        if mine:
            threading.Thread(target=mine[0].ending, daemon=True).start()

    def in_solo():
        return mine and os.getpid() == mine[0].status['pid'] and 'solo' in mine[0].status['pool']

    @signals.task_received.connect(weak=False)
    def arrived(request=None, **_):
        if mine and request.name == OWN_TASK:
            mine[0].came_back(str(request.id))

    @signals.task_prerun.connect(weak=False)
    def task_begins(**_):
        if in_solo():
            mine[0].say(busy=True)

    @signals.task_postrun.connect(weak=False)
    def task_ended(task_id=None, task=None, retval=None, state=None, **_):
        if str(task_id).startswith(PRIVATE) and task.name != OWN_TASK:
            files.write('canary.json', {
                'id': task_id, 'state': str(state), 'node': str(task.request.hostname),
                'error': None if state == 'SUCCESS'
                else '%s: %s' % (type(retval).__name__, retval),
                'brokerFault': is_unsent(retval)})
        if in_solo():
            mine[0].say(busy=False)
