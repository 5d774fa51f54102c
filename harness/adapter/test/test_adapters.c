// SPDX-License-Identifier: MIT
// The allocators of this build are found by name; the C library's keeps its profile.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>
#include <cmocka.h>

#include "adapter/adapters.h"
#include "allocheck/profile.h"

static void every_allocator_is_found_by_its_name(void **state) {
    (void)state;
    size_t count;
    const struct ac_allocator *const *all = ac_allocators(&count);
    assert_true(count >= 1);
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(ac_allocator_by_name(all[i]->name), all[i]);
        assert_int_equal(all[i]->struct_size, sizeof *all[i]);
        assert_non_null(all[i]->profile);
        assert_non_null(all[i]->malloc);
        assert_non_null(all[i]->free);
    }
    assert_ptr_equal(ac_allocator_by_name("libc"), &ac_libc);
    assert_null(ac_allocator_by_name("lib"));
}

static void size_0_does_what_the_profile_says(void **state) {
    (void)state;
    void *first = ac_libc.malloc(NULL, 0), *second = ac_libc.calloc(NULL, 0, 8);
    assert_int_equal(ac_libc.profile->zero[AC_FN_MALLOC], AC_ZERO_BLOCK);
    assert_non_null(first);
    assert_non_null(second);
    assert_ptr_not_equal(first, second);
    assert_int_equal(ac_libc.profile->resize_zero[AC_FN_REALLOC], AC_ZERO_FREES);
    assert_null(ac_libc.realloc(NULL, first, 0));
    ac_libc.free(NULL, second);
}

static void expect_no_memory(enum ac_function function, const void *answer) {
    assert_null(answer);
    if (ac_libc.profile->errno_guaranteed[function] & AC_CAUSE_PTRDIFF)
        assert_int_equal(errno, ENOMEM);
    errno = 0;
}

static void what_cannot_be_granted_is_null(void **state) {
    (void)state;
    const size_t most = SIZE_MAX - 7;
    errno = 0;
    expect_no_memory(AC_FN_MALLOC, ac_libc.malloc(NULL, most));
    expect_no_memory(AC_FN_CALLOC, ac_libc.calloc(NULL, most, 16));
    expect_no_memory(AC_FN_REALLOC, ac_libc.realloc(NULL, NULL, most));
    expect_no_memory(AC_FN_REALLOCARRAY, ac_libc.reallocarray(NULL, NULL, most, 16));
    expect_no_memory(AC_FN_ALIGNED_ALLOC, ac_libc.aligned_alloc(NULL, 64, most));
    expect_no_memory(AC_FN_MEMALIGN, ac_libc.memalign(NULL, 64, most));
    void *out = &errno;
    assert_int_equal(ac_libc.posix_memalign(NULL, &out, 64, most), ENOMEM);
    assert_int_equal(ac_libc.posix_memalign(NULL, &out, 24, 8), EINVAL);
}

static void sizes_that_can_be_granted_are(void **state) {
    (void)state;
    char *block = ac_libc.malloc(NULL, 100);
    assert_non_null(block);
    assert_true(ac_libc.usable_size(NULL, block) >= 100);
    memset(block, 7, 100);
    block = ac_libc.reallocarray(NULL, block, 10, 100);
    assert_non_null(block);
    assert_int_equal(block[99], 7);
    ac_libc.free(NULL, block);
    block = ac_libc.memalign(NULL, 4096, 10);
    assert_int_equal((uintptr_t)block % 4096, 0);
    ac_libc.free(NULL, block);
    ac_libc.trim(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_allocator_is_found_by_its_name),
        cmocka_unit_test(size_0_does_what_the_profile_says),
        cmocka_unit_test(what_cannot_be_granted_is_null),
        cmocka_unit_test(sizes_that_can_be_granted_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
