// SPDX-License-Identifier: MIT
// The engine `afl': afl-fuzz with allocheck-afl, guided by behaviour.
#include "fuzz_external.h"

#include "tool/tool.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct external_place places[] = {
    {"sync/job", "/queue", "id:", EXTERNAL_KEPT, false},
    {"sync/job", "/crashes", "id:", EXTERNAL_CRASHED, false},
    {"sync/job", "/hangs", "id:", EXTERNAL_STUCK, false},
};

static void command(const struct external *external, unsigned job, uint64_t programs,
                    struct words *words) {
    uint64_t seed = campaign_options(external->campaign)->seed + job * 65537u;
    words_add(words, "afl-fuzz");
    words_add(words, "-i");
    words_add(words, "%s/seeds", external->folder);
    words_add(words, "-o");
    words_add(words, "%s/sync", external->folder);
    words_add(words, "-S");
    words_add(words, "job%u", job);
    words_add(words, "-s");
    words_add(words, "%u", (unsigned)(seed % 2147483647u));
    words_add(words, "-t");
    words_add(words, "%u", campaign_slow_ms(external->campaign));
    if (programs > 0) {
        words_add(words, "-E");
        words_add(words, "%llu", (unsigned long long)programs);
    }
    words_add(words, "--");
    words_add(words, "%s", external->target);
}

static void add(struct words *words, const char *name, const char *value) {
    words_add(words, "%s", name);
    words_add(words, "%s", value);
}

static void environment(const struct external *external, struct words *words) {
    static const char *const on[] = {"AFL_NO_UI", "AFL_SKIP_CPUFREQ", "AFL_NO_AFFINITY",
                                     "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES", "AFL_AUTORESUME"};
    const struct ac_library *library =
        campaign_options(external->campaign)->target_options.target.library;
    char *mutator = tool_install_path("libmutator_afl.so");
    for (size_t i = 0; i < sizeof on / sizeof *on; i++) {
        add(words, on[i], "1");
    }
    if (mutator != NULL) {
        add(words, "AFL_CUSTOM_MUTATOR_LIBRARY", mutator);
        add(words, "AFL_CUSTOM_MUTATOR_ONLY", "1");
        free(mutator);
    }
    if (library != NULL && library->preloaded) {
        add(words, "AFL_PRELOAD", library->path);
        add(words, "ALLOCHECK_PRELOADED", "1");
    }
}

static const struct external_kind kind = {places, sizeof places / sizeof *places, command,
                                          environment};

static bool is_in_path(const char *name) {
    const char *path = getenv("PATH");
    char file[4096];
    while (path != NULL && *path != '\0') {
        size_t length = strcspn(path, ":");
        if (length + strlen(name) + 2 < sizeof file) {
            memcpy(file, path, length);
            file[length] = '/';
            strcpy(file + length + 1, name);
            if (access(file, X_OK) == 0) {
                return true;
            }
        }
        path += length + (path[length] == ':');
    }
    return false;
}

static const char *missing(const struct campaign *campaign) {
    char *target = tool_install_path("allocheck-afl");
    (void)campaign;
    free(target);
    if (target == NULL) {
        return "allocheck-afl lies neither beside this program nor in ../libexec beside its folder";
    }
    return is_in_path("afl-fuzz") ? NULL : "afl-fuzz is not installed";
}

static bool run(struct campaign *campaign) {
    char *target = tool_install_path("allocheck-afl");
    bool done = target != NULL && external_run(campaign, &kind, target);
    free(target);
    return done;
}

const struct fuzz_engine fuzz_afl = {"afl", "AFL++, guided by behaviour", true, true, missing, run};
