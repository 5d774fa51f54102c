// SPDX-License-Identifier: MIT
// The heap of a library that exports ac_allocator, in a short C file, and the checks that only that
// interface offers.
#include "calls_file.h"

#include "allocheck/profile.h"

#include <inttypes.h>

static const struct ac_allocator *allocator_of(const struct calls_file *file) {
    return file->options->target->allocator;
}

static bool catches_misuse(const struct calls_file *file) {
    return file->finding->oracle == AC_ORACLE_MISUSE_CAUGHT;
}

/* --- opening --- */

static void put_handler(const struct calls_file *file) {
    const bool returned = strcmp(file->finding->actual, EVIDENCE_RETURNED) == 0;
    fputs("// The allocator calls it when it detects misuse.\n"
          "static void caught(void *ctx, const char *text) {\n    (void)ctx;\n",
          file->to);
    if (returned) {
        fputs("    (void)text;\n    exit(0);\n}\n\n", file->to);
        return;
    }
    fputs("    if (strcmp(text, ", file->to);
    put_quoted(file->to, file->finding->expected);
    fputs(") == 0)\n        exit(0);\n", file->to);
    fputs("    fprintf(stderr, \"FAIL: misuse-caught: as %s\\n\", text);\n    exit(1);\n}\n\n",
          file->to);
}

void calls_put_heap_top(const struct calls_file *file) {
    if (file->pages.there)
        calls_put_source(file);
    if (catches_misuse(file))
        put_handler(file);
}

static void put_load(const struct calls_file *file) {
    const char *type = file->has_threads ? "" : "const struct ac_allocator *";
    fputs("    void *library = dlopen(argc > 1 ? argv[1] : ", file->to);
    put_library_literal(file->to, file->options);
    fputs(",\n                           RTLD_NOW | RTLD_DEEPBIND);\n", file->to);
    calls_line(file, "%sa = library != NULL ? dlsym(library, \"ac_allocator\") : NULL;", type);
    calls_line(file, "if (a == NULL) {");
    calls_line(file, "    fprintf(stderr, \"not tested: %%s\\n\", dlerror());");
    calls_line(file, "    return 2;");
    calls_line(file, "}");
}

void calls_put_open(const struct calls_file *file) {
    const char *type = file->has_threads ? "" : "void *";
    const bool unused = file->opens_only && file->finding->stage == AC_STAGE_OPEN;
    put_load(file);
    if (allocator_of(file)->open == NULL) {
        calls_line(file, "%sheap = NULL;", type);
        return;
    }
    if (file->pages.there)
        calls_put_pages(file);
    calls_line(file, "struct ac_open_options options = {.seed = %" PRIu32 "%s%s};",
               file->program->head.seed, file->pages.there ? ", .source = &pages" : "",
               catches_misuse(file) ? ", .fatal = caught" : "");
    calls_line(file, "%s%sa->open(&options);", unused ? "" : type, unused ? "" : "heap = ");
    if (!unused) {
        calls_line(file, "if (heap == NULL)");
        calls_line(file, "    return 2; // not tested");
    }
    fputc('\n', file->to);
}

/* --- leaving and closing --- */

static bool closes(const struct calls_file *file) {
    return file->exported->interface && allocator_of(file)->close != NULL && !file->is_loop &&
           file->finding->op >= file->program->count && file->finding->stage == AC_STAGE_CLOSE;
}

void calls_put_leave(const struct calls_file *file) {
    if (file->exported->interface && allocator_of(file)->thread_exit != NULL &&
        (file->thread != 0 || closes(file)))
        calls_line(file, "a->thread_exit(heap);");
}

void calls_put_close(const struct calls_file *file) {
    if (file->thread == 0 && closes(file))
        calls_line(file, "a->close(heap);");
}

/* --- checks --- */

static void put_integrity(const struct calls_file *file) {
    calls_line(file, "const char *wrong = a->check(heap);");
    calls_line(file, "if (wrong != NULL) {");
    calls_put_failure(file, "%%s\\n\", wrong");
    calls_line(file, "}");
}

static size_t live_blocks(const struct calls_file *file) {
    size_t live = 0;
    for (size_t i = 0; i < file->count; i++) {
        live += file->calls[i]->result == AC_EVENT_ALLOCATED ? file->times[i] : 0;
        live -= file->calls[i]->result == AC_EVENT_FREED ? file->times[i] : 0;
    }
    return live;
}

enum counter { LIVE_BLOCKS, LIVE_BYTES, HELD_BYTES, COUNTERS };

static const char *const counters[COUNTERS] = {"live blocks", "live bytes", "held bytes"};
static const char *const members[COUNTERS] = {"live_blocks", "live_bytes", "held_bytes"};

static void put_counter(const struct calls_file *file, enum counter counter, uint64_t wanted) {
    const char *member = members[counter], *what = counters[counter];
    calls_line(file, "struct ac_statistics counted;");
    if (counter == HELD_BYTES) {
        calls_line(file, "if (a->statistics(heap, &counted) && counted.%s != held) {", member);
        calls_put_failure(file, "%%zu %s, not %%zu\\n\", counted.%s, held", what, member);
    } else {
        calls_line(file, "if (a->statistics(heap, &counted) && counted.%s != %" PRIu64 ") {",
                   member, wanted);
        calls_put_failure(file, "%%zu %s, not %" PRIu64 "\\n\", counted.%s", what, wanted, member);
    }
    calls_line(file, "}");
}

