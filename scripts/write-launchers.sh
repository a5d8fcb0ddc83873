#!/bin/sh
# Writes build/bin/*: one launcher a program, with its class path spelled out in order, so that a
# jar that is left over from an earlier build is never run.
# usage: scripts/write-launchers.sh   (from the repository's root, after Maven's package phase)
set -eu
LC_ALL=C
export LC_ALL

# The agent is small and long-lived: its heap is given back after each pass. 64 MB, since a fetch
# that changes one byte of a 20 MB file does not fit into 32.
agent_flags='-XX:+UseSerialGC -Xms4m -Xmx64m -XX:NewSize=1m -XX:MaxNewSize=4m
 -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=20 -XX:-ShrinkHeapInSteps -XX:TieredStopAtLevel=1
 -XX:-UsePerfData -XX:TrimNativeHeapInterval=300000'
# The server's heap follows the machine, or the control group that it runs in: 40 % of its memory,
# at most 4 GiB (40 % of MaxRAM), and it begins small. The free ratios give back what a rush took.
server_flags='-XX:+UseSerialGC -Xms32m -XX:MaxRAM=10g -XX:MaxRAMPercentage=40
 -XX:MinRAMPercentage=60 -XX:MinHeapFreeRatio=20 -XX:MaxHeapFreeRatio=40 -XX:TieredStopAtLevel=1
 -XX:-UsePerfData'
# Whatever a library keeps to itself, a daemon whose heap is full ends; with 3, which is the Java
# machine's own code for that. Any other death of a thread ends it with 70. Both call the C library:
# to speak to systemd, and the server's SQLite.
daemon_flags='-XX:+ExitOnOutOfMemoryError --enable-native-access=ALL-UNNAMED'
cli_flags='-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData'

# $1 name, $2 folder below build/lib, $3 main class, $4 flags
write() {
  if [ ! -d "build/lib/$2" ]; then return 0; fi
  class_path=
  for jar in "build/lib/$2"/*.jar; do
    class_path="$class_path:\$lib/$2/${jar##*/}"
  done
  {
    echo '#!/bin/sh'
    echo "# Starts $3. Written by ./pullcord build; changes here are lost."
    cat <<'LAUNCHER'
self=$0
while [ -L "$self" ]; do
  target=$(readlink "$self")
  case $target in /*) self=$target ;; *) self=${self%/*}/$target ;; esac
done
case $self in */*) here=${self%/*} ;; *) here=. ;; esac
lib=$(cd "$here/../lib" && pwd -P) || exit 70
need_javac=''
LAUNCHER
    printf "built_with='%s'\n" "${JAVA_HOME:-}"
    sed -e '/^#/d' -e '/^$/d' scripts/find-jdk.sh
    echo 'find_java || exit 70'
    echo "aot=\$lib/$2.aot"
    printf 'set -- -cp "%s" %s "$@"\n' "${class_path#:}" "$3"
    # A cache that does not fit is of no use and does no harm: nobody needs to read about it.
    echo '[ ! -r "$aot" ] || set -- -Xlog:aot*=off -Xlog:cds*=off "-XX:AOTCache=$aot" "$@"'
    if [ "$2" = agent ]; then
      # The agent writes files of any name; Java takes the locale for what names can be written in.
      # Workers are not given this variable.
      echo '[ -n "${LC_ALL:-}${LC_CTYPE:-}${LANG:-}" ] || export LC_CTYPE=C.UTF-8'
    fi
    printf 'exec "$java_home/bin/java" %s \\\n' "$(echo $4)"
    if [ "$2" = demo ]; then echo '  -Dpullcord.root="${lib%/build/lib}" \'; fi
    echo '  ${PULLCORD_JAVA_OPTS:-} "$@"'
  } >"build/bin/.$1.new"
  chmod 755 "build/bin/.$1.new"
  mv "build/bin/.$1.new" "build/bin/$1"
}

mkdir -p build/bin
write pullcord cli dev.pullcord.cli.Main "$cli_flags"
write pullcord-agent agent dev.pullcord.agent.main.AgentMain "$agent_flags $daemon_flags"
write pullcord-server server dev.pullcord.server.ServerMain "$server_flags $daemon_flags"
write pullcord-demo demo dev.pullcord.demo.DemoMain "$cli_flags"
