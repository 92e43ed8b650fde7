/* The texts that are made from the command table: help, manual, completion. */
#include "main/cli.h"

#include <string.h>

void cli_overview(const struct cli_command *const *commands, FILE *out)
{
	fputs("Crier: a newsroom server for human-rights organisations and other watchdogs.\n\n"
	      "usage: crier COMMAND [OPTIONS] [ARGUMENTS]\n\n",
	      out);
	for (size_t i = 0; commands[i]; i++)
		fprintf(out, "  %-18s %s\n", commands[i]->name, commands[i]->title);
	fputs("\n\"crier help COMMAND\" tells more. Exit codes: 0 done, 1 could not be done or findings, 2 wrong "
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
	if (*command->text)
		fprintf(out, "\n%s\n", command->text);
	if (command->options[0].name)
		fputs("\nOptions:\n", out);
	for (const struct cli_option *option = command->options; option->name; option++) {
		char left[64];

		option_left(option, left, sizeof left);
		fprintf(out, "  %-24s %s\n", left, option->help);
	}
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
	fputs("    esac\n    [[ $word == -* || $COMP_CWORD -le 2 ]] && COMPREPLY=($(compgen -W \"$words\" -- "
	      "\"$word\"))\n"
	      "    [[ ${#COMPREPLY[@]} -eq 0 ]] && COMPREPLY=($(compgen -f -- \"$word\"))\n}\ncomplete -o filenames -F "
	      "_crier crier\n",
	      out);
}
