#!/usr/bin/env bash
# Each public header compiles alone, as C and as C++.
# usage: headers.sh COMPILER INCLUDE   (INCLUDE: the folder above allocheck/)
set -euo pipefail
compiler=$1 include=$2
compiled=0
for header in "$include"/allocheck/*.h; do
    for language in c:c11 c++:c++11; do
        "$compiler" -x "${language%:*}" -std="${language#*:}" -I"$include" -fsyntax-only \
            -Wall -Wextra -Wpedantic -Wconversion -Werror -include "$header" /dev/null
        compiled=$((compiled + 1))
    done
done
echo "$compiled compiled"
[ "$compiled" -gt 0 ]
