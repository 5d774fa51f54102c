// SPDX-License-Identifier: MIT
// How a tool starts and ends, whatever it is called.
#include "tool.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void tool_begin(void) {
    argp_err_exit_status = STATUS_ERROR;
    signal(SIGCHLD, SIG_DFL); /* one that is ignored, by inheritance, does not tell how it ended */
}

int tool_end(int status) {
    if (fflush(stdout) != 0 || ferror(stdout)) {
        return tool_error("standard output: %s", strerror(errno));
    }
    return status;
}

int tool_error(const char *format, ...) {
    va_list arguments;
    fflush(stdout);
    fputs("allocheck: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    return STATUS_ERROR;
}
