#!/bin/sh
# What a careful person does by hand, told at once that the branch has moved: fetch, check out,
# sync, restart, and wait until the worker is ready. Prints the microseconds that it took, and those
# of the restart alone; starts no daemon.
# Usage: by-hand.sh CLONE STATE   (CLONE is a clone, STATE holds pid and ready files)
set -eu
clone=$1 state=$2
begun=$(date +%s%N)
cd "$clone"
git fetch --quiet origin main
git checkout --quiet --detach FETCH_HEAD
sync
restarting=$(date +%s%N)
if [ -s "$state/pid" ]; then
  pid=$(cat "$state/pid")
  kill -TERM "$pid" 2>/dev/null || :
  # Gone, or dead and waiting for an init that takes its time.
  while read -r stat 2>/dev/null <"/proc/$pid/stat"; do
    case ${stat##*) } in Z*) break ;; esac
    sleep 0.005
  done
fi
rm -f "$state/ready"
READY="$state/ready" setsid "$clone/tasks/worker" </dev/null >>"$state/log" 2>&1 &
echo $! >"$state/pid"
while ! [ -e "$state/ready" ]; do sleep 0.005; done
ended=$(date +%s%N)
echo $(((ended - begun) / 1000)) $(((ended - restarting) / 1000))
