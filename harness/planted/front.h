// SPDX-License-Identifier: MIT
// What all planted-bug allocators share: the libc names in front of a kind of allocator. A kind
// only allocates, takes back and resizes; sizes are checked, errno is set and blocks are counted
// here.
#ifndef PLANTED_FRONT_H
#define PLANTED_FRONT_H

#include "allocheck/allocator.h"
#include "allocheck/profile.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PB_ALIGNMENT = 16 };

/* The planted bugs: one a row of planted_bugs.def, BUG_NONE is none. */
enum pb_bug {
    BUG_NONE,
#define AC_PLANTED(ID, name, base, oracle, poisoned, class, source, program) BUG_##ID,
#include "planted_bugs.def"
#undef AC_PLANTED
};

struct pb_heap;

/* One kind of allocator. Neither sizes (0 among them) nor size + alignment come near SIZE_MAX in a
 * clean one; alignments are powers of two of at least PB_ALIGNMENT. */
struct pb_kind {
    void *(*allocate)(struct pb_heap *heap, size_t size, size_t alignment); /* NULL: no memory */
    void (*take)(struct pb_heap *heap, void *block);
    size_t (*room)(struct pb_heap *heap, void *block); /* bytes that the owner may use */
    /* Resizes in place; false: cannot, the block is as before. Never false where size <= room. */
    bool (*resize)(struct pb_heap *heap, void *block, size_t size);
    /* Bytes asked for in a block; NULL: not recorded. */
    size_t (*asked)(struct pb_heap *heap, void *block);
    /* Ends in the fatal handler unless the block is live; NULL: takes every pointer on trust. */
    void (*verify)(struct pb_heap *heap, void *block);
};

struct pb_arena;

/* The frames of a heap: arenas allocated by the heap itself, newest first. */
struct pb_frames {
    struct pb_arena *newest;
    struct pb_frame *innermost;
    size_t depth, bytes, arenas;
};

/* What the heap of every kind starts with. */
struct pb_heap {
    const struct pb_kind *kind;
    struct ac_page_source pages;
    void (*fatal)(void *ctx, const char *text);
    void *fatal_ctx;
    enum pb_bug bug;
    bool by_malloc; /* the request that is being served came from malloc */
    bool fresh;     /* what `allocate` returned last reads as zero */
    struct ac_statistics counted;
    struct pb_frames frames;
};

/* True in the one planted-bug allocator that has this bug. */
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

/* Fills in a heap that a kind has made room for. */
void pb_heap_init(struct pb_heap *heap, const struct pb_kind *kind,
                  const struct ac_open_options *options, enum pb_bug bug);

/* Whole pages from the source of a heap, counted; NULL: refused. */
void *pb_pages_take(struct pb_heap *heap, size_t size);

/* Gives pages back; false: refused, still held (errno is then as munmap(2) leaves it). */
bool pb_pages_give(struct pb_heap *heap, void *start, size_t size);

/* Gives back the pages that the heap itself lies in. */
void pb_heap_end(struct pb_heap *heap, size_t size);

/* Ends the heap's use of the allocator: calls the fatal handler, or abort without one. */
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

/* The part of an initialiser of struct ac_allocator that all kinds have in common. */
#define PB_FRONT(allocator_name, opener)                                                           \
    .struct_size = sizeof(struct ac_allocator), .name = (allocator_name), .open = (opener),        \
    .instrumented = AC_INSTRUMENTED, .malloc = pb_malloc, .calloc = pb_calloc,                     \
    .realloc = pb_realloc, .reallocarray = pb_reallocarray, .free = pb_free,                       \
    .aligned_alloc = pb_aligned_alloc, .posix_memalign = pb_posix_memalign,                        \
    .memalign = pb_memalign, .usable_size = pb_usable_size

/* The choices that the front makes, in an initialiser of struct ac_profile. */
#define PB_FRONT_PROFILE                                                                           \
    .malloc_zero = AC_ZERO_BLOCK, .realloc_zero = AC_ZERO_BLOCK,                                   \
    .aligned_zero = {[AC_FN_ALIGNED_ALLOC] = AC_ZERO_BLOCK,                                        \
                     [AC_FN_POSIX_MEMALIGN] = AC_ZERO_BLOCK,                                       \
                     [AC_FN_MEMALIGN] = AC_ZERO_BLOCK},                                            \
    .invalid_alignment = {[AC_FN_ALIGNED_ALLOC] = AC_ALIGN_EINVAL,                                 \
                          [AC_FN_POSIX_MEMALIGN] = AC_ALIGN_EINVAL,                                \
                          [AC_FN_MEMALIGN] = AC_ALIGN_ROUNDS},                                     \
    .errno_guaranteed = {AC_CAUSE_ALL, AC_CAUSE_ALL, AC_CAUSE_ALL, AC_CAUSE_ALL,                   \
                         AC_CAUSE_ALL, AC_CAUSE_ALL, AC_CAUSE_ALL},                                \
    .min_alignment = PB_ALIGNMENT

#endif
