// SPDX-License-Identifier: MIT
// Names the frames that a dying process noted.
#define _GNU_SOURCE /* basename */
#include "stack.h"

#include "symbols.h"

#include <stdio.h>
#include <string.h>

enum { OUTPUT = 1 << 14 };

static const char executable[] = "/proc/self/exe"; /* the child's is this process's too */

/* Which code a module holds. */
enum owner { OF_EXECUTABLE, OF_SYSTEM, OF_LIBRARY };

static bool starts_with(const char *text, const char *prefix) {
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static enum owner owner_of(const char *module) {
    static const char *const names[] = {"libc.so", "libpthread.so", "ld-linux", "linux-vdso.so"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (starts_with(basename(module), names[i]))
            return OF_SYSTEM;
    return module[0] == '\0' ? OF_EXECUTABLE : OF_LIBRARY;
}

static bool is_wild(const struct ac_crash_frame *noted) {
    return strcmp(noted->module, "?") == 0;
}

static void place(struct stack_frame *frame, const struct ac_crash_frame *noted) {
    if (is_wild(noted)) {
        snprintf(frame->place, sizeof frame->place, STACK_UNKNOWN);
    } else if (frame->line != 0) {
        snprintf(frame->place, sizeof frame->place, "%s:%u", basename(frame->file), frame->line);
    } else {
        snprintf(frame->place, sizeof frame->place, "%s+0x%llx",
                 noted->module[0] != '\0' ? basename(noted->module) : "allocheck",
                 (unsigned long long)noted->offset);
    }
}

/* Returns the number of frames that a noted one makes: each inlined function is one. */
static size_t name_frame(const struct ac_crash_frame *noted, const char *debug_folder,
                         struct stack_frame *frames, size_t most) {
    const char *path = noted->module[0] != '\0' ? noted->module : executable;
    size_t count = is_wild(noted) ? 0 : symbols_at(path, noted->offset, debug_folder, frames, most);
    if (count == 0) {
        frames[0] = (struct stack_frame){.function = ""};
        count = 1;
    }
    for (size_t i = 0; i < count; i++)
        place(&frames[i], noted);
    return count;
}

/* What the C library calls to raise SIGABRT. */
static bool ends_in_abort(const struct stack_frame *frame) {
    return strcmp(frame->function, "abort") == 0 || starts_with(frame->function, "__assert_");
}

static void drop_first(struct stack *stack, size_t count) {
    stack->count -= count;
    memmove(stack->frames, stack->frames + count, stack->count * sizeof *stack->frames);
}

static void lose(struct stack *stack) {
    stack->count = 1;
    stack->frames[0] = (struct stack_frame){.place = STACK_UNKNOWN};
}

void stack_of_crash(const struct ac_crash *crash, const char *debug_folder, struct stack *stack) {
    if (!crash->complete) {
        lose(stack);
        return;
    }
    size_t last = 0; /* number of frames down to the last one that is not the system's */
    bool in_library = false;
    stack->count = 0;
    for (uint32_t i = 0; i < crash->count && stack->count < STACK_FRAMES; i++) {
        const struct ac_crash_frame *noted = &crash->frames[i];
        const enum owner owner = owner_of(noted->module);
        struct stack_frame *next = &stack->frames[stack->count];
        if (in_library && owner == OF_EXECUTABLE)
            break;
        stack->count += name_frame(noted, debug_folder, next, STACK_FRAMES - stack->count);
        if (owner == OF_EXECUTABLE && stack_is_of_harness(next))
            break;
        if (ends_in_abort(next)) {
            drop_first(stack, stack->count);
            last = 0;
        }
        /* What called the C library's start of a thread is unknown, too. */
        if (owner != OF_SYSTEM && (last == 0 || !is_wild(noted)))
            last = stack->count;
        in_library = in_library || owner == OF_LIBRARY;
    }
    /* The C library calls destructors of threads, and is itself under test where it is alone. */
    if (last != 0)
        stack->count = last;
}

void stack_of_child(const struct ac_child *child, struct stack *stack) {
    char output[OUTPUT];
    const struct ac_crash *crash = ac_child_crash(child);
    if (crash->count != 0)
        stack_of_crash(crash, NULL, stack);
    else
        stack_read(output, ac_child_output(child, output, sizeof output), stack);
}
