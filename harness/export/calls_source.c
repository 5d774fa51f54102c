// SPDX-License-Identifier: MIT
// The page source of a short C file, for an allocator that gets its pages from its caller. It has
// the system's mappings, or an array; like the harness's, it puts a guard page on either side of
// each range.
#include "calls_file.h"

#include "allocheck/profile.h"

#include <inttypes.h>

enum { MOST_OF_ARRAY = 1 << 30, PAGE = 4096 };

/* --- what it needs --- */

/* Quirks that it has, or whose effect it may have: a file is verified. */
static const unsigned known_quirks = AC_QUIRK_UNALIGNED | AC_QUIRK_GAPS | AC_QUIRK_LOWER |
                                     AC_QUIRK_DIRTY | AC_QUIRK_NO_RESIZE | AC_QUIRK_NO_UNMAP;

static bool note_op(struct calls_pages *pages, const struct ac_op *op) {
    const bool refuses = op_kind(op) == AC_OP_REFUSE, onwards = op_kind(op) == AC_OP_REFUSE_FROM;
    if (!refuses && !onwards && op_kind(op) != AC_OP_FOREIGN_BRK)
        return true;
    pages->refuses |= refuses;
    pages->refuses_onwards |= onwards;
    const struct ac_operand operand = refuses || onwards ? op->a : op->b;
    return operand.symbol == AC_ABSOLUTE && operand.value <= INT32_MAX;
}

/* A request that mmap might grant, beyond what the program may have. */
static bool is_over_limit(const struct calls_file *file) {
    uint64_t total = 0;
    for (size_t i = 0; i < file->count; i++) {
        const struct ac_event *call = file->calls[i];
        if (call->function < AC_FN_COUNT && call->size <= AC_ADDRESS_SPACE)
            total += (call->size + call->alignment % AC_ADDRESS_SPACE) * file->times[i];
    }
    return total > file->program->head.limit / 2;
}

bool calls_plan_pages(struct calls_file *file) {
    const struct ac_program *program = file->program;
    const struct ac_allocator *allocator = file->options->target->allocator;
    struct calls_pages *pages = &file->pages;
    const enum ac_oracle oracle = file->finding->oracle;
    pages->kind = export_source_kind(allocator, &program->head);
    pages->quirks =
        program->head.quirks & ~ac_target_profile(file->options->target)->declined_quirks;
    for (size_t i = 0; i < program->count && i <= file->finding->op; i++)
        if (!note_op(pages, &program->ops[i]))
            return false;
    pages->limited = is_over_limit(file) || program->head.limit != ac_default_head().limit;
    pages->counts_held = pages->limited || oracle == AC_ORACLE_NO_LEAK ||
                         oracle == AC_ORACLE_STATISTICS || oracle == AC_ORACLE_PAGE_LOG ||
                         oracle == AC_ORACLE_NO_GROWTH;
    pages->counts_requests = oracle == AC_ORACLE_REUSE || calls_expects(file, EVIDENCE_STEADY);
    return (pages->quirks & ~known_quirks) == 0 && !(pages->refuses && pages->refuses_onwards) &&
           (pages->kind == AC_SOURCE_MMAP || program->head.limit <= MOST_OF_ARRAY);
}

/* Whether a range is held is not known: only an unmap of what are no whole pages is detected. */
bool calls_detects_page_log(const struct calls_file *file) {
    unsigned long long size = 0;
    const bool unmaps = sscanf(file->finding->actual, "unmap of %llu bytes", &size) == 1;
    return file->is_loop || strstr(file->finding->actual, "still held") != NULL ||
           (unmaps && size % PAGE != 0 && file->pages.kind == AC_SOURCE_MMAP);
}

/* --- variables --- */

static bool is_on(const struct calls_file *file, enum ac_quirk quirk) {
    return (file->pages.quirks & quirk) != 0;
}

static void put(const struct calls_file *file, bool wanted, const char *text) {
    if (wanted)
        fputs(text, file->to);
}

static void put_grants(const struct calls_file *file) {
    const struct calls_pages *pages = &file->pages;
    if (!pages->refuses && !pages->refuses_onwards)
        return;
    put(file, pages->refuses,
        "static int refuse_in; // refuses the n-th page request from now; 0: none\n\n"
        "static bool grants(void) {\n    return refuse_in == 0 || --refuse_in != 0;\n}\n\n");
    put(file, pages->refuses_onwards,
        "static int refuse_from; // refuses page requests from the n-th on; 0: none\n\n"
        "static bool grants(void) {\n    return refuse_from == 0 || (refuse_from > 1 && "
        "--refuse_from > 0);\n"
        "}\n\n");
}

static void put_counters(const struct calls_file *file) {
    const struct calls_pages *pages = &file->pages;
    if (pages->limited && pages->kind != AC_SOURCE_BUFFER)
        fprintf(file->to,
                "static const size_t limit = %" PRIu64 "; // bytes that the heap may hold\n",
                file->program->head.limit);
    put(file, pages->counts_held && pages->kind != AC_SOURCE_BUFFER,
        "static size_t held; // bytes\n");
    put(file, pages->counts_requests, "static size_t requests; // for pages\n");
    put(file, pages->counts_held || pages->counts_requests || pages->limited, "\n");
}

