// SPDX-License-Identifier: MIT
#include "bytes.h"

enum { SOURCE_MASK = 3, FRAMES_SHIFT = 2, THREADS_SHIFT = 3 };

static unsigned source_index(uint8_t source) {
    unsigned index = 0;
    while (index < SOURCE_MASK && source != 1u << index)
        index++;
    return index;
}

static void decode_snapshot(struct ac_head *head, uint8_t snapshot) {
    head->source = (uint8_t)(1u << (snapshot & SOURCE_MASK));
    head->frames = (snapshot >> FRAMES_SHIFT) & 1;
    head->threads = (uint8_t)(1 + (snapshot >> THREADS_SHIFT) % AC_MAX_THREADS);
}

static unsigned encode_snapshot(const struct ac_head *head) {
    return source_index(head->source) | (unsigned)head->frames << FRAMES_SHIFT |
           (unsigned)(head->threads - 1) << THREADS_SHIFT;
}

static uint64_t decode_limit(struct byte_reader *from) {
    uint8_t shift = ac_take_byte(from);
    if (shift == LIMIT_LITERAL) {
        uint64_t limit = ac_take_number(from, LIMIT_LITERAL_BYTES);
        return limit < AC_LIMIT_MIN ? AC_LIMIT_MIN : limit;
    }
    return AC_LIMIT_MIN << (shift < LIMIT_SHIFTS ? shift : shift % LIMIT_FOLDED_SHIFTS);
}

static void encode_limit(uint64_t limit, struct byte_writer *to) {
    for (unsigned shift = 0; shift < LIMIT_SHIFTS; shift++) {
        if (limit == AC_LIMIT_MIN << shift) {
            ac_put_byte(to, shift);
            return;
        }
    }
    ac_put_byte(to, LIMIT_LITERAL);
    ac_put_number(to, limit, LIMIT_LITERAL_BYTES);
}

static uint8_t quirks_of(uint8_t byte, unsigned version) {
    const unsigned known = version == BYTES_FIRST_VERSION ? QUIRKS_OF_VERSION_1 : AC_QUIRKS;
    return (uint8_t)(byte & ((1u << known) - 1));
}

void ac_decode_head(struct ac_head *head, struct byte_reader *from, unsigned version) {
    *head = ac_default_head();
    unsigned flags = ac_take_byte(from);
    if (flags & HEAD_SNAPSHOT)
        decode_snapshot(head, ac_take_byte(from));
    if (flags & HEAD_QUIRKS)
        head->quirks = quirks_of(ac_take_byte(from), version);
    if (flags & HEAD_SIZES)
        head->sizes = ac_take_byte(from) % AC_SIZE_MIXES;
    if (flags & HEAD_GROUPS) {
        uint64_t groups = ac_take_number(from, 2) & ((1u << AC_GROUPS) - 1);
        head->groups = (uint16_t)(groups | 1u << AC_GROUP_BASIC);
    }
    if (flags & HEAD_LIMIT)
        head->limit = decode_limit(from);
    if (flags & HEAD_SEED)
        head->seed = (uint32_t)ac_take_number(from, 4);
}

static unsigned flags_of(const struct ac_head *head) {
    const struct ac_head plain = ac_default_head();
    bool snapshot = head->source != plain.source || head->frames != plain.frames ||
                    head->threads != plain.threads;
    return (snapshot ? HEAD_SNAPSHOT : 0u) | (head->quirks != plain.quirks ? HEAD_QUIRKS : 0u) |
           (head->sizes != plain.sizes ? HEAD_SIZES : 0u) |
           (head->groups != plain.groups ? HEAD_GROUPS : 0u) |
           (head->limit != plain.limit ? HEAD_LIMIT : 0u) |
           (head->seed != plain.seed ? HEAD_SEED : 0u);
}

void ac_encode_head(const struct ac_head *head, struct byte_writer *to) {
    unsigned flags = flags_of(head);
    ac_put_byte(to, flags);
    if (flags & HEAD_SNAPSHOT)
        ac_put_byte(to, encode_snapshot(head));
    if (flags & HEAD_QUIRKS)
        ac_put_byte(to, head->quirks);
    if (flags & HEAD_SIZES)
        ac_put_byte(to, head->sizes);
    if (flags & HEAD_GROUPS)
        ac_put_number(to, head->groups, 2);
    if (flags & HEAD_LIMIT)
        encode_limit(head->limit, to);
    if (flags & HEAD_SEED)
        ac_put_number(to, head->seed, 4);
}
