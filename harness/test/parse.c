// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "parse.h"

#include "allocheck/codec.h"

void parse(struct ac_program *program, const char *text) {
    struct ac_text_error error;
    ac_program_init(program);
    if (!ac_parse(program, text, strlen(text), &error, NULL))
        fail_msg("%zu:%zu: expected %s in\n%s", error.line, error.column, error.expected, text);
}
