#include "http/readers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define SECOND (int64_t)1000000
#define PLACES 65536 /* of the table */

static struct random_fixed dice;

static struct readers *make(struct reader_limits limits)
{
	random_fixed_init(&dice, 42);
	return readers_create(&limits, &dice.random);
}

static uint64_t id_of(const struct readers *readers, const char *text)
{
	struct netaddr address;
	assert_true(netaddr_read(str_from(text), &address));
	return readers_id(readers, address);
}

/* How many are given, one by one, at one time. */
static unsigned given(struct readers *readers, uint64_t id, enum allowance kind, int64_t now_us)
{
	unsigned count = 0;
	while (count < 1000 && readers_take(readers, id, kind, 1, now_us))
		count++;
	return count;
}

static void a_burst_then_the_pace(void **state)
{
	struct readers *readers = make((struct reader_limits){.of = {[ALLOW_PAGES] = {5, 20}}});
	uint64_t id = id_of(readers, "192.0.2.1");
	(void)state;
	for (int64_t start = 0; start <= 1000 * SECOND; start += 1000 * SECOND) {
		assert_int_equal(given(readers, id, ALLOW_PAGES, start + SECOND), 20);
		assert_int_equal(given(readers, id, ALLOW_PAGES, start + SECOND), 0);
		assert_int_equal(given(readers, id, ALLOW_PAGES, start + SECOND + SECOND / 5 - 1), 0);
		assert_int_equal(given(readers, id, ALLOW_PAGES, start + SECOND + SECOND / 5), 1);
		assert_int_equal(given(readers, id, ALLOW_PAGES, start + 2 * SECOND + SECOND / 5), 5);
		/* a rest gives back no more than the burst */
		assert_int_equal(given(readers, id, ALLOW_PAGES, start + 100 * SECOND), 20);
	}
	readers_destroy(readers);
}

static void what_is_refused_costs_nothing(void **state)
{
	struct readers *readers = make((struct reader_limits){.of = {[ALLOW_REQUESTS] = {10, 10}}});
	uint64_t id = id_of(readers, "192.0.2.1");
	(void)state;
	assert_true(readers_take(readers, id, ALLOW_REQUESTS, 7, SECOND));
	for (int i = 0; i < 100; i++)
		assert_false(readers_take(readers, id, ALLOW_REQUESTS, 4, SECOND));
	assert_int_equal(given(readers, id, ALLOW_REQUESTS, SECOND), 3);
	assert_int_equal(given(readers, id, ALLOW_REQUESTS, 2 * SECOND), 10);
	readers_destroy(readers);
}

static void allowances_and_readers_are_apart(void **state)
{
	struct readers *readers =
		make((struct reader_limits){.of = {[ALLOW_REQUESTS] = {1, 3}, [ALLOW_SEARCHES] = {1, 2}}});
	uint64_t id = id_of(readers, "192.0.2.1");
	(void)state;
	assert_int_equal(given(readers, id, ALLOW_REQUESTS, SECOND), 3);
	assert_int_equal(given(readers, id, ALLOW_SEARCHES, SECOND), 2);
	assert_int_equal(given(readers, id, ALLOW_PAGES, SECOND), 1000); /* without limit */
	assert_int_equal(given(readers, id_of(readers, "192.0.2.2"), ALLOW_SEARCHES, SECOND), 2);
	assert_int_equal(given(readers, id_of(readers, "2001:db8::1"), ALLOW_SEARCHES, SECOND), 2);
	/* the same /64, and the same IPv4 address in another form */
	assert_int_equal(given(readers, id_of(readers, "2001:db8::ffff:2"), ALLOW_SEARCHES, SECOND), 0);
	assert_int_equal(given(readers, id_of(readers, "2001:db8:0:1::1"), ALLOW_SEARCHES, SECOND), 2);
	assert_int_equal(given(readers, id_of(readers, "::ffff:192.0.2.1"), ALLOW_SEARCHES, SECOND), 0);
	readers_destroy(readers);
}

static void connections(void **state)
{
	struct readers *readers = make((struct reader_limits){.connections = 2});
	uint64_t id = id_of(readers, "192.0.2.1");
	(void)state;
	for (int turn = 0; turn < 3; turn++) {
		assert_true(readers_enter(readers, id, SECOND));
		assert_true(readers_enter(readers, id, SECOND));
		assert_false(readers_enter(readers, id, SECOND));
		assert_int_equal(readers_enter(readers, id_of(readers, "192.0.2.2"), SECOND), turn < 2);
		readers_leave(readers, id, 0, SECOND);
		assert_true(readers_enter(readers, id, SECOND));
		assert_false(readers_enter(readers, id, SECOND));
		readers_leave(readers, id, 0, SECOND);
		readers_leave(readers, id, 0, SECOND);
	}
	readers_leave(readers, id, 0, SECOND); /* one too many opens no door */
	assert_true(readers_enter(readers, id, SECOND));
	assert_true(readers_enter(readers, id, SECOND));
	assert_false(readers_enter(readers, id, SECOND));
	readers_destroy(readers);
}

/* Who asks once on each connection pays when it ends, and is not let in any more when nothing is left. */
static void connections_pay_at_their_end(void **state)
{
	struct readers *readers = make((struct reader_limits){.of = {[ALLOW_REQUESTS] = {1, 5}}});
	uint64_t id = id_of(readers, "192.0.2.1");
	(void)state;
	for (int i = 0; i < 5; i++) {
		assert_true(readers_enter(readers, id, SECOND));
		readers_leave(readers, id, 1, SECOND);
	}
	assert_false(readers_enter(readers, id, SECOND));
	assert_true(readers_enter(readers, id, 2 * SECOND));
	readers_destroy(readers);
}

