#!/usr/bin/env bash
# Separates the debug information of a library, as distributions do.
# usage: split_debug.sh LIBRARY OUT   writes OUT/by_id.so, its debug file in OUT/.build-id, OUT/by_link.so
# and its debug file in OUT/.debug
set -euo pipefail
library=$1 out=$2
id=$(readelf -n "$library" | sed -n 's/.*Build ID: *//p')
mkdir -p "$out/.build-id/${id:0:2}" "$out/.debug"
objcopy --only-keep-debug "$library" "$out/.build-id/${id:0:2}/${id:2}.debug"
objcopy --only-keep-debug "$library" "$out/.debug/by_link.debug"
objcopy --strip-all "$library" "$out/by_id.so"
objcopy --strip-all --remove-section=.note.gnu.build-id "$library" "$out/by_link.so"
(cd "$out/.debug" && objcopy --add-gnu-debuglink=by_link.debug ../by_link.so)
objcopy --strip-debug --remove-section=.note.gnu.build-id "$library" "$out/no_debug.so"
