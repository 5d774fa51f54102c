// SPDX-License-Identifier: MIT
// The folder that engines work in: made, read, removed.
#define _GNU_SOURCE /* asprintf, mkdtemp, nftw */
#include "fuzz_external.h"

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

/* --- made --- */

static bool write_file(const char *path, const void *bytes, size_t size) {
    FILE *file = fopen(path, "wb");
    bool done = file != NULL && fwrite(bytes, 1, size, file) == size;
    done = file != NULL && fclose(file) == 0 && done;
    if (!done) {
        tool_cannot_write(path);
    }
    return done;
}

/* Programs that differ in their heads, so that every setting is on in a share of what is tried. One
 * that shows something right away is a finding and no seed: engines stumble over it. */
static bool write_seed(struct external *external, uint64_t index, struct ac_program *program) {
    uint8_t bytes[MOST_BYTES];
    char path[4096];
    struct ac_report report;
    struct ac_generate_options options = campaign_scope(external->campaign)->generate;
    uint64_t seed = campaign_options(external->campaign)->seed + index;
    options.max_ops = SEED_OPS;
    if (!ac_generate(program, seed, &options)) {
        tool_out_of_memory();
        return false;
    }
    size_t size = ac_encode(program, bytes, sizeof bytes, NULL);
    ac_child_renew(external->quick); /* alone in its process, so that it shows again */
    if (size == 0 || size > sizeof bytes) {
        return true;
    }
    enum ac_child_end end = ac_child_run(external->quick, program, &report);
    if (end != AC_CHILD_RAN) {
        external->replays.unfinished += end == AC_CHILD_TIMEOUT;
        external->replays.lost += end == AC_CHILD_FAILED;
        return true;
    }
    external->replays.programs++;
    ac_report_add(&external->replays.sum, &report);
    external->replays.sum.found = false;
    if (report.found) {
        external_found_seed(external, program, &report.finding, seed);
        return true;
    }
    snprintf(path, sizeof path, "%s/seeds/%03llu", external->folder, (unsigned long long)index);
    return write_file(path, bytes, size);
}

static bool write_seeds(struct external *external) {
    const uint8_t empty[] = {1, 0}; /* a program without ops: some seed there must be */
    char path[4096];
    struct ac_program program;
    ac_program_init(&program);
    snprintf(path, sizeof path, "%s/seeds/empty", external->folder);
    bool done = write_file(path, empty, sizeof empty);
    for (uint64_t i = 0; done && i < SEEDS && !campaign_over(external->campaign); i++) {
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
    static struct ac_profile_copy copy; /* padding is written too */
    char path[4096];
    ac_profile_copy(
        &copy, ac_target_profile(&campaign_options(external->campaign)->target_options.target));
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

/* --- read --- */

static uint64_t hash_of(const char *path) {
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (; *path != '\0'; path++) {
        hash = (hash ^ (uint8_t)*path) * UINT64_C(0x100000001B3);
    }
    return hash != 0 ? hash : 1;
}

/* Where a hash is, or belongs. */
static uint64_t *place_of(const struct external_seen *seen, uint64_t hash) {
    size_t at = hash % seen->capacity;
    while (seen->hashes[at] != 0 && seen->hashes[at] != hash) {
        at = (at + 1) % seen->capacity;
    }
    return &seen->hashes[at];
}

static bool grow(struct external_seen *seen) {
    struct external_seen grown = {.capacity = seen->capacity * 2 + 1024};
    grown.hashes = calloc(grown.capacity, sizeof *grown.hashes);
    if (grown.hashes == NULL) {
        return false;
    }
    for (size_t i = 0; i < seen->capacity; i++) {
        if (seen->hashes[i] != 0) {
            *place_of(&grown, seen->hashes[i]) = seen->hashes[i];
        }
    }
    grown.count = seen->count;
    free(seen->hashes);
    *seen = grown;
    return true;
}

/* True when the path is new; it is not from now on. */
static bool see(struct external_seen *seen, const char *path) {
    if (seen->count * 2 >= seen->capacity && !grow(seen)) {
        return false;
    }
    uint64_t hash = hash_of(path), *place = place_of(seen, hash);
    bool fresh = *place == 0;
    seen->count += fresh;
    *place = hash;
    return fresh;
}

static bool is_meant(const struct external_place *place, const char *name) {
    return name[0] != '.' && strncmp(name, place->prefix, strlen(place->prefix)) == 0 &&
           strstr(name, ",sync:") == NULL; /* of another job */
}

/* An open folder; NULL: it is not there, or not yet. */
static DIR *open_place(const struct external *external, const struct external_place *place,
                       unsigned job, char *folder, size_t capacity) {
    char number[16] = "";
    if (place->after != NULL) {
        snprintf(number, sizeof number, "%u", job);
    }
    snprintf(folder, capacity, "%s/%s%s%s", external->folder, place->before, number,
             place->after != NULL ? place->after : "");
    return opendir(folder);
}

/* The next one in an open folder, as external_next. */
static char *next_in(struct external *external, const struct external_place *place,
                     const char *folder, DIR *opened) {
    const struct dirent *entry;
    while ((entry = readdir(opened)) != NULL) {
        char *path;
        if (!is_meant(place, entry->d_name) ||
            asprintf(&path, "%s/%s", folder, entry->d_name) < 0) {
            continue;
        }
        if (place->by_content || see(&external->seen, path)) {
            return path;
        }
        free(path);
    }
    return NULL;
}

char *external_next(struct external *external, const struct external_place *place, unsigned job) {
    char folder[4096];
    DIR *opened = open_place(external, place, job, folder, sizeof folder);
    char *path = opened != NULL ? next_in(external, place, folder, opened) : NULL;
    if (opened != NULL) {
        closedir(opened);
    }
    return path;
}

uint64_t external_left(struct external *external, const struct external_place *place,
                       unsigned job) {
    char folder[4096], *path;
    uint64_t left = 0;
    DIR *opened = open_place(external, place, job, folder, sizeof folder);
    while (opened != NULL && (path = next_in(external, place, folder, opened)) != NULL) {
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
