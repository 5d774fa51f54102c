// SPDX-License-Identifier: MIT
// Observers see the calls and blocks of a run. The journal is one, the log of a race another.
#ifndef ALLOCHECK_OBSERVER_H
#define ALLOCHECK_OBSERVER_H

#include "runner.h"

struct ac_wrong;

/* Called by the thread that runs. Any member may be NULL. */
struct ac_observer {
    /* The page source is open, the heap not yet. May replace the functions of runner->heap.pages.
     */
    void (*pages_opened)(struct ac_runner *runner);
    void (*program_began)(struct ac_runner *runner);
    void (*pass_began)(struct ac_runner *runner); /* the program's first op, on any heap */

    void (*call_began)(struct ac_runner *runner);
    void (*call_returned)(struct ac_runner *runner);

    /* Between call_began and the call: its function (enum ac_event_function), its block or NULL;
     * `requested' in its place for the functions that allocate. */
    void (*about)(struct ac_runner *runner, unsigned function, const struct ac_block *block);
    void (*requested)(struct ac_runner *runner, const struct ac_request *request);

    /* After call_returned. */
    void (*answered)(struct ac_runner *runner, const struct ac_request *request,
                     const struct ac_answer *answer);
    void (*usable)(struct ac_runner *runner, size_t usable);

    /* A block becomes live. Its id is AC_NO_BLOCK if a finding keeps it out of the model. */
    void (*allocated)(struct ac_runner *runner, const struct ac_block *block);
    /* A block is about to leave the model: freed, or moved by realloc (`allocated' follows). */
    void (*freed)(struct ac_runner *runner, const struct ac_block *block);
    void (*moves)(struct ac_runner *runner, const struct ac_block *block);
    /* The usable size of a block passed its checks: its owner may use that much. */
    void (*extended)(struct ac_runner *runner, const struct ac_block *block);
    /* A block ends with its frame; `own': the frame is the allocator's. */
    void (*frame_block_ended)(struct ac_runner *runner, const struct ac_block *block, bool own);

    /* An oracle's check failed; `block' and `wrong' may be NULL. */
    void (*found)(struct ac_runner *runner, enum ac_oracle oracle, const struct ac_block *block,
                  const struct ac_wrong *wrong);

    /* Directly around fork(2); the second in both processes. */
    void (*fork_begins)(struct ac_runner *runner);
    void (*fork_returned)(struct ac_runner *runner);
};

extern const struct ac_observer ac_journal_observer;

/* The callers, ac_observe_NAME: one branch without an observer. */
#define AC_OBSERVE(name, parameters, arguments)                                                    \
    static inline void ac_observe_##name parameters {                                              \
        if (runner->observer != NULL && runner->observer->name != NULL)                            \
            runner->observer->name arguments;                                                      \
    }

AC_OBSERVE(pages_opened, (struct ac_runner * runner), (runner))
AC_OBSERVE(program_began, (struct ac_runner * runner), (runner))
AC_OBSERVE(pass_began, (struct ac_runner * runner), (runner))
AC_OBSERVE(call_began, (struct ac_runner * runner), (runner))
AC_OBSERVE(call_returned, (struct ac_runner * runner), (runner))
AC_OBSERVE(about, (struct ac_runner * runner, unsigned function, const struct ac_block *block),
           (runner, function, block))
AC_OBSERVE(requested, (struct ac_runner * runner, const struct ac_request *request),
           (runner, request))
AC_OBSERVE(answered,
           (struct ac_runner * runner, const struct ac_request *request,
            const struct ac_answer *answer),
           (runner, request, answer))
AC_OBSERVE(usable, (struct ac_runner * runner, size_t usable), (runner, usable))
AC_OBSERVE(allocated, (struct ac_runner * runner, const struct ac_block *block), (runner, block))
AC_OBSERVE(freed, (struct ac_runner * runner, const struct ac_block *block), (runner, block))
AC_OBSERVE(moves, (struct ac_runner * runner, const struct ac_block *block), (runner, block))
AC_OBSERVE(extended, (struct ac_runner * runner, const struct ac_block *block), (runner, block))
AC_OBSERVE(frame_block_ended, (struct ac_runner * runner, const struct ac_block *block, bool own),
           (runner, block, own))
AC_OBSERVE(found,
           (struct ac_runner * runner, enum ac_oracle oracle, const struct ac_block *block,
            const struct ac_wrong *wrong),
           (runner, oracle, block, wrong))
AC_OBSERVE(fork_begins, (struct ac_runner * runner), (runner))
AC_OBSERVE(fork_returned, (struct ac_runner * runner), (runner))
#undef AC_OBSERVE

#endif
