/* Values there and back on both engines, what is refused before the engine sees it, and statements in quantity. */
#include "both.h"

#include "base/buf.h"
#include "base/utf8.h"

static const struct db_migration list[] = {
	{1, "0001_values", "CREATE TABLE v (id {{id}}, n {{i64}}, t {{text}}, b {{blob}}) {{strict}};"},
};
static const struct db_migrations migrations = {"test", list, 1};

static int64_t put(struct opened *f, struct db_value n, struct db_value t, struct db_value b)
{
	int64_t id = 0;
	assert_ok(db_get_i64(f->db, &id, &err, "INSERT INTO v (n, t, b) VALUES ($1, $2, $3) RETURNING id", n, t, b));
	return id;
}

#define GET(rows, id)                                                                                                  \
	DB_ROWS rows = {0};                                                                                            \
	assert_rc(db_one(f->db, &rows, &err, "SELECT n, t, b FROM v WHERE id = $1", DB_I64(id)), DB_ROW)

/* ---- numbers ---- */

static void numbers_of_every_size(void **state)
{
	struct opened *f = need(state);
	int64_t last = INT64_MIN;
	for (int bit = 0; bit < 64; bit++) {
		for (int around = -1; around <= 1; around++) {
			int64_t number = (int64_t)((UINT64_C(1) << bit) + (uint64_t)around);
			int64_t id = put(f, DB_I64(number), DB_NULL, DB_NULL);
			GET(rows, id);
			assert_true(db_i64(&rows, 0) == number);
			int64_t found = 0;
			assert_ok(db_get_i64(f->db, &found, &err, "SELECT id FROM v WHERE n = $1 AND id >= $2",
					     DB_I64(number), DB_I64(id)));
			assert_true(found == id);
		}
	}
	int64_t edges[] = {INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX - 1, INT64_MAX};
	assert_ok(db_run(f->db, &err, "DELETE FROM v"));
	for (size_t i = 0; i < 7; i++)
		put(f, DB_I64(edges[6 - i]), DB_NULL, DB_NULL);
	DB_ROWS rows = {0};
	assert_ok(db_select(f->db, &rows, &err, "SELECT n FROM v ORDER BY n"));
	for (size_t i = 0; i < 7; i++) {
		assert_rc(db_next(&rows, &err), DB_ROW);
		assert_true(db_i64(&rows, 0) == edges[i] && db_i64(&rows, 0) >= last);
		last = db_i64(&rows, 0);
	}
}

/* ---- texts ---- */

static void texts_of_every_length_of_character(void **state)
{
	static const uint32_t edges[] = {0x1,    0x7F,   0x80,   0x7FF,   0x800,   0xD7FF,
					 0xE000, 0xFFFD, 0xFFFF, 0x10000, 0x1F600, 0x10FFFF};
	struct opened *f = need(state);
	BUF_SCOPED all = BUF_INIT(10000);
	for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
		BUF_SCOPED one = BUF_INIT(100);
		utf8_put(&one, edges[i]);
		utf8_put(&all, edges[i]);
		int64_t id = put(f, DB_NULL, DB_TEXT(buf_str(&one)), DB_BLOB(buf_str(&one)));
		GET(rows, id);
		assert_true(str_eq(db_text(&rows, 1), buf_str(&one)));
		assert_true(str_eq(db_blob(&rows, 2), buf_str(&one)));
		int64_t found = 0;
		assert_ok(
			db_get_i64(f->db, &found, &err, "SELECT COUNT(*) FROM v WHERE t = $1", DB_TEXT(buf_str(&one))));
		assert_int_equal(found, 1);
	}
	for (size_t cut = 0; cut <= all.len; cut++) { /* of every length in bytes that ends at a character */
		struct str text = str_sub(buf_str(&all), 0, cut);
		if (utf8_valid_prefix(text) < text.len)
			continue;
		int64_t id = put(f, DB_NULL, DB_TEXT(text), DB_NULL);
		GET(rows, id);
		assert_true(str_eq(db_text(&rows, 1), text));
	}
}

static void empty_is_not_null(void **state)
{
	struct opened *f = need(state);
	struct str nothing = {0};
	int64_t id = put(f, DB_NULL, DB_TEXT(nothing), DB_BLOB(nothing));
	{
		GET(rows, id);
		assert_true(db_is_null(&rows, 0));
		assert_false(db_is_null(&rows, 1));
		assert_false(db_is_null(&rows, 2));
		assert_int_equal(db_text(&rows, 1).len, 0);
		assert_int_equal(db_blob(&rows, 2).len, 0);
		assert_int_equal(db_i64(&rows, 0), 0);
	}
	id = put(f, db_id_or_null(0), db_text_or_null(STR("")), db_blob_or_null(nothing));
	GET(rows, id);
	for (int i = 0; i < 3; i++)
		assert_true(db_is_null(&rows, i));
	assert_int_equal(db_text(&rows, 1).len, 0);
	int64_t count = 0;
	assert_ok(db_get_i64(f->db, &count, &err, "SELECT COUNT(*) FROM v WHERE t = ''"));
	assert_int_equal(count, 1);
	assert_rc(db_get_i64(f->db, &count, &err, "SELECT n FROM v WHERE id = $1", DB_I64(id)), DB_NONE);
	assert_rc(db_get_i64(f->db, &count, &err, "SELECT n FROM v WHERE id = 0"), DB_NONE);
}

