// SPDX-License-Identifier: MIT
// One call of the failing run as C statements.
#include "calls_file.h"

#include "model/evidence.h"

#include <inttypes.h>
#include <string.h>

enum { NEAR = 1 << 16, ARGUMENT = 64, INDENT = 32 };

void calls_number(uint64_t number, char text[CALLS_TEXT]) {
    const uint64_t below = SIZE_MAX - number, above = number - PTRDIFF_MAX;
    if (below == 0)
        snprintf(text, CALLS_TEXT, "SIZE_MAX");
    else if (below < NEAR)
        snprintf(text, CALLS_TEXT, "SIZE_MAX - %" PRIu64, below);
    else if (number > PTRDIFF_MAX && above < NEAR)
        snprintf(text, CALLS_TEXT, "(size_t)PTRDIFF_MAX + %" PRIu64, above);
    else
        snprintf(text, CALLS_TEXT, "%" PRIu64 "%s", number, number > INT64_MAX ? "u" : "");
}

/* --- arguments --- */

/* The arguments of a request; a name stands in for one that compilers warn about. */
struct arguments {
    char first[ARGUMENT], size[ARGUMENT];
};

static bool is_power_of_two(uint64_t number) {
    return number != 0 && (number & (number - 1)) == 0;
}

static bool is_product(unsigned function) {
    return function == AC_FN_CALLOC || function == AC_FN_REALLOCARRAY;
}

static bool is_absurd(const struct ac_event *call) {
    const bool wraps = call->each != 0 && call->size / call->each != call->count;
    return wraps || call->size > PTRDIFF_MAX;
}

static void put_argument(const struct calls_file *file, const char *kind, size_t at,
                         uint64_t number, bool hidden, char name[ARGUMENT]) {
    char text[CALLS_TEXT];
    calls_number(number, text);
    if (!hidden) {
        snprintf(name, ARGUMENT, "%.60s", text);
        return;
    }
    snprintf(name, ARGUMENT, "%s%u", kind, calls_variable(file, at));
    calls_line(file, "volatile size_t %s = %s;", name, text);
}

static struct arguments put_arguments(const struct calls_file *file, size_t at) {
    const struct ac_event *call = file->calls[at];
    struct arguments arguments = {.first = ""};
    const bool product = is_product(call->function);
    const uint64_t first = product ? call->count : call->alignment;
    if (product || call->alignment != 0 || call->function == AC_FN_ALIGNED_ALLOC ||
        call->function == AC_FN_POSIX_MEMALIGN || call->function == AC_FN_MEMALIGN) {
        const bool hidden = product ? first > PTRDIFF_MAX : !is_power_of_two(first);
        put_argument(file, product ? "count" : "alignment", at, first, hidden, arguments.first);
    }
    put_argument(file, "size", at, call->each, is_absurd(call), arguments.size);
    return arguments;
}

/* The argument of a misuse: a block, or an address inside it. */
static void text_of_misused(const struct calls_file *file, size_t at, char text[ARGUMENT]) {
    const uint64_t address = file->calls[at]->address;
    char name[CALLS_NAME];
    snprintf(text, ARGUMENT, "NULL");
    for (size_t i = 0; i < at; i++) {
        const struct ac_event *call = file->calls[i];
        const uint64_t offset = address - call->address;
        if ((call->result != AC_EVENT_ALLOCATED && call->result != AC_EVENT_RESIZED) ||
            file->times[i] > 1)
            continue;
        calls_name(file, i, name);
        if (offset == 0)
            snprintf(text, ARGUMENT, "%s", name);
        else if (offset < call->size)
            snprintf(text, ARGUMENT, "(char *)%s + %" PRIu64, name, offset);
    }
}

static void text_of_old(const struct calls_file *file, size_t at, uint32_t id,
                        char text[ARGUMENT]) {
    const struct calls_block block = calls_block(file, at, id);
    if (id != AC_NO_BLOCK && block.is_live)
        snprintf(text, ARGUMENT, "%s", block.name);
    else if (file->finding->oracle == AC_ORACLE_MISUSE_CAUGHT && at + 1 == file->count)
        text_of_misused(file, at, text);
    else
        snprintf(text, ARGUMENT, "NULL");
}

/* --- requests --- */

void calls_function(const struct calls_file *file, unsigned function, char text[CALLS_TEXT]) {
    const char *prefix = file->options->prefix != NULL ? file->options->prefix : "";
    const char *name = ac_event_function_name(function);
    if (file->exported->interface) {
        const bool usable = function == AC_EVENT_USABLE_SIZE;
        snprintf(text, CALLS_TEXT, "a->%s(heap, ", usable ? "usable_size" : name);
    } else {
        snprintf(text, CALLS_TEXT, "%.60s%s(", prefix, name);
    }
}

