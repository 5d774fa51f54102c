// SPDX-License-Identifier: MIT
#include "look.h"

#include <stdio.h>

static void run_fresh(const struct judge *judge, struct ac_child *child,
                      const struct ac_program *program, struct ac_report *report,
                      enum ac_child_end *end) {
    ac_child_renew(child);
    *end = judge_run(judge, child, program, report);
}

/* First without the oracles that need several runs. */
static enum ac_child_end run_any(struct judge *judge, struct ac_child *child,
                                 const struct ac_program *program, struct ac_report *report) {
    enum ac_child_end end;
    judge->replay = false;
    run_fresh(judge, child, program, report, &end);
    if (end == AC_CHILD_RAN && !report->found) {
        judge->replay = true;
        run_fresh(judge, child, program, report, &end);
    }
    return end;
}

static void explain(enum ac_child_end end, const struct ac_child *child, char *trouble,
                    size_t capacity) {
    snprintf(trouble, capacity, "%s",
             end == AC_CHILD_TIMEOUT ? "the time was over before it had run"
                                     : ac_child_trouble(child));
}

bool look_for_any(struct judge *judge, const struct ac_program *program, unsigned most,
                  struct look *look, char *trouble, size_t capacity) {
    struct ac_report report = {.found = false};
    enum ac_child_end end = AC_CHILD_RAN;
    struct ac_child *child = judge_child(judge);
    if (child == NULL) {
        snprintf(trouble, capacity, "no memory for a child process");
        return false;
    }
    while (look->runs < most && !report.found && end == AC_CHILD_RAN) {
        end = run_any(judge, child, program, &report);
        look->runs++;
    }
    if (end != AC_CHILD_RAN) {
        explain(end, child, trouble, capacity);
    } else if (report.found) {
        look->shown = 1;
        look->finding = report.finding;
        judge->wanted = shrink_kind_of(program, &report.finding);
    }
    ac_child_delete(child);
    return end == AC_CHILD_RAN;
}

bool look_again(const struct judge *judge, const struct ac_program *program, unsigned runs,
                struct look *look) {
    struct ac_child *child = judge_child(judge);
    if (child == NULL) {
        return false;
    }
    for (; look->runs < runs; look->runs++) {
        struct ac_report report;
        enum ac_child_end end;
        run_fresh(judge, child, program, &report, &end);
        if (end == AC_CHILD_RAN && judge_is_wanted(judge, program, &report)) {
            look->finding = report.finding;
            look->shown++;
        }
    }
    ac_child_delete(child);
    return true;
}
