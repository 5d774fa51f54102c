// SPDX-License-Identifier: MIT
#define _DEFAULT_SOURCE /* strdup */
#include "scorecard.h"

#include "tool/interrupt.h"
#include "tool/tool.h"
#include "session/shell.h"

#include "allocheck/profile.h"

#include <stdlib.h>
#include <string.h>

/* --- findings --- */

static void note(struct score *score, const struct input *input, const struct ac_finding *finding,
                 char *command) {
    struct score_oracle *oracle = &score->oracles[finding->oracle];
    if (oracle->findings++ > 0) {
        free(command);
        return;
    }
    oracle->program = strdup(input->name);
    oracle->command = command;
    oracle->first = *finding;
}

static void check_alone(struct score *score, const struct input *input,
                        const struct ac_report *report) {
    for (int i = 0; i < AC_ORACLES; i++)
        score->oracles[i].checked += report->checked[i];
    score->ran++;
    if (report->found) {
        const struct session session = {
            .target_options = {.target = score->target, .oracles = AC_ALL_ORACLES}};
        note(score, input, &report->finding, shell_run_command(&session, input));
    }
}

static void run_alone(struct scorecard *card, struct score *score, const struct input *input) {
    struct ac_report report;
    ac_child_renew(score->child);
    if (ac_child_replay(score->child, &input->program, &report) == AC_CHILD_RAN) {
        check_alone(score, input, &report);
        return;
    }
    if (interrupt_pending())
        return;
    tool_error("%s: cannot run on %s: %s", input->name, score->target.name,
               ac_child_trouble(score->child));
    card->troubles++;
}

/* --- agreement --- */

static bool answer(struct ac_child *child, const struct input *input) {
    struct ac_report report;
    ac_child_renew(child);
    return ac_child_run(child, &input->program, &report) == AC_CHILD_RAN;
}

static void check_agreement(const struct scorecard *card, struct score *score,
                            const struct input *input) {
    const struct ac_target *with = &card->reference.target;
    struct ac_agreement agreement;
    if (!answer(score->child, input))
        return;
    ac_answers_compare(ac_child_answers(card->reference.child), with->name,
                       ac_child_answers(score->child), score->target.name, &agreement);
    score->oracles[AC_ORACLE_AGREEMENT].checked += agreement.compared;
    if (agreement.disagreements > 0) {
        note(score, input, &agreement.first,
             shell_compare_command(with, &score->target, AC_ALL_ORACLES, 0, input));
    }
}

static bool is_reference(const struct scorecard *card, const struct score *score) {
    return card->reference.child != NULL &&
           strcmp(card->reference.target.name, score->target.name) == 0;
}

void scorecard_check(struct scorecard *card, const struct input *input) {
    bool compares = card->reference.child != NULL && answer(card->reference.child, input);
    for (size_t i = 0; i < card->targets.count; i++) {
        struct score *score = &card->scores[i];
        run_alone(card, score, input);
        if (compares && !is_reference(card, score))
            check_agreement(card, score, input);
    }
}

/* --- states --- */

static bool reports_misuse(const struct ac_profile *profile) {
    for (int i = 0; i < AC_MISUSE_COUNT; i++)
        if (profile->misuse[i] != NULL)
            return true;
    return false;
}

static bool offers(const struct scorecard *card, const struct ac_target *target,
                   enum ac_oracle oracle) {
    const struct ac_allocator *allocator = target->allocator;
    const struct ac_profile *profile = ac_target_profile(target);
    bool resizes = allocator->realloc != NULL || allocator->reallocarray != NULL;
    bool paged = allocator->sources != 0;
    switch (oracle) {
    case AC_ORACLE_ZEROED:
        return allocator->calloc != NULL;
    case AC_ORACLE_PRESERVED:
    case AC_ORACLE_FAILURE_KEEPS:
        return resizes;
    case AC_ORACLE_USABLE:
        return allocator->usable_size != NULL;
    case AC_ORACLE_IN_BOUNDS:
    case AC_ORACLE_PAGE_LOG:
        return paged;
    case AC_ORACLE_REUSE:
        return paged && profile->cached_size != 0;
    case AC_ORACLE_NO_LEAK:
        return allocator->statistics != NULL || (paged && profile->held_when_empty != SIZE_MAX);
    case AC_ORACLE_LIVE_UNTOUCHED:
        return allocator->instrumented;
    case AC_ORACLE_INTEGRITY:
        return allocator->check != NULL;
    case AC_ORACLE_STATISTICS:
        return allocator->statistics != NULL;
    case AC_ORACLE_MISUSE_CAUGHT:
        return reports_misuse(profile);
    case AC_ORACLE_NO_FALSE_ALARM:
        return reports_misuse(profile) || allocator->open != NULL;
    case AC_ORACLE_AGREEMENT:
        return card->reference.child != NULL;
    default:
        return true;
    }
}

enum score_state score_state(const struct scorecard *card, const struct score *score,
                             enum ac_oracle oracle) {
    if (score->oracles[oracle].findings > 0)
        return SCORE_FINDING;
    if (oracle == AC_ORACLE_AGREEMENT && is_reference(card, score))
        return SCORE_REFERENCE;
    if (score->oracles[oracle].checked > 0)
        return SCORE_PASS;
    return offers(card, &score->target, oracle) ? SCORE_NOT_CHECKED : SCORE_NOT_OFFERED;
}

const char *score_state_name(enum score_state state) {
    static const char *const names[] = {
        [SCORE_PASS] = "pass",           [SCORE_FINDING] = "finding",
        [SCORE_NOT_CHECKED] = "n/a",     [SCORE_NOT_OFFERED] = "not offered",
        [SCORE_REFERENCE] = "reference",
    };
    return names[state];
}
