// SPDX-License-Identifier: MIT
// The default head: all of it at once, before ops go, for that takes one candidate; later one
// setting at a time.
#include "pass.h"

enum { WHOLE, SOURCE, ALL_QUIRKS, SIZES, FRAMES, THREADS, GROUPS, LIMIT, SEED, FIRST_QUIRK };

static size_t head_choices(const struct pass_view *view, const struct pass_position *at) {
    (void)view, (void)at;
    return FIRST_QUIRK + AC_QUIRKS;
}

static void set_default(struct ac_head *head, size_t choice) {
    const struct ac_head plain = ac_default_head();
    switch (choice) {
    case WHOLE:
        *head = plain;
        break;
    case SOURCE:
        head->source = plain.source;
        break;
    case ALL_QUIRKS:
        head->quirks = plain.quirks;
        break;
    case SIZES:
        head->sizes = plain.sizes;
        break;
    case FRAMES:
        head->frames = plain.frames;
        break;
    case THREADS:
        head->threads = plain.threads;
        break;
    case GROUPS:
        head->groups = plain.groups;
        break;
    case LIMIT:
        head->limit = plain.limit;
        break;
    case SEED:
        head->seed = plain.seed;
        break;
    default:
        head->quirks &= (uint8_t) ~(1u << (choice - FIRST_QUIRK));
    }
}

static bool make_plainer_head(const struct pass_view *view, const struct pass_position *at,
                              struct ac_program *copy, bool *failed) {
    (void)failed;
    set_default(&copy->head, at->choice);
    return !ac_head_equal(&copy->head, &view->best->head);
}

const struct pass pass_head = {AC_SHRINK_HEAD, false,        pass_one,
                               pass_one,       head_choices, make_plainer_head};

static bool make_plain_head(const struct pass_view *view, const struct pass_position *at,
                            struct ac_program *copy, bool *failed) {
    (void)at, (void)failed;
    set_default(&copy->head, WHOLE);
    return !ac_head_equal(&copy->head, &view->best->head);
}

const struct pass pass_plain_head = {AC_SHRINK_HEAD, false,    pass_one,
                                     pass_one,       pass_one, make_plain_head};
