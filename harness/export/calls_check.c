// SPDX-License-Identifier: MIT
// The check that failed, in C.
#include "calls_file.h"

#include "model/evidence.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

enum { MESSAGE = 60 /* longer ones have a separate line */ };

/* The variable of the last request. */
static unsigned answer(const struct calls_file *file) {
    return calls_variable(file, file->count - 1);
}

/* --- one failing condition --- */

void calls_put_failure(const struct calls_file *file, const char *format, ...) {
    char message[CALLS_TEXT];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    const char *id = ac_oracle_info(file->finding->oracle)->id;
    const char *separator = strlen(id) + strlen(message) > MESSAGE ? "\n            " : " ";
    calls_line(file, "    fprintf(stderr,%s\"FAIL: %s: %s);", separator, id, message);
    calls_line(file, file->thread == 0 ? "    return 1;" : "    _Exit(1);");
}

/* `condition' about the answer p of the last call. */
static void put_answer_check(const struct calls_file *file, const char *condition,
                             const char *what) {
    char call[CALLS_TEXT];
    calls_describe(calls_last(file), call);
    calls_line(file, "if (p%u %s) {", answer(file), condition);
    calls_put_failure(file, "%s %s\\n\"", call, what);
    calls_line(file, "}");
}

/* Every byte of a block equals `value'; `wrote' is printed before the byte that is read. */
static void put_bytes_check(const struct calls_file *file, const char *block, uint64_t size,
                            const char *value, const char *wrote) {
    calls_line(file, "for (size_t i = 0; i < %" PRIu64 "; i++) {", size);
    calls_line(file, "    unsigned char byte = ((unsigned char *)%s)[i];", block);
    calls_line(file, "    if (byte != %s) {", value);
    calls_line(file,
               "        fprintf(stderr, \"FAIL: %s: byte %%zu of %s: %s0x%%02x\\n\", i, byte);",
               ac_oracle_info(file->finding->oracle)->id, block, wrote);
    calls_line(file, file->thread == 0 ? "        return 1;" : "        _Exit(1);");
    calls_line(file, "    }");
    calls_line(file, "}");
}

/* --- by oracle --- */

static void put_aligned(const struct calls_file *file) {
    char call[CALLS_TEXT];
    size_t alignment = 0;
    calls_describe(calls_last(file), call);
    if (sscanf(file->finding->expected, EVIDENCE_ALIGNED, &alignment) != 1)
        alignment = _Alignof(max_align_t);
    calls_line(file, "if ((uintptr_t)p%u %% %zu != 0) {", answer(file), alignment);
    calls_put_failure(file, "%s returned %%p, which is not a multiple of %zu\\n\", p%u", call,
                      alignment, answer(file));
    calls_line(file, "}");
}

/* The bytes that a call had to keep; the finding may be about more of them than were requested. */
static uint64_t kept_bytes(const struct calls_file *file, uint64_t least) {
    const uint64_t wrong = file->finding->first_wrong;
    return wrong != UINT64_MAX && wrong >= least ? wrong + 1 : least;
}

static void put_kept(const struct calls_file *file, const char *block, uint32_t id, uint64_t size) {
    char letter[8], wrote[CALLS_NAME];
    snprintf(letter, sizeof letter, "'%c'", calls_letter(id));
    snprintf(wrote, sizeof wrote, "wrote 0x%02x, reads ", (unsigned)calls_letter(id));
    put_bytes_check(file, block, kept_bytes(file, size), letter, wrote);
}

static void put_end_without_block(const struct calls_file *file) {
    calls_line(file, "if (p%u == NULL)", answer(file));
    calls_line(file, file->thread == 0 ? "    return 0;" : "    return NULL;");
}

static void put_zeroed(const struct calls_file *file) {
    char name[CALLS_NAME];
    calls_name(file, file->count - 1, name);
    put_end_without_block(file);
    put_bytes_check(file, name, calls_last(file)->size, "0", "not zero but ");
}

