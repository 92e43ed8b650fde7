#include "store/inside.h"
#include "store/taxonomy.h"

static int check_slug(struct store_tx *tx, int64_t kind_id, const struct taxonomy_text *text, struct err *err)
{
	int64_t other = 0;
	int rc = db_get_i64(tx->store->db, &other, err,
			    "SELECT kind_id FROM kind_text WHERE language = $1 AND slug = $2 AND kind_id <> $3",
			    DB_TEXT(text->language), DB_TEXT(text->slug), DB_I64(kind_id));
	if (rc != 0)
		return rc == DB_NONE ? 0 : rc;
	err_set(err, ERR_INPUT, "kind: the slug '%.*s' belongs to another (%.*s)", STR_ARG(str_sub(text->slug, 0, 100)),
		STR_ARG(text->language));
	return STORE_TAKEN;
}

static int put_text(struct store_tx *tx, int64_t kind_id, const struct taxonomy_text *text, struct err *err)
{
	int rc = check_slug(tx, kind_id, text, err);
	if (rc != 0)
		return rc;
	return db_run(tx->store->db, err,
		      "INSERT INTO kind_text (kind_id, language, label, label_plural, slug, introduction)"
		      " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (kind_id, language) DO UPDATE SET"
		      " label = excluded.label, label_plural = excluded.label_plural, slug = excluded.slug,"
		      " introduction = excluded.introduction",
		      DB_I64(kind_id), DB_TEXT(text->language), DB_TEXT(text->label),
		      DB_TEXT(text->label_plural.len ? text->label_plural : text->label), DB_TEXT(text->slug),
		      DB_TEXT(text->introduction));
}

int kind_put(struct store_tx *tx, const struct kind *kind, int64_t *ret_kind_id, struct err *err)
{
	int64_t id = 0;
	int rc = db_get_i64(tx->store->db, &id, err,
			    "INSERT INTO kind (key, icon, position, needs_picture, needs_reference, in_feeds)"
			    " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (key) DO UPDATE SET icon = excluded.icon,"
			    " position = excluded.position, needs_picture = excluded.needs_picture,"
			    " needs_reference = excluded.needs_reference, in_feeds = excluded.in_feeds RETURNING id",
			    DB_TEXT(kind->key), DB_TEXT(kind->icon), DB_I64(kind->position),
			    DB_I64(kind->needs_picture), DB_I64(kind->needs_reference), DB_I64(kind->in_feeds));
	for (size_t i = 0; rc == 0 && i < kind->texts.len; i++)
		rc = put_text(tx, id, &kind->texts.at[i], err);
	if (rc != 0)
		return rc;
	outbox_note(tx, OUTBOX_TAXONOMY, 0, STR(""));
	*ret_kind_id = id;
	return 0;
}

int kind_find(struct store *store, struct str key, int64_t *ret_kind_id, struct err *err)
{
	int rc = db_get_i64(store->db, ret_kind_id, err, "SELECT id FROM kind WHERE key = $1", DB_TEXT(key));
	return rc == DB_NONE ? STORE_NOT_FOUND : rc;
}