/* Each is refused before the engine: nothing is written, and the message names the parameter and the byte. */
static void what_is_no_text_is_refused(void **state)
{
	static const struct {
		const char *what;
		struct str bytes;
		const char *says;
	} rows[] = {
		{"a zero byte", STR_INIT("a\0b"), "$2 holds a zero byte"},
		{"only a zero byte", STR_INIT("\0"), "$2 holds a zero byte"},
		{"a zero byte at the end", STR_INIT("ab\0"), "$2 holds a zero byte"},
		{"a lone following byte", STR_INIT("a\x80"), "$2 is not UTF-8 at byte 1"},
		{"a cut character", STR_INIT("ab\xe2\x82"), "$2 is not UTF-8 at byte 2"},
		{"an overlong slash", STR_INIT("\xc0\xaf"), "at byte 0"},
		{"an overlong zero", STR_INIT("\xc0\x80"), "at byte 0"},
		{"an overlong of three", STR_INIT("x\xe0\x80\x80"), "at byte 1"},
		{"a surrogate", STR_INIT("\xed\xa0\x80"), "at byte 0"},
		{"beyond the last character", STR_INIT("\xf4\x90\x80\x80"), "at byte 0"},
		{"five bytes", STR_INIT("\xf8\x88\x80\x80\x80"), "at byte 0"},
		{"Latin-1", STR_INIT("caf\xe9"), "at byte 3"},
		{"a byte that never occurs", STR_INIT("\xff"), "at byte 0"},
	};
	struct opened *f = need(state);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct err why = {0};
		int rc = db_run(f->db, &why, "INSERT INTO v (n, t) VALUES ($1, $2)", DB_I64(1), DB_TEXT(rows[i].bytes));
		if (rc != ERR_INPUT)
			fail_msg("%s: answered %d", rows[i].what, rc);
		assert_says(why, rows[i].says);
		/* As bytes it is as good as any. */
		int64_t id = put(f, DB_NULL, DB_NULL, DB_BLOB(rows[i].bytes));
		GET(found, id);
		assert_true(str_eq(db_blob(&found, 2), rows[i].bytes));
	}
	int64_t count = 0;
	assert_ok(db_get_i64(f->db, &count, &err, "SELECT COUNT(*) FROM v WHERE n = 1"));
	assert_int_equal(count, 0);
}

static int write_bad_text(struct db *db, void *context, struct err *err)
{
	(void)context;
	int rc = db_run(db, err, "INSERT INTO v (n) VALUES (2)");
	if (rc == 0)
		db_run(db, NULL, "INSERT INTO v (n, t) VALUES ($1, $2)", DB_I64(2), DB_TEXT(STR("\xff")));
	return rc; /* as if nothing had happened */
}

static void a_refused_text_spoils_its_transaction(void **state)
{
	struct opened *f = need(state);
	assert_rc(db_transaction(f->db, write_bad_text, NULL, &err), ERR_DB);
	int64_t count = 9;
	assert_ok(db_get_i64(f->db, &count, &err, "SELECT COUNT(*) FROM v"));
	assert_int_equal(count, 0);
}

/* ---- counts of parameters ---- */

static void parameters_are_counted(void **state)
{
	struct opened *f = need(state);
	assert_rc(db_run(f->db, &err, "INSERT INTO v (n) VALUES ($1)"), ERR_DB);
	assert_rc(db_run(f->db, &err, "INSERT INTO v (n) VALUES ($1)", DB_I64(1), DB_I64(2)), ERR_DB);
	assert_rc(db_run(f->db, &err, "DELETE FROM v", DB_I64(1)), ERR_DB);
	/* A number left out leaves a value that goes nowhere: neither engine takes it. */
	assert_rc(db_run(f->db, &err, "INSERT INTO v (n) VALUES ($2)", DB_I64(1), DB_I64(2)), ERR_DB);
	assert_rc(db_run(f->db, &err, "INSERT INTO v (n, t) VALUES ($1, $3)", DB_I64(1), DB_NULL, DB_LIT("x")), ERR_DB);
	assert_rc(db_run(f->db, &err, "INSERT INTO v (n) VALUES ($49)", DB_I64(1)), ERR_DB);
	assert_ok(db_run(f->db, &err, "INSERT INTO v (n, t) VALUES ($2, $1)", DB_LIT("x"), DB_I64(7)));
	assert_ok(db_run(f->db, &err, "UPDATE v SET n = $1, t = $2 WHERE n = $1 AND t = $2", DB_I64(7), DB_LIT("x")));
	assert_int_equal(db_changed(f->db), 1);
}

