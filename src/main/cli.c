#include "main/cli.h"

#include <stdlib.h>

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
	size_t least = 4;

	for (size_t i = 0; command->options[i].name; i++) {
		size_t d = distance(name, str_from(command->options[i].name));

		if (d < least) {
			least = d;
			best = command->options[i].name;
		}
	}
	return best;
}

static int unknown_option(const struct cli_command *command, struct str name, struct err *err)
{
	const char *near = nearest_option(command, name);

	err_set(err, ERR_INPUT, "crier %s has no option --%.*s%s%s; \"crier help %s\" lists them", command->name, STR_ARG(name),
		near ? "; did you mean --" : "", near ? near : "", command->name);
	return EXIT_USAGE;
}

static int take_value(struct cli_call *call, int index, struct str value, struct err *err)
{
	const struct cli_option *option = &call->command->options[index];

	call->option[index].given = true;
	call->option[index].text = value;
	if (option->kind == CLI_NUMBER && !str_to_i64(value, &call->option[index].number)) {
		err_set(err, ERR_INPUT, "--%s wants a number, found \"%.*s\"", option->name, STR_ARG(value));
		return EXIT_USAGE;
	}
	return 0;
}

/* One argument that begins with a dash. *at moves on when the value stands in the next one. */
static int parse_option(struct cli_call *call, int argc, char *const *argv, int *at, struct err *err)
{
	struct str word = str_from(argv[*at]);
	struct str name, value = {0};
	bool has_value = false;
	int index;

	if (str_starts(word, STR("--"))) {
		has_value = str_cut(str_skip(word, 2), '=', &name, &value);
		index = find_option(call->command, name);
	} else {
		name = str_sub(word, 1, 1);
		index = word.len == 2 ? find_letter(call->command, word.ptr[1]) : -1;
	}
	if (index < 0)
		return unknown_option(call->command, str_starts(word, STR("--")) ? name : str_skip(word, 1), err);
	if (call->command->options[index].kind == CLI_FLAG) {
		if (has_value) {
			err_set(err, ERR_INPUT, "--%.*s takes no value", STR_ARG(name));
			return EXIT_USAGE;
		}
		call->option[index].given = true;
		return 0;
	}
	if (!has_value) {
		if (*at + 1 >= argc) {
			err_set(err, ERR_INPUT, "--%s wants a value: %s", call->command->options[index].name,
				call->command->options[index].value);
			return EXIT_USAGE;
		}
		value = str_from(argv[++*at]);
	}
	return take_value(call, index, value, err);
}

static int parse_rest(struct cli_call *call, int argc, char *const *argv, int at, struct err *err)
{
	bool only_arguments = false;

	for (; at < argc; at++) {
		struct str word = str_from(argv[at]);

		if (!only_arguments && str_eq(word, STR("--"))) {
			only_arguments = true;
		} else if (!only_arguments && word.len > 1 && word.ptr[0] == '-') {
			int rc = parse_option(call, argc, argv, &at, err);

			if (rc)
				return rc;
		} else if (call->argument_count == CLI_ARGUMENTS_MAX) {
			err_set(err, ERR_INPUT, "more than %d arguments", CLI_ARGUMENTS_MAX);
			return EXIT_USAGE;
		} else {
			call->arguments[call->argument_count++] = word;
		}
	}
	return 0;
}

int cli_parse(const struct cli_command *const *commands, int argc, char *const *argv, struct cli_call *ret_call, struct err *err)
{
	struct str first = argc > 1 ? str_from(argv[1]) : STR("");
	struct str second = argc > 2 ? str_from(argv[2]) : STR("");
	int rc;

	ret_call->command = cli_find(commands, first, second);
	if (!ret_call->command) {
		err_set(err, ERR_INPUT, "there is no command \"%.*s\"; \"crier help\" lists them", STR_ARG(first));
		return EXIT_USAGE;
	}
	if (option_count(ret_call->command) > CLI_OPTIONS_MAX)
		abort();
	rc = parse_rest(ret_call, argc, argv, has_two_words(ret_call->command) ? 3 : 2, err);
	if (rc)
		return rc;
	if (ret_call->argument_count < ret_call->command->least || ret_call->argument_count > ret_call->command->most) {
		err_set(err, ERR_INPUT, "usage: crier %s %s\nTry \"crier help %s\".", ret_call->command->name,
			ret_call->command->arguments, ret_call->command->name);
		return EXIT_USAGE;
	}
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

int cli_fail(const struct cli_call *call, const struct err *err)
{
	fprintf(call->err, "crier: %s\n", err->text);
	return EXIT_FAILURE;
}
