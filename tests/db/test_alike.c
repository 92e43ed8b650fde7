#include "both.h"

#include <pthread.h>
#include <stdlib.h>

/* Corners where the engines differ by themselves and must not differ here. */

static const struct db_options options = {.wait = no_wait, .tries = 3, .busy_timeout_ms = 20};

static const struct db_migration list[] = {
	{1, "0001_alike", "CREATE TABLE thing (id {{id}}, number {{i64}}, label {{text}}, bytes {{blob}}) {{strict}};"},
};
static const struct db_migrations migrations = {"test", list, 1};

static void add_label(struct db *db, const char *label)
{
	assert_ok(db_run(db, &err, "INSERT INTO thing (label) VALUES ($1)", DB_CSTR(label)));
}

/* ---- values ---- */

static void texts_stand_in_byte_order(void **state)
{
	struct db *db = need(state)->db;
	static const char *const labels[] = {"b",   "B",    "\xc3\xa9",         "a", "",
					     "A-2", "A 10", "\xf0\x9f\x95\x8a", "Z", "_"};
	static const char *const sorted[] = {"",  "A 10", "A-2", "B",        "Z",
					     "_", "a",    "b",   "\xc3\xa9", "\xf0\x9f\x95\x8a"};
	for (size_t i = 0; i < 10; i++)
		add_label(db, labels[i]);
	DB_ROWS rows = {0};
	assert_ok(db_select(db, &rows, &err, "SELECT label FROM thing ORDER BY label"));
	for (size_t i = 0; i < 10; i++) {
		assert_rc(db_next(&rows, &err), DB_ROW);
		assert_text(db_text(&rows, 0), sorted[i]);
	}
	int64_t count = 0;
	assert_ok(db_get_i64(db, &count, &err, "SELECT COUNT(*) FROM thing WHERE label = $1", DB_LIT("e")));
	assert_int_equal(count, 0);
	assert_ok(db_get_i64(db, &count, &err, "SELECT COUNT(*) FROM thing WHERE label > $1", DB_LIT("_")));
	assert_int_equal(count, 4);
}

static void numbers_of_every_width_read_alike(void **state)
{
	struct db *db = need(state)->db;
	DB_ROWS rows = {0};
	assert_rc(db_one(db, &rows, &err,
			 "SELECT 1, -1, CASE WHEN 1 = 1 THEN -7 ELSE 2 END, CAST(-5000000000 AS BIGINT), COUNT(*),"
			 " CAST(-3 AS SMALLINT), MAX(number) FROM thing"),
		  DB_ROW);
	assert_true(db_i64(&rows, 0) == 1);
	assert_true(db_i64(&rows, 1) == -1);
	assert_true(db_i64(&rows, 2) == -7);
	assert_true(db_i64(&rows, 3) == INT64_C(-5000000000));
	assert_true(db_i64(&rows, 4) == 0);
	assert_true(db_i64(&rows, 5) == -3);
	assert_true(db_is_null(&rows, 6));
	int64_t value = 0;
	assert_rc(db_get_i64(db, &value, &err, "SELECT MAX(number) FROM thing"), DB_NONE);
	assert_rc(db_get_i64(db, &value, &err, "SELECT number FROM thing WHERE id = 999"), DB_NONE);
	assert_int_equal(value, 0);
}

static void large_values_come_back(void **state)
{
	struct db *db = need(state)->db;
	size_t bytes = 5u << 20;
	char *text = malloc(bytes);
	for (size_t i = 0; i < bytes; i++)
		text[i] = (char)('a' + i % 26);
	assert_ok(db_run(db, &err, "INSERT INTO thing (label, bytes) VALUES ($1, $2)", DB_TEXT(str_of(text, bytes)),
			 DB_BLOB(str_of(text, bytes))));
	ARENA_SCOPED arena = arena_create(0);
	DB_ROWS rows = {0};
	assert_rc(db_one(db, &rows, &err, "SELECT label, bytes FROM thing"), DB_ROW);
	struct str label = db_text_copy(&rows, 0, arena);
	struct str blob = db_blob_copy(&rows, 1, arena);
	db_rows_finish(&rows);
	assert_true(str_eq(label, str_of(text, bytes)));
	assert_true(str_eq(blob, str_of(text, bytes)));
	free(text);
}

static void every_byte_goes_through_a_blob(void **state)
{
	struct db *db = need(state)->db;
	char bytes[256];
	for (int i = 0; i < 256; i++)
		bytes[i] = (char)i;
	assert_ok(db_run(db, &err, "INSERT INTO thing (bytes) VALUES ($1)", DB_BLOB(str_of(bytes, 256))));
	DB_ROWS rows = {0};
	assert_rc(db_one(db, &rows, &err, "SELECT bytes FROM thing WHERE bytes = $1", DB_BLOB(str_of(bytes, 256))),
		  DB_ROW);
	assert_true(str_eq(db_blob(&rows, 0), str_of(bytes, 256)));
}

