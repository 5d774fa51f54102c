// SPDX-License-Identifier: MIT
// Files written atomically.
#ifndef ALLOCHECK_TOOL_OUTPUT_H
#define ALLOCHECK_TOOL_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

/* Writes `size` bytes to a temporary file beside `name` and renames it; NULL: standard output.
 * Makes the folders that the name needs.
 * False: a message has been printed, `name` is as before, and the temporary file is gone. */
bool output_write(const char *name, const void *bytes, size_t size);

/* Checks early that output_write() can write a file of that name, without touching it; makes the
 * folders that it needs. False: a message has been printed. */
bool output_try(const char *name);

/* Checks the same for any file in a folder. */
bool output_try_in(const char *folder);

/* Makes a folder and those above it, unless they exist. False: a message has been printed. */
bool output_make_folder(const char *name);

/* True for a device, a pipe or a link, which output_write() writes in place. */
bool output_is_special(const char *name);

#endif
