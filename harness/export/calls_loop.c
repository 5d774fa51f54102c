// SPDX-License-Identifier: MIT
// The calls of a short C file in a loop: memory must stop growing, and pages must be cached.
#include "calls_file.h"

#include "allocheck/profile.h"

#include <inttypes.h>

enum {
    WINDOWS = 4,
    ROUNDS = 22000,       /* of a window; fewer with threads, */
    THREAD_ROUNDS = 2200, /* which take long to start */
    RISE = 1 << 20,       /* bytes: less is no growth */
    WARM_ROUNDS = 2,      /* as in a run (run/no_growth.c) */
    FACTOR = 10,
    ROUNDS_A_REQUEST = 16,
};

/* --- resident memory --- */

void calls_put_loop_top(const struct calls_file *file) {
    if (file->pages.there)
        return;
    fputs("// KiB\n"
          "static long resident_kib(void) {\n"
          "    char text[64] = \"\", *second = text;\n"
          "    int statm = open(\"/proc/self/statm\", O_RDONLY);\n"
          "    if (read(statm, text, sizeof text - 1) <= 0)\n"
          "        exit(2);\n"
          "    close(statm);\n"
          "    strtol(text, &second, 10);\n"
          "    return strtol(second, NULL, 10) * (sysconf(_SC_PAGESIZE) / 1024);\n"
          "}\n\n",
          file->to);
}

/* The process must not only be larger after many rounds: it must keep growing. */
static void put_resident_loop(struct calls_file *file) {
    const int rounds = file->has_threads ? THREAD_ROUNDS : ROUNDS;
    calls_line(file, "long size[%d];", WINDOWS);
    calls_line(file, "for (int window = 0; window < %d; window++) {", WINDOWS);
    calls_line(file, "    for (int round = 0; round < %d; round++) {", rounds);
    file->indent = "            ";
    calls_put_body(file, 0);
    file->indent = "    ";
    calls_line(file, "    }");
    calls_line(file, "    size[window] = resident_kib();");
    calls_line(file, "}");
    calls_line(file,
               "if (size[0] < size[1] && size[1] < size[2] && size[2] < size[3] && "
               "size[3] - size[0] > %d) {",
               RISE / 1024);
    calls_put_failure(file, "%%ld KiB more after %d rounds\\n\", size[3] - size[0]",
                      (WINDOWS - 1) * rounds);
    calls_line(file, "}");
}

/* --- what the heap holds --- */

static void put_held_loop(struct calls_file *file) {
    const struct ac_profile *profile = ac_target_profile(file->options->target);
    const uint64_t warm = WARM_ROUNDS + profile->quarantine, more = warm * FACTOR;
    const bool steady = file->finding->oracle == AC_ORACLE_PAGE_LOG;
    const char *counted = steady ? "requests" : "held";
    calls_line(file, "size_t warm = 0;");
    calls_line(file, "for (int round = 0; round < %" PRIu64 "; round++) {", warm + more);
    calls_line(file, "    if (round == %" PRIu64 ")", warm);
    calls_line(file, "        warm = %s;", counted);
    file->indent = "        ";
    calls_put_body(file, 0);
    file->indent = "    ";
    calls_line(file, "}");
    calls_line(file, "if (%s > warm + %" PRIu64 ") {", counted,
               steady ? more / ROUNDS_A_REQUEST : (uint64_t)profile->growth_slack);
    calls_put_failure(file,
                      "%%zu %s after %" PRIu64 " rounds, %%zu after %" PRIu64 "\\n\", %s, warm",
                      steady ? "page requests" : "bytes held", warm + more, warm, counted);
    calls_line(file, "}");
}

void calls_put_loop(struct calls_file *file) {
    if (file->pages.there)
        put_held_loop(file);
    else
        put_resident_loop(file);
}
