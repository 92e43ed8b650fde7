/* The command line: every form of an option, and what is said about each that is wrong. */
#include "main/cli.h"
#include "support.h"

static int nothing(struct cli_call *call)
{
	(void)call;
	return 0;
}

static const struct cli_option walk_options[] = {
	{"dry-run", 'n', CLI_FLAG, NULL, "say what would be done"},
	{"quiet", 'q', CLI_FLAG, NULL, "say nothing"},
	{"to", 't', CLI_TEXT, "PLACE", "where to"},
	{"steps", 's', CLI_NUMBER, "N", "how many"},
	{"port", 0, CLI_NUMBER, "N", "a port", 1, 65535},
	{"from", 'f', CLI_PATH, "DIR", "where from"},
	{NULL, 0, CLI_FLAG, NULL, NULL},
};
static const struct cli_option no_options[] = {{NULL, 0, CLI_FLAG, NULL, NULL}};
static const struct cli_command walk = {.name = "walk",
					.arguments = "[WAY…]",
					.most = CLI_ARGUMENTS_MAX,
					.title = "go",
					.text = "",
					.options = walk_options,
					.run = nothing};
static const struct cli_command tell_story = {.name = "tell story",
					      .arguments = "WHO WHAT",
					      .least = 2,
					      .most = 2,
					      .title = "tell one",
					      .text = "",
					      .options = no_options,
					      .run = nothing};
static const struct cli_command tell_time = {
	.name = "tell time", .arguments = "", .title = "tell it", .text = "", .options = no_options, .run = nothing};
static const struct cli_command *const commands[] = {&walk, &tell_story, &tell_time, NULL};

#define WORDS_MAX 16

/* Parses the words of line, parted by single spaces. */
static int parse(const char *line, struct cli_call *call, struct err *err)
{
	static char text[512];
	static char program[] = "crier";
	char *argv[WORDS_MAX + 1] = {program};
	int argc = 1;

	snprintf(text, sizeof text, "%s", line);
	for (char *at = text; at && *at && argc < WORDS_MAX; argc++) {
		argv[argc] = at;
		at = strchr(at, ' ');
		if (at)
			*at++ = 0;
	}
	*call = (struct cli_call){0};
	*err = (struct err){0};
	return cli_parse(commands, argc, argv, call, err);
}

static struct cli_call good(const char *line)
{
	struct cli_call call;
	struct err err;

	if (parse(line, &call, &err) != 0)
		fail_msg("%s: %s", line, err.text);
	return call;
}

static void bad(const char *line, const char *message)
{
	struct cli_call call;
	struct err err;

	assert_int_equal(parse(line, &call, &err), EXIT_USAGE);
	assert_string_equal(err.text, message);
}

#define assert_word(found, expected) assert_true(str_eq((found), STR(expected)))

static void values_in_every_form(void **state)
{
	static const char *const lines[] = {
		"walk --to there",    "walk --to=there", "walk -t there", "walk -tthere",
		"walk -nt there",     "walk -qnt there", "walk -ntthere", "walk --to here --to there",
		"walk --to=x -tthere"};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct cli_call call = good(lines[i]);

		assert_word(cli_text(&call, "to", STR("nowhere")), "there");
		assert_int_equal(call.argument_count, 0);
	}
	struct cli_call call = good("walk");
	assert_word(cli_text(&call, "to", STR("nowhere")), "nowhere");
	call = good("walk --to=");
	assert_word(cli_text(&call, "to", STR("nowhere")), "");
	call = good("walk --to=a=b");
	assert_word(cli_text(&call, "to", STR("")), "a=b");
	call = good("walk --to --quiet");
	assert_word(cli_text(&call, "to", STR("")), "--quiet");
	assert_false(cli_flag(&call, "quiet"));
}

static void flags(void **state)
{
	struct cli_call call = good("walk --dry-run");

	(void)state;
	assert_true(cli_flag(&call, "dry-run"));
	assert_false(cli_flag(&call, "quiet"));
	call = good("walk -qn");
	assert_true(cli_flag(&call, "dry-run") && cli_flag(&call, "quiet"));
	bad("walk --quiet=yes", "--quiet takes no value");
	bad("walk --quiet=", "--quiet takes no value");
}

