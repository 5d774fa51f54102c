// SPDX-License-Identifier: MIT
// The status line, in a file and on a terminal.
#define _GNU_SOURCE /* posix_openpt, winsize */
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

static void test_file_gets_plain_lines(void **state) {
    (void)state;
    char *text = NULL;
    size_t length;
    struct status status;
    FILE *to = open_memstream(&text, &length);
    status_begin(&status, to, 1);
    assert_false(status.on_terminal);
    assert_false(status_is_due(&status)); /* for a second */
    status_show(&status, "%d programs", 12);
    assert_false(status_is_due(&status));
    status_clear(&status);
    fclose(to);
    assert_string_equal(text, "12 programs\n");
    free(text);
}

/* Opens a terminal. What is written to it can be read from the result. */
static int open_terminal(FILE **to, unsigned short columns) {
    const int reader = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(reader >= 0);
    assert_int_equal(grantpt(reader), 0);
    assert_int_equal(unlockpt(reader), 0);
    const int writer = open(ptsname(reader), O_RDWR | O_NOCTTY);
    assert_true(writer >= 0);
    const struct winsize size = {.ws_row = 24, .ws_col = columns};
    assert_int_equal(ioctl(writer, TIOCSWINSZ, &size), 0);
    *to = fdopen(writer, "w");
    assert_non_null(*to);
    return reader;
}

static void test_terminal_line_is_rewritten_and_cleared(void **state) {
    (void)state;
    const char *const expected = "\ra long line that is\033[K\rshort\033[K\r\033[K";
    char got[100] = "";
    struct status status;
    FILE *to;
    const int reader = open_terminal(&to, 20);
    status_begin(&status, to, 0);
    assert_true(status.on_terminal && status_is_due(&status));
    status_show(&status, "a long line that is cut to %s", "20 columns");
    status_show(&status, "short");
    status_clear(&status);
    status_clear(&status); /* nothing is left to clear */
    fflush(to);
    for (size_t length = 0; length < strlen(expected);) {
        const ssize_t size = read(reader, got + length, sizeof got - 1 - length);
        assert_true(size > 0);
        length += (size_t)size;
    }
    assert_string_equal(got, expected);
    fclose(to);
    close(reader);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_file_gets_plain_lines),
        cmocka_unit_test(test_terminal_line_is_rewritten_and_cleared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
