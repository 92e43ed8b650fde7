/* A connection from its beginning to its end: opened by many at once, closed in the middle, while others change the
 * tables, on a disk that fills; and each call when it is made to fail. */
#include "both.h"

#include "base/random.h"
#include "db/driver.h"

#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct db_options options = {.wait = no_wait, .tries = 3, .busy_timeout_ms = 5000};

static const struct db_migration list[] = {
	{1, "0001_life", "CREATE TABLE thing (id {{id}}, number {{i64}}, label {{text}}, bytes {{blob}}) {{strict}};"},
	{2, "0002_life", "INSERT INTO thing (number) VALUES (0);"},
};
static const struct db_migrations migrations = {"test", list, 1};
static const struct db_migrations both_steps = {"again", list, 2};

/* ---- the first ones ---- */

struct first {
	pthread_t thread;
	const char *url;
	int rc;
	struct err err;
};

/* The waits are real ones: without, five threads on two processors could use up any number of tries. */
static const struct db_options patient = {.tries = 60, .busy_timeout_ms = 5000};

static void *open_and_migrate(void *argument)
{
	static const struct db_migration own[] = {
		{1, "0001_first", "CREATE TABLE fresh (id {{id}}, number {{i64}}) {{strict}};"},
		{2, "0002_first", "INSERT INTO fresh (number) VALUES (7);"},
	};
	static const struct db_migrations set = {"fresh", own, 2};
	struct first *first = argument;
	DB_SCOPED db = NULL;
	first->rc = db_open(first->url, &patient, &db, &first->err);
	if (first->rc == 0)
		first->rc = db_migrate(db, &set, 1, &first->err);
	return NULL;
}

/* A file that is not there yet, or a schema with nothing in it, is met by several programs in the same moment. */
static void many_may_be_the_first(void **state)
{
	struct opened *f = need(state);
	for (int round = 0; round < 10; round++) {
		struct first firsts[5] = {{0}};
		char url[1000];
		snprintf(url, sizeof url, "%s", f->engine.url);
		if (f->engine.kind == DB_SQLITE)
			snprintf(url, sizeof url, "sqlite:%s/new-%d.db", f->engine.dir, round);
		for (size_t i = 0; i < 5; i++) {
			firsts[i].url = url;
			assert_int_equal(pthread_create(&firsts[i].thread, NULL, open_and_migrate, &firsts[i]), 0);
		}
		for (size_t i = 0; i < 5; i++)
			pthread_join(firsts[i].thread, NULL);
		for (size_t i = 0; i < 5; i++)
			if (firsts[i].rc != 0)
				fail_msg("round %d: answered %d: %s", round, firsts[i].rc, firsts[i].err.text);
		DB_SCOPED db = NULL;
		int64_t rows = 0;
		assert_ok(db_open(url, &options, &db, &err));
		assert_ok(db_get_i64(db, &rows, &err, "SELECT COUNT(*) FROM fresh"));
		assert_int_equal(rows, 1);
		if (f->engine.kind == DB_POSTGRES) {
			assert_ok(db_run(db, &err, "DROP TABLE fresh"));
			assert_ok(db_run(db, &err, "DROP TABLE migration"));
		}
	}
}

/* Somebody else's program reads the file, which has no log yet: SQLite answers at once that it is locked. */
static sqlite3 *reader;
static int waits;

static void reader_ends_at_the_second_wait(int64_t us)
{
	(void)us;
	if (++waits == 2)
		sqlite3_exec(reader, "END", NULL, NULL, NULL);
}

