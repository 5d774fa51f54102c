// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* asprintf */
#include "shrink.h"

#include "tool/status.h"
#include "tool/tool.h"
#include "tool/output.h"

#include "allocheck/codec.h"
#include "shrink/shrink_finding.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_EXTRA_OPS = 1, /* than the shortest known program: the median */
    FAST_SECONDS = 5,
    RACE_ROUNDS = 500,
    RACE_MS = 120000, /* to shrink a race: on a busy machine it shows rarely, and takes longer */
    SHORT_RACE = 3,   /* ops of the shortest known program, at most: longer races show rarely */
};

/* One planted-bug allocator. */
struct shrunk {
    const struct ac_planted_bug *planted;
    struct ac_program known, program;
    enum ac_oracle oracle; /* that found it first */
    struct shrink_outcome outcome;
    int64_t extra_ops; /* beyond the shortest known program */
};

struct table {
    const struct ac_matrix_options *options;
    unsigned jobs;
    const char *out;    /* folder for the programs before shrinking; NULL: none */
    int64_t *extra_ops; /* of each shrunk program */
    size_t count, fast, failures;
    const char *now;                 /* the planted-bug allocator at work */
    struct shrink_progress progress; /* valid while its program is shrunk: best is not NULL */
    bool unwritten;                  /* a file could not be written */
};

static bool parse_known(const struct ac_planted_bug *planted, struct ac_program *known) {
    struct ac_text_error error;
    return ac_parse(known, planted->program, strlen(planted->program), &error, NULL);
}

/* False: not found within the number of programs. */
static bool find_bug(const struct table *table, struct shrunk *shrunk) {
    struct ac_matrix_result result;
    ac_matrix_find(shrunk->planted, table->options, &result);
    shrunk->oracle = result.report.finding.oracle;
    return result.ran && result.report.found &&
           ac_matrix_program(shrunk->planted, result.seed, &shrunk->program);
}

/* As bytes, like the crash file of an engine. */
static bool write_program(const struct table *table, const struct shrunk *shrunk) {
    const size_t size = ac_encode(&shrunk->program, NULL, 0, NULL);
    char *name = NULL;
    uint8_t *bytes = malloc(size);
    bool done = bytes != NULL && asprintf(&name, "%s/%s", table->out, shrunk->planted->name) >= 0;
    if (done) {
        ac_encode(&shrunk->program, bytes, size, NULL);
        done = output_write(name, bytes, size);
        free(name);
    }
    free(bytes);
    return done;
}

static void tick(void *ctx, const struct shrink_progress *progress) {
    struct table *table = ctx;
    table->progress = *progress;
    status_tick();
    table->progress.best = NULL;
}

static enum shrink_end shrink(struct table *table, struct shrunk *shrunk) {
    const struct ac_race_options race = {.seed = shrunk->program.head.seed,
                                         .rounds = RACE_ROUNDS,
                                         .growth_rounds = AC_RACE_GROWTH_SHORT};
    const struct shrink_task task = {.child = {.target = ac_target_of(shrunk->planted->allocator),
                                               .oracles = table->options->oracles,
                                               .free_at_end = true,
                                               .call_ms = AC_MATRIX_CALL_MS},
                                     .wanted = AC_ORACLE_BIT(shrunk->oracle),
                                     .race = shrunk->planted->is_race ? &race : NULL,
                                     .jobs = table->jobs,
                                     .most_ms = shrunk->planted->is_race ? RACE_MS : 0,
                                     .tick = tick,
                                     .ctx = table};
    return shrink_finding(&shrunk->program, &task, &shrunk->outcome);
}

static void print_heading(void) {
    printf("%-24s %-15s %4s    %4s %5s  %8s    %5s %10s %8s  %s\n", "planted", "oracle", "ops",
           "left", "known", "operands", "left", "candidates", "seconds", "");
}

static void draw(void *ctx, struct status_line *line) {
    const struct table *table = ctx;
    char left[STATUS_NUMBER], of[STATUS_NUMBER];
    status_add(line, STATUS_PLAIN, "%zu shrunk", table->count);
    status_add_count(line, table->failures > 0 ? STATUS_BAD : STATUS_PLAIN, table->failures,
                     "failure");
    if (table->progress.best != NULL) {
        status_add(line, STATUS_PLAIN, "%s of %s ops",
                   status_number(ac_program_measure(table->progress.best).ops, left),
                   status_number(table->progress.ops, of));
    }
    status_add_name(line, table->now);
}

static void print_program(const struct ac_program *program) {
    char text[2000], *rest = text;
    ac_print(program, text, sizeof text);
    for (char *line; (line = strtok_r(rest, "\n", &rest)) != NULL;)
        printf("    %s\n", line);
}

static const char *verdict_of(const struct shrunk *shrunk) {
    if (shrunk->outcome.finding.oracle != shrunk->oracle)
        return "FAILED: another oracle";
    if (shrunk->outcome.stopped)
        return "stopped: a race that takes too long";
    if (!shrunk->outcome.minimal)
        return "FAILED: not minimal";
    return ac_program_simpler(&shrunk->program, &shrunk->known) ? "simpler than known" : "";
}

