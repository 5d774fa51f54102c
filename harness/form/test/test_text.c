// SPDX-License-Identifier: MIT
// The text form: parsing, printing, and round trips.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "allocheck/codec.h"
#include "allocheck/oracle.h"
#include "test/random_program.h"
#include "test/valid.h"

enum { MOST_TEXT = 1 << 13 };

static struct ac_program first, second;
static struct ac_text_error error;
static char text[MOST_TEXT];

static void parse(struct ac_program *program, const char *from) {
    if (!ac_parse(program, from, strlen(from), &error, NULL))
        fail_msg("%zu:%zu: expected %s in:\n%s", error.line, error.column, error.expected, from);
}

static void any_program_survives_the_text_form(void **state) {
    (void)state;
    struct ac_random random = {1};
    for (int i = random_rounds("programs", 200000); i > 0; i--) {
        random_program(&first, &random, AC_SLOTS);
        size_t length = ac_print(&first, text, sizeof text);
        assert_in_range(length, 6, sizeof text - 1);
        assert_int_equal(strlen(text), length);
        parse(&second, text);
        assert_true(program_valid(&second));
        assert_true(ac_program_equal(&first, &second));
    }
}

static void any_bytes_survive_the_text_form(void **state) {
    (void)state;
    struct ac_random random = {2};
    uint8_t bytes[48];
    for (int i = random_rounds("bytes", 200000); i > 0; i--) {
        size_t size = (size_t)ac_random_below(&random, sizeof bytes);
        for (size_t at = 0; at < size; at++)
            bytes[at] = (uint8_t)ac_random_next(&random);
        assert_true(ac_decode(&first, bytes, size));
        ac_print(&first, text, sizeof text);
        parse(&second, text);
        assert_true(ac_program_equal(&first, &second));
    }
}

static void every_grammar_line_parses(void **state) {
    (void)state;
    for (unsigned kind = 0; kind < AC_OP_KINDS; kind++) {
        char line[128];
        size_t length = ac_print_grammar((enum ac_op_kind)kind, line, sizeof line);
        assert_int_equal(length, strlen(line));
        snprintf(text, sizeof text, "ops 1\n%s\n", line);
        parse(&first, text);
        assert_int_equal(first.count, 1);
        assert_int_equal(first.ops[0].kind, kind);
        ac_print_op(&first.ops[0], text, sizeof text);
        assert_string_equal(text, line);
    }
}

/* Input, and its printed form (NULL: the same). */
static const struct {
    const char *read;
    const char *printed;
} lines[] = {
    {"p0 = malloc 24", NULL},
    {"p1 = calloc 3 40", NULL},
    {"p0 = realloc p0 4096", NULL},
    {"p5 = realloc p1048575 0", NULL},
    {"p1 = reallocarray p0 4 max", NULL},
    {"repeat 200: p10 = malloc 48", NULL},
    {"repeat 2: on 7: free p1", NULL},
    {"on 1: free p1", NULL},
    {"p3 = aligned_alloc 4096 max-100", NULL},
    {"p3 = memalign 1099511627776 half+1", NULL},
    {"p1 = malloc left-64", NULL},
    {"p1 = malloc 3*page-16", NULL},
    {"p1 = malloc 65535*page+9223372036854775807", NULL},
    {"p1 = malloc page-9223372036854775808", NULL},
    {"p1 = malloc 18446744073709551615", NULL},
    {"check_all", NULL},
    {"exit 3", NULL},
    {"on 2: free_at_exit p7 3", NULL},
    {"free_foreign 2", NULL},
    {"refuse left", NULL},
    {"refuse_from 3", NULL},
    {"free_interior p4 8", NULL},
    {"repeat 1: on 0: p0 = malloc 24", "p0 = malloc 24"},
    {"repeat   2:on 1:free p1", "repeat 2: on 1: free p1"},
    {"repeat 2 : free p1", "repeat 2: free p1"},
    {"  \tp0=malloc\t0x18  # a comment", "p0 = malloc 24"},
    {"p0 = malloc 16K", "p0 = malloc 16384"},
    {"p0 = malloc 3M", "p0 = malloc 3145728"},
    {"p0 = malloc 2G", "p0 = malloc 2147483648"},
    {"p0 = malloc 0x10K", "p0 = malloc 16384"},
    {"p0 = malloc 0xffFF", "p0 = malloc 65535"},
    {"p0 = malloc max-0", "p0 = malloc max"},
    {"p0 = malloc max-0x10", "p0 = malloc max-16"},
    {"p0 = malloc left-4K", "p0 = malloc left-4096"},
    {"p0 = malloc 1*page", "p0 = malloc page"},
    {"p0 = malloc 24#close", "p0 = malloc 24"},
    {"p0 = malloc 24\r", "p0 = malloc 24"},
};

