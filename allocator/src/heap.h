// SPDX-License-Identifier: MIT
//
// What a heap consists of. Regions are ranges from the source, cut into grains; spans are runs of
// grains with one use: slots of one class, one large block, memory of frames. All descriptions lie
// at the front of a region or in ranges of their own, never among user memory.
#ifndef SLATE_HEAP_H
#define SLATE_HEAP_H

#include <stdatomic.h>

#include "size.h"
#include "slate.h"

#define BINS 128

// State of one slot, two bytes, outside of it. Live: SLOT_LIVE and the slack after the block. In
// the hands of a free that has not taken the lock yet: SLOT_TAKEN. Free: number of the next free
// slot plus one, 0 at the end. Slots from the span's `fresh` on have no state yet.
typedef _Atomic uint16_t slot_state;
#define SLOT_LIVE        ((uint16_t)0x8000)
#define SLOT_TAKEN       ((uint16_t)0x7FFF)
#define STATES_PER_GRAIN (GRAIN / SLOT_MIN)

enum span_kind { SPAN_SLOTS = 1, SPAN_LARGE, SPAN_FRAME };

#define WAS_NOTHING 0
#define WAS_LARGE   255 // else: class of the slots plus one

struct region;

// One for each grain; a span's own is that of its first grain.
struct span {
    struct span *next, *prev; // free run: its bin; slots: spans of the class with a free slot;
                              // frame: chunk below it (next)
    struct region *region;
    uint32_t grains; // of the span
    uint32_t run;    // first and last grain of a free run: its length; else 0
    union {
        struct {
            uint32_t size;          // of a slot
            uint32_t magic;         // offset * magic >> 32 is the slot's number
            _Atomic uint16_t fresh; // slots from here on were never live
            uint16_t free;          // number of the first free slot plus one
            uint16_t used;          // live or taken
            uint16_t capacity;
        } slots;
        struct {
            size_t size; // asked for
            slot_state state;
        } large;
        struct {
            uint32_t level;  // depth of the frame that owns it
            uint32_t blocks; // taken from it
            size_t asked;    // bytes asked for in them
            size_t used;     // bytes taken
        } frame;
    };
    uint16_t was_back; // what this grain held before it was free: grains to that span's first,
    uint8_t was;       // and WAS_...
    uint8_t kind;
    uint8_t class;
    uint8_t clean; // slots that were never live are zero
};

struct region {
    char *_Atomic base;   // first grain, or the block of a mapping
    _Atomic size_t bytes; // from base; 0 once given back
    struct span *spans;   // one a grain
    uint32_t *owner;      // for each grain: number of its span's first grain plus one; 0: free
    slot_state *states;   // STATES_PER_GRAIN a grain
    uint32_t grains;
    // Grains from here on were never used: all free, and not described yet but for the ends of
    // runs.
    _Atomic uint32_t fresh;
    uint32_t closed; // so many grains have been poisoned so far
    void *start;     // range as the source gave it
    size_t size;
    size_t was_bytes;     // once given back: what bytes was
    size_t tiles;         // entries in the directory
    struct region *next;  // all that ever were, newest first
    struct region *later; // retired after it
    struct span only;     // span of a mapping
    bool mapping;         // one large block, else grains
    bool grown;           // from the source's grow, else map
    bool kept;            // its block has ended, but the source does not take the range back
    bool pinned;          // holds descriptions of others: stays until the heap closes
};

// Address to region: open addressing, by tile (a power of two bytes). Readers take no lock, so a
// table that was outgrown stays readable until the heap closes.
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
    // Read on every call.
    struct region *primary; // the region that holds the heap itself
    struct directory *_Atomic directory;
    unsigned tile_shift;
    atomic_uint lock;
    uint64_t canary;
    const struct slate_parking *parking;
    struct span *open[CLASSES]; // spans that have a free slot
    uint32_t spans[CLASSES];    // how many there are
    struct span *bins[BINS];    // free runs by length
    uint64_t bin_map[BINS / 64];
    struct slate_statistics statistics;
    struct span *chunk; // newest memory of frames
    // Read when pages are needed.
    struct slate_source source;
    slate_fatal_handler *fatal;
    void *fatal_ctx;
    size_t limit;
    size_t region_size;
    struct region *_Atomic regions;
    struct region *retired; // oldest first
    struct region *retired_last;
    size_t retired_count;
    struct extra *extras;  // ranges that hold descriptions
    char *meta, *meta_end; // room for descriptions
};

// A range of the source that holds descriptions; starts with this.
struct extra {
    struct extra *next;
    size_t size;
};

// A block that has been shown: everything about it.
struct block {
    struct region *region;
    struct span *span;
    slot_state *state;
    uint16_t seen; // what the state was when it was shown
    char *start;
    size_t size; // asked for
    size_t room; // up to the end of its slot, span or mapping
};

