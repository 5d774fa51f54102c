// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* gettid, sched_getcpu, sched_setaffinity */
#include "thread_pool.h"

#include "program/memory.h"

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
    STACK = 2 << 20,    /* a program's frames may take 256 KiB and 250 C frames */
    PERIODS_ON_CPU = 8, /* of pinning, after which another CPU may be chosen */
};

_Static_assert((int)AC_EXIT_PASSES == (int)PTHREAD_DESTRUCTOR_ITERATIONS, "passes as POSIX has");

/* One thread; of the main one only `token' is used. */
struct member {
    _Atomic uint32_t token; /* 1: has the token; a futex */
    bool alive;
    bool busy; /* within `work' */
    bool ends; /* when it next gets the token */
    enum ac_thread_pool_end how;
    unsigned number;
    unsigned pass; /* of its destructors */
    int cpu;       /* that it is pinned to; -1: none */
    pid_t id;
    pthread_t handle;
    struct ac_thread_pool *pool;
    /* Bits by key: data set when the thread began, by a sanitizer. */
    uint8_t born_with[PTHREAD_KEYS_MAX / 8];
};

struct ac_thread_pool {
    struct ac_thread_pool_tasks tasks;
    pid_t process; /* that the threads belong to */
    pthread_key_t key;
    pthread_attr_t attributes;
    struct member members[AC_MAX_THREADS];
    cpu_set_t anywhere; /* CPUs that the main thread may use */
    bool pinned;        /* as far as the system allows */
    int cpu;            /* that all are pinned to; -1: the system refused */
    unsigned periods;
};

/* --- the token --- */

