/* What db.h promises where an engine, left alone, would do otherwise. */
#include "both.h"

#include "db/driver.h"

#include <libpq-fe.h>
#include <sqlite3.h>

static const struct db_options options = {.wait = no_wait, .tries = 3, .busy_timeout_ms = 50};

static const struct db_migration list[] = {
	{1, "0001_promises", "CREATE TABLE thing (id {{id}}, number {{i64}}, label {{text}} UNIQUE) {{strict}};"},
};
static const struct db_migrations migrations = {"test", list, 1};

static bool on_postgres(const struct opened *f)
{
	return f->engine.kind == DB_POSTGRES;
}

/* ---- statements ---- */

/* The compiler keeps one copy of a literal: the same address, once as a statement that answers nothing and once as one
 * that answers an id. */
static void one_literal_both_run_and_inserted(void **state)
{
	struct db *db = need(state)->db;
#define ADD "INSERT INTO thing (number) VALUES ($1)"
	for (int64_t round = 0; round < 3; round++) {
		int64_t id = 0, number = 0;
		assert_ok(db_run(db, &err, ADD, DB_I64(10 * round)));
		assert_ok(db_insert(db, &id, &err, ADD, DB_I64(10 * round + 1)));
		assert_ok(db_get_i64(db, &number, &err, "SELECT number FROM thing WHERE id = $1", DB_I64(id)));
		assert_int_equal(number, 10 * round + 1);
	}
	assert_int_equal(rows_of(db), 6);
}

static void what_changes_no_row_counts_none(void **state)
{
	struct db *db = need(state)->db;
	assert_ok(db_run(db, &err, "INSERT INTO thing (number) VALUES (1), (2), (3)"));
	assert_int_equal(db_changed(db), 3);
	assert_ok(db_run(db, &err, "CREATE INDEX thing_number ON thing (number)"));
	assert_int_equal(db_changed(db), 0);
	assert_ok(db_run(db, &err, "DELETE FROM thing")); /* which SQLite does without looking at rows */
	assert_int_equal(db_changed(db), 3);
	assert_ok(db_run(db, &err, "DELETE FROM thing"));
	assert_int_equal(db_changed(db), 0);
	int64_t id = 0;
	assert_ok(db_insert(db, &id, &err, "INSERT INTO thing (label) VALUES ('a')"));
	assert_ok(db_run(db, &err, "INSERT INTO thing (label) VALUES ('a') ON CONFLICT (label) DO NOTHING"));
	assert_int_equal(db_changed(db), 0);
	assert_ok(db_run(db, &err,
			 "INSERT INTO thing (label) VALUES ('a') ON CONFLICT (label) DO UPDATE SET number = 5"));
	assert_int_equal(db_changed(db), 1);
}

/* ---- transactions ---- */

struct story {
	int64_t count;
	int rc;
	struct err err;
};

/* The statement that fails ends the transaction in the engine, and the callback takes no notice. */
static int go_on_regardless(struct db *db, void *context, struct err *err)
{
	struct story *story = context;
	int rc = db_run(db, err, "INSERT INTO thing (label) VALUES ('inside')");
	if (rc != 0)
		return rc;
	if (db_engine(db) == DB_SQLITE)
		(void)db_run(db, NULL, "INSERT OR ROLLBACK INTO thing (label) VALUES ('taken')");
	else
		(void)db_run(db, NULL, "INSERT INTO thing (label) VALUES ('taken')");
	story->rc = db_run(db, &story->err, "INSERT INTO thing (label) VALUES ('afterwards')");
	int64_t id = 0;
	assert_int_equal(db_insert(db, &id, NULL, "INSERT INTO thing (label) VALUES ('later')"), ERR_DB);
	assert_int_equal(db_get_i64(db, &story->count, NULL, "SELECT COUNT(*) FROM thing"), ERR_DB);
	return 0;
}

