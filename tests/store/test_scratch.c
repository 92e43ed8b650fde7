/* What one run keeps: what was put comes back, however much it is and whoever asks, and a failure is never an answer.
 */
#include "store/scratch.h"

#include "base/buf.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static struct err err;

static int setup(void **state)
{
	struct scratch *scratch;
	assert_int_equal(scratch_create(&scratch, &err), 0);
	*state = scratch;
	return 0;
}

static int teardown(void **state)
{
	scratch_destroy(*state);
	return 0;
}

static struct scratch_key at(int kind, int64_t key, int64_t part)
{
	return (struct scratch_key){kind, key, part};
}

static void assert_kept(struct scratch *scratch, struct scratch_key key, struct str wanted)
{
	ARENA_SCOPED arena = arena_create(0);
	struct str bytes;
	assert_true(scratch_get(scratch, key, arena, &bytes));
	assert_true(str_eq(bytes, wanted));
}

static void assert_none(struct scratch *scratch, struct scratch_key key)
{
	ARENA_SCOPED arena = arena_create(0);
	struct str bytes;
	assert_false(scratch_get(scratch, key, arena, &bytes));
	assert_int_equal(scratch_result(scratch, &err), 0);
}

static void what_is_put_comes_back(void **state)
{
	struct scratch *scratch = *state;
	struct scratch_key keys[] = {at(0, 0, 0), at(1, 0, 0),         at(0, 1, 0),
				     at(0, 0, 1), at(0, INT64_MIN, 0), at(0, 0, INT64_MAX)};
	static const struct str texts[] = {STR_INIT("none"), STR_INIT("kind"), STR_INIT("key"),
					   STR_INIT("part"), STR_INIT(""),     STR_INIT("a\0b")};
	for (size_t i = 0; i < 6; i++) {
		assert_none(scratch, keys[i]);
		scratch_put(scratch, keys[i], texts[i]);
	}
	for (size_t i = 0; i < 6; i++)
		assert_kept(scratch, keys[i], texts[i]);
	scratch_put(scratch, keys[1], STR("other"));
	assert_kept(scratch, keys[1], STR("other"));
	assert_kept(scratch, keys[0], texts[0]);
}

static void the_first_that_is_added_stays(void **state)
{
	struct scratch *scratch = *state;
	assert_true(scratch_add(scratch, at(3, 4, 5), STR("first")));
	assert_false(scratch_add(scratch, at(3, 4, 5), STR("second")));
	assert_kept(scratch, at(3, 4, 5), STR("first"));
	assert_true(scratch_add(scratch, at(3, 4, 6), STR("second")));
}

static void pages_are_in_order_and_of_one_key(void **state)
{
	struct scratch *scratch = *state;
	ARENA_SCOPED arena = arena_create(0);
	struct scratch_part_vec parts;
	for (int64_t i = 10; i > 0; i--)
		scratch_put(scratch, at(1, 7, i * i), STR("x"));
	scratch_put(scratch, at(1, 8, 2), STR("of another key"));
	scratch_put(scratch, at(2, 7, 2), STR("of another kind"));
	int64_t after = 0, next = 1;
	do {
		scratch_page(scratch, at(1, 7, after), 4, arena, &parts);
		for (size_t i = 0; i < parts.len; i++, next++) {
			assert_int_equal(parts.at[i].part, next * next);
			assert_true(str_eq(parts.at[i].bytes, STR("x")));
		}
		after = parts.len ? vec_last(&parts)->part : 0;
	} while (parts.len == 4);
	assert_int_equal(next, 11);
	scratch_page(scratch, at(1, 9, 0), 4, arena, &parts);
	assert_int_equal(parts.len, 0);
}

#define MANY  20000
#define LARGE 2000 /* bytes: together more than twice what stays in memory */

static int64_t mixed(int64_t number)
{
	return (int64_t)((uint64_t)number * UINT64_C(0x9E3779B97F4A7C15));
}

static void more_than_memory_holds(void **state)
{
	struct scratch *scratch = *state;
	char bytes[LARGE];
	for (int64_t i = 0; i < MANY; i++) {
		memset(bytes, (int)(i % 251), sizeof bytes);
		scratch_put(scratch, at(1, mixed(i), 0), str_of(bytes, sizeof bytes));
	}
	for (int64_t i = 0; i < MANY; i++) {
		memset(bytes, (int)(i % 251), sizeof bytes);
		assert_kept(scratch, at(1, mixed(i), 0), str_of(bytes, sizeof bytes));
	}
	assert_none(scratch, at(1, mixed(MANY), 0));
}

#define THREADS  4
#define TOGETHER 2000

static void *add_all(void *argument)
{
	struct scratch *scratch = argument;
	ARENA_SCOPED arena = arena_create(0);
	intptr_t added = 0;
	struct str bytes;
	for (int64_t i = 0; i < TOGETHER; i++) {
		added += scratch_add(scratch, at(1, i, 0), STR("one"));
		if (!scratch_get(scratch, at(1, i, 0), arena, &bytes) || !str_eq(bytes, STR("one")))
			abort();
		arena_clear(arena);
	}
	return (void *)added;
}

static void threads_add_each_key_once(void **state)
{
	pthread_t threads[THREADS];
	intptr_t added = 0;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, add_all, *state), 0);
	for (int i = 0; i < THREADS; i++) {
		void *of_one;
		pthread_join(threads[i], &of_one);
		added += (intptr_t)of_one;
	}
	assert_int_equal(added, TOGETHER);
}

/* One failure, whichever call met it, and every later one finds nothing and says why. */
static void after_a_failure_nothing_is_found(void **state)
{
	struct scratch *scratch = *state;
	ARENA_SCOPED arena = arena_create(0);
	struct scratch_part_vec parts;
	struct str bytes;
	scratch_put(scratch, at(1, 1, 1), STR("kept"));
	assert_int_equal(scratch_result(scratch, &err), 0);
	scratch_fault(scratch, 2);
	assert_kept(scratch, at(1, 1, 1), STR("kept"));
	scratch_put(scratch, at(1, 1, 2), STR("lost"));
	for (int again = 0; again < 2; again++) {
		assert_false(scratch_get(scratch, at(1, 1, 1), arena, &bytes));
		assert_false(scratch_add(scratch, at(1, 1, 3), STR("more")));
		scratch_page(scratch, at(1, 1, 0), 10, arena, &parts);
		assert_int_equal(parts.len, 0);
		err = (struct err){0};
		assert_int_equal(scratch_result(scratch, &err), ERR_DB);
		assert_non_null(strstr(err.text, "temporary file of this run"));
	}
	assert_int_equal(scratch_result(scratch, NULL), ERR_DB);
}

#define SCRATCH_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(what_is_put_comes_back),
		SCRATCH_TEST(the_first_that_is_added_stays),
		SCRATCH_TEST(pages_are_in_order_and_of_one_key),
		SCRATCH_TEST(more_than_memory_holds),
		SCRATCH_TEST(threads_add_each_key_once),
		SCRATCH_TEST(after_a_failure_nothing_is_found),
	};
	return cmocka_run_group_tests_name("store.scratch", tests, NULL, NULL);
}
