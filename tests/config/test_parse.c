#include "reading.h"

#include "base/buf.h"
#include "config/mistake.h"

#include <stdlib.h>
#include <unistd.h>

/* Any file by a schema: values, defaults, and each kind of mistake with its exact message. */

static const char *const colours[] = {"red", "green", NULL};
static const struct config_key rule_keys[] = {
	{"match", CONFIG_TEXT, .required = true, .least = 1},
	{"topic", CONFIG_TEXT},
	{"weight", CONFIG_INT, .least = -5, .most = 5, .def = "1"},
	{0},
};
static const struct config_key inner_keys[] = {
	{"depth", CONFIG_INT, .least = 0, .most = INT64_C(9000000000), .def = "3"},
	{"on", CONFIG_BOOL, .def = "true"},
	{0},
};
static const struct config_key schema[] = {
	{"name", CONFIG_TEXT, .required = true, .least = 2, .most = 10},
	{"count", CONFIG_INT, .least = 1, .most = 100, .def = "20"},
	{"flag", CONFIG_BOOL},
	{"colour", CONFIG_TEXT, .accepted = colours, .def = "red"},
	{"tags", CONFIG_TEXTS, .least = 1, .most = 3, .def = "a, b"},
	{"colours", CONFIG_TEXTS, .accepted = colours},
	{"inner", CONFIG_GROUP, .children = inner_keys},
	{"rules", CONFIG_GROUPS, .most = 2, .children = rule_keys},
	{"labels", CONFIG_MAP},
	{0},
};

static struct config_values good(const char *text)
{
	struct config_values values = {0};
	struct err err = {0};
	int rc = config_parse(str_from(text), "x.conf", schema, arena, &values, &err);
	if (rc != 0)
		print_error("%s\n", err.text);
	assert_int_equal(rc, 0);
	return values;
}

static void bad(const char *text, const char *message)
{
	struct config_values values = {0};
	struct err err = {0};
	int rc = config_parse(str_from(text), "x.conf", schema, arena, &values, &err);
	assert_int_equal(rc, ERR_INPUT);
	assert_string_equal(err.text, message);
	assert_null(values.at);
}

static void values_are_taken(void **state)
{
	(void)state;
	struct config_values values =
		good("# comment\n"
		     "name = \"caf\xc3\xa9 \\\"x\\\"\";\n"
		     "count = 7; flag = true; colour = \"green\";\n"
		     "tags = (\"one\", \"two\", \"three\");\n"
		     "colours = [\"red\", \"red\"];\n"
		     "inner = { depth = 5000000000L; on = false; };\n"
		     "rules = ( { match = \"a\"; topic = \"t\"; weight = -5; }, { match = \"b\"; } );\n"
		     "labels = { en = \"English\"; fr = \"Fran\xc3\xa7"
		     "ais\"; };\n");
	assert_text(config_text(&values, "name"), "caf\xc3\xa9 \"x\"");
	assert_int_equal(config_int(&values, "count"), 7);
	assert_true(config_bool(&values, "flag"));
	assert_text(config_text(&values, "colour"), "green");
	assert_int_equal(config_texts(&values, "tags").len, 3);
	assert_text(config_texts(&values, "tags").at[2], "three");
	assert_int_equal(config_texts(&values, "colours").len, 2);
	assert_true(config_int(config_group(&values, "inner"), "depth") == INT64_C(5000000000));
	assert_false(config_bool(config_group(&values, "inner"), "on"));
	size_t count = 0;
	const struct config_values *rules = config_groups(&values, "rules", &count);
	assert_int_equal(count, 2);
	assert_int_equal(config_int(&rules[0], "weight"), -5);
	assert_int_equal(config_int(&rules[1], "weight"), 1);
	assert_text(config_text(&rules[1], "match"), "b");
	assert_int_equal(config_text(&rules[1], "topic").len, 0);
	const struct config_value *labels = config_get(&values, "labels");
	assert_int_equal(labels->names.len, 2);
	assert_text(labels->names.at[1], "fr");
	assert_text(labels->texts.at[0], "English");
	assert_int_equal(labels->line, 8);
	assert_true(labels->given);
}

