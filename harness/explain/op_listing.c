// SPDX-License-Identifier: MIT
// The ops of a program that matter to its finding; the others of a long program are omitted.
#include "parts.h"

#include "allocheck/codec.h"
#include "allocheck/place.h"

#include <string.h>

enum {
    WHOLE = 16,    /* a program of at most this many ops is shown in full */
    TOUCHING = 10, /* the last ops that use the slots concerned */
    LAST = 3,      /* ops just before the failing one */
    NAMES = 8,
    LINE = 256,
};

struct listing {
    const struct evidence *of;
    size_t end;           /* one past the last op shown */
    int32_t slots[NAMES]; /* of the blocks concerned */
    uint32_t ops[NAMES];  /* that allocated, freed or changed them */
    size_t slot_count, op_count;
    size_t first_touching; /* the first of the TOUCHING ops */
};

static void note_block(struct listing *listing, const struct ac_snapshot_block *block) {
    if (!block->there || listing->slot_count == NAMES || listing->op_count + 3 > NAMES)
        return;
    if (block->slot != AC_NO_SLOT)
        listing->slots[listing->slot_count++] = block->slot;
    listing->ops[listing->op_count++] = block->op;
    if (block->ended)
        listing->ops[listing->op_count++] = block->ended_op;
}

static void note_slot(struct listing *listing, int32_t slot) {
    if (slot != AC_NO_SLOT)
        listing->slots[listing->slot_count++] = slot;
}

static bool covers(uint32_t first, uint32_t repeat, int32_t slot) {
    return slot >= 0 && (uint32_t)slot >= first && (uint32_t)slot - first < repeat;
}

/* Ops that name no block but may matter to the finding. */
static bool sets_conditions(const struct listing *listing, const struct ac_op *op) {
    const enum ac_group group = (enum ac_group)ac_op_info((enum ac_op_kind)op->kind)->group;
    return group == AC_GROUP_SOURCE || group == AC_GROUP_THREADS ||
           (group == AC_GROUP_FRAMES && listing->of->finding->oracle == AC_ORACLE_FRAME);
}

static bool touches(const struct listing *listing, const struct ac_op *op) {
    if (sets_conditions(listing, op))
        return true;
    const char *operands = ac_op_info((enum ac_op_kind)op->kind)->operands;
    const bool names_one = operands[0] == 'D' || operands[0] == 'P';
    const bool names_two = operands[0] == 'D' && operands[1] == 'P';
    for (size_t i = 0; i < listing->slot_count; i++)
        if ((names_one && covers(op->slot, op->repeat, listing->slots[i])) ||
            (names_two && covers(op->from, op->repeat, listing->slots[i])))
            return true;
    return false;
}

static bool is_noted(const struct listing *listing, size_t index) {
    for (size_t i = 0; i < listing->op_count; i++)
        if (listing->ops[i] == index)
            return true;
    return false;
}

static bool is_shown(const struct listing *listing, size_t index) {
    return listing->end <= WHOLE || index + LAST + 1 >= listing->end || is_noted(listing, index) ||
           (index >= listing->first_touching &&
            touches(listing, &listing->of->program->ops[index]));
}

static void find_touching(struct listing *listing) {
    size_t left = TOUCHING;
    listing->first_touching = listing->end;
    while (listing->first_touching > 0 && left > 0) {
        listing->first_touching--;
        left -= touches(listing, &listing->of->program->ops[listing->first_touching]);
    }
}

/* The slots of the failing op, in its round. */
static void note_failing_op(struct listing *listing) {
    const struct ac_finding *finding = listing->of->finding;
    if (finding->op >= listing->of->program->count)
        return;
    const struct ac_op *op = &listing->of->program->ops[finding->op];
    const char *operands = ac_op_info((enum ac_op_kind)op->kind)->operands;
    if (operands[0] == 'D' || operands[0] == 'P')
        note_slot(listing, (int32_t)(op->slot + finding->round));
    if (operands[0] == 'D' && operands[1] == 'P')
        note_slot(listing, (int32_t)(op->from + finding->round));
}

static struct listing listing_of(const struct evidence *evidence) {
    const struct ac_finding *finding = evidence->finding;
    const struct ac_snapshot *snapshot = snapshot_of(evidence);
    const size_t count = evidence->program->count;
    struct listing listing = {.of = evidence, .end = finding->op < count ? finding->op + 1 : count};
    note_failing_op(&listing);
    note_slot(&listing, finding->slot);
    note_slot(&listing, finding->other_slot);
    if (snapshot != NULL) {
        note_block(&listing, &snapshot->block);
        note_block(&listing, &snapshot->other);
        note_block(&listing, &snapshot->owner);
    }
    if (evidence->culprit != NULL)
        listing.ops[listing.op_count++] = evidence->culprit->op;
    find_touching(&listing);
    return listing;
}

static void print_op(const struct evidence *evidence, size_t index, FILE *to) {
    const struct ac_finding *finding = evidence->finding;
    const struct ac_op *op = &evidence->program->ops[index];
    char line[LINE];
    ac_print_op(op, line, sizeof line);
    fprintf(to, "  %s%4zu  %s", index == finding->op ? "->" : "  ", index, line);
    if (index == finding->op && op->repeat > 1)
        fprintf(to, "   (round %u)", finding->round + 1);
    fputc('\n', to);
}

static void print_omitted(size_t count, FILE *to) {
    if (count > 0)
        fprintf(to, "         ... %zu op%s omitted\n", count, count == 1 ? "" : "s");
}

/* The page source and its quirks, unless they are the defaults. */
static void print_head(const struct ac_program *program, FILE *to) {
    const struct ac_program head = {.head = program->head};
    char text[LINE];
    ac_print(&head, text, sizeof text);
    const char *with = strstr(text, "with ");
    if (with != NULL)
        fprintf(to, "          %s", with);
}

static void print_end(const struct evidence *evidence, FILE *to) {
    const size_t count = evidence->program->count, op = evidence->finding->op;
    if (op >= count) {
        fprintf(to, "  -> %-5s %s\n",
                ac_place_name(ac_place_of(evidence->program, evidence->finding)),
                ac_stage_sentence(evidence->finding->stage));
    } else if (op + 1 < count) {
        fprintf(to, "         ... %zu op%s after it\n", count - op - 1,
                count - op - 1 == 1 ? "" : "s");
    }
}

void print_ops(const struct evidence *evidence, FILE *to) {
    const struct listing listing = listing_of(evidence);
    size_t omitted = 0;
    print_head(evidence->program, to);
    for (size_t i = 0; i < listing.end; i++) {
        if (is_shown(&listing, i)) {
            print_omitted(omitted, to);
            print_op(evidence, i, to);
            omitted = 0;
        } else {
            omitted++;
        }
    }
    print_omitted(omitted, to);
    print_end(evidence, to);
}
