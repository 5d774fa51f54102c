// SPDX-License-Identifier: MIT
#include "program/memory.h"
#include "source_internal.h"

#include <string.h>

/* Index of the first run that starts above `offset`. */
static size_t first_above(const struct ac_runs *runs, size_t offset) {
    size_t low = 0, high = runs->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (runs->at[middle].start > offset) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

size_t ac_runs_find(const struct ac_runs *runs, size_t offset) {
    size_t above = first_above(runs, offset);
    if (above == 0 || offset >= ac_run_end(&runs->at[above - 1])) {
        return AC_NOWHERE;
    }
    return above - 1;
}

bool ac_runs_insert(struct ac_runs *runs, const struct ac_run *run) {
    void *memory = runs->at;
    if (!ac_memory_reserve(&memory, &runs->capacity, runs->count + 1, sizeof *runs->at)) {
        return false;
    }
    runs->at = memory;
    size_t index = first_above(runs, run->start);
    struct ac_run *place = runs->at + index;
    memmove(place + 1, place, (runs->count - index) * sizeof *place);
    *place = *run;
    runs->count++;
    return true;
}

void ac_runs_remove(struct ac_runs *runs, size_t index) {
    struct ac_run *place = runs->at + index;
    runs->count--;
    memmove(place, place + 1, (runs->count - index) * sizeof *place);
}
