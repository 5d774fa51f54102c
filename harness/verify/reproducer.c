// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* open_memstream */
#include "reproducer.h"

#include "tool/tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef bool write_form(const struct reproducer_task *task, FILE *to, struct exported *exported);

static bool write_race(const struct reproducer_task *task, FILE *to, struct exported *exported) {
    return task->is_race && export_race_c(&task->how, task->program, task->finding, to, exported);
}

/* What such a finding shows does not depend on what blocks contain. */
static const ac_oracle_set of_answers =
    AC_ORACLE_BIT(AC_ORACLE_ALIGNED) | AC_ORACLE_BIT(AC_ORACLE_MUST_FAIL) |
    AC_ORACLE_BIT(AC_ORACLE_MUST_SUCCEED) | AC_ORACLE_BIT(AC_ORACLE_ERRNO) |
    AC_ORACLE_BIT(AC_ORACLE_ZERO_SIZE) | AC_ORACLE_BIT(AC_ORACLE_USABLE);

static bool write_calls(const struct reproducer_task *task, bool fills, FILE *to,
                        struct exported *exported) {
    return !task->is_race && task->finding != NULL &&
           export_calls_c(&task->how, task->program, task->finding, fills, to, exported);
}

/* Unless it is verified, only if it surely suffices. */
static bool write_bare_calls(const struct reproducer_task *task, FILE *to,
                             struct exported *exported) {
    const bool suffices =
        task->finding != NULL && (of_answers & AC_ORACLE_BIT(task->finding->oracle)) != 0;
    return (task->verifies || suffices) && write_calls(task, false, to, exported);
}

static bool write_filling_calls(const struct reproducer_task *task, FILE *to,
                                struct exported *exported) {
    return write_calls(task, true, to, exported);
}

static bool write_whole(const struct reproducer_task *task, FILE *to, struct exported *exported) {
    return !task->is_race && export_c(&task->how, task->program, task->finding, to, exported);
}

static write_form *const forms[] = {write_race, write_bare_calls, write_filling_calls, write_whole};
enum { FORMS = sizeof forms / sizeof *forms };

/* False: nothing is written. */
static bool write_text(const struct reproducer_task *task, write_form *form,
                       struct exported *exported, struct reproducer *made) {
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);
    snprintf(exported->reason, EXPORT_REASON, "%s", to == NULL ? "out of memory" : "");
    const bool done = to != NULL && form(task, to, exported);
    if (to != NULL && fclose(to) == 0 && done) {
        free(made->text);
        made->text = text;
        made->length = length;
        return true;
    }
    free(text);
    return false;
}

/* Writes the file again, with what is known now in its banner. */
static void write_again(const struct reproducer_task *task, write_form *form,
                        const struct verified *verified, struct reproducer *made) {
    struct reproducer_task again = *task;
    struct exported exported;
    again.how.same_addresses = verified->shown && verified->same_addresses;
    again.how.failed = verified->failed;
    again.how.runs = verified->runs;
    again.how.libc_deviates = verified->shown && verified->libc_deviates;
    again.how.not_verified = verified->shown ? NULL : verified->why;
    if (!verified->shown || verified->same_addresses || verified->libc_deviates ||
        verified->runs > 0)
        write_text(&again, form, &exported, made);
    made->verified = *verified;
}

static struct verified verify(const struct reproducer_task *task, const struct exported *exported,
                              const struct reproducer *made) {
    struct verify_options options = task->verify;
    options.program = task->program;
    options.finding = task->finding;
    if (task->finding->oracle != AC_ORACLE_SURVIVES ||
        sscanf(task->finding->actual, "exit(%d)", &options.exit_status) != 1)
        options.exit_status = 0;
    return verify_c(&options, task->how.target, exported, made->text, made->length);
}

static struct reproducer make(const struct reproducer_task *task) {
    struct reproducer made = {.text = NULL};
    struct verified first = {.shown = false};
    write_form *fallback = NULL;
    for (size_t i = 0; i < FORMS; i++) {
        struct exported exported;
        if (!write_text(task, forms[i], &exported, &made)) {
            if (exported.reason[0] != '\0')
                memcpy(made.reason, exported.reason, EXPORT_REASON);
            continue;
        }
        const struct verified now =
            task->verifies ? verify(task, &exported, &made) : (struct verified){.shown = true};
        if (now.shown) {
            write_again(task, forms[i], &now, &made);
            return made;
        }
        first = fallback == NULL ? now : first;
        fallback = fallback == NULL ? forms[i] : fallback;
    }
    if (fallback != NULL)
        write_again(task, fallback, &first, &made);
    return made;
}

struct reproducer reproducer_make(const struct reproducer_task *task) {
    struct reproducer_task whole = *task;
    char *include = tool_include_folder();
    whole.how.include = include;
    const struct reproducer made = make(&whole);
    free(include);
    return made;
}
