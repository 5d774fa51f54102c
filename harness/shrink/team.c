// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* MAP_ANONYMOUS, SOCK_CLOEXEC */
#include "team.h"

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

enum { TICK_MS = 50, HOLDS = '1', HOLDS_NOT = '0' };

/* In memory of both sides. */
struct desk {
    struct ac_head head;
    size_t count;
    struct ac_op ops[];
};

struct worker {
    struct desk *desk;
    int link; /* the team's end; -1: not started, or lost */
    pid_t pid;
    bool busy;
    uint64_t batch;   /* of the candidate that it has */
    size_t candidate; /* which of that batch */
};

struct team {
    struct check check;
    struct ac_child *child; /* of a team of one; else NULL */
    struct worker *workers;
    struct pollfd *links; /* of the busy ones */
    unsigned count;
    size_t desk_size;
    uint64_t batch;
    bool failed;
};

/* --- in the worker --- */

static bool read_byte(int link, char *byte) {
    ssize_t got;
    do {
        got = read(link, byte, 1);
    } while (got < 0 && errno == EINTR);
    return got == 1;
}

static void work(const struct team *team, const struct desk *desk, int link) {
    struct ac_program program = {.head = desk->head};
    struct ac_child *child = check_child(&team->check);
    char byte;
    while (child != NULL && read_byte(link, &byte)) {
        program = (struct ac_program){.head = desk->head,
                                      .ops = (struct ac_op *)(uintptr_t)desk->ops,
                                      .count = desk->count,
                                      .capacity = desk->count};
        byte = check_holds(&team->check, child, &program) ? HOLDS : HOLDS_NOT;
        if (send(link, &byte, 1, MSG_NOSIGNAL) != 1) {
            break;
        }
    }
    ac_child_delete(child);
    _exit(0);
}

/* --- start and end --- */

static void become_worker(const struct team *team, unsigned index, int link, pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(0);
    }
    for (unsigned i = 0; i < index; i++) {
        close(team->workers[i].link);
    }
    work(team, team->workers[index].desk, link);
}

static bool start_worker(struct team *team, unsigned index) {
    struct worker *worker = &team->workers[index];
    const pid_t parent = getpid();
    int ends[2];
    worker->desk =
        mmap(NULL, team->desk_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (worker->desk == MAP_FAILED) {
        worker->desk = NULL;
        return false;
    }
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        return false;
    }
    fflush(NULL); /* what is buffered is written once */
    worker->pid = fork();
    if (worker->pid == 0) {
        close(ends[0]);
        become_worker(team, index, ends[1], parent);
    }
    close(ends[1]);
    worker->link = ends[0];
    return worker->pid > 0;
}

static bool start_all(struct team *team) {
    team->workers = calloc(team->count, sizeof *team->workers);
    team->links = calloc(team->count, sizeof *team->links);
    if (team->workers == NULL || team->links == NULL) {
        team->count = 0;
        return false;
    }
    for (unsigned i = 0; i < team->count; i++) {
        team->workers[i].link = -1;
    }
    for (unsigned i = 0; i < team->count; i++) {
        if (!start_worker(team, i)) {
            return false;
        }
    }
    return true;
}

static bool start(struct team *team) {
    if (team->count > 1) {
        return start_all(team);
    }
    team->count = 0;
    team->child = check_child(&team->check);
    return team->child != NULL;
}

struct team *team_new(const struct check *check, size_t most_ops) {
    struct team *team = calloc(1, sizeof *team);
    if (team == NULL) {
        return NULL;
    }
    team->check = *check;
    team->count = check->task->jobs;
    team->desk_size = sizeof(struct desk) + (most_ops + 1) * sizeof(struct ac_op);
    if (!start(team)) {
        team_delete(team);
        return NULL;
    }
    return team;
}

