// SPDX-License-Identifier: MIT
// Never finishes loading.
#include <unistd.h>

static void __attribute__((constructor)) start(void) {
    for (;;)
        pause();
}
