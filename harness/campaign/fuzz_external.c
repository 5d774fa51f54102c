// SPDX-License-Identifier: MIT
// The processes of an engine, from their start to their end.
#define _GNU_SOURCE /* asprintf, vasprintf */
#include "fuzz_external.h"

#include "tool/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    PAUSE_MS = 50,
    REPLAY_MS = 200,    /* spent on what was kept between two looks at the processes */
    PATIENCE_MS = 5000, /* for a process that is asked to end */
    MOST_FRUITLESS = 3,
    LATE_MS = 60000, /* for a call that hangs: it takes 10 s of a processor */
};

/* --- words --- */

void words_add(struct words *words, const char *format, ...) {
    char **at = realloc(words->at, (words->count + 2) * sizeof *at);
    char *word = NULL;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&word, format, arguments) < 0) {
        word = NULL;
    }
    va_end(arguments);
    if (at != NULL) {
        words->at = at;
        at[words->count] = word;
        at[words->count + 1] = NULL;
        words->count += word != NULL;
    } else {
        free(word);
    }
    words->failed |= at == NULL || word == NULL;
}

void words_free(struct words *words) {
    for (size_t i = 0; i < words->count; i++) {
        free(words->at[i]);
    }
    free(words->at);
}

/* --- start --- */

static void add_boundaries(struct words *words, const struct ac_boundaries *boundaries) {
    char text[AC_MAX_BOUNDARIES * 21 + 1] = "";
    size_t length = 0;
    for (size_t i = 0; i < boundaries->count; i++) {
        length += (size_t)sprintf(text + length, "%s%llu", i > 0 ? "," : "",
                                  (unsigned long long)boundaries->at[i]);
    }
    words_add(words, "%s", text);
}

/* What every engine of ours reads from its environment (fuzz/). */
static void own_environment(const struct external *external, unsigned job,
                            struct words *environment) {
    const struct target_options *target_options =
        &campaign_options(external->campaign)->target_options;
    const struct ac_library *library = target_options->target.library;
    const char *name = library != NULL ? library->path : target_options->target.name;
    const struct {
        const char *name;
        const char *file;
    } files[] = {{"ALLOCHECK_COUNTERS", "counters"}, {"ALLOCHECK_HISTORY", "history"}};
    words_add(environment, "ALLOCHECK_ALLOCATOR");
    words_add(environment, "%s", name);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        words_add(environment, "%s", files[i].name);
        words_add(environment, "%s/job%u/%s", external->folder, job, files[i].file);
    }
    words_add(environment, "ALLOCHECK_SEEN");
    words_add(environment, "%s/seen", external->folder);
    words_add(environment, "ALLOCHECK_ORACLES");
    words_add(environment, "%llu", (unsigned long long)target_options->oracles);
    words_add(environment, "ALLOCHECK_MEMORY");
    words_add(environment, "%llu", (unsigned long long)target_options->memory);
    words_add(environment, "ALLOCHECK_GROUPS");
    words_add(environment, "%u", campaign_scope(external->campaign)->generate.groups);
    words_add(environment, "ALLOCHECK_PROFILE");
    words_add(environment, "%s/profile", external->folder);
    words_add(environment, "ALLOCHECK_BOUNDARIES");
    add_boundaries(environment, campaign_scope(external->campaign)->generate.boundaries);
}

/* In the new process; does not return. */
static void become_engine(const struct external *external, unsigned job,
                          const struct words *command, const struct words *environment) {
    const struct rlimit no_core = {0, 0};
    char log[4096];
    sigset_t none;
    snprintf(log, sizeof log, "%s/job%u/log", external->folder, job);
    int file = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0666), input = open("/dev/null", O_RDONLY);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpgid(0, 0); /* Ctrl-C is for the tool, which ends this process in order */
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setrlimit(RLIMIT_CORE, &no_core);
    dup2(input, STDIN_FILENO);
    dup2(file, STDOUT_FILENO);
    dup2(file, STDERR_FILENO);
    for (size_t i = 0; i + 1 < environment->count; i += 2) {
        setenv(environment->at[i], environment->at[i + 1], 1);
    }
    execvp(command->at[0], command->at);
    fprintf(stderr, "%s: %s\n", command->at[0], strerror(errno));
    _exit(127);
}

static uint64_t programs_of_job(const struct external *external) {
    uint64_t programs = campaign_options(external->campaign)->programs;
    return (programs + external->count - 1) / external->count;
}

static bool start(struct external *external, unsigned job) {
    struct external_job *its = &external->jobs[job];
    struct words command = {NULL, 0, false}, environment = {NULL, 0, false};
    uint64_t programs = programs_of_job(external), ran = its->before.programs;
    external->kind->command(external, job, programs > ran ? programs - ran : programs, &command);
    own_environment(external, job, &environment);
    external->kind->environment(external, &environment);
    fflush(stdout);
    bool ready = !command.failed && !environment.failed;
    its->pid = ready ? fork() : -1;
    if (its->pid == 0) {
        become_engine(external, job, &command, &environment);
    }
    words_free(&command);
    words_free(&environment);
    its->starts++;
    its->finds = 0;
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
    if (got == 0) {
        return false;
    }
    job->pid = 0;
    return true;
}

static void pause_ms(unsigned milliseconds) {
    usleep(milliseconds * 1000);
}