static void after_a_failure_nothing_is_done(void **state)
{
	struct db *db = need(state)->db;
	struct story story = {.count = -1};
	struct err why = {0};
	assert_ok(db_run(db, &err, "INSERT INTO thing (label) VALUES ('taken')"));
	assert_int_equal(db_transaction(db, go_on_regardless, &story, &why), ERR_DB);
	assert_says(why, "a statement of the transaction failed");
	assert_int_equal(story.rc, ERR_DB);
	assert_says(story.err, "an earlier statement of this transaction failed");
	assert_says(story.err, "(in: INSERT INTO thing (label) VALUES ('afterwards'))");
	assert_int_equal(story.count, -1);
	assert_int_equal(rows_of(db), 1);
	assert_ok(db_run(db, &err, "INSERT INTO thing (label) VALUES ('again')"));
	assert_int_equal(rows_of(db), 2);
}

static int write_in_snapshot(struct db *db, void *context, struct err *err)
{
	struct story *story = context;
	int rc = db_get_i64(db, &story->count, err, "SELECT COUNT(*) FROM thing");
	if (rc == 0)
		story->rc = db_run(db, &story->err, "INSERT INTO thing (number) VALUES (1)");
	return rc == 0 ? story->rc : rc;
}

static int insert_in_snapshot(struct db *db, void *context, struct err *err)
{
	return db_insert(db, &((struct story *)context)->count, err, "INSERT INTO thing (number) VALUES (2)");
}

static int return_in_snapshot(struct db *db, void *context, struct err *err)
{
	return db_get_i64(db, &((struct story *)context)->count, err,
			  "INSERT INTO thing (number) VALUES (3) RETURNING id");
}

static int transaction_in_snapshot(struct db *db, void *context, struct err *err)
{
	return db_transaction(db, write_in_snapshot, context, err);
}

static void a_snapshot_does_not_write(void **state)
{
	struct db *db = need(state)->db;
	db_work *const works[] = {write_in_snapshot, insert_in_snapshot, return_in_snapshot, transaction_in_snapshot};
	for (size_t i = 0; i < sizeof works / sizeof *works; i++) {
		struct story story = {0};
		struct err why = {0};
		assert_int_equal(db_snapshot(db, works[i], &story, &why), ERR_DB);
		assert_non_null(strstr(i == 0 || i == 3 ? story.err.text : why.text, "read"));
		assert_int_equal(rows_of(db), 0);
	}
	/* Behind it the connection writes again. */
	assert_ok(db_run(db, &err, "INSERT INTO thing (number) VALUES (4)"));
	assert_int_equal(rows_of(db), 1);
}

/* ---- migrations ---- */

static void what_hinders_a_migration_is_told(void **state)
{
	struct opened *f = need(state);
	assert_ok(db_run(f->db, &err, "DROP TABLE migration"));
	DB_SCOPED reading = NULL;
	assert_ok(db_open(f->engine.url, &(struct db_options){.read_only = true}, &reading, &err));
	struct err why = {0};
	assert_int_equal(db_migrate(reading, &migrations, 1, &why), ERR_DB);
	assert_says(why, on_postgres(f) ? "read-only transaction" : "readonly database");
	assert_says(why, "CREATE TABLE IF NOT EXISTS migration");
}

/* ---- PostgreSQL: connections ---- */

static int64_t server_number(struct db *db, const char *what)
{
	int64_t number = -1;
	if (strcmp(what, "statements") == 0)
		assert_ok(db_get_i64(db, &number, &err, "SELECT COUNT(*) FROM pg_prepared_statements"));
	else
		assert_ok(db_get_i64(db, &number, &err,
				     "SELECT CAST(setting AS BIGINT) FROM pg_settings WHERE name = $1", DB_CSTR(what)));
	return number;
}

static int nested_and_failing(struct db *db, void *context, struct err *err)
{
	(void)context;
	DB_ROWS outer = {0};
	DB_ROWS inner = {0};
	int rc = 0;
	for (int i = 0; i < 2 && rc == 0; i++)
		rc = db_select(db, i == 0 ? &outer : &inner, err, "SELECT id FROM thing");
	return rc == 0 ? db_run(db, err, "INSERT INTO thing (label) VALUES ('taken')") : rc;
}

/* A second one of a statement that is open belongs to nobody for long; the server must not keep it. */
static void nested_statements_leave_nothing_on_the_server(void **state)
{
	struct opened *f = need(state);
	if (!on_postgres(f))
		return;
	assert_ok(db_run(f->db, &err, "INSERT INTO thing (label) VALUES ('taken')"));
	assert_rc(db_transaction(f->db, nested_and_failing, NULL, &err), ERR_DB);
	int64_t before = server_number(f->db, "statements");
	for (int i = 0; i < 20; i++)
		assert_rc(db_transaction(f->db, nested_and_failing, NULL, &err), ERR_DB);
	assert_int_equal(server_number(f->db, "statements"), before);
}