static void a_new_file_that_is_read_is_waited_for(void **state)
{
	struct opened *f = need(state);
	if (f->engine.kind != DB_SQLITE)
		return;
	char path[900], url[1000];
	snprintf(path, sizeof path, "%s/read.db", f->engine.dir);
	snprintf(url, sizeof url, "sqlite:%s", path);
	assert_int_equal(sqlite3_open(path, &reader), SQLITE_OK);
	const char *sql = "CREATE TABLE theirs (number); BEGIN; SELECT COUNT(*) FROM theirs";
	assert_int_equal(sqlite3_exec(reader, sql, NULL, NULL, NULL), SQLITE_OK);
	const struct db_options hasty = {.tries = 2, .busy_timeout_ms = 1, .wait = no_wait};
	const struct db_options waiting = {.tries = 3, .busy_timeout_ms = 1, .wait = reader_ends_at_the_second_wait};
	struct db *db = NULL;
	struct err why = {0};
	assert_int_equal(db_open(url, &hasty, &db, &why), ERR_DB_AGAIN);
	assert_null(db);
	assert_says(why, "read.db: database: database is locked");
	waits = 0;
	assert_ok(db_open(url, &waiting, &db, &err));
	assert_int_equal(waits, 2);
	assert_ok(db_run(db, &err, "INSERT INTO theirs VALUES (1)"));
	db_close(db);
	assert_int_equal(sqlite3_close(reader), SQLITE_OK);
}

/* ---- the last ---- */

static int leave_inside(struct db *db, void *context, struct err *err)
{
	struct db **kept = context;
	int rc = db_run(db, err, "INSERT INTO thing (number) VALUES (1)");
	if (rc != 0)
		return rc;
	db_close(*kept); /* another one, in whose transaction nothing was decided */
	*kept = NULL;
	return 0;
}

static void closing_gives_up_what_is_not_decided(void **state)
{
	struct opened *f = need(state);
	struct db *other = NULL;
	assert_ok(db_open(f->engine.url, &options, &other, &err));
	assert_ok(other->driver->begin(other, DB_BEGIN_WRITE, &err));
	other->depth = 1;
	assert_ok(db_run(other, &err, "INSERT INTO thing (number) VALUES (99)"));
	if (f->engine.kind == DB_SQLITE) { /* one writer at a time */
		db_close(other);
	} else {
		assert_ok(db_transaction(f->db, leave_inside, &other, &err));
		assert_null(other);
	}
	int64_t count = -1;
	assert_ok(db_get_i64(f->db, &count, &err, "SELECT COUNT(*) FROM thing WHERE number = 99"));
	assert_int_equal(count, 0);
	assert_ok(db_run(f->db, &err, "INSERT INTO thing (number) VALUES (2)")); /* nobody holds anything */
	assert_ok(db_open(f->engine.url, &options, &other, &err));
	db_closep(&other);
	assert_null(other);
	db_closep(&other);
}

static void closing_with_rows_half_read(void **state)
{
	struct opened *f = need(state);
	for (int64_t i = 0; i < 500; i++)
		assert_ok(db_run(f->db, &err, "INSERT INTO thing (number) VALUES ($1)", DB_I64(i)));
	for (int open = 0; open < 4; open++) {
		DB_SCOPED db = NULL;
		struct db_rows rows[3] = {0};
		assert_ok(db_open(f->engine.url, &options, &db, &err));
		for (int i = 0; i < open && i < 3; i++) {
			assert_ok(db_select(db, &rows[i], &err, "SELECT number FROM thing ORDER BY number"));
			assert_rc(db_next(&rows[i], &err), DB_ROW);
		}
		for (int i = 0; i < 3; i++)
			db_rows_finish(&rows[i]);
	}
	assert_ok(db_run(f->db, &err, "DROP TABLE thing")); /* no reader is left behind */
}

/* ---- while others change the tables ---- */

static void what_is_prepared_outlives_a_change_of_the_table(void **state)
{
	struct opened *f = need(state);
	DB_SCOPED other = NULL;
	int64_t count = 0, id = 0;
	assert_ok(db_open(f->engine.url, &options, &other, &err));
	for (int round = 0; round < 3; round++) {
		assert_ok(db_insert(f->db, &id, &err, "INSERT INTO thing (number, label) VALUES ($1, $2)",
				    DB_I64(round), DB_LIT("x")));
		assert_ok(db_get_i64(f->db, &count, &err, "SELECT COUNT(*) FROM thing WHERE number <= $1",
				     DB_I64(round)));
		assert_int_equal(count, round + 1);
		if (round == 0)
			assert_ok(db_run(other, &err, "ALTER TABLE thing ADD COLUMN more TEXT"));
		else
			assert_ok(db_run(other, &err, "CREATE INDEX thing_number ON thing (number)"));
		if (round == 1)
			assert_ok(db_run(other, &err, "DROP INDEX thing_number"));
	}
	DB_ROWS rows = {0};
	assert_ok(db_select(f->db, &rows, &err, "SELECT id, label, more FROM thing ORDER BY id"));
	for (int i = 0; i < 3; i++) {
		assert_rc(db_next(&rows, &err), DB_ROW);
		assert_text(db_text(&rows, 1), "x");
		assert_true(db_is_null(&rows, 2));
	}
	assert_rc(db_next(&rows, &err), 0);
}

