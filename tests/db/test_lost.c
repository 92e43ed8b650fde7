/* PostgreSQL: every request and every answer between us and the server is lost once. Whatever was promised holds. */
#include "both.h"
#include "relay.h"

static const struct db_options options = {.wait = no_wait, .tries = 3};

static const struct db_migration list[] = {
	{1, "0001_lost", "CREATE TABLE thing (id {{id}}, number {{i64}} UNIQUE) {{strict}};"},
	{2, "0002_two", "CREATE TABLE two (id {{id}}) {{strict}}; INSERT INTO thing (number) VALUES (-2);"},
	{3, "0003_three", "INSERT INTO two (id) VALUES (3); INSERT INTO thing (number) VALUES (-3);"},
};
static const struct db_migrations one = {"test", list, 1};
static const struct db_migrations three = {"test", list, 3};

struct line {
	struct relay *relay;
	struct db *through; /* a connection over the relay */
	struct db *beside;  /* one that goes straight to the server */
};

static bool open_line(struct opened *f, struct line *line)
{
	char url[1000];
	if (f->engine.kind != DB_POSTGRES)
		return false;
	line->relay = relay_start(&f->engine, url);
	line->beside = f->db;
	line->through = NULL;
	assert_ok(db_open(url, &options, &line->through, &err));
	return true;
}

static void close_line(struct line *line)
{
	db_close(line->through);
	relay_stop(line->relay);
}

static int add_two(struct db *db, void *context, struct err *err)
{
	int64_t *number = context;
	int64_t id = 0;
	int rc = db_run(db, err, "INSERT INTO thing (number) VALUES ($1)", DB_I64(*number));
	return rc == 0 ? db_insert(db, &id, err, "INSERT INTO thing (number) VALUES ($1)", DB_I64(*number + 1)) : rc;
}

struct tally {
	int away, unknown, fine;
	long requests;
};

/* What a transaction says of itself is true, and the connection serves again. */
static void one_transaction(struct line *line, enum relay_loss loss, long number, struct tally *tally)
{
	struct err why = {0};
	int64_t first = 100 * number, found = 0;
	relay_lose(line->relay, loss, number);
	int rc = db_transaction(line->through, add_two, &first, &why);
	bool lost = relay_lost(line->relay);
	relay_lose(line->relay, loss, 0);
	assert_ok(
		db_get_i64(line->beside, &found, &err, "SELECT COUNT(*) FROM thing WHERE number >= $1", DB_I64(first)));
	assert_true(found == 0 || found == 2);
	tally->requests = lost ? tally->requests : number - 1;
	switch (rc) {
	case 0:
		assert_int_equal(found, 2);
		tally->fine += lost;
		break;
	case ERR_DB_UNKNOWN:
		assert_int_equal(found, loss == RELAY_ANSWER ? 2 : 0);
		tally->unknown++;
		break;
	default:
		assert_int_equal(rc, ERR_DB_AWAY);
		assert_int_equal(found, 0);
		tally->away++;
	}
	assert_int_equal(rc == 0 ? 0 : rc, rc == 0 ? 0 : why.code);
	first += 10;
	assert_ok(db_transaction(line->through, add_two, &first, &err));
}

static void a_transaction_says_what_became_of_it(void **state)
{
	struct opened *f = need(state);
	for (enum relay_loss loss = RELAY_REQUEST; loss <= RELAY_ANSWER; loss++) {
		struct tally tally = {.requests = -1};
		for (long number = 1; tally.requests < 0; number++) {
			struct line line; /* a new one, so that each statement is to be prepared */
			if (!open_line(f, &line))
				return;
			one_transaction(&line, loss, number, &tally);
			close_line(&line);
			assert_ok(db_run(f->db, &err, "DELETE FROM thing"));
		}
		/* begin; prepare, describe, execute, of two statements; commit */
		assert_int_equal(tally.requests, 8);
		assert_int_equal(tally.fine, 1); /* nothing has begun: a new connection will do */
		assert_int_equal(tally.unknown, 1);
		assert_int_equal(tally.away, 6);
	}
}

