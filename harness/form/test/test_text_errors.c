// SPDX-License-Identifier: MIT
// Every syntax error, with its place and its message.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "allocheck/codec.h"

#define SIZE      "a size: a number, or max, half, left or page with an optional delta"
#define COUNT     "a count: a number, or max, half, left or page with an optional delta"
#define ALIGNMENT "an alignment: a number, or max, half, left or page with an optional delta"
#define NUMBER    "a number, or max, half, left or page with an optional delta"
#define SLOT      "a slot, p0 to p1048575"
#define LITERAL   "a number below 2^64, such as 24, 16K or 0x18"
#define DELTA     "a delta from -9223372036854775808 to +9223372036854775807"
#define PAGES     "a page count from 1 to 65535"
#define VERSION   "`ops 1` as the first line"
#define BLANK     "a space or the end of the line"
#define END       "the end of the line"
#define SETTING   "a setting: source, quirks, limit, sizes, frames, threads, groups or seed"
#define QUIRK     "a quirk: unaligned, gaps, lower, dirty, foreign_brk, no_resize, no_unmap or top"
#define GROUP                                                                                      \
    "an op group: basic, realloc, sized, aligned, usable, frames, bulk, source, threads or misuse"

static const struct {
    const char *text;
    const char *expected; /* "LINE:COLUMN: WHAT" */
} cases[] = {
    /* the first line */
    {"", "1:1: " VERSION},
    {"\n\n", "3:1: " VERSION},
    {"# only a comment\n", "2:1: " VERSION},
    {"free p0\n", "1:1: " VERSION},
    {"  ops 2\n", "1:3: " VERSION},
    {"ops\n", "1:1: " VERSION},
    {"ops 10\n", "1:1: " VERSION},
    {"ops 1 2\n", "1:7: " END},
    {"OPS 1\n", "1:1: " VERSION},
    {"\xEF\xBB\xBFops 1\n", "1:1: " VERSION},
    /* the head */
    {"ops 1\nwith\n", "2:5: " SETTING},
    {"ops 1\nwith   # nothing\n", "2:8: " SETTING},
    {"ops 1\nwith colour=red\n", "2:6: " SETTING},
    {"ops 1\nwith source\n", "2:12: `=` and a value"},
    {"ops 1\nwith source = brk\n", "2:12: `=` and a value"},
    {"ops 1\nwith source=\n", "2:13: a page source: mmap, brk, both or buffer"},
    {"ops 1\nwith source=sbrk\n", "2:13: a page source: mmap, brk, both or buffer"},
    {"ops 1\nwith source=brk,mmap\n", "2:16: " BLANK},
    {"ops 1\nwith source=brk source=brk\n", "2:17: each setting only once"},
    {"ops 1\nwith quirks=gaps, dirty\n", "2:18: " QUIRK},
    {"ops 1\nwith quirks=none\n", "2:13: " QUIRK},
    {"ops 1\nwith sizes=tiny\n", "2:12: a size mix: mixed, small, class, page, large or huge"},
    {"ops 1\nwith frames=real\n", "2:13: a frame kind: stack or own"},
    {"ops 1\nwith groups=all\n", "2:13: " GROUP},
    {"ops 1\nwith groups=realloc,\n", "2:21: " GROUP},
    {"ops 1\nwith limit=4095\n", "2:12: a memory limit from 4K to 1024G"},
    {"ops 1\nwith limit=1025G\n", "2:12: a memory limit from 4K to 1024G"},
    {"ops 1\nwith limit=\n", "2:12: a memory limit from 4K to 1024G"},
    {"ops 1\nwith threads=0\n", "2:14: a thread count, 1 to 8"},
    {"ops 1\nwith threads=9\n", "2:14: a thread count, 1 to 8"},
    {"ops 1\nwith seed=4294967296\n", "2:11: a random seed, 0 to 4294967295"},
    {"ops 1\nwith seed=-1\n", "2:11: a random seed, 0 to 4294967295"},
    {"ops 1\nwith seed=1\nwith limit=4K\n", "3:1: an op"},
    {"ops 1\nfree p0\nwith seed=1\n", "3:1: an op"},
    {"ops 1\nops 1\n", "2:1: an op"},
    /* ops */
    {"ops 1\nmallok 24\n", "2:1: an op"},
    {"ops 1\nMALLOC 24\n", "2:1: an op"},
    {"ops 1\np0 = mallok 24\n", "2:6: an op"},
    {"ops 1\np0 =\n", "2:5: an op"},
    {"ops 1\n= malloc 24\n", "2:1: an op"},
    {"ops 1\n; free p0\n", "2:1: an op"},
    {"ops 1\nmalloc 24\n", "2:1: `pN =` before this op"},
    {"ops 1\nrepeat 2: largest\n", "2:11: `pN =` before this op"},
    {"ops 1\np0 = free p0\n", "2:6: an op that allocates a block"},
    {"ops 1\np0 = check_all\n", "2:6: an op that allocates a block"},
    {"ops 1\np0 malloc 24\n", "2:4: `=`"},
    {"ops 1\np0\n", "2:3: `=`"},
    {"ops 1\np1048576 = malloc 24\n", "2:1: " SLOT},
    {"ops 1\np99999999999999999999 = malloc 24\n", "2:1: " SLOT},
    {"ops 1\np01 = malloc 24\n", "2:1: " SLOT},
    {"ops 1\np0x1 = malloc 24\n", "2:1: " SLOT},
    {"ops 1\np1K = malloc 24\n", "2:1: " SLOT},
    {"ops 1\nfree\n", "2:5: " SLOT},
    {"ops 1\nfree # nothing\n", "2:6: " SLOT},
    {"ops 1\nfree 0\n", "2:6: " SLOT},
    {"ops 1\nfree p\n", "2:6: " SLOT},
    {"ops 1\nfree p1048576\n", "2:6: " SLOT},
    {"ops 1\nfree p0 p1\n", "2:9: " END},
    {"ops 1\nfree p0,\n", "2:8: " BLANK},
    {"ops 1\ncheck_all 1\n", "2:11: " END},
    {"ops 1\nenter(\n", "2:6: " BLANK},
    /* prefixes */
    {"ops 1\nrepeat 0: free p0\n", "2:8: a repeat count, 1 to 200000"},
    {"ops 1\nrepeat 200001: free p0\n", "2:8: a repeat count, 1 to 200000"},
    {"ops 1\nrepeat: free p0\n", "2:7: a repeat count, 1 to 200000"},
    {"ops 1\nrepeat 2 free p0\n", "2:10: `:`"},
    {"ops 1\nrepeat 2:\n", "2:10: an op"},
    {"ops 1\nrepeat 2: repeat 2: free p0\n", "2:11: an op"},
    {"ops 1\non 8: free p0\n", "2:4: a thread number, 0 to 7"},
    {"ops 1\non x: free p0\n", "2:4: a thread number, 0 to 7"},
    {"ops 1\non 1 free p0\n", "2:6: `:`"},
    {"ops 1\non 1: repeat 2: free p0\n", "2:7: an op"},
    {"ops 1\nexit 8\n", "2:6: a thread that can exit, 1 to 7"},
    {"ops 1\ncheck_all\nexit 0\n", "3:6: a thread that can exit, 1 to 7"},
    {"ops 1\nexit 0x0\n", "2:6: a thread that can exit, 1 to 7"},
    {"ops 1\nexit\n", "2:5: a thread that can exit, 1 to 7"},
    /* operands */
    {"ops 1\np0 = malloc\n", "2:12: " SIZE},
    {"ops 1\np0 = malloc p1\n", "2:13: " SIZE},
    {"ops 1\np0 = malloc -5\n", "2:13: " SIZE},
    {"ops 1\np0 = malloc maximum\n", "2:13: " SIZE},
    {"ops 1\np0 = malloc (24)\n", "2:13: " SIZE},
    {"ops 1\np0 = malloc 24 24\n", "2:16: " END},
    {"ops 1\np0 = malloc 24x\n", "2:13: " LITERAL},
    {"ops 1\np0 = malloc 24k\n", "2:13: " LITERAL},
    {"ops 1\np0 = malloc 16KB\n", "2:13: " LITERAL},
    {"ops 1\np0 = malloc 024\n", "2:13: " LITERAL},
    {"ops 1\np0 = malloc 0x\n", "2:13: " LITERAL},
    {"ops 1\np0 = malloc 0xG\n", "2:13: " LITERAL},
    {"ops 1\np0 = malloc 18446744073709551616\n", "2:13: " LITERAL},
    {"ops 1\np0 = malloc 99999999999999999999999\n", "2:13: " LITERAL},
    {"ops 1\np0 = malloc 0x10000000000000000\n", "2:13: " LITERAL},
    {"ops 1\np0 = malloc 17179869184G\n", "2:13: " LITERAL},
    {"ops 1\np0 = malloc 1.5\n", "2:14: " BLANK},
    {"ops 1\np0 = malloc 1-2\n", "2:14: " BLANK},
    {"ops 1\np0 = malloc max-\n", "2:17: " DELTA},
    {"ops 1\np0 = malloc max - 7\n", "2:17: " END},
    {"ops 1\np0 = malloc max-page\n", "2:17: " DELTA},
    {"ops 1\np0 = malloc max-9223372036854775809\n", "2:17: " DELTA},
    {"ops 1\np0 = malloc max+9223372036854775808\n", "2:17: " DELTA},
    {"ops 1\np0 = malloc max-1-1\n", "2:18: " BLANK},
    {"ops 1\np0 = malloc 0*page\n", "2:13: " PAGES},
    {"ops 1\np0 = malloc 65536*page\n", "2:13: " PAGES},
    {"ops 1\np0 = malloc 3*max\n", "2:15: `page`"},
    {"ops 1\np0 = malloc 3*\n", "2:15: `page`"},
    {"ops 1\np0 = malloc 3*pages\n", "2:15: `page`"},
    {"ops 1\np0 = calloc 3\n", "2:14: " SIZE},
    {"ops 1\np0 = calloc\n", "2:12: " COUNT},
    {"ops 1\np0 = realloc 24\n", "2:14: " SLOT},
    {"ops 1\np0 = realloc p1\n", "2:16: " SIZE},
    {"ops 1\np0 = aligned_alloc\n", "2:19: " ALIGNMENT},
    {"ops 1\nrefuse\n", "2:7: " NUMBER},
    /* characters */
    {"ops 1\nfree p0\n\tfree p\xC3\xA9\n", "3:7: " SLOT},
    {"ops 1\nfree\rp0\n", "2:5: " BLANK},
    /* expectations */
    {"# expect:\nops 1\n", "1:10: `clean`, or `finding ORACLE on ALLOCATOR`"},
    {"# expect: Clean\nops 1\n", "1:11: `clean`, or `finding ORACLE on ALLOCATOR`"},
    {"# expect: cleanly\nops 1\n", "1:11: `clean`, or `finding ORACLE on ALLOCATOR`"},
    {"# expect: clean mostly\nops 1\n", "1:17: " END},
    {"# expect: finding\nops 1\n", "1:18: an oracle id"},
    {"# deviations: accepted\nops 1\n", "1:15: `findings`"},
    {"# deviations: findings too\nops 1\n", "1:24: " END},
    {"# expect: finding zero\nops 1\n", "1:19: an oracle id"},
    {"# expect: finding zeroed in slate\nops 1\n", "1:26: " END},
    {"# expect: finding zeroed on\nops 1\n", "1:28: an allocator name of 1 to 63 characters"},
    {"# expect: finding zeroed on "
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nops 1\n",
     "1:29: an allocator name of 1 to 63 characters"},
    {"# expect: finding zeroed on slate libc\nops 1\n", "1:35: " END},
    {"# expect: finding zeroed on slate with\nops 1\n", "1:39: `trap`"},
    {"# expect: clean with traps\nops 1\n", "1:22: `trap`"},
    {"# expect: clean with trap too\nops 1\n", "1:27: " END},
    {"# expect: clean\n# expect: clean\nops 1\n", "2:10: only one `# expect:` line"},
    {"ops 1\nfree p0 # expect: dirty\n", "2:19: `clean`, or `finding ORACLE on ALLOCATOR`"},
};

