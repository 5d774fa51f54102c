// SPDX-License-Identifier: MIT
// allocheck: finds the command and leaves the rest to it.
#define _GNU_SOURCE /* asprintf */
#include "commands.h"

#include "tool/tool.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *argp_program_version = "allocheck " ALLOCHECK_VERSION;

static const struct {
    const char *name;
    int (*function)(int argc, char **argv);
} commands[] = {
    {"run", ac_cmd_run},           {"show", ac_cmd_show},       {"encode", ac_cmd_encode},
    {"list", ac_cmd_list},         {"record", ac_cmd_record},   {"matrix", ac_cmd_matrix},
    {"compare", ac_cmd_compare},   {"fuzz", ac_cmd_fuzz},       {"scorecard", ac_cmd_scorecard},
    {"profile", ac_cmd_profile},   {"report", ac_cmd_report},   {"shrink", ac_cmd_shrink},
    {"export", ac_cmd_export},     {"explain", ac_cmd_explain}, {"import", ac_cmd_import},
    {"findings", ac_cmd_findings}, {"sweep", ac_cmd_sweep},     {"triage", ac_cmd_triage},
};

static const char doc[] =
    "Tests memory allocators: runs programs of allocator calls and checks every answer.\v"
    "Commands:\n"
    "  fuzz             make programs until one shows something wrong\n"
    "  run PATH...      run programs, or folders of them, and report what is wrong\n"
    "  triage FILE...   turn crash files of any engine into findings\n"
    "  sweep PATH...    run programs with each of their page requests refused\n"
    "  shrink INPUT     make the simplest program that shows the same finding\n"
    "  explain INPUT    run a program and say what broke, where, and beside whom\n"
    "  report INPUT     write a page: the heap over time, and what is wrong\n"
    "  findings DIR...  list the distinct ones of the findings that were kept\n"
    "  compare PATH...  run programs on several allocators, compare the answers\n"
    "  scorecard A...   print what holds, and its cost, on each allocator A\n"
    "  show PATH...     print programs as text\n"
    "  encode FILE      turn text into bytes, as fuzzing engines read them\n"
    "  export INPUT     write a program as C, or as a trace that others read\n"
    "  import           make a program of a trace of the malloc lab, or a log of mtrace\n"
    "  list WHAT        list allocators, oracles (what is checked) or ops\n"
    "  record COMMAND   turn the allocation calls of a command into a program\n"
    "  matrix           test that every oracle finds the bugs it is there for\n"
    "  profile          measure what the standards leave open to an allocator\n"
    "\n"
    "`allocheck COMMAND --help' says more. To begin with: allocheck run corpus/seed\n"
    "\n"
    "Exit status of every command: 0 all well; 1 a finding; 2 usage, unreadable input "
    "or nothing run; 3 the time of --timeout was over.";

struct call {
    int argc;
    char **argv; /* from the command's name on */
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct call *call = state->input;
    (void)argument;
    switch (key) {
    case ARGP_KEY_ARG:
        call->argc = state->argc - state->next + 1;
        call->argv = state->argv + state->next - 1;
        state->next = state->argc;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_usage(state);
        return EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int call_command(const struct call *call) {
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        char *name;
        if (strcmp(commands[i].name, call->argv[0]) != 0) {
            continue;
        }
        if (asprintf(&name, "allocheck %s", call->argv[0]) < 0) {
            return tool_out_of_memory();
        }
        call->argv[0] = name;
        int status = commands[i].function(call->argc, call->argv);
        free(name);
        return status;
    }
    return tool_error("unknown command '%s'; `allocheck --help' lists the known ones",
                      call->argv[0]);
}

int main(int argc, char **argv) {
    struct call call = {0, NULL};
    const struct argp argp = {NULL, parse, "COMMAND [ARGUMENT...]", doc, NULL, NULL, NULL};
    tool_begin();
    argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &call);
    return tool_end(call_command(&call));
}
