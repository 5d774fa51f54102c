// SPDX-License-Identifier: MIT
// The profile of an allocator: the choices that C and POSIX leave to it. Oracles check allocators
// by their profiles, never by their names.
#ifndef ALLOCHECK_PROFILE_H
#define ALLOCHECK_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The result of a request for 0 bytes (C17 7.22.3: implementation-defined). */
enum ac_zero_size {
    AC_ZERO_BLOCK,   /* a unique block that can be freed */
    AC_ZERO_NULL,    /* NULL; errno is not checked */
    AC_ZERO_EITHER,  /* either of these, not always the same */
    AC_ZERO_FREES,   /* realloc only: frees the old block and returns NULL */
    AC_ZERO_KEEPS,   /* realloc only: returns NULL, the old block stays live */
    AC_ZERO_INVALID, /* aligned functions only: fails with EINVAL */
};

/* The result of an alignment that is not a power of two or, for posix_memalign, not a multiple of
 * sizeof(void *). */
enum ac_invalid_alignment {
    AC_ALIGN_EINVAL, /* fails with EINVAL */
    AC_ALIGN_ROUNDS, /* rounded up to the next power of two */
    AC_ALIGN_EITHER, /* NULL or a block, not always the same */
};

enum ac_function {
    AC_FN_MALLOC,
    AC_FN_CALLOC,
    AC_FN_REALLOC,
    AC_FN_REALLOCARRAY,
    AC_FN_ALIGNED_ALLOC,
    AC_FN_POSIX_MEMALIGN,
    AC_FN_MEMALIGN,
    AC_FN_COUNT
};

/* Bytes that a process can address on any 64-bit system: 2^56 on x86-64 with five levels of page
 * tables. No larger request can be granted. */
#define AC_ADDRESS_SPACE ((uint64_t)1 << 56)

/* Why a request fails. Bits. */
enum ac_cause {
    AC_CAUSE_WRAP = 1u,      /* count * size, or size + alignment, exceeds SIZE_MAX */
    AC_CAUSE_PTRDIFF = 2u,   /* more than PTRDIFF_MAX bytes */
    AC_CAUSE_EXHAUSTED = 4u, /* more than the available memory */
    AC_CAUSE_ALIGNMENT = 8u, /* invalid alignment */
    AC_CAUSE_ALL = 15u,
};
enum { AC_CAUSES = 4 };

/* Calls with NULL that an allocator may not offer. Bits. */
enum ac_null {
    AC_NULL_FREE = 1u,    /* free and its sized forms (C17 7.22.3.3: no action occurs) */
    AC_NULL_REALLOC = 2u, /* realloc, reallocarray (C17 7.22.3.5: as malloc) */
    AC_NULL_USABLE = 4u,  /* malloc_usable_size (malloc_usable_size(3): 0) */
};

enum ac_misuse {
    AC_MISUSE_DOUBLE_FREE,
    AC_MISUSE_FREE_INTERIOR,
    AC_MISUSE_FREE_MISALIGNED,
    AC_MISUSE_FREE_FOREIGN,
    AC_MISUSE_FREE_WILD,
    AC_MISUSE_OVERFLOW,
    AC_MISUSE_WRITE_FREED,
    AC_MISUSE_REALLOC_FREED,
    AC_MISUSE_USABLE_FREED,
    AC_MISUSE_WRONG_SIZE,
    AC_MISUSE_WRONG_ALIGNMENT,
    AC_MISUSE_FREE_FRAME,
    AC_MISUSE_COUNT
};

/* Initialises the elements of `zero` that are about no alignment. */
#define AC_ZERO_FRESH(reading)                                                                     \
    [AC_FN_MALLOC] = (reading), [AC_FN_CALLOC] = (reading), [AC_FN_REALLOC] = (reading),           \
    [AC_FN_REALLOCARRAY] = (reading)

