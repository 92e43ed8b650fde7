/* commands: what `crier` can do, one file each (cmd_*.c). They are the composition root: the only place that
 * knows all layers. Each command is a table row (cli.h) with a function that prints for a person, or JSON
 * where --json is given, and answers with an exit code. */
#ifndef CRIER_MAIN_COMMANDS_H
#define CRIER_MAIN_COMMANDS_H

#include "main/cli.h"
#include "main/newsroom.h"

extern const struct cli_command command_init;
extern const struct cli_command command_import_wordpress;
extern const struct cli_command command_serve;
extern const struct cli_command command_check;
extern const struct cli_command command_backup;
extern const struct cli_command command_restore;
extern const struct cli_command command_move;
extern const struct cli_command command_withdraw;
extern const struct cli_command command_export_site;
extern const struct cli_command command_help;
extern const struct cli_command command_completion;

/* All of them, ended by NULL, in the order of the overview. */
extern const struct cli_command *const all_commands[];

/* The option every command but init has. */
#define OPTION_NEWSROOM                                                                                                \
	{                                                                                                              \
		"newsroom", 'C', CLI_PATH, "DIR",                                                                      \
			"the newsroom's folder (default: $CRIER_NEWSROOM, or the current one)"                         \
	}
#define OPTION_JSON                                                                                                    \
	{                                                                                                              \
		"json", 0, CLI_FLAG, NULL, "print JSON for scripts"                                                    \
	}
#define OPTIONS_END                                                                                                    \
	{                                                                                                              \
		NULL, 0, CLI_FLAG, NULL, NULL                                                                          \
	}

/* The folder that --newsroom or CRIER_NEWSROOM names, or the current one. */
const char *call_dir(const struct cli_call *call);
/* Opens the newsroom that the options name, and holds its folder together with others until the command ends. */
int call_newsroom(struct cli_call *call, struct newsroom *ret_newsroom, struct err *err);

/* Where the address of a database that was given in the command line holds a password, says on standard error who sees
 * it. */
void call_warn_of_password(const struct cli_call *call, struct str url);

/* Puts the sample content into a newsroom that is empty. */
int sample_install(const struct newsroom *newsroom, struct err *err);

#endif
