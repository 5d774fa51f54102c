// SPDX-License-Identifier: MIT
// Encodes each answer as a few small codes; each code is a cell of the map. Codes are built from
// classes, never from addresses, and are coarse: a campaign should see most of them soon, for an
// engine keeps and mutates an input for each.
#include "allocheck/behaviour.h"

#include "behaviour.h"

#include "request.h"

#include <errno.h>
#include <string.h>

/* The first half of the map is for single answers, the second for pairs of answers. */
enum { HALF = AC_BEHAVIOUR_CELLS / 2, BESIDE = 64, NEAR = 1 << 20 };

/* What a code is about, in its lowest bits: codes of different kinds do not collide. */
enum topic { ASKED, BY_FREED, BY_LIVE, FREED, GAVE, USABLE, DEPTH };

/* The position of a range relative to another. */
enum place { NOWHERE, SAME, INSIDE, BESIDE_ABOVE, BESIDE_BELOW, NEAR_ABOVE, NEAR_BELOW, FAR };

static uint32_t join(uint32_t code, unsigned bits, uint32_t value) {
    return code << bits | (value & ((1u << bits) - 1));
}

/* 1 .. HALF - 1. Cell 0 means that a program ran. */
static uint32_t cell_of(uint32_t code) {
    uint32_t cell = code * UINT32_C(2654435761) >> 20;
    return cell != 0 ? cell : 1;
}

static void note(struct ac_runner *runner, enum topic topic, uint32_t code) {
    runner->options.behaviour[cell_of(join(code, 3, topic))] = 1;
}

/* The same answer after a different one is a different behaviour. */
static void note_pair(struct ac_runner *runner, uint32_t now) {
    runner->options.behaviour[HALF + cell_of(join(runner->behaviour.before, 8, now))] = 1;
    runner->behaviour.before = now;
}

/* --- classes --- */

/* Two classes for each power of two: 7 bits. */
static uint32_t size_class(size_t size) {
    if (size < 2)
        return (uint32_t)size;
    unsigned bit = 63 - (unsigned)__builtin_clzll(size);
    return bit * 2 + (uint32_t)(size >> (bit - 1) & 1);
}

/* Small, medium, large, absurd: 2 bits. */
static uint32_t rough_class(size_t size) {
    return size < 1024 ? 0 : size < (128 << 10) ? 1 : size <= PTRDIFF_MAX ? 2 : 3;
}

static enum place above(uintptr_t gap, enum place beside, enum place near) {
    return gap < BESIDE ? beside : gap < NEAR ? near : FAR;
}

static enum place place_of(uintptr_t start, size_t size, const struct ac_range *other) {
    if (other->start == 0 || start == other->start)
        return other->start == 0 ? NOWHERE : SAME;
    if (start > other->start) {
        uintptr_t distance = start - other->start;
        return distance < other->size ? INSIDE
                                      : above(distance - other->size, BESIDE_ABOVE, NEAR_ABOVE);
    }
    uintptr_t distance = other->start - start;
    return distance < size ? INSIDE : above(distance - size, BESIDE_BELOW, NEAR_BELOW);
}

static uint32_t compared(size_t left, size_t right) {
    return left < right ? 0 : left == right ? 1 : 2;
}

/* Pages requested since the previous answer (none, one, more), and whether some were given back: 3
 * bits. */
static uint32_t pages_class(struct ac_runner *runner) {
    struct ac_trail *trail = &runner->behaviour;
    if (runner->heap.source == NULL)
        return 0;
    uint64_t requests = ac_source_requests(runner->heap.source),
             held = ac_source_held(runner->heap.source);
    uint64_t more = requests - trail->requests;
    bool gave_back = held < trail->held;
    trail->requests = requests;
    trail->held = held;
    return (uint32_t)(more > 2 ? 2 : more) << 1 | gave_back;
}

/* Granted, or the reason for the refusal: 3 bits. */
static uint32_t outcome_of(const struct ac_answer *answer) {
    if (answer->block != NULL)
        return answer->refused;
    return answer->error == ENOMEM ? 2u + answer->refused : answer->error == EINVAL ? 4 : 5;
}

enum { NOT_RESIZED, STAYED, MOVED }; /* and grown or not: 3 bits */

static uint32_t resize_class(const struct ac_request *request, const struct ac_answer *answer) {
    if (request->old == NULL || answer->block == NULL)
        return NOT_RESIZED;
    uint32_t moved = answer->block == request->old->start ? STAYED : MOVED;
    return moved << 1 | (request->total > request->old->size);
}

/* --- pairs --- */

enum family { LIVE, CLEARED, RESIZED, ALIGNED, RELEASED, NOT_GRANTED };

