// SPDX-License-Identifier: MIT
// Turns the end of a process, or a call that does not return, into a finding.
#define _GNU_SOURCE /* sigabbrev_np */
#include "death.h"

#include "run/journal.h"

#include "allocheck/profile.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OUTPUT = 1 << 14 };

static const char ub_report[] = ": runtime error: "; /* in a line of UndefinedBehaviorSanitizer */

/* --- where the process was --- */

static bool is_racing(const struct ac_child *child) {
    return ac_child_is_race(&child->shared->request) && child->shared->race.running;
}

/* The thread that a finding is about: the one that dies, else one that is in a call. */
static unsigned thread_of_interest(const struct ac_race_watch *race) {
    if (race->dying >= 1 && race->dying <= AC_MAX_THREADS)
        return race->dying - 1;
    unsigned thread = 0;
    while (thread < AC_MAX_THREADS - 1 && !race->thread[thread].in_call)
        thread++;
    return race->thread[thread].in_call ? thread : 0;
}

/* The threads of a race count as one long call, as long as any of them makes others. */
struct ac_progress ac_child_progress(const struct ac_child *child) {
    const struct ac_race_watch *race = &child->shared->race;
    if (!is_racing(child))
        return child->shared->progress;
    struct ac_progress sum = race->thread[thread_of_interest(race)];
    sum.calls = sum.bytes = 0;
    for (unsigned i = 0; i < AC_MAX_THREADS; i++) {
        const struct ac_progress *one = &race->thread[i];
        sum.calls += one->calls;
        sum.bytes += one->in_call ? one->bytes : 0;
    }
    return sum;
}

static void begin_finding(const struct ac_child *child, enum ac_oracle oracle,
                          struct ac_finding *finding) {
    const struct ac_progress progress = ac_child_progress(child);
    ac_finding_at(finding, oracle, progress.op);
    finding->stage = (enum ac_stage)progress.stage;
    finding->round = progress.round;
    finding->thread = progress.thread;
}

/* What should have happened there, and how to say that it did not. */
struct sentence {
    const char *expected, *during;
};

/* Outside of calls the harness writes to a block, or reads it. */
static const struct sentence *sentence_of(const struct ac_child *child) {
    static const struct sentence of_use = {"every byte of a block can be read and written",
                                           "while the block was used"};
    static const struct sentence of_call[AC_STAGES] = {
        [AC_STAGE_PROGRAM] = {"the call returns", "in the call"},
        [AC_STAGE_OPEN] = {"open returns", "in open"},
        [AC_STAGE_THREAD_END] = {"the thread ends", "as the thread ends"},
        [AC_STAGE_CLOSE] = {"close returns", "in close"},
    };
    const struct ac_progress progress = ac_child_progress(child);
    return progress.in_call ? &of_call[progress.stage] : &of_use;
}

/* --- which guarantee the end breaks --- */

static bool made_again(const struct ac_child_shared *shared, struct ac_program *program) {
    const struct ac_batch_options *batch = &shared->request.batch;
    const uint64_t seed = shared->result.seed;
    return batch->enumeration != NULL ? ac_enumeration_at(&shared->enumeration, seed, program)
                                      : ac_generate(program, seed, &batch->generate);
}

/* The op that ran. False: none, the program was over. A generated program is made once more. */
static bool op_that_ran(const struct ac_child *child, struct ac_op *op) {
    const struct ac_child_request *request = &child->shared->request;
    uint32_t at = ac_child_progress(child).op;
    struct ac_program program;
    if (request->kind != AC_CHILD_RUNS_BATCH) {
        *op = at < request->ops ? child->ops[at] : (struct ac_op){.kind = 0};
        return at < request->ops;
    }
    ac_program_init(&program);
    const bool known = made_again(child->shared, &program) && at < program.count;
    if (known)
        *op = program.ops[at];
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
    /* The texts of a library are in the copy that its process left: its own are not mapped here. */
    const struct ac_profile *profile = target->library != NULL && target->profile == NULL
                                           ? &child->shared->loaded.profile.profile
                                           : ac_target_profile(target);
    for (int i = 0; i < AC_MISUSE_COUNT; i++)
        if (profile->misuse[i] != NULL && strstr(output, profile->misuse[i]) != NULL)
            return true;
    return false;
}

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
    *expected = sentence_of(child)->expected;
    return AC_ORACLE_SURVIVES;
}

/* --- the finding --- */

