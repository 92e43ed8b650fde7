#include "store/redirect.h"

#include "store/inside.h"

static int put_gone(struct store_tx *tx, const struct redirect *redirect, struct err *err)
{
	return db_run(tx->store->db, err,
		      "INSERT INTO tombstone (path, language, note, batch_id, at_s) VALUES ($1, $2, $3, $4, $5)"
		      " ON CONFLICT (path) DO UPDATE SET language = excluded.language, note = excluded.note,"
		      " batch_id = excluded.batch_id, at_s = excluded.at_s"
		      " WHERE excluded.batch_id IS NULL OR tombstone.batch_id = excluded.batch_id"
		      " OR tombstone.batch_id IN (SELECT id FROM batch WHERE flipped_s IS NULL)",
		      DB_TEXT(redirect->path), db_text_or_null(redirect->language), DB_TEXT(redirect->note),
		      db_id_or_null(tx->batch_id), DB_I64(tx->now_s));
}

static struct db_value if_target(const struct redirect *redirect, enum redirect_target target)
{
	return redirect->target == target ? DB_I64(redirect->target_id) : DB_NULL;
}

/* A chunk may write again what it, or a batch that was given up, wrote; not what is in force. */
static int put_target(struct store_tx *tx, const struct redirect *redirect, struct err *err)
{
	return db_run(
		tx->store->db, err,
		"INSERT INTO redirect (path, entry_id, term_id, place_id, contributor_id, kind_id, media_id, to_path,"
		" language, batch_id, at_s) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
		" ON CONFLICT (path) DO UPDATE SET entry_id = excluded.entry_id, term_id = excluded.term_id,"
		" place_id = excluded.place_id, contributor_id = excluded.contributor_id,"
		" kind_id = excluded.kind_id, media_id = excluded.media_id, to_path = excluded.to_path,"
		" language = excluded.language, batch_id = excluded.batch_id, at_s = excluded.at_s"
		" WHERE excluded.batch_id IS NULL OR redirect.batch_id = excluded.batch_id"
		" OR redirect.batch_id IN (SELECT id FROM batch WHERE flipped_s IS NULL)",
		DB_TEXT(redirect->path), if_target(redirect, REDIRECT_ENTRY), if_target(redirect, REDIRECT_TERM),
		if_target(redirect, REDIRECT_PLACE), if_target(redirect, REDIRECT_CONTRIBUTOR),
		if_target(redirect, REDIRECT_KIND), if_target(redirect, REDIRECT_MEDIA),
		redirect->target == REDIRECT_PATH ? DB_TEXT(redirect->to_path) : DB_NULL,
		db_text_or_null(redirect->language), db_id_or_null(tx->batch_id), DB_I64(tx->now_s));
}

/* An address is one or the other, and the last word counts; a chunk leaves alone what is in force. */
static int make_room(struct store_tx *tx, const struct redirect *redirect, bool *ret_room, struct err *err)
{
	struct redirect old;
	int rc = redirect_get(tx->store, redirect->path, tx->arena, &old, err);
	*ret_room = true;
	if (rc != 0)
		return rc == STORE_NOT_FOUND ? 0 : rc;
	bool was_gone = old.target == REDIRECT_GONE;
	if (was_gone == (redirect->target == REDIRECT_GONE))
		return 0;
	*ret_room = !tx->batch_id || !old.in_force;
	if (!*ret_room)
		return 0;
	return was_gone ? db_run(tx->store->db, err, "DELETE FROM tombstone WHERE path = $1", DB_TEXT(redirect->path))
			: db_run(tx->store->db, err, "DELETE FROM redirect WHERE path = $1", DB_TEXT(redirect->path));
}

int redirect_put(struct store_tx *tx, const struct redirect *redirect, struct err *err)
{
	bool room = false;
	int rc = make_room(tx, redirect, &room, err);
	if (rc != 0 || !room)
		return rc;
	rc = redirect->target == REDIRECT_GONE ? put_gone(tx, redirect, err) : put_target(tx, redirect, err);
	if (rc == 0)
		outbox_note(tx, OUTBOX_REDIRECT, 0, redirect->path);
	return rc;
}

