#!/bin/sh
# Makes the tree a release: gathers changelog.d into CHANGELOG.md's section of the version, deletes
# what was gathered, and writes the version wherever it stands. Commits nothing.
# usage: scripts/release.sh VERSION [DATE]   (from the repository's root)
set -eu
LC_ALL=C
export LC_ALL

fail() {
  echo "release: $*" >&2
  exit 2
}

version=${1:-}
date=${2:-$(date +%Y-%m-%d)}
echo "$version" | grep -Eq '^[0-9]+\.[0-9]+\.[0-9]+$' ||
  fail "\"$version\" is no version; three numbers expected, like 0.3.0"
! grep -qF "## [$version]" CHANGELOG.md ||
  fail "CHANGELOG.md has a section $version already; name the next version"
set -- changelog.d/*-*.md
[ -f "$1" ] || fail "changelog.d has no changes; a release without one is not needed"
old=$(sed -n 's|^ *<version>\([^<]*\)</version>$|\1|p' pom.xml | head -n 1)

# One kind of change: its heading, and each file as an item of the list.
kind() {
  first=yes
  for file in changelog.d/"$1"-*.md; do
    [ -f "$file" ] || continue
    if [ "$first" = yes ]; then printf '\n### %s\n\n' "$2"; fi
    first=no
    sed -e '1s/^/- /' -e '2,$s/^/  /' "$file"
  done
}

{
  echo "## [$version] - $date"
  kind added Added
  kind changed Changed
  kind deprecated Deprecated
  kind removed Removed
  kind fixed Fixed
  kind security Security
  echo
} >CHANGELOG.section
awk 'FNR == NR { section = section $0 "\n"; next }
  /^## \[/ && !done { printf "%s", section; done = 1 }
  { print }
  END { if (!done) printf "\n%s", section }' CHANGELOG.section CHANGELOG.md >CHANGELOG.new
mv CHANGELOG.new CHANGELOG.md
rm -f CHANGELOG.section "$@"

# The first version in a pom is the project's own, or its parent's.
for pom in pom.xml */pom.xml; do
  [ -f "$pom" ] || continue
  awk -v old="<version>$old</version>" -v new="<version>$version</version>" '
    !done && (at = index($0, old)) {
      $0 = substr($0, 1, at - 1) new substr($0, at + length(old)); done = 1
    }
    { print }' "$pom" >pom.new
  cat pom.new >"$pom"
  rm -f pom.new
done
# The pages that show what a program prints.
for page in docs/start.md docs/reference/cli.md; do
  [ -f "$page" ] || continue
  sed "s/server $old\$/server $version/" "$page" >page.new
  cat page.new >"$page"
  rm -f page.new
done
if [ -f README.md ]; then
  sed "s/\*\*Version ${old%.*}\*\*/**Version ${version%.*}**/" README.md >page.new
  cat page.new >README.md
  rm -f page.new
fi
echo "release: $old is now $version; look at the diff, run ./pullcord test, commit and tag"
