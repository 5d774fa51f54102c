// SPDX-License-Identifier: MIT
#include "guarded.h"
#include "slab.h"

enum { CANARY_LEAST = 1, CANARY_MOST = 64 };

static const char invalid_pointer[] = "guarded: not a live block";
static const char overwritten[] = "guarded: bytes after a block were overwritten";
static const char wrong_size[] = "guarded: freed with a wrong size";

const struct ac_profile guarded_profile = {
    .name = "guarded",
    PB_FRONT_PROFILE,
    .usable_exact = true,
    .cached_size = 2048 - CANARY_LEAST,
    .growth_slack = 65536,
    .held_when_empty = SIZE_MAX,
    .misuse =
        {
            [AC_MISUSE_DOUBLE_FREE] = invalid_pointer,
            [AC_MISUSE_FREE_INTERIOR] = invalid_pointer,
            [AC_MISUSE_FREE_MISALIGNED] = invalid_pointer,
            [AC_MISUSE_FREE_FOREIGN] = invalid_pointer,
            [AC_MISUSE_FREE_WILD] = invalid_pointer,
            [AC_MISUSE_OVERFLOW] = overwritten,
            [AC_MISUSE_REALLOC_FREED] = invalid_pointer,
            [AC_MISUSE_USABLE_FREED] = invalid_pointer,
            [AC_MISUSE_WRONG_SIZE] = wrong_size,
        },
};

static unsigned char canary_at(const char *address) {
    return (unsigned char)(((uintptr_t)address * 0x9E37u >> 8) | 1);
}

/* Bytes of canary after a block: the rest of its slot, up to a bound. */
static size_t canary_size(struct pb_heap *heap, void *block, size_t asked) {
    return smaller(slab_space(heap, block) - asked, CANARY_MOST);
}

static void set_canary(struct pb_heap *heap, char *block, size_t asked) {
    const size_t end = asked + canary_size(heap, block, asked);
    for (size_t i = asked; i < end; i++)
        block[i] = (char)canary_at(block + i);
}

static bool canary_intact(struct pb_heap *heap, char *block) {
    const size_t asked = slab_requested(heap, block);
    const size_t end = asked + canary_size(heap, block, asked);
    const bool inverted = has_bug(heap, BUG_INVERTED_LOOP);
    for (size_t i = asked; inverted ? i > end : i < end; i++)
        if ((unsigned char)block[i] != canary_at(block + i))
            return false;
    return true;
}

static void verify(struct pb_heap *heap, void *block) {
    if (!slab_allocates(heap, block))
        pb_fatal(heap, invalid_pointer);
    if (!canary_intact(heap, block))
        pb_fatal(heap, overwritten);
}

static void *guarded_allocate(struct pb_heap *heap, size_t size, size_t alignment) {
    void *block = slab_allocate(heap, size + CANARY_LEAST, alignment);
    if (block != NULL) {
        slab_set_asked(heap, block, size);
        set_canary(heap, block, size);
    }
    return block;
}

static bool guarded_resize(struct pb_heap *heap, void *block, size_t size) {
    if (!slab_resize(heap, block, size + CANARY_LEAST))
        return false;
    slab_set_asked(heap, block, size);
    set_canary(heap, block, size);
    return true;
}

/* False: the size is wrong for the block. */
static bool may_be_named(struct pb_heap *heap, void *block, size_t size) {
    const size_t room = slab_space(heap, block);
    if (has_bug(heap, BUG_SIZED_MISJUDGES_CANARY) && size + sizeof(uint64_t) > room)
        return false;
    if (has_bug(heap, BUG_SIZED_BY_CLASS) && slab_slot_for(size + CANARY_LEAST) < room)
        return false;
    return size == slab_requested(heap, block);
}

void guarded_free_sized(void *heap_of, void *block, size_t size) {
    struct pb_heap *heap = heap_of;
    if (block == NULL)
        return;
    verify(heap, block);
    if (!may_be_named(heap, block, size))
        pb_fatal(heap, wrong_size);
    pb_free(heap, block);
}

void guarded_free_aligned_sized(void *heap, void *block, size_t alignment, size_t size) {
    (void)alignment;
    guarded_free_sized(heap, block, size);
}

static const struct pb_kind guarded_kind = {
    .allocate = guarded_allocate,
    .release = slab_release,
    .usable = slab_requested,
    .resize = guarded_resize,
    .requested = slab_requested,
    .verify = verify,
};

void *guarded_open(const struct ac_open_options *options, enum pb_bug bug) {
    return slab_open_as(&guarded_kind, options, bug);
}
