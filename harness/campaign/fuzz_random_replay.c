// SPDX-License-Identifier: MIT
// The engine `random' under the replay oracles: they take many runs, so some programs are chosen.
#include "fuzz_random.h"

enum {
    REPLAY_EVERY = 512,  /* programs, the replay oracles check one; */
    REPLAY_SHORT = 128,  /* where it takes few runs, every so many a short one, */
    SHORT_OPS = 32,      /* of at most so many ops, repeats expanded */
    GROWTH_EVERY = 256,  /* blocks, no-growth checks one program where it takes 70,000 runs: */
    GROWTH_BLOCK = 8,    /* in this block first, for a short campaign; there */
    GROWTH_PROGRAMS = 8, /* are tried, until one is such that it can be checked, of at most */
    GROWTH_OPS = 8,      /* ops, repeats expanded */
};

/* True when no-growth could check the program. */
static bool replay(struct random_engine *engine, struct ac_child *check, uint64_t id,
                   const struct ac_program *program) {
    struct campaign_counts *counts = worker_counts(engine->inlined.worker);
    struct ac_report found;
    ac_child_renew(check);
    enum ac_child_end end = ac_child_replay(check, program, &found);
    if (end != AC_CHILD_RAN) {
        blocks_lose(&engine->inlined, check, end);
        return false;
    }
    counts->replayed++;
    ac_report_add(&counts->sum, &found);
    counts->sum.found = false;
    if (found.found) {
        const struct worker_find find = {id, id, true, found.finding};
        worker_report(engine->inlined.worker, &find);
    }
    return found.checked[AC_ORACLE_NO_GROWTH] > 0;
}

static bool is_short(const struct ac_program *program, uint64_t most) {
    uint64_t ops = 0;
    for (size_t i = 0; i < program->count; i++) {
        ops += program->ops[i].repeat;
    }
    return ops <= most;
}

static void replay_first_short(struct random_engine *engine, uint64_t first, uint64_t end,
                               struct ac_program *program) {
    for (uint64_t id = first; id < end && random_make(engine->campaign, id, program); id++) {
        if (is_short(program, SHORT_OPS)) {
            replay(engine, engine->check, id, program);
            return;
        }
    }
}

static void replay_short(struct random_engine *engine, uint64_t first, uint64_t end,
                         struct ac_program *program) {
    for (uint64_t id = first; id < end && blocks_go_on(&engine->inlined); id += REPLAY_SHORT) {
        replay_first_short(engine, id, end - id < REPLAY_SHORT ? end : id + REPLAY_SHORT, program);
    }
}

static void replay_each(struct random_engine *engine, struct ac_child *check, uint64_t first,
                        uint64_t end, struct ac_program *program) {
    for (uint64_t id = first; id < end && blocks_go_on(&engine->inlined); id += REPLAY_EVERY) {
        if (random_make(engine->campaign, id, program)) {
            replay(engine, check, id, program);
        }
    }
}

static void replay_growth(struct random_engine *engine, uint64_t first, uint64_t end,
                          struct ac_program *program) {
    unsigned tried = 0;
    for (uint64_t id = first; id < end && tried < GROWTH_PROGRAMS && blocks_go_on(&engine->inlined);
         id++) {
        if (random_make(engine->campaign, id, program) && is_short(program, GROWTH_OPS)) {
            tried = replay(engine, engine->check, id, program) ? GROWTH_PROGRAMS : tried + 1;
        }
    }
}

void random_replay_block(struct random_engine *engine, uint64_t first, uint64_t end) {
    struct ac_program program;
    ac_program_init(&program);
    if (blocks_loops_are_short(engine->campaign)) {
        replay_each(engine, engine->check, first, end, &program);
        replay_short(engine, first, end, &program);
    } else {
        replay_each(engine, engine->quick, first, end, &program);
        if (first / RANDOM_BLOCK % GROWTH_EVERY == GROWTH_BLOCK) {
            replay_growth(engine, first, end, &program);
        }
    }
    ac_program_destroy(&program);
}
