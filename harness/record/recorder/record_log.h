// SPDX-License-Identifier: MIT
// The log in memory that the recorder library shares with `allocheck record`. It is consistent at
// any moment, so a process that is killed loses nothing.
#ifndef ALLOCHECK_RECORD_LOG_H
#define ALLOCHECK_RECORD_LOG_H

#include <stdatomic.h>
#include <stdint.h>

/* The environment variable with the path of the log. */
#define RECORD_LOG_VARIABLE "ALLOCHECK_RECORD"
#define RECORD_LOG_MAGIC    UINT64_C(0x31676f6c63657261)

enum { RECORD_LOG_ENTRIES = 1 << 18 };

/* A call is logged where it takes effect for other threads: a free before it runs, an allocation
 * after it. A realloc of a block is logged twice. */
enum record_kind {
    RECORD_MALLOC,
    RECORD_CALLOC,
    RECORD_REALLOC,
    RECORD_REALLOCARRAY,
    RECORD_FREE,
    RECORD_ALIGNED_ALLOC,
    RECORD_POSIX_MEMALIGN,
    RECORD_MEMALIGN,
    RECORD_LEAVES, /* a block is about to be resized: others may get its address from here on */
    RECORD_EXIT,   /* the thread ends; later calls are the C library's */
    RECORD_KINDS
};

struct record_entry {
    _Atomic uint32_t image; /* written last: the entry is valid if it equals the log's */
    uint16_t kind;          /* enum record_kind */
    uint16_t thread;        /* from 1, by first call */
    uint64_t block;         /* address given to free, realloc, reallocarray; 0: none */
    uint64_t a;             /* size; or count or alignment, before a size */
    uint64_t b;             /* size, if there are two operands */
    uint64_t result;        /* address returned; 0: none */
};

struct record_log {
    uint64_t magic;
    int64_t owner;          /* the only process that writes */
    _Atomic uint32_t image; /* incremented by each exec; the last one counts */
    _Atomic uint32_t threads;
    _Atomic uint64_t next; /* calls of the image, also those that did not fit */
    struct record_entry entries[RECORD_LOG_ENTRIES];
};

#endif
