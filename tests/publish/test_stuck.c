/* public.db cannot be written: the status says so, apart from a store that is away, until it works again. */
#include "newsroom.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static int64_t item(struct newsroom *room, int number)
{
	struct item_content content = newsroom_content(room, number, "en");
	return newsroom_create(room, &content).entry_id;
}

static bool is_shown(struct newsroom *room, int64_t entry_id)
{
	CATALOGUE_SCOPED snapshot = newsroom_snapshot(room);
	return catalogue_contains(snapshot, entry_id);
}

/* Each statement on it and each commit, in turn, is refused for as long as it is. */
static void each_refusal_is_told_until_it_works(void **state)
{
	(void)state;
	bool fired = true;
	int told = 0;
	for (long countdown = 1; fired; countdown++) {
		struct newsroom room;
		struct err err = {0};
		size_t applied = 0;
		newsroom_init(&room);
		int64_t first = newsroom_now(&room) + 10;
		assert_false(projector_status(room.projector).stuck);
		int64_t entry_id = item(&room, 1);
		struct db *db = projector_public_db(room.projector);
		for (int again = 0; again < 2; again++) {
			clock_fixed_set_s(&room.clock, first + again * 1000);
			db_fault_set(db, DB_FAULT_FAIL, countdown);
			int rc = projector_step(room.projector, &applied, &err);
			fired = db_fault_fired(db);
			struct projector_status status = projector_status(room.projector);
			assert_int_equal(status.stuck, rc != 0);
			assert_false(status.store_away);
			if (rc)
				assert_int_equal(status.stuck_since_s, first);
			told += rc != 0;
		}
		db_fault_set(db, DB_FAULT_NONE, 0);
		newsroom_step(&room);
		assert_false(projector_status(room.projector).stuck);
		assert_true(is_shown(&room, entry_id));
		newsroom_finish(&room);
	}
	assert_true(told > 10);
}

/* A store that was lost is away, and nothing else. */
static void a_store_that_is_away_is_no_such_thing(void **state)
{
	(void)state;
	struct newsroom room;
	struct err err = {0};
	size_t applied = 0;
	newsroom_init(&room);
	newsroom_close(&room);
	struct projector_options options = newsroom_options(&room);
	options.store_url = "postgres://crier@127.0.0.1:1/nobody?connect_timeout=2";
	assert_int_equal(projector_create(&options, &room.projector, &err), 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(projector_step(room.projector, &applied, &err), ERR_DB_AWAY);
		assert_true(projector_status(room.projector).store_away);
		assert_false(projector_status(room.projector).stuck);
	}
	newsroom_finish(&room);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_refusal_is_told_until_it_works),
		cmocka_unit_test(a_store_that_is_away_is_no_such_thing),
	};
	return cmocka_run_group_tests_name("publish: stuck", tests, NULL, NULL);
}
