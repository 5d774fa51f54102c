// SPDX-License-Identifier: MIT
#define _DEFAULT_SOURCE
#include "resident.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* /proc/self/statm: sizes in pages; resident, then the part of it that files or shared memory back
 * (proc(5)). Read without stdio, which would allocate. */
uint64_t ac_resident_anonymous(void) {
    char line[128] = {0};
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return 0;
    }
    ssize_t got = read(file, line, sizeof line - 1);
    close(file);
    if (got <= 0) {
        return 0;
    }
    char *at = line;
    strtoull(at, &at, 10);
    uint64_t resident = strtoull(at, &at, 10);
    uint64_t shared = strtoull(at, &at, 10);
    return resident > shared ? (resident - shared) * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}
