// SPDX-License-Identifier: MIT
//
// slate: a standalone memory allocator.
//
// A heap is an instance that lives on a page source. Any thread may call any function on a heap at
// any time except slate_close; a heap has one lock. The functions slate_malloc ... work on one
// process-wide heap that opens itself at the first call.
//
// Choices that the standards leave open, the same for every function here:
//  - Usable size is exactly what was asked for, in every build.
//  - Size 0 gives a unique non-null block of usable size 0 that is to be freed (C17 7.22.3).
//  - realloc(p, 0) is an ordinary realloc to a block of size 0: it returns a unique non-null block
//    and the old one has ended. NULL from realloc always and only means that p is still live, so
//    the ambiguity that made C23 7.24.3.7 call this undefined cannot arise (POSIX.1-2024 realloc
//    allows it).
//  - Every block is aligned for every object: to 16 bytes, size 0 included.
//  - errno: ENOMEM on every failure for want of memory, for sizes above PTRDIFF_MAX and for
//    products that do not fit; EINVAL for an invalid alignment. errno is left alone by every
//    success and by the functions that free. posix_memalign returns the number instead and leaves
//    errno alone, as POSIX.1-2024 says. errno is set in the public functions only: what lies below
//    them reports failure by NULL.
//  - Misuse (see enum slate_misuse) ends in the fatal handler, with nothing changed and no lock
//    held: a handler may jump out (longjmp) and the heap stays usable.
#ifndef SLATE_H
#define SLATE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct slate_heap; // opaque

// Where pages come from. All sizes are bytes and multiples of page_size. The callbacks are called
// with the heap's lock held (never two at a time for one heap), must not call that heap and leave
// errno as it is. A callback that is NULL is not offered; at least one of map and grow must be
// there.
struct slate_source {
    void *ctx;        // handed to each callback
    size_t page_size; // power of two, at least 64: run-time unit of requests, alignment of valloc
    unsigned flags;   // SLATE_SOURCE_... below
    size_t whole;     // with SLATE_SOURCE_WHOLE: how much the one request asks for, any number
    // A new range of size bytes, aligned to page_size (less is survived), or NULL: refused.
    void *(*map)(void *ctx, size_t size);
    // Gives back exactly a range that map or remap gave. Returns 0, or -1: refused, the range stays
    // taken and is offered again by trim and close.
    int (*unmap)(void *ctx, void *start, size_t size);
    // Resizes a range that map or remap gave; its first min(old, size) bytes stay. Unless may_move
    // is set the range keeps its start. Returns the start, or NULL: refused, nothing changed.
    void *(*remap)(void *ctx, void *start, size_t old, size_t size, int may_move);
    // The break: size more bytes, after what was given last unless somebody else moved the break
    // in between, with any alignment; or NULL: refused. Where map is there too, grow serves small
    // requests and map serves large blocks and whatever grow refuses.
    void *(*grow)(void *ctx, size_t size);
    // Gives back a range that grow gave, newest first. Returns 0, or -1 when the range does not end
    // at the break any more and so stays taken.
    int (*shrink)(void *ctx, void *start, size_t size);
};

#define SLATE_SOURCE_ZEROED 1U // what map and grow give, and what remap adds, is zero
#define SLATE_SOURCE_WHOLE  2U // one request, of `whole` bytes, when the heap opens; none later

// Receives one of slate_misuse_text's texts. May jump out; when it returns, the program traps.
typedef void slate_fatal_handler(void *ctx, const char *text);

// Parks a thread that waits for a heap's lock: a wait returns when *word may differ from value or a
// wake came (early returns are harmless), a wake wakes one waiter. As futex(2). May be NULL: spin.
struct slate_parking {
    void (*wait)(unsigned *word, unsigned value);
    void (*wake)(unsigned *word);
};

struct slate_options {
    const struct slate_source *source;   // copied; its ctx must outlive the heap
    size_t limit;                        // bytes held from the source at most; 0: no limit
    size_t region_size;                  // bytes asked for at a time for small blocks; 0: 1 MiB
    uint64_t seed;                       // of the canaries: any number
    slate_fatal_handler *fatal;          // NULL: trap
    void *fatal_ctx;                     // handed to fatal
    const struct slate_parking *parking; // NULL: waiting threads spin
};

// Opens a heap; everything it needs, itself included, comes from the source. NULL and errno: EINVAL
// when an option is invalid, ENOMEM when the source gives too little for a heap and one small
// block.
struct slate_heap *slate_open(const struct slate_options *options);

// Ends the heap: every block and frame ends, every range goes back to the source. NULL: nothing.
// No other call on the heap may be running or follow.
void slate_close(struct slate_heap *heap);

