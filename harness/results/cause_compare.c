// SPDX-License-Identifier: MIT
#include "cause.h"
#include "plain_compare.h"

#include <string.h>

/* What the common calls of two findings must weigh. */
enum { SAME_ORACLE = 2, CONSEQUENCE = 3 };

/* Oracles that fail when metadata is damaged or a block has two owners, whichever call did it. */
static bool may_follow(enum ac_oracle oracle) {
    switch (oracle) {
    case AC_ORACLE_ZEROED:
    case AC_ORACLE_PRESERVED:
    case AC_ORACLE_INTACT:
    case AC_ORACLE_DISJOINT:
    case AC_ORACLE_SURVIVES:
    case AC_ORACLE_IN_BOUNDS:
    case AC_ORACLE_LIVE_UNTOUCHED:
    case AC_ORACLE_FAILURE_KEEPS:
    case AC_ORACLE_INTEGRITY:
    case AC_ORACLE_LIVENESS:
    case AC_ORACLE_NO_FALSE_ALARM:
    case AC_ORACLE_FRAME:
        return true;
    default:
        return false;
    }
}

/* Oracles about one answer: another call has another answer. */
static bool is_of_one_call(enum ac_oracle oracle) {
    return oracle == AC_ORACLE_MUST_FAIL || oracle == AC_ORACLE_MUST_SUCCEED ||
           oracle == AC_ORACLE_ERRNO || oracle == AC_ORACLE_ZERO_SIZE ||
           oracle == AC_ORACLE_ALIGNED;
}

/* The calls of a fork's child are not in the program: any of them may fail. */
static bool is_in_fork(const struct cause *cause) {
    return cause->place == AC_OP_FORK && cause->oracle != AC_ORACLE_FORK_SAFE;
}

/* --- texts --- */

static const char between[] = " < "; /* frames */

static bool is_same_text(const char *left, const char *right) {
    return left[0] != '\0' && strcmp(left, right) == 0;
}

/* True if the first `length' bytes of two lists of frames are the same whole frames. */
static bool begin_alike(const char *left, const char *right, size_t length) {
    return strncmp(left, right, length) == 0 &&
           (right[length] == '\0' || strncmp(right + length, between, strlen(between)) == 0);
}

/* Of an allocator: it ends the process in one function for many reasons. */
static bool is_abort(const struct cause *cause) {
    return strncmp(cause->frames, "SIGABRT", strlen("SIGABRT")) == 0;
}

/* With the functions on top of it alike, a shorter stack is the same one, reached more directly. */
static bool are_frames_alike(const char *left, const char *right) {
    return begin_alike(left, right, strlen(left)) || begin_alike(right, left, strlen(right));
}

static bool died_alike(const struct cause *left, const struct cause *right) {
    if (is_same_text(left->frames, right->frames) || is_same_text(left->fault, right->fault))
        return true;
    return left->frames[0] != '\0' && right->frames[0] != '\0' && !is_abort(left) &&
           are_frames_alike(left->frames, right->frames);
}

/* `SIGSEGV < unlink_chunk' of both stacks. */
static bool died_in_one_function(const struct cause *left, const struct cause *right) {
    const char *inner = strstr(left->frames, between);
    if (inner == NULL || is_abort(left))
        return false;
    const char *next = strstr(inner + strlen(between), between);
    return begin_alike(left->frames, right->frames,
                       next != NULL ? (size_t)(next - left->frames) : strlen(left->frames));
}

/* Then it can only be a consequence. */
static bool is_apart(const struct cause *left, const struct cause *right) {
    return left->oracle != right->oracle || (left->frames[0] != '\0' && right->frames[0] != '\0' &&
                                             !died_in_one_function(left, right));
}

/* What must succeed depends on the memory that is left. */
static bool need_alike(const struct cause *left, const struct cause *right) {
    return left->oracle != AC_ORACLE_MUST_SUCCEED ||
           left->calls.conditions == right->calls.conditions;
}

static bool failed_alike(const struct cause *left, const struct cause *right) {
    return left->oracle == right->oracle && is_same_text(left->symptom, right->symptom) &&
           (left->oracle == AC_ORACLE_ERRNO ||
            (need_alike(left, right) && plain_calls_share_kinds(&left->calls, &right->calls)));
}

/* --- calls --- */

static bool ends_alike(const struct cause *left, const struct cause *right) {
    if (left->calls.count == 0 || right->calls.count == 0)
        return left->calls.count == right->calls.count;
    const struct plain_call *l = &left->calls.at[left->calls.count - 1],
                            *r = &right->calls.at[right->calls.count - 1];
    return l->kind == r->kind && l->alignment == r->alignment;
}

/* True if calls occur in others, and say enough: ordinary ones are in most programs. */
static bool occur(const struct plain_calls *part, const struct plain_calls *whole,
                  unsigned telling) {
    for (enum plain_likeness likeness = PLAIN_LOOSE; likeness > PLAIN_EXACT; likeness--)
        if (part->count > 0 && plain_calls_weight(part, whole, likeness) >= telling &&
            plain_calls_embed(part, whole, likeness))
            return true;
    return false;
}

/* Memory grows in a loop, which has no first call. */
static bool occur_in_loop(const struct cause *part, const struct cause *whole) {
    struct plain_calls twice = whole->calls;
    return part->oracle == AC_ORACLE_NO_GROWTH && plain_calls_repeat(&twice) &&
           occur(&part->calls, &twice, SAME_ORACLE);
}

static bool is_equal(const struct cause *left, const struct cause *right) {
    return left->calls.count == right->calls.count &&
           plain_calls_embed(&left->calls, &right->calls, PLAIN_EXACT);
}

/* A crash may come from the very calls that fail another check otherwise. */
static bool crashes_instead(const struct cause *left, const struct cause *right) {
    const bool one = left->oracle == AC_ORACLE_SURVIVES,
               other = right->oracle == AC_ORACLE_SURVIVES;
    if (!one && !other)
        return false;
    return is_equal(left, right) ||
           (one != other && left->calls.count == 1 && right->calls.count == 1 &&
            occur(&left->calls, &right->calls, SAME_ORACLE));
}

/* Two places where a process died need more in common than the conditions of the page source. */
static bool is_consequence(const struct cause *part, const struct cause *whole) {
    struct plain_calls calls = part->calls;
    if (part->frames[0] != '\0' && whole->frames[0] != '\0')
        calls.conditions = 0;
    return may_follow(part->oracle) && may_follow(whole->oracle) &&
           (occur(&calls, &whole->calls, CONSEQUENCE) || crashes_instead(part, whole));
}

/* --- all --- */

bool cause_is_same(const struct cause *left, const struct cause *right) {
    const bool by_length = left->calls.count <= right->calls.count;
    const struct cause *part = by_length ? left : right, *whole = by_length ? right : left;
    if (died_alike(left, right) || failed_alike(left, right))
        return true;
    if (is_apart(left, right))
        return is_consequence(part, whole);
    if (is_in_fork(left) || is_in_fork(right))
        return true;
    return (occur(&part->calls, &whole->calls, SAME_ORACLE) || is_equal(part, whole) ||
            occur_in_loop(part, whole)) &&
           (ends_alike(left, right) || !is_of_one_call(left->oracle));
}

bool cause_learn(struct cause *known, const struct cause *seen) {
    if (!is_in_fork(known) || is_in_fork(seen))
        return false;
    *known = *seen;
    return true;
}
