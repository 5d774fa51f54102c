// SPDX-License-Identifier: MIT
// What is left out, as a list of names.
#include "allocheck/without.h"

#include <stdio.h>
#include <string.h>

enum { REALLOC_NULL, SIZE_ZERO, HUGE_SIZES, TRAITS };
static const char *const traits[TRAITS] = {"realloc-null", "size-zero", "huge"};

const char *ac_without_name(size_t index) {
    if (index < TRAITS)
        return traits[index];
    return index - TRAITS < AC_OP_KINDS ? ac_op_info((enum ac_op_kind)(index - TRAITS))->name
                                        : NULL;
}

static bool leaves_out(const struct ac_without *without, size_t index) {
    switch (index) {
    case REALLOC_NULL:
        return without->realloc_null;
    case SIZE_ZERO:
        return without->size_zero;
    case HUGE_SIZES:
        return without->huge;
    default:
        return (without->kinds >> (index - TRAITS) & 1) != 0;
    }
}

static void leave_out(struct ac_without *without, size_t index) {
    switch (index) {
    case REALLOC_NULL:
        without->realloc_null = true;
        return;
    case SIZE_ZERO:
        without->size_zero = true;
        return;
    case HUGE_SIZES:
        without->huge = true;
        return;
    default:
        without->kinds |= UINT64_C(1) << (index - TRAITS);
    }
}

static bool is_name(const char *known, const char *name, size_t length) {
    return strlen(known) == length && strncmp(known, name, length) == 0;
}

static bool add_name(struct ac_without *without, const char *name, size_t length) {
    const char *known;
    for (size_t i = 0; (known = ac_without_name(i)) != NULL; i++) {
        if (is_name(known, name, length)) {
            leave_out(without, i);
            return true;
        }
    }
    return false;
}

const char *ac_without_add_names(struct ac_without *without, const char *list) {
    for (const char *name = list;; name++) {
        const size_t length = strcspn(name, ",");
        if (!add_name(without, name, length))
            return name;
        name += length;
        if (*name == '\0')
            return NULL;
    }
}

size_t ac_without_print(const struct ac_without *without, char *text, size_t capacity) {
    const char *name;
    size_t length = 0;
    if (capacity > 0)
        text[0] = '\0';
    for (size_t i = 0; (name = ac_without_name(i)) != NULL; i++) {
        const size_t left = capacity > length ? capacity - length : 0;
        if (leaves_out(without, i))
            length += (size_t)snprintf(left > 0 ? text + length : NULL, left, "%s%s",
                                       length > 0 ? "," : "", name);
    }
    return length;
}
