// SPDX-License-Identifier: MIT
// What a measurement saw that no reading of C17 or POSIX.1-2024 allows, each with programs that
// show it.
#ifndef ALLOCHECK_DEVIATION_H
#define ALLOCHECK_DEVIATION_H

#include "measure.h"
#include "oracle.h"
#include "program.h"

#ifdef __cplusplus
extern "C" {
#endif

enum ac_deviation_kind {
    AC_DEVIATION_ERRNO,      /* a refusal sets another errno, or none */
    AC_DEVIATION_ALIGNMENT,  /* an invalid alignment is accepted */
    AC_DEVIATION_GRANTED,    /* a block for a request that no memory can satisfy */
    AC_DEVIATION_SHARED,     /* a block of 0 bytes at the address of a live one */
    AC_DEVIATION_MISALIGNED, /* blocks are less aligned than max_align_t */
    AC_DEVIATION_FREE,       /* free changes errno */
    AC_DEVIATION_FATAL,      /* a legal call crashed, hung, or ended the process */
};

/* Points into its measurement. */
struct ac_deviation {
    const struct ac_measurement *measured;
    enum ac_deviation_kind kind;
    enum ac_function function;        /* of all kinds but MISALIGNED and FREE */
    unsigned cause;                   /* the bit of an enum ac_cause, by number: ERRNO, GRANTED */
    const struct ac_fatal_call *call; /* FATAL; else NULL */
};

enum { AC_DEVIATION_LINE = 320 };

/* True if a finding of the oracle shows it. */
bool ac_deviation_shown_by(const struct ac_deviation *deviation, enum ac_oracle oracle);

/* Calls `each` with every deviation, function by function, until it returns false. */
typedef bool ac_deviation_function(void *ctx, const struct ac_deviation *deviation);
void ac_measurement_deviations(const struct ac_measurement *measured, ac_deviation_function *each,
                               void *ctx);

/* True for a bug in every allocator: a block for what no memory can satisfy, or a legal call that
 * ends the process or does not return. `declared' (NULL: none) may declare that impossible requests
 * end it, or that a call takes no NULL. */
bool ac_deviation_is_bug(const struct ac_deviation *deviation, const struct ac_profile *declared);

/* Describes it in one line. Returns `line`. */
const char *ac_deviation_text(const struct ac_deviation *deviation, char line[AC_DEVIATION_LINE]);

/* Makes the program number `index`, of a few calls, that may show the deviation to oracles that
 * check against ac_measurement_strict_profile. Clears `program` first. False: there is none, or out
 * of memory. */
bool ac_deviation_program(const struct ac_deviation *deviation, unsigned index,
                          struct ac_program *program);

/* The measured profile that accepts no deviation: what the standards require of every allocator,
 * and the measured choices where they leave one. */
void ac_measurement_strict_profile(const struct ac_measurement *measured, const char *name,
                                   struct ac_profile_copy *profile);

/* Changes the profile so that it accepts the deviation, if a profile can. */
void ac_deviation_accept(const struct ac_deviation *deviation, struct ac_profile *profile);

#ifdef __cplusplus
}
#endif
#endif
