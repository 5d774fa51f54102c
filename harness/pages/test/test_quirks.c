// SPDX-License-Identifier: MIT
// Every quirk in a program's head, in text and in bytes, reaches the allocator.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "allocheck/codec.h"
#include "allocheck/mutate.h"
#include "allocheck/profile.h"
#include "allocheck/run.h"

/* --- an allocator that maps each block and records what its page source does --- */

enum { BLOCKS = 24 };

static struct {
    struct ac_page_source pages; /* outlives its run */
    struct {
        uint8_t *start;
        size_t size;
    } range[BLOCKS];
    size_t count;
    bool dirty;
    unsigned resized, not_resized, kept;
} spy;

static size_t whole(size_t size) {
    const size_t page = spy.pages.page_size;
    return size > 0 ? (size + page - 1) / page * page : page;
}

static void *spy_malloc(void *heap, size_t size) {
    const struct ac_page_source *pages = &spy.pages;
    (void)heap;
    if (spy.count == BLOCKS)
        return NULL;
    uint8_t *start = pages->map != NULL ? pages->map(pages->ctx, whole(size))
                                        : pages->sbrk(pages->ctx, (ptrdiff_t)size);
    if (start != NULL) {
        spy.dirty = spy.dirty || start[0] != 0;
        spy.range[spy.count].start = start;
        spy.range[spy.count++].size = size;
    }
    return start;
}

/* Resizes in place only. */
static void *spy_realloc(void *heap, void *block, size_t size) {
    const struct ac_page_source *pages = &spy.pages;
    for (size_t i = 0; i < spy.count && block != NULL && pages->resize != NULL; i++) {
        if (spy.range[i].start == block &&
            pages->resize(pages->ctx, block, whole(spy.range[i].size), whole(size))) {
            spy.range[i].size = size;
            spy.resized++;
            return block;
        }
    }
    spy.not_resized += block != NULL;
    return block != NULL ? NULL : spy_malloc(heap, size);
}

static void spy_free(void *heap, void *block) {
    const struct ac_page_source *pages = &spy.pages;
    (void)heap;
    for (size_t i = 0; i < spy.count && pages->unmap != NULL && block != NULL; i++) {
        if (spy.range[i].start == block) {
            spy.kept += !pages->unmap(pages->ctx, block, whole(spy.range[i].size));
            return;
        }
    }
}

static void *spy_open(const struct ac_open_options *options) {
    memset(&spy, 0, sizeof spy);
    spy.pages = *options->source;
    return &spy;
}

static void spy_close(void *heap) {
    (void)heap;
}

static const struct ac_profile profile = {.name = "spy", .held_when_empty = SIZE_MAX};

static const struct ac_allocator allocator = {
    .struct_size = sizeof allocator,
    .name = "spy",
    .profile = &profile,
    .sources = AC_SOURCE_MMAP | AC_SOURCE_BRK,
    .open = spy_open,
    .close = spy_close,
    .malloc = spy_malloc,
    .realloc = spy_realloc,
    .free = spy_free,
};

/* --- its observations --- */

static struct ac_counts counts; /* of the last run */

static bool saw_odd_break(void) {
    return (uintptr_t)spy.range[0].start % 2 == 1;
}

/* Without gaps, consecutive ranges are 1024 +- 16 pages apart. */
static bool saw_gaps(void) {
    const size_t least = (2 * 1024 - 16) * spy.pages.page_size;
    for (size_t i = 1; i < spy.count; i++)
        if (spy.range[i].start < spy.range[i - 1].start + least)
            return false;
    return spy.count > 1;
}

static bool saw_lower_addresses(void) {
    for (size_t i = 1; i < spy.count; i++)
        if (spy.range[i].start >= spy.range[i - 1].start)
            return false;
    return spy.count > 1;
}

static bool saw_dirt(void) {
    return spy.dirty && !spy.pages.zeroed;
}

static bool saw_foreign_brk(void) {
    for (size_t i = 1; i < spy.count; i++)
        if (spy.range[i].start != spy.range[i - 1].start + spy.range[i - 1].size)
            return true;
    return false;
}

static bool saw_no_growth(void) {
    return spy.not_resized > 0 && spy.resized == 0;
}

static bool saw_unmap_refused(void) {
    return spy.kept > 0;
}

/* Above the stack, or counted as missed. */
static bool saw_top(void) {
    const uintptr_t stack = (uintptr_t)__builtin_frame_address(0);
    for (size_t i = 0; i < spy.count; i++)
        if ((uintptr_t)spy.range[i].start < stack)
            return saw_lower_addresses() && counts.not_offered >= spy.count;
    return saw_lower_addresses() && counts.not_offered == 0;
}

