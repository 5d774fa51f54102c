// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* O_CLOEXEC */
#include "engine_options.h"

#include "allocheck/target.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *setting(const char *name) {
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

static void give_up(const char *path, const char *why) {
    fprintf(stderr, "%s: %s\n", path, why);
    abort();
}

/* Uses system calls only: malloc may be the allocator under test. */
static void read_profile(struct ac_profile_copy *copy, const char *path) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        give_up(path, strerror(errno));
    if (read(file, copy, sizeof *copy) != (ssize_t)sizeof *copy)
        give_up(path, "too short for a profile");
    close(file);
    ac_profile_copy_fix_pointers(copy);
}

void engine_options(struct ac_run_options *options, const struct ac_allocator *allocator) {
    static struct ac_profile_copy copy;
    const char *oracles = setting("ALLOCHECK_ORACLES"), *profile = setting("ALLOCHECK_PROFILE");
    const char *memory = setting("ALLOCHECK_MEMORY");
    if (oracles != NULL)
        options->oracles = strtoull(oracles, NULL, 10);
    if (memory != NULL)
        options->memory = strtoull(memory, NULL, 10);
    if (profile != NULL)
        read_profile(&copy, profile);
    else
        ac_profile_copy(&copy, allocator->profile);
    if (allocator->open == NULL)
        memset(copy.profile.misuse, 0, sizeof copy.profile.misuse);
    options->profile = &copy.profile;
}

struct ac_without engine_without(void) {
    struct ac_without without = {.kinds = 0};
    const char *names = setting("ALLOCHECK_WITHOUT");
    const char *unknown = names != NULL ? ac_without_add_names(&without, names) : NULL;
    if (unknown != NULL)
        give_up("ALLOCHECK_WITHOUT: unknown function or trait", unknown);
    return without;
}

const struct ac_known *engine_known(void) {
    const char *path = setting("ALLOCHECK_KNOWN");
    const struct ac_known *known = path != NULL ? ac_known_open(path) : NULL;
    if (path != NULL && known == NULL)
        give_up(path, strerror(errno));
    return known;
}

struct ac_history *engine_history(void) {
    const char *path = setting("ALLOCHECK_HISTORY");
    struct ac_history *history = path != NULL ? ac_history_open(path) : NULL;
    if (path != NULL && history == NULL)
        give_up(path, strerror(errno));
    return history;
}
