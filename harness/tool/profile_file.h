// SPDX-License-Identifier: MIT
// Profile files: JSON with the fields of struct ac_profile by name.
#ifndef ALLOCHECK_TOOL_PROFILE_FILE_H
#define ALLOCHECK_TOOL_PROFILE_FILE_H

#include "allocheck/measure.h"
#include "allocheck/profile.h"

#include <stdbool.h>

/* Reads a profile file. A guarantee that it omits is not given. False: a message with the file and
 * the key has been printed. */
bool profile_read(const char *path, struct ac_profile_copy *profile);

/* The text of a profile file; the caller frees it. `measured` (NULL: none) adds measurements that
 * are not part of a profile, and under `always_seen` the keys that would promise more. NULL: out of
 * memory. */
char *profile_write(const struct ac_profile *profile, const struct ac_measurement *measured);

#endif
