// SPDX-License-Identifier: MIT
// Which call changed a byte: the same program once more, with an eye on that byte. The run that
// made the finding is left as it was.
#include "child_private.h"

static bool is_same(const struct ac_finding *left, const struct ac_finding *right) {
    return left->oracle == right->oracle && left->op == right->op && left->round == right->round &&
           left->block == right->block && left->first_wrong == right->first_wrong;
}

static bool is_about_content(const struct ac_finding *finding) {
    return (finding->oracle == AC_ORACLE_INTACT || finding->oracle == AC_ORACLE_FRAME) &&
           finding->block != AC_NO_BLOCK && finding->first_wrong != UINT64_MAX;
}

static struct ac_child *watching_child(const struct ac_child *child,
                                       const struct ac_finding *finding) {
    struct ac_child_options options = child->options;
    options.keep_journal = true;
    options.keep_answers = options.keep_behaviour = false;
    options.watch =
        (struct ac_watch){.on = true, .block = finding->block, .offset = finding->first_wrong};
    struct ac_child *watching = ac_child_new(&options);
    if (watching != NULL) {
        watching->deadline = child->deadline;
    }
    return watching;
}

bool ac_child_culprit(const struct ac_child *child, const struct ac_program *program,
                      const struct ac_finding *finding, struct ac_event *by) {
    struct ac_report report;
    struct ac_child *watching = is_about_content(finding) ? watching_child(child, finding) : NULL;
    if (watching == NULL) {
        return false;
    }
    const struct ac_journal *journal = ac_child_journal(watching);
    bool known = ac_child_run(watching, program, &report) == AC_CHILD_RAN && report.found &&
                 is_same(finding, &report.finding) && journal->changed != 0;
    if (known) {
        *by = journal->at[journal->changed - 1];
    }
    ac_child_delete(watching);
    return known;
}
