// SPDX-License-Identifier: MIT
// The interface between allocheck and the allocator under test: a table of functions that the
// allocator fills in, and the page source that allocheck passes to an allocator that can use one.
#ifndef ALLOCHECK_ALLOCATOR_H
#define ALLOCHECK_ALLOCATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ac_profile;

/* True if this file is compiled with AddressSanitizer: the value for `instrumented` below if the
 * allocator and its adapter share their compiler flags. */
#if defined(__SANITIZE_ADDRESS__)
#define AC_INSTRUMENTED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define AC_INSTRUMENTED true
#endif
#endif
#ifndef AC_INSTRUMENTED
#define AC_INSTRUMENTED false
#endif

/* True if this file is compiled with ThreadSanitizer. */
#if defined(__SANITIZE_THREAD__)
#define AC_RACES_REPORTED true
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define AC_RACES_REPORTED true
#endif
#endif
#ifndef AC_RACES_REPORTED
#define AC_RACES_REPORTED false
#endif

/* The kinds of page source. Bits, so that an allocator can list those it supports. */
enum ac_source_kind {
    AC_SOURCE_MMAP = 1u,   /* map, unmap, resize, remap */
    AC_SOURCE_BRK = 2u,    /* sbrk only */
    AC_SOURCE_BOTH = 4u,   /* sbrk and the functions of AC_SOURCE_MMAP */
    AC_SOURCE_BUFFER = 8u, /* one fixed buffer and no functions */
};

/* Where one instance of an allocator gets its pages. Functions that the kind lacks are NULL. Every
 * function may refuse at any time. Not thread-safe: the allocator makes one call at a time. */
struct ac_page_source {
    void *ctx; /* first argument of every function */
    enum ac_source_kind kind;
    size_t page_size; /* bytes, a power of two */
    size_t limit;     /* bytes: the most that can be held at once */
    bool zeroed;      /* pages from map and sbrk read as zero when first returned */

    /* Returns a new page-aligned range of `size` bytes (a multiple of page_size, above 0), or NULL
     * if refused. */
    void *(*map)(void *ctx, size_t size);
    /* Returns whole pages: all or part of a mapped range. False: refused, the pages are still held.
     */
    bool (*unmap)(void *ctx, void *start, size_t size);
    /* Grows or shrinks a mapped range in place. False: refused, the range is unchanged. */
    bool (*resize)(void *ctx, void *start, size_t old_size, size_t new_size);
    /* Like resize, but may move the range and its content. NULL: refused, the range is unchanged.
     */
    void *(*remap)(void *ctx, void *start, size_t old_size, size_t new_size);
    /* Moves the break by `increment` bytes (negative and 0 allowed) and returns the old break, as
     * sbrk(2) does. NULL: refused. The break need not be aligned, and foreign code may move it. */
    void *(*sbrk)(void *ctx, ptrdiff_t increment);

    void *buffer; /* AC_SOURCE_BUFFER: `limit` bytes, neither aligned nor zeroed */
};

/* Arguments of `open`. Everything they point to outlives the instance. */
struct ac_open_options {
    const struct ac_page_source *source; /* NULL: the allocator gets its pages itself */
    /* Called on detected misuse with the profile's text for it; does not return. NULL: the
     * allocator ends the process in its usual way. */
    void (*fatal)(void *ctx, const char *text);
    void *fatal_ctx;
    uint64_t seed; /* of all random choices of the allocator */
};

/* The allocator's own counters. SIZE_MAX: not counted, not checked. */
struct ac_statistics {
    size_t live_blocks; /* blocks allocated and not freed, without frame memory */
    size_t live_bytes;  /* the sum of their requested sizes */
    size_t held_bytes;  /* bytes taken from the page source and not returned */
};

/* An allocator under test. malloc and free are required; every other function may be NULL: not
 * offered. Each function behaves like the libc function of its name, and sets errno itself.
 *
 * `heap` is the return value of open, or NULL if the allocator has no instances (open is NULL).
 * Frame functions are called only by the thread that called open, all others by any thread. */
struct ac_allocator {
    size_t struct_size; /* sizeof(struct ac_allocator), so that fields can be added at the end */
    const char *name;
    const struct ac_profile *profile; /* never NULL; profile.h has ac_standard_profile */
    unsigned sources;  /* page sources that open accepts, bits of enum ac_source_kind; 0: none */
    bool instrumented; /* compiled with AddressSanitizer, which reports access to poisoned bytes */

    /* Returns a new instance, or NULL if the page source refuses what it needs. */
    void *(*open)(const struct ac_open_options *options);
    /* Ends an instance and returns all its pages, those of live blocks included. */
    void (*close)(void *heap);

    void *(*malloc)(void *heap, size_t size);
    void *(*calloc)(void *heap, size_t count, size_t size);
    void *(*realloc)(void *heap, void *block, size_t size);
    void *(*reallocarray)(void *heap, void *block, size_t count, size_t size);
    void (*free)(void *heap, void *block);
    void (*free_sized)(void *heap, void *block, size_t size);
    void (*free_aligned_sized)(void *heap, void *block, size_t alignment, size_t size);
    void *(*aligned_alloc)(void *heap, size_t alignment, size_t size);
    int (*posix_memalign)(void *heap, void **out, size_t alignment, size_t size);
    void *(*memalign)(void *heap, size_t alignment, size_t size);
    size_t (*usable_size)(void *heap, void *block); /* malloc_usable_size(3) */

    /* The allocator's own stack frames: memory from frame_alloca and frame_vla ends with the frame.
     * frame_enter returns false if it runs out of memory. */
    bool (*frame_enter)(void *heap);
    void (*frame_leave)(void *heap);
    void *(*frame_alloca)(void *heap, size_t size);
    void *(*frame_vla)(void *heap, size_t count, size_t size); /* zeroed; count 0 counts as 1 */
    size_t (*frame_depth)(void *heap);                         /* open frames */
    size_t (*frame_bytes)(void *heap);                         /* bytes held by open frames */

    const char *(*check)(void *heap); /* integrity check: NULL if sound, else the reason */
    bool (*statistics)(void *heap, struct ac_statistics *out);
    void (*trim)(void *heap); /* returns unused memory to the page source or the system */
    /* The calling thread has finished with the heap. Called on every thread that used the heap,
     * when it ends or before close, and last on the main thread. A thread that frees blocks
     * afterwards, in destructors of thread-specific data, calls it once more after those. */
    void (*thread_exit)(void *heap);

    /* Called by the forking thread around fork, as pthread_atfork handlers are: before it, then in
     * the parent and in the child. Other threads may be inside the heap meanwhile. All NULL:
     * nothing to do, or the allocator registers its own handlers. */
    void (*fork_prepare)(void *heap);
    void (*fork_parent)(void *heap);
    void (*fork_child)(void *heap);
};

#ifdef __cplusplus
}
#endif
#endif
