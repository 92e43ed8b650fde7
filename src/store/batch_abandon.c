#include "store/batch.h"
#include "store/inside.h"

/* Giving up a batch. Its entries are those whose batch_id it is: until a flip nothing else carries it. Nobody has
 * seen them, so they go; that is no rewriting of history. */

static int mark_abandoned(struct store_tx *tx, int64_t batch_id, struct err *err)
{
	struct db *db = tx->store->db;
	int rc = db_run(db, err,
			"UPDATE batch SET abandoned_s = $2 WHERE id = $1 AND flipped_s IS NULL AND abandoned_s IS NULL",
			DB_I64(batch_id), DB_I64(tx->now_s));
	return rc == 0 && db_changed(db) == 0 ? batch_why_not(tx, batch_id, err) : rc;
}

int batch_restore_newest(struct store_tx *tx, int64_t batch_id, bool withdrawn_only, struct err *err)
{
	return db_run(tx->store->db, err,
		      "UPDATE item_language SET newest_revision_id = s.before_revision_id FROM staged_entry s"
		      " WHERE s.batch_id = $1 AND s.entry_id = item_language.id"
		      " AND s.revision_id = item_language.newest_revision_id"
		      " AND (CAST($2 AS BIGINT) = 0 OR item_language.state IN ('withdrawn', 'spiked'))",
		      DB_I64(batch_id), DB_I64(withdrawn_only));
}

/* Entries that existed keep the revision that was written for them, in their history, but it is not their newest;
 * their mapping forgets what was taken, so that the next import looks at them again. */
static int restore_staged(struct store_tx *tx, int64_t batch_id, struct err *err)
{
	struct db *db = tx->store->db;
	int rc = batch_restore_newest(tx, batch_id, false, err);
	if (rc == 0)
		rc = db_run(db, err,
			    "UPDATE import_map SET hash = $2, revision_id ="
			    " (SELECT e.newest_revision_id FROM item_language e WHERE e.id = import_map.target_id)"
			    " WHERE target = 'entry' AND target_id IN"
			    " (SELECT entry_id FROM staged_entry WHERE batch_id = $1) AND batch_id = $1",
			    DB_I64(batch_id), DB_BLOB(STR("")));
	if (rc == 0)
		rc = db_run(db, err, "DELETE FROM staged_link WHERE batch_id = $1", DB_I64(batch_id));
	if (rc == 0)
		rc = db_run(db, err, "DELETE FROM staged_entry WHERE batch_id = $1", DB_I64(batch_id));
	return rc;
}

static int drop_addresses(struct store_tx *tx, int64_t batch_id, struct err *err)
{
	struct db *db = tx->store->db;
	int rc = db_run(db, err,
			"DELETE FROM redirect WHERE batch_id = $1 OR entry_id IN"
			" (SELECT id FROM item_language WHERE batch_id = $1)",
			DB_I64(batch_id));
	if (rc == 0)
		rc = db_run(db, err, "DELETE FROM tombstone WHERE batch_id = $1", DB_I64(batch_id));
	if (rc == 0)
		rc = db_run(db, err, "DELETE FROM import_map WHERE target = 'menu_item' AND batch_id = $1",
			    DB_I64(batch_id));
	if (rc == 0)
		rc = db_run(db, err,
			    "DELETE FROM menu_item WHERE batch_id = $1 OR entry_id IN"
			    " (SELECT id FROM item_language WHERE batch_id = $1)",
			    DB_I64(batch_id));
	return rc;
}

/* What other batches have waiting for an entry that goes. */
static int drop_waiting(struct store_tx *tx, int64_t batch_id, struct err *err)
{
	struct db *db = tx->store->db;
	int rc = db_run(db, err,
			"DELETE FROM staged_link WHERE entry_id IN (SELECT id FROM item_language WHERE batch_id = $1)",
			DB_I64(batch_id));
	if (rc == 0)
		rc = db_run(
			db, err,
			"DELETE FROM staged_entry WHERE entry_id IN (SELECT id FROM item_language WHERE batch_id = $1)",
			DB_I64(batch_id));
	return rc;
}

