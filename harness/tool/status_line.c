// SPDX-License-Identifier: MIT
#include "status_line.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    GAP = 2,       /* columns between two parts */
    LEAST_BAR = 8, /* columns of a bar with its brackets */
    MOST_BAR = 26,
    PERCENT = 6, /* columns of ` 100 %' after a bar */
    LEAST_NAME = 16,
    MOST_NAME = 40, /* before a bar takes more than the least */
};

/* --- parts --- */

static bool is_control(char c) {
    return (unsigned char)c < ' ' || c == '\x7f';
}

static struct status_part *new_part(struct status_line *line, enum status_tone tone) {
    struct status_part *part =
        line->count < STATUS_PARTS ? &line->parts[line->count++] : &line->parts[STATUS_PARTS - 1];
    *part = (struct status_part){.tone = tone};
    return part;
}

void status_add(struct status_line *line, enum status_tone tone, const char *format, ...) {
    struct status_part *part = new_part(line, tone);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(part->text, sizeof part->text, format, arguments);
    va_end(arguments);
    for (char *c = part->text; *c != '\0'; c++)
        *c = is_control(*c) ? '?' : *c;
}

void status_add_count(struct status_line *line, enum status_tone tone, uint64_t count,
                      const char *what) {
    char number[STATUS_NUMBER];
    status_add(line, tone, "%s %s%s", status_number(count, number), what, count == 1 ? "" : "s");
}

/* The end of a text, from a whole character on. */
static const char *tail_of(const char *text, size_t most) {
    const size_t length = strlen(text);
    const char *tail = text + (length > most ? length - most : 0);
    while (((unsigned char)*tail & 0xc0) == 0x80)
        tail++;
    return tail;
}

void status_add_name(struct status_line *line, const char *name) {
    status_add(line, STATUS_QUIET, "%s", tail_of(name, STATUS_PART - 1));
    line->parts[line->count - 1].is_name = true;
}

void status_add_bar(struct status_line *line, double share) {
    new_part(line, STATUS_GOOD)->is_bar = true;
    line->share = share > 1 ? 1 : share > 0 ? share : 0;
}

void status_add_left(struct status_line *line, double seconds, bool at_least) {
    char text[STATUS_NUMBER];
    status_add(line, STATUS_PLAIN, "%s%s left", at_least ? "at least " : "",
               status_duration(seconds, text));
}

void status_add_steps(struct status_line *line, uint64_t done, uint64_t total, double seconds) {
    char text[2][STATUS_NUMBER];
    if (total == 0)
        return;
    if (total > 1)
        status_add_bar(line, (double)done / (double)total);
    if (done > 0 && done <= total)
        status_add_left(line, seconds * (double)(total - done) / (double)done, false);
    status_add(line, STATUS_PLAIN, "%s of %s", status_number(done, text[0]),
               status_number(total, text[1]));
}

/* --- layout --- */

/* Bytes count as columns: a character of several bytes is never wider than those. */
static size_t least_width(const struct status_part *part) {
    const size_t length = strlen(part->text);
    if (part->is_bar)
        return LEAST_BAR;
    return part->is_name && length > LEAST_NAME ? LEAST_NAME : length;
}

/* Columns of the first `count' parts with the gaps between them. */
static size_t width_of(const struct status_line *line, size_t count) {
    size_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        const size_t width = least_width(&line->parts[i]);
        sum += width + (width > 0 && sum > 0 ? GAP : 0);
    }
    return sum;
}

struct output {
    char *text;
    size_t length;
    bool colour;
};

static void put(struct output *output, enum status_tone tone, const char *text) {
    static const char *const codes[] = {
        [STATUS_QUIET] = "2", [STATUS_GOOD] = "32", [STATUS_WARN] = "33", [STATUS_BAD] = "1;31"};
    const bool coloured = output->colour && tone != STATUS_PLAIN && text[0] != '\0';
    output->length +=
        (size_t)snprintf(output->text + output->length, STATUS_TEXT - output->length, "%s%s%s%s%s",
                         coloured ? "\033[" : "", coloured ? codes[tone] : "", coloured ? "m" : "",
                         text, coloured ? "\033[0m" : "");
}

/* Takes up to `spare' columns more than the least. */
static void put_bar(struct output *output, double share, size_t spare) {
    char bar[MOST_BAR + PERCENT + 1];
    const bool percent = spare >= PERCENT;
    const size_t room = LEAST_BAR + spare - (percent ? PERCENT : 0);
    const size_t width = room < MOST_BAR ? room : MOST_BAR, inside = width - 2;
    const size_t full = (size_t)(share * (double)inside);
    memset(bar, '.', width);
    bar[0] = '[';
    memset(bar + 1, '=', full);
    if (full < inside)
        bar[1 + full] = '>';
    bar[width - 1] = ']';
    bar[width] = '\0';
    if (percent)
        snprintf(bar + width, PERCENT + 1, " %3u %%", (unsigned)(share * 100));
    put(output, STATUS_GOOD, bar);
}

/* Columns that names take of the spare ones. */
static size_t room_for_names(const struct status_line *line, size_t count, size_t spare) {
    size_t wanted = 0;
    for (size_t i = 0; i < count; i++) {
        const size_t length = strlen(line->parts[i].text);
        if (line->parts[i].is_name && length > LEAST_NAME)
            wanted += (length < MOST_NAME ? length : MOST_NAME) - LEAST_NAME;
    }
    return wanted < spare ? wanted : spare;
}

static void put_name(struct output *output, const char *name, size_t room) {
    char text[STATUS_PART + 4];
    if (strlen(name) <= room)
        snprintf(text, sizeof text, "%s", name);
    else
        snprintf(text, sizeof text, "...%s", tail_of(name, room - 3));
    put(output, STATUS_QUIET, text);
}

const char *status_print(const struct status_line *line, size_t columns, bool colour, char *text) {
    struct output output = {.text = text, .colour = colour};
    size_t count = line->count;
    text[0] = '\0';
    while (count > 0 && width_of(line, count) > columns)
        count--;
    const size_t spare = columns - width_of(line, count);
    const size_t for_names = room_for_names(line, count, spare);
    for (size_t i = 0; i < count; i++) {
        const struct status_part *part = &line->parts[i];
        if (least_width(part) > 0)
            put(&output, STATUS_PLAIN, output.length > 0 ? "  " : "");
        if (part->is_bar)
            put_bar(&output, line->share, spare - for_names);
        else if (part->is_name)
            put_name(&output, part->text, LEAST_NAME + for_names);
        else
            put(&output, part->tone, part->text);
    }
    return text;
}

/* --- numbers --- */

const char *status_duration(double seconds, char text[STATUS_NUMBER]) {
    enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR };
    const double most = 999.0 * DAY;
    const uint64_t whole = (uint64_t)(seconds < 0 ? 0 : seconds > most ? most : seconds);
    const unsigned number = (unsigned)whole;
    if (number < HOUR)
        snprintf(text, STATUS_NUMBER, "%u:%02u", number / MINUTE, number % MINUTE);
    else if (number < 2 * DAY)
        snprintf(text, STATUS_NUMBER, "%u h %02u min", number / HOUR, number % HOUR / MINUTE);
    else
        snprintf(text, STATUS_NUMBER, "%u days", number / DAY);
    return text;
}

const char *status_number(uint64_t number, char text[STATUS_NUMBER]) {
    char digits[STATUS_NUMBER];
    const int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    char *to = text;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            *to++ = ',';
        *to++ = digits[i];
    }
    *to = '\0';
    return text;
}
