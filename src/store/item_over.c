#include "store/entry.h"
#include "store/inside.h"

/* Withdrawing, and the lists that an entry stood in when readers could last see it. They are kept once, at the
 * withdrawal, or before the first change to what an expired entry is filed under; a release lets go of them. */

static int keep_kind(struct db *db, int64_t entry_id, struct err *err)
{
	return db_run(db, err,
		      "INSERT INTO stood_in (entry_id, list, target_id) SELECT e.id, 'kind', i.kind_id"
		      " FROM item_language e JOIN item i ON i.id = e.item_id WHERE e.id = $1 AND i.kind_id IS NOT NULL",
		      DB_I64(entry_id));
}

/* With those above, as the tree is now: the entry stood in their lists as well. */
static int keep_terms(struct db *db, int64_t entry_id, struct err *err)
{
	return db_run(db, err,
		      "INSERT INTO stood_in (entry_id, list, target_id) WITH RECURSIVE up (id) AS"
		      " (SELECT term_id FROM item_term WHERE entry_id = $1 UNION SELECT t.parent_id FROM up"
		      " JOIN term t ON t.id = up.id WHERE t.parent_id IS NOT NULL)"
		      " SELECT CAST($1 AS BIGINT), 'term', id FROM up",
		      DB_I64(entry_id));
}

static int keep_places(struct db *db, int64_t entry_id, struct err *err)
{
	return db_run(db, err,
		      "INSERT INTO stood_in (entry_id, list, target_id) WITH RECURSIVE up (id) AS"
		      " (SELECT place_id FROM item_place WHERE entry_id = $1 UNION SELECT p.parent_id FROM up"
		      " JOIN place p ON p.id = up.id WHERE p.parent_id IS NOT NULL)"
		      " SELECT CAST($1 AS BIGINT), 'place', id FROM up",
		      DB_I64(entry_id));
}

/* Who is not to be named has no list; one day they may have one, which nobody saw this entry in. */
static int keep_contributors(struct db *db, int64_t entry_id, struct err *err)
{
	return db_run(db, err,
		      "INSERT INTO stood_in (entry_id, list, target_id, role)"
		      " SELECT c.entry_id, 'contributor', c.contributor_id, c.role FROM item_contributor c"
		      " JOIN contributor p ON p.id = c.contributor_id WHERE c.entry_id = $1 AND p.is_public = 1",
		      DB_I64(entry_id));
}

int stood_in_keep(struct store_tx *tx, int64_t entry_id, struct err *err)
{
	struct db *db = tx->store->db;
	int rc = db_run(db, err,
			"UPDATE item_language SET stood_s = $2 WHERE id = $1 AND stood_s IS NULL"
			" AND (state = 'withdrawn' OR (state = 'released' AND expires_at_s <= $2))",
			DB_I64(entry_id), DB_I64(tx->now_s));
	if (rc != 0 || db_changed(db) == 0)
		return rc;
	rc = keep_kind(db, entry_id, err);
	if (rc == 0)
		rc = keep_terms(db, entry_id, err);
	if (rc == 0)
		rc = keep_places(db, entry_id, err);
	return rc == 0 ? keep_contributors(db, entry_id, err) : rc;
}

int stood_in_keep_item(struct store_tx *tx, int64_t item_id, struct err *err)
{
	struct id_vec ids = {0};
	int rc = entry_ids_of_item(tx->store, item_id, tx->arena, &ids, err);
	for (size_t i = 0; rc == 0 && i < ids.len; i++)
		rc = stood_in_keep(tx, ids.at[i], err);
	return rc;
}

/* Also of the other languages: a flip changes what belongs to the item. */
int stood_in_keep_staged(struct store_tx *tx, int64_t batch_id, struct err *err)
{
	struct id_vec ids = {0};
	DB_ROWS rows = {0};
	int rc = db_select(tx->store->db, &rows, err,
			   "SELECT DISTINCT o.id FROM staged_entry s JOIN item_language e ON e.id = s.entry_id"
			   " JOIN item_language o ON o.item_id = e.item_id WHERE s.batch_id = $1"
			   " AND o.state = 'released' AND o.expires_at_s <= $2 AND o.stood_s IS NULL",
			   DB_I64(batch_id), DB_I64(tx->now_s));
	rc = rows_ids(rc, &rows, tx->arena, &ids, err);
	for (size_t i = 0; rc == 0 && i < ids.len; i++)
		rc = stood_in_keep(tx, ids.at[i], err);
	return rc;
}

int stood_in_keep_expired(struct store_tx *tx, struct err *err)
{
	struct id_vec ids = {0};
	DB_ROWS rows = {0};
	int rc = db_select(tx->store->db, &rows, err,
			   "SELECT id FROM item_language"
			   " WHERE state = 'released' AND expires_at_s <= $1 AND stood_s IS NULL ORDER BY id",
			   DB_I64(tx->now_s));
	rc = rows_ids(rc, &rows, tx->arena, &ids, err);
	for (size_t i = 0; rc == 0 && i < ids.len; i++)
		rc = stood_in_keep(tx, ids.at[i], err);
	return rc;
}

int stood_in_forget(struct store_tx *tx, int64_t entry_id, struct err *err)
{
	struct db *db = tx->store->db;
	int rc = db_run(db, err, "UPDATE item_language SET stood_s = NULL WHERE id = $1 AND stood_s IS NOT NULL",
			DB_I64(entry_id));
	if (rc != 0 || db_changed(db) == 0)
		return rc;
	return db_run(db, err, "DELETE FROM stood_in WHERE entry_id = $1", DB_I64(entry_id));
}

int stood_in_forget_flipped(struct store_tx *tx, int64_t batch_id, struct err *err)
{
	struct id_vec ids = {0};
	DB_ROWS rows = {0};
	int rc = db_select(tx->store->db, &rows, err,
			   "SELECT e.id FROM staged_entry s JOIN item_language e ON e.id = s.entry_id"
			   " WHERE s.batch_id = $1 AND e.stood_s IS NOT NULL AND e.state <> 'withdrawn'"
			   " AND (e.state <> 'released' OR e.expires_at_s IS NULL OR e.expires_at_s > $2)",
			   DB_I64(batch_id), DB_I64(tx->now_s));
	rc = rows_ids(rc, &rows, tx->arena, &ids, err);
	for (size_t i = 0; rc == 0 && i < ids.len; i++)
		rc = stood_in_forget(tx, ids.at[i], err);
	return rc;
}

int item_withdraw(struct store_tx *tx, int64_t item_id, struct str language, enum withdraw_kind kind, struct str note,
		  struct err *err)
{
	struct db *db = tx->store->db;
	int rc = db_run(db, err,
			"UPDATE item_language SET state = 'withdrawn', withdrawn_s = $3, withdrawn_kind = $4,"
			" withdrawn_note = $5, modified_s = $3"
			" WHERE item_id = $1 AND ($2 = '' OR language = $2) AND state = 'released'",
			DB_I64(item_id), DB_TEXT(language), DB_I64(tx->now_s), DB_CSTR(withdraw_words[kind]),
			DB_TEXT(note));
	if (rc == 0 && db_changed(db) == 0)
		return STORE_NOT_FOUND;
	if (rc == 0)
		rc = stood_in_keep_item(tx, item_id, err);
	return rc == 0 ? note_item(tx, item_id, err) : rc;
}
