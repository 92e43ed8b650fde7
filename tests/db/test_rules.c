/* What a statement answers, alike on both engines: a line a rule. Then constraints, and rows in quantity. */
#include "both.h"

#include "base/buf.h"

static const struct db_options options = {.wait = no_wait, .tries = 3};

static const struct db_migration list[] = {
	{1, "0001_rules",
	 "CREATE TABLE thing (id {{id}}, number {{i64}}, label {{text}} UNIQUE, CHECK (number > -1000)) {{strict}};"
	 "CREATE TABLE part (id {{id}}, thing_id {{i64}} NOT NULL REFERENCES thing (id) ON DELETE CASCADE,"
	 " beside_id {{i64}} REFERENCES thing (id) ON DELETE SET NULL, kept_id {{i64}} REFERENCES thing (id)) "
	 "{{strict}};"
	 "CREATE TABLE pair (a {{i64}} NOT NULL, b {{text}} NOT NULL, n {{i64}} NOT NULL DEFAULT 7, PRIMARY KEY (a, b))"
	 " {{clustered}};"
	 "INSERT INTO thing (number, label) VALUES (10, 'one'), (20, 'two'), (NULL, NULL), (NULL, NULL), (20, '');"
	 "INSERT INTO pair (a, b) VALUES (1, 'x'), (1, 'y'), (2, 'a'), (2, 'b'), (3, 'c');"},
};
static const struct db_migrations migrations = {"test", list, 1};

#define NONE INT64_MIN /* no row, or null */

