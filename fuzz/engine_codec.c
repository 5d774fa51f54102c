// SPDX-License-Identifier: MIT
#include "engine_codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void codec_demand(bool holds, const char *property) {
    if (!holds) {
        fprintf(stderr, "finding: form: this does not hold: %s\n", property);
        abort();
    }
}

struct codec_form codec_form_new(size_t size) {
    struct codec_form form = {malloc(size), size};
    codec_demand(form.bytes != NULL, "there is enough memory");
    return form;
}

void codec_form_destroy(struct codec_form *form) {
    free(form->bytes);
    *form = (struct codec_form){NULL, 0};
}

bool codec_form_equal(const struct codec_form *left, const struct codec_form *right) {
    return left->size == right->size && memcmp(left->bytes, right->bytes, left->size) == 0;
}
