// SPDX-License-Identifier: MIT
// Before a sweep: how many page requests each program makes.
#include "sweep.h"

#include "tool/tool.h"

#include <stdlib.h>
#include <string.h>

/* --- reading; all before the first run, so that every process starts with the same memory --- */

static bool add_program(struct sweep *sweep, const struct input *input) {
    struct sweep_program *program = &sweep->programs[sweep->count];
    *program = (struct sweep_program){
        .name = input->name, .text = input->text, .forced = input->forced, .expect = input->expect};
    ac_program_init(&program->program);
    if (!ac_program_copy(&program->program, &input->program))
        return false;
    ac_leave_out(&program->program, &sweep->campaign->options.without);
    sweep->count++;
    return true;
}

static bool read_all(struct sweep *sweep) {
    const struct paths *paths = &sweep->campaign->seeds;
    bool added = true;
    for (size_t i = 0; i < paths->count && added; i++) {
        struct input input;
        if (input_open(&input, paths->names[i], &sweep->campaign->options.inputs)) {
            added = add_program(sweep, &input);
            input_close(&input);
        } else {
            sweep->campaign->errors++;
        }
    }
    return added;
}

/* --- counting --- */

/* Alone in its process. */
static enum ac_child_end run_alone(const struct sweep *sweep, const struct sweep_run *run,
                                   struct ac_report *report) {
    struct ac_child *child = sweep->campaign->replay_child;
    if (!sweep_is_stateless(sweep->campaign))
        ac_child_renew(child);
    return sweep_do(child, run, report);
}

/* False: the program did not complete. */
static bool is_complete(struct sweep *sweep, const char *name, enum ac_child_end end,
                        const struct ac_report *report) {
    if (end == AC_CHILD_FAILED) {
        tool_cannot_run(name, ac_child_trouble(sweep->campaign->replay_child));
        sweep->campaign->errors++;
    }
    return end == AC_CHILD_RAN && report->counts.over_memory == 0 && report->counts.over_time == 0;
}

/* True if a program expects this finding on this allocator. */
static bool is_expected(const struct sweep *sweep, const struct ac_expect *expect,
                        const struct ac_finding *finding) {
    const char *name = sweep->campaign->options.target_options.target.name;
    return expect->given && !expect->clean && expect->oracle == (int)finding->oracle &&
           (expect->on[0] == '\0' || strcmp(expect->on, name) == 0);
}

/* A finding without any refusal is still reported. */
static void take_failing(struct sweep *sweep, const struct sweep_run *run,
                         const struct ac_finding *finding) {
    if (is_expected(sweep, &run->of->expect, finding)) {
        sweep->expected++;
    } else {
        sweep->failing++;
        sweep_found(sweep->campaign, run, finding);
    }
}

/* If growth in place is refused, a program may make other requests. */
static void count_no_resize(struct sweep *sweep, struct sweep_program *program,
                            const struct ac_report *plain) {
    const struct sweep_run run = {.of = program, .mode = SWEEP_NO_RESIZE};
    struct ac_report report;
    if (program->program.head.quirks & AC_QUIRK_NO_RESIZE)
        return;
    if (run_alone(sweep, &run, &report) == AC_CHILD_RAN &&
        (report.found || report.counts.refused > plain->counts.refused))
        program->no_resize_requests = report.found ? 1 : report.counts.page_requests;
}

/* False: the time limit expired. */
static bool count_program(struct sweep *sweep, struct sweep_program *program) {
    const struct sweep_run run = {.of = program, .mode = SWEEP_ONCE};
    struct ac_report plain;
    const enum ac_child_end end = run_alone(sweep, &run, &plain);
    if (end == AC_CHILD_TIMEOUT)
        return false;
    if (!is_complete(sweep, program->name, end, &plain)) {
        sweep->incomplete++;
    } else if (plain.found) {
        take_failing(sweep, &run, &plain.finding);
    } else {
        program->requests = plain.counts.page_requests;
        program->open_requests = plain.counts.open_requests;
        sweep->requests += program->requests;
        count_no_resize(sweep, program, &plain);
    }
    return true;
}

static void count_all(struct sweep *sweep) {
    while (sweep->counted < sweep->count && !campaign_is_over(sweep->campaign)) {
        sweep->campaign->phase = (struct campaign_phase){"counting page requests", "programs",
                                                         sweep->counted, sweep->count};
        struct sweep_program *program = &sweep->programs[sweep->counted];
        program->first = sweep->runs;
        if (!count_program(sweep, program))
            return;
        sweep->runs += sweep_runs_of(program);
        sweep->counted++;
    }
}

bool sweep_count(struct sweep *sweep) {
    sweep->programs = calloc(sweep->campaign->seeds.count + 1, sizeof *sweep->programs);
    if (sweep->programs == NULL || !read_all(sweep)) {
        tool_out_of_memory();
        return false;
    }
    count_all(sweep);
    return true;
}

void sweep_free_programs(struct sweep *sweep) {
    for (size_t i = 0; i < sweep->count; i++)
        ac_program_destroy(&sweep->programs[i].program);
    free(sweep->programs);
}
