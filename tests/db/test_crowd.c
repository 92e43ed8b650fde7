/* Several connections at once: what one reads while others write, who waits for whom, and who gives way. */
#include "both.h"

#include "base/random.h"
#include "db/driver.h"

#include <pthread.h>

static const struct db_options options = {.tries = 60, .busy_timeout_ms = 5000, .wait = no_wait};

#define ACCOUNTS 8
#define EACH     100

static const struct db_migration list[] = {
	{1, "0001_crowd",
	 "CREATE TABLE thing (id {{i64}} PRIMARY KEY, number {{i64}} NOT NULL CHECK (number >= 0)) {{strict}};"
	 "CREATE TABLE line (id {{id}}, writer {{i64}} NOT NULL, turn {{i64}} NOT NULL, UNIQUE (writer, turn)) "
	 "{{strict}};"
	 "INSERT INTO thing (id, number) VALUES (0, 100), (1, 100), (2, 100), (3, 100), (4, 100), (5, 100), (6, 100),"
	 " (7, 100);"},
};
static const struct db_migrations migrations = {"test", list, 1};

struct member {
	pthread_t thread;
	const char *url;
	struct db_options options;
	int64_t number;
	int rounds;
	struct err err;
	int rc;
	int64_t seen;
};

static void run_all(struct member *members, size_t count, const struct opened *f, const struct db_options *each,
		    void *(*work)(void *))
{
	for (size_t i = 0; i < count; i++) {
		members[i].url = f->engine.url;
		members[i].options = *each;
		members[i].number = (int64_t)i;
		assert_int_equal(pthread_create(&members[i].thread, NULL, work, &members[i]), 0);
	}
	for (size_t i = 0; i < count; i++)
		pthread_join(members[i].thread, NULL);
	for (size_t i = 0; i < count; i++)
		if (members[i].rc != 0)
			fail_msg("%zu: answered %d: %s", i, members[i].rc, members[i].err.text);
}

/* ---- transfers: the sum never changes ---- */

struct transfer {
	int64_t from, to, amount;
};

/* Takes first and gives then; in no order of accounts, so that two of them may wait for each other. */
static int carry(struct db *db, void *context, struct err *err)
{
	const struct transfer *t = context;
	int rc = db_run(db, err, "UPDATE thing SET number = number - $2 WHERE id = $1 AND number >= $2",
			DB_I64(t->from), DB_I64(t->amount));
	if (rc != 0 || db_changed(db) == 0)
		return rc;
	return db_run(db, err, "UPDATE thing SET number = number + $2 WHERE id = $1", DB_I64(t->to), DB_I64(t->amount));
}

static void *carry_many(void *argument)
{
	struct member *m = argument;
	struct random_fixed fixed;
	DB_SCOPED db = NULL;
	random_fixed_init(&fixed, 100 + (uint64_t)m->number);
	m->rc = db_open(m->url, &m->options, &db, &m->err);
	for (int i = 0; m->rc == 0 && i < m->rounds; i++) {
		struct transfer t = {.from = (int64_t)(random_u64(&fixed.random) % ACCOUNTS),
				     .amount = (int64_t)(random_u64(&fixed.random) % 30)};
		t.to = (t.from + 1 + (int64_t)(random_u64(&fixed.random) % (ACCOUNTS - 1))) % ACCOUNTS;
		m->rc = db_transaction(db, carry, &t, &m->err);
	}
	return NULL;
}

/* Several statements that together see one moment. */
static int sum_one_by_one(struct db *db, void *context, struct err *err)
{
	int64_t sum = 0;
	int rc = 0;
	for (int64_t id = 0; rc == 0 && id < ACCOUNTS; id++) {
		int64_t number = 0;
		rc = db_get_i64(db, &number, err, "SELECT number FROM thing WHERE id = $1", DB_I64(id));
		sum += number;
	}
	*(int64_t *)context = sum;
	return rc;
}

static void *sum_many(void *argument)
{
	struct member *m = argument;
	DB_SCOPED db = NULL;
	m->rc = db_open(m->url, &m->options, &db, &m->err);
	for (int i = 0; m->rc == 0 && i < m->rounds; i++) {
		int64_t sum = 0;
		m->rc = db_snapshot(db, sum_one_by_one, &sum, &m->err);
		m->seen += m->rc == 0 && sum != ACCOUNTS * EACH;
	}
	return NULL;
}

