// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* MAP_ANONYMOUS, SOCK_CLOEXEC */
#include "workers.h"

#include "candidate.h"
#include "children.h"
#include "progress.h"

#include "tool/clock.h"
#include "tool/interrupt.h"
#include "tool/status.h"
#include "tool/tool.h"

#include "allocheck/behaviour.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    TICK_MS = 100,
    GRACE_MS = 2000,    /* for a running program when a finding ends the campaign, */
    INTERRUPT_MS = 500, /* or a signal */
    REPORT_MS = 300,    /* for a worker to count a program that the deadline has ended */
    DESCRIPTION = 200,
};

/* In shared memory. The worker writes, the parent reads. A byte on the link hands `reported` over,
 * another one hands it back. */
struct worker {
    unsigned index;
    volatile bool stop;             /* set by the parent */
    volatile bool interrupted;      /* likewise: its program ends now */
    char trouble[AC_LIBRARY_ERROR]; /* why it cannot go on; empty: it can */
    struct campaign_counts counts;
    struct worker_finding reported;
    struct ac_known known; /* set by the parent */
    uint8_t seen[AC_BEHAVIOUR_CELLS];
    uint64_t deadline_ms;
    int link; /* the worker's end */
};

struct pool {
    struct campaign *campaign;
    const struct workers_plan *plan;
    struct worker *workers; /* shared */
    struct pollfd *links;   /* the parent's ends; fd -1: the worker has ended */
    pid_t *pids;
    unsigned count, alive;
    uint64_t kill_ms; /* when to kill those that still run; 0: they are not to stop yet */
    bool killed;
    bool failed;
};

/* --- in the worker --- */

unsigned worker_index(const struct worker *worker) {
    return worker->index;
}

bool worker_goes_on(const struct worker *worker) {
    return !worker->stop && (worker->deadline_ms == 0 || clock_ms() < worker->deadline_ms);
}

struct ac_known worker_known(const struct worker *worker) {
    return worker->known;
}

struct campaign_counts *worker_counts(struct worker *worker) {
    return &worker->counts;
}

void worker_add_behaviour(struct worker *worker, const uint8_t *map) {
    ac_behaviour_mark(worker->seen, map);
}

void worker_fail(struct worker *worker, const char *trouble) {
    snprintf(worker->trouble, sizeof worker->trouble, "%s", trouble);
}

static bool read_byte(int link) {
    char byte;
    ssize_t got;
    do {
        got = read(link, &byte, 1);
    } while (got < 0 && errno == EINTR);
    return got == 1;
}

void worker_report(struct worker *worker, const struct worker_finding *reported) {
    worker->reported = *reported;
    if (write(worker->link, "!", 1) != 1 || !read_byte(worker->link))
        _exit(1);
}

static void become_worker(const struct pool *pool, struct worker *worker, pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(0);
    status_leave();
    campaign_stop_children(&worker->interrupted);
    pool->plan->work(worker, pool->campaign);
    _exit(0);
}

/* --- in the parent: start --- */

static bool start_worker(struct pool *pool, unsigned index) {
    struct worker *worker = &pool->workers[index];
    pid_t parent = getpid();
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return false;
    *worker = (struct worker){.index = index,
                              .link = ends[1],
                              .known = pool->campaign->known,
                              .deadline_ms = pool->campaign->deadline_ms};
    fflush(stdout);
    pool->pids[index] = fork();
    if (pool->pids[index] == 0) {
        for (unsigned i = 0; i < index; i++)
            close(pool->links[i].fd);
        close(ends[0]);
        become_worker(pool, worker, parent);
    }
    close(ends[1]);
    if (pool->pids[index] < 0) {
        close(ends[0]);
        return false;
    }
    pool->links[index] = (struct pollfd){.fd = ends[0], .events = POLLIN};
    pool->alive++;
    return true;
}

/* --- in the parent: findings --- */

struct history {
    const struct pool *pool;
    uint64_t first, id;
};

static bool program_at(void *ctx, uint64_t index, struct ac_program *program) {
    const struct history *history = ctx;
    return history->pool->plan->make(history->pool->campaign, history->first + index, program);
}

static bool run_again(struct campaign *campaign, void *ctx, struct ac_finding *finding) {
    const struct history *history = ctx;
    return history->pool->plan->again(campaign, history->first, history->id, finding);
}

static char *again_command(const struct campaign *campaign, void *ctx) {
    const struct history *history = ctx;
    return history->pool->plan->again_command(campaign, history->first, history->id);
}

static void make_candidate(struct pool *pool, const struct worker_finding *reported) {
    struct history history = {pool, reported->first, reported->id};
    const bool has_again =
        pool->plan->again != NULL && !reported->replay && accepts_nothing(&reported->accepted);
    struct ac_generate_options *generate = &pool->campaign->scope.generate;
    const struct ac_without before = generate->without;
    struct ac_program program;
    char how[DESCRIPTION];
    ac_program_init(&program);
    generate->without = reported->without; /* the programs are made again */
    pool->plan->describe(pool->campaign, reported->id, how, sizeof how);
    const struct candidate candidate = {
        .program = &program,
        .finding = &reported->finding,
        .replay = reported->replay,
        .how = how,
        .count = reported->replay ? 0 : reported->id - reported->first + 1,
        .at = program_at,
        .ctx = &history,
        .accepted = &reported->accepted,
        .again = has_again ? run_again : NULL,
        .again_command = has_again ? again_command : NULL};
    if (pool->plan->make(pool->campaign, reported->id, &program)) {
        campaign_candidate(pool->campaign, &candidate);
    } else {
        tool_out_of_memory();
        pool->failed = true;
    }
    generate->without = before;
    ac_program_destroy(&program);
}

