/* PostgreSQL: a server that takes requests and says nothing, as a frozen one does or one behind a dead network. Nobody
 * waits for ever; what is said of a transaction is true; and a new connection serves. */
#include "both.h"
#include "relay.h"

#include <sys/eventfd.h>
#include <unistd.h>

#define FOR_EVER_MS 3600000

static const struct db_options brief = {.wait = no_wait, .tries = 3, .silence_ms = 1000};

static const struct db_migration list[] = {
	{1, "0001_silent", "CREATE TABLE thing (id {{id}}, number {{i64}}) {{strict}};"}};
static const struct db_migrations one = {"test", list, 1};

static int add(struct db *db, void *context, struct err *err)
{
	const int64_t *number = context;
	return db_run(db, err, "INSERT INTO thing (number) VALUES ($1)", DB_I64(*number));
}

/* Each request of a transaction meets silence once. */
static void a_transaction_says_what_became_of_it(void **state)
{
	struct opened *f = need(state);
	/* begin: over a new connection; prepare, describe, execute; commit */
	const int expected[] = {0, ERR_DB_AWAY, ERR_DB_AWAY, ERR_DB_AWAY, ERR_DB_UNKNOWN};
	for (int i = 0; f->engine.kind == DB_POSTGRES && i < 5; i++) {
		char url[1000];
		struct db *db = NULL;
		struct err why = {0};
		int64_t number = i, found = 0;
		struct relay *relay = relay_start(&f->engine, url);
		assert_ok(db_open(url, &brief, &db, &err));
		relay_lose(relay, RELAY_SILENCE, i + 1);
		assert_int_equal(db_transaction(db, add, &number, &why), expected[i]);
		assert_true(relay_lost(relay));
		if (expected[i])
			assert_says(why, "says nothing for 1 s");
		assert_ok(db_get_i64(f->db, &found, &err, "SELECT COUNT(*) FROM thing WHERE number = $1",
				     DB_I64(number)));
		assert_int_equal(found, expected[i] == 0);
		assert_ok(db_transaction(db, add, &number, &err)); /* over a new connection */
		db_close(db);
		relay_stop(relay);
	}
}

static void a_single_statement_says_so_too(void **state)
{
	struct opened *f = need(state);
	char url[1000];
	struct db *db = NULL;
	struct err why = {0};
	int64_t count = 0;
	if (f->engine.kind != DB_POSTGRES)
		return;
	struct relay *relay = relay_start(&f->engine, url);
	assert_ok(db_open(url, &brief, &db, &err));
	relay_lose(relay, RELAY_SILENCE, 3);
	assert_int_equal(db_run(db, &why, "INSERT INTO thing (number) VALUES (1)"), ERR_DB_UNKNOWN);
	assert_ok(db_get_i64(db, &count, &err, "SELECT COUNT(*) FROM thing"));
	assert_int_equal(count, 0);
	relay_lose(relay, RELAY_SILENCE, 1); /* it is prepared already */
	assert_int_equal(db_get_i64(db, &count, &why, "SELECT COUNT(*) FROM thing"), ERR_DB_AWAY);
	assert_says(why, "(in: SELECT COUNT(*) FROM thing)");
	assert_ok(db_get_i64(db, &count, &err, "SELECT COUNT(*) FROM thing"));
	db_close(db);
	relay_stop(relay);
}

static int count_things(struct db *db, void *context, struct err *err)
{
	return db_get_i64(db, context, err, "SELECT COUNT(*) FROM thing");
}

/* Silent, and then no longer there for a new connection: nothing has begun, and that is said. */
static void a_beginning_without_a_way_on(void **state)
{
	struct opened *f = need(state);
	char url[1000];
	struct db *db = NULL;
	int64_t number = 1;
	if (f->engine.kind != DB_POSTGRES)
		return;
	struct relay *relay = relay_start(&f->engine, url);
	assert_ok(db_open(url, &brief, &db, &err));
	relay_lose(relay, RELAY_SILENCE, 1);
	relay_shut_to_new(relay, true);
	assert_rc(db_transaction(db, add, &number, &err), ERR_DB_AWAY);
	assert_rc(db_transaction(db, add, &number, &err), ERR_DB_AWAY);
	relay_shut_to_new(relay, false);
	assert_ok(db_transaction(db, add, &number, &err));
	assert_int_equal(rows_of(f->db), 1);
	db_close(db);
	relay_stop(relay);
}

