// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* sigabbrev_np */
#include "measure_end.h"

#include "probe.h"

#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OUTPUT = 4096, LONG_NUMBER = 5 };

/* Digits of this many in a row are a process id or an address, and differ from run to run. */
static size_t fixed_length(const char *text, size_t length) {
    size_t digits = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '0' && i + 1 < length && text[i + 1] == 'x') {
            return i;
        }
        digits = isdigit((unsigned char)text[i]) ? digits + 1 : 0;
        if (digits == LONG_NUMBER) {
            return i + 1 - LONG_NUMBER;
        }
    }
    return length;
}

/* The first line with words, from its first letter on, up to what differs between runs. False: it
 * says nothing. */
static bool first_words(const char *output, char *text) {
    while (*output != '\0' && !isalpha((unsigned char)*output)) {
        output++;
    }
    size_t length = fixed_length(output, strcspn(output, "\n"));
    length = length < AC_MISUSE_TEXT ? length : AC_MISUSE_TEXT - 1;
    while (length > 0 && (output[length - 1] == ' ' || output[length - 1] == '\r')) {
        length--;
    }
    for (size_t i = 0; i < length; i++) {
        text[i] = isprint((unsigned char)output[i]) ? output[i] : '?';
    }
    text[length] = '\0';
    return length > 0;
}

/* What the fatal handler or the process said. False: nothing. */
static bool last_words(const struct ac_probing *probing, int file, char *text) {
    char output[OUTPUT];
    const ssize_t got = pread(file, output, sizeof output - 1, 0);
    output[got > 0 ? got : 0] = '\0';
    return first_words(probing->fatal[0] != '\0' ? probing->fatal : output, text);
}

static void wordless(const int *status, char *text) {
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
    if (misuse->caught == 1) {
        strcpy(misuse->text, text);
    } else if (strcmp(misuse->text, text) != 0) {
        misuse->differs = 1;
    }
}

static void note_misuse(struct ac_probing *probing, int which, const int *status, int output) {
    struct ac_measured_misuse *misuse = &probing->measured.misuse[which];
    char text[AC_MISUSE_TEXT];
    misuse->tried++;
    if (status != NULL && last_words(probing, output, text)) {
        note_caught(misuse, text);
        return;
    }
    misuse->silent++;
    if (misuse->caught == 0) {
        wordless(status, misuse->text);
    }
}

static void note_legal(struct ac_probing *probing, const int *status, int output) {
    struct ac_measured *measured = &probing->measured;
    const struct ac_probe_step *step = &probing->step;
    if (measured->ends < AC_MEASURED_ENDS) {
        struct ac_measured_end *end = &measured->end[measured->ends];
        end->function = step->function;
        end->limited = step->limited;
        end->size = step->size;
        end->alignment = step->alignment;
        if (status == NULL || !last_words(probing, output, end->how)) {
            wordless(status, end->how);
        }
    }
    measured->ends++;
}

void ac_note_end(struct ac_probing *probing, const int *status, int output) {
    const int misuse = ac_probe_misuse_at(probing->at);
    if (probing->in_misuse && misuse >= 0) {
        note_misuse(probing, misuse, status, output);
    } else if (probing->step.running) {
        note_legal(probing, status, output);
    }
}
