// SPDX-License-Identifier: MIT
// slate as an allocator under test: every instance is a heap on the harness's page source.
#include "adapters.h"
#include "allocheck/profile.h"

#include "slate.h"

enum {
    /* Small, so that programs soon need a second region, and a fresh heap costs little. */
    REGION_SIZE = 1 << 16,
    /* Blocks of this size and more have their own mapping, which is unmapped when they are freed.
     */
    MAPPED_SIZE = REGION_SIZE / 4,
    GROWTH_SLACK = 2 * REGION_SIZE, /* slate keeps some memory for the next request */
    NO_MEMORY = AC_CAUSE_WRAP | AC_CAUSE_PTRDIFF | AC_CAUSE_EXHAUSTED,
};

static const struct ac_page_source *source_of(void *ctx) {
    return ctx;
}

static void *slate_map(void *ctx, size_t size) {
    return source_of(ctx)->map(source_of(ctx)->ctx, size);
}

static int slate_unmap(void *ctx, void *start, size_t size) {
    return source_of(ctx)->unmap(source_of(ctx)->ctx, start, size) ? 0 : -1;
}

static void *slate_remap(void *ctx, void *start, size_t old_size, size_t new_size, int may_move) {
    const struct ac_page_source *source = source_of(ctx);
    if (may_move)
        return source->remap(source->ctx, start, old_size, new_size);
    return source->resize(source->ctx, start, old_size, new_size) ? start : NULL;
}

static void *slate_grow(void *ctx, size_t size) {
    return source_of(ctx)->sbrk(source_of(ctx)->ctx, (ptrdiff_t)size);
}

static int slate_shrink(void *ctx, void *start, size_t size) {
    const struct ac_page_source *source = source_of(ctx);
    if (source->sbrk(source->ctx, 0) != (char *)start + size)
        return -1;
    return source->sbrk(source->ctx, -(ptrdiff_t)size) != NULL ? 0 : -1;
}

static struct slate_source pages_from(const struct ac_page_source *source) {
    if (source->kind == AC_SOURCE_BUFFER)
        return slate_source_buffer(source->buffer, source->limit);
    struct slate_source pages = {.ctx = (void *)source,
                                 .page_size = source->page_size,
                                 .flags = source->zeroed ? SLATE_SOURCE_ZEROED : 0};
    if (source->kind != AC_SOURCE_BRK) {
        pages.map = slate_map;
        pages.unmap = slate_unmap;
        pages.remap = slate_remap;
    }
    if (source->kind != AC_SOURCE_MMAP) {
        pages.grow = slate_grow;
        pages.shrink = slate_shrink;
    }
    return pages;
}

static void *slate_instance(const struct ac_open_options *options) {
    struct slate_source pages =
        options->source != NULL ? pages_from(options->source) : slate_source_mmap();
    return slate_open(&(struct slate_options){.source = &pages,
                                              .region_size = REGION_SIZE,
                                              .seed = options->seed,
                                              .fatal = options->fatal,
                                              .fatal_ctx = options->fatal_ctx});
}

static void slate_end(void *heap) {
    slate_close(heap);
}

static void *slate_call_malloc(void *heap, size_t size) {
    return slate_heap_malloc(heap, size);
}

static void *slate_call_calloc(void *heap, size_t count, size_t size) {
    return slate_heap_calloc(heap, count, size);
}

static void *slate_call_realloc(void *heap, void *block, size_t size) {
    return slate_heap_realloc(heap, block, size);
}

static void *slate_call_reallocarray(void *heap, void *block, size_t count, size_t size) {
    return slate_heap_reallocarray(heap, block, count, size);
}

static void slate_call_free(void *heap, void *block) {
    slate_heap_free(heap, block);
}

static void slate_call_free_sized(void *heap, void *block, size_t size) {
    slate_heap_free_sized(heap, block, size);
}

static void slate_call_free_aligned_sized(void *heap, void *block, size_t alignment, size_t size) {
    slate_heap_free_aligned_sized(heap, block, alignment, size);
}

static void *slate_call_aligned_alloc(void *heap, size_t alignment, size_t size) {
    return slate_heap_aligned_alloc(heap, alignment, size);
}

static int slate_call_posix_memalign(void *heap, void **out, size_t alignment, size_t size) {
    return slate_heap_posix_memalign(heap, out, alignment, size);
}

static void *slate_call_memalign(void *heap, size_t alignment, size_t size) {
    return slate_heap_memalign(heap, alignment, size);
}

static size_t slate_call_usable_size(void *heap, void *block) {
    return slate_heap_malloc_usable_size(heap, block);
}

static struct slate_statistics counters(void *heap) {
    struct slate_statistics statistics;
    slate_heap_statistics(heap, &statistics);
    return statistics;
}

static bool slate_frame_enter(void *heap) {
    slate_heap_enter(heap);
    return true;
}

static void slate_frame_leave(void *heap) {
    slate_heap_leave(heap);
}

static void *slate_frame_alloca(void *heap, size_t size) {
    return slate_heap_alloca(heap, size);
}

static void *slate_frame_vla(void *heap, size_t count, size_t size) {
    return slate_heap_vla(heap, count, size);
}

static size_t slate_frame_depth(void *heap) {
    return counters(heap).frame_depth;
}

static size_t slate_frame_bytes(void *heap) {
    return counters(heap).frame_bytes;
}

static int count_live(void *ctx, void *start, size_t size, int live) {
    struct ac_statistics *walked = ctx;
    (void)start;
    walked->live_blocks += live != 0;
    walked->live_bytes += live ? size : 0;
    return 0;
}

