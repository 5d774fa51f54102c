// SPDX-License-Identifier: MIT
#include "sha256.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { ROUNDS = 64, BLOCK = 64, LENGTH_BYTES = 8 };

static const uint32_t constants[ROUNDS] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotated(uint32_t value, unsigned right) {
    return value >> right | value << (32 - right);
}

static uint32_t load(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* The message schedule (6.2.2, step 1). */
static void expand(const uint8_t *block, uint32_t words[ROUNDS]) {
    for (unsigned i = 0; i < 16; i++)
        words[i] = load(block + (size_t)i * 4);
    for (unsigned i = 16; i < ROUNDS; i++) {
        uint32_t a = words[i - 15], b = words[i - 2];
        uint32_t low = rotated(a, 7) ^ rotated(a, 18) ^ a >> 3;
        uint32_t high = rotated(b, 17) ^ rotated(b, 19) ^ b >> 10;
        words[i] = words[i - 16] + low + words[i - 7] + high;
    }
}

/* One block (6.2.2, steps 2 to 4). v: the working variables a .. h. */
static void compress(uint32_t state[8], const uint8_t *block) {
    uint32_t words[ROUNDS], v[8];
    expand(block, words);
    memcpy(v, state, sizeof v);
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint32_t sum1 = rotated(v[4], 6) ^ rotated(v[4], 11) ^ rotated(v[4], 25);
        uint32_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
        uint32_t first = v[7] + sum1 + choice + constants[i] + words[i];
        uint32_t sum0 = rotated(v[0], 2) ^ rotated(v[0], 13) ^ rotated(v[0], 22);
        uint32_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
        memmove(v + 1, v, 7 * sizeof *v);
        v[4] += first;
        v[0] = first + sum0 + majority;
    }
    for (unsigned i = 0; i < 8; i++)
        state[i] += v[i];
}

void sha256_begin(struct sha256 *hash) {
    *hash = (struct sha256){.state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f,
                                      0x9b05688c, 0x1f83d9ab, 0x5be0cd19}};
}

void sha256_add(struct sha256 *hash, const void *bytes, size_t size) {
    const uint8_t *next = bytes;
    hash->size += size;
    while (size > 0) {
        size_t left = BLOCK - hash->used, part = size < left ? size : left;
        memcpy(hash->block + hash->used, next, part);
        hash->used += part;
        next += part;
        size -= part;
        if (hash->used == BLOCK) {
            compress(hash->state, hash->block);
            hash->used = 0;
        }
    }
}

/* A one bit, zeros, and the length in bits (5.1.1). */
static void pad(struct sha256 *hash) {
    static const uint8_t padding[BLOCK] = {0x80};
    const uint64_t bits = hash->size * 8;
    uint8_t length[LENGTH_BYTES];
    for (unsigned i = 0; i < LENGTH_BYTES; i++)
        length[i] = (uint8_t)(bits >> (56 - 8 * i));
    const size_t last = BLOCK - LENGTH_BYTES;
    sha256_add(hash, padding, hash->used < last ? last - hash->used : BLOCK + last - hash->used);
    sha256_add(hash, length, sizeof length);
}

void sha256_end(struct sha256 *hash, char text[SHA256_TEXT]) {
    pad(hash);
    for (unsigned i = 0; i < 8; i++)
        snprintf(text + (size_t)i * 8, 9, "%08x", (unsigned)hash->state[i]);
}

bool sha256_of_file(const char *path, char text[SHA256_TEXT]) {
    struct sha256 hash;
    uint8_t part[1 << 14];
    size_t got;
    FILE *file = fopen(path, "rbe");
    if (file == NULL)
        return false;
    sha256_begin(&hash);
    while ((got = fread(part, 1, sizeof part, file)) > 0)
        sha256_add(&hash, part, got);
    int error = ferror(file) ? errno : 0;
    fclose(file);
    sha256_end(&hash, text);
    errno = error;
    return error == 0;
}
