// SPDX-License-Identifier: MIT
#include "cause.h"

#include "allocheck/place.h"

#include <stdio.h>
#include <string.h>

/* --- frames --- */

static bool starts_with_any(const char *text, const char *const *prefixes) {
    for (; *prefixes != NULL; prefixes++)
        if (strncmp(text, *prefixes, strlen(*prefixes)) == 0)
            return true;
    return false;
}

/* Frames of sanitizers and of the C library say nothing about the bug. */
static bool is_foreign(const struct stack_frame *frame) {
    static const char *const functions[] = {
        "abort",    "raise",    "gsignal",   "__assert",     "memset",         "memcpy", "memmove",
        "__memset", "__memcpy", "__memmove", "__libc_fatal", "__libc_message", NULL};
    static const char *const modules[] = {"libc.so",  "libc-",   "libpthread",
                                          "ld-linux", "ld-musl", NULL};
    return stack_is_of_sanitizer(frame) || strcmp(frame->place, STACK_UNKNOWN) == 0 ||
           starts_with_any(frame->function, functions) || starts_with_any(frame->place, modules);
}

static void add(char text[CAUSE_TEXT], const char *word) {
    const size_t length = strlen(text);
    snprintf(text + length, CAUSE_TEXT - length, "%s%s", length > 0 ? " < " : "", word);
}

/* `SIGSEGV' of `SIGSEGV at 0x10', else the oracle. */
static void add_death(char text[CAUSE_TEXT], const struct ac_finding *finding) {
    char word[STACK_NAME];
    const char *actual = finding->actual;
    const bool is_signal = strncmp(actual, "SIG", 3) == 0;
    snprintf(word, sizeof word, "%.*s", (int)strcspn(actual, " ,:;"), actual);
    add(text, is_signal ? word : ac_oracle_info(finding->oracle)->id);
}

/* Not a signal that an allocator raises itself: it does so in one function for many reasons. */
static bool is_fault(const struct ac_finding *finding) {
    static const char *const faults[] = {"SIGSEGV", "SIGBUS", "SIGFPE", NULL};
    return starts_with_any(finding->actual, faults);
}

/* Functions, not lines, which change with every edit. The outermost one is the function that the
 * program called: the way to the bug, unless it is all there is. */
static void describe_frames(const struct ac_finding *finding, const struct stack *stack,
                            struct cause *cause) {
    const struct stack_frame *own[STACK_FRAMES];
    size_t count = 0;
    for (size_t i = 0; stack != NULL && i < stack->count; i++)
        if (!is_foreign(&stack->frames[i]))
            own[count++] = &stack->frames[i];
    if (count == 0 ||
        finding->oracle == AC_ORACLE_LIVENESS) /* a loop is met at any of its frames */
        return;
    if (is_fault(finding)) {
        add_death(cause->fault, finding);
        add(cause->fault, own[0]->place);
    }
    count -= count > 1 && stack->count < STACK_FRAMES;
    add_death(cause->frames, finding);
    for (size_t i = 0; i < count && i < CAUSE_FRAMES; i++)
        add(cause->frames, own[i]->function[0] != '\0' ? own[i]->function : own[i]->place);
}

/* --- symptom --- */

/* `two runs that overlap' of `after the program: two runs that overlap'. */
static const char *after_colon(const char *text) {
    const char *colon = strstr(text, ": ");
    return colon != NULL ? colon + 2 : text;
}

static void describe_symptom(const struct ac_finding *finding, char text[CAUSE_SYMPTOM]) {
    switch (finding->oracle) {
    case AC_ORACLE_ERRNO: /* `ENOMEM, errno unchanged' */
        if (finding->actual[0] != '\0')
            snprintf(text, CAUSE_SYMPTOM, "%.*s, %.40s", (int)strcspn(finding->expected, " :"),
                     finding->expected, finding->actual);
        return;
    case AC_ORACLE_USABLE: /* the requirement */
    case AC_ORACLE_MUST_SUCCEED:
        snprintf(text, CAUSE_SYMPTOM, "%.90s", finding->expected);
        return;
    case AC_ORACLE_STATISTICS: { /* `held bytes' of `held bytes of 53248' */
        const char *of = strstr(finding->expected, " of ");
        snprintf(text, CAUSE_SYMPTOM, "%.*s", of != NULL ? (int)(of - finding->expected) : 0,
                 finding->expected);
        return;
    }
    case AC_ORACLE_INTEGRITY: /* the allocator's own words */
        snprintf(text, CAUSE_SYMPTOM, "%.90s", after_colon(finding->actual));
        return;
    default:
        return;
    }
}

/* --- a cause --- */

bool cause_of(const struct ac_program *program, const struct ac_finding *finding,
              const struct stack *stack, struct cause *cause) {
    *cause = (struct cause){.oracle = finding->oracle, .place = ac_place_of(program, finding)};
    describe_frames(finding, stack, cause);
    describe_symptom(finding, cause->symptom);
    return plain_calls_of(program, finding, &cause->calls);
}