static const struct rule {
	const char *sql;
	int64_t answer;
} rules[] = {
	/* whole numbers */
	{"SELECT 7 / 2", 3},
	{"SELECT -7 / 2", -3},
	{"SELECT -7 % 2", -1},
	{"SELECT 7 % -2", 1},
	{"SELECT 2 + 3 * 4 - (1 - 5)", 18},
	{"SELECT ABS(CAST(-9000000000 AS BIGINT))", 9000000000},
	{"SELECT CAST(9223372036854775807 AS BIGINT)", INT64_MAX},
	{"SELECT CAST(-9223372036854775807 AS BIGINT) - 1", INT64_MIN},
	{"SELECT CASE WHEN 3 BETWEEN 3 AND 5 THEN 1 ELSE 0 END", 1},
	/* what is true */
	{"SELECT 1 = 1", 1},
	{"SELECT NOT (1 = 1)", 0},
	{"SELECT 1 = 1 AND 2 < 1 OR 3 <> 4", 1},
	{"SELECT EXISTS (SELECT 1 FROM thing WHERE number = 20)", 1},
	{"SELECT EXISTS (SELECT 1 FROM thing WHERE number = 21)", 0},
	/* null is not known */
	{"SELECT NULL = NULL", NONE},
	{"SELECT CAST(NULL AS BIGINT) + 1", NONE},
	{"SELECT COALESCE(NULL, NULL, 5)", 5},
	{"SELECT NULLIF(5, 5)", NONE},
	{"SELECT NULLIF(5, 6)", 5},
	{"SELECT NULL IS NULL", 1},
	{"SELECT COUNT(*) FROM thing WHERE number = NULL", 0},
	{"SELECT COUNT(*) FROM thing WHERE number <> 10", 2},
	{"SELECT COUNT(*) FROM thing WHERE number IS DISTINCT FROM 10", 4},
	{"SELECT COUNT(*) FROM thing WHERE NOT (number = 10 OR number IS NULL)", 2},
	{"SELECT COUNT(*) FROM thing WHERE number NOT IN (10, NULL)", 0},
	{"SELECT COUNT(number) FROM thing", 3},
	{"SELECT COUNT(DISTINCT number) FROM thing", 2},
	{"SELECT MAX(number) FROM thing WHERE id = 3", NONE},
	{"SELECT CAST(SUM(number) AS BIGINT) FROM thing WHERE id > 99", NONE},
	{"SELECT CAST(SUM(number) AS BIGINT) FROM thing", 50},
	{"SELECT MIN(number) FROM thing", 10},
	{"SELECT number FROM thing WHERE id = 77", NONE},
	{"SELECT id FROM thing ORDER BY number NULLS FIRST, id LIMIT 1", 3},
	{"SELECT id FROM thing ORDER BY number NULLS LAST, id LIMIT 1", 1},
	/* texts */
	{"SELECT LENGTH('na\xc3\xafve')", 5}, /* characters */
	{"SELECT LENGTH('')", 0},
	{"SELECT LENGTH('\xf0\x9f\x95\x8a')", 1},
	{"SELECT COUNT(*) FROM thing WHERE label = ''", 1},
	{"SELECT COUNT(*) FROM thing WHERE label IS NULL", 2},
	{"SELECT COUNT(*) FROM thing WHERE label = 'ONE'", 0},
	{"SELECT COUNT(*) FROM thing WHERE label || 'x' = 'onex'", 1},
	{"SELECT COUNT(*) FROM thing WHERE label LIKE '%o%' ESCAPE '\\'", 2},
	{"SELECT COUNT(*) FROM thing WHERE label LIKE '\\%' ESCAPE '\\'", 0},
	{"SELECT CASE WHEN 'it''s' = 'it' || '''' || 's' THEN 1 ELSE 0 END", 1},
	{"SELECT CASE WHEN SUBSTR('abcdef', 2, 3) = 'bcd' THEN 1 ELSE 0 END", 1},
	{"SELECT CASE WHEN REPLACE('a.b.c', '.', '') = 'abc' THEN 1 ELSE 0 END", 1},
	{"SELECT CASE WHEN TRIM('  a ') = 'a' THEN 1 ELSE 0 END", 1},
	{"SELECT CAST('-42' AS BIGINT)", -42},
	/* several rows at once */
	{"SELECT COUNT(*) FROM pair WHERE (a, b) > (1, 'x')", 4},
	{"SELECT COUNT(*) FROM pair WHERE (a, b) IN ((1, 'x'), (2, 'b'), (9, 'z'))", 2},
	{"SELECT a FROM pair ORDER BY a DESC, b LIMIT 1 OFFSET 1", 2},
	{"SELECT COUNT(*) FROM (SELECT a FROM pair GROUP BY a HAVING COUNT(*) > 1) AS many", 2},
	{"SELECT COUNT(*) FROM (SELECT a FROM pair UNION SELECT id FROM thing) AS every", 5},
	{"SELECT COUNT(*) FROM (SELECT a FROM pair UNION ALL SELECT id FROM thing) AS every", 10},
	{"SELECT COUNT(*) FROM (SELECT id FROM thing EXCEPT SELECT a FROM pair) AS rest", 2},
	{"SELECT COUNT(*) FROM thing LEFT JOIN pair ON pair.a = thing.id", 7},
	{"SELECT COUNT(pair.a) FROM thing LEFT JOIN pair ON pair.a = thing.id", 5},
	{"SELECT COUNT(*) FROM thing JOIN pair ON pair.a = thing.id AND pair.b = 'b'", 1},
	{"SELECT n FROM pair WHERE a = 3", 7},
	{"WITH RECURSIVE up (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < 1000) SELECT COUNT(*) FROM up",
	 1000},
	{"SELECT place FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY id DESC) AS place FROM thing) AS t WHERE id = 5",
	 1},
	{"SELECT CAST(COUNT(*) FILTER (WHERE number = 20) AS BIGINT) FROM thing", 2},
};

static void each_rule_holds(void **state)
{
	struct db *db = need(state)->db;
	for (int round = 0; round < 2; round++) { /* prepared, and then found prepared */
		for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
			const struct db_value none = DB_NULL;
			struct err why = {0};
			int64_t answer = NONE;
			int rc = db_get_i64_values(db, rules[i].sql, &none, 0, &answer, &why);
			if (rc != (rules[i].answer == NONE && answer == NONE && rc == DB_NONE ? DB_NONE : 0) ||
			    answer != rules[i].answer)
				fail_msg("%s: answered %d, %lld: %s", rules[i].sql, rc, (long long)answer, why.text);
		}
	}
}

/* ---- statements that change ---- */

