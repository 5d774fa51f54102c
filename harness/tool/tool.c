// SPDX-License-Identifier: MIT
#include "tool.h"

#include "status.h"

#include "allocheck/child.h"

#include <argp.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool random_addresses;

void tool_begin(char **arguments) {
    random_addresses = !ac_child_stop_randomisation(arguments);
    argp_err_exit_status = STATUS_ERROR;
    signal(SIGCHLD, SIG_DFL);
}

void tool_warn_of_random_addresses(void) {
    if (random_addresses)
        tool_error("address space randomisation stays on: personality(2) is not allowed here; a "
                   "finding that depends on addresses may not show again");
    random_addresses = false;
}

int tool_end(int status) {
    return fflush(stdout) != 0 || ferror(stdout) ? tool_cannot_write(NULL) : status;
}

int tool_error(const char *format, ...) {
    va_list arguments;
    status_clear();
    fflush(stdout);
    fputs("allocheck: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    return STATUS_ERROR;
}

int tool_out_of_memory(void) {
    return tool_error("out of memory");
}

int tool_cannot_read(const char *name) {
    return tool_error("%s: cannot read: %s", name, strerror(errno));
}

int tool_cannot_write(const char *name) {
    return tool_error("%s: cannot write: %s", name != NULL ? name : "standard output",
                      strerror(errno));
}

int tool_cannot_run(const char *name, const char *why) {
    return tool_error("%s: cannot run: %s", name, why);
}

int tool_timed_out(const char *name, double seconds) {
    return tool_error("%s: stopped: --timeout of %g s expired", name, seconds);
}
