// SPDX-License-Identifier: MIT
// The page source: what it gives, refuses, guards and remembers, in every kind and mood.
#define _GNU_SOURCE /* MAP_ANONYMOUS, clock_gettime */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "allocheck/random.h"
#include "allocheck/source.h"

static struct ac_source *source;
static struct ac_page_source pages;

static size_t page(void) {
    return pages.page_size;
}

static bool try_open(enum ac_source_kind kind, unsigned moods, uint64_t limit, uint32_t seed) {
    struct ac_head head = ac_default_head();
    head.moods = (uint8_t)moods;
    head.limit = limit;
    head.seed = seed;
    return ac_source_open(source, &head, kind, &pages);
}

static void open_as(enum ac_source_kind kind, unsigned moods) {
    assert_true(try_open(kind, moods, UINT64_C(64) << 20, 1));
}

static char *map(size_t size) {
    return pages.map(pages.ctx, size);
}

static bool unmap(void *start, size_t size) {
    return pages.unmap(pages.ctx, start, size);
}

static char *move_break(ptrdiff_t increment) {
    return pages.sbrk(pages.ctx, increment);
}

/* True when a read of the byte ends a child by a signal, or by a sanitizer's report. */
static bool faults(const char *address) {
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

static bool all_equal(const char *memory, size_t size, char value) {
    for (size_t i = 0; i < size; i++) {
        if (memory[i] != value) {
            return false;
        }
    }
    return true;
}

static int set_up(void **state) {
    (void)state;
    source = ac_source_new();
    return source == NULL;
}

static int tear_down(void **state) {
    (void)state;
    ac_source_delete(source);
    return 0;
}

static void kinds_offer_their_functions(void **state) {
    (void)state;
    open_as(AC_SOURCE_MMAP, 0);
    assert_true(pages.map && pages.unmap && pages.resize && pages.remap && !pages.sbrk);
    open_as(AC_SOURCE_BRK, 0);
    assert_true(!pages.map && !pages.unmap && !pages.resize && !pages.remap && pages.sbrk);
    open_as(AC_SOURCE_BOTH, 0);
    assert_true(pages.map && pages.sbrk && pages.zeroed && !pages.buffer);
    open_as(AC_SOURCE_BUFFER, 0);
    assert_true(!pages.map && !pages.sbrk && pages.buffer && !pages.zeroed);
    open_as(AC_SOURCE_MMAP, AC_MOOD_DIRTY);
    assert_false(pages.zeroed);
    assert_false(try_open((enum ac_source_kind)3, 0, 65536, 1));
    assert_false(try_open(AC_SOURCE_MMAP, 0, UINT64_C(1) << 60, 1));
}

static void mappings_are_zero_guarded_and_held(void **state) {
    (void)state;
    const size_t sizes[] = {1, 3, 16, 64, 65, 255, 300, 2000};
    open_as(AC_SOURCE_MMAP, 0);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t size = sizes[i] * page();
        char *memory = map(size);
        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % page(), 0);
        assert_true(all_equal(memory, size, 0));
        memset(memory, 0x55, size);
        assert_true(ac_source_holds(source, memory, size));
        assert_false(ac_source_holds(source, memory - 1, 2));
        assert_false(ac_source_holds(source, memory, size + 1));
        assert_true(faults(memory - 1));
        assert_true(faults(memory + size));
    }
    assert_int_equal(ac_source_requests(source), 8);
    assert_int_equal(ac_source_refused(source), 0);
    assert_null(ac_source_wrong(source));
}

/* Sizes change from program to program, content is left behind: everything must read as new. */
static void programs_start_fresh(void **state) {
    (void)state;
    struct ac_random random = {7};
    for (int program = 0; program < 300; program++) {
        bool dirty = program % 3 == 0, brk = program % 2 == 0;
        open_as(brk ? AC_SOURCE_BRK : AC_SOURCE_MMAP, dirty ? AC_MOOD_DIRTY : 0);
        assert_int_equal(ac_source_held(source), 0);
        for (int i = 0; i < 6; i++) {
            size_t size = (1 + ac_random_below(&random, i == 5 ? 600 : 40)) * page();
            char *memory = brk ? move_break((ptrdiff_t)size) : map(size);
            assert_non_null(memory);
            assert_true((memory[0] != 0) == dirty);
            size_t filled = dirty && size > 128 * page() ? 128 * page() : size;
            assert_true(all_equal(memory, filled, memory[0]));
            assert_true(all_equal(memory + size - filled, filled, memory[0]));
            memset(memory, 0x77, size);
        }
    }
}

