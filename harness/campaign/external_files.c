// SPDX-License-Identifier: MIT
// The temporary folder that an engine works in.
#define _GNU_SOURCE /* asprintf, mkdtemp, nftw */
#include "external.h"

#include "tool/tool.h"

#include "allocheck/behaviour.h"
#include "allocheck/codec.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SEEDS = 100, SEED_OPS = 24, MOST_BYTES = 4096, MOST_FILE = 1 << 20 };

/* --- write --- */

static bool write_file(const char *path, const void *bytes, size_t size) {
    FILE *file = fopen(path, "wb");
    bool done = file != NULL && fwrite(bytes, 1, size, file) == size;
    done = file != NULL && fclose(file) == 0 && done;
    if (!done) {
        tool_cannot_write(path);
    }
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
    ac_child_renew(external->quick_child); /* alone in its process, so that it reproduces */
    if (size == 0 || size > sizeof bytes) {
        return true;
    }
    const enum ac_child_end end = ac_child_run(external->quick_child, program, &report);
    if (end != AC_CHILD_RAN) {
        counts_add_failure(&external->replays, end);
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
    for (uint64_t i = 0; done && i < SEEDS && !campaign_is_over(external->campaign); i++) {
        done = write_seed(external, i, &program);
    }
    ac_program_destroy(&program);
    return done;
}

static bool make_folder(const struct external *external, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", external->folder, name);
    if (mkdir(path, 0777) == 0) {
        return true;
    }
    tool_cannot_write(path);
    return false;
}

static bool make_job_folders(const struct external *external, unsigned job) {
    char name[64];
    snprintf(name, sizeof name, "job%u", job);
    if (!make_folder(external, name)) {
        return false;
    }
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

bool external_make_folder(struct external *external) {
    const char *temporary = getenv("TMPDIR");
    bool given = temporary != NULL && temporary[0] == '/';
    if (asprintf(&external->folder, "%s/allocheck-XXXXXX", given ? temporary : "/tmp") < 0) {
        external->folder = NULL;
    }
    if (external->folder == NULL || mkdtemp(external->folder) == NULL) {
        tool_cannot_write(given ? temporary : "/tmp");
        free(external->folder);
        external->folder = NULL;
        return false;
    }
    bool done = make_folder(external, "seeds") && make_folder(external, "kept");
    for (unsigned i = 0; done && i < external->count; i++) {
        done = make_job_folders(external, i);
    }
    return done && write_profile(external) && write_seeds(external);
}

static int remove_entry(const char *path, const struct stat *status, int flag, struct FTW *where) {
    (void)status, (void)flag, (void)where;
    remove(path);
    return 0;
}

void external_remove_folder(struct external *external) {
    if (external->folder != NULL) {
        nftw(external->folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    }
}

/* --- collect inputs --- */

static uint64_t hash_of(const char *path) {
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (; *path != '\0'; path++) {
        hash = (hash ^ (uint8_t)*path) * UINT64_C(0x100000001B3);
    }
    return hash != 0 ? hash : 1;
}

/* True the first time; false also if memory runs out. */
static bool is_new(struct hash_set *collected, const char *path) {
    const uint64_t hash = hash_of(path);
    return !hash_set_has(collected, hash) && hash_set_add(collected, hash);
}

static bool is_input_name(const struct external_store *store, const char *name) {
    return name[0] != '.' && strncmp(name, store->prefix, strlen(store->prefix)) == 0 &&
           strstr(name, ",sync:") == NULL; /* copied from another job */
}

/* NULL: there is no such folder yet. */
static DIR *open_store(const struct external *external, const struct external_store *store,
                       unsigned job, char *folder, size_t capacity) {
    char number[16] = "";
    if (store->after != NULL) {
        snprintf(number, sizeof number, "%u", job);
    }
    snprintf(folder, capacity, "%s/%s%s%s", external->folder, store->before, number,
             store->after != NULL ? store->after : "");
    return opendir(folder);
}

/* external_next in an open folder. */
static char *next_in(struct external *external, const struct external_store *store,
                     const char *folder, DIR *opened) {
    const struct dirent *entry;
    while ((entry = readdir(opened)) != NULL) {
        char *path;
        if (!is_input_name(store, entry->d_name) ||
            asprintf(&path, "%s/%s", folder, entry->d_name) < 0) {
            continue;
        }
        if (store->by_content || is_new(&external->collected, path)) {
            return path;
        }
        free(path);
    }
    return NULL;
}

char *external_next(struct external *external, const struct external_store *store, unsigned job) {
    char folder[4096];
    DIR *opened = open_store(external, store, job, folder, sizeof folder);
    char *path = opened != NULL ? next_in(external, store, folder, opened) : NULL;
    if (opened != NULL) {
        closedir(opened);
    }
    return path;
}

uint64_t external_left(struct external *external, const struct external_store *store,
                       unsigned job) {
    char folder[4096], *path;
    uint64_t left = 0;
    DIR *opened = open_store(external, store, job, folder, sizeof folder);
    while (opened != NULL && (path = next_in(external, store, folder, opened)) != NULL) {
        free(path);
        left++;
    }
    if (opened != NULL) {
        closedir(opened);
    }
    return left;
}

uint8_t *external_read(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = file != NULL ? malloc(MOST_FILE) : NULL;
    *size = bytes != NULL ? fread(bytes, 1, MOST_FILE, file) : 0;
    if (file != NULL) {
        fclose(file);
    }
    return bytes;
}

static void drop_if_same(const char *path, const uint8_t *bytes, size_t size) {
    size_t its_size;
    uint8_t *its = external_read(path, &its_size);
    if (its != NULL && its_size == size && memcmp(its, bytes, size) == 0) {
        remove(path);
    }
    free(its);
}

void external_drop(const struct external *external, const uint8_t *bytes, size_t size) {
    static const char *const folders[] = {"kept", "seeds"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char folder[4096], path[sizeof folder + 256];
        const struct dirent *entry;
        snprintf(folder, sizeof folder, "%s/%s", external->folder, folders[i]);
        DIR *opened = opendir(folder);
        while (opened != NULL && (entry = readdir(opened)) != NULL) {
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
            drop_if_same(path, bytes, size);
        }
        if (opened != NULL) {
            closedir(opened);
        }
    }
}

/* --- counters --- */

struct record {
    char name[24];
    uint64_t value;
};

static void add_record(struct campaign_counts *sum, const struct record *record) {
    struct ac_counts *counts = &sum->sum.counts;
    const struct {
        const char *name;
        uint64_t *to;
    } rows[] = {
        {"inputs", &sum->programs},    {"ops", &counts->ops},
        {"calls", &counts->calls},     {"refused", &counts->refused},
        {"empty", &counts->empty},     {"not offered", &counts->not_offered},
        {"skipped", &counts->skipped}, {"cut", &counts->cut},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strncmp(record->name, rows[i].name, sizeof record->name) == 0) {
            *rows[i].to += record->value;
        }
    }
    for (int i = 0; i < AC_ORACLES; i++) {
        const char *id = ac_oracle_info((enum ac_oracle)i)->id;
        if (strncmp(record->name, "checked ", 7) == 0 && strcmp(record->name + 7, id) == 0) {
            sum->sum.checked[i] += record->value;
        }
    }
}

void external_add_counts(const struct external *external, unsigned job,
                         struct campaign_counts *sum) {
    char path[4096];
    struct record record;
    snprintf(path, sizeof path, "%s/job%u/counters", external->folder, job);
    FILE *file = fopen(path, "rb");
    while (file != NULL && fread(&record, sizeof record, 1, file) == 1) {
        record.name[sizeof record.name - 1] = '\0';
        add_record(sum, &record);
    }
    if (file != NULL) {
        fclose(file);
    }
}

uint64_t external_behaviours(const struct external *external) {
    static uint8_t seen[AC_BEHAVIOUR_CELLS];
    char path[4096];
    snprintf(path, sizeof path, "%s/seen", external->folder);
    FILE *file = fopen(path, "rb");
    bool whole = file != NULL && fread(seen, 1, sizeof seen, file) == sizeof seen;
    if (file != NULL) {
        fclose(file);
    }
    return whole ? ac_behaviour_count(seen) : 0;
}
