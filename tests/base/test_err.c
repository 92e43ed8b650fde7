#include "base/err.h"

#include "base/utf8.h"
#include "check.h"

#include <errno.h>

static void set_says_it_and_returns_the_code(void **state)
{
	(void)state;
	struct err err = {0};
	assert_int_equal(err_set(&err, ERR_INPUT, "%s:%d: found \"%s\"", "a.conf", 3, "x"), ERR_INPUT);
	assert_int_equal(err.code, ERR_INPUT);
	assert_string_equal(err.text, "a.conf:3: found \"x\"");
}

static void errno_is_spelt_out(void **state)
{
	(void)state;
	struct err err = {0};
	assert_int_equal(err_set_errno(&err, ENOENT, "%s: cannot be opened", "x"), ERR_SYSTEM);
	assert_int_equal(err.code, ERR_SYSTEM);
	assert_string_equal(err.text, "x: cannot be opened: No such file or directory");
}

static void context_goes_before(void **state)
{
	(void)state;
	struct err err = {0};
	err_set(&err, ERR_DB, "disk full");
	assert_int_equal(err_context(&err, "item %d", 7), ERR_DB);
	assert_int_equal(err_context(&err, "import"), ERR_DB);
	assert_string_equal(err.text, "import: item 7: disk full");
}

static void nobody_may_be_reading(void **state)
{
	(void)state;
	assert_int_equal(err_set(NULL, ERR_LIMIT, "x"), ERR_LIMIT);
	assert_int_equal(err_set_errno(NULL, ENOENT, "x"), ERR_SYSTEM);
	assert_int_equal(err_context(NULL, "x"), ERR_SYSTEM);
	err_clear(NULL);
}

static void clear_empties(void **state)
{
	(void)state;
	struct err err;
	err_set(&err, ERR_DATA, "x");
	err_clear(&err);
	assert_int_equal(err.code, 0);
	assert_string_equal(err.text, "");
}

static void long_texts_are_cut_at_a_character(void **state)
{
	(void)state;
	char text[3 * ERR_TEXT_BYTES + 1];
	for (size_t shift = 0; shift < 3; shift++) {
		struct err err = {0};
		memset(text, 'a', shift);
		for (size_t i = shift; i + 3 < sizeof text; i += 3)
			memcpy(text + i, "€", 4);
		err_set(&err, ERR_INPUT, "%s", text);
		assert_in_range(strlen(err.text), ERR_TEXT_BYTES - 4, ERR_TEXT_BYTES - 1);
		assert_true(utf8_valid(str_from(err.text)));
		err_context(&err, "%s", text);
		assert_true(strlen(err.text) < ERR_TEXT_BYTES);
		assert_true(utf8_valid(str_from(err.text)));
		assert_int_equal(err.code, ERR_INPUT);
	}
}

static void a_long_subject_leaves_room_for_the_reason(void **state)
{
	(void)state;
	char path[2000];
	memset(path, 'p', sizeof path - 1);
	path[sizeof path - 1] = 0;
	struct err err = {0};
	err_set_errno(&err, EACCES, "%s", path);
	assert_true(str_ends(str_from(err.text), STR(": Permission denied")));
	err_set(&err, ERR_INPUT, "the cause");
	err_context(&err, "%s", path);
	assert_true(str_ends(str_from(err.text), STR(": the cause")));
}

static void die_aborts(void **state)
{
	(void)state;
	assert_dies((err_die("told to"), 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(set_says_it_and_returns_the_code),
	    cmocka_unit_test(errno_is_spelt_out),
	    cmocka_unit_test(context_goes_before),
	    cmocka_unit_test(nobody_may_be_reading),
	    cmocka_unit_test(clear_empties),
	    cmocka_unit_test(long_texts_are_cut_at_a_character),
	    cmocka_unit_test(a_long_subject_leaves_room_for_the_reason),
	    cmocka_unit_test(die_aborts),
	};
	return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
