/* crier: the command line. */
#include "base/file.h"
#include "main/commands.h"
#include "main/config_man.h"
#include "site/site.h"
#include "main/folder.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const struct cli_command *const all_commands[] = {
	&command_init,    &command_import_wordpress, &command_serve, &command_check,      &command_backup,
	&command_restore, &command_withdraw,         &command_help,  &command_completion, NULL};

int call_newsroom(struct cli_call *call, struct newsroom *ret_newsroom, struct err *err)
{
	const char *usual = getenv("CRIER_NEWSROOM");
	struct str dir = cli_text(call, "newsroom", str_from(usual ? usual : "."));

	const char *path = folder_name(arena_cstr(call->arena, dir), call->arena);

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

static int help_run(struct cli_call *call)
{
	const struct cli_command *command = NULL;
	struct str first = call->argument_count > 0 ? call->arguments[0] : STR("");

	if (str_eq(first, STR("crier.conf"))) {
		config_man(CRIER_VERSION, call->out);
		return 0;
	}
	if (str_eq(first, STR("theme")))
		return describe_theme(call);
	if (call->argument_count > 0 && !str_eq(first, STR("crier"))) {
		struct str second = call->argument_count > 1 ? call->arguments[1] : STR("");
		struct err err = {0};

		command = cli_find(all_commands, first, second);
		if (!command) {
			cli_unknown(all_commands, first, second, &err);
			fprintf(call->err, "crier: %s\n", err.text);
			return EXIT_USAGE;
		}
	}
	if (cli_flag(call, "man"))
		cli_man(all_commands, command, CRIER_VERSION, call->out);
	else if (command)
		cli_help(command, call->out);
	else
		cli_overview(all_commands, call->out);
	return 0;
}

static const struct cli_option help_options[] = {{"man", 0, CLI_FLAG, NULL, "print the manual page as roff"},
						 OPTIONS_END};
const struct cli_command command_help = {.name = "help",
					 .arguments = "[COMMAND]",
					 .most = 2,
					 .title = "tell what a command does and which options it takes",
					 .text = "\"crier help crier.conf\" is the manual of the configuration; \"crier help theme\" lists what templates may name.",
					 .options = help_options,
					 .run = help_run};

static int completion_run(struct cli_call *call)
{
	if (!str_eq(call->arguments[0], STR("bash"))) {
		fprintf(call->err, "crier: completion is made for bash, not for \"%.*s\"\n",
			STR_ARG(call->arguments[0]));
		return EXIT_USAGE;
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

static bool asks(const char *word, const char *name)
{
	return word && strcmp(word, name) == 0;
}

/* "--help" behind a command is as good as "help COMMAND". */
static bool wants_help(int argc, char *const *argv)
{
	for (int i = 2; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (asks(argv[i], "--help") || asks(argv[i], "-h"))
			return true;
	return false;
}

int main(int argc, char **argv)
{
	ARENA_SCOPED arena = arena_create(0);
	struct cli_call call = {.arena = arena, .out = stdout, .err = stderr, .held_fd = -1};
	struct err err = {0};
	int rc;

	setlocale(LC_CTYPE, "C.UTF-8");
	umask(0027); /* drafts and embargoed texts are nobody else's business on this machine */
	if (argc < 2 || asks(argv[1], "--help") || asks(argv[1], "-h")) {
		cli_overview(all_commands, argc < 2 ? stderr : stdout);
		return argc < 2 ? EXIT_USAGE : 0;
	}
	if (asks(argv[1], "--version") || asks(argv[1], "-V")) {
		puts("crier " CRIER_VERSION);
		return 0;
	}
	if (wants_help(argc, argv)) {
		const struct cli_command *command = cli_find(all_commands, str_from(argv[1]), str_from(argv[2]));

		if (command) {
			cli_help(command, stdout);
			return 0;
		}
	}
	rc = cli_parse(all_commands, argc, argv, &call, &err);
	if (rc) {
		fprintf(stderr, "crier: %s\n", err.text);
		return rc;
	}
	rc = call.command->run(&call);
	fd_closep(&call.held_fd);
	if ((fflush(stdout) != 0 || ferror(stdout)) && rc == 0) {
		perror("crier: standard output");
		rc = EXIT_FAILURE;
	}
	return rc;
}
