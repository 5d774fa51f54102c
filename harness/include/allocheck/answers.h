// SPDX-License-Identifier: MIT
// Recorded answers of an allocator to the requests of a program, and the comparison of the answers
// of two allocators (oracle agreement).
#ifndef ALLOCHECK_ANSWERS_H
#define ALLOCHECK_ANSWERS_H

#include "op.h"
#include "oracle.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The content check of calloc (zeroed) and realloc (preserved). */
enum ac_content {
    AC_CONTENT_UNSEEN, /* nothing to check */
    AC_CONTENT_KEPT,
    AC_CONTENT_LOST,
};

/* One request for a block and its answer. Holds no pointers, so processes can share it. */
struct ac_recorded_answer {
    uint32_t op, round; /* the call */

    /* The request. Only answers to equal requests are compared. */
    uint8_t function;     /* enum ac_function */
    uint64_t count, size; /* as passed; count is 1 if there is none */
    uint64_t alignment;   /* of aligned functions; else 0 */
    uint64_t old_size;    /* requested size of the block to resize; UINT64_MAX: none */

    /* The answer. */
    bool succeeded;  /* a block, not NULL */
    int32_t error;   /* of NULL: errno (posix_memalign: its result); 0: errno unchanged */
    uint8_t content; /* enum ac_content */

    /* What the profile and the memory in use say about the answer. */
    bool determined;       /* the request alone decides between NULL and a block */
    uint8_t choice;        /* 1 + enum ac_zero_size for a request of 0 bytes; else 0 */
    bool error_guaranteed; /* of NULL: the profile guarantees a standard errno */
    bool error_fits;       /* and errno is one */
};

/* The answers to one program, in shared memory: the process that runs it writes them, another reads
 * them after that one has replied or ended. */
struct ac_answers {
    volatile uint32_t count;
    struct ac_recorded_answer at[AC_MAX_CALLS];
};

/* The comparison of the answers of two allocators to one program. */
struct ac_agreement {
    uint64_t compared; /* pairs of answers: NULL or block, errno, content */
    uint64_t
        skipped; /* answers without an equal request to the other, or that may legally differ */
    uint64_t disagreements;
    struct ac_finding first; /* of oracle agreement; valid if disagreements > 0 */
};

/* Compares two recordings. The names of the allocators go into the evidence. */
void ac_answers_compare(const struct ac_answers *left, const char *left_name,
                        const struct ac_answers *right, const char *right_name,
                        struct ac_agreement *agreement);

#ifdef __cplusplus
}
#endif
#endif
