// SPDX-License-Identifier: MIT
// Fallback where system call trapping is not implemented.
#include "trap.h"

long ac_trap_perform(const struct ac_trapped *call) {
    (void)call;
    return -1;
}

bool ac_trap_is_there(void) {
    return false;
}

bool ac_trap_install(const long *numbers, size_t count,
                     long (*answer)(const struct ac_trapped *call)) {
    (void)numbers, (void)count, (void)answer;
    return false;
}
