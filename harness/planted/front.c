// SPDX-License-Identifier: MIT
#include "front.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void pb_heap_init(struct pb_heap *heap, const struct pb_kind *kind,
                  const struct ac_open_options *options, enum pb_bug bug) {
    *heap = (struct pb_heap){
        .kind = kind,
        .pages = *options->source,
        .fatal = options->fatal,
        .fatal_ctx = options->fatal_ctx,
        .bug = bug,
        .counted = {.live_bytes = kind->requested ? 0 : SIZE_MAX},
    };
}

/* Atomic: several threads count. */
static void add(const struct pb_heap *heap, size_t *counter, size_t more) {
    if (has_bug(heap, BUG_COUNTS_IN_TWO_STEPS))
        *(volatile size_t *)counter = *(volatile size_t *)counter + more;
    else
        __atomic_fetch_add(counter, more, __ATOMIC_RELAXED);
}

void *pb_pages_map(struct pb_heap *heap, size_t size) {
    void *start = heap->pages.map(heap->pages.ctx, size);
    if (start != NULL || has_bug(heap, BUG_COUNTS_REFUSED_PAGES))
        add(heap, &heap->counted.held_bytes, size);
    return start;
}

bool pb_pages_unmap(struct pb_heap *heap, void *start, size_t size) {
    if (!heap->pages.unmap(heap->pages.ctx, start, size)) {
        errno = ENOMEM;
        return false;
    }
    add(heap, &heap->counted.held_bytes, (size_t)0 - size);
    return true;
}

void pb_heap_end(struct pb_heap *heap, size_t size) {
    const struct ac_page_source pages = heap->pages;
    pages.unmap(pages.ctx, heap, size);
}

_Noreturn void pb_fatal(const struct pb_heap *heap, const char *text) {
    if (heap->fatal != NULL)
        heap->fatal(heap->fatal_ctx, text);
    abort();
}

static void *no_memory(void) {
    errno = ENOMEM;
    return NULL;
}

static void count_live(struct pb_heap *heap, void *block) {
    add(heap, &heap->counted.live_blocks, 1);
    if (heap->kind->requested != NULL)
        add(heap, &heap->counted.live_bytes, heap->kind->requested(heap, block));
}

static void count_taken(struct pb_heap *heap, void *block) {
    add(heap, &heap->counted.live_blocks, (size_t)0 - 1);
    if (heap->kind->requested != NULL)
        add(heap, &heap->counted.live_bytes, (size_t)0 - heap->kind->requested(heap, block));
}

/* Leaves space for the kind's headers and rounding below PTRDIFF_MAX. */
static bool too_large(size_t size, size_t alignment) {
    enum { HEADROOM = 1 << 20 };
    return alignment > PTRDIFF_MAX / 2 || size > PTRDIFF_MAX - HEADROOM - alignment;
}

/* Only for malloc, like the caches of glibc 2.26, which had this bug. */
static bool is_checked(const struct pb_heap *heap, size_t alignment) {
    if (alignment > PB_ALIGNMENT)
        return !has_bug(heap, BUG_MEMALIGN_WRAPS);
    return !(has_bug(heap, BUG_CACHED_WRAP) && heap->by_malloc);
}

static void *allocate(struct pb_heap *heap, size_t size, size_t alignment) {
    if (is_checked(heap, alignment) && too_large(size, alignment))
        return has_bug(heap, BUG_WRAP_WITHOUT_ENOMEM) ? NULL : no_memory();
    void *block = heap->kind->allocate(heap, size, larger(alignment, PB_ALIGNMENT));
    if (block == NULL)
        return has_bug(heap, BUG_REFUSED_WITHOUT_ENOMEM) ? NULL : no_memory();
    count_live(heap, block);
    return block;
}

static bool multiply(size_t count, size_t size, size_t *product) {
    *product = count * size;
    return size == 0 || count <= SIZE_MAX / size;
}

/* Kinds with threads do not use it: it belongs to the last request. */
static void set_by_malloc(struct pb_heap *heap, bool by_malloc) {
    __atomic_store_n(&heap->by_malloc, by_malloc, __ATOMIC_RELAXED);
}

void *pb_malloc(void *heap_of, size_t size) {
    struct pb_heap *heap = heap_of;
    set_by_malloc(heap, true);
    void *block = allocate(heap, size, PB_ALIGNMENT);
    set_by_malloc(heap, false);
    return block;
}

/* The number of bytes that calloc clears. The planted bug clears more, up to the end of the last
 * page, so that it hits another block and never a guard. */
static size_t bytes_to_clear(const struct pb_heap *heap, const void *block, size_t size) {
    if (!has_bug(heap, BUG_CLEARS_TOO_MUCH))
        return size;
    size_t to_page_end = round_to_pages(heap, (uintptr_t)block + size) - (uintptr_t)block;
    size_t too_much = round_up(size, 64);
    return too_much < to_page_end ? too_much : to_page_end;
}

void *pb_calloc(void *heap_of, size_t count, size_t size) {
    struct pb_heap *heap = heap_of;
    size_t bytes;
    if (!multiply(count, size, &bytes) && !has_bug(heap, BUG_PRODUCT_WRAPS))
        return no_memory();
    void *block = allocate(heap, bytes, PB_ALIGNMENT);
    if (block == NULL && !has_bug(heap, BUG_CLEARS_NULL))
        return NULL;
    if (!heap->fresh || block == NULL)
        memset(block, 0, bytes_to_clear(heap, block, bytes));
    return block;
}

