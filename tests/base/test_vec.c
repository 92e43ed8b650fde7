#include "base/vec.h"

#include "check.h"

VEC_TYPE(number_vec, int64_t);

static void fill(struct number_vec *numbers, struct arena *arena, int64_t count)
{
	for (int64_t i = 0; i < count; i++)
		*vec_add(numbers, arena) = i * i;
}

static void grows_and_keeps_its_elements(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	struct number_vec numbers = {0};
	fill(&numbers, arena, 10000);
	assert_int_equal(numbers.len, 10000);
	assert_true(numbers.cap >= numbers.len);
	for (size_t i = 0; i < numbers.len; i++)
		assert_int_equal(numbers.at[i], i * i);
	assert_int_equal(*vec_last(&numbers), 9999 * 9999);
}

static void new_elements_are_zeroed(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	VEC(struct str) names = {0};
	for (int i = 0; i < 100; i++) {
		struct str *added = vec_add(&names, arena);
		assert_null(added->ptr);
		assert_int_equal(added->len, 0);
		*added = STR("used");
	}
}

static void two_vecs_in_one_arena_do_not_mix(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(64);
	struct number_vec even = {0};
	struct number_vec odd = {0};
	for (int64_t i = 0; i < 500; i++)
		*vec_add(i % 2 ? &odd : &even, arena) = i;
	for (size_t i = 0; i < 250; i++) {
		assert_int_equal(even.at[i], 2 * i);
		assert_int_equal(odd.at[i], 2 * i + 1);
	}
}

static void strings_have_a_named_type(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	struct str_vec names = {0};
	*vec_add(&names, arena) = STR("a");
	*vec_add(&names, arena) = STR("b");
	assert_str(names.at[0], "a");
	assert_str(*vec_last(&names), "b");
}

static void growing_past_what_can_be_counted_ends_the_process(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	size_t cap = SIZE_MAX / 2 + 1;
	assert_dies(vec_grow(arena, NULL, 0, &cap, 8));
	size_t large = SIZE_MAX / 4;
	assert_dies(vec_grow(arena, NULL, 0, &large, 16));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(grows_and_keeps_its_elements),
	    cmocka_unit_test(new_elements_are_zeroed),
	    cmocka_unit_test(two_vecs_in_one_arena_do_not_mix),
	    cmocka_unit_test(strings_have_a_named_type),
	    cmocka_unit_test(growing_past_what_can_be_counted_ends_the_process),
	};
	return cmocka_run_group_tests_name("vec", tests, NULL, NULL);
}
