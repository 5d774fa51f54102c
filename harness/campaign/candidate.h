// SPDX-License-Identifier: MIT
// Candidates: programs that showed a finding once. A candidate becomes a finding once it is
// confirmed in a fresh process.
#ifndef ALLOCHECK_CAMPAIGN_CANDIDATE_H
#define ALLOCHECK_CAMPAIGN_CANDIDATE_H

#include "campaign.h"

#include "shrink/shrink_sequence.h"

#include "allocheck/deviation.h"
#include "allocheck/join.h"

struct candidate {
    const struct ac_program *program;
    const struct ac_finding *finding;
    bool replay; /* shown by a replay oracle */
    /* That it was made to show; the campaign goes on after it. NULL: none. */
    const struct ac_deviation *deviation;
    /* Failed checks that its process let pass; NULL: none. */
    const struct ac_accepted *accepted;
    const char *how; /* its origin: `random seed 42` */
    struct raw_input raw;
    struct ac_refusal refusal; /* that it takes too; such a candidate is printed but not saved */
    const char *command;       /* that reproduces it if it is not saved; NULL: none */
    /* The programs that its process ran, from the start to `program`; count 0: unknown. */
    uint64_t count;
    ac_program_at at;
    void *ctx;
    /* Runs these programs again in one process as the engine did. True: the last one shows a
     * finding. NULL: it cannot. */
    bool (*again)(struct campaign *campaign, void *ctx, struct ac_finding *finding);
    /* The command that does so; to be freed. NULL: there is none, or it returns NULL out of
     * memory. */
    char *(*again_command)(const struct campaign *campaign, void *ctx);
};

/* A confirmed candidate, or one that was not reproduced. */
struct confirmed {
    struct ac_program *program; /* shows the finding; shrunk in the end */
    struct ac_program original; /* before it was shrunk, but joined if necessary */
    struct ac_report report;    /* of `program` */
    bool replay;                /* it takes the replay oracles */
    uint64_t took_ms;           /* to confirm it */
    bool out_of_time;           /* not reproduced, but no time was left to try on */
    bool is_resident_growth;    /* no-growth without a page source: it needs to be confirmed */
    /* Not reproduced alone, but after the programs that its process ran before, as `sequence` has
     * it if they could be shrunk. */
    bool in_process;
    struct sequence sequence;       /* count 0: none */
    uint64_t joined;                /* programs that it consists of; 1: it was enough alone */
    bool minimal;                   /* no single step makes it simpler, or it was made so small */
    bool distinct;                  /* whatever other programs it can be turned into */
    bool saved;                     /* it is to be shrunk and saved */
    struct racing racing;           /* if on, how it runs */
    struct race_confirmation shown; /* if racing, how often it shows the finding */
};

/* What a candidate shows that was not confirmed as one program. */
const struct ac_program *unconfirmed_program(const struct candidate *candidate,
                                             const struct confirmed *confirmed);
const struct ac_finding *unconfirmed_finding(const struct candidate *candidate,
                                             const struct confirmed *confirmed);

/* Confirms a candidate in a fresh process, shrinks, saves and prints it. Skips candidates that look
 * like known findings, more and more of them. Then campaign_is_over() says whether to go on. */
void campaign_candidate(struct campaign *campaign, const struct candidate *candidate);

/* --- confirm.c --- */

/* True if a program shows a finding, any, in a fresh process. */
bool confirm_run(struct ac_child *child, const struct ac_program *program, bool replay,
                 struct ac_report *report);

/* Tries to reproduce a candidate: alone, then joined with all programs that ran before it in its
 * process; at last by these programs one after another in one process, which sets in_process, and
 * `sequence` to the few of them that are needed. If these show it when joined, it is reproduced.
 * False: it is not, or out of memory. */
bool confirm(struct campaign *campaign, const struct candidate *candidate,
             struct confirmed *confirmed);

/* Why it is not, in one line. */
enum { CONFIRM_WHY = 160 };
const char *confirm_why_not(const struct candidate *candidate, const struct confirmed *confirmed,
                            char text[CONFIRM_WHY]);
/* --- growth.c --- */

/* True for no-growth without a page source: only what is confirmed is a finding. */
bool growth_is_resident(const struct campaign *campaign, const struct candidate *candidate);

/* False: those that were dismissed took much of the time; this one is counted as not checked. */
bool growth_has_time(struct campaign *campaign, const struct candidate *candidate);

/* Counts one that was not confirmed, since start_ms. */
void growth_dismiss(struct campaign *campaign, const struct confirmed *confirmed,
                    uint64_t start_ms);

/* --- accept.c --- */

/* Programs to come go on after a confirmed finding, if that is possible. */
void accept_finding(struct campaign *campaign, const struct ac_program *program,
                    const struct ac_finding *finding);

/* Programs to come avoid what leads to a finding that has shown again that often, unless they go on
 * after it. */
void avoid_finding(struct campaign *campaign, const struct ac_program *program,
                   const struct ac_finding *finding, uint64_t repeats);

/* True if no failed check is. */
bool accepts_nothing(const struct ac_accepted *accepted);

/* True if a finding of a program is accepted. `accepted' may be NULL: none is. */
bool is_accepted(const struct ac_accepted *accepted, const struct ac_program *program,
                 const struct ac_finding *finding);

/* A confirmed finding whose failed check is accepted. NULL: none. `accepted' may be NULL. */
struct campaign_finding *accepted_finding(const struct campaign *campaign,
                                          const struct ac_accepted *accepted);

/* --- print_candidate.c --- */

void candidate_print_confirmed(struct campaign *campaign, const struct candidate *candidate,
                               const struct confirmed *confirmed,
                               const struct campaign_finding *finding);
void candidate_print_unconfirmed(struct campaign *campaign, const struct candidate *candidate,
                                 const struct confirmed *confirmed,
                                 const struct campaign_finding *finding);

/* --- saved_text.c --- */

/* The file of program `index`: process-1.ops for 0. Returns the text. */
enum { SEQUENCE_FILE = 24 };
const char *sequence_file(size_t index, char text[SEQUENCE_FILE]);

/* --- reduce.c --- */

/* Milliseconds that shrinking a finding may take now. */
uint64_t campaign_shrink_ms(const struct campaign *campaign);

/* Shrinks the program of a confirmed candidate. */
void reduce(struct campaign *campaign, struct confirmed *confirmed);

/* Looks for the plainest program that fails the same oracle, at whatever op, and replaces the cause
 * by its cause. Leaves the cause as it is if it finds none soon. */
void reduce_freely(struct campaign *campaign, const struct ac_program *program, bool replay,
                   struct cause *cause);

#endif