static void numbers(void **state)
{
	struct cli_call call = good("walk --steps 12");

	(void)state;
	assert_int_equal(cli_number(&call, "steps", 3), 12);
	call = good("walk -s-7");
	assert_int_equal(cli_number(&call, "steps", 3), -7);
	call = good("walk");
	assert_int_equal(cli_number(&call, "steps", 3), 3);
	call = good("walk --port 65535");
	assert_int_equal(cli_number(&call, "port", 0), 65535);
	bad("walk --steps many", "--steps wants a number, found \"many\"");
	bad("walk --steps=", "--steps wants a number, found \"\"");
	bad("walk --steps 99999999999999999999", "--steps wants a number, found \"99999999999999999999\"");
	bad("walk --port 0", "--port wants a number from 1 to 65535, found \"0\"");
	bad("walk --port 65536", "--port wants a number from 1 to 65535, found \"65536\"");
	bad("walk --port 80x", "--port wants a number from 1 to 65535, found \"80x\"");
}

static void values_that_are_missing(void **state)
{
	(void)state;
	bad("walk --to", "--to wants a value: PLACE");
	bad("walk -t", "--to wants a value: PLACE");
	bad("walk -nt", "--to wants a value: PLACE");
}

/* An empty name of a folder would be the root of the machine: it comes of a variable that is not set. */
static void nothing_is_no_path(void **state)
{
	struct cli_call call = good("walk --from here");

	(void)state;
	assert_word(cli_text(&call, "from", STR("")), "here");
	bad("walk --from=", "--from wants a DIR, found nothing between its quotes");
	bad("walk -nf  x", "--from wants a DIR, found nothing between its quotes");
	bad("walk one  two", "an empty argument; usage: crier walk [WAY…]");
	bad("walk --  x", "an empty argument; usage: crier walk [WAY…]");
}

static void unknown_options(void **state)
{
	(void)state;
	bad("walk --dry-rum",
	    "crier walk has no option --dry-rum; did you mean --dry-run? \"crier help walk\" lists them");
	bad("walk --por 7", "crier walk has no option --por; did you mean --port? \"crier help walk\" lists them");
	bad("walk --windmills", "crier walk has no option --windmills; \"crier help walk\" lists them");
	bad("walk --an-option-that-is-longer-than-what-is-compared-with-others",
	    "crier walk has no option --an-option-that-is-longer-than-what-is-compared-with-others; \"crier help "
	    "walk\" lists them");
	bad("walk -x", "crier walk has no option -x in \"-x\"; \"crier help walk\" lists them");
	bad("walk -nx", "crier walk has no option -x in \"-nx\"; \"crier help walk\" lists them");
	bad("tell time --json", "crier tell time has no option --json; \"crier help tell time\" lists them");
}

static void arguments(void **state)
{
	struct cli_call call = good("walk one --dry-run two");

	(void)state;
	assert_int_equal(call.argument_count, 2);
	assert_word(call.arguments[0], "one");
	assert_word(call.arguments[1], "two");
	assert_true(cli_flag(&call, "dry-run"));
	call = good("walk -");
	assert_word(call.arguments[0], "-");
	call = good("walk -- --dry-run -- -n");
	assert_int_equal(call.argument_count, 3);
	assert_word(call.arguments[0], "--dry-run");
	assert_word(call.arguments[1], "--");
	assert_word(call.arguments[2], "-n");
	assert_false(cli_flag(&call, "dry-run"));
}

