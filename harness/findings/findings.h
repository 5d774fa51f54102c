// SPDX-License-Identifier: MIT
// Runs and saved findings for people. Each function prints its errors and returns an exit status.
#ifndef ALLOCHECK_FINDINGS_H
#define ALLOCHECK_FINDINGS_H

#include "session/session.h"

/* Lists the distinct findings of folders, NULL at the end, on standard output. */
int findings_list(char **folders);

/* Writes a page of the findings in a folder. `to` is a file; NULL: standard output. */
int findings_page(const char *folder, const char *to);

/* Writes the page of a run. `ran` is the report of the session's child, which kept a journal. */
int findings_run_page(const struct session *session, const struct input *input,
                      const struct ac_report *ran, const char *to);

#endif
