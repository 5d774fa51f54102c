// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* gettid, sched_getcpu, sched_setaffinity */
#include "crew.h"

#include "memory.h"

#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
    STACK = 2 << 20,       /* frames of a program may take 256 KiB and 250 calls */
    GATHERINGS_ON_CPU = 8, /* after which another CPU may be chosen */
};

_Static_assert((int)AC_EXIT_PASSES == (int)PTHREAD_DESTRUCTOR_ITERATIONS, "passes as POSIX has");

/* One thread; the main one has only its turn. */
struct member {
    _Atomic uint32_t turn; /* 1: it has the baton; a futex */
    bool alive;
    bool busy; /* within `work` */
    bool ends; /* when it has the baton next */
    enum ac_crew_end how;
    unsigned number;
    unsigned pass; /* of its destructors */
    int cpu;       /* that it may run on; -1: any */
    pid_t id;
    pthread_t handle;
    struct ac_crew *crew;
    /* Bits by key: data that the thread was born with, which is a sanitizer's. */
    uint8_t born_with[PTHREAD_KEYS_MAX / 8];
};

struct ac_crew {
    struct ac_crew_tasks tasks;
    pid_t process; /* whose threads they are */
    pthread_key_t key;
    pthread_attr_t attributes;
    struct member members[AC_MAX_THREADS];
    cpu_set_t anywhere; /* where the main thread may run */
    bool gathered;      /* as far as the system lets them */
    int cpu;            /* that all are on, while gathered; -1: where the system has them */
    unsigned gatherings;
};

/* --- the baton --- */