static void what_is_not_there_has_its_default(void **state)
{
	(void)state;
	struct config_values values = good("name = \"xx\";");
	assert_int_equal(config_int(&values, "count"), 20);
	assert_false(config_bool(&values, "flag"));
	assert_text(config_text(&values, "colour"), "red");
	assert_int_equal(config_texts(&values, "tags").len, 2);
	assert_text(config_texts(&values, "tags").at[1], "b");
	assert_int_equal(config_texts(&values, "colours").len, 0);
	assert_int_equal(config_int(config_group(&values, "inner"), "depth"), 3);
	assert_true(config_bool(config_group(&values, "inner"), "on"));
	size_t count = 9;
	config_groups(&values, "rules", &count);
	assert_int_equal(count, 0);
	assert_false(config_get(&values, "count")->given);
	assert_int_equal(config_get(&values, "count")->line, 0);
}

static void bounds_are_inclusive(void **state)
{
	(void)state;
	struct config_values least = good("name=\"xx\"; count=1;");
	assert_int_equal(config_int(&least, "count"), 1);
	struct config_values values = good("name=\"1234567890\"; count=100; rules=({match=\"x\"; weight=5;});");
	assert_int_equal(config_int(&values, "count"), 100);
	bad("name=\"1\";", "x.conf:1: found name = \"1\"; accepted: a text of 2 to 10 bytes");
	bad("name=\"12345678901\";", "x.conf:1: found name = \"12345678901\"; accepted: a text of 2 to 10 bytes");
	bad("name=\"xx\";\ncount=0;", "x.conf:2: found count = 0; accepted: a number from 1 to 100");
	bad("name=\"xx\";\n\ncount=101;", "x.conf:3: found count = 101; accepted: a number from 1 to 100");
	bad("name=\"xx\"; tags=();",
	    "x.conf:1: found tags = a list of 0; accepted: a list of texts, (\"one\", \"two\"), at least 1, at most 3");
	bad("name=\"xx\"; tags=(\"a\",\"b\",\"c\",\"d\");",
	    "x.conf:1: found tags = a list of 4; accepted: a list of texts, (\"one\", \"two\"), at least 1, at most 3");
	bad("name=\"xx\"; rules=({match=\"a\";},{match=\"a\";},{match=\"a\";});",
	    "x.conf:1: found rules = a list of 3; accepted: a list of groups, ( { \xe2\x80\xa6 }, { \xe2\x80\xa6 } ), "
	    "at most 2");
}

static void wrong_types_are_named(void **state)
{
	(void)state;
	bad("name = 12;", "x.conf:1: found name = 12; accepted: a text of 2 to 10 bytes");
	bad("name = \"xx\"; count = \"7\";", "x.conf:1: found count = \"7\"; accepted: a number from 1 to 100");
	bad("name = \"xx\"; count = 7.5;", "x.conf:1: found count = 7.5; accepted: a number from 1 to 100");
	bad("name = \"xx\"; flag = 1;", "x.conf:1: found flag = 1; accepted: true or false");
	bad("name = \"xx\"; flag = \"yes\";", "x.conf:1: found flag = \"yes\"; accepted: true or false");
	bad("name = \"xx\"; tags = \"a\";",
	    "x.conf:1: found tags = \"a\"; accepted: a list of texts, (\"one\", \"two\"), at least 1, at most 3");
	bad("name = \"xx\"; tags = (\"a\", 2);",
	    "x.conf:1: found tags = 2; accepted: a list of texts, (\"one\", \"two\"), at least 1, at most 3");
	bad("name = \"xx\"; inner = 3;", "x.conf:1: found inner = 3; accepted: a group, { \xe2\x80\xa6 }");
	bad("name = \"xx\";\nrules = { match = \"a\"; };", "x.conf:2: found rules = a group; accepted: a list of "
							   "groups, ( { \xe2\x80\xa6 }, { \xe2\x80\xa6 } ), at most 2");
	bad("name = \"xx\";\nrules = ( 5 );", "x.conf:2: found rules[1] = 5; accepted: a list of groups, ( { "
					      "\xe2\x80\xa6 }, { \xe2\x80\xa6 } ), at most 2");
	bad("name = \"xx\"; labels = \"a\";",
	    "x.conf:1: found labels = \"a\"; accepted: a group of texts, { name = \"text\"; }");
	bad("name = \"xx\"; labels = { en = true; };",
	    "x.conf:1: found labels.en = true; accepted: a group of texts, { name = \"text\"; }");
	bad("name = { x = 1; };", "x.conf:1: found name = a group; accepted: a text of 2 to 10 bytes");
}

