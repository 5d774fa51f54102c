// SPDX-License-Identifier: MIT
// Draws a program's swarm configuration: swarm testing leaves features out on purpose (Groce et al.
// 2012).
#include "parts.h"

enum { SMALLEST_SHIFT = 16, USUAL_SHIFT = 20, LARGEST_SHIFT = 26, LARGE_ONE_IN = 24 };
enum { MANY_THREADS_ONE_IN = 16 };

static uint8_t draw_source(struct ac_random *random, unsigned sources) {
    uint8_t kinds[4];
    size_t count = 0;
    for (unsigned bit = AC_SOURCE_MMAP; bit <= AC_SOURCE_BUFFER; bit <<= 1)
        if (sources & bit)
            kinds[count++] = (uint8_t)bit;
    return count == 0 ? AC_SOURCE_MMAP : kinds[ac_random_below(random, count)];
}

static uint8_t draw_quirks(struct ac_random *random) {
    if (ac_random_below(random, 8) < 5)
        return 0;
    uint8_t quirks = (uint8_t)(1u << ac_random_below(random, AC_QUIRKS));
    return (uint8_t)(quirks | 1u << ac_random_below(random, AC_QUIRKS));
}

static uint8_t draw_sizes(struct ac_random *random) {
    bool mixed = ac_random_below(random, 3) == 0;
    return mixed ? AC_SIZES_MIXED : (uint8_t)ac_random_below(random, AC_SIZE_MIXES);
}

/* In how many of 16 programs each group is enabled. */
static const uint8_t group_share[AC_GROUPS] = {
    [AC_GROUP_BASIC] = 16,  [AC_GROUP_REALLOC] = 11, [AC_GROUP_SIZED] = 6, [AC_GROUP_ALIGNED] = 8,
    [AC_GROUP_USABLE] = 10, [AC_GROUP_FRAMES] = 4,   [AC_GROUP_BULK] = 6,  [AC_GROUP_SOURCE] = 7,
    [AC_GROUP_THREADS] = 4, [AC_GROUP_MISUSE] = 4,
};

static uint16_t draw_groups(struct ac_random *random, uint16_t allowed) {
    uint16_t groups = 0;
    for (unsigned group = 0; group < AC_GROUPS; group++) {
        bool on = ac_random_below(random, 16) < group_share[group];
        groups = (uint16_t)(groups | (unsigned)on << group);
    }
    return (uint16_t)((groups & allowed) | 1u << AC_GROUP_BASIC);
}

/* Small limits fill up with few ops and keep content cheap; large ones are for bugs of large
 * blocks. */
static uint64_t draw_limit(struct ac_random *random, const struct ac_head *head, uint64_t largest) {
    bool small = head->sizes == AC_SIZES_LARGE || head->source == AC_SOURCE_BUFFER ||
                 ac_random_below(random, LARGE_ONE_IN) != 0;
    uint64_t highest = small ? USUAL_SHIFT : LARGEST_SHIFT;
    uint64_t shift = SMALLEST_SHIFT + ac_random_below(random, highest - SMALLEST_SHIFT + 1);
    uint64_t limit = UINT64_C(1) << shift;
    return limit < largest ? limit : largest;
}

static uint64_t largest_limit(const struct ac_generate_options *options) {
    uint64_t largest = options->max_limit == 0 ? UINT64_C(1) << LARGEST_SHIFT : options->max_limit;
    if (largest < AC_LIMIT_MIN)
        return AC_LIMIT_MIN;
    return largest < AC_LIMIT_MAX ? largest : AC_LIMIT_MAX;
}

void ac_generate_head(struct ac_head *head, struct ac_random *random,
                      const struct ac_generate_options *options) {
    *head = ac_default_head();
    head->source = draw_source(random, options->sources);
    head->quirks = draw_quirks(random);
    head->sizes = draw_sizes(random);
    head->frames = (uint8_t)ac_random_below(random, AC_FRAME_KINDS);
    head->groups = draw_groups(random, options->groups);
    if (ac_group_on(head, AC_GROUP_THREADS)) {
        bool many = ac_random_below(random, MANY_THREADS_ONE_IN) == 0;
        head->threads = many ? AC_MAX_THREADS : (uint8_t)(2 + ac_random_below(random, 3));
    }
    head->limit = draw_limit(random, head, largest_limit(options));
    head->seed = (uint32_t)ac_random_below(random, 1000);
}
