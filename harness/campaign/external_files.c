// SPDX-License-Identifier: MIT
// The files that an engine writes: inputs and counters.
#define _GNU_SOURCE /* asprintf */
#include "external.h"

#include "allocheck/behaviour.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_FILE = 1 << 20 };

/* --- inputs --- */

static uint64_t hash_of(const char *path) {
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (; *path != '\0'; path++)
        hash = (hash ^ (uint8_t)*path) * UINT64_C(0x100000001B3);
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
    if (store->after != NULL)
        snprintf(number, sizeof number, "%u", job);
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
            asprintf(&path, "%s/%s", folder, entry->d_name) < 0)
            continue;
        if (store->by_content || is_new(&external->collected, path))
            return path;
        free(path);
    }
    return NULL;
}

char *external_next(struct external *external, const struct external_store *store, unsigned job) {
    char folder[4096];
    DIR *opened = open_store(external, store, job, folder, sizeof folder);
    char *path = opened != NULL ? next_in(external, store, folder, opened) : NULL;
    if (opened != NULL)
        closedir(opened);
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
    if (opened != NULL)
        closedir(opened);
    return left;
}

uint8_t *external_read(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = file != NULL ? malloc(MOST_FILE) : NULL;
    *size = bytes != NULL ? fread(bytes, 1, MOST_FILE, file) : 0;
    if (file != NULL)
        fclose(file);
    return bytes;
}

static void drop_if_same(const char *path, const uint8_t *bytes, size_t size) {
    size_t its_size;
    uint8_t *its = external_read(path, &its_size);
    if (its != NULL && its_size == size && memcmp(its, bytes, size) == 0)
        remove(path);
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
        if (opened != NULL)
            closedir(opened);
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
        {"inputs", &sum->programs},
        {"left out", &sum->left_out},
        {"ops", &counts->ops},
        {"calls", &counts->calls},
        {"refused", &counts->refused},
        {"empty", &counts->empty},
        {"not offered", &counts->not_offered},
        {"skipped", &counts->skipped},
        {"over_limit", &counts->over_limit},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strncmp(record->name, rows[i].name, sizeof record->name) == 0)
            *rows[i].to += record->value;
    for (int i = 0; i < AC_ORACLES; i++) {
        const char *id = ac_oracle_info((enum ac_oracle)i)->id;
        if (strncmp(record->name, "checked ", 7) == 0 && strcmp(record->name + 7, id) == 0)
            sum->sum.checked[i] += record->value;
    }
}

void external_add_counts(const struct external *external, unsigned job,
                         struct campaign_counts *sum) {
    char path[4096];
    struct record record;
    struct campaign_counts counts = {.programs = 0};
    snprintf(path, sizeof path, "%s/job%u/counters", external->folder, job);
    FILE *file = fopen(path, "rb");
    while (file != NULL && fread(&record, sizeof record, 1, file) == 1) {
        record.name[sizeof record.name - 1] = '\0';
        add_record(&counts, &record);
    }
    if (file != NULL)
        fclose(file);
    counts.programs -= counts.left_out < counts.programs ? counts.left_out : counts.programs;
    counts_add(sum, &counts);
}

uint64_t external_behaviours(const struct external *external) {
    static uint8_t seen[AC_BEHAVIOUR_CELLS];
    char path[4096];
    snprintf(path, sizeof path, "%s/seen", external->folder);
    FILE *file = fopen(path, "rb");
    bool whole = file != NULL && fread(seen, 1, sizeof seen, file) == sizeof seen;
    if (file != NULL)
        fclose(file);
    return whole ? ac_behaviour_count(seen) : 0;
}
