// SPDX-License-Identifier: MIT
// Comments: the expectation in `# expect: ...`, and `# deviations: findings`.
#include "text.h"

#include "allocheck/oracle.h"

#include <string.h>

/* Tokens (oracle ids, allocator names) end at a blank or at the end of the line. */
static size_t token_length(const struct text_cursor *from) {
    struct text_cursor at = *from;
    while (!ac_at_line_end(&at) && *at.next != ' ' && *at.next != '\t')
        at.next++;
    return (size_t)(at.next - from->next);
}

static bool take_token(struct text_cursor *from, const char *token) {
    size_t length = token_length(from);
    if (length != strlen(token) || memcmp(from->next, token, length) != 0)
        return false;
    from->next += length;
    ac_skip_blanks(from);
    return true;
}

static bool parse_allocator(struct text_cursor *from, struct ac_expect *expect) {
    size_t length = token_length(from);
    if (length == 0 || length >= sizeof expect->on)
        return ac_expected(from, from->next, "an allocator name of 1 to 63 characters");
    memcpy(expect->on, from->next, length);
    from->next += length;
    return true;
}

static bool parse_finding(struct text_cursor *from, struct ac_expect *expect) {
    size_t length = token_length(from);
    expect->oracle = ac_oracle_by_id(from->next, length);
    if (expect->oracle < 0)
        return ac_expected(from, from->next, "an oracle id");
    from->next += length;
    ac_skip_blanks(from);
    return !take_token(from, "on") || parse_allocator(from, expect);
}

static bool parse_trap(struct text_cursor *from, struct ac_expect *expect) {
    expect->trapped = take_token(from, "with");
    return !expect->trapped || take_token(from, "trap") || ac_expected(from, from->next, "`trap`");
}

static bool parse_expect(struct text_cursor *from, struct ac_expect *expect) {
    if (expect->given)
        return ac_expected(from, from->next, "only one `# expect:` line");
    *expect = (struct ac_expect){.given = true, .oracle = -1, .strict = expect->strict};
    ac_skip_blanks(from);
    const char *start = from->next;
    if (take_token(from, "clean"))
        expect->clean = true;
    else if (!take_token(from, "finding"))
        return ac_expected(from, start, "`clean`, or `finding ORACLE on ALLOCATOR`");
    else if (!parse_finding(from, expect))
        return false;
    ac_skip_blanks(from);
    return parse_trap(from, expect) &&
           (ac_at_line_end(from) || ac_expected(from, from->next, "the end of the line"));
}

static bool parse_deviations(struct text_cursor *from, struct ac_expect *expect) {
    ac_skip_blanks(from);
    expect->strict = true;
    return (take_token(from, "findings") || ac_expected(from, from->next, "`findings`")) &&
           (ac_at_line_end(from) || ac_expected(from, from->next, "the end of the line"));
}

static bool take_key(struct text_cursor *from, const char *key) {
    const size_t length = strlen(key);
    if ((size_t)(from->end - from->next) < length || memcmp(from->next, key, length) != 0)
        return false;
    from->next += length;
    return true;
}

bool ac_parse_comment(struct text_cursor *from, struct ac_expect *expect) {
    ac_skip_blanks(from);
    if (take_key(from, "expect:"))
        return parse_expect(from, expect);
    if (take_key(from, "deviations:"))
        return parse_deviations(from, expect);
    while (!ac_at_line_end(from))
        from->next++;
    return true;
}
