// SPDX-License-Identifier: MIT
// The child's process and what it shares with its parent: made, started, ended.
#define _GNU_SOURCE /* memfd_create, MAP_ANONYMOUS, SOCK_CLOEXEC */
#include "child_private.h"

#include "run/call_watch.h"
#include "program/memory.h"
#include "run/signals.h"
#include "pages/trap.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIRST_OPS = 4096, MOST_OUTPUT = 64 << 20 };

void *ac_child_share(size_t size, int *file) {
    *file = memfd_create("shared with the child", MFD_CLOEXEC);
    if (*file < 0 || ftruncate(*file, (off_t)size) != 0) {
        return NULL;
    }
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, *file, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

/* What is kept only where the options say so. False: out of memory. */
static bool share_kept(struct ac_child *child) {
    const struct ac_child_options *options = &child->options;
    child->answers_file = child->journal_file = -1;
    if (options->keep_answers) {
        child->answers = ac_child_share(sizeof *child->answers, &child->answers_file);
    }
    if (options->keep_journal) {
        child->journal = ac_child_share(sizeof *child->journal, &child->journal_file);
    }
    return (!options->keep_answers || child->answers != NULL) &&
           (!options->keep_journal || child->journal != NULL);
}

struct ac_child *ac_child_new(const struct ac_child_options *options) {
    struct ac_child *child = ac_memory_new(sizeof *child);
    if (child == NULL) {
        return NULL;
    }
    child->options = *options;
    if (options->target.allocator != NULL) {
        child->options.oracles =
            ac_oracles_under(ac_target_profile(&options->target), options->oracles);
    }
    child->link = -1;
    child->op_capacity = FIRST_OPS;
    child->shared = ac_child_share(sizeof *child->shared, &child->shared_file);
    child->ops = ac_child_share(FIRST_OPS * sizeof *child->ops, &child->ops_file);
    child->output = memfd_create("output of the child", MFD_CLOEXEC);
    const bool kept = share_kept(child);
    if (child->shared == NULL || child->ops == NULL || child->output < 0 || !kept) {
        ac_child_delete(child);
        return NULL;
    }
    return child;
}

static int reap(struct ac_child *child) {
    int status = 0;
    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

void ac_child_forget_process(struct ac_child *child) {
    close(child->link);
    child->link = -1;
}

void ac_child_end_process(struct ac_child *child) {
    if (child->link >= 0) {
        kill(child->pid, SIGKILL);
        reap(child);
        ac_child_forget_process(child);
    }
}

static void close_file(int file) {
    if (file >= 0) {
        close(file);
    }
}

void ac_child_delete(struct ac_child *child) {
    if (child == NULL) {
        return;
    }
    ac_child_end_process(child);
    close_file(child->output);
    close_file(child->shared_file);
    close_file(child->ops_file);
    close_file(child->answers_file);
    close_file(child->journal_file);
    ac_memory_delete(child->ops, child->op_capacity * sizeof *child->ops);
    ac_memory_delete(child->answers, sizeof *child->answers);
    ac_memory_delete(child->journal, sizeof *child->journal);
    ac_memory_delete(child->shared, sizeof *child->shared);
    ac_memory_delete(child, sizeof *child);
}

const uint8_t *ac_child_behaviour(const struct ac_child *child) {
    return child->options.keep_behaviour ? child->shared->behaviour : NULL;
}

const struct ac_answers *ac_child_answers(const struct ac_child *child) {
    return child->answers;
}

const struct ac_journal *ac_child_journal(const struct ac_child *child) {
    return child->journal;
}

void ac_child_timeout(struct ac_child *child, uint64_t milliseconds) {
    child->deadline = milliseconds == 0 ? 0 : ac_now_ms() + milliseconds;
}

bool ac_child_can_trap(void) {
    return ac_trap_is_there();
}

void ac_child_trap(struct ac_child *child, bool trapped) {
    if (child->options.target.trapped != trapped) {
        child->options.target.trapped = trapped;
        ac_child_renew(child);
    }
}

void ac_child_renew(struct ac_child *child) {
    ac_child_end_process(child);
}

/* A forked process has its parent's address layout: each is shifted, so that an answer that depends
 * on addresses is not taken for a constant. */
static void shift_addresses(uint64_t process) {
    size_t shift = (size_t)(process % 61 + 1) * 5 * 4096;
    mmap(NULL, shift, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

/* What the process writes is memory too. Past the bound a write fails, without a signal. */
static void limit_files(void) {
    const struct rlimit no_core = {0, 0}, output = {MOST_OUTPUT, MOST_OUTPUT};
    setrlimit(RLIMIT_CORE, &no_core);
    setrlimit(RLIMIT_FSIZE, &output);
    signal(SIGXFSZ, SIG_IGN);
}

static void become_child(struct ac_child *child, int link, pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(0);
    }
    limit_files();
    dup2(child->output, STDOUT_FILENO);
    dup2(child->output, STDERR_FILENO);
    ac_reset_signals(false);
    if (child->options.target.library != NULL && child->options.target.library->preloaded) {
        ac_child_exec(child, link);
    }
    shift_addresses(child->processes);
    ac_child_serve(child, link);
}

bool ac_child_start_process(struct ac_child *child) {
    int ends[2];
    pid_t parent = getpid();
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        ac_child_explain(child, "no process: %s", strerror(errno));
        return false;
    }
    child->shared->broken = false;
    fflush(NULL); /* an allocator that calls exit would write what is buffered a second time */
    child->processes++;
    child->shared->begun = 0;
    child->pid = fork();
    if (child->pid == 0) {
        close(ends[0]);
        become_child(child, ends[1], parent);
    }
    close(ends[1]);
    child->link = ends[0];
    if (child->pid < 0) {
        ac_child_explain(child, "no process: %s", strerror(errno));
        ac_child_forget_process(child);
        return false;
    }
    return ac_child_await_library(child);
}

void ac_child_empty_output(struct ac_child *child) {
    if (ftruncate(child->output, 0) == 0) {
        lseek(child->output, 0, SEEK_SET); /* the child writes at the same offset */
    }
}

size_t ac_child_output(const struct ac_child *child, char *text, size_t capacity) {
    struct stat status;
    size_t length = 0, room = capacity > 0 ? capacity - 1 : 0;
    size_t written = fstat(child->output, &status) == 0 ? (size_t)status.st_size : 0;
    size_t start = written > room ? written - room : 0;
    while (length < room) {
        ssize_t got = pread(child->output, text + length, room - length, (off_t)(start + length));
        if (got <= 0) {
            break;
        }
        length += (size_t)got;
    }
    if (capacity > 0) {
        text[length] = '\0';
    }
    return length;
}

bool ac_child_reserve_ops(struct ac_child *child, size_t count) {
    if (count <= child->op_capacity) {
        return true;
    }
    if (count > PTRDIFF_MAX / sizeof *child->ops) {
        return false;
    }
    int file;
    struct ac_op *ops = ac_child_share(count * sizeof *ops, &file);
    if (ops == NULL) {
        close_file(file);
        return false;
    }
    ac_child_end_process(child); /* it does not see the new place */
    ac_memory_delete(child->ops, child->op_capacity * sizeof *ops);
    close_file(child->ops_file);
    child->ops = ops;
    child->ops_file = file;
    child->op_capacity = count;
    return true;
}
