// SPDX-License-Identifier: MIT
// Shared by the tests of the page source: one source, which each test opens.
#ifndef ALLOCHECK_SOURCE_FIXTURE_H
#define ALLOCHECK_SOURCE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "allocheck/random.h"
#include "allocheck/source.h"
#include "pages/source_internal.h"

static struct ac_source *source;
static struct ac_page_source pages;

static inline size_t page(void) {
    return pages.page_size;
}

static inline bool try_open(enum ac_source_kind kind, unsigned quirks, uint64_t limit,
                            uint32_t seed) {
    struct ac_head head = ac_default_head();
    head.quirks = (uint8_t)quirks;
    head.limit = limit;
    head.seed = seed;
    return ac_source_open(source, &head, kind, &pages);
}

static inline void open_as(enum ac_source_kind kind, unsigned quirks) {
    assert_true(try_open(kind, quirks, UINT64_C(64) << 20, 1));
}

static inline char *map(size_t size) {
    return pages.map(pages.ctx, size);
}

static inline bool unmap(void *start, size_t size) {
    return pages.unmap(pages.ctx, start, size);
}

static inline char *move_break(ptrdiff_t increment) {
    return pages.sbrk(pages.ctx, increment);
}

/* True if reading the byte ends a child with a signal or a sanitizer report. */
static inline bool faults(const char *address) {
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(STDERR_FILENO);
        signal(SIGSEGV, SIG_DFL);
        (void)*(const volatile char *)address;
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

static inline bool all_equal(const char *memory, size_t size, char value) {
    return size == 0 || (memory[0] == value && memcmp(memory, memory + 1, size - 1) == 0);
}

/* True if a plan or a quirk may refuse the next request. */
static inline bool may_refuse(void) {
    return source->plan.countdown > 0 || source->sweep.countdown > 0 ||
           ac_quirk(source, AC_QUIRK_NO_RESIZE);
}

static inline int set_up(void **state) {
    (void)state;
    source = ac_source_new();
    return source == NULL;
}

static inline int tear_down(void **state) {
    (void)state;
    ac_source_delete(source);
    return 0;
}

static inline void assert_wrong(enum ac_source_call call) {
    const struct ac_source_entry *wrong = ac_source_wrong(source);
    assert_non_null(wrong);
    assert_int_equal(wrong->call, call);
    assert_true(wrong->wrong && wrong->refused);
}

#endif
