// SPDX-License-Identifier: MIT
#include "data.h"

#include "json_column.h"

static const struct json_column block_columns[] = {
    COLUMN(struct ac_snapshot_block, id, COLUMN_MINUS_ONE),
    COLUMN(struct ac_snapshot_block, slot, COLUMN_SIGNED),
    COLUMN(struct ac_snapshot_block, op, COLUMN_PLAIN),
    COLUMN(struct ac_snapshot_block, round, COLUMN_PLAIN),
    COLUMN(struct ac_snapshot_block, ended, COLUMN_PLAIN),
    COLUMN(struct ac_snapshot_block, thread, COLUMN_PLAIN),
    COLUMN(struct ac_snapshot_block, address, COLUMN_PLAIN),
    COLUMN(struct ac_snapshot_block, size, COLUMN_PLAIN),
};

static void add_block(cJSON *to, const char *name, const struct ac_snapshot_block *block) {
    if (!block->there)
        return;
    cJSON *added = cJSON_AddObjectToObject(to, name);
    for (size_t i = 0; i < sizeof block_columns / sizeof *block_columns; i++)
        json_column_add_member(added, &block_columns[i], block);
}

static void add_bytes(cJSON *to, const char *name, const uint8_t *bytes, size_t count) {
    static const char digits[] = "0123456789abcdef";
    char text[2 * AC_SNAPSHOT_BYTES + 1] = "";
    for (size_t i = 0; i < count && i < AC_SNAPSHOT_BYTES; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
        text[2 * i + 2] = '\0';
    }
    cJSON_AddStringToObject(to, name, text);
}

/* The bytes around the first wrong one. */
static void add_window(cJSON *to, const struct ac_snapshot *snapshot) {
    static const struct json_column window = COLUMN(struct ac_snapshot, window, COLUMN_PLAIN);
    if (snapshot->bytes > 0) {
        json_column_add_member(to, &window, snapshot);
        add_bytes(to, "actual", snapshot->actual, snapshot->bytes);
        add_bytes(to, "expected", snapshot->expected, snapshot->bytes);
    }
}

cJSON *data_of_snapshot(const struct ac_snapshot *snapshot) {
    cJSON *data = cJSON_CreateObject();
    add_block(data, "block", &snapshot->block);
    add_block(data, "other", &snapshot->other);
    add_block(data, "below", &snapshot->below);
    add_block(data, "above", &snapshot->above);
    add_window(data, snapshot);
    return data;
}
