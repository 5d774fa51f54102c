// SPDX-License-Identifier: MIT
// A mutator for AFL++ that always offers the file OTHER_INPUT, to test whether the engine keeps
// it.
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct afl_state;
void *afl_custom_init(struct afl_state *afl, unsigned seed);
size_t afl_custom_fuzz(void *mutator, uint8_t *bytes, size_t size, uint8_t **out, uint8_t *other,
                       size_t other_size, size_t max_size);
void afl_custom_deinit(void *mutator);

static struct {
    uint8_t bytes[4096];
    size_t size;
} input;

void *afl_custom_init(struct afl_state *afl, unsigned seed) {
    const char *path = getenv("OTHER_INPUT");
    FILE *file = path != NULL ? fopen(path, "rb") : NULL;
    (void)afl, (void)seed;
    if (file == NULL)
        return NULL;
    input.size = fread(input.bytes, 1, sizeof input.bytes, file);
    fclose(file);
    return &input;
}

size_t afl_custom_fuzz(void *mutator, uint8_t *bytes, size_t size, uint8_t **out, uint8_t *other,
                       size_t other_size, size_t max_size) {
    (void)mutator, (void)bytes, (void)size, (void)other, (void)other_size;
    *out = input.bytes;
    return input.size <= max_size ? input.size : 0;
}

void afl_custom_deinit(void *mutator) {
    (void)mutator;
}
