// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* mmap, ftruncate */
#include "engine_behaviour.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct {
    bool begun;
    uint8_t *map;
    uint8_t *unfed;                    /* cells of the engine if feedback is off */
    uint8_t *seen;                     /* shared; NULL: not collected */
    uint8_t apart[AC_BEHAVIOUR_CELLS]; /* instead of the engine's cells */
} behaviour;

static uint8_t *map_seen(const char *path) {
    void *memory = MAP_FAILED;
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (file >= 0 && ftruncate(file, AC_BEHAVIOUR_CELLS) == 0)
        memory = mmap(NULL, AC_BEHAVIOUR_CELLS, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        abort();
    }
    close(file);
    return memory;
}

static void begin(void) {
    const char *feedback = getenv("ALLOCHECK_BEHAVIOUR"), *path = getenv("ALLOCHECK_SEEN");
    bool off = feedback != NULL && strcmp(feedback, "off") == 0;
    uint8_t *cells = behaviour_cells();
    behaviour.begun = true;
    behaviour.seen = path != NULL && path[0] != '\0' ? map_seen(path) : NULL;
    behaviour.unfed = off ? cells : NULL;
    behaviour.map = off ? NULL : cells;
    if (behaviour.map == NULL && behaviour.seen != NULL)
        behaviour.map = behaviour.apart;
}

uint8_t *behaviour_map(void) {
    if (!behaviour.begun)
        begin();
    return behaviour.map;
}

void behaviour_done(void) {
    if (behaviour.unfed != NULL)
        behaviour.unfed[0] = 1; /* an engine that sees no coverage refuses to run */
    if (behaviour.seen != NULL)
        ac_behaviour_mark(behaviour.seen, behaviour.map);
    if (behaviour.map == behaviour.apart)
        memset(behaviour.apart, 0, sizeof behaviour.apart);
}
