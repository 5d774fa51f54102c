// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* ftruncate, O_CLOEXEC */
#include "allocheck/known.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

struct ac_without ac_known_leads(const struct ac_known *known) {
    struct ac_without leads = known->avoid;
    ac_without_join(&leads, &known->hangs);
    return leads;
}

struct ac_known *ac_known_open(const char *path) {
    void *memory = MAP_FAILED;
    const int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (file >= 0 && ftruncate(file, sizeof(struct ac_known)) == 0)
        memory = mmap(NULL, sizeof(struct ac_known), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (file >= 0) {
        const int error = errno;
        close(file);
        errno = error;
    }
    return memory == MAP_FAILED ? NULL : memory;
}

void ac_known_close(struct ac_known *known) {
    if (known != NULL)
        munmap(known, sizeof *known);
}
