// SPDX-License-Identifier: MIT
// Names that are equal for programs that show the same bug.
#include "cause.h"
#include "finding.h"

#include "allocheck/place.h"

#include <stdio.h>
#include <string.h>

enum { HASH_DIGITS = 8 };

const char *finding_op_kind(const struct ac_program *program, const struct ac_finding *finding) {
    return ac_place_name(ac_place_of(program, finding));
}

/* With its zero byte, so that different lists of words never make the same bytes. */
static void add_word(struct sha256 *hash, const char *word) {
    sha256_add(hash, word, strlen(word) + 1);
}

static void add_calls(struct sha256 *hash, const struct plain_calls *calls) {
    char word[64];
    for (size_t i = 0; i < calls->count; i++) {
        const struct plain_call *call = &calls->at[i];
        snprintf(word, sizeof word, "%u %u %u %u %d %d %u %u", call->kind, call->size,
                 call->alignment, call->change, call->many, call->elsewhere, call->from, call->to);
        add_word(hash, word);
    }
}

void finding_name(const struct ac_program *program, const struct ac_finding *finding,
                  const struct stack *stack, char name[FINDING_NAME]) {
    struct sha256 hash;
    struct cause cause;
    char digest[SHA256_TEXT];
    const char *oracle = ac_oracle_info(finding->oracle)->id;
    const char *kind = finding_op_kind(program, finding);
    cause_of(program, finding, stack, &cause);
    sha256_begin(&hash);
    add_word(&hash, oracle);
    add_word(&hash, kind);
    add_word(&hash, cause.frames);
    if (cause.frames[0] == '\0')
        add_calls(&hash, &cause.calls);
    sha256_end(&hash, digest);
    snprintf(name, FINDING_NAME, "%s-%s-%.*s", oracle, kind, HASH_DIGITS, digest);
}
