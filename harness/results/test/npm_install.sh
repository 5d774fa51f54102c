#!/usr/bin/env bash
# usage: npm_install.sh FOLDER
# Installs what these tests need of npm, at the versions of package-lock.json, into FOLDER; nothing
# where it is there already. Fails where it cannot be had.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
for tool in node npm; do
    command -v $tool >/dev/null || { echo "the test of SARIF needs $tool: run ci/install test" >&2; exit 1; }
done
if [ -s "$1/node_modules/.package-lock.json" ] && cmp -s "$here/package-lock.json" "$1/package-lock.json"; then
    exit 0
fi
cp "$here/package.json" "$here/package-lock.json" "$1/"
(cd "$1" && npm ci --ignore-scripts --no-audit --no-fund) || {
    rm -f "$1/package-lock.json"
    echo "npm ci failed: SARIF is not validated" >&2
    exit 1
}
