// SPDX-License-Identifier: MIT
// Waits for the child and watches that the call it is in does not take too long.
#define _GNU_SOURCE
#include "child_private.h"

#include "resident.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    TICK_MS = 20, /* in which a process can touch some 100 MiB */
    MIN_TICK_MS = 2,
    REPORT_MS = 60000, /* for a sanitizer that found something: it starts a symbolizer and waits */
};

static uint64_t in_ms(const struct timespec *time) {
    return (uint64_t)time->tv_sec * 1000 + (uint64_t)time->tv_nsec / 1000000;
}

uint64_t ac_child_now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return in_ms(&now);
}

static uint64_t cpu_ms(pid_t pid) {
    clockid_t clock;
    struct timespec used = {0, 0};
    if (clock_getcpuclockid(pid, &clock) == 0) {
        clock_gettime(clock, &used);
    }
    return in_ms(&used);
}

/* True when a thread waits for something; false also where it is gone. */
static bool task_sleeps(int folder, const char *name) {
    char path[40], text[512];
    snprintf(path, sizeof path, "%.20s/stat", name);
    int file = openat(folder, path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, text, sizeof text - 1);
    if (file >= 0) {
        close(file);
    }
    if (length < 0) {
        return false;
    }
    text[length] = '\0';
    const char *name_end = strrchr(text, ')');
    return name_end != NULL && name_end[1] == ' ' && name_end[2] == 'S';
}

/* True when all threads of a process wait for something, which no call of an allocator has reason
 * to do for long: one that waits for its turn on a busy machine is runnable, and not meant. The
 * main thread waits also while another one makes the call. */
static bool sleeps(pid_t pid) {
    char path[40];
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *tasks = opendir(path);
    bool all = tasks != NULL;
    for (struct dirent *task; all && (task = readdir(tasks)) != NULL;) {
        all = task->d_name[0] == '.' || task_sleeps(dirfd(tasks), task->d_name);
    }
    if (tasks != NULL) {
        closedir(tasks);
    }
    return all;
}

/* One call of the child, as long as it lasts. */
struct watch {
    struct ac_progress at;
    uint64_t cpu_start;   /* of the call, as first seen, in ms */
    uint64_t sleep_start; /* of CLOCK_MONOTONIC, in ms; 0: it does not sleep */
};

static bool same_call(const struct ac_progress *left, const struct ac_progress *right) {
    return left->in_call && right->in_call && left->calls == right->calls;
}

/* A sanitizer found something: what it needs now, it may take. */
static bool is_reporting(const struct ac_child *child) {
    return child->shared->alarm.raised || child->shared->alarm.writes;
}

static uint64_t allowed_ms(const struct ac_child *child, uint64_t bytes) {
    if (is_reporting(child)) {
        return REPORT_MS;
    }
    uint64_t base = child->options.call_ms ? child->options.call_ms : AC_CALL_SECONDS * 1000;
    /* More than the process may have is not copied or cleared, whatever is asked for. */
    bytes = bytes < ac_child_memory(child) ? bytes : ac_child_memory(child);
    return base + (bytes >> 20) * AC_CALL_SECONDS_PER_GIB * 1000 / 1024;
}

static bool overdue(const struct ac_child *child, struct watch *watch) {
    struct ac_progress now = child->shared->progress;
    uint64_t cpu = cpu_ms(child->pid), wall = ac_child_now_ms();
    if (!same_call(&watch->at, &now)) {
        *watch = (struct watch){now, cpu, 0};
        return false;
    }
    if (!sleeps(child->pid)) {
        watch->sleep_start = 0;
    } else if (watch->sleep_start == 0) {
        watch->sleep_start = wall;
    }
    uint64_t asleep = watch->sleep_start ? wall - watch->sleep_start : 0;
    uint64_t allowed = allowed_ms(child, now.bytes);
    return cpu - watch->cpu_start > allowed || asleep > allowed;
}

uint64_t ac_child_memory(const struct ac_child *child) {
    return child->options.memory != 0 ? child->options.memory : AC_MEMORY;
}

bool ac_child_is_full(const struct ac_child *child) {
    return !is_reporting(child) && ac_resident_of(child->pid) >= ac_child_memory(child);
}

static int tick(const struct ac_child *child) {
    uint64_t ms = allowed_ms(child, 0) / 4;
    ms = ms > TICK_MS ? TICK_MS : ms < MIN_TICK_MS ? MIN_TICK_MS : ms;
    if (child->deadline != 0) {
        uint64_t now = ac_child_now_ms();
        uint64_t left = child->deadline > now ? child->deadline - now : 0;
        ms = left < ms ? left : ms;
    }
    return (int)ms;
}

static bool replied(const struct ac_child *child) {
    char byte;
    return read(child->link, &byte, 1) == 1;
}

static bool is_over(const struct ac_child *child) {
    return (child->deadline != 0 && ac_child_now_ms() >= child->deadline) ||
           (child->options.stop != NULL && child->options.stop());
}

enum ac_child_wait ac_child_wait(struct ac_child *child, int *status) {
    struct watch watch = {.sleep_start = 0};
    for (;;) {
        struct pollfd link = {.fd = child->link, .events = POLLIN};
        if (poll(&link, 1, tick(child)) > 0) {
            if (replied(child)) {
                return AC_WAIT_REPLY;
            }
            while (waitpid(child->pid, status, 0) < 0 && errno == EINTR) {
            }
            return AC_WAIT_ENDED;
        }
        if (waitpid(child->pid, status, WNOHANG) == child->pid) {
            return AC_WAIT_ENDED; /* while a process that it forked keeps the link open */
        }
        if (is_over(child)) {
            return AC_WAIT_TIMEOUT;
        }
        if (ac_child_is_full(child)) {
            return AC_WAIT_FULL;
        }
        if (overdue(child, &watch)) {
            return AC_WAIT_STUCK;
        }
    }
}