static void hostile_texts_are_only_texts(void **state)
{
	struct db *db = need(state)->db;
	static const char *const texts[] = {"'; DROP TABLE thing; --", "$1",           "\\",           "%_",
					    "\xe2\x80\xae-abc",        "\x01\x1f\x7f", "\xef\xbf\xbf", "\"'`"};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		add_label(db, texts[i]);
		DB_ROWS rows = {0};
		assert_rc(db_one(db, &rows, &err, "SELECT label FROM thing WHERE label = $1", DB_CSTR(texts[i])),
			  DB_ROW);
		assert_text(db_text(&rows, 0), texts[i]);
	}
	assert_int_equal(rows_of(db), sizeof texts / sizeof *texts);
}

static void null_goes_where_any_type_goes(void **state)
{
	struct db *db = need(state)->db;
	/* The first call prepares the statement; later values are of the column's type all the same. */
	for (int i = 0; i < 2; i++)
		assert_ok(db_run(db, &err, "INSERT INTO thing (number, label, bytes) VALUES ($1, $2, $3)",
				 db_id_or_null(i), db_text_or_null(i ? STR("x") : STR("")),
				 db_blob_or_null(i ? STR("y") : STR(""))));
	int64_t count = 0;
	assert_ok(db_get_i64(db, &count, &err,
			     "SELECT COUNT(*) FROM thing WHERE number IS NULL AND label IS NULL AND bytes IS NULL"));
	assert_int_equal(count, 1);
	assert_ok(db_get_i64(db, &count, &err, "SELECT COUNT(*) FROM thing WHERE number = 1 AND label = 'x'"));
	assert_int_equal(count, 1);
}

/* ---- statements ---- */

static void what_changed_is_counted_alike(void **state)
{
	struct db *db = need(state)->db;
	for (int i = 0; i < 5; i++)
		assert_ok(db_run(db, &err, "INSERT INTO thing (number) VALUES ($1)", DB_I64(i)));
	assert_ok(db_run(db, &err, "UPDATE thing SET number = number WHERE number >= 2"));
	assert_int_equal(db_changed(db), 3);
	assert_ok(db_run(db, &err, "UPDATE thing SET number = 0 WHERE number > 100"));
	assert_int_equal(db_changed(db), 0);
	assert_ok(db_run(db, &err, "SELECT number FROM thing"));
	assert_int_equal(db_changed(db), 0);
	assert_ok(db_run(db, &err, "INSERT INTO thing (number) SELECT number FROM thing RETURNING id"));
	assert_int_equal(db_changed(db), 5);
	assert_ok(db_run(db, &err, "DELETE FROM thing WHERE number = 1"));
	assert_int_equal(db_changed(db), 2);
}

static void a_cursor_can_be_left_and_used_again(void **state)
{
	struct db *db = need(state)->db;
	for (int i = 0; i < 1000; i++)
		assert_ok(db_run(db, &err, "INSERT INTO thing (number) VALUES ($1)", DB_I64(i)));
	DB_ROWS rows = {0};
	for (int round = 0; round < 3; round++) {
		assert_ok(db_select(db, &rows, &err, "SELECT number FROM thing ORDER BY number"));
		for (int i = 0; i < 10; i++) {
			assert_rc(db_next(&rows, &err), DB_ROW);
			assert_int_equal(db_i64(&rows, 0), i);
		}
	}
	db_rows_finish(&rows);
	db_rows_finish(&rows);
	assert_ok(db_run(db, &err, "DELETE FROM thing"));
	assert_int_equal(rows_of(db), 0);
}

static void a_returning_statement_is_carried_out_at_once(void **state)
{
	struct opened *fixture = need(state);
	int64_t id = 0;
	assert_ok(db_get_i64(fixture->db, &id, &err, "INSERT INTO thing (number) VALUES (1), (2), (3) RETURNING id"));
	assert_true(id > 0);
	DB_SCOPED other = NULL;
	assert_ok(db_open(fixture->engine.url, &options, &other, &err));
	assert_int_equal(rows_of(other), 3);
}

