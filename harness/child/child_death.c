// SPDX-License-Identifier: MIT
// Turns the end of a child process into a finding.
#define _GNU_SOURCE /* sigabbrev_np, memmem */
#include "child_private.h"

#include "allocheck/profile.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OUTPUT = 1 << 14 };

static const char ub_report[] = ": runtime error: "; /* in a line of UndefinedBehaviorSanitizer */

static struct ac_finding at_progress(const struct ac_child *child, enum ac_oracle oracle) {
    const struct ac_progress progress = ac_child_progress(child);
    return (struct ac_finding){.oracle = oracle,
                               .op = progress.op,
                               .round = progress.round,
                               .thread = progress.thread,
                               .slot = AC_NO_SLOT,
                               .other_slot = AC_NO_SLOT,
                               .block = UINT32_MAX,
                               .first_wrong = UINT64_MAX,
                               .last_wrong = UINT64_MAX};
}

static const char *where(const struct ac_child *child) {
    return ac_child_progress(child).in_call ? "in the call" : "while the block was used";
}

static void describe(const struct ac_child *child, int status, const char *output,
                     struct ac_finding *finding) {
    const char *in = where(child);
    if (child->shared->alarm.raised) {
        snprintf(finding->actual, AC_EVIDENCE, "%.100s %s", child->shared->alarm.text, in);
    } else if (strstr(output, ub_report) != NULL) {
        snprintf(finding->actual, AC_EVIDENCE, "UndefinedBehaviorSanitizer: a report %s", in);
    } else if (WIFSIGNALED(status)) {
        const char *name = sigabbrev_np(WTERMSIG(status));
        snprintf(finding->actual, AC_EVIDENCE, "SIG%s %s", name ? name : "?", in);
    } else {
        snprintf(finding->actual, AC_EVIDENCE, "exit(%d) %s", WEXITSTATUS(status), in);
    }
}

/* The op that ran. False: it ended after the last one. A generated program is made once more. */
static bool op_that_ran(const struct ac_child *child, struct ac_op *op) {
    const struct ac_child_request *request = &child->shared->request;
    uint32_t at = ac_child_progress(child).op;
    struct ac_program program;
    if (!request->generated) {
        *op = at < request->ops ? child->ops[at] : (struct ac_op){.kind = 0};
        return at < request->ops;
    }
    ac_program_init(&program);
    bool known = ac_generate(&program, child->shared->result.seed, &request->batch.generate) &&
                 at < program.count;
    if (known) {
        *op = program.ops[at];
    }
    ac_program_destroy(&program);
    return known;
}

static bool in_misuse(const struct ac_child *child) {
    struct ac_op op;
    return ac_child_progress(child).in_call && op_that_ran(child, &op) &&
           ac_op_info((enum ac_op_kind)op.kind)->group == AC_GROUP_MISUSE;
}

/* True when the allocator ended the process with a text that it keeps for misuse. */
static bool took_it_for_misuse(const struct ac_child *child, const char *output) {
    const struct ac_target *target = &child->options.target;
    /* Of a library the texts are known that the process which loaded it left here. */
    const struct ac_profile *profile = target->library != NULL && target->profile == NULL
                                           ? &child->shared->loaded.profile.profile
                                           : ac_target_profile(target);
    for (int i = 0; i < AC_MISUSE_COUNT; i++) {
        if (profile->misuse[i] != NULL && strstr(output, profile->misuse[i]) != NULL) {
            return true;
        }
    }
    return false;
}

/* Which guarantee the end of the process breaks, and what should have been. */
static enum ac_oracle broken_guarantee(const struct ac_child *child, const char *output,
                                       const char **expected) {
    const struct ac_alarm *alarm = &child->shared->alarm;
    if (in_misuse(child)) {
        *expected = "the misuse is caught, with its text";
        return AC_ORACLE_MISUSE_CAUGHT;
    }
    if (alarm->raised && alarm->on_live) {
        *expected = "live memory is neither read nor written";
        return AC_ORACLE_LIVE_UNTOUCHED;
    }
    if (!alarm->raised && took_it_for_misuse(child, output)) {
        *expected = "a legal call is not taken for misuse";
        return AC_ORACLE_NO_FALSE_ALARM;
    }
    *expected = "the call returns";
    return AC_ORACLE_SURVIVES;
}

static bool gave_up(const struct ac_progress *progress, int status) {
    const bool by_itself = WIFEXITED(status) || WTERMSIG(status) == SIGABRT;
    return by_itself && progress->in_call && progress->refused == progress->calls;
}

bool ac_child_gave_up(const struct ac_child *child) {
    return child->gave_up;
}

/* A process that a signal has ended has left its stack: told after what it wrote. */
static void print_stack(const struct ac_child *child, int status) {
    char text[AC_CRASH_TEXT];
    size_t length =
        WIFSIGNALED(status) ? ac_crash_print(&child->shared->crash, text, sizeof text) : 0;
    while (length > 0) {
        ssize_t written = write(child->output, text, length);
        if (written <= 0) {
            return; /* what is said of the finding is less */
        }
        length -= (size_t)written;
        memmove(text, text + written, length);
    }
}

bool ac_child_death(struct ac_child *child, int status, struct ac_finding *finding) {
    char output[OUTPUT];
    const char *expected;
    if (child->shared->broken || (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)) {
        return false;
    }
    print_stack(child, status);
    ac_child_output(child, output, sizeof output);
    child->gave_up = gave_up(&child->shared->progress, status);
    *finding = at_progress(child, broken_guarantee(child, output, &expected));
    snprintf(finding->expected, AC_EVIDENCE, "%s", expected);
    describe(child, status, output, finding);
    return true;
}

void ac_child_stuck(const struct ac_child *child, struct ac_finding *finding) {
    *finding = at_progress(child, AC_ORACLE_LIVENESS);
    snprintf(finding->expected, AC_EVIDENCE, "the call ends within its time");
    snprintf(finding->actual, AC_EVIDENCE, "it does not return");
}
