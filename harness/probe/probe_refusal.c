// SPDX-License-Identifier: MIT
// Probes of refusals: how each function refuses, for each cause.
#define _GNU_SOURCE /* RLIMIT_AS */
#include "probe.h"

#include "run/invoke.h"
#include "run/request.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#define HALF ((size_t)PTRDIFF_MAX + 1)

enum { WRAP, PTRDIFF, EXHAUSTED, ALIGNMENT }; /* bits of enum ac_cause, by number */

struct product {
    size_t count, size;
};

static const struct product wrapping[] = {
    {HALF, 2},
    {HALF, 4},
    {SIZE_MAX, 16},
    {SIZE_MAX / 8, 9},
    {(size_t)1 << 33, (size_t)1 << 33},
    {3, SIZE_MAX / 2},
};
static const struct product above_half[] = {
    {1, HALF},          {1, HALF + 4096},  {1, SIZE_MAX - 4096},
    {1, SIZE_MAX - 63}, {1, SIZE_MAX - 7}, {1, SIZE_MAX},
};
/* More than any address space. PTRDIFF_MAX must be rounded up without wrapping. */
static const struct product exhausting[] = {
    {1, (size_t)1 << 57}, {1, (size_t)1 << 60}, {1, HALF / 2}, {1, HALF - 4096}, {1, HALF - 1},
};
static const size_t refused_alignments[] = {16, 64, 4096};
static const size_t old_sizes[] = {24, 5000, 200000};

/* True if the call was refused. */
static bool note(struct ac_probe_env *env, const struct ac_probe_call *call, unsigned cause) {
    const struct ac_probe_answer answer = ac_probe_perform(env, call);
    env->measured->refusal[call->function][cause] |= (uint16_t)answer.seen;
    if (answer.block != NULL)
        ac_probe_free(env, answer.block);
    return answer.block == NULL;
}

static bool takes_count(enum ac_function function) {
    return function == AC_FN_CALLOC || function == AC_FN_REALLOCARRAY;
}

/* Sizes are multiples of the alignment: others may be refused for that reason. */
static void refuse_aligned(struct ac_probe_env *env, struct ac_probe_call call, unsigned cause) {
    for (size_t i = 0; i < sizeof refused_alignments / sizeof *refused_alignments; i++) {
        struct ac_probe_call aligned = call;
        aligned.alignment = refused_alignments[i];
        aligned.size &= ~(aligned.alignment - 1);
        note(env, &aligned, cause);
    }
}

/* Of live blocks; realloc of NULL counts as malloc. */
static void refuse_resize(struct ac_probe_env *env, struct ac_probe_call call, unsigned cause) {
    for (size_t i = 0; i < sizeof old_sizes / sizeof *old_sizes; i++) {
        call.old = ac_probe_malloc(env, old_sizes[i]);
        if (call.old != NULL && note(env, &call, cause))
            ac_probe_free(env, call.old);
    }
}

static void refuse(struct ac_probe_env *env, enum ac_function function, struct product product,
                   unsigned cause) {
    const struct ac_probe_call call = {
        .function = function, .count = product.count, .size = product.size};
    if (ac_is_aligned_form(function))
        refuse_aligned(env, call, cause);
    else if (function == AC_FN_REALLOC || function == AC_FN_REALLOCARRAY)
        refuse_resize(env, call, cause);
    else
        note(env, &call, cause);
    if (function == AC_FN_MALLOC && env->allocator->realloc != NULL) {
        struct ac_probe_call fresh = call;
        fresh.function = AC_FN_REALLOC;
        const struct ac_probe_answer answer = ac_probe_perform(env, &fresh);
        env->measured->refusal[AC_FN_MALLOC][cause] |= (uint16_t)answer.seen;
    }
}

static void refuse_each(struct ac_probe_env *env, enum ac_function function, unsigned cause,
                        const struct product *products, size_t count) {
    for (int state = 0; state < 2; state++) {
        for (size_t i = 0; i < count; i++)
            refuse(env, function, products[i], cause);
        ac_probe_churn(env);
    }
}

/* --- invalid alignments --- */

static size_t next_power(size_t number) {
    size_t power = 1;
    while (power < number)
        power *= 2;
    return power;
}

static void note_alignment(struct ac_probe_env *env, const struct ac_probe_call *call) {
    const struct ac_probe_answer answer = ac_probe_perform(env, call);
    unsigned seen = answer.seen;
    if (answer.block == NULL) {
        env->measured->refusal[call->function][ALIGNMENT] |= (uint16_t)seen;
    } else {
        const bool rounded = (uintptr_t)answer.block % next_power(call->alignment) == 0;
        seen |= rounded ? AC_SEEN_ROUNDED : AC_SEEN_UNROUNDED;
        ac_probe_free(env, answer.block);
    }
    env->measured->invalid_alignment[call->function] |= (uint16_t)seen;
}

