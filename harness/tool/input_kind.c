// SPDX-License-Identifier: MIT
// Any byte string is a program, so running a log or a trace as bytes would test something,
// silently. Crash inputs of engines are almost never text: of 64 random bytes all are printable
// once in 10^27.
#define _GNU_SOURCE /* memmem */
#include "input_parts.h"

#include <string.h>

enum {
    PROSE_BYTES = 64, /* a text of at least so many bytes, */
    PROSE_LINES = 2,  /* with at least so many ends of lines, is none that an engine stored */
    HEAD_NUMBERS = 4, /* of a trace of the malloc lab */
};

struct cursor {
    const char *at, *end;
};

/* --- characters --- */

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* The length of a printable character of UTF-8; 0: there is none here. */
static size_t character(const char *at, const char *end) {
    const unsigned char first = (unsigned char)*at;
    const size_t length = first < 0x80   ? 1
                          : first < 0xc2 ? 0
                          : first < 0xe0 ? 2
                          : first < 0xf0 ? 3
                                         : 4;
    if (length == 1)
        return is_blank(*at) || first == '\033' || (first >= ' ' && first != 0x7f);
    if (first >= 0xf5 || (size_t)(end - at) < length)
        return 0;
    for (size_t i = 1; i < length; i++)
        if (((unsigned char)at[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

static bool is_readable(const char *bytes, size_t size) {
    const char *const end = bytes + size;
    for (const char *at = bytes; at < end;) {
        const size_t length = character(at, end);
        if (length == 0)
            return false;
        at += length;
    }
    return size > 0;
}

static size_t count_lines(const char *bytes, size_t size) {
    size_t lines = 0;
    for (size_t i = 0; i < size; i++)
        lines += bytes[i] == '\n';
    return lines;
}

/* --- words --- */

static void skip_blank(struct cursor *cursor) {
    while (cursor->at < cursor->end && is_blank(*cursor->at))
        cursor->at++;
}

static void skip_line(struct cursor *cursor) {
    const char *const end = memchr(cursor->at, '\n', (size_t)(cursor->end - cursor->at));
    cursor->at = end != NULL ? end + 1 : cursor->end;
}

static bool takes(struct cursor *cursor, const char *word) {
    const size_t length = strlen(word);
    if ((size_t)(cursor->end - cursor->at) < length || memcmp(cursor->at, word, length) != 0)
        return false;
    cursor->at += length;
    return true;
}

static bool takes_number(struct cursor *cursor) {
    const char *const start = cursor->at;
    while (cursor->at < cursor->end && is_digit(*cursor->at))
        cursor->at++;
    return cursor->at > start && (cursor->at == cursor->end || is_blank(*cursor->at));
}

/* --- formats, by their first lines --- */

static bool is_ops(struct cursor cursor) {
    for (skip_blank(&cursor); cursor.at < cursor.end && *cursor.at == '#'; skip_blank(&cursor))
        skip_line(&cursor);
    return takes(&cursor, "ops ") && takes_number(&cursor);
}

/* Four numbers, then `a ID SIZE', `r ID SIZE' or `f ID'. */
static bool is_rep(struct cursor cursor) {
    for (int i = 0; i < HEAD_NUMBERS; i++) {
        skip_blank(&cursor);
        if (!takes_number(&cursor))
            return false;
    }
    skip_blank(&cursor);
    if (!takes(&cursor, "a ") && !takes(&cursor, "r ") && !takes(&cursor, "f "))
        return false;
    return takes(&cursor, "-1") || takes_number(&cursor);
}

/* `= Start', or `@ CALLER + 0x... 0x...'. */
static bool is_mtrace(struct cursor cursor) {
    struct cursor line;
    skip_blank(&cursor);
    line = cursor;
    if (takes(&cursor, "= Start"))
        return true;
    skip_line(&line);
    const size_t length = (size_t)(line.at - cursor.at);
    return takes(&cursor, "@ ") && memmem(cursor.at, length - 2, " 0x", 3) != NULL &&
           (memmem(cursor.at, length - 2, " + ", 3) != NULL ||
            memmem(cursor.at, length - 2, " - ", 3) != NULL ||
            memmem(cursor.at, length - 2, " < ", 3) != NULL);
}

enum input_kind input_kind_of(const char *bytes, size_t size) {
    const struct cursor cursor = {bytes, bytes + size};
    if (!is_readable(bytes, size))
        return INPUT_IS_BYTES;
    if (is_ops(cursor))
        return INPUT_IS_OPS;
    if (is_rep(cursor))
        return INPUT_IS_REP;
    if (is_mtrace(cursor))
        return INPUT_IS_MTRACE;
    const bool long_enough = size >= PROSE_BYTES && count_lines(bytes, size) >= PROSE_LINES;
    return long_enough ? INPUT_IS_PROSE : INPUT_IS_BYTES;
}
