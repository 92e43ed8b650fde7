#include "http/timers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT 200

static void in_their_order(void **state)
{
	struct timers timers = {0};
	struct timer all[COUNT] = {0};
	(void)state;
	assert_int_equal(timers_next_us(&timers), TIMER_NEVER);
	assert_null(timers_take(&timers, INT64_MAX - 1));
	for (int i = 0; i < COUNT; i++)
		timer_set(&timers, &all[i], (i * 37) % COUNT); /* each number once */
	for (int64_t now_us = 0; now_us < COUNT; now_us++) {
		assert_int_equal(timers_next_us(&timers), now_us);
		struct timer *timer = timers_take(&timers, now_us);
		assert_non_null(timer);
		assert_int_equal(timer->due_us, now_us);
		assert_null(timers_take(&timers, now_us));
	}
	assert_int_equal(timers_next_us(&timers), TIMER_NEVER);
	timers_finish(&timers);
}

static void later_is_kept_and_earlier_is_moved(void **state)
{
	struct timers timers = {0};
	struct timer a = {0}, b = {0}, c = {0};
	(void)state;
	timer_set(&timers, &a, 100);
	timer_set(&timers, &b, 200);
	timer_set(&timers, &c, 300);
	timer_set(&timers, &a, 250); /* looked at at 100, put behind b */
	timer_set(&timers, &c, 150);
	assert_null(timers_take(&timers, 149));
	assert_ptr_equal(timers_take(&timers, 150), &c);
	assert_ptr_equal(timers_take(&timers, 260), &b);
	assert_ptr_equal(timers_take(&timers, 260), &a);
	assert_null(timers_take(&timers, 1000));
	timers_finish(&timers);
}

static void never_and_removed(void **state)
{
	struct timers timers = {0};
	struct timer a = {0}, b = {0}, c = {0};
	(void)state;
	timer_set(&timers, &a, TIMER_NEVER);
	assert_int_equal(timers_next_us(&timers), TIMER_NEVER);
	timer_set(&timers, &a, 10);
	timer_set(&timers, &b, 20);
	timer_set(&timers, &c, 30);
	timer_set(&timers, &a, TIMER_NEVER); /* in its place until 10, then in none */
	assert_null(timers_take(&timers, 15));
	assert_int_equal(timers_next_us(&timers), 20);
	timer_set(&timers, &a, 25); /* and back */
	timer_remove(&timers, &b);
	timer_remove(&timers, &b);
	assert_ptr_equal(timers_take(&timers, 100), &a);
	assert_ptr_equal(timers_take(&timers, 100), &c);
	assert_null(timers_take(&timers, 100));
	timers_finish(&timers);
}

/* Against the plain way: all are looked at each time. */
static void as_the_plain_way(void **state)
{
	struct timers timers = {0};
	struct timer all[COUNT] = {0};
	bool set[COUNT] = {false};
	uint32_t random = 1;
	(void)state;
	for (int64_t now_us = 0; now_us < 20000; now_us++) {
		random = random * 1664525 + 1013904223;
		size_t i = (random >> 8) % COUNT;
		if (random >> 30 == 0) {
			timer_remove(&timers, &all[i]);
			set[i] = false;
		} else {
			timer_set(&timers, &all[i], now_us + (int64_t)((random >> 16) % 300));
			set[i] = true;
		}
		for (struct timer *timer; (timer = timers_take(&timers, now_us));) {
			assert_true(set[timer - all] && timer->due_us <= now_us);
			set[timer - all] = false;
		}
		for (size_t j = 0; j < COUNT; j++)
			assert_true(!set[j] || (all[j].due_us > now_us && all[j].look_us >= timers_next_us(&timers)));
	}
	timers_finish(&timers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_their_order),
		cmocka_unit_test(later_is_kept_and_earlier_is_moved),
		cmocka_unit_test(never_and_removed),
		cmocka_unit_test(as_the_plain_way),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
