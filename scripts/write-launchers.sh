#!/bin/sh
# Writes build/bin/*: one launcher a program, with its class path spelled out in order, so that a
# jar that is left over from an earlier build is never run.
# usage: scripts/write-launchers.sh   (from the repository's root, after Maven's package phase)
set -eu
LC_ALL=C
export LC_ALL
. scripts/programs.sh

# $1 the program, which is also the folder below build/lib; $2 more flags
write() {
  if [ ! -d "build/lib/$1" ]; then return 0; fi
  program "$1"
  class_path=
  for jar in "build/lib/$1"/*.jar; do
    class_path="$class_path:\$home/lib/$1/${jar##*/}"
  done
  {
    echo '#!/bin/sh'
    echo "# Starts $main. Written by ./pullcord build; changes here are lost."
    launcher_head
    echo "need_javac=''"
    printf "built_with='%s'\n" "${JAVA_HOME:-}"
    sed -e '/^#/d' -e '/^$/d' scripts/find-jdk.sh
    echo 'find_java || exit 70'
    echo 'java=$java_home/bin/java'
    echo "cache=\$home/lib/$1.aot"
    launcher_tail "$1" "${class_path#:}" "$2"
  } >"build/bin/.$name.new"
  chmod 755 "build/bin/.$name.new"
  mv "build/bin/.$name.new" "build/bin/$name"
}

mkdir -p build/bin
write cli ' "-Djava.library.path=$home/lib/cli"'
write agent ''
write server ' "-Dorg.sqlite.lib.path=$home/lib/server"'
write demo ' "-Dpullcord.root=${home%/build}"'
