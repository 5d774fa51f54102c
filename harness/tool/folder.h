// SPDX-License-Identifier: MIT
// Folders that are whole or not there: filled under another name, then renamed.
#ifndef ALLOCHECK_CLI_FOLDER_H
#define ALLOCHECK_CLI_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct folder {
    const char *const *files; /* that it may hold, NULL at the end */
    char *name;               /* that it will have */
    char *temporary;          /* that it has while it is filled */
    bool failed;              /* a message has been printed; all that follows does nothing */
};

/* Begins a folder `name` in the folder `parent`, which is there. Its files are some of `files`. */
void folder_begin(struct folder *folder, const char *parent, const char *name,
                  const char *const *files);

/* Writes a file of it. False: nothing was written, now or before. */
bool folder_write(struct folder *folder, const char *file, const void *bytes, size_t size);

/* Gives it its name, and frees the struct's members. Where a folder has that name already, its
 * files are replaced, the last of `files` last, and what is none of `files` stays. False: there is
 * no such folder, or not all of it was replaced; a message has been printed. */
bool folder_end(struct folder *folder);

#endif
