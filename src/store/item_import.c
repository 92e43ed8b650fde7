#include "store/inside.h"

/* What an updated export says of an entry that is here already. */

struct standing {
	int64_t item_id;
	int64_t newest_revision_id;
	int64_t batch_id;  /* 0: none, or flipped */
	struct str sha256; /* of the newest revision */
};

static int read_standing(struct store_tx *tx, int64_t entry_id, struct standing *ret_standing, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_one(tx->store->db, &rows, err,
			"SELECT e.item_id, e.newest_revision_id, CASE WHEN b.flipped_s IS NULL THEN e.batch_id END,"
			" r.sha256 FROM item_language e JOIN revision r ON r.id = e.newest_revision_id"
			" LEFT JOIN batch b ON b.id = e.batch_id WHERE e.id = $1",
			DB_I64(entry_id));
	if (rc == DB_NONE)
		return STORE_NOT_FOUND;
	if (rc != DB_ROW)
		return rc;
	*ret_standing = (struct standing){db_i64(&rows, 0), db_i64(&rows, 1), db_i64(&rows, 2),
					  db_blob_copy(&rows, 3, tx->arena)};
	return 0;
}

/* The same text makes no new revision: an import that was interrupted and goes on writes it once. */
static int revision_if_new(struct store_tx *tx, int64_t entry_id, const struct standing *standing,
			   const struct item_content *content, int64_t *ret_revision_id, struct err *err)
{
	bool released = content->state == ITEM_RELEASED;
	int64_t id = standing->newest_revision_id;
	int rc = 0;
	if (!str_eq(standing->sha256, content->revision.sha256)) {
		rc = revision_add(tx, entry_id, &content->revision, released ? "approved" : "draft", &id, err);
		if (rc == 0)
			rc = db_run(tx->store->db, err,
				    "UPDATE item_language SET newest_revision_id = $2 WHERE id = $1", DB_I64(entry_id),
				    DB_I64(id));
	}
	/* What is staged gets its waiver at the flip: the revision may be one that was written here. */
	if (rc == 0 && released && standing->batch_id == tx->batch_id) {
		rc = db_run(tx->store->db, err,
			    "UPDATE revision SET state = 'approved' WHERE id = $1 AND state <> 'approved'", DB_I64(id));
		if (rc == 0)
			rc = revision_waive(tx, id, err);
	}
	if (rc == 0)
		*ret_revision_id = id;
	return rc;
}

static int overwrite_item(struct store_tx *tx, int64_t item_id, const struct item_content *content, struct err *err)
{
	bool may = false;
	int rc = item_may_change(tx, item_id, &may, err);
	if (rc != 0 || !may)
		return rc;
	return db_run(tx->store->db, err,
		      "UPDATE item SET kind_id = COALESCE($2, kind_id), pinned_until_s = $3,"
		      " breaking_until_s = COALESCE($4, breaking_until_s) WHERE id = $1",
		      DB_I64(item_id), db_id_or_null(content->kind_id), db_id_or_null(content->pinned_until_s),
		      db_id_or_null(content->breaking_until_s));
}

static int overwrite(struct store_tx *tx, int64_t entry_id, const struct standing *standing,
		     const struct item_content *content, int64_t revision_id, struct err *err)
{
	struct db *db = tx->store->db;
	bool released = content->state == ITEM_RELEASED;
	int rc = db_run(db, err,
			"UPDATE item_language SET slug = $2, path = $3,"
			" state = CASE WHEN state = 'withdrawn' THEN state ELSE $4 END, access = $5, date_s = $6,"
			" modified_s = $7, release_at_s = $8, embargo_until_s = $9, expires_at_s = $10,"
			" released_revision_id = $11, first_published_s = $12, last_published_s = $12 WHERE id = $1",
			DB_I64(entry_id), DB_TEXT(content->slug), DB_TEXT(content->path),
			DB_CSTR(item_state_words[content->state]), DB_CSTR(item_access_words[content->access]),
			DB_I64(content->date_s), DB_I64(content->modified_s ? content->modified_s : content->date_s),
			db_id_or_null(content->release_at_s), db_id_or_null(content->embargo_until_s),
			db_id_or_null(content->expires_at_s), released ? DB_I64(revision_id) : DB_NULL,
			released ? DB_I64(content->date_s) : DB_NULL);
	if (rc == 0)
		rc = overwrite_item(tx, standing->item_id, content, err);
	if (rc == 0)
		rc = stood_in_forget(tx, entry_id, err);
	if (rc == 0)
		rc = links_clear(tx, entry_id, err);
	if (rc == 0)
		rc = links_put(tx, entry_id, content, err);
	return rc == 0 ? stood_in_keep(tx, entry_id, err) : rc;
}

