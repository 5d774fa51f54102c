// SPDX-License-Identifier: MIT
// Runs a program once more, in a second child, to learn about a finding what its run did not keep.
#include "shared.h"

#include "program/memory.h"

#include <string.h>

enum { RERUNS = 4 }; /* in one process, as many as the oracle deterministic compares, and one */

/* NULL: out of memory. */
static struct ac_child *second_child(const struct ac_child *child, struct ac_watch watch) {
    struct ac_child_options options = child->options;
    options.keep_journal = true;
    options.keep_answers = options.keep_behaviour = false;
    options.watch = watch;
    struct ac_child *second = ac_child_new(&options);
    if (second != NULL) {
        second->deadline = child->deadline;
        second->refusal = child->refusal;
        second->accepted = child->accepted;
    }
    return second;
}

/* --- which call changed a byte --- */

static bool is_same(const struct ac_finding *left, const struct ac_finding *right) {
    return left->oracle == right->oracle && left->op == right->op && left->round == right->round &&
           left->block == right->block && left->first_wrong == right->first_wrong;
}

static bool is_about_content(const struct ac_finding *finding) {
    return (finding->oracle == AC_ORACLE_INTACT || finding->oracle == AC_ORACLE_FRAME) &&
           finding->block != AC_NO_BLOCK && finding->first_wrong != UINT64_MAX;
}

bool ac_child_culprit(const struct ac_child *child, const struct ac_program *program,
                      const struct ac_finding *finding, struct ac_event *by) {
    const struct ac_watch watch = {
        .on = true, .block = finding->block, .offset = finding->first_wrong};
    struct ac_report report;
    struct ac_child *second = is_about_content(finding) ? second_child(child, watch) : NULL;
    if (second == NULL)
        return false;
    const struct ac_journal *journal = ac_child_journal(second);
    bool known = ac_child_run(second, program, &report) == AC_CHILD_RAN && report.found &&
                 is_same(finding, &report.finding) && journal->changed != 0;
    if (known)
        *by = journal->at[journal->changed - 1];
    ac_child_delete(second);
    return known;
}

/* --- which answer differs --- */

/* The events of a journal, kept beyond the next run. */
struct record {
    struct ac_event *events;
    uint32_t count;
};

static struct record record_of(const struct ac_journal *journal) {
    struct record record = {ac_memory_new(journal->count * sizeof *record.events), journal->count};
    if (record.events != NULL)
        memcpy(record.events, journal->at, record.count * sizeof *record.events);
    return record;
}

static bool is_same_answer(const struct ac_event *left, const struct ac_event *right) {
    return left->op == right->op && left->round == right->round &&
           left->function == right->function && left->result == right->result &&
           left->error == right->error && left->usable == right->usable;
}

static bool differs(const struct record *record, const struct ac_journal *journal,
                    struct ac_event *first, struct ac_event *other) {
    for (uint32_t i = 0; i < record->count && i < journal->count; i++) {
        if (!is_same_answer(&record->events[i], &journal->at[i])) {
            *first = record->events[i];
            *other = journal->at[i];
            return true;
        }
    }
    return false;
}

static bool rerun(struct ac_child *child, const struct ac_program *program) {
    struct ac_report report;
    return ac_child_run(child, program, &report) == AC_CHILD_RAN;
}

bool ac_child_difference(const struct ac_child *child, const struct ac_program *program,
                         struct ac_event *first, struct ac_event *other) {
    struct ac_child *second = second_child(child, (struct ac_watch){.on = false});
    bool found = false;
    if (second == NULL || !rerun(second, program)) {
        ac_child_delete(second);
        return false;
    }
    struct record record = record_of(ac_child_journal(second));
    for (int i = 0; i <= RERUNS && !found && record.events != NULL; i++) {
        if (i == RERUNS)
            ac_child_renew(second);
        found = rerun(second, program) && differs(&record, ac_child_journal(second), first, other);
    }
    ac_memory_delete(record.events, record.count * sizeof *record.events);
    ac_child_delete(second);
    return found;
}
