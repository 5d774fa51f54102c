// SPDX-License-Identifier: MIT
// The state of a race run, shared by the files that carry it out.
#ifndef ALLOCHECK_SRC_RACE_H
#define ALLOCHECK_SRC_RACE_H

#include "program/thread_plan.h"
#include "run/observer.h"

#include "allocheck/race.h"
#include "allocheck/random.h"

#include <pthread.h>
#include <stdatomic.h>

enum { AC_RACE_NO_THREAD = AC_MAX_THREADS };

/* A slot between two threads. */
struct ac_race_handoff {
    _Atomic uint32_t turn; /* uses that are done, as far as another thread waits for them */
    bool full;             /* `block' is on its way */
    struct ac_block block;
};

/* --- what a thread knows for certain of its blocks --- */

struct ac_race_event {
    uint64_t tick;
    uint8_t *start;
    size_t size;  /* asked for */
    size_t reach; /* bytes that are its owner's: the usable size, once asked for */
    uint32_t op, round;
    uint32_t id;
    int32_t slot; /* that receives the block */
    bool live;    /* else freed */
};

struct ac_race_log {
    _Atomic uint64_t *clock; /* of all threads; ticks order nothing else */
    uint64_t begun;          /* tick before the last call */
    uint64_t returned;       /* tick after it */
    struct ac_race_event *events;
    size_t count, merged;
};

/* --- threads --- */

/* How a thread is disturbed between its calls. */
struct ac_race_jitter {
    struct ac_random random;
    unsigned yields;  /* of 16 pauses so many yield, */
    unsigned spins;   /* and so many spin, */
    unsigned longest; /* for so many turns at most */
};

/* What stops it inside them. */
struct ac_race_preemption {
    struct ac_random random;
    bool on;
    void *timer; /* timer_t */
};

/* One thread of the program. Whoever runs it has it; while nobody does, the one that leads. */
struct ac_racer {
    struct ac_race *race;
    unsigned index;
    const struct ac_plan_part *part;
    struct ac_runner runner;
    struct ac_report report; /* of one round */
    struct ac_race_log log;
    struct ac_race_jitter jitter;
    struct ac_race_preemption preemption;
    size_t next;     /* step */
    uint64_t seen;   /* rounds begun that it knows of */
    bool in_round;   /* it is counted as at work */
    bool frees;      /* what it still holds after its steps */
    pthread_t self;  /* that runs it, or ran it last */
    pthread_t ended; /* that ran it before an `exit', and is to be joined where */
    bool has_ended;
    unsigned pass; /* of the destructors of a thread that ends */
};

/* Where the threads of a heap run. */
enum ac_race_processors { AC_ANYWHERE, AC_ON_ONE, AC_EACH_ON_ITS_OWN, AC_PROCESSOR_CHOICES };

struct ac_race {
    struct ac_runner *runner; /* the caller's: opens, closes and checks heaps between the rounds */
    struct ac_race_watch *watch, unwatched;
    const struct ac_program *program;
    int process;
    struct ac_allocator allocator; /* to the models: without what looks at a heap as a whole */
    struct ac_page_source pages;   /* what the runner's are a lock round */
    pthread_mutex_t pages_lock;
    struct ac_thread_plan plan;
    struct ac_race_handoff *handoffs;
    struct ac_random random;
    pthread_key_t key; /* whose destructor frees at the ends of threads */
    bool has_key;
    uint32_t life;   /* rounds of this heap */
    uint32_t growth; /* rounds that may be spent on no-growth, */
    struct ac_program
        unlimited;  /* with this: the program's ops, and a limit that it does not reach */
    bool abandoned; /* threads, in calls that do not return */

    struct ac_racer *racers;
    unsigned count; /* threads that have steps, and those before them */
    unsigned alive; /* of them, started on this heap */
    enum ac_race_processors processors;
    bool preempts;            /* threads of this heap, inside calls */
    bool catches;             /* the signal that does it */
    unsigned first_processor; /* the first processor, of those that the process may use */

    _Atomic uint64_t clock;
    _Atomic uint32_t ready;  /* threads that are about to make their first call */
    _Atomic uint32_t finder; /* the first that has a finding, or AC_RACE_NO_THREAD */
    _Atomic bool stopped;

    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t changed;
    uint64_t round;   /* rounds begun */
    unsigned at_work; /* threads */
    bool over;        /* this heap has no more rounds */
};

/* --- race.c --- */

