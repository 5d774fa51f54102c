// SPDX-License-Identifier: MIT
#include "cause.h"

#include "allocheck/place.h"

#include <stdio.h>
#include <string.h>

/* --- frames --- */

static bool starts_with_any(const char *text, const char *const *prefixes) {
    for (; *prefixes != NULL; prefixes++)
        if (strncmp(text, *prefixes, strlen(*prefixes)) == 0)
            return true;
    return false;
}

/* Frames of sanitizers and of the C library say nothing about the bug. */
static bool is_foreign(const struct stack_frame *frame) {
    static const char *const functions[] = {"__asan",   "__ubsan",   "__sanitizer", "__interceptor",
                                            "abort",    "raise",     "gsignal",     "__assert",
                                            "memset",   "memcpy",    "memmove",     "__memset",
                                            "__memcpy", "__memmove", NULL};
    static const char *const modules[] = {"libc.so", "libc-",   "libpthread", "ld-linux",
                                          "ld-musl", "libasan", NULL};
    return starts_with_any(frame->function, functions) || starts_with_any(frame->place, modules);
}

static void add(char text[CAUSE_TEXT], const char *word) {
    const size_t length = strlen(text);
    snprintf(text + length, CAUSE_TEXT - length, "%s%s", length > 0 ? " < " : "", word);
}

/* `SIGSEGV' of `SIGSEGV at 0x10', else the oracle. */
static void add_death(char text[CAUSE_TEXT], const struct ac_finding *finding) {
    char word[STACK_NAME];
    const char *actual = finding->actual;
    const bool is_signal = strncmp(actual, "SIG", 3) == 0;
    snprintf(word, sizeof word, "%.*s", (int)strcspn(actual, " ,:;"), actual);
    add(text, is_signal ? word : ac_oracle_info(finding->oracle)->id);
}

/* Functions, not lines, which change with every edit. The outermost one is the function that the
 * program called: the way to the bug, unless it is all there is. */
static void describe_frames(const struct ac_finding *finding, const struct stack *stack,
                            char text[CAUSE_TEXT]) {
    const struct stack_frame *own[STACK_FRAMES];
    size_t count = 0;
    for (size_t i = 0; stack != NULL && i < stack->count; i++)
        if (!is_foreign(&stack->frames[i]))
            own[count++] = &stack->frames[i];
    text[0] = '\0';
    if (count == 0 ||
        finding->oracle == AC_ORACLE_LIVENESS) /* a loop is met at any of its frames */
        return;
    count -= count > 1 && stack->count < STACK_FRAMES;
    add_death(text, finding);
    for (size_t i = 0; i < count && i < CAUSE_FRAMES; i++)
        add(text, own[i]->function[0] != '\0' ? own[i]->function : own[i]->place);
}

/* --- errno --- */

/* `ENOMEM, errno unchanged'. An allocator sets the error of a refusal in one place, or nowhere. */
static void describe_error(const struct ac_finding *finding, char text[CAUSE_ERROR]) {
    text[0] = '\0';
    if (finding->oracle == AC_ORACLE_ERRNO && finding->actual[0] != '\0')
        snprintf(text, CAUSE_ERROR, "%.*s, %.40s", (int)strcspn(finding->expected, " :"),
                 finding->expected, finding->actual);
}

/* --- a cause --- */

bool cause_of(const struct ac_program *program, const struct ac_finding *finding,
              const struct stack *stack, struct cause *cause) {
    cause->oracle = finding->oracle;
    cause->place = ac_place_of(program, finding);
    describe_frames(finding, stack, cause->frames);
    describe_error(finding, cause->error);
    return plain_calls_of(program, finding, &cause->calls);
}

/* --- compared --- */

/* What the common calls of two findings must weigh. */
enum { SAME_ORACLE = 2, CONSEQUENCE = 3 };

/* Oracles that fail when metadata is damaged or a block has two owners, whichever call did it. */
static bool may_follow(enum ac_oracle oracle) {
    static const ac_oracle_set damage =
        AC_ORACLE_BIT(AC_ORACLE_ZEROED) | AC_ORACLE_BIT(AC_ORACLE_PRESERVED) |
        AC_ORACLE_BIT(AC_ORACLE_INTACT) | AC_ORACLE_BIT(AC_ORACLE_DISJOINT) |
        AC_ORACLE_BIT(AC_ORACLE_SURVIVES) | AC_ORACLE_BIT(AC_ORACLE_IN_BOUNDS) |
        AC_ORACLE_BIT(AC_ORACLE_LIVE_UNTOUCHED) | AC_ORACLE_BIT(AC_ORACLE_INTEGRITY) |
        AC_ORACLE_BIT(AC_ORACLE_LIVENESS) | AC_ORACLE_BIT(AC_ORACLE_NO_FALSE_ALARM) |
        AC_ORACLE_BIT(AC_ORACLE_FAILURE_KEEPS) | AC_ORACLE_BIT(AC_ORACLE_FRAME);
    return (damage & AC_ORACLE_BIT(oracle)) != 0;
}

/* The calls of a fork's child are not in the program: any of them may fail. */
static bool is_in_fork(const struct cause *cause) {
    return cause->place == AC_OP_FORK && cause->oracle != AC_ORACLE_FORK_SAFE;
}

/* Oracles about one answer: another call has another answer. */
static bool is_of_one_call(enum ac_oracle oracle) {
    static const ac_oracle_set answers =
        AC_ORACLE_BIT(AC_ORACLE_MUST_FAIL) | AC_ORACLE_BIT(AC_ORACLE_MUST_SUCCEED) |
        AC_ORACLE_BIT(AC_ORACLE_ERRNO) | AC_ORACLE_BIT(AC_ORACLE_ZERO_SIZE);
    return (answers & AC_ORACLE_BIT(oracle)) != 0;
}

static bool ends_alike(const struct cause *left, const struct cause *right) {
    if (left->calls.count == 0 || right->calls.count == 0)
        return left->calls.count == right->calls.count;
    const struct plain_call *l = &left->calls.at[left->calls.count - 1],
                            *r = &right->calls.at[right->calls.count - 1];
    return l->kind == r->kind && l->alignment == r->alignment;
}

static bool contains(const struct cause *part, const struct cause *whole, bool exact) {
    return (part->calls.count > 0 || whole->calls.count == 0) &&
           plain_calls_embed(&part->calls, &whole->calls, exact);
}

/* Ordinary calls are in most programs: a few say something only if all else is equal. `telling':
 * how much they must say. */
static bool follows(const struct cause *part, const struct cause *whole, unsigned telling) {
    const unsigned weight = plain_calls_weight(&part->calls);
    const bool equal = part->calls.count == whole->calls.count;
    return (equal || weight >= telling) && contains(part, whole, weight < telling);
}

static bool is_same_text(const char *left, const char *right) {
    return left[0] != '\0' && strcmp(left, right) == 0;
}

bool cause_is_same(const struct cause *left, const struct cause *right) {
    const bool by_length = left->calls.count <= right->calls.count;
    const struct cause *part = by_length ? left : right, *whole = by_length ? right : left;
    if (is_same_text(left->frames, right->frames) || is_same_text(left->error, right->error))
        return true;
    const bool apart = left->frames[0] != '\0' && right->frames[0] != '\0';
    if (left->oracle != right->oracle || apart)
        return may_follow(left->oracle) && may_follow(right->oracle) &&
               follows(part, whole, CONSEQUENCE);
    if (is_in_fork(left) || is_in_fork(right))
        return true;
    return follows(part, whole, SAME_ORACLE) &&
           (ends_alike(left, right) || !is_of_one_call(left->oracle));
}
