"""The patterns of a release.

usage: python3 -m jobs.patterns DIRECTORY     says which patterns cannot be used, with file and line
"""

import re
import sys
from pathlib import Path


def lines(directory):
    """File, line number and pattern, comments left out."""
    for file in sorted(Path(directory).glob('*.patterns')):
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if line and not line.startswith('#'):
                yield file, number, line


def load(directory):
    """All patterns, compiled."""
    return [re.compile(pattern) for _, _, pattern in lines(directory)]


def main():
    directory = sys.argv[1]
    good, bad = 0, 0
    for file, number, pattern in lines(directory):
        try:
            re.compile(pattern)
            good += 1
        except re.error as error:
            print('%s:%d: "%s" is not a regular expression: %s' % (file, number, pattern, error))
            bad += 1
    if good + bad == 0:
        sys.exit('%s: no pattern in any *.patterns file; at least one is expected' % directory)
    if bad:
        sys.exit(1)
    print('%d patterns are good' % good)


if __name__ == '__main__':
    main()
