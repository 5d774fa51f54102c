// SPDX-License-Identifier: MIT
// What a campaign says while it lasts, and at its end.
#define _DEFAULT_SOURCE /* winsize */
#include "fuzz_campaign.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { LINE = 160, NARROWEST = 20, TICK_MS = 1000, LONGEST_PAUSE = 6 };

typedef unsigned long long number;

static double seconds_since(uint64_t start_ms) {
    return (double)(campaign_now_ms() - start_ms) / 1000;
}

static double rate_of(const struct campaign *campaign, const struct campaign_counts *counts) {
    double seconds = seconds_since(campaign->start_ms);
    return seconds > 0 ? (double)counts->programs / seconds : 0;
}

struct campaign_counts campaign_all_counts(const struct campaign *campaign) {
    struct campaign_counts all = campaign->engine_counts;
    all.programs += campaign->own_counts.programs;
    all.replayed += campaign->own_counts.replayed;
    all.lost += campaign->own_counts.lost;
    all.unfinished += campaign->own_counts.unfinished;
    ac_report_add(&all.sum, &campaign->own_counts.sum);
    return all;
}

static const char *plural(uint64_t count) {
    return count == 1 ? "" : "s";
}

/* --- while it lasts --- */

/* Appends to a line; what does not fit is left out. */
static void put(char *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(char *line, const char *format, ...) {
    size_t length = strlen(line);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line + length, LINE - length, format, arguments);
    va_end(arguments);
}

/* How far an engine that comes to an end has come, and how long the rest takes at this rate. */
static void put_left(const struct campaign *campaign, char *line,
                     const struct campaign_counts *counts) {
    const double rate = rate_of(campaign, counts);
    if (counts->all == 0 || rate <= 0) {
        return;
    }
    const double done = (double)counts->programs / (double)counts->all;
    const double left =
        counts->programs < counts->all ? (double)(counts->all - counts->programs) / rate : 0;
    put(line, "  %.1f %% of %llu, %.0f s left", 100 * done, (number)counts->all, left);
}

static void write_line(const struct campaign *campaign, char *line) {
    const struct campaign_counts counts = campaign_all_counts(campaign);
    line[0] = '\0';
    const char *unit = campaign->unit != NULL ? campaign->unit : "programs";
    put(line, "%5.0f s  %llu %s  %llu ops  %.0f %s/s", seconds_since(campaign->start_ms),
        (number)counts.programs, unit, (number)counts.sum.counts.ops, rate_of(campaign, &counts),
        unit);
    if (counts.behaviours > 0) {
        put(line, "  %llu behaviours", (number)counts.behaviours);
    }
    put(line, "  %zu finding%s", campaign->finding_count, plural(campaign->finding_count));
    put_left(campaign, line, &counts);
}

static size_t columns(void) {
    struct winsize size;
    bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= NARROWEST;
    size_t width = known ? size.ws_col : 80;
    return width < LINE ? width : LINE;
}

/* The same line again and again; a line that does not fit its terminal could not be taken back. */
static void rewrite(struct campaign *campaign, char *line) {
    size_t width = columns() - 1;
    if (strlen(line) > width) {
        line[width] = '\0';
    }
    printf("\r%s\033[K", line);
    campaign->line_open = true;
    campaign->next_tick_ms = campaign_now_ms() + TICK_MS;
}

/* A log is read later: one line after 1, 2, 4 ... seconds, then one a minute. */
static void add_line(struct campaign *campaign, const char *line) {
    unsigned pause = campaign->plain_lines < LONGEST_PAUSE ? 1u << campaign->plain_lines : 60;
    printf("%s\n", line);
    campaign->plain_lines++;
    campaign->next_tick_ms = campaign_now_ms() + (uint64_t)pause * TICK_MS;
}

void campaign_tick(struct campaign *campaign) {
    char line[LINE];
    if (campaign_now_ms() < campaign->next_tick_ms) {
        return;
    }
    write_line(campaign, line);
    if (campaign->on_terminal) {
        rewrite(campaign, line);
    } else {
        add_line(campaign, line);
    }
    fflush(stdout);
}

void progress_begin(struct campaign *campaign) {
    fflush(stdout);
    campaign->next_tick_ms = campaign_now_ms() + TICK_MS;
}

void progress_clear(struct campaign *campaign) {
    if (campaign->line_open) {
        printf("\r\033[K");
        campaign->line_open = false;
    }
}

/* --- the beginning --- */

void campaign_print_start(struct campaign *campaign) {
    const struct fuzz_options *options = &campaign->options;
    printf("%s on %s, random seed %llu, %u job%s; findings go to %s; ", campaign->engine->name,
           options->target_options.target.name, (number)options->seed, options->jobs,
           plural(options->jobs), campaign->folder);
    if (options->seconds > 0) {
        printf("%g s\n", options->seconds);
    } else if (options->programs > 0) {
        printf("%llu programs\n", (number)options->programs);
    } else {
        printf("Ctrl-C ends it\n");
    }
    progress_begin(campaign);
}

