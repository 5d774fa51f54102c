// SPDX-License-Identifier: MIT
// Helpers of the decoder and parser targets.
#ifndef FUZZ_ENGINE_CODEC_H
#define FUZZ_ENGINE_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A program in text or byte form, in a block of exactly its size. */
struct codec_form {
    uint8_t *bytes; /* owned */
    size_t size;
};

/* Aborts if out of memory. */
struct codec_form codec_form_new(size_t size);
void codec_form_destroy(struct codec_form *form);
bool codec_form_equal(const struct codec_form *left, const struct codec_form *right);

/* If a property does not hold, prints it and aborts. */
void codec_demand(bool holds, const char *property);

#endif
