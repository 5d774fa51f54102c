// SPDX-License-Identifier: MIT
// The folder that findings are saved in: DIR/findings, with a folder for each.
#ifndef ALLOCHECK_CAMPAIGN_FOLDER_H
#define ALLOCHECK_CAMPAIGN_FOLDER_H

#include "candidate.h"

/* Makes the folder, and checks that files can be written there. False: a message has been printed.
 */
bool campaign_make_folder(struct campaign *campaign);

/* The name of a confirmed finding, whose run was the last of the confirming child. */
void campaign_name(const struct campaign *campaign, const struct confirmed *confirmed,
                   char name[FINDING_NAME]);

/* Its cause, likewise. */
void campaign_cause(const struct campaign *campaign, const struct confirmed *confirmed,
                    struct cause *cause);

/* What the confirming child's process wrote; to be freed. NULL: nothing. */
char *campaign_output(const struct campaign *campaign);

/* Writes where else the cause of a saved finding was seen into its finding.json and its page. */
void campaign_update(struct campaign *campaign, const struct campaign_finding *finding);

/* Saves a finding (results/README.md lists the files). An unconfirmed one has no shrunk.ops, but
 * joined.ops: the programs that ran before it. Sets folder, command and remarks of the finding; on
 * failure folder and command are NULL, and a message has been printed. */
void campaign_save(struct campaign *campaign, const struct candidate *candidate,
                   const struct confirmed *confirmed, struct campaign_finding *finding);

/* Removes the files of a saved finding that another one replaces. */
void campaign_remove_folder(const struct campaign_finding *finding);

#endif
