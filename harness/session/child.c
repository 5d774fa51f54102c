// SPDX-License-Identifier: MIT
#include "session.h"

#include "tool/tool.h"
#include "tool/usage.h"

struct ac_child_options session_child_options(const struct session *session) {
    const struct target_options *target_options = &session->target_options;
    return (struct ac_child_options){.target = target_options->target,
                                     .oracles = target_options->oracles,
                                     .free_at_end = true,
                                     .memory = target_options->memory,
                                     .call_ms = option_call_ms(session->call_time)};
}

struct ac_child *session_new_child(const struct session *session,
                                   const struct ac_child_options *options) {
    struct ac_child *child = ac_child_new(options);
    if (child == NULL) {
        tool_out_of_memory();
    } else {
        ac_child_timeout(child, (uint64_t)(session->timeout * 1000 + 0.999));
    }
    return child;
}