// ---- pages.c: the source, counted and limited --------------------------------------------------
void *pages_map(struct slate_heap *heap, size_t size);
void *pages_grow(struct slate_heap *heap, size_t size);
void *pages_remap(struct slate_heap *heap, void *start, size_t old, size_t size, bool may_move);
// Gives a range back; false: it stays taken.
bool pages_give(struct slate_heap *heap, void *start, size_t size, bool grown);
size_t pages_round(const struct slate_heap *heap, size_t size); // 0: does not fit
// Makes sure that the next descriptions of that many bytes in all can be had.
bool meta_reserve(struct slate_heap *heap, size_t bytes);
void *meta_take(struct slate_heap *heap, size_t bytes); // after meta_reserve

// ---- directory.c -------------------------------------------------------------------------------
struct directory *directory_make(void *room, size_t entries);
size_t directory_tiles(const struct slate_heap *heap, const char *base, size_t bytes);
size_t directory_bytes(const struct slate_heap *heap, size_t tiles); // what adding will take
// Enters a region that is in the heap's list, after meta_reserve of directory_bytes.
void directory_add(struct slate_heap *heap, struct region *region, size_t tiles);
// The region that holds an address; a mapping is found within the tile that it starts in only.
struct region *directory_find(const struct slate_heap *heap, const void *address);
// Takes out all entries of a region.
void directory_remove(struct slate_heap *heap, struct region *region);
size_t directory_size(size_t entries); // bytes of a table

// ---- region.c ----------------------------------------------------------------------------------
#define REGION_META (sizeof(struct region) + BLOCK_ALIGN)
// Asks the source for a region in which a run of that many grains fits.
bool region_add(struct slate_heap *heap, size_t grains);
// A description that is in use for nothing, in the heap's list; after meta_reserve of REGION_META.
struct region *region_describe(struct slate_heap *heap, bool grown);
// Its range has been given back. It is kept a while, to tell a stale pointer from a foreign one.
void region_retire(struct slate_heap *heap, struct region *region);
// Cuts a range, of which all before front is taken, into grains. How many there are; 0: too small.
size_t region_cut(struct region *region, char *front);
// Poisons the grains up to that one, and some more; opens all that ever were, before it goes back.
void region_close_up_to(struct region *region, size_t grains);
void region_open_all(struct region *region);
// Gives a region back of which nothing is live. false: the source does not take it.
bool region_drop(struct slate_heap *heap, struct region *region);
// Gives back all regions of which nothing is live; true: any.
bool region_drop_unused(struct slate_heap *heap);

// ---- run.c: runs of free grains ----------------------------------------------------------------
struct span *run_take(struct slate_heap *heap, size_t grains, size_t alignment, bool *clean);
void run_give(struct slate_heap *heap, struct span *span, size_t grains);
void run_shorten(struct slate_heap *heap, struct span *span, size_t grains);
bool run_extend(struct slate_heap *heap, struct span *span, size_t grains); // false: not free
void run_start(struct slate_heap *heap, struct region *region);  // all of it is one free run
void run_forget(struct slate_heap *heap, struct region *region); // which is taken away again
unsigned run_bin(size_t grains);
bool run_covers(const struct region *region); // it is one free run

// ---- slots.c -----------------------------------------------------------------------------------
void *slots_allocate(struct slate_heap *heap, unsigned class, size_t size, bool *clean);
void slots_take_back(struct slate_heap *heap, const struct block *block);
bool slots_flush(struct slate_heap *heap); // retires empty spans

// ---- large.c -----------------------------------------------------------------------------------
void *large_allocate(struct slate_heap *heap, size_t size, size_t alignment, bool *clean);
void large_take_back(struct slate_heap *heap, const struct block *block);
bool large_resize(struct slate_heap *heap, const struct block *block, size_t size);
void *large_move(struct slate_heap *heap, const struct block *block, size_t size);
// A run of grains for the memory of frames.
struct span *large_take_run(struct slate_heap *heap, size_t grains);
bool large_maps(const struct slate_heap *heap, size_t size);

// ---- verify.c, misuse.c -------------------------------------------------------------------------
// Shows that a pointer is the start of a live block, or ends in the fatal handler; `freed` is what
// it is called when the block has ended. Changes nothing, holds no lock.
struct block verify(struct slate_heap *heap, const void *pointer, enum slate_misuse freed);
// Shows that nobody wrote after it.
void verify_intact(const struct slate_heap *heap, const struct block *block);
_Noreturn void misuse_end(const struct slate_heap *heap, enum slate_misuse misuse);

// ---- allocate.c, realloc.c: the public functions without errno ----------------------------
void *heap_allocate(struct slate_heap *heap, size_t size, size_t alignment);
void *heap_allocate_zeroed(struct slate_heap *heap, size_t size);
void *heap_resize(struct slate_heap *heap, void *pointer, size_t size);
void heap_take_back(struct slate_heap *heap, struct block *block);

// ---- accessors ---------------------------------------------------------------------------------
static inline uint32_t span_first(const struct span *span) {
    return span->region->mapping ? 0 : (uint32_t)(span - span->region->spans);
}

static inline char *span_start(const struct span *span) {
    return span->region->base + ((size_t)span_first(span) << GRAIN_SHIFT);
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

// The number of the first grain of the span that a grain belongs to plus one; 0: free.
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