/* ---- sizes ---- */

static void blobs_and_texts_of_every_awkward_size(void **state)
{
	static const size_t sizes[] = {0,     1,      7,      8,      9,      127,     128,     255,    256,   1023,
				       4000,  4095,   4096,   4097,   8191,   8193,    16384,   65535,  65536, 65537,
				       99999, 131072, 262143, 262145, 524289, 1048575, 1048577, 3000001};
	struct opened *f = need(state);
	struct random_fixed fixed;
	size_t most = sizes[sizeof sizes / sizeof *sizes - 1];
	char *bytes = malloc(most), *text = malloc(most);
	assert_true(bytes && text);
	random_fixed_init(&fixed, 77);
	fixed.random.fill(&fixed.random, bytes, most);
	random_name(&fixed.random, text, most - 1);
	text[most - 1] = 'z';
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		int64_t id = 0;
		DB_ROWS rows = {0};
		assert_ok(db_insert(f->db, &id, &err, "INSERT INTO thing (label, bytes) VALUES ($1, $2)",
				    DB_TEXT(str_of(text, sizes[i])), DB_BLOB(str_of(bytes, sizes[i]))));
		assert_rc(db_one(f->db, &rows, &err, "SELECT label, bytes FROM thing WHERE id = $1", DB_I64(id)),
			  DB_ROW);
		assert_true(str_eq(db_text(&rows, 0), str_of(text, sizes[i])));
		assert_true(str_eq(db_blob(&rows, 1), str_of(bytes, sizes[i])));
		assert_false(db_is_null(&rows, 0) || db_is_null(&rows, 1));
	}
	free(bytes);
	free(text);
}

/* ---- each call, made to fail ---- */

static int run_it(struct db *db, struct err *err)
{
	return db_run(db, err, "INSERT INTO thing (number) VALUES (5)");
}

static int insert_it(struct db *db, struct err *err)
{
	int64_t id = -1;
	int rc = db_insert(db, &id, err, "INSERT INTO thing (number) VALUES (6)");
	assert_true(rc == 0 || id == -1);
	return rc;
}

static int get_it(struct db *db, struct err *err)
{
	int64_t count = -1;
	int rc = db_get_i64(db, &count, err, "SELECT COUNT(*) FROM thing");
	assert_true(rc == 0 || count == -1);
	return rc;
}

static int one_it(struct db *db, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_one(db, &rows, err, "SELECT COUNT(*) FROM thing");
	assert_true(rc == DB_ROW || rows.stmt == NULL);
	return rc == DB_ROW ? 0 : rc;
}

static int select_it(struct db *db, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_select(db, &rows, err, "SELECT number FROM thing");
	assert_true(rc == 0 || rows.stmt == NULL);
	return rc;
}

static int migrate_it(struct db *db, struct err *err)
{
	return db_migrate(db, &migrations, 5, err); /* there is nothing to do but to look */
}

