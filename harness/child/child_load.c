// SPDX-License-Identifier: MIT
// The target's library: loaded by the child, and what its parent learns of that.
#define _GNU_SOURCE /* sigabbrev_np */
#include "child_private.h"

#include "run/call_watch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void ac_child_explain(struct ac_child *child, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(child->shared->trouble, sizeof child->shared->trouble, format, arguments);
    va_end(arguments);
}

const char *ac_child_trouble(const struct ac_child *child) {
    return child->shared->trouble;
}

/* --- the child's side --- */

static void describe(struct ac_child_loaded *loaded, const struct ac_allocator *allocator) {
    loaded->allocator = *allocator;
    snprintf(loaded->name, sizeof loaded->name, "%s", allocator->name);
    ac_profile_copy(&loaded->profile, allocator->profile);
}

const struct ac_allocator *ac_child_allocator(struct ac_child *child, int link) {
    const struct ac_target *target = &child->options.target;
    struct ac_child_shared *shared = child->shared;
    if (target->library == NULL) {
        return target->allocator;
    }
    const struct ac_allocator *allocator =
        target->library->load(target->library->path, shared->trouble, sizeof shared->trouble);
    if (allocator == NULL) {
        return NULL;
    }
    describe(&shared->loaded, allocator);
    return write(link, "!", 1) == 1 ? allocator : NULL;
}

/* --- the parent's side --- */

enum load_end { LOADED, ENDED, LATE, FULL };

enum { TICK_MS = 20 };

static enum load_end wait_loaded(const struct ac_child *child, int *status) {
    const uint64_t deadline = ac_now_ms() + AC_LOAD_SECONDS * 1000;
    struct pollfd link = {.fd = child->link, .events = POLLIN};
    char byte;
    int got = 0;
    for (uint64_t now = ac_now_ms(); got <= 0 && now < deadline; now = ac_now_ms()) {
        got = poll(&link, 1, deadline - now < TICK_MS ? (int)(deadline - now) : TICK_MS);
        if (got <= 0 && ac_child_is_full(child)) {
            return FULL;
        }
    }
    if (got <= 0) {
        return LATE;
    }
    if (read(child->link, &byte, 1) == 1) {
        return LOADED;
    }
    while (waitpid(child->pid, status, 0) < 0 && errno == EINTR) {
    }
    return ENDED;
}

static void explain_end(struct ac_child *child, int status) {
    char reported[AC_LIBRARY_ERROR / 2];
    ac_child_output(child, reported, sizeof reported);
    reported[strcspn(reported, "\n")] = '\0';
    const char *wrote = reported[0] != '\0' ? "; it wrote: " : "";
    if (WIFSIGNALED(status)) {
        const char *name = sigabbrev_np(WTERMSIG(status));
        ac_child_explain(child, "loading it ends the process with SIG%s%s%s", name ? name : "?",
                         wrote, reported);
    } else {
        ac_child_explain(child, "loading it ends the process with exit status %d%s%s",
                         WEXITSTATUS(status), wrote, reported);
    }
}

bool ac_child_await_library(struct ac_child *child) {
    int status;
    if (child->options.target.library == NULL) {
        return true;
    }
    switch (wait_loaded(child, &status)) {
    case LOADED:
        ac_profile_copy_fix_pointers(&child->shared->loaded.profile);
        return true;
    case ENDED:
        ac_child_forget_process(child);
        if (!child->shared->broken) {
            explain_end(child, status);
        }
        return false;
    case FULL:
        ac_child_end_process(child);
        ac_child_explain(child, "loading it takes all of the %llu MiB that it may have",
                         (unsigned long long)(ac_child_memory(child) >> 20));
        return false;
    default:
        ac_child_end_process(child);
        ac_child_explain(child, "it is still not loaded after %d s", AC_LOAD_SECONDS);
        return false;
    }
}

enum ac_child_load_end ac_child_load(struct ac_child *child, struct ac_child_loaded *loaded) {
    if (child->link < 0 && !ac_child_start_process(child)) {
        return child->shared->broken ? AC_LOAD_REFUSED : AC_LOAD_FAILED;
    }
    *loaded = child->shared->loaded;
    ac_profile_copy_fix_pointers(&loaded->profile);
    loaded->allocator.name = loaded->name;
    loaded->allocator.profile = &loaded->profile.profile;
    return AC_LOAD_DONE;
}
