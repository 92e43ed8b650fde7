/* crier: the command line. */
#include "base/file.h"
#include "main/commands.h"

#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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
	signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of write(2), which is told */
	umask(0027);              /* drafts and embargoed texts are nobody else's business on this machine */
	if (argc < 2 || asks(argv[1], "--help") || asks(argv[1], "-h")) {
		cli_overview(all_commands, argc < 2 ? stderr : stdout);
		return argc < 2 ? EXIT_USAGE : 0;
	}
	if (asks(argv[1], "--version") || asks(argv[1], "-V")) {
		puts("crier " CRIER_VERSION);
		return 0;
	}
	if (wants_help(argc, argv) &&
	    cli_help_words(all_commands, str_from(argv[1]), argv[2][0] == '-' ? STR("") : str_from(argv[2]), stdout))
		return 0;
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
