// SPDX-License-Identifier: MIT
// The pool with the bug of planted.patch: generated programs find it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "generated.h"

enum { PROGRAMS = 4000 };

static void generated_programs_find_the_planted_bug(void **state) {
    (void)state;
    struct ac_batch done;
    assert_true(pool_run_generated(PROGRAMS, false, &done));
    assert_true(done.sum.found);
    /* AddressSanitizer, if it watches live memory, may report the write before the check does. */
    assert_true(done.sum.finding.oracle == AC_ORACLE_INTEGRITY ||
                (AC_INSTRUMENTED && done.sum.finding.oracle == AC_ORACLE_LIVE_UNTOUCHED));
    print_message("found by program %llu\n", (unsigned long long)done.programs);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(generated_programs_find_the_planted_bug),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
