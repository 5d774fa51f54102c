// SPDX-License-Identifier: MIT
// The commands of `allocheck`. argv[0] is `allocheck NAME`; each returns an exit status of
// tool/tool.h.
#ifndef ALLOCHECK_CLI_COMMANDS_H
#define ALLOCHECK_CLI_COMMANDS_H

int ac_cmd_compare(int argc, char **argv);
int ac_cmd_convert(int argc, char **argv);
int ac_cmd_explain(int argc, char **argv);
int ac_cmd_findings(int argc, char **argv);
int ac_cmd_fuzz(int argc, char **argv);
int ac_cmd_list(int argc, char **argv);
int ac_cmd_profile(int argc, char **argv);
int ac_cmd_record(int argc, char **argv);
int ac_cmd_run(int argc, char **argv);
int ac_cmd_scorecard(int argc, char **argv);
int ac_cmd_shrink(int argc, char **argv);
int ac_cmd_sweep(int argc, char **argv);
int ac_cmd_triage(int argc, char **argv);

#endif
