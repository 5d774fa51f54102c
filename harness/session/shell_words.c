// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* vasprintf, open_memstream */
#include "shell_words.h"

#include "tool/shell_word.h"
#include "tool/shown_path.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Takes ownership. */
static void add(struct words *words, char *word) {
    words->failed = words->failed || word == NULL || words->count == MOST_WORDS;
    if (words->failed)
        free(word);
    else
        words->at[words->count++] = word;
}

void words_add(struct words *words, const char *format, ...) {
    char *word;
    va_list arguments;
    va_start(arguments, format);
    add(words, vasprintf(&word, format, arguments) >= 0 ? word : NULL);
    va_end(arguments);
}

void words_add_path(struct words *words, const char *path) {
    add(words, (words->kept ? path_absolute : path_shown)(path));
}

void words_add_inside(struct words *words, const char *folder, const char *file) {
    char *path;
    const char *slash = folder[strlen(folder) - 1] == '/' ? "" : "/";
    if (asprintf(&path, "%s%s%s", folder, slash, file) < 0) {
        words->failed = true;
        return;
    }
    if (path[0] == '-')
        words_add(words, "--");
    words_add_path(words, path);
    free(path);
}

void words_add_library(struct words *words, const char *path) {
    char *shown = (words->kept ? path_absolute : path_shown)(path);
    const bool bare = shown != NULL && strchr(shown, '/') == NULL && strchr(path, '/') != NULL;
    words->failed = words->failed || shown == NULL;
    words_add(words, "%s%s", bare ? "./" : "", shown != NULL ? shown : "");
    free(shown);
}

/* --- quoted --- */

char *words_command(char *tool, char *const *words) {
    char *command = NULL;
    size_t length;
    FILE *to = tool != NULL ? open_memstream(&command, &length) : NULL;
    if (to != NULL) {
        shell_put_word(to, tool);
        for (; *words != NULL; words++) {
            fputc(' ', to);
            shell_put_word(to, *words);
        }
        fclose(to);
    }
    free(tool);
    return command;
}

void words_free(struct words *words) {
    for (size_t i = 0; i < words->count; i++)
        free(words->at[i]);
}
