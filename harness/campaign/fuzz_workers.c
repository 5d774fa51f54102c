// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* MAP_ANONYMOUS, SOCK_CLOEXEC */
#include "fuzz_workers.h"

#include "tool/tool.h"
#include "fuzz_campaign.h"

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
    GRACE_MS = 2000,     /* for a program that runs when the campaign is interrupted, */
    PATIENCE_MS = 12000, /* or when its time is over: a call that hangs is found in that */
    DESCRIPTION = 200,
};

/* In memory of both sides. The worker writes, the parent reads; `find` is handed over by a byte on
 * the link, and given back by one. */
struct worker {
    unsigned index;
    volatile bool stop;             /* set by the parent */
    char trouble[AC_LIBRARY_ERROR]; /* why it cannot go on; empty: it can */
    struct campaign_counts counts;
    struct worker_find find;
    uint8_t seen[AC_BEHAVIOUR_CELLS];
    uint64_t deadline_ms;
    int link; /* the worker's end */
};

struct team {
    struct campaign *campaign;
    const struct workers_plan *plan;
    struct worker *workers; /* shared */
    struct pollfd *links;   /* the parent's ends; fd -1: the worker is gone */
    pid_t *pids;
    unsigned count, alive;
    uint64_t kill_ms; /* when patience ends; 0: they are not to stop yet */
    bool killed;      /* because it has */
    bool failed;
};

/* --- in the worker --- */

unsigned worker_index(const struct worker *worker) {
    return worker->index;
}

bool worker_goes_on(const struct worker *worker) {
    return !worker->stop && (worker->deadline_ms == 0 || campaign_now_ms() < worker->deadline_ms);
}

struct campaign_counts *worker_counts(struct worker *worker) {
    return &worker->counts;
}

void worker_saw(struct worker *worker, const uint8_t *map) {
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

void worker_report(struct worker *worker, const struct worker_find *find) {
    worker->find = *find;
    if (write(worker->link, "!", 1) != 1 || !read_byte(worker->link)) {
        _exit(1);
    }
}

static void become_worker(const struct team *team, struct worker *worker, pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(0);
    }
    team->plan->work(worker, team->campaign);
    _exit(0);
}

/* --- in the parent: start --- */

static bool start_worker(struct team *team, unsigned index) {
    struct worker *worker = &team->workers[index];
    pid_t parent = getpid();
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        return false;
    }
    *worker = (struct worker){
        .index = index, .link = ends[1], .deadline_ms = team->campaign->deadline_ms};
    fflush(stdout);
    team->pids[index] = fork();
    if (team->pids[index] == 0) {
        for (unsigned i = 0; i < index; i++) {
            close(team->links[i].fd);
        }
        close(ends[0]);
        become_worker(team, worker, parent);
    }
    close(ends[1]);
    if (team->pids[index] < 0) {
        close(ends[0]);
        return false;
    }
    team->links[index] = (struct pollfd){.fd = ends[0], .events = POLLIN};
    team->alive++;
    return true;
}

/* --- in the parent: finds --- */

struct history {
    const struct team *team;
    uint64_t first;
};

static bool program_at(void *ctx, uint64_t index, struct ac_program *program) {
    const struct history *history = ctx;
    return history->team->plan->make(history->team->campaign, history->first + index, program);
}

static void check_find(struct team *team, const struct worker_find *find) {
    struct history history = {team, find->first};
    struct ac_program program;
    char how[DESCRIPTION];
    ac_program_init(&program);
    team->plan->describe(team->campaign, find->id, how, sizeof how);
    const struct candidate candidate = {.program = &program,
                                        .finding = &find->finding,
                                        .replay = find->replay,
                                        .how = how,
                                        .count = find->replay ? 0 : find->id - find->first + 1,
                                        .at = program_at,
                                        .ctx = &history};
    if (team->plan->make(team->campaign, find->id, &program)) {
        campaign_candidate(team->campaign, &candidate);
    } else {
        tool_out_of_memory();
        team->failed = true;
    }
    ac_program_destroy(&program);
}

static void look_at(struct team *team, const struct worker_find *find) {
    if (team->plan->check != NULL) {
        team->plan->check(team->campaign, find);
    } else {
        check_find(team, find);
    }
}

/* --- in the parent: the end of a worker --- */

