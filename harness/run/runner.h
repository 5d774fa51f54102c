// SPDX-License-Identifier: MIT
// The state of one run, shared by the files that carry it out.
#ifndef ALLOCHECK_RUNNER_H
#define ALLOCHECK_RUNNER_H

#include "allocheck/profile.h"
#include "allocheck/run.h"
#include "allocheck/source.h"

#include "behaviour.h"
#include "model/blocks.h"

#include <setjmp.h>

enum {
    AC_MAX_DEPTH = 48,              /* frames entered and not left */
    AC_MAX_STACK_BYTES = 256 << 10, /* of alloca and variable-length arrays in them */
    AC_MAX_ARRAYS = 200,            /* variable-length arrays at once: each is a C stack frame */
    AC_WHOLE_PROGRAM = 16 << 20,    /* bytes of a program covered whole by the pattern */
    AC_MAX_FORKS = 2,               /* of one heap: each costs as much as thousands of calls */
};

/* What the allocator's own frames held before a frame was entered. */
struct ac_frame_mark {
    size_t depth, bytes;
};

/* The block of malloc or calloc that the call before freed: its size must be had again. */
struct ac_last_freed {
    uint64_t at_call; /* counts.calls after that free; 0: none, or live otherwise or elsewhere */
    size_t size;
    unsigned thread; /* that live and freed it */
};

/* What each thread of a program has for itself. */
struct ac_thread {
    jmp_buf end;     /* where the fatal handler jumps out of a legal call */
    bool catches;    /* `end` is valid */
    bool used;       /* has run ops of this program on this instance */
    bool frees;      /* blocks are to be freed at its end */
    uint32_t depth;  /* frames entered */
    uint32_t arrays; /* variable-length arrays on the real stack */
    size_t stack_bytes;
};

struct ac_runner {
    const struct ac_allocator *allocator;
    const struct ac_profile *profile;
    struct ac_run_options options;
    struct ac_progress unwatched; /* progress where the caller gave none */
    struct ac_progress *progress;
    struct ac_source *source; /* NULL: the allocator finds its own pages */
    struct ac_page_source pages;
    size_t page_size; /* of the source, or of the machine */
    void *heap;

    struct ac_refusal refusal; /* of each run */

    const struct ac_program *program;
    const struct ac_op *instead; /* runs in place of the op at `at'; NULL: that one does */
    struct ac_report *report;
    struct ac_blocks blocks;
    size_t at;      /* index of the op that runs */
    uint32_t round; /* of its repeats */
    uint64_t steps; /* ops begun, repeats expanded */
    bool ended;     /* the program ends here: a finding, or a misuse that writes */
    bool corrupted; /* the heap was written to by a misuse: nothing more is checked */

    struct ac_thread threads[AC_MAX_THREADS];
    unsigned thread;             /* the one that runs */
    unsigned leaving;            /* the one that leaves its frames; 0: none */
    struct ac_thread_pool *pool; /* the threads but the main one; NULL: none so far */
    unsigned programs_on_cpu;    /* programs that they share a CPU for */
    /* What a thread that is handed the token does before it hands it back; NULL: its ops. */
    void (*task)(struct ac_runner *runner);

    uint32_t forks;              /* of this heap */
    struct ac_fork_page *forked; /* in the child of a fork, for its parent; elsewhere NULL */

    jmp_buf *misuse_end; /* where it jumps out of a misuse; NULL in legal calls */
    const char *fatal_text;

    const struct ac_block *watched; /* while it is live; NULL: it is not, or none is */
    struct ac_trail trail;          /* of behaviours */
    struct ac_last_freed last_freed;
    size_t largest;     /* size of the largest block live so far */
    bool uncached;      /* live what the profile does not call cached: large, aligned, a frame's */
    bool largest_again; /* the request that runs is for that size, with nothing live */
    size_t patterned;   /* bytes covered whole so far */
    uint64_t refused_before; /* page requests refused before the call that runs */
    uint64_t touched;        /* bytes of live blocks that a call or the pattern may have touched */
    struct ac_frame_mark marks[AC_MAX_DEPTH]; /* of the main thread */

    const struct ac_observer *observer; /* observer.h; NULL: none */
    void *observer_ctx;                 /* the observer's own */
};

/* What the thread that runs has for itself. */
static inline struct ac_thread *ac_self(struct ac_runner *runner) {
    return &runner->threads[runner->thread];
}

/* --- step.c --- */

/* True while there is an op to run. */
bool ac_goes_on(struct ac_runner *runner);

/* The same; begins the op. ac_step_done moves to the next. */
bool ac_step(struct ac_runner *runner);
void ac_step_done(struct ac_runner *runner);
static inline const struct ac_op *ac_this_op(const struct ac_runner *runner) {
    return runner->instead != NULL ? runner->instead : &runner->program->ops[runner->at];
}

/* The slot of D (or P) and of the second P of the op that runs, its round added; NULL: beyond the
 * last slot, counted as cut. */