static const struct change {
	const char *sql;
	int answer;         /* 0 or ERR_DB */
	int64_t changed;    /* rows, where it went well */
	const char *says;   /* where it did not: what both engines name */
	const char *see;    /* afterwards this has the answer below; NULL: nothing has changed */
	int64_t see_answer; /* or NONE */
} changes[] = {
	{"INSERT INTO thing (number) VALUES (1)", 0, 1, NULL, "SELECT COUNT(*) FROM thing", 6},
	{"INSERT INTO thing (number, label) VALUES (1, 'a'), (2, 'b'), (3, 'c')", 0, 3, NULL,
	 "SELECT COUNT(*) FROM thing", 8},
	{"INSERT INTO thing (number, label) SELECT a, b FROM pair", 0, 5, NULL, "SELECT COUNT(*) FROM thing", 10},
	{"INSERT INTO thing (number, label) VALUES (1, 'fresh'), (2, 'one')", ERR_DB, 0, "label", NULL, 0},
	{"INSERT INTO thing (id, number) VALUES (1, 1)", ERR_DB, 0, "thing", NULL, 0},
	{"INSERT INTO thing (number) VALUES (-1000)", ERR_DB, 0, "thing", NULL, 0},
	{"INSERT INTO thing (number) VALUES (-999)", 0, 1, NULL, "SELECT MIN(number) FROM thing", -999},
	{"INSERT INTO thing (number) VALUES ('abc')", ERR_DB, 0, "INSERT INTO thing", NULL, 0},
	{"INSERT INTO pair (a) VALUES (1)", ERR_DB, 0, "b", NULL, 0},
	{"INSERT INTO pair (a, b) VALUES (1, NULL)", ERR_DB, 0, "b", NULL, 0},
	{"INSERT INTO pair (a, b) VALUES (1, 'x')", ERR_DB, 0, "pair", NULL, 0},
	{"INSERT INTO pair (a, b, n) VALUES (9, '', 0)", 0, 1, NULL, "SELECT n FROM pair WHERE a = 9", 0},
	{"INSERT INTO pair (a, b, nothing) VALUES (9, '', 0)", ERR_DB, 0, "nothing", NULL, 0},
	{"INSERT INTO part (thing_id) VALUES (99)", ERR_DB, 0, "INSERT INTO part", NULL, 0},
	{"INSERT INTO part (thing_id, kept_id) VALUES (1, 99)", ERR_DB, 0, "INSERT INTO part", NULL, 0},
	{"INSERT INTO part (thing_id) VALUES (1)", 0, 1, NULL, "SELECT COUNT(*) FROM part", 1},
	{"UPDATE thing SET number = number + 1", 0, 5, NULL, "SELECT CAST(SUM(number) AS BIGINT) FROM thing", 53},
	{"UPDATE thing SET number = 20 WHERE number = 20", 0, 2, NULL, NULL, 0},
	{"UPDATE thing SET number = 1 WHERE id > 100", 0, 0, NULL, NULL, 0},
	{"UPDATE thing SET label = 'two' WHERE id = 1", ERR_DB, 0, "label", NULL, 0},
	{"UPDATE thing SET number = (SELECT MAX(n) FROM pair) WHERE id = 3", 0, 1, NULL,
	 "SELECT number FROM thing WHERE id = 3", 7},
	{"UPDATE thing SET label = NULL WHERE id = 1", 0, 1, NULL, "SELECT COUNT(*) FROM thing WHERE label IS NULL", 3},
	{"UPDATE thing SET label = CASE id WHEN 1 THEN 'zwei' ELSE label END WHERE label IS NOT NULL", 0, 3, NULL,
	 "SELECT id FROM thing WHERE label = 'zwei'", 1},
	{"UPDATE pair SET a = 2, b = 'a' WHERE a = 1 AND b = 'x'", ERR_DB, 0, "pair", NULL, 0},
	{"DELETE FROM pair WHERE a = 2", 0, 2, NULL, "SELECT COUNT(*) FROM pair", 3},
	{"DELETE FROM pair WHERE (a, b) IN (SELECT 1, 'x')", 0, 1, NULL, "SELECT COUNT(*) FROM pair", 4},
	{"DELETE FROM pair", 0, 5, NULL, "SELECT COUNT(*) FROM pair", 0},
	{"DELETE FROM thing WHERE id = (SELECT MAX(id) FROM thing)", 0, 1, NULL, "SELECT MAX(id) FROM thing", 4},
	{"INSERT INTO thing (label) VALUES ('one') ON CONFLICT DO NOTHING", 0, 0, NULL, NULL, 0},
	{"INSERT INTO thing (label) VALUES ('one'), ('three') ON CONFLICT DO NOTHING", 0, 1, NULL,
	 "SELECT COUNT(*) FROM thing", 6},
	{"INSERT INTO thing (label, number) VALUES ('one', 5) ON CONFLICT (label) DO UPDATE SET number = "
	 "excluded.number",
	 0, 1, NULL, "SELECT number FROM thing WHERE id = 1", 5},
	{"INSERT INTO thing (label, number) VALUES ('one', 5) ON CONFLICT (label) DO UPDATE SET number = 5"
	 " WHERE thing.number > 100",
	 0, 0, NULL, "SELECT number FROM thing WHERE id = 1", 10},
	{"INSERT INTO pair (a, b) VALUES (1, 'x') ON CONFLICT (a, b) DO UPDATE SET n = pair.n + 1", 0, 1, NULL,
	 "SELECT n FROM pair WHERE a = 1 AND b = 'x'", 8},
	{"INSERT INTO pair (a, b) VALUES (1, NULL) ON CONFLICT DO NOTHING", ERR_DB, 0, "b", NULL, 0},
};

