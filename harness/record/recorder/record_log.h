// SPDX-License-Identifier: MIT
// What the recorder library writes and `allocheck record` reads: memory that both share. It is
// whole at any moment: nothing is lost when the process ends without a word.
#ifndef ALLOCHECK_RECORD_LOG_H
#define ALLOCHECK_RECORD_LOG_H

#include <stdatomic.h>
#include <stdint.h>

/* Names the log: a path to be opened. */
#define RECORD_LOG_VARIABLE "ALLOCHECK_RECORD"
#define RECORD_LOG_MAGIC    UINT64_C(0x31676f6c63657261)

enum { RECORD_LOG_ENTRIES = 1 << 18 };

/* A call is noted where it takes effect for other threads: a free before it happens, everything
 * that allocates after it happened. A realloc of a block does both. */
enum record_kind {
    RECORD_MALLOC,
    RECORD_CALLOC,
    RECORD_REALLOC,
    RECORD_REALLOCARRAY,
    RECORD_FREE,
    RECORD_ALIGNED_ALLOC,
    RECORD_POSIX_MEMALIGN,
    RECORD_MEMALIGN,
    RECORD_LEAVES, /* the address is about to be resized: it may be allocated to others from here on
                    */
    RECORD_EXIT,   /* the thread ends; what it still calls is of the C library's own */
    RECORD_KINDS
};

struct record_entry {
    _Atomic uint32_t image; /* written last: the entry is whole when this is the log's */
    uint16_t kind;          /* enum record_kind */
    uint16_t thread;        /* from 1, by first call */
    uint64_t block;         /* address given to free, realloc, reallocarray; 0: none */
    uint64_t a;             /* size; count; alignment, where there are two */
    uint64_t b;             /* size, where there are two */
    uint64_t result;        /* address returned; 0: none */
};

struct record_log {
    uint64_t magic;
    int64_t owner;          /* the only process that may write */
    _Atomic uint32_t image; /* programs that the process has become by exec; the last one counts */
    _Atomic uint32_t threads;
    _Atomic uint64_t next; /* calls of the image, more than there are entries when some are lost */
    struct record_entry entries[RECORD_LOG_ENTRIES];
};

#endif
