/* The one rule, case by case: every state, every time before, at and after each bound. */
#include "publish/visible.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define NONE VISIBLE_NO_TIME

static struct visible_facts released(void)
{
	return (struct visible_facts){.state = VISIBLE_RELEASED,
				      .released_revision = 7,
				      .release_at_s = NONE,
				      .embargo_until_s = NONE,
				      .expires_at_s = NONE,
				      .withdrawn_at_s = NONE,
				      .batch_flipped_s = NONE};
}

struct row {
	const char *what;
	int64_t release, embargo, expiry, flipped;
	bool in_batch;
	int64_t from, until; /* from NONE and until NONE: never */
};

static const struct row rows[] = {
	{"nothing set: always", NONE, NONE, NONE, NONE, false, NONE, VISIBLE_NO_END},
	{"release time alone", 100, NONE, NONE, NONE, false, 100, VISIBLE_NO_END},
	{"embargo alone", NONE, 200, NONE, NONE, false, 200, VISIBLE_NO_END},
	{"the later one: embargo", 100, 200, NONE, NONE, false, 200, VISIBLE_NO_END},
	{"the later one: release", 300, 200, NONE, NONE, false, 300, VISIBLE_NO_END},
	{"expiry alone", NONE, NONE, 500, NONE, false, NONE, 500},
	{"window", 100, 200, 500, NONE, false, 200, 500},
	{"ends while it waits", 100, 600, 500, NONE, false, 1, NONE},
	{"ends in the second it opens", 500, NONE, 500, NONE, false, 1, NONE},
	{"one second long", 499, NONE, 500, NONE, false, 499, 500},
	{"batch not flipped", 100, NONE, NONE, NONE, true, 1, NONE},
	{"batch flipped", NONE, NONE, NONE, 400, true, 400, VISIBLE_NO_END},
	{"batch flipped before release", 450, NONE, NONE, 400, true, 450, VISIBLE_NO_END},
	{"batch flipped after release", 300, NONE, NONE, 400, true, 400, VISIBLE_NO_END},
	{"batch flipped after expiry", NONE, NONE, 350, 400, true, 1, NONE},
	{"flip time without a batch says nothing", NONE, NONE, NONE, 400, false, NONE, VISIBLE_NO_END},
	{"before 1970", -900, NONE, -100, NONE, false, -900, -100},
};

static void windows_meet(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct visible_facts facts = released();
		facts.release_at_s = rows[i].release;
		facts.embargo_until_s = rows[i].embargo;
		facts.expires_at_s = rows[i].expiry;
		facts.in_batch = rows[i].in_batch;
		facts.batch_flipped_s = rows[i].flipped;
		struct visible_window window = visible_window(&facts);
		if (rows[i].until == NONE) {
			if (!visible_window_empty(window))
				fail_msg("%s: must never be visible", rows[i].what);
		} else if (window.from_s != rows[i].from || window.until_s != rows[i].until) {
			fail_msg("%s: [%lld, %lld)", rows[i].what, (long long)window.from_s, (long long)window.until_s);
		}
		for (int64_t now = -1000; now < 1000; now++) {
			bool expected = rows[i].until != NONE && rows[i].from <= now && now < rows[i].until;
			if (visible(&facts, now) != expected || visible_in(window, now) != expected)
				fail_msg("%s: wrong at %lld", rows[i].what, (long long)now);
		}
	}
}

static void every_other_state_is_hidden(void **state)
{
	(void)state;
	const enum visible_state hidden[] = {VISIBLE_UNRELEASED, VISIBLE_WITHDRAWN, VISIBLE_SPIKED};
	for (size_t i = 0; i < 3; i++) {
		struct visible_facts facts = released();
		facts.state = hidden[i];
		assert_true(visible_window_empty(visible_window(&facts)));
		assert_false(visible(&facts, 0));
		assert_false(visible(&facts, INT64_MAX));
	}
	struct visible_facts facts = released();
	assert_true(visible(&facts, 0));
	facts.never_public = true;
	assert_false(visible(&facts, 0));
	facts = released();
	facts.released_revision = 0;
	assert_false(visible(&facts, 0));
}

static void the_ends_of_time(void **state)
{
	(void)state;
	struct visible_facts facts = released();
	assert_true(visible(&facts, INT64_MIN));
	facts.release_at_s = INT64_MAX;
	assert_false(visible(&facts, INT64_MAX));
	assert_true(visible_window_empty(VISIBLE_NEVER));
	assert_false(visible_in(VISIBLE_NEVER, INT64_MAX));
	assert_false(visible_in(VISIBLE_NEVER, INT64_MIN));
}