static void lines_are_parsed_and_printed(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        char line[128];
        snprintf(text, sizeof text, "ops 1\n%s\n", lines[i].read);
        parse(&first, text);
        assert_int_equal(first.count, 1);
        ac_print_op(&first.ops[0], line, sizeof line);
        assert_string_equal(line, lines[i].printed ? lines[i].printed : lines[i].read);
    }
}

static const struct {
    const char *read;
    const char *printed;
} heads[] = {
    {"with source=brk quirks=gaps,dirty limit=16M", NULL},
    {"with source=both", NULL},
    {"with source=buffer sizes=huge frames=own threads=8 groups=realloc,misuse seed=7", NULL},
    {"with quirks=unaligned,gaps,lower,dirty,foreign_brk,no_resize,no_unmap,top", NULL},
    {"with limit=1024G", NULL},
    {"with limit=4097", NULL},
    {"with groups=basic", NULL},
    {"with groups=realloc,sized,aligned,usable,frames,bulk,source,threads,misuse", NULL},
    {"with limit=16777216 seed=0x10 source=brk", "with source=brk limit=16M seed=16"},
    {"with quirks=dirty,gaps,dirty", "with quirks=gaps,dirty"},
    {"with groups=basic,sized", "with groups=sized"},
    {"with limit=4M threads=1 source=mmap sizes=mixed frames=stack seed=0", ""},
    {"with   seed=1   # why", "with seed=1"},
    {"\n# between\nwith seed=4294967295\r", "with seed=4294967295"},
};

static void heads_are_parsed_and_printed(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        char expected[256];
        const char *printed = heads[i].printed ? heads[i].printed : heads[i].read;
        snprintf(text, sizeof text, "ops 1\n%s\n", heads[i].read);
        parse(&first, text);
        ac_print(&first, text, sizeof text);
        snprintf(expected, sizeof expected, "ops 1\n%s%s", printed, printed[0] ? "\n" : "");
        assert_string_equal(text, expected);
        parse(&second, text);
        assert_true(ac_program_equal(&first, &second));
    }
}

static void the_layout_is_free(void **state) {
    (void)state;
    parse(&first, "ops 1\np0 = malloc 24\nfree p0\n");
    const char *const same[] = {
        "ops 1\np0 = malloc 24\nfree p0",
        "ops 1\r\np0 = malloc 24\r\nfree p0\r\n",
        "# why\n\n  # and why not\nops  1 # one\n\np0 = malloc 24 # a\n\t\nfree p0\n\n\n",
        "ops 1\n#\np0 = malloc 24\n#\r\nfree p0\n# no line break",
    };
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        parse(&second, same[i]);
        assert_true(ac_program_equal(&first, &second));
    }
}

static void lines_may_be_long(void **state) {
    (void)state;
    enum { LONG = 1 << 20 };
    static char file[LONG + 64];
    memset(file, 'x', sizeof file);
    memcpy(file, "ops 1\n#", 7);
    const char tail[] = "\nfree p0 # end";
    memcpy(file + LONG, tail, sizeof tail - 1);
    assert_true(ac_parse(&first, file, LONG + sizeof tail - 1, &error, NULL));
    assert_int_equal(first.count, 1);
    memset(file + 6, ' ', 1000);
    assert_false(ac_parse(&first, file, LONG, &error, NULL));
    assert_int_equal(error.line, 2);
    assert_int_equal(error.column, 1001);
}

