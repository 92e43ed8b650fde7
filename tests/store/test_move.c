#include "fixture.h"

#include "store/move_inside.h"

/* A store of each engine is moved into an empty database of each: with everything, restartable after any failure, and
 * never into what is not empty. */

struct target {
	struct engine engine;
	struct store *store;
};

static const struct db_options patient = {.busy_timeout_ms = 100, .sync_normal = true};

/* False where that engine is not there. */
static bool target_start(struct fixture *f, enum db_engine kind, struct target *target)
{
	if (!engine_start(&target->engine, kind))
		return false;
	assert_ok(store_open(target->engine.url, &patient, &f->clock.clock, &f->random.random, &target->store, &err));
	return true;
}

static void target_stop(struct target *target)
{
	store_close(target->store);
	engine_stop(&target->engine);
}

static int move_to(struct fixture *f, struct target *target, struct store_move_result *ret_result, struct err *err)
{
	struct store_move_job job = {
		.from = f->store, .to = target->store, .from_shown = STR("here"), .to_shown = STR("there")};
	return store_move(&job, f->arena, ret_result, err);
}

static enum store_move_state state_of(struct fixture *f, struct store *store)
{
	struct store_move_mark mark;
	assert_ok(store_move_look(store, f->arena, &mark, &err));
	return mark.state;
}

/* As if the store had never been moved. */
static void unmark(struct fixture *f)
{
	assert_ok(db_run(store_db(f->store), &err, "DELETE FROM store_move"));
}

static void same_content(struct fixture *f, struct target *target)
{
	for (size_t i = 0; i < store_move_table_count(); i++) {
		struct store_move_table old, new;
		assert_ok(store_move_hash(f->store, i, &old, &err));
		assert_ok(store_move_hash(target->store, i, &new, &err));
		if (old.rows != new.rows || memcmp(&old.hash, &new.hash, sizeof old.hash) != 0)
			fail_msg("%s differs: %lld rows and %lld", old.name, (long long)old.rows, (long long)new.rows);
	}
}

/* ---- content that a careless copy would change ---- */

static struct str all_of_unicode(struct arena *arena)
{
	BUF_SCOPED text = BUF_INIT(8u << 20);
	for (uint32_t c = 1; c < 0x110000; c++) {
		if (c >= 0xd800 && c < 0xe000)
			continue;
		if (c >= 0x10000)
			buf_put_byte(&text, (char)(0xf0 | c >> 18));
		if (c >= 0x800)
			buf_put_byte(&text, (char)(c >= 0x10000 ? 0x80 | (c >> 12 & 63) : 0xe0 | c >> 12));
		if (c >= 0x80)
			buf_put_byte(&text, (char)(c >= 0x800 ? 0x80 | (c >> 6 & 63) : 0xc0 | c >> 6));
		buf_put_byte(&text, (char)(c >= 0x80 ? 0x80 | (c & 63) : c));
	}
	return buf_copy(&text, arena);
}

static int put_edges(struct store_tx *tx, void *context, struct err *err)
{
	struct fixture *f = context;
	char bytes[256];
	for (int i = 0; i < 256; i++)
		bytes[i] = (char)i;
	int rc = db_run(tx_db(tx), err, "INSERT INTO tombstone (path, note, at_s) VALUES ('', $1, $2)",
			DB_TEXT(all_of_unicode(f->arena)), DB_I64(INT64_MIN));
	if (rc == 0)
		rc = db_run(tx_db(tx), err,
			    "INSERT INTO tombstone (path, note, at_s) VALUES ($1, '', $2), ($3, '', 0), ($4, '', 0)",
			    DB_LIT("/\xf0\x9f\x8c\x8d"), DB_I64(INT64_MAX), DB_LIT("/\xef\xbf\xbd"), DB_LIT("/Z"));
	if (rc == 0)
		rc = db_run(tx_db(tx), err, "UPDATE media SET sha256 = $1 WHERE guid = 'photo-1'",
			    DB_BLOB(str_of(bytes, sizeof bytes)));
	if (rc == 0)
		rc = db_run(tx_db(tx), err, "UPDATE media SET sha256 = $1, old_url = '' WHERE guid = 'photo-2'",
			    DB_BLOB(STR("")));
	/* The wider place was made after the narrower one. */
	if (rc == 0)
		rc = db_run(tx_db(tx), err, "INSERT INTO place (id, kind) VALUES (5000, 'region'), (4000, 'country')");
	if (rc == 0)
		rc = db_run(tx_db(tx), err, "UPDATE place SET parent_id = 5000 WHERE id = 4000");
	outbox_note(tx, OUTBOX_TAXONOMY, 0, STR(""));
	return rc;
}

