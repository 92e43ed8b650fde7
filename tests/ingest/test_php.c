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

/* A value and what it is, or nothing where PHP would not take it either or where it is not wanted. */
static const struct {
	const char *text;
	int kind; /* -1: refused */
	const char *value;
	int64_t integer;
	size_t count;
} values[] = {
	{"N;", PHP_NULL, "", 0, 0},
	{"b:1;", PHP_BOOL, "", 1, 0},
	{"b:0;", PHP_BOOL, "", 0, 0},
	{"i:0;", PHP_INT, "0", 0, 0},
	{"i:-7;", PHP_INT, "-7", -7, 0},
	{"i:9223372036854775807;", PHP_INT, "9223372036854775807", INT64_MAX, 0},
	{"d:0.5;", PHP_FLOAT, "0.5", 0, 0},
	{"d:-1.0E+25;", PHP_FLOAT, "-1.0E+25", 0, 0},
	{"d:NAN;", PHP_FLOAT, "NAN", 0, 0},
	{"s:0:\"\";", PHP_STRING, "", 0, 0},
	{"s:3:\"a\"b\";", PHP_STRING, "a\"b", 0, 0}, /* quotes inside count as bytes */
	{"s:2:\"\xC3\xA9\";", PHP_STRING, "\xC3\xA9", 0, 0},
	{"s:9:\"a:1:{i:0;\";", PHP_STRING, "a:1:{i:0;", 0, 0}, /* text that looks like more */
	{" s:1:\"a\"; \n", PHP_STRING, "a", 0, 0},
	{"a:0:{}", PHP_ARRAY, "", 0, 0},
	{"a:1:{i:0;N;}", PHP_ARRAY, "", 0, 1},
	{"a:2:{s:1:\"a\";i:1;s:1:\"a\";i:2;}", PHP_ARRAY, "", 0, 2},
	{"O:8:\"stdClass\":0:{}", PHP_ARRAY, "", 0, 0},
	{"O:8:\"stdClass\":1:{s:1:\"a\";i:1;}", PHP_ARRAY, "", 0, 1},
	{"a:2:{i:0;i:1;i:1;R:2;}", PHP_ARRAY, "", 0, 2},
	{"a:1:{i:0;r:1;}", PHP_ARRAY, "", 0, 1},
	/* lengths that lie */
	{"s:4:\"abc\";", -1, NULL, 0, 0},
	{"s:2:\"abc\";", -1, NULL, 0, 0},
	{"s:1:\"\xC3\xA9\";", -1, NULL, 0, 0},
	{"s:-1:\"\";", -1, NULL, 0, 0},
	{"s:+3:\"abc\";", -1, NULL, 0, 0},
	{"s:3 :\"abc\";", -1, NULL, 0, 0},
	{"s:18446744073709551615:\"a\";", -1, NULL, 0, 0},
	{"s:18446744073709551616:\"\";", -1, NULL, 0, 0},
	{"s:4294967296:\"a\";", -1, NULL, 0, 0},
	{"a:2:{i:0;N;}", -1, NULL, 0, 0},
	{"a:1:{i:0;N;i:1;N;}", -1, NULL, 0, 0},
	{"a:1000000:{}", -1, NULL, 0, 0},
	{"a:18446744073709551615:{}", -1, NULL, 0, 0},
	{"O:99:\"stdClass\":0:{}", -1, NULL, 0, 0},
	{"O:8:\"stdClass\":1:{}", -1, NULL, 0, 0},
	/* what is cut or torn */
	{"i:1", -1, NULL, 0, 0},
	{"i:;", -1, NULL, 0, 0},
	{"i:1.5;", -1, NULL, 0, 0},
	{"b:yes;", -1, NULL, 0, 0},
	{"s:3:abc;", -1, NULL, 0, 0},
	{"s:3:\"abc", -1, NULL, 0, 0},
	{"a:1:{i:0;N;", -1, NULL, 0, 0},
	{"a:1:i:0;N;}", -1, NULL, 0, 0},
	{"a:1:{N;N;}", -1, NULL, 0, 0},
	{"a:1:{a:0:{}N;}", -1, NULL, 0, 0},
	{"a:1:{b:1;N;}", -1, NULL, 0, 0},
	{"N;N;", -1, NULL, 0, 0},
	{"n;", -1, NULL, 0, 0},
	{"C:3:\"abc\":0:{}", -1, NULL, 0, 0}, /* classes that read themselves */
	{"E:3:\"A:B\";", -1, NULL, 0, 0},
	{"x:1;", -1, NULL, 0, 0},
	{"plain text", -1, NULL, 0, 0},
	{";", -1, NULL, 0, 0},
	{"a", -1, NULL, 0, 0},
};

static void each_kind_of_value(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		ARENA_SCOPED arena = arena_create(0);
		struct php_value value = {.kind = (enum php_kind)99};
		bool read = php_parse(str_from(values[i].text), arena, &value);
		if (read != (values[i].kind >= 0))
			fail_msg("%s: %s", values[i].text, read ? "taken" : "refused");
		if (!read) {
			assert_int_equal(value.kind, 99); /* results are written on success only */
			continue;
		}
		assert_int_equal(value.kind, values[i].kind);
		assert_int_equal(value.integer, values[i].integer);
		assert_int_equal(value.count, values[i].count);
		if (!str_eq(php_text(&value), str_from(values[i].value)))
			fail_msg("%s: found \"%.*s\"", values[i].text, STR_ARG(php_text(&value)));
	}
}

/* Every prefix of a good value is refused: nothing is read past its end, nothing half is taken. */
static void no_beginning_of_a_value_is_one(void **state)
{
	static const char whole[] =
		"a:3:{s:5:\"sizes\";a:1:{s:5:\"thumb\";a:2:{s:4:\"file\";s:5:\"a.jpg\";s:1:\"w\";i:150;}}"
		"s:1:\"o\";O:1:\"X\":1:{s:1:\"p\";b:1;}s:1:\"f\";d:1.5;}";
	(void)state;
	for (size_t len = 0; len < sizeof whole; len++) {
		ARENA_SCOPED arena = arena_create(0);
		struct php_value value;
		char *exact = arena_alloc(arena, len + 1); /* a read past the end is one past the piece */
		memcpy(exact, whole, len);
		assert_int_equal(php_parse(str_of(exact, len), arena, &value), len == sizeof whole - 1);
	}
}

static void missing_things_are_no_trouble(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	struct php_value value;
	(void)state;
	assert_true(php_parse(STR("a:2:{s:1:\"a\";i:1;s:1:\"a\";i:2;}"), arena, &value));
	assert_int_equal(php_get(&value, STR("a"))->integer, 1); /* the first */
	assert_null(php_get(&value, STR("")));
	assert_null(php_get(NULL, STR("a")));
	assert_null(php_get(php_get(&value, STR("a")), STR("b")));
	assert_true(str_empty(php_text(NULL)));
	assert_true(str_empty(php_text(&value)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_read),
		cmocka_unit_test(what_is_malformed_is_refused),
		cmocka_unit_test(depth_and_count_are_bounded),
		cmocka_unit_test(each_kind_of_value),
		cmocka_unit_test(no_beginning_of_a_value_is_one),
		cmocka_unit_test(missing_things_are_no_trouble),
	};
	return cmocka_run_group_tests_name("ingest.php", tests, NULL, NULL);
}
