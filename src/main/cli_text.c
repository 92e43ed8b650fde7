/* The texts that are made from the command table: help, manual, completion. */
#include "main/cli.h"

#include <string.h>

#define COMMAND_COLUMN 21 /* where it is said what it is for */
#define OPTION_COLUMN  27

static size_t columns(struct str word)
{
	size_t count = 0;

	for (size_t i = 0; i < word.len; i++)
		count += (word.ptr[i] & 0xc0) != 0x80;
	return count;
}

/* Goes on where column columns of the line are written (0: none, not even its indent), and answers how many are. */
static size_t put_words(struct str text, size_t column, size_t indent, FILE *out)
{
	struct str word;

	while (str_next(&text, ' ', &word)) {
		if (str_empty(word))
			continue;
		if (column > indent && column + 1 + columns(word) >= CLI_COLUMNS) {
			fputc('\n', out);
			column = 0;
		}
		if (column == 0)
			column = (size_t)fprintf(out, "%*s", (int)indent, "");
		else if (column > indent)
			column += (size_t)fprintf(out, " ");
		fprintf(out, "%.*s", STR_ARG(word));
		column += columns(word);
	}
	return column;
}

const char *cli_shell_word(struct str word, struct arena *arena)
{
	static const struct str plain = STR_INIT("%+,-./:=@_");
	BUF_SCOPED text = BUF_INIT(1u << 16);
	bool quoted = str_empty(word);

	for (size_t i = 0; i < word.len && !quoted; i++) {
		char c = word.ptr[i];

		quoted = !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			   str_find_byte(plain, c) != SIZE_MAX);
	}
	if (!quoted)
		return arena_cstr(arena, word);
	buf_put_byte(&text, '\'');
	for (size_t i = 0; i < word.len; i++)
		if (word.ptr[i] == '\'')
			buf_put_cstr(&text, "'\\''");
		else
			buf_put_byte(&text, word.ptr[i]);
	buf_put_byte(&text, '\'');
	return arena_cstr(arena, buf_str(&text));
}

const char *cli_line(const struct cli_call *call, const char *words, const char *dir)
{
	return arena_printf(call->arena, "%s %s -C %s", call->program, words,
			    cli_shell_word(str_from(dir), call->arena))
		.ptr;
}

void cli_put_text(struct str text, size_t indent, FILE *out)
{
	struct str line;
	size_t column = 0;

	while (str_next(&text, '\n', &line)) {
		bool as_is = str_starts(line, STR("  "));

		if (str_empty(line) && str_empty(text))
			break;
		if ((as_is || str_empty(line)) && column > 0) {
			fputc('\n', out);
			column = 0;
		}
		if (as_is)
			fprintf(out, "%*s%.*s\n", (int)indent, "", STR_ARG(line));
		else if (str_empty(line))
			fputc('\n', out);
		else
			column = put_words(line, column, indent, out);
	}
	if (column > 0)
		fputc('\n', out);
}

/* "  left     text", the text in its own column, below left where that is too long. */
static void put_row(const char *left, size_t indent, const char *text, FILE *out)
{
	fprintf(out, "  %-*s", (int)indent - 2, left);
	if (strlen(left) + 3 > indent)
		fprintf(out, "\n%*s", (int)indent, "");
	put_words(str_from(text), indent, indent, out);
	fputc('\n', out);
}

void cli_overview(const struct cli_command *const *commands, FILE *out)
{
	fputs("Crier: a newsroom server for human-rights organisations and other watchdogs.\n\n"
	      "usage: crier COMMAND [OPTIONS] [ARGUMENTS]\n\n",
	      out);
	for (size_t i = 0; commands[i]; i++)
		put_row(commands[i]->name, COMMAND_COLUMN, commands[i]->title, out);
	fputs("\n\"crier help COMMAND\" tells more. Exit codes: 0 done, 1 could not be done or\nfindings, 2 wrong "
	      "usage.\n",
	      out);
}

