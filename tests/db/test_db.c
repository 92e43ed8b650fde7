#include "both.h"

#include "base/clock.h"

#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

/* What both engines must do alike. */

static int64_t waited_us;
static int waits;

static void count_wait(int64_t us)
{
	waited_us += us;
	waits++;
}

static const struct db_options options = {.wait = count_wait, .tries = 4, .busy_timeout_ms = 50};

static const struct db_migration migration_list[] = {
	{1, "0001_test",
	 "CREATE TABLE thing (id {{id}}, number {{i64}}, label {{text}}, bytes {{blob}}, UNIQUE (label)) {{strict}};"
	 "CREATE TABLE pair (a {{i64}} NOT NULL, b {{i64}} NOT NULL REFERENCES thing (id), PRIMARY KEY (a, b)) "
	 "{{clustered}};"},
};
static const struct db_migrations migrations = {"test", migration_list, 1};

static void values_come_back(void **state)
{
	struct db *db = need(state)->db;
	static const char bytes[] = {0, 1, (char)0xff, 0};
	assert_ok(db_run(db, &err, "INSERT INTO thing (number, label, bytes) VALUES ($1, $2, $3)", DB_I64(INT64_MIN),
			 DB_LIT("na\xc3\xafve \xf0\x9f\x95\x8a"), DB_BLOB(str_of(bytes, 4))));
	assert_int_equal(db_changed(db), 1);
	assert_ok(db_run(db, &err, "INSERT INTO thing (number, label, bytes) VALUES ($1, $2, $3)", DB_I64(INT64_MAX),
			 DB_LIT(""), DB_BLOB(STR(""))));
	assert_ok(db_run(db, &err, "INSERT INTO thing (number, label, bytes) VALUES ($1, $2, $3)", DB_NULL, DB_NULL,
			 DB_NULL));
	DB_ROWS rows = {0};
	assert_ok(db_select(db, &rows, &err, "SELECT number, label, bytes FROM thing ORDER BY id"));
	assert_rc(db_next(&rows, &err), DB_ROW);
	assert_true(db_i64(&rows, 0) == INT64_MIN);
	assert_text(db_text(&rows, 1), "na\xc3\xafve \xf0\x9f\x95\x8a");
	assert_true(str_eq(db_blob(&rows, 2), str_of(bytes, 4)));
	assert_rc(db_next(&rows, &err), DB_ROW);
	assert_true(db_i64(&rows, 0) == INT64_MAX);
	assert_false(db_is_null(&rows, 1));
	assert_false(db_is_null(&rows, 2));
	assert_int_equal(db_text(&rows, 1).len, 0);
	assert_rc(db_next(&rows, &err), DB_ROW);
	for (int i = 0; i < 3; i++)
		assert_true(db_is_null(&rows, i));
	assert_true(db_i64(&rows, 0) == 0);
	assert_int_equal(db_text(&rows, 1).len, 0);
	assert_rc(db_next(&rows, &err), 0);
	assert_rc(db_next(&rows, &err), 0);
}

static void parameters_go_by_number(void **state)
{
	struct db *db = need(state)->db;
	int64_t value = 0;
	assert_ok(db_get_i64(db, &value, &err,
			     "SELECT 100 * CAST($2 AS BIGINT) + 10 * CAST($1 AS BIGINT) + CAST($2 AS BIGINT)",
			     DB_I64(3), DB_I64(7)));
	assert_int_equal(value, 737);
	DB_ROWS rows = {0};
	assert_rc(db_one(db, &rows, &err, "SELECT CAST($3 AS TEXT), CAST($1 AS TEXT), CAST($2 AS TEXT)", DB_LIT("a"),
			 DB_LIT("b"), DB_LIT("c")),
		  DB_ROW);
	assert_text(db_text(&rows, 0), "c");
	assert_text(db_text(&rows, 1), "a");
	assert_text(db_text(&rows, 2), "b");
}

