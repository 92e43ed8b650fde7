/* cli: the command line as one table: what can be called, with which options, and what each is for.
 *
 * The same table parses arguments, prints help, and writes the man pages and the shell completion, so that
 * none of them can tell something else. Options are GNU-style: --name VALUE, --name=VALUE, -n VALUE, -nVALUE; letters
 * of flags may stand together (-nj); options may stand anywhere behind the command, "--" ends them. What is unknown is
 * an error that names the nearest known command or option; an empty argument is one too, since no command has a use for
 * it and a folder without a name would be the root of the machine.
 *
 * Exit codes: 0 done; 1 it could not be done, or findings (check); 2 the command line is wrong.
 */
#ifndef CRIER_MAIN_CLI_H
#define CRIER_MAIN_CLI_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#include <stdio.h>

#define EXIT_USAGE 2

enum cli_kind { CLI_FLAG, CLI_TEXT, CLI_PATH, CLI_NUMBER }; /* a path is a text that is not empty */

struct cli_option {
	const char *name; /* without the dashes; NULL ends a list */
	char letter;      /* 0: none */
	enum cli_kind kind;
	const char *value;   /* its name in the help: DIR, FILE, N */
	const char *help;    /* one line, no full stop */
	int64_t least, most; /* of a number; both 0: any */
};

#define CLI_OPTIONS_MAX   16
#define CLI_ARGUMENTS_MAX 512

struct cli_command;

struct cli_call {
	const struct cli_command *command;
	const char *program; /* as it was called, for a shell */
	struct {
		bool given;
		struct str text;
		int64_t number;
	} option[CLI_OPTIONS_MAX]; /* in the order of the command's options */
	struct str arguments[CLI_ARGUMENTS_MAX];
	size_t argument_count;
	struct arena *arena;
	FILE *out, *err;
	int held_fd; /* the newsroom's folder, held until the command's end; -1 for none */
};

struct cli_command {
	const char *name;      /* "import wordpress": one or two words */
	const char *arguments; /* "DIR", "FILE…", "[DIR]" or "" */
	size_t least, most;    /* how many arguments */
	const char *title;     /* one line */
	const char *text;      /* paragraphs for help and manual, parted by empty lines; lines starting with two
				  spaces are shown as they are */
	const struct cli_option *options;
	int (*run)(struct cli_call *call); /* the exit code */
};

/* Finds the command and parses; arena, out and err of the call are set before. 0, or EXIT_USAGE with the reason in err.
 * The command is NULL where none was named. */
int cli_parse(const struct cli_command *const *commands, int argc, char *const *argv, struct cli_call *ret_call,
	      struct err *err);

const struct cli_command *cli_find(const struct cli_command *const *commands, struct str first, struct str second);

/* EXIT_USAGE, with the nearest command in err. */
int cli_unknown(const struct cli_command *const *commands, struct str first, struct str second, struct err *err);

bool cli_flag(const struct cli_call *call, const char *name);
struct str cli_text(const struct cli_call *call, const char *name, struct str otherwise);
int64_t cli_number(const struct cli_call *call, const char *name, int64_t otherwise);

void cli_overview(const struct cli_command *const *commands, FILE *out);
void cli_help(const struct cli_command *command, FILE *out);
/* The help of the command that the words name, or of all that begin with the first where there is no second. False,
 * and nothing printed, where none does. */
bool cli_help_words(const struct cli_command *const *commands, struct str first, struct str second, FILE *out);

/* A command to be pasted into the shell from which this program was called: "crier check -C 'our news'". */
const char *cli_line(const struct cli_call *call, const char *words, const char *dir);
/* A word as a shell takes it: as it is, or between single quotes. */
const char *cli_shell_word(struct str word, struct arena *arena);

#define CLI_COLUMNS 80
/* Text for a terminal: paragraphs, parted by empty lines, broken at words to lines below CLI_COLUMNS, indent spaces
 * before each; lines that begin with two spaces stay as they are. Ends with a line's end. */
void cli_put_text(struct str text, size_t indent, FILE *out);

/* roff with the man macros, man-pages(7) order of sections. version like "0.1.0". */
void cli_man(const struct cli_command *const *commands, const struct cli_command *command, const char *version,
	     FILE *out);
void cli_completion_bash(const struct cli_command *const *commands, FILE *out);

/* Prints "crier: TEXT" to call->err and gives back exit code 1. Where the call has --json, {"error": TEXT} goes to
 * call->out, so that a script reads JSON in every case. */
int cli_fail(const struct cli_call *call, const struct err *err);
/* The same for a command line that makes no sense: no JSON, the command's help is named, exit code 2. */
int cli_refuse(const struct cli_call *call, const struct err *err);

#endif
