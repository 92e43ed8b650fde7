#include "store/batch.h"

#include "store/inside.h"

int batch_begin(struct store_tx *tx, struct str source, int64_t *ret_batch_id, struct err *err)
{
	return db_get_i64(tx->store->db, ret_batch_id, err,
			  "INSERT INTO batch (source, started_s) VALUES ($1, $2) RETURNING id", DB_TEXT(source),
			  DB_I64(tx->now_s));
}

static void read_batch(const struct db_rows *rows, struct arena *arena, struct batch *batch)
{
	*batch = (struct batch){.id = db_i64(rows, 0),
				.source = db_text_copy(rows, 1, arena),
				.started_s = db_i64(rows, 2),
				.flipped_s = db_i64(rows, 3),
				.abandoned_s = db_i64(rows, 4)};
}

int batch_get(struct store *store, int64_t batch_id, struct arena *arena, struct batch *ret_batch, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_one(store->db, &rows, err,
			"SELECT id, source, started_s, flipped_s, abandoned_s FROM batch WHERE id = $1",
			DB_I64(batch_id));
	if (rc == DB_ROW)
		read_batch(&rows, arena, ret_batch);
	return rc == DB_NONE ? STORE_NOT_FOUND : rc == DB_ROW ? 0 : rc;
}

int batch_list_open(struct store *store, struct arena *arena, struct batch_vec *ret_batches, struct err *err)
{
	DB_ROWS rows = {0};
	struct batch_vec found = {0};
	int rc = db_select(store->db, &rows, err,
			   "SELECT id, source, started_s, flipped_s, abandoned_s FROM batch"
			   " WHERE flipped_s IS NULL AND abandoned_s IS NULL ORDER BY id");
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		read_batch(&rows, arena, vec_add(&found, arena));
	if (rc == 0)
		*ret_batches = found;
	return rc;
}

int batch_why_not(struct store_tx *tx, int64_t batch_id, struct err *err)
{
	struct batch batch;
	int rc = batch_get(tx->store, batch_id, tx->arena, &batch, err);
	if (rc != 0)
		return rc;
	err_set(err, ERR_INPUT, "batch %lld: it has %s already", (long long)batch_id,
		batch.flipped_s ? "become public" : "been given up");
	return STORE_REFUSED;
}

/* ---- flip: the row, then what waited for it, each in one statement over the whole batch ---- */

static int mark_flipped(struct store_tx *tx, int64_t batch_id, struct err *err)
{
	struct db *db = tx->store->db;
	int rc = db_run(db, err,
			"UPDATE batch SET flipped_s = $2 WHERE id = $1 AND flipped_s IS NULL AND abandoned_s IS NULL",
			DB_I64(batch_id), DB_I64(tx->now_s));
	return rc == 0 && db_changed(db) == 0 ? batch_why_not(tx, batch_id, err) : rc;
}

/* Somebody worked here on an entry after it was staged: it is left alone and listed. */
static int drop_conflicts(struct store_tx *tx, int64_t batch_id, struct err *err)
{
	struct db *db = tx->store->db;
	/* What was withdrawn does not come back with a text that nobody here has read. */
	int rc = batch_restore_newest(tx, batch_id, true, err);
	if (rc == 0)
		rc = db_run(db, err,
			    "INSERT INTO import_conflict (batch_id, source_id, object, old_id, entry_id, "
			    "newest_revision_id,"
			    " at_s) SELECT s.batch_id, m.source_id, m.object, m.old_id, e.id, e.newest_revision_id, $2"
			    " FROM staged_entry s JOIN item_language e ON e.id = s.entry_id"
			    " JOIN import_map m ON m.target = 'entry' AND m.target_id = e.id"
			    " WHERE s.batch_id = $1 AND (e.newest_revision_id <> s.revision_id"
			    " OR e.state IN ('withdrawn', 'spiked')) ON CONFLICT DO NOTHING",
			    DB_I64(batch_id), DB_I64(tx->now_s));
	if (rc == 0)
		rc = db_run(db, err,
			    "DELETE FROM staged_entry WHERE batch_id = $1 AND entry_id IN"
			    " (SELECT e.id FROM item_language e JOIN staged_entry s ON s.entry_id = e.id"
			    " WHERE s.batch_id = $1 AND (e.newest_revision_id <> s.revision_id"
			    " OR e.state IN ('withdrawn', 'spiked')))",
			    DB_I64(batch_id));
	if (rc == 0)
		rc = db_run(db, err,
			    "DELETE FROM staged_link WHERE batch_id = $1 AND entry_id NOT IN"
			    " (SELECT entry_id FROM staged_entry WHERE batch_id = $1)",
			    DB_I64(batch_id));
	return rc;
}

