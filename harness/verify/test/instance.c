// SPDX-License-Identifier: MIT
// An allocator that exports ac_allocator and gives each block its own mapping. BUG chooses
// what is wrong with it.
#define _GNU_SOURCE
#include "allocheck/allocator.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { NONE, OPEN, CLOSE, KEEPS, THREAD_EXIT };
enum { CAPACITY = 16 };

static const struct ac_page_source *source;

static void *open_heap(const struct ac_open_options *options) {
    source = options->source;
    if (BUG == OPEN)
        abort();
    return source->map(source->ctx, source->page_size);
}

static void close_heap(void *heap) {
    if (BUG == CLOSE)
        abort();
    if (BUG != KEEPS)
        source->unmap(source->ctx, heap, source->page_size);
}

static void leave(void *heap) {
    (void)heap;
    if (BUG == THREAD_EXIT && gettid() != getpid())
        abort();
}

static size_t whole(size_t size) {
    return (size + CAPACITY + source->page_size - 1) & ~(source->page_size - 1);
}

static void *allocate(void *heap, size_t size) {
    (void)heap;
    if (size > PTRDIFF_MAX)
        return errno = ENOMEM, NULL;
    char *start = source->map(source->ctx, whole(size));
    if (start == NULL)
        return errno = ENOMEM, NULL;
    *(size_t *)(void *)start = whole(size);
    return start + CAPACITY;
}

static void release(void *heap, void *block) {
    const int error = errno;
    (void)heap;
    if (block != NULL) {
        char *start = (char *)block - CAPACITY;
        source->unmap(source->ctx, start, *(size_t *)(void *)start);
    }
    errno = error;
}

const struct ac_allocator ac_allocator = {.struct_size = sizeof ac_allocator,
                                          .name = "instance",
                                          .sources = AC_SOURCE_MMAP,
                                          .open = open_heap,
                                          .close = close_heap,
                                          .malloc = allocate,
                                          .free = release,
                                          .thread_exit = leave};
