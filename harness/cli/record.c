// SPDX-License-Identifier: MIT
// `allocheck record`: the allocation calls of a command, as a program.
#include "commands.h"

#include "record/record.h"
#include "tool/usage.h"

enum { KEY_THREADS = 256 };

static const struct argp_option options[] = {
    {"output", 'o', "FILE", 0, "Write the program to FILE, atomically (required)", 0},
    {"calls", 'n', "N", 0, "Keep the first N calls, 1 to 200000 (default: 200000)", 0},
    {"threads", KEY_THREADS, "N", 0,
     "Use up to N threads, 1 to 8 (default: 8). With 1, all calls are on the main thread, in the "
     "order in which they happened.",
     0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static const char doc[] =
    "Runs a command and writes its allocation calls as a program.\v"
    "All threads of the process that COMMAND starts are recorded, in order: `on 2:' precedes calls "
    "of thread 2, and `exit 2' marks its end. Thread numbers are reused after a thread exits; if "
    "there are too few, threads share one (with a warning).\n"
    "\n"
    "Child processes are not recorded: name the program that does the work, such as cc1 for gcc. "
    "If the process calls exec, only the last program is recorded. Statically linked programs "
    "cannot be recorded. Calls on blocks that were allocated before the recording are omitted and "
    "counted.\n"
    "\n"
    "Ctrl-C and SIGTERM end COMMAND; the calls that it made until then are written.\n"
    "\n"
    "Exit status: 0 the program is written, whatever the status of the command, which is printed; "
    "2 "
    "usage, unwritable FILE, COMMAND cannot run, or nothing recorded.\n"
    "\n"
    "Examples:\n"
    "  allocheck record -o sort.ops sort words.txt\n"
    "  allocheck record -n 5000 --threads 1 -o server.ops ./server --test";

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct record *record = state->input;
    switch (key) {
    case 'o':
        record->to = argument;
        return 0;
    case 'n':
        record->calls = option_number(state, "--calls", argument, 1, AC_MAX_CALLS);
        return 0;
    case KEY_THREADS:
        record->threads = (unsigned)option_number(state, "--threads", argument, 1, AC_MAX_THREADS);
        return 0;
    case ARGP_KEY_ARGS:
        record->command = state->argv + state->next;
        return 0;
    case ARGP_KEY_END:
        if (record->to == NULL)
            usage_missing(state, "-o FILE");
        else if (record->command == NULL)
            usage_missing(state, "COMMAND");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int ac_cmd_record(int argc, char **argv) {
    struct record record = {.calls = AC_MAX_CALLS, .threads = AC_MAX_THREADS};
    const struct argp argp = {options, parse, "COMMAND [ARGUMENT...]", doc, NULL, NULL, NULL};
    argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &record);
    return record_command(&record);
}
