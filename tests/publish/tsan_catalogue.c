/* Readers beside a writer, a moving clock and rebuilds in the background. Entries are changed in pairs, and each
 * pair opens in one second: no snapshot may hold half a pair, whatever the threads do. Meant for a build with
 * ThreadSanitizer, and true in any. */
#include "publish/catalogue.h"
#include "publish/names_inside.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define PAIRS   400
#define CHANGES 3000
#define READERS 4
#define START_S 1700000000

struct shared {
	struct catalogue *catalogue;
	struct names_holder names;
	_Atomic int64_t now_s;
	_Atomic bool done;
	_Atomic int64_t broken; /* what a reader saw that may not be */
	_Atomic int64_t read;
};

static struct catalogue_entry entry_of(int64_t id, int64_t from_s, int64_t until_s, const struct catalogue_key *key)
{
	return (struct catalogue_entry){.entry_id = id,
					.window = {from_s, until_s},
					.date_s = START_S + id / 2,
					.kind = 1 + id % 2,
					.month = 202311,
					.keys = key,
					.key_count = 1};
}

static void check_snapshot(struct shared *shared, const struct catalogue_snapshot *snapshot, int64_t now_s)
{
	if (catalogue_valid_until_s(snapshot) <= now_s)
		shared->broken++;
	int64_t ids[40];
	size_t counts[2];
	for (int64_t kind = 1; kind <= 2; kind++) {
		struct catalogue_filter filter = {.kind = kind};
		CATALOGUE_SET_SCOPED set = catalogue_select(snapshot, &filter);
		counts[kind - 1] = catalogue_count(set);
		size_t got = catalogue_page(set, counts[kind - 1] / 2, 40, ids);
		for (size_t i = 0; i < got; i++)
			if (!catalogue_contains(snapshot, ids[i]) || !catalogue_contains(snapshot, ids[i] ^ 1))
				shared->broken++;
	}
	if (counts[0] != counts[1])
		shared->broken++;
}

static void *read_along(void *context)
{
	struct shared *shared = context;
	int64_t sequence = 0;
	while (!shared->done) {
		int64_t now_s = shared->now_s;
		CATALOGUE_SCOPED snapshot = catalogue_acquire(shared->catalogue, now_s);
		if (catalogue_sequence(snapshot) < sequence)
			shared->broken++;
		sequence = catalogue_sequence(snapshot);
		check_snapshot(shared, snapshot, now_s);
		NAMES_SCOPED names = names_acquire(&shared->names);
		const struct named_kind *kinds;
		if (names_kinds(names, &kinds) != 0)
			shared->broken++;
		shared->read++;
	}
	return NULL;
}

static void change(struct shared *shared, uint64_t *seed, int64_t sequence)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	int64_t pair = (int64_t)(*seed >> 33) % PAIRS, now_s = shared->now_s;
	int64_t ids[2] = {2 + pair * 2, 3 + pair * 2};
	struct catalogue_key key = {CATALOGUE_TERM, 1 + pair % 5};
	int64_t from_s = now_s - 5 + (int64_t)(*seed >> 20) % 10, until_s = from_s + 1 + (int64_t)(*seed >> 25) % 50;
	struct catalogue_entry put[2] = {entry_of(ids[0], from_s, until_s, &key),
					 entry_of(ids[1], from_s, until_s, &key)};
	struct catalogue_change what = {.sequence = sequence};
	if (*seed >> 60 == 0) {
		what.removed = ids;
		what.removed_count = 2;
	} else {
		what.put = put;
		what.put_count = 2;
	}
	if (catalogue_apply(shared->catalogue, &what, now_s, NULL))
		shared->broken++;
}

static void renew_names(struct shared *shared)
{
	struct names *names = names_create();
	names_finish_loading(names);
	names_install(&shared->names, names);
	names_release(names);
}

static void no_reader_sees_half_a_change(void **state)
{
	(void)state;
	static struct shared shared;
	struct str language = STR("en");
	struct catalogue_options options = {&language, 1, true};
	assert_int_equal(catalogue_create(&options, &shared.catalogue, NULL), 0);
	shared.now_s = START_S;
	renew_names(&shared);
	pthread_t readers[READERS];
	for (int i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&readers[i], NULL, read_along, &shared), 0);
	uint64_t seed = 42;
	for (int64_t i = 1; i <= CHANGES; i++) {
		change(&shared, &seed, i);
		if (i % 7 == 0)
			shared.now_s++;
		if (i % 100 == 0)
			renew_names(&shared);
		if (i % 1000 == 0)
			catalogue_set_parents(shared.catalogue, NULL, 0, shared.now_s);
	}
	catalogue_settle(shared.catalogue);
	for (int64_t before = shared.read; shared.read < before + 10;)
		sched_yield();
	shared.done = true;
	for (int i = 0; i < READERS; i++)
		pthread_join(readers[i], NULL);
	assert_int_equal(shared.broken, 0);
	catalogue_destroy(shared.catalogue);
	names_holder_clear(&shared.names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_reader_sees_half_a_change),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
