/* What is printed from the table of commands and from the schema of crier.conf. */
#include "main/commands.h"
#include "main/config_man.h"
#include "support.h"

static int nothing(struct cli_call *call)
{
	(void)call;
	return 0;
}

static const struct cli_option odd_options[] = {
	{"back\\slash", 'b', CLI_TEXT, "X", ".starts with a dot"},
	{NULL, 0, CLI_FLAG, NULL, NULL},
};
static const struct cli_command odd = {.name = "odd one",
				       .arguments = "",
				       .title = "be odd",
				       .text = "First.\n.TH 'not a macro'\n'quoted\n\n  ls -l \\n\n  .dot\n\nlast",
				       .options = odd_options,
				       .run = nothing};

/* No line of the text begins a request that the writer did not mean. */
static void assert_roff(const char *text)
{
	static const char *const meant[] = {".TH ", ".SH ", ".SS ", ".TP", ".PP", ".B ", ".BR ", ".I ", ".nf", ".fi"};
	struct str rest = str_from(text), line;

	while (str_next(&rest, '\n', &line)) {
		bool known = str_empty(line) || (line.ptr[0] != '.' && line.ptr[0] != '\'');

		for (size_t i = 0; i < sizeof meant / sizeof *meant; i++)
			known = known || str_starts(line, str_from(meant[i]));
		if (!known)
			fail_msg("a line of roff that is none: %.*s", STR_ARG(line));
	}
	assert_non_null(strstr(text, ".SH NAME\n"));
}

static void manuals_escape_what_roff_would_read(void **state)
{
	TAKEN_SCOPED taken;
	const struct cli_command *const commands[] = {&odd, NULL};

	(void)state;
	taken_begin(&taken);
	cli_man(commands, &odd, "1.2.3", taken.file);
	assert_roff(taken_text(&taken));
	assert_non_null(strstr(taken.text, ".TH CRIER-ODD-ONE 1 \"\" \"Crier 1.2.3\""));
	assert_non_null(strstr(taken.text, "\n\\&.TH 'not a macro'\n\\&'quoted\n"));
	assert_non_null(strstr(taken.text, ".nf\n  ls \\-l \\en\n  .dot\n.fi\n"));
	assert_non_null(strstr(taken.text, ".B \\-b, \\-\\-back\\eslash X\n\\&.starts with a dot.\n"));
	assert_null(strstr(taken.text, "\n.TH 'not"));
}

/* Whether the sentence stands there, wherever lines break between its words. */
static bool stands_at(const char *text, const char *sentence)
{
	for (; *sentence; sentence++) {
		if (*sentence != ' ') {
			if (*text++ != *sentence)
				return false;
			continue;
		}
		if (*text != ' ' && *text != '\n')
			return false;
		text += strspn(text, " \n");
	}
	return true;
}

static void says(const char *text, const char *sentence)
{
	for (const char *at = text; *at; at++)
		if (stands_at(at, sentence))
			return;
	fail_msg("\"%s\" is not said in: %s", sentence, text);
}

static void every_command_has_help_and_manual(void **state)
{
	(void)state;
	for (size_t i = 0; all_commands[i]; i++) {
		const struct cli_command *command = all_commands[i];
		TAKEN_SCOPED help, manual;

		taken_begin(&help);
		taken_begin(&manual);
		cli_help(command, help.file);
		cli_man(all_commands, command, "1", manual.file);
		assert_roff(taken_text(&manual));
		assert_non_null(strstr(taken_text(&help), command->title));
		for (const struct cli_option *option = command->options; option->name; option++) {
			assert_non_null(strstr(help.text, option->name));
			says(help.text, option->help);
			assert_true(option->kind == CLI_FLAG || option->value);
		}
		assert_true(command->most >= command->least && command->most <= CLI_ARGUMENTS_MAX);
	}
}

static void options_of_a_command_do_not_collide(void **state)
{
	(void)state;
	for (size_t i = 0; all_commands[i]; i++) {
		const struct cli_option *options = all_commands[i]->options;
		size_t count = 0;

		for (; options[count].name; count++)
			for (size_t before = 0; before < count; before++) {
				assert_string_not_equal(options[count].name, options[before].name);
				assert_true(options[count].letter == 0 ||
					    options[count].letter != options[before].letter);
			}
		assert_true(count <= CLI_OPTIONS_MAX);
	}
}

