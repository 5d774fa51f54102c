// SPDX-License-Identifier: MIT
#define _DEFAULT_SOURCE /* winsize */
#include "status.h"

#include "clock.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
    FIRST_MS = 1000, /* a command that is over sooner shows no line */
    REWRITE_MS = 200,
    DOUBLINGS = 6, /* of the pause between plain lines, from a second on */
    LONGEST_PAUSE_MS = 60000,
    USUAL_COLUMNS = 80,
    LOG_COLUMNS = 160,
};

/* A terminal shows one status line, so a process has one. */
static struct {
    status_draw *draw; /* NULL: no line has begun */
    void *ctx;
    FILE *to;
    bool in_place, colour;
    bool shown;     /* on the terminal now */
    unsigned lines; /* plain ones, so far */
    double share;   /* largest share of the bar so far */
    uint64_t start_ms, next_ms;
    uint64_t (*clock)(void);
} status = {.clock = clock_ms};

/* --- the terminal --- */

static bool is_terminal(FILE *to) {
    const char *type = getenv("TERM");
    return isatty(fileno(to)) == 1 && (type == NULL || strcmp(type, "dumb") != 0);
}

/* See no-color.org. */
static bool wants_colour(void) {
    const char *no_colour = getenv("NO_COLOR");
    return no_colour == NULL || no_colour[0] == '\0';
}

/* The narrower of the terminal's width and $COLUMNS: a line that wraps could not be erased. */
static size_t columns(void) {
    struct winsize size;
    const char *text = getenv("COLUMNS");
    const unsigned long wanted = text != NULL ? strtoul(text, NULL, 10) : 0;
    const bool known = ioctl(fileno(status.to), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    size_t width = known ? size.ws_col : wanted > 0 ? wanted : USUAL_COLUMNS;
    if (wanted > 0 && wanted < width)
        width = wanted;
    return width < STATUS_TEXT / 4 ? width : STATUS_TEXT / 4;
}

/* --- begin and end --- */

void status_begin(status_draw *draw, void *ctx, FILE *log) {
    FILE *const terminal = is_terminal(stderr) ? stderr : is_terminal(stdout) ? stdout : NULL;
    status_clear();
    status.draw = terminal != NULL || log != NULL ? draw : NULL;
    status.ctx = ctx;
    status.to = terminal != NULL ? terminal : log;
    status.in_place = terminal != NULL;
    status.colour = terminal != NULL && wants_colour();
    status.lines = 0;
    status.share = 0;
    status.start_ms = status.clock();
    status.next_ms = status.start_ms + FIRST_MS;
}

void status_set_clock(uint64_t (*clock)(void)) {
    status.clock = clock;
}

void status_clear(void) {
    if (status.shown) {
        fputs("\r\033[K", status.to);
        fflush(status.to);
        status.shown = false;
    }
}

void status_end(void) {
    status_clear();
    status.draw = NULL;
}

void status_leave(void) {
    status.shown = false;
    status.draw = NULL;
}

/* --- lines --- */

static void make_line(struct status_line *line, double seconds) {
    char text[STATUS_NUMBER];
    line->count = 0;
    line->share = 0;
    status_add(line, STATUS_PLAIN, "%s", status_duration(seconds, text));
    status.draw(status.ctx, line);
    status.share = line->share > status.share ? line->share : status.share;
    line->share = status.share; /* a bar never goes back */
}

static uint64_t pause_ms(void) {
    if (status.in_place)
        return REWRITE_MS;
    status.lines++;
    return status.lines <= DOUBLINGS ? 1000u << status.lines : LONGEST_PAUSE_MS;
}

static void show(uint64_t now_ms) {
    struct status_line line;
    char text[STATUS_TEXT];
    make_line(&line, (double)(now_ms - status.start_ms) / 1000);
    if (status.in_place) {
        fflush(stdout); /* it belongs before the line */
        status_print(&line, columns() - 1, status.colour, text);
        fprintf(status.to, "\r%s\033[K", text);
        status.shown = true;
    } else {
        fprintf(status.to, "%s\n", status_print(&line, LOG_COLUMNS, false, text));
    }
    fflush(status.to);
}

void status_tick(void) {
    const uint64_t now_ms = status.draw != NULL ? status.clock() : 0;
    if (status.draw == NULL || now_ms < status.next_ms)
        return;
    show(now_ms);
    status.next_ms = now_ms + pause_ms();
}

bool status_poll(void) {
    status_tick();
    return false;
}