static void print_shrunk(const struct shrunk *shrunk) {
    const struct shrink_outcome *outcome = &shrunk->outcome;
    const char *verdict = verdict_of(shrunk);
    status_clear();
    printf("%-24s %-15s %4" PRIu64 " -> %4" PRIu64 " %5zu  %8" PRIu64 " -> %5" PRIu64 " %10" PRIu64
           " %8.2f  %s\n",
           shrunk->planted->name, ac_oracle_info(outcome->finding.oracle)->id, outcome->before.ops,
           outcome->after.ops, shrunk->known.count, outcome->before.operands,
           outcome->after.operands, outcome->tries, outcome->seconds, verdict);
    if (verdict[0] != '\0' || shrunk->extra_ops > 0)
        print_program(&shrunk->program);
    fflush(stdout);
}

static void add(struct table *table, struct shrunk *shrunk) {
    shrunk->extra_ops = (int64_t)shrunk->program.count - (int64_t)shrunk->known.count;
    table->extra_ops[table->count++] = shrunk->extra_ops;
    table->fast += shrunk->outcome.seconds < FAST_SECONDS;
    table->failures += strncmp(verdict_of(shrunk), "FAILED", 6) == 0;
    print_shrunk(shrunk);
}

/* Each candidate hangs several times, or needs many rounds to show the bug. */
static bool takes_long(const struct shrunk *shrunk) {
    const enum ac_oracle oracle = shrunk->planted->expected;
    const bool slow = oracle == AC_ORACLE_LIVENESS || oracle == AC_ORACLE_FORK_SAFE ||
                      oracle == AC_ORACLE_NO_GROWTH;
    return shrunk->planted->is_race && (slow || shrunk->known.count > SHORT_RACE);
}

static void shrink_planted(struct table *table, const struct ac_planted_bug *planted, bool alone) {
    struct shrunk shrunk = {.planted = planted};
    table->now = planted->name;
    status_tick();
    ac_program_init(&shrunk.known);
    ac_program_init(&shrunk.program);
    const bool known = parse_known(planted, &shrunk.known);
    if (known && takes_long(&shrunk) && !alone) {
        status_clear();
        printf("%-24s (a race that takes minutes: use --planted %s)\n", planted->name,
               planted->name);
    } else if (planted->expected == AC_ORACLES) { /* so the kill matrix runs fewer programs, too */
        status_clear();
        printf("%-24s (not visible in this build)\n", planted->name);
    } else if (!known || !find_bug(table, &shrunk)) {
        status_clear();
        printf("%-24s (survives)\n", planted->name);
        table->failures++;
    } else if (table->out != NULL && !write_program(table, &shrunk)) {
        table->unwritten = true;
    } else if (shrink(table, &shrunk) == SHRINK_DONE) {
        add(table, &shrunk);
    } else {
        status_clear();
        printf("%-24s FAILED: %s\n", planted->name,
               shrunk.outcome.trouble[0] != '\0' ? shrunk.outcome.trouble : "not found again");
        table->failures++;
    }
    ac_program_destroy(&shrunk.known);
    ac_program_destroy(&shrunk.program);
}

static int compare(const void *left, const void *right) {
    const int64_t *l = left, *r = right;
    return *l < *r ? -1 : *l > *r;
}

/* Of the two in the middle, the larger. */
static int64_t median(const struct table *table) {
    qsort(table->extra_ops, table->count, sizeof *table->extra_ops, compare);
    return table->count > 0 ? table->extra_ops[table->count / 2] : 0;
}

static int print_end(const struct table *table) {
    const int64_t extra = median(table);
    printf("\n%zu shrunk, %zu failures; median of extra ops over the shortest known: %" PRId64
           "; %zu of %zu in less than %d s\n",
           table->count, table->failures, extra, table->fast, table->count, FAST_SECONDS);
    if (table->unwritten)
        return STATUS_ERROR;
    return table->failures > 0 || extra > MOST_EXTRA_OPS ? STATUS_FINDING : STATUS_CLEAN;
}

int matrix_shrink(const struct ac_matrix_options *options, const char *only, unsigned jobs,
                  const char *out) {
    size_t count;
    const struct ac_planted_bug *all = ac_planted_bugs(&count);
    struct ac_matrix_options polled = *options;
    struct table table = {.options = &polled, .jobs = jobs, .out = out, .now = ""};
    polled.stop = status_poll;
    table.extra_ops = calloc(count, sizeof *table.extra_ops);
    if (table.extra_ops == NULL)
        return tool_out_of_memory();
    print_heading();
    status_begin(draw, &table, NULL);
    for (size_t i = 0; i < count; i++)
        if (only == NULL || strcmp(only, all[i].name) == 0)
            shrink_planted(&table, &all[i], only != NULL);
    status_end();
    const int status = print_end(&table);
    free(table.extra_ops);
    return status;
}
