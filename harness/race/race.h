// SPDX-License-Identifier: MIT
// The state of a race run.
#ifndef ALLOCHECK_SRC_RACE_H
#define ALLOCHECK_SRC_RACE_H

#include "program/thread_plan.h"
#include "run/observer.h"

#include "allocheck/race.h"
#include "allocheck/random.h"

#include <pthread.h>
#include <stdatomic.h>

enum { AC_RACE_NO_THREAD = AC_MAX_THREADS };

/* A slot on its way between two threads. */
struct ac_race_handoff {
    _Atomic uint32_t done; /* uses, counted if another thread waits for them */
    bool full;             /* `block' is on its way */
    struct ac_block block;
};

/* --- when a thread owned its blocks for certain --- */

struct ac_race_event {
    uint64_t tick;
    uint8_t *start;
    size_t size;  /* requested */
    size_t reach; /* bytes that its owner may use: the usable size, once known */
    uint32_t op, round;
    uint32_t id;
    int32_t slot; /* that receives the block */
    bool live;    /* else freed */
};

struct ac_race_log {
    _Atomic uint64_t *clock; /* of all threads; a tick orders nothing else */
    uint64_t begun;          /* tick before the last call */
    uint64_t returned;       /* tick after it */
    struct ac_race_event *events;
    size_t count, merged;
};

/* --- threads --- */

/* Pauses of a thread between its calls. */
struct ac_race_jitter {
    struct ac_random random;
    unsigned yields;  /* of 16 pauses, this many yield, */
    unsigned spins;   /* this many spin, */
    unsigned longest; /* for at most this many iterations */
};

/* Preemption of a thread inside calls. */
struct ac_race_preemption {
    struct ac_random random;
    bool on;
    void *timer; /* timer_t */
};

/* One thread of the program, as it races. It belongs to the thread that runs it; between rounds,
 * to the thread that called ac_run_race. */
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
    uint64_t seen;   /* rounds that it has seen begin */
    bool in_round;   /* counted in at_work */
    bool frees;      /* its blocks after its last step */
    pthread_t self;  /* the thread that runs it, or ran it last */
    pthread_t ended; /* the thread that ran it before an `exit', to be joined */
    bool has_ended;
    unsigned pass; /* of the destructors of a thread that ends */
};

/* The CPUs of the threads on one heap. */
enum ac_race_processors { AC_ANYWHERE, AC_ON_ONE, AC_EACH_ON_ITS_OWN, AC_PROCESSOR_CHOICES };

struct ac_race {
    struct ac_runner *runner; /* the caller's: opens, closes and checks heaps between rounds */
    struct ac_race_watch *watch, unwatched;
    const struct ac_program *program;
    int process;
    struct ac_allocator allocator; /* of the racers: nothing that examines the whole heap */
    struct ac_page_source pages;   /* the source behind the lock */
    pthread_mutex_t pages_lock;
    struct ac_thread_plan plan;
    struct ac_race_handoff *handoffs;
    struct ac_random random;
    pthread_key_t key; /* its destructor frees blocks at the ends of threads */
    bool has_key;
    uint32_t heap_rounds;        /* rounds on this heap */
    uint32_t growth;             /* rounds that no-growth may run, with */
    struct ac_program unlimited; /* the same ops, and a limit that they do not reach */
    bool abandoned;              /* some threads hang in calls */

    struct ac_racer *racers;
    unsigned count; /* threads with steps, and those with lower numbers */
    unsigned alive; /* of them, started on this heap */
    enum ac_race_processors processors;
    bool preempts;            /* threads of this heap are preempted */
    bool catches;             /* the signal handler is installed */
    unsigned first_processor; /* index of the first CPU used */

    _Atomic uint64_t clock;
    _Atomic uint32_t ready;  /* threads ready for their first call */
    _Atomic uint32_t finder; /* the first thread with a finding, or AC_RACE_NO_THREAD */
    _Atomic bool stopped;

    pthread_mutex_t lock; /* of the members below */
    pthread_cond_t changed;
    uint64_t round;   /* begun */
    unsigned at_work; /* threads that run their steps */
    bool over;        /* the heap has no more rounds */
};

static inline bool ac_race_stopped(struct ac_race *race) {
    return atomic_load_explicit(&race->stopped, memory_order_relaxed);
}

/* --- race.c --- */

/* Starts the threads on the open heap. False: some could not be started. */
bool ac_race_begin_heap(struct ac_race *race);

/* Runs and checks rounds on it. `to_the_end': the threads leave the heap before the last check. */
void ac_race_run_rounds(struct ac_race *race, uint32_t rounds, bool to_the_end);