static void *carry_or_sum(void *argument)
{
	const struct member *m = argument;
	return m->number % 2 ? carry_many(argument) : sum_many(argument);
}

static void snapshots_see_whole_transactions(void **state)
{
	struct opened *f = need(state);
	struct member members[4] = {{.rounds = 40}, {.rounds = 40}, {.rounds = 40}, {.rounds = 40}};
	int64_t sum = 0;
	run_all(members, 4, f, &options, carry_or_sum);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(members[i].seen, 0);
	assert_ok(db_snapshot(f->db, sum_one_by_one, &sum, &err));
	assert_int_equal(sum, ACCOUNTS * EACH);
}

/* ---- who wait for each other ---- */

struct pair {
	struct db *other;
	int64_t own, next;
	int rc, runs;
	struct err err;
};

static int raise_one(struct db *db, void *context, struct err *err)
{
	return db_run(db, err, "UPDATE thing SET number = number + 1 WHERE id = $1", DB_I64(*(int64_t *)context));
}

/* Holds one row while another connection, which is not patient, wants the same. */
static int hold_it(struct db *db, void *context, struct err *err)
{
	struct pair *pair = context;
	pair->runs++;
	int rc = raise_one(db, &pair->own, err);
	if (rc == 0 && pair->runs == 1)
		pair->rc = db_transaction(pair->other, raise_one, &pair->own, &pair->err);
	return rc;
}

static void who_is_not_patient_is_told(void **state)
{
	struct opened *f = need(state);
	const struct db_options hasty = {.tries = 2, .busy_timeout_ms = 20, .wait = no_wait};
	DB_SCOPED other = NULL;
	int64_t number = 0;
	assert_ok(db_open(f->engine.url, &hasty, &other, &err));
	struct pair pair = {.other = other, .own = 3};
	assert_ok(db_transaction(f->db, hold_it, &pair, &err));
	assert_int_equal(pair.rc, ERR_DB_AGAIN);
	assert_int_equal(pair.err.code, ERR_DB_AGAIN);
	assert_says(pair.err, "given up after 2 tries: database: ");
	assert_ok(db_get_i64(other, &number, &err, "SELECT number FROM thing WHERE id = 3"));
	assert_int_equal(number, EACH + 1);
	/* The one who was told may go on with anything else. */
	assert_ok(db_transaction(other, raise_one, &pair.own, &err));
	assert_ok(db_get_i64(f->db, &number, &err, "SELECT number FROM thing WHERE id = 3"));
	assert_int_equal(number, EACH + 2);
}

static void a_statement_alone_may_be_busy_too(void **state)
{
	struct opened *f = need(state);
	const struct db_options hasty = {.tries = 2, .busy_timeout_ms = 20, .wait = no_wait};
	DB_SCOPED other = NULL;
	assert_ok(db_open(f->engine.url, &hasty, &other, &err));
	assert_ok(f->db->driver->begin(f->db, DB_BEGIN_WRITE, &err));
	assert_ok(db_run(f->db, &err, "UPDATE thing SET number = 5 WHERE id = 1"));
	assert_rc(db_run(other, &err, "UPDATE thing SET number = 6 WHERE id = 1"), ERR_DB_AGAIN);
	int64_t number = 0; /* reading waits for nobody */
	assert_ok(db_get_i64(other, &number, &err, "SELECT number FROM thing WHERE id = 1"));
	assert_int_equal(number, EACH);
	f->db->driver->rollback(f->db);
	assert_ok(db_run(other, &err, "UPDATE thing SET number = 6 WHERE id = 1"));
}

/* Rows taken in one order here and in the other there: both come to their end, whoever has to begin again. */
struct crossing {
	int64_t first, second;
};

static int both_rows(struct db *db, void *context, struct err *err)
{
	struct crossing *c = context;
	int rc = raise_one(db, &c->first, err);
	return rc == 0 ? raise_one(db, &c->second, err) : rc;
}

static void *cross_many(void *argument)
{
	struct member *m = argument;
	struct crossing c = {m->number % 2, 1 - m->number % 2};
	DB_SCOPED db = NULL;
	m->rc = db_open(m->url, &m->options, &db, &m->err);
	for (int i = 0; m->rc == 0 && i < m->rounds; i++)
		m->rc = db_transaction(db, both_rows, &c, &m->err);
	return NULL;
}

