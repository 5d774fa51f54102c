// SPDX-License-Identifier: MIT
// A fork in a short C file: its child must be able to allocate and free.
#include "calls_file.h"

enum { SECONDS = 5 };

static void put_handler(const struct calls_file *file, const char *indent,
                        void (*handler)(void *heap), const char *name) {
    if (file->exported->interface && handler != NULL)
        calls_line(file, "%sa->%s(heap);", indent, name);
}

/* In the child: blocks of all sizes, and those of the parent. */
static void put_child(const struct calls_file *file) {
    char allocate[CALLS_TEXT], release[CALLS_TEXT];
    const unsigned seconds = file->options->call_seconds;
    calls_function(file, AC_FN_MALLOC, allocate);
    calls_function(file, AC_EVENT_FREE, release);
    put_handler(file, "    ", file->options->target->allocator->fork_child, "fork_child");
    calls_line(file, "    alarm(%u);", seconds != 0 ? seconds : SECONDS);
    calls_line(file, "    for (size_t size = 16; size <= 1 << 18; size *= 2) {");
    calls_line(file, "        void *volatile own = %ssize);", allocate);
    calls_line(file, "        %sown);", release);
    calls_line(file, "    }");
    for (size_t i = 0; i < file->count; i++) {
        const uint32_t id = file->calls[i]->block;
        const struct calls_block block = calls_block(file, file->count, id);
        if (id == AC_NO_BLOCK || !block.is_live || block.is_element ||
            block.variable != calls_variable(file, i))
            continue;
        calls_line(file, "    %s%s);", release, block.name);
    }
    calls_line(file, "    _exit(0);");
}

void calls_put_fork(const struct calls_file *file) {
    const struct ac_allocator *allocator = file->options->target->allocator;
    put_handler(file, "", allocator->fork_prepare, "fork_prepare");
    calls_line(file, "pid_t child = fork();");
    calls_line(file, "if (child == 0) {");
    put_child(file);
    calls_line(file, "}");
    put_handler(file, "", allocator->fork_parent, "fork_parent");
    calls_line(file, "int status = 0;");
    calls_line(file, "if (child < 0 || waitpid(child, &status, 0) != child)");
    calls_line(file,
               file->thread == 0 ? "    return 2; // not tested" : "    _Exit(2); // not tested");
    calls_line(file, "if (status != 0) {");
    calls_put_failure(file, "signal %%d ended the child\\n\", WTERMSIG(status)");
    calls_line(file, "}");
}
