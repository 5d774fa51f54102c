// SPDX-License-Identifier: MIT
// libFuzzer's hook for measuring: in place of a mutation, the next program of a fixed stream,
// encoded beforehand. What is left to measure is the target and the engine's loop around it.
#include "allocheck/codec.h"
#include "sixty_four.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t max_size, unsigned seed);

enum { PROGRAMS = 4096, PROGRAM_BYTES = 2048 };

static struct {
    uint8_t bytes[PROGRAMS][PROGRAM_BYTES];
    size_t size[PROGRAMS]; /* of the first: 0 until they are made */
    size_t next;
} stream;

static void make_stream(void) {
    struct ac_program program;
    ac_program_init(&program);
    for (size_t i = 0; i < PROGRAMS; i++) {
        bool made = sixty_four_calls(&program, i);
        stream.size[i] = made ? ac_encode(&program, stream.bytes[i], PROGRAM_BYTES, NULL) : 0;
        if (stream.size[i] == 0 || stream.size[i] > PROGRAM_BYTES) {
            fprintf(stderr, "slate_stream: program %zu was not made\n", i);
            exit(2);
        }
    }
    ac_program_destroy(&program);
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t max_size, unsigned seed) {
    (void)size;
    (void)seed;
    if (stream.size[0] == 0) {
        make_stream();
    }
    size_t now = stream.next;
    if (stream.size[now] > max_size) {
        fprintf(stderr, "slate_stream: -max_len=%zu is too short for a program\n", max_size);
        exit(2);
    }
    stream.next = (now + 1) % PROGRAMS;
    memcpy(bytes, stream.bytes[now], stream.size[now]);
    return stream.size[now];
}