static void take(struct pool *pool, const struct worker_finding *reported) {
    if (pool->plan->take != NULL)
        pool->plan->take(pool->campaign, reported);
    else
        make_candidate(pool, reported);
    for (unsigned i = 0; i < pool->count; i++)
        pool->workers[i].known = pool->campaign->known;
}

/* --- in the parent: the end of a worker --- */

static void reap(struct pool *pool, unsigned index) {
    const struct worker *worker = &pool->workers[index];
    int status = 0;
    while (waitpid(pool->pids[index], &status, 0) < 0 && errno == EINTR) {
    }
    close(pool->links[index].fd);
    pool->links[index].fd = -1;
    pool->alive--;
    if (pool->killed && status != 0) {
        pool->workers[index].counts.timed_out++;
    } else if (status != 0 || worker->trouble[0] != '\0') {
        tool_error("a worker process ended: %s",
                   status != 0 ? "it was killed from outside" : worker->trouble);
        pool->failed = true;
    }
}

static void serve(struct pool *pool, unsigned index) {
    if (!read_byte(pool->links[index].fd)) {
        reap(pool, index);
        return;
    }
    if (!pool->campaign->ended)
        take(pool, &pool->workers[index].reported);
    send(pool->links[index].fd, "!", 1, MSG_NOSIGNAL);
}

/* For a running program; at the deadline as long as a finding of it could be confirmed. */
static uint64_t patience_ms(const struct campaign *campaign) {
    if (interrupt_pending())
        return INTERRUPT_MS;
    return campaign->ended ? GRACE_MS : campaign_left_ms(campaign) + REPORT_MS;
}

static void stop_workers(struct pool *pool) {
    const uint64_t now = clock_ms(), patience = patience_ms(pool->campaign);
    for (unsigned i = 0; i < pool->count; i++) {
        pool->workers[i].stop = true;
        pool->workers[i].interrupted = interrupt_pending();
    }
    if (pool->kill_ms == 0 || now + patience < pool->kill_ms)
        pool->kill_ms = now + patience;
    if (clock_ms() < pool->kill_ms)
        return;
    pool->killed = true;
    for (unsigned i = 0; i < pool->count; i++)
        if (pool->links[i].fd >= 0)
            kill(pool->pids[i], SIGKILL); /* its own child dies with it */
}

/* --- in the parent: supervision --- */

static void sum_counts(const struct pool *pool, const struct campaign_counts *before) {
    struct campaign_counts sum = *before;
    uint8_t seen[AC_BEHAVIOUR_CELLS] = {0};
    for (unsigned i = 0; i < pool->count; i++) {
        counts_add(&sum, &pool->workers[i].counts);
        ac_behaviour_mark(seen, pool->workers[i].seen);
    }
    sum.behaviours = ac_behaviour_count(seen);
    pool->campaign->engine_counts = sum;
}

static void supervise(struct pool *pool) {
    const struct campaign_counts before = pool->campaign->engine_counts;
    while (pool->alive > 0) {
        poll(pool->links, pool->count, TICK_MS);
        for (unsigned i = 0; i < pool->count; i++)
            if (pool->links[i].fd >= 0 && pool->links[i].revents != 0)
                serve(pool, i);
        sum_counts(pool, &before);
        status_tick();
        if (campaign_is_over(pool->campaign) || pool->failed)
            stop_workers(pool);
    }
    sum_counts(pool, &before);
}

static bool start_all(struct pool *pool) {
    for (unsigned i = 0; i < pool->count; i++)
        pool->links[i].fd = -1;
    for (unsigned i = 0; i < pool->count; i++) {
        if (!start_worker(pool, i)) {
            tool_error("cannot start a process: %s", strerror(errno));
            pool->failed = true;
            return false;
        }
    }
    return true;
}

bool workers_run(struct campaign *campaign, const struct workers_plan *plan) {
    unsigned jobs = campaign->options.jobs;
    size_t size = jobs * sizeof(struct worker);
    struct pool pool = {.campaign = campaign, .plan = plan, .count = jobs};
    pool.workers = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pool.links = calloc(jobs, sizeof *pool.links);
    pool.pids = calloc(jobs, sizeof *pool.pids);
    pool.failed = pool.workers == MAP_FAILED || pool.links == NULL || pool.pids == NULL;
    if (pool.failed) {
        tool_out_of_memory();
    } else {
        start_all(&pool);
        supervise(&pool);
    }
    free(pool.links);
    free(pool.pids);
    if (pool.workers != MAP_FAILED)
        munmap(pool.workers, size);
    return !pool.failed;
}
