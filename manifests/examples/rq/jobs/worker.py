"""An RQ worker that can be told to take no more jobs.

RQ's own way, SIGTERM, may lose a job: a worker that waits at Redis is interrupted wherever it is,
also when Redis has just given it one. Here it is told by SIGUSR1, and looks before it asks again.
"""

import os
import signal

import redis
from rq import Queue, Worker
from rq.worker import StopRequested


class DrainableQueue(Queue):
    """Asks Redis for a job only while it was not told otherwise."""

    told = False

    @classmethod
    def dequeue_any(cls, *args, **more):
        if cls.told:
            raise StopRequested()
        return super().dequeue_any(*args, **more)


class DrainableWorker(Worker):
    """Ends by itself, after the job that it has, once it was told."""

    queue_class = DrainableQueue
    dequeue_timeout = 1

    def _install_signal_handlers(self):
        super()._install_signal_handlers()
        signal.signal(signal.SIGUSR1, self.take_no_more)

    def take_no_more(self, *_):
        """The handler of SIGUSR1."""
        DrainableQueue.told = True


def main():
    """Works on the queues that the environment names."""
    connection = redis.Redis.from_url(os.environ["REDIS"])
    queues = os.environ.get("QUEUES", "default").split(",")
    DrainableWorker(queues, connection=connection).work()


if __name__ == "__main__":
    main()