static struct ac_program program;

static void check_error(const char *text, size_t size, const char *expected) {
    struct ac_text_error error;
    struct ac_expect expect;
    char reported[256];
    if (ac_parse(&program, text, size, &error, &expect))
        fail_msg("parsed, instead of %s:\n%s", expected, text);
    snprintf(reported, sizeof reported, "%zu:%zu: %s", error.line, error.column, error.expected);
    if (strcmp(reported, expected) != 0)
        fail_msg("%s instead of %s:\n%s", reported, expected, text);
    assert_int_equal(program.count, 0);
}

static void errors_have_a_place_and_a_message(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_error(cases[i].text, strlen(cases[i].text), cases[i].expected);
}

static void zero_bytes_are_errors_everywhere(void **state) {
    (void)state;
    const char first[] = "\0ops 1\n", comment[] = "ops 1\n# a\0b\n", last[] = "ops 1\nfree p0";
    check_error(first, sizeof first - 1, "1:1: text without zero bytes");
    check_error(comment, sizeof comment - 1, "2:4: text without zero bytes");
    check_error(last, sizeof last, "2:8: text without zero bytes");
}

static void a_failed_parse_leaves_an_empty_program(void **state) {
    (void)state;
    struct ac_text_error error;
    const struct ac_head plain = ac_default_head();
    const char text[] = "ops 1\nwith seed=3\nfree p0\nfree p1\nfree q\n";
    assert_false(ac_parse(&program, text, sizeof text - 1, &error, NULL));
    assert_int_equal(program.count, 0);
    assert_true(ac_head_equal(&program.head, &plain));
}

static int teardown(void **state) {
    (void)state;
    ac_program_destroy(&program);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_have_a_place_and_a_message),
        cmocka_unit_test(zero_bytes_are_errors_everywhere),
        cmocka_unit_test(a_failed_parse_leaves_an_empty_program),
    };
    ac_program_init(&program);
    return cmocka_run_group_tests(tests, NULL, teardown);
}
