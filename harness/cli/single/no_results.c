// SPDX-License-Identifier: MIT
// Replaces session/results.c, session/outputs.c and session/kept.c if cJSON is not installed.
#include "session/session.h"

#include "tool/tool.h"

void session_take_kept(struct session *session, struct input *input) {
    (void)session, (void)input;
}

bool session_keeps_results(const struct session *session) {
    (void)session;
    return false;
}

void session_keep(struct session *session, const struct input *input,
                  const struct ac_report *report, enum result_verdict verdict, double seconds) {
    (void)session, (void)input, (void)report, (void)verdict, (void)seconds;
}

void session_keep_trouble(struct session *session, const char *name, enum result_verdict verdict,
                          const char *reported, double seconds) {
    (void)session, (void)name, (void)verdict, (void)reported, (void)seconds;
}

bool session_open_outputs(struct session *session) {
    for (int i = 0; i < OUTPUT_FORMS; i++) {
        const char *name = session->outputs.names[i];
        if (name != NULL) {
            tool_error("%s: cannot write: this tool was built without cJSON", name);
            return false;
        }
    }
    return true;
}

bool session_write_outputs(struct session *session) {
    (void)session;
    return true;
}
