// SPDX-License-Identifier: MIT
// slate: a standalone memory allocator.
//
// A heap is an instance on a page source. Any thread may call any function on a heap at any time,
// except slate_close; each heap has one lock. slate_malloc and its siblings use one process-wide
// heap, which opens itself on the first call.
//
// Implementation-defined choices, the same for every function here:
//  - The usable size is exactly the requested size, in every build.
//  - Size 0 returns a unique non-null block of usable size 0; the caller frees it (C17 7.22.3).
//  - realloc(p, 0) resizes to a block of size 0: it returns a unique non-null block and frees p.
//    NULL from realloc always means that p is still live. This removes the ambiguity for which C23
//    7.24.3.7 made the call undefined; POSIX.1-2024 allows it.
//  - Every block, size 0 included, is aligned to 16 bytes.
//  - errno: ENOMEM for lack of memory, for sizes above PTRDIFF_MAX and for products that overflow;
//    EINVAL for an invalid alignment. Successful calls and all free functions leave errno alone.
//    posix_memalign returns the error number and leaves errno alone (POSIX.1-2024).
//  - Misuse (enum slate_misuse) calls the fatal handler with nothing changed and no lock held. The
//    handler may longjmp out; the heap stays usable.
#ifndef SLATE_H
#define SLATE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct slate_heap; /* opaque */

/* Where a heap gets its pages. Sizes are in bytes and multiples of page_size. slate calls the
 * callbacks with the heap's lock held, so never two at a time for one heap. They must not call that
 * heap and must preserve errno. A NULL callback is not offered; map or grow is required. */
struct slate_source {
    void *ctx;        /* first argument of each callback */
    size_t page_size; /* power of two, at least 64: unit of requests, alignment of valloc */
    unsigned flags;   /* SLATE_SOURCE_... below */
    size_t whole;     /* with SLATE_SOURCE_WHOLE: size of the one request, any number */
    /* Returns a new range aligned to page_size (slate tolerates less), or NULL: refused. */
    void *(*map)(void *ctx, size_t size);
    /* Unmaps exactly one range from map or remap. Returns 0, or -1: refused; the heap keeps the
     * range and offers it again in trim and close. */
    int (*unmap)(void *ctx, void *start, size_t size);
    /* Resizes a range from map or remap and keeps its first min(old, size) bytes. Without may_move
     * the range keeps its start. Returns the start, or NULL: refused, nothing changed. */
    void *(*remap)(void *ctx, void *start, size_t old, size_t size, int may_move);
    /* Moves the break up by size bytes. The new range follows the previous one unless foreign code
     * moved the break in between; any alignment. NULL: refused. With both callbacks, grow serves
     * small requests; map serves large blocks and whatever grow refuses. */
    void *(*grow)(void *ctx, size_t size);
    /* Returns a range from grow, newest first. Returns 0, or -1: the range no longer ends at the
     * break, and the heap keeps it. */
    int (*shrink)(void *ctx, void *start, size_t size);
};

#define SLATE_SOURCE_ZEROED 1U /* new pages from map, grow and remap are zero */
#define SLATE_SOURCE_WHOLE  2U /* one request of `whole` bytes at open, none later */

/* Receives the text of a misuse (slate_misuse_text). May jump out; if it returns, slate traps. */
typedef void slate_fatal_handler(void *ctx, const char *text);

/* How threads wait for a heap's lock, like futex(2). wait returns once *word may differ from value
 * or after a wake; early returns are harmless. wake wakes one waiter. */
struct slate_parking {
    void (*wait)(unsigned *word, unsigned value);
    void (*wake)(unsigned *word);
};

struct slate_options {
    const struct slate_source *source;   /* copied; its ctx must outlive the heap */
    size_t limit;                        /* most bytes to hold from the source; 0: no limit */
    size_t region_size;                  /* bytes per request for small blocks; 0: 1 MiB */
    uint64_t seed;                       /* of the canaries; any number */
    slate_fatal_handler *fatal;          /* NULL: trap */
    void *fatal_ctx;                     /* first argument of fatal */
    const struct slate_parking *parking; /* NULL: waiting threads spin */
};

/* Opens a heap. All its memory, its own description included, comes from the source. Returns NULL
 * and sets errno: EINVAL for an invalid option, ENOMEM if the source gives too little for a heap
 * and one small block. */
struct slate_heap *slate_open(const struct slate_options *options);

/* Frees every block and frame and returns every range to the source. NULL: does nothing. No other
 * call on the heap may run at the same time or follow. */
void slate_close(struct slate_heap *heap);

// ---- Page sources ------------------------------------------------------------------------------