static void parts_of_a_mapping_are_given_back(void **state) {
    (void)state;
    open_as(AC_SOURCE_MMAP, 0);
    char *memory = map(10 * page());
    assert_true(unmap(memory, 2 * page()));
    assert_true(unmap(memory + 8 * page(), 2 * page()));
    assert_true(unmap(memory + 4 * page(), page()));
    assert_int_equal(ac_source_held(source), 5 * page());
    assert_true(faults(memory) && faults(memory + 2 * page() - 1));
    assert_true(faults(memory + 4 * page()) && faults(memory + 8 * page()));
    assert_false(faults(memory + 2 * page()) || faults(memory + 5 * page()));
    assert_false(ac_source_holds(source, memory + 3 * page(), 2 * page()));
    assert_null(ac_source_wrong(source));
    assert_true(unmap(memory + 2 * page(), 2 * page()));
    assert_true(unmap(memory + 5 * page(), 3 * page()));
    assert_int_equal(ac_source_held(source), 0);
    char *again = map(10 * page());
    assert_true(all_equal(again, 10 * page(), 0));
    assert_null(ac_source_wrong(source));
}

static void assert_wrong(enum ac_source_call call) {
    const struct ac_source_entry *wrong = ac_source_wrong(source);
    assert_non_null(wrong);
    assert_int_equal(wrong->call, call);
    assert_true(wrong->wrong && wrong->refused);
}

static void wrong_calls_are_remembered(void **state) {
    (void)state;
    static char foreign[1];
    for (int which = 0; which < 9; which++) {
        open_as(AC_SOURCE_BOTH, 0);
        char *memory = map(4 * page());
        char *other = map(page());
        char *bottom = move_break((ptrdiff_t)page());
        assert_null(ac_source_wrong(source));
        switch (which) {
        case 0:
            assert_true(unmap(memory, 4 * page()));
            assert_false(unmap(memory, 4 * page()));
            break;
        case 1:
            assert_false(unmap(foreign, page()));
            break;
        case 2:
            assert_false(unmap(memory, 5 * page()));
            break;
        case 3:
            assert_false(unmap(memory + 1, page()));
            break;
        case 4:
            assert_false(unmap(memory, 100));
            break;
        case 5:
            assert_false(unmap(bottom, page()));
            break;
        case 6:
            assert_false(unmap(memory, (size_t)(other + page() - memory)));
            break;
        case 7:
            assert_false(unmap(memory, SIZE_MAX & ~(page() - 1)));
            break;
        default:
            assert_true(unmap(memory + page(), page()));
            assert_false(unmap(memory, 4 * page()));
            break;
        }
        assert_wrong(AC_CALL_UNMAP);
    }
    open_as(AC_SOURCE_MMAP, 0);
    char *memory = map(4 * page());
    assert_false(pages.resize(pages.ctx, memory, 3 * page(), 2 * page()));
    assert_wrong(AC_CALL_RESIZE);
    open_as(AC_SOURCE_MMAP, 0);
    assert_null(pages.remap(pages.ctx, memory, 4 * page(), 8 * page()));
    assert_wrong(AC_CALL_REMAP);
    open_as(AC_SOURCE_MMAP, 0);
    assert_null(map(page() + 1));
    assert_wrong(AC_CALL_MAP);
    assert_int_equal(ac_source_requests(source), 0);
}

static void resize_and_remap_keep_content(void **state) {
    (void)state;
    unsigned grown = 0, refused = 0, moved = 0, stayed = 0;
    for (uint32_t seed = 0; seed < 24; seed++) {
        assert_true(try_open(AC_SOURCE_MMAP, 0, 64u << 20, seed));
        char *memory = map(3 * page());
        memset(memory, 0x11, 3 * page());
        size_t size = 3 * page();
        if (pages.resize(pages.ctx, memory, size, 4 * page())) {
            grown++, size = 4 * page();
            assert_true(all_equal(memory + 3 * page(), page(), 0));
        } else {
            refused++;
        }
        assert_true(faults(memory + size));
        char *to = pages.remap(pages.ctx, memory, size, 400 * page());
        assert_non_null(to);
        assert_true(all_equal(to, 3 * page(), 0x11));
        assert_true(all_equal(to + size, 400 * page() - size, 0));
        assert_true(ac_source_holds(source, to, 400 * page()));
        moved += to != memory, stayed += to == memory;
        assert_true(to == memory || !ac_source_holds(source, memory, 1));
        assert_true(pages.resize(pages.ctx, to, 400 * page(), page()));
        assert_true(faults(to + page()));
        assert_int_equal(ac_source_held(source), page());
        assert_true(pages.remap(pages.ctx, to, page(), page()) == to);
    }
    assert_true(grown > 0 && refused > 0 && moved > 0);
    assert_int_equal(moved + stayed, 24);
    assert_null(ac_source_wrong(source));
}

