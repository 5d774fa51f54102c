// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* clock_getcpuclockid, O_CLOEXEC, O_DIRECTORY */
#include "call_watch.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Bytes of a directory that are read at once, and where an entry of getdents64(2) holds its length
 * and its name. */
enum { ENTRIES = 1024, LENGTH_AT = 16, NAME_AT = 19 };

static uint64_t in_ms(const struct timespec *time) {
    return (uint64_t)time->tv_sec * 1000 + (uint64_t)time->tv_nsec / 1000000;
}

uint64_t ac_now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return in_ms(&now);
}

uint64_t ac_call_allowed_ms(uint32_t call_ms, uint64_t bytes) {
    const uint64_t base = call_ms != 0 ? call_ms : AC_CALL_SECONDS * 1000;
    return base + (bytes >> 20) * AC_CALL_SECONDS_PER_GIB * 1000 / 1024;
}

static uint64_t cpu_ms(pid_t pid) {
    clockid_t clock;
    struct timespec used = {0, 0};
    if (clock_getcpuclockid(pid, &clock) == 0)
        clock_gettime(clock, &used);
    return in_ms(&used);
}

/* True if the thread sleeps; false also if it is gone. */
static bool task_sleeps(int folder, const char *name) {
    char path[40], text[512];
    snprintf(path, sizeof path, "%.20s/stat", name);
    int file = openat(folder, path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, text, sizeof text - 1);
    if (file >= 0)
        close(file);
    if (length < 0)
        return false;
    text[length] = '\0';
    const char *name_end = strrchr(text, ')');
    return name_end != NULL && name_end[1] == ' ' && name_end[2] == 'S';
}

static bool visit_entries(int folder, ac_thread_visitor *visit, void *ctx) {
    char entries[ENTRIES];
    uint16_t length;
    for (long size; (size = syscall(SYS_getdents64, folder, entries, sizeof entries)) > 0;) {
        for (long at = 0; at < size; at += length) {
            const char *name = entries + at + NAME_AT;
            memcpy(&length, entries + at + LENGTH_AT, sizeof length);
            if (name[0] != '.' && visit(ctx, folder, name))
                return true;
        }
    }
    return false;
}

/* opendir would take memory from malloc, which may be the allocator under test. */
bool ac_visit_threads(pid_t pid, ac_thread_visitor *visit, void *ctx) {
    char path[40];
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool done = folder >= 0 && visit_entries(folder, visit, ctx);
    if (folder >= 0)
        close(folder);
    return done;
}

/* Counts threads that sleep in *ctx, until one does not. */
static bool is_awake(void *ctx, int folder, const char *thread) {
    unsigned *asleep = ctx;
    const bool sleeping = task_sleeps(folder, thread);
    *asleep += sleeping;
    return !sleeping;
}

/* True if all threads of a process sleep, which no call of an allocator should do for long. A
 * thread that waits for a CPU is runnable, and does not count. */
static bool sleeps(pid_t pid) {
    unsigned asleep = 0;
    return !ac_visit_threads(pid, is_awake, &asleep) && asleep > 0;
}

static bool same_call(const struct ac_progress *left, const struct ac_progress *right) {
    return left->in_call && right->in_call && left->calls == right->calls;
}

bool ac_call_overdue(struct ac_call_watch *watch, pid_t pid, const struct ac_progress *now,
                     uint64_t allowed) {
    const uint64_t cpu = cpu_ms(pid), wall = ac_now_ms();
    if (!same_call(&watch->at, now)) {
        *watch = (struct ac_call_watch){*now, cpu, wall, 0};
        return false;
    }
    if (!sleeps(pid))
        watch->sleep_start = 0;
    else if (watch->sleep_start == 0)
        watch->sleep_start = wall;
    const uint64_t asleep = watch->sleep_start ? wall - watch->sleep_start : 0;
    return cpu - watch->cpu_start > allowed || asleep > allowed;
}
