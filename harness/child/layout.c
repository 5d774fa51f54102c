// SPDX-License-Identifier: MIT
// The system maps memory at the highest free place below the stack. A forked process fills the
// places above a fixed address, so that it maps its memory below.
#define _GNU_SOURCE /* MAP_FIXED_NOREPLACE */
#include "layout.h"

#include "allocheck/child.h"
#include "allocheck/race.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <unistd.h>

enum { MAPS = 256 << 10, OTHER_PAGES = 0x155 };

/* Randomisation moves the highest mappings by less than TOP; below BELOW_TOP there are none. */
#define TOP       (UINT64_C(1) << 40)
#define BELOW_TOP (2 * TOP)

/* --- mapped memory --- */

/* The lines of proc(5) maps, in memory that no call must find. */
static char maps[MAPS];

/* False: unreadable, or too long. */
static bool read_maps(void) {
    size_t length = 0;
    ssize_t got = 1;
    int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    while (file >= 0 && length < MAPS - 1 &&
           (got = read(file, maps + length, MAPS - 1 - length)) > 0)
        length += (size_t)got;
    if (file >= 0)
        close(file);
    maps[length] = '\0';
    return file >= 0 && got == 0;
}

static void fill(uint64_t start, uint64_t end) {
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
    if (start < end)
        mmap((void *)start, end - start, PROT_NONE, flags, -1, 0);
}

/* START-END ... NAME. Returns the next line. */
static char *read_line(char *line, uint64_t *start, uint64_t *end, bool *is_stack) {
    char *const next = line + strcspn(line, "\n"), *at = line;
    *start = strtoull(at, &at, 16);
    *end = strtoull(at + (*at == '-'), NULL, 16);
    *is_stack = next - line >= 7 && memcmp(next - 7, "[stack]", 7) == 0;
    return next + (*next != '\0');
}

/* The end of the stack; 0: unknown. */
static uint64_t find_stack(void) {
    uint64_t start, end;
    bool is_stack = false;
    for (char *line = maps; *line != '\0' && !is_stack;)
        line = read_line(line, &start, &end, &is_stack);
    return is_stack ? end : 0;
}

/* Not just below the stack, which grows. */
static void fill_from(uint64_t lowest) {
    uint64_t start, end, free_from = lowest;
    bool is_stack = false;
    for (char *line = maps; *line != '\0' && !is_stack;) {
        line = read_line(line, &start, &end, &is_stack);
        if (!is_stack && end > free_from) {
            fill(free_from, start);
            free_from = end;
        }
    }
}

static void settle_mappings(void) {
    const uint64_t stack = read_maps() ? find_stack() : 0;
    /* ThreadSanitizer allows programs only the highest addresses. */
    if (stack > BELOW_TOP && !AC_RACES_REPORTED)
        fill_from((stack + TOP - 1) / TOP * TOP - BELOW_TOP);
}

void ac_layout_settle(unsigned layout) {
    settle_mappings();
    const size_t shift = layout * (size_t)OTHER_PAGES * 4096;
    if (shift != 0)
        mmap(NULL, shift, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

/* --- randomisation --- */

bool ac_child_stop_randomisation(char **arguments) {
    char self[4096];
    const int now = personality(0xFFFFFFFF); /* asks */
    if (now != -1 && (now & ADDR_NO_RANDOMIZE) != 0)
        return true;
    const ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (now == -1 || length <= 0 || personality((unsigned)now | ADDR_NO_RANDOMIZE) == -1)
        return false;
    self[length] = '\0';
    execv(self, arguments);
    personality((unsigned)now);
    return false;
}
