// SPDX-License-Identifier: MIT
#include "data.h"

#include "json_column.h"

#include "allocheck/codec.h"
#include "allocheck/place.h"

#include <string.h>

enum { LINE = 256, HEAD = 1024 };

cJSON *data_new(const char *kind) {
    cJSON *data = cJSON_CreateObject();
    cJSON_AddStringToObject(data, "kind", kind);
    cJSON_AddStringToObject(data, "tool", "allocheck " ALLOCHECK_VERSION);
    return data;
}

/* --- the program --- */

static void add_ops(cJSON *to, const struct ac_program *program) {
    char line[LINE];
    cJSON *ops = cJSON_AddArrayToObject(to, "ops");
    for (size_t i = 0; i < program->count; i++) {
        ac_print_op(&program->ops[i], line, sizeof line);
        cJSON_AddItemToArray(ops, cJSON_CreateString(line));
    }
}

/* The thread of each op, and pairs of op and thread for exits. Single-threaded programs have none.
 */
static void add_threads(cJSON *to, const struct ac_program *program) {
    static const struct json_column column = {"op_thread", offsetof(struct ac_op, thread), 1,
                                              COLUMN_PLAIN};
    if (!ac_program_has_threads(program))
        return;
    json_column_add(to, &column, program->ops, sizeof *program->ops, program->count);
    cJSON *exits = cJSON_AddArrayToObject(to, "exits");
    for (size_t i = 0; i < program->count; i++) {
        if (program->ops[i].kind == AC_OP_EXIT) {
            const int pair[] = {(int)i, (int)program->ops[i].slot};
            cJSON_AddItemToArray(exits, cJSON_CreateIntArray(pair, 2));
        }
    }
}

/* The settings of the head, if any: `source=brk limit=16M'. */
static void add_head(cJSON *to, const struct ac_program *program) {
    static const char before[] = "\nwith ";
    const struct ac_program head = {.head = program->head};
    char text[HEAD];
    ac_print(&head, text, sizeof text);
    const char *with = strstr(text, before);
    if (with != NULL) {
        text[strlen(text) - 1] = '\0'; /* a newline */
        cJSON_AddStringToObject(to, "head", with + strlen(before));
    }
}

/* --- the outcome --- */

static const struct json_column finding_columns[] = {
    COLUMN(struct ac_finding, op, COLUMN_PLAIN),
    COLUMN(struct ac_finding, round, COLUMN_PLAIN),
    COLUMN(struct ac_finding, slot, COLUMN_SIGNED),
    COLUMN(struct ac_finding, other_slot, COLUMN_SIGNED),
    COLUMN(struct ac_finding, block, COLUMN_MINUS_ONE),
    COLUMN(struct ac_finding, size, COLUMN_PLAIN),
    COLUMN(struct ac_finding, first_wrong, COLUMN_NULL),
    COLUMN(struct ac_finding, last_wrong, COLUMN_NULL),
};

static void add_finding(cJSON *to, const struct ac_program *program,
                        const struct ac_report *outcome) {
    const struct ac_finding *from = &outcome->finding;
    const struct ac_oracle_info *oracle = ac_oracle_info(from->oracle);
    if (!outcome->found) {
        cJSON_AddNullToObject(to, "finding");
        return;
    }
    cJSON *finding = cJSON_AddObjectToObject(to, "finding");
    cJSON_AddStringToObject(finding, "oracle", oracle->id);
    cJSON_AddStringToObject(finding, "rule", oracle->sentence);
    cJSON_AddStringToObject(finding, "source", oracle->rule);
    cJSON_AddStringToObject(finding, "expected", from->expected);
    cJSON_AddStringToObject(finding, "actual", from->actual);
    cJSON_AddStringToObject(finding, "place", ac_place_name(ac_place_of(program, from)));
    cJSON_AddStringToObject(finding, "during", ac_stage_sentence(from->stage));
    for (size_t i = 0; i < sizeof finding_columns / sizeof *finding_columns; i++)
        json_column_add_member(finding, &finding_columns[i], from);
}

static void add_counts(cJSON *to, const struct ac_report *outcome) {
    const struct ac_counts *from = &outcome->counts;
    cJSON *counts = cJSON_AddObjectToObject(to, "counts");
    const struct {
        const char *name;
        uint64_t value;
    } rows[] = {
        {"calls", from->calls},
        {"ops", from->ops},
        {"empty", from->empty},
        {"not_offered", from->not_offered},
        {"skipped", from->skipped},
        {"over_limit", from->over_limit},
        {"over_memory", from->over_memory},
        {"over_time", from->over_time},
        {"growth_unchecked", from->growth_unchecked},
        {"accepted", from->accepted},
        {"refused", from->refused},
        {"page_requests", from->page_requests},
        {"live_peak", outcome->live_peak},
        {"held_peak", outcome->held_peak},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cJSON_AddNumberToObject(counts, rows[i].name, (double)rows[i].value);
}

static void add_checked(cJSON *to, const struct ac_report *outcome) {
    cJSON *checked = cJSON_AddObjectToObject(to, "checked");
    for (int i = 0; i < AC_ORACLES; i++) {
        const char *id = ac_oracle_info((enum ac_oracle)i)->id;
        cJSON_AddNumberToObject(checked, id, (double)outcome->checked[i]);
    }
}

static void add_also_seen(cJSON *to, const struct report *report) {
    if (report->also_seen_count == 0)
        return;
    cJSON *also = cJSON_AddArrayToObject(to, "also_seen");
    for (size_t i = 0; i < report->also_seen_count; i++)
        cJSON_AddItemToArray(also, cJSON_CreateString(report->also_seen[i]));
}

cJSON *data_of_run(const struct report *report) {
    const struct ac_journal *journal = report->journal;
    cJSON *data = data_new("run");
    cJSON_AddStringToObject(data, "input", report->input);
    cJSON_AddStringToObject(data, "allocator", report->allocator);
    cJSON_AddStringToObject(data, "command", report->command != NULL ? report->command : "");
    cJSON_AddStringToObject(data, "output", report->output != NULL ? report->output : "");
    if (report->reproducer != NULL)
        cJSON_AddStringToObject(data, "reproducer", report->reproducer);
    add_finding(data, report->program, report->outcome);
    add_also_seen(data, report);
    add_counts(data, report->outcome);
    add_checked(data, report->outcome);
    add_head(data, report->program);
    add_ops(data, report->program);
    add_threads(data, report->program);
    cJSON_AddItemToObject(data, "journal",
                          journal != NULL ? data_of_journal(report) : cJSON_CreateNull());
    if (report->outcome->found) {
        const struct evidence evidence = evidence_of(report);
        cJSON_AddItemToObject(data, "explanation", data_of_explanation(&evidence));
    }
    const bool seen = journal != NULL && report->outcome->found && journal->snapshot.taken;
    cJSON_AddItemToObject(data, "snapshot",
                          seen ? data_of_snapshot(&journal->snapshot) : cJSON_CreateNull());
    return data;
}
