// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* gnu_get_libc_version */
#include "origin.h"

#include "clean_text.h"

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

void origin_add_versions(cJSON *to) {
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

void origin_add_allocator(cJSON *to, const struct setting *setting) {
    cJSON *allocator = cJSON_AddObjectToObject(to, "allocator");
    json_add_text(allocator, "name", setting->target->name);
    json_add_text(allocator, "argument", ac_target_argument(setting->target));
    cJSON_AddBoolToObject(allocator, "library", setting->target->library != NULL);
    json_add_text(allocator, "file", setting->file);
    json_add_text(allocator, "sha256", setting->hash[0] != '\0' ? setting->hash : NULL);
    json_add_text(allocator, "profile", ac_target_profile(setting->target)->name);
}

void origin_add_options(cJSON *to, const struct setting *setting) {
    cJSON *options = cJSON_AddObjectToObject(to, "options");
    cJSON *oracles = cJSON_AddArrayToObject(options, "oracles");
    for (int i = 0; i < AC_ORACLES; i++) {
        if ((setting->oracles & AC_ORACLE_BIT(i)) != 0) {
            const char *id = ac_oracle_info((enum ac_oracle)i)->id;
            cJSON_AddItemToArray(oracles, cJSON_CreateString(id));
        }
    }
    json_add_number(options, "memory", setting->memory != 0 ? setting->memory : AC_MEMORY);
    cJSON_AddNumberToObject(options, "call_seconds",
                            setting->call_seconds > 0 ? setting->call_seconds : AC_CALL_SECONDS);
    cJSON_AddBoolToObject(options, "inline", setting->inline_only);
    cJSON_AddBoolToObject(options, "trap", setting->target->trapped);
    json_add_text(options, "profile", setting->profile_file);
}
