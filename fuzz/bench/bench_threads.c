// SPDX-License-Identifier: MIT
// Measures the cost of running each op on its thread: programs of 64 calls on slate, spread over
// more and more threads that run one at a time, against the same programs on one thread.
#include "adapter/adapters.h"
#include "allocheck/random.h"
#include "allocheck/run.h"
#include "rounds.h"
#include "sixty_four.h"

#include <stdio.h>
#include <stdlib.h>

enum { PROGRAMS = 500, SEED = 1 };

struct work {
    struct ac_program single[PROGRAMS], spread[PROGRAMS];
    struct ac_runner *runner;
    uint64_t switches; /* between threads, in the spread programs */
};

static void fail(const char *what) {
    fprintf(stderr, "bench_threads: %s\n", what);
    exit(2);
}

static void run_all(struct work *work, const struct ac_program *programs) {
    for (size_t i = 0; i < PROGRAMS; i++) {
        struct ac_report report;
        ac_run(work->runner, &programs[i], &report);
        if (report.found || report.counts.calls != SIXTY_FOUR_CALLS)
            fail("a program has a finding, or not 64 calls");
    }
}

static void run_single(void *context) {
    struct work *work = context;
    run_all(work, work->single);
}

static void run_spread(void *context) {
    struct work *work = context;
    run_all(work, work->spread);
}

/* An op stays on its thread three times out of four, as in generated programs. */
static void spread(struct work *work, unsigned threads) {
    struct ac_random random = {SEED};
    work->switches = 0;
    for (size_t i = 0; i < PROGRAMS; i++) {
        struct ac_program *program = &work->spread[i];
        uint8_t now = 0;
        program->head.threads = (uint8_t)threads;
        for (size_t j = 0; j < program->count; j++) {
            const uint8_t before = now;
            if (ac_random_below(&random, 4) == 0)
                now = (uint8_t)ac_random_below(&random, threads);
            program->ops[j].thread = now;
            work->switches += now != before;
        }
    }
}

static void measure(struct work *work, unsigned threads) {
    spread(work, threads);
    struct comparison is = compare(run_single, run_spread, work);
    double switches = (double)work->switches;
    printf("%7u  %8.1f  %15.0f  %18.0f  %5.2f  %13.2f\n", threads, switches / PROGRAMS,
           PROGRAMS / is.first, PROGRAMS / is.second, is.ratio,
           threads > 1 ? 1e6 * (is.second - is.first) / switches : 0);
}

int main(void) {
    static struct work work;
    struct ac_run_options options = {.oracles = AC_ALL_ORACLES, .free_at_end = true};
    work.runner = ac_runner_new(&ac_slate, &options);
    if (work.runner == NULL)
        fail("out of memory");
    for (size_t i = 0; i < PROGRAMS; i++) {
        ac_program_init(&work.single[i]);
        ac_program_init(&work.spread[i]);
        if (!sixty_four_calls(&work.single[i], i) ||
            !ac_program_copy(&work.spread[i], &work.single[i]))
            fail("out of memory");
    }
    printf("threads  switches  one: programs/s  spread: programs/s  ratio  us per switch\n");
    for (unsigned threads = 1; threads <= AC_MAX_THREADS; threads *= 2)
        measure(&work, threads);
    ac_runner_delete(work.runner);
    return 0;
}
