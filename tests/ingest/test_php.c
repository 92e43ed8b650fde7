#include "ingest/php.h"

#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void values_are_read(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	struct php_value value;
	assert_true(php_parse(STR("a:5:{s:5:\"width\";i:640;s:4:\"file\";s:9:\"2019/"
				  "\xC3\xA9.j\";i:7;b:1;s:1:\"f\";d:0.5;s:1:\"n\";N;}"),
			      arena, &value));
	assert_int_equal(value.count, 5);
	assert_int_equal(php_get(&value, STR("width"))->integer, 640);
	assert_true(str_eq(php_text(php_get(&value, STR("file"))), STR("2019/\xC3\xA9.j")));
	assert_int_equal(php_get(&value, STR("7"))->integer, 1);
	assert_true(str_eq(php_text(php_get(&value, STR("f"))), STR("0.5")));
	assert_int_equal(php_get(&value, STR("n"))->kind, PHP_NULL);
	assert_null(php_get(&value, STR("none")));
	assert_true(php_parse(STR("O:8:\"stdClass\":1:{s:1:\"a\";a:1:{i:0;R:1;}}"), arena, &value));
	assert_int_equal(php_get(&value, STR("a"))->kind, PHP_ARRAY);
}

static void what_is_malformed_is_refused(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"",
		"x",
		"s:5:\"abc\";",
		"s:3:\"abc\"",
		"i:;",
		"i:99999999999999999999;",
		"a:1:{}",
		"a:1:{i:0;}",
		"a:-1:{}",
		"a:99999999999:{}",
		"i:1;i:2;",
		"s:99999999999999999999:\"a\";",
		"a:1:{d:1;i:1;}",
		"O:3:\"abc\"",
		"N",
	};
	ARENA_SCOPED arena = arena_create(0);
	struct php_value value;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (php_parse(str_from(texts[i]), arena, &value))
			fail_msg("took %s", texts[i]);
}

static void depth_and_count_are_bounded(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	struct php_value value;
	for (int depth = PHP_DEPTH_MAX; depth <= PHP_DEPTH_MAX + 1; depth++) {
		BUF_SCOPED text = BUF_INIT(1 << 20);
		for (int i = 0; i < depth; i++)
			buf_put_cstr(&text, "a:1:{i:0;");
		buf_put_cstr(&text, "N;");
		for (int i = 0; i < depth; i++)
			buf_put_cstr(&text, "}");
		assert_int_equal(php_parse(buf_str(&text), arena, &value), depth <= PHP_DEPTH_MAX);
	}
	BUF_SCOPED many = BUF_INIT(1 << 20);
	buf_printf(&many, "a:%d:{", PHP_VALUES_MAX);
	for (int i = 0; i < PHP_VALUES_MAX; i++)
		buf_printf(&many, "i:%d;N;", i);
	buf_put_cstr(&many, "}");
	assert_false(php_parse(buf_str(&many), arena, &value));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_read),
		cmocka_unit_test(what_is_malformed_is_refused),
		cmocka_unit_test(depth_and_count_are_bounded),
	};
	return cmocka_run_group_tests_name("ingest.php", tests, NULL, NULL);
}
