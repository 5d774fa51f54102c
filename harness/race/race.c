// SPDX-License-Identifier: MIT
// A race run: heaps, rounds, and the checks between them.
#define _DEFAULT_SOURCE /* pthread_condattr_setclock */
#include "race.h"

#include "program/memory.h"
#include "run/step.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LIVES = 5 }; /* a heap sees 2^0 to 2^4 rounds */

/* Oracles that check while threads run, on what one thread knows. */
static const ac_oracle_set while_racing =
    AC_RACE_ORACLES & ~(AC_ORACLE_BIT(AC_ORACLE_INTEGRITY) | AC_ORACLE_BIT(AC_ORACLE_STATISTICS) |
                        AC_ORACLE_BIT(AC_ORACLE_NO_LEAK) | AC_ORACLE_BIT(AC_ORACLE_NO_GROWTH) |
                        AC_ORACLE_BIT(AC_ORACLE_PAGE_LOG));

/* --- the race --- */

/* Threads without steps, but with lower numbers than one with steps, make no calls. */
static unsigned count_threads(const struct ac_thread_plan *plan) {
    unsigned count = AC_MAX_THREADS;
    while (count > 0 && plan->part[count - 1].count == 0)
        count--;
    return count;
}

static bool make_racer(struct ac_race *race, unsigned index) {
    struct ac_racer *racer = &race->racers[index];
    racer->race = race;
    racer->index = index;
    racer->part = &race->plan.part[index];
    return ac_blocks_init(&racer->runner.model.blocks) &&
           ac_race_log_init(&racer->log, &race->clock);
}

static bool make_racers(struct ac_race *race) {
    const size_t handoffs = race->plan.slots != 0 ? race->plan.slots : 1;
    race->count = count_threads(&race->plan);
    race->handoffs = ac_memory_new(handoffs * sizeof *race->handoffs);
    race->racers = ac_memory_new(AC_MAX_THREADS * sizeof *race->racers);
    bool made = race->handoffs != NULL && race->racers != NULL;
    for (unsigned i = 0; i < race->count && made; i++)
        made = make_racer(race, i);
    return made;
}

static void delete_racers(struct ac_race *race) {
    for (unsigned i = 0; i < race->count && race->racers != NULL; i++) {
        ac_blocks_destroy(&race->racers[i].runner.model.blocks);
        ac_race_log_destroy(&race->racers[i].log);
    }
    const size_t handoffs = race->plan.slots != 0 ? race->plan.slots : 1;
    ac_memory_delete(race->handoffs, handoffs * sizeof *race->handoffs);
    ac_memory_delete(race->racers, AC_MAX_THREADS * sizeof *race->racers);
}

static void make_locks(struct ac_race *race) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&race->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&race->lock, NULL);
    pthread_mutex_init(&race->pages_lock, NULL);
    ac_race_make_key(race);
}

/* Threads that hang go on using it. */
static void delete_race(struct ac_race *race) {
    if (race->abandoned)
        return;
    delete_racers(race);
    ac_thread_plan_destroy(&race->plan);
    pthread_mutex_destroy(&race->pages_lock);
    pthread_mutex_destroy(&race->lock);
    pthread_cond_destroy(&race->changed);
    ac_race_delete_key(race);
    ac_memory_delete(race, sizeof *race);
}

static struct ac_race *new_race(struct ac_runner *runner, const struct ac_program *program,
                                const struct ac_race_options *options) {
    struct ac_race *race = ac_memory_new(sizeof *race);
    if (race == NULL)
        return NULL;
    make_locks(race);
    race->runner = runner;
    race->program = program;
    race->process = getpid();
    race->random.state = options->seed;
    race->watch = options->watch != NULL ? options->watch : &race->unwatched;
    race->watch->running = race->watch->dying = race->watch->found = 0;
    race->allocator = *runner->allocator;
    race->allocator.check = NULL;
    race->allocator.statistics = NULL;
    if (!ac_thread_plan_make(&race->plan, program, ac_race_runs_op) || !make_racers(race)) {
        delete_race(race);
        return NULL;
    }
    return race;
}

/* --- models --- */

/* A thread's share of memory: each model knows only its own blocks. */
static uint64_t memory_share(const struct ac_race *race) {
    const struct ac_runner *runner = race->runner;
    uint64_t memory = runner->options.memory;
    if (runner->heap.source != NULL && runner->profile->exhaustion_ends_process &&
        runner->heap.pages.limit < memory)
        memory = runner->heap.pages.limit;
    return memory / race->count;
}

