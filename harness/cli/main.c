// SPDX-License-Identifier: MIT
// allocheck: finds the command and calls it.
#define _GNU_SOURCE /* asprintf, open_memstream */
#include "commands.h"

#include "explain/symbols.h"
#include "tool/tool.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_version(FILE *to, struct argp_state *state) {
    (void)state;
    fprintf(to, "allocheck %s\nSymbols: %s\n", ALLOCHECK_VERSION, symbols_reader());
}

void (*argp_program_version_hook)(FILE *to, struct argp_state *state) = print_version;

enum group { TEST, DIAGNOSE, PROGRAMS, GROUPS };

static const char *const headings[GROUPS] = {
    [TEST] = "Test an allocator:",
    [DIAGNOSE] = "From a crash to its cause:",
    [PROGRAMS] = "Work with programs:",
};

static const struct command {
    enum group group;
    const char *name, *purpose;
    int (*function)(int argc, char **argv);
} commands[] = {
    {TEST, "fuzz", "generate programs until one finds a bug", ac_cmd_fuzz},
    {TEST, "run", "run programs and report what fails", ac_cmd_run},
    {TEST, "sweep", "run programs, refusing each page request in turn", ac_cmd_sweep},
    {TEST, "compare", "run programs on several allocators and compare the answers", ac_cmd_compare},
    {TEST, "scorecard", "compare correctness, memory and speed in one table", ac_cmd_scorecard},
    {TEST, "profile", "measure implementation-defined behaviour", ac_cmd_profile},
    {DIAGNOSE, "triage", "turn crash files of any engine into findings", ac_cmd_triage},
    {DIAGNOSE, "explain", "run one program and explain the failure and the blocks around it",
     ac_cmd_explain},
    {DIAGNOSE, "shrink", "find the simplest program with the same finding", ac_cmd_shrink},
    {DIAGNOSE, "findings", "list distinct saved findings", ac_cmd_findings},
    {PROGRAMS, "convert", "write a program as text, bytes, a trace or C", ac_cmd_convert},
    {PROGRAMS, "record", "turn the allocator calls of a command into a program", ac_cmd_record},
    {PROGRAMS, "list", "list allocators, oracles or ops", ac_cmd_list},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static const char doc[] =
    "Tests memory allocators: fuzzes them and checks every answer against C and POSIX.\v"
    "`allocheck COMMAND --help' explains a command.\n"
    "\n" STATUS_HELP "\n"
    "Example:\n"
    "  allocheck fuzz --allocator ./libmine.so --seconds 60";

struct call {
    int argc;
    char **argv; /* from the command's name on */
};

static void print_commands(FILE *to) {
    for (int group = 0; group < GROUPS; group++) {
        fprintf(to, "%s\n", headings[group]);
        for (int i = 0; i < COMMANDS; i++)
            if ((int)commands[i].group == group)
                fprintf(to, "  %-10s %s\n", commands[i].name, commands[i].purpose);
        fputc('\n', to);
    }
}

/* Puts the commands above the text that follows the options. */
static char *add_commands(int key, const char *text, void *input) {
    (void)input;
    char *whole = NULL;
    size_t length;
    FILE *to = key == ARGP_KEY_HELP_POST_DOC ? open_memstream(&whole, &length) : NULL;
    if (to == NULL)
        return (char *)text;
    print_commands(to);
    fputs(text, to);
    fclose(to);
    return whole;
}

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
        argp_state_help(state, state->err_stream,
                        ARGP_HELP_SHORT_USAGE | ARGP_HELP_DOC | ARGP_HELP_EXIT_ERR);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int call_command(const struct call *call) {
    for (int i = 0; i < COMMANDS; i++) {
        char *name;
        if (strcmp(commands[i].name, call->argv[0]) != 0)
            continue;
        if (asprintf(&name, "allocheck %s", call->argv[0]) < 0)
            return tool_out_of_memory();
        call->argv[0] = name;
        int status = commands[i].function(call->argc, call->argv);
        free(name);
        return status;
    }
    return tool_error("unknown command '%s'; `allocheck --help' lists the commands", call->argv[0]);
}

int main(int argc, char **argv) {
    struct call call = {0, NULL};
    const struct argp argp = {NULL, parse, "COMMAND [ARGUMENT...]", doc, NULL, add_commands, NULL};
    tool_begin(argv);
    argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &call);
    return tool_end(call_command(&call));
}
