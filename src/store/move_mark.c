#include "store/move_inside.h"

#define MARK_SINCE 4 /* the migration that brought the table */

static const char *const state_words[] = {"", "leaving", "left", "filling", "arrived", NULL};

static int take_mark(const struct db_rows *rows, struct arena *arena, struct store_move_mark *mark, struct err *err)
{
	struct str id = db_text(rows, 0);

	if (id.len != STORE_MOVE_ID_BYTES)
		return err_set(err, ERR_DATA, "database: the id of store_move has %zu bytes, not %d", id.len,
			       STORE_MOVE_ID_BYTES);
	memcpy(mark->id, id.ptr, id.len);
	mark->state = (enum store_move_state)word_index(state_words, db_text(rows, 1));
	mark->other = db_text_copy(rows, 2, arena);
	mark->step = db_i64(rows, 3);
	mark->at_s = db_i64(rows, 4);
	return 0;
}

int store_move_look(struct store *store, struct arena *arena, struct store_move_mark *ret_mark, struct err *err)
{
	DB_ROWS rows = {0};
	struct store_move_mark mark = {0};
	int version = 0;
	int rc = store_version(store, &version, err);

	if (rc == 0 && version >= MARK_SINCE)
		rc = db_one(store->db, &rows, err, "SELECT id, state, other, step, at_s FROM store_move");
	if (rc == DB_ROW)
		rc = take_mark(&rows, arena, &mark, err);
	if (rc < 0)
		return rc;
	*ret_mark = mark;
	return 0;
}

int move_mark_put(struct db *db, const char *id, enum store_move_state state, struct str other, int64_t now_s,
		  struct err *err)
{
	int rc = db_run(db, err, "DELETE FROM store_move");

	if (rc != 0)
		return rc;
	return db_run(db, err,
		      "INSERT INTO store_move (one, id, state, other, step, at_s) VALUES (1, $1, $2, $3, 0, $4)",
		      DB_CSTR(id), DB_CSTR(state_words[state]), DB_TEXT(other), DB_I64(now_s));
}

/* Only while it fills, and under this id: two that fill one store at once would each think the other's rows its own. */
int move_mark_step(struct db *db, const char *id, int64_t step, struct err *err)
{
	int rc = db_run(db, err, "UPDATE store_move SET step = $2 WHERE id = $1 AND state = 'filling' AND step <= $2",
			DB_CSTR(id), DB_I64(step));

	if (rc != 0 || db_changed(db) == 1)
		return rc;
	return err_set(err, ERR_INPUT,
		       "the other store is not being filled by this move any more: is another at work?");
}

static int take_off(struct db *db, void *context, struct err *err)
{
	(void)context;
	int rc = db_run(db, err, "DELETE FROM store_move WHERE state = 'leaving'");

	if (rc != 0 || db_changed(db) == 1)
		return rc;
	return err_set(err, ERR_INPUT, "no move of this store is under way, so there is none to give up");
}

int store_move_abandon(struct store *store, struct err *err)
{
	return db_transaction(store->db, take_off, NULL, err);
}

int move_is_empty(struct store *store, bool *ret_empty, struct err *err)
{
	int64_t head = 0;
	bool empty = true;
	int rc = 0;

	for (size_t i = 0; rc == 0 && empty && i < move_table_count; i++) {
		int64_t count = 0;

		rc = db_get_i64_values(store->db, move_tables[i].count, NULL, 0, &count, err);
		/* The one row of the outbox's head comes with the table. */
		empty = count == 0 || (count == 1 && str_eq(str_from(move_tables[i].name), STR("outbox_head")));
	}
	if (rc == 0 && empty)
		rc = db_get_i64(store->db, &head, err, "SELECT COALESCE(MAX(number), 0) FROM outbox_head");
	if (rc == 0)
		*ret_empty = empty && head == 0;
	return rc;
}

int move_is_unused(struct store *store, bool *ret_unused, struct err *err)
{
	int64_t written = 0;
	int rc = db_get_i64(store->db, &written, err,
			    "SELECT (SELECT COUNT(*) FROM operation) + COALESCE(MAX(number), 0) FROM outbox_head");

	if (rc == 0)
		*ret_unused = written == 0;
	return rc;
}
