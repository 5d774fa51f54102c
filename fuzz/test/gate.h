// SPDX-License-Identifier: MIT
#ifndef FUZZ_TEST_GATE_H
#define FUZZ_TEST_GATE_H

#include <stddef.h>
#include <stdint.h>

/* Returns how many of three fixed bytes an input starts with. Each is a separate branch: an
 * engine that sees edges passes them one by one, others never do. */
int gate_depth(const uint8_t *bytes, size_t size);

#endif
