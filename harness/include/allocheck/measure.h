// SPDX-License-Identifier: MIT
// Measures the choices that the standards leave to an allocator, by calling it.
#ifndef ALLOCHECK_MEASURE_H
#define ALLOCHECK_MEASURE_H

#include "generate.h"
#include "profile.h"
#include "target.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The answers that calls of one kind were seen to give; bits. */
enum ac_seen {
    AC_SEEN_BLOCK = 1u,     /* a block */
    AC_SEEN_SHARED = 2u,    /* a block at the address of a live one */
    AC_SEEN_ROUNDED = 4u,   /* a block at a multiple of the next power of two */
    AC_SEEN_UNROUNDED = 8u, /* a block that is not */
    AC_SEEN_FREED = 16u,    /* NULL, and the old block was allocated again */
    AC_SEEN_KEPT = 32u,    /* NULL, and the old block was allocated again only after a free of it */
    AC_SEEN_SILENT = 64u,  /* NULL, errno unchanged */
    AC_SEEN_ENOMEM = 128u, /* NULL, errno (of posix_memalign: its result) is ENOMEM */
    AC_SEEN_EINVAL = 256u, /* likewise */
    AC_SEEN_ERROR = 512u,  /* NULL, another errno */
    AC_SEEN_REFUSALS = AC_SEEN_SILENT | AC_SEEN_ENOMEM | AC_SEEN_EINVAL | AC_SEEN_ERROR,
};

/* Whether every block had a property. */
enum ac_holds {
    AC_HOLDS_UNKNOWN, /* not offered, or the process ended */
    AC_HOLDS_ALWAYS,
    AC_HOLDS_NOT, /* not in every case */
};

enum { AC_FATAL_CALLS = 64, AC_MISUSE_TRIES = 3, AC_MOST_PROBES = 256 };

/* A legal call that ended its process, or did not return. */
struct ac_fatal_call {
    uint8_t function;  /* enum ac_function; AC_FN_COUNT: another call */
    uint8_t limited;   /* 1: the memory of the process was limited */
    uint8_t announced; /* 1: an abort or exit, after a message of the allocator's that is no failed
                          assertion. Else it crashed, hung, or ended without a word: a bug. */
    uint8_t resizes;   /* 1: realloc or reallocarray of a live block */
    uint8_t null;      /* the call with NULL that it is, enum ac_null; 0: none */
    uint64_t count;    /* of elements; 0: the function takes none */
    uint64_t size, alignment;
    char how[AC_MISUSE_TEXT]; /* its last words, or SIGNAL or exit(N) */
};

/* Arguments of a call. */
struct ac_asked {
    uint64_t count, size, alignment;
};

/* One misuse, tried with AC_MISUSE_TRIES sizes. */
struct ac_measured_misuse {
    uint8_t tried;
    uint8_t caught;  /* the process ended with a text */
    uint8_t silent;  /* the process ended without one */
    uint8_t differs; /* 1: caught with different texts */
    char text[AC_MISUSE_TEXT];
};

/* Everything that was measured. Plain data without pointers; sizes are bytes. */
struct ac_measurement {
    uint16_t offered;                         /* bits by enum ac_function */
    uint16_t zero[AC_FN_COUNT];               /* size 0, enum ac_seen; realloc: of NULL */
    uint16_t resize_zero[AC_FN_COUNT];        /* realloc, reallocarray: of a live block */
    uint8_t null_tried, null_taken;           /* calls with NULL that returned; enum ac_null */
    uint16_t refusal[AC_FN_COUNT][AC_CAUSES]; /* by the bit of enum ac_cause */
    struct ac_asked granted[AC_FN_COUNT][AC_CAUSES]; /* the first that got AC_SEEN_BLOCK */
    uint16_t invalid_alignment[AC_FN_COUNT];
    size_t min_alignment;    /* of every block of at least that size; 0: unknown */
    uint8_t keeps_alignment; /* realloc, enum ac_holds */
    uint8_t usable_exact;    /* enum ac_holds */
    uint8_t usable_offered;  /* 1: there is a usable size to ask for */
    size_t most_slack;       /* largest difference of usable and requested size, */
    size_t slack_at;         /* and the requested size that had it */
    uint8_t usable_stable;   /* it stayed the same while the block was live, enum ac_holds */
    uint8_t free_errno;      /* free left errno unchanged, enum ac_holds */
    uint8_t shrinks;         /* realloc to no more bytes was granted, enum ac_holds */
    uint8_t freed_size;      /* the size just freed was granted again, enum ac_holds */
    uint8_t fixed_pool;      /* small requests were refused soon, enum ac_holds: */
    size_t pool_bytes;       /* with so many bytes live */
    size_t largest_request;  /* that malloc granted, untouched; approximate */
    struct ac_boundaries boundaries; /* of size classes; none if the usable size is exact */
    uint32_t fatal_calls;            /* how many; the first are in `fatal_call` */
    struct ac_fatal_call fatal_call[AC_FATAL_CALLS];
    struct ac_measured_misuse misuse[AC_MISUSE_COUNT];
    uint8_t unmeasured[AC_MOST_PROBES]; /* 1: this question was not answered in time */
};

