"""One generation of a worker: makes so what is wanted, and says what is so."""

import os
import threading
import time

from pullcord_celery import files, settings
from pullcord_celery.held import Held, tasks_of
from pullcord_celery.settings import PRIVATE

TICK_SECONDS = 0.1
BEAT_SECONDS = 5
DRAIN_BEAT_SECONDS = 1
PING_SECONDS = 0.5
PRECONDITION_FAILED = 406
NOT_IMPLEMENTED = 540
OWN_TASK = 'celery.accumulate'


class Generation:
    """One worker process."""

    def __init__(self, worker, ignored):
        self.worker = worker
        self.app = worker.app
        self.seen = None
        self.wanted = {'number': 0, 'consume': False, 'queues': None, 'ping': None, 'canary': None}
        self.pinged = 0
        self.sent = None
        self.hushed = set()
        self.deaf = False
        self.beat = 0
        self.asked = False
        self.rehearsed = 0
        self.consumer = None
        self.held = Held()
        self.ignored = ignored
        queues = self.app.amqp.queues
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
        from celery.worker import state
        self.status.update(changes)
        self.status['tasks'] = tasks_of(list(state.active_requests))
        self.status['held'] = self.held.count(self.consumer)
        self.status['at'] = self.beat = time.time()
        files.write('status.json', self.status)

    def connected(self, consumer):
        """After the first connection to the broker, and after each that follows one.

        Nothing is consumed and nothing is sent here: messages of AMQP arrive during the next call
        that waits for an answer, and before the event loop turns nobody handles them.
        """
        self.seen = None
        self.hushed.clear()
        self.asked = False
        self.consumer = consumer
        self.status['phase'] = 'connecting'
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
            if self.status['phase'] != 'connected':
                self.sent = None  # a queue of ours need not outlive a restart of the broker
                self.say(
                    phase='connected', connects=self.status['connects'] + 1,
                    queues=sorted(self.app.amqp.queues.consume_from))
            self.hear(consumer)
            self.read()
            self.make_so(consumer)
            self.rehearse()
            self.prove(consumer)
            self.drain(consumer)
        except Exception as error:  # the worker's own loop must go on, whatever is wrong here
            text = '%s: %s' % (type(error).__name__, error)
            if getattr(error, 'code', None) == NOT_IMPLEMENTED:
                self.say(refused=text)  # a quorum queue, from Celery before 5.5
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
        wanted, self.seen = files.read_newer('wanted.json', self.seen)
        if wanted is not None:
            self.wanted = wanted

    def make_so(self, consumer):
        queues = self.app.amqp.queues
        names = self.private
        if self.wanted['consume']:
            names = self.always + (self.wanted['queues'] or settings.own_queues(self.app))
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
        self.held.turns = 0
        self.say(
            number=self.wanted['number'], queues=sorted(names), since=time.time(), error=None)

    def rehearse(self):
        """Of a newcomer: declares its queues, so that one which the broker refuses is found in time.

        RabbitMQ does so when a queue is there with other arguments. Found at the take-over, nobody would
        consume. On a connection of its own, since the refusal ends the channel.
        """
        if self.rehearsed == self.status['connects'] or self.status['queues'] != self.private:
            return
        self.rehearsed = self.status['connects']
        queues = self.app.amqp.queues
        with self.app.connection_for_write() as connection:
            for name in self.always + (self.wanted['queues'] or settings.own_queues(self.app)):
                try:
                    queues[name](connection.default_channel).declare()
                except connection.channel_errors as error:
                    if getattr(error, 'code', None) != PRECONDITION_FAILED:
                        raise
                    self.say(refused='queue %s: %s' % (name, error))
                    return

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
        settings.private_queue(name)(consumer.connection.default_channel).delete()

    def prove(self, consumer):
        token = self.wanted['ping']
        if token and token != self.status['ping'] and time.time() - self.pinged > PING_SECONDS:
            self.pinged = time.time()
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
        if counted != before or time.time() - self.beat > DRAIN_BEAT_SECONDS:
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
