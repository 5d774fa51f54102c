// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* clock_gettime, sigabbrev_np */
#include "session.h"

#include "tool/interrupt.h"
#include "tool/output.h"
#include "tool/status.h"
#include "tool/tool.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Each input starts in a fresh process, so that the command printed with a finding, which runs it
 * alone, shows it again. */
static enum ac_child_end run_program(struct session *session, const struct input *input,
                                     struct ac_report *report) {
    if (session->racing.on)
        return race_attempt(session->child, &input->program, &session->racing, report);
    if (!session->one_process)
        ac_child_renew(session->child);
    return session->inline_only || session->one_process
               ? ac_child_run(session->child, &input->program, report)
               : ac_child_replay(session->child, &input->program, report);
}

/* The input was stopped by a signal or by --timeout. */
static void stop_input(struct session *session, const char *name, double seconds) {
    char text[96];
    if (interrupt_pending()) {
        snprintf(text, sizeof text, "stopped by SIG%s", sigabbrev_np(interrupt_signal()));
    } else {
        session->timed_out = true;
        snprintf(text, sizeof text, "stopped: --timeout of %g s expired", session->timeout);
    }
    tool_error("%s: %s", name, text);
    session_keep_trouble(session, name, RESULT_STOPPED, text, seconds);
}

/* In a race run the order of page requests is not the program's, so none is trapped. */
static void prepare(struct session *session, struct input *input) {
    if (session->racing.on) {
        ac_race_spread(&input->program, session->racing.seed);
        return;
    }
    session->untrapped += !target_suit(&session->target_options, &input->expect);
    ac_child_trap(session->child, session->target_options.target.trapped);
    ac_child_profile(session->child, session->target_options.target.profile);
}

static void run_opened(struct session *session, struct input *input) {
    struct ac_report report;
    prepare(session, input);
    enum result_verdict verdict;
    const double start = seconds_now();
    const enum ac_child_end end = run_program(session, input, &report);
    const double seconds = seconds_now() - start;
    switch (end) {
    case AC_CHILD_RAN:
        session->ran++;
        ac_report_add(&session->sum, &report);
        verdict = session_check(session, input, &report);
        session_keep(session, input, &report, verdict, seconds);
        break;
    case AC_CHILD_TIMEOUT:
        stop_input(session, input->name, seconds);
        break;
    case AC_CHILD_FAILED:
        tool_cannot_run(input->name, ac_child_trouble(session->child));
        session_keep_trouble(session, input->name, RESULT_TROUBLE, ac_child_trouble(session->child),
                             seconds);
        session->troubles++;
        break;
    }
}

static void run_input(struct session *session, const char *name) {
    struct input input;
    if (!input_open_held(&input, name, &session->inputs)) {
        session->troubles++;
        session_keep_trouble(session, name, RESULT_TROUBLE, input.trouble, 0);
        return;
    }
    const struct racing racing = session->racing;
    session_take_kept(session, &input);
    run_opened(session, &input);
    session->racing = racing;
    input_close(&input);
}

/* A journal explains findings in full; race runs have none. */
static struct ac_child *new_child(const struct session *session) {
    struct ac_child_options options = session_child_options(session);
    options.keep_journal =
        !session->racing.on && (session->paths.count == 1 || session_keeps_results(session));
    options.stop = interrupt_poll;
    return session_new_child(session, &options);
}

static bool is_over(const struct session *session) {
    return session->timed_out || interrupt_pending();
}

static void draw(void *ctx, struct status_line *line) {
    const struct session *session = ctx;
    const size_t count = session->paths.count, done = session->at;
    status_add_steps(line, done, count, seconds_now() - session->start);
    status_add_count(line, session->findings > 0 ? STATUS_BAD : STATUS_PLAIN, session->findings,
                     "finding");
    status_add_name(line, done < count ? session->paths.names[done] : "");
}

static void run_inputs(struct session *session) {
    for (size_t i = 0; i < session->paths.count; i++) {
        const char *name = session->paths.names[i];
        session->at = i;
        status_tick();
        if (is_over(session))
            session_keep_trouble(session, name, RESULT_NOT_RUN, "not run", 0);
        else
            run_input(session, name);
    }
}

static void keep_path_trouble(void *ctx, const char *name, const char *what) {
    session_keep_trouble(ctx, name, RESULT_TROUBLE, what, 0);
}

static void add_paths(struct session *session) {
    session->paths.trouble = keep_path_trouble;
    session->paths.ctx = session;
    for (char **name = session->names; *name != NULL; name++)
        paths_add(&session->paths, *name);
}

bool session_run(struct session *session) {
    add_paths(session);
    session->child = new_child(session);
    if (session->child == NULL)
        return false;
    session->start = seconds_now();
    status_begin(draw, session, NULL);
    run_inputs(session);
    status_end();
    ac_child_delete(session->child);
    return true;
}
