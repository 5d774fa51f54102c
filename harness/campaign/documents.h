// SPDX-License-Identifier: MIT
// The results of a campaign as JUnit, SARIF and JSON: a case for what ran, named after the engine,
// and one for each distinct finding.
#ifndef ALLOCHECK_CAMPAIGN_DOCUMENTS_H
#define ALLOCHECK_CAMPAIGN_DOCUMENTS_H

#include "campaign.h"

struct cJSON;

/* What a finding was seen in. */
struct shown_finding {
    const struct ac_program *program;
    const struct ac_finding *finding;
    const char *how; /* origin of the program */
    uint64_t calls;  /* of its run; 0: unknown */
};

/* Keeps a finding, just saved or printed, for the documents. Nothing without outputs. If it is
 * confirmed, the last run of the confirming child showed it. */
void campaign_keep(const struct campaign *campaign, const struct shown_finding *shown,
                   struct campaign_finding *finding);

/* Counts of a campaign, the member `campaign` of its JSON document; to be deleted. */
struct cJSON *campaign_details(const struct campaign *campaign);

/* Writes the documents that the user asked for, once, and deletes the details. False: a message has
 * been printed. */
bool campaign_write_documents(struct campaign *campaign, int status, struct cJSON *details);

#endif
