#include "store/inside.h"

/* What a unique rule refused, found out for the message only. */
static int taken(const char *what, struct str value, struct err *err)
{
	err_set(err, ERR_INPUT, "item: the %s '%.*s' belongs to another", what, STR_ARG(str_sub(value, 0, 200)));
	return STORE_TAKEN;
}

static int insert_item(struct store_tx *tx, const struct item_content *content, int64_t *ret_item_id, struct err *err)
{
	char guid[46];
	tx_guid(tx, guid);
	const char *precision = item_precision_words[content->event_precision];
	int rc =
		db_insert(tx->store->db, ret_item_id, err,
			  "INSERT INTO item (guid, type, reference, kind_id, breaking_until_s, pinned_until_s, event_s,"
			  " event_precision, created_s) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
			  " ON CONFLICT DO NOTHING",
			  DB_CSTR(guid), DB_CSTR(item_type_words[content->type]), db_text_or_null(content->reference),
			  db_id_or_null(content->kind_id), db_id_or_null(content->breaking_until_s),
			  db_id_or_null(content->pinned_until_s), db_id_or_null(content->event_s),
			  db_text_or_null(str_from(precision)), DB_I64(tx->now_s));
	return rc == DB_NONE ? taken("reference number", content->reference, err) : rc;
}

static int who_took(struct store_tx *tx, const struct item_content *content, struct str guid, struct err *err)
{
	struct item_ids ids;
	int rc = item_find_path(tx->store, content->path, &ids, err);
	if (rc == 0)
		return taken("address", content->path, err);
	if (rc == STORE_NOT_FOUND)
		rc = item_find_guid(tx->store, guid, &ids, err);
	if (rc == 0)
		return taken("guid", guid, err);
	return rc == STORE_NOT_FOUND ? taken("language", content->language, err) : rc;
}

static int insert_entry(struct store_tx *tx, int64_t item_id, const struct item_content *content, int64_t *ret_entry_id,
			struct err *err)
{
	char made[46];
	tx_guid(tx, made);
	struct str guid = content->guid.len ? content->guid : str_from(made);
	bool released = content->state == ITEM_RELEASED;
	int64_t published_s = tx->batch_id ? content->date_s : tx->now_s;
	int rc = db_insert(
		tx->store->db, ret_entry_id, err,
		"INSERT INTO item_language (item_id, language, guid, slug, path, state, access, date_s, modified_s,"
		" release_at_s, embargo_until_s, expires_at_s, first_published_s, last_published_s, source_language,"
		" batch_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14, $15)"
		" ON CONFLICT DO NOTHING",
		DB_I64(item_id), DB_TEXT(content->language), DB_TEXT(guid), DB_TEXT(content->slug),
		DB_TEXT(content->path), DB_CSTR(item_state_words[content->state]),
		DB_CSTR(item_access_words[content->access]), DB_I64(content->date_s),
		DB_I64(content->modified_s ? content->modified_s : content->date_s),
		db_id_or_null(content->release_at_s), db_id_or_null(content->embargo_until_s),
		db_id_or_null(content->expires_at_s), released ? DB_I64(published_s) : DB_NULL,
		db_text_or_null(content->source_language), db_id_or_null(tx->batch_id));
	return rc == DB_NONE ? who_took(tx, content, guid, err) : rc;
}

/* The revision, then the entry's pointers to it; the gate, or in a chunk the waiver, decides on release. */
static int insert_revision(struct store_tx *tx, int64_t entry_id, const struct item_content *content,
			   int64_t *ret_revision_id, struct err *err)
{
	bool released = content->state == ITEM_RELEASED;
	int64_t id = 0;
	int rc = revision_add(tx, entry_id, &content->revision, released ? "approved" : "draft", &id, err);
	if (rc == 0)
		rc = db_run(tx->store->db, err,
			    "UPDATE item_language SET newest_revision_id = $2, released_revision_id = $3 WHERE id = $1",
			    DB_I64(entry_id), DB_I64(id), released ? DB_I64(id) : DB_NULL);
	if (rc == 0 && released) {
		unsigned lacks = 0;
		rc = tx->batch_id ? revision_waive(tx, id, err) : item_gate(tx->store, id, &lacks, err);
	}
	if (rc == 0)
		*ret_revision_id = id;
	return rc;
}

