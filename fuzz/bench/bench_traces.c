// SPDX-License-Identifier: MIT
// usage: bench_traces time|held ALLOCATOR FILE.ops
// Runs the calls of a file, without checks, on an allocator (a name, or the path of a library).
// Prints time: calls, nanoseconds per call of libc and of the allocator, and their ratio: medians
// of
//       alternating rounds
// held: peak live bytes and peak resident bytes, with every block written
#include "adapter/adapters.h"
#include "allocheck/codec.h"
#include "bare.h"
#include "adapter/library.h"
#include "pages/resident.h"
#include "rounds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_TEXT = 64 << 20, CALLS_PER_ROUND = 200000 };

struct work {
    const struct ac_allocator *allocator;
    struct ac_program program;
    struct bare *libc, *other;
    uint64_t repeats; /* of the program per round, long enough to time */
    uint64_t calls;
};

static void fail(const char *name, const char *what) {
    fprintf(stderr, "bench_traces: %s: %s\n", name, what);
    exit(2);
}

static const struct ac_allocator *allocator_named(const char *name) {
    char error[AC_LIBRARY_ERROR] = "no such allocator";
    bool library = strchr(name, '/') != NULL;
    const struct ac_allocator *allocator =
        library ? ac_library_load(name, error, sizeof error) : ac_allocator_by_name(name);
    if (allocator == NULL)
        fail(name, error);
    return allocator;
}

static void parse_file(struct ac_program *program, const char *path) {
    struct ac_text_error error;
    char *text = malloc(MAX_TEXT);
    FILE *file = fopen(path, "rb");
    if (text == NULL || file == NULL)
        fail(path, "cannot open");
    size_t size = fread(text, 1, MAX_TEXT, file);
    if (size == MAX_TEXT || ferror(file))
        fail(path, "cannot read");
    if (!ac_parse(program, text, size, &error, NULL))
        fail(path, error.expected);
    fclose(file);
    free(text);
}

/* --- time --- */

static void run_round(struct work *work, struct bare *bare) {
    for (uint64_t i = 0; i < work->repeats; i++)
        work->calls = bare_run(bare, &work->program);
}

static void run_libc(void *context) {
    struct work *work = context;
    run_round(work, work->libc);
}

static void run_other(void *context) {
    struct work *work = context;
    run_round(work, work->other);
}

static void measure_time(struct work *work, const char *path) {
    work->libc = bare_new(&ac_libc, NULL, false);
    work->other = bare_new(work->allocator, NULL, false);
    work->repeats = 1;
    run_other(work);
    if (work->calls == 0)
        fail(path, "no call ran");
    work->repeats = 1 + CALLS_PER_ROUND / work->calls;
    struct comparison is = compare(run_libc, run_other, work);
    double calls = (double)(work->calls * work->repeats);
    printf("%llu %.1f %.1f %.3f\n", (unsigned long long)work->calls, 1e9 * is.first / calls,
           1e9 * is.second / calls, is.ratio);
    bare_delete(work->libc);
    bare_delete(work->other);
}

/* --- memory held --- */

static void look(void *context) {
    uint64_t *peak = context, now = ac_resident_anonymous();
    *peak = now > *peak ? now : *peak;
}

static void measure_held(struct work *work, const char *path) {
    work->other = bare_new(work->allocator, NULL, true);
    uint64_t before = ac_resident_anonymous(), peak = before;
    bare_watch(work->other, look, &peak);
    if (bare_run(work->other, &work->program) == 0)
        fail(path, "no call ran");
    printf("%zu %llu\n", bare_peak(work->other), (unsigned long long)(peak - before));
    bare_delete(work->other);
}

int main(int argc, char **argv) {
    static struct work work;
    void (*measure)(struct work *, const char *) = NULL;
    if (argc == 4) {
        measure = strcmp(argv[1], "time") == 0   ? measure_time
                  : strcmp(argv[1], "held") == 0 ? measure_held
                                                 : NULL;
    }
    if (measure == NULL)
        fail("usage", "bench_traces time|held ALLOCATOR FILE.ops");
    work.allocator = allocator_named(argv[2]);
    ac_program_init(&work.program);
    parse_file(&work.program, argv[3]);
    measure(&work, argv[3]);
    ac_program_destroy(&work.program);
    return 0;
}
