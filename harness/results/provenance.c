// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* gnu_get_libc_version */
#include "provenance.h"

#include "json_members.h"

#include "allocheck/child.h"

#include <gnu/libc-version.h>
#include <stdio.h>
#include <sys/utsname.h>

enum { NAME = 256 };

#ifdef __clang__
#define TEXT_OF(token) #token
#define TEXT(macro)    TEXT_OF(macro)
#define COMPILER                                                                                   \
    "clang " TEXT(__clang_major__) "." TEXT(__clang_minor__) "." TEXT(__clang_patchlevel__)
#else
#define COMPILER "gcc " __VERSION__
#endif

static void add_tool(cJSON *to) {
    cJSON *tool = cJSON_AddObjectToObject(to, "tool");
    json_add_text(tool, "name", "allocheck");
    json_add_text(tool, "version", ALLOCHECK_VERSION);
    json_add_text(tool, "compiler", COMPILER);
    json_add_text(tool, "sanitizers", ALLOCHECK_SANITIZE);
}

void provenance_add_versions(cJSON *to) {
    char text[2 * NAME];
    struct utsname name;
    add_tool(to);
    cJSON *system = cJSON_AddObjectToObject(to, "system");
    if (uname(&name) == 0) {
        snprintf(text, sizeof text, "%s %s", name.sysname, name.release);
        json_add_text(system, "kernel", text);
        json_add_text(system, "machine", name.machine);
    }
    snprintf(text, sizeof text, "glibc %s", gnu_get_libc_version());
    json_add_text(system, "libc", text);
}

void provenance_add_allocator(cJSON *to, const struct setup *setup) {
    cJSON *allocator = cJSON_AddObjectToObject(to, "allocator");
    json_add_text(allocator, "name", setup->target->name);
    json_add_text(allocator, "argument", ac_target_argument(setup->target));
    cJSON_AddBoolToObject(allocator, "library", setup->target->library != NULL);
    json_add_text(allocator, "file", setup->file);
    json_add_text(allocator, "sha256", setup->hash[0] != '\0' ? setup->hash : NULL);
    json_add_text(allocator, "profile", ac_target_profile(setup->target)->name);
}

void provenance_add_options(cJSON *to, const struct setup *setup) {
    cJSON *options = cJSON_AddObjectToObject(to, "options");
    cJSON *oracles = cJSON_AddArrayToObject(options, "oracles");
    for (int i = 0; i < AC_ORACLES; i++) {
        if ((setup->oracles & AC_ORACLE_BIT(i)) != 0) {
            const char *id = ac_oracle_info((enum ac_oracle)i)->id;
            cJSON_AddItemToArray(oracles, cJSON_CreateString(id));
        }
    }
    json_add_number(options, "memory", setup->memory != 0 ? setup->memory : AC_MEMORY);
    cJSON_AddNumberToObject(options, "call_seconds",
                            setup->call_seconds > 0 ? setup->call_seconds : AC_CALL_SECONDS);
    cJSON_AddBoolToObject(options, "inline", setup->inline_only);
    cJSON_AddBoolToObject(options, "trap", setup->target->trapped);
    json_add_text(options, "profile", setup->profile_file);
}