struct ac_slot *ac_this_slot(struct ac_runner *runner, uint32_t *number);
struct ac_slot *ac_from_slot(struct ac_runner *runner, uint32_t *number);

size_t ac_resolve_operand(const struct ac_runner *runner, struct ac_operand operand);

/* --- demand.c: requests for pages, which a page source or a trap sees --- */

/* False: they are the allocator's own business; nothing is counted or refused. */
bool ac_sees_requests(const struct ac_runner *runner);
uint64_t ac_requests(const struct ac_runner *runner);         /* since the heap was opened */
uint64_t ac_requests_refused(const struct ac_runner *runner); /* of them */
/* Refuses the nth from now, `onwards' all after it too; 0: none. */
void ac_refuse_request(struct ac_runner *runner, uint64_t nth, bool onwards);
/* A source has just been opened, or would have been. */
void ac_begin_requests(struct ac_runner *runner);

/* --- call.c --- */

/* Brackets each call of the allocator: `bytes` is the most that it may copy or clear. end returns
 * the errno that the call left. */
void ac_call_begin(struct ac_runner *runner, uint64_t bytes);
int ac_call_end(struct ac_runner *runner);

enum { AC_ERRNO_CANARY = 7777 };

/* True when a request for pages was refused since ac_call_begin. */
bool ac_was_refused(const struct ac_runner *runner);

/* Mixes one answer into the digest. */
void ac_digest(struct ac_runner *runner, uint64_t value);

/* --- check.c --- */

/* True when an oracle is to check; counts that it did. Inline: asked several times in each call. */
static inline bool ac_checks(struct ac_runner *runner, enum ac_oracle oracle) {
    if ((runner->options.oracles & AC_ORACLE_BIT(oracle)) == 0) {
        return false;
    }
    runner->report->checked[oracle]++;
    return true;
}

/* Records a finding about a block (NULL: none) and ends the run. `wrong` may be NULL. */
struct ac_wrong;
void ac_find(struct ac_runner *runner, enum ac_oracle oracle, const struct ac_block *block,
             const struct ac_wrong *wrong, const char *expected, const char *actual, ...)
    __attribute__((format(printf, 6, 7)));

/* Verifies a live block's content under an oracle (intact, frame, failure-keeps). */
bool ac_verify(struct ac_runner *runner, struct ac_block *block, enum ac_oracle oracle);
bool ac_verify_all(struct ac_runner *runner);

/* The fatal handler was called in a legal call: the program ends, the instance is abandoned. */
void ac_false_alarm(struct ac_runner *runner);

/* The allocator's own walk and counters, after `what`. */
void ac_check_heap(struct ac_runner *runner, const char *what);
void ac_check_errno_kept(struct ac_runner *runner, int error);
void ac_check_empty(struct ac_runner *runner);
void ac_check_closed(struct ac_runner *runner);

/* --- cover.c --- */

/* Takes a block into the model, its content written, closed to the allocator unless it lives in a
 * frame. NULL: the model is full, counted as cut. */
struct ac_block *ac_adopt(struct ac_runner *runner, void *start, size_t size, uint32_t frame);

/* Writes the pattern from `from` on. */
void ac_cover(struct ac_runner *runner, struct ac_block *block, size_t from);

/* Opens a block to the allocator: the one that a call is about. */
void ac_open_block(const struct ac_runner *runner, struct ac_block *block);
void ac_close_block(struct ac_runner *runner, struct ac_block *block);

/* --- check_answer.c --- */

struct ac_request {
    enum ac_function function;
    size_t count, size; /* as passed; count is 1 where the function takes none */
    size_t total;       /* their product, modulo 2^64 */
    bool wraps;
    size_t alignment;     /* aligned forms; else 0 */
    struct ac_block *old; /* realloc of a live block */
    bool in_frame;        /* memory of a frame of the allocator's own */
};

struct ac_answer {
    void *block;      /* NULL: refused */
    int error;        /* errno, or the result of posix_memalign */
    bool out_changed; /* posix_memalign failed, but wrote a pointer that is not NULL */
    bool refused;     /* the page source refused something meanwhile */
};

/* Checks an answer. granted: false on a finding; the block must then not be touched. */
bool ac_check_granted(struct ac_runner *runner, const struct ac_request *request,
                      const struct ac_answer *answer);
void ac_check_refused(struct ac_runner *runner, const struct ac_request *request,
                      const struct ac_answer *answer);

/* --- request.c: what a request is, and how far an answer is fixed --- */

/* True when the allocator has a function. */
bool ac_offers(const struct ac_allocator *allocator, enum ac_function function);

/* True for what can never be granted and is guaranteed to be refused with an errno. */
bool ac_guarantees_refusal(const struct ac_runner *runner, const struct ac_request *request);

/* Fills in what follows from the other fields. */
void ac_request_complete(struct ac_request *request);

/* Fills in how far the profile and the memory used up fix an answer. */
void ac_bind_answer(const struct ac_runner *runner, const struct ac_request *request,
                    const struct ac_answer *answer, struct ac_recorded_answer *answered);

/* --- answers_keep.c: does nothing where answers are not kept --- */

