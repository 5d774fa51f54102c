// SPDX-License-Identifier: MIT
// Static thread-local memory (initial-exec): glibc reserves it when a process starts, and too
// little of it for jemalloc and scudo, which dlopen then refuses (optional_static_tls, glibc
// manual 39.5).
#define _GNU_SOURCE /* asprintf */
#include "library.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char variable[] = "GLIBC_TUNABLES", tunable[] = "glibc.rtld.optional_static_tls=";

enum { STATIC_TLS = 65536 };

static bool set_tunable(void) {
    char *value;
    const char *already = getenv(variable);
    const char *colon = already != NULL && *already != '\0' ? ":" : "";
    if (asprintf(&value, "%s%s%s%d", already != NULL ? already : "", colon, tunable, STATIC_TLS) <
        0)
        return false;
    bool set = setenv(variable, value, 1) == 0;
    free(value);
    return set;
}

/* The command line of this process; each argument ends in a zero byte. To be freed. */
static char *command_line(size_t *length) {
    size_t capacity = 0;
    char *text = NULL;
    ssize_t got = 1;
    int file = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
    for (*length = 0; file >= 0 && got > 0; *length += got > 0 ? (size_t)got : 0) {
        if (*length == capacity) {
            capacity = capacity * 2 + 4096;
            char *grown = realloc(text, capacity);
            if (grown == NULL)
                break;
            text = grown;
        }
        got = read(file, text + *length, capacity - *length);
    }
    if (file >= 0)
        close(file);
    if (got == 0 && *length > 0 && text[*length - 1] == '\0')
        return text;
    free(text);
    return NULL;
}

static char **split(char *text, size_t length) {
    size_t count = 0;
    char **arguments = calloc(length + 1, sizeof *arguments);
    for (char *at = text; arguments != NULL && at < text + length; at += strlen(at) + 1)
        arguments[count++] = at;
    return arguments;
}

void ac_library_reserve_tls(void) {
    const char *already = getenv(variable);
    size_t length;
    if (AC_INSTRUMENTED || (already != NULL && strstr(already, tunable) != NULL))
        return;
    char *text = command_line(&length);
    char **arguments = text != NULL ? split(text, length) : NULL;
    if (arguments != NULL && set_tunable())
        execv("/proc/self/exe", arguments);
    free(arguments);
    free(text);
}
