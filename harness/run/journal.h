// SPDX-License-Identifier: MIT
// The journal of a run, as an observer keeps it, and what it shows of a finding.
#ifndef ALLOCHECK_SRC_JOURNAL_H
#define ALLOCHECK_SRC_JOURNAL_H

#include "observer.h"

#include "allocheck/journal.h"

#include "model/pattern.h"

/* True for an event that gave a block, or gave it another place. */
static inline bool ac_event_gives(const struct ac_event *event) {
    return event->result == AC_EVENT_ALLOCATED || event->result == AC_EVENT_RESIZED;
}

/* --- journal_snapshot.c --- */

/* What a finding about a block (NULL: none) sees; `wrong` may be NULL. */
void ac_journal_failure(struct ac_runner *runner, enum ac_oracle oracle,
                        const struct ac_block *block, const struct ac_wrong *wrong);

/* The same where the process has ended; `touched`: the address that a sanitizer named, or
 * AC_NO_ADDRESS. */
void ac_journal_end(struct ac_journal *journal, uint64_t touched);

/* Fills *to with what an event says of its block, and of what became of that until now. */
void ac_snapshot_block_of(const struct ac_journal *journal, const struct ac_event *event,
                          struct ac_snapshot_block *to);

/* --- journal_bytes.c --- */

/* Finds out whose the wrong bytes of a snapshot's window are. */
void ac_snapshot_explain_bytes(const struct ac_journal *journal, struct ac_snapshot *snapshot,
                               const struct ac_wrong *wrong);

#endif
