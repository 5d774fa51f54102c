// SPDX-License-Identifier: MIT
// Programs that an engine's process does not finish: the process counts its programs as it begins
// them, so one that runs for long shows by a count that stands still.
#define _DEFAULT_SOURCE /* usleep */
#include "external.h"

#include "tool/clock.h"
#include "tool/interrupt.h"
#include "tool/status.h"

#include <unistd.h>

enum {
    STALLED_MS = 1000,  /* a program that takes longer is waited for, after the time limit, */
    STOPPING_MS = 1600, /* until no more than this is left, to stop the processes */
    PAUSE_US = 50 * 1000,
};

void external_note_progress(struct external_job *job, uint64_t programs) {
    if (programs != job->begun || job->starts != job->begun_start || job->moved_ms == 0)
        job->moved_ms = clock_ms();
    job->begun = programs;
    job->begun_start = job->starts;
}

static bool is_stalled(const struct external_job *job) {
    return job->pid > 0 && job->begun > 0 && clock_ms() - job->moved_ms >= STALLED_MS;
}

static bool look(struct external *external) {
    bool stalled = false;
    for (unsigned i = 0; i < external->count; i++) {
        struct external_job *job = &external->jobs[i];
        struct campaign_counts now = {.programs = 0};
        external_add_counts(external, i, &now);
        external_note_progress(job, now.programs);
        job->stalled = is_stalled(job);
        stalled = stalled || job->stalled;
    }
    return stalled;
}

void external_await_programs(struct external *external) {
    while (look(external) && !interrupt_pending() && !external->campaign->ended &&
           campaign_left_ms(external->campaign) > STOPPING_MS) {
        status_tick();
        usleep(PAUSE_US);
    }
}

void external_count_stalled(struct external *external) {
    for (unsigned i = 0; i < external->count; i++) {
        struct external_job *job = &external->jobs[i];
        if (!job->stalled || job->before.programs == 0)
            continue;
        job->before.programs--;
        external->replays.timed_out++;
    }
}
