// SPDX-License-Identifier: MIT
// Blocks have the same addresses in every run, whatever the parent has mapped.
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "adapter/adapters.h"
#include "allocheck/child.h"
#include "test/parse.h"
#include "test/toy.h"

static const struct ac_allocator mapping = TOY("mapping", &toy_profile, toy_maps, toy_leaks);

/* The address of the second block of a program, in the nth process of a child. */
static uint64_t address_of(const struct ac_allocator *allocator, unsigned processes) {
    const struct ac_child_options options = {
        .target = ac_target_of(allocator), .oracles = AC_ALL_ORACLES, .keep_journal = true};
    struct ac_child *child = ac_child_new(&options);
    struct ac_program program;
    struct ac_report report;
    assert_non_null(child);
    parse(&program, "ops 1\np0 = malloc 100\np1 = malloc 5000\n");
    for (unsigned i = 0; i < processes; i++) {
        ac_child_renew(child);
        assert_int_equal(ac_child_run(child, &program, &report), AC_CHILD_RAN);
        assert_false(report.found);
    }
    const uint64_t address = ac_child_journal(child)->at[1].address;
    assert_int_not_equal(address, 0);
    ac_program_destroy(&program);
    ac_child_delete(child);
    return address;
}

/* --- within this process --- */

#if !AC_RACES_REPORTED

static void *map(size_t size) {
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void what_the_parent_maps_moves_no_block(void **state) {
    (void)state;
    const uint64_t first = address_of(&mapping, 1), other = address_of(&mapping, 2);
    assert_int_not_equal(first, other);
    void *large = map(100 << 20), *small = map(4096);
    munmap(large, 100 << 20); /* a gap */
    assert_int_equal(address_of(&mapping, 1), first);
    assert_int_equal(address_of(&mapping, 2), other);
    assert_int_equal(address_of(&mapping, 3), first); /* there are two layouts */
    munmap(small, 4096);
}

#endif

/* glibc's heap would take a moved break for somebody else's. */
static void the_c_library_keeps_its_break(void **state) {
    (void)state;
    const struct ac_child_options options = {.target = ac_target_of(&ac_libc),
                                             .oracles = AC_ALL_ORACLES};
    struct ac_child *child = ac_child_new(&options);
    struct ac_program program;
    struct ac_report report;
    assert_non_null(child);
    parse(&program, "ops 1\np0 = malloc 135144\nfree p0\np1 = malloc 135144\n");
    assert_int_equal(ac_child_run(child, &program, &report), AC_CHILD_RAN);
    assert_false(report.found);
    ac_program_destroy(&program);
    ac_child_delete(child);
}

/* --- in other processes --- */

static void print_address(void) {
    printf("%" PRIx64 "\n", address_of(&mapping, 1));
}

/* The addresses that a fresh process prints, and whether they are random. */
static void run_again(char text[80]) {
    char self[200] = "", command[240];
    assert_true(readlink("/proc/self/exe", self, sizeof self - 1) > 0);
    snprintf(command, sizeof command, "'%s' print", self);
    FILE *from = popen(command, "r");
    assert_non_null(from);
    assert_non_null(fgets(text, 80, from));
    assert_int_equal(pclose(from), 0);
}

static void runs_have_the_same_addresses(void **state) {
    (void)state;
    char first[80], second[80];
    run_again(first);
    run_again(second);
    if (AC_RACES_REPORTED && strncmp(first, "random", 6) == 0)
        skip(); /* ThreadSanitizer leaves no other place */
    assert_string_equal(first, second);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
#if !AC_RACES_REPORTED
        cmocka_unit_test(what_the_parent_maps_moves_no_block),
#endif
        cmocka_unit_test(the_c_library_keeps_its_break),
        cmocka_unit_test(runs_have_the_same_addresses),
    };
    if (argc > 1) {
        printf("%s ", ac_child_stop_randomisation(argv) ? "fixed" : "random");
        print_address();
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
