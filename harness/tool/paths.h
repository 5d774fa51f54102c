// SPDX-License-Identifier: MIT
// The files that a command line names, and those of the folders that it names.
#ifndef ALLOCHECK_TOOL_PATHS_H
#define ALLOCHECK_TOOL_PATHS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct paths {
    char **names; /* in the order of the command line; the files of a folder by name */
    size_t count, capacity;
    size_t troubles; /* messages printed: missing, unreadable or empty paths */
    void (*trouble)(void *ctx, const char *name, const char *what); /* called for each; or NULL */
    void *ctx;
    FILE *notes; /* for the names of skipped files; NULL: standard output */
};

/* Adds a file, standard input (`-`), or the files of a folder and its subfolders. Skips, and
 * names, dot files and README* of a folder. Of a finding's folder (it has a finding.json), only the
 * shrunk program is added, or the original if there is none. */
void paths_add(struct paths *paths, const char *name);
void paths_destroy(struct paths *paths);

bool path_is_folder(const char *name);

/* The same, but false for a link to a folder. */
bool path_is_real_folder(const char *name);

#endif
