// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* memfd_create, asprintf */
#include "record.h"

#include "tool/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static const char library[] = "liballocheck_record.so";

/* Puts the library in front of other preloaded ones. */
static bool preload(const char *path) {
    const char *others = getenv("LD_PRELOAD");
    char *list;
    bool any = others != NULL && others[0] != '\0';
    if (asprintf(&list, "%s%s%s", path, any ? ":" : "", any ? others : "") < 0)
        return false;
    bool done = setenv("LD_PRELOAD", list, 1) == 0;
    free(list);
    return done;
}

/* The log is no file in any folder, so nothing is left over. The command opens it through /proc. */
static bool name_log(int file) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/fd/%d", (long)getpid(), file);
    return setenv(RECORD_LOG_VARIABLE, path, 1) == 0;
}

static struct record_log *new_log(int *file) {
    *file = memfd_create("allocheck-record", MFD_CLOEXEC);
    if (*file < 0 || ftruncate(*file, sizeof(struct record_log)) != 0)
        return NULL;
    struct record_log *log = mmap(NULL, sizeof *log, PROT_READ | PROT_WRITE, MAP_SHARED, *file, 0);
    if (log == MAP_FAILED)
        return NULL;
    log->magic = RECORD_LOG_MAGIC;
    return log;
}

void record_log_delete(struct record_log *log) {
    if (log != NULL)
        munmap(log, sizeof *log);
}

/* --- signals: what ends the command does not end the recording --- */

static const int passed_on[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};
enum { PASSED_ON = sizeof passed_on / sizeof *passed_on };

static volatile pid_t running; /* the command */

/* A terminal sends its signals to the command as well; what a process sends, it sends to us. */
static void pass_on(int number, siginfo_t *info, void *context) {
    (void)context;
    if (info->si_code <= 0 && running > 0)
        kill(running, number);
}

static void set_signals(struct sigaction old[PASSED_ON]) {
    struct sigaction action = {.sa_sigaction = pass_on, .sa_flags = SA_SIGINFO | SA_RESTART};
    for (int i = 0; i < PASSED_ON; i++) {
        sigaction(passed_on[i], NULL, &old[i]);
        if (old[i].sa_handler != SIG_IGN)
            sigaction(passed_on[i], &action, NULL);
    }
}

static void restore_signals(const struct sigaction old[PASSED_ON]) {
    for (int i = 0; i < PASSED_ON; i++)
        sigaction(passed_on[i], &old[i], NULL);
}

/* Blocks them, so that none comes before `running' is known. */
static void hold_signals(sigset_t *mask) {
    sigset_t held;
    sigemptyset(&held);
    for (int i = 0; i < PASSED_ON; i++)
        sigaddset(&held, passed_on[i]);
    sigprocmask(SIG_BLOCK, &held, mask);
}

/* --- the command --- */

/* In the child process. The error of exec goes through the pipe, which exec closes on success, and
 * sets our signal handlers back. */
static _Noreturn void become(char **command, struct record_log *log, const char *path, int report,
                             const sigset_t *mask) {
    int error = 0;
    log->owner = getpid();
    sigprocmask(SIG_SETMASK, mask, NULL);
    if (preload(path))
        execvp(command[0], command);
    error = errno;
    ssize_t put = write(report, &error, sizeof error);
    _exit(put == sizeof error ? 127 : 126);
}

static pid_t start(char **command, struct record_log *log, const char *path, int report) {
    sigset_t mask;
    hold_signals(&mask);
    pid_t child = fork();
    if (child == 0)
        become(command, log, path, report, &mask);
    running = child;
    sigprocmask(SIG_SETMASK, &mask, NULL);
    return child;
}

static bool run(char **command, struct record_log *log, const char *path, int *wait_status) {
    struct sigaction old[PASSED_ON];
    int ends[2], error = 0;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    set_signals(old);
    pid_t child = start(command, log, path, ends[1]);
    if (child < 0)
        error = errno;
    close(ends[1]);
    bool started = child > 0 && read(ends[0], &error, sizeof error) == 0;
    close(ends[0]);
    while (child > 0 && waitpid(child, wait_status, 0) < 0 && errno == EINTR) {
    }
    running = 0;
    restore_signals(old);
    errno = error;
    return started;
}

struct record_log *record_run(char **command, int *wait_status) {
    char *path = tool_install_path(library);
    int file;
    if (path == NULL) {
        tool_error("%s: not found beside this program or in ../libexec; sanitizer builds have none",
                   library);
        return NULL;
    }
    struct record_log *log = new_log(&file);
    if (log == NULL || !name_log(file)) {
        tool_error("cannot create a log: %s", strerror(errno));
    } else if (run(command, log, path, wait_status)) {
        close(file);
        free(path);
        return log;
    } else {
        tool_cannot_run(command[0], strerror(errno));
    }
    record_log_delete(log);
    if (file >= 0)
        close(file);
    free(path);
    return NULL;
}