static int insert_all(struct store_tx *tx, int64_t item_id, const struct item_content *content,
		      struct item_ids *ret_ids, struct err *err)
{
	struct item_ids ids = {.item_id = item_id};
	int rc = insert_entry(tx, item_id, content, &ids.entry_id, err);
	if (rc == 0)
		rc = links_put(tx, ids.entry_id, content, err);
	if (rc == 0)
		rc = insert_revision(tx, ids.entry_id, content, &ids.revision_id, err);
	if (rc != 0)
		return rc;
	*ret_ids = ids;
	return 0;
}

static int check_content(const struct item_content *content, struct err *err)
{
	if (content->path.len < 1 || content->path.ptr[0] != '/')
		return err_set(err, ERR_INPUT, "item: found the path '%.*s'; it begins with '/'",
			       STR_ARG(str_sub(content->path, 0, 200)));
	if (content->state != ITEM_UNRELEASED && content->state != ITEM_RELEASED)
		return err_set(err, ERR_INPUT, "item: a new one is unreleased or released, found '%s'",
			       item_state_words[content->state]);
	return 0;
}

int item_create(struct store_tx *tx, const struct item_content *content, struct item_ids *ret_ids, struct err *err)
{
	int64_t item_id = 0;
	int rc = check_content(content, err);
	if (rc == 0)
		rc = insert_item(tx, content, &item_id, err);
	if (rc == 0)
		rc = insert_all(tx, item_id, content, ret_ids, err);
	if (rc == 0)
		outbox_note(tx, OUTBOX_ENTRY, ret_ids->entry_id, STR(""));
	return rc;
}

int item_may_change(struct store_tx *tx, int64_t item_id, bool *ret_may, struct err *err)
{
	int64_t outside = 0;
	int rc = db_get_i64(tx->store->db, &outside, err,
			    "SELECT COUNT(*) FROM item_language WHERE item_id = $1"
			    " AND (batch_id IS NULL OR batch_id <> $2)",
			    DB_I64(item_id), DB_I64(tx->batch_id));
	if (rc == 0)
		*ret_may = tx->batch_id == 0 || outside == 0;
	return rc;
}

static int check_reference(struct store_tx *tx, int64_t item_id, struct str reference, struct err *err)
{
	int64_t other = 0;
	if (str_empty(reference))
		return 0;
	int rc = db_get_i64(tx->store->db, &other, err, "SELECT id FROM item WHERE reference = $1 AND id <> $2",
			    DB_TEXT(reference), DB_I64(item_id));
	if (rc == 0)
		return taken("reference number", reference, err);
	return rc == DB_NONE ? 0 : rc;
}

static int fill_item(struct store_tx *tx, int64_t item_id, const struct item_content *content, struct err *err)
{
	int64_t id = 0;
	bool may = false;
	int rc = db_get_i64(tx->store->db, &id, err, "SELECT id FROM item WHERE id = $1", DB_I64(item_id));
	if (rc != 0)
		return rc == DB_NONE ? STORE_NOT_FOUND : rc;
	rc = check_reference(tx, item_id, content->reference, err);
	if (rc == 0)
		rc = item_may_change(tx, item_id, &may, err);
	if (rc != 0 || !may)
		return rc;
	rc = stood_in_keep_item(tx, item_id, err);
	if (rc != 0)
		return rc;
	return db_run(tx->store->db, err,
		      "UPDATE item SET kind_id = COALESCE(kind_id, $2), reference = COALESCE(reference, $3),"
		      " breaking_until_s = COALESCE(breaking_until_s, $4) WHERE id = $1",
		      DB_I64(item_id), db_id_or_null(content->kind_id), db_text_or_null(content->reference),
		      db_id_or_null(content->breaking_until_s));
}

int item_add_language(struct store_tx *tx, int64_t item_id, const struct item_content *content,
		      struct item_ids *ret_ids, struct err *err)
{
	int rc = check_content(content, err);
	if (rc == 0)
		rc = fill_item(tx, item_id, content, err);
	if (rc == 0)
		rc = insert_all(tx, item_id, content, ret_ids, err);
	if (rc == 0)
		rc = note_item(tx, item_id, err);
	return rc;
}