static void read_target(const struct db_rows *rows, struct arena *arena, struct redirect *redirect)
{
	static const enum redirect_target targets[] = {REDIRECT_ENTRY,       REDIRECT_TERM, REDIRECT_PLACE,
						       REDIRECT_CONTRIBUTOR, REDIRECT_KIND, REDIRECT_MEDIA};
	*redirect = (struct redirect){
		.path = db_text_copy(rows, 0, arena),
		.target = REDIRECT_PATH,
		.to_path = db_text_copy(rows, 7, arena),
		.language = db_text_copy(rows, 8, arena),
		.batch_id = db_i64(rows, 9),
		.in_force = db_is_null(rows, 9) || !db_is_null(rows, 10),
	};
	for (int i = 0; i < 6; i++)
		if (!db_is_null(rows, i + 1)) {
			redirect->target = targets[i];
			redirect->target_id = db_i64(rows, i + 1);
		}
}

static void read_gone(const struct db_rows *rows, struct arena *arena, struct redirect *redirect)
{
	*redirect = (struct redirect){
		.path = db_text_copy(rows, 0, arena),
		.target = REDIRECT_GONE,
		.note = db_text_copy(rows, 1, arena),
		.language = db_text_copy(rows, 2, arena),
		.batch_id = db_i64(rows, 3),
		.in_force = db_is_null(rows, 3) || !db_is_null(rows, 4),
	};
}

int redirect_get(struct store *store, struct str path, struct arena *arena, struct redirect *ret_redirect,
		 struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_one(store->db, &rows, err,
			"SELECT r.path, r.entry_id, r.term_id, r.place_id, r.contributor_id, r.kind_id, r.media_id,"
			" r.to_path, r.language, r.batch_id, b.flipped_s FROM redirect r"
			" LEFT JOIN batch b ON b.id = r.batch_id WHERE r.path = $1",
			DB_TEXT(path));
	if (rc == DB_ROW)
		read_target(&rows, arena, ret_redirect);
	if (rc != DB_NONE)
		return rc == DB_ROW ? 0 : rc;
	rc = db_one(store->db, &rows, err,
		    "SELECT t.path, t.note, t.language, t.batch_id, b.flipped_s FROM tombstone t"
		    " LEFT JOIN batch b ON b.id = t.batch_id WHERE t.path = $1",
		    DB_TEXT(path));
	if (rc == DB_ROW)
		read_gone(&rows, arena, ret_redirect);
	return rc == DB_NONE ? STORE_NOT_FOUND : rc == DB_ROW ? 0 : rc;
}

int redirect_page(struct store *store, bool gone, int64_t batch_id, struct str after_path, int limit,
		  struct arena *arena, struct redirect_vec *ret_redirects, struct err *err)
{
	DB_ROWS rows = {0};
	struct redirect_vec found = {0};
	int rc;
	if (gone)
		rc = db_select(store->db, &rows, err,
			       "SELECT t.path, t.note, t.language, t.batch_id, b.flipped_s FROM tombstone t"
			       " LEFT JOIN batch b ON b.id = t.batch_id WHERE t.path > $1"
			       " AND (CAST($2 AS BIGINT) = 0 OR t.batch_id = $2) ORDER BY t.path LIMIT $3",
			       DB_TEXT(after_path), DB_I64(batch_id), DB_I64(limit));
	else
		rc = db_select(store->db, &rows, err,
			       "SELECT r.path, r.entry_id, r.term_id, r.place_id, r.contributor_id, r.kind_id,"
			       " r.media_id, r.to_path, r.language, r.batch_id, b.flipped_s FROM redirect r"
			       " LEFT JOIN batch b ON b.id = r.batch_id WHERE r.path > $1"
			       " AND (CAST($2 AS BIGINT) = 0 OR r.batch_id = $2) ORDER BY r.path LIMIT $3",
			       DB_TEXT(after_path), DB_I64(batch_id), DB_I64(limit));
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		(gone ? read_gone : read_target)(&rows, arena, vec_add(&found, arena));
	if (rc == 0)
		*ret_redirects = found;
	return rc;
}
