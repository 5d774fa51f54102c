// SPDX-License-Identifier: MIT
// Replaces tool/profile_read.c if cJSON is not installed.
#include "tool/tool.h"

#include "allocheck/target.h"

bool profile_read(const char *path, struct ac_profile_copy *profile);

bool profile_read(const char *path, struct ac_profile_copy *profile) {
    (void)profile;
    tool_error("%s: cannot read: this tool was built without cJSON", path);
    return false;
}
