#include "store/inside.h"

/* A double answers nothing changed and is dropped, so positions count what is there. */

static int put_terms(struct store_tx *tx, int64_t entry_id, const int64_t *ids, size_t count, struct err *err)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = db_run(tx->store->db, err,
			    "INSERT INTO item_term (entry_id, term_id, position) VALUES ($1, $2, $3)"
			    " ON CONFLICT DO NOTHING",
			    DB_I64(entry_id), DB_I64(ids[i]), DB_I64((int64_t)i));
	return rc;
}

static int put_places(struct store_tx *tx, int64_t entry_id, const int64_t *ids, size_t count, struct err *err)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = db_run(tx->store->db, err,
			    "INSERT INTO item_place (entry_id, place_id, position) VALUES ($1, $2, $3)"
			    " ON CONFLICT DO NOTHING",
			    DB_I64(entry_id), DB_I64(ids[i]), DB_I64((int64_t)i));
	return rc;
}

static int put_contributors(struct store_tx *tx, int64_t entry_id, const struct item_contributor *list, size_t count,
			    struct err *err)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = db_run(tx->store->db, err,
			    "INSERT INTO item_contributor (entry_id, contributor_id, role, position)"
			    " VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
			    DB_I64(entry_id), DB_I64(list[i].contributor_id), DB_CSTR(item_role_words[list[i].role]),
			    DB_I64((int64_t)i));
	return rc;
}

int links_put(struct store_tx *tx, int64_t entry_id, const struct item_content *content, struct err *err)
{
	int rc = put_terms(tx, entry_id, content->term_ids, content->term_count, err);
	if (rc == 0)
		rc = put_places(tx, entry_id, content->place_ids, content->place_count, err);
	if (rc == 0)
		rc = put_contributors(tx, entry_id, content->contributors, content->contributor_count, err);
	return rc;
}

static int clear_terms(struct store_tx *tx, int64_t entry_id, struct err *err)
{
	return db_run(tx->store->db, err, "DELETE FROM item_term WHERE entry_id = $1", DB_I64(entry_id));
}

static int clear_places(struct store_tx *tx, int64_t entry_id, struct err *err)
{
	return db_run(tx->store->db, err, "DELETE FROM item_place WHERE entry_id = $1", DB_I64(entry_id));
}

static int clear_contributors(struct store_tx *tx, int64_t entry_id, struct err *err)
{
	return db_run(tx->store->db, err, "DELETE FROM item_contributor WHERE entry_id = $1", DB_I64(entry_id));
}

int links_clear(struct store_tx *tx, int64_t entry_id, struct err *err)
{
	int rc = clear_terms(tx, entry_id, err);
	if (rc == 0)
		rc = clear_places(tx, entry_id, err);
	return rc == 0 ? clear_contributors(tx, entry_id, err) : rc;
}

/* Writes the entry's row, so that it is there and stays until the end; of what is over, the lists are kept. */
static int hold_entry(struct store_tx *tx, int64_t entry_id, struct err *err)
{
	struct db *db = tx->store->db;
	int rc = db_run(db, err, "UPDATE item_language SET slug = slug WHERE id = $1", DB_I64(entry_id));
	if (rc == 0 && db_changed(db) == 0)
		return STORE_NOT_FOUND;
	return rc == 0 ? stood_in_keep(tx, entry_id, err) : rc;
}

static int changed_entry(struct store_tx *tx, int64_t entry_id, int rc)
{
	if (rc == 0)
		outbox_note(tx, OUTBOX_ENTRY, entry_id, STR(""));
	return rc;
}

int item_set_terms(struct store_tx *tx, int64_t entry_id, const int64_t *ids, size_t count, struct err *err)
{
	int rc = hold_entry(tx, entry_id, err);
	if (rc == 0)
		rc = clear_terms(tx, entry_id, err);
	if (rc == 0)
		rc = put_terms(tx, entry_id, ids, count, err);
	return changed_entry(tx, entry_id, rc);
}

int item_set_places(struct store_tx *tx, int64_t entry_id, const int64_t *ids, size_t count, struct err *err)
{
	int rc = hold_entry(tx, entry_id, err);
	if (rc == 0)
		rc = clear_places(tx, entry_id, err);
	if (rc == 0)
		rc = put_places(tx, entry_id, ids, count, err);
	return changed_entry(tx, entry_id, rc);
}

int item_set_contributors(struct store_tx *tx, int64_t entry_id, const struct item_contributor *list, size_t count,
			  struct err *err)
{
	int rc = hold_entry(tx, entry_id, err);
	if (rc == 0)
		rc = clear_contributors(tx, entry_id, err);
	if (rc == 0)
		rc = put_contributors(tx, entry_id, list, count, err);
	return changed_entry(tx, entry_id, rc);
}
