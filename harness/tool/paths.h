// SPDX-License-Identifier: MIT
// The files that a command line names, folders opened.
#ifndef ALLOCHECK_CLI_PATHS_H
#define ALLOCHECK_CLI_PATHS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct paths {
    char **names; /* in order of the command line, within a folder by name */
    size_t count, capacity;
    size_t troubles; /* messages printed: what was missing, unreadable or empty */
    void (*trouble)(void *ctx, const char *name, const char *what); /* told of each; NULL: nobody */
    void *ctx;
    FILE *notes; /* where what is skipped is named; NULL: standard output */
};

/* Adds a file, standard input (`-`), or the files of a folder and the folders in it. Dot files and
 * README* of a folder are skipped and named; of the folder of a finding (it has a
 * finding.json), all but the program that it was reduced to. */
void paths_add(struct paths *paths, const char *name);
void paths_destroy(struct paths *paths);

#endif