static void an_insert_answers_the_id_of_its_row(void **state)
{
	struct opened *fixture = need(state);
	struct db *db = fixture->db;
	int64_t first = 0, second = 0, seen = 0;
	assert_ok(db_run(db, &err, "CREATE UNIQUE INDEX thing_label ON thing (label)"));
	assert_ok(db_insert(db, &first, &err, "INSERT INTO thing (label, number) VALUES ($1, $2)", DB_LIT("a"),
			    DB_I64(1)));
	add_label(db, "b");
	for (int i = 0; i < 2; i++) {
		int64_t id = -1;
		assert_rc(db_insert(db, &id, &err, "INSERT INTO thing (label) VALUES ($1) ON CONFLICT DO NOTHING",
				    DB_LIT("c")),
			  i == 0 ? 0 : DB_NONE);
		assert_int_equal(db_changed(db), i == 0 ? 1 : 0);
		if (i == 0)
			second = id;
		else
			assert_int_equal(id, -1);
	}
	assert_int_equal(second, first + 2);
	assert_ok(db_get_i64(db, &seen, &err, "SELECT id FROM thing WHERE label = 'c'"));
	assert_int_equal(seen, second);
	struct err error = {0};
	int64_t untouched = -1;
	assert_int_equal(db_insert(db, &untouched, &error, "INSERT INTO thing (label) VALUES ('a')"), ERR_DB);
	assert_says(error, "INSERT INTO thing");
	assert_int_equal(untouched, -1);
	assert_int_equal(rows_of(db), 3);
}

static void errors_show_the_statement_and_the_cause(void **state)
{
	struct db *db = need(state)->db;
	struct err error = {0};
	assert_int_equal(db_run(db, &error, "INSERT INTO nowhere (a) VALUES (1)"), ERR_DB);
	assert_says(error, "database: ");
	assert_says(error, "nowhere");
	assert_says(error, "(in: INSERT INTO nowhere (a) VALUES (1))");
	assert_int_equal(error.code, ERR_DB);
	assert_int_equal(db_run(db, NULL, "INSERT INTO nowhere (a) VALUES (2)"), ERR_DB);
	DB_ROWS rows = {0};
	assert_int_equal(db_select(db, &rows, &error, "SELECT nothing FROM thing"), ERR_DB);
	assert_null(rows.stmt);
}

/* ---- transactions ---- */

static int ignore_error(struct db *db, void *context, struct err *err)
{
	(void)context;
	int rc = db_run(db, err, "INSERT INTO thing (number) VALUES (1)");
	if (rc == 0)
		(void)db_run(db, err, "INSERT INTO nowhere (a) VALUES (1)");
	return 0;
}

static void an_ignored_error_still_rolls_back(void **state)
{
	struct db *db = need(state)->db;
	struct err error = {0};
	assert_int_equal(db_transaction(db, ignore_error, NULL, &error), ERR_DB);
	assert_says(error, "a statement of the transaction failed");
	assert_int_equal(rows_of(db), 0);
}

static int touch_row(struct db *db, void *context, struct err *err)
{
	(void)context;
	return db_run(db, err, "UPDATE thing SET number = number + 1");
}

struct held {
	struct db *other;
	int rc;
	struct err err;
};

static int hold_and_let_another_try(struct db *db, void *context, struct err *err)
{
	struct held *held = context;
	int rc = touch_row(db, NULL, err);
	held->rc = db_transaction(held->other, touch_row, NULL, &held->err);
	return rc;
}

static void a_row_held_elsewhere_is_busy_not_broken(void **state)
{
	struct opened *fixture = need(state);
	DB_SCOPED other = NULL;
	assert_ok(db_run(fixture->db, &err, "INSERT INTO thing (number) VALUES (1)"));
	assert_ok(db_open(fixture->engine.url, &options, &other, &err));
	struct held held = {.other = other};
	assert_ok(db_transaction(fixture->db, hold_and_let_another_try, &held, &err));
	assert_int_equal(held.rc, ERR_DB_AGAIN);
	assert_says(held.err, "given up after 3 tries");
	assert_ok(db_transaction(other, touch_row, NULL, &err));
	int64_t number = 0;
	assert_ok(db_get_i64(fixture->db, &number, &err, "SELECT number FROM thing"));
	assert_int_equal(number, 3);
}

static int read_and_let_another_write(struct db *db, void *context, struct err *err)
{
	struct held *held = context;
	int64_t count = 0;
	int rc = db_get_i64(db, &count, err, "SELECT COUNT(*) FROM thing");
	held->rc = db_transaction(held->other, touch_row, NULL, &held->err);
	return rc == 0 ? touch_row(db, NULL, err) : rc;
}

/* Where only one may write, a transaction that may write holds that place from its beginning, so that what it has read
 * still holds when it writes. */
static void writers_stand_beside_each_other_only_where_declared(void **state)
{
	struct opened *fixture = need(state);
	DB_SCOPED other = NULL;
	assert_ok(db_open(fixture->engine.url, &options, &other, &err));
	struct held held = {.other = other};
	assert_ok(db_transaction(fixture->db, read_and_let_another_write, &held, &err));
	assert_int_equal(held.rc, db_can(fixture->db, DB_CAN_WRITE_BESIDE) ? 0 : ERR_DB_AGAIN);
}

