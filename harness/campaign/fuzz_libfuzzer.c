// SPDX-License-Identifier: MIT
// The engine `libfuzzer': allocheck-libfuzzer, guided by behaviour.
#include "fuzz_external.h"

#include "tool/tool.h"

#include <stdlib.h>

static const struct external_place places[] = {
    {"kept", NULL, "", EXTERNAL_KEPT, false},
    {"job", "/finds", "crash-", EXTERNAL_CRASHED, true},
    {"job", "/finds", "timeout-", EXTERNAL_STUCK, true},
    {"job", "/finds", "oom-", EXTERNAL_FULL, true},
};

/* Of resident memory. libFuzzer's own bound of single requests (-malloc_limit_mb) takes hooks that
 * only sanitizers have. */
static unsigned most_mib(const struct external *external) {
    uint64_t memory = campaign_options(external->campaign)->target_options.memory;
    return (unsigned)((memory != 0 ? memory : AC_MEMORY) >> 20);
}

/* A random seed of 0 would be one of libFuzzer's own choice. */
static void command(const struct external *external, unsigned job, uint64_t programs,
                    struct words *words) {
    uint64_t seed = campaign_options(external->campaign)->seed + job * 65537u +
                    external->jobs[job].starts * 1009u;
    words_add(words, "%s", external->target);
    words_add(words, "-seed=%u", (unsigned)(seed % 4294967291u) + 1);
    words_add(words, "-timeout=%u", (campaign_slow_ms(external->campaign) + 999) / 1000);
    words_add(words, "-rss_limit_mb=%u", most_mib(external));
    words_add(words, "-reload=1");
    /* Else programs that take long, for they reach a little more, come to be most of the corpus. */
    words_add(words, "-entropic_scale_per_exec_time=1");
    words_add(words, "-artifact_prefix=%s/job%u/finds/", external->folder, job);
    if (programs > 0) {
        words_add(words, "-runs=%llu", (unsigned long long)programs);
    }
    words_add(words, "%s/kept", external->folder);
    words_add(words, "%s/seeds", external->folder);
}

static void environment(const struct external *external, struct words *words) {
    (void)external, (void)words;
}

static const struct external_kind kind = {places, sizeof places / sizeof *places, command,
                                          environment};

static const char *missing(const struct campaign *campaign) {
    const struct ac_library *library = campaign_options(campaign)->target_options.target.library;
    if (library != NULL && library->preloaded) {
        return "the library can only be preloaded, and libFuzzer's own memory would come from it";
    }
    char *target = tool_install_path("allocheck-libfuzzer");
    free(target);
    return target != NULL ? NULL
                          : "allocheck-libfuzzer lies neither beside this program nor in "
                            "../libexec beside its folder";
}

static bool run(struct campaign *campaign) {
    char *target = tool_install_path("allocheck-libfuzzer");
    bool done = target != NULL && external_run(campaign, &kind, target);
    free(target);
    return done;
}

const struct fuzz_engine fuzz_libfuzzer = {
    "libfuzzer", "libFuzzer, guided by behaviour", true, true, missing, run};
