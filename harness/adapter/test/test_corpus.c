// SPDX-License-Identifier: MIT
// Stored programs are well formed and state their reason and expectation; together they use every
// op, page source and quirk.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <dirent.h>

#include "allocheck/codec.h"

enum { MOST_FILE = 1 << 16, MOST_OPS = 20 };

static struct ac_program program;
static struct {
    unsigned files;
    unsigned sources;
    unsigned quirks;
    bool kinds[AC_OP_KINDS];
} seen;

static bool is_program(const char *name) {
    size_t length = strlen(name);
    return length > 4 && strcmp(name + length - 4, ".ops") == 0;
}

static size_t read_file(const char *name, char *text) {
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", SEED_FOLDER, name);
    FILE *from = fopen(path, "rb");
    assert_non_null(from);
    size_t size = fread(text, 1, MOST_FILE, from);
    assert_int_equal(fclose(from), 0);
    assert_in_range(size, 1, MOST_FILE - 1);
    return size;
}

static void check_program(const char *name) {
    static char text[MOST_FILE];
    struct ac_text_error error;
    struct ac_expect expect;
    size_t size = read_file(name, text);
    if (!ac_parse(&program, text, size, &error, &expect))
        fail_msg("%s:%zu:%zu: expected %s", name, error.line, error.column, error.expected);
    if (text[0] != '#' || !expect.given)
        fail_msg("%s gives no reason, or no `# expect:`", name);
    if (program.count == 0 || program.count > MOST_OPS || ac_encode(&program, NULL, 0, NULL) == 0)
        fail_msg("%s is empty, long, or has no byte form", name);
}

static void note_program(void) {
    seen.files++;
    seen.sources |= program.head.source;
    seen.quirks |= program.head.quirks;
    for (size_t i = 0; i < program.count; i++)
        seen.kinds[program.ops[i].kind] = true;
}

static void seeds_are_sound_and_use_everything(void **state) {
    (void)state;
    DIR *folder = opendir(SEED_FOLDER);
    assert_non_null(folder);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (is_program(entry->d_name)) {
            check_program(entry->d_name);
            note_program();
        }
    }
    closedir(folder);
    ac_program_destroy(&program);
    assert_in_range(seen.files, 40, 200);
    assert_int_equal(seen.sources,
                     AC_SOURCE_MMAP | AC_SOURCE_BRK | AC_SOURCE_BOTH | AC_SOURCE_BUFFER);
    assert_int_equal(seen.quirks, (1u << AC_QUIRKS) - 1);
    for (unsigned kind = 0; kind < AC_OP_KINDS; kind++)
        if (!seen.kinds[kind])
            fail_msg("no seed uses %s", ac_op_info((enum ac_op_kind)kind)->name);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seeds_are_sound_and_use_everything),
    };
    ac_program_init(&program);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