/* Initialises `resize_zero`. */
#define AC_ZERO_RESIZED(reading) [AC_FN_REALLOC] = (reading), [AC_FN_REALLOCARRAY] = (reading)

/* One allocator's choices. A program can rely on every field. README.md of harness/model has the
 * default of each field and its source. */
struct ac_profile {
    const char *name;

    enum ac_zero_size zero[AC_FN_COUNT];        /* of a new block; realloc, reallocarray: of NULL */
    enum ac_zero_size resize_zero[AC_FN_COUNT]; /* of a live block: realloc, reallocarray */
    enum ac_invalid_alignment invalid_alignment[AC_FN_COUNT];
    /* Causes (bits of enum ac_cause) with a guaranteed errno; posix_memalign: result. */
    unsigned errno_guaranteed[AC_FN_COUNT];
    unsigned null_not_offered; /* bits of enum ac_null: ops that pass NULL are skipped (counted) */

    /* Of every block that is at least as large. Less than C requires (the alignment of max_align_t)
     * exempts the allocator from it; 0: what C requires. */
    size_t min_alignment;
    bool realloc_keeps_alignment; /* also above min_alignment */
    bool realloc_keeps_usable;    /* also bytes between the requested and the usable size */
    bool usable_exact;            /* the usable size is the requested size */
    /* Running out of memory may end the process. Ops that refuse page requests or come near a
     * memory limit are then skipped (and counted). Measured: only if a message says so before an
     * abort or exit; a signal is a bug. */
    bool exhaustion_ends_process;
    /* Requests that no memory can satisfy (a product that wraps, more than PTRDIFF_MAX) may end the
     * process. They are then skipped (and counted), unless errno_guaranteed covers them. */
    bool impossible_ends_process;
    /* Requests for a larger alignment may fail or end the process, so they are skipped (and
     * counted); 0: no bound. */
    size_t largest_alignment;
    size_t largest_request; /* bytes: requests for more always fail; 0: no bound */
    /* All memory comes from a fixed pool of the allocator's own: any request may find it full, also
     * one for 0 bytes. */
    bool fixed_pool;
    unsigned declined_quirks; /* bits of enum ac_quirk that its page source must not have; those of
                                 a program are left out (and counted), and so is the op foreign_brk
                                 for AC_QUIRK_FOREIGN_BRK */

    size_t cached_size;  /* bytes: freed blocks up to this size are reused without a page request */
    size_t quarantine;   /* rounds before a freed block is reused */
    size_t growth_slack; /* bytes by which a warmed-up, repeated program may still grow */
    size_t decay_ms;     /* milliseconds after which free memory is given back; 0: it is not kept */
    size_t held_when_empty; /* bytes held with no live block, at most; SIZE_MAX: no guarantee */
    bool coalesces;         /* with no live block, the largest size so far can be allocated again */
    bool reuses_when_refused; /* free memory is used while the page source refuses */

    /* Exemptions from what is checked of an allocator that declares a profile. */
    bool may_grow;              /* exempt from oracle no-growth */
    bool may_vary;              /* exempt from oracle deterministic */
    bool may_not_return;        /* exempt from oracle liveness */
    bool may_refuse_freed_size; /* may refuse the size of the block just freed */
    bool may_refuse_shrink;     /* realloc may refuse a size that is no larger */
    bool usable_may_grow;       /* the usable size of a live block may grow */
    bool slack_reserved; /* bytes beyond the requested size are not the caller's: never written */
    bool free_changes_errno; /* free may change errno */

    /* The text passed to the fatal handler for a misuse; NULL: detection is not guaranteed. */
    const char *misuse[AC_MISUSE_COUNT];
};

/* The profile `standard': only what C17 and POSIX.1-2024 guarantee for every allocator. It applies
 * to allocators without a profile and to the keys that a profile file omits. A struct that leaves
 * fields out promises more: the exemptions are then false. */
extern const struct ac_profile ac_standard_profile;

#ifdef __cplusplus
}
#endif
#endif
