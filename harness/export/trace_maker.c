// SPDX-License-Identifier: MIT
#include "trace_maker.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS = AC_MAX_CALLS + 1 };

bool trace_maker_begin(struct trace_maker *maker, struct ac_program *program,
                       struct trace_summary *summary) {
    *summary = (struct trace_summary){.calls = 0};
    *maker = (struct trace_maker){.program = program, .summary = summary};
    ac_program_clear(program);
    maker->sizes = calloc(SLOTS, sizeof *maker->sizes);
    return live_slots_init(&maker->slots, SLOTS) && maker->sizes != NULL;
}

/* Room for an allocator's own needs: four times what was allocated at most. */
enum trace_end trace_maker_end(struct trace_maker *maker, enum trace_end end) {
    uint64_t *limit = &maker->program->head.limit;
    while (*limit / 4 < maker->summary->live_peak && *limit < AC_LIMIT_MAX) {
        *limit *= 2;
    }
    maker->summary->calls = maker->program->count;
    live_slots_destroy(&maker->slots);
    free(maker->sizes);
    end = maker->out_of_memory ? TRACE_MEMORY : end;
    if (end != TRACE_READ) {
        ac_program_clear(maker->program);
    }
    return end;
}

static void append(struct trace_maker *maker, enum ac_op_kind kind, uint32_t slot, uint64_t size) {
    const struct ac_op op = {.kind = (uint8_t)kind,
                             .repeat = 1,
                             .slot = slot,
                             .from = kind == AC_OP_REALLOC ? slot : 0,
                             .b = ac_absolute(size)};
    maker->out_of_memory |= !ac_program_append(maker->program, &op);
}

static void end_block(struct trace_maker *maker, uint32_t slot) {
    maker->live -= maker->sizes[slot];
    live_slots_give(&maker->slots, slot);
}

static void begin_block(struct trace_maker *maker, uint64_t key, uint32_t slot, uint64_t size) {
    live_slots_take(&maker->slots, slot);
    live_slots_put(&maker->slots, key, slot);
    maker->sizes[slot] = size;
    maker->live += size;
    if (maker->live > maker->summary->live_peak) {
        maker->summary->live_peak = maker->live;
    }
}

/* A key that is live already was given back where the trace did not see it: its block stays. */
void trace_allocate(struct trace_maker *maker, uint64_t key, uint64_t size) {
    uint32_t slot = live_slots_lowest(&maker->slots);
    append(maker, AC_OP_MALLOC, slot, size);
    begin_block(maker, key, slot, size);
    maker->summary->blocks++;
}

void trace_resize(struct trace_maker *maker, uint64_t old_key, uint64_t key, uint64_t size) {
    uint32_t slot = live_slots_forget(&maker->slots, old_key);
    if (slot == LIVE_NO_SLOT) {
        maker->summary->unseen++;
        trace_allocate(maker, key, size);
        return;
    }
    append(maker, AC_OP_REALLOC, slot, size);
    end_block(maker, slot);
    begin_block(maker, key, slot, size);
}

void trace_free(struct trace_maker *maker, uint64_t key) {
    uint32_t slot = live_slots_forget(&maker->slots, key);
    if (slot == LIVE_NO_SLOT) {
        maker->summary->unseen++;
        return;
    }
    append(maker, AC_OP_FREE, slot, 0);
    end_block(maker, slot);
}

void trace_free_null(struct trace_maker *maker) {
    append(maker, AC_OP_FREE, live_slots_lowest(&maker->slots), 0);
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
        while (at < end && !is_blank(*at)) {
            at++;
        }
        if (at > start) {
            add_word(line, start, at);
        }
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
        if (line->count > 0) {
            return true;
        }
    }
    return false;
}

bool trace_word_is(const struct trace_line *line, size_t index, const char *word) {
    return index < line->count && line->word[index].length == strlen(word) &&
           memcmp(line->word[index].start, word, strlen(word)) == 0;
}

static int digit_of(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

bool trace_number(const struct trace_line *line, size_t index, uint64_t *number) {
    if (index >= line->count) {
        return false;
    }
    const char *at = line->word[index].start, *end = at + line->word[index].length;
    bool hexadecimal = end - at > 2 && at[0] == '0' && at[1] == 'x';
    uint64_t base = hexadecimal ? 16 : 10;
    *number = 0;
    for (at += hexadecimal ? 2 : 0; at < end; at++) {
        uint64_t digit = (uint64_t)digit_of(*at);
        if (digit >= base || *number > ((uint64_t)INT64_MAX - digit) / base) {
            return false;
        }
        *number = *number * base + digit;
    }
    return true;
}

enum trace_end trace_expected(const struct trace_lines *lines, const struct trace_line *line,
                              size_t index, struct ac_text_error *error, const char *expected) {
    const char *at = line->start;
    if (index < line->count) {
        at = line->word[index].start;
    } else if (line->count > 0) {
        at = line->word[line->count - 1].start + line->word[line->count - 1].length;
    }
    error->line = lines->line != 0 ? lines->line : 1; /* of an empty text */
    error->column = (size_t)(at - line->start) + 1;
    strncpy(error->expected, expected, sizeof error->expected - 1);
    error->expected[sizeof error->expected - 1] = '\0';
    return TRACE_WRONG;
}