static int option_left(const struct cli_option *option, char *ret_text, size_t size)
{
	const char *value = option->kind == CLI_FLAG ? "" : option->value;
	char letter[8] = "";

	if (option->letter)
		snprintf(letter, sizeof letter, "-%c, ", option->letter);
	return snprintf(ret_text, size, "%s--%s%s%s", letter, option->name, *value ? " " : "", value);
}

void cli_help(const struct cli_command *command, FILE *out)
{
	fprintf(out, "usage: crier %s%s%s%s\n\n%s.\n", command->name, command->options[0].name ? " [OPTIONS]" : "",
		*command->arguments ? " " : "", command->arguments, command->title);
	if (*command->text) {
		fputc('\n', out);
		cli_put_text(str_from(command->text), 0, out);
	}
	if (command->options[0].name)
		fputs("\nOptions:\n", out);
	for (const struct cli_option *option = command->options; option->name; option++) {
		char left[64];

		option_left(option, left, sizeof left);
		put_row(left, OPTION_COLUMN, option->help, out);
	}
}

bool cli_help_words(const struct cli_command *const *commands, struct str first, struct str second, FILE *out)
{
	const struct cli_command *command = cli_find(commands, first, second);
	bool found = command != NULL;

	if (command)
		cli_help(command, out);
	for (size_t i = 0; !command && str_empty(second) && commands[i]; i++) {
		struct str word, rest;

		if (!str_cut(str_from(commands[i]->name), ' ', &word, &rest) || !str_eq(word, first))
			continue;
		if (found)
			fputc('\n', out);
		cli_help(commands[i], out);
		found = true;
	}
	return found;
}

/* In roff a backslash, a leading dot or quote, and a plain hyphen in an option have meanings of their own. */
static void put_roff(const char *text, FILE *out)
{
	bool line_start = true;

	for (; *text; text++) {
		if (line_start && (*text == '.' || *text == '\''))
			fputs("\\&", out);
		line_start = *text == '\n';
		if (*text == '\\')
			fputs("\\e", out);
		else if (*text == '-')
			fputs("\\-", out);
		else
			fputc(*text, out);
	}
}

static void put_man_text(const char *text, FILE *out)
{
	bool shown_as_is = false;

	while (*text) {
		const char *end = strchr(text, '\n');
		size_t len = end ? (size_t)(end - text) : strlen(text);
		bool as_is = len > 2 && text[0] == ' ' && text[1] == ' ';
		char line[512];

		if (as_is != shown_as_is)
			fputs(as_is ? ".nf\n" : ".fi\n", out);
		shown_as_is = as_is;
		snprintf(line, sizeof line, "%.*s", (int)len, text);
		if (len == 0)
			fputs(".PP\n", out);
		else {
			put_roff(line, out);
			fputc('\n', out);
		}
		text += len + (end != NULL);
	}
	if (shown_as_is)
		fputs(".fi\n", out);
}

static void put_upper(const char *text, FILE *out)
{
	for (; *text; text++)
		fputc(*text >= 'a' && *text <= 'z' ? *text - 32 : *text == ' ' ? '-' : *text, out);
}

static void put_dashed(const char *name, FILE *out)
{
	for (; *name; name++)
		fputs(*name == ' ' ? "\\-" : (char[]){*name, 0}, out);
}

