// SPDX-License-Identifier: MIT
// Catches the report of AddressSanitizer in the child, where there is one. The names are the
// sanitizers' own interface (asan_interface.h, lsan_interface.h); elsewhere nothing calls them.
#include "child_private.h"

#include <stdio.h>

void *__asan_get_report_address(void) __attribute__((weak));
const char *__asan_get_report_description(void) __attribute__((weak));
void __asan_on_error(void);
int __lsan_is_turned_off(void);
const char *__ubsan_default_options(void);
void __ubsan_on_report(void);

/* The sanitizer calls a function without arguments: this is the one place it can look at. */
static struct {
    struct ac_child_alarm *alarm;
    const struct ac_runner *runner;
} watched;

void ac_child_watch_reports(struct ac_child_alarm *alarm, const struct ac_runner *runner) {
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
    watched.alarm->raised = true;
    watched.alarm->address = (uintptr_t)address;
    watched.alarm->on_lent = address != NULL && ac_runner_owns(watched.runner, address);
    snprintf(watched.alarm->text, sizeof watched.alarm->text, "AddressSanitizer: %s",
             __asan_get_report_description());
}

/* Called by the sanitizer before it prints; what it prints is read from the output. */
void __ubsan_on_report(void) {
    if (watched.alarm != NULL &&
        !ac_runner_forked(watched.runner, "UndefinedBehaviorSanitizer: a report")) {
        watched.alarm->writes = true;
    }
}

/* Called at exit: what an allocator that ends the process leaves behind would change its status. */
int __lsan_is_turned_off(void) {
    return watched.alarm != NULL;
}

/* The stack is what tells one report from another; without this it is AddressSanitizer's alone. */
const char *__ubsan_default_options(void) {
    return "print_stacktrace=1";
}
