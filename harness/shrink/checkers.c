// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* MAP_ANONYMOUS, SOCK_CLOEXEC */
#include "checkers.h"

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

/* A candidate, in memory that the checker and its parent share. */
struct shared_program {
    struct ac_head head;
    size_t count;
    struct ac_op ops[];
};

struct checker {
    struct shared_program *shared;
    int link; /* the parent's end; -1: not started, or lost */
    pid_t pid;
    bool busy;
    uint64_t batch;   /* of its candidate, */
    size_t candidate; /* and the index in that batch */
};

struct checkers {
    struct predicate predicate;
    struct ac_child *child; /* if there is one job; else NULL */
    struct checker *all;
    struct pollfd *links; /* of busy checkers */
    unsigned count;
    size_t shared_size;
    uint64_t batch;
    bool failed;
};

/* --- in the checker --- */

static bool read_byte(int link, char *byte) {
    ssize_t got;
    do {
        got = read(link, byte, 1);
    } while (got < 0 && errno == EINTR);
    return got == 1;
}

static void work(const struct checkers *checkers, const struct shared_program *shared, int link) {
    struct ac_program program = {.head = shared->head};
    struct ac_child *child = predicate_child(&checkers->predicate);
    char byte;
    while (child != NULL && read_byte(link, &byte)) {
        program = (struct ac_program){.head = shared->head,
                                      .ops = (struct ac_op *)(uintptr_t)shared->ops,
                                      .count = shared->count,
                                      .capacity = shared->count};
        byte = predicate_holds(&checkers->predicate, child, &program) ? HOLDS : HOLDS_NOT;
        if (send(link, &byte, 1, MSG_NOSIGNAL) != 1)
            break;
    }
    ac_child_delete(child);
    _exit(0);
}

/* --- start and end --- */

static void become_checker(const struct checkers *checkers, unsigned index, int link,
                           pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(0);
    for (unsigned i = 0; i < index; i++)
        close(checkers->all[i].link);
    work(checkers, checkers->all[index].shared, link);
}

