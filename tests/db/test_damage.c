/* Files that are damaged, busy, missing, not ours or left by a killed process; backups while others write. SQLite. */
#include "engine.h"

#include "base/file.h"
#include "db/driver.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct db_migration list[] = {
	{1, "0001_pairs",
	 "CREATE TABLE pair (id {{id}}, a {{i64}} NOT NULL, b {{i64}} NOT NULL, t {{text}} NOT NULL) "
	 "{{strict}}; CREATE INDEX pair_t ON pair (t);"},
};
static const struct db_migrations migrations = {"test", list, 1};

struct fixture {
	struct engine engine;
	char path[128], other[128];
	struct db *db;
};

static int setup(void **state)
{
	static struct fixture f;
	f = (struct fixture){0};
	engine_start(&f.engine, DB_SQLITE);
	engine_file(&f.engine, "test.db", f.path);
	engine_file(&f.engine, "other.db", f.other);
	assert_ok(db_open(f.engine.url, NULL, &f.db, &err));
	assert_ok(db_migrate(f.db, &migrations, 1, &err));
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	db_close(f->db);
	engine_stop(&f->engine);
	return 0;
}

static int add_pairs(struct db *db, void *context, struct err *err)
{
	int64_t count = *(int64_t *)context;
	int rc = 0;
	for (int64_t i = 0; rc == 0 && i < count; i++)
		rc = db_run(db, err, "INSERT INTO pair (a, b, t) VALUES ($1, $1, $2)", DB_I64(i),
			    DB_LIT("a text that is long enough for many pages to be filled by a few thousand rows"));
	return rc;
}

static void fill(struct fixture *f, int64_t count)
{
	assert_ok(db_transaction(f->db, add_pairs, &count, &err));
}

static int64_t pairs(struct db *db)
{
	int64_t count = -1;
	assert_ok(db_get_i64(db, &count, &err, "SELECT COUNT(*) FROM pair"));
	return count;
}

static void count_it(void *context, const char *finding)
{
	assert_true(finding[0] != 0);
	(*(int *)context)++;
}

static void open_other(const struct fixture *f, const char *path, const struct db_options *options, int expected,
		       const char *says)
{
	(void)f;
	char url[300];
	struct err err = {0};
	DB_SCOPED db = NULL;
	snprintf(url, sizeof url, "sqlite:%s", path);
	int rc = db_open(url, options, &db, &err);
	if (rc != expected)
		fail_msg("%s: answered %d: %s", path, rc, err.text);
	if (expected < 0) {
		assert_says(err, path);
		assert_says(err, says);
	}
}

/* ---- opening ---- */

static void what_cannot_be_opened_says_which_file(void **state)
{
	struct fixture *f = *state;
	char path[200];
	const struct db_options must = {.must_exist = true}, reading = {.read_only = true};
	snprintf(path, sizeof path, "%s/no/such/folder/x.db", f->engine.dir);
	open_other(f, path, NULL, ERR_DB, "unable to open");
	open_other(f, f->other, &must, ERR_DB, "unable to open");
	open_other(f, f->other, &reading, ERR_DB, "unable to open");
	assert_int_equal(access(f->other, F_OK), -1);                 /* and none was made */
	open_other(f, f->engine.dir, NULL, ERR_DB, "unable to open"); /* a folder */
	assert_int_equal(file_write(f->other,
				    STR("This is a letter, and no database at all. It goes on for "
					"some lines, so that it is longer than a header of one hundred "
					"bytes would be."),
				    0600, NULL),
			 0);
	open_other(f, f->other, NULL, ERR_DB, "not a database");
}

static void reading_does_not_write(void **state)
{
	struct fixture *f = *state;
	fill(f, 3);
	DB_SCOPED reader = NULL;
	assert_ok(db_open(f->engine.url, &(struct db_options){.read_only = true}, &reader, &err));
	assert_int_equal(pairs(reader), 3);
	int64_t one = 1;
	assert_rc(db_transaction(reader, add_pairs, &one, &err), ERR_DB);
	assert_rc(db_run(reader, &err, "DELETE FROM pair"), ERR_DB);
	assert_rc(db_run(reader, &err, "DROP TABLE pair"), ERR_DB);
	assert_int_equal(pairs(f->db), 3);
}

