/* What a move to another database stands on: counters of ids, whether there are tables, and urls that keep a password.
 */
#include "both.h"

static const struct db_options options = {.wait = no_wait, .tries = 3};

static const struct db_migration list[] = {
	{1, "0001_move",
	 "CREATE TABLE thing (id {{id}}, label {{text}}) {{strict}};"
	 "CREATE TABLE other (id {{id}}) {{strict}};"},
};
static const struct db_migrations migrations = {"test", list, 1};

static int64_t next_id(struct db *db)
{
	int64_t id = 0;
	assert_ok(db_insert(db, &id, &err, "INSERT INTO thing (label) VALUES ('x')"));
	return id;
}

static int64_t counter(struct db *db)
{
	int64_t last = -1;
	assert_ok(db_counter(db, "thing", &last, &err));
	return last;
}

static void counters_go_on_where_they_are_set(void **state)
{
	struct db *db = need(state)->db;
	int64_t last = -1;
	assert_int_equal(counter(db), 0);
	assert_int_equal(next_id(db), 1);
	assert_int_equal(counter(db), 1);
	assert_ok(db_run(db, &err, "DELETE FROM thing"));
	assert_int_equal(counter(db), 1); /* what was given out stays given out */
	assert_ok(db_counter_set(db, "thing", INT64_C(5000000000), &err));
	assert_int_equal(counter(db), INT64_C(5000000000));
	assert_int_equal(next_id(db), INT64_C(5000000001));
	assert_ok(db_run(db, &err, "DELETE FROM thing"));
	assert_ok(db_counter_set(db, "thing", 0, &err));
	assert_int_equal(counter(db), 0);
	assert_int_equal(next_id(db), 1);
	assert_ok(db_counter(db, "other", &last, &err)); /* of another table */
	assert_int_equal(last, 0);
}

static void rows_with_an_id_of_their_own_are_stepped_over(void **state)
{
	struct db *db = need(state)->db;
	assert_ok(db_run(db, &err, "INSERT INTO thing (id, label) VALUES (7, 'seven')"));
	assert_ok(db_counter_set(db, "thing", 7, &err));
	assert_int_equal(next_id(db), 8);
}

static void tables_are_counted_whoever_made_them(void **state)
{
	struct db *db = need(state)->db;
	int64_t count = -1;
	assert_ok(db_tables(db, &count, &err));
	assert_int_equal(count, 2);
	assert_ok(db_run(db, &err, "CREATE TABLE guest (name TEXT)"));
	assert_ok(db_tables(db, &count, &err));
	assert_int_equal(count, 3);
}

static void urls_are_shown_without_passwords(void **state)
{
	static const char *const cases[][2] = {
		{"sqlite:/a:b@c/store.db", "sqlite:/a:b@c/store.db"},
		{"postgres://host/name", "postgres://host/name"},
		{"postgres://user@host:5432/name", "postgres://user@host:5432/name"},
		{"postgres://user:secret@host/name", "postgres://user:…@host/name"},
		{"postgresql://user:@host/name", "postgresql://user:…@host/name"},
		{"postgres://user:se@cr/et@host/name", "postgres://user:…@host/name"},
		{"postgres://user:sec?ret@host/name", "postgres://user:…@host/name"},
		{"postgres:///name?host=/run&user=x", "postgres:///name?host=/run&user=x"},
		{"postgres:///name?user=x&password=secret&port=1", "postgres:///name?user=x&password=…&port=1"},
		{"postgres:///name?sslpassword=secret", "postgres:///name?sslpassword=…"},
		{"mysql://user:secret@host", "mysql://user:…@host"},
		{"user:secret@host", "user:…@host"},
		{"", ""},
	};
	ARENA_SCOPED arena = arena_create(0);
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_text(db_url_shown(cases[i][0], arena), cases[i][1]);
}

/* What libpq would quote is refused before it sees it. No server is asked: nothing listens on port 1. */
static void errors_of_urls_hold_no_password(void **state)
{
	static const struct {
		const char *url;
		int code;
	} cases[] = {
		{"postgres://user:secret@127.0.0.1:1/x", ERR_DB_AWAY},
		{"postgres://user:secret/@127.0.0.1:1/x", ERR_INPUT},
		{"postgres://user:secret?@127.0.0.1:1/x", ERR_DB_AWAY},
		{"postgres://user:secret#@127.0.0.1:1/x", ERR_INPUT},
		{"postgres://user:p@secret@127.0.0.1:1/x", ERR_INPUT},
		{"postgres://user:%zzsecret@127.0.0.1:1/x", ERR_INPUT},
		{"postgres://user:secret", ERR_INPUT},
		{"postgres://127.0.0.1:1/x?password=%secret", ERR_INPUT},
		{"mysql://user:secret@127.0.0.1:1/x", ERR_INPUT},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err error = {0};
		struct db *db = NULL;
		int rc = db_open(cases[i].url, &options, &db, &error);
		if (rc != cases[i].code)
			fail_msg("%s answered %d: %s", cases[i].url, rc, error.text);
		if (strstr(error.text, "secret"))
			fail_msg("%s", error.text);
		assert_true(strlen(error.text) > 20);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counters_go_on_where_they_are_set),
		cmocka_unit_test(rows_with_an_id_of_their_own_are_stepped_over),
		cmocka_unit_test(tables_are_counted_whoever_made_them),
		cmocka_unit_test(urls_are_shown_without_passwords),
		cmocka_unit_test(errors_of_urls_hold_no_password),
	};
	return ON_BOTH("move", tests, &options, &migrations);
}
