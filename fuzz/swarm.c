// SPDX-License-Identifier: MIT
// usage: swarm FOLDER COUNT
// Writes COUNT generated programs in byte form into FOLDER: seeds with different heads, so that a
// campaign uses every setting from its start. The programs are the same every time.
#include "mutator.h"

#include "allocheck/codec.h"
#include "allocheck/generate.h"

#include <stdio.h>
#include <stdlib.h>

enum { MAX_OPS = 24, MAX_BYTES = 1 << 12, MAX_PATH = 4096 };

static void write_seed(const struct ac_program *program, const char *folder, uint64_t seed) {
    char path[MAX_PATH];
    uint8_t bytes[MAX_BYTES];
    size_t size = ac_encode(program, bytes, sizeof bytes, NULL);
    snprintf(path, sizeof path, "%s/swarm-%03llu", folder, (unsigned long long)seed);
    FILE *file = fopen(path, "wb");
    bool done =
        file != NULL && size > 0 && size <= sizeof bytes && fwrite(bytes, 1, size, file) == size;
    if (file == NULL || fclose(file) != 0 || !done) {
        fprintf(stderr, "swarm: cannot write %s\n", path);
        exit(2);
    }
}

int main(int argc, char **argv) {
    struct ac_program program;
    struct ac_generate_options options = *mutator_options();
    uint64_t count = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;
    options.max_ops = MAX_OPS;
    if (count == 0) {
        fprintf(stderr, "usage: swarm FOLDER COUNT\n");
        return 2;
    }
    ac_program_init(&program);
    for (uint64_t seed = 0; seed < count; seed++) {
        if (!ac_generate(&program, seed, &options)) {
            fprintf(stderr, "swarm: out of memory\n");
            return 2;
        }
        write_seed(&program, argv[1], seed);
    }
    ac_program_destroy(&program);
    return 0;
}
