// SPDX-License-Identifier: MIT
// `allocheck run`: every input in a child, one after another.
#include "run.h"

#include "cli.h"

/* Each input starts in a process of its own: what came of it comes of it again when it is run
 * alone, as the command printed with a finding does. */
static enum ac_child_end run_program(struct session *session, const struct input *input,
                                     struct ac_report *report) {
    ac_child_renew(session->child);
    return session->inline_only ? ac_child_run(session->child, &input->program, report)
                                : ac_child_replay(session->child, &input->program, report);
}

static void run_input(struct session *session, const char *name) {
    struct input input;
    struct ac_report report;
    if (!input_open(&input, name, session->form)) {
        session->troubles++;
        return;
    }
    switch (run_program(session, &input, &report)) {
    case AC_CHILD_RAN:
        session->ran++;
        ac_report_add(&session->sum, &report);
        run_judge(session, &input, &report);
        break;
    case AC_CHILD_TIMEOUT:
        cli_trouble("%s: stopped, the %g s of --timeout are over", name, session->timeout);
        session->timed_out = true;
        break;
    case AC_CHILD_FAILED:
        cli_trouble("%s: not run: %s", name, ac_child_trouble(session->child));
        session->troubles++;
        break;
    }
    input_close(&input);
}

static struct ac_child *new_child(const struct session *session) {
    const struct ac_child_options options = {.subject = session->trial.subject,
                                             .oracles = session->trial.oracles,
                                             .free_at_end = true,
                                             .memory = session->trial.memory,
                                             .call_ms = cli_call_ms(session->call_time)};
    struct ac_child *child = ac_child_new(&options);
    if (child != NULL) {
        ac_child_timeout(child, (uint64_t)(session->timeout * 1000 + 0.999));
    }
    return child;
}

bool run_all(struct session *session) {
    session->child = new_child(session);
    if (session->child == NULL) {
        cli_trouble("no memory for a child process");
        return false;
    }
    for (size_t i = 0; i < session->paths.count && !session->timed_out; i++) {
        run_input(session, session->paths.names[i]);
    }
    ac_child_delete(session->child);
    return true;
}

static int exit_status(const struct session *session) {
    if (session->findings > 0) {
        return CLI_FINDING;
    }
    if (session->troubles + session->paths.troubles > 0) {
        return CLI_TROUBLE;
    }
    if (session->timed_out) {
        return CLI_TIMEOUT;
    }
    if (session->sum.counts.calls == 0 && session->satisfied == 0) {
        return cli_trouble("nothing was run: no input made a single call");
    }
    return CLI_CLEAN;
}

int ac_cmd_run(int argc, char **argv) {
    struct session session = {.command = argv[0]};
    run_parse(&session, argc, argv);
    for (char **name = session.names; *name != NULL; name++) {
        paths_add(&session.paths, *name);
    }
    if (!run_all(&session)) {
        session.troubles++;
    }
    run_print_summary(&session);
    int status = exit_status(&session);
    paths_destroy(&session.paths);
    return status;
}
