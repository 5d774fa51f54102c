// SPDX-License-Identifier: MIT
// What the generator is to know of the subject, asked in a process of its own: an allocator under
// test may crash, or hang, when it is asked.
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include "fuzz_hunt.h"

#include "allocheck/borders.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_OPS = 64, ASK_SECONDS = 5 };

/* --- groups of ops: what the subject does not offer need not be drawn --- */

static bool offers_sized(const struct ac_allocator *allocator) {
    return allocator->free_sized != NULL || allocator->free_aligned_sized != NULL;
}

static bool offers_aligned(const struct ac_allocator *allocator) {
    return allocator->aligned_alloc != NULL || allocator->posix_memalign != NULL ||
           allocator->memalign != NULL;
}

static bool offers_realloc(const struct ac_allocator *allocator) {
    return allocator->realloc != NULL || allocator->reallocarray != NULL;
}

static bool offers_source(const struct ac_allocator *allocator) {
    return allocator->sources != 0 || allocator->trim != NULL;
}

static bool promises_misuse(const struct ac_profile *profile) {
    for (int i = 0; i < AC_MISUSE_COUNT; i++) {
        if (profile->misuse[i] != NULL) {
            return true;
        }
    }
    return false;
}

static uint16_t groups_of(const struct ac_subject *subject) {
    const struct ac_allocator *allocator = subject->allocator;
    unsigned groups =
        1u << AC_GROUP_BASIC | 1u << AC_GROUP_USABLE | 1u << AC_GROUP_FRAMES | 1u << AC_GROUP_BULK;
    groups |= (unsigned)offers_realloc(allocator) << AC_GROUP_REALLOC;
    groups |= (unsigned)offers_sized(allocator) << AC_GROUP_SIZED;
    groups |= (unsigned)offers_aligned(allocator) << AC_GROUP_ALIGNED;
    groups |= (unsigned)offers_source(allocator) << AC_GROUP_SOURCE;
    groups |= (unsigned)promises_misuse(ac_subject_profile(subject)) << AC_GROUP_MISUSE;
    return (uint16_t)groups;
}

/* --- borders --- */

static const struct ac_allocator *load(const struct ac_subject *subject) {
    char error[AC_LIBRARY_ERROR];
    const struct ac_library *library = subject->library;
    if (library == NULL) {
        return subject->allocator;
    }
    return library->preloaded ? NULL : library->load(library->path, error, sizeof error);
}

static void ask(const struct ac_subject *subject, struct ac_borders *shared, pid_t parent) {
    const struct rlimit no_core = {0, 0}, time = {ASK_SECONDS, ASK_SECONDS};
    struct ac_borders borders;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(0);
    }
    setrlimit(RLIMIT_CORE, &no_core);
    setrlimit(RLIMIT_CPU, &time);
    alarm(ASK_SECONDS);
    const struct ac_allocator *allocator = load(subject);
    if (allocator == NULL) {
        _exit(1);
    }
    ac_learn_borders(allocator, &borders);
    *shared = borders;
    _exit(0);
}

/* What is not known stays empty: then sizes are drawn without it. */
static void learn_borders(const struct ac_subject *subject, struct ac_borders *borders) {
    struct ac_borders *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int status = 1;
    pid_t parent = getpid(), pid = shared == MAP_FAILED ? -1 : fork();
    borders->count = 0;
    if (pid == 0) {
        ask(subject, shared, parent);
    }
    if (pid > 0 && waitpid(pid, &status, 0) == pid && status == 0) {
        *borders = *shared;
    }
    if (shared != MAP_FAILED) {
        munmap(shared, sizeof *shared);
    }
}

void hunt_learn_scope(struct hunt *hunt) {
    const struct ac_subject *subject = &hunt->options.trial.subject;
    struct hunt_scope *scope = &hunt->scope;
    learn_borders(subject, &scope->borders);
    scope->generate = (struct ac_generate_options){.sources = subject->allocator->sources,
                                                   .groups = groups_of(subject),
                                                   .max_ops = MAX_OPS,
                                                   .borders = &scope->borders};
}
