// SPDX-License-Identifier: MIT
#include "plain_compare.h"

#include <stddef.h>

/* Blocks of the part and of the whole that stand for each other; 0: none yet. */
struct pairing {
    uint32_t whole_of[PLAIN_CALLS * 2 + 1], part_of[PLAIN_CALLS * 2 + 1];
};

static bool pair(struct pairing *pairing, uint32_t part, uint32_t whole) {
    if (part == 0 || whole == 0)
        return part == whole;
    if (pairing->whole_of[part] == 0 && pairing->part_of[whole] == 0) {
        pairing->whole_of[part] = whole;
        pairing->part_of[whole] = part;
    }
    return pairing->whole_of[part] == whole && pairing->part_of[whole] == part;
}

/* --- one call --- */

static bool is_ordinary(uint8_t size) {
    return size >= PLAIN_ZERO && size <= PLAIN_LARGE;
}

/* Resizing to 0 bytes is a separate case; a block of 0 bytes is a block. */
static bool are_sizes_alike(const struct plain_call *left, const struct plain_call *right) {
    const bool zero = left->size == PLAIN_ZERO || right->size == PLAIN_ZERO;
    return left->size == right->size || (is_ordinary(left->size) && is_ordinary(right->size) &&
                                         !(zero && left->kind == PLAIN_RESIZE));
}

/* A block that does not grow may stay where it is. */
static bool is_change_alike(const struct plain_call *left, const struct plain_call *right) {
    return left->change == right->change ||
           (left->change == PLAIN_SAME && right->change == PLAIN_SHRINKS) ||
           (left->change == PLAIN_SHRINKS && right->change == PLAIN_SAME);
}

/* A block that grows may move, which frees its old place; a resized block of any size gives memory
 * back, which later calls may get. */
static bool may_both_free(const struct plain_call *left, const struct plain_call *right,
                          bool later) {
    return (left->kind == PLAIN_FREE && right->kind == PLAIN_RESIZE &&
            (later || right->change == PLAIN_GROWS)) ||
           (right->kind == PLAIN_FREE && left->kind == PLAIN_RESIZE &&
            (later || left->change == PLAIN_GROWS));
}

static bool is_equal(const struct plain_call *left, const struct plain_call *right) {
    return left->op == right->op && left->size == right->size && left->change == right->change;
}

static bool is_alike(const struct plain_call *left, const struct plain_call *right,
                     enum plain_likeness likeness) {
    return left->kind == right->kind && left->elsewhere == right->elsewhere &&
           (likeness == PLAIN_EXACT
                ? is_equal(left, right)
                : are_sizes_alike(left, right) && is_change_alike(left, right)) &&
           (likeness == PLAIN_LOOSE || left->many == right->many) &&
           (left->alignment == PLAIN_INVALID) == (right->alignment == PLAIN_INVALID);
}

/* --- all --- */

struct embedding {
    const struct plain_calls *part, *whole;
    enum plain_likeness likeness;
    unsigned left; /* steps, so that the search ends soon */
};

static bool match(const struct embedding *search, size_t part_at, size_t whole_at,
                  struct pairing *pairing) {
    const struct plain_call *part = &search->part->at[part_at],
                            *whole = &search->whole->at[whole_at];
    const bool later = part_at + 1 < search->part->count && whole_at + 1 < search->whole->count;
    if (search->likeness != PLAIN_EXACT && may_both_free(part, whole, later))
        return pair(pairing, part->from, whole->from);
    return is_alike(part, whole, search->likeness) && pair(pairing, part->from, whole->from) &&
           pair(pairing, part->to, whole->to);
}

static bool embed(struct embedding *search, size_t part, size_t whole, struct pairing pairing) {
    if (part == search->part->count)
        return true;
    for (; whole < search->whole->count && search->left > 0; whole++) {
        struct pairing next = pairing;
        search->left--;
        if (match(search, part, whole, &next) && embed(search, part + 1, whole + 1, next))
            return true;
    }
    return false;
}

bool plain_calls_embed(const struct plain_calls *part, const struct plain_calls *whole,
                       enum plain_likeness likeness) {
    enum { MOST_STEPS = 20000 };
    struct embedding search = {part, whole, likeness, MOST_STEPS};
    const struct pairing none = {{0}, {0}};
    return !part->truncated && part->count <= whole->count && embed(&search, 0, 0, none);
}

/* --- weight --- */

static bool has_alignment(const struct plain_calls *calls, uint8_t alignment) {
    size_t i = 0;
    while (i < calls->count && calls->at[i].alignment != alignment)
        i++;
    return i < calls->count;
}

static bool is_special(const struct plain_call *call, const struct plain_calls *whole,
                       enum plain_likeness likeness) {
    return call->kind > PLAIN_FREE || (call->many && likeness != PLAIN_LOOSE) || call->elsewhere ||
           (call->size == PLAIN_ZERO && call->kind == PLAIN_RESIZE) || call->size > PLAIN_LARGE ||
           (call->alignment != PLAIN_NATURAL && has_alignment(whole, call->alignment));
}

unsigned plain_calls_weight(const struct plain_calls *part, const struct plain_calls *whole,
                            enum plain_likeness likeness) {
    unsigned weight = 0;
    for (unsigned both = part->conditions & whole->conditions; both != 0; both &= both - 1)
        weight += 2;
    for (size_t i = 0; i < part->count; i++)
        weight += is_special(&part->at[i], whole, likeness) ? 2 : 1;
    return weight;
}

/* --- kinds --- */

static bool makes(const struct plain_calls *calls, const struct plain_call *wanted) {
    size_t i = 0;
    while (i < calls->count &&
           (calls->at[i].kind != wanted->kind || calls->at[i].elsewhere != wanted->elsewhere))
        i++;
    return i < calls->count;
}

static bool makes_all_of(const struct plain_calls *calls, const struct plain_calls *wanted) {
    size_t i = 0;
    while (i < wanted->count && makes(calls, &wanted->at[i]))
        i++;
    return i == wanted->count;
}

bool plain_calls_share_kinds(const struct plain_calls *left, const struct plain_calls *right) {
    return makes_all_of(left, right) || makes_all_of(right, left);
}

/* --- repeated --- */

bool plain_calls_repeat(struct plain_calls *calls) {
    const size_t count = calls->count;
    if (calls->truncated || count > PLAIN_CALLS / 2)
        return false;
    for (size_t i = 0; i < count; i++) {
        struct plain_call *call = &calls->at[count + i];
        *call = calls->at[i];
        call->from += call->from != 0 ? PLAIN_CALLS : 0;
        call->to += call->to != 0 ? PLAIN_CALLS : 0;
    }
    calls->count = 2 * count;
    return true;
}
