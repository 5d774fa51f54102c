// SPDX-License-Identifier: MIT
// Does the text parser accept or refuse every input, and read back what the printer prints?
#include "allocheck/codec.h"
#include "engine.h"
#include "engine_codec.h"
#include "engine_counters.h"

#include <string.h>

static void check_refusal(const struct ac_program *program, const struct ac_text_error *error) {
    codec_demand(program->count == 0, "after an error the program is empty");
    codec_demand(error->line >= 1 && error->column >= 1, "an error has a line and a column");
    codec_demand(error->expected[0] != '\0', "an error states the expected text");
}

/* Includes the final zero byte, which the parser does not get. */
static struct codec_form print(const struct ac_program *program) {
    size_t length = ac_print(program, NULL, 0);
    struct codec_form form = codec_form_new(length + 1);
    size_t printed = ac_print(program, (char *)form.bytes, form.size);
    codec_demand(printed == length, "ac_print returns the length in advance");
    codec_demand(strlen((char *)form.bytes) == length, "the text has that length");
    return form;
}

static void check_text(const struct ac_program *program) {
    struct ac_program again;
    struct ac_text_error error;
    ac_program_init(&again);
    struct codec_form form = print(program);
    bool parsed = ac_parse(&again, (const char *)form.bytes, form.size - 1, &error, NULL);
    codec_demand(parsed, "printed text parses");
    codec_demand(ac_program_equal(program, &again), "parse(print(p)) is p");
    codec_form_destroy(&form);
    ac_program_destroy(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct ac_program program;
    struct ac_text_error error;
    struct ac_expect expect;
    counters_input();
    ac_program_init(&program);
    if (ac_parse(&program, (const char *)bytes, size, &error, &expect))
        check_text(&program);
    else
        check_refusal(&program, &error);
    ac_program_destroy(&program);
    return 0;
}
