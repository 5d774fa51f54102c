// SPDX-License-Identifier: MIT
// Whole programs first: the last ones alone, then halves, quarters ... of those before the finding.
// Then the ops of the programs that are left.
#include "shrink_sequence.h"

#include "reduction.h"

#include "program/memory.h"

enum {
    LAYOUTS = 2,  /* of addresses, that a child has in turn */
    VERIFIED = 3, /* runs that the result must show the finding in */
    ROUNDS = 2,   /* through the ops of all programs */
};

struct search {
    const struct sequence_task *task;
    struct sequence *sequence;
    uint64_t *kept; /* indices of programs, in order; the last one shows the finding */
    uint64_t count, capacity;
    uint64_t end_ms;
    struct ac_program program;   /* that runs now */
    size_t replaced;             /* program of the sequence that a candidate stands for */
    const struct ac_program *by; /* NULL: none */
};

static bool is_over(const struct search *search) {
    const struct sequence_task *task = search->task;
    return shrink_now_ms() >= search->end_ms || (task->stop != NULL && task->stop(task->stop_ctx));
}

/* --- one process --- */

static bool runs(struct search *search, ac_program_at at, void *ctx, uint64_t count,
                 struct ac_report *report) {
    const struct sequence_task *task = search->task;
    ac_child_renew(task->child);
    for (uint64_t i = 0; i < count; i++)
        if (!at(ctx, i, &search->program) ||
            ac_child_run(task->child, &search->program, report) != AC_CHILD_RAN ||
            (report->found && i + 1 < count && !task->goes_on))
            return false;
    return count > 0;
}

/* True if the last of some programs shows the finding, in one layout of addresses or the other. */
static bool shows(struct search *search, ac_program_at at, void *ctx, uint64_t count) {
    struct ac_report *report = &search->sequence->report;
    for (int layout = 0; layout < LAYOUTS; layout++)
        if (runs(search, at, ctx, count, report) && report->found &&
            finding_kind_equal(finding_kind_of(&search->program, &report->finding),
                               search->task->wanted))
            return true;
    return false;
}

/* --- whole programs --- */

static bool kept_at(void *ctx, uint64_t index, struct ac_program *program) {
    const struct search *search = ctx;
    return search->task->at(search->task->ctx, search->kept[index], program);
}

static bool kept_show(struct search *search) {
    return shows(search, kept_at, search, search->count);
}

/* The last 1, 2, 4 ... programs. */
static void keep_last(struct search *search) {
    const uint64_t all = search->count;
    for (uint64_t last = 1; last < all && !is_over(search); last *= 2) {
        for (uint64_t i = 0; i < last; i++)
            search->kept[i] = all - last + i;
        search->count = last;
        if (kept_show(search))
            return;
    }
    for (uint64_t i = 0; i < all; i++)
        search->kept[i] = i;
    search->count = all;
}

/* Removes `step` programs from `from` on, never the last one, if the rest shows the finding. */
static bool remove_programs(struct search *search, uint64_t from, uint64_t step) {
    uint64_t *const before = search->kept, count = search->count;
    const uint64_t end = from + step < count - 1 ? from + step : count - 1;
    uint64_t *rest = ac_memory_new(search->capacity * sizeof *rest);
    if (rest == NULL)
        return false;
    search->kept = rest;
    search->count = 0;
    for (uint64_t i = 0; i < count; i++)
        if (i < from || i >= end)
            rest[search->count++] = before[i];
    const bool removed = kept_show(search);
    if (!removed) {
        search->kept = before;
        search->count = count;
    }
    ac_memory_delete(removed ? before : rest, search->capacity * sizeof *rest);
    return removed;
}

static void keep_few(struct search *search) {
    keep_last(search);
    for (uint64_t step = search->count / 2; step > 0; step /= 2)
        for (uint64_t from = 0; from + 1 < search->count && !is_over(search);)
            from += remove_programs(search, from, step) ? 0 : step;
}

/* --- the ops of the programs that are left --- */

bool sequence_at(void *ctx, uint64_t index, struct ac_program *program) {
    const struct sequence *sequence = ctx;
    return ac_program_copy(program, &sequence->programs[index]);
}

