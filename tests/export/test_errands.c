/* Addresses wait once each, in bounded room, and come to an end. */
#include "export/errands.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void expect(struct errands *errands, const char *wanted)
{
	char *target = errands_take(errands);

	assert_non_null(target);
	assert_string_equal(target, wanted);
	free(target);
}

static void test_each_once(void **state)
{
	struct errands *errands = errands_create();
	const struct str found[] = {STR("/b/"), STR("/a/"), STR("/b/")};

	(void)state;
	errands_put(errands, STR("/a/"));
	errands_put(errands, STR("/a/"));
	errands_add(errands, found, 3);
	errands_put(errands, STR("/b/"));
	expect(errands, "/b/"); /* what was found comes first */
	expect(errands, "/a/");
	errands_end(errands);
	assert_null(errands_take(errands));
	errands_destroy(errands);
}

static void test_again(void **state)
{
	struct errands *errands = errands_create();

	(void)state;
	errands_put(errands, STR("/a/"));
	expect(errands, "/a/");
	errands_put_again(errands, STR("/a/"));
	expect(errands, "/a/");
	errands_destroy(errands);
}

/* Settled: nothing waits and nobody is at one, who might find more. */
static void test_settled(void **state)
{
	struct errands *errands = errands_create();

	(void)state;
	assert_true(errands_settled(errands, 0));
	errands_put(errands, STR("/a/"));
	assert_false(errands_settled(errands, 0));
	expect(errands, "/a/");
	assert_false(errands_settled(errands, 0));
	errands_add(errands, &STR("/b/"), 1);
	errands_done(errands);
	assert_false(errands_settled(errands, 0));
	expect(errands, "/b/");
	errands_done(errands);
	assert_true(errands_settled(errands, 0));
	errands_destroy(errands);
}

static void test_stop_drops_what_waits(void **state)
{
	struct errands *errands = errands_create();

	(void)state;
	errands_put(errands, STR("/a/"));
	errands_add(errands, &STR("/b/"), 1);
	errands_stop(errands);
	assert_null(errands_take(errands));
	assert_true(errands_settled(errands, 0));
	for (int i = 0; i < 2 * ERRANDS_ROOM; i++) { /* does not wait for room that never comes */
		char text[16];

		snprintf(text, sizeof text, "/%d", i);
		errands_put(errands, str_from(text));
	}
	errands_destroy(errands);
}

#define MANY    (20 * ERRANDS_ROOM)
#define THREADS 3

struct crew {
	struct errands *errands;
	_Atomic int taken[2 * MANY];
};

static void *work(void *context)
{
	struct crew *crew = context;
	char *target;

	while ((target = errands_take(crew->errands))) {
		int64_t number = -1;
		char found[32];

		assert_true(str_to_i64(str_from(target + 1), &number) && number < 2 * MANY);
		crew->taken[number]++;
		free(target);
		if (number < MANY) { /* each leads to another, which all of them find twice */
			snprintf(found, sizeof found, "/%lld", (long long)(MANY + number / 2));
			errands_add(crew->errands, &(struct str){found, strlen(found)}, 1);
		}
		errands_done(crew->errands);
	}
	return NULL;
}

static void test_threads_take_each_once(void **state)
{
	struct crew *crew = calloc(1, sizeof *crew);
	pthread_t threads[THREADS];

	(void)state;
	crew->errands = errands_create();
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, work, crew), 0);
	for (int i = 0; i < MANY; i++) {
		char text[16];

		snprintf(text, sizeof text, "/%d", i);
		errands_put(crew->errands, str_from(text));
	}
	while (!errands_settled(crew->errands, 100))
		;
	errands_end(crew->errands);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < 2 * MANY; i++)
		assert_int_equal(crew->taken[i], i < MANY + MANY / 2);
	errands_destroy(crew->errands);
	free(crew);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_once),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_settled),
		cmocka_unit_test(test_stop_drops_what_waits),
		cmocka_unit_test(test_threads_take_each_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
