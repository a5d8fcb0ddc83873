"""Jobs in a directory: each is taken by one worker, and given back when that worker has died.

    new/NAME              waits; written elsewhere and renamed to here, so that nobody sees half of it
    taken/WORKER/NAME     is worked on by WORKER, which holds a lock on taken/WORKER for its life
    done/NAME.json        its result
"""

import fcntl
import json
import os
from pathlib import Path


class Spool:
    """As one worker sees it; a name of its own is what keeps two generations apart."""

    def __init__(self, root, worker):
        self.new, self.done = root / 'new', root / 'done'
        self.mine = root / 'taken' / worker
        for directory in (self.new, self.done, self.mine):
            directory.mkdir(parents=True, exist_ok=True)
        self.lock = self.locked(self.mine)
        if self.lock is None:
            raise SystemExit('%s is locked: another worker %s runs' % (self.mine, worker))
        for other in self.mine.parent.iterdir():
            self.give_back(other)

    @staticmethod
    def locked(directory):
        """The lock of a directory, which ends with its process; None while another holds it."""
        try:
            held = os.open(directory, os.O_RDONLY)
        except FileNotFoundError:
            return None  # it has just ended by itself
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return held
        except BlockingIOError:
            os.close(held)
            return None

    def give_back(self, other):
        """What a worker had that is gone."""
        lock = self.lock if other == self.mine else self.locked(other)
        if lock is None:
            return
        for job in list(other.glob('*')):
            if job.name.startswith('.'):
                job.unlink()  # half a result
                continue
            print('%s was left by %s: it is done again' % (job.name, other.name))
            job.rename(self.new / job.name)
        if other != self.mine:
            if other.exists():
                other.rmdir()
            os.close(lock)

    def take(self):
        """The first job by name, as nobody else's from now on; None when there is none."""
        for job in sorted(self.new.glob('*')):
            mine = self.mine / job.name
            try:
                job.rename(mine)
                return mine
            except FileNotFoundError:
                continue  # another worker was first
        return None

    def finish(self, job, result):
        """Its result is there before it is gone, so that a crash in between does it again."""
        part = self.mine / ('.' + job.name)
        part.write_text(json.dumps(result, indent=1, sort_keys=True) + '\n')
        part.rename(self.done / (job.name + '.json'))
        job.unlink()

    def close(self):
        """The worker ends, and has nothing left."""
        self.mine.rmdir()
