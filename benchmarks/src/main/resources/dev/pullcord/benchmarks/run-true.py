"""Runs `true` on hosts with Fabric. usage: run-true.py USER KEY HOST:PORT..."""

import sys

from fabric import ThreadingGroup

user, key, *hosts = sys.argv[1:]
group = ThreadingGroup(*hosts, user=user, connect_kwargs={'key_filename': key})
done = group.run('true', hide=True)
assert len(done) == len(hosts) and all(result.ok for result in done.values())