/* The redirects are the batch's, so that whoever reads what it brought reads them too. */
static int keep_old_paths(struct store_tx *tx, int64_t batch_id, struct err *err)
{
	struct db *db = tx->store->db;
	int rc = db_run(db, err,
			"INSERT INTO redirect (path, entry_id, batch_id, at_s) SELECT e.path, e.id, $1, $2"
			" FROM staged_entry s JOIN item_language e ON e.id = s.entry_id"
			" WHERE s.batch_id = $1 AND e.path <> s.path AND e.first_published_s IS NOT NULL"
			" ON CONFLICT (path) DO UPDATE SET entry_id = excluded.entry_id, batch_id = excluded.batch_id,"
			" at_s = excluded.at_s, term_id = NULL, place_id = NULL, contributor_id = NULL, kind_id = NULL,"
			" media_id = NULL, to_path = NULL, language = NULL",
			DB_I64(batch_id), DB_I64(tx->now_s));
	return rc != 0 ? rc
		       : db_run(db, err,
				"DELETE FROM tombstone WHERE path IN (SELECT e.path FROM staged_entry s"
				" JOIN item_language e ON e.id = s.entry_id WHERE s.batch_id = $1 AND e.path <> "
				"s.path)",
				DB_I64(batch_id));
}

static int waive_released(struct store_tx *tx, int64_t batch_id, struct err *err)
{
	struct db *db = tx->store->db;
	int rc = db_run(db, err,
			"INSERT INTO waiver (revision_id, reason, batch_id, at_s)"
			" SELECT revision_id, 'import_released', $1, $2 FROM staged_entry"
			" WHERE batch_id = $1 AND state = 'released' ON CONFLICT DO NOTHING",
			DB_I64(batch_id), DB_I64(tx->now_s));
	/* The text may be the one of a draft that was written here. */
	return rc != 0 ? rc
		       : db_run(db, err,
				"UPDATE revision SET state = 'approved' WHERE state <> 'approved' AND id IN"
				" (SELECT revision_id FROM staged_entry WHERE batch_id = $1 AND state = 'released')",
				DB_I64(batch_id));
}

static int apply_entries(struct store_tx *tx, int64_t batch_id, struct err *err)
{
	struct db *db = tx->store->db;
	/* An address that another entry has taken meanwhile stays with it. */
	int rc = db_run(db, err,
			"UPDATE staged_entry SET"
			" slug = (SELECT e.slug FROM item_language e WHERE e.id = staged_entry.entry_id),"
			" path = (SELECT e.path FROM item_language e WHERE e.id = staged_entry.entry_id)"
			" WHERE batch_id = $1 AND (EXISTS (SELECT 1 FROM item_language o"
			" WHERE o.path = staged_entry.path AND o.id <> staged_entry.entry_id)"
			" OR EXISTS (SELECT 1 FROM staged_entry o WHERE o.batch_id = $1"
			" AND o.path = staged_entry.path AND o.entry_id < staged_entry.entry_id))",
			DB_I64(batch_id));
	if (rc == 0)
		rc = keep_old_paths(tx, batch_id, err);
	if (rc == 0)
		rc = waive_released(tx, batch_id, err);
	if (rc == 0)
		rc = db_run(db, err,
			    "UPDATE item_language SET slug = s.slug, path = s.path, state = s.state, access = s.access,"
			    " date_s = s.date_s, modified_s = s.modified_s, release_at_s = s.release_at_s,"
			    " embargo_until_s = s.embargo_until_s, expires_at_s = s.expires_at_s, batch_id = $1,"
			    " released_revision_id = CASE WHEN s.state = 'released' THEN s.revision_id END,"
			    " first_published_s = CASE WHEN s.state = 'released'"
			    " THEN COALESCE(first_published_s, s.date_s) ELSE first_published_s END,"
			    " last_published_s = CASE WHEN s.state = 'released'"
			    " THEN s.modified_s ELSE last_published_s END"
			    " FROM staged_entry s WHERE s.batch_id = $1 AND s.entry_id = item_language.id",
			    DB_I64(batch_id));
	return rc;
}

/* Other languages of an item stand outside the batch: what changes in the item changes them. */
static int note_siblings(struct store_tx *tx, int64_t batch_id, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_select(tx->store->db, &rows, err,
			   "SELECT DISTINCT o.id FROM staged_entry s JOIN item_language e ON e.id = s.entry_id"
			   " JOIN item i ON i.id = e.item_id JOIN item_language o ON o.item_id = e.item_id"
			   " WHERE s.batch_id = $1 AND (o.batch_id IS NULL OR o.batch_id <> $1)"
			   " AND (COALESCE(i.pinned_until_s, 0) <> COALESCE(s.pinned_until_s, 0)"
			   " OR COALESCE(s.breaking_until_s, i.breaking_until_s, 0) <> COALESCE(i.breaking_until_s, 0)"
			   " OR COALESCE(s.kind_id, i.kind_id, 0) <> COALESCE(i.kind_id, 0)"
			   " OR COALESCE(s.reference, i.reference, '') <> COALESCE(i.reference, ''))",
			   DB_I64(batch_id));
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		outbox_note(tx, OUTBOX_ENTRY, db_i64(&rows, 0), STR(""));
	return rc;
}

