// SPDX-License-Identifier: MIT
// `allocheck list`: allocators, oracles and ops.
#include "commands.h"

#include "adapter/adapters.h"
#include "tool/tool.h"
#include "tool/usage.h"

#include "allocheck/codec.h"
#include "allocheck/oracle.h"

#include <stdio.h>
#include <string.h>

static const char doc[] =
    "Lists allocators, oracles or ops.\v"
    "WHAT is one of\n"
    "  allocators  that --allocator takes\n"
    "  oracles     that --oracles takes: what each checks, and the source of the rule\n"
    "  ops         of programs, each as a line of a program\n"
    "\n"
    "Example:\n"
    "  allocheck list oracles";

static void list_allocators(void) {
    size_t count;
    const struct ac_allocator *const *all = ac_allocators(&count);
    for (size_t i = 0; i < count; i++) {
        printf("%-10s %s\n", all[i]->name,
               all[i]->open ? "instances, on pages that allocheck provides"
                            : "one heap per process, which gets its own pages");
    }
    printf("%-10s %s\n", "PATH", "a shared object that exports malloc and free, unmodified");
}

static void list_oracles(void) {
    static const char *const when[] = {"inline", "replay", "compare"};
    for (int i = 0; i < AC_ORACLES; i++) {
        const struct ac_oracle_info *oracle = ac_oracle_info((enum ac_oracle)i);
        printf("%-15s %-7s %s (%s)\n", oracle->id, when[oracle->when], oracle->sentence,
               oracle->rule);
    }
}

static void list_ops(void) {
    for (int i = 0; i < AC_OP_KINDS; i++) {
        char line[128];
        ac_print_grammar((enum ac_op_kind)i, line, sizeof line);
        printf("%-36s  # %s\n", line, ac_op_info((enum ac_op_kind)i)->help);
    }
}

static const struct {
    const char *what;
    void (*list)(void);
} lists[] = {
    {"allocators", list_allocators},
    {"oracles", list_oracles},
    {"ops", list_ops},
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    const char **what = state->input;
    switch (key) {
    case ARGP_KEY_ARG:
        if (*what != NULL)
            usage_unexpected(state, argument);
        *what = argument;
        return 0;
    case ARGP_KEY_NO_ARGS:
        return usage_missing(state, "WHAT (allocators, oracles or ops)");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int ac_cmd_list(int argc, char **argv) {
    const char *what = NULL;
    const struct argp argp = {NULL, parse, "WHAT", doc, NULL, NULL, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, &what);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        if (strcmp(lists[i].what, what) == 0) {
            lists[i].list();
            return STATUS_CLEAN;
        }
    }
    return tool_error("unknown WHAT '%s'; expected allocators, oracles or ops", what);
}
