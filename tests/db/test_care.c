#include "engine.h"

#include "base/file.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Backup, restore and checks. They are SQLite's; PostgreSQL says what to use instead. */

struct fixture {
	struct engine engine;
	struct db *db;
	struct db *writer; /* a second connection */
	char backup[128];
};

static const struct db_migration list[] = {
	{1, "0001_test",
	 "CREATE TABLE parent (id {{id}}, label {{text}}) {{strict}};"
	 "CREATE TABLE child (id {{id}}, parent_id {{i64}} REFERENCES parent (id), filler {{blob}}) {{strict}};"},
};
static const struct db_migrations migrations = {"test", list, 1};

static int setup(void **state)
{
	static struct fixture fixture;
	fixture = (struct fixture){0};
	assert_true(engine_start(&fixture.engine, DB_SQLITE));
	assert_ok(db_open(fixture.engine.url, NULL, &fixture.db, &err));
	assert_ok(db_open(fixture.engine.url, NULL, &fixture.writer, &err));
	assert_ok(db_migrate(fixture.db, &migrations, 1, &err));
	engine_file(&fixture.engine, "backup.db", fixture.backup);
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;
	db_close(fixture->db);
	db_close(fixture->writer);
	engine_stop(&fixture->engine);
	return 0;
}

static void add_rows(struct db *db, int count)
{
	static const char filler[3000];
	for (int i = 0; i < count; i++)
		assert_ok(db_run(db, &err, "INSERT INTO child (filler) VALUES ($1)",
				 DB_BLOB(str_of(filler, sizeof filler))));
}

static int64_t children(struct db *db)
{
	int64_t count = -1;
	assert_ok(db_get_i64(db, &count, &err, "SELECT COUNT(*) FROM child"));
	return count;
}

static int64_t children_in(const char *path)
{
	char url[200];
	snprintf(url, sizeof url, "sqlite:%s", path);
	struct db_options reading = {.read_only = true};
	DB_SCOPED db = NULL;
	assert_ok(db_open(url, &reading, &db, &err));
	assert_ok(db_check(db, NULL, NULL, &err));
	return children(db);
}

struct watch {
	struct fixture *fixture;
	int calls;
	int stop_at;
	int64_t last_done, all;
};

/* Somebody writes between any two steps of the copy. */
static int write_meanwhile(void *context, int64_t done, int64_t all)
{
	struct watch *watch = context;
	watch->calls++;
	assert_true(done >= watch->last_done && done <= all);
	watch->last_done = done;
	watch->all = all;
	add_rows(watch->fixture->writer, 3);
	return watch->calls == watch->stop_at;
}

static void a_backup_is_of_one_moment(void **state)
{
	struct fixture *fixture = *state;
	add_rows(fixture->db, 2000);
	struct watch watch = {.fixture = fixture};
	assert_ok(db_backup(fixture->db, fixture->backup, write_meanwhile, &watch, &err));
	assert_true(watch.calls >= 3);
	assert_int_equal(watch.last_done, watch.all);
	assert_int_equal(children_in(fixture->backup), 2000);
	assert_true(children(fixture->db) > 2000);
	char part[140];
	snprintf(part, sizeof part, "%s.part", fixture->backup);
	assert_false(file_exists(part));
	snprintf(part, sizeof part, "%s-wal", fixture->backup);
	assert_false(file_exists(part)); /* one file is all of it */
	/* The next one takes its place. */
	assert_ok(db_backup(fixture->db, fixture->backup, NULL, NULL, &err));
	assert_int_equal(children_in(fixture->backup), children(fixture->db));
}

static void a_stopped_backup_leaves_the_old_one(void **state)
{
	struct fixture *fixture = *state;
	add_rows(fixture->db, 1500);
	assert_ok(db_backup(fixture->db, fixture->backup, NULL, NULL, &err));
	add_rows(fixture->db, 10);
	struct watch watch = {.fixture = fixture, .stop_at = 2};
	assert_rc(db_backup(fixture->db, fixture->backup, write_meanwhile, &watch, &err), ERR_STOPPED);
	assert_int_equal(children_in(fixture->backup), 1500);
	struct err error = {0};
	assert_true(db_backup(fixture->db, "/nowhere/backup.db", NULL, NULL, &error) < 0);
	assert_says(error, "backup to /nowhere/backup.db");
	add_rows(fixture->db, 1); /* the connection is usable */
}

