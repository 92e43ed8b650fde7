/* What is left for the caches in front: which rows, in which order, and that none is lost. */
#include "newsroom.h"

#include "publish/purges.h"

#include <sys/wait.h>
#include <unistd.h>

#define CACHE STR("http://127.0.0.1:1/")
#define OTHER STR("http://127.0.0.1:2/")
#define AGAIN 2

#define works(rc, err)                                                                                                 \
	do {                                                                                                           \
		int works_rc = (rc);                                                                                   \
		if (works_rc)                                                                                          \
			fail_msg("%d: %s", works_rc, (err).text);                                                      \
	} while (0)

struct desk {
	struct newsroom room;
	struct purges *purges;
	struct arena *arena;
};

static void begin(struct desk *desk, size_t caches)
{
	struct err err = {0};
	newsroom_init(&desk->room);
	newsroom_close(&desk->room);
	desk->room.caches[0] = CACHE;
	desk->room.caches[1] = OTHER;
	desk->room.cache_count = caches;
	newsroom_open(&desk->room);
	desk->arena = arena_create(0);
	works(purges_open(desk->room.public_path, &desk->purges, &err), err);
}

static void end(struct desk *desk)
{
	purges_close(desk->purges);
	arena_destroy(desk->arena);
	newsroom_finish(&desk->room);
}

static void open_again(struct desk *desk)
{
	struct err err = {0};
	purges_close(desk->purges);
	newsroom_close(&desk->room);
	newsroom_open(&desk->room);
	works(purges_open(desk->room.public_path, &desk->purges, &err), err);
}

static struct purge_vec due_for(struct desk *desk, struct str url, int64_t *ret_next_s)
{
	struct purge_vec due = {0};
	struct err err = {0};
	works(purges_due(desk->purges, url, newsroom_now(&desk->room), AGAIN, 10000, desk->arena, &due, ret_next_s,
			 &err),
	      err);
	return due;
}

static struct purge_vec due_now(struct desk *desk)
{
	int64_t next_s;
	return due_for(desk, CACHE, &next_s);
}

static void answer(struct desk *desk, const struct purge_vec *due)
{
	struct err err = {0};
	works(purges_answered(desk->purges, due, newsroom_now(&desk->room) + AGAIN, &err), err);
}

/* The cache answers all that waits, twice. */
static void answer_all(struct desk *desk)
{
	for (int i = 0; i < 2; i++) {
		struct purge_vec due = due_now(desk);
		answer(desk, &due);
		clock_fixed_set_s(&desk->room.clock, newsroom_now(&desk->room) + AGAIN);
	}
	assert_int_equal(due_now(desk).len, 0);
}

static bool has_key(struct str keys, struct str key)
{
	struct str one;
	while (str_next(&keys, ' ', &one))
		if (str_eq(one, key))
			return true;
	return false;
}

static struct str entry_key(struct desk *desk, int64_t id)
{
	return arena_printf(desk->arena, "e%lld", (long long)id);
}

static struct item_ids create(struct desk *desk, int number)
{
	struct item_content content = newsroom_content(&desk->room, number, "en");
	struct item_ids ids = newsroom_create(&desk->room, &content);
	newsroom_step(&desk->room);
	return ids;
}

static int withdraw(struct store_tx *tx, void *context, struct err *err)
{
	const struct item_ids *ids = context;
	return item_withdraw(tx, ids->item_id, (struct str){0}, WITHDRAW_TAKEDOWN, STR("It was not so."), err);
}

static void assert_everything(struct desk *desk)
{
	struct purge_vec due = due_now(desk);
	assert_int_equal(due.len, 1);
	assert_true(str_eq(due.at[0].keys, STR(PURGE_EVERY_PAGE)));
	assert_false(due.at[0].told);
}

static void a_new_cache_lets_go_of_everything_once(void **state)
{
	(void)state;
	static struct desk desk;
	begin(&desk, 1);
	assert_everything(&desk);
	answer_all(&desk);
	open_again(&desk);
	assert_int_equal(due_now(&desk).len, 0);
	desk.room.program = STR("another"); /* its pages may look otherwise */
	open_again(&desk);
	assert_everything(&desk);
	end(&desk);
}

