// SPDX-License-Identifier: MIT
// A campaign from its beginning to its end: time, Ctrl-C, the child that confirms, the seeds.
#define _GNU_SOURCE /* clock_gettime */
#include "fuzz_campaign.h"

#include "tool/tool.h"
#include "tool/usage.h"
#include "tool/input.h"
#include "tool/interrupt.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

uint64_t campaign_now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

const struct fuzz_options *campaign_options(const struct campaign *campaign) {
    return &campaign->options;
}

const struct campaign_scope *campaign_scope(const struct campaign *campaign) {
    return &campaign->scope;
}

struct campaign_counts *campaign_counts(struct campaign *campaign) {
    return &campaign->engine_counts;
}

void campaign_keep(struct campaign *campaign, const void *kept) {
    campaign->kept = kept;
}

const void *campaign_kept(const struct campaign *campaign) {
    return campaign->kept;
}

/* --- the end --- */

bool campaign_interrupted(const struct campaign *campaign) {
    (void)campaign;
    return interrupt_pending();
}

bool campaign_ended(const struct campaign *campaign) {
    return campaign->ended;
}

bool campaign_over(const struct campaign *campaign) {
    bool late = campaign->deadline_ms != 0 && campaign_now_ms() >= campaign->deadline_ms;
    return campaign->ended || late || campaign_interrupted(campaign);
}

/* --- children --- */

/* The shorter of the time that the user lets a call take and of `call_ms`; 0: neither is given. */
static uint32_t call_ms_of(const struct campaign *campaign, uint32_t call_ms) {
    const uint32_t wanted = option_call_ms(campaign->options.call_time);
    return wanted == 0 || (call_ms != 0 && call_ms < wanted) ? call_ms : wanted;
}

static struct ac_child *new_child(const struct campaign *campaign,
                                  struct ac_child_options options) {
    options.call_ms = call_ms_of(campaign, options.call_ms);
    options.target = campaign->options.target_options.target;
    options.free_at_end = true;
    options.memory = campaign->options.target_options.memory;
    struct ac_child *child = ac_child_new(&options);
    if (child == NULL) {
        tool_out_of_memory();
    }
    return child;
}

struct ac_child *campaign_new_child(const struct campaign *campaign, ac_oracle_set oracles,
                                    uint32_t call_ms) {
    return new_child(campaign, (struct ac_child_options){.oracles = oracles, .call_ms = call_ms});
}

/* What it shows is explained, call by call: a race is not. */
static struct ac_child *new_confirming_child(const struct campaign *campaign) {
    return new_child(campaign,
                     (struct ac_child_options){.oracles = campaign->options.target_options.oracles,
                                               .keep_journal = !campaign->options.racing.on});
}

struct ac_child *campaign_new_watched_child(const struct campaign *campaign,
                                            ac_oracle_set oracles) {
    return new_child(campaign,
                     (struct ac_child_options){.oracles = oracles, .keep_behaviour = true});
}

unsigned campaign_slow_ms(const struct campaign *campaign) {
    enum { CALLS = 4, LEAST_MS = 1000, MOST_MS = 3600000 };
    const uint32_t call_ms = option_call_ms(campaign->options.call_time);
    const uint64_t slow = CALLS * (uint64_t)(call_ms != 0 ? call_ms : AC_CALL_SECONDS * 1000);
    if (slow > MOST_MS) {
        return MOST_MS;
    }
    return slow > LEAST_MS ? (unsigned)slow : LEAST_MS;
}

void campaign_limit_child(const struct campaign *campaign, struct ac_child *child,
                          uint64_t more_ms) {
    uint64_t now = campaign_now_ms();
    if (campaign->deadline_ms != 0) {
        uint64_t left = campaign->deadline_ms > now ? campaign->deadline_ms - now : 0;
        ac_child_timeout(child, left + more_ms + 1);
    }
}

/* --- programs run as they are --- */

struct racing campaign_racing(const struct campaign *campaign, const struct ac_program *program) {
    struct racing racing = campaign->options.racing;
    racing.seed = program->head.seed;
    racing.rounds = campaign->options.confirming_rounds;
    return racing;
}

