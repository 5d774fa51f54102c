// SPDX-License-Identifier: MIT
#include "progress.h"

#include "tool/interrupt.h"
#include "tool/status.h"

#include <stdio.h>

typedef unsigned long long number;

/* --- rows --- */

void summary_begin_row(const char *name) {
    printf("  %-16s  ", name);
}

static void print_item(const struct summary_item *item) {
    printf("%llu ", (number)item->count);
    for (const char *at = item->what; *at != '\0'; at++)
        if (*at == '*')
            fputs(plural(item->count), stdout);
        else
            putchar(*at);
}

void summary_print_row(const char *name, const struct summary_item *items, size_t count) {
    const char *separator = NULL;
    for (size_t i = 0; i < count; i++) {
        if (items[i].count == 0)
            continue;
        if (separator == NULL)
            summary_begin_row(name);
        fputs(separator != NULL ? separator : "", stdout);
        print_item(&items[i]);
        separator = ", ";
    }
    fputs(separator != NULL ? "\n" : "", stdout);
}

void summary_print_never_checked(const uint64_t checked[AC_ORACLES], ac_oracle_set oracles) {
    const char *separator = NULL;
    for (int i = 0; i < AC_ORACLES; i++) {
        if ((oracles & AC_ORACLE_BIT(i)) == 0 || checked[i] != 0)
            continue;
        if (separator == NULL)
            summary_begin_row("never checked");
        printf("%s%s", separator != NULL ? separator : "", ac_oracle_info((enum ac_oracle)i)->id);
        separator = ", ";
    }
    fputs(separator != NULL ? "\n" : "", stdout);
}

/* Its call may hang, which no check has seen. */
static void print_unfinished(const struct campaign_unfinished *unfinished) {
    const struct ac_unfinished *at = &unfinished->at;
    if (!at->known)
        return;
    summary_begin_row("did not end");
    if (at->ms > 0)
        printf("in %s for %.1f s", ac_place_name(at->place), (double)at->ms / 1000);
    else
        printf("at %s", ac_place_name(at->place));
    if (unfinished->program[0] != '\0')
        printf(" (%s)", unfinished->program);
    printf("; give more time\n");
}

static void print_counts(const struct campaign *campaign, const struct campaign_counts *total) {
    const struct ac_counts *counts = &total->sum.counts;
    const double asked = campaign->options.target_options.program_time;
    char late[64];
    snprintf(late, sizeof late, "over the %g s of a program", asked > 0 ? asked : PROGRAM_SECONDS);
    const struct summary_item ran[] = {
        {counts->ops, "op*"},
        {counts->calls, "call*"},
        {total->behaviours, "behaviour*"},
        {total->replayed, "program* replayed"},
    };
    const struct summary_item skipped[] = {
        {counts->empty, "on an empty slot"},
        {counts->not_offered, "not offered"},
        {counts->skipped, "possibly legal misuse*"},
        {counts->over_limit, "over a limit"},
    };
    const struct summary_item incomplete[] = {
        {counts->over_memory, "at the memory limit"},
        {counts->over_time, late},
        {total->timed_out, "still running at the end"},
        {total->lost, "killed from outside"},
    };
    const struct summary_item passed[] = {{counts->accepted, "check* that failed as known"}};
    const struct summary_item left_out[] = {
        {total->left_out, "program* that would lead to known findings"}};
    const struct summary_item unchecked[] = {
        {counts->growth_unchecked, "program* for no-growth: out of time"},
        {total->replays_cut, "program* under the replay oracles: out of time"},
    };
    const struct summary_item kept[] = {{total->not_replayed, "corpus input*"},
                                        {campaign->seeds_left, "given program*: out of time"}};
    SUMMARY_ROW("ran", ran);
    SUMMARY_ROW("ops skipped", skipped);
    SUMMARY_ROW("incomplete", incomplete);
    print_unfinished(&total->unfinished);
    SUMMARY_ROW("went on after", passed);
    SUMMARY_ROW("left out", left_out);
    SUMMARY_ROW("not checked", unchecked);
    SUMMARY_ROW("not replayed", kept);
}

/* --- findings --- */

static void print_entry(const struct campaign *campaign, const struct campaign_finding *finding) {
    printf("  %s at %s%s", ac_oracle_info(finding->oracle)->id, ac_place_name(finding->place),
           finding->confirmed    ? ""
           : finding->in_process ? " (in the engine's process)"
                                 : " (not reproduced)");
    if (finding->repeats > 0)
        printf(", and %llu more like it", (number)finding->repeats);
    printf("\n");
    for (size_t i = 0; i < finding->also_seen.count; i++)
        printf("    %s %s\n", i == 0 ? "also seen at:" : "             ", finding->also_seen.at[i]);
    if (campaign->folder != NULL)
        printf("    %s\n", finding->folder != NULL ? finding->folder : "(not saved)");
    if (finding->command != NULL)
        printf("    %s\n", finding->command);
}

/* Not clean: programs that did not end, and an interrupted or empty campaign. */
static void print_no_finding(const struct campaign *campaign) {
    const struct campaign_counts total = campaign_total(campaign);
    const bool whole = total.programs > 0 && counts_are_whole(&total) && !interrupt_pending();
    printf("%sno finding in %llu %.*s", whole ? "clean: " : "", (number)total.programs,
           campaign_unit_length(campaign, total.programs), campaign->unit);
    if (total.timed_out > 0)
        printf("; %llu did not end", (number)total.timed_out);
    printf("\n");
}

void summary_print_findings(const struct campaign *campaign) {
    const size_t count = campaign->findings.count;
    const struct campaign_finding *finding = campaign->findings.first;
    if (count == 0)
        print_no_finding(campaign);
    else
        printf("%zu finding%s:\n", count, plural(count));
    for (; finding != NULL; finding = finding->next)
        print_entry(campaign, finding);
}

/* --- all --- */

static const char *reason(const struct campaign *campaign) {
    if (campaign->ended)
        return "stopped at a finding";
    if (interrupt_pending())
        return "interrupted";
    if (campaign->failed)
        return "the engine failed";
    return campaign_is_over(campaign) ? "time limit reached" : "done";
}

void campaign_print_summary(struct campaign *campaign) {
    const struct target_options *target_options = &campaign->options.target_options;
    const struct campaign_counts total = campaign_total(campaign);
    const double seconds = campaign_seconds(campaign);
    status_end();
    printf("%s on %s: %llu program%s in %.1f s (%.0f/s); %s\n", campaign->engine->name,
           target_options->target.name, (number)total.programs, plural(total.programs), seconds,
           seconds > 0 ? (double)total.programs / seconds : 0, reason(campaign));
    print_counts(campaign, &total);
    summary_print_never_checked(total.sum.checked, target_options->oracles);
    if (campaign->engine->seeded) {
        summary_begin_row("random seed");
        printf("%llu\n", (number)campaign->options.seed);
    }
    summary_print_findings(campaign);
    fflush(stdout);
}