/* The integrity check; then a walk over all blocks must agree with the counters. */
static const char *slate_call_check(void *heap) {
    const char *reason = slate_heap_check(heap);
    if (reason != NULL)
        return reason;
    struct ac_statistics walked = {0};
    const struct slate_statistics counted = counters(heap);
    if (counted.live_blocks == 0)
        return NULL; /* a walk over free memory costs as much and shows nothing */
    slate_heap_walk(heap, count_live, &walked);
    bool agree =
        walked.live_blocks == counted.live_blocks && walked.live_bytes == counted.live_bytes;
    return agree ? NULL : "the walk over all blocks and the counters disagree";
}

static bool slate_call_statistics(void *heap, struct ac_statistics *out) {
    struct slate_statistics statistics = counters(heap);
    *out = (struct ac_statistics){.live_blocks = statistics.live_blocks,
                                  .live_bytes = statistics.live_bytes,
                                  .held_bytes = statistics.held_bytes};
    return true;
}

static void slate_call_trim(void *heap) {
    slate_heap_trim(heap);
}

/* The owner of a heap holds its lock around a fork. */
static void slate_lock(void *heap) {
    slate_heap_lock(heap);
}

static void slate_unlock(void *heap) {
    slate_heap_unlock(heap);
}

/* The texts are repeated here, because a profile states what slate guarantees, not what it prints.
 */
static const struct ac_profile profile = {
    .name = "slate",
    .zero = {AC_ZERO_FRESH(AC_ZERO_BLOCK), [AC_FN_ALIGNED_ALLOC] = AC_ZERO_BLOCK,
             [AC_FN_POSIX_MEMALIGN] = AC_ZERO_BLOCK, [AC_FN_MEMALIGN] = AC_ZERO_BLOCK},
    .resize_zero = {AC_ZERO_RESIZED(AC_ZERO_BLOCK)},
    .invalid_alignment = {[AC_FN_ALIGNED_ALLOC] = AC_ALIGN_EINVAL,
                          [AC_FN_POSIX_MEMALIGN] = AC_ALIGN_EINVAL,
                          [AC_FN_MEMALIGN] = AC_ALIGN_EINVAL},
    .errno_guaranteed = {[AC_FN_MALLOC] = NO_MEMORY,
                         [AC_FN_CALLOC] = NO_MEMORY,
                         [AC_FN_REALLOC] = NO_MEMORY,
                         [AC_FN_REALLOCARRAY] = NO_MEMORY,
                         [AC_FN_ALIGNED_ALLOC] = AC_CAUSE_ALL,
                         [AC_FN_POSIX_MEMALIGN] = AC_CAUSE_ALL,
                         [AC_FN_MEMALIGN] = AC_CAUSE_ALL},
    .min_alignment = 16,
    .usable_exact = true,
    .cached_size = MAPPED_SIZE - 1,
    .growth_slack = GROWTH_SLACK,
    .held_when_empty = SIZE_MAX,
    .coalesces = true,
    .misuse =
        {
            [AC_MISUSE_DOUBLE_FREE] = "slate: double free",
            [AC_MISUSE_FREE_INTERIOR] = "slate: pointer into a block, not to its start",
            [AC_MISUSE_FREE_MISALIGNED] = "slate: misaligned pointer into the heap",
            [AC_MISUSE_FREE_FOREIGN] = "slate: pointer outside the heap",
            [AC_MISUSE_FREE_WILD] = "slate: pointer to memory that was never allocated",
            [AC_MISUSE_OVERFLOW] = "slate: memory after a block was overwritten",
            [AC_MISUSE_REALLOC_FREED] = "slate: realloc of a freed block",
            [AC_MISUSE_USABLE_FREED] = "slate: usable size of a freed block",
            [AC_MISUSE_WRONG_SIZE] = "slate: freed with the wrong size",
            [AC_MISUSE_WRONG_ALIGNMENT] = "slate: freed with the wrong alignment",
            [AC_MISUSE_FREE_FRAME] = "slate: pointer into a frame",
        },
};

const struct ac_allocator ac_slate = {
    .struct_size = sizeof ac_slate,
    .name = "slate",
    .profile = &profile,
    .instrumented = AC_INSTRUMENTED,
    .sources = AC_SOURCE_MMAP | AC_SOURCE_BRK | AC_SOURCE_BOTH | AC_SOURCE_BUFFER,
    .open = slate_instance,
    .close = slate_end,
    .malloc = slate_call_malloc,
    .calloc = slate_call_calloc,
    .realloc = slate_call_realloc,
    .reallocarray = slate_call_reallocarray,
    .free = slate_call_free,
    .free_sized = slate_call_free_sized,
    .free_aligned_sized = slate_call_free_aligned_sized,
    .aligned_alloc = slate_call_aligned_alloc,
    .posix_memalign = slate_call_posix_memalign,
    .memalign = slate_call_memalign,
    .usable_size = slate_call_usable_size,
    .frame_enter = slate_frame_enter,
    .frame_leave = slate_frame_leave,
    .frame_alloca = slate_frame_alloca,
    .frame_vla = slate_frame_vla,
    .frame_depth = slate_frame_depth,
    .frame_bytes = slate_frame_bytes,
    .check = slate_call_check,
    .statistics = slate_call_statistics,
    .trim = slate_call_trim,
    .fork_prepare = slate_lock,
    .fork_parent = slate_unlock,
    .fork_child = slate_unlock,
};
