#include "fixture.h"

/* Faults by countdown: for n = 1, 2, 3 … the n-th statement or commit fails, until the operation passes. After each,
 * the store is what it was before, or the operation is whole. */

struct act {
	struct fixture *f;
	struct item_content content;
	struct item_ids ids;
	int64_t batch_id;
	unsigned lacks;
};

static int create(struct store_tx *tx, void *context, struct err *err)
{
	struct act *act = context;
	return item_create(tx, &act->content, &act->ids, err);
}

static int release_again(struct store_tx *tx, void *context, struct err *err)
{
	struct act *act = context;
	return item_release(tx, act->ids.entry_id, &(struct item_release){0}, &act->lacks, err);
}

static int rename_it(struct store_tx *tx, void *context, struct err *err)
{
	struct act *act = context;
	return item_rename(tx, act->ids.entry_id, STR("renamed"), STR("/renamed/"), err);
}

static int withdraw(struct store_tx *tx, void *context, struct err *err)
{
	struct act *act = context;
	return item_withdraw(tx, act->ids.item_id, STR(""), WITHDRAW_TAKEDOWN, STR("An order."), err);
}

static int flip(struct store_tx *tx, void *context, struct err *err)
{
	return batch_flip(tx, ((struct act *)context)->batch_id, err);
}

static int abandon(struct store_tx *tx, void *context, struct err *err)
{
	return batch_abandon(tx, ((struct act *)context)->batch_id, err);
}

/* All that a half-done operation could have changed, as one number. */
static uint64_t picture(struct fixture *f)
{
	static const char *const tables[] = {
		"item",        "item_language",   "revision", "item_term",  "item_contributor",
		"media_use",   "waiver",          "redirect", "import_map", "staged_entry",
		"staged_link", "import_conflict", "outbox",   "operation",
	};
	uint64_t hash = 1;
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		int64_t count = count_of(f, tables[i]);
		hash = str_hash(str_of((const char *)&count, sizeof count), hash);
	}
	DB_ROWS rows = {0};
	struct err err = {0};
	int rc = db_select(store_db(f->store), &rows, &err,
			   "SELECT e.path, e.state, COALESCE(e.released_revision_id, 0), e.newest_revision_id,"
			   " COALESCE(b.flipped_s, 0), COALESCE(b.abandoned_s, 0), h.number FROM item_language e"
			   " CROSS JOIN outbox_head h LEFT JOIN batch b ON b.id = e.batch_id ORDER BY e.id");
	while (rc >= 0 && (rc = db_next(&rows, &err)) == DB_ROW) {
		hash = str_hash(db_text(&rows, 0), hash);
		hash = str_hash(db_text(&rows, 1), hash);
		for (int i = 2; i < 7; i++) {
			int64_t number = db_i64(&rows, i);
			hash = str_hash(str_of((const char *)&number, sizeof number), hash);
		}
	}
	assert_int_equal(rc, 0);
	return hash;
}

static int write_act(struct act *act, store_work *work, bool chunk, struct err *err)
{
	return chunk ? store_write_chunk(act->f->store, act->batch_id, work, act, err)
		     : store_write(act->f->store, work, act, err);
}

static void count_down(struct act *act, store_work *work, bool chunk)
{
	struct db *db = store_db(act->f->store);
	uint64_t before = picture(act->f);
	for (long n = 1; n < 500; n++) {
		struct err error = {0};
		db_fault_set(db, DB_FAULT_FAIL, n);
		int rc = write_act(act, work, chunk, &error);
		bool fired = db_fault_fired(db);
		db_fault_set(db, DB_FAULT_NONE, 0);
		if (!fired) {
			assert_int_equal(rc, 0);
			assert_true(n > 4);
			assert_true(picture(act->f) != before);
			all_in_order(act->f);
			return;
		}
		assert_int_equal(rc, ERR_DB);
		assert_true(picture(act->f) == before);
	}
	fail_msg("the operation never came through");
}

static struct act act_of(struct fixture *f, const char *slug, const char *title)
{
	struct act act = {.f = f, .content = content_of(f, "en", slug, title)};
	static struct item_media media;
	media = (struct item_media){f->photo, MEDIA_BODY};
	act.content.term_ids = &f->health;
	act.content.term_count = 1;
	act.content.revision.media = &media;
	act.content.revision.media_count = 1;
	return act;
}

static void operations_are_whole_or_not_at_all(void **state)
{
	struct fixture *f = fixture_need(state);
	struct act act = act_of(f, "x", "X");
	count_down(&act, create, false);
	count_down(&act, rename_it, false);
	count_down(&act, withdraw, false);
	count_down(&act, release_again, false);
}

static void prepare_batch(struct act *act)
{
	struct fixture *f = act->f;
	int64_t source_id = put_source(f);
	act->batch_id = begin_batch(f);
	assert_int_equal(put_item(f, act->batch_id, &act->content, &act->ids), 0);
	assert_int_equal(map_entry(f, act->batch_id, source_id, "1", &act->ids, "h"), 0);
	assert_int_equal(flip_batch(f, act->batch_id), 0);
	act->batch_id = begin_batch(f);
	set_text(f, &act->content, "Changed");
	act->content.path = STR("/moved/");
	int64_t revision_id = 0;
	assert_int_equal(update_item(f, act->batch_id, act->ids.entry_id, &act->content, &revision_id), 0);
	act->content.path = STR("/second/");
}