static void fill_rest(struct fixture *f)
{
	struct item_ids ids, other;
	struct item_content content = content_of(f, "en", "a", "A");
	assert_int_equal(put_item(f, 0, &content, &ids), 0);
	struct item_content french = content_of(f, "fr", "b", "B");
	assert_int_equal(add_language(f, 0, ids.item_id, &french, &other), 0);
	assert_int_equal(withdraw_item(f, ids.item_id, "fr", "An order."), 0);
	/* Ids that were given out and are gone: they must not be given out again. */
	int64_t batch_id = begin_batch(f);
	struct item_content gone = content_of(f, "en", "gone", "Gone");
	assert_int_equal(put_item(f, batch_id, &gone, &other), 0);
	assert_int_equal(abandon_batch(f, batch_id), 0);
}

static void everything_arrives(void **state)
{
	struct fixture *f = fixture_need(state);
	fill_rest(f);
	assert_ok(store_write(f->store, put_edges, f, &err));
	for (int kind = DB_SQLITE; kind <= DB_POSTGRES; kind++) {
		struct target target;
		struct store_move_result result;
		struct outbox_position before, after;
		struct item_ids ids, last;
		if (!target_start(f, (enum db_engine)kind, &target))
			continue;
		assert_ok(outbox_head(f->store, &before, &err));
		assert_ok(move_to(f, &target, &result, &err));
		assert_int_equal(result.tables.len, store_move_table_count());
		assert_true(result.rows > 40);
		same_content(f, &target);
		assert_int_equal(state_of(f, f->store), STORE_MOVE_LEFT);
		assert_int_equal(state_of(f, target.store), STORE_MOVE_ARRIVED);
		assert_rc(store_check(target.store, NULL, NULL, &err), 0);

		/* The next of everything is what it would have been in the old store. */
		unmark(f);
		struct store *old = f->store;
		struct item_content content = content_of(f, "en", kind == DB_SQLITE ? "x" : "y", "X");
		f->store = target.store;
		assert_int_equal(put_item(f, 0, &content, &ids), 0);
		struct outbox_vec rows = outbox_since(f, &before);
		assert_true(rows.len > 0);
		assert_int_equal(rows.at[0].position.number, before.number + 1);
		f->store = old;
		assert_int_equal(put_item(f, 0, &content, &last), 0);
		assert_int_equal(ids.item_id, last.item_id);
		assert_int_equal(ids.entry_id, last.entry_id);
		assert_int_equal(ids.revision_id, last.revision_id);
		assert_ok(outbox_head(f->store, &after, &err));
		assert_int_equal(after.number, before.number + (int64_t)rows.len);
		target_stop(&target);
	}
}

/* A table that the list does not have would be lost without a word. */
static void every_table_and_column_is_in_the_list(void **state)
{
	struct fixture *f = fixture_need(state);
	struct db *db = store_db(f->store);
	bool postgres = db_engine(db) == DB_POSTGRES;
	int64_t tables = 0, columns = 0;
	assert_ok(db_tables(db, &tables, &err));
	assert_int_equal(tables, (int64_t)move_table_count + 1); /* and store_move */
	for (size_t i = 0; i < move_table_count; i++) {
		const struct move_table *table = &move_tables[i];
		if (postgres)
			assert_ok(db_get_i64(db, &columns, &err,
					     "SELECT COUNT(*) FROM information_schema.columns WHERE table_schema ="
					     " current_schema() AND table_name = $1",
					     DB_CSTR(table->name)));
		else
			assert_ok(db_get_i64(db, &columns, &err, "SELECT COUNT(*) FROM pragma_table_info($1)",
					     DB_CSTR(table->name)));
		if (columns != table->column_count)
			fail_msg("%s has %lld columns, the list %d", table->name, (long long)columns,
				 table->column_count);
		for (size_t k = i + 1; k < move_table_count; k++)
			assert_string_not_equal(table->name, move_tables[k].name);
	}
}

/* ---- marks ---- */

static int put_language(struct store_tx *tx, void *context, struct err *err)
{
	(void)context;
	struct language language = {STR("it"), 9, STR("Italiano")};
	return language_put(tx, &language, err);
}

