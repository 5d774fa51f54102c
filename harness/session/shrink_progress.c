// SPDX-License-Identifier: MIT
// Progress and result of `allocheck shrink`, as printed.
#include "shrinking.h"

#include "tool/clock.h"
#include "tool/status.h"

#include "allocheck/place.h"

typedef unsigned long long number;

/* Without --seconds the end is not known: a bar would only pretend. */
static void draw(void *ctx, struct status_line *line) {
    const struct shrinking *shrinking = ctx;
    const struct shrink_progress *progress = &shrinking->progress;
    const double passed = (double)(clock_ms() - shrinking->start_ms) / 1000;
    char left[STATUS_NUMBER], of[STATUS_NUMBER];
    if (shrinking->seconds > 0) {
        status_add_bar(line, passed / shrinking->seconds);
        status_add_left(line, shrinking->seconds - passed, false);
    }
    if (progress->best == NULL)
        return;
    const struct ac_program_size size = ac_program_measure(progress->best);
    status_add(line, STATUS_PLAIN, "%s of %s ops", status_number(size.ops, left),
               status_number(progress->ops, of));
    status_add_count(line, STATUS_PLAIN, size.operands, "operand");
    status_add_count(line, STATUS_PLAIN, progress->tries, "candidate");
}

void shrinking_begin(struct shrinking *shrinking) {
    shrinking->start_ms = clock_ms();
    status_begin(draw, shrinking, stderr); /* the program may go to standard output */
}

void shrinking_tick(void *ctx, const struct shrink_progress *progress) {
    struct shrinking *shrinking = ctx;
    shrinking->progress = *progress;
    status_tick();
    shrinking->progress.best = NULL; /* valid during this call only */
}

static void print_flaky(const struct shrinking *shrinking, const struct shrink_outcome *outcome) {
    if (shrinking->racing.on || shrink_is_flaky(outcome)) {
        fprintf(stderr, "%s: %u of %u runs of the input show it, %u of %u of the result\n",
                shrinking->racing.on ? "race" : "flaky", outcome->shown, outcome->runs,
                outcome->shown_left, outcome->runs_left);
    }
}

void shrinking_print_end(const struct shrinking *shrinking, const struct ac_program *program,
                         const struct shrink_outcome *outcome) {
    print_flaky(shrinking, outcome);
    fprintf(
        stderr,
        "%s at %s: shrunk to %llu of %llu ops and %llu of %llu operands; %llu candidates, %.1f s\n",
        ac_oracle_info(outcome->finding.oracle)->id,
        ac_place_name(ac_place_of(program, &outcome->finding)), (number)outcome->after.ops,
        (number)outcome->before.ops, (number)outcome->after.operands,
        (number)outcome->before.operands, (number)outcome->tries, outcome->seconds);
    fprintf(stderr, "%s\n",
            outcome->minimal ? "minimal: no single step makes it simpler"
            : outcome->stopped
                ? "not minimal: stopped early"
                : "not minimal: the simplest program did not show the finding reliably");
}
