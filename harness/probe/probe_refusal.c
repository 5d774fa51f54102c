// SPDX-License-Identifier: MIT
// Probes of refusals: how each function refuses, for each cause.
#include "probe.h"
#include "refused_requests.h"

#include "run/invoke.h"
#include "run/request.h"

enum { EXHAUSTED = 2, ALIGNMENT = 3 }; /* bits of enum ac_cause, by number */

/* True if the call was refused. */
static bool note(struct ac_probe_env *env, const struct ac_probe_call *call, unsigned cause) {
    const struct ac_probe_answer answer = ac_probe_perform(env, call);
    struct ac_measurement *measured = env->measured;
    if (answer.block != NULL) {
        if ((measured->refusal[call->function][cause] & AC_SEEN_BLOCK) == 0)
            measured->granted[call->function][cause] =
                (struct ac_asked){call->count, call->size, call->alignment};
        ac_probe_free(env, answer.block);
    }
    measured->refusal[call->function][cause] |= (uint16_t)answer.seen;
    return answer.block == NULL;
}

/* Sizes are multiples of the alignment: others may be refused for that reason. */
static void refuse_aligned(struct ac_probe_env *env, struct ac_probe_call call, unsigned cause) {
    for (size_t i = 0; i < AC_REFUSED_ALIGNMENTS; i++) {
        struct ac_probe_call aligned = call;
        aligned.alignment = ac_refused_alignments[i];
        aligned.size &= ~(aligned.alignment - 1);
        note(env, &aligned, cause);
    }
}

/* Of live blocks; realloc of NULL counts as malloc. */
static void refuse_resize(struct ac_probe_env *env, struct ac_probe_call call, unsigned cause) {
    for (size_t i = 0; i < AC_OLD_SIZES; i++) {
        call.old = ac_probe_malloc(env, ac_old_sizes[i]);
        if (call.old != NULL && note(env, &call, cause))
            ac_probe_free(env, call.old);
    }
}

static void refuse(struct ac_probe_env *env, enum ac_function function, struct ac_asked asked,
                   unsigned cause) {
    const struct ac_probe_call call = {
        .function = function, .count = asked.count, .size = asked.size};
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

static void refuse_each(struct ac_probe_env *env, enum ac_function function, unsigned cause) {
    for (int state = 0; state < 2; state++) {
        struct ac_asked asked;
        for (unsigned i = 0; ac_refused_request(function, cause, i, &asked); i++)
            refuse(env, function, asked, cause);
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
    struct ac_asked asked;
    for (unsigned i = 0; ac_invalid_alignment_request(function, i, &asked); i++) {
        note_alignment(env, &(struct ac_probe_call){.function = function,
                                                    .alignment = asked.alignment,
                                                    .size = asked.size});
    }
}

void ac_probe_refusal(struct ac_probe_env *env, unsigned which) {
    const enum ac_function function = (enum ac_function)(which / AC_CAUSES);
    const unsigned cause = which % AC_CAUSES;
    if (!ac_offers(env->allocator, function))
        return;
    if (cause != ALIGNMENT)
        refuse_each(env, function, cause);
    else if (ac_is_aligned_form(function))
        refuse_alignments(env, function);
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