static void parsing_stops_at_the_end(void **state) {
    (void)state;
    const char whole[] = "ops 1\np0 = malloc 24";
    assert_true(ac_parse(&first, whole, sizeof whole - 2, &error, NULL));
    assert_int_equal(first.ops[0].b.value, 2);
    assert_false(ac_parse(&first, whole, 4, &error, NULL));
    assert_false(ac_parse(&first, NULL, 0, &error, NULL));
    assert_int_equal(error.line, 1);
    assert_int_equal(error.column, 1);
}

static void printing_stays_within_its_capacity(void **state) {
    (void)state;
    char out[64];
    parse(&first, "ops 1\nwith seed=9\np0 = malloc 24\n");
    size_t length = ac_print(&first, text, sizeof text);
    for (size_t capacity = 0; capacity < 40; capacity++) {
        memset(out, 0x55, sizeof out);
        assert_int_equal(ac_print(&first, out, capacity), length);
        assert_int_equal(out[capacity], 0x55);
        size_t kept = capacity == 0 ? 0 : capacity - 1 < length ? capacity - 1 : length;
        assert_memory_equal(out, text, kept);
        assert_true(capacity == 0 || out[kept] == '\0');
    }
}

static void expectations_are_parsed(void **state) {
    (void)state;
    struct ac_expect expect;
    const char plain[] = "# expected: nothing\n# why: expect the worst\nops 1\n";
    assert_true(ac_parse(&first, plain, sizeof plain - 1, &error, &expect));
    assert_false(expect.given);
    const char clean[] = "# expect: clean\nops 1\n";
    assert_true(ac_parse(&first, clean, sizeof clean - 1, &error, &expect));
    assert_true(expect.given && expect.clean);
    assert_int_equal(expect.oracle, -1);
    const char found[] = "ops 1\n#expect:finding  no-leak \r\n";
    assert_true(ac_parse(&first, found, sizeof found - 1, &error, &expect));
    assert_true(expect.given && !expect.clean);
    assert_int_equal(expect.oracle, AC_ORACLE_NO_LEAK);
    assert_string_equal(expect.on, "");
    const char named[] = "ops 1\nfree p0 # expect: finding zeroed on tlsf-zero.so";
    assert_true(ac_parse(&first, named, sizeof named - 1, &error, &expect));
    assert_int_equal(expect.oracle, AC_ORACLE_ZEROED);
    assert_string_equal(expect.on, "tlsf-zero.so");
    assert_false(expect.trapped);
    const char trapped[] = "# expect: finding errno on libc with trap\nops 1\n";
    assert_true(ac_parse(&first, trapped, sizeof trapped - 1, &error, &expect));
    assert_int_equal(expect.oracle, AC_ORACLE_ERRNO);
    assert_string_equal(expect.on, "libc");
    assert_true(expect.trapped);
    assert_false(expect.strict);
    const char strict[] = "# deviations: findings\n# expect: clean\nops 1\n";
    assert_true(ac_parse(&first, strict, sizeof strict - 1, &error, &expect));
    assert_true(expect.strict && expect.given && expect.clean);
}

static int teardown(void **state) {
    (void)state;
    ac_program_destroy(&first);
    ac_program_destroy(&second);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_program_survives_the_text_form),
        cmocka_unit_test(any_bytes_survive_the_text_form),
        cmocka_unit_test(every_grammar_line_parses),
        cmocka_unit_test(lines_are_parsed_and_printed),
        cmocka_unit_test(heads_are_parsed_and_printed),
        cmocka_unit_test(the_layout_is_free),
        cmocka_unit_test(lines_may_be_long),
        cmocka_unit_test(parsing_stops_at_the_end),
        cmocka_unit_test(printing_stays_within_its_capacity),
        cmocka_unit_test(expectations_are_parsed),
    };
    ac_program_init(&first);
    ac_program_init(&second);
    return cmocka_run_group_tests(tests, NULL, teardown);
}