/* The condition under which a request for more bytes is refused; empty: never. */
static void text_of_refusal(const struct calls_file *file, const char *more,
                            char text[CALLS_TEXT]) {
    const bool refuses = file->pages.refuses || file->pages.refuses_onwards;
    const bool limited = file->pages.limited;
    text[0] = '\0';
    if (limited || refuses)
        snprintf(text, CALLS_TEXT, "%s%s%s%s%s", limited ? more : "",
                 limited ? " > limit - held" : "", limited && refuses ? " || " : "",
                 refuses ? "!grants()" : "", "");
}

/* --- mappings --- */

/* A block that lacks its alignment may have it by chance: not so if no mapping has more than that
 * of a page. */
static void put_reservation(const struct calls_file *file) {
    const bool aligned = file->finding->oracle == AC_ORACLE_ALIGNED;
    put(file, !aligned,
        "    char *start = mmap(NULL, size + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, "
        "0);\n"
        "    if (start == MAP_FAILED || mprotect(start + PAGE, size, PROT_READ | PROT_WRITE) != "
        "0)\n");
    put(file, aligned,
        "    enum { APART = 1 << 22 };\n"
        "    char *area = mmap(NULL, size + APART + 2 * PAGE, PROT_NONE,\n"
        "                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);\n"
        "    char *start = area + APART - (uintptr_t)area % APART; // + PAGE: no more than "
        "page-aligned\n"
        "    if (area == MAP_FAILED || mprotect(start + PAGE, size, PROT_READ | PROT_WRITE) != "
        "0)\n");
    put(file, true, "        return NULL;\n");
}

static void put_map(const struct calls_file *file) {
    char refusal[CALLS_TEXT];
    text_of_refusal(file, "size", refusal);
    put(file, true, "static void *map(void *ctx, size_t size) {\n    (void)ctx;\n");
    put(file, file->pages.counts_requests, "    requests++;\n");
    if (refusal[0] != '\0')
        fprintf(file->to, "    if (%s)\n        return NULL;\n", refusal);
    put_reservation(file);
    put(file, file->pages.counts_held, "    held += size;\n");
    put(file, is_on(file, AC_QUIRK_DIRTY), "    memset(start + PAGE, 0xdd, size);\n");
    put(file, true, "    return start + PAGE;\n}\n\n");
}

static void put_unmap(const struct calls_file *file) {
    const bool checks = file->finding->oracle == AC_ORACLE_PAGE_LOG;
    put(file, true, "static bool unmap(void *ctx, void *start, size_t size) {\n    (void)ctx;\n");
    if (is_on(file, AC_QUIRK_NO_UNMAP)) {
        put(file, true, "    (void)start, (void)size;\n    return false;\n}\n\n");
        return;
    }
    put(file, checks,
        "    if ((uintptr_t)start % PAGE != 0 || size % PAGE != 0) {\n"
        "        fprintf(stderr, \"FAIL: page-log: unmap of %zu bytes that are no pages\\n\", "
        "size);\n"
        "        _Exit(1);\n    }\n");
    put(file, file->pages.counts_held, "    held -= size;\n");
    put(file, true, "    return munmap(start, size) == 0;\n}\n\n");
}

/* resize and remap; they differ in their result, and in how mremap may serve them. */
static void put_change(const struct calls_file *file, const char *head, const char *flags,
                       const char *failed, const char *done) {
    char refusal[CALLS_TEXT];
    text_of_refusal(file, "size - old_size", refusal);
    fprintf(file->to, "static %s(void *ctx, void *start, size_t old_size, size_t size) {\n", head);
    if (is_on(file, AC_QUIRK_NO_RESIZE)) {
        fprintf(file->to,
                "    (void)ctx, (void)start, (void)old_size, (void)size;\n    return %s;\n}\n\n",
                failed);
        return;
    }
    put(file, true, "    (void)ctx;\n");
    put(file, file->pages.counts_requests, "    requests += size > old_size;\n");
    if (refusal[0] != '\0')
        fprintf(file->to, "    if (size > old_size && (%s))\n        return %s;\n", refusal,
                failed);
    fprintf(file->to, "    void *moved = mremap(start, old_size, size, %s);\n", flags);
    put(file, file->pages.counts_held, "    held += moved != MAP_FAILED ? size - old_size : 0;\n");
    fprintf(file->to, "    return %s;\n}\n\n", done);
}

static void put_mappings(const struct calls_file *file) {
    put_map(file);
    put_unmap(file);
    put_change(file, "bool resize", "0", "false", "moved != MAP_FAILED");
    put_change(file, "void *remap", "MREMAP_MAYMOVE", "NULL", "moved != MAP_FAILED ? moved : NULL");
}