/* Nothing of a snapshot can be unknown, its end neither. */
static void a_snapshot_can_be_taken_again(void **state)
{
	struct opened *f = need(state);
	for (enum relay_loss loss = RELAY_ANSWER; loss <= RELAY_SILENCE; loss++) {
		for (long number = 1; f->engine.kind == DB_POSTGRES && number <= 5; number++) {
			char url[1000];
			struct db *db = NULL;
			struct err why = {0};
			int64_t count = -1;
			struct relay *relay = relay_start(&f->engine, url);
			assert_ok(db_open(url, &brief, &db, &err));
			relay_lose(relay, loss, number);
			int rc = db_snapshot(db, count_things, &count, &why);
			assert_true(relay_lost(relay));
			assert_int_equal(rc, number == 1 ? 0 : ERR_DB_AWAY); /* 1: begin, over a new connection */
			assert_ok(db_snapshot(db, count_things, &count, &err));
			assert_int_equal(count, 0);
			db_close(db);
			relay_stop(relay);
		}
	}
}

/* Each row fills what the server sends at once, so it is never silent for long. */
static void who_goes_on_talking_may_take_long(void **state)
{
	struct opened *f = need(state);
	struct db *db = NULL;
	int64_t rows_seen = 0;
	if (f->engine.kind != DB_POSTGRES)
		return;
	assert_ok(db_open(f->engine.url, &brief, &db, &err));
	DB_ROWS rows = {0};
	assert_ok(db_select(db, &rows, &err,
			    "SELECT REPEAT('x', 40000) FROM generate_series(1, 6) WHERE pg_sleep(0.3) IS NOT NULL"));
	while (db_next(&rows, NULL) == DB_ROW)
		rows_seen += db_text(&rows, 0).len == 40000;
	assert_int_equal(rows_seen, 6);
	db_rows_finish(&rows);
	db_close(db);
}

/* After its greeting, at each of the things that it is set up with. */
static void a_new_connection_meets_it(void **state)
{
	struct opened *f = need(state);
	for (long number = 2; f->engine.kind == DB_POSTGRES && number <= 6; number++) {
		char url[1000];
		struct db *db = NULL;
		struct err why = {0};
		struct relay *relay = relay_start(&f->engine, url);
		relay_lose(relay, RELAY_SILENCE, number);
		assert_int_equal(db_open(url, &brief, &db, &why), ERR_DB_AWAY);
		assert_null(db);
		assert_says(why, "says nothing for 1 s");
		assert_ok(db_open(url, &brief, &db, &err));
		db_close(db);
		relay_stop(relay);
	}
}

/* A table of millions may need its time, and nobody can do it in pieces. */
static void a_migration_takes_as_long_as_it_needs(void **state)
{
	static const struct db_migration slow[] = {
		{1, "0001_silent", ""},
		{2, "0002_slow", "CREATE TABLE late AS SELECT pg_sleep(1.5) IS NULL AS is_null;"},
	};
	static const struct db_migrations two = {"test", slow, 2};
	struct opened *f = need(state);
	struct db *db = NULL;
	struct err why = {0};
	int64_t count = 0;
	if (f->engine.kind != DB_POSTGRES)
		return;
	assert_ok(db_open(f->engine.url, &brief, &db, &err));
	assert_ok(db_migrate(db, &two, 5, &err));
	assert_ok(db_get_i64(db, &count, &err, "SELECT COUNT(*) FROM late"));
	assert_int_equal(count, 1);
	/* the same as a statement is too much */
	assert_int_equal(db_get_i64(db, &count, &why, "SELECT COUNT(*) FROM pg_sleep(60)"), ERR_DB_AWAY);
	assert_says(why, "says nothing for 1 s (in: SELECT COUNT(*) FROM pg_sleep(60))");
	db_close(db);
}

