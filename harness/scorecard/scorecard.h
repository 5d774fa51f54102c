// SPDX-License-Identifier: MIT
// The parts of `allocheck scorecard`.
#ifndef ALLOCHECK_CLI_SCORECARD_H
#define ALLOCHECK_CLI_SCORECARD_H

#include "tool/input.h"
#include "tool/paths.h"
#include "tool/open_target.h"

#include "allocheck/child.h"
#include "allocheck/measure.h"

/* What came of one oracle on one allocator, over all programs. */
struct score_oracle {
    uint64_t checked; /* comparisons */
    size_t findings;  /* programs that ended in one */
    /* Of the first finding, to be freed; NULL: none. */
    char *program, *command;
    struct ac_finding first;
};

enum score_state {
    SCORE_HELD,        /* checked, and nothing found */
    SCORE_FINDING,     /* in one program at least */
    SCORE_NOT_CHECKED, /* no program gave it anything to check */
    SCORE_NOT_OFFERED, /* the allocator, or this build, lacks what it checks */
    SCORE_ITSELF,      /* agreement of the allocator that the others are compared with */
};

enum score_measured {
    MEASURED_NOT_OFFERED, /* the allocator lacks a function of the trace */
    MEASURED_NOT,         /* it ended the process, or took too long: said on standard error */
    MEASURED_SHORT,       /* it refused calls: their cost says nothing */
    MEASURED_FIXED,       /* memory: all of one buffer is held, whatever is live */
    MEASURED,
};

/* What one recorded trace costs on one allocator. */
struct score_cost {
    enum score_measured of_memory, of_time;
    struct ac_cost memory;
    double ns;    /* of the processor, for a call; the median round */
    double ratio; /* to the C library's in the same round; the median */
};

/* One column. */
struct score {
    struct ac_target target;
    struct ac_child *child;
    size_t ran; /* programs */
    struct score_oracle oracles[AC_ORACLES];
    struct score_cost *costs; /* by trace */
    bool measured;            /* measurement is valid */
    struct ac_measured measurement;
};

enum { CORPORA = 16 };

/* One `allocheck scorecard`. */
struct scorecard {
    struct targets targets;
    const char *corpus[CORPORA]; /* folders */
    size_t corpora;              /* how many; 0: those that are installed */
    bool json;
    const char *page; /* where its page goes; NULL: none */

    struct paths programs; /* all that are checked */
    struct paths traces;   /* those of them that are measured as well */
    struct score *scores;  /* as many as targets, in their order */
    /* The C library: what the others agree with, and are as fast as. Its child is NULL where the
     * build has none. */
    struct score reference;
    size_t troubles; /* inputs that could not be read or run */
};

/* --- scorecard_options.c --- */

/* Reads the command line; a usage error ends the program. */
void scorecard_parse(struct scorecard *card, int argc, char **argv);

/* Finds the programs. False: there are none; a message has been printed. */
bool scorecard_find_programs(struct scorecard *card);

/* --- scorecard_check.c, scorecard_misuse.c, scorecard_cost.c: fill in the scores --- */

void scorecard_check(struct scorecard *card, const struct input *input);

void scorecard_try_misuses(struct scorecard *card);

/* `trace` is the index of the input among the traces. */
void scorecard_measure(struct scorecard *card, const struct input *input, size_t trace);

/* --- what the scores say --- */

enum score_state score_state(const struct scorecard *card, const struct score *score,
                             enum ac_oracle oracle);

/* held, finding, not checked, ... */
const char *score_state_name(enum score_state state);

/* Misuses that are caught each time that they are tried, of so many that can be. */
size_t score_misuses_caught(const struct score *score, size_t *tried);

/* What a misuse comes to, in two words at most. Returns `text`. */
const char *score_misuse_text(const struct score *score, enum ac_misuse which, char *text,
                              size_t capacity);

const char *score_measured_name(enum score_measured measured);

/* Bytes held for a byte live; of memory that was measured. */
double score_memory_ratio(const struct score_cost *cost);

/* The name of a trace: that of its file, without folder and ending. Returns `name`. */
const char *score_trace_name(const char *path, char *name, size_t capacity);

/* --- scorecard_text.c, scorecard_json.c: print it --- */

void scorecard_print_text(const struct scorecard *card);
bool scorecard_print_json(const struct scorecard *card); /* false: out of memory */

struct cJSON;
/* What is printed as JSON, to be deleted with cJSON_Delete. */
struct cJSON *scorecard_json(const struct scorecard *card);

/* --- scorecard_page.c --- */

/* Writes the page of a card to the file of --html. False: a message has been printed. */
bool scorecard_write_page(const struct scorecard *card);

#endif
