// SPDX-License-Identifier: MIT
// Ends its process when memory is exhausted, in the WAY of its build: 0 aborts and 1 exits, after a
// message; 2 aborts and 3 exits without one; 4 crashes. Requests that no memory could satisfy get
// NULL. IMPOSSIBLE: they end the process too.
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef IMPOSSIBLE
#define IMPOSSIBLE 0
#endif

enum { HEADER = 16, CLASSES = 58, CHUNK = 1 << 20 };

struct freed {
    struct freed *next;
};
static struct freed *lists[CLASSES];
static char *chunk;
static size_t left;

static void end(void) {
    static const char message[] = "gives_up: out of memory\n";
    if (WAY < 2 && write(STDERR_FILENO, message, sizeof message - 1) < 0)
        return;
    if (WAY == 4)
        raise(SIGSEGV);
    if (WAY == 1 || WAY == 3)
        _exit(1);
    abort();
}

static void *refuse(void) {
    if (IMPOSSIBLE)
        end();
    errno = ENOMEM;
    return NULL;
}

static char *map(size_t size) {
    char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        end();
    return memory;
}

static char *carve(size_t whole) {
    if (whole >= CHUNK)
        return map(whole);
    if (whole > left) {
        chunk = map(CHUNK);
        left = CHUNK;
    }
    left -= whole;
    return chunk + left;
}

void *malloc(size_t size) {
    size_t class = 1;
    if (size > PTRDIFF_MAX)
        return refuse();
    while (((size_t)HEADER << class) - HEADER < size)
        class ++;
    if (class >= CLASSES)
        end();
    struct freed *block = lists[class];
    if (block != NULL) {
        lists[class] = block->next;
        return block;
    }
    char *fresh = carve((size_t)HEADER << class);
    memcpy(fresh, &class, sizeof class);
    return fresh + HEADER;
}

void *calloc(size_t count, size_t size) {
    if (size != 0 && count > SIZE_MAX / size)
        return refuse();
    void *block = malloc(count * size);
    return block != NULL ? memset(block, 0, count * size) : NULL;
}

void free(void *block) {
    size_t class;
    if (block == NULL)
        return;
    memcpy(&class, (char *)block - HEADER, sizeof class);
    struct freed *freed = block;
    freed->next = lists[class];
    lists[class] = freed;
}
