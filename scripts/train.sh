#!/bin/sh
# Makes the programs start faster: runs each once and keeps what the JVM learned, as an AOT cache
# beside its jars. A cache that is missing or does not fit is ignored by the JVM, so a failure here
# is said and does no harm.
# usage: scripts/train.sh   (from the repository's root, after scripts/write-launchers.sh)
set -eu

# $1 launcher, $2 folder below build/lib, then the arguments of the training run
train() {
  launcher=build/bin/$1
  cache=build/lib/$2.aot
  shift 2
  [ -x "$launcher" ] || return 0
  rm -f "$cache"
  log=$cache.log
  if ! PULLCORD_JAVA_OPTS="-XX:AOTCacheOutput=$cache" "$launcher" "$@" >"$log" 2>&1; then
    echo "pullcord: no start-up cache for ${launcher##*/}; it works, and starts slower ($log)" >&2
    return 0
  fi
  rm -f "$log"
}

train pullcord cli --help