/* How much to measure. */
enum ac_measure_depth {
    AC_MEASURE_BOUNDARIES, /* usable sizes and size-class boundaries: a moment */
    AC_MEASURE_TO_CHECK,   /* also all that a measured profile needs: under a second */
    AC_MEASURE_ALL,        /* also misuses */
};

enum { AC_MEASURE_SECONDS = 30, AC_PROBE_SECONDS = 5 };

struct ac_measure_progress {
    unsigned asked, all; /* questions */
};

struct ac_measure_options {
    enum ac_measure_depth depth;
    uint64_t most_ms;   /* wall time for all; 0: AC_MEASURE_SECONDS */
    bool (*stop)(void); /* called some 50 times a second; true ends the measurement; NULL: never */
    struct ac_measure_progress *progress; /* kept up to date; NULL: not wanted */
};

/* Measures an allocator in separate processes; that a call ends one is a result. A question takes
 * at most AC_PROBE_SECONDS; `cut` marks those that were not answered in time, and nothing is
 * assumed about them. False: no process could be started, or none loads the library; `trouble` says
 * why in one line (AC_LIBRARY_ERROR bytes are enough), and *measured is not valid. */
bool ac_measure(const struct ac_target *target, const struct ac_measure_options *options,
                struct ac_measurement *measured, char *trouble, size_t capacity);

/* The profile that was measured. `checking`: only the choices between readings that the standards
 * allow. What was always seen but is not guaranteed (alignment kept, usable size exact, misuse
 * caught) is left out, and what was seen to deviate from the standards is still required. */
void ac_measurement_profile(const struct ac_measurement *measured, const char *name, bool checking,
                            struct ac_profile_copy *profile);

/* The same, but what was seen to deviate is accepted: for a file that a person edits. It promises
 * nothing beyond the profile for checking. */
void ac_measurement_accepting_profile(const struct ac_measurement *measured, const char *name,
                                      struct ac_profile_copy *profile);

enum ac_remark {
    AC_REMARK_DEVIATION,  /* from C17 or POSIX.1-2024, allowed by no reading */
    AC_REMARK_GRANTED,    /* a block, for a request that no memory can satisfy */
    AC_REMARK_VARIATION,  /* size 0, realloc to 0 or errno is not the same each time */
    AC_REMARK_FATAL_CALL, /* a legal call crashed, hung, or ended the process without a message */
    AC_REMARK_IMPOSSIBLE, /* a request that no memory can satisfy ends it with a message */
    AC_REMARK_POLICY,     /* exhausted memory ends the process, with a message */
    AC_REMARK_UNMEASURED, /* not measured: out of time */
    AC_REMARKS
};

/* Called with each remark: one line without a newline. */
typedef void ac_remark_function(void *ctx, enum ac_remark remark, const char *line);
void ac_measurement_remarks(const struct ac_measurement *measured, ac_remark_function *report,
                            void *ctx);

/* Called with each trait that a profile declares and the measurement contradicts: its field, as in
 * a profile file, and what was declared and seen. */
typedef void ac_contradiction_function(void *ctx, const char *field, const char *line);
void ac_measurement_contradictions(const struct ac_measurement *measured,
                                   const struct ac_profile *declared,
                                   ac_contradiction_function *report, void *ctx);

/* Short words for a set of enum ac_seen, such as `a block; ENOMEM'. Returns `text`. */
const char *ac_seen_text(unsigned seen, char *text, size_t capacity);

const char *ac_function_name(enum ac_function function); /* `malloc' ... */
const char *ac_cause_name(unsigned bit);                 /* by the number of its bit: `wrap' ... */
const char *ac_misuse_name(enum ac_misuse misuse);       /* `double_free' ... */

#ifdef __cplusplus
}
#endif
#endif
