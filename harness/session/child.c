// SPDX-License-Identifier: MIT
#include "session.h"

#include "tool/tool.h"

struct ac_child_options session_child_options(const struct session *session) {
    return target_child_options(&session->target_options, session->call_time);
}

struct ac_child *session_new_child(const struct session *session,
                                   const struct ac_child_options *options) {
    struct ac_child *child = ac_child_new(options);
    if (child == NULL)
        tool_out_of_memory();
    else
        ac_child_timeout(child, (uint64_t)(session->timeout * 1000 + 0.999));
    return child;
}
