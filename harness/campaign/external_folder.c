// SPDX-License-Identifier: MIT
// The temporary folder that an engine works in.
#define _GNU_SOURCE /* asprintf, mkdtemp, nftw */
#include "external.h"

#include "tool/tool.h"

#include "allocheck/codec.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SEEDS = 100, SEED_OPS = 24, MOST_BYTES = 4096 };

static bool write_file(const char *path, const void *bytes, size_t size) {
    FILE *file = fopen(path, "wb");
    bool done = file != NULL && fwrite(bytes, 1, size, file) == size;
    done = file != NULL && fclose(file) == 0 && done;
    if (!done)
        tool_cannot_write(path);
    return done;
}

/* Generated programs differ in their heads, so every setting is part of some seeds. One that shows
 * a finding at once is no seed: engines would end at it. */
static bool write_seed(struct external *external, uint64_t index, struct ac_program *program) {
    uint8_t bytes[MOST_BYTES];
    char path[4096];
    struct ac_report report;
    struct ac_generate_options options = external->campaign->scope.generate;
    uint64_t seed = external->campaign->options.seed + index;
    options.max_ops = SEED_OPS;
    if (!ac_generate(program, seed, &options)) {
        tool_out_of_memory();
        return false;
    }
    size_t size = ac_encode(program, bytes, sizeof bytes, NULL);
    if (size == 0 || size > sizeof bytes)
        return true;
    const enum ac_child_end end = external_run_alone(external, program, &report);
    if (end != AC_CHILD_RAN) {
        counts_add_failure(&external->replays, external->quick_child, end, "a generated seed",
                           false);
        return true;
    }
    external->replays.programs++;
    counts_add_report(&external->replays, &report);
    if (report.found) {
        external_found_seed(external, program, &report.finding, seed);
        return true;
    }
    snprintf(path, sizeof path, "%s/seeds/%03llu", external->folder, (unsigned long long)index);
    return write_file(path, bytes, size);
}

static bool write_seeds(struct external *external) {
    const uint8_t empty[] = {1, 0}; /* a program without ops: AFL++ needs a seed */
    char path[4096];
    struct ac_program program;
    ac_program_init(&program);
    snprintf(path, sizeof path, "%s/seeds/empty", external->folder);
    bool done = write_file(path, empty, sizeof empty);
    for (uint64_t i = 0; done && i < SEEDS && !campaign_is_over(external->campaign); i++)
        done = write_seed(external, i, &program);
    ac_program_destroy(&program);
    return done;
}

static bool make_folder(const struct external *external, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", external->folder, name);
    if (mkdir(path, 0777) == 0)
        return true;
    tool_cannot_write(path);
    return false;
}

static bool make_job_folders(const struct external *external, unsigned job) {
    char name[64];
    snprintf(name, sizeof name, "job%u", job);
    if (!make_folder(external, name))
        return false;
    snprintf(name, sizeof name, "job%u/finds", job);
    return make_folder(external, name);
}

static bool write_profile(const struct external *external) {
    static struct ac_profile_copy copy; /* static: padding is written too */
    char path[4096];
    ac_profile_copy(&copy, ac_target_profile(&external->campaign->options.target_options.target));
    snprintf(path, sizeof path, "%s/profile", external->folder);
    return write_file(path, &copy, sizeof copy);
}

static bool share_known(struct external *external) {
    char path[4096];
    snprintf(path, sizeof path, "%s/known", external->folder);
    external->known = ac_known_open(path);
    if (external->known == NULL)
        tool_cannot_write(path);
    return external->known != NULL;
}

bool external_make_folder(struct external *external) {
    const char *temporary = getenv("TMPDIR");
    bool given = temporary != NULL && temporary[0] == '/';
    if (asprintf(&external->folder, "%s/allocheck-XXXXXX", given ? temporary : "/tmp") < 0)
        external->folder = NULL;
    if (external->folder == NULL || mkdtemp(external->folder) == NULL) {
        tool_cannot_write(given ? temporary : "/tmp");
        free(external->folder);
        external->folder = NULL;
        return false;
    }
    bool done = make_folder(external, "seeds") && make_folder(external, "kept");
    for (unsigned i = 0; done && i < external->count; i++)
        done = make_job_folders(external, i);
    return done && write_profile(external) && share_known(external) && write_seeds(external);
}

static int remove_entry(const char *path, const struct stat *status, int flag, struct FTW *where) {
    (void)status, (void)flag, (void)where;
    remove(path);
    return 0;
}

void external_remove_folder(struct external *external) {
    if (external->folder != NULL)
        nftw(external->folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}
