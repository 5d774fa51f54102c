// SPDX-License-Identifier: MIT
// The program of a saved finding runs as its campaign ran it: with system calls trapped, or as a
// race with its random seed.
#define _GNU_SOURCE /* strndup */
#include "session.h"

#include "results/saved_finding.h"

#include <stdlib.h>
#include <string.h>

static const char program[] = "shrunk.ops";

/* The folder of a path that ends in `shrunk.ops`; to be freed. NULL: it does not. */
static char *folder_of(const char *name) {
    const char *slash = strrchr(name, '/');
    if (strcmp(slash != NULL ? slash + 1 : name, program) != 0)
        return NULL;
    return slash != NULL ? strndup(name, (size_t)(slash + 1 - name)) : strdup(".");
}

/* True for `OPTION=NUMBER`. */
static bool take_number(const char *word, const char *option, uint64_t *number) {
    const size_t length = strlen(option);
    if (strncmp(word, option, length) != 0 || word[length] != '=')
        return false;
    *number = strtoull(word + length + 1, NULL, 10);
    return true;
}

static void take_word(const char *word, struct racing *racing, struct input *input) {
    uint64_t number;
    if (strcmp(word, "--trap") == 0)
        input->expect.trapped = true;
    else if (strcmp(word, "--race") == 0)
        racing->on = true;
    else if (take_number(word, "--seed", &number))
        racing->seed = number;
    else if (take_number(word, "--rounds", &number))
        racing->rounds = (uint32_t)number;
    else if (take_number(word, "--attempts", &number))
        racing->attempts = (uint32_t)number;
}

void session_take_kept(struct session *session, struct input *input) {
    char error[SAVED_FINDING_ERROR];
    struct saved_finding saved;
    char *folder = session->racing.on ? NULL : folder_of(input->name);
    if (folder == NULL || !saved_finding_read(&saved, folder, error)) {
        free(folder);
        return;
    }
    for (char **word = saved.arguments; word != NULL && *word != NULL; word++)
        take_word(*word, &session->racing, input);
    saved_finding_close(&saved);
    free(folder);
}
