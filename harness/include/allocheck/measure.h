// SPDX-License-Identifier: MIT
// What an allocator does where the standards leave it open, found out by asking it.
#ifndef ALLOCHECK_MEASURE_H
#define ALLOCHECK_MEASURE_H

#include "generate.h"
#include "profile.h"
#include "target.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What calls of one kind were seen to answer; bits. */
enum ac_seen {
    AC_SEEN_BLOCK = 1u,     /* a block */
    AC_SEEN_SHARED = 2u,    /* a block at the address of a live one */
    AC_SEEN_ROUNDED = 4u,   /* a block at a multiple of the next power of two */
    AC_SEEN_UNROUNDED = 8u, /* a block that is not */
    AC_SEEN_FREED = 16u,    /* NULL, and the old block was allocated again */
    AC_SEEN_KEPT = 32u,    /* NULL, and the old block was allocated again only after a free of it */
    AC_SEEN_SILENT = 64u,  /* NULL, errno unchanged */
    AC_SEEN_ENOMEM = 128u, /* NULL, errno (posix_memalign: its result) ENOMEM */
    AC_SEEN_EINVAL = 256u, /* likewise */
    AC_SEEN_ERROR = 512u,  /* NULL, another errno */
    AC_SEEN_REFUSALS = AC_SEEN_SILENT | AC_SEEN_ENOMEM | AC_SEEN_EINVAL | AC_SEEN_ERROR,
};

/* Of a property: did every block have it? */
enum ac_holds {
    AC_HOLDS_UNKNOWN, /* not offered, or the process ended */
    AC_HOLDS_ALWAYS,
    AC_HOLDS_NOT, /* not in every case: no guarantee */
};

enum { AC_MEASURED_ENDS = 16, AC_MISUSE_TRIES = 3 };

/* A legal call that ended its process, or did not return. */
struct ac_measured_end {
    uint8_t function; /* enum ac_function; AC_FN_COUNT: another call */
    uint8_t limited;  /* 1: with the process's memory limited */
    uint64_t size, alignment;
    char how[AC_MISUSE_TEXT]; /* its last words, or SIGNAL or exit(N) */
};

/* One misuse, tried with AC_MISUSE_TRIES sizes. */
struct ac_measured_misuse {
    uint8_t tried, caught, silent; /* caught: with a text; silent: ended without a word */
    uint8_t differs;               /* 1: caught with texts that differ */
    char text[AC_MISUSE_TEXT];
};

/* What was measured. Plain data without pointers; sizes are bytes. */
struct ac_measured {
    uint16_t offered;                         /* bits by enum ac_function */
    uint16_t zero[AC_FN_COUNT];               /* size 0, enum ac_seen; realloc: of NULL */
    uint16_t realloc_zero;                    /* realloc, reallocarray of a live block */
    uint16_t refusal[AC_FN_COUNT][AC_CAUSES]; /* by the bit of enum ac_cause */
    uint16_t invalid_alignment[AC_FN_COUNT];
    size_t min_alignment;            /* of every block of at least that size; 0: not found out */
    uint8_t keeps_alignment;         /* realloc, enum ac_holds */
    uint8_t usable_exact;            /* enum ac_holds */
    uint8_t usable_offered;          /* 1: there is a usable size to ask for */
    size_t most_slack;               /* usable size over the size asked for, at most; */
    size_t slack_at;                 /* for this size */
    size_t largest_request;          /* that malloc granted, untouched; about */
    struct ac_boundaries boundaries; /* of classes; none where the usable size is exact */
    uint32_t ends;                   /* calls that ended their process; the first are in `end` */
    struct ac_measured_end end[AC_MEASURED_ENDS];
    struct ac_measured_misuse misuse[AC_MISUSE_COUNT];
};

/* How much is measured. */
enum ac_measure_depth {
    AC_MEASURE_BOUNDARIES, /* usable sizes and size-class boundaries: a moment */
    AC_MEASURE_TO_CHECK,   /* also what a measured profile is made of: under a second */
    AC_MEASURE_ALL,        /* also misuses */
};

/* Measures an allocator in processes of its own; a call that ends one is a result. False: no
 * process could be had, or none loads the library; `trouble` says why in one line (AC_LIBRARY_ERROR
 * bytes are enough), *measured is not valid. */
bool ac_measure(const struct ac_target *target, enum ac_measure_depth depth,
                struct ac_measured *measured, char *trouble, size_t capacity);

/* The profile that was measured. `checking`: only what chooses between readings that the standards
 * allow; what is always seen, but guaranteed by nobody (alignment kept, usable size exact, misuse
 * caught), is left out. */
void ac_measured_profile(const struct ac_measured *measured, const char *name, bool checking,
                         struct ac_profile_copy *profile);

/* The profile to check an allocator by that declares none. False: as ac_measure. */
bool ac_measure_profile(const struct ac_target *target, struct ac_profile_copy *profile,
                        char *trouble, size_t capacity);

/* What there is to say about an allocator; each is one line without a newline. */
enum ac_remark {
    AC_REMARK_DEVIATION, /* from C17 or POSIX.1-2024, allowed by no reading */
    AC_REMARK_VARIATION, /* size 0, realloc to 0 or errno is not the same each time */
    AC_REMARK_END,       /* a legal call ended the process */
};
typedef void ac_remark_function(void *ctx, enum ac_remark remark, const char *line);
void ac_measured_remarks(const struct ac_measured *measured, ac_remark_function *say, void *ctx);

/* Says each trait that a profile declares and the measurement contradicts: its field, as in a
 * profile file, then what was declared and what was seen. */
typedef void ac_contradiction_function(void *ctx, const char *field, const char *line);
void ac_measured_contradictions(const struct ac_measured *measured,
                                const struct ac_profile *declared, ac_contradiction_function *say,
                                void *ctx);

/* Short words for a set of enum ac_seen, as `block, NULL without errno'. Returns `text`. */
const char *ac_seen_text(unsigned seen, char *text, size_t capacity);

const char *ac_function_name(enum ac_function function); /* `malloc' ... */
const char *ac_cause_name(unsigned bit);                 /* by the number of its bit: `wrap' ... */
const char *ac_misuse_name(enum ac_misuse misuse);       /* `double_free' ... */

#ifdef __cplusplus
}
#endif
#endif