/* Starts the threads on the heap that was opened. False: there are too few. */
bool ac_race_begin_heap(struct ac_race *race);
/* Rounds on it, checked one by one; `to_the_end': the threads have left it before the last one is
 * checked. */
void ac_race_run_rounds(struct ac_race *race, uint32_t rounds, bool to_the_end);
/* No finding so far, and nobody has stopped. */
bool ac_race_is_clean(struct ac_race *race);

/* --- race_growth.c: no-growth --- */

/* False: it does not check this program, of which `rounds' have run with what the report says. Else
 * ac_race_growth is to be run on a fresh heap, `most' rounds at most. */
bool ac_race_plan_growth(struct ac_race *race, uint32_t most, uint32_t rounds,
                         const struct ac_report *report);
void ac_race_growth(struct ac_runner *runner);

static inline bool ac_race_stopped(struct ac_race *race) {
    return atomic_load_explicit(&race->stopped, memory_order_relaxed);
}

/* race_box.c: what is known of a block, but for where it lies and its name. */
void ac_race_copy_known(struct ac_block *to, const struct ac_block *from);

/* Waits for the turns of a step, and takes the blocks that were handed over into the model. False:
 * the run has stopped. The other hands on what another thread uses next. */
bool ac_race_receive(struct ac_racer *racer, const struct ac_plan_step *step);
void ac_race_send(struct ac_racer *racer, const struct ac_plan_step *step);
void ac_race_reset_handoffs(struct ac_race *race);

/* race_log.c: filled by the observer of the models. False: out of memory. */
extern const struct ac_observer ac_race_observer;
bool ac_race_log_init(struct ac_race_log *log, _Atomic uint64_t *clock);
void ac_race_log_destroy(struct ac_race_log *log);
/* Replays all logs, in order, in the runner of the runner, which is empty. Two owners of a byte are
 * a finding there; without one that runner holds all blocks that are live now. */
void ac_race_merge(struct ac_race *race);

/* race_act.c: true for ops that a race run carries out; and does so with one, but `exit'. */
bool ac_race_runs_op(const struct ac_op *op);
void ac_race_do_op(struct ac_racer *racer);

/* race_shake.c: draws how a thread is disturbed in this round; preempts it; sends the calling
 * thread where it is to run. */
void ac_race_draw_jitter(struct ac_racer *racer);
void ac_race_pause(struct ac_race_jitter *jitter);
void ac_race_pin(const struct ac_racer *racer);
/* The calling thread is to run often and for a short time each, where the system can do so: threads
 * that race wait for each other all the time, on a busy machine each time for what others do. */
void ac_race_use_short_slices(void);

/* race_disturb.c: the process takes the signals, and no more; the calling thread is stopped now and
 * then, and no more. Where ThreadSanitizer is, which hands signals on between calls only, nobody
 * is.
 */
void ac_race_install_preemption(struct ac_race *race);
void ac_race_remove_preemption(struct ac_race *race);
void ac_race_start_preemption(struct ac_racer *racer);
void ac_race_stop_preemption(struct ac_racer *racer);

/* race_thread.c: starts the threads on a heap; as many as there can be. */
void ac_race_start_threads(struct ac_race *race);
/* Lets all threads carry out their steps, and waits until all have, or are left after. */
void ac_race_run_threads(struct ac_race *race);
/* Ends them: each leaves the heap for good. */
void ac_race_end_threads(struct ac_race *race);

/* What a racer has found, or was accused of, stops all; its thread says that it leaves the heap. */
void ac_race_stop_with_finding(struct ac_racer *racer);
void ac_race_fail_fatal(struct ac_racer *racer);
void ac_race_leave_heap(struct ac_racer *racer);

/* race_exit.c: blocks that are freed at the ends of threads. */
void ac_race_make_key(struct ac_race *race);
void ac_race_delete_key(struct ac_race *race);
/* There are some at the end of this one. */
bool ac_race_frees_at_end(const struct ac_racer *racer);
/* The calling thread is about to end: its destructors free them, and leave the heap. False: there
 * are none, or it cannot be had. The other takes it back. */
bool ac_race_begin_freeing_end(struct ac_racer *racer);
void ac_race_cancel_freeing_end(struct ac_racer *racer);

/* race_pages.c: puts a lock round the page source of the runner; its ctx is the race. */
extern const struct ac_observer ac_race_lead_observer;
void ac_race_refuse(struct ac_race *race, uint64_t nth);
/* Around a fork by one of the threads. */
void ac_race_before_fork(struct ac_runner *runner);
void ac_race_after_fork(struct ac_runner *runner);

#endif
