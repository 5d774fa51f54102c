// SPDX-License-Identifier: MIT
// The C file of a finding, verified before it is saved.
#include "saving.h"

#include "results/json_members.h"
#include "tool/clock.h"

#include "verify/reproducer.h"

#include <stdlib.h>

/* For all forms of the file together; LEAST_MS also after the end of the campaign. */
enum { MOST_MS = 30000, LEAST_MS = 500 };

static uint64_t deadline_of(const struct campaign *campaign) {
    const uint64_t left = campaign_left_ms(campaign);
    const uint64_t most = left < MOST_MS ? left : MOST_MS;
    return clock_ms() + (most > LEAST_MS ? most : LEAST_MS);
}

static struct reproducer_task task_of(const struct saving *saving) {
    const struct campaign_options *options = &saving->campaign->options;
    return (struct reproducer_task){
        .how = {.target = &options->target_options.target,
                .file = "repro.c",
                .input = "shrunk.ops",
                .command = saving->command,
                .journal = ac_child_journal(saving->campaign->confirm_child),
                .prefix = options->c_names.prefix,
                .interface = options->c_names.interface,
                .call_seconds = (unsigned)(options->call_time + 0.999)},
        .program = saving->program,
        .finding = saving->finding,
        .is_race = saving->confirmed->racing.on,
        .verifies = true,
        .verify = {.call_seconds = options->call_time,
                   .memory = options->target_options.memory,
                   .deadline_ms = deadline_of(saving->campaign),
                   .is_race = saving->confirmed->racing.on}};
}

void saving_write_c(struct saving *saving) {
    const struct reproducer_task task = task_of(saving);
    struct campaign *const campaign = saving->campaign;
    const struct campaign_phase saves = campaign->phase;
    campaign->phase = (struct campaign_phase){.what = "verifying the C file"};
    const struct reproducer made = reproducer_make(&task);
    campaign->phase = saves;
    saving->has_c = made.text != NULL;
    saving->verified = made.verified;
    if (made.text != NULL)
        saving_write_file(saving, "repro.c", made.text, made.length);
    else
        saving_note_not_made(saving, "repro.c", made.reason);
    free(made.text);
}

cJSON *saving_verdict(const struct verified *verified) {
    cJSON *object = cJSON_CreateObject();
    cJSON_AddBoolToObject(object, "verified", verified->shown);
    if (!verified->shown)
        json_add_text(object, "why", verified->why);
    if (verified->libc_deviates)
        json_add_text(object, "c_library", "deviates as well");
    if (verified->runs > 0) {
        cJSON_AddNumberToObject(object, "failed", verified->failed);
        cJSON_AddNumberToObject(object, "runs", verified->runs);
    }
    return object;
}

const char *saving_verdict_text(const struct saving *saving, char text[VERDICT]) {
    const struct verified *verified = &saving->verified;
    char what[VERIFIED_TEXT];
    if (!saving->has_c)
        return NULL;
    if (verified->shown)
        snprintf(text, VERDICT, "repro.c is verified: it %s", verified_text(verified, what));
    else
        snprintf(text, VERDICT, "repro.c is not verified: %s", verified->why);
    return text;
}

void saving_put_verdict(const struct saving *saving, FILE *to) {
    const struct verified *verified = &saving->verified;
    char what[VERIFIED_TEXT];
    if (saving->has_c && verified->shown)
        fprintf(to, "  verified  repro.c %s\n", verified_text(verified, what));
    else if (saving->has_c)
        fprintf(to, "  not verified  repro.c: %s\n", verified->why);
}
