#include "store/inside.h"
#include "store/taxonomy.h"

int place_find_code(struct store *store, struct str code, int64_t *ret_place_id, struct err *err)
{
	int rc = db_get_i64(store->db, ret_place_id, err, "SELECT id FROM place WHERE code = $1", DB_TEXT(code));
	return rc == DB_NONE ? STORE_NOT_FOUND : rc;
}

int place_find_slug(struct store *store, struct str language, struct str slug, int64_t *ret_place_id, struct err *err)
{
	int rc = db_get_i64(store->db, ret_place_id, err,
			    "SELECT place_id FROM place_text WHERE language = $1 AND slug = $2", DB_TEXT(language),
			    DB_TEXT(slug));
	return rc == DB_NONE ? STORE_NOT_FOUND : rc;
}

static int find(struct store *store, const struct place *place, int64_t *ret_place_id, struct err *err)
{
	if (place->code.len)
		return place_find_code(store, place->code, ret_place_id, err);
	if (place->texts.len)
		return place_find_slug(store, place->texts.at[0].language, place->texts.at[0].slug, ret_place_id, err);
	return err_set(err, ERR_INPUT, "place: it has neither a code nor a text");
}

static int put_text(struct store_tx *tx, int64_t place_id, const struct taxonomy_text *text, struct err *err)
{
	int64_t other = 0;
	int rc = place_find_slug(tx->store, text->language, text->slug, &other, err);
	if (rc == 0 && other != place_id) {
		err_set(err, ERR_INPUT, "place: the slug '%.*s' belongs to another (%.*s)",
			STR_ARG(str_sub(text->slug, 0, 100)), STR_ARG(text->language));
		return STORE_TAKEN;
	}
	if (rc < 0)
		return rc;
	return db_run(tx->store->db, err,
		      "INSERT INTO place_text (place_id, language, label, slug, sort_key, introduction)"
		      " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (place_id, language) DO UPDATE SET"
		      " label = excluded.label, slug = excluded.slug, sort_key = excluded.sort_key,"
		      " introduction = excluded.introduction",
		      DB_I64(place_id), DB_TEXT(text->language), DB_TEXT(text->label), DB_TEXT(text->slug),
		      DB_TEXT(text->sort_key), DB_TEXT(text->introduction));
}

/* The places above the new parent must not lead back to the place. */
static int check_parent(struct store_tx *tx, int64_t place_id, int64_t parent_id, struct err *err)
{
	int64_t met = 0;
	int rc = db_get_i64(tx->store->db, &met, err,
			    "WITH RECURSIVE up (id) AS (SELECT CAST($2 AS BIGINT) UNION SELECT p.parent_id FROM place p"
			    " JOIN up ON p.id = up.id WHERE p.parent_id IS NOT NULL)"
			    " SELECT COUNT(*) FROM up WHERE id = $1",
			    DB_I64(place_id), DB_I64(parent_id));
	if (rc != 0 || met == 0)
		return rc;
	err_set(err, ERR_INPUT, "place %lld: its new parent %lld stands below it", (long long)place_id,
		(long long)parent_id);
	return STORE_REFUSED;
}

/* An import puts the same places each time: only a move asks what is over. */
static int keep_expired(struct store_tx *tx, int64_t id, int64_t parent_id, struct err *err)
{
	int64_t moves = 0;
	int rc = db_get_i64(tx->store->db, &moves, err,
			    "SELECT COUNT(*) FROM place WHERE id = $1 AND COALESCE(parent_id, 0) <> $2", DB_I64(id),
			    DB_I64(parent_id));
	return rc == 0 && moves ? stood_in_keep_expired(tx, err) : rc;
}

static int update_place(struct store_tx *tx, int64_t id, const struct place *place, struct err *err)
{
	int rc = check_parent(tx, id, place->parent_id, err);
	if (rc == 0)
		rc = keep_expired(tx, id, place->parent_id, err);
	return rc != 0 ? rc
		       : db_run(tx->store->db, err, "UPDATE place SET kind = $2, parent_id = $3 WHERE id = $1",
				DB_I64(id), DB_CSTR(place_kind_words[place->kind]), db_id_or_null(place->parent_id));
}

int place_put(struct store_tx *tx, const struct place *place, int64_t *ret_place_id, struct err *err)
{
	struct db *db = tx->store->db;
	int64_t id = 0;
	int rc = find(tx->store, place, &id, err);
	if (rc == STORE_NOT_FOUND)
		rc = db_insert(db, &id, err, "INSERT INTO place (kind, parent_id, code) VALUES ($1, $2, $3)",
			       DB_CSTR(place_kind_words[place->kind]), db_id_or_null(place->parent_id),
			       db_text_or_null(place->code));
	else if (rc == 0)
		rc = update_place(tx, id, place, err);
	for (size_t i = 0; rc == 0 && i < place->texts.len; i++)
		rc = put_text(tx, id, &place->texts.at[i], err);
	if (rc != 0)
		return rc;
	outbox_note(tx, OUTBOX_TAXONOMY, 0, STR(""));
	*ret_place_id = id;
	return 0;
}
