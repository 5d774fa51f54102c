// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* personality, pidfd_open's number */
#include "process.h"

#include "tool/clock.h"
#include "tool/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TICK_MS = 20 };

static void set_environment(const struct process *process) {
    unsetenv("LD_PRELOAD");
    if (process->preload != NULL)
        setenv("LD_PRELOAD", process->preload, 1);
    if (process->folder != NULL)
        setenv("LD_LIBRARY_PATH", process->folder, 1);
    if (process->temporary != NULL)
        setenv("TMPDIR", process->temporary, 1);
}

/* In the new process. Does not return. */
static void start(const struct process *process) {
    const struct rlimit no_core = {0, 0};
    const int input = open("/dev/null", O_RDONLY);
    const int log = open(process->log, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    sigset_t none;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpgid(0, 0);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setrlimit(RLIMIT_CORE, &no_core);
    if (process->same_addresses)
        personality(ADDR_NO_RANDOMIZE);
    dup2(input, STDIN_FILENO);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    set_environment(process);
    execvp(process->arguments[0], (char *const *)(uintptr_t)process->arguments);
    _exit(PROCESS_NOT_FOUND);
}

/* In a process of the same group: kills the group when the tool dies, for a compiler starts
 * processes. Does not return. */
static void guard(pid_t group, pid_t tool) {
    sigset_t ends;
    int number;
    sigemptyset(&ends);
    sigaddset(&ends, SIGUSR1);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    setpgid(0, group);
    prctl(PR_SET_PDEATHSIG, SIGUSR1);
    if (getppid() == tool)
        sigwait(&ends, &number);
    kill(-group, SIGKILL);
    _exit(0);
}

static uint64_t resident(pid_t pid) {
    char path[40];
    unsigned long long size = 0, pages = 0;
    snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return 0;
    const bool known = fscanf(file, "%llu %llu", &size, &pages) == 2;
    fclose(file);
    return known ? pages * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

static bool has_ended(pid_t pid, int options, int *status) {
    pid_t ended;
    do {
        ended = waitpid(pid, status, options);
    } while (ended < 0 && errno == EINTR);
    return ended != 0;
}

/* Waits, in ticks if the system has no pidfd_open. False: `why` says why the process must go. */
static bool wait_for(const struct process *process, pid_t pid, int *status, enum process_end *why) {
    const uint64_t late = clock_ms() + process->most_ms;
    struct pollfd ends = {.fd = (int)syscall(SYS_pidfd_open, pid, 0), .events = POLLIN};
    bool over = false, ended = false;
    while (!over && (poll(&ends, 1, TICK_MS), !(ended = has_ended(pid, WNOHANG, status)))) {
        over = true;
        if (interrupt_poll())
            *why = PROCESS_INTERRUPTED;
        else if (clock_ms() > late)
            *why = PROCESS_TIMED_OUT;
        else if (process->memory != 0 && resident(pid) > process->memory)
            *why = PROCESS_OVER_MEMORY;
        else
            over = false;
    }
    if (ends.fd >= 0)
        close(ends.fd);
    return ended;
}

static void end_guardian(pid_t guardian) {
    int status;
    if (guardian > 0) {
        kill(guardian, SIGKILL);
        has_ended(guardian, 0, &status);
    }
}

struct process_result process_run(const struct process *process) {
    enum process_end end = PROCESS_EXITED;
    int status = 0;
    fflush(stdout);
    const pid_t tool = getpid(), pid = fork();
    if (pid == 0)
        start(process);
    if (pid < 0)
        return (struct process_result){PROCESS_NOT_STARTED, 0};
    setpgid(pid, pid); /* as it does itself: one of the two comes first */
    const pid_t guardian = fork();
    if (guardian == 0)
        guard(pid, tool);
    const bool ended = wait_for(process, pid, &status, &end);
    kill(-pid, SIGKILL);
    end_guardian(guardian);
    if (!ended) {
        kill(pid, SIGKILL);
        has_ended(pid, 0, &status);
        return (struct process_result){end, 0};
    }
    if (WIFSIGNALED(status))
        return (struct process_result){PROCESS_KILLED, WTERMSIG(status)};
    return (struct process_result){PROCESS_EXITED, WEXITSTATUS(status)};
}
