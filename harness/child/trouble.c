// SPDX-License-Identifier: MIT
// Why a request failed, in a text that both processes can write.
#include "shared.h"

#include <stdarg.h>
#include <stdio.h>

void ac_child_explain(struct ac_child *child, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(child->shared->trouble, sizeof child->shared->trouble, format, arguments);
    va_end(arguments);
}

const char *ac_child_trouble(const struct ac_child *child) {
    return child->shared->trouble;
}