/* In a chunk only what nobody sees may move: an item that also has entries outside the batch stays. */
static int mergeable(struct store_tx *tx, int64_t item_id, int64_t other_id, struct err *err)
{
	int64_t count = 0;
	int rc = db_get_i64(tx->store->db, &count, err,
			    "SELECT COUNT(*) FROM item_language a JOIN item_language b ON a.language = b.language"
			    " WHERE a.item_id = $1 AND b.item_id = $2",
			    DB_I64(item_id), DB_I64(other_id));
	if (rc == 0 && count > 0) {
		err_set(err, ERR_INPUT, "items %lld and %lld: both have an entry in one language", (long long)item_id,
			(long long)other_id);
		return STORE_TAKEN;
	}
	bool may = true;
	if (rc == 0)
		rc = item_may_change(tx, other_id, &may, err);
	if (rc != 0 || may)
		return rc;
	err_set(err, ERR_INPUT, "item %lld: it has entries outside the batch", (long long)other_id);
	return STORE_REFUSED;
}

/* The kind, and how long it is breaking, go over where the item has none and nobody sees it yet. */
static int take_kind(struct store_tx *tx, int64_t item_id, int64_t other_id, struct err *err)
{
	bool may = false;
	int rc = item_may_change(tx, item_id, &may, err);
	if (rc != 0 || !may)
		return rc;
	return db_run(tx->store->db, err,
		      "UPDATE item SET kind_id = COALESCE(kind_id, (SELECT kind_id FROM item WHERE id = $2)),"
		      " breaking_until_s = COALESCE(breaking_until_s,"
		      " (SELECT breaking_until_s FROM item WHERE id = $2)) WHERE id = $1",
		      DB_I64(item_id), DB_I64(other_id));
}

/* The entries of items that name this one, or are named by it. */
static int note_related(struct store_tx *tx, int64_t item_id, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_select(tx->store->db, &rows, err,
			   "SELECT e.id FROM related r JOIN item_language e ON e.item_id = r.item_id"
			   " WHERE r.other_id = $1 UNION SELECT e.id FROM related r"
			   " JOIN item_language e ON e.item_id = r.other_id WHERE r.item_id = $1",
			   DB_I64(item_id));
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		outbox_note(tx, OUTBOX_ENTRY, db_i64(&rows, 0), STR(""));
	return rc;
}

int item_merge(struct store_tx *tx, int64_t item_id, int64_t other_id, struct err *err)
{
	if (item_id == other_id)
		return 0;
	struct db *db = tx->store->db;
	int rc = items_there(tx, item_id, other_id, err);
	if (rc == 0)
		rc = mergeable(tx, item_id, other_id, err);
	if (rc == 0)
		rc = note_related(tx, other_id, err);
	if (rc == 0)
		rc = stood_in_keep_item(tx, item_id, err);
	if (rc == 0)
		rc = stood_in_keep_item(tx, other_id, err);
	if (rc == 0)
		rc = take_kind(tx, item_id, other_id, err);
	if (rc == 0)
		rc = db_run(db, err, "UPDATE item_language SET item_id = $1 WHERE item_id = $2", DB_I64(item_id),
			    DB_I64(other_id));
	if (rc == 0)
		rc = db_run(
			db, err,
			"INSERT INTO related (item_id, other_id, relation, position)"
			" SELECT $1, other_id, relation, position FROM related WHERE item_id = $2 AND other_id <> $1"
			" ON CONFLICT DO NOTHING",
			DB_I64(item_id), DB_I64(other_id));
	if (rc == 0)
		rc = db_run(db, err,
			    "INSERT INTO related (item_id, other_id, relation, position)"
			    " SELECT item_id, $1, relation, position FROM related WHERE other_id = $2 AND item_id <> $1"
			    " ON CONFLICT DO NOTHING",
			    DB_I64(item_id), DB_I64(other_id));
	if (rc == 0)
		rc = db_run(db, err, "DELETE FROM related WHERE item_id = $1 OR other_id = $1", DB_I64(other_id));
	if (rc == 0)
		rc = db_run(db, err, "DELETE FROM item WHERE id = $1", DB_I64(other_id));
	return rc == 0 ? note_item(tx, item_id, err) : rc;
}
