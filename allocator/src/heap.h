// SPDX-License-Identifier: MIT
// The parts of a heap. A region is a range from the source, divided into grains. A span is a run of
// grains with one use: slots of one class, one large block, or frame memory. Descriptions lie at
// the front of a region or in ranges of their own, never among user memory.
#ifndef SLATE_HEAP_H
#define SLATE_HEAP_H

#include <stdatomic.h>

#include "size.h"
#include "slate.h"

enum { BINS = 128 };

/* State of a slot, kept outside it. Live: SLOT_LIVE plus the slack after the block. Claimed by a
 * free that does not hold the lock yet: SLOT_CLAIMED. Free: number of the next free slot plus one,
 * 0 at the end of the list. Slots from the span's `fresh` on have no state yet. */
typedef _Atomic uint16_t slot_state;
#define SLOT_LIVE        ((uint16_t)0x8000)
#define SLOT_CLAIMED     ((uint16_t)0x7FFF)
#define STATES_PER_GRAIN (GRAIN / SLOT_MIN)

enum span_kind { SPAN_SLOTS = 1, SPAN_LARGE, SPAN_FRAME };

/* What a free grain held last: one of these, or the class of its slots plus one. */
enum { LAST_NONE = 0, LAST_LARGE = 255 };

struct region;

/* One per grain; the span is described by that of its first grain. */
struct span {
    /* Free run: links of its bin; slots: of the class's spans with a free slot; frame: next is the
     * chunk below. */
    struct span *next, *prev;
    struct region *region;
    uint32_t grains; /* of the span */
    uint32_t run;    /* length, in the first and last grain of a free run; else 0 */
    union {
        struct {
            uint32_t size;          /* of a slot */
            uint32_t magic;         /* offset * magic >> 32 is the slot number */
            _Atomic uint16_t fresh; /* slots from here on were never live */
            uint16_t free;          /* number of the first free slot plus one; 0: none */
            uint16_t used;          /* live or claimed */
            uint16_t count;
        } slots;
        struct {
            size_t size; /* requested */
            slot_state state;
        } large;
        struct {
            uint32_t level;  /* depth of the frame that owns it */
            uint32_t blocks; /* allocated from it */
            size_t asked;    /* their requested bytes */
            size_t used;     /* bytes used up */
        } frame;
    };
    uint16_t last_offset; /* of this grain in the span that held it last, in grains */
    uint8_t last_use;     /* LAST_... */
    uint8_t kind;
    uint8_t class;
    uint8_t clean; /* slots that were never live are zero */
};

struct region {
    char *_Atomic base;   /* first grain, or the block of a mapping */
    _Atomic size_t bytes; /* from base; 0 once returned to the source */
    struct span *spans;   /* one per grain */
    uint32_t *owner;      /* per grain: number of its span's first grain plus one; 0: free */
    slot_state *states;   /* STATES_PER_GRAIN per grain */
    uint32_t grains;
    /* Grains from here on were never used: they are free, and only the ends of runs have a
     * description. */
    _Atomic uint32_t fresh;
    uint32_t poisoned; /* grains poisoned so far */
    void *start;       /* of the range from the source */
    size_t size;
    size_t last_bytes;      /* once returned: the former bytes */
    size_t tiles;           /* entries in the directory */
    struct region *next;    /* all regions ever, newest first */
    struct region *later;   /* the next one retired */
    struct span block_span; /* span of a mapping */
    bool mapping;           /* one large block; else grains */
    bool grown;             /* from grow; else from map */
    bool unmap_refused;     /* its block is freed, but the source refused the range */
    bool pinned;            /* holds descriptions of others; stays until the heap closes */
};

/* Maps addresses to regions: a hash table with open addressing, keyed by tile (a power of two
 * bytes). Readers take no lock, so an outgrown table stays readable until the heap closes. */
struct entry {
    struct region *_Atomic region;
    uintptr_t tile;
};

struct directory {
    size_t mask;
    size_t filled;
    struct entry *entry;
};

