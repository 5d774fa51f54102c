// SPDX-License-Identifier: MIT
// A temporary folder for a C file, what is compiled of it, and what they write.
#ifndef ALLOCHECK_VERIFY_SCRATCH_H
#define ALLOCHECK_VERIFY_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>

enum { SCRATCH_PATH = 4096 };

struct scratch {
    char folder[SCRATCH_PATH - 64];
    char source[SCRATCH_PATH];     /* repro.c */
    char executable[SCRATCH_PATH]; /* repro */
    char log[SCRATCH_PATH];
};

/* Makes the folder, in $TMPDIR or /tmp, with the C file and allocheck/allocator.h. False: errno
 * says why; nothing is left. */
bool scratch_open(struct scratch *scratch, const char *text, size_t length);
void scratch_close(struct scratch *scratch);

/* Copies a line of the log: the first that contains `mark`, or the last (NULL). Without its
 * newline; empty: none. */
void scratch_line(const struct scratch *scratch, const char *mark, char *line, size_t capacity);

/* allocheck/allocator.h, embedded by the build. */
extern const unsigned char verify_allocator_header[];
extern const size_t verify_allocator_header_size;

#endif
