// SPDX-License-Identifier: MIT
// A finding with all that is known of it, as one JSON object: what `finding.json` holds. README.md
// has the members.
#ifndef ALLOCHECK_RESULTS_FINDING_H
#define ALLOCHECK_RESULTS_FINDING_H

#include "sha256.h"

#include "explain/stack.h"

#include "allocheck/journal.h"
#include "allocheck/oracle.h"
#include "allocheck/program.h"
#include "allocheck/target.h"

struct cJSON; /* of cJSON.h: whoever only runs programs does without it */

enum {
    FINDING_FORMAT = 1, /* of the object; grows when a member changes its meaning */
    FINDING_NAME = 96,  /* bytes of a finding's name with its zero byte */
};

/* What all findings of one command have in common. What it points to is the caller's. */
struct setting {
    const struct ac_target *target;
    ac_oracle_set oracles;    /* that check */
    uint64_t memory;          /* bytes that the process may have resident; 0: AC_MEMORY */
    double call_seconds;      /* that a call may take; 0: AC_CALL_SECONDS */
    bool inline_only;         /* no replay oracles */
    const char *profile_file; /* that declares the profile; NULL: none */
    const char *engine;       /* that made the programs; NULL: there was none */
    bool seeded;              /* it made them from `seed' */
    uint64_t seed;            /* random seed of the first program */
    char *file;               /* that holds the allocator's code, absolute; NULL: not known */
    char hash[SHA256_TEXT];   /* of that file; empty: it could not be read */
};

/* Fills `file` and `hash` of a setting; setting_close frees them. */
void setting_open(struct setting *setting);
void setting_close(struct setting *setting);

/* One finding. What it points to is the caller's. */
struct finding_facts {
    const struct setting *setting;
    const struct ac_program *program; /* shows it */
    const struct ac_finding *finding;
    uint64_t digest;       /* of that run's report; 0: it did not come to its end */
    bool confirmed;        /* it showed again in a fresh process */
    uint64_t ops_before;   /* of the program that showed it first */
    bool minimal;          /* none of the ops that are left can be left out */
    uint64_t joined;       /* programs that `program` was made of; 0 or 1: it is one */
    const char *how;       /* where the program comes from: `random seed 42'; NULL: it was given */
    const char *reproduce; /* a command; NULL: none */
    const char *output;    /* what the process wrote; NULL or empty: nothing */
    const struct ac_journal *journal; /* of the run that shows it; NULL: none was kept */
    /* What more runs tell; NULL: not known. */
    const struct ac_event *culprit;        /* the call that changed the first wrong byte */
    const struct ac_event *first, *second; /* two answers to the same call */
};

/* The object, to be deleted with cJSON_Delete. NULL: out of memory. */
struct cJSON *finding_json(const struct finding_facts *facts);

/* What tells a finding from others: its oracle, the kind of the op that shows it, and a hash of
 * them, of the kinds of all ops in their order, and of the functions of the allocator's innermost
 * three frames where there is a stack (NULL: none): `zeroed-calloc-1f0c55a2'. Two programs with the
 * same name show the same, as far as can be told. */
void finding_name(const struct ac_program *program, const struct ac_finding *finding,
                  const struct stack *stack, char name[FINDING_NAME]);

/* The allocator's stack in what a process wrote (NULL: nothing). */
struct stack finding_stack(const char *output);

/* The name of the op that shows it; `end' for the teardown. */
const char *finding_op_kind(const struct ac_program *program, const struct ac_finding *finding);

#endif
