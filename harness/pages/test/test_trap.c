// SPDX-License-Identifier: MIT
// Trapped page requests of the C library: counted, and refused as by the system. Each case runs in
// its own process, because a trap cannot be removed.
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "pages/trap.h"

enum { LARGE = 1 << 20, PAGE = 4096, NOT_HERE = 77 };

static struct ac_progress progress;

/* Keeps the compiler from optimising the calls away. */
static void *(*volatile allocate)(size_t) = malloc;

/* --- in the child --- */

#define CHECK(holds)                                                                               \
    do {                                                                                           \
        if (!(holds))                                                                              \
            return __LINE__ % 256;                                                                 \
    } while (0)

static void begin_call(void) {
    progress.in_call = 1;
    errno = 0;
}

static void *new_pages(void *at) {
    return mmap(at, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* Only calls inside the allocator count. */
static int counts_calls(void) {
    ac_trap_open(false);
    CHECK(new_pages(NULL) != MAP_FAILED && ac_trap_requests() == 0);
    begin_call();
    void *pages = new_pages(NULL);
    progress.in_call = 0;
    CHECK(pages != MAP_FAILED && ac_trap_requests() == 1 && ac_trap_refused() == 0);
    memset(pages, 1, PAGE);
    begin_call();
    CHECK(munmap(pages, PAGE) == 0 && ac_trap_requests() == 1);
    return 0;
}

static int malloc_fails(void) {
    ac_trap_open(false);
    ac_trap_sweep(1, true);
    begin_call();
    void *block = allocate(LARGE);
    const int error = errno;
    progress.in_call = 0;
    CHECK(block == NULL && error == ENOMEM && ac_trap_refused() > 0);
    CHECK(ac_trap_requests() == ac_trap_refused());
    ac_trap_open(false);
    begin_call();
    block = allocate(LARGE);
    CHECK(block != NULL && ac_trap_requests() > 0 && ac_trap_refused() == 0);
    return 0;
}

static int second_fails(void) {
    ac_trap_open(false);
    ac_trap_refuse(2, false);
    begin_call();
    CHECK(new_pages(NULL) != MAP_FAILED);
    CHECK(new_pages(NULL) == MAP_FAILED && errno == ENOMEM);
    CHECK(new_pages(NULL) != MAP_FAILED && ac_trap_requests() == 3 && ac_trap_refused() == 1);
    return 0;
}

static int break_stays(void) {
    ac_trap_open(false);
    ac_trap_sweep(1, false);
    begin_call();
    char *before = sbrk(0);
    CHECK(ac_trap_requests() == 0);
    CHECK(sbrk(PAGE) == (void *)-1 && errno == ENOMEM && sbrk(0) == before);
    CHECK(sbrk(PAGE) == before && sbrk(0) == before + PAGE);
    CHECK(ac_trap_requests() == 2 && sbrk(-PAGE) == before + PAGE && ac_trap_requests() == 2);
    return 0;
}

static int growth_fails(void) {
    ac_trap_open(true);
    begin_call();
    char *pages = new_pages(NULL);
    CHECK(pages != MAP_FAILED);
    CHECK(mremap(pages, PAGE, 2 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED && errno == ENOMEM);
    CHECK(ac_trap_refused() == 1);
    ac_trap_open(false);
    pages = mremap(pages, PAGE, 2 * PAGE, MREMAP_MAYMOVE);
    CHECK(pages != MAP_FAILED && ac_trap_requests() == 1);
    CHECK(mremap(pages, 2 * PAGE, PAGE, 0) == pages && ac_trap_requests() == 1);
    return 0;
}

/* Dropping pages needs no memory, so it is no request. */
static int advice_fails_where_it_may(void) {
    ac_trap_open(false);
    begin_call();
    char *pages = new_pages(NULL);
    CHECK(pages != MAP_FAILED);
    pages[0] = 1;
    ac_trap_sweep(1, true);
    CHECK(madvise(pages, PAGE, MADV_DONTNEED) == 0 && pages[0] == 0);
    CHECK(madvise(pages, PAGE, MADV_FREE) == 0 && ac_trap_refused() == 0);
    CHECK(madvise(pages, PAGE, MADV_DONTDUMP) == -1 && errno == ENOMEM && ac_trap_refused() == 1);
    return 0;
}

/* Reserved memory counts when it becomes writable. */
static int access_fails(void) {
    ac_trap_open(false);
    char *pages = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(pages != MAP_FAILED);
    ac_trap_refuse(2, false);
    begin_call();
    CHECK(mprotect(pages, PAGE, PROT_READ) == 0 && ac_trap_requests() == 0);
    CHECK(mprotect(pages, PAGE, PROT_READ | PROT_WRITE) == 0 && ac_trap_requests() == 1);
    CHECK(mprotect(pages, PAGE, PROT_NONE) == 0 && ac_trap_requests() == 1);
    CHECK(mprotect(pages, PAGE, PROT_READ | PROT_WRITE) == -1 && errno == ENOMEM);
    CHECK(mprotect(pages, PAGE, PROT_READ | PROT_WRITE) == 0 && ac_trap_refused() == 1);
    return 0;
}

/* An arena of the C library other than the main one starts with 132 KiB, and grows by leave to
 * write; from 128 KiB on a block is a mapping. */
enum { ALMOST_MAPPED = 120 << 10 };

static void *use_arena(void *refused) {
    const bool live = allocate(ALMOST_MAPPED) != NULL;
    ac_trap_sweep(1, true);
    begin_call();
    const void *block = allocate(ALMOST_MAPPED); /* another arena may have enough left */
    progress.in_call = 0;
    *(bool *)refused = live && (block != NULL || errno == ENOMEM) && ac_trap_refused() > 0;
    return NULL;
}

static int arena_stays(void) {
    pthread_t thread;
    bool refused = false;
    ac_trap_open(false);
    CHECK(pthread_create(&thread, NULL, use_arena, &refused) == 0);
    CHECK(pthread_join(thread, NULL) == 0 && refused);
    return 0;
}

static void *use_pages(void *counted) {
    progress.in_call = 1;
    void *pages = new_pages(NULL);
    progress.in_call = 0;
    *(bool *)counted = pages != MAP_FAILED;
    return NULL;
}

/* The C library blocks all signals while a thread starts and exits. */
static int threads_live(void) {
    for (int i = 0; i < 3; i++) {
        pthread_t thread;
        bool counted = false;
        ac_trap_open(false);
        CHECK(pthread_create(&thread, NULL, use_pages, &counted) == 0);
        CHECK(pthread_join(thread, NULL) == 0 && counted && ac_trap_requests() == 1);
    }
    return 0;
}

static int signals_stay_open(void) {
    sigset_t all, now;
    sigfillset(&all);
    CHECK(sigprocmask(SIG_SETMASK, &all, NULL) == 0 && sigprocmask(SIG_BLOCK, NULL, &now) == 0);
    CHECK(sigismember(&now, SIGINT) == 1 && sigismember(&now, SIGSYS) == 0);
    CHECK(new_pages(NULL) != MAP_FAILED);
    CHECK(sigprocmask(SIG_UNBLOCK, &all, NULL) == 0 && sigprocmask(SIG_BLOCK, NULL, &now) == 0);
    CHECK(sigismember(&now, SIGINT) == 0);
    return 0;
}

/* A trapped system call preserves what a direct one preserves. */
static int errno_stays(void) {
    ac_trap_open(false);
    begin_call();
    errno = 7777;
    CHECK(new_pages(NULL) != MAP_FAILED && errno == 7777);
    return 0;
}

/* --- in the test --- */

static void run_trapped(int (*body)(void)) {
    int status = 0;
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(ac_trap_start(&progress) ? body() : NOT_HERE);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), ac_trap_is_there() ? 0 : NOT_HERE);
}

#define CASE(name)                                                                                 \
    static void name##_case(void **state) {                                                        \
        (void)state;                                                                               \
        run_trapped(name);                                                                         \
    }

CASE(counts_calls)
CASE(malloc_fails)
CASE(second_fails)
CASE(break_stays)
CASE(growth_fails)
CASE(advice_fails_where_it_may)
CASE(access_fails)
CASE(arena_stays)
CASE(errno_stays)
CASE(threads_live)
CASE(signals_stay_open)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_calls_case),      cmocka_unit_test(malloc_fails_case),
        cmocka_unit_test(second_fails_case),      cmocka_unit_test(break_stays_case),
        cmocka_unit_test(growth_fails_case),      cmocka_unit_test(advice_fails_where_it_may_case),
        cmocka_unit_test(access_fails_case),      cmocka_unit_test(arena_stays_case),
        cmocka_unit_test(errno_stays_case),       cmocka_unit_test(threads_live_case),
        cmocka_unit_test(signals_stay_open_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