static void the_overview_lists_all(void **state)
{
	TAKEN_SCOPED text, manual;

	(void)state;
	taken_begin(&text);
	taken_begin(&manual);
	cli_overview(all_commands, text.file);
	cli_man(all_commands, NULL, "1", manual.file);
	assert_roff(taken_text(&manual));
	for (size_t i = 0; all_commands[i]; i++) {
		assert_non_null(strstr(taken_text(&text), all_commands[i]->name));
		says(text.text, all_commands[i]->title);
		assert_non_null(strstr(manual.text, all_commands[i]->title));
	}
}

/* What it looks like on a terminal of the usual width. */
static void no_line_is_wider_than_a_terminal(void **state)
{
	TAKEN_SCOPED all;
	struct str rest, line;

	(void)state;
	taken_begin(&all);
	cli_overview(all_commands, all.file);
	for (size_t i = 0; all_commands[i]; i++)
		cli_help(all_commands[i], all.file);
	config_help(all.file);
	rest = str_from(taken_text(&all));
	while (str_next(&rest, '\n', &line)) {
		size_t count = 0;

		for (size_t i = 0; i < line.len; i++)
			count += (line.ptr[i] & 0xc0) != 0x80;
		if (count >= CLI_COLUMNS)
			fail_msg("%zu columns: %.*s", count, STR_ARG(line));
		if (line.len > 0 && line.ptr[line.len - 1] == ' ')
			fail_msg("a blank at the end of: %.*s", STR_ARG(line));
	}
}

static void broken_at(const char *text, size_t indent, const char *expected)
{
	TAKEN_SCOPED taken;

	taken_begin(&taken);
	cli_put_text(str_from(text), indent, taken.file);
	assert_string_equal(taken_text(&taken), expected);
}

#define FORTY   "aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa "
#define SEVENTY FORTY "bbbbbbbbb bbbbbbbbb bbbbbbbbb "

static void texts_are_broken_at_words(void **state)
{
	(void)state;
	broken_at("", 0, "");
	broken_at("one", 0, "one\n");
	broken_at("one\ntwo  three", 0, "one two three\n");
	broken_at("one\n\ntwo\n", 2, "  one\n\n  two\n");
	broken_at(SEVENTY "123456789", 0, SEVENTY "123456789\n"); /* 79 columns */
	broken_at(FORTY FORTY "end", 0,
		  "aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa\nend\n");
	broken_at(SEVENTY "1234567890", 0,
		  "aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa bbbbbbbbb bbbbbbbbb bbbbbbbbb\n1234567890\n");
	broken_at(SEVENTY "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", 0,
		  SEVENTY "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\n");
	broken_at("call\n  crier  serve\nthen", 4, "    call\n      crier  serve\n    then\n");
}

static void a_word_that_is_too_wide_stands_alone(void **state)
{
	static const char wide[] = SEVENTY "/a/path/that/is/longer/than/any/line/of/a/terminal/can/be/and/is/not/"
					   "broken/since/it/is/copied";

	(void)state;
	broken_at(wide, 0,
		  "aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa bbbbbbbbb bbbbbbbbb "
		  "bbbbbbbbb\n/a/path/that/is/longer/than/any/line/of/"
		  "a/terminal/can/be/and/is/not/broken/since/it/is/copied\n");
}

static bool helped(const char *first, const char *second, struct taken *ret_taken)
{
	taken_begin(ret_taken);
	return cli_help_words(all_commands, str_from(first), str_from(second), ret_taken->file);
}

static void help_is_found_by_the_first_word(void **state)
{
	TAKEN_SCOPED one, two, wrong, none;

	(void)state;
	assert_true(helped("import", "", &one));
	assert_true(helped("import", "wordpress", &two));
	assert_string_equal(taken_text(&one), taken_text(&two));
	assert_non_null(strstr(one.text, "usage: crier import wordpress"));
	assert_false(helped("import", "joomla", &wrong));
	assert_false(helped("imports", "", &none));
	assert_string_equal(taken_text(&none), "");
}

