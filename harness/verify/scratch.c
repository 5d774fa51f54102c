// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* mkdtemp, nftw */
#include "scratch.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { OPEN_FOLDERS = 8, LINE = 1024 };

static bool write_file(const char *path, const void *bytes, size_t size) {
    FILE *file = fopen(path, "wb");
    const bool done = file != NULL && fwrite(bytes, 1, size, file) == size;
    return file != NULL && fclose(file) == 0 && done;
}

static bool write_header(const struct scratch *scratch) {
    char path[SCRATCH_PATH];
    snprintf(path, sizeof path, "%s/allocheck", scratch->folder);
    if (mkdir(path, 0700) != 0)
        return false;
    snprintf(path, sizeof path, "%s/allocheck/allocator.h", scratch->folder);
    return write_file(path, verify_allocator_header, verify_allocator_header_size);
}

bool scratch_open(struct scratch *scratch, const char *text, size_t length) {
    const char *temporary = getenv("TMPDIR");
    const bool given = temporary != NULL && temporary[0] == '/';
    const int size = snprintf(scratch->folder, sizeof scratch->folder, "%s/allocheck-XXXXXX",
                              given ? temporary : "/tmp");
    if (size >= (int)sizeof scratch->folder || mkdtemp(scratch->folder) == NULL)
        return false;
    snprintf(scratch->source, SCRATCH_PATH, "%s/repro.c", scratch->folder);
    snprintf(scratch->executable, SCRATCH_PATH, "%s/repro", scratch->folder);
    snprintf(scratch->log, SCRATCH_PATH, "%s/log", scratch->folder);
    if (write_file(scratch->source, text, length) && write_header(scratch))
        return true;
    const int error = errno;
    scratch_close(scratch);
    errno = error;
    return false;
}

static int remove_entry(const char *path, const struct stat *status, int flag, struct FTW *where) {
    (void)status, (void)flag, (void)where;
    remove(path);
    return 0;
}

void scratch_close(struct scratch *scratch) {
    nftw(scratch->folder, remove_entry, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
}

void scratch_line(const struct scratch *scratch, const char *mark, char *line, size_t capacity) {
    char read[LINE];
    line[0] = '\0';
    FILE *log = fopen(scratch->log, "r");
    while (log != NULL && fgets(read, sizeof read, log) != NULL) {
        read[strcspn(read, "\n")] = '\0';
        if (read[0] == '\0' || (mark != NULL && strstr(read, mark) == NULL))
            continue;
        snprintf(line, capacity, "%s", read);
        if (mark != NULL)
            break;
    }
    if (log != NULL)
        fclose(log);
}
