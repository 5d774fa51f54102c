// SPDX-License-Identifier: MIT
// The engine `afl`: afl-fuzz runs allocheck-afl, guided by behaviour.
#include "children.h"
#include "external.h"

#include "tool/tool.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct external_store stores[] = {
    {"sync/job", "/queue", "id:", EXTERNAL_CORPUS, false},
    {"sync/job", "/crashes", "id:", EXTERNAL_CRASH, false},
    {"sync/job", "/hangs", "id:", EXTERNAL_TIMEOUT, false},
};

static void command(const struct external *external, unsigned job, uint64_t programs,
                    struct arguments *arguments) {
    uint64_t seed = external->campaign->options.seed + job * 65537u;
    arguments_add(arguments, "afl-fuzz");
    arguments_add(arguments, "-i");
    arguments_add(arguments, "%s/seeds", external->folder);
    arguments_add(arguments, "-o");
    arguments_add(arguments, "%s/sync", external->folder);
    arguments_add(arguments, "-S");
    arguments_add(arguments, "job%u", job);
    arguments_add(arguments, "-s");
    arguments_add(arguments, "%u", (unsigned)(seed % 2147483647u));
    arguments_add(arguments, "-t");
    arguments_add(arguments, "%u", campaign_slow_ms(external->campaign));
    if (programs > 0) {
        arguments_add(arguments, "-E");
        arguments_add(arguments, "%llu", (unsigned long long)programs);
    }
    arguments_add(arguments, "--");
    arguments_add(arguments, "%s", external->target);
}

static void environment(const struct external *external, struct arguments *arguments) {
    static const char *const on[] = {"AFL_NO_UI", "AFL_SKIP_CPUFREQ", "AFL_NO_AFFINITY",
                                     "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES", "AFL_AUTORESUME"};
    const struct ac_library *library = external->campaign->options.target_options.target.library;
    char *mutator = tool_install_path("libmutator_afl.so");
    for (size_t i = 0; i < sizeof on / sizeof *on; i++)
        arguments_add(arguments, "%s=1", on[i]);
    if (mutator != NULL) {
        arguments_add(arguments, "AFL_CUSTOM_MUTATOR_LIBRARY=%s", mutator);
        arguments_add(arguments, "AFL_CUSTOM_MUTATOR_ONLY=1");
        free(mutator);
    }
    if (library != NULL && library->preloaded) {
        arguments_add(arguments, "AFL_PRELOAD=%s", library->path);
        arguments_add(arguments, "ALLOCHECK_PRELOADED=1");
    }
}

static const struct external_engine engine = {stores, sizeof stores / sizeof *stores, command,
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
            if (access(file, X_OK) == 0)
                return true;
        }
        path += length + (path[length] == ':');
    }
    return false;
}

static const char *missing(const struct campaign *campaign) {
    char *target = tool_install_path("allocheck-afl");
    (void)campaign;
    free(target);
    if (target == NULL)
        return "allocheck-afl is neither beside this executable nor in ../libexec";
    return is_in_path("afl-fuzz") ? NULL : "afl-fuzz is not installed";
}

static bool run(struct campaign *campaign) {
    char *target = tool_install_path("allocheck-afl");
    bool done = target != NULL && external_run(campaign, &engine, target);
    free(target);
    return done;
}

const struct engine engine_afl = {.name = "afl",
                                  .what = "AFL++, guided by behaviour",
                                  .automatic = true,
                                  .seeded = true,
                                  .missing = missing,
                                  .run = run};
