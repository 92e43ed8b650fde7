#include "store/import.h"

#include "store/inside.h"

int import_source_put(struct store_tx *tx, struct str kind, struct str key, int64_t *ret_source_id, struct err *err)
{
	return db_get_i64(tx->store->db, ret_source_id, err,
			  "INSERT INTO import_source (kind, key, created_s) VALUES ($1, $2, $3)"
			  " ON CONFLICT (kind, key) DO UPDATE SET key = excluded.key RETURNING id",
			  DB_TEXT(kind), DB_TEXT(key), DB_I64(tx->now_s));
}

int import_map_put(struct store_tx *tx, int64_t source_id, const struct import_mapping *mapping, struct err *err)
{
	return db_run(
		tx->store->db, err,
		"INSERT INTO import_map (source_id, object, old_id, old_url, hash, target_id, target, revision_id,"
		" batch_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
		" ON CONFLICT (source_id, object, old_id) DO UPDATE SET old_url = excluded.old_url,"
		" hash = excluded.hash, target_id = excluded.target_id, target = excluded.target,"
		" revision_id = excluded.revision_id, batch_id = excluded.batch_id",
		DB_I64(source_id), DB_TEXT(mapping->object), DB_TEXT(mapping->old_id),
		db_text_or_null(mapping->old_url), DB_BLOB(mapping->hash), DB_I64(mapping->target_id),
		DB_CSTR(import_target_words[mapping->target]), db_id_or_null(mapping->revision_id),
		db_id_or_null(tx->batch_id));
}

static void read_mapping(const struct db_rows *rows, struct arena *arena, struct import_mapping *mapping)
{
	*mapping = (struct import_mapping){
		.object = db_text_copy(rows, 0, arena),
		.old_id = db_text_copy(rows, 1, arena),
		.old_url = db_text_copy(rows, 2, arena),
		.hash = db_blob_copy(rows, 3, arena),
		.target = (enum import_target)word_index(import_target_words, db_text(rows, 4)),
		.target_id = db_i64(rows, 5),
		.revision_id = db_i64(rows, 6),
		.batch_id = db_i64(rows, 7),
	};
}

static int one_mapping(int rc, const struct db_rows *rows, struct arena *arena, struct import_mapping *ret_mapping)
{
	if (rc == DB_NONE)
		return STORE_NOT_FOUND;
	if (rc != DB_ROW)
		return rc;
	read_mapping(rows, arena, ret_mapping);
	return 0;
}

int import_map_get(struct store *store, int64_t source_id, struct str object, struct str old_id, struct arena *arena,
		   struct import_mapping *ret_mapping, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_one(store->db, &rows, err,
			"SELECT object, old_id, old_url, hash, target, target_id, revision_id, batch_id FROM import_map"
			" WHERE source_id = $1 AND object = $2 AND old_id = $3",
			DB_I64(source_id), DB_TEXT(object), DB_TEXT(old_id));
	return one_mapping(rc, &rows, arena, ret_mapping);
}

int import_map_get_url(struct store *store, int64_t source_id, struct str old_url, struct arena *arena,
		       struct import_mapping *ret_mapping, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_one(store->db, &rows, err,
			"SELECT object, old_id, old_url, hash, target, target_id, revision_id, batch_id FROM import_map"
			" WHERE source_id = $1 AND old_url = $2 ORDER BY object, old_id LIMIT 1",
			DB_I64(source_id), DB_TEXT(old_url));
	return one_mapping(rc, &rows, arena, ret_mapping);
}

int import_map_page(struct store *store, int64_t source_id, struct str after_object, struct str after_old_id, int limit,
		    struct arena *arena, struct import_mapping_vec *ret_mappings, struct err *err)
{
	DB_ROWS rows = {0};
	struct import_mapping_vec found = {0};
	int rc = db_select(store->db, &rows, err,
			   "SELECT object, old_id, old_url, hash, target, target_id, revision_id, batch_id"
			   " FROM import_map WHERE source_id = $1 AND (object, old_id) > ($2, $3)"
			   " ORDER BY object, old_id LIMIT $4",
			   DB_I64(source_id), DB_TEXT(after_object), DB_TEXT(after_old_id), DB_I64(limit));
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		read_mapping(&rows, arena, vec_add(&found, arena));
	if (rc == 0)
		*ret_mappings = found;
	return rc;
}

int import_newest(struct store *store, int64_t entry_id, int64_t *ret_item_id, int64_t *ret_revision_id,
		  struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_one(store->db, &rows, err, "SELECT item_id, newest_revision_id FROM item_language WHERE id = $1",
			DB_I64(entry_id));
	if (rc == DB_NONE)
		return STORE_NOT_FOUND;
	if (rc != DB_ROW)
		return rc;
	*ret_item_id = db_i64(&rows, 0);
	*ret_revision_id = db_i64(&rows, 1);
	return 0;
}