static enum ac_child_end check_program(struct campaign *campaign, const struct ac_program *program,
                                       struct ac_report *report) {
    if (campaign->options.racing.on) {
        struct racing racing = campaign_racing(campaign, program);
        racing.rounds = campaign->options.racing.rounds;
        return race_run(campaign->check, program, &racing, report);
    }
    ac_child_renew(campaign->check);
    return ac_child_replay(campaign->check, program, report);
}

static void count_replayed(struct campaign *campaign, const struct ac_report *report) {
    campaign->own_counts.replayed++;
    ac_report_add(&campaign->own_counts.sum, report);
    campaign->own_counts.sum.found = false;
}

void campaign_replay(struct campaign *campaign, const struct ac_program *program, const char *how,
                     const struct raw_input *raw) {
    struct ac_report report;
    const enum ac_child_end end = check_program(campaign, program, &report);
    if (end != AC_CHILD_RAN) {
        campaign->own_counts.unfinished += end == AC_CHILD_TIMEOUT;
        campaign->own_counts.lost += end == AC_CHILD_FAILED;
        return;
    }
    count_replayed(campaign, &report);
    if (report.found) {
        const struct candidate candidate = {.program = program,
                                            .finding = &report.finding,
                                            .replay = true,
                                            .how = how,
                                            .raw = *raw};
        campaign_candidate(campaign, &candidate);
    }
}

static void run_seed(struct campaign *campaign, const char *name) {
    struct input input;
    if (!input_open(&input, name, INPUT_BY_NAME)) {
        campaign->troubles++;
        return;
    }
    const struct raw_input raw = {input.bytes, input.size, input.text};
    if (campaign->options.racing.on) {
        ac_race_spread(&input.program, campaign_racing(campaign, &input.program).seed);
    }
    campaign_replay(campaign, &input.program, name, &raw);
    input_close(&input);
}

void campaign_run_seeds(struct campaign *campaign) {
    for (size_t i = 0; i < campaign->seeds.count && !campaign_over(campaign); i++) {
        run_seed(campaign, campaign->seeds.names[i]);
        campaign_tick(campaign);
    }
}

/* --- begin and end --- */

static void open_setting(struct campaign *campaign) {
    const struct fuzz_options *options = &campaign->options;
    campaign->setting = (struct setting){.target = &options->target_options.target,
                                         .oracles = options->target_options.oracles,
                                         .memory = options->target_options.memory,
                                         .call_seconds = options->call_time,
                                         .profile_file = options->target_options.profile_file,
                                         .engine = campaign->engine->name,
                                         .seeded = campaign->engine->seeded,
                                         .seed = options->seed};
    setting_open(&campaign->setting);
}

bool campaign_begin(struct campaign *campaign) {
    if (campaign->options.out != NULL && !campaign_make_folder(campaign)) {
        return false;
    }
    for (char **name = campaign->options.names; *name != NULL; name++) {
        paths_add(&campaign->seeds, *name);
    }
    if (campaign->seeds.troubles > 0) {
        return false;
    }
    open_setting(campaign);
    campaign->child = new_confirming_child(campaign);
    campaign->check = campaign_new_child(campaign, campaign->options.target_options.oracles, 0);
    campaign->on_terminal = isatty(STDOUT_FILENO) == 1;
    interrupt_hold();
    campaign->start_ms = campaign_now_ms();
    if (campaign->options.seconds > 0) {
        campaign->deadline_ms =
            campaign->start_ms + (uint64_t)(campaign->options.seconds * 1000 + 0.999);
    }
    if (campaign->check != NULL) {
        campaign_limit_child(campaign, campaign->check, 0);
    }
    return campaign->child != NULL && campaign->check != NULL;
}

static void delete_findings(struct campaign *campaign) {
    while (campaign->findings != NULL) {
        struct campaign_finding *first = campaign->findings;
        campaign->findings = first->next;
        free(first->folder);
        free(first->command);
        free(first->remarks);
        free(first);
    }
}

void campaign_end(struct campaign *campaign) {
    delete_findings(campaign);
    ac_child_delete(campaign->child);
    ac_child_delete(campaign->check);
    paths_destroy(&campaign->seeds);
    setting_close(&campaign->setting);
    free(campaign->folder);
    free(campaign);
}
