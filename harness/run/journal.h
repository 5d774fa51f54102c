// SPDX-License-Identifier: MIT
// What the runner tells its journal, and what the journal makes of a finding.
#ifndef ALLOCHECK_SRC_JOURNAL_H
#define ALLOCHECK_SRC_JOURNAL_H

#include "runner.h"

#include "allocheck/journal.h"

#include "model/pattern.h"

/* True for an event that gave a block, or gave it another place. */
static inline bool ac_event_gives(const struct ac_event *event) {
    return event->what == AC_EVENT_ALLOCATED || event->what == AC_EVENT_RESIZED;
}

/* --- journal_keep.c: only where a journal is kept --- */

void ac_journal_note_program(struct ac_runner *runner);
void ac_journal_note_call(struct ac_runner *runner);
void ac_journal_note_return(struct ac_runner *runner);
void ac_journal_note_request(struct ac_runner *runner, const struct ac_request *request);
void ac_journal_note_answer(struct ac_runner *runner, const struct ac_request *request,
                            const struct ac_answer *answer);
void ac_journal_note_taken(struct ac_runner *runner, const struct ac_block *block);
void ac_journal_note_about(struct ac_runner *runner, unsigned function,
                           const struct ac_block *block);
void ac_journal_note_usable(struct ac_runner *runner, size_t usable);
void ac_journal_note_freed(struct ac_runner *runner);
/* A block that ends with its frame; `own`: the frame is the allocator's. */
void ac_journal_note_frame_block(struct ac_runner *runner, const struct ac_block *block, bool own);

/* --- journal_snapshot.c --- */

/* What a finding about a block (NULL: none) sees; `wrong` may be NULL. */
void ac_journal_find(struct ac_runner *runner, enum ac_oracle oracle, const struct ac_block *block,
                     const struct ac_wrong *wrong);

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

/* --- the runner's side: one branch each where no journal is kept --- */

static inline bool ac_journals(const struct ac_runner *runner) {
    return runner->options.journal != NULL;
}

/* The program begins once more on the same heap. */
static inline void ac_journal_pass(struct ac_runner *runner) {
    if (ac_journals(runner)) {
        runner->options.journal->passes++;
    }
}

/* What is asked for in the call that is about to be made, and what the one that returned last has
 * answered. */
static inline void ac_journal_ask(struct ac_runner *runner, const struct ac_request *request) {
    if (ac_journals(runner)) {
        ac_journal_note_request(runner, request);
    }
}

static inline void ac_journal_answer(struct ac_runner *runner, const struct ac_request *request,
                                     const struct ac_answer *answer) {
    if (ac_journals(runner)) {
        ac_journal_note_answer(runner, request, answer);
    }
}

/* Memory that a call has given becomes a block, or a block that realloc was given has moved. */
static inline void ac_journal_taken(struct ac_runner *runner, const struct ac_block *block) {
    if (ac_journals(runner)) {
        ac_journal_note_taken(runner, block);
    }
}

/* What the call that is about to be made is, and is about (NULL: no block). */
static inline void ac_journal_about(struct ac_runner *runner, unsigned function,
                                    const struct ac_block *block) {
    if (ac_journals(runner)) {
        ac_journal_note_about(runner, function, block);
    }
}

/* What the call that returned last has said. */
static inline void ac_journal_usable(struct ac_runner *runner, size_t usable) {
    if (ac_journals(runner)) {
        ac_journal_note_usable(runner, usable);
    }
}

/* The call that returned last has freed the block that it was about. */
static inline void ac_journal_freed(struct ac_runner *runner) {
    if (ac_journals(runner)) {
        ac_journal_note_freed(runner);
    }
}

#endif