/* ---- damage ---- */

/* Bytes are changed here and there: whatever is hit, the check tells or the content is still the same, and nothing
 * crashes. */
static void flipped_bytes_are_found(void **state)
{
	struct fixture *f = *state;
	int noticed = 0;
	fill(f, 4000);
	assert_ok(db_backup(f->db, f->other, NULL, NULL, &err));
	struct stat stat;
	assert_int_equal(lstat(f->other, &stat), 0);
	for (int i = 0; i < 60; i++) {
		char path[140], url[160];
		snprintf(path, sizeof path, "%s-%d", f->other, i);
		snprintf(url, sizeof url, "sqlite:%s", path);
		ARENA_SCOPED arena = arena_create(0);
		struct str whole;
		assert_ok(file_read(f->other, (size_t)stat.st_size, arena, &whole, &err));
		char *bytes = arena_alloc(arena, whole.len);
		memcpy(bytes, whole.ptr, whole.len);
		/* Headers of pages: type, cells, pointers. */
		size_t page = (size_t)i % (whole.len / 4096);
		for (size_t k = 0; k < 12; k++)
			bytes[page * 4096 + (page ? 0 : 100) + k] ^= (char)(0x55 + i);
		assert_ok(file_write(path, str_of(bytes, whole.len), 0600, &err));
		DB_SCOPED db = NULL;
		struct err why = {0};
		int findings = 0;
		int rc = db_open(url, NULL, &db, &why);
		if (rc == 0)
			rc = db_check(db, count_it, &findings, &why);
		noticed += rc != 0;
		assert_true(rc != DB_DAMAGED || findings > 0);
		/* And a restore from it leaves this database as it was. */
		rc = db_restore(f->db, path, &why);
		assert_true(rc == DB_DAMAGED || rc < 0);
		assert_int_equal(pairs(f->db), 4000);
	}
	assert_int_equal(noticed, 60);
	assert_ok(db_check(f->db, count_it, &noticed, &err));
}

static void cut_and_empty_copies_are_not_restored(void **state)
{
	struct fixture *f = *state;
	fill(f, 2000);
	assert_ok(db_backup(f->db, f->other, NULL, NULL, &err));
	struct stat stat;
	assert_int_equal(lstat(f->other, &stat), 0);
	const off_t sizes[] = {stat.st_size - 1, stat.st_size / 2, 4096, 100, 1, 0};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		assert_int_equal(truncate(f->other, sizes[i]), 0);
		struct err why = {0};
		int rc = db_restore(f->db, f->other, &why);
		if (rc != DB_DAMAGED)
			fail_msg("%lld bytes: answered %d: %s", (long long)sizes[i], rc, why.text);
		assert_says(why, "damaged");
		assert_int_equal(pairs(f->db), 2000);
	}
	unlink(f->other);
	assert_rc(db_restore(f->db, f->other, &err), ERR_DB);
	assert_int_equal(access(f->other, F_OK), -1);
	assert_int_equal(pairs(f->db), 2000);
}

/* ---- a killed process ---- */

/* A writer ends without closing, with committed rows in the log and others not committed. */
static void what_a_killed_writer_committed_is_there(void **state)
{
	struct fixture *f = *state;
	fill(f, 1);
	pid_t child = fork();
	if (child == 0) {
		struct db *db = NULL;
		int64_t count = 500;
		struct err err = {0};
		int rc = db_open(f->engine.url, NULL, &db, &err);
		rc = rc ? rc : db_transaction(db, add_pairs, &count, &err);
		rc = rc ? rc : db->driver->begin(db, DB_BEGIN_WRITE, &err);
		rc = rc ? rc : add_pairs(db, &count, &err);
		kill(getpid(), rc == 0 ? SIGKILL : SIGTERM);
	}
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_int_equal(pairs(f->db), 501);
	db_close(f->db);
	f->db = NULL;
	assert_ok(db_open(f->engine.url, NULL, &f->db, &err));
	assert_int_equal(pairs(f->db), 501);
	int findings = 0;
	assert_ok(db_check(f->db, count_it, &findings, &err));
	fill(f, 1);
}

/* ---- backups beside writers ---- */

struct writer {
	const char *url;
	_Atomic bool stop;
	int written;
};