/* Sets up a thread's runner for this heap. It has no page source: it must not look at what others
 * request meanwhile. */
static void set_up_runner(struct ac_race *race, struct ac_racer *racer) {
    const struct ac_runner *main_runner = race->runner;
    struct ac_runner *runner = &racer->runner;
    runner->allocator = &race->allocator;
    runner->profile = main_runner->profile;
    runner->options =
        (struct ac_run_options){.oracles = main_runner->options.oracles & while_racing,
                                .memory = memory_share(race),
                                .call_ms = main_runner->options.call_ms};
    runner->progress = &race->watch->thread[racer->index];
    runner->progress->in_call = 0;
    runner->progress->thread = racer->index;
    runner->heap.instance = main_runner->heap.instance;
    runner->heap.page_size = main_runner->heap.page_size;
    runner->thread = racer->index;
    runner->threads[racer->index].catches = true;
    runner->program = race->program;
    runner->report = &racer->report;
    runner->observer = &ac_race_observer;
    runner->observer_ctx = racer;
    runner->fork.count = 0;
}

static void begin_round(struct ac_race *race, struct ac_racer *racer) {
    enum { IDS = AC_MAX_CALLS + 1 }; /* each thread has its own ids, and so patterns */
    racer->report = (struct ac_report){.found = false};
    ac_rewind(&racer->runner);
    racer->runner.thread = racer->index;
    racer->runner.model.last_freed = (struct ac_last_freed){0};
    racer->runner.threads[racer->index].frees = false;
    racer->runner.model.blocks.allocated_ever = racer->index * IDS;
    racer->log.count = racer->log.merged = 0;
    racer->next = 0;
    racer->jitter.random.state = ac_random_next(&race->random);
    ac_race_draw_jitter(racer);
}

/* --- between the rounds --- */

/* Adds counts and checks of the threads; findings are weighed later. */
static void add_reports(struct ac_race *race) {
    for (unsigned i = 0; i < race->count; i++) {
        race->racers[i].report.found = false;
        ac_report_add(race->runner->report, &race->racers[i].report);
    }
}

/* Two owners of a byte explain any other finding. */
static void check_threads(struct ac_race *race) {
    struct ac_report *report = race->runner->report;
    ac_rewind(race->runner);
    if (!race->abandoned) {
        add_reports(race);
        ac_race_merge(race);
    }
    if (!report->found && race->watch->found) {
        report->found = true;
        report->finding = race->watch->finding;
    }
    if (report->found) { /* even if threads crash as they end */
        race->watch->finding = report->finding;
        race->watch->found = 1;
    }
    race->runner->ended = report->found;
}

bool ac_race_is_clean(struct ac_race *race) {
    return !race->runner->report->found && !ac_race_stopped(race);
}

/* `empty': the last round of a heap, after which no thread keeps any memory. */
static void check_heap(struct ac_race *race, bool empty) {
    struct ac_runner *runner = race->runner;
    const ac_oracle_set oracles = runner->options.oracles;
    ac_move_to_end(runner);
    if (runner->heap.source != NULL)
        ac_source_refuse(runner->heap.source, 0, false);
    runner->options.oracles &= empty ? oracles : ~AC_ORACLE_BIT(AC_ORACLE_NO_LEAK);
    ac_tear_down(runner);
    runner->options.oracles = oracles;
}

static void run_round(struct ac_race *race) {
    ac_race_reset_handoffs(race);
    for (unsigned i = 0; i < race->count; i++)
        begin_round(race, &race->racers[i]);
    ac_race_run_threads(race);
}

/* --- a heap --- */

bool ac_race_begin_heap(struct ac_race *race) {
    atomic_store_explicit(&race->stopped, false, memory_order_relaxed);
    atomic_store_explicit(&race->finder, AC_RACE_NO_THREAD, memory_order_relaxed);
    race->processors =
        (enum ac_race_processors)ac_random_below(&race->random, AC_PROCESSOR_CHOICES);
    race->preempts = ac_random_below(&race->random, 2) == 0;
    race->first_processor = (unsigned)ac_random_below(&race->random, AC_MAX_THREADS);
    for (unsigned i = 0; i < race->count; i++) {
        set_up_runner(race, &race->racers[i]);
        race->racers[i].preemption.random.state = ac_random_next(&race->random);
    }
    ac_race_start_threads(race);
    if (race->alive < race->count) {
        race->runner->report->counts.over_limit += race->program->count;
        race->runner->corrupted = true; /* nothing ran, so nothing is checked */
    }
    return race->alive == race->count;
}

