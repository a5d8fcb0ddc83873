"""What a worker holds that nobody else has, and how it gives back what is not due yet."""

import time

SOON_SECONDS = 1.5
TASKS_MAX = 20
TURNS = 5


def tasks_of(requests):
    """Id, name and start of the tasks that run longest."""
    found = [
        {'id': str(request.id), 'name': str(request.name), 'since': request.time_start}
        for request in requests if getattr(request, 'time_start', None)]
    return sorted(found, key=lambda task: task['since'])[:TASKS_MAX]


def scheduled(consumer):
    """(seconds since 1970, request, what is cancelled) of the tasks that wait for their time."""
    from celery.worker.request import Request
    found = []
    for waiting in list(consumer.timer.schedule.queue):
        entry = waiting.entry
        request = entry.args[0] if getattr(entry, 'args', None) else None
        if isinstance(request, Request) and not getattr(entry, 'canceled', False):
            # In gevent and eventlet a greenlet waits, which does not look at the entry.
            waits = waiting if hasattr(waiting, 'cancel') else entry
            found.append((time.time() + waiting.eta - time.monotonic(), request, waits))
    return found


def limited(consumer):
    """How many tasks wait because of a rate limit."""
    return sum(len(bucket.contents) for bucket in consumer.task_buckets.values() if bucket)


class Held:
    """Counts what is held, by kind."""

    def __init__(self):
        self.turns = 0
        self.counted = {
            'running': 0, 'reserved': 0, 'limited': 0, 'due': 0, 'until': None, 'empty': False}

    def count(self, consumer, turn=False):
        """The counts; a turn of the loop that finds nothing held counts towards being empty."""
        from celery.worker import state
        active = set(state.active_requests)
        reserved = set(state.reserved_requests) - active
        waiting = scheduled(consumer) if consumer else []
        # Without an event loop acknowledgements wait there for the next turn. (gevent, eventlet)
        open_ends = len(getattr(consumer, '_pending_operations', ()))
        counted = {
            'running': len(active), 'reserved': len(reserved),
            'limited': limited(consumer) if consumer else 0, 'due': len(waiting),
            'until': max((due for due, _, _ in waiting), default=None)}
        nothing = not active and not reserved and not open_ends
        nothing = nothing and not counted['limited'] and not waiting
        if turn:
            self.turns = self.turns + 1 if nothing else 0
        elif not nothing:
            self.turns = 0
        counted['empty'] = nothing and (consumer is None or self.turns >= TURNS)
        self.counted = counted
        return counted

    def give_back(self, consumer, successor):
        """Gives tasks that are not due back to the broker, where another worker takes them.

        One that is due soon is kept when a slot is free for it. Without a successor on this node
        they are kept for as long as anything else is done here.
        """
        from celery.worker import state
        occupied = set(state.active_requests) | set(state.reserved_requests)
        if not successor and (occupied or limited(consumer)):
            return 0
        given = 0
        free = (getattr(consumer.pool, 'num_processes', None) or 1) - len(occupied)
        for due, request, waits in sorted(scheduled(consumer), key=lambda task: task[0]):
            if due - time.time() < SOON_SECONDS and free > 0:
                free -= 1
                continue
            if request in state.reserved_requests:
                continue  # its time has come meanwhile
            consumer.timer.cancel(waits)
            restore(request.message)
            consumer.qos.decrement_eventually()
            given += 1
        return given


def restore(message):
    """Back to the head of its queue, once.

    Celery's own way on Redis puts a message back and then forgets it by its tag once more, which may
    be the entry of the worker that has just taken it: should that one crash, it is lost. (Kombu 5.2)
    """
    qos = getattr(message.channel, 'qos', None)
    if hasattr(qos, 'restore_by_tag'):
        from kombu.transport import virtual
        qos.restore_by_tag(message.delivery_tag, leftmost=True)
        virtual.QoS.ack(qos, message.delivery_tag)
        message._state = 'REQUEUED'
    elif not message.acknowledged:
        message.requeue()