static void an_import_is_whole_or_not_at_all(void **state)
{
	struct fixture *f = fixture_need(state);
	struct act act = act_of(f, "x", "X");
	prepare_batch(&act);
	count_down(&act, create, true);
	count_down(&act, flip, false);
}

static void giving_up_is_whole_or_not_at_all(void **state)
{
	struct fixture *f = fixture_need(state);
	struct act act = act_of(f, "x", "X");
	prepare_batch(&act);
	assert_int_equal(put_item(f, act.batch_id, &act.content, &act.ids), 0);
	count_down(&act, abandon, false);
}

static void busy_faults_are_got_over_with_one_effect(void **state)
{
	struct fixture *f = fixture_need(state);
	struct db *db = store_db(f->store);
	long n = 1;
	for (bool fired = true; fired; n++) {
		char slug[20];
		snprintf(slug, sizeof slug, "s%ld", n);
		struct act act = act_of(f, slug, slug);
		db_fault_set(db, DB_FAULT_AGAIN, n);
		assert_ok(write_act(&act, create, false, &err));
		fired = db_fault_fired(db);
		db_fault_set(db, DB_FAULT_NONE, 0);
		assert_int_equal(count_of(f, "item"), n);
	}
	assert_true(n > 5);
	all_in_order(f);
}

/* The commit took place and nobody heard of it: the second try finds its operation id and is content. */
static void a_lost_commit_is_looked_up(void **state)
{
	struct fixture *f = fixture_need(state);
	struct db *db = store_db(f->store);
	struct act act = act_of(f, "lost", "Lost");
	db_fault_set(db, DB_FAULT_COMMIT_LOST, 1);
	assert_ok(write_act(&act, create, false, &err));
	assert_true(db_fault_fired(db));
	assert_int_equal(count_of(f, "item"), 1);
	assert_text(entry_now(f, act.ids.entry_id)->title, "Lost");
	act = act_of(f, "gone", "Gone");
	db_fault_set(db, DB_FAULT_COMMIT_GONE, 1);
	assert_ok(write_act(&act, create, false, &err));
	assert_true(db_fault_fired(db));
	assert_int_equal(count_of(f, "item"), 2);
	assert_text(entry_now(f, act.ids.entry_id)->title, "Gone");
	all_in_order(f);
}

static int cut_work(struct store_tx *tx, void *context, struct err *err)
{
	struct act *act = context;
	int rc = item_create(tx, &act->content, &act->ids, err);
	if (rc == 0 && act->batch_id == 0) {
		act->batch_id = 1; /* the first time only */
		engine_cut(&act->f->engine);
	}
	return rc;
}

static void a_cut_connection_is_got_over(void **state)
{
	struct fixture *f = fixture_need(state);
	if (f->engine.kind != DB_POSTGRES)
		return;
	struct act act = act_of(f, "cut", "Cut");
	int rc = store_write(f->store, cut_work, &act, &(struct err){0});
	/* Cut before the commit: the outbox's statement finds the connection away, and nothing was written. */
	assert_int_equal(rc, ERR_DB_AWAY);
	assert_int_equal(count_of(f, "operation"), 1); /* the fixture's */
	assert_ok(store_write(f->store, cut_work, &act, &err));
	assert_int_equal(count_of(f, "item"), 1);
	all_in_order(f);
}

static void damage_is_found(void **state)
{
	struct fixture *f = fixture_need(state);
	struct act act = act_of(f, "x", "X");
	assert_ok(write_act(&act, create, false, &err));
	all_in_order(f);
	struct db *db = store_db(f->store);
	assert_ok(db_run(db, &err, "UPDATE item_language SET released_revision_id = 999, newest_revision_id = 999"));
	assert_rc(store_check(f->store, NULL, NULL, &err), DB_DAMAGED);
	assert_ok(db_run(db, &err, "UPDATE item_language SET released_revision_id = $1, newest_revision_id = $1",
			 DB_I64(act.ids.revision_id)));
	all_in_order(f);
	assert_ok(db_run(db, &err, "DELETE FROM outbox WHERE number = 2"));
	assert_rc(store_check(f->store, NULL, NULL, &err), DB_DAMAGED);
	assert_ok(db_run(db, &err, "UPDATE outbox_head SET number = number + 1"));
	assert_rc(store_check(f->store, NULL, NULL, &err), DB_DAMAGED);
	struct store_counts counts;
	assert_ok(store_count(f->store, &counts, &err));
	assert_int_equal(counts.items, 1);
	assert_int_equal(counts.terms, 2);
	assert_int_equal(counts.media, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(operations_are_whole_or_not_at_all),
		STORE_TEST(an_import_is_whole_or_not_at_all),
		STORE_TEST(giving_up_is_whole_or_not_at_all),
		STORE_TEST(busy_faults_are_got_over_with_one_effect),
		STORE_TEST(a_lost_commit_is_looked_up),
		STORE_TEST(a_cut_connection_is_got_over),
		STORE_TEST(damage_is_found),
	};
	return FIXTURE_RUN("faults", tests);
}
