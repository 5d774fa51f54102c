// SPDX-License-Identifier: MIT
// Catches a sanitizer's report in the child. The functions are the sanitizers' own interface
// (asan_interface.h, lsan_interface.h, tsan_interface.h, debugging.cpp of ThreadSanitizer); in
// builds without sanitizers nothing calls them.
#include "serve.h"

#include <stdio.h>

/* ThreadSanitizer calls in the middle of its work: no instrumented code may run. */
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

/* Sanitizers call functions without arguments, so these read a global. */
static struct {
    struct ac_alarm *alarm;
    const struct ac_runner *runner;
} watched;

void ac_child_watch_reports(struct ac_alarm *alarm, const struct ac_runner *runner) {
    watched.alarm = alarm;
    watched.runner = runner;
}

/* Called when an error was found, before it is printed and the process ends. */
void __asan_on_error(void) {
    if (watched.alarm == NULL || __asan_get_report_address == NULL)
        return;
    const void *address = __asan_get_report_address();
    if (ac_runner_forked(watched.runner, __asan_get_report_description()))
        return;
    ac_race_note_death();
    watched.alarm->raised = true;
    watched.alarm->address = (uintptr_t)address;
    watched.alarm->on_live = address != NULL && ac_runner_owns(watched.runner, address);
    snprintf(watched.alarm->text, sizeof watched.alarm->text, "AddressSanitizer: %s",
             __asan_get_report_description());
}

/* Called before the report is printed; its text is read from the output. */
void __ubsan_on_report(void) {
    if (watched.alarm != NULL &&
        !ac_runner_forked(watched.runner, "UndefinedBehaviorSanitizer: a report")) {
        ac_race_note_death();
        watched.alarm->writes = true;
    }
}

AC_NO_TSAN static void write_text(char *to, const char *prefix, const char *text) {
    size_t length = 0;
    for (; prefix[length] != '\0'; length++)
        to[length] = prefix[length];
    for (; *text != '\0' && length < AC_EVIDENCE - 1; text++)
        to[length++] = *text;
    to[length] = '\0';
}

/* Called in the thread that found a race, before it is printed and the process ends. */
AC_NO_TSAN void __tsan_on_report(void *report) {
    const char *description = "a report";
    int counts[7];
    void *trace[1];
    if (watched.alarm == NULL || __tsan_get_report_data == NULL)
        return;
    __tsan_get_report_data(report, &description, &counts[0], &counts[1], &counts[2], &counts[3],
                           &counts[4], &counts[5], &counts[6], trace, 0);
    ac_race_note_death();
    watched.alarm->raised = true;
    write_text(watched.alarm->text, "ThreadSanitizer: ", description);
}

/* The first report is the finding. Threads in calls that do not return are left behind, and leak.
 */
const char *__tsan_default_options(void) {
    return "halt_on_error=1:report_thread_leaks=0:allocator_may_return_null=1";
}

/* Called at exit. Leaks of an allocator that ends the process would change the exit status. */
int __lsan_is_turned_off(void) {
    return watched.alarm != NULL;
}

/* The stack distinguishes reports; without this only AddressSanitizer prints one. */
const char *__ubsan_default_options(void) {
    return "print_stacktrace=1";
}
