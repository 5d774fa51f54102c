// SPDX-License-Identifier: MIT
// Before a sweep: what the programs ask for where nothing is refused.
#include "sweep.h"

#include "cli.h"
#include "trial.h"

#include <stdlib.h>
#include <string.h>

/* --- reading --- */

/* True when a program says that it shows this finding on this allocator. */
static bool is_expected(const struct sweep *sweep, const struct ac_expect *expect,
                        const struct ac_finding *finding) {
    const char *name = sweep->hunt->options.trial.subject.name;
    return expect->given && !expect->clean && expect->oracle == (int)finding->oracle &&
           (expect->on[0] == '\0' || strcmp(expect->on, name) == 0);
}

static bool take(struct sweep *sweep, const struct input *input, const struct ac_report *plain) {
    struct sweep_program *program = &sweep->programs[sweep->count];
    *program = (struct sweep_program){.name = input->name,
                                      .requests = plain->counts.page_requests,
                                      .open_requests = plain->counts.open_requests};
    ac_program_init(&program->program);
    if (!ac_program_copy(&program->program, &input->program)) {
        cli_trouble("out of memory");
        return false;
    }
    sweep->count++;
    sweep->requests += program->requests;
    return true;
}

/* --- counting --- */

/* One run, alone in its process. */
static enum ac_child_end run_alone(const struct sweep *sweep, const struct ac_program *program,
                                   struct ac_report *report) {
    struct ac_child *child = sweep->hunt->judge;
    if (!sweep_is_stateless(sweep->hunt)) {
        ac_child_renew(child);
    }
    return ac_child_run(child, program, report);
}

static bool could_run(struct sweep *sweep, const char *name, enum ac_child_end end,
                      const struct ac_report *report) {
    if (end == AC_CHILD_FAILED) {
        cli_trouble("%s: not run: %s", name, ac_child_trouble(sweep->hunt->judge));
        sweep->hunt->troubles++;
    }
    const bool whole = end == AC_CHILD_RAN && report->counts.over_memory == 0;
    sweep->troubled += !whole;
    return whole;
}

/* What is wrong without a refusal is no matter of a sweep, but it is not passed over. */
static void tell_wrong(struct sweep *sweep, const struct input *input,
                       const struct ac_finding *finding) {
    if (is_expected(sweep, &input->expect, finding)) {
        sweep->satisfied++;
        return;
    }
    const struct sweep_program program = {.name = input->name, .program = input->program};
    const struct sweep_run run = {.of = &program, .mode = SWEEP_ONCE};
    sweep_found(sweep->hunt, &run, finding);
}

/* Growth in place that is refused is asked for: such runs may take other ways. */
static void count_fixed(struct sweep *sweep, struct sweep_program *program,
                        const struct ac_report *plain) {
    const struct sweep_run run = {.of = program, .mode = SWEEP_FIXED};
    struct ac_report report;
    if (program->program.head.moods & AC_MOOD_FIXED) {
        return;
    }
    if (sweep_do(sweep->hunt->judge, &run, &report) == AC_CHILD_RAN &&
        (report.found || report.counts.refused > plain->counts.refused)) {
        program->fixed = report.found ? 1 : report.counts.page_requests;
    }
    ac_child_refuse(sweep->hunt->judge, (struct ac_refusal){.nth = 0});
}

static bool count_input(struct sweep *sweep, const struct input *input) {
    struct ac_report plain;
    const enum ac_child_end end = run_alone(sweep, &input->program, &plain);
    if (!could_run(sweep, input->name, end, &plain)) {
        return true;
    }
    if (plain.found) {
        tell_wrong(sweep, input, &plain.finding);
        return true;
    }
    if (!take(sweep, input, &plain)) {
        return false;
    }
    count_fixed(sweep, &sweep->programs[sweep->count - 1], &plain);
    return true;
}

static bool count_name(struct sweep *sweep, const char *name) {
    struct input input;
    if (!input_open(&input, name, sweep->form)) {
        sweep->hunt->troubles++;
        return true;
    }
    const bool counted = count_input(sweep, &input);
    input_close(&input);
    return counted;
}

static void number_runs(struct sweep *sweep) {
    for (size_t i = 0; i < sweep->count; i++) {
        sweep->programs[i].first = sweep->runs;
        sweep->runs += sweep_runs_of(&sweep->programs[i]);
    }
}

bool sweep_count(struct sweep *sweep) {
    const struct paths *paths = &sweep->hunt->seeds;
    sweep->programs = calloc(paths->count + 1, sizeof *sweep->programs);
    if (sweep->programs == NULL) {
        cli_trouble("out of memory");
        return false;
    }
    while (sweep->looked_at < paths->count && !hunt_over(sweep->hunt)) {
        if (!count_name(sweep, paths->names[sweep->looked_at])) {
            return false;
        }
        sweep->looked_at++;
    }
    number_runs(sweep);
    return true;
}

void sweep_forget(struct sweep *sweep) {
    for (size_t i = 0; i < sweep->count; i++) {
        ac_program_destroy(&sweep->programs[i].program);
    }
    free(sweep->programs);
}
