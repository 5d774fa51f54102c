// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* strndupa */
#include "usage.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool starts_with_digit(const char *text) {
    return text[0] >= '0' && text[0] <= '9';
}

uint64_t option_number(const struct argp_state *state, const char *option, const char *text,
                       uint64_t least, uint64_t most) {
    char *end, range[64];
    errno = 0;
    const unsigned long long number = strtoull(text, &end, 10);
    if (starts_with_digit(text) && *end == '\0' && errno == 0 && number >= least && number <= most)
        return number;
    if (most == UINT64_MAX) {
        snprintf(range, sizeof range, "of at least %llu", (unsigned long long)least);
    } else {
        snprintf(range, sizeof range, "from %llu to %llu", (unsigned long long)least,
                 (unsigned long long)most);
    }
    argp_error(state, "%s: expected a number %s, not '%s'", option, range, text);
    return least;
}

double option_seconds(const struct argp_state *state, const char *option, const char *text) {
    char *end;
    errno = 0;
    double seconds = strtod(text, &end);
    if (end == text || *end != '\0' || errno != 0 || !(seconds > 0 && seconds <= 1e9))
        argp_error(state, "%s: expected a positive number of seconds, not '%s'", option, text);
    return seconds;
}

unsigned option_jobs(const struct argp_state *state, const char *text) {
    enum { MOST_JOBS = 256 };
    return (unsigned)option_number(state, "--jobs", text, 1, MOST_JOBS);
}

uint32_t option_call_ms(double seconds) {
    double ms = seconds * 1000 + 0.999;
    return ms < UINT32_MAX ? (uint32_t)ms : UINT32_MAX;
}

/* --- bytes --- */

/* The binary exponent of a unit; -1: unknown. */
static int shift_of(const char *unit) {
    static const char letters[] = "KMGT";
    if (unit[0] == '\0')
        return 0;
    const char *at = strchr(letters, unit[0]);
    return at != NULL && unit[1] == '\0' ? 10 * (int)(at - letters + 1) : -1;
}

/* A number of bytes from `least` to `most`, which `range` names. */
static uint64_t option_bytes(const struct argp_state *state, const char *option, const char *text,
                             uint64_t least, uint64_t most, const char *range) {
    char *unit;
    errno = 0;
    uint64_t number = strtoull(text, &unit, 10);
    int shift = shift_of(unit);
    bool fits = starts_with_digit(text) && errno == 0 && shift >= 0 && number <= most >> shift &&
                number << shift >= least;
    if (!fits) {
        argp_error(state, "%s: expected %s, with K, M, G or T as unit, not '%s'", option, range,
                   text);
    }
    return number << (fits ? shift : 0);
}

uint64_t option_memory(const struct argp_state *state, const char *text) {
    return option_bytes(state, "--memory", text, UINT64_C(64) << 20, UINT64_C(1) << 40,
                        "64M to 1T");
}

uint64_t option_max_input(const struct argp_state *state, const char *text) {
    return option_bytes(state, "--max-input", text, UINT64_C(1) << 10, UINT64_C(1) << 40,
                        "1K to 1T");
}

/* --- names --- */

static const char *oracle_name(size_t index) {
    return index < AC_ORACLES ? ac_oracle_info((enum ac_oracle)index)->id : NULL;
}

static void parse_oracle(const struct argp_state *state, ac_oracle_set *set, const char *id,
                         size_t length) {
    bool exclude = length > 0 && id[0] == '-';
    int oracle = ac_oracle_by_id(id + exclude, length - exclude);
    if (oracle < 0)
        usage_unknown(state, "oracle", strndupa(id, length), oracle_name);
    else if (exclude)
        *set &= ~AC_ORACLE_BIT(oracle);
    else
        *set |= AC_ORACLE_BIT(oracle);
}

ac_oracle_set option_oracles(const struct argp_state *state, const char *list) {
    ac_oracle_set set = list[0] == '-' ? AC_ALL_ORACLES : 0;
    for (const char *id = list;;) {
        size_t length = strcspn(id, ",");
        parse_oracle(state, &set, id, length);
        if (id[length] == '\0')
            return set;
        id += length + 1;
    }
}

const char *option_name(const struct argp_state *state, const char *option, const char *kind,
                        const char *text) {
    if (text[0] == '\0')
        argp_error(state, "%s: expected the name of a %s", option, kind);
    return text;
}

const char *option_prefix(const struct argp_state *state, const char *text) {
    bool good = isalpha((unsigned char)text[0]) || text[0] == '_';
    for (const char *c = text; *c != '\0'; c++)
        good = good && (isalnum((unsigned char)*c) || *c == '_');
    if (!good)
        argp_error(state, "--prefix: expected the beginning of a C identifier, not '%s'", text);
    return text;
}