/* The connection came back, but could not be set up: it must not be used as it is. */
static void a_new_connection_is_set_up_or_not_used(void **state)
{
	struct opened *f = need(state);
	if (!on_postgres(f))
		return;
	assert_int_equal(server_number(f->db, "lock_timeout"), 50);
	engine_cut(&f->engine);
	assert_rc(db_run(f->db, &err, "DELETE FROM thing"), ERR_DB_AWAY);
	f->db->options.busy_timeout_ms = -5; /* which the server does not take */
	for (int i = 0; i < 2; i++)
		assert_true(db_run(f->db, NULL, "DELETE FROM thing") < 0);
	f->db->options.busy_timeout_ms = 70;
	assert_int_equal(server_number(f->db, "lock_timeout"), 70);
	assert_int_equal(rows_of(f->db), 0);
}

static int count_in_transaction(struct db *db, void *context, struct err *err)
{
	((struct story *)context)->rc++; /* runs */
	return db_get_i64(db, &((struct story *)context)->count, err, "SELECT COUNT(*) FROM thing");
}

/* A pool between, or a column that became another one, takes a prepared statement away. */
static void statements_that_the_server_forgot_are_prepared_again(void **state)
{
	struct opened *f = need(state);
	if (!on_postgres(f))
		return;
	struct story story = {0};
	assert_ok(db_run(f->db, &err, "INSERT INTO thing (number) VALUES (7)"));
	assert_ok(db_transaction(f->db, count_in_transaction, &story, &err));
	for (int round = 0; round < 2; round++) {
		int64_t number = 0;
		assert_ok(db_get_i64(f->db, &number, &err, "SELECT number FROM thing"));
		if (round == 0)
			assert_ok(f->db->driver->script(f->db, "DEALLOCATE ALL", &err));
		else
			assert_ok(f->db->driver->script(f->db, "ALTER TABLE thing ALTER number TYPE INTEGER", &err));
		assert_ok(db_get_i64(f->db, &number, &err, "SELECT number FROM thing"));
		assert_int_equal(number, 7);
		assert_int_equal(rows_of(f->db), 1);
	}
	/* Inside a transaction nothing can be prepared after the failure: it runs once more from its beginning. */
	assert_ok(f->db->driver->script(f->db, "DEALLOCATE ALL", &err));
	story = (struct story){0};
	assert_ok(db_transaction(f->db, count_in_transaction, &story, &err));
	assert_int_equal(story.rc, 2);
	assert_int_equal(story.count, 1);
}

