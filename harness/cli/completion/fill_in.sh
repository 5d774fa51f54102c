#!/usr/bin/env bash
# usage: fill_in.sh bash|zsh ALLOCHECK TEMPLATE
# Prints TEMPLATE with the commands and options of the tool's --help in place of the lines @COMMANDS@
# and @OPTIONS@.
set -euo pipefail
shell=$1 allocheck=$2 template=$3

# Lines `COMMAND <tab> PURPOSE`.
commands() { "$allocheck" --help | sed -nE '/^Example/q; s/^  ([a-z]+) +([a-z].*)$/\1\t\2/p'; }

# Lines `OPTION|ARGUMENT|DESCRIPTION` of a command.
options() {
    "$allocheck" "$1" --help | awk -v OFS='|' '
        function flush() { if (option) print option, argument, text; option = "" }
        match($0, /^ +(-., )? *--[a-z-]+(=[A-Z]+)?/) {
            flush()
            word = substr($0, 1, RLENGTH); text = substr($0, RLENGTH + 1)
            sub(/^.*--/, "--", word); sub(/^ +/, "", text)
            argument = word; if (!sub(/^[^=]*=/, "", argument)) argument = ""
            sub(/=.*/, "", word); option = word
            next
        }
        option && /^          +[^ ]/ { sub(/^ +/, ""); text = text (text ? " " : "") $0; next }
        { flush() }
        END { flush() }'
}

bash_options() {
    local command option argument
    while IFS=$'\t' read -r command _; do
        printf '    %s) echo "' "$command"
        options "$command" | while IFS='|' read -r option argument _; do
            printf '%s%s ' "$option" "${argument:+=}"
        done
        printf '" ;;\n'
    done < <(commands)
}

# What completes an argument: a function of the template, or files.
zsh_argument() {
    case $1 in
    --allocator) echo _allocheck_allocators ;;
    --oracles) echo _allocheck_oracles ;;
    --to) echo '(text bytes rep c)' ;;
    --from) echo '(rep mtrace)' ;;
    *) case $2 in FILE | DIR | PATH) echo _files ;; *) echo ' ' ;; esac ;;
    esac
}

zsh_options() {
    local command option argument text
    while IFS=$'\t' read -r command _; do
        printf '    %s)\n        _arguments -s -S \\\n' "$command"
        options "$command" | tr "'" '`' | while IFS='|' read -r option argument text; do
            text=${text%%[.;] *} text=${text%% (*} text=${text//[\[\]]/} text=${text//:/\\:}
            printf "            '%s%s[%s]%s' \\\\\n" "$option" "${argument:+=}" "$text" \
                "${argument:+:$argument:$(zsh_argument "$option" "$argument")}"
        done
        [ "$command" = list ] && printf "            '1:WHAT:(allocators oracles ops)' ;;\n" ||
            printf "            '*:file:_files' ;;\n"
    done < <(commands)
}

while IFS= read -r line; do
    case $shell:$line in
    bash:@COMMANDS@) commands | cut -f1 | paste -sd ' ' | sed 's/.*/    echo "&"/' ;;
    bash:@OPTIONS@) bash_options ;;
    zsh:@COMMANDS@) commands | sed "s/\(.*\)\t\(.*\)/        '\1:\2'/" ;;
    zsh:@OPTIONS@) zsh_options ;;
    *) printf '%s\n' "$line" ;;
    esac
done <"$template"
