#!/bin/bash
# Makes the packages of a build: a .deb and a .tar.gz of each program, with a Java runtime and an
# AOT cache of their own. The same commit makes the same bytes, wherever and whenever: nothing in
# them comes from a clock, a run, a user or a path (docs/decisions/0041).
# usage: scripts/package.sh DIR [agent|server|cli]…
#            from the repository's root, after ./pullcord build; all three by default
#        scripts/package.sh record PROGRAM CLASSLIST
#            keeps what a program was seen to load, from a run with -XX:DumpLoadedClassList
# Needs dpkg-deb (Debian's dpkg), GNU tar, strip (binutils), and JAVA_HOME with a JDK that can link
# a runtime.
# SOURCE_DATE_EPOCH is the date of what is in the packages: the commit's, where it is not set.
# PULLCORD_PACKAGE_VERSION is their version: the project's, and that date, where it is not set.
# PULLCORD_PACKAGE_FAST=yes compresses little, for tests.
set -euo pipefail
export LC_ALL=C TZ=UTC
umask 022
. scripts/programs.sh

say() { echo "pullcord: $*" >&2; }

for tool in dpkg-deb dpkg tar gzip strip; do
  command -v "$tool" >/dev/null || {
    say "needs $tool, and there is none on PATH; on Debian: apt install dpkg tar gzip binutils"
    exit 2
  }
done
java=$JAVA_HOME/bin/java

# What runs here lives for some seconds: the cheap compiler and one collector are enough.
brief=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1)

# Runs in $tool_java, or in the JDK.
tool() {
  "${tool_java:-$java}" "${brief[@]}" \
    -cp "build/lib/packaging/*:build/lib/agent/*:build/lib/server/*:build/lib/cli/*" \
    dev.pullcord.packaging.PackagingMain "$@"
}

if [ "${1:-}" = record ]; then
  rm -rf "packaging/classes/$2"
  tool record "$3" "$JAVA_HOME/lib/classlist" "packaging/classes/$2"
  exit
fi

target=${1:?a directory for the packages}
shift
[ $# -gt 0 ] || set -- agent server cli

# What a program takes from Java. Quartz, in the agent, needs java.rmi, its metrics
# jdk.httpserver, its runner of commands jdk.net; Flyway and Jdbi java.sql; Caffeine, in the server,
# jdk.unsupported.
modules() {
  case $1 in
    agent)
      echo java.base,java.logging,java.management,java.naming,java.rmi,jdk.httpserver,jdk.net
      ;;
    server)
      echo java.base,java.desktop,java.instrument,java.logging,java.management,java.naming,\
java.net.http,java.security.jgss,java.sql,jdk.management,jdk.unsupported,jdk.jfr
      ;;
    cli) echo java.base,java.logging ;;
  esac
}

# That our own classes find each module which they name: one that is missing would be noticed only
# when the class is used.
require_modules() {
  needed=$("$JAVA_HOME/bin/jdeps" "${brief[@]/#/-J}" --multi-release 25 --ignore-missing-deps \
    -summary --class-path "build/lib/$1/*" build/lib/"$1"/*-"$project_version".jar |
    awk -v ours="-$project_version.jar" 'index($1, ours) && $3 ~ /^(java|jdk)\./ { print $3 }' |
    sort -u)
  for module in $needed; do
    case ,$(modules "$1"), in
      *",$module,"*) ;;
      *) say "$1 needs the module $module: add it to modules() in scripts/package.sh"; exit 1 ;;
    esac
  done
}

project_version=$(basename build/lib/agent/agent-*.jar .jar)
project_version=${project_version#agent-}
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
version=${PULLCORD_PACKAGE_VERSION:-}
if [ -z "$version" ]; then
  version=$project_version
  case $version in
    *-SNAPSHOT)
      # Before the version that it will be, and after every earlier snapshot of it.
      version=${version%-SNAPSHOT}~$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y%m%d%H%M%S)
      ;;
  esac
fi
squeeze=(-Zxz -z9 -Sextreme) level=-6
[ -z "${PULLCORD_PACKAGE_FAST:-}" ] || squeeze=(-Zgzip -z1) level=-1
architecture=$(dpkg --print-architecture)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# One date for all of it: the Java machine compares those of its own files with the cache's.
date_all() { find "$1" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +; }

# jlink makes a class of the list of modules, in one of some orders: by a clock. A Java machine that
# records for a cache has the same order each time (docs/decisions/0041); what it records is not
# used. $1 the program, $2 the directory
link_runtime() {
  "$JAVA_HOME/bin/jlink" "${brief[@]/#/-J}" \
    -J-XX:AOTMode=record "-J-XX:AOTConfiguration=$work/not-used" -J-Xlog:disable \
    --add-modules "$(modules "$1")" --output "$2" \
    --strip-java-debug-attributes --no-header-files --no-man-pages --compress zip-0 \
    >"$work/link.log" 2>&1 || { cat "$work/link.log" >&2; exit 1; }
  rm -f "$work/not-used"
}

# $1 the program, $2 where it is to be
install_program() {
  program "$1"
  home=$2
  require_modules "$1"
  mkdir -p "$home/bin"
  link_runtime "$1" "$home/runtime"
  mv "$home/runtime/lib/classlist" "$work/$1.known"
  find "$home/runtime/bin" -type f ! -name java -delete
  rm -rf "$home/runtime/lib/jrt-fs.jar" "$home/runtime/lib/server/"*.jsa
  chmod -R u+w,go+rX "$home/runtime"
  tool jars "build/lib/$1" "$home/lib"
  # Symbols that nothing is linked by: a sixth of libjvm.so. The cache knows the runtime's dates, so
  # that this comes before them.
  find "$home" -type f \( -name '*.so' -o -path '*/bin/java' -o -path '*/lib/jspawnhelper' \
    -o -path '*/lib/jexec' \) -exec strip --strip-unneeded {} +
  class_path=
  for jar in "$home"/lib/*.jar; do class_path="$class_path:lib/${jar##*/}"; done
  class_path=${class_path#:}
  {
    echo '#!/bin/sh'
    echo "# Starts $main with the Java runtime beside it."
    launcher_head
    echo 'java=$home/runtime/bin/java cache=$home/startup.aot'
    # The archive at its own address: half as much memory is written to (docs/decisions/0041).
    libraries=
    case $1 in
      cli) libraries=' "-Djava.library.path=$home/lib"' ;;
      server) libraries=' "-Dorg.sqlite.lib.path=$home/lib"' ;;
    esac
    launcher_tail "$1" "\$home/$(echo "$class_path" | sed 's|:|:$home/|g')" \
      " -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0$libraries"
  } >"$home/bin/$name"
  chmod 755 "$home/bin/$name"
  date_all "$home"
  make_cache "$1" "$home" "$class_path"
  # A cache whose objects do not fit into the heap that a program begins with ends it at once.
  "$home/bin/$name" --version >"$work/version" 2>&1 || { cat "$work/version" >&2; exit 1; }
}

