// SPDX-License-Identifier: MIT
#include "heap.h"

static void *whole_buffer(void *buffer, size_t size) {
    (void)size;
    return buffer;
}

struct slate_source slate_source_buffer(void *buffer, size_t size) {
    return (struct slate_source){.ctx = buffer,
                                 .page_size = GRAIN,
                                 .flags = SLATE_SOURCE_WHOLE,
                                 .whole = size,
                                 .grow = whole_buffer};
}
