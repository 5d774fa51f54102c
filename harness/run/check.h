// SPDX-License-Identifier: MIT
// Oracles: how a check begins and fails, checks of the heap as a whole, and of one answer.
#ifndef ALLOCHECK_CHECK_H
#define ALLOCHECK_CHECK_H

#include "runner.h"

struct ac_answer;
struct ac_request;
struct ac_wrong;

/* Begins a check: counts it and returns true, or returns false if the oracle is off. Inline: called
 * several times in each call of the allocator. */
static inline bool ac_checks(struct ac_runner *runner, enum ac_oracle oracle) {
    if ((runner->options.oracles & AC_ORACLE_BIT(oracle)) == 0)
        return false;
    runner->report->checked[oracle]++;
    return true;
}

/* A finding of the op that runs, about no block. */
struct ac_finding ac_finding_here(const struct ac_runner *runner, enum ac_oracle oracle);

/* The check fails: records a finding about a block (NULL: none) and ends the run. `wrong': the
 * bytes that differ, or NULL. */
void ac_fail(struct ac_runner *runner, enum ac_oracle oracle, const struct ac_block *block,
             const struct ac_wrong *wrong, const char *expected, const char *actual, ...)
    __attribute__((format(printf, 6, 7)));

/* Checks a live block's content under an oracle (intact, frame, failure-keeps, fork-safe). */
bool ac_check_content(struct ac_runner *runner, struct ac_block *block, enum ac_oracle oracle);
bool ac_check_all_content(struct ac_runner *runner);

/* The allocator called the fatal handler in a legal call. The program ends, the heap is abandoned.
 */
void ac_false_alarm(struct ac_runner *runner);

/* The allocator's own check of its heap, and its counters, after `what'. */
void ac_check_heap(struct ac_runner *runner, const char *what);

void ac_check_errno_kept(struct ac_runner *runner, int error);

/* With nothing live; with the heap closed. */
void ac_check_empty(struct ac_runner *runner);
void ac_check_closed(struct ac_runner *runner);

/* True, and counted, if a check of a request that failed is to pass all the same. */
bool ac_is_accepted(struct ac_runner *runner, const struct ac_request *request,
                    enum ac_oracle oracle);

/* --- check_answer.c: the answer to one request --- */

/* True if a block was given for an impossible request of a new block, and that is accepted: the run
 * goes on as if it had been refused. */
bool ac_is_accepted_grant(struct ac_runner *runner, const struct ac_request *request,
                          const struct ac_answer *answer);

/* A block was given. False: a check failed; the block must not be touched. */
bool ac_check_granted(struct ac_runner *runner, const struct ac_request *request,
                      const struct ac_answer *answer);

/* check_error.c: NULL was given; the error must fit. */
void ac_check_error(struct ac_runner *runner, const struct ac_request *request,
                    const struct ac_answer *answer);

/* NULL was given. */
void ac_check_refused(struct ac_runner *runner, const struct ac_request *request,
                      const struct ac_answer *answer);

#endif
