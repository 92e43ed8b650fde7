/* A set of numbers, from nothing to more than fits at first. */
#include "export/hashes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define MANY 5000

static void test_each_is_in_once(void **state)
{
	struct hashes hashes = {0};

	(void)state;
	assert_false(hashes_has(&hashes, 7)); /* empty */
	for (uint64_t i = 1; i <= MANY; i++)
		assert_true(hashes_add(&hashes, i * 1024)); /* all of them begin at one place */
	for (uint64_t i = 1; i <= MANY; i++) {
		assert_false(hashes_add(&hashes, i * 1024));
		assert_true(hashes_has(&hashes, i * 1024));
		assert_false(hashes_has(&hashes, i * 1024 + 1));
	}
	assert_int_equal(hashes.count, MANY);
	hashes_finish(&hashes);
	assert_false(hashes_has(&hashes, 1024));
}

static void test_zero_is_in_none(void **state)
{
	struct hashes hashes = {0};

	(void)state;
	assert_false(hashes_add(&hashes, 0));
	assert_true(hashes_add(&hashes, 1));
	assert_false(hashes_has(&hashes, 0));
	hashes_finish(&hashes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_is_in_once),
		cmocka_unit_test(test_zero_is_in_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
