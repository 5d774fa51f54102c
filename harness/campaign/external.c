// SPDX-License-Identifier: MIT
// The processes of an engine, from start to end.
#define _DEFAULT_SOURCE /* usleep, putenv */
#include "external.h"

#include "children.h"
#include "progress.h"

#include "tool/clock.h"
#include "tool/interrupt.h"
#include "tool/status.h"
#include "tool/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    PAUSE_MS = 50,
    REPLAY_MS = 200,    /* for corpus inputs, between two looks at the processes */
    PATIENCE_MS = 1500, /* for a process to end, */
    MOST_FRUITLESS = 3,
    GRACE_MS = 500, /* the same if a signal ends the campaign */
    FORGET_EVERY_MS = 30000,
    FORGET_MS = 500,
};

/* --- start --- */

static void add_boundaries(struct arguments *environment, const struct ac_boundaries *boundaries) {
    char text[AC_MAX_BOUNDARIES * 21 + 1] = "";
    size_t length = 0;
    for (size_t i = 0; i < boundaries->count; i++) {
        length += (size_t)sprintf(text + length, "%s%llu", i > 0 ? "," : "",
                                  (unsigned long long)boundaries->at[i]);
    }
    arguments_add(environment, "ALLOCHECK_BOUNDARIES=%s", text);
}

static void add_without(struct arguments *environment, const struct ac_without *without) {
    char names[AC_WITHOUT_NAMES];
    ac_without_print(without, names, sizeof names);
    arguments_add(environment, "ALLOCHECK_WITHOUT=%s", names);
}

/* What allocheck-libfuzzer and allocheck-afl read from their environment (fuzz/). */
static void add_environment(const struct external *external, unsigned job,
                            struct arguments *environment) {
    const struct campaign *campaign = external->campaign;
    const struct target_options *target_options = &campaign->options.target_options;
    const struct ac_library *library = target_options->target.library;
    arguments_add(environment, "ALLOCHECK_ALLOCATOR=%s",
                  library != NULL ? library->path : target_options->target.name);
    arguments_add(environment, "ALLOCHECK_COUNTERS=%s/job%u/counters", external->folder, job);
    arguments_add(environment, "ALLOCHECK_HISTORY=%s/job%u/history", external->folder, job);
    arguments_add(environment, "ALLOCHECK_SEEN=%s/seen", external->folder);
    arguments_add(environment, "ALLOCHECK_KNOWN=%s/known", external->folder);
    arguments_add(environment, "ALLOCHECK_PROFILE=%s/profile", external->folder);
    arguments_add(environment, "ALLOCHECK_ORACLES=%llu",
                  (unsigned long long)target_options->oracles);
    arguments_add(environment, "ALLOCHECK_MEMORY=%llu", (unsigned long long)target_options->memory);
    arguments_add(environment, "ALLOCHECK_GROUPS=%u", campaign->scope.generate.groups);
    add_boundaries(environment, campaign->scope.generate.boundaries);
    add_without(environment, &campaign->options.without);
    if (external->engine->environment != NULL)
        external->engine->environment(external, environment);
}

/* In the new process. Does not return. */
static void exec_engine(const struct external *external, unsigned job,
                        const struct arguments *command, const struct arguments *environment) {
    const struct rlimit no_core = {0, 0};
    char log[4096];
    sigset_t none;
    snprintf(log, sizeof log, "%s/job%u/log", external->folder, job);
    int file = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0666), input = open("/dev/null", O_RDONLY);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpgid(0, 0); /* Ctrl-C goes to the tool only, which ends this process properly */
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setrlimit(RLIMIT_CORE, &no_core);
    dup2(input, STDIN_FILENO);
    dup2(file, STDOUT_FILENO);
    dup2(file, STDERR_FILENO);
    for (size_t i = 0; i < environment->count; i++)
        putenv(environment->at[i]);
    execvp(command->at[0], command->at);
    fprintf(stderr, "%s: %s\n", command->at[0], strerror(errno));
    _exit(127);
}

static uint64_t programs_of_job(const struct external *external) {
    uint64_t programs = external->campaign->options.programs;
    return (programs + external->count - 1) / external->count;
}

static bool start(struct external *external, unsigned job) {
    struct external_job *its = &external->jobs[job];
    struct arguments command = {NULL, 0, false}, environment = {NULL, 0, false};
    uint64_t programs = programs_of_job(external), ran = its->before.programs;
    external->engine->command(external, job, programs > ran ? programs - ran : programs, &command);
    add_environment(external, job, &environment);
    fflush(stdout);
    bool ready = !command.failed && !environment.failed;
    its->pid = ready ? fork() : -1;
    if (its->pid == 0)
        exec_engine(external, job, &command, &environment);
    arguments_free(&command);
    arguments_free(&environment);
    its->starts++;
    its->collected = 0;
    if (its->pid < 0) {
        its->pid = 0;
        tool_error("cannot start a process: %s", strerror(errno));
    }
    return its->pid > 0;
}

/* --- end --- */

static bool reap(struct external_job *job, int options) {
    int status;
    pid_t got;
    do {
        got = waitpid(job->pid, &status, options);
    } while (got < 0 && errno == EINTR);
    if (got == 0)
        return false;
    job->pid = 0;
    return true;
}

static void pause_ms(unsigned milliseconds) {
    usleep(milliseconds * 1000);
}