static void put_preserved(const struct calls_file *file) {
    const struct ac_event *call = calls_last(file);
    const uint64_t size = call->old_size < call->size ? call->old_size : call->size;
    char name[CALLS_NAME];
    calls_name(file, file->count - 1, name);
    put_end_without_block(file);
    put_kept(file, name, call->old_block, size);
}

static void put_intact(const struct calls_file *file) {
    const struct calls_block block = calls_block_of_finding(file);
    put_kept(file, block.name, file->finding->block, block.size);
}

static void put_disjoint(const struct calls_file *file) {
    const struct calls_block other = calls_block_of_finding(file);
    const uint64_t size = calls_last(file)->size;
    char call[CALLS_TEXT];
    calls_describe(calls_last(file), call);
    calls_line(file, "uintptr_t start = (uintptr_t)p%u, other = (uintptr_t)%s;", answer(file),
               other.name);
    calls_line(file,
               "if (start != 0 && start < other + %" PRIu64 " && other < start + %" PRIu64 ") {",
               other.size != 0 ? other.size : 1, size != 0 ? size : 1);
    calls_put_failure(file, "%s overlaps a live block of %" PRIu64 " bytes\\n\"", call, other.size);
    calls_line(file, "}");
}

/* What the failing size is compared with. */
static void put_usable(const struct calls_file *file) {
    const size_t at = file->count - 1;
    const struct calls_block block = calls_block_of_finding(file);
    char limit[CALLS_TEXT];
    const char *compare = "<";
    snprintf(limit, sizeof limit, "%" PRIu64, block.size);
    if (calls_expects(file, EVIDENCE_USABLE_NULL)) {
        snprintf(limit, sizeof limit, "0");
        compare = "!=";
    } else if (calls_expects(file, EVIDENCE_USABLE_SAME) ||
               calls_expects(file, EVIDENCE_USABLE_LEAST)) {
        size_t before = at;
        while (before > 0 && (file->calls[before - 1]->function != AC_EVENT_USABLE_SIZE ||
                              file->calls[before - 1]->block != calls_last(file)->block))
            before--;
        snprintf(limit, sizeof limit, "usable%zu", before > 0 ? before - 1 : 0);
        compare = calls_expects(file, EVIDENCE_USABLE_SAME) ? "!=" : "<";
    } else if (!calls_expects(file, EVIDENCE_USABLE)) {
        compare = "!=";
    }
    calls_line(file, "if (usable%zu %s %s) {", at, compare, limit);
    calls_put_failure(file, "%%zu usable bytes of a block of %" PRIu64 "\\n\", usable%zu",
                      block.size, at);
    calls_line(file, "}");
}

/* The errors that fit, by their names in `ENOMEM or EINVAL: REASON'. */
static void put_wrong_error(const struct calls_file *file, const char *failed, const char *error) {
    const char *const expected = file->finding->expected;
    const int errors = (int)strcspn(expected, ":"), first = (int)strcspn(expected, ": ");
    const bool both = first < errors;
    calls_line(file, "if (%s && %s != %.*s%s%s%s) {", failed, error, first, expected,
               both ? " && " : "", both ? error : "", both ? " != EINVAL" : "");
    calls_put_failure(file, "error %%d, not %.*s\\n\", %s", errors, expected, error);
}

/* A request or a free. */
static void put_errno(const struct calls_file *file) {
    const struct ac_event *call = calls_last(file);
    const unsigned variable = answer(file);
    char failed[CALLS_TEXT], error[CALLS_TEXT];
    if (calls_expects(file, EVIDENCE_ERRNO_KEPT)) {
        calls_line(file, "if (errno != 7777) {");
        calls_put_failure(file, "%s changed it to %%d\\n\", errno",
                          ac_event_function_name(call->function));
    } else if (calls_expects(file, EVIDENCE_EINVAL)) {
        put_answer_check(file, "!= NULL", "returned a block for an invalid alignment");
        return;
    } else if (call->function == AC_FN_POSIX_MEMALIGN) {
        snprintf(failed, sizeof failed, "error%u != 0", variable);
        snprintf(error, sizeof error, "error%u", variable);
        put_wrong_error(file, failed, error);
    } else {
        snprintf(failed, sizeof failed, "p%u == NULL", variable);
        put_wrong_error(file, failed, "errno");
    }
    calls_line(file, "}");
}

