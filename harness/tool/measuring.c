// SPDX-License-Identifier: MIT
#include "measuring.h"

#include "interrupt.h"
#include "status.h"

static void draw(void *ctx, struct status_line *line) {
    const struct ac_measure_progress *progress = ctx;
    if (progress->all > 0)
        status_add_bar(line, (double)progress->asked / progress->all);
    status_add(line, STATUS_PLAIN, "measuring the profile: question %u of %u, at most %d s",
               progress->asked + 1, progress->all, AC_MEASURE_SECONDS);
}

struct ac_measure_options measuring_begin(struct ac_measure_progress *progress,
                                          enum ac_measure_depth depth, uint64_t most_ms) {
    *progress = (struct ac_measure_progress){.asked = 0};
    status_begin(draw, progress, stderr);
    return (struct ac_measure_options){
        .depth = depth, .most_ms = most_ms, .stop = interrupt_poll, .progress = progress};
}

void measuring_end(void) {
    status_end();
}