// ---- Page sources ------------------------------------------------------------------------------

// A source that is one buffer of the caller, of any alignment; nothing is asked of any system.
// About 10 KiB is the least that opens; of 64 KiB three quarters and more can be allocated.
// Set SLATE_SOURCE_ZEROED in flags if the buffer is zero.
struct slate_source slate_source_buffer(void *buffer, size_t size);

// Anonymous private mappings (mmap, munmap, mremap); zeroed. Hosted builds only.
struct slate_source slate_source_mmap(void);

// The process's break for small blocks and nothing else. Survives others who move the break.
// Hosted builds only.
struct slate_source slate_source_brk(void);

// The two together, as the process-wide heap uses them. Hosted builds only.
struct slate_source slate_source_process(void);

// ---- Blocks ------------------------------------------------------------------------------------

// A block of size bytes, content indeterminate. C17 7.22.3.4. NULL: ENOMEM.
void *slate_heap_malloc(struct slate_heap *heap, size_t size);

// A block of count * size bytes, all zero. C17 7.22.3.2. NULL: ENOMEM, also where the product does
// not fit in size_t.
void *slate_heap_calloc(struct slate_heap *heap, size_t count, size_t size);

// Resizes a block, moved or in place; its first min(old, size) bytes stay. NULL as block: malloc.
// C17 7.22.3.5; size 0 as said above. NULL: ENOMEM, and the block is still live and unchanged. A
// shrinking realloc never fails.
void *slate_heap_realloc(struct slate_heap *heap, void *block, size_t size);

// realloc to count * size bytes; ENOMEM where the product does not fit. POSIX.1-2024 reallocarray.
void *slate_heap_reallocarray(struct slate_heap *heap, void *block, size_t count, size_t size);

// Ends a block; NULL: nothing. C17 7.22.3.3; keeps errno (POSIX.1-2024 free).
void slate_heap_free(struct slate_heap *heap, void *block);

// free with the size that was asked for (C23 7.24.3.4); any other is SLATE_WRONG_SIZE.
void slate_heap_free_sized(struct slate_heap *heap, void *block, size_t size);

// free with alignment and size that were asked for (C23 7.24.3.5); a size that differs is
// SLATE_WRONG_SIZE, an alignment that the block cannot have come from SLATE_WRONG_ALIGNMENT.
void slate_heap_free_aligned_sized(struct slate_heap *heap, void *block, size_t alignment,
                                   size_t size);

// A block aligned to alignment, a power of two; size need not be a multiple (C17 7.22.3.1 as
// amended by DR 460). NULL: EINVAL or ENOMEM.
void *slate_heap_aligned_alloc(struct slate_heap *heap, size_t alignment, size_t size);

// The same with its result in *out: 0, EINVAL where alignment is no power of two multiple of
// sizeof(void *), or ENOMEM. On failure *out and errno are untouched. POSIX.1-2024 posix_memalign.
int slate_heap_posix_memalign(struct slate_heap *heap, void **out, size_t alignment, size_t size);

// aligned_alloc under its old name (memalign(3)); an alignment that is no power of two is EINVAL.
void *slate_heap_memalign(struct slate_heap *heap, size_t alignment, size_t size);

// A block aligned to the page size of the source (valloc(3)).
void *slate_heap_valloc(struct slate_heap *heap, size_t size);

// The same with size rounded up to whole pages, one at least; that is its usable size (valloc(3)).
void *slate_heap_pvalloc(struct slate_heap *heap, size_t size);

// Bytes that may be used: exactly what was asked for. NULL: 0 (malloc_usable_size(3)).
size_t slate_heap_malloc_usable_size(struct slate_heap *heap, void *block);

// ---- Frames ------------------------------------------------------------------------------------
// A heap has one stack of frames. Its memory ends with the frame, all at once; it is not to be
// freed. Threads that share a heap share the stack: a thread that wants frames opens a heap.

// Opens a frame inside the frame that is open now. Always succeeds.
void slate_heap_enter(struct slate_heap *heap);

// Ends the newest frame with all that was taken inside it. 0, or -1 and EINVAL when none is open.
int slate_heap_leave(struct slate_heap *heap);

// size bytes aligned to 16 until the newest frame ends, unique also for size 0, content
// indeterminate. NULL: ENOMEM, or EINVAL when no frame is open.
void *slate_heap_alloca(struct slate_heap *heap, size_t size);

// An array of max(count, 1) elements of size bytes, zeroed, until the newest frame ends. Errors as
// alloca; ENOMEM also where the product does not fit.
void *slate_heap_vla(struct slate_heap *heap, size_t count, size_t size);

