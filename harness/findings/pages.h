// SPDX-License-Identifier: MIT
#ifndef ALLOCHECK_FINDINGS_PAGES_H
#define ALLOCHECK_FINDINGS_PAGES_H

#include "results/saved_finding.h"
#include "session/session.h"

#include "allocheck/journal.h"

/* The usable sizes of the blocks of a run, in bytes, by event of its journal; UINT64_MAX: unknown.
 * To be freed. NULL: the allocator does not report them, or out of memory. */
uint64_t *run_usable_sizes(const struct session *session, const struct ac_program *program,
                           const struct ac_report *ran, const struct ac_journal *journal);

/* The command that reproduces a finding, from where the person stands: its folder may have moved
 * since it was saved. To be freed. NULL: none, or out of memory. */
char *findings_command(const struct saved_finding *saved);

/* Writes a page to a file (NULL: standard output), atomically, and frees it. Returns `status`, or
 * STATUS_ERROR after a message. `page` is NULL if memory ran out. */
int findings_write_file(const char *to, char *page, size_t length, int status);

#endif
