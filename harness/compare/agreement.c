// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* asprintf */
#include "compare.h"

#include "tool/status.h"
#include "tool/tool.h"
#include "session/shell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FINDING_TEXT = 1 << 13 };

/* Two allocators and the program that both ran. */
struct pair {
    const struct comparison *comparison;
    const struct contestant *first;
    struct contestant *other;
    const struct input *input;
};

static const struct ac_target *target_of(const struct contestant *contestant) {
    return &contestant->session.target_options.target;
}

static const char *name_of(const struct contestant *contestant) {
    return target_of(contestant)->name;
}

static bool is_one_of(const struct pair *pair, const char *name) {
    return strcmp(name, name_of(pair->first)) == 0 || strcmp(name, name_of(pair->other)) == 0;
}

static bool expects_disagreement(const struct pair *pair) {
    const struct ac_expect *expect = &pair->input->expect;
    return expect->given && !expect->clean && expect->oracle == AC_ORACLE_AGREEMENT &&
           (expect->on[0] == '\0' || is_one_of(pair, expect->on));
}

/* True if the allocator had its expected finding at this call, which explains the difference. */
static bool is_expected_finding(const struct contestant *contestant, const struct input *input,
                                const struct ac_finding *finding) {
    const struct ac_report *report = &contestant->report;
    const struct ac_expect *expect = &input->expect;
    return report->found && expect->given && !expect->clean &&
           (int)report->finding.oracle == expect->oracle && report->finding.op == finding->op &&
           report->finding.round == finding->round;
}

static void print_disagreement(const struct pair *pair, const struct ac_agreement *agreement) {
    char *names, *text = malloc(FINDING_TEXT);
    char *command =
        shell_compare_command(target_of(pair->first), target_of(pair->other),
                              pair->comparison->oracles, pair->comparison->memory, pair->input);
    if (asprintf(&names, "%s and %s", name_of(pair->first), name_of(pair->other)) < 0)
        names = NULL;
    status_clear();
    if (text != NULL && command != NULL && names != NULL) {
        ac_print_finding(&agreement->first, &pair->input->program, names, command, text,
                         FINDING_TEXT);
        printf("%s: %s", pair->input->name, text);
    } else {
        printf("%s: finding: agreement\n", pair->input->name);
    }
    if (agreement->disagreements > 1) {
        printf("  more      %llu answers of this program differ in total\n",
               (unsigned long long)agreement->disagreements);
    }
    free(text);
    free(names);
    free(command);
}

/* False: the program expects a disagreement of this pair, and there is none. */
static bool check_pair(const struct pair *pair) {
    struct ac_agreement agreement;
    struct contestant *other = pair->other;
    ac_answers_compare(ac_child_answers(pair->first->session.child), name_of(pair->first),
                       ac_child_answers(other->session.child), name_of(other), &agreement);
    other->compared += agreement.compared;
    other->skipped += agreement.skipped;
    other->programs += agreement.compared > 0;
    if (agreement.disagreements == 0 ||
        is_expected_finding(pair->first, pair->input, &agreement.first) ||
        is_expected_finding(other, pair->input, &agreement.first))
        return !expects_disagreement(pair);
    if (!expects_disagreement(pair)) {
        other->disagreements++;
        print_disagreement(pair, &agreement);
    }
    return true;
}

void compare_check(struct comparison *comparison, const struct input *input) {
    struct contestant *all = comparison->contestants;
    if ((comparison->oracles & AC_ORACLE_BIT(AC_ORACLE_AGREEMENT)) == 0)
        return;
    for (size_t i = 1; i < comparison->targets.count; i++) {
        const struct pair pair = {comparison, &all[0], &all[i], input};
        if (all[0].ran && all[i].ran && !check_pair(&pair)) {
            status_clear();
            printf("%s: expected finding not shown: agreement on %s\n", input->name,
                   input->expect.on[0] != '\0' ? input->expect.on : "every pair");
            comparison->missed++;
        }
    }
    fflush(stdout);
}

static void print_pair(const struct comparison *comparison, const struct contestant *other) {
    printf("%s and %s: %llu answers compared in %zu of %zu programs, %llu not comparable, "
           "%zu with a disagreement\n",
           name_of(&comparison->contestants[0]), name_of(other),
           (unsigned long long)other->compared, other->programs, comparison->paths.count,
           (unsigned long long)other->skipped, other->disagreements);
}

void compare_print_summary(const struct comparison *comparison) {
    for (size_t i = 0; i < comparison->targets.count; i++)
        session_print_summary(&comparison->contestants[i].session);
    for (size_t i = 1; i < comparison->targets.count; i++)
        print_pair(comparison, &comparison->contestants[i]);
}