/* SIGTERM first, so that afl-fuzz ends its own children. */
static void stop_all(struct external *external) {
    uint64_t patience = clock_ms() + (interrupt_pending() ? GRACE_MS : PATIENCE_MS);
    bool any = true;
    for (unsigned i = 0; i < external->count; i++)
        if (external->jobs[i].pid > 0)
            kill(external->jobs[i].pid, SIGTERM);
    while (any) {
        any = false;
        for (unsigned i = 0; i < external->count; i++) {
            struct external_job *job = &external->jobs[i];
            if (job->pid > 0 && clock_ms() > patience)
                kill(-job->pid, SIGKILL);
            if (job->pid > 0 && reap(job, WNOHANG))
                external_add_counts(external, i, &job->before);
            any = any || job->pid > 0;
        }
        pause_ms(any ? PAUSE_MS / 5 : 0);
    }
}

static void print_log(const struct external *external, unsigned job) {
    char path[4096], text[1200];
    snprintf(path, sizeof path, "%s/job%u/log", external->folder, job);
    FILE *log = fopen(path, "rb");
    if (log == NULL)
        return;
    if (fseek(log, -(long)(sizeof text - 1), SEEK_END) != 0)
        rewind(log);
    text[fread(text, 1, sizeof text - 1, log)] = '\0';
    fprintf(stderr, "%s", text);
    fclose(log);
}

/* A process ends because it found something, reached its limit, or cannot run. */
static void handle_exit(struct external *external, unsigned job) {
    struct external_job *its = &external->jobs[job];
    external_add_counts(external, job, &its->before);
    uint64_t programs = programs_of_job(external);
    its->collected += external_collect(external, job);
    its->fruitless = its->collected > 0 ? 0 : its->fruitless + 1;
    its->done = programs > 0 && its->before.programs >= programs;
    if (!its->done && its->fruitless >= MOST_FRUITLESS) {
        tool_error("engine %s: it keeps ending; its last output:",
                   external->campaign->engine->name);
        print_log(external, job);
        external->failed = true;
    }
}

/* --- supervision --- */

static void sum_counts(struct external *external) {
    struct campaign_counts sum = external->replays;
    for (unsigned i = 0; i < external->count; i++) {
        struct external_job *job = &external->jobs[i];
        counts_add(&sum, &job->before);
        const uint64_t before = sum.programs;
        if (job->pid > 0) {
            external_add_counts(external, i, &sum);
            external_note_progress(job, sum.programs - before);
        }
    }
    sum.behaviours = external_behaviours(external);
    external->campaign->engine_counts = sum;
}

static bool supervise_job(struct external *external, unsigned job) {
    struct external_job *its = &external->jobs[job];
    if (its->done)
        return false;
    if (its->pid > 0 && reap(its, WNOHANG))
        handle_exit(external, job);
    else if (its->pid > 0)
        its->collected += external_collect(external, job);
    if (its->pid == 0 && !its->done && !external->failed && !campaign_is_over(external->campaign))
        external->failed = !start(external, job);
    return true;
}

static void replay_some(struct external *external) {
    uint64_t enough = clock_ms() + REPLAY_MS;
    while (!campaign_is_over(external->campaign) && clock_ms() < enough) {
        if (!external_replay_one(external)) {
            pause_ms(PAUSE_MS);
            return;
        }
    }
}

/* Now and then the engines know no more than what hangs, so that no other bug with the same check,
 * or behind it, stays hidden. */
static void share_known(const struct external *external) {
    const struct ac_known *known = &external->campaign->known;
    const struct ac_known hangs = {.hangs = known->hangs};
    *external->known = clock_ms() % FORGET_EVERY_MS < FORGET_MS ? hangs : *known;
}

static void supervise(struct external *external) {
    bool busy = true;
    while (busy && !external->failed && !campaign_is_over(external->campaign)) {
        busy = false;
        for (unsigned i = 0; i < external->count && !campaign_is_over(external->campaign); i++)
            busy = supervise_job(external, i) || busy;
        replay_some(external);
        sum_counts(external);
        share_known(external);
        status_tick();
    }
    external_await_programs(external);
    stop_all(external);
    external_count_stalled(external);
    const bool wants_more = !interrupt_pending() && !external->campaign->ended;
    for (unsigned i = 0; i < external->count && wants_more; i++)
        external_collect(external, i); /* stored since the last look */
    while (!busy && !campaign_is_over(external->campaign) && external_replay_one(external)) {
    }
    external->replays.not_replayed = external_not_replayed(external);
}

/* --- begin and end --- */

static bool prepare(struct external *external) {
    external->jobs = calloc(external->count, sizeof *external->jobs);
    external->replay_child =
        campaign_new_child(external->campaign, external->campaign->options.target_options.oracles);
    external->quick_child = campaign_new_quick_child(external->campaign);
    if (external->jobs == NULL || external->replay_child == NULL || external->quick_child == NULL)
        return false;
    campaign_limit_child(external->campaign, external->replay_child, CAMPAIGN_UNTIL_DEADLINE);
    campaign_limit_child(external->campaign, external->quick_child, CAMPAIGN_UNTIL_END);
    return external_make_folder(external);
}

static void discard(struct external *external) {
    external_remove_folder(external);
    ac_child_delete(external->replay_child);
    ac_child_delete(external->quick_child);
    free(external->jobs);
    hash_set_destroy(&external->collected);
    ac_known_close(external->known);
    free(external->folder);
}

bool external_run(struct campaign *campaign, const struct external_engine *engine,
                  const char *target) {
    struct external external = {
        .campaign = campaign, .engine = engine, .target = target, .count = campaign->options.jobs};
    bool ready = prepare(&external);
    if (ready) {
        supervise(&external);
        sum_counts(&external);
    }
    discard(&external);
    return ready && !external.failed;
}
