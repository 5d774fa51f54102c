// SPDX-License-Identifier: MIT
// The journal of a run: every call of the allocator and of the page source, and a snapshot of
// memory at the finding. It explains findings to people; oracles do not use it.
#ifndef ALLOCHECK_JOURNAL_H
#define ALLOCHECK_JOURNAL_H

#include "op.h"
#include "oracle.h"
#include "profile.h"
#include "source.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    AC_JOURNAL_EVENTS = 2 * AC_MAX_CALLS, /* calls of the program and of its teardown */
    AC_JOURNAL_PAGES = 1 << 17,           /* page source calls */
    AC_SNAPSHOT_BYTES = 256,
};

#define AC_NO_BLOCK   UINT32_MAX
#define AC_NO_ADDRESS UINT64_C(0)

/* The result of a call. */
enum ac_event_result {
    AC_EVENT_OTHER,     /* no change of the program's blocks: usable size, check, trim, misuse,
                           free(NULL), requests by the oracle reuse */
    AC_EVENT_ALLOCATED, /* returned a block */
    AC_EVENT_RESIZED,   /* resized a live block, in place or by moving it */
    AC_EVENT_FREED,     /* ended a live block */
    AC_EVENT_REFUSED,   /* returned NULL or an error */
    AC_EVENT_RESULTS
};

/* The called function: an enum ac_function below AC_FN_COUNT, or one of these. */
enum ac_event_function {
    AC_EVENT_FREE = AC_FN_COUNT,
    AC_EVENT_FREE_SIZED,
    AC_EVENT_FREE_ALIGNED_SIZED,
    AC_EVENT_USABLE_SIZE,
    AC_EVENT_CHECK,       /* the allocator's integrity check */
    AC_EVENT_TRIM,        /* returns unused memory */
    AC_EVENT_ENTER,       /* this and the next three: the allocator's own frames */
    AC_EVENT_LEAVE,       /* the call, then one event for each block that ends with the frame */
    AC_EVENT_ALLOCA,      /* returns a block that ends with its frame */
    AC_EVENT_VLA,         /* the same, zeroed */
    AC_EVENT_THREAD_EXIT, /* a thread leaves the instance or ends, its destructors included */
    AC_EVENT_FORK,        /* fork and its handlers in the parent */
    AC_EVENT_FUNCTIONS
};

/* One call of the allocator. Holds no pointers. */
struct ac_event {
    uint32_t op;      /* index; the number of ops: teardown, or a replay oracle */
    uint32_t round;   /* of its repeat, from 0 */
    uint32_t pass;    /* earlier runs of the program on this heap (replay oracles) */
    uint8_t result;   /* enum ac_event_result */
    uint8_t function; /* enum ac_event_function */
    uint8_t thread;
    int32_t slot;       /* of the block, or AC_NO_SLOT */
    uint32_t block;     /* id of the block allocated, resized, freed or queried; AC_NO_BLOCK: none,
                           or the returned memory was rejected with a finding */
    uint32_t old_block; /* the block passed to realloc, or AC_NO_BLOCK */
    int32_t error;      /* of REFUSED: errno (posix_memalign: its result); 0: unchanged */
    uint64_t address;   /* of the block, or AC_NO_ADDRESS; of a misuse: the argument */
    uint64_t old_address; /* of old_block, before the call */
    uint64_t old_size;    /* its requested bytes, before the call */
    uint64_t count, each; /* elements and their size, as passed; count is 1 if there is none */
    uint64_t size;        /* requested bytes: count * each, modulo 2^64 */
    uint64_t alignment;   /* requested; 0: none */
    uint64_t usable;      /* the result of AC_EVENT_USABLE_SIZE; else UINT64_MAX */
    uint64_t live;        /* live bytes after the call, without frames */
    uint64_t held;        /* bytes held after the call; UINT64_MAX: no page source */
    uint32_t first_page, pages; /* page source calls during the call: index into `page', number */
};

