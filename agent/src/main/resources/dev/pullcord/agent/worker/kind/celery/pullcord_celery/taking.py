"""What a worker takes from its broker, and how it stops without losing a task."""

NOT_IMPLEMENTED = 540
PASSING = (404, 506)  # a node of the broker is away, or has no room


class Refused(Exception):
    """The broker does not allow a queue to be consumed, or to be as it is declared."""


def refusal(connection, name, error):
    """What a broker answers that does not allow this; None where it is something else.

    RabbitMQ closes the channel, or, for a quorum queue of Celery before 5.5, the connection.
    """
    code = getattr(error, 'code', None)
    if code and code not in PASSING and (code == NOT_IMPLEMENTED or isinstance(error, connection.channel_errors)):
        return Refused('queue %s: %s' % (name, error))
    return None


class Away(ConnectionResetError):
    """The broker cannot give a queue now; a new connection asks for it again."""


class Taking:
    """The queues of a worker's task consumer, which may be more than those that are selected."""

    def __init__(self, queues):
        self.queues = queues
        self.hushed = set()
        self.deaf = False

    @staticmethod
    def names(consumer):
        """Also those that ``control add_consumer`` has added: one that the application knows is
        consumed and not selected. (Celery 5.2)"""
        return {queue.name for queue in consumer.task_consumer.queues}

    def add(self, consumer, name):
        """add_task_queue() selects only what the application does not know, so that a reconnect
        would forget the others. (Celery 5.2)"""
        try:
            queue = self.queues.select_add(self.queues[name])
            if not consumer.task_consumer.consuming_from(queue.name):
                consumer.task_consumer.add_queue(queue)
                consumer.task_consumer.consume()
        except Exception as error:
            refused = refusal(consumer.connection, name, error)
            if refused is None and getattr(error, 'code', None) in PASSING:
                # Without an event loop what is raised ends no connection, and its consumers are gone.
                refused = (Away if consumer.hub else Refused)('queue %s: %s' % (name, error))
            if refused is None:
                raise
            self.queues.deselect(list(self.queues.consume_from))  # a reconnect must not try again
            raise refused from error

    def forget(self, consumer):
        """Before anything is consumed on a new connection: takes nothing on it."""
        for name in self.names(consumer) | set(self.queues.consume_from):
            self.queues.deselect(name)
            consumer.task_consumer.cancel_by_queue(name)

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
            again = (self.hushed - gone | names) - set(channel._active_queues)
            channel._active_queues.extend(sorted(again))
            channel._update_queue_cycle()
        self.hushed.clear()
