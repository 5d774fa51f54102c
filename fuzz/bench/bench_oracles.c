// SPDX-License-Identifier: MIT
// usage: bench_oracles [FOLDER]
// Measures the cost of model and inline oracles on slate, against bare calls that write and read
// each byte once. With FOLDER, writes the programs there in byte form instead, one file each.
#include "adapter/adapters.h"
#include "allocheck/codec.h"
#include "allocheck/run.h"
#include "bare.h"
#include "rounds.h"
#include "sixty_four.h"

#include <stdio.h>
#include <stdlib.h>

enum { PROGRAMS = 1000 };

struct work {
    struct ac_program programs[PROGRAMS];
    struct bare *bare;
    struct ac_runner *runner;
    uint64_t calls;
};

static void fail(const char *what) {
    fprintf(stderr, "bench_oracles: %s\n", what);
    exit(2);
}

static void run_bare(void *context) {
    struct work *work = context;
    work->calls = 0;
    for (size_t i = 0; i < PROGRAMS; i++)
        work->calls += bare_run(work->bare, &work->programs[i]);
}

static void run_checked(void *context) {
    struct work *work = context;
    for (size_t i = 0; i < PROGRAMS; i++) {
        struct ac_report report;
        ac_run(work->runner, &work->programs[i], &report);
        if (report.found || report.counts.calls != SIXTY_FOUR_CALLS ||
            report.live_peak > SIXTY_FOUR_BYTES)
            fail("a program has a finding, or not 64 calls");
    }
}

static void write_program(const struct ac_program *program, const char *folder, size_t number) {
    char path[4096];
    uint8_t bytes[1 << 12];
    size_t size = ac_encode(program, bytes, sizeof bytes, NULL);
    snprintf(path, sizeof path, "%s/%04zu", folder, number);
    FILE *file = fopen(path, "wb");
    if (size == 0 || size > sizeof bytes || file == NULL || fwrite(bytes, 1, size, file) != size ||
        fclose(file) != 0)
        fail("cannot write a program");
}

static void measure(struct work *work) {
    struct ac_run_options options = {.oracles = AC_ALL_ORACLES, .free_at_end = true};
    struct ac_source *source = ac_source_new();
    work->bare = bare_new(&ac_slate, source, true);
    work->runner = ac_runner_new(&ac_slate, &options);
    if (source == NULL || work->runner == NULL)
        fail("out of memory");
    struct comparison is = compare(run_bare, run_checked, work);
    if (work->calls != (uint64_t)PROGRAMS * SIXTY_FOUR_CALLS)
        fail("a bare call was skipped");
    double calls = (double)work->calls;
    printf("bare calls, each byte written and read once  %8.0f programs/s  %6.1f ns/call\n",
           PROGRAMS / is.first, 1e9 * is.first / calls);
    printf("with model and inline oracles                %8.0f programs/s  %6.1f ns/call\n",
           PROGRAMS / is.second, 1e9 * is.second / calls);
    printf("ratio %.2f\n", is.ratio);
    ac_runner_delete(work->runner);
    bare_delete(work->bare);
    ac_source_delete(source);
}

int main(int argc, char **argv) {
    static struct work work;
    for (size_t i = 0; i < PROGRAMS; i++) {
        ac_program_init(&work.programs[i]);
        if (!sixty_four_calls(&work.programs[i], i))
            fail("out of memory");
        if (argc > 1)
            write_program(&work.programs[i], argv[1], i);
    }
    if (argc == 1)
        measure(&work);
    return 0;
}