static void growth_in_place_can_fail_and_change_nothing(void **state) {
    (void)state;
    open_as(AC_SOURCE_MMAP, AC_MOOD_FIXED);
    char *memory = map(2 * page());
    memset(memory, 3, 2 * page());
    assert_true(ac_source_will_refuse(source));
    assert_false(pages.resize(pages.ctx, memory, 2 * page(), 3 * page()));
    assert_false(pages.resize(pages.ctx, memory, 2 * page(), page()));
    assert_null(pages.remap(pages.ctx, memory, 2 * page(), 3 * page()));
    assert_true(all_equal(memory, 2 * page(), 3));
    assert_int_equal(ac_source_held(source), 2 * page());
    assert_int_equal(ac_source_refused(source), 2);
    assert_null(ac_source_wrong(source));
}

static void refusals_come_as_planned(void **state) {
    (void)state;
    open_as(AC_SOURCE_MMAP, 0);
    assert_false(ac_source_will_refuse(source));
    ac_source_refuse(source, 2, false);
    assert_true(ac_source_will_refuse(source));
    assert_non_null(map(page()));
    assert_null(map(page()));
    assert_non_null(map(page()));
    assert_false(ac_source_will_refuse(source));
    ac_source_refuse(source, 1, true);
    assert_null(map(page()));
    assert_null(map(page()));
    ac_source_refuse(source, 0, false);
    char *memory = map(page());
    assert_non_null(memory);
    ac_source_refuse(source, 1, false);
    assert_true(unmap(memory, page())); /* no request for pages */
    assert_null(map(page()));
    assert_int_equal(ac_source_requests(source), 7);
    assert_int_equal(ac_source_refused(source), 4);
    open_as(AC_SOURCE_BRK, 0);
    ac_source_refuse(source, 1, false);
    assert_non_null(move_break(0));
    assert_null(move_break(1));
    assert_non_null(move_break(1));
}

static void the_limit_is_exact(void **state) {
    (void)state;
    const uint64_t limit = 100 * 4096;
    assert_true(try_open(AC_SOURCE_BOTH, 0, limit, 1));
    assert_non_null(move_break(4096));
    assert_null(map(100 * page()));
    assert_null(move_break(PTRDIFF_MAX));
    assert_null(map(SIZE_MAX & ~(page() - 1)));
    char *memory = map(99 * page());
    assert_non_null(memory);
    assert_null(move_break(1));
    assert_null(pages.remap(pages.ctx, memory, 99 * page(), 100 * page()));
    assert_false(pages.resize(pages.ctx, memory, 99 * page(), 100 * page()));
    assert_int_equal(ac_source_held_peak(source), limit);
    assert_true(unmap(memory, page()));
    assert_non_null(map(page()));
    assert_int_equal(ac_source_held_peak(source), limit);
}

static void large_limits_are_served(void **state) {
    (void)state;
    const size_t size = (size_t)4 << 30;
    assert_true(try_open(AC_SOURCE_MMAP, 0, size, 1));
    char *memory = map(size);
    assert_non_null(memory);
    memory[0] = memory[size - 1] = 1;
    assert_true(unmap(memory, size));
    memory = map(size);
    assert_true(memory[0] == 0 && memory[size - 1] == 0);
    assert_true(try_open(AC_SOURCE_BRK, 0, size, 1));
    memory = move_break((ptrdiff_t)size);
    assert_non_null(memory);
    assert_true(faults(memory + size));
}