/* True if there is no finding and no thread has stopped the race. */
bool ac_race_is_clean(struct ac_race *race);

/* --- race_growth.c: no-growth --- */

/* False: no-growth does not check this program, of which `rounds' have run with this report. Else
 * run ac_race_growth on a fresh heap, for at most `most' rounds. */
bool ac_race_plan_growth(struct ac_race *race, uint32_t most, uint32_t rounds,
                         const struct ac_report *report);
void ac_race_growth(struct ac_runner *runner);

/* --- race_handoff.c --- */

/* Copies what is known of a block, except its place and its slot. */
void ac_race_copy_known(struct ac_block *to, const struct ac_block *from);

/* Waits until a step's slots are the thread's, and takes their blocks into its model. False: the
 * race has stopped. */
bool ac_race_receive(struct ac_racer *racer, const struct ac_plan_step *step);

/* Passes on the blocks of a step's slots that another thread uses next. */
void ac_race_send(struct ac_racer *racer, const struct ac_plan_step *step);
void ac_race_reset_handoffs(struct ac_race *race);

/* --- race_log.c --- */

/* Fills the log of a racer; the observer's ctx is the racer. */
extern const struct ac_observer ac_race_observer;

/* False: out of memory. */
bool ac_race_log_init(struct ac_race_log *log, _Atomic uint64_t *clock);
void ac_race_log_destroy(struct ac_race_log *log);

/* Replays all logs, in order, in the model of the race's runner, which is empty before. Two owners
 * of a byte are a finding; without one the model then holds all live blocks. */
void ac_race_merge(struct ac_race *race);

/* --- race_ops.c --- */

/* True if a race runs this op. */
bool ac_race_runs_op(const struct ac_op *op);

/* Runs the racer's op; of `exit' nothing is done here. */
void ac_race_do_op(struct ac_racer *racer);

/* --- race_jitter.c --- */

/* Draws a racer's jitter for one round. */
void ac_race_draw_jitter(struct ac_racer *racer);
void ac_race_pause(struct ac_race_jitter *jitter);

/* Moves the calling thread to the CPU where it is to run. */
void ac_race_pin(const struct ac_racer *racer);

/* Asks for short time slices for the calling thread: threads that race wait for each other all the
 * time, on a busy machine also for other processes. */
void ac_race_use_short_slices(void);

/* --- race_preempt.c --- */

/* Installs and removes the signal handler of the process. */
void ac_race_install_preemption(struct ac_race *race);
void ac_race_remove_preemption(struct ac_race *race);

/* Starts and stops preempting the calling thread. Does nothing under ThreadSanitizer, which
 * delivers signals only between calls. */
void ac_race_start_preemption(struct ac_racer *racer);
void ac_race_stop_preemption(struct ac_racer *racer);

/* --- race_thread.c --- */

/* Starts the threads on a heap, as many as possible. */
void ac_race_start_threads(struct ac_race *race);

/* Lets all threads run their steps, and waits until they have, or are abandoned. */
void ac_race_run_threads(struct ac_race *race);

/* Lets all threads leave the heap, and ends them. */
void ac_race_end_threads(struct ac_race *race);

/* Stops all threads: a racer has a finding; the fatal handler was called in its legal call. */
void ac_race_stop_with_finding(struct ac_racer *racer);
void ac_race_fail_fatal(struct ac_racer *racer);

/* Calls the allocator's thread_exit. */
void ac_race_leave_heap(struct ac_racer *racer);

/* --- race_exit.c: blocks that are freed at the ends of threads --- */

void ac_race_make_key(struct ac_race *race);
void ac_race_delete_key(struct ac_race *race);

/* True if the racer's thread has blocks to free at its end. */
bool ac_race_frees_at_end(const struct ac_racer *racer);

/* Prepares the end of the calling thread: its destructors free the blocks and leave the heap.
 * False: there are none, or there is no memory. The other takes it back. */
bool ac_race_begin_freeing_end(struct ac_racer *racer);
void ac_race_cancel_freeing_end(struct ac_racer *racer);

/* --- race_pages.c --- */

/* Puts a lock around the page source of the race's runner; the observer's ctx is the race. */
extern const struct ac_observer ac_race_pages_observer;
void ac_race_refuse(struct ac_race *race, uint64_t nth);

/* Around a fork in one of the threads. */
void ac_race_before_fork(struct ac_runner *runner);
void ac_race_after_fork(struct ac_runner *runner);

#endif
