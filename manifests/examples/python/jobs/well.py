"""Whether the worker of this generation is ready for jobs: its process lives and has said so."""

import os
import sys
from pathlib import Path


def main():
    ready = Path(os.environ['PULLCORD_CURRENT']).parent / 'ready'
    if not ready.exists():
        sys.exit('not ready yet')
    pid = int(ready.read_text())
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        sys.exit('worker %d is gone' % pid)
    print('worker %d is ready' % pid)


if __name__ == '__main__':
    main()
