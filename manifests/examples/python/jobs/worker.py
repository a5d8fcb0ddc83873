"""Takes text files from a directory and greps them for the patterns in search/.

Its code is what it was started with. The patterns may become newer meanwhile: the link in
PULLCORD_CURRENT is resolved once a job, at its start, so that no job sees half of a deploy. Asked to
end (SIGTERM), it finishes the job that it has.

SIGTERM is blocked and looked for between two jobs: it never comes in the middle of one.
"""

import json
import os
import signal
import time
from pathlib import Path

from jobs import patterns
from jobs.spool import Spool

IDLE_SECONDS = 0.2
NODE = os.environ.get('PULLCORD_NODE', 'none')
CURRENT = Path(os.environ['PULLCORD_CURRENT'])
CODE = os.environ['PULLCORD_COMMIT'][:7]
LINE_SECONDS = float(os.environ.get('LINE_SECONDS', '0'))


def asked_to_end(seconds):
    """Waits so long, or until SIGTERM is there."""
    return signal.sigtimedwait({signal.SIGTERM}, seconds) is not None


def grep(job):
    """How many lines each pattern hits. LINE_SECONDS makes long jobs, to see one survive a deploy."""
    release = CURRENT.resolve()
    wanted = patterns.load(release / 'search')
    hits = {}
    for line in job.read_text(errors='replace').splitlines():
        for pattern in wanted:
            if pattern.search(line):
                hits[pattern.pattern] = hits.get(pattern.pattern, 0) + 1
        time.sleep(LINE_SECONDS)
    commit = json.loads((release / '.pullcord' / 'release.json').read_text())['commit']
    return {'job': job.name, 'hits': hits, 'code': CODE, 'patterns': commit[:7], 'node': NODE}


def main():
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    generation = os.environ['PULLCORD_GENERATION']
    spool = Spool(Path(os.environ['JOBS']), '%s-g%s' % (NODE, generation))
    patterns.load(CURRENT / 'search')
    (CURRENT.parent / 'ready').write_text('%d\n' % os.getpid())
    print('worker %d: code %s, jobs in %s' % (os.getpid(), CODE, os.environ['JOBS']))
    done = 0
    while not asked_to_end(0):
        job = spool.take()
        if job is None:
            if asked_to_end(IDLE_SECONDS):
                break
            continue
        spool.finish(job, grep(job))
        done += 1
    spool.close()
    print('worker %d: ended after %d jobs' % (os.getpid(), done))


if __name__ == '__main__':
    main()
