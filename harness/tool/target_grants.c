// SPDX-License-Identifier: MIT
// Does an allocator allocate at all? One that refuses everything breaks no rule.
#include "target_options.h"

#include "tool.h"

#include "allocheck/codec.h"

#include <string.h>

enum { MOST_MS = 1000 }; /* for all of it: a command may have used up its time */

static const char requests[] = "ops 1\n"
                               "p0 = malloc 1\n"
                               "p1 = malloc 64\n"
                               "p2 = malloc 4096\n"
                               "p3 = calloc 1 16\n"
                               "p4 = realloc p4 16\n"
                               "p5 = posix_memalign 16 16\n"
                               "p6 = aligned_alloc 16 16\n";

/* A program that does not end says nothing about grants. */
static bool grants(struct ac_child *child) {
    struct ac_text_error error;
    struct ac_program program;
    struct ac_report report;
    ac_program_init(&program);
    const bool ran = ac_parse(&program, requests, strlen(requests), &error, NULL) &&
                     ac_child_run(child, &program, &report) == AC_CHILD_RAN;
    ac_program_destroy(&program);
    return !ran || report.found || report.live_peak > 0;
}

int target_check_grants(const struct target_options *target_options) {
    const struct ac_child_options options = {
        .target = target_options->target, .free_at_end = true, .memory = target_options->memory};
    struct ac_child *child = ac_child_new(&options);
    if (child == NULL)
        return tool_out_of_memory();
    ac_child_timeout(child, MOST_MS);
    const bool granted = grants(child);
    ac_child_delete(child);
    if (granted)
        return STATUS_CLEAN;
    tool_error("%s: nothing was tested: it refuses every request, malloc of 1 byte too; set up its "
               "heap before the first call",
               target_options->target.name);
    return STATUS_UNTESTED;
}
