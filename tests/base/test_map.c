#include "base/map.h"

#include "check.h"

static void absent_is_null(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	struct map *map = map_create(arena);
	assert_null(map_get(map, STR("a")));
	assert_null(map_get(map, STR("")));
	assert_null(map_get(map, (struct str){0}));
	assert_int_equal(map_count(map), 0);
	struct str key;
	void *value;
	assert_false(map_at(map, 0, &key, &value));
}

static void put_get_and_put_again(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	struct map *map = map_create(arena);
	int one = 1, two = 2;
	map_put(map, STR("a"), &one);
	assert_ptr_equal(map_get(map, STR("a")), &one);
	map_put(map, STR("a"), &two);
	assert_ptr_equal(map_get(map, STR("a")), &two);
	assert_int_equal(map_count(map), 1);
	assert_null(map_get(map, STR("A")));
	assert_null(map_get(map, STR("a\0")));
}

static void the_empty_key_is_a_key(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	struct map *map = map_create(arena);
	int one = 1;
	map_put(map, STR(""), &one);
	assert_ptr_equal(map_get(map, (struct str){0}), &one);
	assert_int_equal(map_count(map), 1);
}

static void keys_are_copied(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	struct map *map = map_create(arena);
	char key[] = "name";
	int one = 1;
	map_put(map, str_from(key), &one);
	key[0] = 'N';
	assert_ptr_equal(map_get(map, STR("name")), &one);
	assert_null(map_get(map, STR("Name")));
}

static void null_forgets_the_value_but_not_the_place(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	struct map *map = map_create(arena);
	int one = 1, two = 2;
	map_put(map, STR("a"), &one);
	map_put(map, STR("b"), &two);
	map_put(map, STR("a"), NULL);
	assert_null(map_get(map, STR("a")));
	assert_int_equal(map_count(map), 2);
	struct str key;
	void *value = &one;
	assert_true(map_at(map, 0, &key, &value));
	assert_str(key, "a");
	assert_null(value);
	map_put(map, STR("a"), &two);
	assert_int_equal(map_count(map), 2);
	assert_ptr_equal(map_get(map, STR("a")), &two);
}

#define MANY 100000

static void a_hundred_thousand_keys_in_order(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	struct map *map = map_create(arena);
	char *values = arena_array(arena, char, MANY);
	for (size_t i = 0; i < MANY; i++)
		map_put(map, arena_printf(arena, "key-%zu", i * 7919), values + i);
	assert_int_equal(map_count(map), MANY);
	for (size_t i = 0; i < MANY; i++) {
		struct str key, expected = arena_printf(arena, "key-%zu", i * 7919);
		void *value;
		assert_ptr_equal(map_get(map, expected), values + i);
		assert_true(map_at(map, i, &key, &value));
		assert_true(str_eq(key, expected));
		assert_ptr_equal(value, values + i);
		assert_null(map_get(map, arena_printf(arena, "key-%zu", i * 7919 + 1)));
	}
	struct str key;
	void *value;
	assert_false(map_at(map, MANY, &key, &value));
	assert_false(map_at(map, SIZE_MAX, &key, &value));
}

static void numbers_as_keys(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	struct map *map = map_create(arena);
	char *values = arena_array(arena, char, MANY);
	map_put_i64(map, INT64_MIN, values);
	map_put_i64(map, INT64_MAX, values + 1);
	map_put_i64(map, 0, values + 2);
	map_put_i64(map, -1, values + 3);
	for (int64_t i = 4; i < MANY; i++)
		map_put_i64(map, i << 32, values + i);
	assert_ptr_equal(map_get_i64(map, INT64_MIN), values);
	assert_ptr_equal(map_get_i64(map, INT64_MAX), values + 1);
	assert_ptr_equal(map_get_i64(map, 0), values + 2);
	assert_ptr_equal(map_get_i64(map, -1), values + 3);
	for (int64_t i = 4; i < MANY; i++)
		assert_ptr_equal(map_get_i64(map, i << 32), values + i);
	assert_null(map_get_i64(map, 1));
	assert_int_equal(map_count(map), MANY);
}

/* Each map has a seed of its own: whatever it is, every key must be found. */
static void many_small_maps(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	char values[40];
	for (int round = 0; round < 500; round++) {
		struct arena_mark mark = arena_mark(arena);
		struct map *map = map_create(arena);
		for (size_t i = 0; i < sizeof values; i++)
			map_put(map, arena_printf(arena, "%zu", i), values + i);
		for (size_t i = 0; i < sizeof values; i++)
			assert_ptr_equal(map_get(map, arena_printf(arena, "%zu", i)), values + i);
		arena_release(arena, mark);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(absent_is_null),
	    cmocka_unit_test(put_get_and_put_again),
	    cmocka_unit_test(the_empty_key_is_a_key),
	    cmocka_unit_test(keys_are_copied),
	    cmocka_unit_test(null_forgets_the_value_but_not_the_place),
	    cmocka_unit_test(a_hundred_thousand_keys_in_order),
	    cmocka_unit_test(numbers_as_keys),
	    cmocka_unit_test(many_small_maps),
	};
	return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