/* The finding expects `live blocks of 3', or after a failed call as many as before. */
static void put_statistics(const struct calls_file *file) {
    const char *expected = file->finding->expected;
    if (calls_expects(file, EVIDENCE_LIVE_BLOCKS))
        put_counter(file, LIVE_BLOCKS, live_blocks(file));
    for (int i = 0; i < COUNTERS; i++) {
        const size_t length = strlen(counters[i]);
        unsigned long long number;
        if (strncmp(expected, counters[i], length) == 0 &&
            sscanf(expected + length, " of %llu", &number) == 1)
            put_counter(file, (enum counter)i, number);
    }
}

static void put_held(const struct calls_file *file, uint64_t most, const char *when) {
    calls_line(file, "if (held > %" PRIu64 ") {", most);
    calls_put_failure(file, "%%zu bytes held %s\\n\", held", when);
    calls_line(file, "}");
}

static void put_no_leak(const struct calls_file *file) {
    if (calls_expects(file, EVIDENCE_NO_LIVE))
        put_counter(file, LIVE_BYTES, 0);
    else
        put_held(file, ac_target_profile(file->options->target)->held_when_empty,
                 "with nothing live");
}

/* A fill beyond the pages of the heap reaches a guard page. */
static void put_in_bounds(const struct calls_file *file) {
    const unsigned block = calls_variable(file, file->count - 1);
    const uint64_t size = calls_last(file)->size;
    if (file->pages.kind == AC_SOURCE_MMAP) {
        calls_line(file, "if (p%u != NULL)", block);
        calls_line(file,
                   "    memset(p%u, 'x', %" PRIu64
                   "); // dies: not all of it is in pages of the heap",
                   block, size);
        return;
    }
    const bool buffer = file->pages.kind == AC_SOURCE_BUFFER;
    const char *start = buffer ? "buffer" : "memory",
               *end = buffer ? "buffer + sizeof buffer" : "top";
    calls_line(file, "char *start = p%u;", block);
    calls_line(file, "if (start != NULL && (start < %s || start + %" PRIu64 " > %s)) {", start,
               size, end);
    calls_put_failure(file, "not all of the block is memory of the heap\\n\"");
    calls_line(file, "}");
}

static void put_reuse(const struct calls_file *file) {
    calls_line(file, "a->free(heap, a->malloc(heap, %" PRIu64 "));", file->finding->size);
    calls_line(file, "size_t before = requests;");
    calls_line(file, "a->free(heap, a->malloc(heap, %" PRIu64 "));", file->finding->size);
    calls_line(file, "if (requests != before) {");
    calls_put_failure(
        file, "%%zu page requests for %" PRIu64 " bytes, just freed\\n\", requests - before",
        file->finding->size);
    calls_line(file, "}");
}

static void put_misuse_returned(const struct calls_file *file) {
    calls_line(file, "fprintf(stderr, \"FAIL: misuse-caught: the call returned\\n\");");
    calls_line(file, file->thread == 0 ? "return 1;" : "_Exit(1);");
}

bool calls_can_check_heap(const struct calls_file *file) {
    const struct ac_allocator *allocator = allocator_of(file);
    if (!file->exported->interface)
        return false;
    switch (file->finding->oracle) {
    case AC_ORACLE_INTEGRITY:
        return allocator->check != NULL;
    case AC_ORACLE_STATISTICS:
    case AC_ORACLE_FAILURE_KEEPS:
        return allocator->statistics != NULL;
    case AC_ORACLE_NO_LEAK:
    case AC_ORACLE_REUSE:
        return file->pages.there;
    case AC_ORACLE_PAGE_LOG:
        return file->pages.there && calls_detects_page_log(file);
    case AC_ORACLE_IN_BOUNDS:
        return file->pages.there && !file->opens_only && calls_last(file)->function < AC_FN_COUNT &&
               file->times[file->count - 1] == 1 && file->pages.kind != AC_SOURCE_BOTH;
    case AC_ORACLE_MISUSE_CAUGHT:
        return !file->opens_only;
    default:
        return false;
    }
}

void calls_put_heap_check(const struct calls_file *file) {
    switch (file->finding->oracle) {
    case AC_ORACLE_INTEGRITY:
        put_integrity(file);
        break;
    case AC_ORACLE_STATISTICS:
        put_statistics(file);
        break;
    case AC_ORACLE_FAILURE_KEEPS:
        put_counter(file, LIVE_BLOCKS, live_blocks(file));
        break;
    case AC_ORACLE_NO_LEAK:
        put_no_leak(file);
        break;
    case AC_ORACLE_PAGE_LOG:
        if (!file->is_loop && strstr(file->finding->actual, "still held") != NULL)
            put_held(file, 0, "after close");
        break;
    case AC_ORACLE_IN_BOUNDS:
        put_in_bounds(file);
        break;
    case AC_ORACLE_REUSE:
        put_reuse(file);
        break;
    case AC_ORACLE_MISUSE_CAUGHT:
        put_misuse_returned(file);
        break;
    default:
        break;
    }
}