void ac_race_run_rounds(struct ac_race *race, uint32_t rounds, bool to_the_end) {
    for (uint32_t left = rounds; left > 0 && ac_race_is_clean(race); left--) {
        const bool last = to_the_end && left == 1;
        run_round(race);
        if (last)
            ac_race_end_threads(race);
        check_threads(race);
        if (ac_race_is_clean(race))
            check_heap(race, last);
    }
    race->runner->corrupted = ac_race_stopped(race);
}

static void run_heap(struct ac_runner *runner) {
    struct ac_race *race = runner->observer_ctx;
    if (ac_race_begin_heap(race))
        ac_race_run_rounds(race, race->heap_rounds, true);
}

/* Ends threads that still wait for a round. */
static void end_heap(struct ac_race *race) {
    if (race->alive > 0) {
        atomic_store_explicit(&race->stopped, true, memory_order_relaxed);
        ac_race_end_threads(race);
    }
}

/* --- all heaps --- */

static uint32_t draw_heap_rounds(struct ac_race *race, uint32_t left) {
    const uint32_t life = UINT32_C(1) << ac_random_below(&race->random, LIVES);
    return life < left ? life : left;
}

/* Runs `body' on a fresh heap. False: there is a finding, or threads could not be started. */
static bool run_on_heap(struct ac_race *race, const struct ac_program *program,
                        struct ac_report *report, ac_body *body) {
    struct ac_report one;
    ac_run_on_fresh_heap(race->runner, program, &one, body);
    end_heap(race);
    ac_report_add(report, &one);
    return !report->found && !race->runner->corrupted;
}

static void run_heaps(struct ac_race *race, const struct ac_race_options *options,
                      struct ac_report *report) {
    bool good = true;
    const uint32_t rounds = options->rounds != 0 ? options->rounds : AC_RACE_ROUNDS;
    for (uint32_t left = rounds; left > 0 && good; left -= race->heap_rounds) {
        race->heap_rounds = draw_heap_rounds(race, left);
        good = run_on_heap(race, race->program, report, run_heap);
    }
    if (good && ac_race_plan_growth(race, options->growth_rounds, rounds, report))
        run_on_heap(race, &race->unlimited, report, ac_race_growth);
}

static struct ac_run_options racing_options(const struct ac_run_options *options) {
    struct ac_run_options racing = *options;
    racing.oracles &= AC_RACE_ORACLES;
    racing.answers = NULL;
    racing.journal = NULL;
    racing.behaviour = NULL;
    racing.free_at_end = true;
    return racing;
}

/* Ops that a race does not run, counted once for all rounds. */
static void count_left_out(const struct ac_race *race, struct ac_report *report) {
    report->counts.skipped += race->plan.skipped;
    report->counts.over_limit += race->plan.over_limit;
}

static void race_on(struct ac_runner *runner, struct ac_race *race,
                    const struct ac_race_options *options, struct ac_report *report) {
    const struct ac_run_options before = runner->options;
    const struct ac_observer *const observer = runner->observer;
    runner->options = racing_options(&before);
    runner->observer = &ac_race_pages_observer;
    runner->observer_ctx = race;
    if (runner->heap.source != NULL)
        ac_source_journal(runner->heap.source, NULL);
    ac_race_install_preemption(race);
    run_heaps(race, options, report);
    ac_race_remove_preemption(race);
    runner->observer = observer;
    runner->observer_ctx = NULL;
    runner->options = before;
    if (runner->heap.source != NULL)
        ac_source_journal(runner->heap.source, before.journal);
}

void ac_run_race(struct ac_runner *runner, const struct ac_program *program,
                 const struct ac_race_options *options, struct ac_report *report) {
    struct ac_race *race = new_race(runner, program, options);
    *report = (struct ac_report){.found = false};
    if (race == NULL) {
        report->counts.over_limit += program->count;
        return;
    }
    if (race->count > 0)
        race_on(runner, race, options, report);
    count_left_out(race, report);
    delete_race(race);
}
