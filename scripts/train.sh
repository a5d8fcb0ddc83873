#!/bin/sh
# Makes the programs start faster: runs each once and keeps what the JVM learned, as an AOT cache
# beside its jars. A cache that is missing or does not fit is ignored by the JVM, so a failure here
# is said and does no harm.
# usage: scripts/train.sh   (from the repository's root, after scripts/write-launchers.sh)
set -eu

# The command's jars as its package has them: the JVM keeps none of picocli's own classes in a cache
# (docs/decisions/0062).
if "$JAVA_HOME/bin/java" -cp "build/lib/packaging/*:build/lib/agent/*:build/lib/server/*" \
  dev.pullcord.packaging.PackagingMain jars build/lib/cli build/lib/cli.new; then
  rm -rf build/lib/cli
  mv build/lib/cli.new build/lib/cli
fi

# One push through a server and an agent, and one status over TLS. Each leaves its cache when it
# ends.
rm -f build/lib/server.aot build/lib/agent.aot build/lib/cli.aot
build/bin/pullcord-demo --train --nodes 1 >build/lib/training.log 2>&1 || :
for program in server agent cli; do
  [ ! -s "build/lib/$program.aot" ] || continue
  rm -f "build/lib/$program.aot"
  echo "pullcord: the $program has no start-up cache and starts slower;" \
    "see build/lib/training.log" >&2
done
