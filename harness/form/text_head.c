// SPDX-License-Identifier: MIT
#include "text.h"

#include <string.h>

static const char *source_name(size_t index) {
    static const char *const names[] = {"mmap", "brk", "both", "buffer"};
    return names[index];
}

static const char *quirk_name(size_t index) {
    return ac_quirk_names[index];
}

static const char *mix_name(size_t index) {
    static const char *const names[AC_SIZE_MIXES] = {
        [AC_SIZES_MIXED] = "mixed", [AC_SIZES_SMALL] = "small", [AC_SIZES_CLASS] = "class",
        [AC_SIZES_PAGE] = "page",   [AC_SIZES_LARGE] = "large", [AC_SIZES_HUGE] = "huge",
    };
    return names[index];
}

static const char *frame_name(size_t index) {
    return index == AC_FRAMES_STACK ? "stack" : "own";
}

static const char *group_name(size_t index) {
    return ac_group_name((enum ac_group)index);
}

static const struct text_names sources = {"a page source", 4, source_name};
static const struct text_names quirks = {"a quirk", AC_QUIRKS, quirk_name};
static const struct text_names mixes = {"a size mix", AC_SIZE_MIXES, mix_name};
static const struct text_names frames = {"a frame kind", AC_FRAME_KINDS, frame_name};
static const struct text_names groups = {"an op group", AC_GROUPS, group_name};

/* Comma-separated names, as bits. */
static bool parse_bits(struct text_cursor *from, const struct text_names *names, unsigned *bits) {
    size_t index;
    do {
        if (!ac_take_name(from, names, &index))
            return false;
        *bits |= 1u << index;
    } while (ac_take_char(from, ','));
    return true;
}

static void print_bits(struct text_writer *to, const struct text_names *names, unsigned bits) {
    const char *before = "";
    for (size_t i = 0; i < names->count; i++) {
        if (bits >> i & 1) {
            ac_put_text(to, before);
            ac_put_text(to, names->name(i));
            before = ",";
        }
    }
}

static bool parse_source(struct text_cursor *from, struct ac_head *head) {
    size_t index = 0;
    bool taken = ac_take_name(from, &sources, &index);
    head->source = (uint8_t)(1u << index);
    return taken;
}

static void print_source(struct text_writer *to, const struct ac_head *head) {
    print_bits(to, &sources, head->source);
}

static bool parse_quirks(struct text_cursor *from, struct ac_head *head) {
    unsigned bits = 0;
    bool taken = parse_bits(from, &quirks, &bits);
    head->quirks = (uint8_t)bits;
    return taken;
}

static void print_quirks(struct text_writer *to, const struct ac_head *head) {
    print_bits(to, &quirks, head->quirks);
}

static bool parse_limit(struct text_cursor *from, struct ac_head *head) {
    static const char what[] = "a memory limit from 4K to 1024G";
    const char *start = from->next;
    return ac_take_text_number(from, AC_LIMIT_MAX, what, &head->limit) &&
           (head->limit >= AC_LIMIT_MIN || ac_expected(from, start, what));
}

/* With the largest suffix that divides it. */
static void print_limit(struct text_writer *to, const struct ac_head *head) {
    static const char *const suffixes[] = {"", "K", "M", "G"};
    uint64_t limit = head->limit;
    size_t suffix = 0;
    while (suffix < 3 && limit % 1024 == 0) {
        limit /= 1024;
        suffix++;
    }
    ac_put_decimal(to, limit);
    ac_put_text(to, suffixes[suffix]);
}

static bool parse_sizes(struct text_cursor *from, struct ac_head *head) {
    size_t index = 0;
    bool taken = ac_take_name(from, &mixes, &index);
    head->sizes = (uint8_t)index;
    return taken;
}

static void print_sizes(struct text_writer *to, const struct ac_head *head) {
    ac_put_text(to, mix_name(head->sizes));
}

static bool parse_frames(struct text_cursor *from, struct ac_head *head) {
    size_t index = 0;
    bool taken = ac_take_name(from, &frames, &index);
    head->frames = (uint8_t)index;
    return taken;
}

