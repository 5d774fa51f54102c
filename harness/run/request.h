// SPDX-License-Identifier: MIT
// Requests for a block, their answers, and how far standards and profile fix the answer.
#ifndef ALLOCHECK_REQUEST_H
#define ALLOCHECK_REQUEST_H

#include "runner.h"

struct ac_request {
    enum ac_function function;
    size_t count, size; /* as passed; count is 1 for functions without one */
    size_t total;       /* their product, modulo 2^64 */
    bool wraps;
    size_t alignment;     /* aligned forms; else 0 */
    struct ac_block *old; /* realloc of a live block */
    bool in_frame;        /* memory of an allocator's own frame */
    bool largest_again;   /* of the largest size so far, with nothing live */
};

struct ac_answer {
    void *block;      /* NULL: refused */
    int error;        /* errno, or the result of posix_memalign */
    bool out_changed; /* posix_memalign failed, but wrote a pointer that is not NULL */
    bool refused;     /* the page source refused something during the call */
};

/* Fills in `total' and `wraps'. */
void ac_request_complete(struct ac_request *request);

static inline bool ac_is_power_of_two(size_t number) {
    return number != 0 && (number & (number - 1)) == 0;
}

static inline bool ac_is_aligned_form(enum ac_function function) {
    return function == AC_FN_ALIGNED_ALLOC || function == AC_FN_POSIX_MEMALIGN ||
           function == AC_FN_MEMALIGN;
}

/* As the function requires; always true of functions without an alignment. */
bool ac_has_valid_alignment(const struct ac_request *request);

/* True if no allocator can grant it: more than there are addresses, or than the source has. */
bool ac_is_impossible(const struct ac_runner *runner, const struct ac_request *request);

/* False, and counted: the profile says that the allocator takes no NULL here. */
bool ac_offers_null(struct ac_runner *runner, enum ac_null call);

bool ac_is_zero_size(const struct ac_request *request);
enum ac_zero_size ac_zero_reading(const struct ac_runner *runner, const struct ac_request *request);

/* True if it can never be granted, and the profile guarantees an errno for it. */
bool ac_guarantees_refusal(const struct ac_runner *runner, const struct ac_request *request);

/* --- of a request that was refused --- */

/* True if memory may really be exhausted. */
bool ac_may_be_exhausted(const struct ac_runner *runner, const struct ac_answer *answer);

unsigned ac_cause_of(const struct ac_request *request); /* one of enum ac_cause */
bool ac_guarantees_errno(const struct ac_runner *runner, const struct ac_request *request);

/* True if the cause may have this error. */
bool ac_error_fits(const struct ac_runner *runner, const struct ac_request *request, unsigned cause,
                   int error);

/* --- for comparing two allocators --- */

/* Fills in how far profile and memory use determine the answer. */
void ac_mark_comparable(const struct ac_runner *runner, const struct ac_request *request,
                        const struct ac_answer *answer, struct ac_recorded_answer *answered);

/* --- record_answers.c: fills ac_run_options.answers, if there are any --- */

void ac_record_answer(struct ac_runner *runner, const struct ac_request *request,
                      const struct ac_answer *answer);

/* Of the last block given: calloc's was zeroed, or realloc's kept its content. */
void ac_record_content(struct ac_runner *runner, const struct ac_request *request, bool kept);

#endif
