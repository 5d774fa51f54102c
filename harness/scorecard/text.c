// SPDX-License-Identifier: MIT
#include "scorecard.h"

#include <stdio.h>
#include <string.h>

enum { LABEL = 18, CELL = AC_TARGET_NAME, NAME = 64 };

/* The width of a column: of its name, or of the longest words in a cell. */
static int width(const struct score *score) {
    int words = (int)strlen("not measured"), name = (int)strlen(score->target.name);
    return name > words ? name : words;
}

typedef void cell_function(const struct scorecard *card, const struct score *score, size_t row,
                           char *text);

static void print_row(const struct scorecard *card, const char *label, cell_function *cell,
                      size_t row) {
    char text[CELL];
    printf("  %-*s", LABEL, label);
    for (size_t i = 0; i < card->targets.count; i++) {
        cell(card, &card->scores[i], row, text);
        bool last = i + 1 == card->targets.count;
        printf("  %-*s", last ? 0 : width(&card->scores[i]), text);
    }
    printf("\n");
}

/* --- cells --- */

static void name_cell(const struct scorecard *card, const struct score *score, size_t row,
                      char *text) {
    (void)card;
    (void)row;
    snprintf(text, CELL, "%s", score->target.name);
}

static void oracle_cell(const struct scorecard *card, const struct score *score, size_t row,
                        char *text) {
    enum score_state state = score_state(card, score, (enum ac_oracle)row);
    if (state == SCORE_FINDING)
        snprintf(text, CELL, "FINDING %zu", score->oracles[row].findings);
    else
        snprintf(text, CELL, "%s", score_state_name(state));
}

static void caught_cell(const struct scorecard *card, const struct score *score, size_t row,
                        char *text) {
    size_t tried, caught = score_misuses_caught(score, &tried);
    (void)card;
    (void)row;
    if (score->measured)
        snprintf(text, CELL, "%zu of %zu", caught, tried);
    else
        snprintf(text, CELL, "not measured");
}

static void misuse_cell(const struct scorecard *card, const struct score *score, size_t row,
                        char *text) {
    (void)card;
    score_misuse_text(score, (enum ac_misuse)row, text, CELL);
}

static void memory_cell(const struct scorecard *card, const struct score *score, size_t row,
                        char *text) {
    const struct score_cost *cost = &score->costs[row];
    (void)card;
    if (cost->of_memory == MEASURED)
        snprintf(text, CELL, "%.2f", score_memory_ratio(cost));
    else
        snprintf(text, CELL, "%s", score_measured_name(cost->of_memory));
}

static void time_cell(const struct scorecard *card, const struct score *score, size_t row,
                      char *text) {
    const struct score_cost *cost = &score->costs[row];
    (void)card;
    if (cost->of_time == MEASURED)
        snprintf(text, CELL, "%.2f %.0f ns", cost->ratio, cost->ns);
    else
        snprintf(text, CELL, "%s", score_measured_name(cost->of_time));
}

/* --- parts --- */

static void print_oracles(const struct scorecard *card) {
    printf("oracles, checked on %zu programs\n", card->programs.count);
    for (int i = 0; i < AC_ORACLES; i++)
        print_row(card, ac_oracle_info((enum ac_oracle)i)->id, oracle_cell, (size_t)i);
}

static void print_misuses(const struct scorecard *card) {
    printf("misuse, each tried %d times\n", AC_MISUSE_TRIES);
    print_row(card, "caught", caught_cell, 0);
    for (int i = 0; i < AC_MISUSE_COUNT; i++)
        print_row(card, ac_misuse_name((enum ac_misuse)i), misuse_cell, (size_t)i);
}

static void print_costs(const struct scorecard *card, const char *title, cell_function *cell) {
    char name[NAME];
    if (card->traces.count == 0)
        return;
    printf("%s\n", title);
    for (size_t i = 0; i < card->traces.count; i++)
        print_row(card, score_trace_name(card->traces.names[i], name, sizeof name), cell, i);
}

static void print_findings(const struct score *score) {
    for (int i = 0; i < AC_ORACLES; i++) {
        const struct score_oracle *oracle = &score->oracles[i];
        if (oracle->findings > 0) {
            printf("%s: %s: expected %s; actual %s\n  %s\n", score->target.name,
                   ac_oracle_info((enum ac_oracle)i)->id, oracle->first.expected,
                   oracle->first.actual, oracle->command != NULL ? oracle->command : "");
        }
    }
}

void scorecard_print_text(const struct scorecard *card) {
    print_row(card, "", name_cell, 0);
    print_oracles(card);
    print_misuses(card);
    print_costs(card, "memory, bytes held for each live byte", memory_cell);
    print_costs(card, "time, relative to the C library, and per call", time_cell);
    for (size_t i = 0; i < card->targets.count; i++)
        print_findings(&card->scores[i]);
}
