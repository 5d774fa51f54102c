// SPDX-License-Identifier: MIT
// From the log to a program.
#include "record.h"

#include "record_threads.h"

#include <stdlib.h>

enum { THREADS_OF_LOG = UINT16_MAX + 1 };

struct maker {
    const struct record_options *options;
    struct ac_program *program;
    struct record_summary *summary;
    struct live_slots blocks;
    struct record_threads threads;
    uint64_t *sizes;   /* asked for, by slot */
    uint32_t *leaving; /* by thread: the slot of the block that it is resizing */
    uint64_t live;
    bool out_of_memory;
};

static const struct {
    enum ac_op_kind op;
    bool two; /* operands */
} forms[RECORD_KINDS] = {
    [RECORD_MALLOC] = {AC_OP_MALLOC, false},
    [RECORD_CALLOC] = {AC_OP_CALLOC, true},
    [RECORD_REALLOC] = {AC_OP_REALLOC, false},
    [RECORD_REALLOCARRAY] = {AC_OP_REALLOCARRAY, true},
    [RECORD_FREE] = {AC_OP_FREE, false},
    [RECORD_ALIGNED_ALLOC] = {AC_OP_ALIGNED_ALLOC, true},
    [RECORD_POSIX_MEMALIGN] = {AC_OP_POSIX_MEMALIGN, true},
    [RECORD_MEMALIGN] = {AC_OP_MEMALIGN, true},
};

static bool resizes(const struct record_entry *entry) {
    return entry->kind == RECORD_REALLOC || entry->kind == RECORD_REALLOCARRAY;
}

static uint64_t bytes_asked(const struct record_entry *entry) {
    switch (entry->kind) {
    case RECORD_MALLOC:
    case RECORD_REALLOC:
        return entry->a;
    case RECORD_CALLOC:
    case RECORD_REALLOCARRAY:
        return entry->a * entry->b; /* live, so it did not wrap */
    default:
        return entry->b;
    }
}

static uint8_t thread_of(struct maker *maker, const struct record_entry *entry) {
    return record_threads_number(&maker->threads, entry->thread);
}

static void append(struct maker *maker, const struct ac_op *op) {
    maker->out_of_memory |= !ac_program_append(maker->program, op);
}

static void append_free(struct maker *maker, const struct record_entry *entry, uint32_t slot) {
    struct ac_op op = {
        .kind = AC_OP_FREE, .repeat = 1, .slot = slot, .thread = thread_of(maker, entry)};
    append(maker, &op);
}

static void append_allocating(struct maker *maker, const struct record_entry *entry,
                              uint32_t slot) {
    bool two = forms[entry->kind].two;
    struct ac_op op = {.kind = (uint8_t)forms[entry->kind].op,
                       .repeat = 1,
                       .thread = thread_of(maker, entry),
                       .slot = slot,
                       .from = resizes(entry) ? slot : 0};
    *(two ? &op.a : &op.b) = ac_absolute(entry->a);
    if (two) {
        op.b = ac_absolute(entry->b);
    }
    append(maker, &op);
}

static void end_block(struct maker *maker, uint32_t slot) {
    maker->live -= maker->sizes[slot];
    live_slots_give(&maker->blocks, slot);
}

static void begin_block(struct maker *maker, const struct record_entry *entry, uint32_t slot) {
    uint64_t size = bytes_asked(entry);
    live_slots_take(&maker->blocks, slot);
    live_slots_put(&maker->blocks, entry->result, slot);
    maker->sizes[slot] = size;
    maker->live += size;
    if (maker->live > maker->summary->live_peak) {
        maker->summary->live_peak = maker->live;
    }
}

/* A call that failed here may succeed elsewhere: its slot is freed at once. */
static void make_allocating(struct maker *maker, const struct record_entry *entry) {
    uint32_t slot = live_slots_lowest(&maker->blocks);
    append_allocating(maker, entry, slot);
    if (entry->result == 0) {
        append_free(maker, entry, slot);
    } else {
        begin_block(maker, entry, slot);
        maker->summary->blocks++;
    }
}

/* NULL for a size of 0 means freed; for any other, that the block is where it was. */
static void make_resize(struct maker *maker, const struct record_entry *entry) {
    uint32_t slot = maker->leaving[entry->thread];
    append_allocating(maker, entry, slot);
    if (entry->result != 0) {
        end_block(maker, slot);
        begin_block(maker, entry, slot);
    } else if (entry->a == 0 || (forms[entry->kind].two && entry->b == 0)) {
        append_free(maker, entry, slot);
        end_block(maker, slot);
    } else {
        live_slots_put(&maker->blocks, entry->block, slot);
    }
}