static void wrong_values_are_refused(void **state)
{
	struct db *db = need(state)->db;
	struct err error = {0};
	assert_int_equal(db_run(db, &error, "DELETE FROM thing WHERE id = $1"), ERR_DB);
	assert_says(error, "0 values for 1 parameters");
	assert_int_equal(db_run(db, &error, "DELETE FROM thing WHERE id = $1", DB_I64(1), DB_I64(2)), ERR_DB);
	assert_int_equal(db_run(db, &error, "INSERT INTO thing (label) VALUES ($1)", DB_TEXT(str_of("a\0b", 3))),
			 ERR_INPUT);
	assert_says(error, "$1 holds a zero byte");
	assert_int_equal(db_run(db, &error, "INSERT INTO thing (label) VALUES ($1)", DB_LIT("caf\xe9")), ERR_INPUT);
	assert_says(error, "$1 is not UTF-8 at byte 3");
	assert_int_equal(db_run(db, &error, "INSERT INTO thing (number) VALUES ($1)", DB_LIT("twelve")), ERR_DB);
	assert_int_equal(db_run(db, &error, "INSERT INTO thing (bytes) VALUES ($1)", DB_I64(12)), ERR_DB);
	assert_int_equal(db_run(db, &error, "SELEKT 1"), ERR_DB);
	assert_says(error, "SELEKT 1");
	assert_int_equal(db_run(db, &error, "DELETE FROM pair; DELETE FROM thing"), ERR_DB);
	assert_int_equal(db_run(db, &error, "INSERT INTO pair (a, b) VALUES (1, 77)"), ERR_DB);
	int64_t count = 1;
	assert_ok(db_get_i64(db, &count, &err, "SELECT COUNT(*) FROM thing"));
	assert_int_equal(count, 0);
}

static void a_unique_rule_can_answer_no_row(void **state)
{
	struct db *db = need(state)->db;
	int64_t id = 0;
	for (int i = 0; i < 2; i++)
		assert_rc(db_get_i64(db, &id, &err,
				     "INSERT INTO thing (label) VALUES ('x') ON CONFLICT DO NOTHING RETURNING id"),
			  i == 0 ? 0 : DB_NONE);
	assert_true(id > 0);
	struct err error = {0};
	assert_int_equal(db_run(db, &error, "INSERT INTO thing (label) VALUES ('x')"), ERR_DB);
	assert_int_equal(error.code, ERR_DB);
}

static int read_number(struct db *db, int64_t number, int64_t *ret_id, struct err *err)
{
	return db_get_i64(db, ret_id, err, "SELECT id FROM thing WHERE number > $1 ORDER BY number LIMIT 1",
			  DB_I64(number));
}

/* The same literal is open twice and thrice: each has its own place. */
static int walk(struct db *db, int depth, int64_t after, int *steps)
{
	DB_ROWS rows = {0};
	struct err err = {0};
	int rc =
		db_select(db, &rows, &err, "SELECT number FROM thing WHERE number > $1 ORDER BY number", DB_I64(after));
	while (rc >= 0 && (rc = db_next(&rows, &err)) == DB_ROW) {
		(*steps)++;
		if (depth > 0)
			assert_int_equal(walk(db, depth - 1, db_i64(&rows, 0), steps), 0);
	}
	return rc;
}

static void a_statement_may_be_open_several_times(void **state)
{
	struct db *db = need(state)->db;
	for (int i = 1; i <= 5; i++)
		assert_ok(db_run(db, &err, "INSERT INTO thing (number) VALUES ($1)", DB_I64(i)));
	int steps = 0;
	assert_int_equal(walk(db, 2, 0, &steps), 0);
	assert_int_equal(steps, 5 + 10 + 10);
	int64_t id = 0;
	assert_ok(read_number(db, 3, &id, &err));
}

/* ---- transactions ---- */

struct plan {
	int calls;
	int fail_first; /* this many calls answer rc */
	int rc;
};

static int insert_once(struct db *db, void *context, struct err *err)
{
	struct plan *plan = context;
	int rc = db_run(db, err, "INSERT INTO thing (number) VALUES (1)");
	if (rc == 0 && plan->calls++ < plan->fail_first)
		return plan->rc;
	return rc;
}

static void a_transaction_is_all_or_nothing(void **state)
{
	struct db *db = need(state)->db;
	struct plan plan = {0};
	assert_ok(db_transaction(db, insert_once, &plan, &err));
	assert_int_equal(rows_of(db), 1);
	plan = (struct plan){.fail_first = 1, .rc = ERR_INPUT};
	assert_rc(db_transaction(db, insert_once, &plan, &err), ERR_INPUT);
	plan = (struct plan){.fail_first = 1, .rc = 42};
	assert_rc(db_transaction(db, insert_once, &plan, &err), 42);
	assert_int_equal(rows_of(db), 1);
}

static void busy_is_tried_again_with_growing_waits(void **state)
{
	struct db *db = need(state)->db;
	waits = 0;
	waited_us = 0;
	struct plan plan = {.fail_first = 3, .rc = ERR_DB_AGAIN};
	assert_ok(db_transaction(db, insert_once, &plan, &err));
	assert_int_equal(plan.calls, 4);
	assert_int_equal(waits, 3);
	assert_int_equal(waited_us, 2000 + 4000 + 8000);
	assert_int_equal(rows_of(db), 1);
	struct err error = {0};
	plan = (struct plan){.fail_first = 100, .rc = ERR_DB_AGAIN};
	assert_int_equal(db_transaction(db, insert_once, &plan, &error), ERR_DB_AGAIN);
	assert_says(error, "given up after 4 tries");
	assert_int_equal(plan.calls, 4);
	assert_int_equal(rows_of(db), 1);
}

