#!/usr/bin/env bash
# Man pages and completions, case by case: they are installed, and name every command and every long
# option that --help prints.
# usage: documents_test.sh CASE ALLOCHECK BUILD CMAKE MAN_PAGES   (BUILD: the build folder;
# MAN_PAGES: 1, or 0 if help2man is missing)
set -euo pipefail
allocheck=$(realpath "$2") build=$3 cmake=$4 man_pages=$5
. "$(dirname "$0")/scratch.sh"

"$cmake" --install "$build" --component documentation --prefix "$work/prefix" >log
man=$work/prefix/share/man/man1
bash=$work/prefix/share/bash-completion/completions/allocheck
zsh=$work/prefix/share/zsh/site-functions/_allocheck

commands() { "$allocheck" --help | sed -nE '/^Example/q; s/^  ([a-z]+) +[a-z].*/\1/p' | sort; }
options() { "$allocheck" "$1" --help | grep -oE '^ +(-., )? *--[a-z-]+' | sed 's/.*--/--/' | sort; }

# What the documents name, in the same form.
man_commands() { (cd "$man" && ls) | sed -nE 's/^allocheck-([a-z]+)\.1$/\1/p' | sort; }
man_options() {
    sed -n '/^\.TP$/{n; s/\\f.//g; s/\\//g; p}' "$man/allocheck-$1.1" |
        grep -oE '^(-., )?--[a-z-]+' | sed 's/.*--/--/' | sort
}
bash_commands() { (. "$bash" && _allocheck_commands) | tr ' ' '\n' | sort; }
bash_options() { (. "$bash" && _allocheck_options "$1") | tr -d = | tr ' ' '\n' | grep . | sort; }
zsh_commands() { sed -nE "s/^        '([a-z]+):.*/\1/p" "$zsh" | sort; }
zsh_options() { sed -n "/^    $1)/,/;;/p" "$zsh" | grep -oE "^ +'--[a-z-]+" | tr -d " '" | sort; }

# is_complete DOCUMENT: it names exactly what the tool does.
is_complete() {
    local command
    diff <(commands) <("$1_commands") >log || return 1
    while read -r command; do
        diff <(options "$command") <("$1_options" "$command") >log || return 1
    done < <(commands)
}

# notices DOCUMENT FILE: that one option and one command are missing.
notices() {
    is_complete "$1" || fail "$1: $(cat log)"
    cp "$2" whole
    sed -i '0,/--call-time=\|\\-\\-call\\-time/s/call.*time/call-tim/' "$2"
    ! is_complete "$1" || fail "$1: a missing option is not noticed"
    cp whole "$2"
}

case_tool() {
    [ "$(commands | wc -l)" = 13 ] || fail "commands: $(commands)"
    [ "$(options convert | wc -l)" -gt 10 ] || fail "options of convert: $(options convert)"
}

case_man_pages() {
    if [ "$man_pages" = 0 ]; then
        [ ! -e "$man" ] || fail "man pages without help2man"
        return
    fi
    notices man "$man/allocheck-explain.1"
    rm "$man/allocheck-list.1"
    ! is_complete man || fail "a missing page is not noticed"
    local command
    while read -r command; do
        grep -qF "BR allocheck\\-$command " "$man/allocheck.1" || fail "allocheck(1): no $command"
    done < <(commands)
    grep -qE '^allocheck\\-fuzz \\- generate programs' "$man/allocheck-fuzz.1" || fail "no name"
}

case_bash() {
    notices bash "$bash"
    sed -i '/^    echo/s/ list//' "$bash"
    ! is_complete bash || fail "a missing command is not noticed"
}

case_zsh() {
    notices zsh "$zsh"
    sed -i "/^        'list:/d" "$zsh"
    ! is_complete zsh || fail "a missing command is not noticed"
    ! command -v zsh || zsh -n "$zsh"
}

# completes EXPECTED WORD...: the last word is completed to these, in one line.
completes() {
    local expected=$1
    shift
    COMP_WORDS=(allocheck "$@") COMP_CWORD=$#
    local before=${COMP_WORDS[$# - 1]}
    _allocheck "$allocheck" "${COMP_WORDS[$#]}" "$before"
    [ "${COMPREPLY[*]-}" = "$expected" ] || fail "$*: '${COMPREPLY[*]-}', expected '$expected'"
}

case_bash_completes() {
    set +u
    . "$bash"
    completes 'scorecard' sc
    completes '--call-time=' explain --ca
    completes '--inline' run --inl
    completes 'text' convert --to = t
    completes 'bytes' convert --to b
    completes "$("$allocheck" list allocators | grep -o '^libc[a-z-]*')" run --allocator = libc
    completes 'zeroed' run -O zeroe
    completes 'oracles ops' list o
    completes '' explain crash
}

touch out err log
"case_$1"