static int64_t look(struct db *db, const char *sql)
{
	const struct db_value none = DB_NULL;
	int64_t answer = NONE;
	assert_true(db_get_i64_values(db, sql, &none, 0, &answer, NULL) >= 0);
	return answer;
}

/* All that is in the three tables, in one number. */
static int64_t fingerprint(struct db *db)
{
	return look(db, "SELECT CAST(COALESCE(SUM(COALESCE(number, 3) * id * 31 + COALESCE(LENGTH(label), 17) * id), 0)"
			" + 1000003 * COUNT(*) AS BIGINT) FROM thing") +
	       look(db,
		    "SELECT CAST(COALESCE(SUM(a * 7 + LENGTH(b) * 13 + n), 0) + 999 * COUNT(*) AS BIGINT) FROM pair") +
	       77777 * look(db, "SELECT COUNT(*) FROM part");
}

static int change_and_undo(struct db *db, void *context, struct err *err)
{
	(void)err;
	const struct change *change = context;
	const struct db_value none = DB_NULL;
	struct err why = {0};
	int rc = db_run_values(db, change->sql, &none, 0, &why);
	if (rc != change->answer)
		fail_msg("%s: answered %d: %s", change->sql, rc, why.text);
	if (rc != 0) {
		assert_int_equal(why.code, rc);
		assert_says(why, change->says);
		return 1;
	}
	if (db_changed(db) != change->changed)
		fail_msg("%s: changed %lld", change->sql, (long long)db_changed(db));
	if (change->see && look(db, change->see) != change->see_answer)
		fail_msg("%s: %s: found %lld", change->sql, change->see, (long long)look(db, change->see));
	return 1; /* so that the next one finds what this one found */
}

static void each_change_counts_and_can_be_undone(void **state)
{
	struct db *db = need(state)->db;
	int64_t before = fingerprint(db);
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		struct change change = changes[i];
		assert_rc(db_transaction(db, change_and_undo, &change, &err), 1);
		if (fingerprint(db) != before)
			fail_msg("%s: something of it stayed", change.sql);
		/* By itself what is refused is refused as well, and as wholly. */
		const struct db_value none = DB_NULL;
		if (change.answer != 0) {
			assert_int_equal(db_run_values(db, change.sql, &none, 0, NULL), ERR_DB);
			assert_int_equal(fingerprint(db), before);
		}
	}
}

static void references_do_what_they_declare(void **state)
{
	struct db *db = need(state)->db;
	int64_t seen = 0;
	assert_ok(db_run(db, &err, "INSERT INTO part (thing_id, beside_id, kept_id) VALUES (1, 2, NULL), (2, 1, 5)"));
	assert_rc(db_run(db, &err, "DELETE FROM thing WHERE id = 5"), ERR_DB); /* kept */
	assert_ok(db_run(db, &err, "DELETE FROM thing WHERE id = 1"));
	assert_int_equal(db_changed(db), 1); /* what goes with it is not counted */
	assert_ok(db_get_i64(db, &seen, &err, "SELECT COUNT(*) FROM part"));
	assert_int_equal(seen, 1);
	assert_rc(db_get_i64(db, &seen, &err, "SELECT beside_id FROM part"), DB_NONE);
	assert_ok(db_run(db, &err, "DELETE FROM part"));
	assert_ok(db_run(db, &err, "DELETE FROM thing WHERE id = 5"));
}

