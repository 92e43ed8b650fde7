#include "store/inside.h"

#include "base/buf.h"

static void say_lacks(unsigned lacks, struct err *err)
{
	static const struct {
		unsigned bit;
		const char *text;
	} reasons[] = {
		{ITEM_LACKS_TITLE, "the title is empty"},
		{ITEM_LACKS_CREDIT, "a picture has no credit"},
		{ITEM_LACKS_ALT, "a picture has no alt text and is not marked as decorative"},
		{ITEM_LACKS_PICTURE, "its kind needs a featured picture"},
		{ITEM_LACKS_REFERENCE, "its kind needs a reference number"},
	};
	BUF_SCOPED text = BUF_INIT(400);
	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
		if (lacks & reasons[i].bit)
			buf_printf(&text, "%s%s", text.len ? "; " : "", reasons[i].text);
	err_set(err, ERR_INPUT, "release refused: %.*s", STR_ARG(buf_str(&text)));
}

/* The credit may stand in any language (it is a name); the alt text must be in the entry's own. */
static int media_lacks(struct store *store, int64_t revision_id, unsigned *lacks, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_one(store->db, &rows, err,
			"SELECT COUNT(CASE WHEN NOT EXISTS (SELECT 1 FROM media_text t WHERE t.media_id = m.id"
			" AND t.credit <> '') THEN 1 END),"
			" COUNT(CASE WHEN m.decorative = 0 AND NOT EXISTS (SELECT 1 FROM media_text t"
			" WHERE t.media_id = m.id AND t.language = e.language AND t.alt <> '') THEN 1 END)"
			" FROM media_use u JOIN media m ON m.id = u.media_id JOIN revision r ON r.id = u.revision_id"
			" JOIN item_language e ON e.id = r.entry_id WHERE u.revision_id = $1 AND u.role <> 'document'",
			DB_I64(revision_id));
	if (rc != DB_ROW)
		return rc;
	*lacks |= (db_i64(&rows, 0) ? ITEM_LACKS_CREDIT : 0u) | (db_i64(&rows, 1) ? ITEM_LACKS_ALT : 0u);
	return 0;
}

static int revision_lacks(struct store *store, int64_t revision_id, unsigned *ret_lacks, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_one(store->db, &rows, err,
			"SELECT CASE WHEN r.title = '' THEN 1 ELSE 0 END,"
			" CASE WHEN k.needs_picture = 1 AND NOT EXISTS (SELECT 1 FROM media_use u"
			" WHERE u.revision_id = r.id AND u.role = 'featured') THEN 1 ELSE 0 END,"
			" CASE WHEN k.needs_reference = 1 AND i.reference IS NULL THEN 1 ELSE 0 END,"
			" CASE WHEN w.revision_id IS NULL THEN 0 ELSE 1 END"
			" FROM revision r JOIN item_language e ON e.id = r.entry_id JOIN item i ON i.id = e.item_id"
			" LEFT JOIN kind k ON k.id = i.kind_id LEFT JOIN waiver w ON w.revision_id = r.id"
			" WHERE r.id = $1",
			DB_I64(revision_id));
	if (rc == DB_NONE)
		return STORE_NOT_FOUND;
	if (rc < 0)
		return rc;
	unsigned lacks = (db_i64(&rows, 0) ? ITEM_LACKS_TITLE : 0u) | (db_i64(&rows, 1) ? ITEM_LACKS_PICTURE : 0u) |
			 (db_i64(&rows, 2) ? ITEM_LACKS_REFERENCE : 0u);
	bool waived = db_i64(&rows, 3);
	db_rows_finish(&rows);
	rc = waived ? 0 : media_lacks(store, revision_id, &lacks, err);
	if (rc == 0)
		*ret_lacks = waived ? 0 : lacks;
	return rc;
}

int item_gate(struct store *store, int64_t revision_id, unsigned *ret_lacks, struct err *err)
{
	unsigned lacks = 0;
	int rc = revision_lacks(store, revision_id, &lacks, err);
	if (rc != 0)
		return rc;
	*ret_lacks = lacks;
	if (!lacks)
		return 0;
	say_lacks(lacks, err);
	return STORE_REFUSED;
}

/* The revision meant: the given one if it is the entry's, or its newest. */
static int pick_revision(struct store *store, int64_t entry_id, int64_t wanted_id, int64_t *ret_revision_id,
			 struct err *err)
{
	int rc = db_get_i64(store->db, ret_revision_id, err,
			    "SELECT r.id FROM item_language e JOIN revision r ON r.entry_id = e.id"
			    " WHERE e.id = $1 AND r.id = CASE WHEN CAST($2 AS BIGINT) = 0"
			    " THEN e.newest_revision_id ELSE CAST($2 AS BIGINT) END",
			    DB_I64(entry_id), DB_I64(wanted_id));
	return rc == DB_NONE ? STORE_NOT_FOUND : rc;
}

