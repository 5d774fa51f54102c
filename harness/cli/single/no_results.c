// SPDX-License-Identifier: MIT
// In place of run_results.c and run_output.c where cJSON is not installed.
#include "run.h"

#include "cli.h"

bool run_keeps_results(const struct session *session) {
    (void)session;
    return false;
}

void run_keep(struct session *session, const struct input *input, const struct ac_report *report,
              enum result_verdict verdict, double seconds) {
    (void)session, (void)input, (void)report, (void)verdict, (void)seconds;
}

void run_keep_trouble(struct session *session, const char *name, enum result_verdict verdict,
                      const char *told, double seconds) {
    (void)session, (void)name, (void)verdict, (void)told, (void)seconds;
}

bool run_open_outputs(struct session *session) {
    for (int i = 0; i < RUN_OUTPUTS; i++) {
        if (session->outputs[i] != NULL) {
            cli_trouble("%s: not written: this tool was built without cJSON", session->outputs[i]);
            return false;
        }
    }
    return true;
}

bool run_write_outputs(struct session *session) {
    (void)session;
    return true;
}
