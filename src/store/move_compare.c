#include "store/move_inside.h"

#define ROW_BYTES (256u << 20) /* more than any row that the store takes */

static void put_number(struct buf *out, uint64_t number)
{
	for (int shift = 56; shift >= 0; shift -= 8)
		buf_put_byte(out, (char)(number >> shift));
}

static int write_row(const struct move_table *table, const struct db_rows *rows, struct buf *out, struct err *err)
{
	buf_clear(out);
	for (int i = 0; i < table->column_count; i++) {
		struct db_value value = move_value(table, rows, i);

		buf_put_byte(out, (char)value.type);
		put_number(out, value.type == DB_TYPE_I64 ? (uint64_t)value.i64 : value.bytes.len);
		buf_put(out, value.bytes);
	}
	return out->over ? err_set(err, ERR_LIMIT, "table %s: a row above %u bytes", table->name, ROW_BYTES) : 0;
}

/* Adds a page to the hash; *rows of it, with so many bytes. */
static int hash_page(struct db *db, const struct move_table *table, struct move_key *place, int64_t limit,
		     struct sha256_run *run, int64_t *rows_done, int64_t *bytes, struct err *err)
{
	BUF_SCOPED row = BUF_INIT(ROW_BYTES);
	DB_ROWS rows = {0};
	int rc = move_page(db, table, place, limit, &rows, err);

	*rows_done = *bytes = 0;
	while (rc == 0 && (rc = db_next(&rows, err)) == DB_ROW) {
		rc = write_row(table, &rows, &row, err);
		if (rc != 0)
			return rc;
		sha256_add(run, buf_str(&row));
		++*rows_done;
		*bytes += (int64_t)row.len;
		move_key_take(place, table, &rows);
	}
	return rc;
}

int move_hash(struct db *db, const struct move_table *table, struct move_progress *progress,
	      struct store_move_table *ret_table, struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	struct move_key place = {.arena = arena};
	struct sha256_run *run = sha256_begin();
	struct store_move_table found = {.name = table->name};
	int64_t limit = move_page_rows(0, 0), rows, bytes;
	int rc;

	do {
		rc = hash_page(db, table, &place, limit, run, &rows, &bytes, err);
		if (rc != 0)
			break;
		found.rows += rows;
		if (progress)
			move_show(progress, rows);
		if (rows < limit)
			break;
		limit = move_page_rows(rows, bytes);
	} while (true);
	if (rc != 0) {
		sha256_abandon(run);
		return rc;
	}
	found.hash = sha256_end(run);
	*ret_table = found;
	return 0;
}

size_t store_move_table_count(void)
{
	return move_table_count;
}

const char *store_move_table_name(size_t table)
{
	return move_tables[table].name;
}

int store_move_hash(struct store *store, size_t table, struct store_move_table *ret_table, struct err *err)
{
	return move_hash(store->db, &move_tables[table], NULL, ret_table, err);
}

/* ---- what differs ---- */

/* One of two tables that are read side by side, a row at a time: a page each would end at different keys. */
struct side {
	struct db *db;
	struct move_key place;
	struct buf row;
	bool ended;
};

static int step_side(struct side *side, const struct move_table *table, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = move_page(side->db, table, &side->place, 1, &rows, err);

	if (rc == 0)
		rc = db_next(&rows, err);
	side->ended = rc == 0;
	if (rc != DB_ROW)
		return rc;
	rc = write_row(table, &rows, &side->row, err);
	move_key_take(&side->place, table, &rows);
	return rc;
}

static int cmp_keys(const struct move_table *table, const struct move_key *a, const struct move_key *b)
{
	for (int i = 0; i < table->key_count; i++) {
		int order = table->types[i] == DB_TYPE_I64
				    ? (a->at[i].i64 > b->at[i].i64) - (a->at[i].i64 < b->at[i].i64)
				    : str_cmp(a->at[i].bytes, b->at[i].bytes);

		if (order != 0)
			return order;
	}
	return 0;
}

static int tell_difference(const struct move_table *table, const struct side *old, const struct side *new,
			   struct arena *arena, struct err *err)
{
	int order = old->ended ? 1 : new->ended ? -1 : cmp_keys(table, &old->place, &new->place);
	const char *key = move_key_shown(table, order <= 0 ? &old->place : &new->place, arena);
	const char *what = order < 0 ? "is missing there" : order > 0 ? "is there and not here" : "is another there";

	return err_set(err, ERR_DATA, "the copy is not what it should be: table %s, the row with %.200s %s",
		       table->name, key, what);
}

int move_find_difference(const struct store_move_job *job, const struct move_table *table, struct err *err)
{
	ARENA_SCOPED old_arena = arena_create(0);
	ARENA_SCOPED new_arena = arena_create(0);
	ARENA_SCOPED arena = arena_create(0);
	struct side old = {.db = job->from->db, .place = {.arena = old_arena}, .row = BUF_INIT(ROW_BYTES)};
	struct side new = {.db = job->to->db, .place = {.arena = new_arena}, .row = BUF_INIT(ROW_BYTES)};
	int rc = 0;

	while (rc == 0 && !(old.ended && new.ended)) {
		rc = step_side(&old, table, err);
		if (rc == 0)
			rc = step_side(&new, table, err);
		if (rc == 0 && !(old.ended && new.ended) &&
		    (old.ended != new.ended || !str_eq(buf_str(&old.row), buf_str(&new.row))))
			rc = tell_difference(table, &old, &new, arena, err);
	}
	buf_finish(&old.row);
	buf_finish(&new.row);
	return rc;
}