static void a_change_leaves_what_answers_carry(void **state)
{
	(void)state;
	static struct desk desk;
	begin(&desk, 1);
	answer_all(&desk);
	size_t before = desk.room.queued;
	struct item_ids ids = create(&desk, 1);
	struct purge_vec due = due_now(&desk);
	assert_int_equal(due.len, 1);
	assert_int_equal(desk.room.queued, before + 1);
	assert_true(has_key(due.at[0].keys, STR(PURGE_EVERY_CHANGE)));
	assert_true(has_key(due.at[0].keys, entry_key(&desk, ids.entry_id)));
	for (size_t i = 0; i < desk.room.tags.len; i++)
		assert_true(has_key(due.at[0].keys, desk.room.tags.at[i]));
	assert_false(has_key(due.at[0].keys, STR(PURGE_EVERY_PAGE)));
	end(&desk);
}

static void each_answer_is_asked_for_twice(void **state)
{
	(void)state;
	static struct desk desk;
	int64_t next_s = 0;
	begin(&desk, 1);
	struct purge_vec due = due_now(&desk);
	answer(&desk, &due);
	assert_int_equal(due_for(&desk, CACHE, &next_s).len, 0);
	assert_int_equal(next_s, newsroom_now(&desk.room) + AGAIN);
	clock_fixed_set_s(&desk.room.clock, next_s - 1);
	assert_int_equal(due_now(&desk).len, 0);
	clock_fixed_set_s(&desk.room.clock, next_s);
	due = due_now(&desk);
	assert_int_equal(due.len, 1);
	assert_true(due.at[0].told);
	answer(&desk, &due);
	assert_int_equal(due_for(&desk, CACHE, &next_s).len, 0);
	assert_int_equal(next_s, 0);
	end(&desk);
}

/* Else the second time would be hours away. */
static void a_clock_that_is_put_back_holds_up_nothing(void **state)
{
	(void)state;
	static struct desk desk;
	begin(&desk, 1);
	struct purge_vec due = due_now(&desk);
	answer(&desk, &due);
	clock_fixed_set_s(&desk.room.clock, newsroom_now(&desk.room) - 7200);
	assert_int_equal(due_now(&desk).len, 1);
	end(&desk);
}

static void what_was_withdrawn_goes_first(void **state)
{
	(void)state;
	static struct desk desk;
	begin(&desk, 1);
	struct item_ids ids = create(&desk, 1);
	answer_all(&desk);
	create(&desk, 2);
	newsroom_write(&desk.room, withdraw, &ids);
	newsroom_step(&desk.room);
	create(&desk, 3);
	struct purge_vec due = due_now(&desk);
	assert_int_equal(due.len, 3);
	assert_true(str_starts(due.at[0].keys, arena_printf(desk.arena, "e%lld ", (long long)ids.entry_id)));
	assert_true(due.at[1].id < due.at[2].id);
	end(&desk);
}

static void each_cache_has_a_queue_of_its_own(void **state)
{
	(void)state;
	static struct desk desk;
	int64_t next_s;
	begin(&desk, 2);
	answer_all(&desk);
	assert_int_equal(due_for(&desk, OTHER, &next_s).len, 1);
	create(&desk, 1);
	assert_int_equal(due_now(&desk).len, 1);
	assert_int_equal(due_for(&desk, OTHER, &next_s).len, 2);
	desk.room.cache_count = 1; /* the other is taken out of the configuration */
	open_again(&desk);
	assert_int_equal(due_now(&desk).len, 1);
	assert_int_equal(due_for(&desk, OTHER, &next_s).len, 0);
	desk.room.cache_count = 2; /* nobody knows what it missed */
	open_again(&desk);
	assert_int_equal(due_for(&desk, OTHER, &next_s).len, 1);
	end(&desk);
}

static void without_caches_nothing_is_kept(void **state)
{
	(void)state;
	static struct desk desk;
	struct purge_target_vec targets = {0};
	struct err err = {0};
	begin(&desk, 0);
	create(&desk, 1);
	assert_int_equal(due_now(&desk).len, 0);
	assert_int_equal(desk.room.queued + desk.room.not_queued, 0);
	works(purges_targets(desk.purges, desk.arena, &targets, &err), err);
	assert_int_equal(targets.len, 0);
	end(&desk);
}

static void a_long_queue_becomes_one_row(void **state)
{
	(void)state;
	static struct desk desk;
	struct err err = {0};
	begin(&desk, 1);
	answer_all(&desk);
	struct db *db = projector_public_db(desk.room.projector);
	for (int i = 0; i < PURGES_MOST; i++)
		works(db_run(db, &err,
			     "INSERT INTO purge (url, keys, urgent, told, due_s, at_s) VALUES ($1, 'e7', 0, 0, 0, 0)",
			     DB_TEXT(CACHE)),
		      err);
	assert_int_equal(due_now(&desk).len, PURGES_MOST);
	create(&desk, 1);
	assert_everything(&desk);
	end(&desk);
}

