#!/bin/bash
# Measures the agent's package: its size, how soon the agent is ready, and its memory after two
# deploys by a server over TLS and some rest.
# usage: scripts/measure-package.sh [DIR]   (from the repository's root, after ./pullcord build and
#        ./pullcord package; DIR is where the packages are, build/packages by default)
# PULLCORD_JAVA_OPTS has more flags for the agent's Java machine.
set -euo pipefail
packages=$(CDPATH= cd -- "${1:-build/packages}" && pwd)
bin=$PWD/build/bin options=${PULLCORD_JAVA_OPTS:-}
unset PULLCORD_JAVA_OPTS
. "$(dirname "${BASH_SOURCE[0]}")/one-server.sh"

commit() {
  git add --all
  git -c user.name=Ada -c user.email=ada@example.org commit -qm "$1"
}

ls -l "$packages"/*.deb | awk '{ printf "%-60s %5.1f MB\n", $9, $5 / 1e6 }'
mkdir "$work/program"
tar xzf "$packages"/pullcord-agent-*.tar.gz --strip-components=1 -C "$work/program"
cd "$work"
"$bin/pullcord" clone
cd fleet
mkdir search
seq 5000 | while read -r i; do echo "pattern $i" >"search/$i"; done
printf 'version: 1\nbundles: {search: {paths: [search/], on-change: nothing}}\n' >pullcord.yaml
printf 'workers: {w: {kind: process, run: [sleep, "90"]}}\n' >>pullcord.yaml
commit one
git push -q -o nowait origin HEAD:main
echo 'as-root: true' >"$work/yaml"
# Pages of a file that was just written count as dirty.
sync

for i in 1 2 3; do
  invited=$("$bin/pullcord" invite -o json)
  PULLCORD_JOIN_TOKEN=$(value "$invited" token) "$work/program/bin/pullcord-agent" join \
    "https://localhost:$((port + 1))" --name "n$i" --state "$work/state$i"
  : >"$work/log" # or the last one's "ready" is found
  began=$(date +%s%N)
  PULLCORD_JAVA_OPTS=$options "$work/program/bin/pullcord-agent" run --config "$work/yaml" \
    --state "$work/state$i" >"$work/log" 2>&1 &
  agent=$!
  for _ in {1..1000}; do
    if grep -q ' ready$' "$work/log"; then break; fi
    sleep 0.01
  done
  ready=$((($(date +%s%N) - began) / 1000000))
  spent=$(awk '{ print ($14 + $15) * 10 }' "/proc/$agent/stat")
  for _ in {1..600}; do
    if grep -q 'converged' "$work/log"; then break; fi
    sleep 0.1
  done
  echo "again $i" >search/1
  commit "$i"
  git push -q -o timeout=60s origin HEAD:main
  sleep 12
  awk -v ready="$ready" -v spent="$spent" '
    /^Rss:/ { rss = $2 } /^Pss:/ { pss = $2 } /^Private_Dirty:/ { dirty = $2 }
    END { printf "ready %d ms (%d ms CPU); resident %d MB, PSS %d MB, private dirty %d MB\n",
      ready, spent, rss / 1024, pss / 1024, dirty / 1024 }' "/proc/$agent/smaps_rollup"
  kill "$agent"
  wait "$agent" || true
  agent=
  # Its worker ends by itself.
done
