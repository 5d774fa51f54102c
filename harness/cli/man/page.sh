#!/usr/bin/env bash
# usage: page.sh ALLOCHECK COMMAND INCLUDES OUTPUT
# Writes the man page of a command, allocheck-COMMAND(1), or of the tool itself (COMMAND: allocheck).
# INCLUDES is a folder of texts for help2man: COMMAND.h2m, and all.h2m for every page.
set -euo pipefail
allocheck=$1 command=$2 includes=$3 output=$4
PATH=$(dirname "$allocheck"):$PATH

# Lines `COMMAND <tab> PURPOSE`.
commands() { allocheck --help | sed -nE '/^Example/q; s/^  ([a-z]+) +([a-z].*)$/\1\t\2/p'; }

see_also() {
    printf '[see also]\n.BR allocheck (1),\n'
    commands | sed -E 's/^([a-z]+).*/.BR allocheck\\-\1 (1),/'
    echo '.BR malloc (3)'
}

if [ "$command" = allocheck ]; then
    page=allocheck run=allocheck purpose="test memory allocators"
else
    page=allocheck-$command run="allocheck $command"
    purpose=$(commands | sed -n "s/^$command\t//p")
fi
help2man --no-info --section 1 --name "$purpose" --opt-include "$includes/$command.h2m" \
    --include <(cat "$includes/all.h2m" && echo && see_also) "$run" |
    sed -e "s/^\.TH [A-Z]* /.TH ${page^^} /" -e "s/^allocheck \\\\- /${page/-/\\\\-} \\\\- /" >"$output"
