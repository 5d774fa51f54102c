// SPDX-License-Identifier: MIT
#include "engine.h"
#include "engine_counters.h"

#include <stddef.h>

/* libFuzzer's edge counters (SanitizerCoverage), and ThreadSanitizer's annotation of intended races
 * (tsan_interface_ann.cpp); absent in other builds. */
extern const unsigned char __start___sancov_cntrs[] __attribute__((weak));
extern const unsigned char __stop___sancov_cntrs[] __attribute__((weak));
void AnnotateBenignRaceSized(const char *file, int line, const volatile void *memory, size_t size,
                             const char *why) __attribute__((weak));

/* Threads update the same counters without order; ThreadSanitizer would report that first. */
static void overlook_counters(void) {
    if (AnnotateBenignRaceSized != NULL && __start___sancov_cntrs != NULL) {
        AnnotateBenignRaceSized(__FILE__, __LINE__, __start___sancov_cntrs,
                                (size_t)(__stop___sancov_cntrs - __start___sancov_cntrs),
                                "counters of edges");
    }
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    overlook_counters();
    counters_open();
    return 0;
}
