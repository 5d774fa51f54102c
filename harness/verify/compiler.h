// SPDX-License-Identifier: MIT
// The system's C compiler.
#ifndef ALLOCHECK_VERIFY_COMPILER_H
#define ALLOCHECK_VERIFY_COMPILER_H

#include "scratch.h"

#include "export/export.h"

#include <stdint.h>

/* Compiles the C file in a scratch folder; `most_ms`: wall time. False: `why` says why not, in one
 * line. */
bool compiler_run(const struct scratch *scratch, const struct exported *exported,
                  const char *library, uint64_t most_ms, char *why, size_t capacity);

#endif
