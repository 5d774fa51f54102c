#!/usr/bin/env bash
# usage: npm_install.sh SOURCE FOLDER [TOOL...]
# Installs the npm packages of SOURCE/package-lock.json into FOLDER unless they are there already. Fails if
# that is impossible or a TOOL is missing.
set -euo pipefail
source=$1 folder=$2
for tool in node npm "${@:3}"; do
    command -v "$tool" >/dev/null || { echo "$tool is missing: run ci/install test" >&2; exit 1; }
done
if [ -s "$folder/node_modules/.package-lock.json" ] &&
    cmp -s "$source/package-lock.json" "$folder/package-lock.json"; then
    exit 0
fi
cp "$source/package.json" "$source/package-lock.json" "$folder/"
(cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --prefer-offline) || {
    rm -f "$folder/package-lock.json"
    echo "npm ci failed: the tests of $source that need it cannot run" >&2
    exit 1
}