static void await_turn(struct member *me) {
    while (atomic_load_explicit(&me->turn, memory_order_acquire) == 0) {
        syscall(SYS_futex, &me->turn, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
    }
    atomic_store_explicit(&me->turn, 0, memory_order_relaxed);
}

static void give_turn(struct member *to) {
    atomic_store_explicit(&to->turn, 1, memory_order_release);
    syscall(SYS_futex, &to->turn, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

void ac_crew_hand_over(struct ac_crew *crew, unsigned from, unsigned to) {
    give_turn(&crew->members[to]);
    await_turn(&crew->members[from]);
}

/* --- one thread --- */

static void note_birth(struct member *me) {
    for (pthread_key_t key = 0; key < PTHREAD_KEYS_MAX; key++) {
        if (pthread_getspecific(key) != NULL) {
            me->born_with[key / 8] |= (uint8_t)(1u << key % 8);
        }
    }
}

void ac_crew_forget(struct ac_crew *crew, unsigned number) {
    const struct member *me = &crew->members[number];
    for (pthread_key_t key = 0; key < PTHREAD_KEYS_MAX; key++) {
        if ((me->born_with[key / 8] >> key % 8 & 1) == 0 && pthread_getspecific(key) != NULL) {
            pthread_setspecific(key, NULL);
        }
    }
}

static void *live(void *argument) {
    struct member *me = argument;
    const struct ac_crew_tasks *tasks = &me->crew->tasks;
    me->id = gettid();
    note_birth(me);
    await_turn(me);
    while (!me->ends) {
        me->busy = true;
        tasks->work(tasks->ctx, me->number);
        me->busy = false;
        ac_crew_hand_over(me->crew, me->number, 0);
    }
    if (me->how == AC_END_FORGETTING) {
        ac_crew_forget(me->crew, me->number);
    }
    if (me->how == AC_END_WITH_PASS) {
        pthread_setspecific(me->crew->key, me);
    }
    return NULL;
}

/* A destructor of thread-specific data. */
static void end_pass(void *argument) {
    struct member *me = argument;
    const struct ac_crew_tasks *tasks = &me->crew->tasks;
    if (tasks->pass(tasks->ctx, me->number, me->pass++)) {
        pthread_setspecific(me->crew->key, me);
    }
}

/* From a destructor the C library begins the end of the thread anew, with what is left to do. */
void ac_crew_vanish(struct ac_crew *crew, unsigned number) {
    ac_crew_forget(crew, number);
    pthread_exit(NULL);
}

void ac_crew_notice_fork(struct ac_crew *crew) {
    if (crew->process != getpid()) {
        crew->process = getpid();
        for (unsigned i = 0; i < AC_MAX_THREADS; i++) {
            crew->members[i] = (struct member){.alive = false};
        }
    }
}

bool ac_crew_has(const struct ac_crew *crew, unsigned number) {
    return crew->members[number].alive;
}

bool ac_crew_is_busy(const struct ac_crew *crew, unsigned number) {
    return crew->members[number].busy;
}

/* Signals that come from outside are for the main thread: an engine's alarm looks at what runs. */
static void signals_for_a_thread(sigset_t *outside) {
    static const int own[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT};
    sigfillset(outside);
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        sigdelset(outside, own[i]);
    }
}

/* Not by an attribute of the thread, which would be kept in memory from malloc. */
static bool create(struct member *member) {
    sigset_t outside, before;
    signals_for_a_thread(&outside);
    pthread_sigmask(SIG_BLOCK, &outside, &before);
    bool made = pthread_create(&member->handle, &member->crew->attributes, live, member) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return made;
}

bool ac_crew_start(struct ac_crew *crew, unsigned number) {
    struct member *member = &crew->members[number];
    if (!member->alive) {
        *member =
            (struct member){.number = number, .crew = crew, .cpu = crew->gathered ? crew->cpu : -1};
        member->alive = create(member);
    }
    return member->alive;
}

void ac_crew_end(struct ac_crew *crew, unsigned number, enum ac_crew_end how) {
    struct member *member = &crew->members[number];
    member->how = how;
    member->ends = true;
    give_turn(member);
    pthread_join(member->handle, NULL);
    member->alive = false;
}

/* --- one CPU --- */

static bool pin(pid_t thread, int cpu) {
    cpu_set_t only;
    CPU_ZERO(&only);
    CPU_SET((size_t)cpu, &only);
    return sched_setaffinity(thread, sizeof only, &only) == 0;
}

/* Who sleeps may wake up elsewhere: where two processes share a CPU, and one is idle, they part. */
static void let_the_system_choose(void) {
    const struct timespec briefly = {0, 1};
    nanosleep(&briefly, NULL);
}

/* The CPU that the main thread stays on from here; -1: the system does not let it. */
static int settle_main(struct ac_crew *crew) {
    const int cpu = sched_getcpu();
    const bool known =
        cpu >= 0 && sched_getaffinity(0, sizeof crew->anywhere, &crew->anywhere) == 0;
    return known && pin(0, cpu) ? cpu : -1;
}

void ac_crew_gather(struct ac_crew *crew) {
    if (crew->gathered) {
        return;
    }
    if (++crew->gatherings % GATHERINGS_ON_CPU == 0) {
        let_the_system_choose();
    }
    crew->gathered = true;
    crew->cpu = settle_main(crew);
    for (unsigned i = 1; crew->cpu >= 0 && i < AC_MAX_THREADS; i++) {
        struct member *member = &crew->members[i];
        if (member->alive && member->cpu != crew->cpu && pin(member->id, crew->cpu)) {
            member->cpu = crew->cpu;
        }
    }
}

void ac_crew_scatter(struct ac_crew *crew) {
    if (crew->gathered && crew->cpu >= 0) {
        sched_setaffinity(0, sizeof crew->anywhere, &crew->anywhere);
    }
    crew->gathered = false;
}

/* --- all of them --- */

struct ac_crew *ac_crew_new(const struct ac_crew_tasks *tasks) {
    struct ac_crew *crew = ac_memory_new(sizeof *crew);
    if (crew == NULL) {
        return NULL;
    }
    crew->tasks = *tasks;
    crew->process = getpid();
    pthread_attr_init(&crew->attributes);
    pthread_attr_setstacksize(&crew->attributes, STACK);
    if (pthread_key_create(&crew->key, end_pass) != 0) {
        ac_memory_delete(crew, sizeof *crew);
        return NULL;
    }
    return crew;
}

void ac_crew_delete(struct ac_crew *crew) {
    if (crew == NULL) {
        return;
    }
    pthread_key_delete(crew->key);
    pthread_attr_destroy(&crew->attributes);
    ac_memory_delete(crew, sizeof *crew);
}