static void each_call_hands_a_fault_on(void **state)
{
	int (*const calls[])(struct db * db, struct err * err) = {run_it, insert_it, get_it,
								  one_it, select_it, migrate_it};
	static const struct {
		enum db_fault fault;
		int answer;
	} faults[] = {{DB_FAULT_FAIL, ERR_DB}, {DB_FAULT_AGAIN, ERR_DB_AGAIN}};
	struct opened *f = need(state);
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
		for (size_t k = 0; k < 2; k++) {
			int64_t before = rows_of(f->db);
			struct err why = {0};
			db_fault_set(f->db, faults[k].fault, 1);
			assert_int_equal(calls[i](f->db, &why), faults[k].answer);
			assert_true(db_fault_fired(f->db));
			assert_int_equal(why.code, faults[k].answer);
			assert_true(why.text[0] != 0);
			assert_int_equal(rows_of(f->db), before);
			assert_int_equal(calls[i](f->db, &why), 0); /* once */
			db_fault_set(f->db, faults[k].fault, 1);
			assert_int_equal(calls[i](f->db, NULL), faults[k].answer); /* and nobody has to listen */
			/* A commit's fault does not count statements. */
			db_fault_set(f->db, DB_FAULT_COMMIT_LOST, 1);
			assert_int_equal(calls[i](f->db, &why), 0);
			assert_false(db_fault_fired(f->db));
			db_fault_set(f->db, DB_FAULT_NONE, 0);
		}
	}
}

static void sets_of_migrations_do_not_meet(void **state)
{
	struct opened *f = need(state);
	int number = -1;
	struct err why = {0};
	/* The first of them makes a table that is there already: it is refused whole, and neither is registered. */
	assert_int_equal(db_migrate(f->db, &both_steps, 9, &why), ERR_DB);
	assert_says(why, "migration 0001_life: database: ");
	assert_says(why, "thing");
	assert_ok(db_migrated_to(f->db, "again", &number, &err));
	assert_int_equal(number, 0);
	assert_ok(db_migrated_to(f->db, "test", &number, &err));
	assert_int_equal(number, 1);
	assert_int_equal(rows_of(f->db), 0);
}

/* ---- a disk that fills ---- */

static void fill_up(const char *url)
{
	const struct rlimit limit = {400000, 400000}; /* of any file this process writes */
	struct db *db = NULL;
	struct err err = {0};
	char label[5000];
	int written = 0, rc = db_open(url, &options, &db, &err);
	memset(label, 'x', sizeof label);
	signal(SIGXFSZ, SIG_IGN);
	if (rc != 0 || setrlimit(RLIMIT_FSIZE, &limit) != 0)
		_exit(200);
	while (rc == 0 && written < 190) {
		rc = db_run(db, &err, "INSERT INTO thing (label) VALUES ($1)", DB_TEXT(str_of(label, sizeof label)));
		written += rc == 0;
	}
	/* It says so, goes on saying so, and can still be read. */
	bool told = (rc == ERR_DB || rc == ERR_DB_UNKNOWN) && (strstr(err.text, "full") || strstr(err.text, "disk"));
	int64_t count = -1;
	if (db_get_i64(db, &count, NULL, "SELECT COUNT(*) FROM thing") != 0 || count != written)
		told = false;
	_exit(told ? written : 201);
}

static void a_full_disk_loses_nothing(void **state)
{
	struct opened *f = need(state);
	if (f->engine.kind != DB_SQLITE)
		return;
	fflush(NULL);
	pid_t child = fork();
	if (child == 0)
		fill_up(f->engine.url);
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	int written = WEXITSTATUS(status);
	assert_true(written > 10 && written < 190);
	assert_int_equal(rows_of(f->db), written);
	assert_ok(db_check(f->db, NULL, NULL, &err));
	assert_ok(db_run(f->db, &err, "INSERT INTO thing (number) VALUES (1)"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_may_be_the_first),
		cmocka_unit_test(a_new_file_that_is_read_is_waited_for),
		cmocka_unit_test(closing_gives_up_what_is_not_decided),
		cmocka_unit_test(closing_with_rows_half_read),
		cmocka_unit_test(what_is_prepared_outlives_a_change_of_the_table),
		cmocka_unit_test(blobs_and_texts_of_every_awkward_size),
		cmocka_unit_test(each_call_hands_a_fault_on),
		cmocka_unit_test(sets_of_migrations_do_not_meet),
		cmocka_unit_test(a_full_disk_loses_nothing),
	};
	return ON_BOTH("life", tests, &options, &migrations);
}