static int outer(struct db *db, void *context, struct err *err)
{
	int rc = db_transaction(db, insert_once, context, err);
	return rc == ERR_INPUT ? 0 : rc; /* forgets that a part failed */
}

static void an_inner_transaction_joins(void **state)
{
	struct db *db = need(state)->db;
	struct plan plan = {0};
	assert_ok(db_transaction(db, outer, &plan, &err));
	assert_int_equal(rows_of(db), 1);
	plan = (struct plan){.fail_first = 1, .rc = ERR_INPUT};
	struct err error = {0};
	assert_int_equal(db_transaction(db, outer, &plan, &error), ERR_DB);
	assert_says(error, "a statement of the transaction failed");
	assert_int_equal(rows_of(db), 1);
}

static void faults_leave_nothing_behind(void **state)
{
	struct db *db = need(state)->db;
	struct plan plan = {0};
	int failed = 0;
	for (long n = 1;; n++) {
		db_fault_set(db, DB_FAULT_FAIL, n);
		struct err error = {0};
		int rc = db_transaction(db, insert_once, &plan, &error);
		bool fired = db_fault_fired(db);
		db_fault_set(db, DB_FAULT_NONE, 0);
		assert_int_equal(rows_of(db), rc == 0 ? 1 : 0);
		if (!fired)
			break;
		assert_int_equal(rc, ERR_DB);
		failed++;
	}
	assert_int_equal(failed, 3); /* begin, insert, commit */
}

static void a_busy_fault_is_got_over(void **state)
{
	struct db *db = need(state)->db;
	for (long n = 1; n <= 3; n++) {
		struct plan plan = {0};
		db_fault_set(db, DB_FAULT_AGAIN, n);
		assert_ok(db_transaction(db, insert_once, &plan, &err));
		assert_true(db_fault_fired(db));
		assert_int_equal(rows_of(db), n);
	}
}

static void a_lost_commit_says_so(void **state)
{
	struct db *db = need(state)->db;
	struct plan plan = {0};
	db_fault_set(db, DB_FAULT_COMMIT_LOST, 1);
	assert_rc(db_transaction(db, insert_once, &plan, &err), ERR_DB_UNKNOWN);
	assert_int_equal(rows_of(db), 1);
	db_fault_set(db, DB_FAULT_COMMIT_GONE, 1);
	assert_rc(db_transaction(db, insert_once, &plan, &err), ERR_DB_UNKNOWN);
	assert_int_equal(rows_of(db), 1);
}

struct view {
	struct db *other;
	int64_t before, after;
};

static int look_twice(struct db *db, void *context, struct err *err)
{
	struct view *view = context;
	int rc = db_get_i64(db, &view->before, err, "SELECT COUNT(*) FROM thing");
	struct plan plan = {0};
	if (rc == 0)
		rc = db_transaction(view->other, insert_once, &plan, err);
	return rc == 0 ? db_get_i64(db, &view->after, err, "SELECT COUNT(*) FROM thing") : rc;
}

static void a_snapshot_does_not_move(void **state)
{
	struct opened *fixture = need(state);
	DB_SCOPED other = NULL;
	assert_ok(db_open(fixture->engine.url, &options, &other, &err));
	struct view view = {.other = other};
	assert_ok(db_snapshot(fixture->db, look_twice, &view, &err));
	assert_int_equal(view.before, 0);
	assert_int_equal(view.after, 0);
	assert_int_equal(rows_of(fixture->db), 1);
}

static int add_to_counter(struct db *db, void *context, struct err *err)
{
	(void)context;
	return db_run(db, err, "UPDATE thing SET number = number + 1 WHERE label = 'counter'");
}

static void *add_many(void *argument)
{
	const struct opened *fixture = argument;
	struct db_options patient = {.tries = 50, .busy_timeout_ms = 10000};
	DB_SCOPED db = NULL;
	struct err err = {0};
	intptr_t bad = db_open(fixture->engine.url, &patient, &db, &err) != 0;
	for (int i = 0; !bad && i < 50; i++)
		bad = db_transaction(db, add_to_counter, NULL, &err) != 0;
	return (void *)bad;
}