int item_lacks(struct store *store, int64_t entry_id, int64_t revision_id, unsigned *ret_lacks, struct err *err)
{
	int64_t id = 0;
	int rc = pick_revision(store, entry_id, revision_id, &id, err);
	return rc == 0 ? revision_lacks(store, id, ret_lacks, err) : rc;
}

/* What an import brought is not released by hand before its batch: neither a new entry nor a text that waits. */
static int waits_for_batch(struct store_tx *tx, int64_t entry_id, int64_t revision_id, struct err *err)
{
	int64_t batch_id = 0;
	int rc = db_get_i64(tx->store->db, &batch_id, err,
			    "SELECT b.id FROM item_language e JOIN batch b ON b.id = e.batch_id"
			    " WHERE e.id = $1 AND b.flipped_s IS NULL"
			    " UNION SELECT batch_id FROM staged_entry"
			    " WHERE entry_id = $1 AND revision_id = $2 AND before_revision_id <> $2",
			    DB_I64(entry_id), DB_I64(revision_id));
	if (rc != 0)
		return rc == DB_NONE ? 0 : rc;
	err_set(err, ERR_INPUT, "release refused: it belongs to import batch %lld, which is not public yet",
		(long long)batch_id);
	return STORE_REFUSED;
}

static int set_released(struct store_tx *tx, int64_t entry_id, int64_t revision_id, const struct item_release *release,
			int64_t *ret_item_id, struct err *err)
{
	int64_t from_s = tx->now_s;
	if (release->release_at_s > from_s)
		from_s = release->release_at_s;
	if (release->embargo_until_s > from_s)
		from_s = release->embargo_until_s;
	int rc =
		db_run(tx->store->db, err, "UPDATE revision SET state = 'approved' WHERE id = $1", DB_I64(revision_id));
	if (rc == 0)
		rc = db_get_i64(tx->store->db, ret_item_id, err,
				"UPDATE item_language SET state = 'released', released_revision_id = $2,"
				" release_at_s = $3, embargo_until_s = $4, expires_at_s = $5, withdrawn_s = NULL,"
				" withdrawn_kind = NULL, withdrawn_note = NULL,"
				" date_s = CASE WHEN $7 = 1 OR first_published_s <= $8 THEN date_s ELSE $6 END,"
				" first_published_s = CASE WHEN first_published_s <= $8 THEN first_published_s"
				" ELSE $6 END, last_published_s = $6, modified_s = $6 WHERE id = $1 RETURNING item_id",
				DB_I64(entry_id), DB_I64(revision_id), db_id_or_null(release->release_at_s),
				db_id_or_null(release->embargo_until_s), db_id_or_null(release->expires_at_s),
				DB_I64(from_s), DB_I64(release->keep_date), DB_I64(tx->now_s));
	return rc;
}

int item_release(struct store_tx *tx, int64_t entry_id, const struct item_release *release, unsigned *ret_lacks,
		 struct err *err)
{
	int64_t revision_id = 0;
	int64_t item_id = 0;
	*ret_lacks = 0;
	int rc = pick_revision(tx->store, entry_id, release->revision_id, &revision_id, err);
	if (rc == 0)
		rc = waits_for_batch(tx, entry_id, revision_id, err);
	if (rc == 0)
		rc = item_gate(tx->store, revision_id, ret_lacks, err);
	if (rc == 0)
		rc = set_released(tx, entry_id, revision_id, release, &item_id, err);
	if (rc == 0)
		rc = stood_in_forget(tx, entry_id, err);
	return rc == 0 ? note_item(tx, item_id, err) : rc;
}

int item_unrelease(struct store_tx *tx, int64_t entry_id, struct err *err)
{
	int64_t item_id = 0;
	int rc = db_get_i64(tx->store->db, &item_id, err,
			    "UPDATE item_language SET state = 'unreleased', released_revision_id = NULL,"
			    " first_published_s = CASE WHEN first_published_s <= $2 THEN first_published_s END,"
			    " last_published_s = CASE WHEN last_published_s <= $2 THEN last_published_s END"
			    " WHERE id = $1 AND state = 'released' RETURNING item_id",
			    DB_I64(entry_id), DB_I64(tx->now_s));
	if (rc == DB_NONE)
		return STORE_NOT_FOUND;
	return rc == 0 ? note_item(tx, item_id, err) : rc;
}
