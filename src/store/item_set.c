#include "store/entry.h"
#include "store/inside.h"

int note_item(struct store_tx *tx, int64_t item_id, struct err *err)
{
	struct id_vec ids = {0};
	int rc = entry_ids_of_item(tx->store, item_id, tx->arena, &ids, err);
	for (size_t i = 0; rc == 0 && i < ids.len; i++)
		outbox_note(tx, OUTBOX_ENTRY, ids.at[i], STR(""));
	return rc;
}

int items_there(struct store_tx *tx, int64_t item_id, int64_t other_id, struct err *err)
{
	int64_t count = 0;
	int rc = db_get_i64(
		tx->store->db, &count, err,
		"SELECT (SELECT COUNT(*) FROM item WHERE id = $1) + (SELECT COUNT(*) FROM item WHERE id = $2)",
		DB_I64(item_id), DB_I64(other_id));
	return rc == 0 && count < 2 ? STORE_NOT_FOUND : rc;
}

static int changed_item(struct store_tx *tx, int64_t item_id, int rc, struct err *err)
{
	if (rc == 0 && db_changed(tx->store->db) == 0)
		return STORE_NOT_FOUND;
	return rc == 0 ? note_item(tx, item_id, err) : rc;
}

int item_set_kind(struct store_tx *tx, int64_t item_id, int64_t kind_id, struct err *err)
{
	int rc = stood_in_keep_item(tx, item_id, err);
	if (rc == 0)
		rc = db_run(tx->store->db, err, "UPDATE item SET kind_id = $2 WHERE id = $1", DB_I64(item_id),
			    db_id_or_null(kind_id));
	return changed_item(tx, item_id, rc, err);
}

int item_set_pinned(struct store_tx *tx, int64_t item_id, int64_t until_s, struct err *err)
{
	int rc = db_run(tx->store->db, err, "UPDATE item SET pinned_until_s = $2 WHERE id = $1", DB_I64(item_id),
			db_id_or_null(until_s));
	return changed_item(tx, item_id, rc, err);
}

int item_set_breaking(struct store_tx *tx, int64_t item_id, int64_t until_s, struct err *err)
{
	int rc = db_run(tx->store->db, err, "UPDATE item SET breaking_until_s = $2 WHERE id = $1", DB_I64(item_id),
			db_id_or_null(until_s));
	return changed_item(tx, item_id, rc, err);
}

int item_relate(struct store_tx *tx, int64_t item_id, int64_t other_id, enum item_relation relation, int position,
		struct err *err)
{
	int rc = items_there(tx, item_id, other_id, err);
	if (rc == 0)
		rc = db_run(tx->store->db, err,
			    "INSERT INTO related (item_id, other_id, relation, position) VALUES ($1, $2, $3, $4)"
			    " ON CONFLICT (item_id, other_id, relation) DO UPDATE SET position = excluded.position",
			    DB_I64(item_id), DB_I64(other_id), DB_CSTR(item_relation_words[relation]),
			    DB_I64(position));
	if (rc == 0)
		rc = note_item(tx, item_id, err);
	return rc == 0 ? note_item(tx, other_id, err) : rc;
}

int item_correct(struct store_tx *tx, int64_t entry_id, struct str kind, struct str text, int64_t from_revision_id,
		 int64_t to_revision_id, struct err *err)
{
	int rc = db_run(tx->store->db, err,
			"INSERT INTO correction (entry_id, seq, kind, text, at_s, from_revision_id, to_revision_id)"
			" VALUES ($1, (SELECT COALESCE(MAX(seq), 0) + 1 FROM correction WHERE entry_id = $1),"
			" $2, $3, $4, $5, $6)",
			DB_I64(entry_id), DB_TEXT(kind), DB_TEXT(text), DB_I64(tx->now_s),
			db_id_or_null(from_revision_id), db_id_or_null(to_revision_id));
	if (rc == 0)
		outbox_note(tx, OUTBOX_ENTRY, entry_id, STR(""));
	return rc;
}

/* An old address is kept where readers may have it: once released, not of a batch that nobody has seen. */
static int keep_old_path(struct store_tx *tx, int64_t entry_id, struct str path, struct err *err)
{
	struct db *db = tx->store->db;
	DB_ROWS rows = {0};
	int rc = db_one(db, &rows, err,
			"INSERT INTO redirect (path, entry_id, at_s)"
			" SELECT e.path, e.id, $3 FROM item_language e LEFT JOIN batch b ON b.id = e.batch_id"
			" WHERE e.id = $1 AND e.path <> $2 AND e.first_published_s IS NOT NULL"
			" AND (e.batch_id IS NULL OR b.flipped_s IS NOT NULL)"
			" ON CONFLICT (path) DO UPDATE SET entry_id = excluded.entry_id, at_s = excluded.at_s,"
			" term_id = NULL, place_id = NULL, contributor_id = NULL, kind_id = NULL, media_id = NULL,"
			" to_path = NULL, batch_id = NULL RETURNING path",
			DB_I64(entry_id), DB_TEXT(path), DB_I64(tx->now_s));
	if (rc != DB_ROW)
		return rc < 0 ? rc : 0;
	outbox_note(tx, OUTBOX_REDIRECT, 0, db_text(&rows, 0));
	struct str old = db_text_copy(&rows, 0, tx->arena);
	db_rows_finish(&rows);
	return db_run(db, err, "DELETE FROM tombstone WHERE path = $1", DB_TEXT(old));
}

int item_rename(struct store_tx *tx, int64_t entry_id, struct str slug, struct str path, struct err *err)
{
	struct db *db = tx->store->db;
	if (path.len < 1 || path.ptr[0] != '/')
		return err_set(err, ERR_INPUT, "item: found the path '%.*s'; it begins with '/'",
			       STR_ARG(str_sub(path, 0, 200)));
	struct item_ids ids;
	int rc = item_find_path(tx->store, path, &ids, err);
	if (rc < 0)
		return rc;
	if (rc == 0 && ids.entry_id != entry_id) {
		err_set(err, ERR_INPUT, "item: the address '%.*s' belongs to another", STR_ARG(str_sub(path, 0, 200)));
		return STORE_TAKEN;
	}
	rc = keep_old_path(tx, entry_id, path, err);
	/* A redirect from the new address would now lead to itself. */
	if (rc == 0)
		rc = db_run(db, err, "DELETE FROM redirect WHERE path = $1 AND entry_id = $2", DB_TEXT(path),
			    DB_I64(entry_id));
	if (rc == 0 && db_changed(db) > 0)
		outbox_note(tx, OUTBOX_REDIRECT, 0, path);
	int64_t item_id = 0;
	if (rc == 0)
		rc = db_get_i64(db, &item_id, err,
				"UPDATE item_language SET slug = $2, path = $3 WHERE id = $1 RETURNING item_id",
				DB_I64(entry_id), DB_TEXT(slug), DB_TEXT(path));
	if (rc == DB_NONE)
		return STORE_NOT_FOUND;
	return rc == 0 ? note_item(tx, item_id, err) : rc;
}