/* A statement that writes and stands alone is its own transaction. */
static void a_single_statement_says_so_too(void **state)
{
	struct opened *f = need(state);
	for (enum relay_loss loss = RELAY_REQUEST; loss <= RELAY_ANSWER; loss++) {
		const int expected[] = {ERR_DB_AWAY, ERR_DB_AWAY, ERR_DB_UNKNOWN, 0}; /* prepare, describe, execute */
		for (long number = 1; number <= 4; number++) {
			struct line line;
			int64_t found = 0;
			if (!open_line(f, &line))
				return;
			relay_lose(line.relay, loss, number);
			assert_rc(db_run(line.through, &err, "INSERT INTO thing (number) VALUES (1)"),
				  expected[number - 1]);
			assert_int_equal(relay_lost(line.relay), number < 4);
			assert_ok(db_get_i64(f->db, &found, &err, "SELECT COUNT(*) FROM thing"));
			assert_int_equal(found, number == 4 || (number == 3 && loss == RELAY_ANSWER));
			close_line(&line);
			assert_ok(db_run(f->db, &err, "DELETE FROM thing"));
		}
	}
}

static void a_reading_one_can_be_asked_again(void **state)
{
	struct opened *f = need(state);
	for (enum relay_loss loss = RELAY_REQUEST; loss <= RELAY_ANSWER; loss++) {
		for (long number = 1; number <= 4; number++) {
			struct line line;
			if (!open_line(f, &line))
				return;
			relay_lose(line.relay, loss, number);
			int64_t count = 7;
			assert_rc(db_get_i64(line.through, &count, &err, "SELECT COUNT(*) FROM thing"),
				  number < 4 ? ERR_DB_AWAY : 0);
			assert_int_equal(count, number < 4 ? 7 : 0);
			relay_lose(line.relay, loss, 0);
			assert_ok(db_get_i64(line.through, &count, &err, "SELECT COUNT(*) FROM thing"));
			assert_int_equal(count, 0);
			close_line(&line);
		}
	}
}

/* The new connection breaks in its turn, at each of the things it is set up with. */
static void connecting_again_may_fail_at_any_point(void **state)
{
	struct opened *f = need(state);
	struct line line;
	int failed = 0;
	if (!open_line(f, &line))
		return;
	for (long number = 2;; number++) { /* the first breaks the connection, the others its successor */
		int64_t count = -1;
		relay_lose(line.relay, RELAY_REQUEST, 1);
		assert_rc(db_get_i64(line.through, &count, &err, "SELECT COUNT(*) FROM thing"), ERR_DB_AWAY);
		relay_lose(line.relay, RELAY_ANSWER, number - 1);
		int rc = db_get_i64(line.through, &count, NULL, "SELECT COUNT(*) FROM thing");
		bool lost = relay_lost(line.relay);
		relay_lose(line.relay, RELAY_ANSWER, 0);
		assert_int_equal(rc, lost ? ERR_DB_AWAY : 0);
		assert_ok(db_get_i64(line.through, &count, &err,
				     "SELECT CAST(setting AS BIGINT) FROM pg_settings WHERE name = 'lock_timeout'"));
		assert_int_equal(count, 5000); /* set up to the end, whatever came before */
		if (!lost)
			break;
		failed++;
	}
	assert_true(failed >= 6); /* its greeting, five settings, and the statement's own */
	close_line(&line);
}

/* ---- migrations ---- */

static void a_migration_is_whole_wherever_it_breaks(void **state)
{
	struct opened *f = need(state);
	for (enum relay_loss loss = RELAY_REQUEST; loss <= RELAY_ANSWER; loss++) {
		int broken = 0;
		for (long number = 1;; number++) {
			struct line line;
			int reached = 0;
			int64_t rows = 0;
			if (!open_line(f, &line))
				return;
			relay_lose(line.relay, loss, number);
			int rc = db_migrate(line.through, &three, 5, NULL);
			bool lost = relay_lost(line.relay);
			relay_lose(line.relay, loss, 0);
			assert_ok(db_migrated_to(f->db, "test", &reached, &err));
			assert_ok(db_get_i64(f->db, &rows, &err, "SELECT COUNT(*) FROM thing"));
			assert_true(reached >= 1 && reached <= 3);
			assert_int_equal(rows, reached - 1);
			assert_true(rc == 0 ? reached == 3 : rc == ERR_DB_AWAY || rc == ERR_DB_UNKNOWN);
			assert_ok(db_migrate(line.through, &three, 6, &err)); /* goes on where it stands */
			assert_ok(db_migrated_to(f->db, "test", &reached, &err));
			assert_int_equal(reached, 3);
			assert_ok(db_get_i64(f->db, &rows, &err, "SELECT COUNT(*) FROM thing"));
			assert_int_equal(rows, 2);
			close_line(&line);
			/* back to the first */
			assert_ok(db_run(f->db, &err, "DELETE FROM migration WHERE number > 1"));
			assert_ok(db_run(f->db, &err, "DELETE FROM thing"));
			assert_ok(db_run(f->db, &err, "DROP TABLE two"));
			broken += rc != 0;
			if (!lost)
				break;
		}
		assert_true(broken > 10);
	}
}

