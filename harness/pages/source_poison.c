// SPDX-License-Identifier: MIT
// Poisoning of the reserved range, in builds with AddressSanitizer.
#define _GNU_SOURCE /* madvise */
#include "source_internal.h"

#include "program/poison.h"

#ifdef AC_HAVE_ASAN
#include <sys/mman.h>

/* From this size on, shadow memory is dropped instead of written, which saves seconds and an eighth
 * of the range's size. Fresh shadow memory means: not poisoned. */
static const size_t drops_shadow = (size_t)16 << 20;

static void drop_shadow(char *start, char *end) {
    size_t scale = 0, offset = 0;
    __asan_get_shadow_mapping(&scale, &offset);
    char *from = (char *)(((uintptr_t)start >> scale) + offset);
    char *to = (char *)(((uintptr_t)end >> scale) + offset);
    madvise(from, (size_t)(to - from), MADV_DONTNEED);
}

void ac_pages_poison(struct ac_source *source, size_t start, size_t end) {
    __asan_poison_memory_region(ac_at(source, start), end - start);
}

void ac_pages_unpoison(struct ac_source *source, size_t start, size_t end) {
    /* A page of shadow memory covers eight pages. */
    const size_t unit = 8 * source->page_size;
    size_t first = (start + unit - 1) & ~(unit - 1), last = end & ~(unit - 1);
    if (end - start < drops_shadow) {
        __asan_unpoison_memory_region(ac_at(source, start), end - start);
        return;
    }
    drop_shadow(ac_at(source, first), ac_at(source, last));
    __asan_unpoison_memory_region(ac_at(source, start), first - start);
    __asan_unpoison_memory_region(ac_at(source, last), end - last);
}

void ac_pages_forget(struct ac_source *source, size_t start, size_t end) {
    drop_shadow(ac_at(source, start), ac_at(source, end));
}
#else
void ac_pages_poison(struct ac_source *source, size_t start, size_t end) {
    (void)source, (void)start, (void)end;
}

void ac_pages_unpoison(struct ac_source *source, size_t start, size_t end) {
    (void)source, (void)start, (void)end;
}

void ac_pages_forget(struct ac_source *source, size_t start, size_t end) {
    (void)source, (void)start, (void)end;
}
#endif