static void words_that_are_not_accepted_are_named(void **state)
{
	(void)state;
	bad("name = \"xx\";\ncolour = \"blue\";", "x.conf:2: found colour = \"blue\"; accepted: \"red\", \"green\"");
	bad("name = \"xx\"; colours = (\"red\",\n \"Green\");",
	    "x.conf:2: found colours = \"Green\"; accepted: a list of texts, (\"one\", \"two\"), each one of \"red\", "
	    "\"green\"");
}

static void unknown_keys_are_mistakes(void **state)
{
	(void)state;
	bad("name = \"xx\";\ncolor = \"red\";",
	    "x.conf:2: found the unknown key color; did you mean colour? "
	    "Accepted: name, count, flag, colour, tags, colours, inner, rules, labels");
	bad("nmae = \"xx\";", "x.conf:1: found the unknown key nmae; did you mean name? "
			      "Accepted: name, count, flag, colour, tags, colours, inner, rules, labels");
	bad("name = \"xx\"; inner = {\n deepness = 3; };",
	    "x.conf:2: found the unknown key inner.deepness; accepted: depth, on");
	bad("name = \"xx\"; rules = ( { match = \"a\"; },\n{ match = \"b\"; wieght = 1; } );",
	    "x.conf:2: found the unknown key rules[2].wieght; did you mean weight? "
	    "Accepted: match, topic, weight");
}

static void missing_keys_are_named_where_they_belong(void **state)
{
	(void)state;
	bad("", "x.conf:1: found no name, which is required; accepted: a text of 2 to 10 bytes");
	bad("name = \"xx\";\nrules = (\n { topic = \"t\"; } );",
	    "x.conf:3: found no rules[1].match, which is required; accepted: a text that is not empty");
}

static void broken_syntax_has_its_line(void **state)
{
	(void)state;
	static const char *const form = "lines such as  key = \"text\";  or  group = { key = 1; };";
	char message[300];
	snprintf(message, sizeof message, "x.conf:2: found a syntax error; accepted: %s", form);
	bad("name = \"xx\";\ncount = ;\n", message);
	bad("name = \"xx\";\n\nname = \"yy\";\n",
	    "x.conf:3: found a name that its group has already; accepted: each name once");
	bad("name = \"xx\";\n  @include \"/etc/passwd\"\n",
	    "x.conf:2: found @include; accepted: everything in this one file");
	bad("name = \"xx\";\n# \xff\n", "x.conf:2: found bytes that are not UTF-8; accepted: text in UTF-8");
	struct config_values values;
	struct err err = {0};
	assert_int_equal(config_parse(str_of("name = \"xx\";\n\0", 14), "x.conf", schema, arena, &values, &err),
			 ERR_INPUT);
	assert_string_equal(err.text, "x.conf:2: found a zero byte; accepted: text in UTF-8");
}

static void numbers_do_not_wrap_around(void **state)
{
	(void)state;
	static const char *const wide[] = {"4294967301", "2147483648", "-99999999999",        "0x100000005",
					   "0x80000000", "0xFFFFFFFF", "0x8000000000000000L", "99999999999999999999L"};
	for (size_t i = 0; i < sizeof wide / sizeof *wide; i++) {
		char text[200];
		char message[300];
		snprintf(text, sizeof text, "name = \"xx\"; # 4294967301\n/* 4294967301\n */ count = %s;", wide[i]);
		snprintf(message, sizeof message,
			 "x.conf:3: found the number %s; accepted: numbers up to 2147483647, or with an L behind them "
			 "up to 9223372036854775807",
			 wide[i]);
		bad(text, message);
	}
	struct config_values values = good("name = \"4294967301\"; // 4294967301\ncount = 0x10; flag = true;");
	assert_int_equal(config_int(&values, "count"), 16);
	assert_text(config_text(&values, "name"), "4294967301");
	good("name = \"\\\"4294\"; count = 1L; labels = { a4294967301 = \"x\"; b-99999999999 = \"y\"; };");
}