static void lower_and_gaps_place_mappings(void **state) {
    (void)state;
    open_as(AC_SOURCE_MMAP, AC_MOOD_LOWER);
    char *before = map(page());
    for (size_t i = 1; i < 200; i++) {
        char *memory = map((i % 5 == 0 ? 400 : i) * page());
        assert_true(memory < before);
        if (i % 3 == 0) {
            assert_true(unmap(before, page()));
        }
        before = memory;
        assert_true(unmap(memory + page(), (i % 5 == 0 ? 399 : i - 1) * page()) || i == 1);
    }
    open_as(AC_SOURCE_MMAP, 0);
    char *first = map(page());
    size_t near = (size_t)(map(page()) - first);
    open_as(AC_SOURCE_MMAP, AC_MOOD_GAPS);
    first = map(page());
    size_t far = (size_t)(map(page()) - first);
    assert_true(far > near);
}

static void unmap_is_refused_now_and_then(void **state) {
    (void)state;
    unsigned refused = 0;
    open_as(AC_SOURCE_MMAP, AC_MOOD_KEEP);
    for (int i = 0; i < 100; i++) {
        char *memory = map(page());
        if (!unmap(memory, page())) {
            refused++;
            assert_true(ac_source_holds(source, memory, page()));
        }
    }
    assert_true(refused > 5 && refused < 60);
    assert_int_equal(ac_source_held(source), refused * page());
    assert_int_equal(ac_source_refused(source), 0);
    assert_null(ac_source_wrong(source));
}

static void the_break_grows_shrinks_and_stays_zero(void **state) {
    (void)state;
    open_as(AC_SOURCE_BRK, 0);
    char *start = move_break(0);
    assert_int_equal((uintptr_t)start % page(), 0);
    assert_true(move_break(1000) == start);
    assert_true(move_break(9000) == start + 1000);
    assert_int_equal(ac_source_held(source), 10000);
    assert_true(ac_source_holds(source, start, 10000));
    assert_false(ac_source_holds(source, start, 10001));
    assert_true(faults(start + 3 * page()));
    assert_false(faults(start + 9999));
    memset(start, 9, 10000);
    assert_true(move_break(-9500) == start + 10000);
    assert_true(faults(start + page()));
    assert_true(all_equal(start, 500, 9));
    assert_true(move_break(9500) == start + 500);
    assert_true(all_equal(start + 500, 9500, 0));
    assert_true(move_break(-10000) == start + 10000);
    assert_int_equal(ac_source_held(source), 0);
    assert_null(ac_source_wrong(source));
    assert_null(move_break(-1));
    assert_wrong(AC_CALL_SBRK);
    assert_null(move_break(PTRDIFF_MIN));
}

/* Over many programs, with the break drawn up and down, what comes from it anew is zero. */
static void the_break_is_zero_in_every_program(void **state) {
    (void)state;
    struct ac_random random = {5};
    size_t looked_at = 0;
    for (uint32_t program = 0; program < 200; program++) {
        open_as(AC_SOURCE_BRK, 0);
        size_t held = 0;
        for (int i = 0; i < 8; i++) {
            size_t bytes = page() * (1 + ac_random_below(&random, program % 4 == 0 ? 600 : 40));
            if (ac_random_below(&random, 3) == 0 && held >= bytes) {
                assert_non_null(move_break(-(ptrdiff_t)bytes));
                held -= bytes;
                continue;
            }
            char *start = move_break((ptrdiff_t)bytes);
            assert_non_null(start);
            assert_true(all_equal(start, bytes, 0));
            memset(start, 0x5A, bytes);
            held += bytes;
            looked_at++;
        }
    }
    assert_true(looked_at > 1000);
}

static void a_stranger_moves_the_break(void **state) {
    (void)state;
    open_as(AC_SOURCE_BRK, AC_MOOD_UNALIGNED);
    char *start = move_break(100);
    assert_int_equal((uintptr_t)start % 2, 1);
    assert_true(ac_source_stranger(source, 33));
    assert_true(move_break(50) == start + 133);
    assert_int_equal(ac_source_held(source), 150);
    assert_true(ac_source_holds(source, start, 100));
    assert_false(ac_source_holds(source, start, 101));
    assert_false(ac_source_holds(source, start + 132, 2));
    assert_true(ac_source_holds(source, start + 133, 50));
    assert_non_null(move_break(-50));
    assert_null(ac_source_wrong(source));
    assert_null(move_break(-34));
    assert_wrong(AC_CALL_SBRK);
    assert_false(ac_source_stranger(source, SIZE_MAX));
    open_as(AC_SOURCE_MMAP, 0);
    assert_false(ac_source_stranger(source, 1));
}

