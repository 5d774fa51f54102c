// SPDX-License-Identifier: MIT
// Which sizes tell most about an allocator.
#include "enumerate_private.h"

enum {
    SMALL_BUFFER = 64 << 10, /* bytes: a few blocks fill it */
    PAGE = 4096,             /* by which sizes are told apart, whatever the machine's */
    MAPPED = 128 << 10,      /* from here on glibc, dlmalloc and others map each block */
};

/* Where a size comes from. */
enum origin {
    PLAIN,
    BOUNDARY, /* the largest class boundary up to `value`; the first one where all are above */
    PAGES,
    FROM_HALF,
    FROM_MAX,
    LARGE, /* what is mapped on its own, or `value` eighths of a fixed buffer */
};

struct candidate {
    enum origin origin;
    uint64_t value;
    int delta;
};

/* The most telling first: of any number about half are those of every day, and half extremes. */
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
    /* Beyond the default number. */
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

/* The largest of learned boundaries up to a bound, the first one where all are above. A list that
 * is full stops short of the largest classes: it goes on in steps as wide as its last one. */
static uint64_t learned_up_to(const struct ac_boundaries *boundaries, uint64_t bound) {
    const size_t last = boundaries->count - 1;
    size_t at = 0;
    while (at < last && boundaries->at[at + 1] <= bound) {
        at++;
    }
    if (at < last || boundaries->count < AC_MAX_BOUNDARIES || boundaries->at[last] > bound) {
        return boundaries->at[at];
    }
    const uint64_t step = boundaries->at[last] - boundaries->at[last - 1];
    return bound - (bound - boundaries->at[last]) % step;
}

/* An allocator that tells no boundaries is taken to have one at each power of two and, as nearly
 * all have, at 16; where the usable size is the size asked for, something else lies after it, and
 * the largest size of a class is less. */
static uint64_t boundary_up_to(const struct ac_boundaries *boundaries, bool exact, uint64_t bound) {
    if (boundaries != NULL && boundaries->count != 0) {
        return learned_up_to(boundaries, bound);
    }
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
    for (uint32_t i = 0; i < scope->sizes; i++) {
        if (ac_scope_value(scope, scope->size[i]) == value) {
            return false;
        }
    }
    return true;
}

/* Keeps the sizes in ascending order: programs over small ones come first. */
static void insert(struct ac_scope *scope, struct ac_operand operand) {
    uint32_t at = scope->sizes++;
    const uint64_t value = ac_scope_value(scope, operand);
    for (; at > 0 && ac_scope_value(scope, scope->size[at - 1]) > value; at--) {
        scope->size[at] = scope->size[at - 1];
    }
    scope->size[at] = operand;
}

/* The kind of page source that an allocator runs on where it may choose. */
static struct ac_head head_for(const struct ac_allocator *allocator) {
    struct ac_head head = ac_default_head();
    if (allocator->sources != 0 && (allocator->sources & head.source) == 0) {
        head.source = (uint8_t)(allocator->sources & (~allocator->sources + 1));
    }
    if (head.source == AC_SOURCE_BUFFER) {
        head.limit = SMALL_BUFFER;
    }
    return head;
}

/* True where the usable size is the size asked for. */
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
    /* A cache line, and more than the pages of a mapping are aligned to; less in a small buffer. */
    scope->alignment[0] = ac_absolute(64);
    scope->alignment[1] = ac_absolute(buffer ? PAGE : 16 * PAGE);
    for (size_t i = 0; i < sizeof candidates / sizeof candidates[0] && scope->sizes < sizes; i++) {
        const struct ac_operand operand = operand_of(&candidates[i], scope, boundaries, exact);
        if (is_new(scope, operand)) {
            insert(scope, operand);
        }
    }
}
