// SPDX-License-Identifier: MIT
// What legally differs between allocators, as data: oracles ask the profile, never the name.
#ifndef ALLOCHECK_PROFILE_H
#define ALLOCHECK_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A request for 0 bytes (C17 7.22.3: the choice is the implementation's). */
enum ac_zero_size {
    AC_ZERO_BLOCK,   /* a unique block that can be freed */
    AC_ZERO_NULL,    /* NULL; errno is then not checked */
    AC_ZERO_EITHER,  /* both readings allowed, not fixed */
    AC_ZERO_FREES,   /* realloc only: the old block is freed, NULL returned */
    AC_ZERO_KEEPS,   /* realloc only: NULL returned, the old block stays live */
    AC_ZERO_INVALID, /* aligned forms only: refused with EINVAL */
};

/* An alignment that is no power of two, or for posix_memalign no multiple of sizeof(void *). */
enum ac_invalid_alignment {
    AC_ALIGN_EINVAL, /* refused */
    AC_ALIGN_ROUNDS, /* taken as the next power of two */
    AC_ALIGN_EITHER, /* not fixed: NULL or a block */
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

/* Why a request failed; bits. */
enum ac_cause {
    AC_CAUSE_WRAP = 1u,      /* count * size, or size + alignment, exceeds SIZE_MAX */
    AC_CAUSE_PTRDIFF = 2u,   /* more than PTRDIFF_MAX bytes */
    AC_CAUSE_EXHAUSTED = 4u, /* more than there is */
    AC_CAUSE_ALIGNMENT = 8u, /* invalid alignment */
    AC_CAUSE_ALL = 15u,
};
enum { AC_CAUSES = 4 };

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

/* One allocator's choices. Every field is a fact about it that a program can rely on. */
struct ac_profile {
    const char *name;

    enum ac_zero_size malloc_zero;  /* also calloc, and realloc of NULL */
    enum ac_zero_size realloc_zero; /* of a live block */
    enum ac_zero_size aligned_zero[AC_FN_COUNT];
    enum ac_invalid_alignment invalid_alignment[AC_FN_COUNT];
    /* Causes, enum ac_cause, for which errno (posix_memalign: the result) is guaranteed. */
    unsigned errno_guaranteed[AC_FN_COUNT];

    size_t min_alignment;         /* guaranteed for every block whose size is at least this */
    bool realloc_keeps_alignment; /* also an alignment above min_alignment */
    bool usable_exact;            /* usable size is the size asked for */
    /* A request for more than there is may end the process. Refusals of the page source and what
     * comes near its limit, or that of memory, are then left out (counted as cut), and so is what
     * can never be granted, but where errno_guaranteed says how it is refused. */
    bool exhaustion_ends_process;
    /* Above this alignment a request may end the process, so none is made (counted as cut); 0: no
     * such bound. */
    size_t largest_alignment;

    size_t cached_size;  /* blocks up to this size are reused without a page request; 0: none */
    size_t quarantine;   /* rounds that a freed block may rest before it is live again */
    size_t growth_slack; /* bytes that a closed loop may hold more after warming up */
    size_t
        held_when_empty; /* bytes that may be held when nothing is live; SIZE_MAX: no guarantee */
    bool coalesces;      /* with nothing live, the largest block live before can be had again */
    bool reuses_when_refused; /* what free memory covers is live while the source refuses */

    /* What holds for every allocator unless it says so itself. */
    bool may_grow;              /* no-growth does not check */
    bool may_not_return;        /* liveness does not check */
    bool may_refuse_freed_size; /* the same size right after its free may be refused */

    /* Fixed text passed to the fatal handler for a misuse; NULL: not guaranteed to be caught. */
    const char *misuse[AC_MISUSE_COUNT];
};

/* What C17 and POSIX.1-2024 guarantee of any allocator and nothing more, named `standard': every
 * choice in the widest reading that they allow. Checks an allocator that brings no profile, and is
 * what a profile file leaves out. */
extern const struct ac_profile ac_standard_profile;

#ifdef __cplusplus
}
#endif
#endif
