#include "both.h"

/* Migrations: from nothing, step by step, refused when newer, whole or not at all. */

static const struct db_migration steps[] = {
	{1, "0001_first", "CREATE TABLE one (id {{id}}, label {{text}} NOT NULL) {{strict}};"},
	{2, "0002_second",
	 "CREATE TABLE two (a {{i64}} NOT NULL, b {{blob}}, PRIMARY KEY (a)) {{clustered}};"
	 "INSERT INTO one (label) VALUES ('two');"},
	{3, "0003_third", "INSERT INTO one (label) VALUES ('three'); INSERT INTO two (a) VALUES (3);"},
};

static struct db_migrations first(size_t count)
{
	return (struct db_migrations){"test", steps, count};
}

static int64_t ones(struct db *db)
{
	int64_t count = -1;
	assert_ok(db_get_i64(db, &count, &err, "SELECT COUNT(*) FROM one"));
	return count;
}

static int reached(struct db *db, const char *set)
{
	int number = -1;
	assert_ok(db_migrated_to(db, set, &number, &err));
	return number;
}

static void steps_are_applied_once(void **state)
{
	struct db *db = need(state)->db;
	assert_int_equal(reached(db, "test"), 0);
	struct db_migrations set = first(1);
	assert_ok(db_migrate(db, &set, 10, &err));
	assert_int_equal(reached(db, "test"), 1);
	set = first(3);
	assert_ok(db_migrate(db, &set, 20, &err));
	assert_ok(db_migrate(db, &set, 30, &err));
	assert_int_equal(reached(db, "test"), 3);
	assert_int_equal(ones(db), 2);
	int64_t applied_s = 0;
	assert_ok(db_get_i64(db, &applied_s, &err, "SELECT applied_s FROM migration WHERE number = 2"));
	assert_int_equal(applied_s, 20);
	assert_int_equal(reached(db, "other"), 0);
}

static void a_newer_database_is_refused(void **state)
{
	struct db *db = need(state)->db;
	struct db_migrations set = first(3);
	assert_ok(db_migrate(db, &set, 10, &err));
	struct err error = {0};
	set = first(2);
	assert_int_equal(db_migrate(db, &set, 20, &error), DB_NEWER);
	assert_says(error, "made by a newer version (migration '0003_third'; this program knows up to 2)");
	assert_int_equal(reached(db, "test"), 3);
}

static void another_history_is_refused(void **state)
{
	struct db *db = need(state)->db;
	struct db_migrations set = first(2);
	assert_ok(db_migrate(db, &set, 10, &err));
	static const struct db_migration others[] = {{1, "0001_first", "SELECT 1"}, {2, "0002_elsewhere", "SELECT 1"}};
	struct db_migrations other = {"test", others, 2};
	struct err error = {0};
	assert_int_equal(db_migrate(db, &other, 20, &error), ERR_DATA);
	assert_says(error, "its migration 2 of 'test' is '0002_second'");
}

static void two_sets_live_side_by_side(void **state)
{
	struct db *db = need(state)->db;
	struct db_migrations set = first(2);
	static const struct db_migration others[] = {{1, "0001_first", "CREATE TABLE three (id {{id}}) {{strict}}"}};
	struct db_migrations other = {"public", others, 1};
	assert_ok(db_migrate(db, &set, 10, &err));
	assert_ok(db_migrate(db, &other, 10, &err));
	assert_int_equal(reached(db, "public"), 1);
	assert_int_equal(reached(db, "test"), 2);
}

static void a_broken_step_leaves_the_database_at_the_one_before(void **state)
{
	struct db *db = need(state)->db;
	static const struct db_migration broken[] = {
		{1, "0001_first", "CREATE TABLE one (id {{id}}, label {{text}} NOT NULL) {{strict}};"},
		{2, "0002_broken", "INSERT INTO one (label) VALUES ('a'); INSERT INTO nowhere (label) VALUES ('b');"},
	};
	static const struct db_migration strange[] = {
		{1, "0001_first", "CREATE TABLE one (id {{id}}, label {{text}} NOT NULL) {{strict}};"},
		{2, "0002_strange", "INSERT INTO one (label) VALUES ('{{nothing}}')"},
	};
	static const struct db_migration open_ended[] = {
		{1, "0001_first", "CREATE TABLE one (id {{id}}, label {{text}} NOT NULL) {{strict}};"},
		{2, "0002_open", "INSERT INTO one (label) VALUES ('{{id')"},
	};
	struct db_migrations set = {"test", broken, 2};
	struct err error = {0};
	assert_int_equal(db_migrate(db, &set, 10, &error), ERR_DB);
	assert_says(error, "migration 0002_broken: ");
	assert_int_equal(reached(db, "test"), 1);
	assert_int_equal(ones(db), 0);
	set.at = strange;
	assert_int_equal(db_migrate(db, &set, 10, &error), ERR_DATA);
	assert_says(error, "there is no {{nothing}}");
	set.at = open_ended;
	assert_int_equal(db_migrate(db, &set, 10, &error), ERR_DATA);
	assert_int_equal(reached(db, "test"), 1);
}

static void faults_leave_whole_steps(void **state)
{
	struct db *db = need(state)->db;
	struct db_migrations set = first(3);
	int fired = 0;
	for (long n = 1; n < 100; n++) {
		db_fault_set(db, DB_FAULT_FAIL, n);
		struct err error = {0};
		int rc = db_migrate(db, &set, 10, &error);
		bool struck = db_fault_fired(db);
		db_fault_set(db, DB_FAULT_NONE, 0);
		fired += struck;
		int number = reached(db, "test");
		if (number >= 1)
			assert_int_equal(ones(db), number - 1);
		if (!struck) {
			assert_int_equal(rc, 0);
			break;
		}
		if (rc != 0)
			assert_int_equal(rc, ERR_DB);
	}
	assert_int_equal(reached(db, "test"), 3);
	assert_true(fired > 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_are_applied_once),
		cmocka_unit_test(a_newer_database_is_refused),
		cmocka_unit_test(another_history_is_refused),
		cmocka_unit_test(two_sets_live_side_by_side),
		cmocka_unit_test(a_broken_step_leaves_the_database_at_the_one_before),
		cmocka_unit_test(faults_leave_whole_steps),
	};
	return ON_BOTH("migrations", tests, NULL, NULL);
}
