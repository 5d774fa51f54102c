// SPDX-License-Identifier: MIT
// The signal handler walks the stack with the unwinder that every executable has. Nothing that it
// calls takes a lock or memory: the unwinder uses _dl_find_object, which is made for this.
#define _GNU_SOURCE /* _dl_find_object, sigaltstack */
#include "crash.h"

#include "allocheck/race.h"

#include "run/call_watch.h"
#include "run/current.h"
#include "run/runner.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <unwind.h>

enum { STACK = 64 << 10, LARGEST_STACK = 64 << 20, ANSWER_MS = 50 };

#define ASKING_SIGNAL (SIGRTMAX - 3) /* that allocators have no use for */

/* A signal handler has no context argument, so it reads a global. */
static struct {
    struct ac_crash *crash;
    const struct ac_progress *progress;
    bool asked; /* by the parent */
    bool found; /* the interrupted frame */
    _Alignas(16) char stack[STACK];
} watched;

/* A library that was preloaded as an open file has a name that means nothing to other processes. */
static void copy_path(char *to, const char *path) {
    static const char open_file[] = "/proc/self/fd/";
    size_t length = path != NULL ? strnlen(path, AC_CRASH_PATH - 1) : 0;
    ssize_t real = -1;
    if (length > sizeof open_file && memcmp(path, open_file, sizeof open_file - 1) == 0)
        real = readlink(path, to, AC_CRASH_PATH - 1);
    if (real > 0)
        length = (size_t)real;
    else
        memcpy(to, path, length);
    to[length] = '\0';
}

static void note_frame(struct ac_crash *crash, uintptr_t instruction) {
    struct dl_find_object found;
    struct ac_crash_frame *frame = &crash->frames[crash->count++];
    *frame = (struct ac_crash_frame){.offset = instruction, .module = "?"}; /* a wild jump */
    if (_dl_find_object((void *)instruction, &found) == 0) {
        frame->offset = instruction - found.dlfo_link_map->l_addr;
        copy_path(frame->module, found.dlfo_link_map->l_name);
    }
}

/* A process is asked on any thread: is it the one that runs the call? */
static bool is_in_call(const struct ac_progress *progress, uint64_t address) {
    return progress->stack == UINT64_MAX ||
           (address < progress->stack && progress->stack - address < LARGEST_STACK);
}

/* Frames inside the interrupted one are the handler's. In the interrupted one the address is that
 * of the instruction itself, in all others it is after the call. */
static _Unwind_Reason_Code look_at_frame(struct _Unwind_Context *context, void *of_call) {
    const struct ac_progress *progress = of_call;
    struct ac_crash *crash = watched.crash;
    int interrupted = 0;
    uintptr_t instruction = _Unwind_GetIPInfo(context, &interrupted);
    if (interrupted && watched.asked && !is_in_call(progress, _Unwind_GetCFA(context)))
        return _URC_END_OF_STACK;
    if (interrupted) {
        watched.found = true;
        crash->count = 0;
    }
    if (crash->count == AC_CRASH_FRAMES || _Unwind_GetCFA(context) >= progress->stack)
        return _URC_END_OF_STACK;
    note_frame(crash, instruction - (interrupted ? 0 : 1));
    return _URC_NO_REASON;
}

static void note_stack(void) {
    const struct ac_runner *racing = ac_current_runner();
    const struct ac_progress *progress = racing != NULL ? racing->progress : watched.progress;
    watched.crash->count = 0;
    watched.found = false;
    if (progress->in_call)
        _Unwind_Backtrace(look_at_frame, (void *)progress);
    if (!watched.found) /* the handler's own frames are no stack */
        watched.crash->count = 0;
    watched.crash->complete = watched.crash->count != 0;
}

/* Blocked until the handler returns; then it ends the process as if there had been none. */
static void note_crash(int signal_number) {
    watched.asked = false;
    ac_race_note_death();
    note_stack();
    raise(signal_number);
}

static void note_hang(int unused) {
    const int error = errno;
    (void)unused;
    watched.asked = true;
    note_stack();
    errno = error;
}

/* Makes the unwinder and the loader prepare now what they must not prepare in a signal handler. */
static _Unwind_Reason_Code look_at_none(struct _Unwind_Context *context, void *unused) {
    struct dl_find_object found;
    (void)unused;
    (void)_Unwind_GetCFA(context);
    (void)_dl_find_object((void *)_Unwind_GetIP(context), &found);
    return _URC_END_OF_STACK;
}

/* An allocator may use signals itself. */
static bool is_unhandled(int signal_number) {
    struct sigaction now;
    return sigaction(signal_number, NULL, &now) == 0 && now.sa_handler == SIG_DFL;
}

void ac_crash_watch(struct ac_crash *crash, const struct ac_progress *progress) {
    static const int fatal[] = {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP};
    const stack_t stack = {.ss_sp = watched.stack, .ss_size = sizeof watched.stack};
    struct sigaction action = {.sa_handler = note_crash,
                               .sa_flags = SA_ONSTACK | (int)SA_RESETHAND};
    crash->count = 0;
    watched.crash = crash;
    watched.progress = progress;
    _Unwind_Backtrace(look_at_none, NULL);
    sigaltstack(&stack, NULL);
    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++)
        if (is_unhandled(fatal[i]))
            sigaction(fatal[i], &action, NULL);
    action = (struct sigaction){.sa_handler = note_hang, .sa_flags = SA_ONSTACK | SA_RESTART};
    sigfillset(&action.sa_mask);
    if (is_unhandled(ASKING_SIGNAL))
        sigaction(ASKING_SIGNAL, &action, NULL);
}

/* --- in the parent --- */

struct question {
    const struct ac_crash *crash;
    pid_t process;
};

static bool answers(void *ctx, int folder, const char *thread) {
    const struct question *question = ctx;
    (void)folder;
    if (syscall(SYS_tgkill, question->process, atoi(thread), ASKING_SIGNAL) != 0)
        return false;
    for (int ms = 0; ms < ANSWER_MS && !question->crash->complete; ms++)
        usleep(1000);
    return question->crash->complete;
}

/* Without a handler the signal ends the process, which is about to end anyway. */
void ac_crash_ask(const struct ac_crash *crash, pid_t process) {
    struct question question = {crash, process};
    ac_visit_threads(process, answers, &question);
}
