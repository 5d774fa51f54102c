// SPDX-License-Identifier: MIT
#include "session.h"

#include "tool/interrupt.h"

#include <stdio.h>

static void print_count(const char *what, uint64_t count) {
    if (count > 0)
        printf("  %-24s %llu\n", what, (unsigned long long)count);
}

static void print_counts(const struct session *session) {
    const struct ac_counts *counts = &session->sum.counts;
    print_count("calls", counts->calls);
    print_count("ops", counts->ops);
    print_count("ops on an empty slot", counts->empty);
    print_count("ops not offered", counts->not_offered);
    print_count("misuses skipped", counts->skipped);
    print_count("ops over a limit", counts->over_limit);
    print_count("programs over memory", counts->over_memory);
    print_count("programs over time", counts->over_time);
    print_count("no-growth over time", counts->growth_unchecked);
    print_count("page requests", counts->page_requests);
    print_count("page requests refused", counts->refused);
}

/* Prints 0 too: an oracle that never checked has not passed. */
static void print_checked(const struct session *session) {
    for (int i = 0; i < AC_ORACLES; i++) {
        const struct ac_oracle_info *oracle = ac_oracle_info((enum ac_oracle)i);
        if ((session->target_options.oracles & AC_ORACLE_BIT(i)) != 0 &&
            oracle->when != AC_COMPARE) {
            printf("  checked %-17s %llu\n", oracle->id,
                   (unsigned long long)session->sum.checked[i]);
        }
    }
}

static void print_idle(const struct session *session) {
    const size_t count = session->idle;
    if (count > 0)
        printf("%zu program%s made no call:", count, count == 1 ? "" : "s");
    for (size_t i = 0; i < count; i++)
        printf("%s%s", i > 0 ? ", " : " ", session->idle_names[i]);
    fputs(count > 0 ? "\n" : "", stdout);
}

void session_print_summary(const struct session *session) {
    if (session->print_counts) {
        print_counts(session);
        print_checked(session);
    }
    print_idle(session);
    printf("%s: %zu of %zu run, %llu calls, %zu with a finding",
           session->target_options.target.name, session->ran, session->paths.count,
           (unsigned long long)session->sum.counts.calls, session->findings);
    if (session->satisfied > 0)
        printf(", %zu with the expected finding", session->satisfied);
    if (session->untrapped > 0)
        printf(", %zu without the expected trap", session->untrapped);
    if (session->idle > 0)
        printf(", %zu without a call", session->idle);
    if (session->sum.counts.over_memory > 0)
        printf(", %llu over the memory limit", (unsigned long long)session->sum.counts.over_memory);
    if (session->sum.counts.over_time > 0)
        printf(", %llu over the time of a program",
               (unsigned long long)session->sum.counts.over_time);
    if (session->sum.counts.growth_unchecked > 0) {
        printf(", no-growth not checked for %llu: time",
               (unsigned long long)session->sum.counts.growth_unchecked);
    }
    printf("%s\n", interrupt_pending() ? "; interrupted" : "");
}
