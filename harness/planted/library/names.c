// SPDX-License-Identifier: MIT
// A planted-bug allocator as a shared object that exports the libc names only: one heap for the
// whole process, with its own pages.
#define _GNU_SOURCE /* MAP_ANONYMOUS, mremap, sbrk */
#include "shape.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 4096, BUFFER = 1 << 26 };

static const struct ac_allocator planted_allocator = PLANTED;

/* --- pages --- */

/* Maps consecutive ranges from an unused address on (if the system follows the hint), so that
 * accidental alignment is the same in every process. A page source does not set errno. */
static void *map(void *ctx, size_t size) {
    static char *next = (char *)0x100000000000;
    const int before = errno;
    (void)ctx;
    char *start = mmap(next, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    errno = before;
    if (start == MAP_FAILED)
        return NULL;
    next = start + size;
    return start;
}

static bool unmap(void *ctx, void *start, size_t size) {
    (void)ctx;
    return munmap(start, size) == 0;
}

static bool resize(void *ctx, void *start, size_t old_size, size_t new_size) {
    (void)ctx;
    return mremap(start, old_size, new_size, 0) != MAP_FAILED;
}

static void *remap(void *ctx, void *start, size_t old_size, size_t new_size) {
    (void)ctx;
    void *moved = mremap(start, old_size, new_size, MREMAP_MAYMOVE);
    return moved != MAP_FAILED ? moved : NULL;
}

static void *move_break(void *ctx, ptrdiff_t increment) {
    (void)ctx;
    void *before = sbrk(increment);
    return before != (void *)-1 ? before : NULL;
}

static const struct ac_page_source system_pages = {
    .kind = AC_SOURCE_BOTH,
    .page_size = PAGE,
    .limit = PTRDIFF_MAX,
    .zeroed = true,
    .map = map,
    .unmap = unmap,
    .resize = resize,
    .remap = remap,
    .sbrk = move_break,
};

static char buffer[BUFFER];
static const struct ac_page_source buffered = {
    .kind = AC_SOURCE_BUFFER, .page_size = PAGE, .limit = BUFFER, .buffer = buffer};

/* --- the heap --- */

static void say(const char *text) {
    ssize_t reported = write(STDERR_FILENO, text, strlen(text));
    (void)reported; /* there is nowhere to report it */
}

static void end_by_misuse(void *ctx, const char *text) {
    (void)ctx;
    say(text);
    say("\n");
    abort();
}

static pthread_key_t leaving;

static void leave(void *opened) {
    planted_allocator.thread_exit(opened);
}

/* A thread leaves the heap when it exits, and again after frees in its destructors. */
static void note_thread(const void *opened) {
    if (planted_allocator.thread_exit != NULL && pthread_getspecific(leaving) == NULL)
        pthread_setspecific(leaving, opened);
}

/* Called before there is a second thread. */
static void *heap(void) {
    static void *opened;
    if (opened == NULL) {
        const bool takes_buffer = (planted_allocator.sources & AC_SOURCE_BUFFER) != 0;
        const struct ac_open_options options = {.source = takes_buffer ? &buffered : &system_pages,
                                                .fatal = end_by_misuse};
        opened = planted_allocator.open(&options);
        pthread_key_create(&leaving, leave);
    }
    if (opened == NULL)
        abort(); /* out of memory: must not look like a planted bug */
    note_thread(opened);
    return opened;
}

static void call_handler(void (*handler)(void *heap)) {
    if (handler != NULL)
        handler(heap());
}

static void before_fork(void) {
    call_handler(planted_allocator.fork_prepare);
}

static void in_parent(void) {
    call_handler(planted_allocator.fork_parent);
}

static void in_child(void) {
    call_handler(planted_allocator.fork_child);
}

/* Before the program's first request, when pages may be refused already. */
__attribute__((constructor)) static void open_heap(void) {
    heap();
    pthread_atfork(before_fork, in_parent, in_child);
}

void *malloc(size_t size) {
    return planted_allocator.malloc(heap(), size);
}

void *calloc(size_t count, size_t size) {
    return planted_allocator.calloc(heap(), count, size);
}

void *realloc(void *block, size_t size) {
    return planted_allocator.realloc(heap(), block, size);
}

void *reallocarray(void *block, size_t count, size_t size) {
    return planted_allocator.reallocarray(heap(), block, count, size);
}

void free(void *block) {
    planted_allocator.free(heap(), block);
}

/* C23 7.24.3.4 and 7.24.3.5: the same as free unless the allocator does more. */
void free_sized(void *block, size_t size);
void free_sized(void *block, size_t size) {
    if (planted_allocator.free_sized != NULL)
        planted_allocator.free_sized(heap(), block, size);
    else
        free(block);
}

void free_aligned_sized(void *block, size_t alignment, size_t size);
void free_aligned_sized(void *block, size_t alignment, size_t size) {
    if (planted_allocator.free_aligned_sized != NULL)
        planted_allocator.free_aligned_sized(heap(), block, alignment, size);
    else
        free(block);
}

void *aligned_alloc(size_t alignment, size_t size) {
    return planted_allocator.aligned_alloc(heap(), alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size) {
    return planted_allocator.posix_memalign(heap(), out, alignment, size);
}

void *memalign(size_t alignment, size_t size) {
    return planted_allocator.memalign(heap(), alignment, size);
}

size_t malloc_usable_size(void *block) {
    return planted_allocator.usable_size(heap(), block);
}
