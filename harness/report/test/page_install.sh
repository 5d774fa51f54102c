#!/usr/bin/env bash
# usage: page_install.sh FOLDER
# Installs what the tests of the pages need of npm, at the versions of package-lock.json, into
# FOLDER; nothing where it is there already. Fails where it cannot be had.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
installed=$1/node_modules/.package-lock.json

for tool in node npm chromium; do
    command -v $tool >/dev/null || { echo "page tests need $tool: run ci/install test" >&2; exit 1; }
done
if [ -s "$installed" ] && cmp -s "$here/package-lock.json" "$1/package-lock.json"; then
    exit 0
fi
rm -f "$1/package-lock.json"
cp "$here/package.json" "$1/"
cp "$here/package-lock.json" "$1/package-lock.json"
(cd "$1" && npm ci --ignore-scripts --no-audit --no-fund) || {
    rm -f "$1/package-lock.json"
    echo "npm ci failed: the pages are not tested" >&2
    exit 1
}
[ -s "$installed" ]
