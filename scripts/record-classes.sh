#!/bin/bash
# Keeps which classes of libraries and of Java the programs load, in packaging/classes: what the AOT
# caches of the packages are made of, beside our own classes. Wanted after a new version of a
# library or of Java; PackageContentsTest says when it is.
# usage: scripts/record-classes.sh   (from the repository's root, after ./pullcord build, with
#        JAVA_HOME)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

record="-Xshare:auto -XX:DumpLoadedClassList=$work"
rm -f build/lib/*.aot
PULLCORD_JAVA_OPTS="$record/%p" build/bin/pullcord-demo --once --nodes 1
# A server that is not there: loads the HTTP client and TLS, and ends at once.
PULLCORD_JAVA_OPTS="$record/cli" PULLCORD_URL=https://127.0.0.1:1 PULLCORD_TOKEN=none \
  build/bin/pullcord status || true
for program in agent:agent/main/AgentMain server:server/ServerMain cli:cli/Main; do
  # Some were commands that only asked: the daemon is the one that loaded most.
  seen=$(grep -l "^dev/pullcord/${program#*:} " "$work"/* | xargs wc -l | sort -n |
    grep -v ' total$' | tail -1 | awk '{ print $2 }')
  scripts/package.sh record "${program%%:*}" "$seen"
done
