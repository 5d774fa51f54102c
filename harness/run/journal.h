// SPDX-License-Identifier: MIT
// The journal of a run, an observer, and the snapshot of memory that it takes when a check fails.
#ifndef ALLOCHECK_SRC_JOURNAL_H
#define ALLOCHECK_SRC_JOURNAL_H

#include "observer.h"

#include "allocheck/journal.h"

#include "model/pattern.h"

/* True for an event that allocated or moved a block. */
static inline bool ac_event_gives(const struct ac_event *event) {
    return event->result == AC_EVENT_ALLOCATED || event->result == AC_EVENT_RESIZED;
}

/* --- journal_snapshot.c --- */

/* Takes the snapshot of a failed check about a block (NULL: none); `wrong' may be NULL. */
void ac_journal_failure(struct ac_runner *runner, enum ac_oracle oracle,
                        const struct ac_block *block, const struct ac_wrong *wrong);

/* Takes it after the process ended. `touched': the address in a sanitizer's report, or
 * AC_NO_ADDRESS. */
void ac_journal_end(struct ac_journal *journal, uint64_t touched);

/* Describes an event's block, with what happened to it until now. */
void ac_snapshot_block_of(const struct ac_journal *journal, const struct ac_event *event,
                          struct ac_snapshot_block *to);

/* --- journal_bytes.c --- */

/* Finds out where the wrong bytes in a snapshot's window come from. */
void ac_snapshot_explain_bytes(const struct ac_journal *journal, struct ac_snapshot *snapshot,
                               const struct ac_wrong *wrong);

#endif
