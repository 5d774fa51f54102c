// SPDX-License-Identifier: MIT
#include "trace_builder.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS = AC_MAX_CALLS + 1 };

bool trace_builder_begin(struct trace_builder *builder, struct ac_program *program,
                         struct trace_summary *summary) {
    *summary = (struct trace_summary){.calls = 0};
    *builder = (struct trace_builder){.program = program, .summary = summary};
    ac_program_clear(program);
    builder->sizes = calloc(SLOTS, sizeof *builder->sizes);
    return slot_map_init(&builder->slots, SLOTS) && builder->sizes != NULL;
}

/* Four times the live bytes leave memory for the allocator's own data. */
enum trace_end trace_builder_end(struct trace_builder *builder, enum trace_end end) {
    uint64_t *limit = &builder->program->head.limit;
    while (*limit / 4 < builder->summary->live_peak && *limit < AC_LIMIT_MAX)
        *limit *= 2;
    builder->summary->calls = builder->program->count;
    slot_map_destroy(&builder->slots);
    free(builder->sizes);
    end = builder->out_of_memory ? TRACE_MEMORY : end;
    if (end != TRACE_READ)
        ac_program_clear(builder->program);
    return end;
}

static void append(struct trace_builder *builder, enum ac_op_kind kind, uint32_t slot,
                   uint64_t size) {
    const struct ac_op op = {.kind = (uint8_t)kind,
                             .repeat = 1,
                             .slot = slot,
                             .from = kind == AC_OP_REALLOC ? slot : 0,
                             .b = ac_absolute(size)};
    builder->out_of_memory |= !ac_program_append(builder->program, &op);
}

static void end_block(struct trace_builder *builder, uint32_t slot) {
    builder->live -= builder->sizes[slot];
    slot_map_release(&builder->slots, slot);
}

static void begin_block(struct trace_builder *builder, uint64_t key, uint32_t slot, uint64_t size) {
    slot_map_take(&builder->slots, slot);
    slot_map_put(&builder->slots, key, slot);
    builder->sizes[slot] = size;
    builder->live += size;
    if (builder->live > builder->summary->live_peak)
        builder->summary->live_peak = builder->live;
}

/* A key that is already live was freed unseen by the trace; its old block stays live. */
void trace_allocate(struct trace_builder *builder, uint64_t key, uint64_t size) {
    uint32_t slot = slot_map_lowest_free(&builder->slots);
    append(builder, AC_OP_MALLOC, slot, size);
    begin_block(builder, key, slot, size);
    builder->summary->blocks++;
}

void trace_resize(struct trace_builder *builder, uint64_t old_key, uint64_t key, uint64_t size) {
    uint32_t slot = slot_map_remove(&builder->slots, old_key);
    if (slot == SLOT_MAP_NONE) {
        builder->summary->unknown++;
        trace_allocate(builder, key, size);
        return;
    }
    append(builder, AC_OP_REALLOC, slot, size);
    end_block(builder, slot);
    begin_block(builder, key, slot, size);
}

void trace_free(struct trace_builder *builder, uint64_t key) {
    uint32_t slot = slot_map_remove(&builder->slots, key);
    if (slot == SLOT_MAP_NONE) {
        builder->summary->unknown++;
        return;
    }
    append(builder, AC_OP_FREE, slot, 0);
    end_block(builder, slot);
}

void trace_free_null(struct trace_builder *builder) {
    append(builder, AC_OP_FREE, slot_map_lowest_free(&builder->slots), 0);
}

/* --- text --- */

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

static void add_word(struct trace_line *line, const char *start, const char *end) {
    if (line->count == TRACE_WORDS) {
        memmove(&line->word[1], &line->word[2], (TRACE_WORDS - 2) * sizeof *line->word);
        line->count--;
    }
    line->word[line->count].start = start;
    line->word[line->count++].length = (size_t)(end - start);
}

static void split(struct trace_line *line, const char *end) {
    line->count = 0;
    for (const char *at = line->start; at < end;) {
        const char *start = at;
        while (at < end && !is_blank(*at))
            at++;
        if (at > start)
            add_word(line, start, at);
        at += at < end;
    }
}

bool trace_next_line(struct trace_lines *lines, struct trace_line *line) {
    while (lines->next < lines->end) {
        const char *newline = memchr(lines->next, '\n', (size_t)(lines->end - lines->next));
        const char *end = newline != NULL ? newline : lines->end;
        line->start = lines->next;
        split(line, end);
        lines->next = newline != NULL ? newline + 1 : lines->end;
        lines->line++;
        if (line->count > 0)
            return true;
    }
    return false;
}

bool trace_word_is(const struct trace_line *line, size_t index, const char *word) {
    return index < line->count && line->word[index].length == strlen(word) &&
           memcmp(line->word[index].start, word, strlen(word)) == 0;
}

static int digit_of(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

bool trace_number(const struct trace_line *line, size_t index, uint64_t *number) {
    if (index >= line->count)
        return false;
    const char *at = line->word[index].start, *end = at + line->word[index].length;
    bool hexadecimal = end - at > 2 && at[0] == '0' && at[1] == 'x';
    uint64_t base = hexadecimal ? 16 : 10;
    *number = 0;
    for (at += hexadecimal ? 2 : 0; at < end; at++) {
        uint64_t digit = (uint64_t)digit_of(*at);
        if (digit >= base || *number > ((uint64_t)INT64_MAX - digit) / base)
            return false;
        *number = *number * base + digit;
    }
    return true;
}

enum trace_end trace_expected(const struct trace_lines *lines, const struct trace_line *line,
                              size_t index, struct ac_text_error *error, const char *expected) {
    const char *at = line->start;
    if (index < line->count)
        at = line->word[index].start;
    else if (line->count > 0)
        at = line->word[line->count - 1].start + line->word[line->count - 1].length;
    error->line = lines->line != 0 ? lines->line : 1; /* of an empty text */
    error->column = (size_t)(at - line->start) + 1;
    strncpy(error->expected, expected, sizeof error->expected - 1);
    error->expected[sizeof error->expected - 1] = '\0';
    return TRACE_WRONG;
}