/* Asks first: AFL++ ends what it has started. */
static void stop_all(struct external *external) {
    uint64_t patience = campaign_now_ms() + PATIENCE_MS;
    bool any = true;
    for (unsigned i = 0; i < external->count; i++) {
        if (external->jobs[i].pid > 0) {
            kill(external->jobs[i].pid, SIGTERM);
        }
    }
    while (any) {
        any = false;
        for (unsigned i = 0; i < external->count; i++) {
            struct external_job *job = &external->jobs[i];
            if (job->pid > 0 && campaign_now_ms() > patience) {
                kill(-job->pid, SIGKILL);
            }
            if (job->pid > 0 && reap(job, WNOHANG)) {
                external_add_counts(external, i, &job->before);
            }
            any = any || job->pid > 0;
        }
        pause_ms(any ? PAUSE_MS / 5 : 0);
    }
}

static void print_log(const struct external *external, unsigned job) {
    char path[4096], text[1200];
    snprintf(path, sizeof path, "%s/job%u/log", external->folder, job);
    FILE *log = fopen(path, "rb");
    if (log == NULL) {
        return;
    }
    if (fseek(log, -(long)(sizeof text - 1), SEEK_END) != 0) {
        rewind(log);
    }
    text[fread(text, 1, sizeof text - 1, log)] = '\0';
    fprintf(stderr, "%s", text);
    fclose(log);
}

/* A process that ended by itself: it found something, did all it was to do, or cannot run. */
static void bury(struct external *external, unsigned job) {
    struct external_job *its = &external->jobs[job];
    external_add_counts(external, job, &its->before);
    uint64_t programs = programs_of_job(external);
    its->finds += external_take_finds(external, job);
    its->fruitless = its->finds > 0 ? 0 : its->fruitless + 1;
    its->done = programs > 0 && its->before.programs >= programs;
    if (!its->done && its->fruitless >= MOST_FRUITLESS) {
        tool_error("the engine ends again and again; the last it said:");
        print_log(external, job);
        external->failed = true;
    }
}

/* --- while it lasts --- */

static void sum_counts(struct external *external) {
    struct campaign_counts sum = external->replays;
    for (unsigned i = 0; i < external->count; i++) {
        const struct external_job *job = &external->jobs[i];
        sum.programs += job->before.programs;
        ac_report_add(&sum.sum, &job->before.sum);
        if (job->pid > 0) {
            external_add_counts(external, i, &sum);
        }
    }
    sum.behaviours = external_behaviours(external);
    *campaign_counts(external->campaign) = sum;
}

static bool look_after(struct external *external, unsigned job) {
    struct external_job *its = &external->jobs[job];
    if (its->done) {
        return false;
    }
    if (its->pid > 0 && reap(its, WNOHANG)) {
        bury(external, job);
    } else if (its->pid > 0) {
        its->finds += external_take_finds(external, job);
    }
    if (its->pid == 0 && !its->done && !external->failed && !campaign_over(external->campaign)) {
        external->failed = !start(external, job);
    }
    return true;
}

static void replay_some(struct external *external) {
    uint64_t enough = campaign_now_ms() + REPLAY_MS;
    while (!campaign_over(external->campaign) && campaign_now_ms() < enough) {
        if (!external_replay_one(external)) {
            pause_ms(PAUSE_MS);
            return;
        }
    }
}

static void lead(struct external *external) {
    bool busy = true;
    while (busy && !external->failed && !campaign_over(external->campaign)) {
        busy = false;
        for (unsigned i = 0; i < external->count && !campaign_over(external->campaign); i++) {
            busy = look_after(external, i) || busy;
        }
        replay_some(external);
        sum_counts(external);
        campaign_tick(external->campaign);
    }
    stop_all(external);
    const bool wants_more =
        !campaign_interrupted(external->campaign) && !campaign_ended(external->campaign);
    for (unsigned i = 0; i < external->count && wants_more; i++) {
        external_take_finds(external, i); /* of the last moment */
    }
    while (!busy && external_replay_one(external)) {
    }
    external->replays.not_replayed = external_not_replayed(external);
}

/* --- all --- */

static bool prepare(struct external *external) {
    const ac_oracle_set oracles = campaign_options(external->campaign)->target_options.oracles;
    const ac_oracle_set quick = oracles & ~AC_ORACLE_BIT(AC_ORACLE_NO_GROWTH);
    external->jobs = calloc(external->count, sizeof *external->jobs);
    external->check = campaign_new_child(external->campaign, oracles, 0);
    external->quick = campaign_new_child(external->campaign, quick, 0);
    if (external->jobs == NULL || external->check == NULL || external->quick == NULL) {
        return false;
    }
    campaign_limit_child(external->campaign, external->check, 0);
    campaign_limit_child(external->campaign, external->quick, LATE_MS);
    return external_make_folder(external);
}

static void discard(struct external *external) {
    external_remove_folder(external);
    ac_child_delete(external->check);
    ac_child_delete(external->quick);
    free(external->jobs);
    free(external->seen.hashes);
    free(external->folder);
}

bool external_run(struct campaign *campaign, const struct external_kind *kind, const char *target) {
    struct external external = {.campaign = campaign,
                                .kind = kind,
                                .target = target,
                                .count = campaign_options(campaign)->jobs};
    bool ready = prepare(&external);
    if (ready) {
        lead(&external);
        sum_counts(&external);
    }
    discard(&external);
    return ready && !external.failed;
}
