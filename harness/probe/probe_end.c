// SPDX-License-Identifier: MIT
// Records how the process of a probe ended: a caught misuse, or a fatal call.
#define _GNU_SOURCE /* sigabbrev_np */
#include "probe_end.h"

#include "probe.h"

#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OUTPUT = 4096, LONG_NUMBER = 5 };

/* The length up to the first number that differs from run to run: a long one is a process id or an
 * address. */
static size_t fixed_length(const char *text, size_t length) {
    size_t digits = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '0' && i + 1 < length && text[i + 1] == 'x')
            return i;
        digits = isdigit((unsigned char)text[i]) ? digits + 1 : 0;
        if (digits == LONG_NUMBER)
            return i + 1 - LONG_NUMBER;
    }
    return length;
}

/* Copies the first line with words, from its first letter, up to what differs between runs. False:
 * there is none. */
static bool first_words(const char *output, char *text) {
    while (*output != '\0' && !isalpha((unsigned char)*output))
        output++;
    size_t length = fixed_length(output, strcspn(output, "\n"));
    length = length < AC_MISUSE_TEXT ? length : AC_MISUSE_TEXT - 1;
    while (length > 0 && (output[length - 1] == ' ' || output[length - 1] == '\r'))
        length--;
    for (size_t i = 0; i < length; i++)
        text[i] = isprint((unsigned char)output[i]) ? output[i] : '?';
    text[length] = '\0';
    return length > 0;
}

/* From the fatal handler, or else from the output after its first `from` bytes. */
static bool last_words(const struct ac_probe_state *state, int file, uint64_t from, char *text) {
    char output[OUTPUT];
    const ssize_t got = pread(file, output, sizeof output - 1, (off_t)from);
    output[got > 0 ? got : 0] = '\0';
    return first_words(state->fatal[0] != '\0' ? state->fatal : output, text);
}

static void describe_status(const int *status, char *text) {
    if (status == NULL) {
        snprintf(text, AC_MISUSE_TEXT, "it does not return");
    } else if (WIFSIGNALED(*status)) {
        const char *name = sigabbrev_np(WTERMSIG(*status));
        snprintf(text, AC_MISUSE_TEXT, "SIG%s", name != NULL ? name : "?");
    } else {
        snprintf(text, AC_MISUSE_TEXT, "exit(%d)", WEXITSTATUS(*status));
    }
}

static void note_caught(struct ac_measured_misuse *misuse, const char *text) {
    misuse->caught++;
    if (misuse->caught == 1)
        strcpy(misuse->text, text);
    else if (strcmp(misuse->text, text) != 0)
        misuse->differs = 1;
}

static void note_misuse(struct ac_probe_state *state, int which, const struct ac_probe_end *end) {
    struct ac_measured_misuse *misuse = &state->measured.misuse[which];
    char text[AC_MISUSE_TEXT];
    misuse->tried++;
    if (end->status != NULL && last_words(state, end->output, 0, text)) {
        note_caught(misuse, text);
        return;
    }
    misuse->silent++;
    if (misuse->caught == 0)
        describe_status(end->status, misuse->text);
}

/* An end on purpose: not a signal other than that of abort, nor a sanitizer's report. */
static bool is_deliberate(const struct ac_probe_end *end) {
    return end->status != NULL && !end->reported &&
           (WIFEXITED(*end->status) || WTERMSIG(*end->status) == SIGABRT);
}

/* As assert prints it: its author did not expect that. */
static bool is_assertion(const char *words) {
    return strstr(words, "ssertion ") != NULL;
}

static void note_fatal_call(struct ac_probe_state *state, const struct ac_probe_end *end) {
    struct ac_measurement *measured = &state->measured;
    const struct ac_probe_pending *pending = &state->pending;
    if (measured->fatal_calls < AC_FATAL_CALLS) {
        struct ac_fatal_call *call = &measured->fatal_call[measured->fatal_calls];
        const bool words =
            end->status != NULL && last_words(state, end->output, pending->output, call->how);
        call->announced = is_deliberate(end) && words && !is_assertion(call->how);
        call->function = pending->function;
        call->limited = pending->limited;
        call->resizes = pending->resizes;
        call->null = pending->null;
        call->count = pending->count;
        call->size = pending->size;
        call->alignment = pending->alignment;
        if (!words)
            describe_status(end->status, call->how);
    }
    measured->fatal_calls++;
}

void ac_probe_note_end(struct ac_probe_state *state, const struct ac_probe_end *end) {
    const int misuse = ac_probe_misuse_at(state->at);
    if (state->in_misuse && misuse >= 0)
        note_misuse(state, misuse, end);
    else if (state->pending.legal)
        note_fatal_call(state, end);
}
