// SPDX-License-Identifier: MIT
// The target's library, as the parent sees it: the child loads it, and the parent waits for that.
#define _GNU_SOURCE /* sigabbrev_np */
#include "process.h"

#include "run/call_watch.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum load_end { LOADED, ENDED, LATE, FULL };

enum { TICK_MS = 20 };

static enum load_end wait_loaded(const struct ac_child *child) {
    const uint64_t deadline = ac_now_ms() + AC_LOAD_SECONDS * 1000;
    struct pollfd link = {.fd = child->link, .events = POLLIN};
    char byte;
    int got = 0;
    for (uint64_t now = ac_now_ms(); got <= 0 && now < deadline; now = ac_now_ms()) {
        got = poll(&link, 1, deadline - now < TICK_MS ? (int)(deadline - now) : TICK_MS);
        if (got <= 0 && ac_child_is_full(child))
            return FULL;
    }
    if (got <= 0)
        return LATE;
    return read(child->link, &byte, 1) == 1 ? LOADED : ENDED;
}

static void explain_end(struct ac_child *child, int status) {
    char printed[AC_LIBRARY_ERROR / 2];
    ac_child_output(child, printed, sizeof printed);
    printed[strcspn(printed, "\n")] = '\0';
    const char *then = printed[0] != '\0' ? "; it printed: " : "";
    if (WIFSIGNALED(status)) {
        const char *name = sigabbrev_np(WTERMSIG(status));
        ac_child_explain(child, "loading it ends the process with SIG%s%s%s", name ? name : "?",
                         then, printed);
    } else {
        ac_child_explain(child, "loading it ends the process with exit status %d%s%s",
                         WEXITSTATUS(status), then, printed);
    }
}

static void note_end(struct ac_child *child) {
    const int status = ac_child_reap(child);
    ac_child_forget_process(child);
    if (!child->shared->broken)
        explain_end(child, status);
}

bool ac_child_await_library(struct ac_child *child) {
    if (child->options.target.library == NULL)
        return true;
    switch (wait_loaded(child)) {
    case LOADED:
        ac_profile_copy_fix_pointers(&child->shared->loaded.profile);
        return true;
    case ENDED:
        note_end(child);
        return false;
    case FULL:
        ac_child_end_process(child);
        ac_child_explain(child, "loading it reaches the memory limit of %llu MiB",
                         (unsigned long long)(ac_child_memory(child) >> 20));
        return false;
    default:
        ac_child_end_process(child);
        ac_child_explain(child, "loading it takes longer than %d s", AC_LOAD_SECONDS);
        return false;
    }
}

enum ac_child_load_end ac_child_load(struct ac_child *child, struct ac_child_loaded *loaded) {
    if (child->link < 0 && !ac_child_start_process(child))
        return child->shared->broken ? AC_LOAD_REFUSED : AC_LOAD_FAILED;
    *loaded = child->shared->loaded;
    ac_profile_copy_fix_pointers(&loaded->profile);
    loaded->allocator.name = loaded->name;
    loaded->allocator.profile = &loaded->profile.profile;
    return AC_LOAD_DONE;
}
