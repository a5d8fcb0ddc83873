#!/bin/bash
# Keeps which classes of libraries and of Java the programs load, in packaging/classes: what the AOT
# caches of the packages are made of, beside our own classes. Wanted after a new version of a
# library or of Java; PackageContentsTest says when it is.
# usage: scripts/record-classes.sh   (from the repository's root, after ./pullcord build, with
#        JAVA_HOME)
set -euo pipefail
bin=$PWD/build/bin
. scripts/one-server.sh

seen=$work/seen
mkdir "$seen"
record="-Xshare:auto -XX:DumpLoadedClassList=$seen"
rm -f build/lib/*.aot
PULLCORD_JAVA_OPTS="$record/%p" build/bin/pullcord-demo --once --nodes 1
# What people call most, over TLS. It ends with 1: there are no nodes. Then by Java's own TLS, as
# where the server's key is not pinned or the native library cannot be loaded.
PULLCORD_JAVA_OPTS="$record/cli" build/bin/pullcord status || true
PULLCORD_JAVA_OPTS="$record/javas-tls -Djava.library.path=/" build/bin/pullcord status || true
cat "$seen/javas-tls" >>"$seen/cli"
rm "$seen/javas-tls"
for program in agent:agent/main/AgentMain server:server/ServerMain cli:cli/Main; do
  # Some were commands that only asked: the daemon is the one that loaded most.
  most=$(grep -l "^dev/pullcord/${program#*:} " "$seen"/* | xargs wc -l | sort -n |
    grep -v ' total$' | tail -1 | awk '{ print $2 }')
  scripts/package.sh record "${program%%:*}" "$most"
done
