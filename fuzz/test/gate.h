// SPDX-License-Identifier: MIT
#ifndef FUZZ_TEST_GATE_H
#define FUZZ_TEST_GATE_H

#include <stddef.h>
#include <stdint.h>

/* How many of three fixed bytes an input begins with: each is a branch of its own, so that an
 * engine which sees edges passes them one by one, and one which does not never will. */
int gate_depth(const uint8_t *bytes, size_t size);

#endif
