// SPDX-License-Identifier: MIT
// Shared by all planted-bug allocators: the libc functions in front of a kind of allocator. The
// front checks sizes, sets errno and counts blocks; a kind only allocates, frees and resizes.
#ifndef PLANTED_FRONT_H
#define PLANTED_FRONT_H

#include "allocheck/allocator.h"
#include "allocheck/profile.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PB_ALIGNMENT = 16 };

/* The planted bugs: one for each row of planted_bugs.def. BUG_NONE: a clean build. */
enum pb_bug {
    BUG_NONE,
#define AC_PLANTED(ID, name, base, oracle, poisoned, class, source, program) BUG_##ID,
#include "planted_bugs.def"
#undef AC_PLANTED
};

struct pb_heap;

/* A kind of allocator. Alignments are powers of two of at least PB_ALIGNMENT. In a clean build,
 * size (which may be 0) + alignment is far below SIZE_MAX. */
struct pb_kind {
    void *(*allocate)(struct pb_heap *heap, size_t size, size_t alignment); /* NULL: no memory */
    void (*release)(struct pb_heap *heap, void *block);
    size_t (*usable)(struct pb_heap *heap, void *block); /* usable size */
    /* Resizes in place. False: impossible, the block is unchanged. Never false for size <= usable.
     */
    bool (*resize)(struct pb_heap *heap, void *block, size_t size);
    /* The requested size of a block; NULL: not recorded. */
    size_t (*requested)(struct pb_heap *heap, void *block);
    /* Calls the fatal handler unless the block is live; NULL: does not check pointers. */
    void (*verify)(struct pb_heap *heap, void *block);
};

struct pb_arena;

/* The frames of a heap, in arenas that the heap allocates. */
struct pb_frames {
    struct pb_arena *newest;
    struct pb_frame *innermost;
    size_t depth, bytes, arenas;
};

/* The first member of the heap of every kind. */
struct pb_heap {
    const struct pb_kind *kind;
    struct ac_page_source pages;
    void (*fatal)(void *ctx, const char *text);
    void *fatal_ctx;
    enum pb_bug bug;
    bool by_malloc; /* the current request came from malloc */
    bool fresh;     /* the memory last returned by `allocate` reads as zero */
    struct ac_statistics counted;
    struct pb_frames frames;
};

/* True in the one allocator that has the bug. */
static inline bool has_bug(const struct pb_heap *heap, enum pb_bug bug) {
    return heap->bug == bug;
}

static inline size_t round_up(size_t size, size_t to) {
    return (size + to - 1) & ~(to - 1);
}

static inline size_t larger(size_t left, size_t right) {
    return left > right ? left : right;
}

static inline size_t smaller(size_t left, size_t right) {
    return left < right ? left : right;
}

static inline char *align_up(char *start, size_t alignment) {
    return start + (round_up((uintptr_t)start, alignment) - (uintptr_t)start);
}

static inline size_t round_to_pages(const struct pb_heap *heap, size_t size) {
    return round_up(size, heap->pages.page_size);
}

/* Initialises the front of a heap. */
void pb_heap_init(struct pb_heap *heap, const struct pb_kind *kind,
                  const struct ac_open_options *options, enum pb_bug bug);

/* Maps and counts whole pages; NULL: refused. */
void *pb_pages_map(struct pb_heap *heap, size_t size);

/* Unmaps pages. False: refused, still held, and errno is set as by munmap(2). */
bool pb_pages_unmap(struct pb_heap *heap, void *start, size_t size);

/* Unmaps the pages of the heap itself. */
void pb_heap_end(struct pb_heap *heap, size_t size);

/* Calls the fatal handler, or abort if there is none. */
_Noreturn void pb_fatal(const struct pb_heap *heap, const char *text);

/* The functions of struct ac_allocator. */
void *pb_malloc(void *heap, size_t size);
void *pb_calloc(void *heap, size_t count, size_t size);
void *pb_realloc(void *heap, void *block, size_t size);
void *pb_reallocarray(void *heap, void *block, size_t count, size_t size);
void pb_free(void *heap, void *block);
void *pb_aligned_alloc(void *heap, size_t alignment, size_t size);
int pb_posix_memalign(void *heap, void **out, size_t alignment, size_t size);
void *pb_memalign(void *heap, size_t alignment, size_t size);
size_t pb_usable_size(void *heap, void *block);
bool pb_statistics(void *heap, struct ac_statistics *out);

bool pb_frame_enter(void *heap);
void pb_frame_leave(void *heap);
void *pb_frame_alloca(void *heap, size_t size);
void *pb_frame_vla(void *heap, size_t count, size_t size);
size_t pb_frame_depth(void *heap);
size_t pb_frame_bytes(void *heap);

/* The common part of an initialiser of struct ac_allocator. */
#define PB_FRONT(allocator_name, opener)                                                           \
    .struct_size = sizeof(struct ac_allocator), .name = (allocator_name), .open = (opener),        \
    .instrumented = AC_INSTRUMENTED, .malloc = pb_malloc, .calloc = pb_calloc,                     \
    .realloc = pb_realloc, .reallocarray = pb_reallocarray, .free = pb_free,                       \
    .aligned_alloc = pb_aligned_alloc, .posix_memalign = pb_posix_memalign,                        \
    .memalign = pb_memalign, .usable_size = pb_usable_size

/* The common part of an initialiser of struct ac_profile. */
#define PB_FRONT_PROFILE                                                                           \
    .zero = {AC_ZERO_FRESH(AC_ZERO_BLOCK), [AC_FN_ALIGNED_ALLOC] = AC_ZERO_BLOCK,                  \
             [AC_FN_POSIX_MEMALIGN] = AC_ZERO_BLOCK, [AC_FN_MEMALIGN] = AC_ZERO_BLOCK},            \
    .resize_zero = {AC_ZERO_RESIZED(AC_ZERO_BLOCK)},                                               \
    .invalid_alignment = {[AC_FN_ALIGNED_ALLOC] = AC_ALIGN_EINVAL,                                 \
                          [AC_FN_POSIX_MEMALIGN] = AC_ALIGN_EINVAL,                                \
                          [AC_FN_MEMALIGN] = AC_ALIGN_ROUNDS},                                     \
    .errno_guaranteed = {AC_CAUSE_ALL, AC_CAUSE_ALL, AC_CAUSE_ALL, AC_CAUSE_ALL,                   \
                         AC_CAUSE_ALL, AC_CAUSE_ALL, AC_CAUSE_ALL},                                \
    .min_alignment = PB_ALIGNMENT, .realloc_keeps_usable = true

#endif
