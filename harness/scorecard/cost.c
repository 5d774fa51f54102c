// SPDX-License-Identifier: MIT
#include "scorecard.h"

#include "tool/interrupt.h"
#include "tool/tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <malloc.h>

enum { ROUNDS = 7, MEASURE_MS = 60000 };

static enum score_measured measure(struct scorecard *card, const struct score *score,
                                   const struct input *input, enum ac_cost_of of,
                                   struct ac_cost *cost) {
    ac_child_timeout(score->child, MEASURE_MS);
    enum ac_child_end end = ac_child_cost(score->child, &input->program, of, cost);
    ac_child_timeout(score->child, 0);
    if (end != AC_CHILD_RAN && interrupt_pending())
        return MEASURED_NOT;
    if (end != AC_CHILD_RAN) {
        tool_error("%s: cannot measure on %s: %s", input->name, score->target.name,
                   ac_child_trouble(score->child));
        card->troubles++;
        return MEASURED_NOT;
    }
    if (cost->skipped > 0 || cost->calls == 0)
        return MEASURED_NOT_OFFERED;
    return cost->refused > 0 ? MEASURED_SHORT : MEASURED;
}

static void measure_memory(struct scorecard *card, const struct input *input, size_t trace) {
    malloc_trim(0); /* a forked child would get free memory of this process at no cost */
    for (size_t i = 0; i < card->targets.count; i++) {
        struct score_cost *cost = &card->scores[i].costs[trace];
        cost->of_memory = measure(card, &card->scores[i], input, AC_COST_MEMORY, &cost->memory);
        if (cost->of_memory == MEASURED && cost->memory.live_peak == 0)
            cost->of_memory = MEASURED_NOT_OFFERED;
        else if (cost->of_memory == MEASURED && cost->memory.fixed)
            cost->of_memory = MEASURED_FIXED;
    }
}

static double ns_per_call(const struct ac_cost *cost) {
    return (double)cost->nanoseconds / ((double)cost->calls * (double)cost->runs);
}

static int by_value(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double median(double *values) {
    qsort(values, ROUNDS, sizeof *values, by_value);
    return values[ROUNDS / 2];
}

/* Alternates allocator and C library, so that a slow phase of the machine affects both. */
static void measure_time(struct scorecard *card, struct score *score, const struct input *input,
                         struct score_cost *result) {
    double ns[ROUNDS], ratios[ROUNDS];
    struct ac_cost mine, reference;
    for (size_t i = 0; i < ROUNDS; i++) {
        result->of_time = measure(card, score, input, AC_COST_TIME, &mine);
        if (result->of_time == MEASURED)
            result->of_time = measure(card, &card->reference, input, AC_COST_TIME, &reference);
        if (result->of_time != MEASURED)
            return;
        ns[i] = ns_per_call(&mine);
        ratios[i] = ns[i] / ns_per_call(&reference);
    }
    result->ns = median(ns);
    result->ratio = median(ratios);
}

void scorecard_measure(struct scorecard *card, const struct input *input, size_t trace) {
    measure_memory(card, input, trace);
    for (size_t i = 0; i < card->targets.count && card->reference.child != NULL; i++)
        measure_time(card, &card->scores[i], input, &card->scores[i].costs[trace]);
}

const char *score_measured_name(enum score_measured measured) {
    static const char *const names[] = {
        [MEASURED_NOT_OFFERED] = "not offered",
        [MEASURED_NOT] = "not measured",
        [MEASURED_SHORT] = "short",
        [MEASURED_FIXED] = "fixed buffer",
        [MEASURED] = "measured",
    };
    return names[measured];
}

double score_memory_ratio(const struct score_cost *cost) {
    return (double)cost->memory.held_peak / (double)cost->memory.live_peak;
}

const char *score_trace_name(const char *path, char *name, size_t capacity) {
    const char *slash = strrchr(path, '/');
    const char *file = slash != NULL ? slash + 1 : path;
    size_t length = strlen(file);
    length -= input_is_text(file) ? strlen(".ops") : 0;
    snprintf(name, capacity, "%.*s", (int)length, file);
    return name;
}
