// SPDX-License-Identifier: MIT
// Shared by all commands: exit statuses, begin and end of a command, and the errors that any of
// them can meet. A message reads `allocheck: WHAT: WHY; WHAT TO DO`.
#ifndef ALLOCHECK_TOOL_H
#define ALLOCHECK_TOOL_H

/* Exit statuses of every command. If several apply, a finding beats an error, an error an
 * interrupt, an interrupt a timeout. */
enum {
    STATUS_CLEAN = 0,
    STATUS_FINDING = 1,
    STATUS_ERROR = 2,       /* usage, unreadable input, unwritable output, or nothing ran */
    STATUS_TIMEOUT = 3,     /* --timeout expired, or --seconds, with programs left unfinished */
    STATUS_UNTESTED = 4,    /* calls ran, but the allocator grants no request */
    STATUS_INTERRUPTED = 5, /* a signal ended the command early */
    STATUS_NOT_LOADED = 6,  /* the shared object cannot be loaded */
};

/* For --help of the commands that run programs; the README has the same as a table. */
#define STATUS_HELP                                                                                \
    "Exit status: 0 no finding; 1 a finding; 2 usage, unreadable input, unwritable output, or "    \
    "nothing ran; 3 --timeout (or --seconds of a sweep) expired, or a program had not ended at "   \
    "--seconds; 4 nothing was tested, because "                                                    \
    "the allocator refuses every request; 5 interrupted by a signal, without a finding; 6 the "    \
    "library cannot be loaded.\n"

/* Called first in main: usage errors exit with STATUS_ERROR, waitpid works for child processes even
 * if the parent ignored SIGCHLD, and addresses are the same in every run, where the system allows
 * it. */
void tool_begin(char **arguments);

/* The first call prints to standard error, if addresses are random, that they are. */
void tool_warn_of_random_addresses(void);

/* Called last in main. Returns `status`, or STATUS_ERROR if standard output cannot be written. */
int tool_end(int status);

/* The path of a file that is installed with this tool: below the executable's folder, the one
 * above, or ../libexec. The caller frees it. NULL: not found. */
char *tool_install_path(const char *name);

/* The folder with allocheck/allocator.h, for compilers. The caller frees it. NULL: not found. */
char *tool_include_folder(void);

/* Prints `allocheck: ` and the message to standard error. Returns STATUS_ERROR. */
int tool_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Errors that read the same in every command. Each returns STATUS_ERROR. */
int tool_out_of_memory(void);
int tool_cannot_read(const char *name);                 /* the reason is errno */
int tool_cannot_write(const char *name);                /* the reason is errno; NULL: stdout */
int tool_cannot_run(const char *name, const char *why); /* an input */
int tool_timed_out(const char *name, double seconds);   /* an input, stopped by --timeout */

#endif
