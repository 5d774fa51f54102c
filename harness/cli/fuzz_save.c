// SPDX-License-Identifier: MIT
// Where findings are kept.
#define _GNU_SOURCE /* asprintf, open_memstream */
#include "fuzz_hunt.h"

#include "cli.h"
#include "input.h"
#include "output.h"
#include "shell.h"

#include "allocheck/codec.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool make_folder(const char *name) {
    if (mkdir(name, 0777) == 0 || errno == EEXIST) {
        return true;
    }
    cli_trouble("%s: %s", name, strerror(errno));
    return false;
}

/* That a file can be made is seen by making one: rights are not all that may be in the way. */
static bool try_to_write(const char *folder) {
    char *name;
    int file = -1;
    if (asprintf(&name, "%s/.XXXXXX", folder) < 0) {
        cli_trouble("out of memory");
        return false;
    }
    file = mkstemp(name);
    if (file < 0) {
        cli_trouble("%s: %s", folder, strerror(errno));
    } else {
        close(file);
        unlink(name);
    }
    free(name);
    return file >= 0;
}

bool hunt_make_folder(struct hunt *hunt) {
    if (asprintf(&hunt->folder, "%s/findings", hunt->options.out) < 0) {
        hunt->folder = NULL;
        cli_trouble("out of memory");
        return false;
    }
    return make_folder(hunt->options.out) && make_folder(hunt->folder) &&
           try_to_write(hunt->folder);
}

/* FNV-1a, folded to 32 bits: tells files of one pair apart. */
static uint32_t hash(const char *text, size_t length) {
    uint64_t value = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < length; i++) {
        value = (value ^ (unsigned char)text[i]) * UINT64_C(0x100000001B3);
    }
    return (uint32_t)(value ^ value >> 32);
}

static bool write_program(const char *name, const char *comments, const char *text) {
    char *whole;
    int length = asprintf(&whole, "%s%s", comments, text);
    if (length < 0) {
        cli_trouble("out of memory");
        return false;
    }
    bool done = output_write(name, whole, (size_t)length);
    free(whole);
    return done;
}

char *hunt_save(struct hunt *hunt, const struct ac_program *program, const char *prefix,
                const char *comments) {
    size_t length = ac_print(program, NULL, 0);
    char *name = NULL, *text = malloc(length + 1);
    if (text != NULL) {
        ac_print(program, text, length + 1);
    }
    if (text == NULL ||
        asprintf(&name, "%s/%s-%08x.ops", hunt->folder, prefix, (unsigned)hash(text, length)) < 0) {
        cli_trouble("out of memory");
        name = NULL;
    } else if (!write_program(name, comments, text)) {
        free(name);
        name = NULL;
    }
    free(text);
    hunt->troubles += name == NULL;
    return name;
}

char *hunt_command(const struct hunt *hunt, const char *file) {
    const struct session session = {.trial = hunt->options.trial,
                                    .call_time = hunt->options.call_time};
    const struct input input = {.name = file, .text = true};
    return shell_run_command(&session, &input);
}
