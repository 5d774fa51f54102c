// SPDX-License-Identifier: MIT
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "traits.h"

#include "allocheck/profile.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ARENA = 48 << 20, HEADER = 32, TIRED_AFTER = 8 << 20 };

struct traits traits;

/* In front of each block. Freed blocks of a size are reused, the last one first. */
struct header {
    size_t size, alignment;
    struct header *next;
    size_t live;
};

static char *arena, *top;
static struct header *freed;
static char shared_block;

static void say_last_words(enum traits_death how) {
    if (how == DIES_BY_ASSERTION)
        fprintf(stderr, "traits.c:7: refuse: Assertion `size < most' failed.\n");
    else if (how != DIES_SILENT && how != DIES_BY_EXIT)
        fprintf(stderr, "traits: giving up at %p\n", (void *)&traits);
}

static void die(enum traits_death how) {
    if (how == DIES_NOT)
        return;
    say_last_words(how);
    if (how == DIES_BY_EXIT || how == DIES_BY_EXIT_WITH_WORDS)
        _exit(7);
    if (how == DIES_SILENT || how == DIES_WITH_WORDS_BY_SIGNAL)
        raise(SIGSEGV);
    abort();
}

static void set_error(int trait, int usual) {
    static int calls;
    if (trait == 0 || (trait == -2 && calls++ % 2 == 0))
        errno = usual;
    else if (trait > 0)
        errno = trait;
}

static void *refuse(void) {
    die(traits.exhausted);
    set_error(traits.error, ENOMEM);
    return NULL;
}

static struct header *header_of(void *block) {
    return (struct header *)((char *)block - HEADER);
}

static void *reuse(size_t size, size_t alignment) {
    for (struct header **link = &freed; *link != NULL; link = &(*link)->next) {
        struct header *header = *link;
        if (header->size == size && header->alignment == alignment) {
            *link = header->next;
            header->live = 1;
            return (char *)header + HEADER;
        }
    }
    return NULL;
}

static void *allocate(size_t size, size_t alignment) {
    if (arena == NULL) {
        arena = top = mmap(NULL, ARENA, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    }
    void *block = reuse(size, alignment);
    if (block != NULL)
        return block;
    if (traits.tires && top - arena > TIRED_AFTER)
        usleep(1000);
    const uintptr_t odd = traits.aligned_to_8 ? 8 : 0;
    const uintptr_t start = (((uintptr_t)top + HEADER + alignment - 1) & ~(alignment - 1)) + odd;
    const size_t left = (size_t)(arena + ARENA - top);
    if (size > left || start - (uintptr_t)top > left - size)
        return refuse();
    top = (char *)start + (size + 15) / 16 * 16;
    *header_of((void *)start) = (struct header){size, alignment, NULL, 1};
    return (void *)start;
}

static void *zero_sized(void) {
    static int calls;
    switch (traits.zero) {
    case ZERO_NULL:
        return NULL;
    case ZERO_VARIES:
        return calls++ % 2 == 0 ? allocate(0, 16) : NULL;
    case ZERO_SHARED:
        return &shared_block;
    default:
        return allocate(0, 16);
    }
}

static void *traits_malloc(void *heap, size_t size) {
    (void)heap;
    return size != 0 ? allocate(size, 16) : zero_sized();
}

static void traits_free(void *heap, void *block) {
    (void)heap;
    if (block == NULL || block == &shared_block)
        return;
    struct header *header = header_of(block);
    if (!header->live) {
        die(traits.double_free);
        return;
    }
    header->live = 0;
    header->next = freed;
    freed = header;
}

static void *traits_calloc(void *heap, size_t count, size_t size) {
    if (!traits.wraps && size != 0 && count > SIZE_MAX / size)
        return refuse();
    void *block = traits_malloc(heap, count * size);
    return block != NULL && count * size != 0 ? memset(block, 0, count * size) : block;
}

static void *resize_to_zero(void *heap, void *old) {
    static int calls;
    const bool odd = calls++ % 2 != 0;
    if (traits.resize_zero == RESIZE_KEEPS)
        return NULL;
    if (traits.resize_zero == RESIZE_FREES || (traits.resize_zero == RESIZE_VARIES && odd)) {
        traits_free(heap, old);
        return NULL;
    }
    return old;
}

static void *traits_realloc(void *heap, void *old, size_t size) {
    if (old == NULL)
        return traits_malloc(heap, size);
    if (size == 0)
        return resize_to_zero(heap, old);
    const struct header *header = header_of(old);
    void *block = allocate(size, traits.loses_alignment ? 16 : header->alignment);
    if (block != NULL) {
        memcpy(block, old, size < header->size ? size : header->size);
        traits_free(heap, old);
    }
    return block;
}

static size_t round_up(size_t alignment) {
    size_t power = 16;
    while (power < alignment)
        power *= 2;
    return power;
}

static void *traits_aligned_alloc(void *heap, size_t alignment, size_t size) {
    (void)heap;
    const bool valid = alignment != 0 && (alignment & (alignment - 1)) == 0;
    if (!valid && !traits.takes_alignments) {
        set_error(traits.alignment_error, EINVAL);
        return NULL;
    }
    return alignment > ARENA ? refuse() : allocate(size, round_up(alignment));
}

static size_t traits_usable_size(void *heap, void *block) {
    (void)heap;
    const size_t size = block != NULL ? header_of(block)->size : 0;
    return traits.exact ? size : (size + 15) / 16 * 16;
}

static const struct ac_profile profile = {.name = "traits", .held_when_empty = SIZE_MAX};

const struct ac_allocator traits_allocator = {
    .struct_size = sizeof traits_allocator,
    .name = "traits",
    .profile = &profile,
    .malloc = traits_malloc,
    .calloc = traits_calloc,
    .realloc = traits_realloc,
    .free = traits_free,
    .aligned_alloc = traits_aligned_alloc,
    .usable_size = traits_usable_size,
};
