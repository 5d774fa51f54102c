// SPDX-License-Identifier: MIT
// Memory of a process, as the operating system counts it.
#ifndef ALLOCHECK_RESIDENT_H
#define ALLOCHECK_RESIDENT_H

#include <stdint.h>
#include <sys/types.h>

/* Bytes of resident memory that no file backs; 0 where the system does not tell. */
uint64_t ac_resident_anonymous(void);

/* Bytes of a process that are resident, whatever backs them; 0 where the system does not tell. */
uint64_t ac_resident_of(pid_t process);

/* The same, counted page by page (proc(5), smaps_rollup): exact where the other is rounded to what
 * each processor has reported, and a hundred times as slow. */
uint64_t ac_resident_walked(void);

#endif
