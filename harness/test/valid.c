// SPDX-License-Identifier: MIT
#include "valid.h"

#include <string.h>

static bool is_unused(struct ac_operand operand) {
    return operand.value == 0 && operand.scale == 0 && operand.symbol == AC_ABSOLUTE;
}

static bool operand_valid(struct ac_operand operand, bool used) {
    if (!used)
        return is_unused(operand);
    return operand.symbol < AC_SYMBOLS && (operand.symbol == AC_PAGE) == (operand.scale != 0);
}

static bool ends_main_thread(const struct ac_op *op, const char *letters) {
    return strchr(letters, 'T') != NULL && op->slot == 0;
}

static uint32_t slot_bound(const char *letters) {
    if (strpbrk(letters, "DP") != NULL)
        return AC_SLOTS;
    return strchr(letters, 'T') != NULL ? AC_MAX_THREADS : 1;
}

bool op_valid(const struct ac_op *op) {
    if (op->kind >= AC_OP_KINDS || op->thread >= AC_MAX_THREADS || op->repeat < 1 ||
        op->repeat > AC_MAX_REPEAT)
        return false;
    const char *letters = ac_op_info((enum ac_op_kind)op->kind)->operands;
    uint32_t from_bound = strstr(letters, "DP") != NULL ? AC_SLOTS : 1;
    return op->slot < slot_bound(letters) && !ends_main_thread(op, letters) &&
           op->from < from_bound && operand_valid(op->a, strpbrk(letters, "NAK") != NULL) &&
           operand_valid(op->b, strchr(letters, 'S') != NULL);
}

static bool source_valid(uint8_t source) {
    return source == AC_SOURCE_MMAP || source == AC_SOURCE_BRK || source == AC_SOURCE_BOTH ||
           source == AC_SOURCE_BUFFER;
}

bool head_valid(const struct ac_head *head) {
    return source_valid(head->source) && (head->quirks & ~((1u << AC_QUIRKS) - 1)) == 0 &&
           head->sizes < AC_SIZE_MIXES && head->frames < AC_FRAME_KINDS && head->threads >= 1 &&
           head->threads <= AC_MAX_THREADS && head->groups < 1u << AC_GROUPS &&
           (head->groups >> AC_GROUP_BASIC & 1) == 1 && head->limit >= AC_LIMIT_MIN &&
           head->limit <= AC_LIMIT_MAX;
}

bool program_valid(const struct ac_program *program) {
    for (size_t i = 0; i < program->count; i++)
        if (!op_valid(&program->ops[i]))
            return false;
    return head_valid(&program->head);
}