static void await_token(struct member *me) {
    while (atomic_load_explicit(&me->token, memory_order_acquire) == 0)
        syscall(SYS_futex, &me->token, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
    atomic_store_explicit(&me->token, 0, memory_order_relaxed);
}

static void give_token(struct member *to) {
    atomic_store_explicit(&to->token, 1, memory_order_release);
    syscall(SYS_futex, &to->token, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

void ac_thread_pool_pass_token(struct ac_thread_pool *pool, unsigned from, unsigned to) {
    give_token(&pool->members[to]);
    await_token(&pool->members[from]);
}

/* --- one thread --- */

static void note_birth(struct member *me) {
    for (pthread_key_t key = 0; key < PTHREAD_KEYS_MAX; key++)
        if (pthread_getspecific(key) != NULL)
            me->born_with[key / 8] |= (uint8_t)(1u << key % 8);
}

void ac_thread_pool_forget(struct ac_thread_pool *pool, unsigned number) {
    const struct member *me = &pool->members[number];
    for (pthread_key_t key = 0; key < PTHREAD_KEYS_MAX; key++)
        if ((me->born_with[key / 8] >> key % 8 & 1) == 0 && pthread_getspecific(key) != NULL)
            pthread_setspecific(key, NULL);
}

static void *live(void *argument) {
    struct member *me = argument;
    const struct ac_thread_pool_tasks *tasks = &me->pool->tasks;
    me->id = gettid();
    note_birth(me);
    await_token(me);
    while (!me->ends) {
        me->busy = true;
        tasks->work(tasks->ctx, me->number);
        me->busy = false;
        ac_thread_pool_pass_token(me->pool, me->number, 0);
    }
    if (me->how == AC_END_FORGETTING)
        ac_thread_pool_forget(me->pool, me->number);
    if (me->how == AC_END_WITH_PASS)
        pthread_setspecific(me->pool->key, me);
    return NULL;
}

/* A destructor of thread-specific data. */
static void end_pass(void *argument) {
    struct member *me = argument;
    const struct ac_thread_pool_tasks *tasks = &me->pool->tasks;
    if (tasks->pass(tasks->ctx, me->number, me->pass++))
        pthread_setspecific(me->pool->key, me);
}

/* From a destructor, the C library runs the end of the thread again, with the data that is left. */
void ac_thread_pool_exit_in_destructor(struct ac_thread_pool *pool, unsigned number) {
    ac_thread_pool_forget(pool, number);
    pthread_exit(NULL);
}

void ac_thread_pool_notice_fork(struct ac_thread_pool *pool) {
    if (pool->process != getpid()) {
        pool->process = getpid();
        for (unsigned i = 0; i < AC_MAX_THREADS; i++)
            pool->members[i] = (struct member){.alive = false};
    }
}

bool ac_thread_pool_has(const struct ac_thread_pool *pool, unsigned number) {
    return pool->members[number].alive;
}

bool ac_thread_pool_is_busy(const struct ac_thread_pool *pool, unsigned number) {
    return pool->members[number].busy;
}

/* Signals from outside go to the main thread: an engine's alarm looks at what runs. */
static void signals_for_a_thread(sigset_t *outside) {
    static const int own[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT};
    sigfillset(outside);
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        sigdelset(outside, own[i]);
}

/* Not by a thread attribute, which takes memory from malloc. */
static bool create(struct member *member) {
    sigset_t outside, before;
    signals_for_a_thread(&outside);
    pthread_sigmask(SIG_BLOCK, &outside, &before);
    bool made = pthread_create(&member->handle, &member->pool->attributes, live, member) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return made;
}

bool ac_thread_pool_start(struct ac_thread_pool *pool, unsigned number) {
    struct member *member = &pool->members[number];
    if (!member->alive) {
        *member =
            (struct member){.number = number, .pool = pool, .cpu = pool->pinned ? pool->cpu : -1};
        member->alive = create(member);
    }
    return member->alive;
}

void ac_thread_pool_end(struct ac_thread_pool *pool, unsigned number, enum ac_thread_pool_end how) {
    struct member *member = &pool->members[number];
    member->how = how;
    member->ends = true;
    give_token(member);
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

/* A thread that sleeps may wake up on another CPU, so processes that share one separate if another
 * is idle. */
static void let_the_system_choose(void) {
    const struct timespec briefly = {0, 1};
    nanosleep(&briefly, NULL);
}

/* Pins the main thread to its CPU, and returns it; -1: the system refused. */
static int settle_main(struct ac_thread_pool *pool) {
    const int cpu = sched_getcpu();
    const bool known =
        cpu >= 0 && sched_getaffinity(0, sizeof pool->anywhere, &pool->anywhere) == 0;
    return known && pin(0, cpu) ? cpu : -1;
}

void ac_thread_pool_share_cpu(struct ac_thread_pool *pool) {
    if (pool->pinned)
        return;
    if (++pool->periods % PERIODS_ON_CPU == 0)
        let_the_system_choose();
    pool->pinned = true;
    pool->cpu = settle_main(pool);
    for (unsigned i = 1; pool->cpu >= 0 && i < AC_MAX_THREADS; i++) {
        struct member *member = &pool->members[i];
        if (member->alive && member->cpu != pool->cpu && pin(member->id, pool->cpu))
            member->cpu = pool->cpu;
    }
}

void ac_thread_pool_restore_cpus(struct ac_thread_pool *pool) {
    if (pool->pinned && pool->cpu >= 0)
        sched_setaffinity(0, sizeof pool->anywhere, &pool->anywhere);
    pool->pinned = false;
}

/* --- all of them --- */

struct ac_thread_pool *ac_thread_pool_new(const struct ac_thread_pool_tasks *tasks) {
    struct ac_thread_pool *pool = ac_memory_new(sizeof *pool);
    if (pool == NULL)
        return NULL;
    pool->tasks = *tasks;
    pool->process = getpid();
    pthread_attr_init(&pool->attributes);
    pthread_attr_setstacksize(&pool->attributes, STACK);
    if (pthread_key_create(&pool->key, end_pass) != 0) {
        ac_memory_delete(pool, sizeof *pool);
        return NULL;
    }
    return pool;
}

void ac_thread_pool_delete(struct ac_thread_pool *pool) {
    if (pool == NULL)
        return;
    pthread_key_delete(pool->key);
    pthread_attr_destroy(&pool->attributes);
    ac_memory_delete(pool, sizeof *pool);
}
