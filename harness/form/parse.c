// SPDX-License-Identifier: MIT
#include "text.h"

#include <string.h>

enum place { BEFORE_VERSION, BEFORE_HEAD, IN_OPS };

struct parser {
    struct text_cursor from;
    struct ac_program *program;
    struct ac_expect expect;
    enum place place;
};

static bool parse_version(struct text_cursor *from) {
    const char *start = from->next;
    if (ac_take_word(from, "ops")) {
        ac_skip_blanks(from);
        if (ac_take_word(from, "1")) {
            ac_skip_blanks(from);
            return ac_at_content_end(from) || ac_expected(from, from->next, "the end of the line");
        }
    }
    return ac_expected(from, start, "`ops 1` as the first line");
}

static bool parse_op_line(struct parser *parser) {
    struct ac_op op;
    return ac_parse_op(&parser->from, &op) &&
           (ac_program_append(parser->program, &op) ||
            ac_expected(&parser->from, parser->from.line_start, "a program that fits in memory"));
}

static bool parse_content(struct parser *parser) {
    struct text_cursor *from = &parser->from;
    enum place place = parser->place;
    parser->place = place == BEFORE_VERSION ? BEFORE_HEAD : IN_OPS;
    if (place == BEFORE_VERSION)
        return parse_version(from);
    if (place == BEFORE_HEAD && ac_take_word(from, "with"))
        return ac_parse_head(from, &parser->program->head);
    return parse_op_line(parser);
}

static bool parse_line(struct parser *parser) {
    struct text_cursor *from = &parser->from;
    ac_skip_blanks(from);
    if (!ac_at_content_end(from) && !parse_content(parser))
        return false;
    return !ac_take_char(from, '#') || ac_parse_comment(from, &parser->expect);
}

/* False: this was the last line. */
static bool next_line(struct text_cursor *from) {
    ac_take_char(from, '\r');
    if (!ac_take_char(from, '\n'))
        return false;
    from->line++;
    from->line_start = from->next;
    return true;
}

static bool parse_lines(struct parser *parser) {
    do {
        if (!parse_line(parser))
            return false;
    } while (next_line(&parser->from));
    return parser->place != BEFORE_VERSION || parse_version(&parser->from);
}

/* Tools that read lines as C strings would lose the rest of the line. */
static bool refuse_zero_bytes(struct text_cursor *from) {
    const char *zero = memchr(from->next, '\0', (size_t)(from->end - from->next));
    if (zero == NULL)
        return true;
    struct text_cursor at = *from;
    for (; at.next < zero; at.next++) {
        if (*at.next == '\n') {
            at.line++;
            at.line_start = at.next + 1;
        }
    }
    return ac_expected(&at, zero, "text without zero bytes");
}

bool ac_parse(struct ac_program *program, const char *text, size_t size,
              struct ac_text_error *error, struct ac_expect *expect) {
    const char *start = size > 0 ? text : ""; /* NULL has no end */
    struct parser parser = {.from = {start, start + size, start, 1, error}, .program = program};
    parser.expect.oracle = -1;
    ac_program_clear(program);
    bool parsed = refuse_zero_bytes(&parser.from) && parse_lines(&parser);
    if (!parsed)
        ac_program_clear(program);
    else if (expect != NULL)
        *expect = parser.expect;
    return parsed;
}
