// SPDX-License-Identifier: MIT
// Functions and lines by libdw (elfutils): DWARF 2 to 5, split DWARF, separate debug files.
#include "explain/symbols.h"

#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <elfutils/version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_OF(value)   #value
#define TEXT(value)      TEXT_OF(value)
#define STANDARD_FOLDERS ":.debug:/usr/lib/debug"

const char *symbols_reader(void) {
    return "libdw 0." TEXT(_ELFUTILS_VERSION);
}

/* An instruction in a file that is open. */
struct instruction {
    Dwfl_Module *module;
    Dwarf_Addr address; /* as libdwfl has placed the file */
    Dwarf_Die unit;     /* that holds it, in the .dwo file if there is one */
    Dwarf_Addr bias;    /* of addresses in the unit */
    const char *folder; /* in which the unit was compiled; NULL: unknown */
};

struct frames {
    struct stack_frame *at;
    size_t count, most;
};

/* NULL: no more room. */
static struct stack_frame *next_frame(struct frames *frames) {
    if (frames->count == frames->most)
        return NULL;
    struct stack_frame *frame = &frames->at[frames->count++];
    *frame = (struct stack_frame){.function = ""};
    return frame;
}

static void copy_file(const struct instruction *at, struct stack_frame *frame, const char *file,
                      int line) {
    if (file == NULL || line <= 0)
        return;
    const char *folder = file[0] != '/' && at->folder != NULL ? at->folder : "";
    snprintf(frame->file, sizeof frame->file, "%s%s%s", folder, folder[0] != '\0' ? "/" : "", file);
    frame->line = (unsigned)line;
}

/* --- from the symbol table --- */

/* `NAME.part.0', `NAME.cold': split by the compiler. `NAME@@VERSION': of a library. */
static void copy_function(struct stack_frame *frame, const char *name) {
    const size_t length = name[0] != '\0' ? 1 + strcspn(name + 1, ".@") : 0;
    snprintf(frame->function, sizeof frame->function, "%.*s", (int)length, name);
}

/* The nearest symbol below may be another function's, if that of the right one was stripped. */
static void name_by_symbol(const struct instruction *at, struct stack_frame *frame) {
    GElf_Off distance;
    GElf_Sym symbol;
    const char *name =
        dwfl_module_addrinfo(at->module, at->address, &distance, &symbol, NULL, NULL, NULL);
    if (name != NULL && distance < symbol.st_size)
        copy_function(frame, name);
}

/* --- from debug information: inlined functions --- */

static bool is_function(Dwarf_Die *die) {
    const int tag = dwarf_tag(die);
    return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine;
}

static void name_by_die(struct stack_frame *frame, Dwarf_Die *function) {
    Dwarf_Attribute attribute;
    const char *name = dwarf_formstring(dwarf_attr_integrate(function, DW_AT_name, &attribute));
    if (name != NULL)
        copy_function(frame, name);
}

static int number_of(Dwarf_Die *die, unsigned name) {
    Dwarf_Attribute attribute;
    Dwarf_Word value = 0;
    return dwarf_formudata(dwarf_attr(die, name, &attribute), &value) == 0 ? (int)value : 0;
}

/* Where the call was that was inlined. */
static void place_by_call(const struct instruction *at, Dwarf_Die *inlined,
                          struct stack_frame *frame) {
    Dwarf_Files *files;
    Dwarf_Die unit = at->unit;
    size_t count;
    if (dwarf_getsrcfiles(&unit, &files, &count) == 0) {
        const size_t file = (size_t)number_of(inlined, DW_AT_call_file);
        copy_file(at, frame, file < count ? dwarf_filesrc(files, file, NULL, NULL) : NULL,
                  number_of(inlined, DW_AT_call_line));
    }
}

/* The scopes of the instruction, from a block within the innermost function to the unit. The caller
 * frees them. */
static int scopes_of(const struct instruction *at, Dwarf_Die **scopes) {
    Dwarf_Die unit = at->unit, *found = NULL;
    *scopes = NULL;
    if (dwarf_getscopes(&unit, at->address - at->bias, &found) <= 0)
        return 0;
    /* dwarf_getscopes leaves the concrete functions where one was inlined. */
    const int count = dwarf_getscopes_die(found, scopes);
    free(found);
    return count;
}

