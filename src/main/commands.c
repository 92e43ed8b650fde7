#include "main/commands.h"

#include "base/file.h"
#include "db/db.h"
#include "main/config_man.h"
#include "main/folder.h"
#include "site/site.h"

#include <stdlib.h>

const struct cli_command *const all_commands[] = {&command_init,  &command_import_wordpress, &command_serve,
						  &command_check, &command_backup,           &command_restore,
						  &command_move,  &command_withdraw,         &command_export_site,
						  &command_help,  &command_completion,       NULL};

const char *call_dir(const struct cli_call *call)
{
	struct str usual = str_from(getenv("CRIER_NEWSROOM"));
	struct str dir = cli_text(call, "newsroom", str_empty(usual) ? STR(".") : usual);

	return folder_name(arena_cstr(call->arena, dir), call->arena);
}

void call_warn_of_password(const struct cli_call *call, struct str url)
{
	if (!str_eq(db_url_shown(arena_cstr(call->arena, url), call->arena), url))
		fputs("crier: a password in the command line can be seen by others on this machine, and crier.conf "
		      "will hold it; libpq\nalso takes it from PGPASSWORD, ~/.pgpass or a service file "
		      "(?service=NAME)\n",
		      call->err);
}

int call_newsroom(struct cli_call *call, struct newsroom *ret_newsroom, struct err *err)
{
	const char *path = call_dir(call);

	if (file_exists(path) && folder_lock(path, false, &call->held_fd, err) == FOLDER_BUSY)
		return err_set(err, ERR_INPUT, "a restore to %s is under way; wait for its end", path);
	return newsroom_open(path, call->arena, ret_newsroom, err);
}

/* For theme authors: every view with its fields, as Markdown. */
static int describe_theme(const struct cli_call *call)
{
	BUF_SCOPED text = BUF_INIT(1u << 20);

	site_describe_views(&text);
	fprintf(call->out, "%.*s", STR_ARG(buf_str(&text)));
	return 0;
}

static int describe_config(const struct cli_call *call)
{
	if (cli_flag(call, "man"))
		config_man(CRIER_VERSION, call->out);
	else
		config_help(call->out);
	return 0;
}

static int describe_crier(const struct cli_call *call)
{
	if (cli_flag(call, "man"))
		cli_man(all_commands, NULL, CRIER_VERSION, call->out);
	else
		cli_overview(all_commands, call->out);
	return 0;
}

static int help_run(struct cli_call *call)
{
	struct str first = call->argument_count > 0 ? call->arguments[0] : STR("crier");
	struct str second = call->argument_count > 1 ? call->arguments[1] : STR("");
	const struct cli_command *command = cli_find(all_commands, first, second);
	struct err err = {0};

	if (str_eq(first, STR("crier")))
		return describe_crier(call);
	if (str_eq(first, STR("crier.conf")))
		return describe_config(call);
	if (str_eq(first, STR("theme")))
		return describe_theme(call);
	if (command && cli_flag(call, "man")) {
		cli_man(all_commands, command, CRIER_VERSION, call->out);
		return 0;
	}
	if (!cli_flag(call, "man") && cli_help_words(all_commands, first, second, call->out))
		return 0;
	cli_unknown(all_commands, first, second, &err);
	return cli_refuse(call, &err);
}

static const struct cli_option help_options[] = {{"man", 0, CLI_FLAG, NULL, "print the manual page as roff"},
						 OPTIONS_END};
const struct cli_command command_help = {.name = "help",
					 .arguments = "[COMMAND]",
					 .most = 2,
					 .title = "tell what a command does and which options it takes",
					 .text = "\"crier help crier.conf\" is the manual of the configuration; "
						 "\"crier help theme\" lists what templates may name.",
					 .options = help_options,
					 .run = help_run};

static int completion_run(struct cli_call *call)
{
	struct err err = {0};

	if (!str_eq(call->arguments[0], STR("bash"))) {
		err_set(&err, ERR_INPUT, "completion is made for bash, not for \"%.*s\"", STR_ARG(call->arguments[0]));
		return cli_refuse(call, &err);
	}
	cli_completion_bash(all_commands, call->out);
	return 0;
}

static const struct cli_option completion_options[] = {OPTIONS_END};
const struct cli_command command_completion = {
	.name = "completion",
	.arguments = "bash",
	.least = 1,
	.most = 1,
	.title = "print the completion script for a shell",
	.text = "Load it in a running shell with\n\n  source <(crier completion bash)\n\nor write it to "
		"/etc/bash_completion.d/crier.",
	.options = completion_options,
	.run = completion_run,
};
