#include "store/inside.h"
#include "store/taxonomy.h"

/* Who may or may not be named from now on has or has not a list from now on. */
static int keep_expired(struct store_tx *tx, const struct contributor *contributor, struct err *err)
{
	int64_t changes = 0;
	int rc = db_get_i64(tx->store->db, &changes, err,
			    "SELECT COUNT(*) FROM contributor WHERE slug = $1 AND is_public <> $2",
			    DB_TEXT(contributor->slug), DB_I64(contributor->is_public));
	return rc == 0 && changes ? stood_in_keep_expired(tx, err) : rc;
}

int contributor_put(struct store_tx *tx, const struct contributor *contributor, int64_t *ret_contributor_id,
		    struct err *err)
{
	struct db *db = tx->store->db;
	int64_t id = 0;
	int rc = keep_expired(tx, contributor, err);
	if (rc == 0)
		rc = db_get_i64(db, &id, err,
				"INSERT INTO contributor (name, slug, unit, is_public) VALUES ($1, $2, $3, $4)"
				" ON CONFLICT (slug) DO UPDATE SET name = excluded.name, unit = excluded.unit,"
				" is_public = excluded.is_public RETURNING id",
				DB_TEXT(contributor->name), DB_TEXT(contributor->slug), DB_TEXT(contributor->unit),
				DB_I64(contributor->is_public));
	for (size_t i = 0; rc == 0 && i < contributor->texts.len; i++) {
		const struct contributor_text *text = &contributor->texts.at[i];
		rc = db_run(db, err,
			    "INSERT INTO contributor_text (contributor_id, language, position, biography)"
			    " VALUES ($1, $2, $3, $4) ON CONFLICT (contributor_id, language) DO UPDATE SET"
			    " position = excluded.position, biography = excluded.biography",
			    DB_I64(id), DB_TEXT(text->language), DB_TEXT(text->position), DB_TEXT(text->biography));
	}
	if (rc != 0)
		return rc;
	outbox_note(tx, OUTBOX_TAXONOMY, 0, STR(""));
	*ret_contributor_id = id;
	return 0;
}

int contributor_find_slug(struct store *store, struct str slug, int64_t *ret_contributor_id, struct err *err)
{
	int rc = db_get_i64(store->db, ret_contributor_id, err, "SELECT id FROM contributor WHERE slug = $1",
			    DB_TEXT(slug));
	return rc == DB_NONE ? STORE_NOT_FOUND : rc;
}

int contributor_find_name(struct store *store, struct str name, int64_t *ret_contributor_id, struct err *err)
{
	int rc = db_get_i64(store->db, ret_contributor_id, err,
			    "SELECT id FROM contributor WHERE name = $1 ORDER BY id LIMIT 1", DB_TEXT(name));
	return rc == DB_NONE ? STORE_NOT_FOUND : rc;
}
