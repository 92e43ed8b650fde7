#include "store/inside.h"

static int put_media(struct store_tx *tx, int64_t revision_id, const struct item_revision_content *content,
		     struct err *err)
{
	int64_t next[4] = {0};
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < content->media_count; i++) {
		const struct item_media *use = &content->media[i];
		rc = db_run(tx->store->db, err,
			    "INSERT INTO media_use (revision_id, position, role, media_id) VALUES ($1, $2, $3, $4)",
			    DB_I64(revision_id), DB_I64(next[use->role]++), DB_CSTR(media_role_words[use->role]),
			    DB_I64(use->media_id));
	}
	return rc;
}

/* COALESCE over MAX counts from the revisions that exist; the unique index keeps two writers apart. */
int revision_add(struct store_tx *tx, int64_t entry_id, const struct item_revision_content *content, const char *state,
		 int64_t *ret_revision_id, struct err *err)
{
	int64_t id = 0;
	int rc = db_insert(tx->store->db, &id, err,
			   "INSERT INTO revision"
			   " (entry_id, seq, state, title, subtitle, excerpt, body, dateline, author, at_s, sha256)"
			   " VALUES ($1, (SELECT COALESCE(MAX(seq), 0) + 1 FROM revision WHERE entry_id = $1),"
			   " $2, $3, $4, $5, $6, $7, $8, $9, $10)",
			   DB_I64(entry_id), DB_CSTR(state), DB_TEXT(content->title), DB_TEXT(content->subtitle),
			   content->has_excerpt ? DB_TEXT(content->excerpt) : DB_NULL, DB_TEXT(content->body),
			   DB_TEXT(content->dateline), DB_TEXT(content->author), DB_I64(tx->now_s),
			   DB_BLOB(content->sha256));
	if (rc == 0)
		rc = put_media(tx, id, content, err);
	if (rc == 0)
		*ret_revision_id = id;
	return rc;
}

int revision_waive(struct store_tx *tx, int64_t revision_id, struct err *err)
{
	return db_run(tx->store->db, err,
		      "INSERT INTO waiver (revision_id, reason, batch_id, at_s)"
		      " VALUES ($1, 'import_released', $2, $3) ON CONFLICT DO NOTHING",
		      DB_I64(revision_id), db_id_or_null(tx->batch_id), DB_I64(tx->now_s));
}

int item_revise(struct store_tx *tx, int64_t entry_id, const struct item_revision_content *content,
		int64_t *ret_revision_id, struct err *err)
{
	struct db *db = tx->store->db;
	/* The entry's row is written first: it holds the place in the row of revisions until the end. */
	int rc = db_run(db, err, "UPDATE item_language SET slug = slug WHERE id = $1", DB_I64(entry_id));
	if (rc == 0 && db_changed(db) == 0)
		return STORE_NOT_FOUND;
	int64_t revision_id = 0;
	if (rc == 0)
		rc = revision_add(tx, entry_id, content, "draft", &revision_id, err);
	if (rc == 0)
		rc = db_run(db, err, "UPDATE item_language SET newest_revision_id = $2 WHERE id = $1", DB_I64(entry_id),
			    DB_I64(revision_id));
	if (rc != 0)
		return rc;
	outbox_note(tx, OUTBOX_ENTRY, entry_id, STR(""));
	*ret_revision_id = revision_id;
	return 0;
}
