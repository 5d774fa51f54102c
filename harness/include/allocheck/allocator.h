// SPDX-License-Identifier: MIT
// The allocator under test, as the harness sees it: one struct of functions, and the page source
// that the harness gives to an allocator that takes one.
#ifndef ALLOCHECK_ALLOCATOR_H
#define ALLOCHECK_ALLOCATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ac_profile;

/* For `instrumented` below, where the allocator is compiled with the flags of its adapter. */
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

/* True where the code is compiled with ThreadSanitizer. */
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

/* How an allocator may be given its pages; bits, so that an allocator can say which it takes. */
enum ac_source_kind {
    AC_SOURCE_MMAP = 1u,   /* map, unmap, resize, remap */
    AC_SOURCE_BRK = 2u,    /* sbrk only */
    AC_SOURCE_BOTH = 4u,   /* sbrk, and the functions of AC_SOURCE_MMAP */
    AC_SOURCE_BUFFER = 8u, /* one fixed buffer, no function at all */
};

/* The pages that one instance of an allocator lives on. Functions that the kind does not offer are
 * NULL. Every function may refuse at any time. One thread at a time. */
struct ac_page_source {
    void *ctx; /* first argument of every function */
    enum ac_source_kind kind;
    size_t page_size; /* bytes, a power of two */
    size_t limit;     /* bytes: never are more held at once */
    bool zeroed;      /* pages from map and sbrk read as zero when handed out */

    /* A new range of `size` bytes (a multiple of page_size, above 0), page aligned; NULL: refused.
     */
    void *(*map)(void *ctx, size_t size);
    /* Gives back whole pages: all or part of what map gave. False: refused, still held. */
    bool (*unmap)(void *ctx, void *start, size_t size);
    /* Grows or shrinks a range of map in place. False: refused, the range is as before. */
    bool (*resize)(void *ctx, void *start, size_t old_size, size_t new_size);
    /* As resize, but may move; content is kept. NULL: refused, the range is as before. */
    void *(*remap)(void *ctx, void *start, size_t old_size, size_t new_size);
    /* Moves the break by `increment` bytes (may be negative or 0) and returns the old break, as
     * sbrk(2) does; NULL: refused. The break need not be aligned and foreign code may move it. */
    void *(*sbrk)(void *ctx, ptrdiff_t increment);

    void *buffer; /* AC_SOURCE_BUFFER: `limit` bytes, in no way aligned or zeroed */
};

/* What `open` is given. The structs pointed to outlive the instance. */
struct ac_open_options {
    const struct ac_page_source *source; /* NULL: the allocator finds its own pages */
    /* Called on proof of misuse with the fixed text of the profile; does not return. NULL: the
     * allocator ends the process as it always does. */
    void (*fatal)(void *ctx, const char *text);
    void *fatal_ctx;
    uint64_t seed; /* for whatever the allocator draws at random */
};

/* Counters that an allocator keeps; what it does not count is SIZE_MAX and is not checked. */
struct ac_statistics {
    size_t live_blocks; /* blocks allocated and not freed, frames left out */
    size_t live_bytes;  /* sum of what was asked for in them */
    size_t held_bytes;  /* bytes taken from the page source and not given back */
};

/* One allocator. A function that it does not offer is NULL; malloc and free are always there.
 * Functions are called on any thread; those of frames on the one that opened the instance alone.
 * `heap` is what open returned, or NULL for an allocator without instances (open is NULL then).
 * Semantics are those of the libc function of the same name; errno is set by the function itself.
 */
struct ac_allocator {
    size_t struct_size; /* sizeof(struct ac_allocator): lets the struct grow */
    const char *name;
    const struct ac_profile *profile;
    unsigned sources;  /* kinds of page source that open takes, enum ac_source_kind; 0: none */
    bool instrumented; /* compiled with AddressSanitizer: touching a poisoned byte is reported */

    /* A fresh instance, or NULL where the source gave too little. */
    void *(*open)(const struct ac_open_options *options);
    /* Ends an instance; every page goes back to its source, live blocks included. */
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
    size_t (*usable_size)(void *heap, void *block);

    /* Frames of the allocator's own: memory from frame_alloca ends with its frame. enter returns
     * false when it has no room. depth counts the open frames. */
    bool (*frame_enter)(void *heap);
    void (*frame_leave)(void *heap);
    void *(*frame_alloca)(void *heap, size_t size);
    void *(*frame_vla)(void *heap, size_t count, size_t size); /* zeroed; count 0 counts as 1 */
    size_t (*frame_depth)(void *heap);
    size_t (*frame_bytes)(void *heap); /* bytes that the open frames hold */

    const char *(*check)(void *heap); /* integrity walk: NULL when sound, else a reason */
    bool (*statistics)(void *heap, struct ac_statistics *out);
    void (*trim)(void *heap); /* gives back what it can */
    /* The calling thread will not use the heap again, until it frees blocks in destructors of
     * thread-specific data: after those it is called once more. Called on each thread that used the
     * heap, at its end or before close, on the main thread last. */
    void (*thread_exit)(void *heap);

    /* Around a fork, by the thread that forks, while others may be inside the heap: before it, and
     * after it in the parent and in the child, as the handlers of pthread_atfork. An allocator
     * without instances registers its own. All NULL: nothing is to be done. */
    void (*fork_prepare)(void *heap);
    void (*fork_parent)(void *heap);
    void (*fork_child)(void *heap);
};

#ifdef __cplusplus
}
#endif
#endif
