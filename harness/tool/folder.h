// SPDX-License-Identifier: MIT
// Folders written atomically: filled under a temporary name, then renamed.
#ifndef ALLOCHECK_TOOL_FOLDER_H
#define ALLOCHECK_TOOL_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct folder {
    const char *const *files; /* names of all files it may hold; NULL ends the list */
    char *name;               /* the final name */
    char *temporary;          /* the name while it is filled */
    bool failed;              /* a message has been printed; further calls do nothing */
};

/* Begins the folder `name` in the existing folder `parent`. */
void folder_begin(struct folder *folder, const char *parent, const char *name,
                  const char *const *files);

/* Writes one of its files. False: this or an earlier call failed. */
bool folder_write(struct folder *folder, const char *file, const void *bytes, size_t size);

/* Renames the folder and frees the members of the struct. If a folder of that name exists, its
 * files are replaced in the order of `files`; other files in it stay. False: the folder does not
 * exist or was replaced in part, and a message has been printed. */
bool folder_end(struct folder *folder);

/* Removes these files of a folder, and the folder if it has no others. */
void folder_remove(const char *name, const char *const *files);

#endif
