// SPDX-License-Identifier: MIT
#include "shell_word.h"

#include <stdbool.h>
#include <string.h>

static bool needs_no_quotes(const char *word) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-./,:=@%+";
    return word[0] != '\0' && word[strspn(word, plain)] == '\0';
}

static void put_quoted(FILE *to, const char *text) {
    for (; *text != '\0'; text++)
        fputs(*text == '\'' ? "'\\''" : (const char[]){*text, '\0'}, to);
}

void shell_put_name(FILE *to, const char *name, const char *suffix) {
    if (needs_no_quotes(name)) {
        fprintf(to, "%s%s", name, suffix);
        return;
    }
    fputc('\'', to);
    put_quoted(to, name);
    fprintf(to, "%s'", suffix);
}

void shell_put_word(FILE *to, const char *word) {
    shell_put_name(to, word, "");
}