static int drop_records(struct store_tx *tx, int64_t batch_id, struct err *err)
{
	struct db *db = tx->store->db;
	int rc = db_run(db, err,
			"DELETE FROM import_conflict WHERE batch_id = $1 OR entry_id IN"
			" (SELECT id FROM item_language WHERE batch_id = $1)",
			DB_I64(batch_id));
	if (rc == 0)
		rc = db_run(db, err, "DELETE FROM import_progress WHERE batch_id = $1", DB_I64(batch_id));
	if (rc == 0)
		rc = db_run(db, err,
			    "DELETE FROM import_map WHERE target = 'entry' AND target_id IN"
			    " (SELECT id FROM item_language WHERE batch_id = $1)",
			    DB_I64(batch_id));
	return rc;
}

static int drop_links(struct store_tx *tx, int64_t batch_id, struct err *err)
{
	struct db *db = tx->store->db;
	int rc = db_run(db, err,
			"DELETE FROM item_term WHERE entry_id IN (SELECT id FROM item_language WHERE batch_id = $1)",
			DB_I64(batch_id));
	if (rc == 0)
		rc = db_run(db, err,
			    "DELETE FROM stood_in WHERE entry_id IN (SELECT id FROM item_language WHERE batch_id = $1)",
			    DB_I64(batch_id));
	if (rc == 0)
		rc = db_run(
			db, err,
			"DELETE FROM item_place WHERE entry_id IN (SELECT id FROM item_language WHERE batch_id = $1)",
			DB_I64(batch_id));
	if (rc == 0)
		rc = db_run(db, err,
			    "DELETE FROM item_contributor WHERE entry_id IN"
			    " (SELECT id FROM item_language WHERE batch_id = $1)",
			    DB_I64(batch_id));
	if (rc == 0)
		rc = db_run(
			db, err,
			"DELETE FROM correction WHERE entry_id IN (SELECT id FROM item_language WHERE batch_id = $1)",
			DB_I64(batch_id));
	return rc;
}

static int drop_revisions(struct store_tx *tx, int64_t batch_id, struct err *err)
{
	struct db *db = tx->store->db;
	int rc = db_run(db, err,
			"DELETE FROM media_use WHERE revision_id IN (SELECT r.id FROM revision r"
			" JOIN item_language e ON e.id = r.entry_id WHERE e.batch_id = $1)",
			DB_I64(batch_id));
	if (rc == 0)
		rc = db_run(db, err,
			    "DELETE FROM waiver WHERE revision_id IN (SELECT r.id FROM revision r"
			    " JOIN item_language e ON e.id = r.entry_id WHERE e.batch_id = $1)",
			    DB_I64(batch_id));
	if (rc == 0)
		rc = db_run(db, err,
			    "DELETE FROM revision WHERE entry_id IN (SELECT id FROM item_language WHERE batch_id = $1)",
			    DB_I64(batch_id));
	return rc;
}

static int drop_items(struct store_tx *tx, int64_t batch_id, struct err *err)
{
	struct db *db = tx->store->db;
	int rc = db_run(db, err, "DELETE FROM item_language WHERE batch_id = $1", DB_I64(batch_id));
	if (rc == 0)
		rc = db_run(db, err,
			    "DELETE FROM related WHERE NOT EXISTS"
			    " (SELECT 1 FROM item_language e WHERE e.item_id = related.item_id) OR NOT EXISTS"
			    " (SELECT 1 FROM item_language e WHERE e.item_id = related.other_id)");
	if (rc == 0)
		rc = db_run(db, err,
			    "DELETE FROM item WHERE NOT EXISTS"
			    " (SELECT 1 FROM item_language e WHERE e.item_id = item.id)");
	return rc;
}

int batch_abandon(struct store_tx *tx, int64_t batch_id, struct err *err)
{
	static int (*const steps[])(struct store_tx *, int64_t, struct err *) = {
		mark_abandoned, restore_staged, drop_addresses, drop_waiting,
		drop_records,   drop_links,     drop_revisions, drop_items,
	};
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < sizeof steps / sizeof *steps; i++)
		rc = steps[i](tx, batch_id, err);
	return rc;
}
