// SPDX-License-Identifier: MIT
// A program: a head that sets the snapshot and a list of ops.
#ifndef ALLOCHECK_PROGRAM_H
#define ALLOCHECK_PROGRAM_H

#include "allocator.h"
#include "op.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Quirks of the page source; bits. */
enum ac_quirk {
    AC_QUIRK_UNALIGNED = 1u << 0,   /* the break, or the buffer, starts at an odd address */
    AC_QUIRK_GAPS = 1u << 1,        /* ranges never adjoin */
    AC_QUIRK_LOWER = 1u << 2,       /* each new range lies below the one before */
    AC_QUIRK_DIRTY = 1u << 3,       /* pages are handed out dirty, and not guaranteed to be zero */
    AC_QUIRK_FOREIGN_BRK = 1u << 4, /* somebody else moves the break now and then */
    AC_QUIRK_FIXED = 1u << 5,       /* resize and remap are always refused */
    AC_QUIRK_KEEP = 1u << 6,        /* unmap is refused now and then */
    AC_QUIRK_TOP = 1u << 7,         /* ranges lie at the top of the address space, downwards */
    AC_QUIRKS = 8                   /* how many there are */
};

/* How the generator draws sizes, and how drawn operands of the byte form decode. */
enum ac_size_mix {
    AC_SIZES_MIXED, /* all of the below, small ones most often */
    AC_SIZES_SMALL, /* 0..64, densely, and multiples of 16 +- 1 */
    AC_SIZES_CLASS, /* size-class boundaries: multiples of 16 and powers of two, +- 1 */
    AC_SIZES_PAGE,  /* page and mapping-threshold multiples, minus 0..64 */
    AC_SIZES_LARGE, /* up to what the limit leaves */
    AC_SIZES_HUGE,  /* what cannot be granted, products that wrap */
    AC_SIZE_MIXES
};

enum ac_frame_kind {
    AC_FRAMES_STACK, /* real function calls, real alloca, real variable-length arrays */
    AC_FRAMES_OWN,   /* the allocator's own frames, where it offers them */
    AC_FRAME_KINDS
};

/* Bounds of a program's memory limit, in bytes. */
/* Enough for every size of interest; content that is written and read stays cheap. */
#define AC_DEFAULT_LIMIT (UINT64_C(4) << 20)

#define AC_LIMIT_MIN (UINT64_C(4) << 10)
#define AC_LIMIT_MAX (UINT64_C(1) << 40)

/* The snapshot. ac_default_head() gives the one of a program without `with`. */
struct ac_head {
    uint8_t source;  /* enum ac_source_kind */
    uint8_t quirks;  /* enum ac_quirk, bits */
    uint8_t sizes;   /* enum ac_size_mix */
    uint8_t frames;  /* enum ac_frame_kind */
    uint8_t threads; /* 1 .. AC_MAX_THREADS */
    uint16_t groups; /* bits by enum ac_group; BASIC is always on */
    uint64_t limit;  /* bytes that may be allocated or held; 4 KiB .. 1 TiB */
    uint32_t seed;   /* of dirt, gaps, and the allocator's own draws */
};

struct ac_program {
    struct ac_head head;
    struct ac_op *ops; /* owned */
    size_t count;
    size_t capacity;
};

/* source=mmap, no quirks, sizes=mixed, frames=stack, one thread, every group but THREADS on,
 * limit=4M, seed=0. */
struct ac_head ac_default_head(void);
bool ac_head_equal(const struct ac_head *left, const struct ac_head *right);

/* True for a head, a program, as both parsers make it: every field in its range. */
bool ac_head_normal(const struct ac_head *head);
bool ac_program_normal(const struct ac_program *program);

/* An empty program with the default head. Memory comes from the operating system, never from
 * malloc. It must not be copied by assignment once it owns ops. */
void ac_program_init(struct ac_program *program);
void ac_program_destroy(struct ac_program *program);

/* Forgets the ops, keeps their memory; the head becomes the default one. */
void ac_program_clear(struct ac_program *program);

/* Appends or inserts one op (position at most count). False: out of memory, nothing changed. */
bool ac_program_append(struct ac_program *program, const struct ac_op *op);
bool ac_program_insert(struct ac_program *program, size_t position, const struct ac_op *op);

/* Removes `count` ops from `position` on; both clipped to what is there. */
void ac_program_remove(struct ac_program *program, size_t position, size_t count);

/* Makes `to` the same as `from`. False: out of memory, `to` is empty. */
bool ac_program_copy(struct ac_program *to, const struct ac_program *from);
bool ac_program_equal(const struct ac_program *left, const struct ac_program *right);

enum { AC_SLOTS_OF_OP = 2 };

/* The slots that one round of an op names, each once: the one that receives or is freed first, then
 * the one that is resized. Returns how many. */
uint32_t ac_op_slots(const struct ac_op *op, uint32_t slots[AC_SLOTS_OF_OP]);

/* True where requests for pages may be refused to it: by its ops, or growth in place by its quirk.
 */
bool ac_program_refuses(const struct ac_program *program);

#ifdef __cplusplus
}
#endif
#endif
