// SPDX-License-Identifier: MIT
// Runs only the calls of a program, to measure their memory or time.
#define _DEFAULT_SOURCE /* clock_gettime */
#include "allocheck/cost.h"
#include "allocheck/source.h"

#include "cost_steps.h"
#include "program/memory.h"
#include "pages/resident.h"

#include <string.h>
#include <time.h>

enum {
    CALLS_TIMED = 100000, /* at least: a run of a few calls is too short to time */
    SAMPLES = 250,        /* of the memory held, in one run */
};

struct held {
    void *block; /* NULL: empty */
    size_t size; /* bytes asked for */
};

struct cost_run {
    const struct ac_allocator *allocator;
    void *heap;
    const struct ac_cost_steps *steps;
    struct held *slots;
    struct ac_source *source; /* NULL: the allocator finds its own pages */
    bool touch;
    uint64_t live;   /* bytes */
    uint64_t before; /* resident bytes before the first call */
    struct ac_cost *cost;
};

/* --- calls --- */

static void let_go(struct cost_run *run, struct held *held) {
    if (held->block != NULL) {
        run->allocator->free(run->heap, held->block);
        run->live -= held->size;
        *held = (struct held){NULL, 0};
    }
}

static void hold(struct cost_run *run, struct held *held, void *block, size_t size) {
    if (block == NULL) {
        run->cost->refused += size > 0;
        return;
    }
    *held = (struct held){block, size};
    run->live += size;
    if (run->touch)
        memset(block, 0x5A, size);
}

static void *call(const struct cost_run *run, const struct ac_cost_step *step, void *old) {
    struct ac_arguments arguments = step->arguments;
    arguments.old = old;
    return ac_invoke(run->allocator, run->heap, step->function, &arguments).block;
}

static void resize(struct cost_run *run, const struct ac_cost_step *step) {
    struct held *from = &run->slots[step->from], *to = &run->slots[step->slot];
    void *block = call(run, step, from->block);
    if (block == NULL && step->size > 0) {
        run->cost->refused++;
        return; /* the old block stays live */
    }
    run->live -= from->size;
    *from = (struct held){NULL, 0};
    let_go(run, to);
    hold(run, to, block, step->size);
}

static void take(struct cost_run *run, const struct ac_cost_step *step) {
    struct held *held = &run->slots[step->slot];
    switch (step->function) {
    case AC_FN_COUNT:
        if (held->block == NULL)
            run->allocator->free(run->heap, NULL);
        let_go(run, held);
        return;
    case AC_FN_REALLOC:
    case AC_FN_REALLOCARRAY:
        resize(run, step);
        return;
    default:
        let_go(run, held);
        hold(run, held, call(run, step, NULL), step->size);
    }
}

static void free_all(struct cost_run *run) {
    for (size_t i = 0; i < run->steps->slots; i++)
        let_go(run, &run->slots[i]);
}

/* --- memory --- */

static void sample(struct cost_run *run) {
    uint64_t held;
    if (run->source != NULL) {
        held = ac_source_held(run->source);
    } else {
        uint64_t now = ac_resident_walked();
        held = now > run->before ? now - run->before : 0;
    }
    if (held > run->cost->held_peak)
        run->cost->held_peak = held;
}

static void measure_memory(struct cost_run *run) {
    size_t every = run->steps->count / SAMPLES + 1;
    run->touch = true;
    run->before = ac_resident_walked();
    for (size_t i = 0; i < run->steps->count; i++) {
        take(run, &run->steps->of[i]);
        if (run->live > run->cost->live_peak)
            run->cost->live_peak = run->live;
        if (i % every == 0 || i + 1 == run->steps->count)
            sample(run);
    }
    free_all(run);
}

/* --- time --- */

static uint64_t processor_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static void run_once(struct cost_run *run) {
    for (size_t i = 0; i < run->steps->count; i++)
        take(run, &run->steps->of[i]);
    free_all(run);
}

static void measure_time(struct cost_run *run) {
    run_once(run);
    run->cost->runs = run->steps->count == 0 ? 0 : 1 + CALLS_TIMED / run->steps->count;
    uint64_t begun = processor_ns();
    for (uint64_t i = 0; i < run->cost->runs; i++)
        run_once(run);
    run->cost->nanoseconds = processor_ns() - begun;
}

/* --- the heap --- */

static bool open_on_source(struct cost_run *run, const struct ac_head *head,
                           struct ac_page_source *pages) {
    unsigned offered = run->allocator->sources;
    unsigned kind = (offered & head->source) != 0 ? head->source : offered & -offered;
    const struct ac_open_options options = {.source = pages, .seed = head->seed};
    run->source = ac_source_new();
    if (run->source == NULL || !ac_source_open(run->source, head, (enum ac_source_kind)kind, pages))
        return false;
    run->cost->fixed = kind == AC_SOURCE_BUFFER;
    run->heap = run->allocator->open(&options);
    return run->heap != NULL;
}

static bool open_heap(struct cost_run *run, const struct ac_head *head, enum ac_cost_of of,
                      struct ac_page_source *pages) {
    const struct ac_open_options options = {.seed = head->seed};
    if (run->allocator->open == NULL)
        return true;
    bool takes_source = run->allocator->sources != 0;
    if (of == AC_COST_TIME || !takes_source)
        run->heap = run->allocator->open(&options);
    return run->heap != NULL || (takes_source && open_on_source(run, head, pages));
}

static void close_heap(struct cost_run *run) {
    if (run->heap != NULL && run->allocator->close != NULL)
        run->allocator->close(run->heap);
    if (run->source != NULL)
        ac_source_delete(run->source);
}

static bool measure(struct cost_run *run, const struct ac_head *head, enum ac_cost_of of) {
    struct ac_page_source pages;
    bool opened = open_heap(run, head, of, &pages);
    run->cost->resident = run->source == NULL;
    if (opened && of == AC_COST_MEMORY)
        measure_memory(run);
    else if (opened)
        measure_time(run);
    close_heap(run);
    return opened;
}

bool ac_measure_cost(const struct ac_allocator *allocator, const struct ac_program *program,
                     enum ac_cost_of of, struct ac_cost *cost) {
    struct ac_cost_steps steps;
    memset(cost, 0, sizeof *cost);
    if (!ac_cost_steps_make(&steps, allocator, program))
        return false;
    cost->calls = steps.count;
    cost->skipped = steps.skipped;
    size_t size = (steps.slots + 1) * sizeof(struct held);
    struct cost_run run = {
        .allocator = allocator, .steps = &steps, .slots = ac_memory_new(size), .cost = cost};
    bool done = run.slots != NULL;
    if (done) {
        memset(run.slots, 0, size); /* resident before the measurement */
        done = measure(&run, &program->head, of);
        ac_memory_delete(run.slots, size);
    }
    ac_cost_steps_destroy(&steps);
    return done;
}
