// SPDX-License-Identifier: MIT
#include "template.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { NESTED = 16 };

/* Part of the text, without a zero byte. */
struct piece {
    const char *start;
    size_t length;
};

struct line {
    struct piece text;
    struct piece sections[NESTED]; /* its conditions, outermost first */
    size_t depth;
    bool wanted;
};

struct template {
    const struct template_use *use;
    struct line *lines;
    size_t count;
};

static bool is_word(char c) {
    return isalnum((unsigned char)c) || c == '_';
}

static bool same(struct piece left, struct piece right) {
    return left.length == right.length && memcmp(left.start, right.start, left.length) == 0;
}

static struct piece next_line(const char **at, const char *end) {
    const char *start = *at;
    const char *newline = memchr(start, '\n', (size_t)(end - start));
    const char *stop = newline != NULL ? newline : end;
    *at = newline != NULL ? newline + 1 : end;
    return (struct piece){start, (size_t)(stop - start)};
}

/* The next word of a list, with its `!'; false: none. */
static bool next_word(struct piece *list, struct piece *word) {
    while (list->length > 0 && *list->start == ' ') {
        list->start++;
        list->length--;
    }
    word->start = list->start;
    while (list->length > 0 && *list->start != ' ') {
        list->start++;
        list->length--;
    }
    word->length = (size_t)(list->start - word->start);
    return word->length > 0;
}

static bool begins(struct piece text, const char *with) {
    return text.length >= 3 && memcmp(text.start, with, 3) == 0;
}

/* --- choosing lines --- */

/* The next name in code other than a member or a @value@; skips comments and string literals. */
static bool next_name(struct piece *code, struct piece *name) {
    bool in_text = false, member = false;
    while (code->length > 0) {
        const char *at = code->start;
        if (!in_text && code->length > 1 && at[0] == '/' && at[1] == '/')
            return false;
        size_t length = 0;
        while (!in_text && length < code->length && is_word(at[length]))
            length++;
        *name = (struct piece){at, length};
        size_t taken = length > 0 ? length : 1;
        code->start += taken;
        code->length -= taken;
        if (length > 0 && !member)
            return true;
        in_text ^= *at == '"';
        member = *at == '.' || *at == '>' || *at == '@';
    }
    return false;
}

static bool line_uses(struct piece text, struct piece names) {
    struct piece name, word;
    while (next_name(&text, &word)) {
        struct piece list = names;
        while (next_word(&list, &name))
            if (same(name, word))
                return true;
    }
    return false;
}

/* Lines inside a section do not count as its users. */
static bool is_inside(const struct line *line, struct piece section) {
    for (size_t i = 0; i < line->depth; i++)
        if (same(line->sections[i], section))
            return true;
    return false;
}

static bool text_uses(const char *text, struct piece names) {
    const char *end = text + strlen(text);
    while (text < end)
        if (line_uses(next_line(&text, end), names))
            return true;
    return false;
}

/* The value of `@NAME@' at the start of a text, or NULL; `length' includes both signs. */
static const char *value_at(const struct template *template, struct piece text, size_t *length) {
    for (size_t i = 0; *text.start == '@' && i < template->use->value_count; i++) {
        const char *name = template->use->values[i].name;
        *length = strlen(name) + 2;
        if (*length <= text.length && text.start[*length - 1] == '@' &&
            memcmp(text.start + 1, name, *length - 2) == 0)
            return template->use->values[i].text;
    }
    return NULL;
}

/* True if a value in the line uses one of the names. */
static bool values_use(const struct template *template, struct piece text, struct piece names) {
    size_t length;
    for (size_t i = 0; i < text.length; i++) {
        const struct piece rest = {text.start + i, text.length - i};
        const char *value = value_at(template, rest, &length);
        if (value != NULL && text_uses(value, names))
            return true;
    }
    return false;
}

static bool is_used(const struct template *template, struct piece section) {
    const struct piece names = {section.start + 3, section.length - 3};
    for (size_t i = 0; i < template->count; i++) {
        const struct line *line = &template->lines[i];
        if (line->wanted && !is_inside(line, section) &&
            (line_uses(line->text, names) || values_use(template, line->text, names)))
            return true;
    }
    return false;
}

static bool is_on(const struct template *template, struct piece section) {
    struct piece names = {section.start + 3, section.length - 3}, name;
    while (next_word(&names, &name)) {
        bool negated = *name.start == '!';
        if (template->use->flag(template->use->of, name.start + negated, name.length - negated) !=
            negated)
            return true;
    }
    return false;
}

static bool is_wanted(const struct template *template, const struct line *line) {
    for (size_t i = 0; i < line->depth; i++) {
        bool on = begins(line->sections[i], "//?") ? is_on(template, line->sections[i])
                                                   : is_used(template, line->sections[i]);
        if (!on)
            return false;
    }
    return true;
}

/* An included line may use further names, so this repeats until nothing changes. Consecutive lines
 * of one section share one decision. */
static void choose(struct template *template) {
    bool changed = true;
    while (changed) {
        changed = false;
        for (size_t i = 0; i < template->count; i++) {
            struct line *line = &template->lines[i];
            const struct line *before = i > 0 ? line - 1 : NULL;
            bool as_before =
                before != NULL && before->depth == line->depth &&
                memcmp(before->sections, line->sections, line->depth * sizeof *line->sections) == 0;
            bool wanted = line->wanted || (as_before ? before->wanted : is_wanted(template, line));
            changed |= wanted != line->wanted;
            line->wanted = wanted;
        }
    }
}

/* --- reading and writing --- */

static bool split(struct template *template, const char *text, size_t size) {
    struct line now = {.depth = 0};
    const char *at = text, *end = text + size;
    size_t most = 1;
    for (size_t i = 0; i < size; i++)
        most += text[i] == '\n';
    template->lines = calloc(most, sizeof *template->lines);
    while (template->lines != NULL && at < end) {
        struct piece line = next_line(&at, end);
        if (begins(line, "//?") || begins(line, "//+")) {
            now.sections[now.depth++] = line;
        } else if (begins(line, "//.")) {
            now.depth--;
        } else {
            now.text = line;
            template->lines[template->count++] = now;
        }
    }
    return template->lines != NULL;
}

static void write_line(const struct template *template, struct piece text, FILE *to) {
    size_t length;
    const char *whole = value_at(template, text, &length);
    if (whole != NULL && length == text.length) {
        fputs(whole, to);
        return;
    }
    for (size_t i = 0; i < text.length; i++) {
        const struct piece rest = {text.start + i, text.length - i};
        const char *value = value_at(template, rest, &length);
        if (value != NULL) {
            fputs(value, to);
            i += length - 1;
        } else {
            fputc(text.start[i], to);
        }
    }
    fputc('\n', to);
}

/* Of several blank lines, as around parts that are not included, one stays. */
bool template_write(const char *text, size_t size, const struct template_use *use, FILE *to) {
    struct template template = {.use = use};
    if (!split(&template, text, size))
        return false;
    choose(&template);
    bool after_blank = false;
    for (size_t i = 0; i < template.count; i++) {
        const bool blank = template.lines[i].text.length == 0;
        if (template.lines[i].wanted && !(blank && after_blank)) {
            write_line(&template, template.lines[i].text, to);
            after_blank = blank;
        }
    }
    free(template.lines);
    return true;
}
