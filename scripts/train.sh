#!/bin/sh
# Makes the programs start faster: runs each once and keeps what the JVM learned, as an AOT cache
# beside its jars. A cache that is missing or does not fit is ignored by the JVM, so a failure here
# is said and does no harm.
# usage: scripts/train.sh   (from the repository's root, after scripts/write-launchers.sh)
set -eu

# $1 launcher, $2 folder below build/lib, then the arguments of the training run, which may fail:
# what counts is that the code of a real run was loaded.
train() {
  launcher=build/bin/$1
  cache=build/lib/$2.aot
  shift 2
  [ -x "$launcher" ] || return 0
  rm -f "$cache"
  PULLCORD_JAVA_OPTS="-XX:AOTCacheOutput=$cache" "$launcher" "$@" >"$cache.log" 2>&1 || :
  if [ -s "$cache" ]; then
    rm -f "$cache.log"
  else
    echo "pullcord: ${launcher##*/} has no start-up cache and starts slower; see $cache.log" >&2
  fi
}

# A server that is not there: loads the HTTP client and TLS, and ends at once.
PULLCORD_URL=https://127.0.0.1:1 PULLCORD_TOKEN=none train pullcord cli status

# One push through a server and an agent; both leave their caches when they end.
rm -f build/lib/server.aot build/lib/agent.aot
build/bin/pullcord-demo --train --nodes 1 >build/lib/daemons.aot.log 2>&1 || :
for daemon in server agent; do
  [ ! -s "build/lib/$daemon.aot" ] || continue
  rm -f "build/lib/$daemon.aot"
  echo "pullcord: the $daemon has no start-up cache and starts slower;" \
    "see build/lib/daemons.aot.log" >&2
done
