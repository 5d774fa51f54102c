// SPDX-License-Identifier: MIT
// The status line, in a file and on a terminal.
#define _GNU_SOURCE /* posix_openpt, winsize, open_memstream */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tool/status.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

/* How far the drawn bar is. */
static double share;

static void draw(void *ctx, struct status_line *line) {
    status_add_bar(line, share);
    status_add_count(line, STATUS_BAD, *(const uint64_t *)ctx, "finding");
}

static uint64_t now_ms;

static uint64_t stopped_clock(void) {
    return now_ms;
}

/* Lets time pass, in which the status line is offered many occasions. */
static void pass_ms(unsigned ms) {
    for (const uint64_t end = now_ms + ms; now_ms < end; now_ms++)
        status_tick();
    status_tick();
}

/* --- a terminal in place of standard error --- */

struct terminal {
    int reader, saved;
    char got[2000];
};

static void open_terminal(struct terminal *terminal, unsigned short columns) {
    *terminal = (struct terminal){.reader = posix_openpt(O_RDWR | O_NOCTTY)};
    assert_true(terminal->reader >= 0);
    assert_int_equal(grantpt(terminal->reader), 0);
    assert_int_equal(unlockpt(terminal->reader), 0);
    const int writer = open(ptsname(terminal->reader), O_RDWR | O_NOCTTY);
    assert_true(writer >= 0);
    const struct winsize size = {.ws_row = 24, .ws_col = columns};
    assert_int_equal(ioctl(writer, TIOCSWINSZ, &size), 0);
    terminal->saved = dup(STDERR_FILENO);
    dup2(writer, STDERR_FILENO);
    close(writer);
}

/* Puts standard error back, and returns what the terminal got. */
static const char *close_terminal(struct terminal *terminal) {
    size_t length = 0;
    ssize_t size;
    dup2(terminal->saved, STDERR_FILENO);
    close(terminal->saved);
    /* It ends with an error: nothing can be written any more. */
    while ((size = read(terminal->reader, terminal->got + length,
                        sizeof terminal->got - 1 - length)) > 0)
        length += (size_t)size;
    terminal->got[length] = '\0';
    close(terminal->reader);
    return terminal->got;
}

static void test_terminal_line_is_rewritten_and_cleared(void **state) {
    (void)state;
    struct terminal terminal;
    uint64_t findings = 0;
    setenv("NO_COLOR", "1", 1);
    unsetenv("COLUMNS");
    open_terminal(&terminal, 40);
    share = 0.5;
    status_begin(draw, &findings, NULL);
    status_tick(); /* nothing: it is too early */
    pass_ms(1000);
    share = 0.25; /* a bar never goes back */
    findings = 1;
    pass_ms(200);
    status_clear();
    status_clear(); /* nothing is left to clear */
    status_end();
    pass_ms(300); /* nothing: it has ended */
    assert_string_equal(close_terminal(&terminal),
                        "\r0:01  [======>......]  50 %  0 findings\033[K"
                        "\r0:01  [=======>......]  50 %  1 finding\033[K\r\033[K");
}

static void test_colour_unless_it_is_not_wanted(void **state) {
    (void)state;
    struct terminal terminal;
    uint64_t findings = 2;
    unsetenv("NO_COLOR");
    open_terminal(&terminal, 80);
    status_begin(draw, &findings, NULL);
    pass_ms(1000);
    status_end();
    assert_non_null(strstr(close_terminal(&terminal), "\033[1;31m2 findings\033[0m\033[K"));
}

static void test_columns_are_the_least_known(void **state) {
    (void)state;
    struct terminal terminal;
    uint64_t findings = 2;
    setenv("COLUMNS", "17", 1);
    setenv("NO_COLOR", "1", 1);
    open_terminal(&terminal, 80);
    share = 0;
    status_begin(draw, &findings, NULL);
    pass_ms(1000);
    status_end();
    unsetenv("COLUMNS");
    assert_string_equal(close_terminal(&terminal), "\r0:01  [>.......]\033[K\r\033[K");
}

/* --- where no line can be erased --- */

static void test_file_gets_plain_lines(void **state) {
    (void)state;
    char *text = NULL;
    size_t length;
    struct terminal terminal;
    uint64_t findings = 12345;
    FILE *log = open_memstream(&text, &length);
    setenv("TERM", "dumb", 1);
    open_terminal(&terminal, 80);
    share = 0;
    status_begin(draw, &findings, log);
    pass_ms(1500); /* the next line is due after three seconds */
    status_clear();
    status_end();
    fclose(log);
    setenv("TERM", "xterm", 1);
    assert_string_equal(close_terminal(&terminal), "");
    assert_string_equal(text, "0:01  [>.......................]   0 %  12,345 findings\n");
    free(text);
}

static void test_nothing_without_a_log(void **state) {
    (void)state;
    struct terminal terminal;
    uint64_t findings = 0;
    setenv("TERM", "dumb", 1);
    open_terminal(&terminal, 80);
    status_begin(draw, &findings, NULL);
    pass_ms(1100);
    status_end();
    setenv("TERM", "xterm", 1);
    assert_string_equal(close_terminal(&terminal), "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_terminal_line_is_rewritten_and_cleared),
        cmocka_unit_test(test_colour_unless_it_is_not_wanted),
        cmocka_unit_test(test_columns_are_the_least_known),
        cmocka_unit_test(test_file_gets_plain_lines),
        cmocka_unit_test(test_nothing_without_a_log),
    };
    setenv("TERM", "xterm", 1);
    status_set_clock(stopped_clock);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
