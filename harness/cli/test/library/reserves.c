// SPDX-License-Identifier: MIT
// Sizes a memory file of 64 GiB and reserves 1 TiB of addresses while it is loaded, as allocators
// with a fixed address layout do. It uses little of either.
#define _GNU_SOURCE /* memfd_create */
#include "arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void need(int holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "cannot %s\n", what);
        abort();
    }
}

static void __attribute__((constructor)) reserve(void) {
    const size_t file_size = (size_t)64 << 30, addresses = (size_t)1 << 40;
    const int file = memfd_create("heap", MFD_CLOEXEC);
    need(ftruncate(file, (off_t)file_size) == 0, "size the memory file");
    char *heap = mmap(NULL, file_size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    need(heap != MAP_FAILED, "map the memory file");
    heap[file_size - 1] = 1;
    need(mmap(NULL, addresses, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) !=
             MAP_FAILED,
         "reserve addresses");
}

void *malloc(size_t size) {
    return arena_allocate(size);
}

void *calloc(size_t count, size_t size) {
    if (size != 0 && count > SIZE_MAX / size) {
        errno = ENOMEM;
        return NULL;
    }
    void *block = arena_allocate(count * size);
    return block != NULL ? memset(block, 0, count * size) : NULL;
}

void free(void *block) {
    arena_free(block);
}
