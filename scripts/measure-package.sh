#!/bin/bash
# Measures the agent's package: its size, how soon the agent is ready, and its memory after it has
# applied a commit and has rested.
# usage: scripts/measure-package.sh [DIR]   (where the packages are; build/packages by default)
set -euo pipefail
packages=$(cd "${1:-build/packages}" && pwd)
work=$(mktemp -d)
agent=
end() {
  [ -z "$agent" ] || kill "$agent" 2>/dev/null || true
  rm -rf "$work"
}
trap end EXIT

ls -l "$packages"/*.deb | awk '{ printf "%-60s %5.1f MB\n", $9, $5 / 1e6 }'
mkdir "$work/program" "$work/fleet"
tar xzf "$packages"/pullcord-agent-*.tar.gz --strip-components=1 -C "$work/program"
cd "$work/fleet"
git init -q -b main .
mkdir search
seq 5000 | while read -r i; do echo "pattern $i" >"search/$i"; done
printf 'version: 1\nbundles: {search: {paths: [search/], on-change: nothing}}\n' >pullcord.yaml
printf 'workers: {w: {kind: process, run: [sleep, "60"]}}\n' >>pullcord.yaml
git add --all
git -c user.name=Ada -c user.email=ada@example.org commit -qm one
printf 'node: host\ngit: {url: "file://%s", branch: main, poll: 1s}\n' "$work/fleet" >"$work/yaml"
echo 'as-root: true' >>"$work/yaml"
sync

for i in 1 2 3; do
  rm -rf "$work/state"
  began=$(date +%s%N)
  "$work/program/bin/pullcord-agent" run --config "$work/yaml" --state "$work/state" \
    >"$work/log" 2>&1 &
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
  sleep 10
  awk -v ready="$ready" -v spent="$spent" '
    /^Rss:/ { rss = $2 } /^Pss:/ { pss = $2 } /^Private_Dirty:/ { dirty = $2 }
    END { printf "ready %d ms (%d ms CPU); resident %d MB, PSS %d MB, private dirty %d MB\n",
      ready, spent, rss / 1024, pss / 1024, dirty / 1024 }' "/proc/$agent/smaps_rollup"
  kill "$agent"
  wait "$agent" || true
  agent=
  # Its worker ends by itself.
done
