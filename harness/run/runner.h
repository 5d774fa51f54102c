// SPDX-License-Identifier: MIT
// The state of a run: one program on one heap of one allocator.
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
    AC_MAX_FORKS = 2,               /* of one heap: each costs as much as thousands of calls */
};

/* The heap under test and its pages. */
struct ac_run_heap {
    void *instance;           /* NULL: the allocator has no instances */
    struct ac_source *source; /* NULL: the allocator finds its own pages */
    struct ac_page_source pages;
    unsigned quirks;  /* of the source: the program's, without those that the profile declines */
    size_t page_size; /* of the source, or of the machine */
};

/* The last block of malloc or calloc, if the last call freed it: its size must be available. */
struct ac_last_freed {
    uint64_t at_call; /* counts.calls after that free; 0: none, or of other functions or threads */
    size_t size;
    unsigned thread; /* that allocated and freed it */
};

/* What must be true of the heap. */
struct ac_run_model {
    struct ac_blocks blocks;
    struct ac_last_freed last_freed;
    size_t largest;       /* size of the largest block so far, */
    size_t largest_plain; /* and of the largest that no alignment was asked for */
    bool uncached;    /* allocated more than the profile calls cached: large, aligned, a frame's */
    size_t patterned; /* bytes written in full by the pattern so far */
    uint64_t touched; /* bytes of live blocks that a call or the pattern may have touched */
};

/* Requests for pages. */
struct ac_run_requests {
    struct ac_refusal refusal;    /* at the start of each run */
    uint64_t refused_before_call; /* before the call that runs */
};

/* What the allocator's frames held before a frame was entered. */
struct ac_frame_mark {
    size_t depth, bytes;
};

/* State of one thread of the program. */
struct ac_thread {
    jmp_buf end;     /* target of the fatal handler in a legal call */
    bool catches;    /* `end' is valid */
    bool used;       /* has run ops of this program on this heap */
    bool frees;      /* blocks are to be freed at its end */
    uint32_t depth;  /* frames entered */
    uint32_t arrays; /* variable-length arrays on the real stack */
    size_t stack_bytes;
};

/* Which thread runs next. */
struct ac_run_handover {
    struct ac_thread_pool *pool;            /* the threads but the main one; NULL: none so far */
    unsigned leaving;                       /* the thread that leaves its frames; 0: none */
    unsigned programs_since_pin;            /* since the threads were pinned to one CPU */
    void (*task)(struct ac_runner *runner); /* of the next thread; NULL: its ops */
};

struct ac_run_fork {
    uint32_t count;            /* of this heap */
    struct ac_fork_page *page; /* in the child: shared with its parent; elsewhere NULL */
};

struct ac_run_misuse {
    jmp_buf *end; /* target of the fatal handler in a misuse; NULL in legal calls */
    const char *fatal_text;
};

struct ac_runner {
    const struct ac_allocator *allocator;
    const struct ac_profile *profile;
    struct ac_run_options options;
    struct ac_accepted accepted;
    uint64_t growth_deadline; /* of ac_runner_limit_growth */
    struct ac_progress *progress;
    struct ac_progress unwatched;       /* progress without one from the caller */
    const struct ac_observer *observer; /* observer.h; NULL: none */
    void *observer_ctx;                 /* the observer's own */

    const struct ac_program *program;
    struct ac_report *report;
    size_t at;                   /* index of the op that runs; ac_move_to (step.h) sets it */
    uint32_t round;              /* of its repeats */
    const struct ac_op *instead; /* runs in place of that op; NULL: none */
    uint64_t steps;              /* ops begun, repeats expanded */
    unsigned thread;             /* that runs */
    bool ended;                  /* by a finding, or by a misuse that writes */
    bool corrupted;              /* a misuse wrote to the heap: nothing more is checked */

    struct ac_run_heap heap;
    struct ac_run_model model;
    struct ac_run_requests requests;
    struct ac_thread threads[AC_MAX_THREADS];
    struct ac_frame_mark frame_marks[AC_MAX_DEPTH]; /* of the main thread */
    struct ac_run_handover handover;
    struct ac_run_fork fork;
    struct ac_run_misuse misuse;
    struct ac_trail behaviour;
    const struct ac_block *watched; /* by the journal, while it is live; NULL: none */
};

static inline struct ac_thread *ac_self(struct ac_runner *runner) {
    return &runner->threads[runner->thread];
}

static inline bool ac_is_clean(const struct ac_runner *runner) {
    return !runner->report->found && !runner->corrupted;
}

/* --- run.c --- */

/* Rewinds to the program's first op, with an empty model. The heap stays as it is. */
void ac_rewind(struct ac_runner *runner);

/* Checks and frees what is live at the end. None of this counts as calls of the program. */
void ac_tear_down(struct ac_runner *runner);

/* Runs the program once on the heap as it is, teardown included. */
void ac_run_pass(struct ac_runner *runner);

/* What runs on one heap. */
typedef void ac_body(struct ac_runner *runner);

/* Runs `body' on a fresh heap and checks that it closes well. Resets the report. A fatal text in a
 * legal call ends the body. */
void ac_run_on_fresh_heap(struct ac_runner *runner, const struct ac_program *program,
                          struct ac_report *report, ac_body *body);

#endif
