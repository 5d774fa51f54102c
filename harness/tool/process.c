// SPDX-License-Identifier: MIT
// How a tool starts and ends, whatever it is called.
#include "cli.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void cli_begin(void) {
    argp_err_exit_status = CLI_TROUBLE;
    signal(SIGCHLD, SIG_DFL); /* one that is ignored, by inheritance, does not tell how it ended */
}

int cli_end(int status) {
    if (fflush(stdout) != 0 || ferror(stdout)) {
        return cli_trouble("standard output: %s", strerror(errno));
    }
    return status;
}

int cli_trouble(const char *format, ...) {
    va_list arguments;
    fflush(stdout);
    fputs("allocheck: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    return CLI_TROUBLE;
}
