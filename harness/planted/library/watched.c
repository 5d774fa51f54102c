// SPDX-License-Identifier: MIT
// For a library with its own coverage: the callbacks of clang's coverage, hidden in the library.
// They report edges to libFuzzer or AFL++ if one of them is in the process; in a child of allocheck
// they do nothing.
#define _GNU_SOURCE /* RTLD_DEFAULT */
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

void __sanitizer_cov_8bit_counters_init(uint8_t *start, uint8_t *end);
void __sanitizer_cov_pcs_init(const uintptr_t *start, const uintptr_t *end);
void __sanitizer_cov_trace_pc_guard_init(uint32_t *start, uint32_t *end);
void __sanitizer_cov_trace_pc_guard(uint32_t *guard);

/* Sets a function pointer to a symbol, if there is one. */
static void look_up(const char *name, void *pointer) {
    void *address = dlsym(RTLD_DEFAULT, name);
    if (address != NULL)
        memcpy(pointer, &address, sizeof address);
}

void __sanitizer_cov_8bit_counters_init(uint8_t *start, uint8_t *end) {
    void (*engine)(uint8_t *, uint8_t *) = NULL;
    look_up("__sanitizer_cov_8bit_counters_init", &engine);
    if (engine != NULL)
        engine(start, end);
}

void __sanitizer_cov_pcs_init(const uintptr_t *start, const uintptr_t *end) {
    void (*engine)(const uintptr_t *, const uintptr_t *) = NULL;
    look_up("__sanitizer_cov_pcs_init", &engine);
    if (engine != NULL)
        engine(start, end);
}

static void ignore(uint32_t *guard) {
    (void)guard;
}

static void (*ran)(uint32_t *guard) = ignore;

void __sanitizer_cov_trace_pc_guard_init(uint32_t *start, uint32_t *end) {
    void (*engine)(uint32_t *, uint32_t *) = NULL;
    look_up("__sanitizer_cov_trace_pc_guard_init", &engine);
    if (engine != NULL) {
        look_up("__sanitizer_cov_trace_pc_guard", &ran);
        engine(start, end);
    }
}

void __sanitizer_cov_trace_pc_guard(uint32_t *guard) {
    ran(guard);
}