# Made until two are the same but for their times, which are no part of it: on a busy machine one of
# many has another mark of the Java machine. Not compiled (-Xint): a compiler at work marks methods,
# too. Paths in it are relative. The flags for modules have to be those of a start.
make_cache() {
  module_flags=()
  for flag in $flags; do
    case $flag in --*) module_flags+=("$flag") ;; esac
  done
  tool classes "$work/$1.known" "packaging/classes/$1" "$2/lib" "$work/$1.classes"
  # All of Java's own references are a sixth of a call of the command; a daemon would have 1 MB more
  # for as long as it runs. It gets the one that is resolved by chance, or not.
  step=chance
  [ "$1" != cli ] || step=resolve
  tool_java=$2/runtime/bin/java tool "$step" "$work/$1.classes"
  for i in 1 2 3 4 5; do
    (cd "$2" && runtime/bin/java -Xshare:dump -XX:+AOTClassLinking -XX:+UseSerialGC \
      -Xint "${module_flags[@]}" "-XX:SharedClassListFile=$work/$1.classes" \
      "-XX:SharedArchiveFile=$work/$1.$i" -cp "$3" -Xlog:all=off -Xlog:disable) \
      >"$work/$1.log" 2>&1 || { cat "$work/$1.log" >&2; exit 1; }
    for ((before = 1; before < i; before++)); do
      if tool settle "$work/$1.$before" "$work/$1.$i" 2>"$work/$1.log"; then
        install -m 644 "$work/$1.$before" "$2/startup.aot"
        rm "$work/$1".[1-5]
        return
      fi
    done
  done
  cat "$work/$1.log" >&2
  exit 1
}

# $1 the program, $2 what stands for /usr/share
install_pages() {
  program "$1"
  doc=$2/doc/$name
  tool pages "$name" "$SOURCE_DATE_EPOCH" "$2"
  find "$2/man" -type f -exec gzip -9 -n {} +
  mkdir -p "$doc/systemd" "$doc/changelog.d"
  # As they stand in the sources, so that links and the paths in messages lead somewhere.
  cp -r README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md docs manifests "$doc/"
  cp systemd/README.md "$doc/systemd/"
  cp changelog.d/README.md "$doc/changelog.d/"
  find "$doc/manifests" -name __pycache__ -prune -exec rm -r {} +
  # Debian's own form, for its tools.
  {
    printf '%s (%s) unstable; urgency=medium\n\n' "$name" "$version"
    printf '  * CHANGELOG.md beside this file says what has changed.\n\n'
    printf ' -- Pullcord <pullcord@localhost>  %s\n' "$(date -R -u -d "@$SOURCE_DATE_EPOCH")"
  } | gzip -9 -n >"$doc/changelog.gz"
  cp "build/lib/$1.cdx.json" "$doc/$name.cdx.json"
  tool notices "build/lib/$1.cdx.json" "build/lib/$1" "$doc"
  sed "s|@NAME@|$name|g" packaging/copyright >"$doc/copyright"
  mkdir -p "$2/lintian/overrides"
  sed "s|@NAME@|$name|g" packaging/lintian-overrides >"$2/lintian/overrides/$name"
}