static bool candidate_at(void *ctx, uint64_t index, struct ac_program *program) {
    const struct search *search = ctx;
    const bool replaces = search->by != NULL && index == search->replaced;
    return ac_program_copy(program, replaces ? search->by : &search->sequence->programs[index]);
}

static size_t check(void *ctx, const struct ac_program *const *candidates, size_t count) {
    struct search *search = ctx;
    size_t first = 0;
    for (; first < count; first++) {
        search->by = candidates[first];
        if (shows(search, candidate_at, search, search->sequence->count))
            break;
    }
    search->by = NULL;
    return first;
}

static bool stops(void *ctx) {
    return is_over(ctx);
}

/* True if the program got simpler. */
static bool shrink_program(struct search *search, size_t index) {
    struct ac_shrunk shrunk;
    const struct ac_shrink_options options = {
        .plan = {.last_op = SIZE_MAX}, .check = check, .stop = stops, .ctx = search};
    search->replaced = index;
    struct ac_program simpler;
    ac_program_init(&simpler);
    const bool done = ac_program_copy(&simpler, &search->sequence->programs[index]) &&
                      ac_shrink(&simpler, &options, &shrunk) &&
                      ac_program_copy(&search->sequence->programs[index], &simpler);
    search->sequence->minimal &= done && shrunk.minimal;
    ac_program_destroy(&simpler);
    return done && shrunk.taken > 0;
}

static bool shrink_all(struct search *search) {
    bool taken = false;
    search->sequence->minimal = true;
    for (size_t i = search->sequence->count; i > 0; i--)
        taken |= shrink_program(search, i - 1);
    return taken;
}

static bool take_kept(struct search *search) {
    struct sequence *sequence = search->sequence;
    for (sequence->count = 0; sequence->count < search->count; sequence->count++)
        if (!kept_at(search, sequence->count, &sequence->programs[sequence->count]))
            return false;
    return true;
}

static bool is_reliable(struct search *search) {
    bool shown = true;
    for (int i = 0; i < VERIFIED && shown; i++)
        shown = shows(search, sequence_at, search->sequence, search->sequence->count);
    return shown;
}

static enum sequence_end shrink(struct search *search) {
    keep_few(search);
    if (search->count > SEQUENCE_MOST || !take_kept(search))
        return SEQUENCE_LONG;
    for (int round = 0; round < ROUNDS && shrink_all(search); round++) {
    }
    search->sequence->minimal &= !is_over(search);
    return is_reliable(search) ? SEQUENCE_SHRUNK : SEQUENCE_LONG;
}

/* --- all --- */

static uint64_t ops_of_all(struct search *search) {
    uint64_t ops = 0;
    for (uint64_t i = 0; i < search->count; i++)
        ops += kept_at(search, i, &search->program) ? search->program.count : 0;
    return ops;
}

enum sequence_end shrink_sequence(struct sequence *sequence, const struct sequence_task *task) {
    struct search search = {.task = task,
                            .sequence = sequence,
                            .count = task->count,
                            .capacity = task->count,
                            .end_ms = shrink_now_ms() + task->most_ms};
    *sequence = (struct sequence){.count = 0};
    for (size_t i = 0; i < SEQUENCE_MOST; i++)
        ac_program_init(&sequence->programs[i]);
    ac_program_init(&search.program);
    search.kept = ac_memory_new(task->count * sizeof *search.kept);
    enum sequence_end end = SEQUENCE_CLEAN;
    for (uint64_t i = 0; search.kept != NULL && i < task->count; i++)
        search.kept[i] = i;
    if (search.kept != NULL && kept_show(&search)) {
        sequence->ops_before = ops_of_all(&search);
        end = shrink(&search);
    }
    sequence->count = end == SEQUENCE_SHRUNK ? sequence->count : 0;
    ac_memory_delete(search.kept, search.capacity * sizeof *search.kept);
    ac_program_destroy(&search.program);
    return end;
}

void sequence_destroy(struct sequence *sequence) {
    for (size_t i = 0; i < SEQUENCE_MOST; i++)
        ac_program_destroy(&sequence->programs[i]);
    sequence->count = 0;
}
