// SPDX-License-Identifier: MIT
// Progress and result of `allocheck shrink`, as printed.
#include "shrinking.h"

#include "tool/clock.h"

#include "allocheck/place.h"

enum { REWRITE_MS = 100 };

typedef unsigned long long number;

void shrinking_begin(struct shrinking *shrinking) {
    shrinking->start_ms = clock_ms();
    status_begin(&shrinking->status, stderr, REWRITE_MS);
}

void shrinking_tick(void *ctx, const struct shrink_progress *progress) {
    struct shrinking *shrinking = ctx;
    if (!status_is_due(&shrinking->status))
        return;
    const struct ac_program_size size = ac_program_measure(progress->best);
    status_show(&shrinking->status, "%5.1f s  %llu of %llu ops, %llu operands  %llu candidates",
                (double)(clock_ms() - shrinking->start_ms) / 1000, (number)size.ops,
                (number)progress->ops, (number)size.operands, (number)progress->tries);
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
    const struct finding_kind kind = finding_kind_of(program, &outcome->finding);
    print_flaky(shrinking, outcome);
    fprintf(
        stderr,
        "%s at %s: shrunk to %llu of %llu ops and %llu of %llu operands; %llu candidates, %.1f s\n",
        ac_oracle_info(kind.oracle)->id, ac_place_name(kind.place), (number)outcome->after.ops,
        (number)outcome->before.ops, (number)outcome->after.operands,
        (number)outcome->before.operands, (number)outcome->tries, outcome->seconds);
    fprintf(stderr, "%s\n",
            outcome->minimal ? "minimal: no single step makes it simpler"
            : outcome->stopped
                ? "not minimal: stopped early"
                : "not minimal: the simplest program did not show the finding reliably");
}