static void gone_is_told_only_of_what_was_seen(void **state)
{
	(void)state;
	struct visible_facts facts = released();
	facts.release_at_s = 100;
	assert_false(visible_gone(&facts, 500));
	facts.state = VISIBLE_WITHDRAWN;
	assert_false(visible_gone(&facts, 500)); /* no time of withdrawal */
	facts.withdrawn_at_s = 400;
	assert_false(visible_gone(&facts, 399));
	assert_true(visible_gone(&facts, 400));
	facts.withdrawn_at_s = 99; /* before it was seen */
	assert_false(visible_gone(&facts, 500));
	facts.withdrawn_at_s = 100; /* in its first second, which belongs to its window */
	assert_false(visible_gone(&facts, 99));
	assert_true(visible_gone(&facts, 100));
	assert_true(visible_gone(&facts, 500));
	facts.withdrawn_at_s = 101;
	assert_true(visible_gone(&facts, 500));
	facts.embargo_until_s = 300;
	assert_false(visible_gone(&facts, 500)); /* still under embargo when withdrawn */
	facts.embargo_until_s = NONE;
	facts.never_public = true;
	assert_false(visible_gone(&facts, 500));
	facts.never_public = false;
	facts.in_batch = true;
	assert_false(visible_gone(&facts, 500));
	facts.batch_flipped_s = 90;
	assert_true(visible_gone(&facts, 500));
	facts.expires_at_s = 95; /* was never open */
	assert_false(visible_gone(&facts, 500));
}

/* ---- the whole product ---- */

/* The rule said once more in other words: everything it waits for has come, nothing that ends it has. */
static bool expected(const struct visible_facts *facts, int64_t now_s)
{
	bool come = facts->release_at_s <= now_s && facts->embargo_until_s <= now_s;
	bool flipped = !facts->in_batch || (facts->batch_flipped_s != NONE && facts->batch_flipped_s <= now_s);
	bool ended = facts->expires_at_s != NONE && facts->expires_at_s <= now_s;
	return facts->state == VISIBLE_RELEASED && facts->released_revision > 0 && !facts->never_public && come &&
	       flipped && !ended;
}

/* Seen in the second of its withdrawal, or in one before, had it not been withdrawn. */
static bool expected_gone(const struct visible_facts *facts, int64_t now_s)
{
	if (facts->state != VISIBLE_WITHDRAWN || facts->withdrawn_at_s == NONE || now_s < facts->withdrawn_at_s)
		return false;
	struct visible_facts before = *facts;
	before.state = VISIBLE_RELEASED;
	for (int64_t then = 5; then <= facts->withdrawn_at_s; then++)
		if (expected(&before, then))
			return true;
	return false;
}

static void compare_around(const struct visible_facts *facts)
{
	struct visible_window window = visible_window(facts);
	for (int64_t now = 8; now <= 15; now++) {
		bool should = expected(facts, now);
		if (visible(facts, now) != should || visible_in(window, now) != should)
			fail_msg("state %d, release %lld, embargo %lld, expiry %lld, batch %d %lld: wrong at %lld",
				 facts->state, (long long)facts->release_at_s, (long long)facts->embargo_until_s,
				 (long long)facts->expires_at_s, facts->in_batch, (long long)facts->batch_flipped_s,
				 (long long)now);
		if (visible_gone(facts, now) != expected_gone(facts, now))
			fail_msg("release %lld, embargo %lld, expiry %lld, batch %d %lld, withdrawn %lld: gone at %lld",
				 (long long)facts->release_at_s, (long long)facts->embargo_until_s,
				 (long long)facts->expires_at_s, facts->in_batch, (long long)facts->batch_flipped_s,
				 (long long)facts->withdrawn_at_s, (long long)now);
	}
}

static const int64_t times[] = {NONE, 10, 11, 12};
#define TIMES 4

static void every_time(struct visible_facts facts)
{
	for (int i = 0; i < TIMES * TIMES * TIMES * TIMES * TIMES; i++) {
		facts.release_at_s = times[i % TIMES];
		facts.embargo_until_s = times[i / 4 % TIMES];
		facts.expires_at_s = times[i / 16 % TIMES];
		facts.batch_flipped_s = times[i / 64 % TIMES];
		facts.withdrawn_at_s = times[i / 256 % TIMES] == NONE ? NONE : times[i / 256 % TIMES] + 1;
		compare_around(&facts);
	}
}

static void every_state_at_every_time(void **state)
{
	(void)state;
	for (int i = 0; i < 32; i++) {
		struct visible_facts facts = released();
		facts.state = (enum visible_state)(i % 4);
		facts.released_revision = i / 4 % 2;
		facts.in_batch = i / 8 % 2;
		facts.never_public = i / 16 % 2;
		every_time(facts);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(windows_meet),
		cmocka_unit_test(every_other_state_is_hidden),
		cmocka_unit_test(the_ends_of_time),
		cmocka_unit_test(every_state_at_every_time),
		cmocka_unit_test(gone_is_told_only_of_what_was_seen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
