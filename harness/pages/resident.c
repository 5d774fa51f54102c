// SPDX-License-Identifier: MIT
#define _DEFAULT_SOURCE
#include "resident.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* From /proc/PID/statm, in pages: resident memory, and the part backed by files or shared memory
 * (proc(5)). */
struct sizes {
    uint64_t resident, shared;
};

/* Without stdio, which would allocate. */
static struct sizes read_sizes(const char *name) {
    struct sizes sizes = {0, 0};
    char line[128] = {0};
    int file = open(name, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return sizes;
    ssize_t got = read(file, line, sizeof line - 1);
    close(file);
    if (got > 0) {
        char *at = line;
        strtoull(at, &at, 10);
        sizes.resident = strtoull(at, &at, 10);
        sizes.shared = strtoull(at, &at, 10);
    }
    return sizes;
}

static uint64_t in_bytes(uint64_t pages) {
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

uint64_t ac_resident_anonymous(void) {
    struct sizes sizes = read_sizes("/proc/self/statm");
    return sizes.resident > sizes.shared ? in_bytes(sizes.resident - sizes.shared) : 0;
}

uint64_t ac_resident_of(pid_t process) {
    char name[40];
    snprintf(name, sizeof name, "/proc/%d/statm", (int)process);
    return in_bytes(read_sizes(name).resident);
}
