// SPDX-License-Identifier: MIT
// Calls that ended the process of a probe: a policy, or a bug.
#include "readings.h"

#include <stdint.h>
#include <stdio.h>

/* Larger alignments may exceed any machine; the profile has a field for them. */
enum { USUAL_ALIGNMENT = 1 << 22 };
/* Bytes that a machine may not have. A run skips such requests where exhaustion ends the process.
 */
enum { MUCH = 512 << 20 };

static bool has_count(const struct ac_fatal_call *call) {
    return call->function == AC_FN_CALLOC || call->function == AC_FN_REALLOCARRAY;
}

/* False: no memory can satisfy it. */
static bool total_bytes(const struct ac_fatal_call *call, uint64_t *total) {
    const uint64_t count = has_count(call) ? call->count : 1;
    *total = count * call->size;
    return (call->size == 0 || *total / call->size == count) && *total <= PTRDIFF_MAX;
}

enum ac_fatal_kind ac_fatal_kind_of(const struct ac_fatal_call *call) {
    uint64_t total;
    if (!call->announced || call->function >= AC_FN_COUNT || call->alignment > USUAL_ALIGNMENT)
        return AC_FATAL_BUG;
    if (!total_bytes(call, &total))
        return AC_FATAL_IMPOSSIBLE;
    return call->limited || total >= MUCH ? AC_FATAL_EXHAUSTION : AC_FATAL_BUG;
}

static bool has_kind(const struct ac_measurement *measured, enum ac_fatal_kind kind) {
    for (size_t i = 0; i < measured->fatal_calls && i < AC_FATAL_CALLS; i++)
        if (ac_fatal_kind_of(&measured->fatal_call[i]) == kind)
            return true;
    return false;
}

bool ac_exhaustion_ends(const struct ac_measurement *measured) {
    return has_kind(measured, AC_FATAL_EXHAUSTION);
}

bool ac_impossible_ends(const struct ac_measurement *measured) {
    return has_kind(measured, AC_FATAL_IMPOSSIBLE);
}

/* --- as text --- */

const char *ac_asked_text(enum ac_function function, bool resizes, const struct ac_asked *asked,
                          char *text, size_t capacity) {
    const char *name = ac_function_name(function), *old = resizes ? "block, " : "NULL, ";
    const unsigned long long count = asked->count, size = asked->size, align = asked->alignment;
    switch (function) {
    case AC_FN_MALLOC:
        snprintf(text, capacity, "%s(%llu)", name, size);
        break;
    case AC_FN_CALLOC:
        snprintf(text, capacity, "%s(%llu, %llu)", name, count, size);
        break;
    case AC_FN_REALLOC:
        snprintf(text, capacity, "%s(%s%llu)", name, old, size);
        break;
    case AC_FN_REALLOCARRAY:
        snprintf(text, capacity, "%s(%s%llu, %llu)", name, old, count, size);
        break;
    case AC_FN_POSIX_MEMALIGN:
        snprintf(text, capacity, "%s(&block, %llu, %llu)", name, align, size);
        break;
    case AC_FN_COUNT:
        snprintf(text, capacity, "%s", name);
        break;
    default:
        snprintf(text, capacity, "%s(%llu, %llu)", name, align, size);
    }
    return text;
}

void ac_fatal_call_text(const struct ac_fatal_call *call, char *text, size_t capacity) {
    const struct ac_asked asked = {call->count, call->size, call->alignment};
    char called[128];
    if (call->function == AC_FN_COUNT && call->null != 0)
        snprintf(called, sizeof called, "%s(NULL)",
                 call->null == AC_NULL_FREE ? "free" : "malloc_usable_size");
    else
        ac_asked_text((enum ac_function)call->function, call->resizes, &asked, called,
                      sizeof called);
    snprintf(text, capacity, "%s%s: %s", called, call->limited ? ", with memory exhausted" : "",
             call->how);
}
