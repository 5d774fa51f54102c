// SPDX-License-Identifier: MIT
// Is never done loading.
#include <unistd.h>

static void __attribute__((constructor)) start(void) {
    for (;;) {
        pause();
    }
}
