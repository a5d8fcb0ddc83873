#!/bin/bash
# Real systemd hosts on this machine, for the tests in system-tests' package `lab`. Each is a
# systemd-nspawn container with no network but its own loopback, over an overlay of one base.
# usage: scripts/lab.sh base BASE [SUITE PACKAGES]
#            makes the base, if it is not there; of bookworm and what its hosts need by default
#        scripts/lab.sh in BASE COMMAND…     runs a command with the programs of a base, and with
#            everything else of this machine: files, network, processes
#        scripts/lab.sh boot BASE HOST [MOUNT…]
#            boots the disk in the directory HOST, and lasts as long as it does; HOST/init has the
#            pid of its init
#        scripts/lab.sh on HOST COMMAND…    runs a command in it
# Needs root and Debian's systemd-container and debootstrap. The base's packages come from Debian,
# or from PULLCORD_LAB_MIRROR.
set -euo pipefail

packages=systemd,systemd-sysv,dbus,libpam-systemd,polkitd,procps
packages=$packages,python3,python3-celery,python3-redis,redis-server

base() {
  base=$1 suite=${2:-bookworm} packages=${3:-$packages}
  mkdir -p "$(dirname "$base")"
  exec 9> "$base.lock"
  flock 9
  if [ -e "$base/etc/debian_version" ]; then return 0; fi
  rm -rf --one-file-system "$base.new"
  mkdir -p "$base.new"
  debootstrap --variant=minbase --include="$packages" "$suite" "$base.new" \
    "${PULLCORD_LAB_MIRROR:-http://deb.debian.org/debian}"
  rm -f "$base.new"/var/cache/apt/archives/*.deb
  cp /etc/hosts "$base.new/etc/hosts"
  mv "$base.new" "$base"
}

# The process stays the same one, and its mounts go with it.
inside() {
  exec unshare --mount --propagation private bash -euc '
    mount --rbind "$0/etc" /etc
    mount --rbind "$0/usr" /usr
    exec "$@"' "$@"
}

# In a mount namespace of its own, so that the overlay and the fresh cgroup tree go with it.
boot() {
  base=$1 host=$2
  shift 2
  mkdir -p "$host/disk" "$host/work" "$host/root"
  rm -f "$host/init"
  exec unshare --mount --propagation private bash -euc '
    base=$1 host=$2
    shift 2
    mount -t overlay lab -o "lowerdir=$base,upperdir=$host/disk,workdir=$host/work" "$host/root"
    umount -R /sys/fs/cgroup 2>/dev/null || true
    mount -t cgroup2 none /sys/fs/cgroup
    group=/sys/fs/cgroup/pullcord-lab-$$
    mkdir "$group"
    echo $$ > "$group/cgroup.procs"
    : > "$host/root/etc/machine-id"
    binds=()
    for mount in "$@"; do binds+=("--bind-ro=$mount"); done
    systemd-nspawn --quiet --directory="$host/root" --boot --register=no --keep-unit \
      --private-network --machine=lab --console=pipe "${binds[@]}" < /dev/null &
    nspawn=$!
    init=
    for i in {1..100}; do
      # The child that is number 1 in its own namespace; there are others, which end.
      for child in $(cat /proc/$nspawn/task/*/children 2>/dev/null || true); do
        if grep -q "^NSpid:.*[[:space:]]1\$" "/proc/$child/status" 2>/dev/null; then
          init=$child
        fi
      done
      if [ -n "$init" ]; then break; fi
      sleep 0.1
    done
    echo "$init" > "$host/init.new"
    mv "$host/init.new" "$host/init"
    wait $nspawn || true
    echo $$ > /sys/fs/cgroup/cgroup.procs
    for i in {1..20}; do
      # Whoever was killed leaves its group a moment later.
      find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
      if [ ! -d "$group" ]; then break; fi
      sleep 0.1
    done' lab "$base" "$host" "$@"
}

on() {
  init=$(cat "$1/init")
  shift
  exec nsenter --target "$init" --all --wdns=/ -- "$@"
}

command=$1
shift
if [ "$command" = in ]; then command=inside; fi
"$command" "$@"