# Units and the rest of what systemd, polkit, needrestart and apt read; $1 the program, $2 the root
install_units() {
  case $1 in
    agent)
      units='pullcord-agent.service pullcord-worker@.service pullcord-workers.service
        pullcord-commands.socket pullcord-commands.service'
      ;;
    server) units=pullcord-server.service ;;
    cli) return 0 ;;
  esac
  for unit in $units; do
    install -D -m 644 "systemd/$unit" "$2/usr/lib/systemd/system/$unit"
  done
  for kind in sysusers.d tmpfiles.d; do
    install -D -m 644 "systemd/$kind/$name.conf" "$2/usr/lib/$kind/$name.conf"
  done
  if [ "$1" = agent ]; then
    install -D -m 755 --target-directory="$2/usr/lib/pullcord" systemd/lib/pullcord-generation \
      systemd/lib/pullcord-user
    install -D -m 644 systemd/polkit-1/rules.d/50-pullcord.rules \
      "$2/usr/share/polkit-1/rules.d/50-pullcord.rules"
  fi
  install -D -m 644 "systemd/needrestart/conf.d/$name.conf" "$2/etc/needrestart/conf.d/$name.conf"
  install -D -m 644 "systemd/apt/apt.conf.d/52$name" "$2/etc/apt/apt.conf.d/52$name"
  install -D -m 644 "packaging/etc/$1.yaml" "$2/etc/pullcord/$1.yaml"
}

# $1 the program, $2 its root
make_deb() {
  program "$1"
  root=$2
  mkdir -p "$root/usr/bin" "$root/DEBIAN"
  ln -s "../lib/$name/bin/$name" "$root/usr/bin/$name"
  (cd "$root" && find . -path ./DEBIAN -prune -o -type f -printf '%P\n' | sort |
    xargs -d '\n' md5sum) >"$root/DEBIAN/md5sums"
  if [ -d "$root/etc" ]; then
    (cd "$root" && find etc -type f | sort | sed 's|^|/|') >"$root/DEBIAN/conffiles"
  fi
  size=$(find "$root" -type f -printf '%s\n' | awk '{ kib += int(($1 + 1023) / 1024) }
    END { print kib }')
  for file in packaging/debian/"$1"/*; do
    sed -e "s|@VERSION@|$version|g" -e "s|@ARCHITECTURE@|$architecture|g" -e "s|@SIZE@|$size|g" \
      "$file" >"$root/DEBIAN/${file##*/}"
    case $file in */control) ;; *) chmod 755 "$root/DEBIAN/${file##*/}" ;; esac
  done
  date_all "$root"
  dpkg-deb --root-owner-group "${squeeze[@]}" --build "$root" \
    "$target/${name}_${version}_$architecture.deb" >/dev/null
}

# The same files where a plain user can unpack them; $1 the program, $2 its root
make_tar() {
  program "$1"
  top=$name-$version-linux-$architecture
  mkdir -p "$work/tar/$top"
  cp -a "$2/usr/lib/$name/." "$work/tar/$top/"
  cp -a "$2/usr/share" "$work/tar/$top/share"
  if [ "$1" = agent ]; then
    install -D -m 755 --target-directory="$work/tar/$top/share/systemd/lib" \
      systemd/lib/pullcord-generation systemd/lib/pullcord-user
  fi
  if [ -d "$2/etc" ]; then
    cp -a "$2/etc" "$work/tar/$top/etc"
    mkdir -p "$work/tar/$top/share/systemd"
    cp -a "$2/usr/lib/systemd/system" "$2/usr/lib/sysusers.d" "$2/usr/lib/tmpfiles.d" \
      "$work/tar/$top/share/systemd/"
  fi
  date_all "$work/tar"
  tar --create --directory "$work/tar" --sort=name --owner=root:0 --group=root:0 \
    --numeric-owner --format=gnu "$top" | gzip "$level" -n >"$target/$top.tar.gz"
  rm -rf "$work/tar"
}

mkdir -p "$target"
target=$(CDPATH= cd -- "$target" && pwd)
for one in "$@"; do
  program "$one"
  rm -f "$target/${name}_"*.deb "$target/$name-"[0-9]*.tar.gz
  root=$work/$one
  install_program "$one" "$root/usr/lib/$name"
  install_pages "$one" "$root/usr/share"
  install_units "$one" "$root"
  date_all "$root"
  make_tar "$one" "$root"
  make_deb "$one" "$root"
  cp "build/lib/$one.cdx.json" "$target/$name.cdx.json"
done
(cd "$target" && sha256sum -- *.deb *.tar.gz *.cdx.json >"$work/sums" && cp "$work/sums" SHA256SUMS)