static void a_restore_brings_back_what_was(void **state)
{
	struct fixture *fixture = *state;
	add_rows(fixture->db, 50);
	assert_ok(db_backup(fixture->db, fixture->backup, NULL, NULL, &err));
	add_rows(fixture->db, 70);
	assert_ok(db_run(fixture->db, &err, "UPDATE child SET filler = NULL"));
	assert_ok(db_restore(fixture->db, fixture->backup, &err));
	assert_int_equal(children(fixture->db), 50);
	assert_int_equal(children(fixture->writer), 50);
	assert_ok(db_check(fixture->db, NULL, NULL, &err));
	add_rows(fixture->writer, 1);
	assert_int_equal(children(fixture->db), 51);
	/* Opened anew it is the same, in WAL mode again. */
	DB_SCOPED again = NULL;
	assert_ok(db_open(fixture->engine.url, NULL, &again, &err));
	assert_int_equal(children(again), 51);
}

static void overwrite(const char *path, off_t at, const char *bytes, size_t count)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, count, at), (ssize_t)count);
	close(fd);
}

static void a_damaged_backup_is_not_taken(void **state)
{
	struct fixture *fixture = *state;
	add_rows(fixture->db, 300);
	assert_ok(db_backup(fixture->db, fixture->backup, NULL, NULL, &err));
	char junk[4096];
	memset(junk, 0x5a, sizeof junk);
	overwrite(fixture->backup, INT64_C(4096) * 20, junk, sizeof junk);
	add_rows(fixture->db, 5);
	struct err error = {0};
	assert_int_equal(db_restore(fixture->db, fixture->backup, &error), DB_DAMAGED);
	assert_says(error, "the backup is damaged");
	assert_int_equal(children(fixture->db), 305);
	overwrite(fixture->backup, 0, junk, sizeof junk);
	assert_int_equal(db_restore(fixture->db, fixture->backup, &error), DB_DAMAGED);
	assert_int_equal(db_restore(fixture->db, "/nowhere.db", &error), ERR_DB);
	assert_says(error, "restore from /nowhere.db");
	assert_int_equal(children(fixture->db), 305);
}

static void count_finding(void *context, const char *finding)
{
	(*(int *)context)++;
	assert_true(strlen(finding) > 0);
}

static void broken_references_are_found(void **state)
{
	struct fixture *fixture = *state;
	assert_ok(db_run(fixture->db, &err, "INSERT INTO parent (label) VALUES ('p')"));
	assert_ok(db_run(fixture->db, &err, "INSERT INTO child (parent_id) SELECT id FROM parent"));
	int findings = 0;
	assert_ok(db_check(fixture->db, count_finding, &findings, &err));
	assert_int_equal(findings, 0);
	assert_rc(db_run(fixture->db, &err, "DELETE FROM parent"), ERR_DB);
	/* Another program, which does not mind references. */
	sqlite3 *careless = NULL;
	assert_int_equal(sqlite3_open(strchr(fixture->engine.url, ':') + 1, &careless), SQLITE_OK);
	assert_int_equal(sqlite3_exec(careless, "DELETE FROM parent", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(careless);
	assert_rc(db_check(fixture->db, count_finding, &findings, &err), DB_DAMAGED);
	assert_int_equal(findings, 1);
}

static void postgres_names_its_own_tools(void **state)
{
	(void)state;
	struct engine engine;
	if (!engine_start(&engine, DB_POSTGRES))
		skip();
	DB_SCOPED db = NULL;
	assert_ok(db_open(engine.url, NULL, &db, &err));
	struct err error = {0};
	assert_int_equal(db_backup(db, "/tmp/x", NULL, NULL, &error), DB_CANNOT);
	assert_says(error, "pg_dump");
	assert_int_equal(db_restore(db, "/tmp/x", &error), DB_CANNOT);
	assert_says(error, "pg_restore");
	db_close(db);
	db = NULL;
	engine_stop(&engine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(a_backup_is_of_one_moment),      ENGINE_TEST(a_stopped_backup_leaves_the_old_one),
		ENGINE_TEST(a_restore_brings_back_what_was), ENGINE_TEST(a_damaged_backup_is_not_taken),
		ENGINE_TEST(broken_references_are_found),    cmocka_unit_test(postgres_names_its_own_tools),
	};
	return cmocka_run_group_tests_name("care", tests, NULL, NULL);
}
