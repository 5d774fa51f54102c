// SPDX-License-Identifier: MIT
// Parses stacks as sanitizers print them, a stable format.
#define _GNU_SOURCE /* memmem, memrchr */
#include "stack.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Part of the text, without a zero byte. */
struct piece {
    const char *at;
    size_t length;
};

static bool starts_with(struct piece piece, const char *text) {
    return piece.length >= strlen(text) && memcmp(piece.at, text, strlen(text)) == 0;
}

static struct piece without(struct piece piece, size_t count) {
    count = count < piece.length ? count : piece.length;
    return (struct piece){piece.at + count, piece.length - count};
}

static struct piece trimmed(struct piece piece) {
    while (piece.length > 0 && isspace((unsigned char)piece.at[0]))
        piece = without(piece, 1);
    while (piece.length > 0 && isspace((unsigned char)piece.at[piece.length - 1]))
        piece.length--;
    return piece;
}

/* The next line of *rest; false: there is none. */
static bool next_line(struct piece *rest, struct piece *line) {
    if (rest->length == 0)
        return false;
    const char *end = memchr(rest->at, '\n', rest->length);
    size_t length = end != NULL ? (size_t)(end - rest->at) : rest->length;
    *line = trimmed((struct piece){rest->at, length});
    *rest = without(*rest, length + 1);
    return true;
}

static void copy(char *to, size_t capacity, struct piece from) {
    snprintf(to, capacity, "%.*s", (int)(from.length < capacity ? from.length : capacity), from.at);
}

/* The folder of a build says nothing about a bug. */
static struct piece base_of(struct piece path) {
    const char *slash = memrchr(path.at, '/', path.length);
    return slash != NULL ? without(path, (size_t)(slash + 1 - path.at)) : path;
}

/* `dir/file.c:12:5' as `file.c:12'. */
static struct piece line_of(struct piece place) {
    struct piece base = base_of(place);
    const char *first = memchr(base.at, ':', base.length);
    const char *second =
        first != NULL ? memchr(first + 1, ':', base.length - (size_t)(first + 1 - base.at)) : NULL;
    if (second != NULL)
        base.length = (size_t)(second - base.at);
    return base;
}

static unsigned number_at(struct piece text) {
    unsigned number = 0;
    for (size_t i = 0; i < text.length && isdigit((unsigned char)text.at[i]); i++)
        number = number * 10 + (unsigned)(text.at[i] - '0');
    return number;
}

/* `/dir/file.c:12:5'. A text without a line stays a place. */
static void read_source(struct piece text, struct stack_frame *frame) {
    const char *colon = memchr(text.at, ':', text.length);
    copy(frame->place, STACK_NAME, line_of(text));
    if (colon != NULL && text.at[0] == '/') {
        copy(frame->file, STACK_FILE, (struct piece){text.at, (size_t)(colon - text.at)});
        frame->line = number_at(without(text, (size_t)(colon + 1 - text.at)));
    }
}

/* `(/lib/x.so+0x1f0)', perhaps with a build id after it, or `(<unknown module>)'. */
static void read_module(struct piece text, struct stack_frame *frame) {
    if (starts_with(text, "(<unknown")) {
        copy(frame->place, STACK_NAME, (struct piece){STACK_UNKNOWN, strlen(STACK_UNKNOWN)});
        return;
    }
    text = without(text, 1);
    const char *end = memchr(text.at, ')', text.length);
    text.length = end != NULL ? (size_t)(end - text.at) : text.length;
    copy(frame->place, STACK_NAME, base_of(text));
}

static bool is_number_of_frame(struct piece line) {
    return line.length > 1 && line.at[0] == '#' && isdigit((unsigned char)line.at[1]);
}

/* `FUNCTION /dir/file.c:12:5' or `FUNCTION (module+0x1)'. A function's name may contain blanks. */
static void read_named(struct piece text, struct stack_frame *frame) {
    const char *module = memmem(text.at, text.length, " (/", 3);
    const char *last = module != NULL ? module : memrchr(text.at, ' ', text.length);
    struct piece name = {text.at, last != NULL ? (size_t)(last - text.at) : text.length};
    struct piece place = trimmed(without(text, name.length));
    copy(frame->function, STACK_NAME, name);
    if (module != NULL)
        read_module(place, frame);
    else
        read_source(place, frame);
}