// ---- Looking inside ----------------------------------------------------------------------------

// Walks everything the heap knows, canaries of live blocks included. NULL: sound; else a fixed
// text.
const char *slate_heap_check(struct slate_heap *heap);

struct slate_statistics {
    size_t live_blocks;  // blocks live now, frames not counted
    size_t held_bytes;   // taken from the source and not given back, metadata included
    size_t live_bytes;   // bytes asked for in the blocks live now
    size_t peak_bytes;   // the most that held_bytes ever was
    size_t frame_depth;  // frames open now
    size_t frame_blocks; // alloca and vla memory that has not ended: how many
    size_t frame_bytes;  // and the bytes asked for in them
    size_t regions;      // ranges held for small blocks
    size_t mappings;     // ranges held for one large block each
};

// Reads all counters at one moment.
void slate_heap_statistics(struct slate_heap *heap, struct slate_statistics *out);

// Called with each block in turn, by rising address inside a region: start, size (asked for, where
// live; whole extent, where free), live or free. Returns 0 to go on. Must not call the heap.
typedef int slate_visitor(void *ctx, void *start, size_t size, int live);

// Visits every live block and every free extent (memory of frames is neither). Returns 0, or what
// the visitor returned to stop.
int slate_heap_walk(struct slate_heap *heap, slate_visitor *visit, void *ctx);

// Gives back what nobody uses, as far as the source takes it. Returns the bytes given back.
size_t slate_heap_trim(struct slate_heap *heap);

// Takes and releases the heap's lock: hold it around fork(2), release it in parent and child.
// Between the two only slate_heap_unlock may be called on the heap by this thread.
void slate_heap_lock(struct slate_heap *heap);
void slate_heap_unlock(struct slate_heap *heap);

// ---- Misuse ------------------------------------------------------------------------------------

enum slate_misuse {
    SLATE_DOUBLE_FREE,          // free of a block that has ended and was not allocated again
    SLATE_FREE_INTERIOR,        // a pointer into a block, not to its start
    SLATE_FREE_MISALIGNED,      // a pointer into the heap that no block can start at
    SLATE_FREE_FOREIGN,         // a pointer to memory that is not the heap's: stack, static, other
    SLATE_FREE_NEVER_ALLOCATED, // a pointer into the heap where no block was ever live
    SLATE_FREE_FRAME,           // a pointer into a frame's memory
    SLATE_REALLOC_FREED,        // realloc of a block that has ended
    SLATE_USABLE_SIZE_FREED,    // malloc_usable_size of a block that has ended
    SLATE_WRONG_SIZE,           // free_sized with another size than was asked for
    SLATE_WRONG_ALIGNMENT,      // free_aligned_sized with an alignment that the block does not have
    SLATE_OVERWRITTEN,          // a byte after the block was written, seen at free or realloc
    SLATE_MISUSES               // how many there are
};

// The fixed text of a misuse, static; NULL for any other number. The texts for interior,
// misaligned, foreign, never-live and frame pointers are the same for free, realloc and usable
// size.
const char *slate_misuse_text(enum slate_misuse misuse);

// ---- The process-wide heap (hosted builds) -----------------------------------------------------
// Opened at the first call, on slate_source_process; never closed; safe before constructors and
// across fork. Misuse writes its text to standard error and aborts.

// The heap itself, for the functions above; NULL and ENOMEM when the system gives no page at all.
struct slate_heap *slate_default_heap(void);

void *slate_malloc(size_t size);                                  // slate_heap_malloc
void *slate_calloc(size_t count, size_t size);                    // slate_heap_calloc
void *slate_realloc(void *block, size_t size);                    // slate_heap_realloc
void *slate_reallocarray(void *block, size_t count, size_t size); // slate_heap_reallocarray
void slate_free(void *block);                                     // slate_heap_free
void slate_free_sized(void *block, size_t size);                  // slate_heap_free_sized
void slate_free_aligned_sized(void *block, size_t alignment, size_t size);
void *slate_aligned_alloc(size_t alignment, size_t size); // slate_heap_aligned_alloc
int slate_posix_memalign(void **out, size_t alignment, size_t size);
void *slate_memalign(size_t alignment, size_t size); // slate_heap_memalign
void *slate_valloc(size_t size);                     // slate_heap_valloc
void *slate_pvalloc(size_t size);                    // slate_heap_pvalloc
size_t slate_malloc_usable_size(void *block);        // slate_heap_malloc_usable_size

#ifdef __cplusplus
}
#endif

#endif
