# The programs, for scripts/write-launchers.sh and scripts/package.sh to read: what they are called,
# where they begin, and the flags of their Java machine.

# The agent is small and long-lived: its heap is given back after each pass. 64 MB, since a fetch
# that changes one byte of a 20 MB file does not fit into 32.
agent_flags='-XX:+UseSerialGC -Xms6m -Xmx64m -XX:NewSize=1m -XX:MaxNewSize=4m
 -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=20 -XX:-ShrinkHeapInSteps -XX:TieredStopAtLevel=1
 -XX:-UsePerfData -XX:TrimNativeHeapInterval=30000'
# The server's heap follows the machine, or the control group that it runs in: 40 % of its memory,
# at most 4 GiB (40 % of MaxRAM), and it begins small. The free ratios give back what a rush took.
server_flags='-XX:+UseSerialGC -Xms32m -XX:MaxRAM=10g -XX:MaxRAMPercentage=40
 -XX:MinRAMPercentage=60 -XX:MinHeapFreeRatio=20 -XX:MaxHeapFreeRatio=40 -XX:TieredStopAtLevel=1
 -XX:-UsePerfData'
# Whatever a library keeps to itself, a daemon whose heap is full ends; with 3, which is the Java
# machine's own code for that. Any other death of a thread ends it with 70. Both call the C library:
# to speak to systemd, and the server's SQLite.
daemon_flags='-XX:+ExitOnOutOfMemoryError --enable-native-access=ALL-UNNAMED'
short_flags='-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData
 --enable-native-access=ALL-UNNAMED'
# The command lives for a moment (docs/decisions/0070): it compiles only what runs very often, calls
# by reflection without making classes for it, and maps its cache where the cache was made for. Its
# TLS is a native library (docs/decisions/0084), as the demo's is.
cli_flags="$short_flags -XX:CompileThresholdScaling=8 -Djdk.reflect.useNativeAccessorOnly=true
 -Djava.locale.providers=SPI
 -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0"

# Sets $name, $main and $flags of the program $1.
program() {
  case $1 in
    agent)
      name=pullcord-agent main=dev.pullcord.agent.main.AgentMain
      flags="$agent_flags $daemon_flags"
      ;;
    server)
      name=pullcord-server main=dev.pullcord.server.ServerMain
      flags="$server_flags $daemon_flags"
      ;;
    cli) name=pullcord main=dev.pullcord.cli.Main flags=$cli_flags ;;
    demo) name=pullcord-demo main=dev.pullcord.demo.DemoMain flags=$short_flags ;;
    *)
      echo "pullcord: there is no program $1; there are agent, server, cli and demo" >&2
      return 2
      ;;
  esac
  flags=$(echo $flags)
}

# Writes the beginning of a launcher: $home is the directory above the one that it lies in.
launcher_head() {
  cat <<'LAUNCHER'
self=$0
while [ -L "$self" ]; do
  target=$(readlink "$self")
  case $target in /*) self=$target ;; *) self=${self%/*}/$target ;; esac
done
case $self in */*) here=${self%/*} ;; *) here=. ;; esac
home=$(CDPATH= cd -- "$here/.." && pwd -P) || exit 70
LAUNCHER
}

# Writes the end of a launcher of the program $1: starts $java with the class path $2, and with the
# AOT cache $cache where there is one. What stores the program's path is told where it is: the cache
# knows only where its jars were when it was made. $3: more flags.
launcher_tail() {
  program "$1"
  printf 'set -- -cp "%s" %s "$@"\n' "$2" "$main"
  # A cache that does not fit is of no use and does no harm: nobody needs to read about it.
  echo '[ ! -r "$cache" ] || set -- -Xlog:aot*=off -Xlog:cds*=off "-XX:AOTCache=$cache" "$@"'
  # Java takes the locale for which names of files it can see and write.
  case $1 in
    # Its branches are files, and the names of some are not ASCII. It starts nobody else's programs.
    server) echo 'export LC_ALL=C.UTF-8' ;;
    # The agent writes files of any name, and does not give its workers this variable. The command
    # is told of directories of any name. A locale that somebody has chosen stays.
    agent | cli) echo '[ -n "${LC_ALL:-}${LC_CTYPE:-}${LANG:-}" ] || export LC_CTYPE=C.UTF-8' ;;
  esac
  printf 'exec "$java" %s%s \\\n' "$flags" "$3"
  printf '  "-Dpullcord.launcher=$home/bin/%s" \\\n' "$name"
  echo '  ${PULLCORD_JAVA_OPTS:-} "$@"'
}
