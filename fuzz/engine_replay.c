// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* asprintf, scandir */
#include "engine.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct tally {
    size_t inputs;
    size_t bytes;
};

static bool complain(const char *path, const char *what) {
    fprintf(stderr, "%s: %s\n", path, what);
    return false;
}

/* A block of exactly `size` bytes lets a sanitizer see a read past the end. */
static bool replay_block(const char *path, FILE *file, size_t size, struct tally *tally) {
    uint8_t *block = malloc(size);
    if (block == NULL && size > 0)
        return complain(path, "out of memory");
    bool whole = fread(block, 1, size, file) == size;
    if (whole) {
        LLVMFuzzerTestOneInput(block, size);
        tally->inputs++;
        tally->bytes += size;
    }
    free(block);
    return whole || complain(path, "cannot read the whole file");
}

static bool replay_file(const char *path, size_t size, struct tally *tally) {
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return complain(path, strerror(errno));
    bool done = replay_block(path, file, size, tally);
    fclose(file);
    return done;
}

static bool replay_path(const char *path, struct tally *tally);

static int not_hidden(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static bool replay_entry(const char *folder, const char *name, struct tally *tally) {
    char *path;
    if (asprintf(&path, "%s/%s", folder, name) < 0)
        return complain(folder, "out of memory");
    bool done = replay_path(path, tally);
    free(path);
    return done;
}

static bool replay_folder(const char *folder, struct tally *tally) {
    struct dirent **entries;
    int count = scandir(folder, &entries, not_hidden, alphasort);
    if (count < 0)
        return complain(folder, strerror(errno));
    bool done = count > 0 || complain(folder, "no input in this folder");
    for (int i = 0; i < count; i++) {
        done = replay_entry(folder, entries[i]->d_name, tally) && done;
        free(entries[i]);
    }
    free(entries);
    return done;
}

static bool replay_path(const char *path, struct tally *tally) {
    struct stat status;
    if (stat(path, &status) != 0)
        return complain(path, strerror(errno));
    if (S_ISDIR(status.st_mode))
        return replay_folder(path, tally);
    if (!S_ISREG(status.st_mode))
        return complain(path, "neither a file nor a folder");
    return replay_file(path, (size_t)status.st_size, tally);
}

int engine_replay(int count, char **paths) {
    struct tally tally = {0, 0};
    bool done = true;
    for (int i = 0; i < count; i++)
        done = replay_path(paths[i], &tally) && done;
    if (tally.inputs == 0) {
        fprintf(stderr, "no input ran; name files or folders\n");
        return 2;
    }
    printf("%zu inputs of %zu bytes in all: %s\n", tally.inputs, tally.bytes,
           done ? "no finding" : "no finding, but not everything could be read");
    return done ? 0 : 2;
}
