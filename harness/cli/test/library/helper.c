// SPDX-License-Identifier: MIT
// Not an allocator, although dlsym finds libc's malloc through it.
#include <stdlib.h>

int helper(void);

int helper(void) {
    void *volatile block = malloc(1);
    free(block);
    return block != NULL;
}