static int count_in_snapshot(struct db *db, void *context, struct err *err)
{
	(void)context;
	int64_t count = 0;
	return db_get_i64(db, &count, err, "SELECT COUNT(*) FROM thing");
}

static void a_snapshot_gives_its_place_back(void **state)
{
	struct opened *fixture = need(state);
	for (int i = 0; i < 3; i++) {
		assert_ok(db_snapshot(fixture->db, count_in_snapshot, NULL, &err));
		add_label(fixture->db, "x");
	}
	assert_int_equal(rows_of(fixture->db), 3);
}

/* ---- migrations by two programs in the same moment ---- */

static void *migrate_it(void *argument)
{
	const struct opened *fixture = argument;
	static const struct db_migration steps[] = {
		{1, "0001_a", "CREATE TABLE both_a (id {{id}}) {{strict}};"},
		{2, "0002_b", "CREATE TABLE both_b (id {{id}}) {{strict}};"},
	};
	struct db_migrations set = {"both", steps, 2};
	struct db_options patient = {.busy_timeout_ms = 10000};
	DB_SCOPED db = NULL;
	struct err err = {0};
	intptr_t rc = db_open(fixture->engine.url, &patient, &db, &err);
	if (rc == 0)
		rc = db_migrate(db, &set, 1, &err);
	if (rc != 0)
		print_error("%s\n", err.text);
	return (void *)rc;
}

static void two_programs_may_migrate_at_once(void **state)
{
	struct opened *fixture = need(state);
	pthread_t threads[3];
	for (int i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, migrate_it, fixture), 0);
	for (int i = 0; i < 3; i++) {
		void *rc = NULL;
		pthread_join(threads[i], &rc);
		assert_null(rc);
	}
	int number = 0;
	assert_ok(db_migrated_to(fixture->db, "both", &number, &err));
	assert_int_equal(number, 2);
}

/* ---- what PostgreSQL alone can get wrong ---- */

static void columns_of_other_types_are_named(void **state)
{
	struct opened *fixture = need(state);
	if (fixture->engine.kind != DB_POSTGRES)
		return;
	struct err error = {0};
	DB_ROWS rows = {0};
	assert_int_equal(db_select(fixture->db, &rows, &error, "SELECT id, SUM(number) FROM thing GROUP BY id"),
			 ERR_DB);
	assert_says(error, "column 2 is neither number, text nor blob; CAST it");
	assert_int_equal(
		db_run(fixture->db, &error, "UPDATE thing SET number = 1 WHERE $1 = 1", DB_I64(INT64_C(5000000000))),
		ERR_DB);
	assert_says(error, "$1 does not fit the type that the server expects");
}

static void statements_are_prepared_anew_after_a_cut(void **state)
{
	struct opened *fixture = need(state);
	if (fixture->engine.kind != DB_POSTGRES)
		return;
	for (int i = 0; i < 3; i++) {
		add_label(fixture->db, "x");
		engine_cut(&fixture->engine);
		struct err error = {0};
		int64_t count = 0;
		/* The first statement finds the connection gone; the next one has a new connection. */
		int rc = db_get_i64(fixture->db, &count, &error, "SELECT COUNT(*) FROM thing");
		assert_int_equal(rc, ERR_DB_AWAY);
		assert_ok(db_get_i64(fixture->db, &count, &err, "SELECT COUNT(*) FROM thing"));
		assert_int_equal(count, i + 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_stand_in_byte_order),
		cmocka_unit_test(numbers_of_every_width_read_alike),
		cmocka_unit_test(large_values_come_back),
		cmocka_unit_test(every_byte_goes_through_a_blob),
		cmocka_unit_test(hostile_texts_are_only_texts),
		cmocka_unit_test(null_goes_where_any_type_goes),
		cmocka_unit_test(what_changed_is_counted_alike),
		cmocka_unit_test(a_cursor_can_be_left_and_used_again),
		cmocka_unit_test(a_returning_statement_is_carried_out_at_once),
		cmocka_unit_test(an_insert_answers_the_id_of_its_row),
		cmocka_unit_test(errors_show_the_statement_and_the_cause),
		cmocka_unit_test(an_ignored_error_still_rolls_back),
		cmocka_unit_test(a_row_held_elsewhere_is_busy_not_broken),
		cmocka_unit_test(writers_stand_beside_each_other_only_where_declared),
		cmocka_unit_test(a_snapshot_gives_its_place_back),
		cmocka_unit_test(two_programs_may_migrate_at_once),
		cmocka_unit_test(columns_of_other_types_are_named),
		cmocka_unit_test(statements_are_prepared_anew_after_a_cut),
	};
	return ON_BOTH("alike", tests, &options, &migrations);
}
