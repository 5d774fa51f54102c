// SPDX-License-Identifier: MIT
// What the targets of the two program forms share.
#ifndef FUZZ_ENGINE_CODEC_H
#define FUZZ_ENGINE_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A program written down, in a block of exactly its size. */
struct codec_form {
    uint8_t *bytes; /* owned */
    size_t size;
};

/* Aborts where there is no memory. */
struct codec_form codec_form_new(size_t size);
void codec_form_destroy(struct codec_form *form);
bool codec_form_equal(const struct codec_form *left, const struct codec_form *right);

/* Prints the broken property and aborts where it does not hold. */
void codec_demand(bool holds, const char *property);

#endif