static bool start_checker(struct checkers *checkers, unsigned index) {
    struct checker *checker = &checkers->all[index];
    const pid_t parent = getpid();
    int ends[2];
    checker->shared = mmap(NULL, checkers->shared_size, PROT_READ | PROT_WRITE,
                           MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (checker->shared == MAP_FAILED) {
        checker->shared = NULL;
        return false;
    }
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return false;
    fflush(NULL); /* or the checker writes it too */
    checker->pid = fork();
    if (checker->pid == 0) {
        close(ends[0]);
        become_checker(checkers, index, ends[1], parent);
    }
    close(ends[1]);
    checker->link = ends[0];
    return checker->pid > 0;
}

static bool start_all(struct checkers *checkers) {
    checkers->all = calloc(checkers->count, sizeof *checkers->all);
    checkers->links = calloc(checkers->count, sizeof *checkers->links);
    if (checkers->all == NULL || checkers->links == NULL) {
        checkers->count = 0;
        return false;
    }
    for (unsigned i = 0; i < checkers->count; i++)
        checkers->all[i].link = -1;
    for (unsigned i = 0; i < checkers->count; i++)
        if (!start_checker(checkers, i))
            return false;
    return true;
}

static bool start(struct checkers *checkers) {
    if (checkers->count > 1)
        return start_all(checkers);
    checkers->count = 0;
    checkers->child = predicate_child(&checkers->predicate);
    return checkers->child != NULL;
}

struct checkers *checkers_new(const struct predicate *predicate, size_t most_ops) {
    struct checkers *checkers = calloc(1, sizeof *checkers);
    if (checkers == NULL)
        return NULL;
    checkers->predicate = *predicate;
    checkers->count = predicate->task->jobs;
    checkers->shared_size = sizeof(struct shared_program) + (most_ops + 1) * sizeof(struct ac_op);
    if (!start(checkers)) {
        checkers_delete(checkers);
        return NULL;
    }
    return checkers;
}

static void end_checker(struct checkers *checkers, struct checker *checker) {
    if (checker->pid > 0) {
        kill(checker->pid, SIGKILL); /* its own child dies with it */
        while (waitpid(checker->pid, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    if (checker->link >= 0)
        close(checker->link);
    if (checker->shared != NULL)
        munmap(checker->shared, checkers->shared_size);
}

void checkers_delete(struct checkers *checkers) {
    if (checkers == NULL)
        return;
    for (unsigned i = 0; i < checkers->count; i++)
        end_checker(checkers, &checkers->all[i]);
    ac_child_delete(checkers->child);
    free(checkers->all);
    free(checkers->links);
    free(checkers);
}

bool checkers_failed(const struct checkers *checkers) {
    return checkers->failed;
}

/* --- a batch --- */

struct batch {
    struct checkers *checkers;
    const struct ac_program *const *candidates;
    size_t count;
    size_t next;                   /* to hand out */
    size_t decided;                /* candidates before this one do not hold */
    char answers[AC_SHRINK_BATCH]; /* 0: none yet */
};

static void hand_out(struct batch *batch, struct checker *checker) {
    const struct ac_program *program = batch->candidates[batch->next];
    checker->shared->head = program->head;
    checker->shared->count = program->count;
    if (program->count > 0)
        memcpy(checker->shared->ops, program->ops, program->count * sizeof *program->ops);
    checker->busy = true;
    checker->batch = batch->checkers->batch;
    checker->candidate = batch->next++;
    if (send(checker->link, "?", 1, MSG_NOSIGNAL) != 1)
        batch->checkers->failed = true;
}

/* An answer for an earlier batch is ignored. */
static void take_answer(struct batch *batch, struct checker *checker) {
    char answer;
    if (!read_byte(checker->link, &answer)) {
        batch->checkers->failed = true;
        return;
    }
    checker->busy = false;
    if (checker->batch == batch->checkers->batch)
        batch->answers[checker->candidate] = answer;
}

static void take_answers(struct batch *batch) {
    struct checkers *checkers = batch->checkers;
    struct pollfd *links = checkers->links;
    for (unsigned i = 0; i < checkers->count; i++) {
        links[i] = (struct pollfd){.fd = checkers->all[i].busy ? checkers->all[i].link : -1,
                                   .events = POLLIN};
    }
    if (poll(links, checkers->count, TICK_MS) <= 0)
        return;
    for (unsigned i = 0; i < checkers->count; i++)
        if (links[i].revents != 0)
            take_answer(batch, &checkers->all[i]);
    while (batch->decided < batch->count && batch->answers[batch->decided] == HOLDS_NOT)
        batch->decided++;
}

static bool is_decided(const struct batch *batch) {
    return batch->decided == batch->count || batch->answers[batch->decided] == HOLDS;
}

static size_t check_together(struct batch *batch, bool (*goes_on)(void *ctx), void *ctx) {
    struct checkers *checkers = batch->checkers;
    while (!is_decided(batch)) {
        for (unsigned i = 0; i < checkers->count && batch->next < batch->count; i++)
            if (!checkers->all[i].busy)
                hand_out(batch, &checkers->all[i]);
        take_answers(batch);
        if (checkers->failed || !goes_on(ctx))
            return batch->count + 1;
    }
    return batch->decided;
}

static size_t check_alone(struct batch *batch, bool (*goes_on)(void *ctx), void *ctx) {
    for (size_t i = 0; i < batch->count; i++) {
        if (predicate_holds(&batch->checkers->predicate, batch->checkers->child,
                            batch->candidates[i]))
            return i;
        if (!goes_on(ctx))
            return batch->count + 1;
    }
    return batch->count;
}

size_t checkers_check(struct checkers *checkers, const struct ac_program *const *candidates,
                      size_t count, bool (*goes_on)(void *ctx), void *ctx) {
    struct batch batch = {.checkers = checkers, .candidates = candidates, .count = count};
    checkers->batch++;
    return checkers->child != NULL ? check_alone(&batch, goes_on, ctx)
                                   : check_together(&batch, goes_on, ctx);
}