/* One buffer of the caller, of any alignment; makes no system call. About 10 KiB is the minimum; at
 * least three quarters of 64 KiB can be allocated. Set SLATE_SOURCE_ZEROED in flags if the buffer
 * is zero. */
struct slate_source slate_source_buffer(void *buffer, size_t size);

/* Anonymous private mappings (mmap, munmap, mremap); zeroed. Hosted builds only. */
struct slate_source slate_source_mmap(void);

/* The process's break only. Foreign code may move the break too. Hosted builds only. */
struct slate_source slate_source_brk(void);

/* Break and mappings, as the process-wide heap uses them. Hosted builds only. */
struct slate_source slate_source_process(void);

// ---- Blocks ------------------------------------------------------------------------------------

/* Allocates size bytes of indeterminate content (C17 7.22.3.4). NULL: ENOMEM. */
void *slate_heap_malloc(struct slate_heap *heap, size_t size);

/* Allocates count * size zero bytes (C17 7.22.3.2). NULL: ENOMEM, also if the product overflows. */
void *slate_heap_calloc(struct slate_heap *heap, size_t count, size_t size);

/* Resizes a block, in place or by moving it; keeps its first min(old, size) bytes. block NULL:
 * malloc. Size 0: see above. NULL: ENOMEM; the block stays live and unchanged. A shrinking realloc
 * never fails (C17 7.22.3.5). */
void *slate_heap_realloc(struct slate_heap *heap, void *block, size_t size);

/* realloc to count * size bytes; ENOMEM if the product overflows (POSIX.1-2024 reallocarray). */
void *slate_heap_reallocarray(struct slate_heap *heap, void *block, size_t count, size_t size);

/* Frees a block; NULL: does nothing (C17 7.22.3.3). Preserves errno (POSIX.1-2024 free). */
void slate_heap_free(struct slate_heap *heap, void *block);

/* free with the requested size (C23 7.24.3.4); any other size is SLATE_WRONG_SIZE. */
void slate_heap_free_sized(struct slate_heap *heap, void *block, size_t size);

/* free with the requested alignment and size (C23 7.24.3.5). Another size is SLATE_WRONG_SIZE; an
 * alignment that the block's address does not have is SLATE_WRONG_ALIGNMENT. */
void slate_heap_free_aligned_sized(struct slate_heap *heap, void *block, size_t alignment,
                                   size_t size);

/* Allocates a block aligned to alignment, a power of two; size need not be a multiple (C17 7.22.3.1
 * as amended by DR 460). NULL: EINVAL or ENOMEM. */
void *slate_heap_aligned_alloc(struct slate_heap *heap, size_t alignment, size_t size);

/* Stores an aligned block in *out and returns 0. Otherwise returns ENOMEM, or EINVAL if alignment
 * is not a power of two and multiple of sizeof(void *); *out and errno stay unchanged (POSIX.1-2024
 * posix_memalign). */
int slate_heap_posix_memalign(struct slate_heap *heap, void **out, size_t alignment, size_t size);

/* aligned_alloc under its old name (memalign(3)). */
void *slate_heap_memalign(struct slate_heap *heap, size_t alignment, size_t size);

/* Allocates a block aligned to the source's page size (valloc(3)). */
void *slate_heap_valloc(struct slate_heap *heap, size_t size);

/* valloc of size rounded up to whole pages, at least one; the usable size is the rounded one
 * (valloc(3)). */
void *slate_heap_pvalloc(struct slate_heap *heap, size_t size);

/* Returns the usable size: exactly the requested one. NULL: 0 (malloc_usable_size(3)). */
size_t slate_heap_malloc_usable_size(struct slate_heap *heap, void *block);

// ---- Frames ------------------------------------------------------------------------------------
// A heap has one stack of frames. Leaving a frame frees all its memory at once; it must not be
// freed otherwise. Threads that share a heap share the stack: a thread that needs frames of its
// own opens a heap.

/* Opens a frame inside the current one. Always succeeds. */
void slate_heap_enter(struct slate_heap *heap);

/* Closes the newest frame and frees its memory. Returns 0; -1 and EINVAL if no frame is open. */
int slate_heap_leave(struct slate_heap *heap);

/* Allocates size bytes in the newest frame, aligned to 16, indeterminate, unique also for size 0.
 * NULL: ENOMEM, or EINVAL if no frame is open. */
void *slate_heap_alloca(struct slate_heap *heap, size_t size);

/* Allocates a zeroed array of max(count, 1) elements in the newest frame. Errors as alloca; ENOMEM
 * also if the product overflows. */
void *slate_heap_vla(struct slate_heap *heap, size_t count, size_t size);

