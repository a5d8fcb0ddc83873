"""One generation of a worker: makes so what is wanted, and says what is so."""

import logging
import os
import threading
import time

from pullcord_celery import files, settings
from pullcord_celery.held import Held, tasks_of
from pullcord_celery.settings import PRIVATE
from pullcord_celery.taking import Away, Refused, Taking, refusal

TICK_SECONDS = 0.1
BEAT_SECONDS = 5
DRAIN_BEAT_SECONDS = 1
PING_SECONDS = 0.5
OWN_TASK = 'celery.accumulate'

logger = logging.getLogger(__name__)


class Generation:
    """One worker process."""

    def __init__(self, worker, ignored):
        self.worker = worker
        self.app = worker.app
        self.seen = None
        self.wanted = {'number': 0, 'consume': False, 'queues': None, 'ping': None, 'canary': None}
        self.pinged = 0
        self.sent = None
        self.beat = 0
        self.unsaid = None
        self.works = False
        self.denied = None
        self.asked = False
        self.rehearsed = 0
        self.away = None
        self.consumer = None
        self.held = Held()
        self.ignored = ignored
        queues = self.app.amqp.queues
        self.taking = Taking(queues)
        selected = list(queues.consume_from)
        self.private = [name for name in selected if name.startswith(PRIVATE)]
        self.always = [name for name in selected if name not in self.private]
        self.status = {
            'pid': os.getpid(), 'start': files.start_time(), 'node': worker.hostname, 'number': 0,
            'phase': 'starting', 'connects': 0, 'queues': [], 'since': time.time(), 'ping': None,
            'remote': True, 'held': self.held.counted, 'tasks': [], 'pool': str(worker.pool_cls),
            'busy': False, 'warnings': [], 'error': None, 'brokerFault': False, 'refused': None}
        for name in self.private:
            queues.select_add(settings.private_queue(name))
        self.say()

    def say(self, **changes):
        """Notes it, and writes it down; what cannot be written now is tried again at the next tick.

        An OSError that left the loop would pass for one of the broker's, and end its connection.
        """
        from celery.worker import state
        self.status.update(changes)
        self.status['tasks'] = tasks_of(list(state.active_requests))
        self.status['held'] = self.held.count(self.consumer)
        self.status['at'] = time.time()
        self.beat = time.monotonic()
        try:
            files.write('status.json', self.status)
            self.unsaid = None
        except OSError as error:
            if self.unsaid != str(error):
                self.unsaid = str(error)
                logger.error('pullcord: status.json cannot be written: %s', error)

    def connected(self, consumer):
        """After the first connection to the broker, and after each that follows one.

        Nothing is consumed and nothing is sent here: messages of AMQP arrive during the next call
        that waits for an answer, and before the event loop turns nobody handles them.
        """
        self.seen = None
        self.taking.hushed.clear()
        self.asked = False
        self.consumer = consumer
        self.status['phase'] = 'connecting'
        try:
            # Said before the order is read: who orders something later knows that we are on our way.
            self.say()
            self.read()
            if self.works and not self.wanted['consume']:
                self.taking.forget(consumer)  # it was told so while it had no broker
        except (RuntimeError, OSError, ValueError):
            self.seen = None  # the first tick reads it
        if not self.status['warnings']:
            self.status['warnings'] = self.ignored + settings.warnings(self.app)
            self.status['remote'] = settings.remote_control(self.app)
        # A lost connection clears the timer; this is called again after it. (Celery 5.2)
        consumer.timer.call_repeatedly(TICK_SECONDS, self.soon, (consumer,))

    def soon(self, consumer):
        if consumer.hub:
            self.tick(consumer)
        elif not self.asked:
            # Without an event loop the worker itself calls it between two looks at its broker.
            self.asked = True
            consumer.call_soon(self.tick, consumer)

    def tick(self, consumer):
        self.asked = False
        try:
            self.turn(consumer)
        except Refused as refused:
            self.say(refused=str(refused))
            if consumer.hub and self.denied == self.wanted['number']:
                # Its channel was closed, and is open again without consumers and prefetch count.
                raise ConnectionResetError(str(refused)) from refused
        except Away as away:
            self.say(error=str(away))
            raise  # its channel was closed
        except Exception as error:  # the worker's own loop must go on, whatever is wrong here
            text = '%s: %s' % (type(error).__name__, error)
            if text != self.status['error']:
                self.say(error=text)
        if self.unsaid or time.monotonic() - self.beat > BEAT_SECONDS:
            self.say()

    def turn(self, consumer):
        if self.status['phase'] != 'connected':
            self.sent = None  # a queue of ours need not outlive a restart of the broker
            self.say(
                phase='connected', connects=self.status['connects'] + 1,
                queues=sorted(self.taking.names(consumer)))
        self.taking.hear(consumer)
        self.read()
        self.make_so(consumer)
        self.rehearse()
        self.prove(consumer)
        self.drain(consumer)

    def read(self):
        wanted, self.seen = files.read_newer('wanted.json', self.seen)
        if wanted is not None:
            self.wanted = wanted

    def make_so(self, consumer):
        queues = self.app.amqp.queues
        consume = self.wanted['consume']
        if consume:
            names = self.always + (self.wanted['queues'] or settings.own_queues(self.app))
        else:
            names = [] if self.works else self.private
        self.works = self.works or consume
        wanted = {queues[name].name for name in names}
        taken = self.taking.names(consumer) | set(queues.consume_from)
        gone = taken - wanted
        if consume:
            gone &= set(self.private)  # what somebody has added stays while it has the work
        here = wanted <= self.taking.names(consumer) & set(queues.consume_from)
        said = sorted(set(names) | taken - wanted - gone)
        if here and not gone and not self.taking.hushed and (
                self.status['number'] == self.wanted['number'] and self.status['queues'] == said):
            return
        if self.denied == self.wanted['number']:
            return  # the broker has refused just that
        if (not names or gone - set(self.private)) and not self.taking.quiet(consumer):
            return  # looked at again at the next tick
        for name in gone:
            consumer.cancel_task_queue(name)
            if name in self.private:
                self.forget(consumer, name)
        try:
            for name in names:
                self.taking.add(consumer, name)
        except Refused:
            self.denied = self.wanted['number']
            raise
        self.taking.polls(consumer, gone, wanted)
        self.held.turns = 0
        self.say(
            number=self.wanted['number'], queues=said, since=time.time(), error=None,
            refused=None if consume else self.status['refused'])

    def rehearse(self):
        """Of a newcomer: declares its queues, so that one which the broker refuses is found in time.

        RabbitMQ does so when a queue is there with other arguments. Found at the take-over, nobody would
        consume. On a connection of its own, since the refusal ends the channel.
        """
        if self.rehearsed == self.status['connects'] or self.status['queues'] != self.private:
            return
        if self.away and time.monotonic() - self.away[0] < BEAT_SECONDS:
            raise self.away[1]
        self.rehearsed = self.status['connects']
        queues = self.app.amqp.queues
        with self.app.connection_for_write() as connection:
            for name in self.always + (self.wanted['queues'] or settings.own_queues(self.app)):
                try:
                    queues[name](connection.default_channel).declare()
                except connection.channel_errors + connection.connection_errors as error:
                    refused = refusal(connection, name, error)
                    if refused is None:
                        self.rehearsed, self.away = None, (time.monotonic(), error)
                    raise refused or error

    @staticmethod
    def forget(consumer, name):
        settings.private_queue(name)(consumer.connection.default_channel).delete()

    def prove(self, consumer):
        token = self.wanted['ping']
        if token and token != self.status['ping'] and time.monotonic() - self.pinged > PING_SECONDS:
            self.pinged = time.monotonic()
            self.ping(consumer, token)
        canary = self.wanted['canary']
        if canary and canary['id'] != self.sent and self.status['queues'] == self.private:
            self.sent = canary['id']
            if canary['task'] in self.app.tasks:
                self.send(canary['task'], canary['id'])
            else:
                files.write('canary.json', {
                    'id': canary['id'], 'state': 'UNKNOWN', 'node': self.worker.hostname,
                    'error': 'no task %s; there are %s' % (canary['task'], ', '.join(sorted(
                        name for name in self.app.tasks if not name.startswith('celery.'))))})

    def ping(self, consumer, token):
        if self.status['remote']:
            self.app.control.broadcast(
                'pullcord_ping', arguments={'token': token}, destination=[self.worker.hostname])
        elif self.private and self.status['queues'] == self.private:
            self.send(OWN_TASK, '%sping.%s' % (PRIVATE, token), ignore_result=True)
        else:
            with self.app.connection_for_read() as connection:
                connection.ensure_connection(max_retries=1, timeout=PING_SECONDS)
                connection.default_channel
            self.say(ping=token)

    def send(self, task, task_id, **headers):
        """A task to our own queue. Not by send_task(): that needs the application's default queue,
        which there need not be, and minds its routes."""
        queue = self.app.amqp.queues[self.private[0]]
        message = self.app.amqp.create_task_message(task_id, task, (), {})
        with self.app.producer_or_acquire() as producer:
            producer.publish(
                message.body, exchange=queue.exchange, routing_key=queue.routing_key,
                serializer=self.app.conf.task_serializer, headers=dict(message.headers, **headers),
                **message.properties)

    def came_back(self, task_id):
        """A message of ours has arrived on the private queue."""
        token = self.wanted['ping']
        if token and task_id == '%sping.%s' % (PRIVATE, token):
            self.say(ping=token)

    def drain(self, consumer):
        """Of one that has given its work up: what is due later goes back, and counts are said."""
        before = dict(self.held.counted)
        counted = self.held.count(consumer, turn=True)
        if self.wanted['consume'] or not self.status['number'] or self.status['queues']:
            return
        if counted['due'] and self.held.give_back(consumer, self.wanted.get('giveBack', True)):
            counted = self.held.count(consumer)
        if counted != before or time.monotonic() - self.beat > DRAIN_BEAT_SECONDS:
            self.say()

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
        self.consumer = None  # what waited for its time is the broker's again
        self.asked = False
        if state.should_stop is not None or state.should_terminate is not None:
            for name in set(self.private) & set(self.app.amqp.queues.consume_from):
                self.forget(consumer, name)
        self.say(phase='disconnected', queues=[])
