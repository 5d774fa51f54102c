// SPDX-License-Identifier: MIT
// Every block in its own mapping, between two guard pages. A system call may fail for lack of
// memory; any other failure ends the process, as in hardened allocators.
#define _GNU_SOURCE /* MAP_ANONYMOUS, MADV_DONTDUMP */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { PAGE = 4096, HEADER = 16 };

/* True if the call succeeded. */
static int allowed(int result, const char *call) {
    if (result != 0 && errno != ENOMEM) {
        fprintf(stderr, "hardened: unexpected errno %d of %s\n", errno, call);
        abort();
    }
    return result == 0;
}

static void unmap(char *start, size_t whole) {
    if (!allowed(munmap(start, whole), "munmap"))
        allowed(mprotect(start, whole, PROT_NONE), "mprotect");
}

/* Returns where the block starts, behind a guard page. NULL: no memory. */
static char *map(size_t whole) {
    char *start = mmap(NULL, whole, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED)
        return allowed(-1, "mmap") ? start : NULL;
    if (allowed(mprotect(start + PAGE, whole - 2 * PAGE, PROT_READ | PROT_WRITE), "mprotect") &&
        allowed(madvise(start, whole, MADV_DONTDUMP), "madvise"))
        return start + PAGE;
    unmap(start, whole);
    errno = ENOMEM;
    return NULL;
}

void *malloc(size_t size) {
    char *block = NULL;
    if (size > PTRDIFF_MAX) {
        errno = ENOMEM;
        return NULL;
    }
    const size_t whole = 2 * PAGE + (size + HEADER + PAGE - 1) / PAGE * PAGE;
    block = map(whole);
    if (block == NULL)
        return NULL;
    memcpy(block, &whole, sizeof whole);
    return block + HEADER;
}

void *calloc(size_t count, size_t size) {
    if (size != 0 && count > SIZE_MAX / size) {
        errno = ENOMEM;
        return NULL;
    }
    return malloc(count * size);
}

void free(void *block) {
    const int before = errno;
    size_t whole;
    if (block == NULL)
        return;
    char *start = (char *)block - HEADER;
    memcpy(&whole, start, sizeof whole);
    allowed(madvise(start, whole - 2 * PAGE, MADV_DONTNEED), "madvise");
    unmap(start - PAGE, whole);
    errno = before;
}