// ---- Inspection --------------------------------------------------------------------------------

/* Checks every structure of the heap and the canaries of all live blocks. Returns NULL if sound,
 * else a static text that names the first fault. */
const char *slate_heap_check(struct slate_heap *heap);

struct slate_statistics {
    size_t live_blocks;  /* live blocks, without frames */
    size_t held_bytes;   /* bytes held from the source, metadata included */
    size_t live_bytes;   /* requested bytes of the live blocks */
    size_t peak_bytes;   /* maximum of held_bytes */
    size_t frame_depth;  /* open frames */
    size_t frame_blocks; /* live results of alloca and vla */
    size_t frame_bytes;  /* their requested bytes */
    size_t regions;      /* ranges held for small blocks */
    size_t mappings;     /* ranges held for one large block each */
};

/* Reads all counters at one moment. */
void slate_heap_statistics(struct slate_heap *heap, struct slate_statistics *out);

/* Called for each block, in address order within a region. size is the requested size of a live
 * block, the whole extent of a free one. Returns 0 to continue. Must not call the heap. */
typedef int slate_visitor(void *ctx, void *start, size_t size, int live);

/* Visits every live block and every free extent, but no frame memory. Returns 0, or the visitor's
 * first non-zero result. */
int slate_heap_walk(struct slate_heap *heap, slate_visitor *visit, void *ctx);

/* Returns unused ranges to the source, as far as it accepts them. Returns the bytes returned. */
size_t slate_heap_trim(struct slate_heap *heap);

/* Lock and unlock the heap: lock it before fork(2), unlock it in parent and child. In between, this
 * thread may only call slate_heap_unlock on the heap. */
void slate_heap_lock(struct slate_heap *heap);
void slate_heap_unlock(struct slate_heap *heap);

// ---- Misuse ------------------------------------------------------------------------------------

enum slate_misuse {
    SLATE_DOUBLE_FREE,          /* free of a freed block that was not allocated again */
    SLATE_FREE_INTERIOR,        /* pointer into a block, not to its start */
    SLATE_FREE_MISALIGNED,      /* pointer into the heap where no block can start */
    SLATE_FREE_FOREIGN,         /* pointer outside the heap: stack, static or other memory */
    SLATE_FREE_NEVER_ALLOCATED, /* pointer into the heap where no block ever was */
    SLATE_FREE_FRAME,           /* pointer into a frame */
    SLATE_REALLOC_FREED,        /* realloc of a freed block */
    SLATE_USABLE_SIZE_FREED,    /* malloc_usable_size of a freed block */
    SLATE_WRONG_SIZE,           /* free_sized with a size other than the requested one */
    SLATE_WRONG_ALIGNMENT,      /* free_aligned_sized with an alignment the block does not have */
    SLATE_OVERWRITTEN,          /* a byte after the block was written; found by free and realloc */
    SLATE_MISUSES               /* number of misuses */
};

/* Returns the fixed, static text of a misuse; NULL for any other number. free, realloc and usable
 * size share the texts for interior, misaligned, foreign, never-allocated and frame pointers. */
const char *slate_misuse_text(enum slate_misuse misuse);

// ---- The process-wide heap (hosted builds) -----------------------------------------------------
// Opened on the first call, on slate_source_process; never closed. Safe before constructors run and
// across fork. Misuse writes its text to standard error and aborts.

/* Returns the heap, for the functions above; NULL and ENOMEM if the system gives no page. */
struct slate_heap *slate_default_heap(void);

void *slate_malloc(size_t size);                                  /* slate_heap_malloc */
void *slate_calloc(size_t count, size_t size);                    /* slate_heap_calloc */
void *slate_realloc(void *block, size_t size);                    /* slate_heap_realloc */
void *slate_reallocarray(void *block, size_t count, size_t size); /* slate_heap_reallocarray */
void slate_free(void *block);                                     /* slate_heap_free */
void slate_free_sized(void *block, size_t size);                  /* slate_heap_free_sized */
void slate_free_aligned_sized(void *block, size_t alignment, size_t size);
void *slate_aligned_alloc(size_t alignment, size_t size); /* slate_heap_aligned_alloc */
int slate_posix_memalign(void **out, size_t alignment, size_t size);
void *slate_memalign(size_t alignment, size_t size); /* slate_heap_memalign */
void *slate_valloc(size_t size);                     /* slate_heap_valloc */
void *slate_pvalloc(size_t size);                    /* slate_heap_pvalloc */
size_t slate_malloc_usable_size(void *block);        /* slate_heap_malloc_usable_size */

#ifdef __cplusplus
}
#endif

#endif
