// SPDX-License-Identifier: MIT
// A hunt from its beginning to its end: time, Ctrl-C, the child that confirms, the seeds.
#define _GNU_SOURCE /* clock_gettime */
#include "fuzz_hunt.h"

#include "cli.h"
#include "input.h"
#include "interrupt.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

uint64_t hunt_now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

const struct fuzz_options *hunt_options(const struct hunt *hunt) {
    return &hunt->options;
}

const struct hunt_scope *hunt_scope(const struct hunt *hunt) {
    return &hunt->scope;
}

struct hunt_counts *hunt_counts(struct hunt *hunt) {
    return &hunt->engine_counts;
}

void hunt_keep(struct hunt *hunt, const void *kept) {
    hunt->kept = kept;
}

const void *hunt_kept(const struct hunt *hunt) {
    return hunt->kept;
}

/* --- the end --- */

bool hunt_interrupted(const struct hunt *hunt) {
    (void)hunt;
    return interrupt_waits();
}

bool hunt_ended(const struct hunt *hunt) {
    return hunt->ended;
}

bool hunt_over(const struct hunt *hunt) {
    bool late = hunt->deadline_ms != 0 && hunt_now_ms() >= hunt->deadline_ms;
    return hunt->ended || late || hunt_interrupted(hunt);
}

/* --- children --- */

/* The shorter of the time that the user lets a call take and of `call_ms`; 0: neither is given. */
static uint32_t call_ms_of(const struct hunt *hunt, uint32_t call_ms) {
    const uint32_t wanted = cli_call_ms(hunt->options.call_time);
    return wanted == 0 || (call_ms != 0 && call_ms < wanted) ? call_ms : wanted;
}

static struct ac_child *new_child(const struct hunt *hunt, struct ac_child_options options) {
    options.call_ms = call_ms_of(hunt, options.call_ms);
    options.subject = hunt->options.trial.subject;
    options.free_at_end = true;
    options.memory = hunt->options.trial.memory;
    struct ac_child *child = ac_child_new(&options);
    if (child == NULL) {
        cli_trouble("no memory for a child process");
    }
    return child;
}

struct ac_child *hunt_new_child(const struct hunt *hunt, ac_oracle_set oracles, uint32_t call_ms) {
    return new_child(hunt, (struct ac_child_options){.oracles = oracles, .call_ms = call_ms});
}

/* What it shows is explained, call by call: a race is not. */
static struct ac_child *new_confirming_child(const struct hunt *hunt) {
    return new_child(hunt, (struct ac_child_options){.oracles = hunt->options.trial.oracles,
                                                     .keep_journal = !hunt->options.racing.on});
}

struct ac_child *hunt_new_watched_child(const struct hunt *hunt, ac_oracle_set oracles) {
    return new_child(hunt, (struct ac_child_options){.oracles = oracles, .keep_behaviour = true});
}

unsigned hunt_slow_ms(const struct hunt *hunt) {
    enum { CALLS = 4, LEAST_MS = 1000, MOST_MS = 3600000 };
    const uint32_t call_ms = cli_call_ms(hunt->options.call_time);
    const uint64_t slow = CALLS * (uint64_t)(call_ms != 0 ? call_ms : AC_CALL_SECONDS * 1000);
    if (slow > MOST_MS) {
        return MOST_MS;
    }
    return slow > LEAST_MS ? (unsigned)slow : LEAST_MS;
}

void hunt_limit_child(const struct hunt *hunt, struct ac_child *child, uint64_t more_ms) {
    uint64_t now = hunt_now_ms();
    if (hunt->deadline_ms != 0) {
        uint64_t left = hunt->deadline_ms > now ? hunt->deadline_ms - now : 0;
        ac_child_timeout(child, left + more_ms + 1);
    }
}

/* --- programs run as they are --- */

struct racing hunt_racing(const struct hunt *hunt, const struct ac_program *program) {
    enum { FACTOR = 25 };
    struct racing racing = hunt->options.racing;
    racing.seed = program->head.seed;
    racing.rounds =
        racing.rounds < AC_RACE_MOST_ROUNDS / FACTOR ? racing.rounds * FACTOR : AC_RACE_MOST_ROUNDS;
    return racing;
}