static int two_rows(struct db *db, void *context, struct err *err)
{
	int64_t number = *(int *)context;
	int rc = db_run(db, err, "INSERT INTO pair (a, b, t) VALUES ($1, 0, 'left')", DB_I64(number));
	return rc == 0 ? db_run(db, err, "INSERT INTO pair (a, b, t) VALUES ($1, 1, 'right')", DB_I64(number)) : rc;
}

static void *write_on(void *argument)
{
	struct writer *writer = argument;
	DB_SCOPED db = NULL;
	if (db_open(writer->url, &(struct db_options){.sync_normal = true}, &db, NULL) != 0)
		return NULL;
	while (!writer->stop || writer->written < 20)
		if (db_transaction(db, two_rows, &writer->written, NULL) == 0)
			writer->written++;
	return NULL;
}

static void a_backup_beside_a_writer_is_whole(void **state)
{
	struct fixture *f = *state;
	fill(f, 3000);
	struct writer writer = {.url = f->engine.url};
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, write_on, &writer), 0);
	int64_t last = 0;
	for (int i = 0; i < 12; i++) {
		assert_ok(db_backup(f->db, f->other, NULL, NULL, &err));
		char url[200];
		snprintf(url, sizeof url, "sqlite:%s", f->other);
		DB_SCOPED copy = NULL;
		int findings = 0;
		int64_t left = -1, right = -1;
		assert_ok(db_open(url, &(struct db_options){.read_only = true}, &copy, &err));
		assert_ok(db_check(copy, count_it, &findings, &err));
		assert_ok(db_get_i64(copy, &left, &err, "SELECT COUNT(*) FROM pair WHERE t = 'left'"));
		assert_ok(db_get_i64(copy, &right, &err, "SELECT COUNT(*) FROM pair WHERE t = 'right'"));
		assert_int_equal(left, right); /* of one moment */
		assert_true(left >= last);     /* which does not go back */
		last = left;
	}
	writer.stop = true;
	pthread_join(thread, NULL);
	assert_int_equal(pairs(f->db), 3000 + 2 * writer.written);
}

static void a_backup_that_cannot_be_written_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	char path[200];
	fill(f, 10);
	snprintf(path, sizeof path, "%s/no/such/folder/b.db", f->engine.dir);
	struct err err = {0};
	assert_int_equal(db_backup(f->db, path, NULL, NULL, &err), ERR_DB);
	assert_says(err, path);
	assert_int_equal(mkdir(f->other, 0700), 0); /* a folder is in the way */
	assert_true(db_backup(f->db, f->other, NULL, NULL, &err) < 0);
	snprintf(path, sizeof path, "%s.part", f->other);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(rmdir(f->other), 0);
	fill(f, 1); /* no transaction was left open */
	assert_int_equal(pairs(f->db), 11);
}

/* ---- busy ---- */

static void no_wait(int64_t us)
{
	(void)us;
}

static int write_beside(struct db *db, void *context, struct err *err)
{
	int64_t one = 1;
	(void)err;
	struct err beside = {0};
	assert_int_equal(db_transaction(context, add_pairs, &one, &beside), ERR_DB_AGAIN);
	assert_says(beside, "given up after 3 tries");
	return add_pairs(db, &one, &beside);
}

static void a_busy_database_says_so_and_is_free_again(void **state)
{
	struct fixture *f = *state;
	DB_SCOPED second = NULL;
	const struct db_options hasty = {.busy_timeout_ms = 1, .tries = 3, .wait = no_wait};
	assert_ok(db_open(f->engine.url, &hasty, &second, &err));
	assert_ok(db_transaction(f->db, write_beside, second, &err));
	assert_int_equal(pairs(second), 1);
	int64_t one = 1;
	assert_ok(db_transaction(second, add_pairs, &one, &err));
	assert_int_equal(pairs(f->db), 2);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(what_cannot_be_opened_says_which_file),
		TEST(reading_does_not_write),
		TEST(flipped_bytes_are_found),
		TEST(cut_and_empty_copies_are_not_restored),
		TEST(what_a_killed_writer_committed_is_there),
		TEST(a_backup_beside_a_writer_is_whole),
		TEST(a_backup_that_cannot_be_written_leaves_nothing),
		TEST(a_busy_database_says_so_and_is_free_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