static const struct {
    enum ac_quirk quirk;
    const char *name;
    const char *source;
    bool (*saw)(void);
} quirks[AC_QUIRKS] = {
    {AC_QUIRK_UNALIGNED, "unaligned", "brk", saw_odd_break},
    {AC_QUIRK_GAPS, "gaps", "mmap", saw_gaps},
    {AC_QUIRK_LOWER, "lower", "mmap", saw_lower_addresses},
    {AC_QUIRK_DIRTY, "dirty", "mmap", saw_dirt},
    {AC_QUIRK_FOREIGN_BRK, "foreign_brk", "brk", saw_foreign_brk},
    {AC_QUIRK_NO_RESIZE, "no_resize", "mmap", saw_no_growth},
    {AC_QUIRK_NO_UNMAP, "no_unmap", "mmap", saw_unmap_refused},
    {AC_QUIRK_TOP, "top", "mmap", saw_top},
};

static struct ac_program program, other;

static void parse(const char *source, const char *with) {
    char text[400];
    struct ac_text_error error;
    int length = snprintf(text, sizeof text,
                          "ops 1\nwith source=%s %s limit=16M seed=3\nrepeat 12: p0 = malloc 4096\n"
                          "repeat 8: p0 = realloc p0 8192\nrepeat 12: free p0\n",
                          source, with);
    if (!ac_parse(&program, text, (size_t)length, &error, NULL))
        fail_msg("%zu:%zu: expected %s", error.line, error.column, error.expected);
}

static void run(const struct ac_program *of) {
    const struct ac_run_options options = {.oracles = AC_ORACLE_BIT(AC_ORACLE_SURVIVES)};
    struct ac_report report;
    struct ac_runner *runner = ac_runner_new(&allocator, &options);
    assert_non_null(runner);
    ac_run(runner, of, &report);
    counts = report.counts;
    ac_runner_delete(runner);
    assert_false(report.found);
}

/* The program after a round trip through bytes. */
static void through_bytes(void) {
    uint8_t bytes[256];
    size_t size = ac_encode(&program, bytes, sizeof bytes, NULL);
    assert_in_range(size, 1, sizeof bytes);
    assert_true(ac_decode(&other, bytes, size));
    assert_true(ac_program_equal(&program, &other));
}

static void every_quirk_reaches_the_allocator(void **state) {
    (void)state;
    for (size_t i = 0; i < AC_QUIRKS; i++) {
        char with[40];
        snprintf(with, sizeof with, "quirks=%s", quirks[i].name);
        parse(quirks[i].source, with);
        assert_int_equal(program.head.quirks, quirks[i].quirk);
        through_bytes();
        run(&other);
        if (spy.count != 12 || !quirks[i].saw())
            fail_msg("the allocator saw nothing of quirks=%s", quirks[i].name);
    }
}

static void no_quirk_without_the_setting(void **state) {
    (void)state;
    for (size_t i = 0; i < AC_QUIRKS; i++) {
        parse(quirks[i].source, "");
        run(&program);
        if (spy.count != 12 || quirks[i].saw())
            fail_msg("the allocator saw quirks=%s where it is off", quirks[i].name);
    }
}

static void all_quirks_together_have_bytes(void **state) {
    (void)state;
    parse("mmap", "");
    for (unsigned bits = 0; bits < 1u << AC_QUIRKS; bits++) {
        program.head.quirks = (uint8_t)bits;
        through_bytes();
    }
}

/* Head mutations add and remove each quirk. */
static void mutations_reach_every_quirk(void **state) {
    (void)state;
    const struct ac_generate_options options = {
        .sources = AC_SOURCE_MMAP, .groups = 1u << AC_GROUP_BASIC, .max_ops = 8};
    unsigned on[AC_QUIRKS] = {0}, off[AC_QUIRKS] = {0};
    parse("mmap", "");
    for (uint64_t seed = 0; seed < 4000; seed++) {
        const unsigned before = program.head.quirks;
        assert_true(ac_mutate(&program, seed, &options, 8));
        for (unsigned i = 0; i < AC_QUIRKS; i++) {
            on[i] += (program.head.quirks & ~before) >> i & 1;
            off[i] += (before & ~(unsigned)program.head.quirks) >> i & 1;
        }
    }
    for (unsigned i = 0; i < AC_QUIRKS; i++) {
        assert_in_range(on[i], 5, 4000);
        assert_in_range(off[i], 5, 4000);
    }
}

static int teardown(void **state) {
    (void)state;
    ac_program_destroy(&program);
    ac_program_destroy(&other);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_quirk_reaches_the_allocator),
        cmocka_unit_test(no_quirk_without_the_setting),
        cmocka_unit_test(all_quirks_together_have_bytes),
        cmocka_unit_test(mutations_reach_every_quirk),
    };
    ac_program_init(&program);
    ac_program_init(&other);
    return cmocka_run_group_tests(tests, NULL, teardown);
}
