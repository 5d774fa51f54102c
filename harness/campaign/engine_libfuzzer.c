// SPDX-License-Identifier: MIT
// The engine `libfuzzer`: runs allocheck-libfuzzer, guided by behaviour.
#include "children.h"
#include "external.h"

#include "tool/tool.h"

#include <stdlib.h>

static const struct external_store stores[] = {
    {"kept", NULL, "", EXTERNAL_CORPUS, false},
    {"job", "/finds", "crash-", EXTERNAL_CRASH, true},
    {"job", "/finds", "timeout-", EXTERNAL_TIMEOUT, true},
    {"job", "/finds", "oom-", EXTERNAL_OOM, true},
};

/* Of resident memory: libFuzzer's limit of single requests (-malloc_limit_mb) needs a sanitizer. */
static unsigned most_mib(const struct external *external) {
    uint64_t memory = external->campaign->options.target_options.memory;
    return (unsigned)((memory != 0 ? memory : AC_MEMORY) >> 20);
}

/* With -seed=0 libFuzzer would choose one. */
static void command(const struct external *external, unsigned job, uint64_t programs,
                    struct arguments *arguments) {
    uint64_t seed =
        external->campaign->options.seed + job * 65537u + external->jobs[job].starts * 1009u;
    arguments_add(arguments, "%s", external->target);
    arguments_add(arguments, "-seed=%u", (unsigned)(seed % 4294967291u) + 1);
    arguments_add(arguments, "-timeout=%u", (campaign_slow_ms(external->campaign) + 999) / 1000);
    arguments_add(arguments, "-rss_limit_mb=%u", most_mib(external));
    arguments_add(arguments, "-reload=1");
    /* Or slow programs, which reach a little more, come to dominate the corpus. */
    arguments_add(arguments, "-entropic_scale_per_exec_time=1");
    arguments_add(arguments, "-artifact_prefix=%s/job%u/finds/", external->folder, job);
    if (programs > 0)
        arguments_add(arguments, "-runs=%llu", (unsigned long long)programs);
    arguments_add(arguments, "%s/kept", external->folder);
    arguments_add(arguments, "%s/seeds", external->folder);
}

static const struct external_engine engine = {stores, sizeof stores / sizeof *stores, command,
                                              NULL};

static const char *missing(const struct campaign *campaign) {
    const struct ac_library *library = campaign->options.target_options.target.library;
    if (library != NULL && library->preloaded)
        return "the library can only be preloaded, and would then serve libFuzzer's own memory";
    char *target = tool_install_path("allocheck-libfuzzer");
    free(target);
    return target != NULL
               ? NULL
               : "allocheck-libfuzzer is neither beside this executable nor in ../libexec";
}

static bool run(struct campaign *campaign) {
    char *target = tool_install_path("allocheck-libfuzzer");
    bool done = target != NULL && external_run(campaign, &engine, target);
    free(target);
    return done;
}

const struct engine engine_libfuzzer = {.name = "libfuzzer",
                                        .what = "libFuzzer, guided by behaviour",
                                        .automatic = true,
                                        .seeded = true,
                                        .missing = missing,
                                        .run = run};