/* Each inlined function makes the frame around it: its caller, at the line of the call. */
static void add_callers(const struct instruction *at, struct frames *frames) {
    struct stack_frame *frame = &frames->at[frames->count - 1];
    Dwarf_Die *scopes, *inlined = NULL;
    const int count = scopes_of(at, &scopes);
    for (int i = 0; i < count; i++) {
        if (!is_function(&scopes[i]))
            continue;
        if (inlined != NULL) {
            if ((frame = next_frame(frames)) == NULL)
                break;
            place_by_call(at, inlined, frame);
        }
        name_by_die(frame, &scopes[i]);
        frame->inlined = dwarf_tag(&scopes[i]) == DW_TAG_inlined_subroutine;
        if (!frame->inlined)
            break;
        inlined = &scopes[i];
    }
    free(scopes);
}

/* --- the unit of an instruction --- */

/* Through the list of address ranges; clang makes none, then through all units. */
static Dwarf_Die *unit_in_file(struct instruction *at) {
    Dwarf_Die *unit = dwfl_module_addrdie(at->module, at->address, &at->bias);
    if (unit == NULL)
        while ((unit = dwfl_module_nextcu(at->module, unit, &at->bias)) != NULL &&
               dwarf_haspc(unit, at->address - at->bias) <= 0) {
        }
    return unit;
}

static void place_by_line_table(struct instruction *at, Dwarf_Die *unit,
                                struct stack_frame *frame) {
    int line = 0;
    Dwarf_Attribute attribute;
    Dwarf_Line *entry = dwarf_getsrc_die(unit, at->address - at->bias);
    at->folder = dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute));
    if (entry != NULL && dwarf_lineno(entry, &line) == 0)
        copy_file(at, frame, dwarf_linesrc(entry, NULL, NULL), line);
}

/* In split DWARF the file has a skeleton of the unit, with its line table, and a .dwo file the
 * rest. */
static void use_split_unit(struct instruction *at, Dwarf_Die *unit) {
    Dwarf_Half version;
    uint8_t type;
    Dwarf_Die skeleton, split = {.addr = NULL};
    at->unit = *unit;
    if (dwarf_cu_info(unit->cu, &version, &type, &skeleton, &split, NULL, NULL, NULL) == 0 &&
        split.addr != NULL)
        at->unit = split;
}

/* --- all --- */

static Dwfl *begin(char **folders) {
    static Dwfl_Callbacks callbacks;
    callbacks = (Dwfl_Callbacks){.find_elf = dwfl_build_id_find_elf,
                                 .find_debuginfo = dwfl_standard_find_debuginfo,
                                 .section_address = dwfl_offline_section_address,
                                 .debuginfo_path = folders};
    return dwfl_begin(&callbacks);
}

static void describe(struct instruction *at, struct frames *frames) {
    struct stack_frame *frame = next_frame(frames);
    name_by_symbol(at, frame);
    Dwarf_Die *unit = unit_in_file(at);
    if (unit != NULL) {
        place_by_line_table(at, unit, frame);
        use_split_unit(at, unit);
        add_callers(at, frames);
    }
    if (frames->count == 1 && frame->function[0] == '\0' && frame->line == 0)
        frames->count = 0;
}

size_t symbols_at(const char *path, uint64_t offset, const char *debug_folder,
                  struct stack_frame *frames, size_t most) {
    char folders[STACK_FILE + sizeof STANDARD_FOLDERS + 1], *list = folders;
    struct frames found = {frames, 0, most};
    snprintf(folders, sizeof folders, "%s%s%s", STANDARD_FOLDERS, debug_folder != NULL ? ":" : "",
             debug_folder != NULL ? debug_folder : "");
    Dwfl *dwfl = begin(&list);
    if (dwfl == NULL || most == 0)
        return 0;
    dwfl_report_begin(dwfl);
    struct instruction at = {.module = dwfl_report_offline(dwfl, path, path, -1)};
    dwfl_report_end(dwfl, NULL, NULL);
    Dwarf_Addr bias;
    if (at.module != NULL && dwfl_module_getelf(at.module, &bias) != NULL) {
        at.address = offset + bias;
        describe(&at, &found);
    }
    dwfl_end(dwfl);
    return found.count;
}