static void bury(struct team *team, unsigned index) {
    const struct worker *worker = &team->workers[index];
    int status = 0;
    while (waitpid(team->pids[index], &status, 0) < 0 && errno == EINTR) {
    }
    close(team->links[index].fd);
    team->links[index].fd = -1;
    team->alive--;
    if (team->killed && status != 0) {
        team->workers[index].counts.unfinished++;
    } else if (status != 0 || worker->trouble[0] != '\0') {
        progress_clear(team->campaign);
        tool_error("a process that ran programs ended: %s",
                   status != 0 ? "it was killed from outside" : worker->trouble);
        team->failed = true;
    }
}

static void serve(struct team *team, unsigned index) {
    if (!read_byte(team->links[index].fd)) {
        bury(team, index);
        return;
    }
    if (!team->campaign->ended) {
        look_at(team, &team->workers[index].find);
    }
    send(team->links[index].fd, "!", 1, MSG_NOSIGNAL);
}

static void stop_workers(struct team *team) {
    bool late = !team->campaign->ended && !campaign_interrupted(team->campaign);
    for (unsigned i = 0; i < team->count; i++) {
        team->workers[i].stop = true;
    }
    if (team->kill_ms == 0 || !late) {
        uint64_t kill_ms = campaign_now_ms() + (late ? PATIENCE_MS : GRACE_MS);
        team->kill_ms = team->kill_ms == 0 || kill_ms < team->kill_ms ? kill_ms : team->kill_ms;
    }
    if (campaign_now_ms() < team->kill_ms) {
        return;
    }
    team->killed = true;
    for (unsigned i = 0; i < team->count; i++) {
        if (team->links[i].fd >= 0) {
            kill(team->pids[i], SIGKILL); /* its own child goes with it */
        }
    }
}

/* --- in the parent: all --- */

static void sum_counts(const struct team *team, const struct campaign_counts *before) {
    struct campaign_counts sum = *before;
    uint8_t seen[AC_BEHAVIOUR_CELLS] = {0};
    for (unsigned i = 0; i < team->count; i++) {
        const struct campaign_counts *counts = &team->workers[i].counts;
        sum.programs += counts->programs;
        sum.replayed += counts->replayed;
        ac_behaviour_mark(seen, team->workers[i].seen);
        sum.lost += counts->lost;
        sum.unfinished += counts->unfinished;
        ac_report_add(&sum.sum, &counts->sum);
    }
    sum.behaviours = ac_behaviour_count(seen);
    sum.sum.found = false;
    *campaign_counts(team->campaign) = sum;
}

static void lead(struct team *team) {
    const struct campaign_counts before = *campaign_counts(team->campaign);
    while (team->alive > 0) {
        poll(team->links, team->count, TICK_MS);
        for (unsigned i = 0; i < team->count; i++) {
            if (team->links[i].fd >= 0 && team->links[i].revents != 0) {
                serve(team, i);
            }
        }
        sum_counts(team, &before);
        campaign_tick(team->campaign);
        if (campaign_over(team->campaign) || team->failed) {
            stop_workers(team);
        }
    }
    sum_counts(team, &before);
}

static bool start_all(struct team *team) {
    for (unsigned i = 0; i < team->count; i++) {
        team->links[i].fd = -1;
    }
    for (unsigned i = 0; i < team->count; i++) {
        if (!start_worker(team, i)) {
            tool_error("cannot start a process: %s", strerror(errno));
            team->failed = true;
            return false;
        }
    }
    return true;
}

bool workers_run(struct campaign *campaign, const struct workers_plan *plan) {
    unsigned jobs = campaign->options.jobs;
    size_t size = jobs * sizeof(struct worker);
    struct team team = {.campaign = campaign, .plan = plan, .count = jobs};
    team.workers = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    team.links = calloc(jobs, sizeof *team.links);
    team.pids = calloc(jobs, sizeof *team.pids);
    team.failed = team.workers == MAP_FAILED || team.links == NULL || team.pids == NULL;
    if (team.failed) {
        tool_out_of_memory();
    } else {
        start_all(&team);
        lead(&team);
    }
    free(team.links);
    free(team.pids);
    if (team.workers != MAP_FAILED) {
        munmap(team.workers, size);
    }
    return !team.failed;
}