static void text_of_request(const struct calls_file *file, size_t at,
                            const struct arguments *arguments, char text[CALLS_TEXT]) {
    const struct ac_event *call = file->calls[at];
    char function[CALLS_TEXT], old[ARGUMENT];
    const bool resizes = call->function == AC_FN_REALLOC || call->function == AC_FN_REALLOCARRAY;
    calls_function(file, call->function, function);
    text_of_old(file, at, call->old_block, old);
    snprintf(text, CALLS_TEXT, "%.100s%s%s%s%s%s)", function, resizes ? old : "",
             resizes ? ", " : "", arguments->first, arguments->first[0] != '\0' ? ", " : "",
             arguments->size);
}

/* Before the name that a request is assigned to, unless that is declared. */
static const char *type_of(const struct calls_file *file, size_t at) {
    return file->has_threads || file->times[at] > 1 ? "" : "void *volatile ";
}

static bool checks_errno(const struct calls_file *file, size_t at) {
    return file->finding->oracle == AC_ORACLE_ERRNO && at + 1 == file->count;
}

/* Its result is in `error', and checked if it is the last. */
static void put_posix_memalign(const struct calls_file *file, size_t at,
                               const struct arguments *arguments) {
    char function[CALLS_TEXT], name[CALLS_NAME];
    const unsigned variable = calls_variable(file, at);
    calls_name(file, at, name);
    calls_function(file, AC_FN_POSIX_MEMALIGN, function);
    calls_line(file, "void *out%u = NULL;", variable);
    calls_line(file, "int error%u = %s&out%u, %s, %s);", variable, function, variable,
               arguments->first, arguments->size);
    if (at + 1 < file->count || strcmp(file->finding->expected, EVIDENCE_OUT_KEPT) != 0)
        calls_line(file, "%s%s = error%u == 0 ? out%u : NULL;", type_of(file, at), name, variable,
                   variable);
    else
        calls_line(file, "%s%s = out%u;", type_of(file, at), name, variable);
}

static void put_fill(const struct calls_file *file, size_t at) {
    const struct ac_event *call = file->calls[at];
    char size[CALLS_TEXT], name[CALLS_NAME];
    const bool given = call->result == AC_EVENT_ALLOCATED || call->result == AC_EVENT_RESIZED;
    if (!file->fills || !given || call->size == 0 || call->block == AC_NO_BLOCK ||
        (at + 1 == file->count && !file->is_loop && file->finding->oracle != AC_ORACLE_SURVIVES))
        return;
    calls_number(call->size, size);
    calls_name(file, at, name);
    if (file->times[at] > 1)
        calls_line(file, "memset(%s, 'a' + (%u + i) %% 26, %s);", name, call->block % 26, size);
    else
        calls_line(file, "memset(%s, '%c', %s);", name, calls_letter(call->block), size);
}

static void put_one_request(const struct calls_file *file, size_t at,
                            const struct arguments *arguments) {
    char text[CALLS_TEXT], name[CALLS_NAME];
    if (file->calls[at]->function == AC_FN_POSIX_MEMALIGN) {
        put_posix_memalign(file, at, arguments);
    } else {
        calls_name(file, at, name);
        text_of_request(file, at, arguments, text);
        calls_line(file, "%s%s = %s;", type_of(file, at), name, text);
    }
    put_fill(file, at);
}

static void put_request(const struct calls_file *file, size_t at) {
    char indent[INDENT];
    struct calls_file inner = *file;
    const struct arguments arguments = put_arguments(file, at);
    if (checks_errno(file, at))
        calls_line(file, "errno = 0;");
    if (file->times[at] == 1) {
        put_one_request(file, at, &arguments);
        return;
    }
    snprintf(indent, sizeof indent, "%s    ", file->indent);
    inner.indent = indent;
    if (!file->has_threads)
        calls_line(file, "void *volatile p%u[%u];", calls_variable(file, at), file->times[at]);
    calls_line(file, "for (int i = 0; i < %u; i++) {", file->times[at]);
    put_one_request(&inner, at, &arguments);
    calls_line(file, "}");
}

/* --- calls about a block --- */

/* A C23 function, which not every C library has. */
static void put_lookup(const struct calls_file *file, const char *name, const char *parameters) {
    calls_line(file, "void (*%s)(%s) = NULL;", name, parameters);
    calls_line(file, "void *found = dlsym(RTLD_DEFAULT, \"%s\");", name);
    calls_line(file, "if (found == NULL)");
    calls_line(file, "    return 0; // this C library has no %s", name);
    calls_line(file, "memcpy(&%s, &found, sizeof found);", name);
}

