// SPDX-License-Identifier: MIT
// The engine `random` under the replay oracles: they take many runs, so only some programs are
// chosen.
#include "random.h"

enum {
    REPLAY_EVERY = 512, /* replay one of this many programs; */
    REPLAY_SHORT = 128, /* if no-growth needs few rounds, also a short one of this many, */
    SHORT_OPS = 32,     /* which has at most this many ops, repeats expanded */
    /* If no-growth needs 70,000 rounds, it checks one program */
    GROWTH_EVERY = 256,  /* in this many blocks, */
    GROWTH_BLOCK = 8,    /* from this block on: early enough for a short campaign. */
    GROWTH_PROGRAMS = 8, /* Try this many until it can check one */
    GROWTH_OPS = 8,      /* of at most this many ops, repeats expanded. */
};

/* True if no-growth has checked the program. */
static bool replay(struct random_worker *random, struct ac_child *child, uint64_t id,
                   const struct ac_program *program) {
    struct campaign_counts *counts = worker_counts(random->blocks.worker);
    const struct ac_accepted accepted = worker_known(random->blocks.worker).accepted;
    struct ac_report report;
    ac_child_renew(child);
    ac_child_accept(child, &accepted);
    const enum ac_child_end end = ac_child_replay(child, program, &report);
    if (end != AC_CHILD_RAN) {
        blocks_count_failure(&random->blocks, child, end, true);
        return false;
    }
    counts->replayed++;
    counts_add_report(counts, &report);
    if (report.found) {
        const struct worker_finding reported = {
            id, id, true, random->campaign->scope.generate.without, accepted, report.finding};
        worker_report(random->blocks.worker, &reported);
    }
    return report.checked[AC_ORACLE_NO_GROWTH] > 0;
}

static bool is_short(const struct ac_program *program, uint64_t most) {
    uint64_t ops = 0;
    for (size_t i = 0; i < program->count; i++)
        ops += program->ops[i].repeat;
    return ops <= most;
}

static void replay_first_short(struct random_worker *random, uint64_t first, uint64_t end,
                               struct ac_program *program) {
    for (uint64_t id = first; id < end && random_make(random->campaign, id, program); id++) {
        if (is_short(program, SHORT_OPS)) {
            replay(random, random->replay_child, id, program);
            return;
        }
    }
}

static void replay_short(struct random_worker *random, uint64_t first, uint64_t end,
                         struct ac_program *program) {
    for (uint64_t id = first; id < end && blocks_go_on(&random->blocks); id += REPLAY_SHORT)
        replay_first_short(random, id, end - id < REPLAY_SHORT ? end : id + REPLAY_SHORT, program);
}

static void replay_each(struct random_worker *random, struct ac_child *child, uint64_t first,
                        uint64_t end, struct ac_program *program) {
    for (uint64_t id = first; id < end && blocks_go_on(&random->blocks); id += REPLAY_EVERY)
        if (random_make(random->campaign, id, program))
            replay(random, child, id, program);
}

static void replay_growth(struct random_worker *random, uint64_t first, uint64_t end,
                          struct ac_program *program) {
    unsigned tried = 0;
    for (uint64_t id = first; id < end && tried < GROWTH_PROGRAMS && blocks_go_on(&random->blocks);
         id++)
        if (random_make(random->campaign, id, program) && is_short(program, GROWTH_OPS))
            tried = replay(random, random->replay_child, id, program) ? GROWTH_PROGRAMS : tried + 1;
}

void random_replay_block(struct random_worker *random, uint64_t first, uint64_t end) {
    struct ac_program program;
    ac_program_init(&program);
    if (blocks_loops_are_short(random->campaign)) {
        replay_each(random, random->replay_child, first, end, &program);
        replay_short(random, first, end, &program);
    } else {
        replay_each(random, random->quick_child, first, end, &program);
        if (first / RANDOM_BLOCK % GROWTH_EVERY == GROWTH_BLOCK)
            replay_growth(random, first, end, &program);
    }
    ac_program_destroy(&program);
}
