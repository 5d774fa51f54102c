// SPDX-License-Identifier: MIT
// The findings of a campaign.
#ifndef ALLOCHECK_CAMPAIGN_FINDING_LIST_H
#define ALLOCHECK_CAMPAIGN_FINDING_LIST_H

#include "results/also_seen.h"
#include "results/cause.h"
#include "results/results.h"

#include "allocheck/place.h"

/* A distinct finding: one cause. One that was not reproduced stands for all of its oracle and kind
 * of op. */
struct campaign_finding {
    struct campaign_finding *next;
    char name[FINDING_NAME]; /* if confirmed */
    enum ac_oracle oracle;
    unsigned place;       /* ac_place_of */
    bool confirmed;       /* reproduced in a fresh process */
    bool deviates;        /* a measured deviation, which does not end the campaign */
    bool in_process;      /* if not, confirmed by the programs of the engine's process */
    bool replay;          /* it takes the replay oracles */
    uint64_t repeats;     /* later candidates that showed it, or were skipped as alike */
    char *folder;         /* NULL: not saved */
    char *command;        /* that reproduces it; NULL: none does */
    char *shrink;         /* command that goes on shrinking; NULL: it is minimal, or none does */
    char *remarks;        /* lines about files that the folder lacks; NULL: none */
    char *verdict;        /* what is known of the C file; NULL: there is none */
    struct result result; /* for documents; all zero: none */

    /* --- if confirmed: its cause --- */
    struct ac_program program;
    struct cause cause;
    struct cause plainest; /* of the plainest program that fails the same oracle at any op; valid */
    bool has_plainest;     /* if this is set */
    struct also_seen also_seen; /* where else the cause was seen */
};

/* Candidates with the same oracle and kind of op: most of them show the same bug. */
struct finding_group {
    unsigned attempts;                /* to confirm one */
    uint64_t repeats;                 /* candidates since one was confirmed */
    struct campaign_finding *finding; /* of the last attempt */
};

/* Starts all zero. */
struct finding_list {
    struct campaign_finding *first; /* in order of discovery */
    size_t count;
    struct finding_group groups[AC_ORACLES][AC_PLACES];
};

/* The confirmed finding with this cause. NULL: none. */
struct campaign_finding *finding_list_by_cause(const struct finding_list *list,
                                               const struct cause *cause);
/* The first finding of this oracle at this kind of op. NULL: none. */
struct campaign_finding *finding_list_by_group(const struct finding_list *list,
                                               enum ac_oracle oracle, unsigned place);

/* Appends an empty finding. NULL: out of memory; a message has been printed. */
struct campaign_finding *finding_list_add(struct finding_list *list, enum ac_oracle oracle,
                                          unsigned place);

/* Notes that a finding's cause was seen at another kind of op, or by another oracle, of which this
 * is the first. False: it is not, or enough are noted. */
bool finding_also_seen(struct campaign_finding *known, const struct ac_program *program,
                       const struct ac_finding *finding);

void finding_list_remove(struct finding_list *list, struct campaign_finding *finding);

void finding_list_destroy(struct finding_list *list);

#endif