/* `#0 0x4f1 in NAME PLACE' or `#0 0x4f1  (module+0x1)'. */
static void read_frame(struct piece line, struct stack_frame *frame) {
    *frame = (struct stack_frame){.function = ""};
    const char *in = memmem(line.at, line.length, " in ", 4);
    const char *module = memchr(line.at, '(', line.length);
    if (in != NULL)
        read_named(without(line, (size_t)(in + 4 - line.at)), frame);
    else if (module != NULL)
        read_module(without(line, (size_t)(module - line.at)), frame);
}

/* Rooms whose code calls allocators. */
static bool has_harness_source(const struct stack_frame *frame) {
    static const char *const rooms[] = {"/harness/run/",    "/harness/race/",  "/harness/model/",
                                        "/harness/pages/",  "/harness/probe/", "/harness/child/",
                                        "/harness/measure/"};
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++)
        if (strstr(frame->file, rooms[i]) != NULL)
            return true;
    return false;
}

bool stack_is_of_harness(const struct stack_frame *frame) {
    return has_harness_source(frame) || strncmp(frame->function, "ac_", 3) == 0 ||
           strcmp(frame->function, "main") == 0 || strstr(frame->function, "libc_start") != NULL;
}

static void read_frames(struct piece line, struct piece rest, struct stack *stack) {
    do {
        struct stack_frame frame;
        read_frame(line, &frame);
        if (stack_is_of_harness(&frame) || stack->count == STACK_FRAMES)
            return;
        stack->frames[stack->count++] = frame;
    } while (next_line(&rest, &line) && is_number_of_frame(line));
}

static bool read_place_of_error(struct piece line, struct stack *stack) {
    const char *error = memmem(line.at, line.length, ": runtime error: ", 17);
    if (error == NULL)
        return false;
    const struct piece place = {line.at, (size_t)(error - line.at)};
    struct stack_frame *frame = &stack->frames[0];
    *frame = (struct stack_frame){.function = ""};
    read_source(place, frame);
    stack->count = !stack_is_of_harness(frame);
    return true;
}

void stack_read(const char *text, size_t length, struct stack *stack) {
    struct piece rest = {text, length}, line;
    struct stack place = {.count = 0};
    bool error = false;
    *stack = (struct stack){.count = 0};
    while (next_line(&rest, &line)) {
        if (starts_with(line, "#0 0x")) {
            read_frames(line, rest, stack);
            return;
        }
        error = error || read_place_of_error(line, &place);
    }
    *stack = place;
}

/* --- what belongs to whom --- */

static bool starts_with_any(const char *text, const char *const *prefixes) {
    while (*prefixes != NULL && strncmp(text, *prefixes, strlen(*prefixes)) != 0)
        prefixes++;
    return *prefixes != NULL;
}

/* Interceptors have the names of what they replace: their files tell. */
bool stack_is_of_sanitizer(const struct stack_frame *frame) {
    static const char *const functions[] = {
        "__asan",   "__ubsan",     "__tsan",        "__msan",         "__lsan",
        "__hwasan", "__sanitizer", "__interceptor", "___interceptor", NULL};
    static const char *const files[] = {"asan_",   "ubsan_",      "tsan_",   "msan_",    "lsan_",
                                        "hwasan_", "sanitizer_",  "libasan", "libubsan", "libtsan",
                                        "liblsan", "libclang_rt", NULL};
    return starts_with_any(frame->function, functions) || starts_with_any(frame->place, files);
}

const struct stack_frame *stack_source(const struct stack *stack) {
    for (size_t i = 0; i < stack->count; i++)
        if (stack->frames[i].line != 0 && !stack_is_of_sanitizer(&stack->frames[i]))
            return &stack->frames[i];
    return NULL;
}