static enum ac_child_end judge_program(struct hunt *hunt, const struct ac_program *program,
                                       struct ac_report *report) {
    if (hunt->options.racing.on) {
        struct racing racing = hunt_racing(hunt, program);
        if (hunt->engine !=
            &fuzz_given) { /* what people name is looked at for as long as it takes */
            racing.rounds = hunt->options.racing.rounds;
        }
        return race_run(hunt->judge, program, &racing, report);
    }
    ac_child_renew(hunt->judge);
    return ac_child_replay(hunt->judge, program, report);
}

static void count_replayed(struct hunt *hunt, const struct ac_report *report) {
    hunt->own_counts.replayed++;
    ac_report_add(&hunt->own_counts.sum, report);
    hunt->own_counts.sum.found = false;
}

void hunt_replay(struct hunt *hunt, const struct ac_program *program, const char *how,
                 const struct raw_input *raw) {
    struct ac_report report;
    const enum ac_child_end end = judge_program(hunt, program, &report);
    if (end != AC_CHILD_RAN) {
        hunt->own_counts.unfinished += end == AC_CHILD_TIMEOUT;
        hunt->own_counts.lost += end == AC_CHILD_FAILED;
        return;
    }
    count_replayed(hunt, &report);
    if (report.found) {
        const struct candidate candidate = {.program = program,
                                            .finding = &report.finding,
                                            .replay = true,
                                            .how = how,
                                            .raw = *raw};
        hunt_candidate(hunt, &candidate);
    }
}

static void run_seed(struct hunt *hunt, const char *name) {
    struct input input;
    if (!input_open(&input, name, INPUT_BY_NAME)) {
        hunt->troubles++;
        return;
    }
    const struct raw_input raw = {input.bytes, input.size, input.text};
    if (hunt->options.racing.on) {
        ac_race_spread(&input.program, hunt_racing(hunt, &input.program).seed);
    }
    hunt_replay(hunt, &input.program, name, &raw);
    input_close(&input);
}

void hunt_run_seeds(struct hunt *hunt) {
    for (size_t i = 0; i < hunt->seeds.count && !hunt_over(hunt); i++) {
        run_seed(hunt, hunt->seeds.names[i]);
        hunt_tick(hunt);
    }
}

/* --- begin and end --- */

static void open_setting(struct hunt *hunt) {
    const struct fuzz_options *options = &hunt->options;
    hunt->setting =
        (struct setting){.subject = &options->trial.subject,
                         .oracles = options->trial.oracles,
                         .memory = options->trial.memory,
                         .call_seconds = options->call_time,
                         .profile_file = options->trial.profile_file,
                         .engine = hunt->engine->name,
                         .seeded = hunt->engine != &fuzz_given && hunt->engine != &fuzz_sweep,
                         .seed = options->seed};
    setting_open(&hunt->setting);
}

bool hunt_begin(struct hunt *hunt) {
    if (hunt->options.out != NULL && !hunt_make_folder(hunt)) {
        return false;
    }
    for (char **name = hunt->options.names; *name != NULL; name++) {
        paths_add(&hunt->seeds, *name);
    }
    if (hunt->seeds.troubles > 0) {
        return false;
    }
    open_setting(hunt);
    hunt->child = new_confirming_child(hunt);
    hunt->judge = hunt_new_child(hunt, hunt->options.trial.oracles, 0);
    hunt->on_terminal = isatty(STDOUT_FILENO) == 1;
    interrupt_hold();
    hunt->start_ms = hunt_now_ms();
    if (hunt->options.seconds > 0) {
        hunt->deadline_ms = hunt->start_ms + (uint64_t)(hunt->options.seconds * 1000 + 0.999);
    }
    if (hunt->judge != NULL) {
        hunt_limit_child(hunt, hunt->judge, 0);
    }
    return hunt->child != NULL && hunt->judge != NULL;
}

static void delete_findings(struct hunt *hunt) {
    while (hunt->findings != NULL) {
        struct hunt_finding *first = hunt->findings;
        hunt->findings = first->next;
        free(first->folder);
        free(first->command);
        free(first->remarks);
        free(first);
    }
}

void hunt_end(struct hunt *hunt) {
    delete_findings(hunt);
    ac_child_delete(hunt->child);
    ac_child_delete(hunt->judge);
    paths_destroy(&hunt->seeds);
    setting_close(&hunt->setting);
    free(hunt->folder);
    free(hunt);
}