static void refuse_alignments(struct ac_probe_env *env, enum ac_function function) {
    static const size_t invalid[] = {0, 3, 24, 48, 96, 4095, 5000};
    static const size_t too_small[] = {1, 2, 4}; /* not multiples of sizeof(void *) */
    static const size_t sizes[] = {8, 100, 5000};
    for (size_t i = 0; i < 3; i++) {
        for (size_t j = 0; j < sizeof invalid / sizeof *invalid; j++) {
            note_alignment(env, &(struct ac_probe_call){.function = function,
                                                        .alignment = invalid[j],
                                                        .size = sizes[i]});
        }
        for (size_t j = 0; j < 3 && function == AC_FN_POSIX_MEMALIGN; j++) {
            note_alignment(env, &(struct ac_probe_call){.function = function,
                                                        .alignment = too_small[j],
                                                        .size = sizes[i]});
        }
    }
}

void ac_probe_refusal(struct ac_probe_env *env, unsigned which) {
    const enum ac_function function = (enum ac_function)(which / AC_CAUSES);
    const unsigned cause = which % AC_CAUSES;
    if (!ac_offers(env->allocator, function))
        return;
    switch (cause) {
    case WRAP:
        if (takes_count(function))
            refuse_each(env, function, cause, wrapping, sizeof wrapping / sizeof *wrapping);
        return;
    case PTRDIFF:
        refuse_each(env, function, cause, above_half, sizeof above_half / sizeof *above_half);
        return;
    case EXHAUSTED:
        refuse_each(env, function, cause, exhausting, sizeof exhausting / sizeof *exhausting);
        return;
    default:
        if (ac_is_aligned_form(function))
            refuse_alignments(env, function);
    }
}

/* --- valid alignments beyond the address space --- */

/* C17 7.22.3.1 asks for "a valid alignment supported by the implementation": aligned_alloc, and so
 * memalign, may call an extended one invalid. */
void ac_probe_huge_alignment(struct ac_probe_env *env, unsigned which) {
    static const enum ac_function functions[AC_ALIGNED_FORMS] = {
        AC_FN_ALIGNED_ALLOC, AC_FN_POSIX_MEMALIGN, AC_FN_MEMALIGN};
    const enum ac_function function = functions[which];
    for (unsigned bit = 56; bit < 64 && ac_offers(env->allocator, function); bit++) {
        const struct ac_probe_call call = {
            .function = function, .alignment = (size_t)1 << bit, .size = 464};
        const struct ac_probe_answer answer = ac_probe_perform(env, &call);
        const bool unsupported = function != AC_FN_POSIX_MEMALIGN && answer.seen == AC_SEEN_EINVAL;
        env->measured->refusal[function][EXHAUSTED] |= (uint16_t)(unsupported ? 0 : answer.seen);
    }
}

/* --- exhausted memory --- */

enum { CAPACITY = 24 << 20, MOST = 96 << 20 }; /* bytes left to the process, and most live bytes */

static size_t mapped_bytes(void) {
    char line[64] = {0};
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t got = file < 0 ? -1 : read(file, line, sizeof line - 1);
    if (file >= 0)
        close(file);
    return got <= 0 ? 0 : (size_t)strtoull(line, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE);
}

/* False: not possible. AddressSanitizer's own memory would count too. */
static bool limit_memory(void) {
    const size_t mapped = mapped_bytes();
    const struct rlimit limit = {mapped + CAPACITY, mapped + CAPACITY};
    return !AC_INSTRUMENTED && mapped != 0 && setrlimit(RLIMIT_AS, &limit) == 0;
}

/* Frees nothing: the process ends with this probe. */
void ac_probe_exhaust(struct ac_probe_env *env, unsigned which) {
    static const size_t sizes[AC_EXHAUST_SIZES] = {64, 100000, 1 << 20};
    const struct ac_probe_call call = {.function = AC_FN_MALLOC, .size = sizes[which]};
    ac_probe_free(env, ac_probe_malloc(env, call.size));
    if (env->source == NULL && !limit_memory())
        return;
    env->state->pending.limited = 1;
    for (size_t live = 0; live < MOST; live += call.size) {
        const struct ac_probe_answer answer = ac_probe_perform(env, &call);
        if (answer.block == NULL) {
            env->measured->refusal[AC_FN_MALLOC][EXHAUSTED] |= (uint16_t)answer.seen;
            return;
        }
    }
}
