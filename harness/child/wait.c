// SPDX-License-Identifier: MIT
// Waits for the process, and watches how long its call takes and how much memory it has.
#define _GNU_SOURCE
#include "death.h"

#include "pages/resident.h"
#include "run/call_watch.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    TICK_MS = 20, /* in which a process can touch some 100 MiB */
    MIN_TICK_MS = 2,
    LONG_CALL_MS = 1000,
    REPORT_MS = 60000, /* a sanitizer that reports starts a symbolizer and waits for it */
};

static bool is_reporting(const struct ac_child *child) {
    return child->shared->alarm.raised || child->shared->alarm.writes;
}

/* `bytes`: that the call may copy or clear; the process cannot have more than its memory limit. */
static uint64_t allowed_ms(const struct ac_child *child, uint64_t bytes) {
    if (is_reporting(child))
        return REPORT_MS;
    bytes = bytes < ac_child_memory(child) ? bytes : ac_child_memory(child);
    return ac_call_allowed_ms(child->options.call_ms, bytes);
}

static bool is_stuck(const struct ac_child *child, struct ac_call_watch *watch) {
    const struct ac_progress now = ac_child_progress(child);
    return ac_call_overdue(watch, child->pid, &now, allowed_ms(child, now.bytes));
}

bool ac_child_is_full(const struct ac_child *child) {
    return !is_reporting(child) && ac_resident_of(child->pid) >= ac_child_memory(child);
}

static int tick(const struct ac_child *child) {
    uint64_t ms = allowed_ms(child, 0) / 4;
    ms = ms > TICK_MS ? TICK_MS : ms < MIN_TICK_MS ? MIN_TICK_MS : ms;
    if (child->deadline != 0) {
        uint64_t now = ac_now_ms();
        uint64_t left = child->deadline > now ? child->deadline - now : 0;
        ms = left < ms ? left : ms;
    }
    return (int)ms;
}

static bool has_replied(const struct ac_child *child) {
    char byte;
    return read(child->link, &byte, 1) == 1;
}

static void note_unfinished(struct ac_child *child, const struct ac_call_watch *watch) {
    const struct ac_progress now = ac_child_progress(child);
    const bool same = now.in_call && watch->at.in_call && now.calls == watch->at.calls;
    const uint64_t ms = same ? ac_now_ms() - watch->wall_start : 0;
    child->unfinished = (struct ac_unfinished){.ms = ms >= LONG_CALL_MS ? ms : 0};
}

static bool is_late(const struct ac_child *child) {
    return (child->deadline != 0 && ac_now_ms() >= child->deadline) ||
           (child->options.stop != NULL && child->options.stop());
}

/* --- the time of a program --- */

/* One program, or probe, for as long as it runs. */
struct program_watch {
    uint64_t number, start_ms;
};

static uint64_t number_of(const struct ac_child *child) {
    const struct ac_child_shared *shared = child->shared;
    return shared->request.kind == AC_CHILD_PROBES ? shared->probe_state.at : shared->begun;
}

static uint64_t program_allowed_ms(const struct ac_child *child) {
    const struct ac_child_request *request = &child->shared->request;
    const bool once = request->kind == AC_CHILD_RUNS ||
                      (request->kind == AC_CHILD_RUNS_BATCH && !request->batch.replay);
    const bool is_short = once && !ac_child_is_race(request);
    return is_short ? child->options.program_ms / AC_INLINE_SHARE : child->options.program_ms;
}

static bool is_over_time(const struct ac_child *child, struct program_watch *watch, uint64_t now) {
    const uint64_t number = number_of(child);
    if (child->program_deadline != 0)
        return now >= child->program_deadline;
    if (number != watch->number)
        *watch = (struct program_watch){number, now};
    return now - watch->start_ms > program_allowed_ms(child);
}

/* A call that may hang is a finding soon; it must not be lost. */
static bool may_hang(const struct ac_child *child, const struct ac_call_watch *call, uint64_t now) {
    return child->shared->request.kind != AC_CHILD_PROBES && call->at.in_call &&
           now - call->wall_start > LONG_CALL_MS;
}

static bool is_overtime(const struct ac_child *child, struct program_watch *watch,
                        const struct ac_call_watch *call) {
    const uint64_t now = ac_now_ms();
    return child->options.program_ms != 0 && !is_reporting(child) &&
           is_over_time(child, watch, now) && !may_hang(child, call, now);
}

/* --- the wait --- */

enum ac_child_wait ac_child_wait(struct ac_child *child, int *status) {
    struct ac_call_watch watch = {.sleep_start = 0};
    struct program_watch program = {number_of(child), ac_now_ms()};
    for (;;) {
        struct pollfd link = {.fd = child->link, .events = POLLIN};
        if (poll(&link, 1, tick(child)) > 0) {
            if (has_replied(child))
                return AC_WAIT_REPLY;
            *status = ac_child_reap(child);
            return AC_WAIT_ENDED;
        }
        if (waitpid(child->pid, status, WNOHANG) == child->pid)
            return AC_WAIT_ENDED; /* a process that it forked keeps the link open */
        if (is_late(child)) {
            note_unfinished(child, &watch);
            return AC_WAIT_TIMEOUT;
        }
        if (ac_child_is_full(child))
            return AC_WAIT_FULL;
        if (is_stuck(child, &watch))
            return AC_WAIT_STUCK;
        if (is_overtime(child, &program, &watch))
            return AC_WAIT_OVERTIME;
    }
}
