// SPDX-License-Identifier: MIT
// usage: bench_traces FILE.ops...
// slate against the C library's malloc: each file's calls, bare.
#include "adapters.h"
#include "allocheck/codec.h"
#include "bare.h"
#include "rounds.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST_TEXT = 64 << 20, CALLS_PER_ROUND = 200000 };

struct work {
    struct ac_program program;
    struct bare *slate, *libc;
    uint64_t repeats; /* of the program in a round, so that a round can be timed */
    uint64_t calls;
};

static void fail(const char *path, const char *what) {
    fprintf(stderr, "bench_traces: %s: %s\n", path, what);
    exit(2);
}

static void run_libc(void *context) {
    struct work *work = context;
    for (uint64_t i = 0; i < work->repeats; i++) {
        work->calls = bare_run(work->libc, &work->program);
    }
}

static void run_slate(void *context) {
    struct work *work = context;
    for (uint64_t i = 0; i < work->repeats; i++) {
        work->calls = bare_run(work->slate, &work->program);
    }
}

static void parse_file(struct ac_program *program, const char *path) {
    struct ac_text_error error;
    char *text = malloc(MOST_TEXT);
    FILE *file = fopen(path, "rb");
    if (text == NULL || file == NULL) {
        fail(path, "could not be opened");
    }
    size_t size = fread(text, 1, MOST_TEXT, file);
    if (size == MOST_TEXT || ferror(file)) {
        fail(path, "could not be read whole");
    }
    if (!ac_parse(program, text, size, &error, NULL)) {
        fail(path, error.expected);
    }
    fclose(file);
    free(text);
}

static void measure(struct work *work, const char *path) {
    parse_file(&work->program, path);
    work->repeats = 1;
    run_slate(work);
    if (work->calls == 0) {
        fail(path, "no call ran");
    }
    work->repeats = 1 + CALLS_PER_ROUND / work->calls;
    struct comparison is = compare(run_libc, run_slate, work);
    double calls = (double)(work->calls * work->repeats);
    printf("%8llu  %10.1f  %10.1f  %5.2f  %s\n", (unsigned long long)work->calls,
           1e9 * is.first / calls, 1e9 * is.second / calls, is.ratio, path);
}

int main(int argc, char **argv) {
    static struct work work;
    if (argc < 2) {
        fail("usage", "bench_traces FILE.ops...");
    }
    ac_program_init(&work.program);
    work.slate = bare_new(&ac_slate, NULL, false);
    work.libc = bare_new(&ac_libc, NULL, false);
    printf("   calls  libc ns/call  slate ns/call  ratio  program\n");
    for (int i = 1; i < argc; i++) {
        measure(&work, argv[i]);
    }
    bare_delete(work.slate);
    bare_delete(work.libc);
    ac_program_destroy(&work.program);
    return 0;
}
