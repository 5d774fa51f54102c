// SPDX-License-Identifier: MIT
// Files that are written whole or not at all.
#ifndef ALLOCHECK_CLI_OUTPUT_H
#define ALLOCHECK_CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

/* Writes `size` bytes to a file beside `name` and renames it; NULL is standard output. What `name`
 * held before stays when this fails. False: a message has been printed, nothing is left after. */
bool output_write(const char *name, const void *bytes, size_t size);

/* Says before it is needed whether output_write could write a file of that name, which is not
 * touched. False: a message has been printed. */
bool output_try(const char *name);

/* The same for any file in a folder. */
bool output_try_in(const char *folder);

/* True for a device, a pipe or a link: it is written as it is, not replaced. */
bool output_is_special(const char *name);

#endif
