#!/bin/bash
# Real systemd hosts on this machine, for the tests in system-tests' package `lab`. Each is a
# systemd-nspawn container over an overlay of one base. Its network is its own loopback, or a
# bridge that it shares with other hosts and that nobody else can reach.
# usage: scripts/lab.sh base BASE [SUITE]
#            makes the base of bookworm or trixie, if it is not there or was made of other packages;
#            of bookworm by default
#        scripts/lab.sh in BASE COMMAND…     runs a command with the programs of a base, and with
#            everything else of this machine: files, network, processes
#        scripts/lab.sh network DIR
#            makes a bridge, and lasts until its standard input ends; DIR/network has its pid. Its
#            own address is 10.99.0.254
#        scripts/lab.sh boot BASE HOST [MOUNT…]
#            boots the disk in the directory HOST, and lasts as long as it does; HOST/init has the
#            pid of its init. PULLCORD_LAB_NETWORK=DIR joins it to that bridge
#        scripts/lab.sh on HOST COMMAND…    runs a command in it
#        scripts/lab.sh at DIR COMMAND…     runs a command of this machine on that bridge
# Needs root and Debian's systemd-container, debootstrap and iproute2. The base's packages come from
# Debian, or from PULLCORD_LAB_MIRROR.
set -euo pipefail

base() {
  base=$1 suite=${2:-bookworm}
  packages=systemd,systemd-sysv,dbus,libpam-systemd,polkitd,procps
  case $suite in
    bookworm)
      packages=$packages,python3,python3-celery,python3-redis,redis-server
      packages=$packages,needrestart,unattended-upgrades
      ;;
    # Its Celery and its brokers are run outside of hosts, too.
    trixie)
      packages=$packages,git,ca-certificates,python3-celery,python3-redis,python3-gevent
      packages=$packages,python3-eventlet,redis-server,rabbitmq-server
      ;;
    *) echo "pullcord: no base of $suite; there are bookworm and trixie" >&2; return 2 ;;
  esac
  mkdir -p "$(dirname "$base")"
  exec 9> "$base.lock"
  flock 9
  # One that was made of other packages is made anew.
  if [ "$(cat "$base.packages" 2>/dev/null)" = "$packages" ] && [ -e "$base/etc/debian_version" ]
  then return 0; fi
  rm -rf --one-file-system "$base" "$base.packages"
  rm -rf --one-file-system "$base.new"
  mkdir -p "$base.new"
  debootstrap --variant=minbase --include="$packages" "$suite" "$base.new" \
    "${PULLCORD_LAB_MIRROR:-http://deb.debian.org/debian}"
  rm -f "$base.new"/var/cache/apt/archives/*.deb
  cp /etc/hosts "$base.new/etc/hosts"
  mv "$base.new" "$base"
  echo "$packages" > "$base.packages"
}

network() {
  mkdir -p "$1"
  exec unshare --net bash -euc '
    ip link set lo up
    ip link add lab type bridge
    ip address add 10.99.0.254/24 dev lab
    ip link set lab up
    echo $$ > "$1/network.new"
    mv "$1/network.new" "$1/network"
    exec cat' lab "$1"
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
    binds=() bridge=()
    for mount in "$@"; do binds+=("--bind-ro=$mount"); done
    name=$(basename "$host")
    network=(--private-network)
    if [ -n "${PULLCORD_LAB_NETWORK:-}" ]; then
      network=(--network-bridge=lab)
      bridge=(nsenter "--net=/proc/$(cat "$PULLCORD_LAB_NETWORK/network")/ns/net")
      # The cable of a host that lost its power goes a moment after it.
      while "${bridge[@]}" ip link delete "vb-$name" 2>/dev/null; do :; done
    fi
    "${bridge[@]}" systemd-nspawn --quiet --directory="$host/root" --boot --register=no \
      --keep-unit "${network[@]}" --machine="$name" --console=pipe "${binds[@]}" < /dev/null &
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

at() {
  net=$(cat "$1/network")
  shift
  exec nsenter --target "$net" --net -- "$@"
}

command=$1
shift
if [ "$command" = in ]; then command=inside; fi
"$command" "$@"