static void the_mood_of_the_stranger(void **state) {
    (void)state;
    open_as(AC_SOURCE_BRK, AC_MOOD_STRANGER);
    unsigned came = 0;
    char *expected = move_break(0);
    for (int i = 0; i < 100; i++) {
        char *memory = move_break(64);
        came += memory != expected;
        assert_true(memory == expected || (memory - expected) % 2 == 1);
        memset(memory, 1, 64);
        expected = memory + 64;
    }
    assert_true(came > 5 && came < 60);
    assert_int_equal(ac_source_held(source), 6400);
}

static void the_buffer_is_flush_with_a_guard(void **state) {
    (void)state;
    const uint64_t limits[] = {4096, 5000, 65536, 8u << 20};
    for (size_t i = 0; i < 4; i++) {
        assert_true(try_open(AC_SOURCE_BUFFER, 0, limits[i], 1));
        char *buffer = pages.buffer;
        assert_true(ac_source_holds(source, buffer, limits[i]));
        assert_int_equal(ac_source_held(source), limits[i]);
        assert_true(faults(buffer + limits[i]));
        assert_true(faults(buffer - page()));
        memset(buffer, 1, limits[i]);
        assert_true(try_open(AC_SOURCE_BUFFER, AC_MOOD_UNALIGNED, limits[i], 1));
        buffer = pages.buffer;
        assert_int_equal((uintptr_t)buffer % 2, 1);
        assert_true(faults(buffer - page()) && faults(buffer + limits[i] + page()));
        assert_true(all_equal(buffer, limits[i], 0));
        memset(buffer, 1, limits[i]);
        assert_true(try_open(AC_SOURCE_BUFFER, AC_MOOD_DIRTY, limits[i], 1));
        buffer = pages.buffer;
        assert_true(buffer[0] != 0 && buffer[limits[i] - 1] == buffer[0]);
    }
}

static void the_log_keeps_the_last_calls(void **state) {
    (void)state;
    static struct ac_source_entry entries[5000];
    uint64_t total = 0;
    open_as(AC_SOURCE_MMAP, 0);
    char *first = map(page());
    char *second = map(2 * page());
    assert_true(unmap(first, page()));
    assert_int_equal(ac_source_log(source, entries, 5000, &total), 3);
    assert_int_equal(total, 3);
    assert_int_equal(entries[0].call, AC_CALL_MAP);
    assert_int_equal(entries[1].size, 2 * page());
    assert_true(entries[1].result - entries[0].result == (uint64_t)(second - first));
    assert_true(entries[1].start == UINT64_MAX);
    assert_int_equal(entries[2].call, AC_CALL_UNMAP);
    assert_true(entries[2].start == entries[0].result && !entries[2].refused);
    for (size_t i = 0; i < 5000; i++) {
        assert_false(unmap(NULL, (i + 1) * page()));
    }
    assert_int_equal(ac_source_log(source, entries, 5000, &total), 4096);
    assert_int_equal(total, 5003);
    assert_int_equal(entries[4095].size, 5000 * page());
    assert_int_equal(entries[0].size, 905 * page());
    assert_int_equal(ac_source_log(source, entries, 1, &total), 1);
    assert_int_equal(entries[0].size, 5000 * page());
    assert_int_equal(ac_source_wrong(source)->size, page());
}

/* A walk of random calls, folded into one number: offsets, sizes, refusals, wrong ones. */
static uint64_t walk(struct ac_source *on, unsigned moods, uint32_t seed) {
    static struct ac_source_entry entries[4096];
    static char *held[40];
    struct ac_random random = {seed};
    struct ac_head head = ac_default_head();
    head.moods = (uint8_t)moods, head.seed = seed;
    assert_true(ac_source_open(on, &head, AC_SOURCE_BOTH, &pages));
    ac_source_refuse(on, 30, false);
    memset(held, 0, sizeof held);
    for (int i = 0; i < 160; i++) {
        size_t at = ac_random_below(&random, 40), size = page() << (at % 8);
        if (held[at] == NULL) {
            held[at] = map(size);
        } else if (unmap(held[at], size)) {
            held[at] = NULL;
        }
        move_break((ptrdiff_t)ac_random_below(&random, 3000) - 500);
    }
    uint64_t total = 0, hash = 0;
    size_t count = ac_source_log(on, entries, 4096, &total);
    for (size_t i = 0; i < count; i++) {
        const struct ac_source_entry *entry = &entries[i];
        hash = hash * 31 + entry->call + entry->refused + entry->wrong * 2u;
        hash = (hash * 31 + entry->start) * 31 + entry->size;
        hash = hash * 31 + entry->result;
    }
    return hash + total;
}