static void make_free(struct maker *maker, const struct record_entry *entry, uint32_t slot) {
    append_free(maker, entry, slot);
    if (entry->block != 0) {
        end_block(maker, slot);
    }
}

/* One entry: which block it is about, then what it does. */
static void make(struct maker *maker, const struct record_entry *entry) {
    if (entry->kind == RECORD_EXIT) {
        return;
    } else if (entry->kind == RECORD_LEAVES) {
        maker->leaving[entry->thread] = live_slots_forget(&maker->blocks, entry->block);
    } else if (entry->block == 0 && entry->kind == RECORD_FREE) {
        make_free(maker, entry, live_slots_lowest(&maker->blocks));
    } else if (entry->block == 0) {
        make_allocating(maker, entry);
    } else {
        bool frees = entry->kind == RECORD_FREE;
        uint32_t slot =
            frees ? live_slots_forget(&maker->blocks, entry->block) : maker->leaving[entry->thread];
        if (slot == LIVE_NO_SLOT) {
            maker->summary->unseen++;
        } else if (frees) {
            make_free(maker, entry, slot);
        } else {
            make_resize(maker, entry);
        }
    }
}

/* Ops that an entry becomes, at most: a call that failed is two. */
static size_t ops_of(const struct record_entry *entry) {
    bool calls = entry->kind != RECORD_LEAVES && entry->kind != RECORD_EXIT;
    bool allocates = entry->kind != RECORD_FREE;
    return !calls ? 0 : allocates && entry->result == 0 ? 2 : 1;
}

/* Once nobody has the number of a thread any more. */
static void end_thread(struct maker *maker, const struct record_entry *entry, size_t index) {
    uint8_t number;
    if (record_threads_end(&maker->threads, entry->thread, index, &number)) {
        const struct ac_op op = {.kind = AC_OP_EXIT, .repeat = 1, .slot = number};
        append(maker, &op);
        maker->summary->exits++;
    }
}

static size_t entries_of(const struct record_log *log) {
    return log->next < RECORD_LOG_ENTRIES ? (size_t)log->next : RECORD_LOG_ENTRIES;
}

static void make_all(struct maker *maker, const struct record_log *log) {
    struct record_summary *summary = maker->summary;
    const size_t there = entries_of(log);
    bool cut = there < log->next;
    for (size_t i = 0; i < there && !maker->out_of_memory; i++) {
        const struct record_entry *entry = &log->entries[i];
        if (maker->program->count - summary->exits + ops_of(entry) > maker->options->calls) {
            cut = true;
            break;
        }
        if (entry->image == log->image) {
            make(maker, entry);
            end_thread(maker, entry, i);
        }
    }
    summary->cut = cut;
    summary->calls = maker->program->count - summary->exits;
    summary->threads = log->threads;
    summary->shared = maker->threads.shared;
}

/* Room for an allocator's own needs: four times what was allocated at most. */
static uint64_t limit_for(uint64_t live_peak, uint64_t least) {
    uint64_t limit = least;
    while (limit / 4 < live_peak) {
        limit *= 2;
    }
    return limit;
}

bool record_program(const struct record_log *log, const struct record_options *options,
                    struct ac_program *program, struct record_summary *summary) {
    struct maker maker = {.options = options, .program = program, .summary = summary};
    size_t slots = options->calls + 1;
    *summary = (struct record_summary){.calls = 0};
    ac_program_clear(program);
    maker.sizes = calloc(slots, sizeof *maker.sizes);
    maker.leaving = calloc(THREADS_OF_LOG, sizeof *maker.leaving);
    bool room = record_threads_init(&maker.threads, log, entries_of(log), options->threads) &&
                live_slots_init(&maker.blocks, slots) && maker.sizes && maker.leaving;
    if (room) {
        make_all(&maker, log);
        program->head.limit = limit_for(summary->live_peak, program->head.limit);
        program->head.threads = (uint8_t)maker.threads.used;
    }
    record_threads_destroy(&maker.threads);
    live_slots_destroy(&maker.blocks);
    free(maker.sizes);
    free(maker.leaving);
    return room && !maker.out_of_memory;
}