static void writers_in_two_connections_both_count(void **state)
{
	struct opened *fixture = need(state);
	assert_ok(db_run(fixture->db, &err, "INSERT INTO thing (number, label) VALUES (0, 'counter')"));
	pthread_t threads[2];
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, add_many, fixture), 0);
	for (int i = 0; i < 2; i++) {
		void *bad = NULL;
		pthread_join(threads[i], &bad);
		assert_null(bad);
	}
	int64_t number = 0;
	assert_ok(db_get_i64(fixture->db, &number, &err, "SELECT number FROM thing WHERE label = 'counter'"));
	assert_int_equal(number, 100);
}

static void capabilities_are_declared(void **state)
{
	struct opened *fixture = need(state);
	bool sqlite = fixture->engine.kind == DB_SQLITE;
	assert_int_equal(db_engine(fixture->db), fixture->engine.kind);
	assert_int_equal(db_can(fixture->db, DB_CAN_BACKUP), sqlite);
	assert_int_equal(db_can(fixture->db, DB_CAN_SEARCH), sqlite);
	assert_int_equal(db_can(fixture->db, DB_CAN_WRITE_BESIDE), !sqlite);
	assert_int_equal(db_can(fixture->db, DB_CAN_NOTIFY), !sqlite);
	assert_true(db_bytes(fixture->db) > 4096);
	assert_ok(db_check(fixture->db, NULL, NULL, &err));
}

static void only_a_server_has_a_clock(void **state)
{
	struct opened *f = need(state);
	int64_t before_us = clock_now_us(clock_system());
	int64_t now_us = 0;
	if (f->engine.kind == DB_SQLITE) {
		assert_rc(db_now_us(f->db, &now_us, &err), DB_CANNOT);
		return;
	}
	assert_ok(db_now_us(f->db, &now_us, &err));
	assert_in_range(now_us, before_us, clock_now_us(clock_system())); /* it runs on this machine */
}

static void read_only_does_not_write(void **state)
{
	struct opened *fixture = need(state);
	struct db_options reading = {.read_only = true};
	DB_SCOPED db = NULL;
	assert_ok(db_open(fixture->engine.url, &reading, &db, &err));
	assert_rc(db_run(db, &err, "INSERT INTO thing (number) VALUES (1)"), ERR_DB);
	assert_int_equal(rows_of(db), 0);
}

/* ---- what only one engine has ---- */

static int cut_inside(struct db *db, void *context, struct err *err)
{
	struct opened *fixture = context;
	int rc = db_run(db, err, "INSERT INTO thing (number) VALUES (1)");
	if (rc == 0)
		engine_cut(&fixture->engine);
	return rc;
}

static void a_cut_connection_comes_back(void **state)
{
	struct opened *fixture = need(state);
	if (fixture->engine.kind != DB_POSTGRES)
		return;
	struct plan plan = {0};
	assert_ok(db_transaction(fixture->db, insert_once, &plan, &err));
	engine_cut(&fixture->engine);
	assert_ok(db_transaction(fixture->db, insert_once, &plan, &err));
	assert_int_equal(rows_of(fixture->db), 2);
	assert_rc(db_transaction(fixture->db, cut_inside, fixture, &err), ERR_DB_UNKNOWN);
	assert_ok(db_transaction(fixture->db, insert_once, &plan, &err));
	assert_int_equal(rows_of(fixture->db), 3);
}

/* Of one connection alone, and gone with it. */
static void a_temporary_one_is_kept_to_itself(void **state)
{
	(void)state;
	struct db_options temporary = {.temporary = true, .cache_kib = 64};
	char bytes[1000] = "";
	for (int round = 0; round < 2; round++) {
		struct db *db = NULL, *other = NULL;
		int64_t count = -1;
		assert_ok(db_open("sqlite:", &temporary, &db, &err));
		assert_ok(db_open("sqlite:", &temporary, &other, &err));
		assert_ok(db_run(db, &err, "CREATE TABLE kept (id INTEGER PRIMARY KEY, bytes BLOB)"));
		for (int i = 1; i <= 1000; i++)
			assert_ok(db_run(db, &err, "INSERT INTO kept (id, bytes) VALUES ($1, $2)", DB_I64(i),
					 DB_BLOB(str_of(bytes, sizeof bytes))));
		assert_ok(db_get_i64(db, &count, &err, "SELECT SUM(LENGTH(bytes)) FROM kept"));
		assert_int_equal(count, 1000 * 1000);
		assert_rc(db_get_i64(other, &count, &err, "SELECT COUNT(*) FROM kept"), ERR_DB);
		db_close(db);
		db_close(other);
	}
}