static void completion_knows_every_word(void **state)
{
	TAKEN_SCOPED taken;

	(void)state;
	taken_begin(&taken);
	cli_completion_bash(all_commands, taken.file);
	for (size_t i = 0; all_commands[i]; i++)
		for (const struct cli_option *option = all_commands[i]->options; option->name; option++)
			assert_non_null(strstr(taken_text(&taken), option->name));
	assert_non_null(strstr(taken_text(&taken), "complete -o filenames -F _crier crier\n"));
}

static void has_key(const char *text, const char *group, const char *name)
{
	char line[120];

	snprintf(line, sizeof line, "\n.B %s.%s\n", group, name);
	if (!strstr(text, line))
		fail_msg("the manual does not name %s.%s", group, name);
}

static void the_manual_of_crier_conf_names_every_key(void **state)
{
	TAKEN_SCOPED taken, plain;
	int keys = 0;

	(void)state;
	taken_begin(&taken);
	config_man("1.2.3", taken.file);
	assert_roff(taken_text(&taken));
	for (const struct config_key *group = config_schema; group->name; group++) {
		assert_int_equal(group->type, CONFIG_GROUP);
		for (const struct config_key *key = group->children; key->name; key++, keys++) {
			has_key(taken.text, group->name, key->name);
			if (key->help)
				assert_non_null(strstr(taken.text, key->help));
		}
	}
	assert_true(keys > 20);
	taken_begin(&plain);
	config_help(plain.file);
	for (const struct config_key *group = config_schema; group->name; group++)
		for (const struct config_key *key = group->children; key->name; key++) {
			char name[120];

			snprintf(name, sizeof name, "\n  %s.%s\n", group->name, key->name);
			assert_non_null(strstr(taken_text(&plain), name));
			says(plain.text, key->help);
		}
	assert_null(strstr(plain.text, "\n."));
	says(plain.text, "From 1 to 65535. Default: 8080.");
	assert_non_null(strstr(taken.text, "From 1 to 65535. Default: 8080."));
}

/* A shell reads back what was meant. */
static void words_are_quoted_where_a_shell_would_read_more(void **state)
{
	static const char *const words[][2] = {
		{"/srv/news-1_2.org", "/srv/news-1_2.org"},
		{"", "''"},
		{"our news", "'our news'"},
		{"a'b", "'a'\\''b'"},
		{"$(rm x)", "'$(rm x)'"},
		{"~/news", "'~/news'"},
		{"caf\xc3\xa9", "'caf\xc3\xa9'"},
		{"a\nb", "'a\nb'"},
	};
	static const char *const programs[][2] = {
		{"crier", "crier check -C 'our news'"},
		{"build/release/src/main/crier", "build/release/src/main/crier check -C 'our news'"},
		{"/opt/our crier/crier", "'/opt/our crier/crier' check -C 'our news'"},
	};
	ARENA_SCOPED arena = arena_create(0);
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		assert_string_equal(cli_shell_word(str_from(words[i][0]), arena), words[i][1]);
	for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
		char program[64], command[] = "check";
		char *const argv[] = {program, command, NULL};
		struct cli_call call = {.arena = arena};

		snprintf(program, sizeof program, "%s", programs[i][0]);
		assert_int_equal(cli_parse(all_commands, 2, argv, &call, &err), 0);
		assert_string_equal(cli_line(&call, "check", "our news"), programs[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_quoted_where_a_shell_would_read_more),
		cmocka_unit_test(manuals_escape_what_roff_would_read),
		cmocka_unit_test(every_command_has_help_and_manual),
		cmocka_unit_test(options_of_a_command_do_not_collide),
		cmocka_unit_test(the_overview_lists_all),
		cmocka_unit_test(no_line_is_wider_than_a_terminal),
		cmocka_unit_test(texts_are_broken_at_words),
		cmocka_unit_test(a_word_that_is_too_wide_stands_alone),
		cmocka_unit_test(help_is_found_by_the_first_word),
		cmocka_unit_test(completion_knows_every_word),
		cmocka_unit_test(the_manual_of_crier_conf_names_every_key),
	};
	return cmocka_run_group_tests_name("main.cli_text", tests, NULL, NULL);
}
