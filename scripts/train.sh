#!/bin/sh
# Makes the programs start faster: runs each once and keeps what the JVM learned, as an AOT cache
# beside its jars. A cache that is missing or does not fit is ignored by the JVM, so a failure here
# is said and does no harm.
# usage: scripts/train.sh   (from the repository's root, after scripts/write-launchers.sh)
set -eu

# The jars as packages have them: the JVM keeps no class of a signed jar, and none of picocli's own,
# in a cache (docs/decisions/0062).
for program in agent server cli; do
  if "$JAVA_HOME/bin/java" -cp "build/lib/packaging/*:build/lib/agent/*:build/lib/server/*" \
    dev.pullcord.packaging.PackagingMain jars "build/lib/$program" "build/lib/$program.new"; then
    rm -rf "build/lib/$program"
    mv "build/lib/$program.new" "build/lib/$program"
  fi
done

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
