// SPDX-License-Identifier: MIT
// A short C file: the calls of the failing run, one after another, and the one check that failed.
#ifndef EXPORT_CALLS_FILE_H
#define EXPORT_CALLS_FILE_H

#include "write.h"

#include "model/evidence.h"

#include "allocheck/journal.h"

#include <string.h>

enum {
    CALLS_MOST = 24, /* in a file; a longer one is no longer easy to read */
    CALLS_TEXT = 320,
    CALLS_NAME = 32,
};

/* A block, as calls have left it. */
struct calls_block {
    bool is_live;
    unsigned variable; /* pN */
    bool is_element;   /* pN[index]: a loop allocated several */
    unsigned index;
    char name[CALLS_NAME]; /* the expression for it */
    uint64_t size, filled;
};

/* What the page source of the file needs. */
struct calls_pages {
    bool there; /* the allocator takes pages */
    enum ac_source_kind kind;
    unsigned quirks;
    bool refuses, refuses_onwards; /* page requests */
    bool limited;                  /* what may be held is limited in it, not only by memory */
    bool counts_held, counts_requests;
};

struct calls_file {
    const struct export_options *options;
    const struct ac_program *program;
    const struct ac_finding *finding;
    const struct ac_journal *journal;
    const struct exported *exported;
    bool fills; /* blocks, as their owners do */
    const struct ac_event *calls[CALLS_MOST];
    uint32_t times[CALLS_MOST]; /* more than 1: a loop over events that follow one another */
    size_t count;
    bool has_threads, is_loop; /* is_loop: the calls are repeated */
    bool opens_only;           /* it makes no call */
    bool forks;                /* after the last call */
    struct calls_pages pages;

    /* While it is written. */
    FILE *to;
    const char *indent;
    unsigned thread; /* whose function is being written */
};

/* The number of the variable for what a call returns: requests are numbered. */
unsigned calls_variable(const struct calls_file *file, size_t at);
/* What a request is assigned to: pN, or pN[i] in a loop. */
void calls_name(const struct calls_file *file, size_t at, char name[CALLS_NAME]);

/* The block with an id before a call; the number of calls: at the end. */
struct calls_block calls_block(const struct calls_file *file, size_t before, uint32_t id);

/* The call that failed, or came before what failed. */
static inline const struct ac_event *calls_last(const struct calls_file *file) {
    return file->calls[file->count - 1];
}

static inline bool calls_expects(const struct calls_file *file, const char *evidence) {
    return strcmp(file->finding->expected, evidence) == 0;
}

static inline struct calls_block calls_block_of_finding(const struct calls_file *file) {
    return calls_block(file, file->count, file->finding->block);
}

/* The letter that fills a block. */
static inline char calls_letter(uint32_t id) {
    return (char)('a' + id % 26);
}

/* A line of the current function, with its indentation. */
void calls_line(const struct calls_file *file, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* calls_select.c: the calls. False: a short file cannot show it, `reason` says why. */
bool calls_select(struct calls_file *file, char reason[EXPORT_REASON]);

/* calls_top.c */

/* `text': the rest of the file, which uses names of headers. */
void calls_put_top(const struct calls_file *file, const char *text);
/* It looks up functions of C23, which not every C library has. */
bool calls_use_c23(const struct calls_file *file);

/* calls_statement.c: the statements of one call. */
void calls_put(const struct calls_file *file, size_t at);
/* The call as the failure message shows it: `malloc(24)'. */
void calls_describe(const struct ac_event *call, char text[CALLS_TEXT]);
/* A size: a number, or relative to SIZE_MAX or PTRDIFF_MAX. */
void calls_number(uint64_t number, char text[CALLS_TEXT]);

/* The name of a function, up to its first argument. */
void calls_function(const struct calls_file *file, unsigned function, char text[CALLS_TEXT]);

/* calls_fork.c: the fork, and its check. */
void calls_put_fork(const struct calls_file *file);

/* calls_check.c */

/* The check that failed, after the last call. */
void calls_put_check(const struct calls_file *file);
/* The end of a failing block: a message, with C arguments after its text, and the exit. */
void calls_put_failure(const struct calls_file *file, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* calls_source.c: the page source */

/* False: the file cannot have such a source. */
bool calls_plan_pages(struct calls_file *file);
/* It detects the wrong call, or what is still held, of a page-log finding. */
bool calls_detects_page_log(const struct calls_file *file);
/* Its functions; its struct, as a variable of main. */
void calls_put_source(const struct calls_file *file);
void calls_put_pages(const struct calls_file *file);
/* The ops of the program that refuse pages or move the break, before a call. */
void calls_put_page_ops(const struct calls_file *file, size_t at);

/* calls_heap.c: the heap of an allocator that exports ac_allocator */

/* The handler for misuse, and variables for all threads. */
void calls_put_heap_top(const struct calls_file *file);
/* In main: loads the library, opens the heap. */
void calls_put_open(const struct calls_file *file);
/* The end of a thread: it leaves the heap; the main thread closes it if that is what fails. */
void calls_put_leave(const struct calls_file *file);
void calls_put_close(const struct calls_file *file);
/* True for the checks that only the interface offers, and the check. */
bool calls_can_check_heap(const struct calls_file *file);
void calls_put_heap_check(const struct calls_file *file);

/* calls_loop.c: a loop over the calls, and that memory stops growing in it */

void calls_put_loop_top(const struct calls_file *file);
void calls_put_loop(struct calls_file *file);

/* calls_file.c: the calls of one thread. */
void calls_put_body(struct calls_file *file, unsigned thread);

#endif
