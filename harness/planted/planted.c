// SPDX-License-Identifier: MIT
// The tables of planted-bug allocators, from planted_bugs.def, and of clean builds.
#include "planted.h"
#include "boundary.h"
#include "caches.h"
#include "classic.h"
#include "guarded.h"
#include "slab.h"
#include "tlsf.h"

#define AC_ORACLE_NONE AC_ORACLES

/* One open function for each row: allocators of one base differ in the bug that they open with. */
#define AC_PLANTED(ID, name, base, oracle, poisoned, class, source, program)                       \
    static void *open_##ID(const struct ac_open_options *options) {                                \
        return base##_open(options, BUG_##ID);                                                     \
    }
#include "planted_bugs.def"
#undef AC_PLANTED

#define CLEAN(base)                                                                                \
    static void *open_##base(const struct ac_open_options *options) {                              \
        return base##_open(options, BUG_NONE);                                                     \
    }
CLEAN(boundary)
CLEAN(slab)
CLEAN(guarded)
CLEAN(tlsf)
CLEAN(classic)
CLEAN(caches)
#undef CLEAN

static const struct ac_allocator boundary_clean = BOUNDARY_ALLOCATOR("boundary", open_boundary);
static const struct ac_allocator slab_clean = SLAB_ALLOCATOR("slab", open_slab);
static const struct ac_allocator guarded_clean = GUARDED_ALLOCATOR("guarded", open_guarded);
static const struct ac_allocator tlsf_clean = TLSF_ALLOCATOR("tlsf", open_tlsf);

static const struct ac_allocator classic_clean = CLASSIC_ALLOCATOR("classic", open_classic);
static const struct ac_allocator caches_clean = CACHES_ALLOCATOR("caches", open_caches);

static const struct ac_allocator *const clean_builds[] = {
    &boundary_clean, &slab_clean, &guarded_clean, &tlsf_clean, &classic_clean, &caches_clean};

#define boundary_ALLOCATOR BOUNDARY_ALLOCATOR
#define slab_ALLOCATOR     SLAB_ALLOCATOR
#define guarded_ALLOCATOR  GUARDED_ALLOCATOR
#define tlsf_ALLOCATOR     TLSF_ALLOCATOR
#define classic_ALLOCATOR  CLASSIC_ALLOCATOR
#define caches_ALLOCATOR   CACHES_ALLOCATOR

static const struct ac_allocator allocators[] = {
#define AC_PLANTED(ID, name, base, oracle, poisoned, class, source, program)                       \
    base##_ALLOCATOR(name, open_##ID),
#include "planted_bugs.def"
#undef AC_PLANTED
};

/* A build with ThreadSanitizer reports a race itself, and ends the process. */
#if defined(__SANITIZE_THREAD__)
#define REPORTS_RACES true
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define REPORTS_RACES true
#endif
#endif
#ifndef REPORTS_RACES
#define REPORTS_RACES false
#endif

/* The oracle depends on whether this build poisons live blocks. */
#define EXPECTED(oracle, poisoned) (AC_INSTRUMENTED ? AC_ORACLE_##poisoned : AC_ORACLE_##oracle)
#define INSTEAD(oracle, poisoned)                                                                  \
    (AC_INSTRUMENTED && AC_ORACLE_##poisoned != AC_ORACLE_##oracle ? AC_ORACLE_##oracle            \
                                                                   : AC_ORACLE_NONE)

#define ROW(ID, name, base, class, source, program, expected, instead, is_race)                    \
    {name,                                                                                         \
     #base,                                                                                        \
     class,                                                                                        \
     source,                                                                                       \
     "ops 1\n" program,                                                                            \
     expected,                                                                                     \
     instead,                                                                                      \
     is_race,                                                                                      \
     &allocators[BUG_##ID - 1],                                                                    \
     &base##_clean},

static const struct ac_planted_bug planted_bugs[] = {
#define AC_PLANTED(ID, name, base, oracle, poisoned, class, source, program)                       \
    ROW(ID, name, base, class, source, program, EXPECTED(oracle, poisoned),                        \
        INSTEAD(oracle, poisoned), false)
#define AC_PLANTED_RACE(ID, name, base, oracle, poisoned, class, source, program)                  \
    ROW(ID, name, base, class, source, program, EXPECTED(oracle, poisoned),                        \
        REPORTS_RACES ? AC_ORACLE_SURVIVES : INSTEAD(oracle, poisoned), true)
#include "planted_bugs.def"
#undef AC_PLANTED
#undef AC_PLANTED_RACE
};

const struct ac_planted_bug *ac_planted_bugs(size_t *count) {
    *count = sizeof planted_bugs / sizeof planted_bugs[0];
    return planted_bugs;
}

const struct ac_allocator *const *ac_clean_builds(size_t *count) {
    *count = sizeof clean_builds / sizeof clean_builds[0];
    return clean_builds;
}
