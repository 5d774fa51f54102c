// SPDX-License-Identifier: MIT
// The texts of misuses, and their end in the fatal handler.
#include "heap.h"

static const char *const texts[SLATE_MISUSES] = {
    [SLATE_DOUBLE_FREE] = "slate: double free",
    [SLATE_FREE_INTERIOR] = "slate: pointer into a block, not to its start",
    [SLATE_FREE_MISALIGNED] = "slate: misaligned pointer into the heap",
    [SLATE_FREE_FOREIGN] = "slate: pointer outside the heap",
    [SLATE_FREE_NEVER_ALLOCATED] = "slate: pointer to memory that was never allocated",
    [SLATE_FREE_FRAME] = "slate: pointer into a frame",
    [SLATE_REALLOC_FREED] = "slate: realloc of a freed block",
    [SLATE_USABLE_SIZE_FREED] = "slate: usable size of a freed block",
    [SLATE_WRONG_SIZE] = "slate: freed with the wrong size",
    [SLATE_WRONG_ALIGNMENT] = "slate: freed with the wrong alignment",
    [SLATE_OVERWRITTEN] = "slate: memory after a block was overwritten",
};

const char *slate_misuse_text(enum slate_misuse misuse) {
    return (unsigned)misuse < SLATE_MISUSES ? texts[misuse] : NULL;
}

_Noreturn void misuse_fatal(const struct slate_heap *heap, enum slate_misuse misuse) {
    if (heap->fatal != NULL)
        heap->fatal(heap->fatal_ctx, texts[misuse]);
    __builtin_trap();
}