struct slate_heap {
    /* Read on every call. */
    struct region *primary; /* holds the heap itself */
    struct directory *_Atomic directory;
    unsigned tile_shift;
    atomic_uint lock;
    uint64_t canary;
    const struct slate_parking *parking;
    struct span *open[CLASSES]; /* spans with a free slot */
    uint32_t spans[CLASSES];    /* number of all spans */
    struct span *bins[BINS];    /* free runs by length */
    uint64_t bin_map[BINS / 64];
    struct slate_statistics statistics;
    struct span *chunk; /* newest frame memory */
    /* Read when pages are needed. */
    struct slate_source source;
    slate_fatal_handler *fatal;
    void *fatal_ctx;
    size_t limit;
    size_t region_size;
    struct region *_Atomic regions;
    struct region *retired; /* oldest first */
    struct region *retired_last;
    size_t retired_count;
    struct meta_range *meta_ranges; /* ranges of descriptions */
    char *meta, *meta_end;          /* unused space for descriptions */
};

/* Header of a range of descriptions. */
struct meta_range {
    struct meta_range *next;
    size_t size;
};

/* A verified block. */
struct block {
    struct region *region;
    struct span *span;
    slot_state *state;
    uint16_t seen; /* the state when it was verified */
    char *start;
    size_t size;     /* requested */
    size_t capacity; /* to the end of its slot, span or mapping */
};

// ---- pages.c -----------------------------------------------------------------------------------
void *pages_map(struct slate_heap *heap, size_t size);
void *pages_grow(struct slate_heap *heap, size_t size);
void *pages_remap(struct slate_heap *heap, void *start, size_t old, size_t size, bool may_move);
/* Returns a range to the source; false: refused. */
bool pages_return(struct slate_heap *heap, void *start, size_t size, bool grown);
size_t pages_round(const struct slate_heap *heap, size_t size); /* 0: overflow */
/* Ensures that meta_take can hand out that many bytes. */
bool meta_reserve(struct slate_heap *heap, size_t bytes);
void *meta_take(struct slate_heap *heap, size_t bytes);

// ---- directory.c -------------------------------------------------------------------------------
struct directory *directory_make(void *memory, size_t entries);
size_t directory_tiles(const struct slate_heap *heap, const char *base, size_t bytes);
size_t directory_bytes(const struct slate_heap *heap, size_t tiles); /* for directory_add */
/* Enters a listed region, after meta_reserve of directory_bytes. */
void directory_add(struct slate_heap *heap, struct region *region, size_t tiles);
/* The region that holds an address; a mapping is found only in the tile of its start. */
struct region *directory_find(const struct slate_heap *heap, const void *address);
void directory_remove(struct slate_heap *heap, struct region *region);
size_t directory_size(size_t entries); /* in bytes */

// ---- region.c ----------------------------------------------------------------------------------
#define REGION_META (sizeof(struct region) + BLOCK_ALIGN)
/* Requests a region that fits a run of that many grains. */
bool region_add(struct slate_heap *heap, size_t grains);
/* A new or reused description in the heap's list, after meta_reserve of REGION_META. */
struct region *region_describe(struct slate_heap *heap, bool grown);
/* Call when its range was returned. The description stays for a while, to tell stale pointers from
 * foreign ones. */
void region_retire(struct slate_heap *heap, struct region *region);
/* Divides a range from front on into descriptions and grains. Returns the grains; 0: too small. */
size_t region_lay_out(struct region *region, char *front);
/* Poisons at least that many grains. */
void region_poison_up_to(struct region *region, size_t grains);
void region_unpoison(struct region *region); /* before its range is returned */
/* Returns an unused region to the source; false: refused. */
bool region_return(struct slate_heap *heap, struct region *region);
/* Returns all unused regions; true: any. */
bool region_return_unused(struct slate_heap *heap);

// ---- run.c -------------------------------------------------------------------------------------
/* Allocates a run, aligned if alignment exceeds a grain. *clean: its grains are zero. */
struct span *run_take(struct slate_heap *heap, size_t grains, size_t alignment, bool *clean);
void run_free(struct slate_heap *heap, struct span *span, size_t grains);
void run_shorten(struct slate_heap *heap, struct span *span, size_t grains);
bool run_extend(struct slate_heap *heap, struct span *span, size_t grains); /* false: not free */
/* Adds and removes the one free run that is the whole region. */
void run_add_region(struct slate_heap *heap, struct region *region);
void run_remove_region(struct slate_heap *heap, struct region *region);
unsigned run_bin(size_t grains);
bool run_is_region(const struct region *region); /* nothing in it is in use */

// ---- spans.c -----------------------------------------------------------------------------------
/* Allocates a run for a span: a free one, one from empty spans, or one from a new region. The
 * caller sets its kind. */
