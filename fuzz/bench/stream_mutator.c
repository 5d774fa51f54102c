// SPDX-License-Identifier: MIT
// A libFuzzer mutator for measuring: instead of mutating it returns the next program of a fixed
// stream, encoded in advance, so that only the target and the engine's loop cost time. With
// ALLOCHECK_STREAM_COUNT=N and ALLOCHECK_STREAM_LAST=FILE it returns FILE, a program in byte
// form that ends in a finding, after every N programs.
#include "allocheck/codec.h"
#include "sixty_four.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t max_size, unsigned seed);

enum { PROGRAMS = 4096, PROGRAM_BYTES = 2048 };

static struct {
    uint8_t bytes[PROGRAMS][PROGRAM_BYTES];
    size_t size[PROGRAMS]; /* size[0] is 0 until the programs exist */
    size_t next;
    uint8_t last[PROGRAM_BYTES];
    size_t last_size;
    uint64_t until_last;
} stream;

static void give_up(const char *what) {
    fprintf(stderr, "any_stream: %s\n", what);
    exit(2);
}

static void read_last(void) {
    const char *count = getenv("ALLOCHECK_STREAM_COUNT"), *path = getenv("ALLOCHECK_STREAM_LAST");
    stream.until_last = count != NULL && path != NULL ? strtoull(count, NULL, 10) : UINT64_MAX;
    if (stream.until_last == UINT64_MAX)
        return;
    FILE *file = fopen(path, "rb");
    stream.last_size = file != NULL ? fread(stream.last, 1, PROGRAM_BYTES, file) : 0;
    if (file == NULL || fclose(file) != 0 || stream.last_size == 0)
        give_up("cannot read the file of ALLOCHECK_STREAM_LAST");
}

static void make_stream(void) {
    struct ac_program program;
    ac_program_init(&program);
    for (size_t i = 0; i < PROGRAMS; i++) {
        bool made = sixty_four_calls(&program, i);
        stream.size[i] = made ? ac_encode(&program, stream.bytes[i], PROGRAM_BYTES, NULL) : 0;
        if (stream.size[i] == 0 || stream.size[i] > PROGRAM_BYTES)
            give_up("cannot make a program");
    }
    ac_program_destroy(&program);
    read_last();
}

static size_t give(uint8_t *bytes, size_t max_size, const uint8_t *program, size_t size) {
    if (size > max_size)
        give_up("-max_len is too short for a program");
    memcpy(bytes, program, size);
    return size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t max_size, unsigned seed) {
    (void)size;
    (void)seed;
    if (stream.size[0] == 0)
        make_stream();
    if (stream.until_last == 0)
        return give(bytes, max_size, stream.last, stream.last_size);
    stream.until_last--;
    size_t now = stream.next;
    stream.next = (now + 1) % PROGRAMS;
    return give(bytes, max_size, stream.bytes[now], stream.size[now]);
}