static void man_overview(const struct cli_command *const *commands, const char *version, FILE *out)
{
	fprintf(out, ".TH CRIER 1 \"\" \"Crier %s\" \"Crier manual\"\n.SH NAME\ncrier \\- newsroom server\n", version);
	fputs(".SH SYNOPSIS\n.B crier\n.I COMMAND\n[\\fIOPTIONS\\fR] [\\fIARGUMENTS\\fR]\n.SH DESCRIPTION\n"
	      "Crier serves the public newsroom of an organisation from one folder that holds its configuration, its "
	      "database and "
	      "its files.\n.SH COMMANDS\n",
	      out);
	for (size_t i = 0; commands[i]; i++) {
		fputs(".TP\n\\fBcrier\\-", out);
		put_dashed(commands[i]->name, out);
		fputs("\\fR(1)\n", out);
		put_roff(commands[i]->title, out);
		fputc('\n', out);
	}
	fputs(".SH FILES\n.TP\n.I crier.conf\nThe configuration; see\n.BR crier.conf (5).\n.SH EXIT STATUS\n0 done, 1 "
	      "it could not be "
	      "done or there are findings, 2 the command line is wrong.\n",
	      out);
}

void cli_man(const struct cli_command *const *commands, const struct cli_command *command, const char *version,
	     FILE *out)
{
	if (!command) {
		man_overview(commands, version, out);
		return;
	}
	fputs(".TH CRIER-", out);
	put_upper(command->name, out);
	fprintf(out, " 1 \"\" \"Crier %s\" \"Crier manual\"\n.SH NAME\ncrier\\-", version);
	put_dashed(command->name, out);
	fputs(" \\- ", out);
	put_roff(command->title, out);
	fprintf(out, "\n.SH SYNOPSIS\n.B crier %s\n", command->name);
	if (command->options[0].name)
		fputs("[\\fIOPTIONS\\fR]\n", out);
	fprintf(out, "%s\n.SH DESCRIPTION\n", command->arguments);
	put_man_text(*command->text ? command->text : command->title, out);
	if (command->options[0].name)
		fputs(".SH OPTIONS\n", out);
	for (const struct cli_option *option = command->options; option->name; option++) {
		char left[64];

		option_left(option, left, sizeof left);
		fputs(".TP\n.B ", out);
		put_roff(left, out);
		fputc('\n', out);
		put_roff(option->help, out);
		fputs(".\n", out);
	}
	fputs(".SH EXIT STATUS\n0 done, 1 it could not be done or there are findings, 2 the command line is "
	      "wrong.\n.SH SEE ALSO\n"
	      ".BR crier (1),\n.BR crier.conf (5)\n",
	      out);
}

void cli_completion_bash(const struct cli_command *const *commands, FILE *out)
{
	fputs("# bash completion for crier; made by \"crier completion\"\n_crier() {\n"
	      "    local word=${COMP_WORDS[COMP_CWORD]} first=${COMP_WORDS[1]} second=${COMP_WORDS[2]} words=\n"
	      "    case \"$COMP_CWORD:$first $second\" in\n    1:*) words=\"",
	      out);
	for (size_t i = 0; commands[i]; i++)
		fprintf(out, "%s%.*s", i ? " " : "", (int)strcspn(commands[i]->name, " "), commands[i]->name);
	fputs("\" ;;\n", out);
	for (size_t i = 0; commands[i]; i++) {
		const char *space = strchr(commands[i]->name, ' ');

		if (space)
			fprintf(out, "    2:%.*s\\ *) words=\"%s\" ;;\n", (int)(space - commands[i]->name),
				commands[i]->name, space + 1);
		fprintf(out, "    *:%.*s\\ %s*) words=\"", (int)strcspn(commands[i]->name, " "), commands[i]->name,
			space ? space + 1 : "");
		for (const struct cli_option *option = commands[i]->options; option->name; option++)
			fprintf(out, "--%s ", option->name);
		fputs("\" ;;\n", out);
	}
	fputs("    esac\n    [[ $word == -* || $COMP_CWORD -le 2 ]] && mapfile -t COMPREPLY < <(compgen -W "
	      "\"$words\" -- \"$word\")\n"
	      "    [[ ${#COMPREPLY[@]} -eq 0 ]] && mapfile -t COMPREPLY < <(compgen -f -- "
	      "\"$word\")\n}\ncomplete -o filenames -F "
	      "_crier crier\n",
	      out);
}