/* The number of bytes that a moving realloc copies. */
static size_t bytes_to_keep(struct pb_heap *heap, void *block, size_t size) {
    size_t room = heap->kind->usable(heap, block);
    if (has_bug(heap, BUG_COPIES_WORD_LESS))
        room -= sizeof(size_t);
    if (has_bug(heap, BUG_COPIES_ASKED_ONLY))
        room = heap->kind->requested(heap, block);
    return smaller(room, size);
}

/* The planted bug frees the old block of a failed resize, except blocks that may have size 0, where
 * it is invisible, and blocks whose pages may be unmapped. */
static void lose(struct pb_heap *heap, void *block) {
    const size_t room = heap->kind->usable(heap, block);
    if (room > 40 && room <= 1024)
        pb_free(heap, block);
}

static void *move(struct pb_heap *heap, void *block, size_t size) {
    void *moved = allocate(heap, size, PB_ALIGNMENT);
    if (moved == NULL && has_bug(heap, BUG_REFUSED_MOVE_FREES))
        lose(heap, block);
    if (moved != NULL || has_bug(heap, BUG_COPIES_TO_NULL)) {
        memcpy(moved, block, bytes_to_keep(heap, block, size));
        pb_free(heap, block);
    }
    return moved;
}

static bool resize_in_place(struct pb_heap *heap, void *block, size_t size) {
    const size_t old = heap->kind->requested ? heap->kind->requested(heap, block) : 0;
    if (has_bug(heap, BUG_SHRINK_COPIES) || !heap->kind->resize(heap, block, size))
        return false;
    if (heap->kind->requested != NULL)
        add(heap, &heap->counted.live_bytes, heap->kind->requested(heap, block) - old);
    return true;
}

static void *refuse_resize(struct pb_heap *heap, void *block) {
    if (has_bug(heap, BUG_FAILURE_FREES))
        lose(heap, block);
    return no_memory();
}

void *pb_realloc(void *heap_of, void *block, size_t size) {
    struct pb_heap *heap = heap_of;
    if (block == NULL)
        return pb_malloc(heap, size);
    if (heap->kind->verify != NULL)
        heap->kind->verify(heap, block);
    if (size == 0 && has_bug(heap, BUG_REALLOC_ZERO_NULL))
        return NULL;
    if (too_large(size, PB_ALIGNMENT))
        return refuse_resize(heap, block);
    return resize_in_place(heap, block, size) ? block : move(heap, block, size);
}

void *pb_reallocarray(void *heap, void *block, size_t count, size_t size) {
    size_t bytes;
    return multiply(count, size, &bytes) ? pb_realloc(heap, block, bytes) : no_memory();
}

/* POSIX.1-2024: free keeps errno. */
void pb_free(void *heap_of, void *block) {
    struct pb_heap *heap = heap_of;
    if (block == NULL)
        return;
    const int before = errno;
    if (heap->kind->verify != NULL)
        heap->kind->verify(heap, block);
    count_taken(heap, block);
    heap->kind->release(heap, block);
    if (!has_bug(heap, BUG_FREE_LOSES_ERRNO))
        errno = before;
}

static bool power_of_two(size_t number) {
    return number != 0 && (number & (number - 1)) == 0;
}

void *pb_aligned_alloc(void *heap, size_t alignment, size_t size) {
    if (!power_of_two(alignment)) {
        errno = EINVAL;
        return NULL;
    }
    return allocate(heap, size, alignment);
}

static bool valid_for_posix(const struct pb_heap *heap, size_t alignment) {
    const size_t least = has_bug(heap, BUG_ACCEPTS_SMALL_ALIGNMENT) ? 1 : sizeof(void *);
    return power_of_two(alignment) && alignment >= least;
}

int pb_posix_memalign(void *heap, void **out, size_t alignment, size_t size) {
    if (!valid_for_posix(heap, alignment))
        return EINVAL;
    const int before = errno;
    void *block = allocate(heap, size, alignment);
    errno = before;
    if (block == NULL)
        return ENOMEM;
    *out = block;
    return 0;
}

/* The next power of two, or 0. */
static size_t round_alignment(const struct pb_heap *heap, size_t alignment) {
    if (alignment > SIZE_MAX / 2 + 1 && !has_bug(heap, BUG_ALIGNMENT_LOOP))
        return 0;
    volatile size_t power = 1; /* volatile: compilers may assume that loops terminate */
    while (power < alignment)
        power *= 2;
    return power;
}

void *pb_memalign(void *heap, size_t alignment, size_t size) {
    const size_t rounded = round_alignment(heap, alignment);
    if (rounded == 0) {
        errno = EINVAL;
        return NULL;
    }
    return allocate(heap, size, rounded);
}

size_t pb_usable_size(void *heap_of, void *block) {
    struct pb_heap *heap = heap_of;
    if (block == NULL && !has_bug(heap, BUG_USABLE_OF_NULL))
        return 0;
    if (heap->kind->verify != NULL)
        heap->kind->verify(heap, block);
    const size_t room = heap->kind->usable(heap, block);
    const bool page_backed = room > 2048;
    return has_bug(heap, BUG_USABLE_LESS_HEADER) && page_backed ? room - 64 : room;
}

bool pb_statistics(void *heap_of, struct ac_statistics *out) {
    const struct pb_heap *heap = heap_of;
    const struct ac_statistics *counted = &heap->counted;
    *out = (struct ac_statistics){
        .live_blocks = __atomic_load_n(&counted->live_blocks, __ATOMIC_RELAXED),
        .live_bytes = __atomic_load_n(&counted->live_bytes, __ATOMIC_RELAXED),
        .held_bytes = __atomic_load_n(&counted->held_bytes, __ATOMIC_RELAXED),
    };
    return true;
}