static void the_address_may_say_what_we_say_by_default(void **state)
{
	struct opened *f = need(state);
	if (!on_postgres(f))
		return;
	char url[1200];
	snprintf(url, sizeof url, "%s&connect_timeout=77", f->engine.url);
	DB_SCOPED db = NULL;
	assert_ok(db_open(url, &options, &db, &err));
	struct {
		struct db *db;
		const char *name, *value;
	} rows[] = {
		{f->db, "connect_timeout", "10"},
		{db, "connect_timeout", "77"},
		{f->db, "keepalives_idle", "30"},
		{f->db, "tcp_user_timeout", "30000"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		PQconninfoOption *all = PQconninfo(rows[i].db->link);
		const PQconninfoOption *one = all;
		while (one->keyword && strcmp(one->keyword, rows[i].name) != 0)
			one++;
		assert_non_null(one->val);
		assert_string_equal(one->val, rows[i].value);
		PQconninfoFree(all);
	}
}

/* What the account or the database has set otherwise does not change what our statements mean. */
static void a_setting_of_the_account_does_not_change_texts(void **state)
{
	struct opened *f = need(state);
	if (!on_postgres(f))
		return;
	char url[1200];
	snprintf(url, sizeof url, "%s", f->engine.url);
	char *at = strstr(url, "&application_name");
	assert_non_null(at);
	snprintf(at, sizeof url - (size_t)(at - url),
		 "%%20-cstandard_conforming_strings%%3Doff%%20-cclient_encoding%%3DLATIN1");
	DB_SCOPED db = NULL;
	assert_ok(db_open(url, &options, &db, &err));
	DB_ROWS rows = {0};
	assert_rc(db_one(db, &rows, &err, "SELECT CAST('a\\\\b' AS TEXT), CAST($1 AS TEXT)", DB_LIT("\xe2\x82\xac")),
		  DB_ROW);
	assert_text(db_text(&rows, 0), "a\\\\b");
	assert_text(db_text(&rows, 1), "\xe2\x82\xac");
}

static void a_database_of_another_encoding_is_refused(void **state)
{
	struct opened *f = need(state);
	if (!on_postgres(f))
		return;
	char sql[200], url[1200];
	snprintf(sql, sizeof sql,
		 "CREATE DATABASE latin_%s ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0",
		 f->engine.schema);
	assert_ok(f->db->driver->script(f->db, sql, &err));
	/* postgres:///NAME?… */
	const char *path = strstr(f->engine.url, ":///");
	assert_non_null(path);
	snprintf(url, sizeof url, "postgres:///latin_%s%s", f->engine.schema, strchr(path, '?'));
	struct db *db = NULL;
	struct err why = {0};
	int rc = db_open(url, &options, &db, &why);
	snprintf(sql, sizeof sql, "DROP DATABASE latin_%s", f->engine.schema);
	assert_ok(f->db->driver->script(f->db, sql, &err));
	assert_int_equal(rc, ERR_INPUT);
	assert_null(db);
	assert_says(why, "found the encoding LATIN1; accepted: UTF8");
	assert_says(why, "CREATE DATABASE");
}

/* ---- SQLite: files ---- */

static void a_url_without_a_file_is_refused(void **state)
{
	(void)state;
	struct db *db = NULL;
	struct err why = {0};
	/* SQLite would take a file of its own that is gone afterwards. */
	assert_int_equal(db_open("sqlite:", NULL, &db, &why), ERR_INPUT);
	assert_says(why, "found the url 'sqlite:'; accepted: sqlite:FILE");
	assert_null(db);
	assert_ok(db_open("sqlite::memory:", NULL, &db, &err));
	assert_ok(db_migrate(db, &migrations, 1, &err));
	assert_int_equal(rows_of(db), 0);
	db_close(db);
}

/* A file system without memory that processes share, as network drives are, cannot have the log. */
static void a_file_without_a_log_is_refused(void **state)
{
	(void)state;
	struct engine engine;
	struct db *db = NULL;
	struct err why = {0};
	assert_true(engine_start(&engine, DB_SQLITE));
	sqlite3_vfs *ordinary = sqlite3_vfs_find(NULL);
	assert_int_equal(sqlite3_vfs_register(sqlite3_vfs_find("unix-none"), 1), SQLITE_OK);
	int rc = db_open(engine.url, NULL, &db, &why);
	sqlite3_vfs_register(ordinary, 1);
	assert_int_equal(rc, ERR_DB);
	assert_null(db);
	assert_says(why, "/test.db: database: found the journal mode delete; accepted: wal");
	assert_ok(db_open(engine.url, NULL, &db, &err)); /* the same file where there is one */
	db_close(db);
	engine_stop(&engine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_literal_both_run_and_inserted),
		cmocka_unit_test(what_changes_no_row_counts_none),
		cmocka_unit_test(after_a_failure_nothing_is_done),
		cmocka_unit_test(a_snapshot_does_not_write),
		cmocka_unit_test(what_hinders_a_migration_is_told),
		cmocka_unit_test(nested_statements_leave_nothing_on_the_server),
		cmocka_unit_test(a_new_connection_is_set_up_or_not_used),
		cmocka_unit_test(statements_that_the_server_forgot_are_prepared_again),
		cmocka_unit_test(the_address_may_say_what_we_say_by_default),
		cmocka_unit_test(a_setting_of_the_account_does_not_change_texts),
		cmocka_unit_test(a_database_of_another_encoding_is_refused),
	};
	const struct CMUnitTest alone[] = {cmocka_unit_test(a_url_without_a_file_is_refused),
					   cmocka_unit_test(a_file_without_a_log_is_refused)};
	return ON_BOTH("promises", tests, &options, &migrations) + cmocka_run_group_tests(alone, NULL, NULL);
}
