// SPDX-License-Identifier: MIT
// Which programs have been tried: none is checked twice.
#include "shrink.h"

#include "program/memory.h"

enum { FIRST_CAPACITY = 1024 }; /* a power of two, as all that follow */

static uint64_t mix(uint64_t hash, uint64_t value) {
    hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 29;
}

static uint64_t mix_operand(uint64_t hash, struct ac_operand operand) {
    return mix(mix(hash, operand.value), (uint64_t)operand.symbol << 16 | operand.scale);
}

static uint64_t mix_op(uint64_t hash, const struct ac_op *op) {
    hash = mix(hash, (uint64_t)op->kind << 40 | (uint64_t)op->thread << 32 | op->repeat);
    hash = mix(hash, (uint64_t)op->slot << 32 | op->from);
    return mix_operand(mix_operand(hash, op->a), op->b);
}

static uint64_t mix_head(uint64_t hash, const struct ac_head *head) {
    hash = mix(hash, (uint64_t)head->source << 32 | (uint64_t)head->quirks << 24 |
                         (uint64_t)head->sizes << 16 | (uint64_t)head->frames << 8 | head->threads);
    return mix(mix(hash, head->limit), (uint64_t)head->groups << 32 | head->seed);
}

uint64_t shrink_hash(const struct ac_program *program) {
    uint64_t hash = mix_head(program->count, &program->head);
    for (size_t i = 0; i < program->count; i++) {
        hash = mix_op(hash, &program->ops[i]);
    }
    return hash != 0 ? hash : 1;
}

/* The cell that holds a hash, or the free one where it belongs. */
static uint64_t *cell_of(const struct shrink_seen *seen, uint64_t hash) {
    size_t at = (size_t)hash & (seen->capacity - 1);
    while (seen->hashes[at] != 0 && seen->hashes[at] != hash) {
        at = (at + 1) & (seen->capacity - 1);
    }
    return &seen->hashes[at];
}

bool shrink_seen_has(const struct shrink_seen *seen, uint64_t hash) {
    return seen->capacity != 0 && *cell_of(seen, hash) == hash;
}

static bool grow(struct shrink_seen *seen) {
    struct shrink_seen larger = {.capacity = seen->capacity ? 2 * seen->capacity : FIRST_CAPACITY};
    larger.hashes = ac_memory_new(larger.capacity * sizeof *larger.hashes);
    if (larger.hashes == NULL) {
        return false;
    }
    for (size_t i = 0; i < seen->capacity; i++) {
        if (seen->hashes[i] != 0) {
            *cell_of(&larger, seen->hashes[i]) = seen->hashes[i];
            larger.count++;
        }
    }
    shrink_seen_destroy(seen);
    *seen = larger;
    return true;
}

bool shrink_seen_add(struct shrink_seen *seen, uint64_t hash) {
    if (seen->count >= seen->capacity / 2 && !grow(seen)) {
        return false;
    }
    uint64_t *cell = cell_of(seen, hash);
    seen->count += *cell == 0;
    *cell = hash;
    return true;
}

void shrink_seen_destroy(struct shrink_seen *seen) {
    ac_memory_delete(seen->hashes, seen->capacity * sizeof *seen->hashes);
    *seen = (struct shrink_seen){NULL, 0, 0};
}
