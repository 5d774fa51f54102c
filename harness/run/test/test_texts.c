// SPDX-License-Identifier: MIT
// Findings say what the check meant: which error, for which reason; what was returned, and when.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "allocheck/profile.h"
#include "allocheck/run.h"
#include "test/parse.h"
#include "test/toy.h"

static int refusal; /* the error of requests that are refused; 0: errno is unchanged */

static void *refuse(void) {
    errno = refusal != 0 ? refusal : errno;
    return NULL;
}

static void *refusing_malloc(void *heap, size_t size) {
    return size > 4096 ? refuse() : toy_malloc(heap, size);
}

static void *refusing_calloc(void *heap, size_t count, size_t size) {
    return count > 4096 ? refuse() : toy_calloc(heap, count, size);
}

static void *refusing_aligned(void *heap, size_t alignment, size_t size) {
    (void)heap, (void)alignment, (void)size;
    return refuse();
}

static int refusing_posix(void *heap, void **out, size_t alignment, size_t size) {
    (void)heap, (void)out, (void)alignment, (void)size;
    return refusal;
}

enum { ALL = AC_CAUSE_ALIGNMENT | AC_CAUSE_WRAP | AC_CAUSE_PTRDIFF | AC_CAUSE_EXHAUSTED };

static const struct ac_profile strict = {
    .name = "strict",
    .held_when_empty = SIZE_MAX,
    .errno_guaranteed = {[AC_FN_MALLOC] = ALL,
                         [AC_FN_CALLOC] = ALL,
                         [AC_FN_ALIGNED_ALLOC] = ALL,
                         [AC_FN_POSIX_MEMALIGN] = ALL},
};

static const struct ac_allocator refusing =
    TOY("refusing", &strict, refusing_malloc, toy_free, .calloc = refusing_calloc,
        .aligned_alloc = refusing_aligned, .posix_memalign = refusing_posix);

static struct ac_report run(const struct ac_allocator *allocator, const char *op) {
    const struct ac_run_options options = {.oracles = AC_ORACLE_BIT(AC_ORACLE_ERRNO) |
                                                      AC_ORACLE_BIT(AC_ORACLE_PAGE_LOG)};
    struct ac_runner *runner = ac_runner_new(allocator, &options);
    struct ac_program program;
    struct ac_report report;
    char text[100] = "ops 1\n";
    assert_non_null(runner);
    parse(&program, strcat(text, op));
    ac_run(runner, &program, &report);
    ac_program_destroy(&program);
    ac_runner_delete(runner);
    return report;
}

/* With `error' there is a finding, with `right' none. */
static void expect(const char *op, int error, const char *expected, const char *actual, int right) {
    refusal = error;
    const struct ac_report red = run(&refusing, op);
    assert_true(red.found);
    assert_string_equal(red.finding.expected, expected);
    assert_string_equal(red.finding.actual, actual);
    refusal = right;
    assert_false(run(&refusing, op).found);
}

static void errors_have_their_reason(void **state) {
    (void)state;
    expect("p0 = posix_memalign 4096 64\n", EINVAL,
           "ENOMEM: the alignment is valid, so memory is lacking", "result EINVAL", ENOMEM);
    expect("p0 = posix_memalign 3 64\n", ENOMEM, "EINVAL: the alignment is invalid",
           "result ENOMEM", EINVAL);
    expect("p0 = aligned_alloc 64 100\n", EDOM,
           "ENOMEM or EINVAL: the alignment is valid, so memory is lacking", "errno EDOM", EINVAL);
    expect("p0 = malloc 5000\n", 0, "ENOMEM: memory is lacking", "errno unchanged", ENOMEM);
    expect("p0 = malloc max\n", EAGAIN, "ENOMEM: the size exceeds PTRDIFF_MAX", "errno EAGAIN",
           ENOMEM);
    expect("p0 = calloc half+1 4\n", EINVAL, "ENOMEM: the product exceeds SIZE_MAX", "errno EINVAL",
           ENOMEM);
}

/* --- pages that a failed open keeps --- */

static bool leaks;

static void *failing_open(const struct ac_open_options *options) {
    void *pages = options->source->map(options->source->ctx, options->source->page_size);
    if (pages != NULL && !leaks)
        options->source->unmap(options->source->ctx, pages, options->source->page_size);
    return NULL;
}

static void never_closed(void *heap) {
    (void)heap;
}

static const struct ac_allocator unopened =
    TOY("unopened", &strict, toy_malloc, toy_free, .open = failing_open, .close = never_closed,
        .sources = AC_SOURCE_MMAP);

static void a_failed_open_must_return_its_pages(void **state) {
    (void)state;
    leaks = true;
    const struct ac_report red = run(&unopened, "p0 = malloc 8\n");
    assert_true(red.found);
    assert_int_equal(red.finding.stage, AC_STAGE_OPEN);
    assert_string_equal(red.finding.expected, "every page given back if open fails");
    leaks = false;
    assert_false(run(&unopened, "p0 = malloc 8\n").found);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_have_their_reason),
        cmocka_unit_test(a_failed_open_must_return_its_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
