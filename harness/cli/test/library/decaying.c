// SPDX-License-Identifier: MIT
// A library that keeps free memory for a while, as many do: each free leaves a few dirty bytes,
// whose page is given back KEEP_MS later. Until then resident memory rises as steadily as with a
// leak. A KEEP_MS that never ends is one.
#define _GNU_SOURCE /* MAP_ANONYMOUS, madvise */
#include "arena.h"

#include <stdint.h>
#include <sys/mman.h>
#include <time.h>

enum { DIRTY = 16, PAGE = 4096, ZONE = 1 << 30 };

void *malloc(size_t size);
void free(void *block);

static uint64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Pages become dirty, and clean again, from the start of the zone on. */
static void leave_dirty_bytes(void) {
    static uint64_t since_ms[ZONE / PAGE];
    static char *zone;
    static size_t dirty, clean;
    if (zone == NULL)
        zone = mmap(NULL, ZONE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                    -1, 0);
    if (dirty + DIRTY > ZONE)
        return;
    zone[dirty] = 1;
    since_ms[dirty / PAGE] = now_ms();
    dirty += DIRTY;
    for (; clean + PAGE < dirty && now_ms() - since_ms[clean / PAGE] > KEEP_MS; clean += PAGE)
        madvise(zone + clean, PAGE, MADV_DONTNEED);
}

void *malloc(size_t size) {
    return arena_allocate(size);
}

void free(void *block) {
    if (block != NULL)
        leave_dirty_bytes();
    arena_free(block);
}