/* A block, or memory that the last call returned and a finding rejected (id AC_NO_BLOCK). */
struct ac_snapshot_block {
    bool there; /* the other fields are valid */
    bool ended; /* no longer live */
    uint32_t id;
    int32_t slot;           /* or AC_NO_SLOT */
    uint32_t op, round;     /* of the call that allocated it, or resized it last */
    uint32_t ended_op;      /* if ended: the op that freed it */
    uint8_t thread;         /* that allocated it, or resized it last */
    uint8_t ended_thread;   /* if ended: the thread that freed it */
    uint64_t address, size; /* requested bytes */
    uint64_t reach; /* bytes that the program owns: the size, or the usable size once queried */
};

/* Where the wrong bytes come from. */
enum ac_bytes_origin {
    AC_BYTES_UNKNOWN,
    AC_BYTES_ZERO,     /* all zero */
    AC_BYTES_SAME,     /* two or more equal bytes, not 0 */
    AC_BYTES_OF_BLOCK, /* the content of `owner', from `owner_offset' on */
    AC_BYTES_POINTER,  /* a pointer into `owner', or close to it */
};

/* Memory at the finding. */
struct ac_snapshot {
    bool taken;                     /* the other fields are valid */
    struct ac_snapshot_block block; /* the block of the finding, or the memory just returned */
    struct ac_snapshot_block other; /* the block that it overlaps */
    struct ac_snapshot_block below; /* the nearest live blocks at lower and higher addresses */
    struct ac_snapshot_block above;
    uint64_t touched; /* the address in a sanitizer's report, or AC_NO_ADDRESS */

    /* The bytes around the first wrong one. */
    uint64_t window; /* offset of the first one in the block */
    uint32_t bytes;  /* their number; 0: the finding is not about content */
    uint8_t actual[AC_SNAPSHOT_BYTES];
    uint8_t expected[AC_SNAPSHOT_BYTES]; /* equals `actual' where any value is allowed */
    uint8_t origin;                      /* of the wrong bytes: enum ac_bytes_origin */
    struct ac_snapshot_block owner;      /* of AC_BYTES_OF_BLOCK and AC_BYTES_POINTER */
    uint64_t owner_offset; /* in owner: of the first wrong byte, or of the pointer's target, which
                              may lie before the block (two's complement) */
    uint64_t pointer;      /* of AC_BYTES_POINTER */
};

/* A byte to check after every call, to find the call that changes it. */
struct ac_watch {
    bool on;         /* the other fields are valid */
    uint32_t block;  /* id of the live block that contains it */
    uint64_t offset; /* in the block */
};

/* The journal of a run, in shared memory: the process that runs the program writes it, another
 * reads it after that one has replied or ended. Too large for a stack: allocate it from the
 * operating system, which backs only the used part. */
struct ac_journal {
    volatile uint32_t count;
    volatile uint32_t running; /* 1: at[count] is a call that has not returned; its result, live,
                                  held and pages are unknown */
    volatile uint32_t dropped; /* events that did not fit */
    volatile uint32_t page_count;
    volatile uint32_t pages_dropped;
    uint32_t passes;  /* times that the program started */
    uint32_t changed; /* 1 + index of the first event that left the watched byte wrong; 0: none */
    uint64_t base;    /* address of offset 0 of page entries; 0: no page source */
    struct ac_snapshot snapshot;
    struct ac_event at[AC_JOURNAL_EVENTS + 1];
    struct ac_source_entry page[AC_JOURNAL_PAGES];
};

/* Empties a journal. */
void ac_journal_reset(struct ac_journal *journal);

/* The call that was running when the process ended, or NULL. */
const struct ac_event *ac_journal_running(const struct ac_journal *journal);

/* The name of a function and of a result (`allocated', `refused' ...). Never NULL. */
const char *ac_event_function_name(unsigned function);
const char *ac_event_result_name(unsigned result);

/* The last event of the last pass that allocated or resized the block with an id, or NULL. */
const struct ac_event *ac_journal_block(const struct ac_journal *journal, uint32_t id);

#ifdef __cplusplus
}
#endif
#endif
