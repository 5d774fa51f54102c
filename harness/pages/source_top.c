// SPDX-License-Identifier: MIT
// The zone at the top: the last addresses of a process, above its stack. How many there are depends
// on the place of the stack: usually gigabytes, seldom none. In that case the zone stays after the
// zone of maps.
#define _GNU_SOURCE /* MAP_FIXED_NOREPLACE */
#include "source_internal.h"

#include <sys/auxv.h>
#include <sys/mman.h>

/* A process may have several sources, each with its own zone. */
enum { TRIES = 64 };

size_t ac_top_size(const struct ac_source *source) {
    const size_t smallest = (size_t)256 << 20, stride = ac_stride_size(source);
    return (smallest + stride - 1) / stride * stride;
}

/* Addresses end at a power of two, close above the stack. */
static uintptr_t end_of_addresses(uintptr_t stack) {
    uintptr_t end = 1;
    while (end <= stack && end <= UINTPTR_MAX / 2)
        end *= 2;
    return end;
}

/* Excludes the very last page, which is not available. */
static bool reserve_at(uintptr_t start, size_t size) {
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
    void *memory = mmap((void *)start, size, PROT_NONE, flags, -1, 0);
    if (memory != MAP_FAILED && memory != (void *)start)
        munmap(memory, size); /* old systems treat the address as a hint */
    return memory == (void *)start;
}

void ac_top_reserve(struct ac_source *source) {
    /* AT_RANDOM points just above the main thread's stack. */
    const uintptr_t stack = (uintptr_t)getauxval(AT_RANDOM);
    const size_t size = ac_top_size(source);
    uintptr_t start = end_of_addresses(stack);
    if (source->top_is_reserved)
        return;
    source->top_is_reserved = true;
    for (int i = 0; i < TRIES && !source->is_at_top && start - size > stack; i++) {
        start -= size;
        source->is_at_top = reserve_at(start, size - source->page_size);
    }
    if (source->is_at_top)
        source->zone_at_top = start - (uintptr_t)source->base;
}

void ac_top_release(struct ac_source *source) {
    if (source->is_at_top)
        munmap(ac_at(source, source->zone_at_top), ac_top_size(source) - source->page_size);
}
