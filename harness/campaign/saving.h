// SPDX-License-Identifier: MIT
// A finding on its way into its folder.
#ifndef ALLOCHECK_CAMPAIGN_SAVING_H
#define ALLOCHECK_CAMPAIGN_SAVING_H

#include "candidate.h"

#include "tool/folder.h"
#include "verify/verify.h"

#include <cjson/cJSON.h>

struct saving {
    struct campaign *campaign;
    const struct candidate *candidate;
    const struct confirmed *confirmed;
    const struct ac_program *program; /* that shows it: shrunk, or the candidate's */
    const struct ac_finding *finding;
    bool is_confirmed;
    struct folder folder;
    char *command;      /* that reproduces it, in its folder; NULL: none does */
    char **words;       /* of that command; NULL: none */
    char *shrink;       /* goes on shrinking, in its folder; NULL: it is minimal */
    char *output;       /* of its process; NULL: nothing */
    struct stack stack; /* of its process */
    cJSON *file_names;  /* written */
    cJSON *not_made;    /* files that could not be made, and why */
    bool has_c;         /* repro.c was made; the next field is valid */
    struct verified verified;
};

void saving_write_file(struct saving *saving, const char *name, const void *bytes, size_t size);
/* A file that cannot be made is no error, but is listed. */
void saving_note_not_made(struct saving *saving, const char *file, const char *why);

/* Each writes files into the folder. Errors end up in folder.failed. */
void saving_write_programs(struct saving *saving);
void saving_write_c(struct saving *saving); /* saved_reproducer.c, as the next two */
void saving_write_page(struct saving *saving);
void saving_write_description(struct saving *saving);

/* Whether repro.c was verified: the member of finding.json, and the line that is printed. */
cJSON *saving_verdict(const struct verified *verified);
enum { VERDICT = VERIFY_WHY + 40 };
/* The same for the page. NULL: no C file. */
const char *saving_verdict_text(const struct saving *saving, char text[VERDICT]);
void saving_put_verdict(const struct saving *saving, FILE *to);

/* --- saved_text.c: to be freed; NULL: out of memory --- */

/* The text form of a program, with comments about its origin and what it shows. */
char *shrunk_text(const struct campaign *campaign, const struct candidate *candidate,
                  const struct confirmed *confirmed);
/* Program `index` of a sequence. */
char *process_text(const struct campaign *campaign, const struct candidate *candidate,
                   const struct sequence *sequence, size_t index);

char *joined_text(const struct campaign *campaign, const struct candidate *candidate,
                  const struct ac_program *program, bool in_process);

#endif