/* --- the break --- */

static void put_break(const struct calls_file *file) {
    const uint64_t limit = file->program->head.limit;
    char refusal[CALLS_TEXT];
    text_of_refusal(file, "(size_t)increment", refusal);
    fprintf(file->to, "static _Alignas(PAGE) char memory[%" PRIu64 "];\n", limit + (2 << 20));
    fprintf(file->to, "static char *top = memory%s; // the break\n\n",
            is_on(file, AC_QUIRK_UNALIGNED) ? " + 13" : "");
    put(file, true,
        "static void *move_break(void *ctx, ptrdiff_t increment) {\n    char *old = top;\n    "
        "(void)ctx;\n");
    put(file, file->pages.counts_requests, "    requests += increment > 0;\n");
    if (refusal[0] != '\0')
        fprintf(file->to, "    if (increment > 0 && (%s))\n        return NULL;\n", refusal);
    put(file, true,
        "    if (increment > memory + sizeof memory - top || increment < memory - top)\n"
        "        return NULL;\n"
        "    if (increment < 0)\n        memset(top + increment, 0, (size_t)-increment);\n");
    put(file, is_on(file, AC_QUIRK_DIRTY),
        "    if (increment > 0)\n        memset(top, 0xdd, (size_t)increment);\n");
    put(file, file->pages.counts_held, "    held += (size_t)increment;\n");
    put(file, true, "    top += increment;\n    return old;\n}\n\n");
}

/* --- all --- */

void calls_put_source(const struct calls_file *file) {
    const enum ac_source_kind kind = file->pages.kind;
    put(file, true, "// --- the pages of the heap ---\n\nenum { PAGE = 4096 };\n\n");
    put_counters(file);
    put_grants(file);
    if (kind == AC_SOURCE_BUFFER) {
        fprintf(file->to, "static _Alignas(PAGE) char buffer[%" PRIu64 "];\n\n",
                file->program->head.limit + is_on(file, AC_QUIRK_UNALIGNED));
        return;
    }
    if ((kind & (AC_SOURCE_BRK | AC_SOURCE_BOTH)) != 0)
        put_break(file);
    if ((kind & (AC_SOURCE_MMAP | AC_SOURCE_BOTH)) != 0)
        put_mappings(file);
}

static const char *kind_name(enum ac_source_kind kind) {
    return kind == AC_SOURCE_BRK    ? "AC_SOURCE_BRK"
           : kind == AC_SOURCE_BOTH ? "AC_SOURCE_BOTH"
           : kind == AC_SOURCE_MMAP ? "AC_SOURCE_MMAP"
                                    : "AC_SOURCE_BUFFER";
}

void calls_put_pages(const struct calls_file *file) {
    const enum ac_source_kind kind = file->pages.kind;
    const bool zeroed = kind != AC_SOURCE_BUFFER && !is_on(file, AC_QUIRK_DIRTY);
    if (kind == AC_SOURCE_BUFFER && is_on(file, AC_QUIRK_DIRTY))
        calls_line(file, "memset(buffer, 0xdd, sizeof buffer);");
    calls_line(file, "struct ac_page_source pages = {");
    calls_line(file, "    .kind = %s, .page_size = PAGE, .limit = %" PRIu64 ", .zeroed = %s,",
               kind_name(kind), file->program->head.limit, zeroed ? "true" : "false");
    if (kind == AC_SOURCE_BUFFER)
        calls_line(file, "    .buffer = buffer%s};", is_on(file, AC_QUIRK_UNALIGNED) ? " + 1" : "");
    else if (kind == AC_SOURCE_BRK)
        calls_line(file, "    .sbrk = move_break};");
    else
        calls_line(file, "    .map = map, .unmap = unmap, .resize = resize, .remap = remap%s};",
                   kind == AC_SOURCE_BOTH ? ", .sbrk = move_break" : "");
}

/* --- ops of the page source --- */

static void put_op(const struct calls_file *file, const struct ac_op *op) {
    const uint64_t value = op->a.value, moved = op->b.value * op->repeat;
    if (op_kind(op) == AC_OP_REFUSE)
        calls_line(file, "refuse_in = %" PRIu64 "; // page requests from now", value);
    else if (op_kind(op) == AC_OP_REFUSE_FROM)
        calls_line(file, "refuse_from = %" PRIu64 "; // page requests from now", value);
    else if (op_kind(op) == AC_OP_FOREIGN_BRK &&
             (file->pages.kind & (AC_SOURCE_BRK | AC_SOURCE_BOTH)) != 0)
        calls_line(file, "top += %" PRIu64 "; // foreign code moves the break", moved);
}

void calls_put_page_ops(const struct calls_file *file, size_t at) {
    const struct ac_program *program = file->program;
    const size_t first = at > 0 ? file->calls[at - 1]->op : 0, last = file->calls[at]->op;
    for (size_t i = first; file->pages.there && i < last && i < program->count; i++)
        put_op(file, &program->ops[i]);
}
