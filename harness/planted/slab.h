// SPDX-License-Identifier: MIT
// Size classes: runs of pages with slots of one size, and a bitmap and the requested sizes at the
// start of each run. Larger blocks have their own run.
#ifndef PLANTED_SLAB_H
#define PLANTED_SLAB_H

#include "front.h"

enum { SLAB_CLASSES = 16, SLAB_WORDS = 16, SLAB_SLOTS = 64 * SLAB_WORDS };

/* The header of a run. For a large block it ends before `slots`. */
struct run {
    size_t bytes;      /* of pages, header included */
    size_t slot;       /* bytes of a slot; 0: one large block */
    char *first;       /* slot 0, or the block */
    size_t live;       /* slots */
    size_t large_size; /* requested size of the large block */
    size_t reached;    /* slots from here on were never used */
    bool zeroed;       /* its new pages read as zero */
    bool lost;         /* a large run that allocation does not search */
    size_t slots;
    size_t class;
    bool by_malloc;          /* made for a request to malloc */
    struct run *next, *prev; /* list of runs of the class with a free slot */
    uint64_t used[SLAB_WORDS];
    uint16_t asked[SLAB_SLOTS];
};

struct slab {
    struct pb_heap front;
    size_t bytes;                      /* of pages, the table included */
    struct run *partial[SLAB_CLASSES]; /* runs with a free slot */
    size_t run_count, run_capacity;
    struct run *runs[]; /* all, by address */
};

extern const struct ac_profile slab_profile;

void *slab_open(const struct ac_open_options *options, enum pb_bug bug);
void slab_close(void *heap);
const char *slab_check(void *heap);
void slab_trim(void *heap);
bool slab_statistics(void *heap, struct ac_statistics *out);

/* For kinds built on this one: opens a heap with another kind's functions. */
void *slab_open_as(const struct pb_kind *kind, const struct ac_open_options *options,
                   enum pb_bug bug);
void *slab_allocate(struct pb_heap *heap, size_t size, size_t alignment);
void slab_release(struct pb_heap *heap, void *block);
size_t slab_space(struct pb_heap *heap, void *block);
bool slab_resize(struct pb_heap *heap, void *block, size_t size);
size_t slab_requested(struct pb_heap *heap, void *block);
void slab_set_asked(struct pb_heap *heap, void *block, size_t size);
size_t slab_slot_for(size_t size); /* SIZE_MAX: too large for a slot */
bool slab_allocates(struct pb_heap *heap, void *block);

#define SLAB_ALLOCATOR(allocator_name, opener)                                                     \
    {                                                                                              \
        PB_FRONT(allocator_name, opener),                                                          \
            .profile = &slab_profile, .sources = AC_SOURCE_MMAP | AC_SOURCE_BOTH,                  \
            .close = slab_close, .check = slab_check, .trim = slab_trim,                           \
            .statistics = slab_statistics, .frame_enter = pb_frame_enter,                          \
            .frame_leave = pb_frame_leave, .frame_alloca = pb_frame_alloca,                        \
            .frame_vla = pb_frame_vla, .frame_depth = pb_frame_depth,                              \
            .frame_bytes = pb_frame_bytes                                                          \
    }

#endif