static void crossing_orders_come_to_an_end(void **state)
{
	struct opened *f = need(state);
	const struct db_options short_wait = {.tries = 500, .busy_timeout_ms = 20};
	struct member members[3] = {{.rounds = 30}, {.rounds = 30}, {.rounds = 30}};
	run_all(members, 3, f, &short_wait, cross_many);
	for (int64_t id = 0; id < 2; id++) {
		int64_t number = 0;
		assert_ok(db_get_i64(f->db, &number, &err, "SELECT number FROM thing WHERE id = $1", DB_I64(id)));
		assert_int_equal(number, EACH + 3 * 30);
	}
}

/* ---- rows that are numbered by the engine ---- */

static int add_line(struct db *db, void *context, struct err *err)
{
	struct member *m = context;
	int64_t id = 0;
	int rc = db_insert(db, &id, err, "INSERT INTO line (writer, turn) VALUES ($1, $2)", DB_I64(m->number),
			   DB_I64(m->seen));
	if (rc != 0)
		return rc;
	int64_t writer = -1, turn = -1;
	rc = db_get_i64(db, &writer, err, "SELECT writer FROM line WHERE id = $1", DB_I64(id));
	if (rc == 0)
		rc = db_get_i64(db, &turn, err, "SELECT turn FROM line WHERE id = $1", DB_I64(id));
	/* The id is that of the own row, whoever wrote meanwhile. */
	return rc != 0 ? rc : writer == m->number && turn == m->seen ? 0 : ERR_DATA;
}

static void *add_lines(void *argument)
{
	struct member *m = argument;
	DB_SCOPED db = NULL;
	m->rc = db_open(m->url, &m->options, &db, &m->err);
	for (m->seen = 0; m->rc == 0 && m->seen < m->rounds; m->seen++)
		m->rc = db_transaction(db, add_line, m, &m->err);
	return NULL;
}

static void an_inserted_id_is_the_own_rows(void **state)
{
	struct opened *f = need(state);
	struct member members[3] = {{.rounds = 40}, {.rounds = 40}, {.rounds = 40}};
	int64_t lines = 0, ids = 0;
	run_all(members, 3, f, &options, add_lines);
	assert_ok(db_get_i64(f->db, &lines, &err, "SELECT COUNT(*) FROM line"));
	assert_ok(db_get_i64(f->db, &ids, &err, "SELECT COUNT(DISTINCT id) FROM line WHERE id > 0"));
	assert_int_equal(lines, 120);
	assert_int_equal(ids, 120);
}

/* Each wants the same row; one writes it and the others find it there, and nobody is told of an error. */
static void *add_same(void *argument)
{
	struct member *m = argument;
	DB_SCOPED db = NULL;
	m->rc = db_open(m->url, &m->options, &db, &m->err);
	for (int i = 0; m->rc >= 0 && i < m->rounds; i++) {
		int64_t id = 0;
		m->rc = db_insert(db, &id, &m->err,
				  "INSERT INTO line (writer, turn) VALUES (99, $1) ON CONFLICT DO NOTHING", DB_I64(i));
		m->seen += m->rc == 0;
	}
	m->rc = m->rc == DB_NONE ? 0 : m->rc;
	return NULL;
}

static void the_same_row_is_written_once(void **state)
{
	struct opened *f = need(state);
	struct member members[3] = {{.rounds = 50}, {.rounds = 50}, {.rounds = 50}};
	int64_t lines = 0;
	run_all(members, 3, f, &options, add_same);
	assert_ok(db_get_i64(f->db, &lines, &err, "SELECT COUNT(*) FROM line"));
	assert_int_equal(lines, 50);
	assert_int_equal(members[0].seen + members[1].seen + members[2].seen, 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(snapshots_see_whole_transactions),  cmocka_unit_test(who_is_not_patient_is_told),
		cmocka_unit_test(a_statement_alone_may_be_busy_too), cmocka_unit_test(crossing_orders_come_to_an_end),
		cmocka_unit_test(an_inserted_id_is_the_own_rows),    cmocka_unit_test(the_same_row_is_written_once),
	};
	return ON_BOTH("crowd", tests, &options, &migrations);
}
