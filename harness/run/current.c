// SPDX-License-Identifier: MIT
#include "current.h"

#include <stddef.h>

static _Thread_local struct ac_runner *current;

/* ThreadSanitizer calls it while it reports. */
__attribute__((no_sanitize("thread"))) struct ac_runner *ac_current_runner(void) {
    return current;
}

void ac_set_current_runner(struct ac_runner *runner) {
    current = runner;
}
