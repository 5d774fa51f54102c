// SPDX-License-Identifier: MIT
// Profile files: JSON with the fields of struct ac_profile by name.
#ifndef ALLOCHECK_CLI_PROFILE_FILE_H
#define ALLOCHECK_CLI_PROFILE_FILE_H

#include "allocheck/measure.h"
#include "allocheck/profile.h"

#include <stdbool.h>

/* Reads a profile file. What it leaves out is not guaranteed. False: a message that names the file
 * and the key has been printed. */
bool profile_read(const char *path, struct ac_profile_copy *profile);

/* The text of a profile file, to be freed by the caller; `measured` (NULL: none) adds what has no
 * field. NULL: out of memory. */
char *profile_write(const struct ac_profile *profile, const struct ac_measured *measured);

#endif