static void nobody_writes_what_is_being_moved(void **state)
{
	struct fixture *f = fixture_need(state);
	struct target target;
	struct store_move_result result;
	struct err error = {0};
	if (!target_start(f, fixture_kind, &target))
		return;
	assert_ok(store_migrate(target.store, &err));
	db_fault_set(store_db(target.store), DB_FAULT_FAIL, 200); /* in the middle */
	assert_rc(move_to(f, &target, &result, &err), ERR_DB);
	assert_int_equal(state_of(f, f->store), STORE_MOVE_LEAVING);
	assert_int_equal(state_of(f, target.store), STORE_MOVE_FILLING);
	assert_int_equal(store_write(f->store, put_language, NULL, &error), ERR_INPUT);
	assert_says(error, "being moved to there");
	assert_int_equal(store_write(target.store, put_language, NULL, &error), ERR_INPUT);
	assert_says(error, "being moved from here");
	int64_t before = count_of(f, "operation");
	assert_ok(outbox_trim(f->store, NOW_S + 1, &err));
	assert_int_equal(count_of(f, "operation"), before);

	assert_ok(move_to(f, &target, &result, &err));
	assert_int_equal(store_write(f->store, put_language, NULL, &error), ERR_INPUT);
	assert_says(error, "was moved to there");
	assert_ok(store_write(target.store, put_language, NULL, &err));
	assert_ok(move_to(f, &target, &result, &err)); /* again: it is done, and what was written since stays */
	assert_int_equal(result.tables.len, 0);
	assert_rc(store_move_abandon(f->store, &err), ERR_INPUT);
	target_stop(&target);
}

static void a_move_can_be_given_up(void **state)
{
	struct fixture *f = fixture_need(state);
	struct target half, whole;
	struct store_move_result result;
	struct err error = {0};
	if (!target_start(f, fixture_kind, &half) || !target_start(f, fixture_kind, &whole))
		return;
	assert_rc(store_move_abandon(f->store, &err), ERR_INPUT);
	assert_ok(store_migrate(half.store, &err));
	db_fault_set(store_db(half.store), DB_FAULT_FAIL, 200);
	assert_rc(move_to(f, &half, &result, &err), ERR_DB);
	assert_ok(store_move_abandon(f->store, &err));
	assert_ok(store_write(f->store, put_language, NULL, &err));
	assert_int_equal(move_to(f, &half, &result, &error), ERR_INPUT); /* it holds what the first one left */
	assert_says(error, "half done");
	assert_int_equal(state_of(f, f->store), STORE_MOVE_NONE);
	assert_ok(move_to(f, &whole, &result, &err));
	same_content(f, &whole);
	target_stop(&half);
	target_stop(&whole);
}

static void what_is_not_empty_is_refused(void **state)
{
	struct fixture *f = fixture_need(state);
	struct target other, foreign;
	struct store_move_result result;
	struct err error = {0};
	if (!target_start(f, fixture_kind, &other) || !target_start(f, fixture_kind, &foreign))
		return;
	assert_ok(store_migrate(other.store, &err));
	assert_ok(store_write(other.store, put_language, NULL, &err));
	assert_int_equal(move_to(f, &other, &result, &error), ERR_INPUT);
	assert_says(error, "there is not empty");
	assert_ok(db_run(store_db(foreign.store), &err, "CREATE TABLE guests (name TEXT)"));
	assert_int_equal(move_to(f, &foreign, &result, &error), ERR_INPUT);
	assert_says(error, "there is not empty");
	assert_int_equal(state_of(f, f->store), STORE_MOVE_NONE);
	assert_ok(store_write(f->store, put_language, NULL, &err)); /* a refusal keeps nobody away */
	target_stop(&other);
	target_stop(&foreign);
}

/* ---- what differs ---- */

/* The copy is changed behind its back just before it is compared. */
static void differs(struct fixture *f, struct target *target, const char *words)
{
	struct store_move_result result;
	struct err error = {0};
	assert_ok(db_run(store_db(target->store), &err, "UPDATE store_move SET state = 'filling', step = 1000"));
	assert_ok(db_run(store_db(f->store), &err, "UPDATE store_move SET state = 'leaving'"));
	assert_int_equal(move_to(f, target, &result, &error), ERR_DATA);
	assert_says(error, words);
	assert_int_equal(state_of(f, target->store), STORE_MOVE_FILLING);
	assert_int_equal(state_of(f, f->store), STORE_MOVE_LEAVING);
}

