// SPDX-License-Identifier: MIT
// Compares the answers of two allocators to the same program.
#define _GNU_SOURCE /* strerrorname_np */
#include "allocheck/answers.h"

#include <stdio.h>
#include <string.h>

enum { ANSWER_TEXT = AC_EVIDENCE / 2 };

static int order(const struct ac_recorded_answer *left, const struct ac_recorded_answer *right) {
    if (left->op != right->op)
        return left->op < right->op ? -1 : 1;
    return (left->round > right->round) - (left->round < right->round);
}

static bool same_request(const struct ac_recorded_answer *left,
                         const struct ac_recorded_answer *right) {
    return left->function == right->function && left->count == right->count &&
           left->size == right->size && left->alignment == right->alignment &&
           left->old_size == right->old_size;
}

/* --- what must be equal --- */

static bool compares_presence(const struct ac_recorded_answer *left,
                              const struct ac_recorded_answer *right) {
    return left->determined && right->determined && left->choice == right->choice;
}

static bool compares_error(const struct ac_recorded_answer *left,
                           const struct ac_recorded_answer *right) {
    return !left->succeeded && !right->succeeded && left->error_guaranteed &&
           right->error_guaranteed;
}

static bool compares_content(const struct ac_recorded_answer *left,
                             const struct ac_recorded_answer *right) {
    return left->content != AC_CONTENT_UNSEEN && right->content != AC_CONTENT_UNSEEN;
}

static bool agrees(const struct ac_recorded_answer *left, const struct ac_recorded_answer *right) {
    if (compares_presence(left, right) && left->succeeded != right->succeeded)
        return false;
    /* If the standards allow two values, either is fine. */
    if (compares_error(left, right) && left->error != right->error &&
        !(left->error_fits && right->error_fits))
        return false;
    return !compares_content(left, right) || left->content == right->content;
}

/* --- the finding --- */

static const char *error_name(int error) {
    const char *name = strerrorname_np(error);
    return error == 0 ? "errno unchanged" : name != NULL ? name : "an unknown errno";
}

static void describe(const struct ac_recorded_answer *answer, char *text) {
    if (answer->succeeded) {
        static const char *const contents[] = {"", ", content as required", ", content lost"};
        snprintf(text, ANSWER_TEXT, "a block%s", contents[answer->content]);
    } else if (answer->error_guaranteed) {
        snprintf(text, ANSWER_TEXT, "NULL, %s", error_name(answer->error));
    } else {
        snprintf(text, ANSWER_TEXT, "NULL");
    }
}

static void note_first(struct ac_agreement *agreement, const struct ac_recorded_answer *left,
                       const char *left_name, const struct ac_recorded_answer *right,
                       const char *right_name) {
    char first[ANSWER_TEXT], second[ANSWER_TEXT];
    describe(left, first);
    describe(right, second);
    ac_finding_at(&agreement->first, AC_ORACLE_AGREEMENT, left->op);
    agreement->first.round = left->round;
    agreement->first.size = left->count * left->size;
    snprintf(agreement->first.expected, AC_EVIDENCE, "the same answer from both");
    snprintf(agreement->first.actual, AC_EVIDENCE, "%.24s: %.48s; %.24s: %.48s", left_name, first,
             right_name, second);
}

/* --- comparison --- */

static bool is_compared(const struct ac_recorded_answer *left,
                        const struct ac_recorded_answer *right) {
    return same_request(left, right) &&
           (compares_presence(left, right) || compares_error(left, right) ||
            compares_content(left, right));
}

void ac_answers_compare(const struct ac_answers *left, const char *left_name,
                        const struct ac_answers *right, const char *right_name,
                        struct ac_agreement *agreement) {
    uint32_t i = 0, j = 0;
    memset(agreement, 0, sizeof *agreement);
    while (i < left->count && j < right->count) {
        const struct ac_recorded_answer *mine = &left->at[i], *other = &right->at[j];
        int before = order(mine, other);
        i += before <= 0;
        j += before >= 0;
        if (before != 0 || !is_compared(mine, other)) {
            agreement->skipped++;
            continue;
        }
        agreement->compared++;
        if (!agrees(mine, other) && agreement->disagreements++ == 0)
            note_first(agreement, mine, left_name, other, right_name);
    }
    agreement->skipped += (left->count - i) + (right->count - j);
}
