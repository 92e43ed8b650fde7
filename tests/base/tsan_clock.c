#include "base/clock.h"

#include "check.h"

#include <pthread.h>

/* The test clock moves on one thread while another reads it. */
static void *move(void *given)
{
	struct clock_fixed *fixed = given;
	for (int64_t s = 1; s <= 20000; s++)
		clock_fixed_set_s(fixed, s);
	return NULL;
}

static void a_fixed_clock_may_be_moved_by_another_thread(void **state)
{
	(void)state;
	struct clock_fixed fixed;
	clock_fixed_init(&fixed, 0);
	pthread_t mover;
	assert_int_equal(pthread_create(&mover, NULL, move, &fixed), 0);
	int64_t last = 0;
	while (last < 20000) {
		int64_t now = clock_now_s(&fixed.clock);
		if (now < last)
			break;
		last = now;
	}
	pthread_join(mover, NULL);
	assert_int_equal(last, 20000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_fixed_clock_may_be_moved_by_another_thread)};
	return cmocka_run_group_tests_name("tsan_clock", tests, NULL, NULL);
}
