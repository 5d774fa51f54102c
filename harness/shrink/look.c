// SPDX-License-Identifier: MIT
#include "look.h"

#include <stdio.h>

static void run_fresh(const struct check *check, struct ac_child *child,
                      const struct ac_program *program, struct ac_report *report,
                      enum ac_child_end *end) {
    ac_child_renew(child);
    *end = check_run(check, child, program, report);
}

/* First without the oracles that need several runs. */
static enum ac_child_end run_any(struct check *check, struct ac_child *child,
                                 const struct ac_program *program, struct ac_report *report) {
    enum ac_child_end end;
    check->replay = false;
    run_fresh(check, child, program, report, &end);
    if (end == AC_CHILD_RAN && !report->found && check->task->race == NULL) {
        check->replay = true;
        run_fresh(check, child, program, report, &end);
    }
    return end;
}

static void explain(enum ac_child_end end, const struct ac_child *child, char *trouble,
                    size_t capacity) {
    snprintf(trouble, capacity, "%s",
             end == AC_CHILD_TIMEOUT ? "the time was over before it had run"
                                     : ac_child_trouble(child));
}

static bool is_any_wanted(const struct check *check, const struct ac_report *report) {
    const ac_oracle_set wanted = check->task->wanted;
    return report->found && (wanted == 0 || (wanted & AC_ORACLE_BIT(report->finding.oracle)) != 0);
}

bool look_for_any(struct check *check, const struct ac_program *program, unsigned most,
                  struct look *look, char *trouble, size_t capacity) {
    struct ac_report report = {.found = false};
    enum ac_child_end end = AC_CHILD_RAN;
    struct ac_child *child = check_child(check);
    if (child == NULL) {
        snprintf(trouble, capacity, "no memory for a child process");
        return false;
    }
    while (look->runs < most && !is_any_wanted(check, &report) && end == AC_CHILD_RAN) {
        end = run_any(check, child, program, &report);
        look->runs++;
    }
    if (end != AC_CHILD_RAN) {
        explain(end, child, trouble, capacity);
    } else if (is_any_wanted(check, &report)) {
        look->shown = 1;
        look->finding = report.finding;
        check->wanted = shrink_kind_of(program, &report.finding);
    }
    ac_child_delete(child);
    return end == AC_CHILD_RAN;
}

bool look_again(const struct check *check, const struct ac_program *program, unsigned runs,
                struct look *look) {
    struct ac_child *child = check_child(check);
    if (child == NULL) {
        return false;
    }
    for (; look->runs < runs; look->runs++) {
        struct ac_report report;
        enum ac_child_end end;
        run_fresh(check, child, program, &report, &end);
        if (end == AC_CHILD_RAN && check_is_wanted(check, program, &report)) {
            look->finding = report.finding;
            look->shown++;
        }
    }
    ac_child_delete(child);
    return true;
}

/* Fewer rounds, as long as all runs show it: what candidates cost is the rounds of those that do
 * not hold. */
static bool look_for_fewer_rounds(struct check *check, const struct ac_program *program,
                                  unsigned runs) {
    enum { FEWER = 4, LEAST = 2 };
    struct check fewer = *check;
    while (check->race.rounds >= FEWER * LEAST) {
        struct look look = {0};
        fewer.race.rounds = check->race.rounds / FEWER;
        if (!look_again(&fewer, program, runs, &look)) {
            return false;
        }
        if (look.shown < look.runs) {
            return true;
        }
        check->race.rounds = fewer.race.rounds;
    }
    return true;
}

bool look_at_race(struct check *check, const struct ac_program *program, unsigned runs,
                  struct look *look) {
    return look_again(check, program, runs, look) &&
           (look->shown < look->runs || look_for_fewer_rounds(check, program, runs));
}