static void describe(const struct ac_child *child, int status, const char *output,
                     struct ac_finding *finding) {
    const char *in = sentence_of(child)->during;
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

static bool gave_up(const struct ac_progress *progress, int status) {
    const bool on_purpose = WIFEXITED(status) || WTERMSIG(status) == SIGABRT;
    return on_purpose && progress->in_call && progress->refused == progress->calls;
}

/* False: the process could not serve, or was killed from outside. */
static bool finding_of_end(struct ac_child *child, int status, struct ac_finding *finding) {
    char output[OUTPUT];
    const char *expected;
    if (child->shared->broken || (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL))
        return false;
    ac_child_output(child, output, sizeof output);
    child->gave_up = gave_up(&child->shared->progress, status);
    begin_finding(child, broken_guarantee(child, output, &expected), finding);
    snprintf(finding->expected, AC_EVIDENCE, "%s", expected);
    describe(child, status, output, finding);
    return true;
}

static void finding_of_hang(const struct ac_child *child, struct ac_finding *finding) {
    begin_finding(child, AC_ORACLE_LIVENESS, finding);
    snprintf(finding->expected, AC_EVIDENCE, "%s within its time", sentence_of(child)->expected);
    strcpy(finding->actual, "it does not return");
}

/* True if a thread of a race run has found something. It stands, whatever came later: unless
 * ThreadSanitizer reports two accesses, which are the cause of it. */
static bool was_found_before(const struct ac_child *child, struct ac_finding *finding) {
    const struct ac_race_watch *race = &child->shared->race;
    const bool explained = AC_RACES_REPORTED && child->shared->alarm.raised;
    if (!race->found || explained)
        return false;
    *finding = race->finding;
    return true;
}

/* --- the result --- */

static enum ac_child_end keep(struct ac_child *child, const struct ac_finding *finding) {
    struct ac_report *report = &child->shared->result.sum;
    if (child->options.oracles & AC_ORACLE_BIT(finding->oracle)) {
        report->found = true;
        report->finding = *finding;
        report->checked[finding->oracle]++;
    }
    return AC_CHILD_RAN;
}

/* The journal gets what the process saw before its call ended it, or did not return. */
static void end_journal(struct ac_child *child) {
    const struct ac_alarm *alarm = &child->shared->alarm;
    if (child->journal != NULL)
        ac_journal_end(child->journal, alarm->raised ? alarm->address : AC_NO_ADDRESS);
}

static enum ac_child_end diagnose_end(struct ac_child *child, int status) {
    struct ac_finding finding;
    ac_child_forget_process(child);
    if (was_found_before(child, &finding))
        return keep(child, &finding);
    if (finding_of_end(child, status, &finding)) {
        end_journal(child);
        return keep(child, &finding);
    }
    if (!child->shared->broken)
        ac_child_explain(child, "it was killed from outside (SIGKILL)");
    return AC_CHILD_FAILED;
}

static enum ac_child_end diagnose_hang(struct ac_child *child) {
    struct ac_finding finding;
    if (!was_found_before(child, &finding))
        finding_of_hang(child, &finding);
    ac_crash_ask(&child->shared->crash, child->pid);
    ac_child_end_process(child);
    end_journal(child);
    return keep(child, &finding);
}

static void locate_unfinished(struct ac_child *child) {
    const struct ac_child_request *request = &child->shared->request;
    struct ac_unfinished *call = &child->unfinished;
    struct ac_op op;
    if (child->shared->begun == 0 || request->kind == AC_CHILD_PROBES ||
        request->kind == AC_CHILD_MEASURES)
        return;
    call->known = true;
    call->place =
        op_that_ran(child, &op) ? op.kind : AC_OP_KINDS + (unsigned)ac_child_progress(child).stage;
    call->generated = request->kind == AC_CHILD_RUNS_BATCH && request->batch.enumeration == NULL;
    call->seed = child->shared->result.seed;
}

struct ac_unfinished ac_child_unfinished(const struct ac_child *child) {
    return child->unfinished;
}

enum ac_child_end ac_child_diagnose(struct ac_child *child, enum ac_child_wait wait, int status) {
    switch (wait) {
    case AC_WAIT_NO_PROCESS:
        return AC_CHILD_FAILED;
    case AC_WAIT_ENDED:
        return diagnose_end(child, status);
    case AC_WAIT_STUCK:
        return diagnose_hang(child);
    case AC_WAIT_FULL:
    case AC_WAIT_OVERTIME:
        ac_child_end_process(child);
        return AC_CHILD_RAN;
    default:
        locate_unfinished(child);
        ac_child_end_process(child);
        return AC_CHILD_TIMEOUT;
    }
}
