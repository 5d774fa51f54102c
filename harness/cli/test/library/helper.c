// SPDX-License-Identifier: MIT
// A library that is no allocator, though through it libc's malloc is found.
#include <stdlib.h>

int helper(void);

int helper(void) {
    void *volatile block = malloc(1);
    free(block);
    return block != NULL;
}
