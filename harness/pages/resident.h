// SPDX-License-Identifier: MIT
// Resident memory of processes, as counted by the operating system.
#ifndef ALLOCHECK_RESIDENT_H
#define ALLOCHECK_RESIDENT_H

#include <stdint.h>
#include <sys/types.h>

/* Bytes of anonymous resident memory of this process; 0: unknown. */
uint64_t ac_resident_anonymous(void);

/* Bytes of resident memory of a process; 0: unknown. */
uint64_t ac_resident_of(pid_t process);

/* Like ac_resident_anonymous, but counted page by page (proc(5), smaps_rollup): exact, while the
 * other lags by what each processor has not reported yet, and about 100 times as slow. */
uint64_t ac_resident_walked(void);

#endif
