"""Scatters the corpus over the workers, one job a file, and gathers the hits.

usage: python3 -m tasks.gather [SECONDS]     from the root of a clone, with BROKER in the environment
SECONDS makes every job a long one: deploy meanwhile, and see that none is lost.
"""

import sys
from pathlib import Path

from celery import group

from tasks.app import grep

LIMIT_SECONDS = 600


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 0
    files = sorted(path.name for path in Path('tasks/corpus').iterdir())
    jobs = group(grep.s(name, seconds) for name in files).apply_async()
    for found in jobs.get(timeout=LIMIT_SECONDS + seconds):
        hits = ', '.join(
            '%d × %s' % (count, pattern) for pattern, count in found['hits'].items() if count)
        print('%-10s  code %s  patterns %s  %-8s  %s' % (
            found['file'], found['code'], found['patterns'], found['node'], hits or 'no hits'))


main()
