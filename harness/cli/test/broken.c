// SPDX-License-Identifier: MIT
// A tool's list of broken allocators: `broken' (calloc returns dirty memory, a request of 501 bytes
// aborts, one of 502 is undefined behaviour), some that break only at times, and the planted-bug
// allocators with their clean builds.
#define _GNU_SOURCE /* open, O_CLOEXEC */
#include "adapter/adapters.h"
#include "mapping.h"

#include "planted/planted.h"

#include "allocheck/profile.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    FATAL_SIZE = 501,
    SHIFTED_SIZE = 502,
    TIRED_AFTER = 100,
    HOARDED = 1 << 20,
    ONCE_AFTER = 100,
    WEARY_AFTER = 90
};

/* --- broken --- */

/* Shifts by too many bits, which UndefinedBehaviorSanitizer reports. */
static size_t shifted(size_t size, unsigned bits) {
    return size << bits;
}

static void *broken_malloc(void *heap, size_t size) {
    if (size == SHIFTED_SIZE) {
        volatile unsigned bits = 64;
        size += shifted(size, bits) % 2;
    }
    if (size == FATAL_SIZE) {
        fputs("the heap is broken, giving up\n", stderr);
        abort();
    }
    return ac_libc.malloc(heap, size);
}

static void *broken_calloc(void *heap, size_t count, size_t size) {
    void *block = ac_libc.calloc(heap, count, size);
    if (block != NULL && size > 0) {
        memset(block, 0x5A, 1);
    }
    return block;
}

static void broken_free(void *heap, void *block) {
    ac_libc.free(heap, block);
}

static const struct ac_profile profile = {
    .name = "broken",
    .malloc_zero = AC_ZERO_EITHER,
    .realloc_zero = AC_ZERO_EITHER,
    .held_when_empty = SIZE_MAX,
};

static const struct ac_allocator broken = {
    .struct_size = sizeof broken,
    .name = "broken",
    .profile = &profile,
    .malloc = broken_malloc,
    .calloc = broken_calloc,
    .free = broken_free,
};

/* --- tired: breaks after many programs in one process --- */

static void *plain_malloc(void *heap, size_t size) {
    return ac_libc.malloc(heap, size);
}

static void *tired_calloc(void *heap, size_t count, size_t size) {
    static unsigned calls;
    return ++calls > TIRED_AFTER ? broken_calloc(heap, count, size)
                                 : ac_libc.calloc(heap, count, size);
}

static const struct ac_allocator tired = {
    .struct_size = sizeof tired,
    .name = "tired",
    .profile = &profile,
    .malloc = plain_malloc,
    .calloc = tired_calloc,
    .free = broken_free,
};

/* --- twice: two bugs --- */

static void *twice_malloc(void *heap, size_t size) {
    return size % 64 == 1 ? broken_malloc(heap, FATAL_SIZE) : ac_libc.malloc(heap, size);
}

static void *twice_calloc(void *heap, size_t count, size_t size) {
    return size % 8 == 1 ? broken_calloc(heap, count, size) : ac_libc.calloc(heap, count, size);
}

static const struct ac_allocator twice = {
    .struct_size = sizeof twice,
    .name = "twice",
    .profile = &profile,
    .malloc = twice_malloc,
    .calloc = twice_calloc,
    .free = broken_free,
};

/* --- weary: calloc returns dirty memory after more different sizes than one program asks for ---
 */

static unsigned weary_sizes; /* different ones, modulo 4096 */

static void *weary_malloc(void *heap, size_t size) {
    static bool seen[4096];
    weary_sizes += !seen[size % 4096];
    seen[size % 4096] = true;
    return ac_libc.malloc(heap, size);
}

static void *weary_calloc(void *heap, size_t count, size_t size) {
    return weary_sizes > WEARY_AFTER ? broken_calloc(heap, count, size)
                                     : ac_libc.calloc(heap, count, size);
}

static const struct ac_allocator weary = {
    .struct_size = sizeof weary,
    .name = "weary",
    .profile = &profile,
    .malloc = weary_malloc,
    .calloc = weary_calloc,
    .free = broken_free,
};

/* --- rare: aborts at sizes that few programs ask for --- */

static void *rare_malloc(void *heap, size_t size) {
    return size > 512 && size % 8192 == 77 ? broken_malloc(heap, FATAL_SIZE)
                                           : ac_libc.malloc(heap, size);
}

static const struct ac_allocator rare = {
    .struct_size = sizeof rare,
    .name = "rare",
    .profile = &profile,
    .malloc = rare_malloc,
    .free = broken_free,
};

/* --- once: breaks once per folder, and leaves a file there --- */

