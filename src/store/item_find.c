#include "store/inside.h"

static int ids_from(int rc, const struct db_rows *rows, struct item_ids *ret_ids)
{
	if (rc == DB_NONE)
		return STORE_NOT_FOUND;
	if (rc != DB_ROW)
		return rc;
	*ret_ids = (struct item_ids){db_i64(rows, 0), db_i64(rows, 1), db_i64(rows, 2)};
	return 0;
}

int item_find_path(struct store *store, struct str path, struct item_ids *ret_ids, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_one(store->db, &rows, err,
			"SELECT item_id, id, newest_revision_id FROM item_language WHERE path = $1", DB_TEXT(path));
	return ids_from(rc, &rows, ret_ids);
}

int item_find_guid(struct store *store, struct str guid, struct item_ids *ret_ids, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_one(store->db, &rows, err,
			"SELECT item_id, id, newest_revision_id FROM item_language WHERE guid = $1", DB_TEXT(guid));
	return ids_from(rc, &rows, ret_ids);
}

int item_path_taken(struct store *store, struct str path, int64_t entry_id, bool *ret_taken, struct err *err)
{
	int64_t count = 0;
	int rc = db_get_i64(store->db, &count, err,
			    "SELECT (SELECT COUNT(*) FROM item_language WHERE path = $1 AND id <> $2)"
			    " + (SELECT COUNT(*) FROM staged_entry WHERE path = $1 AND entry_id <> $2)"
			    " + (SELECT COUNT(*) FROM redirect WHERE path = $1 AND COALESCE(entry_id, 0) <> $2)"
			    " + (SELECT COUNT(*) FROM tombstone WHERE path = $1)",
			    DB_TEXT(path), DB_I64(entry_id));
	if (rc == 0)
		*ret_taken = count > 0;
	return rc;
}
