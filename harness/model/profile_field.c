// SPDX-License-Identifier: MIT
#include "allocheck/profile_field.h"

#include "allocheck/program.h"

static const char *const zero_words[] = {
    [AC_ZERO_BLOCK] = "block", [AC_ZERO_NULL] = "null", [AC_ZERO_EITHER] = "either"};
static const char *const realloc_words[] = {[AC_ZERO_BLOCK] = "block",
                                            [AC_ZERO_EITHER] = "either",
                                            [AC_ZERO_FREES] = "frees",
                                            [AC_ZERO_KEEPS] = "keeps"};
static const char *const aligned_words[] = {[AC_ZERO_BLOCK] = "block",
                                            [AC_ZERO_NULL] = "null",
                                            [AC_ZERO_EITHER] = "either",
                                            [AC_ZERO_INVALID] = "invalid"};
static const char *const alignment_words[] = {
    [AC_ALIGN_EINVAL] = "refused", [AC_ALIGN_ROUNDS] = "rounds", [AC_ALIGN_EITHER] = "either"};
static const char *const cause_words[] = {"wrap", "above_ptrdiff_max", "exhausted",
                                          "invalid_alignment"};
static const char *const null_words[] = {"free", "realloc", "malloc_usable_size"};

#define WORDS(list) (list), sizeof(list) / sizeof *(list)
#define AT(member)  offsetof(struct ac_profile, member)
#define BOOL(member)                                                                               \
    { NULL, #member, AC_FIELD_BOOL, AT(member), NULL, 0 }
#define SIZE(member)                                                                               \
    { NULL, #member, AC_FIELD_SIZE, AT(member), NULL, 0 }
#define ZERO(name, FUNCTION, words)                                                                \
    { "zero", name, AC_FIELD_CHOICE, AT(zero[AC_FN_##FUNCTION]), WORDS(words) }
#define RESIZE(name, FUNCTION)                                                                     \
    {                                                                                              \
        "resize_zero", name, AC_FIELD_CHOICE, AT(resize_zero[AC_FN_##FUNCTION]),                   \
            WORDS(realloc_words)                                                                   \
    }
#define LIST(member, words)                                                                        \
    { NULL, #member, AC_FIELD_LIST, AT(member), WORDS(words) }
#define ALIGNMENT(name, FUNCTION)                                                                  \
    {                                                                                              \
        "invalid_alignment", name, AC_FIELD_CHOICE, AT(invalid_alignment[AC_FN_##FUNCTION]),       \
            WORDS(alignment_words)                                                                 \
    }
#define ERRNO(name, FUNCTION)                                                                      \
    {                                                                                              \
        "errno_guaranteed", name, AC_FIELD_LIST, AT(errno_guaranteed[AC_FN_##FUNCTION]),           \
            WORDS(cause_words)                                                                     \
    }
#define MISUSE(name, MISUSE)                                                                       \
    { "misuse", name, AC_FIELD_TEXT, AT(misuse[AC_MISUSE_##MISUSE]), NULL, 0 }

static const struct ac_profile_field fields[] = {
    {NULL, "name", AC_FIELD_TEXT, AT(name), NULL, 0},
    ZERO("malloc", MALLOC, zero_words),
    ZERO("calloc", CALLOC, zero_words),
    ZERO("realloc", REALLOC, zero_words),
    ZERO("reallocarray", REALLOCARRAY, zero_words),
    ZERO("aligned_alloc", ALIGNED_ALLOC, aligned_words),
    ZERO("posix_memalign", POSIX_MEMALIGN, aligned_words),
    ZERO("memalign", MEMALIGN, aligned_words),
    RESIZE("realloc", REALLOC),
    RESIZE("reallocarray", REALLOCARRAY),
    ALIGNMENT("aligned_alloc", ALIGNED_ALLOC),
    ALIGNMENT("posix_memalign", POSIX_MEMALIGN),
    ALIGNMENT("memalign", MEMALIGN),
    ERRNO("malloc", MALLOC),
    ERRNO("calloc", CALLOC),
    ERRNO("realloc", REALLOC),
    ERRNO("reallocarray", REALLOCARRAY),
    ERRNO("aligned_alloc", ALIGNED_ALLOC),
    ERRNO("posix_memalign", POSIX_MEMALIGN),
    ERRNO("memalign", MEMALIGN),
    LIST(null_not_offered, null_words),
    SIZE(min_alignment),
    BOOL(realloc_keeps_alignment),
    BOOL(realloc_keeps_usable),
    BOOL(usable_exact),
    BOOL(exhaustion_ends_process),
    BOOL(impossible_ends_process),
    SIZE(largest_alignment),
    SIZE(largest_request),
    BOOL(fixed_pool),
    LIST(declined_quirks, ac_quirk_names),
    SIZE(cached_size),
    SIZE(quarantine),
    SIZE(growth_slack),
    SIZE(decay_ms),
    SIZE(held_when_empty),
    BOOL(coalesces),
    BOOL(reuses_when_refused),
    BOOL(may_grow),
    BOOL(may_vary),
    BOOL(may_not_return),
    BOOL(may_refuse_freed_size),
    BOOL(may_refuse_shrink),
    BOOL(usable_may_grow),
    BOOL(slack_reserved),
    BOOL(free_changes_errno),
    MISUSE("double_free", DOUBLE_FREE),
    MISUSE("free_interior", FREE_INTERIOR),
    MISUSE("free_misaligned", FREE_MISALIGNED),
    MISUSE("free_foreign", FREE_FOREIGN),
    MISUSE("free_wild", FREE_WILD),
    MISUSE("overflow", OVERFLOW),
    MISUSE("write_freed", WRITE_FREED),
    MISUSE("realloc_freed", REALLOC_FREED),
    MISUSE("usable_freed", USABLE_FREED),
    MISUSE("wrong_size", WRONG_SIZE),
    MISUSE("wrong_alignment", WRONG_ALIGNMENT),
    MISUSE("free_frame", FREE_FRAME),
};

const struct ac_profile_field *ac_profile_fields(size_t *count) {
    *count = sizeof fields / sizeof *fields;
    return fields;
}