/* --- the end --- */

/* One row of the summary. */
static void begin_row(const char *name) {
    printf("  %-14s", name);
}

struct row_item {
    uint64_t count;
    const char *what;
};

/* What is 0 is left out, and a row of which all is. */
static void print_row(const char *name, const struct row_item *items, size_t count) {
    const char *before = NULL;
    for (size_t i = 0; i < count; i++) {
        if (items[i].count == 0) {
            continue;
        }
        if (before == NULL) {
            begin_row(name);
        }
        printf("%s%llu %s", before != NULL ? before : "", (number)items[i].count, items[i].what);
        before = ", ";
    }
    fputs(before != NULL ? "\n" : "", stdout);
}

static void print_done(const struct campaign_counts *all) {
    const struct row_item items[] = {
        {all->sum.counts.ops, "ops"},
        {all->sum.counts.calls, "calls"},
        {all->behaviours, "behaviours"},
        {all->replayed, "programs replayed"},
    };
    print_row("ran", items, sizeof items / sizeof *items);
}

static void print_left_out(const struct campaign_counts *all) {
    const struct ac_counts *counts = &all->sum.counts;
    const struct row_item ops[] = {
        {counts->empty, "on an empty slot"},
        {counts->not_offered, "not offered"},
        {counts->skipped, "that could be legal"},
        {counts->cut, "beyond a bound"},
    };
    const struct row_item programs[] = {
        {counts->over_memory, "at the bound of memory"},
        {all->unfinished, "when the time was over"},
        {all->lost, "killed from outside"},
    };
    const struct row_item kept[] = {{all->not_replayed, "inputs that the engine kept"}};
    print_row("ops left out", ops, sizeof ops / sizeof *ops);
    print_row("programs cut", programs, sizeof programs / sizeof *programs);
    print_row("not replayed", kept, sizeof kept / sizeof *kept);
}

void campaign_print_never_checked(const uint64_t checked[AC_ORACLES], ac_oracle_set oracles) {
    const char *before = NULL;
    for (int i = 0; i < AC_ORACLES; i++) {
        if ((oracles & AC_ORACLE_BIT(i)) == 0 || checked[i] != 0) {
            continue;
        }
        if (before == NULL) {
            begin_row("never checked");
        }
        printf("%s%s", before != NULL ? before : "", ac_oracle_info((enum ac_oracle)i)->id);
        before = ", ";
    }
    fputs(before != NULL ? "\n" : "", stdout);
}

static void print_finding(const struct campaign *campaign, const struct campaign_finding *finding) {
    const char *at = finding->op_kind < AC_OP_KINDS
                         ? ac_op_info((enum ac_op_kind)finding->op_kind)->name
                         : "the end";
    printf("  %s at %s%s", ac_oracle_info(finding->oracle)->id, at,
           finding->confirmed ? "" : " (seen once, does not show again)");
    if (finding->again > 0) {
        printf(", and %llu more of this pair", (number)finding->again);
    }
    printf("\n");
    if (campaign->folder != NULL) {
        printf("    %s\n", finding->folder != NULL ? finding->folder : "(not kept)");
    }
    if (finding->command != NULL) {
        printf("    %s\n", finding->command);
    }
}

void campaign_print_findings(const struct campaign *campaign) {
    printf("%zu finding%s%s\n", campaign->finding_count, plural(campaign->finding_count),
           campaign->finding_count > 0 ? ":" : "");
    for (const struct campaign_finding *next = campaign->findings; next != NULL;
         next = next->next) {
        print_finding(campaign, next);
    }
}

static const char *reason(const struct campaign *campaign) {
    if (campaign->ended) {
        return "ended by a finding";
    }
    if (campaign_interrupted(campaign)) {
        return "interrupted";
    }
    if (campaign->stopped) {
        return "the engine could not go on";
    }
    return campaign_over(campaign) ? "the time is over" : "all were run";
}

void campaign_print_summary(struct campaign *campaign) {
    const struct campaign_counts all = campaign_all_counts(campaign);
    progress_clear(campaign);
    printf("%s on %s: %llu programs in %.1f s (%.0f/s); %s\n", campaign->engine->name,
           campaign->options.target_options.target.name, (number)all.programs,
           seconds_since(campaign->start_ms), rate_of(campaign, &all), reason(campaign));
    print_done(&all);
    print_left_out(&all);
    campaign_print_never_checked(all.sum.checked, campaign->options.target_options.oracles);
    begin_row("random seed");
    printf("%llu\n", (number)campaign->options.seed);
    campaign_print_findings(campaign);
    fflush(stdout);
}
