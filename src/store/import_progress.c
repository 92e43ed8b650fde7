#include "store/import.h"
#include "store/inside.h"

int import_progress_put(struct store_tx *tx, const struct import_progress *progress, struct err *err)
{
	return db_run(
		tx->store->db, err,
		"INSERT INTO import_progress (set_hash, source_id, batch_id, phase, file, byte_offset, chunk, at_s,"
		" counts) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (set_hash) DO UPDATE SET"
		" source_id = excluded.source_id, batch_id = excluded.batch_id, phase = excluded.phase,"
		" file = excluded.file, byte_offset = excluded.byte_offset, chunk = excluded.chunk,"
		" at_s = excluded.at_s, counts = excluded.counts",
		DB_TEXT(progress->set_hash), DB_I64(progress->source_id), DB_I64(progress->batch_id),
		DB_TEXT(progress->phase), DB_I64(progress->file), DB_I64(progress->byte_offset),
		DB_I64(progress->chunk), DB_I64(tx->now_s), DB_TEXT(progress->counts));
}

int import_progress_get(struct store *store, struct str set_hash, struct arena *arena,
			struct import_progress *ret_progress, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_one(store->db, &rows, err,
			"SELECT set_hash, source_id, batch_id, phase, file, byte_offset, chunk, at_s, counts"
			" FROM import_progress WHERE set_hash = $1",
			DB_TEXT(set_hash));
	if (rc == DB_NONE)
		return STORE_NOT_FOUND;
	if (rc != DB_ROW)
		return rc;
	*ret_progress = (struct import_progress){
		.set_hash = db_text_copy(&rows, 0, arena),
		.source_id = db_i64(&rows, 1),
		.batch_id = db_i64(&rows, 2),
		.phase = db_text_copy(&rows, 3, arena),
		.file = (int)db_i64(&rows, 4),
		.byte_offset = db_i64(&rows, 5),
		.chunk = db_i64(&rows, 6),
		.at_s = db_i64(&rows, 7),
		.counts = db_text_copy(&rows, 8, arena),
	};
	return 0;
}

int import_progress_forget(struct store_tx *tx, struct str set_hash, struct err *err)
{
	return db_run(tx->store->db, err,
		      "DELETE FROM import_progress WHERE source_id ="
		      " (SELECT source_id FROM import_progress WHERE set_hash = $1)",
		      DB_TEXT(set_hash));
}

int import_conflict_put(struct store_tx *tx, int64_t source_id, const struct import_conflict *conflict, struct err *err)
{
	return db_run(tx->store->db, err,
		      "INSERT INTO import_conflict (batch_id, source_id, object, old_id, entry_id, newest_revision_id,"
		      " at_s) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
		      DB_I64(tx->batch_id), DB_I64(source_id), DB_TEXT(conflict->object), DB_TEXT(conflict->old_id),
		      DB_I64(conflict->entry_id), DB_I64(conflict->newest_revision_id), DB_I64(tx->now_s));
}

int import_conflict_list(struct store *store, int64_t batch_id, struct arena *arena,
			 struct import_conflict_vec *ret_conflicts, struct err *err)
{
	DB_ROWS rows = {0};
	struct import_conflict_vec found = {0};
	int rc = db_select(store->db, &rows, err,
			   "SELECT c.object, c.old_id, c.entry_id, c.newest_revision_id, r.title, e.path"
			   " FROM import_conflict c JOIN item_language e ON e.id = c.entry_id"
			   " JOIN revision r ON r.id = c.newest_revision_id WHERE c.batch_id = $1"
			   " ORDER BY c.object, c.old_id",
			   DB_I64(batch_id));
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		*vec_add(&found, arena) = (struct import_conflict){
			.object = db_text_copy(&rows, 0, arena),
			.old_id = db_text_copy(&rows, 1, arena),
			.entry_id = db_i64(&rows, 2),
			.newest_revision_id = db_i64(&rows, 3),
			.title = db_text_copy(&rows, 4, arena),
			.path = db_text_copy(&rows, 5, arena),
		};
	if (rc == 0)
		*ret_conflicts = found;
	return rc;
}