static void print_frames(struct text_writer *to, const struct ac_head *head) {
    ac_put_text(to, frame_name(head->frames));
}

static bool parse_threads(struct text_cursor *from, struct ac_head *head) {
    static const char what[] = "a thread count, 1 to 8";
    const char *start = from->next;
    uint64_t number;
    bool taken = ac_take_text_number(from, AC_MAX_THREADS, what, &number);
    head->threads = (uint8_t)number;
    return taken && (number >= 1 || ac_expected(from, start, what));
}

static void print_threads(struct text_writer *to, const struct ac_head *head) {
    ac_put_decimal(to, head->threads);
}

static bool parse_groups(struct text_cursor *from, struct ac_head *head) {
    unsigned bits = 1u << AC_GROUP_BASIC;
    bool taken = parse_bits(from, &groups, &bits);
    head->groups = (uint16_t)bits;
    return taken;
}

static void print_groups(struct text_writer *to, const struct ac_head *head) {
    const unsigned basic = 1u << AC_GROUP_BASIC;
    print_bits(to, &groups, head->groups == basic ? basic : head->groups & ~basic);
}

static bool parse_seed(struct text_cursor *from, struct ac_head *head) {
    uint64_t number;
    bool taken = ac_take_text_number(from, UINT32_MAX, "a random seed, 0 to 4294967295", &number);
    head->seed = (uint32_t)number;
    return taken;
}

static void print_seed(struct text_writer *to, const struct ac_head *head) {
    ac_put_decimal(to, head->seed);
}

enum { SETTINGS = 8 };

/* In print order. */
static const struct {
    const char *name;
    bool (*parse)(struct text_cursor *from, struct ac_head *head);
    void (*print)(struct text_writer *to, const struct ac_head *head);
} settings[SETTINGS] = {
    {"source", parse_source, print_source}, {"quirks", parse_quirks, print_quirks},
    {"limit", parse_limit, print_limit},    {"sizes", parse_sizes, print_sizes},
    {"frames", parse_frames, print_frames}, {"threads", parse_threads, print_threads},
    {"groups", parse_groups, print_groups}, {"seed", parse_seed, print_seed},
};

static const char *setting_name(size_t index) {
    return settings[index].name;
}

static bool parse_setting(struct text_cursor *from, struct ac_head *head, unsigned *seen) {
    static const struct text_names names = {"a setting", SETTINGS, setting_name};
    const char *start = from->next;
    size_t index;
    if (!ac_take_name(from, &names, &index))
        return false;
    if (*seen >> index & 1)
        return ac_expected(from, start, "each setting only once");
    *seen |= 1u << index;
    if (!ac_take_char(from, '='))
        return ac_expected(from, from->next, "`=` and a value");
    return settings[index].parse(from, head);
}

bool ac_parse_head(struct text_cursor *from, struct ac_head *head) {
    unsigned seen = 0;
    do {
        const char *before = from->next;
        ac_skip_blanks(from);
        if (from->next == before && !ac_at_content_end(from))
            return ac_expected(from, from->next, "a space or the end of the line");
        if (seen != 0 && ac_at_content_end(from))
            return true;
    } while (parse_setting(from, head, &seen));
    return false;
}

/* Prints one setting into `line`. */
static void print_setting(char *line, size_t capacity, size_t setting, const struct ac_head *head) {
    struct text_writer to = {line, capacity, 0};
    settings[setting].print(&to, head);
    ac_end_text(&to);
}

void ac_print_head(struct text_writer *to, const struct ac_head *head) {
    const struct ac_head plain = ac_default_head();
    char value[128], default_value[128];
    for (size_t i = 0; i < SETTINGS; i++) {
        print_setting(value, sizeof value, i, head);
        print_setting(default_value, sizeof default_value, i, &plain);
        if (strcmp(value, default_value) != 0) {
            ac_put_char(to, ' ');
            ac_put_text(to, settings[i].name);
            ac_put_char(to, '=');
            ac_put_text(to, value);
        }
    }
}
