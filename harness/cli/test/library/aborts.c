// SPDX-License-Identifier: MIT
// Ends its process while it is loaded.
#include <stdio.h>
#include <stdlib.h>

static void __attribute__((constructor)) start(void) {
    fputs("this machine is not supported\n", stderr);
    abort();
}