static void large_and_deep_files_are_refused(void **state)
{
	(void)state;
	size_t bytes = 2u << 20;
	char *text = malloc(bytes);
	memset(text, '(', bytes);
	memcpy(text, "name = ", 7);
	struct config_values values;
	struct err err = {0};
	assert_int_equal(config_parse(str_of(text, bytes), "x.conf", schema, arena, &values, &err), ERR_LIMIT);
	assert_string_equal(err.text, "x.conf: found 2097152 bytes; accepted: at most 1048576");
	assert_int_equal(config_parse(str_of(text, 1u << 19), "x.conf", schema, arena, &values, &err), ERR_INPUT);
	assert_string_equal(err.text, "x.conf:1: found groups or lists too deep inside each other; accepted: what the "
				      "keys of this file need");
	free(text);
}

static void a_long_value_is_cut_in_the_message(void **state)
{
	(void)state;
	char text[500] = "name = \"";
	memset(text + 8, 'x', 400);
	memcpy(text + 408, "\";", 3);
	struct config_values values;
	struct err err = {0};
	assert_int_equal(config_parse(str_from(text), "x.conf", schema, arena, &values, &err), ERR_INPUT);
	assert_true(strlen(err.text) < 200);
}

static void files_are_read_by_path(void **state)
{
	(void)state;
	char path[] = "/tmp/crier-conf-XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "name = \"xx\";\n", 13), 13);
	close(fd);
	struct config_values values;
	struct err err = {0};
	assert_int_equal(config_parse_file(path, schema, arena, &values, &err), 0);
	assert_text(config_text(&values, "name"), "xx");
	unlink(path);
	assert_int_equal(config_parse_file(path, schema, arena, &values, &err), ERR_INPUT);
	assert_non_null(strstr(err.text, "there is no such file"));
}

static void callers_can_report_mistakes_too(void **state)
{
	(void)state;
	struct config_values values = good("name = \"xx\";\ncount = 3;\n");
	struct err err = {0};
	assert_int_equal(config_mistake(&values, "count", &err, "3 of them", "an even number"), ERR_INPUT);
	assert_string_equal(err.text, "x.conf:2: found 3 of them; accepted: an even number");
	config_mistake(&values, "flag", &err, "nothing", "something");
	assert_string_equal(err.text, "x.conf:1: found nothing; accepted: something");
}

static void the_nearest_name_is_near(void **state)
{
	(void)state;
	assert_string_equal(mistake_nearest(STR("coutn"), schema), "count");
	assert_string_equal(mistake_nearest(STR("Flag"), schema), "flag");
	assert_string_equal(mistake_nearest(STR("label"), schema), "labels");
	assert_null(mistake_nearest(STR("zzzzzz"), schema));
	assert_null(mistake_nearest(STR("x"), schema));
	char text[300];
	memset(text, 'c', sizeof text);
	assert_null(mistake_nearest(str_of(text, sizeof text), schema));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(values_are_taken),
		TEST(what_is_not_there_has_its_default),
		TEST(bounds_are_inclusive),
		TEST(wrong_types_are_named),
		TEST(words_that_are_not_accepted_are_named),
		TEST(unknown_keys_are_mistakes),
		TEST(missing_keys_are_named_where_they_belong),
		TEST(broken_syntax_has_its_line),
		TEST(numbers_do_not_wrap_around),
		TEST(large_and_deep_files_are_refused),
		TEST(a_long_value_is_cut_in_the_message),
		TEST(files_are_read_by_path),
		TEST(callers_can_report_mistakes_too),
		TEST(the_nearest_name_is_near),
	};
	return cmocka_run_group_tests_name("config: any file", tests, NULL, NULL);
}
