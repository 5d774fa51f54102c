// SPDX-License-Identifier: MIT
// Probes of exhausted memory: the process gets little more than it has.
#define _GNU_SOURCE /* RLIMIT_AS */
#include "probe.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum { EXHAUSTED = 2 }; /* the bit of AC_CAUSE_EXHAUSTED, by number */

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