static enum family family_of(const struct ac_request *request, const struct ac_answer *answer) {
    if (answer->block == NULL)
        return NOT_GRANTED;
    if (request->old != NULL)
        return RESIZED;
    return request->alignment != 0 ? ALIGNED : request->function == AC_FN_CALLOC ? CLEARED : LIVE;
}

/* 8 bits. */
static uint32_t pair_code(enum family family, enum place place, size_t size) {
    static const uint8_t rough[] = {0, 1, 2, 3, 3, 4, 4, 0};
    return join(join(family, 3, rough[place]), 2, rough_class(size));
}

/* --- answers --- */

static enum place note_place(struct ac_runner *runner, const struct ac_request *request,
                             const struct ac_answer *answer, uint32_t resize) {
    const struct ac_trail *trail = &runner->behaviour;
    uintptr_t start = (uintptr_t)answer->block;
    enum place by_freed = place_of(start, request->total, &trail->freed);
    enum place by_live = place_of(start, request->total, &trail->live);
    uint32_t order = compared(request->total, trail->freed.size);
    note(runner, BY_FREED, join(join(by_freed, 2, order), 3, resize));
    note(runner, BY_LIVE, join(join(by_live, 2, rough_class(request->total)), 3, resize));
    return by_freed;
}

static void remember(struct ac_trail *trail, const struct ac_request *request,
                     const struct ac_answer *answer) {
    const struct ac_block *old = request->old;
    if (old != NULL && answer->block != old->start)
        trail->freed = (struct ac_range){(uintptr_t)old->start, old->size};
    trail->live = (struct ac_range){(uintptr_t)answer->block, request->total};
}

void ac_behaviour_answer(struct ac_runner *runner, const struct ac_request *request,
                         const struct ac_answer *answer) {
    if (runner->options.behaviour == NULL)
        return;
    uint32_t resize = resize_class(request, answer);
    enum place by_freed = NOWHERE;
    uint32_t code = join(request->function, 1, request->in_frame);
    code = join(code, 3, outcome_of(answer));
    code = join(code, 7, size_class(request->total));
    code = join(code, 3, pages_class(runner));
    note(runner, ASKED, join(code, 3, resize));
    if (answer->block != NULL) {
        note(runner, DEPTH,
             join(size_class(runner->model.blocks.live), 2, rough_class(request->total)));
        by_freed = note_place(runner, request, answer, resize);
        remember(&runner->behaviour, request, answer);
    }
    note_pair(runner, pair_code(family_of(request, answer), by_freed, request->total));
}

void ac_behaviour_freed(struct ac_runner *runner, const struct ac_block *block) {
    if (runner->options.behaviour == NULL)
        return;
    struct ac_trail *trail = &runner->behaviour;
    uintptr_t start = (uintptr_t)block->start;
    enum place by_freed = place_of(start, block->size, &trail->freed);
    enum place by_live = place_of(start, block->size, &trail->live);
    uint32_t code = join(by_freed, 3, by_live);
    note(runner, FREED, join(code, 2, rough_class(block->size)));
    note(runner, GAVE, join(size_class(block->size), 3, pages_class(runner)));
    note_pair(runner, pair_code(RELEASED, by_freed, block->size));
    trail->freed = (struct ac_range){start, block->size};
}

void ac_behaviour_usable(struct ac_runner *runner, size_t asked, size_t usable) {
    if (runner->options.behaviour != NULL)
        note(runner, USABLE, join(size_class(asked), 7, size_class(usable - asked)));
}

void ac_behaviour_begin(struct ac_runner *runner) {
    runner->behaviour = (struct ac_trail){.before = 0};
    if (runner->options.behaviour != NULL) {
        pages_class(runner);
        runner->options.behaviour[0] = 1;
    }
}

/* --- maps --- */

static size_t mark_cells(uint8_t *seen, const uint8_t *map, size_t cells) {
    size_t fresh = 0;
    for (size_t i = 0; i < cells; i++) {
        fresh += map[i] != 0 && seen[i] == 0;
        seen[i] |= map[i] != 0;
    }
    return fresh;
}

size_t ac_behaviour_mark(uint8_t *seen, const uint8_t *map) {
    size_t fresh = 0;
    for (size_t i = 0; i < AC_BEHAVIOUR_CELLS; i += sizeof(uint64_t)) {
        uint64_t eight;
        memcpy(&eight, map + i, sizeof eight);
        if (eight != 0) /* sparse */
            fresh += mark_cells(seen + i, map + i, sizeof eight);
    }
    return fresh;
}

size_t ac_behaviour_count(const uint8_t *seen) {
    size_t distinct = 0;
    for (size_t i = 0; i < AC_BEHAVIOUR_CELLS; i++)
        distinct += seen[i] != 0;
    return distinct;
}