static int apply_items(struct store_tx *tx, int64_t batch_id, struct err *err)
{
	int rc = note_siblings(tx, batch_id, err);
	/* The kind that one of its languages gives stays; it goes only when all of them are staged without one. */
	if (rc == 0)
		rc = db_run(tx->store->db, err,
			    "UPDATE item SET kind_id = COALESCE((SELECT t.kind_id FROM staged_entry t"
			    " JOIN item_language f ON f.id = t.entry_id WHERE t.batch_id = $1"
			    " AND f.item_id = item.id AND t.kind_id IS NOT NULL ORDER BY f.id LIMIT 1),"
			    " CASE WHEN EXISTS (SELECT 1 FROM item_language o WHERE o.item_id = item.id"
			    " AND o.id NOT IN (SELECT t.entry_id FROM staged_entry t WHERE t.batch_id = $1))"
			    " THEN item.kind_id END), pinned_until_s = s.pinned_until_s,"
			    " breaking_until_s = COALESCE((SELECT MAX(t.breaking_until_s) FROM staged_entry t"
			    " JOIN item_language f ON f.id = t.entry_id WHERE t.batch_id = $1"
			    " AND f.item_id = item.id), item.breaking_until_s),"
			    " reference = CASE WHEN s.reference IS NULL OR EXISTS (SELECT 1 FROM item o"
			    " WHERE o.reference = s.reference AND o.id <> item.id) OR EXISTS (SELECT 1"
			    " FROM staged_entry t JOIN item_language f ON f.id = t.entry_id WHERE t.batch_id = $1"
			    " AND t.reference = s.reference AND f.item_id < item.id) THEN item.reference"
			    " ELSE s.reference END"
			    " FROM staged_entry s JOIN item_language e ON e.id = s.entry_id"
			    " WHERE s.batch_id = $1 AND e.item_id = item.id",
			    DB_I64(batch_id));
	return rc;
}

static int apply_terms(struct store_tx *tx, int64_t batch_id, struct err *err)
{
	int rc = db_run(
		tx->store->db, err,
		"DELETE FROM item_term WHERE entry_id IN (SELECT entry_id FROM staged_entry WHERE batch_id = $1)",
		DB_I64(batch_id));
	if (rc == 0)
		rc = db_run(tx->store->db, err,
			    "INSERT INTO item_term (entry_id, term_id, position) SELECT entry_id, target_id, position"
			    " FROM staged_link WHERE batch_id = $1 AND link = 'term'",
			    DB_I64(batch_id));
	return rc;
}

static int apply_places(struct store_tx *tx, int64_t batch_id, struct err *err)
{
	int rc = db_run(
		tx->store->db, err,
		"DELETE FROM item_place WHERE entry_id IN (SELECT entry_id FROM staged_entry WHERE batch_id = $1)",
		DB_I64(batch_id));
	if (rc == 0)
		rc = db_run(tx->store->db, err,
			    "INSERT INTO item_place (entry_id, place_id, position) SELECT entry_id, target_id, position"
			    " FROM staged_link WHERE batch_id = $1 AND link = 'place'",
			    DB_I64(batch_id));
	return rc;
}

static int apply_contributors(struct store_tx *tx, int64_t batch_id, struct err *err)
{
	int rc = db_run(tx->store->db, err,
			"DELETE FROM item_contributor WHERE entry_id IN"
			" (SELECT entry_id FROM staged_entry WHERE batch_id = $1)",
			DB_I64(batch_id));
	if (rc == 0)
		rc = db_run(tx->store->db, err,
			    "INSERT INTO item_contributor (entry_id, contributor_id, role, position)"
			    " SELECT entry_id, target_id, role, position"
			    " FROM staged_link WHERE batch_id = $1 AND link = 'contributor'",
			    DB_I64(batch_id));
	return rc;
}

/* A menu that the batch brings takes the place of the one with its name and language. */
static int apply_menus(struct store_tx *tx, int64_t batch_id, struct err *err)
{
	return db_run(tx->store->db, err,
		      "DELETE FROM menu_item WHERE (batch_id IS NULL OR batch_id <> $1) AND EXISTS"
		      " (SELECT 1 FROM menu_item n WHERE n.batch_id = $1 AND n.menu = menu_item.menu"
		      " AND n.language = menu_item.language)",
		      DB_I64(batch_id));
}

static int forget_staged(struct store_tx *tx, int64_t batch_id, struct err *err)
{
	int rc = db_run(tx->store->db, err, "DELETE FROM staged_link WHERE batch_id = $1", DB_I64(batch_id));
	if (rc == 0)
		rc = db_run(tx->store->db, err, "DELETE FROM staged_entry WHERE batch_id = $1", DB_I64(batch_id));
	return rc;
}

int batch_flip(struct store_tx *tx, int64_t batch_id, struct err *err)
{
	static int (*const steps[])(struct store_tx *, int64_t, struct err *) = {
		mark_flipped, drop_conflicts, stood_in_keep_staged, apply_entries, stood_in_forget_flipped, apply_items,
		apply_terms,  apply_places,   apply_contributors,   apply_menus,   forget_staged,
	};
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < sizeof steps / sizeof *steps; i++)
		rc = steps[i](tx, batch_id, err);
	if (rc == 0)
		outbox_note(tx, OUTBOX_BATCH, batch_id, STR(""));
	return rc;
}