static void commands_of_two_words(void **state)
{
	struct cli_call call = good("tell story me you");

	(void)state;
	assert_ptr_equal(call.command, &tell_story);
	assert_int_equal(call.argument_count, 2);
	call = good("tell time");
	assert_ptr_equal(call.command, &tell_time);
	bad("tell", "there is no command \"tell\"; did you mean \"tell story\"?");
	bad("tell --json time", "there is no command \"tell\"; did you mean \"tell story\"?");
	bad("tell stories", "there is no command \"tell stories\"; did you mean \"tell story\"?");
	bad("tell story me", "found 1 argument; usage: crier tell story WHO WHAT\nTry \"crier help tell story\".");
	bad("tell story me you them",
	    "found 3 arguments; usage: crier tell story WHO WHAT\nTry \"crier help tell story\".");
	bad("tell time now", "found 1 argument; usage: crier tell time\nTry \"crier help tell time\".");
}

static void unknown_commands(void **state)
{
	(void)state;
	bad("wlak", "there is no command \"wlak\"; did you mean \"walk\"? \"crier help\" lists them");
	bad("--quiet walk",
	    "--quiet stands before the command: write crier COMMAND --quiet …; \"crier help\" lists the commands");
	bad("somersault", "there is no command \"somersault\"; \"crier help\" lists them");
	bad("", "there is no command \"\"; \"crier help\" lists them");
}

static void too_many_arguments(void **state)
{
	static char words[][6] = {"crier", "walk", "way"};
	static char *argv[CLI_ARGUMENTS_MAX + 3];
	struct cli_call call = {0};
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < sizeof argv / sizeof *argv; i++)
		argv[i] = words[i < 2 ? i : 2];
	assert_int_equal(cli_parse(commands, CLI_ARGUMENTS_MAX + 2, argv, &call, &err), 0);
	assert_int_equal(call.argument_count, CLI_ARGUMENTS_MAX);
	call = (struct cli_call){0};
	assert_int_equal(cli_parse(commands, CLI_ARGUMENTS_MAX + 3, argv, &call, &err), EXIT_USAGE);
	assert_string_equal(err.text, "more than 512 arguments");
}

static void failures_are_printed(void **state)
{
	static const struct cli_option with_json[] = {{"json", 0, CLI_FLAG, NULL, "print JSON"},
						      {NULL, 0, CLI_FLAG, NULL, NULL}};
	static const struct cli_command report = {.name = "report", .arguments = "", .options = with_json};
	TAKEN_SCOPED told, out;
	struct cli_call call = {.command = &walk};
	struct err err = {0};

	(void)state;
	taken_begin(&told);
	taken_begin(&out);
	call.err = told.file;
	call.out = out.file;
	err_set(&err, ERR_INPUT, "no \"such\" place");
	assert_int_equal(cli_fail(&call, &err), EXIT_FAILURE);
	assert_string_equal(taken_text(&told), "crier: no \"such\" place\n");
	call.command = &report;
	assert_int_equal(cli_fail(&call, &err), EXIT_FAILURE);
	assert_string_equal(taken_text(&out), "");
	call.option[0].given = true;
	assert_int_equal(cli_fail(&call, &err), EXIT_FAILURE);
	assert_string_equal(taken_text(&out), "{\"error\":\"no \\\"such\\\" place\"}\n");
}

static void a_senseless_line_leads_to_the_help(void **state)
{
	TAKEN_SCOPED told;
	struct err err = {0};

	(void)state;
	taken_begin(&told);
	err_set(&err, ERR_INPUT, "that way leads nowhere");
	assert_int_equal(cli_refuse(&(struct cli_call){.command = &walk, .err = told.file}, &err), EXIT_USAGE);
	assert_string_equal(taken_text(&told), "crier: that way leads nowhere\nTry \"crier help walk\".\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_in_every_form),
		cmocka_unit_test(flags),
		cmocka_unit_test(numbers),
		cmocka_unit_test(values_that_are_missing),
		cmocka_unit_test(nothing_is_no_path),
		cmocka_unit_test(unknown_options),
		cmocka_unit_test(arguments),
		cmocka_unit_test(commands_of_two_words),
		cmocka_unit_test(unknown_commands),
		cmocka_unit_test(too_many_arguments),
		cmocka_unit_test(failures_are_printed),
		cmocka_unit_test(a_senseless_line_leads_to_the_help),
	};
	return cmocka_run_group_tests_name("main.cli", tests, NULL, NULL);
}
