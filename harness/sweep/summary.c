// SPDX-License-Identifier: MIT
#include "sweep.h"

#include "campaign/progress.h"
#include "tool/interrupt.h"
#include "tool/status.h"

#include <stdio.h>

typedef unsigned long long number;

size_t sweep_programs(const struct sweep *sweep) {
    return sweep->counted - sweep->failing - sweep->expected - sweep->incomplete;
}

uint64_t sweep_late_programs(const struct sweep *sweep) {
    return sweep->count - sweep->counted;
}

struct sweep_tally sweep_total(const struct sweep *sweep) {
    struct sweep_tally sum = {.refused = 0};
    for (unsigned i = 0; i < sweep->campaign->options.jobs; i++) {
        const struct sweep_tally *tally = &sweep->shared->tallies[i];
        sum.refused += tally->refused;
        sum.unreached += tally->unreached;
        sum.enough += tally->enough;
        sum.ending += tally->ending;
    }
    sum.ending += sweep->ending;
    return sum;
}

uint64_t sweep_late_runs(const struct sweep *sweep) {
    const struct campaign_counts *counts = &sweep->campaign->engine_counts;
    const struct sweep_tally total = sweep_total(sweep);
    return sweep->runs - total.enough - total.ending - counts->programs - counts->lost;
}

void sweep_print_start(struct sweep *sweep) {
    const char *name = sweep->campaign->options.target_options.target.name;
    const size_t count = sweep_programs(sweep);
    status_clear();
    printf("sweep on %s: %zu program%s, %llu page request%s, %llu run%s\n", name, count,
           plural(count), (number)sweep->requests, plural(sweep->requests), (number)sweep->runs,
           plural(sweep->runs));
    if (sweep->ending > 0) {
        printf("all runs are skipped: by its profile, %s ends the process when memory is "
               "exhausted\n",
               name);
    }
    fflush(stdout);
}

static void print_skipped(const struct sweep *sweep, const struct campaign_counts *counts,
                          const struct sweep_tally *total) {
    const struct summary_item programs[] = {
        {sweep->failing, "with a finding without any refusal"},
        {sweep->expected, "with the finding that they expect"},
        {sweep->incomplete, "incomplete without any refusal"},
        {sweep_late_programs(sweep), "out of time"},
    };
    const struct summary_item runs[] = {
        {total->ending, "that would end the process"},
        {total->enough, "of programs with enough findings"},
        {sweep_late_runs(sweep), "out of time"},
    };
    const struct summary_item incomplete[] = {
        {counts->sum.counts.over_memory, "at the memory limit"},
        {counts->sum.counts.over_time, "at the time limit of a program"},
        {counts->lost, "killed from outside"},
        {total->unreached, "with fewer page requests than before"},
    };
    const struct summary_item ops[] = {{counts->sum.counts.over_limit, "over a limit"}};
    SUMMARY_ROW("programs skipped", programs);
    SUMMARY_ROW("runs skipped", runs);
    SUMMARY_ROW("runs incomplete", incomplete);
    SUMMARY_ROW("ops skipped", ops);
}

static ac_oracle_set inline_oracles(ac_oracle_set oracles) {
    ac_oracle_set set = 0;
    for (int i = 0; i < AC_ORACLES; i++)
        if (ac_oracle_info((enum ac_oracle)i)->when == AC_INLINE)
            set |= oracles & AC_ORACLE_BIT(i);
    return set;
}

static const char *reason(const struct sweep *sweep) {
    if (interrupt_pending())
        return "interrupted";
    return sweep_late_runs(sweep) + sweep_late_programs(sweep) > 0 ? "time limit reached" : "done";
}

void sweep_print_summary(struct sweep *sweep) {
    const struct target_options *target_options = &sweep->campaign->options.target_options;
    const struct sweep_tally total = sweep_total(sweep);
    const struct campaign_counts counts = campaign_total(sweep->campaign);
    const size_t programs = sweep_programs(sweep);
    status_end();
    printf("sweep on %s: %llu run%s of %zu program%s in %.1f s; %s\n", target_options->target.name,
           (number)counts.programs, plural(counts.programs), programs, plural(programs),
           campaign_seconds(sweep->campaign), reason(sweep));
    summary_begin_row("ran");
    printf("%llu calls, %llu page requests refused in %llu runs\n", (number)counts.sum.counts.calls,
           (number)counts.sum.counts.refused, (number)total.refused);
    print_skipped(sweep, &counts, &total);
    summary_print_never_checked(counts.sum.checked, inline_oracles(target_options->oracles));
    summary_print_findings(sweep->campaign);
    fflush(stdout);
}