/* ---- a server that is stopped and started ---- */

static void a_stopped_server_is_away_until_it_is_back(void **state)
{
	struct opened *f = need(state);
	struct line line;
	int64_t first = 1, count = 0;
	if (!open_line(f, &line))
		return;
	assert_ok(db_transaction(line.through, add_two, &first, &err));
	relay_shut(line.relay, true);
	for (int i = 0; i < 3; i++) {
		struct err why = {0};
		first = 10 + 10 * i;
		assert_int_equal(db_transaction(line.through, add_two, &first, &why), ERR_DB_AWAY);
		assert_non_null(strstr(why.text, "database: "));
		assert_rc(db_get_i64(line.through, &count, &err, "SELECT COUNT(*) FROM thing"), ERR_DB_AWAY);
		assert_int_equal(db_bytes(line.through), -1);
		assert_rc(db_check(line.through, NULL, NULL, &err), ERR_DB_AWAY);
	}
	relay_shut(line.relay, false);
	first = 100;
	assert_ok(db_transaction(line.through, add_two, &first, &err));
	assert_ok(db_get_i64(line.through, &count, &err, "SELECT COUNT(*) FROM thing"));
	assert_int_equal(count, 4);
	assert_true(db_bytes(line.through) > 0);
	close_line(&line);
}

static void opening_a_stopped_server_says_where(void **state)
{
	struct opened *f = need(state);
	struct line line;
	char url[1000];
	struct db *db = NULL;
	struct err why = {0};
	if (!open_line(f, &line))
		return;
	struct relay *other = relay_start(&f->engine, url);
	relay_shut(other, true);
	assert_int_equal(db_open(url, &options, &db, &why), ERR_DB_AWAY);
	assert_null(db);
	assert_non_null(strstr(why.text, "/tmp/crier-relay-")); /* the socket that was tried */
	relay_stop(other);
	assert_int_equal(db_open(url, &options, &db, &why), ERR_DB_AWAY);
	assert_non_null(strstr(why.text, "No such file or directory"));
	close_line(&line);
}

/* Rows that are read already do not go with the connection. */
static void rows_that_came_stay(void **state)
{
	struct opened *f = need(state);
	struct line line;
	if (!open_line(f, &line))
		return;
	for (int64_t i = 0; i < 50; i++)
		assert_ok(db_run(f->db, &err, "INSERT INTO thing (number) VALUES ($1)", DB_I64(i)));
	DB_ROWS rows = {0};
	assert_ok(db_select(line.through, &rows, &err, "SELECT number FROM thing ORDER BY number"));
	assert_rc(db_next(&rows, &err), DB_ROW);
	relay_lose(line.relay, RELAY_REQUEST, 1);
	int64_t first = 100;
	assert_ok(db_transaction(line.through, add_two, &first, &err)); /* over a new connection */
	assert_true(relay_lost(line.relay));
	for (int64_t i = 0; i < 50; i++) {
		assert_int_equal(db_i64(&rows, 0), i);
		assert_rc(db_next(&rows, &err), i < 49 ? DB_ROW : 0);
	}
	db_rows_finish(&rows);
	close_line(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_transaction_says_what_became_of_it),
		cmocka_unit_test(a_single_statement_says_so_too),
		cmocka_unit_test(a_reading_one_can_be_asked_again),
		cmocka_unit_test(connecting_again_may_fail_at_any_point),
		cmocka_unit_test(a_migration_is_whole_wherever_it_breaks),
		cmocka_unit_test(a_stopped_server_is_away_until_it_is_back),
		cmocka_unit_test(opening_a_stopped_server_says_where),
		cmocka_unit_test(rows_that_came_stay),
	};
	return ON_BOTH("lost", tests, &options, &one);
}
