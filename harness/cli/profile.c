// SPDX-License-Identifier: MIT
// `allocheck profile`: implementation-defined behaviour of an allocator.
#define _DEFAULT_SOURCE /* open_memstream */
#include "commands.h"

#include "tool/tool.h"
#include "tool/usage.h"

#include "tool/measuring.h"
#include "tool/output.h"
#include "tool/profile_file.h"
#include "tool/profile_table.h"
#include "tool/target_options.h"

#include "allocheck/deviation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_JSON = 256 };

static const struct argp_option options[] = {
    {"json", KEY_JSON, NULL, 0, "Print a profile file, as --profile takes it", 0},
    {"output", 'o', "FILE", 0, "Write to FILE, atomically (default: standard output)", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static const char doc[] =
    "Measures implementation-defined behaviour: size 0, errno, alignment, usable sizes, misuse, "
    "and "
    "exhausted memory.\v"
    "Each question runs in its own process. Deviations from C17 and POSIX.1-2024 are also "
    "findings of `allocheck fuzz', unless a profile file accepts them. With --profile, measures "
    "whether what FILE declares "
    "holds.\n"
    "\n"
    "A signal, a call that does not return, and an end without a message are findings, never "
    "traits. "
    "So are a block for a request that no memory can satisfy, and a declared trait that does not "
    "hold; what FILE declares is none.\n"
    "\n" STATUS_HELP "\n"
    "Example:\n"
    "  allocheck profile --allocator ./libmine.so --json -o mine.json";

struct request {
    struct target_options target_options;
    bool json;
    const char *output; /* NULL: standard output */
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct request *request = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &request->target_options;
        return 0;
    case KEY_JSON:
        request->json = true;
        return 0;
    case 'o':
        request->output = argument;
        return 0;
    case ARGP_KEY_ARG:
        return usage_unexpected(state, argument);
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static char *as_json(const struct ac_target *target, const struct ac_measurement *measured) {
    struct ac_profile_copy profile;
    ac_measurement_accepting_profile(measured, target->name, &profile);
    return profile_write(&profile.profile, measured);
}

static char *as_table(const struct ac_target *target, const struct ac_measurement *measured) {
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    if (stream != NULL) {
        profile_print_table(stream, target->name, measured);
        fclose(stream);
    }
    return text;
}

static int write_profile(const struct request *request, const struct ac_measurement *measured) {
    const struct ac_target *target = &request->target_options.target;
    char *text = request->json ? as_json(target, measured) : as_table(target, measured);
    if (text == NULL)
        return tool_out_of_memory();
    const bool written = output_write(request->output, text, strlen(text));
    free(text);
    return written ? STATUS_CLEAN : STATUS_ERROR;
}

/* --- against a declared profile --- */

struct comparison {
    const char *file;
    size_t count;
};

static void print_contradiction(void *ctx, const char *field, const char *line) {
    struct comparison *comparison = ctx;
    comparison->count++;
    fprintf(stderr, "%s: key %s does not hold: %s\n", comparison->file, field, line);
}

static int compare(const struct request *request, const struct ac_measurement *measured) {
    struct comparison comparison = {request->target_options.profile_file, 0};
    if (comparison.file == NULL)
        return STATUS_CLEAN;
    ac_measurement_contradictions(measured, request->target_options.target.profile,
                                  print_contradiction, &comparison);
    return comparison.count != 0 ? STATUS_FINDING : STATUS_CLEAN;
}

/* --- bugs --- */

struct bugs {
    const char *allocator;
    const struct ac_profile *declared; /* NULL: none */
    bool print;                        /* the table has them already */
    size_t count;
};

static bool count_bug(void *ctx, const struct ac_deviation *deviation) {
    struct bugs *bugs = ctx;
    char line[AC_DEVIATION_LINE];
    if (ac_deviation_is_bug(deviation, bugs->declared)) {
        bugs->count++;
        if (bugs->print)
            fprintf(stderr, "%s: %s\n", bugs->allocator, ac_deviation_text(deviation, line));
    }
    return true;
}

static int look_for_bugs(const struct request *request, const struct ac_measurement *measured) {
    const struct ac_target *target = &request->target_options.target;
    const bool declared = request->target_options.profile_file != NULL;
    struct bugs bugs = {.allocator = target->name,
                        .declared = declared ? target->profile : NULL,
                        .print = request->json};
    ac_measurement_deviations(measured, count_bug, &bugs);
    return bugs.count != 0 ? STATUS_FINDING : STATUS_CLEAN;
}

static bool measure(const struct ac_target *target, struct ac_measurement *measured, char *trouble,
                    size_t capacity) {
    struct ac_measure_progress progress;
    const struct ac_measure_options all = measuring_begin(&progress, AC_MEASURE_ALL, 0);
    const bool done = ac_measure(target, &all, measured, trouble, capacity);
    measuring_end();
    return done;
}

int ac_cmd_profile(int argc, char **argv) {
    struct request request = {.json = false};
    const struct argp_child children[] = {{&target_argp, 0, NULL, 0}, {NULL, 0, NULL, 0}};
    const struct argp argp = {options, parse, NULL, doc, children, NULL, NULL};
    char trouble[AC_LIBRARY_ERROR];
    struct ac_measurement measured;
    argp_parse(&argp, argc, argv, 0, NULL, &request);
    if (!measure(&request.target_options.target, &measured, trouble, sizeof trouble))
        return tool_error("%s: %s", request.target_options.target.name, trouble);
    const int written = write_profile(&request, &measured);
    const int held = compare(&request, &measured), bugs = look_for_bugs(&request, &measured);
    if (written != STATUS_CLEAN || held != STATUS_CLEAN)
        return written != STATUS_CLEAN ? written : held;
    return bugs != STATUS_CLEAN ? bugs : target_check_grants(&request.target_options);
}