struct span *span_take(struct slate_heap *heap, size_t grains, size_t alignment, bool *clean);
/* Turns a listed empty span, or all of them, into free runs. */
void span_retire(struct slate_heap *heap, struct span *span);
bool spans_flush(struct slate_heap *heap); /* true: any */

// ---- slots.c -----------------------------------------------------------------------------------
void *slots_allocate(struct slate_heap *heap, unsigned class, size_t size, bool *clean);
void slots_free(struct slate_heap *heap, const struct block *block);

// ---- large.c -----------------------------------------------------------------------------------
void *large_allocate(struct slate_heap *heap, size_t size, size_t alignment, bool *clean);
void large_free(struct slate_heap *heap, const struct block *block);
bool large_resize(struct slate_heap *heap, const struct block *block, size_t size);
void *large_move(struct slate_heap *heap, const struct block *block, size_t size);
bool large_is_mapped(const struct slate_heap *heap, size_t size);

// ---- verify.c, misuse.c -------------------------------------------------------------------------
/* Returns the live block that starts at pointer, else calls the fatal handler; `freed` is the
 * misuse if the block was freed. Changes nothing and holds no lock when it fails. */
struct block verify(struct slate_heap *heap, const void *pointer, enum slate_misuse freed);
/* Checks the canary. */
void verify_intact(const struct slate_heap *heap, const struct block *block);
_Noreturn void misuse_fatal(const struct slate_heap *heap, enum slate_misuse misuse);

// ---- allocate.c, realloc.c: the public functions, without errno --------------------------------
void *heap_allocate(struct slate_heap *heap, size_t size, size_t alignment);
void *heap_allocate_zeroed(struct slate_heap *heap, size_t size);
void *heap_resize(struct slate_heap *heap, void *pointer, size_t size);
void heap_free(struct slate_heap *heap, struct block *block);
bool heap_reclaim(struct slate_heap *heap); /* returns unused regions; true: any */

struct request {
    size_t size, alignment;
    bool *clean;
};
typedef void *allocation(struct slate_heap *heap, const struct request *request);

/* Reclaims unused pages after the source refused some, and tries once more. The only place that
 * handles a refusal. */
void *heap_retry(struct slate_heap *heap, allocation *once, const struct request *request);

/* Allocates. The first try is inlined into its caller. */
static inline void *heap_obtain(struct slate_heap *heap, allocation *once,
                                const struct request *request) {
    void *start = once(heap, request);
    return start != NULL ? start : heap_retry(heap, once, request);
}

// ---- accessors ---------------------------------------------------------------------------------
static inline uint32_t span_first(const struct span *span) {
    return span->region->mapping ? 0 : (uint32_t)(span - span->region->spans);
}

static inline char *span_start(const struct span *span) {
    return span->region->base + ((size_t)span_first(span) << GRAIN_SHIFT);
}

/* The spans of a class with a free slot: adds or removes one. */
static inline void span_list(struct slate_heap *heap, struct span *span) {
    struct span **list = &heap->open[span->class];
    span->prev = NULL;
    span->next = *list;
    if (span->next != NULL)
        span->next->prev = span;
    *list = span;
}

static inline void span_unlist(struct slate_heap *heap, struct span *span) {
    if (span->next != NULL)
        span->next->prev = span->prev;
    if (span->prev != NULL)
        span->prev->next = span->next;
    else
        heap->open[span->class] = span->next;
}

static inline slot_state *span_states(const struct span *span) {
    return span->region->states + (size_t)span_first(span) * STATES_PER_GRAIN;
}

static inline size_t region_bytes(const struct region *region) {
    return atomic_load_explicit(&region->bytes, memory_order_acquire);
}

static inline uint32_t region_fresh(const struct region *region) {
    return atomic_load_explicit(&region->fresh, memory_order_relaxed);
}

/* Number of the first grain of a grain's span plus one; 0: free. */
static inline uint32_t owner_of(const struct region *region, size_t grain) {
    return grain < region_fresh(region) ? region->owner[grain] : 0;
}

static inline bool region_holds(const struct region *region, const void *address) {
    return (uintptr_t)address - (uintptr_t)region->base < region_bytes(region);
}

static inline uint16_t state_get(const slot_state *state) {
    return atomic_load_explicit(state, memory_order_relaxed);
}

static inline void state_set(slot_state *state, uint16_t value) {
    atomic_store_explicit(state, value, memory_order_relaxed);
}

static inline uint16_t slots_fresh(const struct span *span) {
    return atomic_load_explicit(&span->slots.fresh, memory_order_relaxed);
}

#endif
