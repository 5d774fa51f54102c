// SPDX-License-Identifier: MIT
// The parts of `allocheck run`.
#ifndef ALLOCHECK_SESSION_H
#define ALLOCHECK_SESSION_H

#include "tool/input.h"
#include "tool/paths.h"
#include "tool/race.h"
#include "tool/target_options.h"

#include "results/results.h"

#include "allocheck/child.h"

/* Files of results, for other tools. */
enum session_output { SESSION_JUNIT, SESSION_SARIF, SESSION_JSON, SESSION_OUTPUTS };

/* One `allocheck run`. */
struct session {
    const char *command; /* as typed, without its arguments; NULL: `allocheck run` */
    struct target_options target_options;
    bool inline_only; /* no replay oracles */
    struct racing racing;
    enum input_form form;
    bool print_counts;
    double timeout;   /* seconds; 0: none */
    double call_time; /* seconds that a call may take; 0: as children take it */
    char **names;     /* as on the command line, NULL at the end */
    char **arguments; /* all of them, NULL at the end */
    const char
        *outputs[SESSION_OUTPUTS]; /* names of files; `-': standard output; NULL: not wanted */
    FILE *plain; /* standard output, where one of them goes there; what is printed goes to standard
                    error then */

    struct paths paths;
    struct ac_child *child;
    struct ac_report sum;
    size_t ran;       /* inputs that were run to their end or a finding */
    size_t findings;  /* inputs with a finding that was not expected, or without the expected one */
    size_t troubles;  /* inputs that could not be read or run, stored ones that did nothing */
    size_t idle;      /* inputs of which no call ran */
    size_t satisfied; /* inputs with the finding that they expect */
    size_t untrapped; /* inputs that expect a trap which cannot be had here */
    bool timed_out;
    struct results results; /* of every input, where outputs are wanted */
};

/* Parses --inline, --text, --timeout and --call-time, and what target_argp does, as a child of a
 * command's own argp, into the struct session that the command gives it (child_inputs of
 * ARGP_KEY_INIT). */
extern const struct argp session_argp;

/* Reads the command line into *session; a usage error ends the program. */
void run_parse(struct session *session, int argc, char **argv);

/* Runs every path of the session. False: no child could be had. */
bool run_all(struct session *session);

/* Says what came of one input, and returns it. */
enum result_verdict session_check(struct session *session, const struct input *input,
                                  const struct ac_report *report);

/* Ends standard output with what was run, and how often each oracle checked where asked for. */
void session_print_summary(const struct session *session);

/* --- run_results.c --- */

bool session_keeps_results(const struct session *session);

/* Keeps, where outputs are wanted, what came of an input that was run. */
void session_keep(struct session *session, const struct input *input,
                  const struct ac_report *report, enum result_verdict verdict, double seconds);
/* The same for one that was not, or not to its end; `told` may be NULL. */
void session_keep_trouble(struct session *session, const char *name, enum result_verdict verdict,
                          const char *reported, double seconds);

/* --- run_output.c --- */

/* Sees to it that the outputs can be written, before anything is run. False: a message has been
 * printed. */
bool session_open_outputs(struct session *session);
/* Writes them: each is whole, or as it was before. False: a message has been printed. */
bool session_write_outputs(struct session *session);

#endif
