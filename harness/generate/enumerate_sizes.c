// SPDX-License-Identifier: MIT
// The sizes of a scope: those most likely to expose bugs.
#include "enumerate_private.h"

enum {
    SMALL_BUFFER = 64 << 10, /* bytes; a few blocks fill it */
    PAGE = 4096,             /* when comparing sizes, on all machines */
    MAPPED = 128 << 10,      /* mmap threshold of glibc, dlmalloc and others */
};

/* What a size is derived from. */
enum origin {
    PLAIN,
    BOUNDARY, /* the largest class boundary up to `value`, or else the first one */
    PAGES,
    FROM_HALF,
    FROM_MAX,
    LARGE, /* the mmap threshold, or `value` eighths of a fixed buffer */
};

struct candidate {
    enum origin origin;
    uint64_t value;
    int delta;
};

/* Most likely to expose bugs first. Any prefix is about half ordinary and half extreme sizes. */
static const struct candidate candidates[] = {
    {BOUNDARY, 0, 0},
    {FROM_MAX, 0, -8},
    {LARGE, 5, 0},
    {PLAIN, 0, 0},
    {BOUNDARY, 256, 0},
    {BOUNDARY, PAGE, 0},
    {FROM_HALF, 0, 1},
    {PLAIN, 1, 0},
    {PAGES, 1, 1},
    {FROM_MAX, 0, 0},
    {BOUNDARY, 0, 1},
    {BOUNDARY, 1024, 0},
    /* Beyond the default number of sizes. */
    {BOUNDARY, 256, 1},
    {BOUNDARY, 64, 0},
    {FROM_HALF, 0, 0},
    {BOUNDARY, 1024, 1},
    {LARGE, 3, 1},
    {BOUNDARY, 64, 1},
    {PLAIN, UINT64_C(1) << 32, 0},
    {BOUNDARY, 512, 0},
    {PAGES, 1, 0},
    {BOUNDARY, 16384, 0},
    {BOUNDARY, 16384, 1},
    {BOUNDARY, 512, 1},
    {FROM_MAX, 0, -64},
    {BOUNDARY, 2048, 0},
    {BOUNDARY, 2048, 1},
    {BOUNDARY, 128, 0},
    {BOUNDARY, 128, 1},
    {BOUNDARY, 32768, 0},
    {BOUNDARY, 32768, 1},
    {PAGES, 8, 0},
    {PAGES, 2, -16},
    {FROM_MAX, 0, -4095},
    {BOUNDARY, 8192, 0},
    {BOUNDARY, 8192, 1},
    {BOUNDARY, PAGE, 1},
    {PAGES, 3, 1},
    {PLAIN, 8, 0},
    {PLAIN, 9, 0},
};

uint64_t ac_scope_value(const struct ac_scope *scope, struct ac_operand operand) {
    const struct ac_resolve known = {.page_size = PAGE, .left = (size_t)scope->head.limit};
    return ac_operand_resolve(operand, &known);
}

/* The largest learned boundary up to a bound, or else the first one. A full list lacks the largest
 * classes: it is continued with the distance of its last two boundaries. */
static uint64_t learned_up_to(const struct ac_boundaries *boundaries, uint64_t bound) {
    const size_t last = boundaries->count - 1;
    size_t at = 0;
    while (at < last && boundaries->at[at + 1] <= bound)
        at++;
    if (at < last || boundaries->count < AC_MAX_BOUNDARIES || boundaries->at[last] > bound)
        return boundaries->at[at];
    const uint64_t step = boundaries->at[last] - boundaries->at[last - 1];
    return bound - (bound - boundaries->at[last]) % step;
}

/* Without learned boundaries, assumes one at each power of two and, as in nearly all allocators, at
 * 16. If usable sizes are exact, a byte more lies after each block, so sizes are one less. */
static uint64_t boundary_up_to(const struct ac_boundaries *boundaries, bool exact, uint64_t bound) {
    if (boundaries != NULL && boundaries->count != 0)
        return learned_up_to(boundaries, bound);
    return (bound != 0 ? bound : 16) - exact;
}

static struct ac_operand large(const struct ac_scope *scope, uint64_t eighths) {
    return ac_absolute(scope->head.source == AC_SOURCE_BUFFER ? scope->head.limit / 8 * eighths
                                                              : MAPPED);
}

static struct ac_operand operand_of(const struct candidate *candidate, const struct ac_scope *scope,
                                    const struct ac_boundaries *boundaries, bool exact) {
    const uint64_t value = candidate->value;
    struct ac_operand operand = ac_absolute(value);
    switch (candidate->origin) {
    case BOUNDARY:
        operand = ac_absolute(boundary_up_to(boundaries, exact, value));
        break;
    case PAGES:
        operand = (struct ac_operand){0, (uint16_t)value, AC_PAGE};
        break;
    case FROM_HALF:
        operand = (struct ac_operand){0, 0, AC_HALF};
        break;
    case FROM_MAX:
        operand = (struct ac_operand){0, 0, AC_MAX};
        break;
    case LARGE:
        operand = large(scope, value);
        break;
    default:
        break;
    }
    operand.value += (uint64_t)candidate->delta;
    return operand;
}

static bool is_new(const struct ac_scope *scope, struct ac_operand operand) {
    const uint64_t value = ac_scope_value(scope, operand);
    for (uint32_t i = 0; i < scope->sizes; i++)
        if (ac_scope_value(scope, scope->size[i]) == value)
            return false;
    return true;
}

/* Keeps sizes in ascending order, so that programs over small sizes come first. */
static void insert(struct ac_scope *scope, struct ac_operand operand) {
    uint32_t at = scope->sizes++;
    const uint64_t value = ac_scope_value(scope, operand);
    for (; at > 0 && ac_scope_value(scope, scope->size[at - 1]) > value; at--)
        scope->size[at] = scope->size[at - 1];
    scope->size[at] = operand;
}

/* The head of all programs: a page source that the allocator supports. */
static struct ac_head head_for(const struct ac_allocator *allocator) {
    struct ac_head head = ac_default_head();
    if (allocator->sources != 0 && (allocator->sources & head.source) == 0)
        head.source = (uint8_t)(allocator->sources & (~allocator->sources + 1));
    if (head.source == AC_SOURCE_BUFFER)
        head.limit = SMALL_BUFFER;
    return head;
}

/* True if usable sizes are the requested sizes. */
static bool is_exact(const struct ac_target *target, const struct ac_boundaries *boundaries) {
    const bool none_learned =
        boundaries != NULL && boundaries->count == 0 && target->allocator->usable_size != NULL;
    return none_learned || ac_target_profile(target)->usable_exact;
}

void ac_scope_choose(struct ac_scope *scope, const struct ac_target *target,
                     const struct ac_boundaries *boundaries, uint32_t sizes, uint32_t depth) {
    *scope = (struct ac_scope){.depth = depth, .head = head_for(target->allocator)};
    const bool exact = is_exact(target, boundaries);
    const bool buffer = scope->head.source == AC_SOURCE_BUFFER;
    /* A cache line, and more than the alignment of mappings (less in a small buffer). */
    scope->alignment[0] = ac_absolute(64);
    scope->alignment[1] = ac_absolute(buffer ? PAGE : 16 * PAGE);
    for (size_t i = 0; i < sizeof candidates / sizeof candidates[0] && scope->sizes < sizes; i++) {
        const struct ac_operand operand = operand_of(&candidates[i], scope, boundaries, exact);
        if (is_new(scope, operand))
            insert(scope, operand);
    }
}