static bool is_looked_up(const struct calls_file *file, size_t at) {
    const unsigned function = file->calls[at]->function;
    for (size_t i = 0; i < at; i++)
        if (file->calls[i]->function == function)
            return false;
    return !file->exported->interface && file->options->prefix == NULL &&
           (function == AC_EVENT_FREE_SIZED || function == AC_EVENT_FREE_ALIGNED_SIZED);
}

/* The block that is freed; in a loop, one after another. */
static void text_of_freed(const struct calls_file *file, size_t at, char text[ARGUMENT]) {
    const struct calls_block block = calls_block(file, at, file->calls[at]->block);
    if (file->times[at] == 1)
        text_of_old(file, at, file->calls[at]->block, text);
    else if (block.index == 0)
        snprintf(text, ARGUMENT, "p%u[i]", block.variable);
    else
        snprintf(text, ARGUMENT, "p%u[%u + i]", block.variable, block.index);
}

/* The misuse `overflow' writes after the block, and frees it. */
static bool overflows(const struct calls_file *file, size_t at) {
    return file->finding->oracle == AC_ORACLE_MISUSE_CAUGHT && at + 1 == file->count &&
           file->program->ops[file->finding->op].kind == AC_OP_OVERFLOW;
}

static void put_overflow(const struct calls_file *file, size_t at, const char *name) {
    uint64_t end = 0;
    for (size_t i = 0; i < at; i++) {
        const struct ac_event *call = file->calls[i];
        if (call->address == file->calls[at]->address && call->block != AC_NO_BLOCK)
            end = calls_block(file, at, call->block).filled;
    }
    calls_line(file, "((char *)%s)[%" PRIu64 "] ^= 1; // after its last byte", name, end);
}

static void put_free(const struct calls_file *file, size_t at) {
    const struct ac_event *call = file->calls[at];
    char function[CALLS_TEXT], block[ARGUMENT], size[CALLS_TEXT];
    const bool sized = call->function != AC_EVENT_FREE;
    const bool aligned = call->function == AC_EVENT_FREE_ALIGNED_SIZED;
    if (is_looked_up(file, at))
        put_lookup(file, ac_event_function_name(call->function),
                   aligned ? "void *, size_t, size_t" : "void *, size_t");
    calls_function(file, call->function, function);
    text_of_freed(file, at, block);
    calls_number(call->size, size);
    if (checks_errno(file, at))
        calls_line(file, "errno = 7777;");
    if (overflows(file, at))
        put_overflow(file, at, block);
    if (file->times[at] > 1)
        calls_line(file, "for (int i = 0; i < %u; i++)", file->times[at]);
    const char *indent = file->times[at] > 1 ? "    " : "";
    if (aligned)
        calls_line(file, "%s%s%s, %" PRIu64 ", %s);", indent, function, block, call->alignment,
                   size);
    else
        calls_line(file, "%s%s%s%s%s);", indent, function, block, sized ? ", " : "",
                   sized ? size : "");
}

/* A usable size that is checked at the end has a name. */
static void put_usable(const struct calls_file *file, size_t at) {
    const struct ac_event *call = file->calls[at];
    char function[CALLS_TEXT], block[ARGUMENT];
    const struct calls_block before = calls_block(file, at, call->block),
                             after = calls_block(file, at + 1, call->block);
    calls_function(file, call->function, function);
    text_of_old(file, at, call->block, block);
    if (file->finding->oracle == AC_ORACLE_USABLE)
        calls_line(file, "size_t usable%zu = %s%s);", at, function, block);
    else if (file->fills && after.filled > before.filled)
        calls_line(file, "memset(%s, '%c', %s%s));", block, calls_letter(call->block), function,
                   block);
    else
        calls_line(file, "%s%s);", function, block);
}

void calls_put(const struct calls_file *file, size_t at) {
    const unsigned function = file->calls[at]->function;
    if (function < AC_FN_COUNT)
        put_request(file, at);
    else if (function == AC_EVENT_USABLE_SIZE)
        put_usable(file, at);
    else
        put_free(file, at);
}

void calls_describe(const struct ac_event *call, char text[CALLS_TEXT]) {
    char first[CALLS_TEXT], size[CALLS_TEXT];
    const bool product = is_product(call->function);
    const bool resizes = call->function == AC_FN_REALLOC || call->function == AC_FN_REALLOCARRAY;
    const bool two =
        product || (call->function < AC_FN_COUNT && call->function > AC_FN_REALLOCARRAY);
    calls_number(product ? call->count : call->alignment, first);
    calls_number(call->each, size);
    snprintf(text, CALLS_TEXT, "%s(%s%s%.60s%s%.60s)", ac_event_function_name(call->function),
             resizes ? (call->old_block != AC_NO_BLOCK ? "block" : "NULL") : "",
             resizes ? ", " : "", two ? first : "", two ? ", " : "", size);
}
