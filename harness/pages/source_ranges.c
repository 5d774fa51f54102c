// SPDX-License-Identifier: MIT
#include "program/memory.h"
#include "source_internal.h"

#include <string.h>

/* Index of the first range that starts above `offset`. */
static size_t first_above(const struct ac_ranges *ranges, size_t offset) {
    size_t low = 0, high = ranges->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ranges->at[middle].start > offset)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

size_t ac_ranges_find(const struct ac_ranges *ranges, size_t offset) {
    size_t above = first_above(ranges, offset);
    if (above == 0 || offset >= ac_range_end(&ranges->at[above - 1]))
        return AC_NOWHERE;
    return above - 1;
}

bool ac_ranges_insert(struct ac_ranges *ranges, const struct ac_range *range) {
    void *memory = ranges->at;
    if (!ac_memory_reserve(&memory, &ranges->capacity, ranges->count + 1, sizeof *ranges->at))
        return false;
    ranges->at = memory;
    size_t index = first_above(ranges, range->start);
    struct ac_range *place = ranges->at + index;
    memmove(place + 1, place, (ranges->count - index) * sizeof *place);
    *place = *range;
    ranges->count++;
    return true;
}

void ac_ranges_remove(struct ac_ranges *ranges, size_t index) {
    struct ac_range *place = ranges->at + index;
    ranges->count--;
    memmove(place, place + 1, (ranges->count - index) * sizeof *place);
}
