// SPDX-License-Identifier: MIT
// The findings of a campaign.
#ifndef ALLOCHECK_CAMPAIGN_FINDING_LIST_H
#define ALLOCHECK_CAMPAIGN_FINDING_LIST_H

#include "results/results.h"

#include "allocheck/place.h"

/* A distinct finding. One that was not reproduced stands for all of its group. */
struct campaign_finding {
    struct campaign_finding *next;
    char name[FINDING_NAME]; /* if confirmed */
    enum ac_oracle oracle;
    unsigned place;       /* ac_place_of */
    bool confirmed;       /* reproduced in a fresh process */
    uint64_t repeats;     /* later candidates that showed it, or were skipped as alike */
    char *folder;         /* NULL: not saved */
    char *command;        /* that reproduces it; NULL: none does */
    char *remarks;        /* lines about files that the folder lacks; NULL: none */
    struct result result; /* for documents; all zero: none */
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

/* NULL: none. */
struct campaign_finding *finding_list_by_name(const struct finding_list *list, const char *name);
struct campaign_finding *finding_list_by_group(const struct finding_list *list,
                                               enum ac_oracle oracle, unsigned place);

/* Appends an empty finding. NULL: out of memory; a message has been printed. */
struct campaign_finding *finding_list_add(struct finding_list *list, enum ac_oracle oracle,
                                          unsigned place);

void finding_list_destroy(struct finding_list *list);

#endif
