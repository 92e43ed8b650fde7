/* How far this machine's clock is from the store's, which PostgreSQL has and a file has not. */
#include "newsroom.h"

static struct projector_status status_at(struct newsroom *room, int64_t ahead_s)
{
	newsroom_close(room);
	clock_fixed_set_s(&room->clock, clock_now_s(clock_system()) + ahead_s);
	newsroom_open(room);
	return projector_status(room->projector);
}

static void it_is_compared_with_the_stores(void **state)
{
	static struct newsroom room;
	(void)state;
	if (!newsroom_init_on(&room, DB_POSTGRES)) {
		skip();
		return;
	}
	struct projector_status fast = status_at(&room, 3600), slow = status_at(&room, -3600);
	struct projector_status near = status_at(&room, -3);
	newsroom_finish(&room);
	assert_true(fast.clock_known && slow.clock_known && near.clock_known);
	assert_true(fast.clock_off && slow.clock_off && !near.clock_off);
	/* not to the second: the clock stands still meanwhile */
	assert_in_range(fast.ahead_us, INT64_C(3000000000), INT64_C(3600000000));
	assert_in_range(-slow.ahead_us, INT64_C(3600000000), INT64_C(4200000000));
}

static void a_file_has_none(void **state)
{
	static struct newsroom room;
	(void)state;
	assert_true(newsroom_init_on(&room, DB_SQLITE));
	struct projector_status fast = status_at(&room, 3600);
	newsroom_finish(&room);
	assert_false(fast.clock_known || fast.clock_off);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(it_is_compared_with_the_stores),
					   cmocka_unit_test(a_file_has_none)};
	return cmocka_run_group_tests_name("publish: clock", tests, NULL, NULL);
}
