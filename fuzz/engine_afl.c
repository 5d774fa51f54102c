// SPDX-License-Identifier: MIT
// AFL++ in persistent mode with inputs in shared memory. It calls the runtime that afl-clang-
// fast links, so that this file, like the harness, needs no instrumentation.
#include "engine.h"

#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>

enum { INPUTS_PER_PROCESS = 100000 };

/* Symbols of the AFL++ runtime (afl-compiler-rt). */
extern int __afl_persistent_loop(unsigned count);
extern void __afl_manual_init(void);
extern unsigned char *__afl_fuzz_ptr;
extern unsigned *__afl_fuzz_len;
int __afl_sharedmem_fuzzing = 1;

/* afl-fuzz searches the executable for these texts to learn its modes. */
__attribute__((used)) static const char persistent_mode[] = "##SIG_AFL_PERSISTENT##";
__attribute__((used)) static const char deferred_start[] = "##SIG_AFL_DEFER_FORKSRV##";

/* afl-fuzz starts this process in a new session, and this one forks the process that runs
 * inputs: neither ends when afl-fuzz is killed. */
static void die_with_parent(void) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

int main(int argc, char **argv) {
    die_with_parent();
    LLVMFuzzerInitialize(&argc, &argv);
    if (argc > 1)
        return engine_replay(argc - 1, argv + 1);
    __afl_manual_init(); /* returns in the process that runs inputs */
    die_with_parent();
    if (__afl_fuzz_ptr == NULL)
        return engine_replay(0, NULL);
    while (__afl_persistent_loop(INPUTS_PER_PROCESS))
        LLVMFuzzerTestOneInput(__afl_fuzz_ptr, *__afl_fuzz_len);
    return 0;
}
