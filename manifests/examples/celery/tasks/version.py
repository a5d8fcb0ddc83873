"""Which commit a release has."""

import json


def of(release):
    """The first seven digits, or 'none' where the code runs without Pullcord."""
    try:
        return json.loads((release / '.pullcord' / 'release.json').read_text())['commit'][:7]
    except FileNotFoundError:
        return 'none'
