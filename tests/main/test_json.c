/* The writer of --json: commas, nesting, escapes. */
#include "main/json.h"
#include "support.h"

static void objects_in_arrays(void **state)
{
	BUF_SCOPED out = BUF_INIT(1 << 16);
	struct json json = {&out, false};

	(void)state;
	json_open(&json, NULL, '[');
	for (int i = 0; i < 2; i++) {
		json_open(&json, NULL, '{');
		json_number(&json, "n", i == 0 ? INT64_MIN : INT64_MAX);
		json_flag(&json, "last", i == 1);
		json_open(&json, "list", '[');
		json_close(&json, ']');
		json_open(&json, "more", '[');
		json_text(&json, NULL, STR("a"));
		json_number(&json, NULL, 1);
		json_close(&json, ']');
		json_close(&json, '}');
	}
	json_close(&json, ']');
	assert_true(str_eq(buf_str(&out),
			   STR("[{\"n\":-9223372036854775808,\"last\":false,\"list\":[],\"more\":[\"a\",1]},"
			       "{\"n\":9223372036854775807,\"last\":true,\"list\":[],\"more\":[\"a\",1]}]")));
}

static void texts_are_escaped(void **state)
{
	BUF_SCOPED out = BUF_INIT(1 << 16);
	struct json json = {&out, false};

	(void)state;
	json_open(&json, NULL, '{');
	json_text(&json, "a \"key\"", STR("line\nbreak \"quoted\" back\\slash \x01 é"));
	json_text(&json, "empty", (struct str){0});
	json_close(&json, '}');
	assert_true(str_eq(
		buf_str(&out),
		STR("{\"a \\\"key\\\"\":\"line\\nbreak \\\"quoted\\\" back\\\\slash \\u0001 é\",\"empty\":\"\"}")));
}

static void what_does_not_fit_is_told(void **state)
{
	BUF_SCOPED out = BUF_INIT(8);
	struct json json = {&out, false};

	(void)state;
	json_open(&json, NULL, '{');
	json_text(&json, "key", STR("a long value"));
	json_close(&json, '}');
	assert_true(out.over);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects_in_arrays),
		cmocka_unit_test(texts_are_escaped),
		cmocka_unit_test(what_does_not_fit_is_told),
	};
	return cmocka_run_group_tests_name("main.json", tests, NULL, NULL);
}