static void a_copy_that_differs_is_told(void **state)
{
	struct fixture *f = fixture_need(state);
	struct target target;
	struct store_move_result result;
	if (!target_start(f, fixture_kind == DB_SQLITE ? DB_POSTGRES : DB_SQLITE, &target) &&
	    !target_start(f, DB_SQLITE, &target))
		return;
	struct db *db = store_db(target.store);
	assert_ok(move_to(f, &target, &result, &err));
	assert_ok(db_run(db, &err, "UPDATE media_text SET caption = 'A gate' WHERE caption = 'A gate.'"));
	differs(f, &target, "table media_text, the row with media_id 1, language \"en\" is another there");
	assert_ok(db_run(db, &err, "UPDATE media_text SET caption = 'A gate.'"));
	assert_ok(db_run(db, &err, "UPDATE place SET parent_id = NULL"));
	differs(f, &target, "table place, the row with id 2 is another there");
	assert_ok(db_run(db, &err, "UPDATE place SET parent_id = 1 WHERE id = 2"));
	assert_ok(db_run(db, &err, "DELETE FROM contributor_text"));
	differs(f, &target, "table contributor_text, the row with contributor_id 1, language \"en\" is missing there");
	assert_ok(db_run(store_db(f->store), &err, "DELETE FROM contributor_text"));
	assert_ok(db_run(db, &err, "INSERT INTO tombstone (path, at_s) VALUES ('/x', 1)"));
	differs(f, &target, "table tombstone, the row with path \"/x\" is there and not here");
	assert_ok(db_run(db, &err, "DELETE FROM tombstone"));
	assert_ok(move_to(f, &target, &result, &err));
	target_stop(&target);
}

/* ---- faults ---- */

/* The n-th statement of one of the two fails, or its n-th commit is lost: the next call goes on, and all arrives.
 * False: so many there are not. */
static bool fault_at(struct fixture *f, enum db_engine kind, bool at_target, enum db_fault fault, long n)
{
	struct target target;
	struct store_move_result result;
	struct err error = {0};
	assert_true(target_start(f, kind, &target));
	struct db *db = store_db(at_target ? target.store : f->store);
	bool lost = fault == DB_FAULT_COMMIT_LOST || fault == DB_FAULT_COMMIT_GONE;
	db_fault_set(db, fault, n);
	int rc = move_to(f, &target, &result, &error);
	bool fired = db_fault_fired(db);
	db_fault_set(db, DB_FAULT_NONE, 0);
	/* A commit of which nothing is known is looked up; but for those of the migrations, which are done again. */
	assert_true(rc == (fired && fault == DB_FAULT_FAIL ? ERR_DB : 0) || (lost && rc == ERR_DB_UNKNOWN));
	assert_ok(move_to(f, &target, &result, &err));
	same_content(f, &target);
	assert_int_equal(state_of(f, f->store), STORE_MOVE_LEFT);
	assert_int_equal(state_of(f, target.store), STORE_MOVE_ARRIVED);
	unmark(f);
	target_stop(&target);
	return fired;
}

static void count_down(struct fixture *f, enum db_engine kind, bool at_target, enum db_fault fault, long step)
{
	long n = 1;
	while (n < 5000 && fault_at(f, kind, at_target, fault, n))
		n += step;
	assert_true(n > 2 && n < 5000);
}

static void a_failure_anywhere_is_gone_on_from(void **state)
{
	struct fixture *f = fixture_need(state);
	struct target probe;
	fill_rest(f);
	for (int kind = DB_SQLITE; kind <= DB_POSTGRES; kind++) {
		long step = fixture_kind == DB_SQLITE && kind == DB_SQLITE ? 5 : 61;
		if (!target_start(f, (enum db_engine)kind, &probe))
			continue;
		target_stop(&probe);
		count_down(f, (enum db_engine)kind, true, DB_FAULT_FAIL, step);
		count_down(f, (enum db_engine)kind, false, DB_FAULT_FAIL, step);
		count_down(f, (enum db_engine)kind, true, DB_FAULT_COMMIT_LOST, kind == DB_SQLITE ? 1 : 9);
		count_down(f, (enum db_engine)kind, true, DB_FAULT_COMMIT_GONE, kind == DB_SQLITE ? 1 : 9);
		count_down(f, (enum db_engine)kind, false, DB_FAULT_COMMIT_LOST, 1);
		count_down(f, (enum db_engine)kind, false, DB_FAULT_COMMIT_GONE, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(everything_arrives),
		STORE_TEST(every_table_and_column_is_in_the_list),
		STORE_TEST(nobody_writes_what_is_being_moved),
		STORE_TEST(a_move_can_be_given_up),
		STORE_TEST(what_is_not_empty_is_refused),
		STORE_TEST(a_copy_that_differs_is_told),
		STORE_TEST(a_failure_anywhere_is_gone_on_from),
	};
	return FIXTURE_RUN("move", tests);
}