/* Whoever listens hears again over the next connection, and does not wait on the one that is of no use. */
static void who_listens_is_not_left_with_it(void **state)
{
	struct opened *f = need(state);
	char url[1000];
	struct db *db = NULL;
	int64_t count = 0;
	int fd = -1;
	if (f->engine.kind != DB_POSTGRES)
		return;
	struct relay *relay = relay_start(&f->engine, url);
	assert_ok(db_open(url, &brief, &db, &err));
	assert_ok(db_listen(db, "silence", &err));
	db_noticed(db, &fd);
	assert_true(fd >= 0);
	relay_lose(relay, RELAY_SILENCE, 1);
	assert_rc(db_get_i64(db, &count, &err, "SELECT COUNT(*) FROM thing"), ERR_DB_AWAY);
	fd = -1;
	db_noticed(db, &fd);
	assert_int_equal(fd, -1);
	assert_ok(db_get_i64(db, &count, &err, "SELECT COUNT(*) FROM thing"));
	db_noticed(db, &fd);
	assert_true(fd >= 0);
	db_close(db);
	relay_stop(relay);
}

/* Whoever ends the program need not wait for a server that says nothing. */
static void the_waiting_can_be_ended(void **state)
{
	struct opened *f = need(state);
	char url[1000];
	struct db *db = NULL;
	struct err why = {0};
	int64_t count = 0;
	if (f->engine.kind != DB_POSTGRES)
		return;
	struct db_options patient = {
		.wait = no_wait, .silence_ms = FOR_EVER_MS, .stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
	struct relay *relay = relay_start(&f->engine, url);
	assert_ok(db_open(url, &patient, &db, &err));
	assert_ok(db_get_i64(db, &count, &err, "SELECT COUNT(*) FROM thing"));
	relay_lose(relay, RELAY_SILENCE, 1);
	assert_int_equal(write(patient.stop_fd, &(uint64_t){1}, sizeof(uint64_t)), sizeof(uint64_t));
	assert_int_equal(db_get_i64(db, &count, &why, "SELECT COUNT(*) FROM thing"), ERR_DB_AWAY);
	assert_says(why, "no longer waited for");
	db_close(db);
	relay_stop(relay);
	close(patient.stop_fd);
}

/* More than the sockets hold: the server begins to read, and says nothing before the end. */
static void much_is_sent_and_read(void **state)
{
	struct opened *f = need(state);
	struct db *db = NULL;
	ARENA_SCOPED arena = arena_create(0);
	const size_t length = 32u << 20;
	char *bytes = arena_alloc(arena, length);
	memset(bytes, 'x', length);
	assert_ok(db_open(f->engine.url, &brief, &db, &err));
	DB_ROWS rows = {0};
	assert_rc(db_one(db, &rows, &err, "SELECT CAST($1 AS TEXT)", DB_TEXT(str_of(bytes, length))), DB_ROW);
	assert_true(str_eq(db_text(&rows, 0), str_of(bytes, length)));
	db_rows_finish(&rows);
	db_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_transaction_says_what_became_of_it),
		cmocka_unit_test(a_single_statement_says_so_too),
		cmocka_unit_test(a_beginning_without_a_way_on),
		cmocka_unit_test(a_snapshot_can_be_taken_again),
		cmocka_unit_test(who_goes_on_talking_may_take_long),
		cmocka_unit_test(a_new_connection_meets_it),
		cmocka_unit_test(a_migration_takes_as_long_as_it_needs),
		cmocka_unit_test(who_listens_is_not_left_with_it),
		cmocka_unit_test(the_waiting_can_be_ended),
		cmocka_unit_test(much_is_sent_and_read),
	};
	return ON_BOTH("silent", tests, NULL, &one);
}
