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

enum { SP_ALIGNMENT = 16 };

/* The planted bugs: one a row of planted_bugs.def, SP_CLEAN is none. */
enum sp_defect {
    SP_CLEAN,
#define AC_PLANTED(ID, name, base, oracle, poisoned, class, source, program) SP_##ID,
#include "planted_bugs.def"
#undef AC_PLANTED
};

struct sp_heap;

/* One kind of allocator. Neither sizes (0 among them) nor size + alignment come near SIZE_MAX in a
 * clean one; alignments are powers of two of at least SP_ALIGNMENT. */
struct sp_kind {
    void *(*allocate)(struct sp_heap *heap, size_t size, size_t alignment); /* NULL: no memory */
    void (*take)(struct sp_heap *heap, void *block);
    size_t (*room)(struct sp_heap *heap, void *block); /* bytes that the owner may use */
    /* Resizes in place; false: cannot, the block is as before. Never false where size <= room. */
    bool (*resize)(struct sp_heap *heap, void *block, size_t size);
    /* Bytes asked for in a block; NULL: not recorded. */
    size_t (*asked)(struct sp_heap *heap, void *block);
    /* Ends in the fatal handler unless the block is live; NULL: takes every pointer on trust. */
    void (*verify)(struct sp_heap *heap, void *block);
};

struct sp_arena;

/* The frames of a heap: arenas allocated by the heap itself, newest first. */
struct sp_frames {
    struct sp_arena *newest;
    struct sp_frame *innermost;
    size_t depth, bytes, arenas;
};

/* What the heap of every kind starts with. */
struct sp_heap {
    const struct sp_kind *kind;
    struct ac_page_source pages;
    void (*fatal)(void *ctx, const char *text);
    void *fatal_ctx;
    enum sp_defect defect;
    bool by_malloc; /* the request that is being served came from malloc */
    bool fresh;     /* what `allocate` returned last reads as zero */
    struct ac_statistics counted;
    struct sp_frames frames;
};

/* True in the one planted-bug allocator that has this bug. */
static inline bool planted(const struct sp_heap *heap, enum sp_defect defect) {
    return heap->defect == defect;
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

static inline size_t round_to_pages(const struct sp_heap *heap, size_t size) {
    return round_up(size, heap->pages.page_size);
}

/* Fills in a heap that a kind has made room for. */
void sp_heap_init(struct sp_heap *heap, const struct sp_kind *kind,
                  const struct ac_open_options *options, enum sp_defect defect);

/* Whole pages from the source of a heap, counted; NULL: refused. */
void *sp_pages_take(struct sp_heap *heap, size_t size);

/* Gives pages back; false: refused, still held (errno is then as munmap(2) leaves it). */
bool sp_pages_give(struct sp_heap *heap, void *start, size_t size);

/* Gives back the pages that the heap itself lies in. */
void sp_heap_end(struct sp_heap *heap, size_t size);

/* Ends the heap's use of the allocator: calls the fatal handler, or abort without one. */
_Noreturn void sp_fatal(const struct sp_heap *heap, const char *text);

/* The functions of struct ac_allocator. */
void *sp_malloc(void *heap, size_t size);
void *sp_calloc(void *heap, size_t count, size_t size);
void *sp_realloc(void *heap, void *block, size_t size);
void *sp_reallocarray(void *heap, void *block, size_t count, size_t size);
void sp_free(void *heap, void *block);
void *sp_aligned_alloc(void *heap, size_t alignment, size_t size);
int sp_posix_memalign(void *heap, void **out, size_t alignment, size_t size);
void *sp_memalign(void *heap, size_t alignment, size_t size);
size_t sp_usable_size(void *heap, void *block);
bool sp_statistics(void *heap, struct ac_statistics *out);

bool sp_frame_enter(void *heap);
void sp_frame_leave(void *heap);
void *sp_frame_alloca(void *heap, size_t size);
void *sp_frame_vla(void *heap, size_t count, size_t size);
size_t sp_frame_depth(void *heap);
size_t sp_frame_bytes(void *heap);

/* The part of an initialiser of struct ac_allocator that all kinds have in common. */
#define SP_FRONT(allocator_name, opener)                                                           \
    .struct_size = sizeof(struct ac_allocator), .name = (allocator_name), .open = (opener),        \
    .instrumented = AC_INSTRUMENTED, .malloc = sp_malloc, .calloc = sp_calloc,                     \
    .realloc = sp_realloc, .reallocarray = sp_reallocarray, .free = sp_free,                       \
    .aligned_alloc = sp_aligned_alloc, .posix_memalign = sp_posix_memalign,                        \
    .memalign = sp_memalign, .usable_size = sp_usable_size

/* The choices that the front makes, in an initialiser of struct ac_profile. */
#define SP_FRONT_PROFILE                                                                           \
    .malloc_zero = AC_ZERO_BLOCK, .realloc_zero = AC_ZERO_BLOCK,                                   \
    .aligned_zero = {[AC_FN_ALIGNED_ALLOC] = AC_ZERO_BLOCK,                                        \
                     [AC_FN_POSIX_MEMALIGN] = AC_ZERO_BLOCK,                                       \
                     [AC_FN_MEMALIGN] = AC_ZERO_BLOCK},                                            \
    .invalid_alignment = {[AC_FN_ALIGNED_ALLOC] = AC_ALIGN_EINVAL,                                 \
                          [AC_FN_POSIX_MEMALIGN] = AC_ALIGN_EINVAL,                                \
                          [AC_FN_MEMALIGN] = AC_ALIGN_ROUNDS},                                     \
    .errno_guaranteed = {AC_CAUSE_ALL, AC_CAUSE_ALL, AC_CAUSE_ALL, AC_CAUSE_ALL,                   \
                         AC_CAUSE_ALL, AC_CAUSE_ALL, AC_CAUSE_ALL},                                \
    .min_alignment = SP_ALIGNMENT

#endif
