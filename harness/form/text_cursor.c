// SPDX-License-Identifier: MIT
#include "text.h"

#include <string.h>

bool ac_expected(struct text_cursor *from, const char *at, const char *what) {
    struct text_writer to = {from->error->expected, sizeof from->error->expected, 0};
    ac_put_text(&to, what);
    ac_end_text(&to);
    from->error->line = from->line;
    from->error->column = (size_t)(at - from->line_start) + 1;
    return false;
}

bool ac_at_line_end(const struct text_cursor *from) {
    const char *at = from->next;
    if (at < from->end && *at == '\r')
        at++;
    return at == from->end || *at == '\n';
}

bool ac_at_content_end(const struct text_cursor *from) {
    return ac_at_line_end(from) || *from->next == '#';
}

void ac_skip_blanks(struct text_cursor *from) {
    while (from->next < from->end && (*from->next == ' ' || *from->next == '\t'))
        from->next++;
}

bool ac_take_char(struct text_cursor *from, char c) {
    if (from->next == from->end || *from->next != c)
        return false;
    from->next++;
    return true;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

size_t ac_word_length(const struct text_cursor *from) {
    const char *at = from->next;
    while (at < from->end && is_word(*at))
        at++;
    return (size_t)(at - from->next);
}

bool ac_take_word(struct text_cursor *from, const char *word) {
    size_t length = ac_word_length(from);
    if (length == 0 || length != strlen(word) || memcmp(from->next, word, length) != 0)
        return false;
    from->next += length;
    return true;
}

/* The value of a decimal or hexadecimal digit; 255: not a digit. */
static unsigned digit_value(char c) {
    if (is_digit(c))
        return (unsigned)(c - '0');
    char low = (char)(c | 0x20);
    return low >= 'a' && low <= 'f' ? (unsigned)(low - 'a') + 10 : 255;
}

/* Appends the next digits to *number. False: no digits, or overflow. */
static bool take_digits(struct text_cursor *from, unsigned base, uint64_t *number) {
    const char *start = from->next;
    bool fits = true;
    while (from->next < from->end && digit_value(*from->next) < base) {
        uint64_t digit = digit_value(*from->next++);
        fits = fits && *number <= (UINT64_MAX - digit) / base;
        *number = *number * base + digit;
    }
    return fits && from->next > start;
}

/* An optional K, M or G. False: overflow. */
static bool take_suffix(struct text_cursor *from, uint64_t *number) {
    static const char suffixes[] = "KMG";
    const char *found = NULL;
    if (from->next < from->end && *from->next != '\0')
        found = strchr(suffixes, *from->next);
    if (found == NULL)
        return true;
    from->next++;
    unsigned shift = 10 * ((unsigned)(found - suffixes) + 1);
    bool fits = *number <= UINT64_MAX >> shift;
    *number <<= shift;
    return fits;
}

static bool take_base(struct text_cursor *from, unsigned *base) {
    *base = 10;
    if (from->end - from->next < 2 || *from->next != '0')
        return true;
    if (from->next[1] == 'x') {
        from->next += 2;
        *base = 16;
    }
    return *base == 16 || !is_digit(from->next[1]);
}

bool ac_take_text_number(struct text_cursor *from, uint64_t most, const char *what,
                         uint64_t *number) {
    const char *start = from->next;
    unsigned base;
    *number = 0;
    bool sound = take_base(from, &base) && take_digits(from, base, number) &&
                 take_suffix(from, number) && *number <= most && ac_word_length(from) == 0;
    return sound || ac_expected(from, start, what);
}

static bool expected_name(struct text_cursor *from, const struct text_names *names) {
    char what[sizeof from->error->expected];
    struct text_writer to = {what, sizeof what, 0};
    ac_put_text(&to, names->what);
    const char *before = ": ";
    for (size_t i = 0; i < names->count; i++) {
        ac_put_text(&to, before);
        ac_put_text(&to, names->name(i));
        before = i + 2 < names->count ? ", " : " or ";
    }
    ac_end_text(&to);
    return ac_expected(from, from->next, what);
}

bool ac_take_name(struct text_cursor *from, const struct text_names *names, size_t *index) {
    for (size_t i = 0; i < names->count; i++) {
        if (ac_take_word(from, names->name(i))) {
            *index = i;
            return true;
        }
    }
    return expected_name(from, names);
}
