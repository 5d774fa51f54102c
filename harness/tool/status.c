// SPDX-License-Identifier: MIT
#define _DEFAULT_SOURCE /* winsize */
#include "status.h"

#include "clock.h"

#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { LINE = 160, NARROWEST = 20, SECOND_MS = 1000, DOUBLINGS = 6, LONGEST_PAUSE = 60 };

void status_begin(struct status *status, FILE *to, unsigned rewrite_ms) {
    const bool on_terminal = isatty(fileno(to)) == 1;
    fflush(to);
    *status = (struct status){.to = to,
                              .rewrite_ms = rewrite_ms,
                              .on_terminal = on_terminal,
                              .next_ms = clock_ms() + (on_terminal ? rewrite_ms : SECOND_MS)};
}

bool status_is_due(const struct status *status) {
    return clock_ms() >= status->next_ms;
}

static size_t columns(FILE *to) {
    struct winsize size;
    const bool known = ioctl(fileno(to), TIOCGWINSZ, &size) == 0 && size.ws_col >= NARROWEST;
    const size_t width = known ? size.ws_col : 80;
    return width < LINE ? width : LINE;
}

/* A line that wraps could not be erased. */
static void rewrite(struct status *status, const char *line) {
    fprintf(status->to, "\r%.*s\033[K", (int)columns(status->to) - 1, line);
    status->open = true;
    status->next_ms = clock_ms() + status->rewrite_ms;
}

static void add_line(struct status *status, const char *line) {
    const unsigned pause = status->lines < DOUBLINGS ? 1u << status->lines : LONGEST_PAUSE;
    fprintf(status->to, "%s\n", line);
    status->lines++;
    status->next_ms = clock_ms() + (uint64_t)pause * SECOND_MS;
}

void status_show(struct status *status, const char *format, ...) {
    char line[LINE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    (status->on_terminal ? rewrite : add_line)(status, line);
    fflush(status->to);
}

void status_clear(struct status *status) {
    if (status->open) {
        fputs("\r\033[K", status->to);
        status->open = false;
    }
}
