// SPDX-License-Identifier: MIT
// Calls as probes make them: noted in shared memory before they are made.
#include "probe.h"

#include "allocheck/boundaries.h"

#include "run/call.h"
#include "run/invoke.h"

#include <errno.h>
#include <unistd.h>

enum { CHURN = 48 };

/* What the process has written: in a child, its output is a file. */
static uint64_t written(void) {
    const long offset = lseek(STDERR_FILENO, 0, SEEK_CUR);
    return offset > 0 ? (uint64_t)offset : 0;
}

static void begin(struct ac_probe_env *env, const struct ac_probe_call *call, unsigned null) {
    struct ac_probe_pending *pending = &env->state->pending;
    pending->function = (uint8_t)call->function;
    pending->resizes = call->old != NULL;
    pending->null = (uint8_t)null;
    pending->count = call->count;
    pending->size = call->size;
    pending->alignment = call->alignment;
    pending->output = written();
    pending->legal = 1;
    env->progress->calls++;
    env->progress->in_call = 1;
    errno = AC_ERRNO_CANARY;
}

/* A call that is no request. */
static void begin_other(struct ac_probe_env *env, unsigned null) {
    begin(env, &(struct ac_probe_call){.function = AC_FN_COUNT}, null);
}

static bool resizes(enum ac_function function) {
    return function == AC_FN_REALLOC || function == AC_FN_REALLOCARRAY;
}

static int end(struct ac_probe_env *env) {
    int error = errno;
    env->state->pending.legal = 0;
    env->progress->in_call = 0;
    return error;
}

static unsigned refusal(int error) {
    switch (error) {
    case AC_ERRNO_CANARY:
        return AC_SEEN_SILENT;
    case ENOMEM:
        return AC_SEEN_ENOMEM;
    case EINVAL:
        return AC_SEEN_EINVAL;
    default:
        return AC_SEEN_ERROR;
    }
}

struct ac_probe_answer ac_probe_perform(struct ac_probe_env *env,
                                        const struct ac_probe_call *call) {
    const struct ac_arguments arguments = {call->old, call->alignment, call->count, call->size};
    begin(env, call, resizes(call->function) && call->old == NULL ? AC_NULL_REALLOC : 0);
    const struct ac_invoked invoked =
        ac_invoke(env->allocator, env->heap, call->function, &arguments);
    int error = end(env);
    if (call->function == AC_FN_POSIX_MEMALIGN)
        error = invoked.result;
    return (struct ac_probe_answer){.block = invoked.block,
                                    .seen = invoked.block != NULL ? AC_SEEN_BLOCK : refusal(error)};
}

void *ac_probe_malloc(struct ac_probe_env *env, size_t size) {
    return ac_probe_perform(env, &(struct ac_probe_call){.function = AC_FN_MALLOC, .size = size})
        .block;
}

void ac_probe_free(struct ac_probe_env *env, void *block) {
    if (block != NULL)
        ac_probe_call_free(env, block);
}

void ac_probe_call_free(struct ac_probe_env *env, void *block) {
    begin_other(env, block == NULL ? AC_NULL_FREE : 0);
    env->allocator->free(env->heap, block);
    if (end(env) != AC_ERRNO_CANARY)
        env->measured->free_errno = AC_HOLDS_NOT;
    else if (env->measured->free_errno == AC_HOLDS_UNKNOWN)
        env->measured->free_errno = AC_HOLDS_ALWAYS;
}

size_t ac_probe_usable_size(struct ac_probe_env *env, void *block) {
    begin_other(env, block == NULL ? AC_NULL_USABLE : 0);
    size_t usable = env->allocator->usable_size(env->heap, block);
    end(env);
    return usable;
}

/* Watched as one call: it takes only a moment. */
void ac_probe_learn_boundaries(struct ac_probe_env *env) {
    begin_other(env, 0);
    ac_learn_boundaries_on(env->allocator, env->heap, &env->measured->boundaries);
    end(env);
}

void ac_probe_churn(struct ac_probe_env *env) {
    void *blocks[CHURN];
    for (size_t i = 0; i < CHURN; i++)
        blocks[i] = ac_probe_malloc(env, i * i * 3 + 1);
    for (size_t i = 0; i < CHURN; i++)
        ac_probe_free(env, blocks[i * 7 % CHURN]);
}
