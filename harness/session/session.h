// SPDX-License-Identifier: MIT
// A session: inputs run one after another on one allocator, checked against what they expect.
#ifndef ALLOCHECK_SESSION_H
#define ALLOCHECK_SESSION_H

#include "outputs.h"

#include "tool/input.h"
#include "tool/paths.h"
#include "tool/race.h"
#include "tool/target_options.h"

#include "results/results.h"

#include "allocheck/child.h"
#include "allocheck/without.h"

struct session {
    /* Of the commands that are printed. */
    const char *verb;   /* `sweep'; NULL: `run' */
    const char *single; /* a tool that has one command, as typed; NULL: this is allocheck */
    struct target_options target_options;
    struct ac_without without; /* of commands other than `run' */
    bool inline_only;          /* no replay oracles */
    bool one_process;          /* all programs in one, one after another, without replay oracles */
    struct racing racing;
    struct input_options inputs;
    bool print_counts;
    double timeout;   /* of the session, in seconds; 0: none */
    double call_time; /* limit of a call, in seconds; 0: the child's default */
    char **names;     /* as on the command line; NULL ends the list */
    char **arguments; /* all of the command line; NULL ends the list */
    struct outputs outputs;

    struct paths paths;
    size_t at;    /* index in `paths' of the input that runs */
    double start; /* of the first input; seconds of a clock that never goes back */
    struct ac_child *child;
    struct ac_report sum;    /* of all reports */
    size_t ran;              /* inputs that ended, or had a finding */
    size_t findings;         /* inputs with an unexpected finding, or without the expected one */
    size_t troubles;         /* inputs that could not be read or run; texts named without a call */
    const char **idle_names; /* of inputs without a call, which `paths' owns */
    size_t idle;             /* of them */
    size_t satisfied;        /* inputs with the expected finding */
    size_t untrapped;        /* inputs that expect a trap on a system without one */
    bool timed_out;
    struct results results; /* of every input, if there are outputs */
};

/* Parses --inline, --timeout, --call-time and the options of input_argp and target_argp. Used as a
 * child of a command's own argp, whose child_inputs name the struct session. */
extern const struct argp session_argp;

/* Runs the inputs that the session names, one after another. Stops early on --timeout and signals,
 * which are held back. False: no child process; a message has been printed. */
bool session_run(struct session *session);

/* How a child process runs the programs of this session. */
struct ac_child_options session_child_options(const struct session *session);

/* Starts a child process, with the session's timeout. NULL: a message has been printed. */
struct ac_child *session_new_child(const struct session *session,
                                   const struct ac_child_options *options);

/* --- kept.c --- */

/* Takes how the program of a saved finding runs from the finding.json beside it: trapped, or as a
 * race, which sets session->racing. Does nothing for other inputs. */
void session_take_kept(struct session *session, struct input *input);

/* Compares a report with what the input expects, counts and prints the result, and returns it. */
enum result_verdict session_check(struct session *session, const struct input *input,
                                  const struct ac_report *report);

/* Prints the last line of `allocheck run', after the counts if they are wanted. */
void session_print_summary(const struct session *session);

/* --- results.c --- */

/* True if there are outputs. The functions below do nothing if not. */
bool session_keeps_results(const struct session *session);

/* Checks that the outputs can be written, before anything runs. False: a message has been
 * printed. */
bool session_open_outputs(struct session *session);

/* Writes the outputs, each atomically. False: a message has been printed. */
bool session_write_outputs(struct session *session);

/* Keeps the result of an input that ran. */
void session_keep(struct session *session, const struct input *input,
                  const struct ac_report *report, enum result_verdict verdict, double seconds);

/* Keeps the result of an input that did not run, or not to its end. `message` may be NULL. */
void session_keep_trouble(struct session *session, const char *name, enum result_verdict verdict,
                          const char *message, double seconds);

#endif
