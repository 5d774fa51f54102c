// SPDX-License-Identifier: MIT
// What an allocator answered to each request of a program, kept so that the answers of two
// allocators can be compared (oracle agreement).
#ifndef ALLOCHECK_ANSWERS_H
#define ALLOCHECK_ANSWERS_H

#include "op.h"
#include "oracle.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What became of the bytes that calloc zeroes and realloc keeps. */
enum ac_content {
    AC_CONTENT_UNSEEN, /* nothing was guaranteed, or nothing was looked at */
    AC_CONTENT_KEPT,
    AC_CONTENT_LOST,
};

/* One request for a block and its answer. Plain data, the same in every process. */
struct ac_answered {
    uint32_t op, round; /* which call of the program */

    /* The request; answers to different requests are never compared. */
    uint8_t function;     /* enum ac_function */
    uint64_t count, size; /* as passed; count is 1 where the function takes none */
    uint64_t alignment;   /* aligned forms; else 0 */
    uint64_t old_size;    /* asked for in the block that is resized; UINT64_MAX: there is none */

    /* The answer. */
    bool given;      /* a block; else NULL */
    int32_t error;   /* of NULL: errno, posix_memalign: its result; 0: errno was left as it was */
    uint8_t content; /* enum ac_content */

    /* How far the allocator's profile, and what the program had used up, fix the answer. */
    bool fixed;      /* NULL or not: by the request alone, not by memory or by choice */
    uint8_t reading; /* of 0 bytes or of an invalid alignment, as the profile has it; else 0 */
    bool error_guaranteed; /* of NULL: errno has one of the values that the standards allow */
    bool error_fits;       /* and has it */
};

/* The answers of one program. Shared memory: written by the process that runs it, read by another
 * once that one has answered or ended. */
struct ac_answers {
    volatile uint32_t count;
    struct ac_answered at[AC_MAX_CALLS];
};

/* What came of comparing the answers of two allocators to one program. */
struct ac_agreement {
    uint64_t compared; /* answers: NULL or not, errno or content */
    uint64_t skipped;  /* answers of either that were not: the other was not asked the same, or a
                            profile or the memory used up explains any difference */
    uint64_t disagreements;
    struct ac_finding first; /* of oracle agreement; valid where there are disagreements */
};

/* Compares. The names are those of the allocators, for the evidence. */
void ac_answers_compare(const struct ac_answers *left, const char *left_name,
                        const struct ac_answers *right, const char *right_name,
                        struct ac_agreement *agreement);

#ifdef __cplusplus
}
#endif
#endif
