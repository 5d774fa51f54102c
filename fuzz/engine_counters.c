// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* mmap, ftruncate */
#include "engine_counters.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct record {
    char name[24];
    uint64_t value;
};

enum {
    INPUTS,
    TOO_SLOW, /* inputs whose program was skipped */
    OPS,
    CALLS,
    NO_CALL, /* programs without any call */
    REFUSED,
    EMPTY,
    NOT_OFFERED,
    SKIPPED,
    OVER_LIMIT,
    LEFT_OUT, /* inputs whose program was skipped */
    SOURCES,
    QUIRKS = SOURCES + 4,
    SIZES = QUIRKS + AC_QUIRKS,
    FRAMES = SIZES + AC_SIZE_MIXES,
    THREADS = FRAMES + AC_FRAME_KINDS,
    GROUPS = THREADS + AC_MAX_THREADS,
    CHECKED = GROUPS + AC_GROUPS,
    RECORDS = CHECKED + AC_ORACLES
};

static struct record *records; /* NULL: not counting */

static void name(unsigned index, const char *kind, const char *what) {
    struct record *record = &records[index];
    snprintf(record->name, sizeof record->name, "%s%s", kind, what);
}

static void name_plain(void) {
    static const char *const names[] = {
        [INPUTS] = "inputs",         [TOO_SLOW] = "too slow",       [OPS] = "ops",
        [CALLS] = "calls",           [NO_CALL] = "no call",         [REFUSED] = "refused",
        [EMPTY] = "empty",           [NOT_OFFERED] = "not offered", [SKIPPED] = "skipped",
        [OVER_LIMIT] = "over_limit", [LEFT_OUT] = "left out"};
    for (unsigned i = INPUTS; i <= LEFT_OUT; i++)
        name(i, "", names[i]);
}

/* Names as in the text form. */
static const char *const source_names[] = {"mmap", "brk", "both", "buffer"};
static const char *const quirk_names[] = {"unaligned",   "gaps",      "lower",    "dirty",
                                          "foreign_brk", "no_resize", "no_unmap", "top"};
static const char *const size_names[] = {"mixed", "small", "class", "page", "large", "huge"};
static const char *const frame_names[] = {"stack", "own"};

static void name_each(unsigned first, unsigned count, const char *kind, const char *const *names) {
    for (unsigned i = 0; i < count; i++)
        name(first + i, kind, names[i]);
}

static void name_all(void) {
    name_plain();
    name_each(SOURCES, 4, "source=", source_names);
    name_each(QUIRKS, AC_QUIRKS, "quirks=", quirk_names);
    name_each(SIZES, AC_SIZE_MIXES, "sizes=", size_names);
    name_each(FRAMES, AC_FRAME_KINDS, "frames=", frame_names);
    for (unsigned i = 0; i < AC_MAX_THREADS; i++) {
        char number[] = {(char)('1' + i), '\0'};
        name(THREADS + i, "threads=", number);
    }
    for (unsigned i = 0; i < AC_GROUPS; i++)
        name(GROUPS + i, "groups=", ac_group_name((enum ac_group)i));
    for (unsigned i = 0; i < AC_ORACLES; i++)
        name(CHECKED + i, "checked ", ac_oracle_info((enum ac_oracle)i)->id);
}

static void *map_records(const char *path) {
    size_t size = RECORDS * sizeof(struct record);
    void *memory = MAP_FAILED;
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file >= 0 && ftruncate(file, (off_t)size) == 0)
        memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        abort();
    }
    close(file);
    return memory;
}

void counters_open(void) {
    const char *path = getenv("ALLOCHECK_COUNTERS");
    if (path != NULL && path[0] != '\0') {
        records = map_records(path);
        name_all();
    }
}

static void count(unsigned index, uint64_t more) {
    records[index].value += more;
}

void counters_input(void) {
    if (records != NULL)
        count(INPUTS, 1);
}

void counters_too_slow(void) {
    if (records != NULL)
        count(TOO_SLOW, 1);
}

void counters_left_out(void) {
    if (records != NULL)
        count(LEFT_OUT, 1);
}

static void count_bits(unsigned first, unsigned width, unsigned bits) {
    for (unsigned i = 0; i < width; i++)
        count(first + i, (bits >> i) & 1);
}

static void count_head(const struct ac_head *head) {
    count_bits(SOURCES, 4, head->source);
    count_bits(QUIRKS, AC_QUIRKS, head->quirks);
    count_bits(GROUPS, AC_GROUPS, head->groups);
    count(SIZES + head->sizes, 1);
    count(FRAMES + head->frames, 1);
    count(THREADS + head->threads - 1u, 1);
}

void counters_program(const struct ac_program *program, const struct ac_report *report) {
    if (records == NULL)
        return;
    count(OPS, report->counts.ops);
    count(CALLS, report->counts.calls);
    count(NO_CALL, report->counts.calls == 0);
    count(REFUSED, report->counts.refused);
    count(EMPTY, report->counts.empty);
    count(NOT_OFFERED, report->counts.not_offered);
    count(SKIPPED, report->counts.skipped);
    count(OVER_LIMIT, report->counts.over_limit);
    count_head(&program->head);
    for (unsigned i = 0; i < AC_ORACLES; i++)
        count(CHECKED + i, report->checked[i]);
}
