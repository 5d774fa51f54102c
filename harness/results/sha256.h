// SPDX-License-Identifier: MIT
// SHA-256 (FIPS 180-4), to name files and findings by their content.
#ifndef ALLOCHECK_RESULTS_SHA256_H
#define ALLOCHECK_RESULTS_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SHA256_BYTES = 32, SHA256_TEXT = 2 * SHA256_BYTES + 1 };

struct sha256 {
    uint32_t state[8];
    uint8_t block[64];
    size_t used; /* bytes of the block */
    uint64_t size;
};

void sha256_begin(struct sha256 *hash);
void sha256_add(struct sha256 *hash, const void *bytes, size_t size);

/* Writes the digest as 64 lower-case hexadecimal digits and a zero byte. */
void sha256_end(struct sha256 *hash, char text[SHA256_TEXT]);

/* The digest of a file. False: unreadable, errno says why. */
bool sha256_of_file(const char *path, char text[SHA256_TEXT]);

#endif
