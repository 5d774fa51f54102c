// SPDX-License-Identifier: MIT
// Allocators side by side: each oracle, each misuse, and what recorded programs cost.
#ifndef ALLOCHECK_SCORECARD_H
#define ALLOCHECK_SCORECARD_H

#include "tool/input.h"
#include "tool/paths.h"
#include "tool/open_target.h"

#include "allocheck/child.h"
#include "allocheck/measure.h"

/* One oracle on one allocator, over all programs. */
struct score_oracle {
    uint64_t checked;        /* comparisons */
    size_t findings;         /* programs with a finding */
    char *program, *command; /* of the first finding, owned; NULL: none */
    struct ac_finding first;
};

enum score_state {
    SCORE_PASS,        /* checked, no finding */
    SCORE_FINDING,     /* in one program at least */
    SCORE_NOT_CHECKED, /* no program led to a check */
    SCORE_NOT_OFFERED, /* the allocator, or this build, lacks what the oracle checks */
    SCORE_REFERENCE,   /* agreement of the allocator that the others are compared with */
};

enum score_measured {
    MEASURED_NOT_OFFERED, /* the allocator lacks a function of the trace */
    MEASURED_NOT,         /* the process ended or took too long; a message has been printed */
    MEASURED_SHORT,       /* the allocator refused calls, so the figure would be too low */
    MEASURED_FIXED,       /* memory: a fixed buffer is held whatever is live */
    MEASURED,
};

/* The cost of one recorded trace on one allocator. */
struct score_cost {
    enum score_measured of_memory, of_time;
    struct ac_cost memory;
    double ns;    /* processor time of a call, median of the rounds */
    double ratio; /* to the C library's in the same round, median of the rounds */
};

/* One column. */
struct score {
    struct ac_target target;
    struct ac_child *child;
    size_t ran; /* programs */
    struct score_oracle oracles[AC_ORACLES];
    struct score_cost *costs; /* by trace */
    bool measured;            /* measurement is valid */
    struct ac_measurement measurement;
};

enum { CORPORA = 16 };

struct scorecard {
    struct targets targets;
    const char *corpus[CORPORA]; /* folders */
    size_t corpora;              /* how many; 0: the installed ones */
    struct input_options inputs;
    bool json;
    const char *page; /* file of the HTML page; NULL: none */

    struct paths programs;  /* all of them are checked */
    struct paths traces;    /* some of them are measured too */
    struct score *scores;   /* in the order of the targets */
    struct score reference; /* the C library, for agreement and time; no child: not in this build */
    size_t troubles;        /* inputs that could not be read or run */
    size_t at;              /* index of the program that runs */
    uint64_t start_ms;      /* of the first program */
};

/* Runs all programs on all allocators and prints the card. Returns an exit status. */
int scorecard_run(struct scorecard *card);

/* Finds the programs. False: none, and a message has been printed. */
bool scorecard_find_programs(struct scorecard *card);

/* --- filling in the scores: check.c, misuse.c, cost.c --- */

/* Runs one program on every allocator, under every oracle. */
void scorecard_check(struct scorecard *card, const struct input *input);

/* Tries each misuse on every allocator, in separate processes. */
void scorecard_try_misuses(struct scorecard *card);

/* Measures one trace, by its index, on every allocator. */
void scorecard_measure(struct scorecard *card, const struct input *input, size_t trace);

/* --- reading the scores --- */

enum score_state score_state(const struct scorecard *card, const struct score *score,
                             enum ac_oracle oracle);

/* `pass', `finding', `n/a' ... */
const char *score_state_name(enum score_state state);

/* The number of misuses that are caught on every try, of `tried`. */
size_t score_misuses_caught(const struct score *score, size_t *tried);

/* `caught', `crashes 1/3', `missed' ... Returns `text`. */
const char *score_misuse_text(const struct score *score, enum ac_misuse which, char *text,
                              size_t capacity);

const char *score_measured_name(enum score_measured measured);

/* Bytes held for each live byte, of a measured cost. */
double score_memory_ratio(const struct score_cost *cost);

/* The name of a trace: its file name without folder and suffix. Returns `name`. */
const char *score_trace_name(const char *path, char *name, size_t capacity);

/* --- output: text.c, json.c, page.c --- */

void scorecard_print_text(const struct scorecard *card);
bool scorecard_print_json(const struct scorecard *card); /* false: out of memory */

struct cJSON;
/* The card as JSON. The caller deletes it. */
struct cJSON *scorecard_json(const struct scorecard *card);

/* Writes the page to the file of --html. False: a message has been printed. */
bool scorecard_write_page(const struct scorecard *card);

#endif
