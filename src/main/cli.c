#include "main/cli.h"

#include "main/json.h"

#include <stdlib.h>

#define NEAR 4 /* letters that may differ in a name that is proposed */

/* The command line while it is read. */
struct words {
	char *const *all;
	int at, count;
	bool only_arguments; /* behind "--" */
};

static size_t option_count(const struct cli_command *command)
{
	size_t count = 0;

	while (command->options[count].name)
		count++;
	return count;
}

static int find_option(const struct cli_command *command, struct str name)
{
	for (size_t i = 0; command->options[i].name; i++)
		if (str_eq(name, str_from(command->options[i].name)))
			return (int)i;
	return -1;
}

static int find_letter(const struct cli_command *command, char letter)
{
	for (size_t i = 0; command->options[i].name; i++)
		if (command->options[i].letter == letter)
			return (int)i;
	return -1;
}

const struct cli_command *cli_find(const struct cli_command *const *commands, struct str first, struct str second)
{
	for (size_t i = 0; commands[i]; i++) {
		struct str word, rest;

		str_cut(str_from(commands[i]->name), ' ', &word, &rest);
		if (str_eq(word, first) && (str_empty(rest) || str_eq(rest, second)))
			return commands[i];
	}
	return NULL;
}

static bool has_two_words(const struct cli_command *command)
{
	return str_find_byte(str_from(command->name), ' ') != SIZE_MAX;
}

/* How many letters must change: Levenshtein, for short words. */
static size_t distance(struct str a, struct str b)
{
	size_t row[64];

	if (a.len > 40 || b.len > 60)
		return 99;
	for (size_t j = 0; j <= b.len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			size_t cost = diagonal + (a.ptr[i - 1] != b.ptr[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < cost)
				cost = row[j] + 1;
			if (row[j - 1] + 1 < cost)
				cost = row[j - 1] + 1;
			row[j] = cost;
		}
	}
	return row[b.len];
}

static const char *nearest_option(const struct cli_command *command, struct str name)
{
	const char *best = NULL;
	size_t least = NEAR;

	for (size_t i = 0; command->options[i].name; i++) {
		size_t d = distance(name, str_from(command->options[i].name));

		if (d < least) {
			least = d;
			best = command->options[i].name;
		}
	}
	return best;
}

static const char *nearest_command(const struct cli_command *const *commands, struct str name)
{
	const char *best = NULL;
	size_t least = NEAR;

	for (size_t i = 0; commands[i]; i++) {
		struct str word, rest;
		size_t d;

		str_cut(str_from(commands[i]->name), ' ', &word, &rest);
		d = distance(name, word);
		if (d < least) {
			least = d;
			best = commands[i]->name;
		}
	}
	return best;
}

int cli_unknown(const struct cli_command *const *commands, struct str first, struct str second, struct err *err)
{
	const char *near;

	for (size_t i = 0; commands[i]; i++) {
		struct str word, rest;

		str_cut(str_from(commands[i]->name), ' ', &word, &rest);
		if (!str_eq(word, first))
			continue;
		err_set(err, ERR_INPUT, "there is no command \"%.*s%s%.*s\"; did you mean \"%s\"?", STR_ARG(first),
			str_empty(second) ? "" : " ", STR_ARG(second), commands[i]->name);
		return EXIT_USAGE;
	}
	if (str_starts(first, STR("-"))) {
		err_set(err, ERR_INPUT,
			"%.*s stands before the command: write crier COMMAND %.*s …; \"crier help\" lists "
			"the commands",
			STR_ARG(first), STR_ARG(first));
		return EXIT_USAGE;
	}
	near = nearest_command(commands, first);
	err_set(err, ERR_INPUT, "there is no command \"%.*s\"; %s%s%s\"crier help\" lists them", STR_ARG(first),
		near ? "did you mean \"" : "", near ? near : "", near ? "\"? " : "");
	return EXIT_USAGE;
}

static int unknown_option(const struct cli_command *command, struct str name, struct err *err)
{
	const char *near = nearest_option(command, name);

	err_set(err, ERR_INPUT, "crier %s has no option --%.*s; %s%s%s\"crier help %s\" lists them", command->name,
		STR_ARG(name), near ? "did you mean --" : "", near ? near : "", near ? "? " : "", command->name);
	return EXIT_USAGE;
}

static int take_number(const struct cli_option *option, struct str value, int64_t *ret_number, struct err *err)
{
	bool bounded = option->least != 0 || option->most != 0;
	int64_t number;

	if (str_to_i64(value, &number) && (!bounded || (number >= option->least && number <= option->most))) {
		*ret_number = number;
		return 0;
	}
	if (bounded)
		err_set(err, ERR_INPUT, "--%s wants a number from %lld to %lld, found \"%.*s\"", option->name,
			(long long)option->least, (long long)option->most, STR_ARG(value));
	else
		err_set(err, ERR_INPUT, "--%s wants a number, found \"%.*s\"", option->name, STR_ARG(value));
	return EXIT_USAGE;
}

/* The option's value is what stands behind it in the word (has_value), or else the next argument. */
static int take_value(struct cli_call *call, int index, bool has_value, struct str value, struct words *words,
		      struct err *err)
{
	const struct cli_option *option = &call->command->options[index];

	if (!has_value) {
		if (words->at + 1 >= words->count) {
			err_set(err, ERR_INPUT, "--%s wants a value: %s", option->name, option->value);
			return EXIT_USAGE;
		}
		value = str_from(words->all[++words->at]);
	}
	if (option->kind == CLI_PATH && str_empty(value)) {
		err_set(err, ERR_INPUT, "--%s wants a %s, found nothing between its quotes", option->name,
			option->value);
		return EXIT_USAGE;
	}
	call->option[index].given = true;
	call->option[index].text = value;
	return option->kind == CLI_NUMBER ? take_number(option, value, &call->option[index].number, err) : 0;
}