static int stage_link(struct store_tx *tx, int64_t entry_id, const char *link, int64_t target_id, const char *role,
		      int64_t position, struct err *err)
{
	return db_run(tx->store->db, err,
		      "INSERT INTO staged_link (batch_id, entry_id, link, target_id, role, position)"
		      " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
		      DB_I64(tx->batch_id), DB_I64(entry_id), DB_CSTR(link), DB_I64(target_id), DB_CSTR(role),
		      DB_I64(position));
}

static int stage_links(struct store_tx *tx, int64_t entry_id, const struct item_content *content, struct err *err)
{
	int rc = db_run(tx->store->db, err, "DELETE FROM staged_link WHERE batch_id = $1 AND entry_id = $2",
			DB_I64(tx->batch_id), DB_I64(entry_id));
	for (size_t i = 0; rc == 0 && i < content->term_count; i++)
		rc = stage_link(tx, entry_id, "term", content->term_ids[i], "", (int64_t)i, err);
	for (size_t i = 0; rc == 0 && i < content->place_count; i++)
		rc = stage_link(tx, entry_id, "place", content->place_ids[i], "", (int64_t)i, err);
	for (size_t i = 0; rc == 0 && i < content->contributor_count; i++)
		rc = stage_link(tx, entry_id, "contributor", content->contributors[i].contributor_id,
				item_role_words[content->contributors[i].role], (int64_t)i, err);
	return rc;
}

static int stage(struct store_tx *tx, int64_t entry_id, int64_t before_id, const struct item_content *content,
		 int64_t revision_id, struct err *err)
{
	int rc = db_run(
		tx->store->db, err,
		"INSERT INTO staged_entry (batch_id, entry_id, revision_id, kind_id, reference, slug, path, state, "
		"access,"
		" date_s, modified_s, release_at_s, embargo_until_s, expires_at_s, pinned_until_s, before_revision_id, "
		"breaking_until_s)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
		" ON CONFLICT (batch_id, entry_id) DO UPDATE SET revision_id = excluded.revision_id,"
		" kind_id = excluded.kind_id, reference = excluded.reference, slug = excluded.slug,"
		" path = excluded.path, state = excluded.state, access = excluded.access, date_s = excluded.date_s,"
		" modified_s = excluded.modified_s, release_at_s = excluded.release_at_s,"
		" embargo_until_s = excluded.embargo_until_s, expires_at_s = excluded.expires_at_s,"
		" pinned_until_s = excluded.pinned_until_s, breaking_until_s = excluded.breaking_until_s,"
		" before_revision_id ="
		" CASE WHEN staged_entry.revision_id = excluded.before_revision_id"
		" THEN staged_entry.before_revision_id ELSE excluded.before_revision_id END",
		DB_I64(tx->batch_id), DB_I64(entry_id), DB_I64(revision_id), db_id_or_null(content->kind_id),
		db_text_or_null(content->reference), DB_TEXT(content->slug), DB_TEXT(content->path),
		DB_CSTR(item_state_words[content->state]), DB_CSTR(item_access_words[content->access]),
		DB_I64(content->date_s), DB_I64(content->modified_s ? content->modified_s : content->date_s),
		db_id_or_null(content->release_at_s), db_id_or_null(content->embargo_until_s),
		db_id_or_null(content->expires_at_s), db_id_or_null(content->pinned_until_s), DB_I64(before_id),
		db_id_or_null(content->breaking_until_s));
	return rc == 0 ? stage_links(tx, entry_id, content, err) : rc;
}

static int check_path(struct store_tx *tx, int64_t entry_id, struct str path, struct err *err)
{
	struct item_ids ids;
	int rc = item_find_path(tx->store, path, &ids, err);
	if (rc == 0 && ids.entry_id != entry_id) {
		err_set(err, ERR_INPUT, "item: the address '%.*s' belongs to another", STR_ARG(str_sub(path, 0, 200)));
		return STORE_TAKEN;
	}
	return rc == STORE_NOT_FOUND ? 0 : rc;
}

int item_update_import(struct store_tx *tx, int64_t entry_id, const struct item_content *content,
		       int64_t *ret_revision_id, struct err *err)
{
	if (!tx->batch_id)
		return err_set(err, ERR_INPUT, "item: an import writes in a chunk of its batch");
	struct standing standing;
	int64_t revision_id = 0;
	int rc = read_standing(tx, entry_id, &standing, err);
	if (rc == 0)
		rc = check_path(tx, entry_id, content->path, err);
	if (rc == 0)
		rc = revision_if_new(tx, entry_id, &standing, content, &revision_id, err);
	if (rc == 0)
		rc = standing.batch_id == tx->batch_id
			     ? overwrite(tx, entry_id, &standing, content, revision_id, err)
			     : stage(tx, entry_id, standing.newest_revision_id, content, revision_id, err);
	if (rc == 0)
		*ret_revision_id = revision_id;
	return rc;
}