static void *once_calloc(void *heap, size_t count, size_t size) {
    static unsigned calls;
    int file = -1;
    if (++calls == ONCE_AFTER) {
        file = open("it-broke", O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
    }
    if (file < 0) {
        return ac_libc.calloc(heap, count, size);
    }
    close(file);
    return broken_calloc(heap, count, size);
}

static const struct ac_allocator once = {
    .struct_size = sizeof once,
    .name = "once",
    .profile = &profile,
    .malloc = plain_malloc,
    .calloc = once_calloc,
    .free = broken_free,
};

/* --- moody: of three processes in a folder, two break --- */

static bool is_bad_day(void) {
    const int file = open("days", O_CREAT | O_APPEND | O_WRONLY | O_CLOEXEC, 0666);
    const bool written = file >= 0 && write(file, ".", 1) == 1;
    const off_t days = written ? lseek(file, 0, SEEK_END) : 0;
    if (file >= 0) {
        close(file);
    }
    return days % 3 != 0;
}

static void *calloc_with_quirks(void *heap, size_t count, size_t size) {
    static int bad = -1;
    bad = bad < 0 ? is_bad_day() : bad;
    return bad ? broken_calloc(heap, count, size) : ac_libc.calloc(heap, count, size);
}

static const struct ac_allocator quirky = {
    .struct_size = sizeof quirky,
    .name = "quirky",
    .profile = &profile,
    .malloc = plain_malloc,
    .calloc = calloc_with_quirks,
    .free = broken_free,
};

/* --- hoarder: frees nothing, and has touched everything --- */

static void *hoarder_malloc(void *heap, size_t size) {
    void *block = ac_libc.malloc(heap, size);
    return block != NULL && size <= HOARDED ? memset(block, 1, size) : block;
}

static void hoarder_free(void *heap, void *block) {
    (void)heap;
    (void)block;
}

static const struct ac_allocator hoarder = {
    .struct_size = sizeof hoarder,
    .name = "hoarder",
    .profile = &profile,
    .malloc = hoarder_malloc,
    .free = hoarder_free,
};

/* --- quitter: one mapping per block; exits if a mapping is refused --- */

enum { QUITTER_HEADER = 16 }; /* in front of a block: the size of its mapping */

static void *quitter_malloc(void *heap, size_t size) {
    const size_t whole = size + QUITTER_HEADER;
    (void)heap;
    if (size > PTRDIFF_MAX) {
        return NULL;
    }
    char *memory = mmap(NULL, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        abort();
    }
    memcpy(memory, &whole, sizeof whole);
    return memory + QUITTER_HEADER;
}

static void quitter_free(void *heap, void *block) {
    size_t whole;
    (void)heap;
    if (block != NULL) {
        char *memory = (char *)block - QUITTER_HEADER;
        memcpy(&whole, memory, sizeof whole);
        munmap(memory, whole);
    }
}

static const struct ac_allocator quitter = {
    .struct_size = sizeof quitter,
    .name = "quitter",
    .profile = &profile,
    .malloc = quitter_malloc,
    .free = quitter_free,
};

/* --- either: two bugs that the same oracle finds at the same kind of op --- */

static bool either_freed; /* a block has been freed */

static void either_free(void *heap, void *block) {
    either_freed |= block != NULL;
    ac_libc.free(heap, block);
}

static void *either_calloc(void *heap, size_t count, size_t size) {
    bool small = size > 2 && size < 8;
    return size >= 64 || (small && either_freed) ? broken_calloc(heap, count, size)
                                                 : ac_libc.calloc(heap, count, size);
}

static const struct ac_allocator either = {
    .struct_size = sizeof either,
    .name = "either",
    .profile = &profile,
    .malloc = plain_malloc,
    .calloc = either_calloc,
    .free = either_free,
};

/* --- the list --- */

static const struct ac_allocator *const allocators[] = {&broken,
                                                        &tired,
                                                        &twice,
                                                        &weary,
                                                        &rare,
                                                        &once,
                                                        &quirky,
                                                        &hoarder,
                                                        &either,
                                                        &ac_mapping,
                                                        &ac_mapping_third,
                                                        &ac_mapping_open,
                                                        &quitter,
                                                        &ac_mapping_grows};

const struct ac_allocator *const *ac_allocators(size_t *count) {
    *count = sizeof allocators / sizeof *allocators;
    return allocators;
}

static const struct ac_allocator *clean_build_by_name(const char *name) {
    size_t count;
    const struct ac_allocator *const *clean_builds = ac_clean_builds(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(clean_builds[i]->name, name) == 0) {
            return clean_builds[i];
        }
    }
    return NULL;
}

static const struct ac_allocator *planted_by_name(const char *name) {
    size_t count;
    const struct ac_planted_bug *planted_bugs = ac_planted_bugs(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(planted_bugs[i].name, name) == 0) {
            return planted_bugs[i].allocator;
        }
    }
    return clean_build_by_name(name);
}

const struct ac_allocator *ac_allocator_by_name(const char *name) {
    for (size_t i = 0; i < sizeof allocators / sizeof *allocators; i++) {
        if (strcmp(allocators[i]->name, name) == 0) {
            return allocators[i];
        }
    }
    return planted_by_name(name);
}
