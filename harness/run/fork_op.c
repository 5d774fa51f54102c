// SPDX-License-Identifier: MIT
// The op `fork': its child checks that it can allocate and free, and the parent checks that its own
// blocks stayed intact. The child reports through one shared page. It drops whatever else the two
// would share (progress, journal, answers, behaviour) first.
#define _GNU_SOURCE /* sigabbrev_np, MAP_ANONYMOUS */
#include "alarm.h"

#include "call_watch.h"
#include "current.h"
#include "fork_ops.h"
#include "call.h"
#include "check.h"
#include "observer.h"
#include "ops.h"
#include "page_requests.h"
#include "signals.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    TICK_MS = 2,
    REPORT_MS = 60000, /* time for a sanitizer to write its report */
    PLACE = 60,
};

struct ac_fork_page {
    struct ac_progress progress;
    struct ac_report report;
    struct ac_alarm alarm;
    volatile uint32_t at; /* index of its op */
    volatile bool done;   /* the report is complete */
};

enum fork_end { FORK_DONE, FORK_DIED, FORK_STUCK, FORK_ENDED_BY_OTHERS };

/* The child as its parent sees it. */
struct forked {
    struct ac_fork_page *page;
    pid_t pid;
    enum fork_end end;
    int status; /* of waitpid */
};

bool ac_runner_forked(const struct ac_runner *runner, const char *report) {
    const struct ac_runner *racing = ac_current_runner();
    runner = racing != NULL ? racing : runner;
    if (runner->fork.page == NULL)
        return false;
    struct ac_alarm *alarm = &runner->fork.page->alarm;
    snprintf(alarm->text, sizeof alarm->text, "%s", report);
    alarm->raised = true;
    return true;
}

static void call_handler(const struct ac_runner *runner, void (*handler)(void *heap)) {
    if (handler != NULL)
        handler(runner->heap.instance);
}

/* --- the child --- */

/* An engine's death callback would save the parent's input as a crash
 * (sanitizer/common_interface_defs.h). */
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

static void leave_to_parent(struct ac_runner *runner, struct ac_fork_page *page) {
    ac_reset_signals(runner->options.trapped);
    if (__sanitizer_set_death_callback != NULL)
        __sanitizer_set_death_callback(NULL);
    runner->fork.page = page;
    runner->report = &page->report;
    runner->progress = &page->progress;
    runner->options.answers = NULL;
    runner->options.behaviour = NULL;
    runner->options.journal = NULL;
    runner->observer = NULL;
    runner->requests.refusal.nth = 0;
    ac_begin_page_requests(runner);
    ac_refuse_page_request(runner, 0, false);
    if (runner->heap.source != NULL)
        ac_source_journal(runner->heap.source, NULL);
}

static _Noreturn void be_child(struct ac_runner *runner, struct ac_fork_page *page, pid_t parent) {
    leave_to_parent(runner, page);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(0);
    ac_self(runner)->catches = true;
    if (setjmp(ac_self(runner)->end) == 0) {
        call_handler(runner, runner->allocator->fork_child);
        ac_fork_ops(runner, &page->at);
    } else {
        ac_false_alarm(runner);
    }
    page->done = true;
    _exit(0);
}

/* --- the parent --- */

/* The fork counts as one call of the allocator, whose fork handlers may hang. In the child it
 * lasts until the first call. */
static pid_t fork_now(struct ac_runner *runner, struct ac_fork_page *page) {
    const pid_t parent = getpid();
    page->progress.in_call = 1;
    ac_call_begin(runner, 0);
    ac_observe_about(runner, AC_EVENT_FORK, NULL);
    call_handler(runner, runner->allocator->fork_prepare);
    ac_observe_fork_begins(runner);
    const pid_t pid = fork();
    ac_observe_fork_returned(runner);
    if (pid == 0)
        be_child(runner, page, parent);
    call_handler(runner, runner->allocator->fork_parent);
    ac_call_end(runner);
    return pid;
}

static uint64_t allowed_ms(const struct ac_runner *runner, const struct ac_fork_page *page) {
    const uint64_t bytes = page->progress.bytes, most = runner->options.memory;
    return page->alarm.raised
               ? REPORT_MS
               : ac_call_allowed_ms(runner->options.call_ms, bytes < most ? bytes : most);
}

static bool is_stuck(const struct ac_runner *runner, const struct forked *forked,
                     struct ac_call_watch *watch) {
    const struct ac_progress now = forked->page->progress;
    return ac_call_overdue(watch, forked->pid, &now, allowed_ms(runner, forked->page));
}

static bool has_ended(struct forked *forked, int options) {
    pid_t ended;
    do {
        ended = waitpid(forked->pid, &forked->status, options);
    } while (ended < 0 && errno == EINTR);
    return ended != 0;
}