static int fill_temporary(struct db *db, int rows, struct err *err)
{
	char bytes[1000] = "";
	int rc = db_run(db, err, "CREATE TABLE kept (id INTEGER PRIMARY KEY, bytes BLOB)");
	for (int i = 1; i <= rows && rc == 0; i++)
		rc = db_run(db, err, "INSERT INTO kept (id, bytes) VALUES ($1, $2)", DB_I64(i),
			    DB_BLOB(str_of(bytes, sizeof bytes)));
	return rc;
}

static int names_in(const char *folder)
{
	int names = 0;
	DIR *dir = opendir(folder);
	assert_non_null(dir);
	for (const struct dirent *entry = readdir(dir); entry; entry = readdir(dir))
		names += entry->d_name[0] != '.';
	closedir(dir);
	return names;
}

/* Its file has no name even while it is there, so whoever is killed leaves nothing behind. */
static void a_temporary_one_has_no_name(void **state)
{
	(void)state;
	const struct db_options temporary = {.temporary = true, .cache_kib = 64};
	char folder[] = "/tmp/crier-db-XXXXXX";
	DB_SCOPED db = NULL;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(setenv("SQLITE_TMPDIR", folder, 1), 0);
	assert_ok(db_open("sqlite:", &temporary, &db, &err));
	assert_ok(fill_temporary(db, 2000, &err));
	assert_true(db_bytes(db) > 2000 * 1000);
	assert_int_equal(names_in(folder), 0);
	assert_int_equal(unsetenv("SQLITE_TMPDIR"), 0);
	assert_int_equal(rmdir(folder), 0);
}

/* As on a full disk. */
static void a_temporary_one_that_may_not_grow_says_so(void **state)
{
	(void)state;
	const struct db_options temporary = {.temporary = true, .cache_kib = 64};
	DB_SCOPED db = NULL;
	struct rlimit before, small;
	assert_ok(db_open("sqlite:", &temporary, &db, &err));
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = (struct rlimit){256 * 1024, before.rlim_max};
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	struct err error = {0};
	int rc = fill_temporary(db, 2000, &error);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(rc, ERR_DB);
	assert_says(error, "database: ");
}

static void urls_that_lead_nowhere(void **state)
{
	(void)state;
	struct db *db = NULL;
	struct err error = {0};
	assert_int_equal(db_open("mysql://x", NULL, &db, &error), ERR_INPUT);
	assert_says(error, "found the url 'mysql://x'; accepted: sqlite:FILE or postgres://");
	struct db_options must_exist = {.must_exist = true};
	assert_int_equal(db_open("sqlite:/nowhere/at/all.db", &must_exist, &db, &error), ERR_DB);
	assert_says(error, "/nowhere/at/all.db");
	assert_int_equal(db_open("sqlite:", NULL, &db, &error), ERR_INPUT);
	struct db_options temporary = {.temporary = true};
	assert_int_equal(db_open("sqlite:/tmp/named.db", &temporary, &db, &error), ERR_INPUT);
	assert_int_equal(db_open("postgres:///x?host=/nowhere", NULL, &db, &error), ERR_DB_AWAY);
	assert_null(db);
	db_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_come_back),
		cmocka_unit_test(parameters_go_by_number),
		cmocka_unit_test(wrong_values_are_refused),
		cmocka_unit_test(a_unique_rule_can_answer_no_row),
		cmocka_unit_test(a_statement_may_be_open_several_times),
		cmocka_unit_test(a_transaction_is_all_or_nothing),
		cmocka_unit_test(busy_is_tried_again_with_growing_waits),
		cmocka_unit_test(an_inner_transaction_joins),
		cmocka_unit_test(faults_leave_nothing_behind),
		cmocka_unit_test(a_busy_fault_is_got_over),
		cmocka_unit_test(a_lost_commit_says_so),
		cmocka_unit_test(a_snapshot_does_not_move),
		cmocka_unit_test(writers_in_two_connections_both_count),
		cmocka_unit_test(capabilities_are_declared),
		cmocka_unit_test(only_a_server_has_a_clock),
		cmocka_unit_test(read_only_does_not_write),
		cmocka_unit_test(a_cut_connection_comes_back),
	};
	const struct CMUnitTest alone[] = {
		cmocka_unit_test(a_temporary_one_is_kept_to_itself), cmocka_unit_test(a_temporary_one_has_no_name),
		cmocka_unit_test(a_temporary_one_that_may_not_grow_says_so), cmocka_unit_test(urls_that_lead_nowhere)};
	return ON_BOTH("db", tests, &options, &migrations) + cmocka_run_group_tests(alone, NULL, NULL);
}