/* Many connections that go through the door together, for the one request that is left: what each asked is regained
 * before the next goes through. */
static void connections_pay_for_all_that_was_asked(void **state)
{
	struct readers *readers = make((struct reader_limits){.of = {[ALLOW_REQUESTS] = {1, 5}}});
	uint64_t id = id_of(readers, "192.0.2.1");
	(void)state;
	for (int i = 0; i < 10; i++)
		assert_true(readers_enter(readers, id, SECOND));
	for (int i = 0; i < 10; i++)
		readers_leave(readers, id, 3, SECOND);
	/* 30 were asked for where 5 may be owed: 25 s later nothing is left, and a second later one */
	assert_false(readers_enter(readers, id, 27 * SECOND - 1));
	assert_true(readers_enter(readers, id, 27 * SECOND));
	assert_int_equal(given(readers, id, ALLOW_REQUESTS, 31 * SECOND), 5);
	assert_int_equal(given(readers, id, ALLOW_REQUESTS, 1000 * SECOND), 5);
	readers_destroy(readers);
}

static struct netaddr numbered(unsigned number)
{
	const unsigned char bytes[16] = {
		0x20, 0x01, 0x0d, 0xb8, number >> 24, number >> 16 & 255, number >> 8 & 255, number & 255};
	return netaddr_of(bytes, sizeof bytes);
}

/* A thousand times as many addresses as the table has places: those who owe most, or hold connections, are remembered.
 */
static void many_addresses_push_nobody_out_who_owes(void **state)
{
	struct readers *readers = make((struct reader_limits){.of = {[ALLOW_PAGES] = {1, 100}}, .connections = 1});
	uint64_t owes = id_of(readers, "192.0.2.1"), holds = id_of(readers, "192.0.2.2");
	(void)state;
	assert_int_equal(given(readers, owes, ALLOW_PAGES, SECOND), 100);
	assert_true(readers_enter(readers, holds, SECOND));
	for (unsigned i = 0; i < 16 * PLACES; i++)
		assert_true(readers_take(readers, readers_id(readers, numbered(i)), ALLOW_PAGES, 1, SECOND));
	assert_int_equal(given(readers, owes, ALLOW_PAGES, SECOND), 0);
	assert_false(readers_enter(readers, holds, SECOND));
	/* who was pushed out begins anew, and what it left behind harms nobody */
	readers_leave(readers, readers_id(readers, numbered(PLACES * 20)), 1, SECOND);
	readers_destroy(readers);
}

/* All places of the table are of use: few of as many readers as fill half of it forget each other. */
static void half_a_table_is_remembered(void **state)
{
	struct readers *readers = make((struct reader_limits){.of = {[ALLOW_PAGES] = {1, 2}}});
	unsigned forgotten = 0;
	(void)state;
	for (unsigned i = 0; i < PLACES / 2; i++)
		assert_int_equal(given(readers, readers_id(readers, numbered(i)), ALLOW_PAGES, SECOND), 2);
	for (unsigned i = 0; i < PLACES / 2; i++)
		forgotten += readers_take(readers, readers_id(readers, numbered(i)), ALLOW_PAGES, 1, SECOND);
	/* eight places for four on the average (a Poisson distribution): above eight stand 0.5 % */
	assert_true(forgotten < PLACES / 2 / 20);
	readers_destroy(readers);
}

static void each_server_has_a_key_of_its_own(void **state)
{
	struct reader_limits limits = {.connections = 1};
	struct readers *one = readers_create(&limits, random_system()),
		       *other = readers_create(&limits, random_system());
	(void)state;
	assert_int_not_equal(id_of(one, "192.0.2.1"), id_of(other, "192.0.2.1"));
	readers_destroy(one);
	readers_destroy(other);
}

static void without_limits_there_is_no_table(void **state)
{
	(void)state;
	assert_null(make((struct reader_limits){.of = {[ALLOW_PAGES] = {0, 5}}}));
	readers_destroy(NULL);
}

static void small_bursts_are_looked_at_one_by_one(void **state)
{
	static const struct {
		int64_t each_s, burst;
		unsigned look_every;
	} cases[] = {{0, 10000, UINT32_MAX}, {500, 10000, 16}, {1, 64, 16}, {1, 63, 1}, {1, 1, 1}};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct readers *readers = make((struct reader_limits){
			.of = {[ALLOW_REQUESTS] = {cases[i].each_s, cases[i].burst}}, .connections = 1});
		assert_int_equal(readers_look_every(readers), cases[i].look_every);
		readers_destroy(readers);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_burst_then_the_pace),
		cmocka_unit_test(what_is_refused_costs_nothing),
		cmocka_unit_test(allowances_and_readers_are_apart),
		cmocka_unit_test(connections),
		cmocka_unit_test(connections_pay_at_their_end),
		cmocka_unit_test(connections_pay_for_all_that_was_asked),
		cmocka_unit_test(many_addresses_push_nobody_out_who_owes),
		cmocka_unit_test(half_a_table_is_remembered),
		cmocka_unit_test(each_server_has_a_key_of_its_own),
		cmocka_unit_test(without_limits_there_is_no_table),
		cmocka_unit_test(small_bursts_are_looked_at_one_by_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