static enum fork_end end_of(const struct forked *forked) {
    const int number = WIFSIGNALED(forked->status) ? WTERMSIG(forked->status) : 0;
    if (number == SIGKILL || number == SIGTERM || number == SIGINT || number == SIGHUP)
        return FORK_ENDED_BY_OTHERS;
    return number == 0 && forked->page->done ? FORK_DONE : FORK_DIED;
}

/* Without pidfd_open, polls every tick. */
static void wait_for(const struct ac_runner *runner, struct forked *forked) {
    struct ac_call_watch watch = {.sleep_start = 0};
    struct pollfd ends = {.fd = (int)syscall(SYS_pidfd_open, forked->pid, 0), .events = POLLIN};
    forked->end = FORK_DONE;
    while (poll(&ends, 1, TICK_MS), !has_ended(forked, WNOHANG)) {
        if (is_stuck(runner, forked, &watch)) {
            kill(forked->pid, SIGKILL);
            has_ended(forked, 0);
            forked->end = FORK_STUCK;
            break;
        }
    }
    if (ends.fd >= 0)
        close(ends.fd);
    if (forked->end != FORK_STUCK)
        forked->end = end_of(forked);
}

/* --- the check --- */

static void describe_death(const struct forked *forked, const char *place, char *text) {
    const struct ac_alarm *alarm = &forked->page->alarm;
    if (alarm->raised) {
        snprintf(text, AC_EVIDENCE, "the child: %.80s in `%s'", alarm->text, place);
    } else if (WIFSIGNALED(forked->status)) {
        const char *name = sigabbrev_np(WTERMSIG(forked->status));
        snprintf(text, AC_EVIDENCE, "the child: SIG%s in `%s'", name != NULL ? name : "?", place);
    } else {
        snprintf(text, AC_EVIDENCE, "the child: exit(%d) in `%s'", WEXITSTATUS(forked->status),
                 place);
    }
}

static void describe(const struct forked *forked, char *text) {
    const struct ac_finding *finding = &forked->page->report.finding;
    char place[PLACE];
    ac_fork_place(forked->page->at, place, sizeof place);
    if (forked->end == FORK_STUCK) {
        snprintf(text, AC_EVIDENCE, "the child does not return from `%s'", place);
    } else if (forked->end == FORK_DIED) {
        describe_death(forked, place, text);
    } else {
        snprintf(text, AC_EVIDENCE, "the child: %s, %.60s, in `%s'",
                 ac_oracle_info(finding->oracle)->id, finding->actual, place);
    }
}

/* The child's heap is a copy: its writes must not show up here. */
static void check_kept(struct ac_runner *runner) {
    for (struct ac_block *block = ac_blocks_oldest(&runner->model.blocks); block != NULL;
         block = ac_blocks_newer(&runner->model.blocks, block))
        if (!ac_check_content(runner, block, AC_ORACLE_FORK_SAFE))
            return;
}

/* If the same ops fail in the parent too, the fork is not to blame: that finding comes first. */
static void blame_fork(struct ac_runner *runner, const struct forked *forked) {
    char actual[AC_EVIDENCE];
    volatile uint32_t at;
    describe(forked, actual);
    ac_fork_ops(runner, &at);
    if (!runner->ended) {
        ac_fail(runner, AC_ORACLE_FORK_SAFE, NULL, NULL,
                "the child of a fork allocates and frees as its parent does", "%s", actual);
    }
}

static void check(struct ac_runner *runner, const struct forked *forked) {
    if (forked->end == FORK_ENDED_BY_OTHERS)
        runner->report->counts.over_limit++;
    else if (!ac_checks(runner, AC_ORACLE_FORK_SAFE))
        return;
    else if (forked->end == FORK_DONE && !forked->page->report.found)
        check_kept(runner);
    else
        blame_fork(runner, forked);
}

void ac_fork_check(struct ac_runner *runner) {
    struct forked forked = {.page = mmap(NULL, sizeof *forked.page, PROT_READ | PROT_WRITE,
                                         MAP_SHARED | MAP_ANONYMOUS, -1, 0)};
    if (forked.page == MAP_FAILED) {
        runner->report->counts.over_limit++;
        return;
    }
    forked.pid = fork_now(runner, forked.page);
    if (forked.pid > 0) {
        wait_for(runner, &forked);
        check(runner, &forked);
    } else {
        runner->report->counts.over_limit++;
    }
    munmap(forked.page, sizeof *forked.page);
}

void ac_do_fork(struct ac_runner *runner) {
    if (runner->fork.count == AC_MAX_FORKS) {
        runner->report->counts.over_limit++;
        return;
    }
    runner->fork.count++;
    ac_fork_check(runner);
}
