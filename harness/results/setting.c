// SPDX-License-Identifier: MIT
// Which file an allocator is.
#define _GNU_SOURCE /* realpath */
#include "finding.h"

#include <stdlib.h>

/* An allocator of this build is in the tool itself. */
void setting_open(struct setting *setting) {
    const struct ac_library *library = setting->target->library;
    setting->file = realpath(library != NULL ? library->path : "/proc/self/exe", NULL);
    setting->hash[0] = '\0';
    if (setting->file != NULL && !sha256_of_file(setting->file, setting->hash)) {
        setting->hash[0] = '\0';
    }
}

void setting_close(struct setting *setting) {
    free(setting->file);
    setting->file = NULL;
}
