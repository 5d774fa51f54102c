// SPDX-License-Identifier: MIT
// What two programs have in common that show the same.
#include "finding.h"

#include <stdio.h>
#include <string.h>

enum { HASH_DIGITS = 8 };

const char *finding_op_kind(const struct ac_program *program, const struct ac_finding *finding) {
    return finding->op < program->count
               ? ac_op_info((enum ac_op_kind)program->ops[finding->op].kind)->name
               : "end";
}

/* With its zero byte, so that no two lists of words run into the same bytes. */
static void add_word(struct sha256 *hash, const char *word) {
    sha256_add(hash, word, strlen(word) + 1);
}

void finding_name(const struct ac_program *program, const struct ac_finding *finding,
                  char name[FINDING_NAME]) {
    struct sha256 hash;
    char digest[SHA256_TEXT];
    const char *oracle = ac_oracle_info(finding->oracle)->id;
    const char *kind = finding_op_kind(program, finding);
    sha256_begin(&hash);
    add_word(&hash, oracle);
    add_word(&hash, kind);
    for (size_t i = 0; i < program->count; i++) {
        add_word(&hash, ac_op_info((enum ac_op_kind)program->ops[i].kind)->name);
    }
    sha256_end(&hash, digest);
    snprintf(name, FINDING_NAME, "%s-%s-%.*s", oracle, kind, HASH_DIGITS, digest);
}
