// SPDX-License-Identifier: MIT
// The program that strace.sh watches. It writes marks between a first small request, its free,
// and a request that fits into the freed memory.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void mark(const char *text) {
    if (write(STDOUT_FILENO, text, strlen(text)) < 0)
        _exit(2);
}

int main(void) {
    mark("mark: start\n");
    char *volatile block = malloc(1000);
    mark("mark: live\n");
    memset(block, 1, 1000);
    free(block);
    mark("mark: freed\n");
    block = malloc(900);
    mark("mark: again\n");
    return block == NULL;
}
