// SPDX-License-Identifier: MIT
// Catches the report of AddressSanitizer or ThreadSanitizer in the child, where there is one. The
// names are the sanitizers' own interface (asan_interface.h, lsan_interface.h, tsan_interface.h,
// and debugging.cpp of ThreadSanitizer); elsewhere nothing calls them.
#include "child_private.h"

#include <stdio.h>

/* ThreadSanitizer is in the middle of its work when it calls: nothing that it watches may run. */
#define AC_NO_TSAN __attribute__((no_sanitize("thread"), noinline))

void *__asan_get_report_address(void) __attribute__((weak));
const char *__asan_get_report_description(void) __attribute__((weak));
void __asan_on_error(void);
int __lsan_is_turned_off(void);
int __tsan_get_report_data(void *report, const char **description, int *count, int *stack_count,
                           int *mop_count, int *loc_count, int *mutex_count, int *thread_count,
                           int *unique_tid_count, void **sleep_trace, unsigned long trace_size)
    __attribute__((weak));
void __tsan_on_report(void *report);
const char *__tsan_default_options(void);
const char *__ubsan_default_options(void);
void __ubsan_on_report(void);

/* The sanitizer calls a function without arguments: this is the one place it can look at. */
static struct {
    struct ac_alarm *alarm;
    const struct ac_runner *runner;
} watched;

void ac_child_watch_reports(struct ac_alarm *alarm, const struct ac_runner *runner) {
    watched.alarm = alarm;
    watched.runner = runner;
}

/* Called by the sanitizer when it has found an error, before it prints and ends the process. */
void __asan_on_error(void) {
    if (watched.alarm == NULL || __asan_get_report_address == NULL) {
        return;
    }
    const void *address = __asan_get_report_address();
    if (ac_runner_forked(watched.runner, __asan_get_report_description())) {
        return;
    }
    ac_race_note_death();
    watched.alarm->raised = true;
    watched.alarm->address = (uintptr_t)address;
    watched.alarm->on_live = address != NULL && ac_runner_owns(watched.runner, address);
    snprintf(watched.alarm->text, sizeof watched.alarm->text, "AddressSanitizer: %s",
             __asan_get_report_description());
}

/* Called by the sanitizer before it prints; what it prints is read from the output. */
void __ubsan_on_report(void) {
    if (watched.alarm != NULL &&
        !ac_runner_forked(watched.runner, "UndefinedBehaviorSanitizer: a report")) {
        ac_race_note_death();
        watched.alarm->writes = true;
    }
}

AC_NO_TSAN static void write_text(char *to, const char *prefix, const char *text) {
    size_t length = 0;
    for (; prefix[length] != '\0'; length++) {
        to[length] = prefix[length];
    }
    for (; *text != '\0' && length < AC_EVIDENCE - 1; text++) {
        to[length++] = *text;
    }
    to[length] = '\0';
}

/* Called by the sanitizer in the thread that found a race, before it prints and ends the process.
 */
AC_NO_TSAN void __tsan_on_report(void *report) {
    const char *description = "a report";
    int counts[7];
    void *trace[1];
    if (watched.alarm == NULL || __tsan_get_report_data == NULL) {
        return;
    }
    __tsan_get_report_data(report, &description, &counts[0], &counts[1], &counts[2], &counts[3],
                           &counts[4], &counts[5], &counts[6], trace, 0);
    ac_race_note_death();
    watched.alarm->raised = true;
    write_text(watched.alarm->text, "ThreadSanitizer: ", description);
}

/* The first report is the finding. Threads that are left after in calls that do not return leak.
 */
const char *__tsan_default_options(void) {
    return "halt_on_error=1:report_thread_leaks=0:allocator_may_return_null=1";
}

/* Called at exit: what an allocator that ends the process leaves after would change its status. */
int __lsan_is_turned_off(void) {
    return watched.alarm != NULL;
}

/* The stack is what tells one report from another; without this it is AddressSanitizer's alone. */
const char *__ubsan_default_options(void) {
    return "print_stacktrace=1";
}