static void put_must_fail(const struct calls_file *file) {
    if (calls_last(file)->function != AC_FN_POSIX_MEMALIGN ||
        !calls_expects(file, EVIDENCE_OUT_KEPT)) {
        put_answer_check(file, "!= NULL", "returned a block");
        return;
    }
    calls_line(file, "if (error%u != 0 && p%u != NULL) {", answer(file), answer(file));
    calls_put_failure(file, "posix_memalign failed, but wrote a pointer\\n\"");
    calls_line(file, "}");
}

static void put_zero_size(const struct calls_file *file) {
    char condition[CALLS_TEXT];
    if (calls_expects(file, EVIDENCE_ZERO_NULL)) {
        put_answer_check(file, "!= NULL", "returned a block");
    } else if (calls_expects(file, EVIDENCE_ZERO_ALONE)) {
        snprintf(condition, sizeof condition, "== %s", calls_block_of_finding(file).name);
        put_answer_check(file, condition, "has the address of another live block");
    } else {
        put_answer_check(file, "== NULL", "returned NULL");
    }
}

static void put_failure_keeps(const struct calls_file *file) {
    const struct ac_event *call = calls_last(file);
    const struct calls_block block = calls_block_of_finding(file);
    if (calls_expects(file, EVIDENCE_LIVE_BLOCKS))
        calls_put_heap_check(file);
    else if (call->function < AC_FN_COUNT && call->result != AC_EVENT_REFUSED)
        put_disjoint(file);
    else
        put_kept(file, block.name, file->finding->block, block.size);
}

/* A failed realloc keeps the old block, which its owner goes on using. */
static void put_use(const struct calls_file *file) {
    const struct ac_event *call = calls_last(file);
    const struct calls_block old = calls_block(file, file->count, call->old_block);
    if (call->result == AC_EVENT_REFUSED && call->old_block != AC_NO_BLOCK && old.is_live &&
        file->fills && old.size != 0)
        calls_line(file, "memset(%s, '%c', %" PRIu64 ");", old.name, calls_letter(call->old_block),
                   old.size);
}

void calls_put_check(const struct calls_file *file) {
    switch (file->finding->oracle) {
    case AC_ORACLE_ALIGNED:
        put_aligned(file);
        break;
    case AC_ORACLE_ZEROED:
        put_zeroed(file);
        break;
    case AC_ORACLE_PRESERVED:
        put_preserved(file);
        break;
    case AC_ORACLE_INTACT:
        put_intact(file);
        break;
    case AC_ORACLE_DISJOINT:
        put_disjoint(file);
        break;
    case AC_ORACLE_USABLE:
        put_usable(file);
        break;
    case AC_ORACLE_MUST_FAIL:
        put_must_fail(file);
        break;
    case AC_ORACLE_MUST_SUCCEED:
        put_answer_check(file, "== NULL", "returned NULL");
        break;
    case AC_ORACLE_FAILURE_KEEPS:
        put_failure_keeps(file);
        break;
    case AC_ORACLE_ERRNO:
        put_errno(file);
        break;
    case AC_ORACLE_ZERO_SIZE:
        put_zero_size(file);
        break;
    case AC_ORACLE_SURVIVES:
        put_use(file);
        break;
    case AC_ORACLE_FORK_SAFE:
        calls_put_fork(file);
        break;
    default:
        calls_put_heap_check(file);
        break;
    }
}
