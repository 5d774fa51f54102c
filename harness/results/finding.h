// SPDX-License-Identifier: MIT
// A finding as one JSON object, the content of `finding.json`. README.md lists the members.
#ifndef ALLOCHECK_RESULTS_FINDING_H
#define ALLOCHECK_RESULTS_FINDING_H

#include "sha256.h"

#include "explain/stack.h"

#include "allocheck/journal.h"
#include "allocheck/oracle.h"
#include "allocheck/program.h"
#include "allocheck/target.h"

struct cJSON; /* cJSON.h; programs without JSON need not include it */

enum {
    FINDING_FORMAT = 1, /* incremented when a member changes its meaning */
    FINDING_NAME = 96,  /* bytes for a finding's name, with its zero byte */
};

/* What all findings of one command share. The caller owns what it points to. */
struct setup {
    const struct ac_target *target;
    ac_oracle_set oracles;    /* enabled */
    uint64_t memory;          /* limit of resident bytes; 0: AC_MEMORY */
    double call_seconds;      /* limit of one call; 0: AC_CALL_SECONDS */
    bool inline_only;         /* no replay oracles */
    const char *profile_file; /* NULL: none */
    const char *engine;       /* that generated the programs; NULL: none */
    bool seeded;              /* `seed' is valid */
    uint64_t seed;            /* random seed of the first program */
    char *file;               /* with the allocator's code, absolute; NULL: unknown */
    char hash[SHA256_TEXT];   /* of that file; empty: unreadable */
};

/* Fills `file` and `hash`; setup_close frees them. */
void setup_open(struct setup *setup);
void setup_close(struct setup *setup);

/* One finding. The caller owns what it points to. */
struct finding_facts {
    const struct setup *setup;
    const struct ac_program *program; /* reproduces it */
    const struct ac_finding *finding;
    uint64_t digest;        /* of that run; 0: it did not finish */
    bool confirmed;         /* it showed again in a fresh process, or as in_process says */
    bool in_process;        /* it showed again only after the programs of the engine's process */
    const char *why_not;    /* it is not confirmed; NULL: it is */
    uint64_t ops_before;    /* of the program that first showed it */
    bool minimal;           /* every remaining op is needed */
    uint64_t joined;        /* programs joined in `program`; 0 or 1: it is one program */
    const char *how;        /* origin of the program: `random seed 42'; NULL: given by the user */
    const char *reproduce;  /* command; NULL: none */
    char *const *arguments; /* its words after the tool's name, NULL at the end; NULL: not kept */
    const char *output;     /* of the process; NULL or empty: none */
    const char *shrink;     /* command that goes on shrinking; NULL: none */
    const struct stack *stack;        /* of the process (stack_of_child); NULL: none */
    const struct ac_journal *journal; /* of the failing run; NULL: not recorded */
    /* From further runs; NULL: unknown. */
    const struct ac_event *culprit;        /* the call that changed the first wrong byte */
    const struct ac_event *first, *second; /* two answers to the same call */
};

/* A new object; the caller calls cJSON_Delete. NULL: out of memory. */
struct cJSON *finding_json(const struct finding_facts *facts);

/* Identifies a finding: oracle, kind of the failing op, and a hash over both, the kinds of all ops
 * and the functions of the allocator's innermost three frames (stack NULL: none):
 * `zeroed-calloc-1f0c55a2'. Equal names mean the same finding, as far as can be known. */
void finding_name(const struct ac_program *program, const struct ac_finding *finding,
                  const struct stack *stack, char name[FINDING_NAME]);

/* The name of the place: of the failing op, or `end', `open', `thread-end', `close'. */
const char *finding_op_kind(const struct ac_program *program, const struct ac_finding *finding);

#endif