/* ---- many statements, many cursors ---- */

#define TEN(n)     X(n##0) X(n##1) X(n##2) X(n##3) X(n##4) X(n##5) X(n##6) X(n##7) X(n##8) X(n##9)
#define HUNDRED(n) TEN(n##0) TEN(n##1) TEN(n##2) TEN(n##3) TEN(n##4) TEN(n##5) TEN(n##6) TEN(n##7) TEN(n##8) TEN(n##9)

/* Three hundred literals: the table of statements grows several times and loses none. */
static void many_literals_are_kept_apart(void **state)
{
	struct opened *f = need(state);
	for (int round = 0; round < 3; round++) {
		int64_t sum = 0, value = 0;
#define X(n)                                                                                                           \
	assert_ok(db_get_i64(f->db, &value, &err, "SELECT CAST(" #n " AS BIGINT)"));                                   \
	assert_int_equal(value, n);                                                                                    \
	sum += value;
		HUNDRED(1)
		HUNDRED(2)
		HUNDRED(3)
#undef X
		assert_int_equal(sum, 100 * (150 + 250 + 350) - 150);
	}
}

static void cursors_hold_their_place(void **state)
{
	struct opened *f = need(state);
	struct db_rows rows[20] = {0};
	for (int i = 0; i < 30; i++)
		put(f, DB_I64(i), DB_NULL, DB_NULL);
	for (int i = 0; i < 20; i++) {
		assert_ok(db_select(f->db, &rows[i], &err, "SELECT n FROM v WHERE n >= $1 ORDER BY n", DB_I64(i)));
		for (int k = 0; k <= i; k++) /* each one step further than the one before */
			if (i + k < 30)
				assert_rc(db_next(&rows[i], &err), DB_ROW);
	}
	for (int i = 0; i < 20; i++) {
		assert_int_equal(db_i64(&rows[i], 0), i + i < 30 ? i + i : 29);
		if (i % 2)
			db_rows_finish(&rows[i]);
	}
	for (int i = 0; i < 20; i += 2) {
		int left = 0;
		while (db_next(&rows[i], NULL) == DB_ROW)
			left++;
		assert_int_equal(left, i + i < 30 ? 29 - i - i : 0);
		assert_rc(db_next(&rows[i], &err), 0); /* the end stays the end */
		db_rows_finish(&rows[i]);
		db_rows_finish(&rows[i]); /* twice is once */
	}
}

struct nest {
	int depth, fail_at, answer, ran;
};

static int nest(struct db *db, void *context, struct err *err)
{
	struct nest *n = context;
	n->ran++;
	int depth = n->depth++;
	int rc = db_run(db, err, "INSERT INTO v (n) VALUES ($1)", DB_I64(depth));
	if (rc == 0 && depth < 5)
		rc = db_transaction(db, nest, n, err);
	if (depth == n->fail_at)
		rc = n->answer;
	if (depth == 0 && n->answer > 0)
		rc = 0; /* the outermost takes no notice */
	return rc;
}

/* Whatever level says no, nothing at all is written. */
static void transactions_inside_each_other_are_one(void **state)
{
	struct opened *f = need(state);
	for (int fail_at = -1; fail_at < 6; fail_at++) {
		for (int answer = ERR_INPUT; answer <= 20; answer += 20 - ERR_INPUT) {
			struct nest n = {.fail_at = fail_at, .answer = answer};
			struct err why = {0};
			int64_t count = 0;
			assert_ok(db_run(f->db, &err, "DELETE FROM v"));
			int rc = db_transaction(f->db, nest, &n, &why);
			assert_int_equal(n.ran, 6);
			assert_ok(db_get_i64(f->db, &count, &err, "SELECT COUNT(*) FROM v"));
			bool ignored = answer > 0 && fail_at == 0; /* its own answer was replaced by 0 */
			if (fail_at < 0 || ignored) {
				assert_int_equal(rc, 0);
				assert_int_equal(count, 6);
			} else {
				assert_int_equal(count, 0);
				assert_int_equal(rc, answer > 0 ? ERR_DB : ERR_INPUT);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_of_every_size),
		cmocka_unit_test(texts_of_every_length_of_character),
		cmocka_unit_test(empty_is_not_null),
		cmocka_unit_test(what_is_no_text_is_refused),
		cmocka_unit_test(a_refused_text_spoils_its_transaction),
		cmocka_unit_test(parameters_are_counted),
		cmocka_unit_test(many_literals_are_kept_apart),
		cmocka_unit_test(cursors_hold_their_place),
		cmocka_unit_test(transactions_inside_each_other_are_one),
	};
	return ON_BOTH("values", tests, NULL, &migrations);
}
