#!/usr/bin/env bash
# usage: header.sh COMPILER HEADER   The header compiles alone, as C and as C++.
set -euo pipefail
flags=(-Wall -Wextra -Wshadow -Wconversion -Werror -fsyntax-only)
"$1" -std=c11 -Wstrict-prototypes "${flags[@]}" -x c "$2"
"$1" "${flags[@]}" -x c++ "$2"