static int parse_long(struct cli_call *call, struct str word, struct words *words, struct err *err)
{
	struct str name, value;
	bool has_value = str_cut(str_skip(word, 2), '=', &name, &value);
	int index = find_option(call->command, name);

	if (index < 0)
		return unknown_option(call->command, name, err);
	if (call->command->options[index].kind != CLI_FLAG)
		return take_value(call, index, has_value, value, words, err);
	if (has_value) {
		err_set(err, ERR_INPUT, "--%.*s takes no value", STR_ARG(name));
		return EXIT_USAGE;
	}
	call->option[index].given = true;
	return 0;
}

static int parse_letters(struct cli_call *call, struct str word, struct words *words, struct err *err)
{
	for (size_t i = 1; i < word.len; i++) {
		int index = find_letter(call->command, word.ptr[i]);

		if (index < 0) {
			err_set(err, ERR_INPUT, "crier %s has no option -%c in \"%.*s\"; \"crier help %s\" lists them",
				call->command->name, word.ptr[i], STR_ARG(word), call->command->name);
			return EXIT_USAGE;
		}
		if (call->command->options[index].kind != CLI_FLAG)
			return take_value(call, index, i + 1 < word.len, str_skip(word, i + 1), words, err);
		call->option[index].given = true;
	}
	return 0;
}

static int parse_word(struct cli_call *call, struct str word, struct words *words, struct err *err)
{
	if (!words->only_arguments && str_eq(word, STR("--"))) {
		words->only_arguments = true;
		return 0;
	}
	if (!words->only_arguments && word.len > 1 && word.ptr[0] == '-')
		return word.ptr[1] == '-' ? parse_long(call, word, words, err) : parse_letters(call, word, words, err);
	if (str_empty(word)) {
		err_set(err, ERR_INPUT, "an empty argument; usage: crier %s %s", call->command->name,
			call->command->arguments);
		return EXIT_USAGE;
	}
	if (call->argument_count == CLI_ARGUMENTS_MAX) {
		err_set(err, ERR_INPUT, "more than %d arguments", CLI_ARGUMENTS_MAX);
		return EXIT_USAGE;
	}
	call->arguments[call->argument_count++] = word;
	return 0;
}

static int wrong_count(const struct cli_call *call, struct err *err)
{
	const struct cli_command *command = call->command;

	err_set(err, ERR_INPUT, "found %zu argument%s; usage: crier %s%s%s%s\nTry \"crier help %s\".",
		call->argument_count, call->argument_count == 1 ? "" : "s", command->name,
		command->options[0].name ? " [OPTIONS]" : "", *command->arguments ? " " : "", command->arguments,
		command->name);
	return EXIT_USAGE;
}

int cli_parse(const struct cli_command *const *commands, int argc, char *const *argv, struct cli_call *ret_call,
	      struct err *err)
{
	struct str first = argc > 1 ? str_from(argv[1]) : STR("");
	struct str second = argc > 2 ? str_from(argv[2]) : STR("");
	struct words words = {.all = argv, .count = argc};

	/* found by the shell in its PATH, or called by its path */
	ret_call->program =
		argc > 0 && strchr(argv[0], '/') ? cli_shell_word(str_from(argv[0]), ret_call->arena) : "crier";
	ret_call->command = cli_find(commands, first, second);
	if (!ret_call->command)
		return cli_unknown(commands, first, str_starts(second, STR("-")) ? STR("") : second, err);
	if (option_count(ret_call->command) > CLI_OPTIONS_MAX)
		abort();
	for (words.at = has_two_words(ret_call->command) ? 3 : 2; words.at < argc; words.at++) {
		int rc = parse_word(ret_call, str_from(argv[words.at]), &words, err);

		if (rc)
			return rc;
	}
	if (ret_call->argument_count < ret_call->command->least || ret_call->argument_count > ret_call->command->most)
		return wrong_count(ret_call, err);
	return 0;
}

static int must_find(const struct cli_call *call, const char *name)
{
	int index = find_option(call->command, str_from(name));

	if (index < 0)
		abort(); /* the program asks for an option that its own table does not have */
	return index;
}

bool cli_flag(const struct cli_call *call, const char *name)
{
	return call->option[must_find(call, name)].given;
}

struct str cli_text(const struct cli_call *call, const char *name, struct str otherwise)
{
	int index = must_find(call, name);

	return call->option[index].given ? call->option[index].text : otherwise;
}

int64_t cli_number(const struct cli_call *call, const char *name, int64_t otherwise)
{
	int index = must_find(call, name);

	return call->option[index].given ? call->option[index].number : otherwise;
}

static void put_json_error(const struct cli_call *call, const struct err *err)
{
	BUF_SCOPED text = BUF_INIT(8 * sizeof err->text);
	struct json json = {&text, false};

	json_open(&json, NULL, '{');
	json_text(&json, "error", str_from(err->text));
	json_close(&json, '}');
	fprintf(call->out, "%.*s\n", STR_ARG(buf_str(&text)));
}

int cli_fail(const struct cli_call *call, const struct err *err)
{
	fprintf(call->err, "crier: %s\n", err->text);
	if (call->command && find_option(call->command, STR("json")) >= 0 && cli_flag(call, "json"))
		put_json_error(call, err);
	return EXIT_FAILURE;
}

int cli_refuse(const struct cli_call *call, const struct err *err)
{
	fprintf(call->err, "crier: %s\nTry \"crier help %s\".\n", err->text, call->command->name);
	return EXIT_USAGE;
}
