// SPDX-License-Identifier: MIT
// Is every byte string a program, and does each program have one canonical byte string?
#include "allocheck/codec.h"
#include "engine.h"
#include "engine_codec.h"
#include "engine_counters.h"

static struct codec_form encode(const struct ac_program *program) {
    struct codec_form form = codec_form_new(ac_encode(program, NULL, 0, NULL));
    codec_demand(form.size > 0, "a decoded program can be encoded");
    size_t size = ac_encode(program, form.bytes, form.size, NULL);
    codec_demand(size == form.size, "ac_encode returns the size in advance");
    return form;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct ac_program program, again;
    counters_input();
    ac_program_init(&program);
    ac_program_init(&again);
    codec_demand(ac_decode(&program, bytes, size), "any bytes decode");
    struct codec_form form = encode(&program);
    codec_demand(ac_decode(&again, form.bytes, form.size), "canonical bytes decode");
    codec_demand(ac_program_equal(&program, &again), "decode(encode(p)) is p");
    struct codec_form same = encode(&again);
    codec_demand(codec_form_equal(&form, &same), "encode(decode(b)) is b for canonical b");
    codec_form_destroy(&same);
    codec_form_destroy(&form);
    ac_program_destroy(&again);
    ac_program_destroy(&program);
    return 0;
}