static void end_worker(struct team *team, struct worker *worker) {
    if (worker->pid > 0) {
        kill(worker->pid, SIGKILL); /* its own child goes with it */
        while (waitpid(worker->pid, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    if (worker->link >= 0) {
        close(worker->link);
    }
    if (worker->desk != NULL) {
        munmap(worker->desk, team->desk_size);
    }
}

void team_delete(struct team *team) {
    if (team == NULL) {
        return;
    }
    for (unsigned i = 0; i < team->count; i++) {
        end_worker(team, &team->workers[i]);
    }
    ac_child_delete(team->child);
    free(team->workers);
    free(team->links);
    free(team);
}

bool team_failed(const struct team *team) {
    return team->failed;
}

/* --- a batch --- */

struct batch {
    struct team *team;
    const struct ac_program *const *candidates;
    size_t count;
    size_t next;    /* to be handed out */
    size_t decided; /* the first of which nothing is known: all before it do not hold */
    char answers[AC_SHRINK_BATCH]; /* 0: none yet */
};

static void hand_out(struct batch *batch, struct worker *worker) {
    const struct ac_program *program = batch->candidates[batch->next];
    worker->desk->head = program->head;
    worker->desk->count = program->count;
    if (program->count > 0) {
        memcpy(worker->desk->ops, program->ops, program->count * sizeof *program->ops);
    }
    worker->busy = true;
    worker->batch = batch->team->batch;
    worker->candidate = batch->next++;
    if (send(worker->link, "?", 1, MSG_NOSIGNAL) != 1) {
        batch->team->failed = true;
    }
}

/* An answer to a batch that is over is of no use any more. */
static void take_answer(struct batch *batch, struct worker *worker) {
    char answer;
    if (!read_byte(worker->link, &answer)) {
        batch->team->failed = true;
        return;
    }
    worker->busy = false;
    if (worker->batch == batch->team->batch) {
        batch->answers[worker->candidate] = answer;
    }
}

static void take_answers(struct batch *batch) {
    struct team *team = batch->team;
    struct pollfd *links = team->links;
    for (unsigned i = 0; i < team->count; i++) {
        links[i] = (struct pollfd){.fd = team->workers[i].busy ? team->workers[i].link : -1,
                                   .events = POLLIN};
    }
    if (poll(links, team->count, TICK_MS) <= 0) {
        return;
    }
    for (unsigned i = 0; i < team->count; i++) {
        if (links[i].revents != 0) {
            take_answer(batch, &team->workers[i]);
        }
    }
    while (batch->decided < batch->count && batch->answers[batch->decided] == HOLDS_NOT) {
        batch->decided++;
    }
}

static bool is_decided(const struct batch *batch) {
    return batch->decided == batch->count || batch->answers[batch->decided] == HOLDS;
}

static size_t check_together(struct batch *batch, bool (*goes_on)(void *ctx), void *ctx) {
    struct team *team = batch->team;
    while (!is_decided(batch)) {
        for (unsigned i = 0; i < team->count && batch->next < batch->count; i++) {
            if (!team->workers[i].busy) {
                hand_out(batch, &team->workers[i]);
            }
        }
        take_answers(batch);
        if (team->failed || !goes_on(ctx)) {
            return batch->count + 1;
        }
    }
    return batch->decided;
}

static size_t check_alone(struct batch *batch, bool (*goes_on)(void *ctx), void *ctx) {
    for (size_t i = 0; i < batch->count; i++) {
        if (check_holds(&batch->team->check, batch->team->child, batch->candidates[i])) {
            return i;
        }
        if (!goes_on(ctx)) {
            return batch->count + 1;
        }
    }
    return batch->count;
}

size_t team_check(struct team *team, const struct ac_program *const *candidates, size_t count,
                  bool (*goes_on)(void *ctx), void *ctx) {
    struct batch batch = {.team = team, .candidates = candidates, .count = count};
    team->batch++;
    return team->child != NULL ? check_alone(&batch, goes_on, ctx)
                               : check_together(&batch, goes_on, ctx);
}
