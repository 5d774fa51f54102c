// SPDX-License-Identifier: MIT
// `allocheck run` for one allocator, linked in as `ac_allocator`, and for the C library's, to
// compare
// (--allocator libc).
#include "cli/commands.h"

#include "tool/tool.h"

#include "adapter/adapters.h"

#include <string.h>

extern const struct ac_allocator ac_allocator;

static const struct ac_allocator *const allocators[] = {&ac_allocator, &ac_libc};

const struct ac_allocator *const *ac_allocators(size_t *count) {
    *count = sizeof allocators / sizeof *allocators;
    return allocators;
}

const struct ac_allocator *ac_allocator_by_name(const char *name) {
    if (strcmp(name, ac_allocator.name) == 0)
        return &ac_allocator;
    return strcmp(name, "libc") == 0 || strcmp(name, ac_libc.name) == 0 ? &ac_libc : NULL;
}

int main(int argc, char **argv) {
    tool_begin(argv);
    return tool_end(ac_cmd_run(argc, argv));
}
