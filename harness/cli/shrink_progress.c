// SPDX-License-Identifier: MIT
// What `allocheck shrink` says while it lasts, and at its end.
#define _DEFAULT_SOURCE /* winsize, clock_gettime */
#include "shrink.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum {
    LINE = 160,
    NARROWEST = 20,
    REWRITE_MS = 100,
    FIRST_LINE_MS = 1000, /* then after 2, 4, 8 ... seconds, at last every minute */
    LONGEST_PAUSE = 6,
};

typedef unsigned long long number;

static uint64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void shrinking_begin(struct shrinking *shrinking) {
    shrinking->on_terminal = isatty(STDERR_FILENO) == 1;
    shrinking->start_ms = now_ms();
    shrinking->next_line_ms = shrinking->start_ms + (shrinking->on_terminal ? 0 : FIRST_LINE_MS);
}

static size_t columns(void) {
    struct winsize size;
    bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= NARROWEST;
    size_t width = known ? size.ws_col : 80;
    return width < LINE ? width : LINE;
}

/* The same line again and again; a line that does not fit its terminal could not be taken back. */
static void rewrite(struct shrinking *shrinking, char *line) {
    const size_t width = columns() - 1;
    if (strlen(line) > width) {
        line[width] = '\0';
    }
    fprintf(stderr, "\r%s\033[K", line);
    shrinking->line_open = true;
    shrinking->next_line_ms = now_ms() + REWRITE_MS;
}

static void add_line(struct shrinking *shrinking, const char *line) {
    const unsigned pause =
        shrinking->plain_lines < LONGEST_PAUSE ? 1u << shrinking->plain_lines : 60;
    fprintf(stderr, "%s\n", line);
    shrinking->plain_lines++;
    shrinking->next_line_ms = now_ms() + (uint64_t)pause * 1000;
}

void shrinking_tick(void *ctx, const struct shrink_progress *progress) {
    struct shrinking *shrinking = ctx;
    char line[LINE];
    if (now_ms() < shrinking->next_line_ms) {
        return;
    }
    const struct ac_program_size size = ac_program_measure(progress->best);
    snprintf(line, sizeof line, "%5.1f s  %llu of %llu ops, %llu operands  %llu candidates",
             (double)(now_ms() - shrinking->start_ms) / 1000, (number)size.ops,
             (number)progress->ops, (number)size.operands, (number)progress->tries);
    if (shrinking->on_terminal) {
        rewrite(shrinking, line);
    } else {
        add_line(shrinking, line);
    }
}

void shrinking_clear(struct shrinking *shrinking) {
    if (shrinking->line_open) {
        fprintf(stderr, "\r\033[K");
        shrinking->line_open = false;
    }
}

static void print_flaky(const struct shrinking *shrinking, const struct shrink_outcome *outcome) {
    if (shrinking->racing.on) {
        fprintf(stderr,
                "a race: %u of %u runs of the program given show it, %u of %u of what is left\n",
                outcome->shown, outcome->runs, outcome->shown_left, outcome->runs_left);
    } else if (shrink_is_flaky(outcome)) {
        fprintf(stderr,
                "not every run shows it: %u of %u of the program given, %u of %u of what is left\n",
                outcome->shown, outcome->runs, outcome->shown_left, outcome->runs_left);
    }
}

void shrinking_print_end(const struct shrinking *shrinking, const struct ac_program *program,
                         const struct shrink_outcome *outcome) {
    const struct finding_kind kind = finding_kind_of(program, &outcome->finding);
    const char *at =
        kind.op_kind < AC_OP_KINDS ? ac_op_info((enum ac_op_kind)kind.op_kind)->name : "the end";
    print_flaky(shrinking, outcome);
    fprintf(stderr,
            "%s at %s: %llu of %llu ops are left, %llu of %llu operands; %llu candidates, %.1f s\n",
            ac_oracle_info(kind.oracle)->id, at, (number)outcome->after.ops,
            (number)outcome->before.ops, (number)outcome->after.operands,
            (number)outcome->before.operands, (number)outcome->tries, outcome->seconds);
    fprintf(stderr, "%s\n",
            outcome->minimal   ? "minimal: no single step more can be taken"
            : outcome->stopped ? "not minimal: stopped before all was tried"
                               : "not minimal: what is simpler did not show it again");
}
