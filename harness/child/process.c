// SPDX-License-Identifier: MIT
// The child's process: forked, limited, ended.
#define _GNU_SOURCE /* SOCK_CLOEXEC */
#include "process.h"

#include "layout.h"

#include "pages/resident.h"
#include "pages/trap.h"
#include "run/signals.h"
#include "serve.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* The only limit: others would bind the library too, which may size a memory file of 64 GiB or
 * reserve a terabyte of addresses. Output, resident memory and time are limited from outside. */
static void forbid_core_files(void) {
    const struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
}

static void become_child(struct ac_child *child, int link, pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(0);
    forbid_core_files();
    dup2(child->output, STDOUT_FILENO);
    dup2(child->output, STDERR_FILENO);
    ac_reset_signals(false);
    if (child->options.target.library != NULL && child->options.target.library->preloaded)
        ac_child_exec(child, link);
    /* In turn, so that an answer that depends on addresses does not pass for a constant. */
    ac_layout_settle((unsigned)(child->processes % AC_LAYOUTS));
    ac_child_serve(child, link);
}

bool ac_child_start_process(struct ac_child *child) {
    int ends[2];
    pid_t parent = getpid();
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        ac_child_explain(child, "cannot start a process: %s", strerror(errno));
        return false;
    }
    child->shared->broken = false;
    fflush(NULL); /* an allocator that calls exit would write buffered output a second time */
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
        ac_child_explain(child, "cannot start a process: %s", strerror(errno));
        ac_child_forget_process(child);
        return false;
    }
    return ac_child_await_library(child);
}

int ac_child_reap(struct ac_child *child) {
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
        ac_child_reap(child);
        ac_child_forget_process(child);
    }
}

void ac_child_renew(struct ac_child *child) {
    ac_child_end_process(child);
}

uint64_t ac_child_memory(const struct ac_child *child) {
    return child->options.memory != 0 ? child->options.memory : AC_MEMORY;
}

bool ac_child_can_trap(void) {
    return ac_trap_is_there();
}
