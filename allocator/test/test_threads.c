// SPDX-License-Identifier: MIT
// Threads on one heap: blocks freed by other threads than their allocators, racing frees, a fork
// in the middle.
#define _DEFAULT_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "slate.h"

enum { THREADS = 4, ROUNDS = 20000, SHELF = 256 };

static struct slate_heap *heap;
static _Atomic(unsigned char *) shelf[SHELF]; /* blocks that any thread may take */
static atomic_uint corrupted;

static uint64_t next(uint64_t *random) {
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    return *random;
}

/* The first bytes hold the length and the pattern of the rest. */
static unsigned char *make(uint64_t *random) {
    size_t size = next(random) % 16 == 0 ? next(random) % 40000 : next(random) % 300;
    unsigned char *block = slate_heap_malloc(heap, size + 8);
    if (block == NULL) {
        atomic_fetch_add(&corrupted, 1);
        return NULL;
    }
    memcpy(block, &size, sizeof size);
    memset(block + 8, (unsigned char)(size * 7), size);
    return block;
}

static void check_and_free(unsigned char *block) {
    size_t size, same = 0;
    if (block == NULL)
        return;
    memcpy(&size, block, sizeof size);
    while (same < size && block[8 + same] == (unsigned char)(size * 7))
        same++;
    if (same != size || slate_heap_malloc_usable_size(heap, block) != size + 8)
        atomic_fetch_add(&corrupted, 1);
    slate_heap_free(heap, block);
}

static void *work(void *argument) {
    uint64_t random = (uintptr_t)argument * 0x9E3779B97F4A7C15U + 1;
    for (int i = 0; i < ROUNDS; i++) {
        check_and_free(atomic_exchange(&shelf[next(&random) % SHELF], make(&random)));
        if (i % 4096 == 0 && slate_heap_check(heap) != NULL)
            atomic_fetch_add(&corrupted, 1);
    }
    return NULL;
}

static void run_threads(void *(*body)(void *)) {
    pthread_t threads[THREADS];
    for (uintptr_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, body, (void *)(i + 1)), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

static void clear_shelf(void) {
    for (int i = 0; i < SHELF; i++)
        check_and_free(atomic_exchange(&shelf[i], NULL));
}

static void many_threads_share(void) {
    run_threads(work);
    clear_shelf();
    assert_int_equal(atomic_load(&corrupted), 0);
    const char *reason = slate_heap_check(heap);
    if (reason != NULL)
        fail_msg("%s", reason);
}

static void threads_share_a_heap(void **state) {
    (void)state;
    struct slate_source source = slate_source_mmap();
    heap = slate_open(&(struct slate_options){.source = &source, .region_size = 65536});
    assert_non_null(heap);
    many_threads_share();
    struct slate_statistics s;
    slate_heap_statistics(heap, &s);
    assert_int_equal(s.live_blocks + s.live_bytes, 0);
    slate_close(heap);
}

static void threads_share_the_process_heap(void **state) {
    (void)state;
    heap = slate_default_heap();
    many_threads_share();
}

// ---- Two racing frees of one block: exactly one is reported
// (not under ThreadSanitizer, which reports the race itself)

#ifdef __has_feature
#define RACES_ARE_REPORTED __has_feature(thread_sanitizer)
#else
#define RACES_ARE_REPORTED 0
#endif
#if !RACES_ARE_REPORTED

static pthread_barrier_t start;
static void *contested;
static atomic_uint reported;
static _Thread_local jmp_buf out;

static void count_and_jump(void *ctx, const char *text) {
    (void)ctx;
    if (strcmp(text, slate_misuse_text(SLATE_DOUBLE_FREE)) == 0)
        atomic_fetch_add(&reported, 1);
    longjmp(out, 1);
}

static void free_contested(void) {
    if (setjmp(out) == 0)
        slate_heap_free(heap, contested);
}

static void *race(void *argument) {
    for (int i = 0; i < 3000; i++) {
        pthread_barrier_wait(&start);
        free_contested();
        pthread_barrier_wait(&start);
        if (argument == (void *)1)
            contested = slate_heap_malloc(heap, (size_t)(i % 40) * 500);
        pthread_barrier_wait(&start);
    }
    return NULL;
}

static void racing_frees_are_reported(void **state) {
    (void)state;
    struct slate_source source = slate_source_mmap();
    heap = slate_open(&(struct slate_options){.source = &source, .fatal = count_and_jump});
    contested = slate_heap_malloc(heap, 100);
    pthread_barrier_init(&start, NULL, THREADS);
    atomic_store(&reported, 0);
    run_threads(race);
    assert_int_equal(atomic_load(&reported), 3000 * (THREADS - 1));
    pthread_barrier_destroy(&start);
    slate_heap_free(heap, contested);
    assert_null(slate_heap_check(heap));
    slate_close(heap);
}

#endif

// ---- fork while others allocate

static atomic_bool stop;

static void *churn(void *argument) {
    uint64_t random = (uintptr_t)argument * 77 + 5;
    while (!atomic_load(&stop)) {
        unsigned char *block = make(&random);
        slate_free(slate_malloc(next(&random) % 5000));
        check_and_free(block);
    }
    return NULL;
}

static int child_can_allocate(void) {
    for (int i = 0; i < 500; i++) {
        char *block = slate_calloc((size_t)i, 10);
        if (block == NULL || (i > 0 && block[i] != 0))
            return 1;
        slate_free(block);
    }
    return slate_heap_check(slate_default_heap()) == NULL ? 0 : 2;
}

static void fork_in_the_middle(void **state) {
    (void)state;
    pthread_t threads[2];
    heap = slate_default_heap();
    for (uintptr_t i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, churn, (void *)(i + 1)), 0);
    for (int i = 0; i < 50; i++) {
        pid_t child = fork();
        if (child == 0)
            _exit(child_can_allocate());
        int status = -1;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
    atomic_store(&stop, true);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(child_can_allocate(), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_share_a_heap),
        cmocka_unit_test(threads_share_the_process_heap),
#if !RACES_ARE_REPORTED
        cmocka_unit_test(racing_frees_are_reported),
#endif
        cmocka_unit_test(fork_in_the_middle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
