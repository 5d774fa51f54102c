// SPDX-License-Identifier: MIT
// The runs of a sweep, by their ids.
#include "sweep.h"

#include <stdio.h>

typedef unsigned long long number;

static uint64_t runs_in(const struct sweep_program *program, enum sweep_mode mode) {
    switch (mode) {
    case SWEEP_ONCE:
    case SWEEP_FROM:
        return program->requests;
    case SWEEP_NO_RESIZE:
        return program->no_resize_requests > 0;
    default:
        return program->no_resize_requests;
    }
}

uint64_t sweep_runs_of(const struct sweep_program *program) {
    uint64_t sum = 0;
    for (int mode = 0; mode < SWEEP_MODES; mode++)
        sum += runs_in(program, (enum sweep_mode)mode);
    return sum;
}

/* The last program whose first run is not after this id. */
static const struct sweep_program *program_of(const struct sweep *sweep, uint64_t id) {
    size_t low = 0, high = sweep->counted;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (sweep->programs[middle].first <= id)
            low = middle;
        else
            high = middle;
    }
    return &sweep->programs[low];
}

struct sweep_run sweep_run_at(const struct sweep *sweep, uint64_t id) {
    struct sweep_run run = {.of = program_of(sweep, id), .mode = SWEEP_ONCE};
    uint64_t left = id - run.of->first;
    while (left >= runs_in(run.of, run.mode)) {
        left -= runs_in(run.of, run.mode);
        run.mode++;
    }
    run.nth = run.mode == SWEEP_NO_RESIZE ? 0 : left + 1;
    return run;
}

struct ac_refusal sweep_refusal(const struct sweep_run *run) {
    return (struct ac_refusal){.nth = run->nth, .onwards = run->mode == SWEEP_FROM};
}

void sweep_set_quirks(const struct sweep_run *run, struct ac_program *program) {
    if (run->mode == SWEEP_NO_RESIZE || run->mode == SWEEP_NO_RESIZE_ONCE)
        program->head.quirks |= AC_QUIRK_NO_RESIZE;
}

enum ac_child_end sweep_do(struct ac_child *child, const struct sweep_run *run,
                           struct ac_report *report) {
    struct ac_program program = run->of->program; /* a shallow copy */
    sweep_set_quirks(run, &program);
    ac_child_refuse(child, sweep_refusal(run));
    return ac_child_run(child, &program, report);
}

void sweep_describe(const struct sweep_run *run, char *text, size_t capacity) {
    const struct sweep_program *of = run->of;
    if (run->nth == 0 && run->mode == SWEEP_ONCE) {
        snprintf(text, capacity, "%s, without any refusal", of->name);
        return;
    }
    switch (run->mode) {
    case SWEEP_ONCE:
        snprintf(text, capacity, "page request %llu of %llu refused, in %s", (number)run->nth,
                 (number)of->requests, of->name);
        return;
    case SWEEP_FROM:
        snprintf(text, capacity, "page requests %llu to %llu refused, in %s", (number)run->nth,
                 (number)of->requests, of->name);
        return;
    case SWEEP_NO_RESIZE:
        snprintf(text, capacity, "growth in place refused, in %s", of->name);
        return;
    default:
        snprintf(text, capacity, "growth in place and page request %llu of %llu refused, in %s",
                 (number)run->nth, (number)of->no_resize_requests, of->name);
    }
}

bool sweep_is_stateless(const struct campaign *campaign) {
    return campaign->options.target_options.target.allocator->open != NULL;
}
