// SPDX-License-Identifier: MIT
#include "scorecard.h"

#include "tool/clock.h"
#include "tool/interrupt.h"
#include "tool/status.h"
#include "tool/target_options.h"
#include "tool/tool.h"

#include "adapter/adapters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the allocators --- */

static bool score_open(struct score *score, const struct ac_target *target, size_t traces) {
    const struct ac_child_options options = {.target = *target,
                                             .oracles = AC_ALL_ORACLES,
                                             .free_at_end = true,
                                             .waits_for_decay = true,
                                             .keep_answers = true,
                                             .stop = interrupt_poll};
    score->target = *target;
    score->child = ac_child_new(&options);
    score->costs = calloc(traces + 1, sizeof *score->costs);
    return score->child != NULL && score->costs != NULL;
}

static bool open_all(struct scorecard *card) {
    const struct ac_allocator *libc = ac_allocator_by_name("libc");
    card->scores = calloc(card->targets.count, sizeof *card->scores);
    if (card->scores == NULL)
        return false;
    for (size_t i = 0; i < card->targets.count; i++)
        if (!score_open(&card->scores[i], &card->targets.of[i], card->traces.count))
            return false;
    const struct ac_target reference = libc != NULL ? ac_target_of(libc) : card->targets.of[0];
    return libc == NULL || score_open(&card->reference, &reference, 0);
}

static void score_close(struct score *score) {
    for (int i = 0; i < AC_ORACLES; i++) {
        free(score->oracles[i].program);
        free(score->oracles[i].command);
    }
    ac_child_delete(score->child);
    free(score->costs);
}

static void close_all(struct scorecard *card) {
    for (size_t i = 0; card->scores != NULL && i < card->targets.count; i++)
        score_close(&card->scores[i]);
    score_close(&card->reference);
    free(card->scores);
    paths_destroy(&card->programs);
    paths_destroy(&card->traces);
}

/* --- the programs --- */

/* The index of a program among the traces; traces.count: none of them. */
static size_t trace_of(const struct scorecard *card, const char *name) {
    size_t trace = 0;
    while (trace < card->traces.count && strcmp(card->traces.names[trace], name) != 0)
        trace++;
    return trace;
}

static void run_input(struct scorecard *card, const char *name) {
    struct input input;
    if (!input_open_held(&input, name, &card->inputs)) {
        card->troubles++;
        return;
    }
    scorecard_check(card, &input);
    size_t trace = trace_of(card, name);
    if (trace < card->traces.count)
        scorecard_measure(card, &input, trace);
    input_close(&input);
}

static void draw(void *ctx, struct status_line *line) {
    const struct scorecard *card = ctx;
    const size_t count = card->programs.count;
    status_add_steps(line, card->at, count, (double)(clock_ms() - card->start_ms) / 1000);
    if (card->at < count)
        status_add_name(line, card->programs.names[card->at]);
}

static void run_all(struct scorecard *card) {
    card->start_ms = clock_ms();
    status_begin(draw, card, NULL);
    while (card->at < card->programs.count && !interrupt_pending()) {
        status_tick();
        run_input(card, card->programs.names[card->at]);
        card->at += !interrupt_pending();
    }
    status_end();
}

static bool has_findings(const struct scorecard *card) {
    for (size_t i = 0; i < card->targets.count; i++) {
        for (int j = 0; j < AC_ORACLES; j++)
            if (card->scores[i].oracles[j].findings > 0)
                return true;
    }
    return false;
}

/* An allocator that refuses everything has a clean column. */
static int check_grants(const struct scorecard *card) {
    int status = STATUS_CLEAN;
    for (size_t i = 0; i < card->targets.count && status == STATUS_CLEAN; i++)
        status = target_check_grants(&(struct target_options){.target = card->targets.of[i]});
    return status;
}

static int score(struct scorecard *card) {
    if (!scorecard_find_programs(card))
        return STATUS_ERROR;
    if (!open_all(card))
        return tool_out_of_memory();
    interrupt_hold();
    scorecard_try_misuses(card); /* first, while the heap of this process is small */
    run_all(card);
    if (interrupt_pending()) {
        tool_error("interrupted after %zu of %zu programs", card->at, card->programs.count);
        return STATUS_INTERRUPTED;
    }
    if (!card->json)
        scorecard_print_text(card);
    else if (!scorecard_print_json(card))
        return tool_out_of_memory();
    if (card->page != NULL && !scorecard_write_page(card))
        return STATUS_ERROR;
    if (has_findings(card))
        return STATUS_FINDING;
    return card->troubles > 0 ? STATUS_ERROR : check_grants(card);
}

int scorecard_run(struct scorecard *card) {
    int status = score(card);
    close_all(card);
    return status;
}