static void the_same_head_gives_the_same_source(void **state) {
    (void)state;
    struct ac_source *other = ac_source_new();
    for (uint32_t seed = 0; seed < 1u << AC_MOODS; seed++) {
        uint64_t first = walk(source, seed, seed);
        assert_true(walk(other, seed, seed) == first);
        walk(source, seed, seed + 1000);
        assert_true(walk(source, seed, seed) == first);
    }
    ac_source_delete(other);
}

static size_t resident_pages(void) {
    unsigned long all = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%lu %lu", &all, &resident), 2);
    fclose(file);
    return resident;
}

/* However much the programs used: here 32,000 pages one after another, then 16,000 at once. */
static void memory_is_given_back(void **state) {
    (void)state;
    size_t before = resident_pages();
    open_as(AC_SOURCE_MMAP, AC_MOOD_LOWER);
    for (int i = 0; i < 2000; i++) {
        char *memory = map(16 * page());
        memset(memory, 1, 16 * page());
        assert_true(unmap(memory, 16 * page()));
    }
    assert_true(resident_pages() < before + 12000);
    open_as(AC_SOURCE_MMAP, 0);
    memset(map(16000 * page()), 1, 16000 * page());
    open_as(AC_SOURCE_BRK, 0);
    memset(move_break((ptrdiff_t)(16000 * page())), 1, 16000 * page());
    open_as(AC_SOURCE_BUFFER, 0);
    memset(pages.buffer, 1, pages.limit);
    open_as(AC_SOURCE_MMAP, 0);
    assert_true(resident_pages() < before + 14000);
}

enum { ROUNDS = 10000 };

/* Nanoseconds for each of many programs that map `count` times up to `most` pages, touch a byte of
 * each and unmap the first. */
static double cost(unsigned moods, size_t count, size_t most) {
    struct timespec begin, end;
    struct ac_random random = {1};
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        assert_true(try_open(AC_SOURCE_MMAP, moods, 64u << 20, round));
        char *first = map(most * page());
        first[5000] = 1;
        for (size_t i = 1; i < count; i++) {
            map((1 + ac_random_below(&random, most)) * page())[0] = 1;
        }
        unmap(first, most * page());
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    double nanoseconds =
        1e9 * (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec);
    return nanoseconds / ROUNDS;
}

/* Printed, not judged: time is not the same everywhere. */
static void a_fresh_heap_is_cheap(void **state) {
    (void)state;
    print_message("open, map 16 pages, unmap: %.0f ns\n", cost(0, 1, 16));
    print_message("4 mappings up to 40 pages: %.0f ns\n", cost(0, 4, 40));
    print_message("the same, lower: %.0f ns\n", cost(AC_MOOD_LOWER, 4, 40));
    print_message("the same, gaps: %.0f ns\n", cost(AC_MOOD_GAPS, 4, 40));
    print_message("the same, dirty: %.0f ns\n", cost(AC_MOOD_DIRTY, 4, 40));
    print_message("4 mappings up to 500 pages: %.0f ns\n", cost(0, 4, 500));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_offer_their_functions),
        cmocka_unit_test(mappings_are_zero_guarded_and_held),
        cmocka_unit_test(programs_start_fresh),
        cmocka_unit_test(parts_of_a_mapping_are_given_back),
        cmocka_unit_test(wrong_calls_are_remembered),
        cmocka_unit_test(resize_and_remap_keep_content),
        cmocka_unit_test(growth_in_place_can_fail_and_change_nothing),
        cmocka_unit_test(refusals_come_as_planned),
        cmocka_unit_test(the_limit_is_exact),
        cmocka_unit_test(large_limits_are_served),
        cmocka_unit_test(lower_and_gaps_place_mappings),
        cmocka_unit_test(unmap_is_refused_now_and_then),
        cmocka_unit_test(the_break_grows_shrinks_and_stays_zero),
        cmocka_unit_test(the_break_is_zero_in_every_program),
        cmocka_unit_test(a_stranger_moves_the_break),
        cmocka_unit_test(the_mood_of_the_stranger),
        cmocka_unit_test(the_buffer_is_flush_with_a_guard),
        cmocka_unit_test(the_log_keeps_the_last_calls),
        cmocka_unit_test(the_same_head_gives_the_same_source),
        cmocka_unit_test(memory_is_given_back),
        cmocka_unit_test(a_fresh_heap_is_cheap),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