void ac_keep_answer(struct ac_runner *runner, const struct ac_request *request,
                    const struct ac_answer *answer);

/* What was seen of the content of the block given last. */
void ac_keep_content(struct ac_runner *runner, const struct ac_request *request, bool kept);

/* --- budget.c --- */

/* False: the request is left out, for it may use up the machine's memory, or end the process of an
 * allocator that ends with exhaustion. */
bool ac_within_budget(const struct ac_runner *runner, const struct ac_request *request);
bool ac_misuse_within_budget(const struct ac_runner *runner, size_t size);

/* A block of the heap is live, or is no more: by whom and how large is known. */
void ac_charge(struct ac_runner *runner, const struct ac_block *block);
void ac_discharge(struct ac_runner *runner, const struct ac_block *block);

/* What a live block counts against the budget. */
uint64_t ac_touched(const struct ac_block *block);

/* --- allocate.c, release.c, examine.c, misuse.c: what ops do --- */

void ac_do_allocate(struct ac_runner *runner); /* malloc, calloc and the aligned forms */
void ac_do_resize(struct ac_runner *runner);   /* realloc, reallocarray */
void ac_do_largest(struct ac_runner *runner);
void ac_release(struct ac_runner *runner, struct ac_block *block, enum ac_op_kind with);
void ac_release_all(struct ac_runner *runner);
void ac_do_free(struct ac_runner *runner);
void ac_do_free_every(struct ac_runner *runner);
void ac_do_examine(struct ac_runner *runner); /* usable size, fill, check, check all */
void ac_do_source(struct ac_runner *runner);  /* refuse, trim, foreign_brk */
void ac_do_misuse(struct ac_runner *runner);

/* --- turns.c: which thread runs --- */

/* Waits until the next op is the calling thread's, while others run theirs, and begins it. False:
 * there is none, and the thread is to leave its frames. */
bool ac_await_token(struct ac_runner *runner);

/* The main thread waits while another one, which has run ops, does something. */
void ac_run_on_thread(struct ac_runner *runner, unsigned thread,
                      void (*task)(struct ac_runner *runner));

/* A thread leaves its frames and the loop over the ops; all of them but the main one their frames,
 * in their order. Called by the main one. */
void ac_leave_ops(struct ac_runner *runner, unsigned thread);
void ac_leave_all_frames(struct ac_runner *runner);

/* A program is over, however it ended: no thread but the main one has a frame any more. */
void ac_clear_frames(struct ac_runner *runner);

/* Ends all threads but the main one. */
void ac_end_threads(struct ac_runner *runner);

/* --- exit.c: the ends of threads --- */

void ac_do_exit(struct ac_runner *runner);
void ac_do_free_at_exit(struct ac_runner *runner);

/* Frees what is due in a pass of the destructors of a thread, oldest first. True: there was some.
 */
bool ac_free_due(struct ac_runner *runner, unsigned thread, unsigned pass);
/* True where something is due in any pass. */
bool ac_has_due(const struct ac_runner *runner, unsigned thread);

/* Threads at whose end blocks are freed end now. */
void ac_run_pending_exits(struct ac_runner *runner);

/* Every thread that used the instance says that it will not do so again; the main one last. */
void ac_leave_heap(struct ac_runner *runner);

/* As struct ac_thread_pool_tasks has it; ctx is the runner. */
bool ac_exit_pass(void *ctx, unsigned thread, unsigned pass);

/* --- act.c, fork_op.c, frames.c, run.c: each on top of those before --- */

void ac_do_op(struct ac_runner *runner);       /* any op but those of the frames */
void ac_run_frames(struct ac_runner *runner);  /* all ops, from the first one on */
void ac_run_own_ops(struct ac_runner *runner); /* those of the calling thread */

void ac_do_fork(struct ac_runner *runner);

/* Forks now: the child allocates and frees in every size range on its copy of the heap, checked as
 * the run is and by the model of this runner, and ends; the parent waits for it, verifies that its
 * own blocks are as they were, and goes on. What the child does wrong and the parent would not is a
 * finding of fork-safe. Called by the thread that runs the runner's ops; others may be inside the
 * allocator. What the child is not to share or to check, its own runner says: the oracles of the
 * options, the functions of the allocator. */
void ac_fork_check(struct ac_runner *runner);

/* The state of a program's first op; the heap may have seen rounds before. */
void ac_rewind(struct ac_runner *runner);

/* What is live at the end is verified, freed and checked; none of it counts as the program's calls.
 */
void ac_tear_down(struct ac_runner *runner);

/* Runs the program once on the heap as it is, teardown included. */
void ac_run_body(struct ac_runner *runner);

/* replay.c: every round of the program leaves the heap as it found it. */
bool ac_is_closed_loop(const struct ac_program *program);

/* Runs `body` on a fresh heap and checks its close; `report` is begun anew. */
void ac_run_on_fresh_heap(struct ac_runner *runner, const struct ac_program *program,
                          struct ac_report *report, void (*body)(struct ac_runner *));

#endif
