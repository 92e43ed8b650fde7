/* A commit wakes those who listen, and nothing else does; a connection that broke listens again. */
#include "both.h"

#include <poll.h>

#define PATIENCE_MS 60000 /* until a test is called broken */

static const struct db_options options = {.wait = no_wait};
static const struct db_migration list[] = {{1, "0001_thing", "CREATE TABLE thing (id {{id}}) {{strict}};"}};
static const struct db_migrations one = {"test", list, 1};

static int write_and_notify(struct db *db, void *context, struct err *err)
{
	int64_t id = 0;
	int rc = db_insert(db, &id, err, "INSERT INTO thing (id) VALUES ((SELECT COUNT(*) FROM thing) + 1)");
	rc = rc ? rc : db_notify(db, "thing_written", err);
	return rc ? rc : *(int *)context;
}

static void write_one(struct db *db, int answer)
{
	assert_rc(db_transaction(db, write_and_notify, &answer, &err), answer);
}

/* What the server has sent until now has arrived after a statement of our own. */
static bool noticed_now(struct db *db)
{
	int fd;
	(void)rows_of(db);
	return db_noticed(db, &fd);
}

static void wait_until_noticed(struct db *db)
{
	int fd;
	while (!db_noticed(db, &fd)) {
		struct pollfd end = {.fd = fd, .events = POLLIN};
		assert_int_not_equal(fd, -1);
		assert_int_equal(poll(&end, 1, PATIENCE_MS), 1);
	}
}

static void who_cannot_says_so(void **state)
{
	struct opened *f = need(state);
	int fd = 0;
	if (f->engine.kind != DB_SQLITE)
		return;
	assert_rc(db_listen(f->db, "thing_written", &err), DB_CANNOT);
	write_one(f->db, 0);
	assert_int_equal(rows_of(f->db), 1);
	assert_false(db_noticed(f->db, &fd));
	assert_int_equal(fd, -1);
}

static void a_commit_wakes(void **state)
{
	struct opened *f = need(state);
	DB_SCOPED listener = NULL;
	int fd = 0;
	if (f->engine.kind != DB_POSTGRES)
		return;
	assert_ok(db_open(f->engine.url, &options, &listener, &err));
	write_one(f->db, 0);
	assert_false(noticed_now(listener)); /* it does not listen yet */
	assert_false(db_noticed(listener, &fd));
	assert_int_equal(fd, -1);
	assert_ok(db_listen(listener, "thing_written", &err));
	assert_false(db_noticed(listener, &fd));
	assert_true(fd >= 0);
	write_one(f->db, 0);
	wait_until_noticed(listener);
	assert_false(noticed_now(listener)); /* told once */
	assert_int_equal(rows_of(listener), 2);
	write_one(f->db, 7); /* rolled back */
	assert_false(noticed_now(listener));
}

static void a_connection_that_broke_listens_again(void **state)
{
	struct opened *f = need(state);
	DB_SCOPED listener = NULL;
	int fd = 0;
	if (f->engine.kind != DB_POSTGRES)
		return;
	assert_ok(db_open(f->engine.url, &options, &listener, &err));
	assert_ok(db_listen(listener, "thing_written", &err));
	engine_cut(&f->engine);
	wait_until_noticed(listener); /* the end is news as well */
	assert_false(db_noticed(listener, &fd));
	assert_int_equal(fd, -1);
	int64_t found = 0;
	assert_rc(db_get_i64(f->db, &found, &err, "SELECT COUNT(*) FROM thing"), ERR_DB_AWAY); /* it was cut off too */
	assert_int_equal(rows_of(listener), 0);
	assert_false(db_noticed(listener, &fd));
	assert_true(fd >= 0);
	write_one(f->db, 0);
	wait_until_noticed(listener);
}

static void a_notice_counts_as_a_statement(void **state)
{
	struct opened *f = need(state);
	int none = 0;
	db_fault_set(f->db, DB_FAULT_FAIL, 3); /* begin, insert, notify or commit */
	assert_rc(db_transaction(f->db, write_and_notify, &none, &err), ERR_DB);
	assert_int_equal(rows_of(f->db), 0);
}

/* Any write to the file is heard of, by another connection and before it commits too. */
static void a_write_to_the_file_is_heard(void **state)
{
	struct opened *f = need(state);
	DB_SCOPED watcher = NULL;
	DB_SCOPED nowhere = NULL;
	int fd = 0;
	assert_ok(db_open(f->engine.url, &options, &watcher, &err));
	if (f->engine.kind != DB_SQLITE) {
		assert_rc(db_watch(watcher, &err), DB_CANNOT);
		assert_false(db_written(watcher, &fd));
		assert_int_equal(fd, -1);
		return;
	}
	assert_ok(db_open("sqlite::memory:", &options, &nowhere, &err));
	assert_rc(db_watch(nowhere, &err), DB_CANNOT);
	assert_int_equal(rows_of(watcher), 0);
	assert_ok(db_watch(watcher, &err));
	assert_ok(db_watch(watcher, &err)); /* twice is once */
	assert_false(db_written(watcher, &fd));
	assert_true(fd >= 0);
	assert_int_equal(rows_of(f->db), 0); /* who reads is not heard */
	assert_false(db_written(watcher, &fd));
	for (int i = 1; i <= 3; i++) {
		write_one(f->db, 0);
		struct pollfd end = {.fd = fd, .events = POLLIN};
		assert_int_equal(poll(&end, 1, PATIENCE_MS), 1);
		assert_true(db_written(watcher, &fd));
		assert_false(db_written(watcher, &fd)); /* told once */
		assert_int_equal(rows_of(watcher), i);
	}
	write_one(f->db, 7); /* rolled back: nothing came to the log */
	assert_false(db_written(watcher, &fd));
}

static int write_many(struct db *db, void *context, struct err *err)
{
	struct db *watcher = context;
	int fd, rc = 0;
	for (int i = 1; i <= 20000 && rc == 0; i++)
		rc = db_run(db, err, "INSERT INTO thing (id) VALUES ($1)", DB_I64(i));
	assert_true(db_written(watcher, &fd));
	assert_int_equal(rows_of(watcher), 0);
	return rc;
}

/* A transaction that outgrows its cache writes before it commits: who is told must look again. */
static void a_write_is_heard_before_it_can_be_read(void **state)
{
	struct opened *f = need(state);
	const struct db_options small = {.cache_kib = 16, .wait = no_wait};
	DB_SCOPED watcher = NULL;
	DB_SCOPED writer = NULL;
	int fd;
	if (f->engine.kind != DB_SQLITE)
		return;
	assert_ok(db_open(f->engine.url, &options, &watcher, &err));
	assert_ok(db_open(f->engine.url, &small, &writer, &err));
	assert_int_equal(rows_of(watcher), 0);
	assert_ok(db_watch(watcher, &err));
	assert_ok(db_transaction(writer, write_many, watcher, &err));
	assert_true(db_written(watcher, &fd));
	assert_int_equal(rows_of(watcher), 20000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_cannot_says_so),
		cmocka_unit_test(a_commit_wakes),
		cmocka_unit_test(a_connection_that_broke_listens_again),
		cmocka_unit_test(a_notice_counts_as_a_statement),
		cmocka_unit_test(a_write_to_the_file_is_heard),
		cmocka_unit_test(a_write_is_heard_before_it_can_be_read),
	};
	return ON_BOTH("notify", tests, &options, &one);
}
