// SPDX-License-Identifier: MIT
// What a sweep says at its beginning and its end.
#include "sweep.h"

#include "tool/interrupt.h"

#include <stdio.h>

typedef unsigned long long number;

static const char *plural(uint64_t count) {
    return count == 1 ? "" : "s";
}

size_t sweep_programs(const struct sweep *sweep) {
    return sweep->counted - sweep->wrong - sweep->satisfied - sweep->troubled;
}

void sweep_print_start(const struct sweep *sweep) {
    const char *name = sweep->campaign->options.target_options.target.name;
    const size_t count = sweep_programs(sweep);
    progress_clear(sweep->campaign);
    printf("sweep on %s: %zu program%s, %llu page request%s, %llu run%s\n", name, count,
           plural(count), (number)sweep->requests, plural(sweep->requests), (number)sweep->runs,
           plural(sweep->runs));
    if (sweep->left_out > 0) {
        printf("%s ends its process when memory is exhausted, as its profile says: its refusals "
               "are left out\n",
               name);
    }
    fflush(stdout);
}

struct sweep_tally sweep_tallied(const struct sweep *sweep) {
    struct sweep_tally sum = {.hit = 0};
    for (unsigned i = 0; i < sweep->campaign->options.jobs; i++) {
        const struct sweep_tally *tally = &sweep->shared->tallies[i];
        sum.hit += tally->hit;
        sum.unreached += tally->unreached;
        sum.left_out += tally->left_out;
        sum.ended += tally->ended;
    }
    return sum;
}

static void print_row(const char *name, uint64_t count, const char *what) {
    if (count > 0) {
        printf("  %-14s%llu %s\n", name, (number)count, what);
    }
}

uint64_t sweep_late_programs(const struct sweep *sweep) {
    return sweep->count - sweep->counted;
}

uint64_t sweep_late_runs(const struct sweep *sweep) {
    const struct campaign_counts *counts = &sweep->campaign->engine_counts;
    const struct sweep_tally tally = sweep_tallied(sweep);
    return sweep->runs - sweep->left_out - tally.left_out - tally.ended - counts->programs -
           counts->lost;
}

static void print_left_out(const struct sweep *sweep, const struct campaign_counts *all,
                           const struct sweep_tally *tally) {
    print_row("left out", sweep->wrong, "programs, for a finding that they show as they are");
    print_row("left out", sweep->satisfied, "programs, for the finding that they say they have");
    print_row("left out", sweep->troubled, "programs that did not run to their end");
    print_row("left out", sweep_late_programs(sweep), "programs, for the time was over");
    print_row("left out", sweep->left_out + tally->ended, "runs, for the process would end");
    print_row("left out", tally->left_out, "runs of programs that had shown enough");
    print_row("left out", sweep_late_runs(sweep), "runs, for the time was over");
    print_row("runs cut", all->sum.counts.over_memory, "at the bound of memory");
    print_row("runs cut", all->lost, "killed from outside");
    print_row("ops left out", all->sum.counts.cut, "beyond a bound");
    print_row("not reached", tally->unreached, "runs made fewer page requests than before");
}

static ac_oracle_set inline_ones(ac_oracle_set oracles) {
    ac_oracle_set set = 0;
    for (int i = 0; i < AC_ORACLES; i++) {
        if (ac_oracle_info((enum ac_oracle)i)->when == AC_INLINE) {
            set |= oracles & AC_ORACLE_BIT(i);
        }
    }
    return set;
}

static const char *reason(const struct sweep *sweep) {
    if (interrupt_pending()) {
        return "interrupted";
    }
    return sweep_late_runs(sweep) + sweep_late_programs(sweep) > 0 ? "the time is over"
                                                                   : "all were run";
}

void sweep_print_summary(const struct sweep *sweep) {
    const struct sweep_tally tally = sweep_tallied(sweep);
    const struct campaign_counts all = campaign_all_counts(sweep->campaign);
    const double seconds = (double)(campaign_now_ms() - sweep->campaign->start_ms) / 1000;
    progress_clear(sweep->campaign);
    printf("sweep on %s: %llu run%s of %zu program%s in %.1f s; %s\n",
           sweep->campaign->options.target_options.target.name, (number)all.programs,
           plural(all.programs), sweep_programs(sweep), plural(sweep_programs(sweep)), seconds,
           reason(sweep));
    printf("  %-14s%llu runs met their refusal, %llu page requests refused, %llu calls\n", "ran",
           (number)tally.hit, (number)all.sum.counts.refused, (number)all.sum.counts.calls);
    print_left_out(sweep, &all, &tally);
    campaign_print_never_checked(all.sum.checked,
                                 inline_ones(sweep->campaign->options.target_options.oracles));
    campaign_print_findings(sweep->campaign);
    fflush(stdout);
}
