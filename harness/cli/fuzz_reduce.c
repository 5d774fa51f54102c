// SPDX-License-Identifier: MIT
// Shows a finding again in fresh processes, with fewer and fewer ops.
#include "fuzz_hunt.h"

/* A call that hangs while programs are reduced is waited for less than one that is reported; where
 * hanging is what is looked for, every other try takes that time. */
enum {
    CALL_MS = 500,
    HANG_CALL_MS = 200,
    MOST_TRIES = 5000,
    MOST_MS = 20000,
    HANG_MOST_MS = 10000,
};

bool confirm_run(struct ac_child *child, const struct ac_program *program, bool replay,
                 struct ac_report *report) {
    ac_child_renew(child);
    enum ac_child_end end =
        replay ? ac_child_replay(child, program, report) : ac_child_run(child, program, report);
    return end == AC_CHILD_RAN && report->found;
}

/* What `still' and `stop' look at. */
struct search {
    struct hunt *hunt;
    struct ac_child *child;
    const struct confirmed *confirmed;
    uint64_t deadline_ms;
};

static bool still_shows(void *ctx, const struct ac_program *program) {
    struct search *search = ctx;
    struct ac_report report;
    hunt_tick(search->hunt);
    return confirm_run(search->child, program, search->confirmed->replay, &report) &&
           report.finding.oracle == search->confirmed->report.finding.oracle;
}

static bool enough(void *ctx) {
    const struct search *search = ctx;
    return hunt_now_ms() >= search->deadline_ms || hunt_interrupted(search->hunt);
}

/* Ops behind the one that shows it are seldom needed. */
static bool drop_behind(struct search *search, struct ac_program *program) {
    size_t op = search->confirmed->report.finding.op;
    struct ac_program shorter;
    bool done = true;
    if (op + 1 >= program->count) {
        return true;
    }
    ac_program_init(&shorter);
    if (!ac_program_copy(&shorter, program)) {
        done = false;
    } else {
        ac_program_remove(&shorter, op + 1, program->count);
        done = !still_shows(search, &shorter) || ac_program_copy(program, &shorter);
    }
    ac_program_destroy(&shorter);
    return done;
}

static bool reduce(struct search *search, struct ac_program *program, struct ac_reduced *result) {
    const struct ac_reduce_options options = {
        .max_tries = MOST_TRIES, .stop = enough, .ctx = search};
    return drop_behind(search, program) && ac_reduce(program, still_shows, &options, result);
}

/* Takes the shorter program, if it shows the same when a call is given all its time. */
static bool adopt(struct hunt *hunt, struct confirmed *confirmed,
                  const struct ac_program *shorter) {
    struct ac_report report;
    return confirm_run(hunt->child, shorter, confirmed->replay, &report) &&
           report.finding.oracle == confirmed->report.finding.oracle &&
           ac_program_copy(confirmed->program, shorter) && (confirmed->report = report, true);
}

void confirm_reduce(struct hunt *hunt, struct confirmed *confirmed) {
    bool hangs = confirmed->report.finding.oracle == AC_ORACLE_LIVENESS;
    unsigned most_ms = hangs ? HANG_MOST_MS : MOST_MS;
    struct ac_child *child =
        hunt_new_child(hunt, hunt->options.trial.oracles, hangs ? HANG_CALL_MS : CALL_MS);
    struct search search = {hunt, child, confirmed, hunt_now_ms() + most_ms};
    struct ac_program shorter;
    struct ac_reduced result = {.tries = 0};
    ac_program_init(&shorter);
    if (child != NULL) {
        ac_child_timeout(child, most_ms);
    }
    bool done = child != NULL && ac_program_copy(&shorter, confirmed->program) &&
                reduce(&search, &shorter, &result) && adopt(hunt, confirmed, &shorter);
    confirmed->tries = result.tries;
    confirmed->minimal = done && result.minimal;
    ac_program_destroy(&shorter);
    ac_child_delete(child);
}
