// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* gettid */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "logger.h"

#include "allocheck/codec.h"
#include "allocheck/profile.h"
#include "test/parse.h"

struct logger logger;

static _Thread_local unsigned calls_here;

static void report(char what, size_t size) {
    if (logger.count < MOST_CALLS) {
        logger.calls[logger.count++] =
            (struct call){.what = what, .size = size, .thread = gettid(), .before = calls_here++};
    }
}

static void accuse(void *argument) {
    (void)argument;
    logger.options.fatal(logger.options.fatal_ctx, "logger: fatal");
}

static void *logger_open(const struct ac_open_options *options) {
    logger.options = *options;
    logger.used = 0;
    return &logger;
}

static void logger_close(void *heap) {
    (void)heap;
    report('c', 0);
}

static void misbehave(size_t size) {
    switch (size) {
    case WRITES:
        logger.area[(logger.used - 1) * BLOCK + 3] ^= 1;
        break;
    case ACCUSES:
        accuse(NULL);
        break;
    case ABORTS:
        abort();
    case SLEEPS:
        for (;;)
            pause();
    case LOOKS_AT_SIGNALS:
        pthread_sigmask(SIG_BLOCK, NULL, &logger.blocked);
        break;
    case ACCUSES_AT_EXIT:
        pthread_setspecific(logger.key, &logger);
        break;
    default:
        break;
    }
}

static void *logger_malloc(void *heap, size_t size) {
    (void)heap;
    report('m', size);
    misbehave(size);
    if (size > BLOCK || logger.used == BLOCKS) {
        errno = ENOMEM;
        return NULL;
    }
    logger.sizes[logger.used] = size;
    return logger.area + BLOCK * logger.used++;
}

static void logger_free(void *heap, void *block) {
    (void)heap;
    if (block == NULL)
        return;
    size_t size = logger.sizes[(size_t)((uint8_t *)block - logger.area) / BLOCK];
    report('f', size);
    if (size == ACCUSES_WHEN_FREED)
        accuse(NULL);
}

static void logger_thread_exit(void *heap) {
    (void)heap;
    report('x', 0);
}

static bool logger_enter(void *heap) {
    (void)heap;
    return true;
}

static void logger_leave(void *heap) {
    (void)heap;
}

static const struct ac_profile logger_profile = {
    .name = "logger",
    .zero = {AC_ZERO_FRESH(AC_ZERO_BLOCK)},
    .min_alignment = 16,
    .held_when_empty = SIZE_MAX,
    .may_refuse_freed_size = true,
};

const struct ac_allocator logger_allocator = {
    .struct_size = sizeof(struct ac_allocator),
    .name = "logger",
    .profile = &logger_profile,
    .open = logger_open,
    .close = logger_close,
    .malloc = logger_malloc,
    .free = logger_free,
    .frame_enter = logger_enter,
    .frame_leave = logger_leave,
    .frame_alloca = logger_malloc,
    .thread_exit = logger_thread_exit,
};

int logger_make_key(void **state) {
    (void)state;
    return pthread_key_create(&logger.key, accuse);
}

/* --- running --- */

struct ac_runner *new_runner(const struct ac_allocator *allocator) {
    const struct ac_run_options options = {.oracles = AC_ALL_ORACLES, .free_at_end = true};
    struct ac_runner *runner = ac_runner_new(allocator, &options);
    assert_non_null(runner);
    return runner;
}

struct ac_report run_in(struct ac_runner *runner, const char *text, bool replay) {
    struct ac_program program;
    struct ac_report report;
    parse(&program, text);
    logger.count = 0;
    if (replay)
        ac_replay(runner, &program, &report);
    else
        ac_run(runner, &program, &report);
    ac_program_destroy(&program);
    return report;
}

struct ac_report run_on(const struct ac_allocator *allocator, const char *text) {
    struct ac_runner *runner = new_runner(allocator);
    struct ac_report report = run_in(runner, text, false);
    ac_runner_delete(runner);
    return report;
}

struct ac_report run(const char *text) {
    return run_on(&logger_allocator, text);
}

void assert_found(const struct ac_report *report, enum ac_oracle oracle, uint32_t op,
                  uint32_t thread) {
    assert_true(report->found);
    assert_string_equal(ac_oracle_info(report->finding.oracle)->id, ac_oracle_info(oracle)->id);
    assert_int_equal(report->finding.op, op);
    assert_int_equal(report->finding.thread, thread);
}

void assert_calls(size_t first, const char *expected) {
    char actual[MOST_CALLS + 1];
    size_t length = 0;
    for (size_t i = first; i < logger.count; i++)
        actual[length++] = logger.calls[i].what;
    actual[length] = '\0';
    assert_string_equal(actual, expected);
}