/* All is asked for while a cache is just answering: the answer is one to what was asked before. */
static void all_is_not_lost_behind_an_answer(void **state)
{
	(void)state;
	static struct desk desk;
	struct err err = {0};
	begin(&desk, 1);
	create(&desk, 1);
	struct purge_vec due = due_now(&desk);
	assert_int_equal(due.len, 2);
	for (int i = 0; i < 2; i++) { /* under way for the first time, and for the second */
		works(purges_put_all(desk.purges, newsroom_now(&desk.room), &err), err);
		answer(&desk, &due);
		assert_everything(&desk);
		due = due_now(&desk);
		answer(&desk, &due);
		clock_fixed_set_s(&desk.room.clock, newsroom_now(&desk.room) + AGAIN);
		due = due_now(&desk);
		assert_true(due.len == 1 && due.at[0].told);
	}
	end(&desk);
}

static void what_cannot_be_queued_is_told_and_owed(void **state)
{
	(void)state;
	static struct desk desk;
	struct err err = {0};
	begin(&desk, 1);
	answer_all(&desk);
	struct db *db = projector_public_db(desk.room.projector);
	works(db_run(db, &err,
		     "CREATE TRIGGER refuses BEFORE INSERT ON purge BEGIN SELECT RAISE(ABORT, 'no room'); END"),
	      err);
	struct item_content content = newsroom_content(&desk.room, 1, "en");
	size_t applied = 0;
	newsroom_create(&desk.room, &content);
	works(projector_step(desk.room.projector, &applied, &err), err);
	assert_int_equal(desk.room.not_queued, 1);
	assert_int_equal(due_now(&desk).len, 0);
	assert_true(projector_step(desk.room.projector, &applied, &err) < 0); /* and the server says so */
	assert_non_null(strstr(err.text, "no room"));
	works(db_run(db, &err, "DROP TRIGGER refuses"), err);
	newsroom_step(&desk.room);
	assert_everything(&desk);
	end(&desk);
}

static void who_dies_before_it_queued_owes_everything(void **state)
{
	(void)state;
	static struct desk desk;
	int status = 0;
	begin(&desk, 1);
	answer_all(&desk);
	struct item_content content = newsroom_content(&desk.room, 1, "en");
	newsroom_create(&desk.room, &content);
	purges_close(desk.purges);
	desk.purges = NULL;
	newsroom_close(&desk.room);
	pid_t child = fork();
	if (child == 0) {
		desk.room.die_after_commit = true;
		newsroom_open(&desk.room); /* takes up what changed */
		_exit(1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	open_again(&desk);
	assert_everything(&desk);
	end(&desk);
}

static void the_first_reason_keeps_its_time(void **state)
{
	(void)state;
	static struct desk desk;
	struct purge_target_vec targets = {0};
	struct err err = {0};
	begin(&desk, 1);
	works(purges_note(desk.purges, CACHE, STR("first"), 100, &err), err);
	works(purges_note(desk.purges, CACHE, STR("second"), 200, &err), err);
	works(purges_targets(desk.purges, desk.arena, &targets, &err), err);
	assert_int_equal(targets.len, 1);
	assert_int_equal(targets.at[0].failing_since_s, 100);
	assert_true(str_eq(targets.at[0].reason, STR("first")));
	assert_int_equal(targets.at[0].waiting, 1);
	assert_int_equal(targets.at[0].waiting_since_s, newsroom_now(&desk.room));
	works(purges_note(desk.purges, CACHE, STR(""), 300, &err), err);
	works(public_purge_targets(desk.room.public, desk.arena, &targets, &err), err);
	assert_int_equal(targets.at[0].failing_since_s, 0);
	end(&desk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_cache_lets_go_of_everything_once),
		cmocka_unit_test(a_change_leaves_what_answers_carry),
		cmocka_unit_test(each_answer_is_asked_for_twice),
		cmocka_unit_test(a_clock_that_is_put_back_holds_up_nothing),
		cmocka_unit_test(what_was_withdrawn_goes_first),
		cmocka_unit_test(each_cache_has_a_queue_of_its_own),
		cmocka_unit_test(without_caches_nothing_is_kept),
		cmocka_unit_test(a_long_queue_becomes_one_row),
		cmocka_unit_test(all_is_not_lost_behind_an_answer),
		cmocka_unit_test(what_cannot_be_queued_is_told_and_owed),
		cmocka_unit_test(who_dies_before_it_queued_owes_everything),
		cmocka_unit_test(the_first_reason_keeps_its_time),
	};
	return cmocka_run_group_tests_name("publish: purges", tests, NULL, NULL);
}