/* ---- quantity ---- */

static int add_many(struct db *db, void *context, struct err *err)
{
	int64_t count = *(int64_t *)context;
	int rc = 0;
	for (int64_t i = 0; rc == 0 && i < count; i++)
		rc = db_run(db, err, "INSERT INTO pair (a, b, n) VALUES ($1, 'many', $2)", DB_I64(1000 + i),
			    DB_I64(i * i));
	return rc;
}

static void twenty_thousand_rows_in_order(void **state)
{
	struct db *db = need(state)->db;
	int64_t count = 20000;
	assert_ok(db_transaction(db, add_many, &count, &err));
	DB_ROWS rows = {0};
	int64_t seen = 0;
	assert_ok(db_select(db, &rows, &err, "SELECT a, b, n FROM pair WHERE a >= 1000 ORDER BY a"));
	for (; db_next(&rows, NULL) == DB_ROW; seen++) {
		assert_true(db_i64(&rows, 0) == 1000 + seen && db_i64(&rows, 2) == seen * seen);
		assert_true(str_eq(db_text(&rows, 1), STR("many")));
		int64_t same = 0;
		if (seen % 1000 == 0) { /* other statements meanwhile */
			assert_ok(db_get_i64(db, &same, &err, "SELECT n FROM pair WHERE a = $1 AND b = 'many'",
					     DB_I64(1000 + seen)));
			assert_int_equal(same, seen * seen);
		}
	}
	assert_int_equal(seen, count);
}

static void as_many_parameters_as_there_may_be(void **state)
{
	struct db *db = need(state)->db;
	int64_t sum = 0;
#define P(n)                       "CAST($" #n " AS BIGINT)"
#define P8(a, b, c, d, e, f, g, h) P(a) "+" P(b) "+" P(c) "+" P(d) "+" P(e) "+" P(f) "+" P(g) "+" P(h)
#define V8(n)                                                                                                          \
	DB_I64(n), DB_I64((n)*2), DB_I64((n)*4), DB_I64((n)*8), DB_I64((n)*16), DB_I64((n)*32), DB_I64((n)*64),        \
		DB_I64((n)*128)
	assert_ok(db_get_i64(
		db, &sum, &err,
		"SELECT " P8(1, 2, 3, 4, 5, 6, 7, 8) "+" P8(9, 10, 11, 12, 13, 14, 15, 16) "+" P8(
			17, 18, 19, 20, 21, 22, 23, 24) "+" P8(25, 26, 27, 28, 29, 30, 31,
							       32) "+" P8(33, 34, 35, 36, 37, 38, 39,
									  40) "+" P8(41, 42, 43, 44, 45, 46, 47, 48),
		V8(1), V8(1 << 8), V8(1 << 16), V8(INT64_C(1) << 24), V8(INT64_C(1) << 32), V8(INT64_C(1) << 40)));
	assert_true(sum == (INT64_C(1) << 48) - 1); /* each of them once */
	struct err why = {0};
	assert_int_equal(db_get_i64(db, &sum, &why,
				    "SELECT CAST($49 AS BIGINT) + " P8(1, 2, 3, 4, 5, 6, 7, 8) "+" P8(
					    9, 10, 11, 12, 13, 14, 15,
					    16) "+" P8(17, 18, 19, 20, 21, 22, 23,
						       24) "+" P8(25, 26, 27, 28, 29, 30, 31,
								  32) "+" P8(33, 34, 35, 36, 37, 38, 39,
									     40) "+" P8(41, 42, 43, 44, 45, 46, 47, 48),
				    V8(1), V8(1), V8(1), V8(1), V8(1), V8(1), DB_I64(1)),
			 ERR_DB);
	assert_says(why, "48");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_holds),
		cmocka_unit_test(each_change_counts_and_can_be_undone),
		cmocka_unit_test(references_do_what_they_declare),
		cmocka_unit_test(twenty_thousand_rows_in_order),
		cmocka_unit_test(as_many_parameters_as_there_may_be),
	};
	return ON_BOTH("rules", tests, &options, &migrations);
}
