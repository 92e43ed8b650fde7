#include "store/inside.h"
#include "store/taxonomy.h"

const char *vocabulary_name(enum vocabulary vocabulary)
{
	return vocabulary_words[vocabulary];
}

static int vocabulary_of(struct store_tx *tx, int64_t term_id, struct str *ret_vocabulary, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_one(tx->store->db, &rows, err, "SELECT vocabulary FROM term WHERE id = $1", DB_I64(term_id));
	if (rc != DB_ROW)
		return rc == DB_NONE ? STORE_NOT_FOUND : rc;
	*ret_vocabulary = db_text_copy(&rows, 0, tx->arena);
	return 0;
}

static int check_slug(struct store_tx *tx, int64_t term_id, struct str vocabulary, const struct taxonomy_text *text,
		      struct err *err)
{
	int64_t other = 0;
	int rc = db_get_i64(tx->store->db, &other, err,
			    "SELECT term_id FROM term_text WHERE vocabulary = $1 AND language = $2 AND slug = $3"
			    " AND term_id <> $4",
			    DB_TEXT(vocabulary), DB_TEXT(text->language), DB_TEXT(text->slug), DB_I64(term_id));
	if (rc != 0)
		return rc == DB_NONE ? 0 : rc;
	err_set(err, ERR_INPUT, "%.*s: the slug '%.*s' belongs to another (%.*s)", STR_ARG(vocabulary),
		STR_ARG(str_sub(text->slug, 0, 100)), STR_ARG(text->language));
	return STORE_TAKEN;
}

int term_put_text(struct store_tx *tx, int64_t term_id, const struct taxonomy_text *text, struct err *err)
{
	struct str vocabulary;
	int rc = vocabulary_of(tx, term_id, &vocabulary, err);
	if (rc == 0)
		rc = check_slug(tx, term_id, vocabulary, text, err);
	if (rc == 0)
		rc = db_run(tx->store->db, err,
			    "INSERT INTO term_text (term_id, language, vocabulary, label, slug, introduction)"
			    " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (term_id, language) DO UPDATE SET"
			    " label = excluded.label, slug = excluded.slug, introduction = excluded.introduction",
			    DB_I64(term_id), DB_TEXT(text->language), DB_TEXT(vocabulary), DB_TEXT(text->label),
			    DB_TEXT(text->slug), DB_TEXT(text->introduction));
	if (rc == 0)
		outbox_note(tx, OUTBOX_TAXONOMY, 0, STR(""));
	return rc;
}

int term_create(struct store_tx *tx, const struct term *term, int64_t *ret_term_id, struct err *err)
{
	int64_t id = 0;
	int rc = db_insert(tx->store->db, &id, err,
			   "INSERT INTO term (vocabulary, parent_id, media_topic) VALUES ($1, $2, $3)",
			   DB_CSTR(vocabulary_words[term->vocabulary]), db_id_or_null(term->parent_id),
			   db_text_or_null(term->media_topic));
	for (size_t i = 0; rc == 0 && i < term->texts.len; i++)
		rc = term_put_text(tx, id, &term->texts.at[i], err);
	if (rc != 0)
		return rc;
	outbox_note(tx, OUTBOX_TAXONOMY, 0, STR(""));
	*ret_term_id = id;
	return 0;
}

/* The parents of the new parent must not lead back to the term. */
int term_set_parent(struct store_tx *tx, int64_t term_id, int64_t parent_id, struct err *err)
{
	struct db *db = tx->store->db;
	int64_t met = 0;
	int rc = db_get_i64(db, &met, err,
			    "WITH RECURSIVE up (id) AS (SELECT CAST($2 AS BIGINT) UNION SELECT t.parent_id FROM term t"
			    " JOIN up ON t.id = up.id WHERE t.parent_id IS NOT NULL)"
			    " SELECT COUNT(*) FROM up WHERE id = $1",
			    DB_I64(term_id), DB_I64(parent_id));
	if (rc == 0 && met > 0) {
		err_set(err, ERR_INPUT, "term %lld: its new parent %lld stands below it", (long long)term_id,
			(long long)parent_id);
		return STORE_REFUSED;
	}
	if (rc == 0)
		rc = stood_in_keep_expired(tx, err);
	if (rc == 0)
		rc = db_run(db, err, "UPDATE term SET parent_id = $2 WHERE id = $1", DB_I64(term_id),
			    db_id_or_null(parent_id));
	if (rc == 0 && db_changed(db) == 0)
		return STORE_NOT_FOUND;
	if (rc == 0)
		outbox_note(tx, OUTBOX_TAXONOMY, 0, STR(""));
	return rc;
}

int term_find_slug(struct store *store, enum vocabulary vocabulary, struct str language, struct str slug,
		   int64_t *ret_term_id, struct err *err)
{
	int rc = db_get_i64(store->db, ret_term_id, err,
			    "SELECT term_id FROM term_text WHERE vocabulary = $1 AND language = $2 AND slug = $3",
			    DB_CSTR(vocabulary_words[vocabulary]), DB_TEXT(language), DB_TEXT(slug));
	return rc == DB_NONE ? STORE_NOT_FOUND : rc;
}

int term_find_label(struct store *store, enum vocabulary vocabulary, int64_t parent_id, struct str language,
		    struct str label, int64_t *ret_term_id, struct err *err)
{
	int rc =
		db_get_i64(store->db, ret_term_id, err,
			   "SELECT t.id FROM term t JOIN term_text x ON x.term_id = t.id WHERE x.vocabulary = $1"
			   " AND x.language = $2 AND x.label = $3 AND COALESCE(t.parent_id, 0) = CAST($4 AS BIGINT)"
			   " ORDER BY t.id LIMIT 1",
			   DB_CSTR(vocabulary_words[vocabulary]), DB_TEXT(language), DB_TEXT(label), DB_I64(parent_id));
	return rc == DB_NONE ? STORE_NOT_FOUND : rc;
}

int term_free_slug(struct store *store, enum vocabulary vocabulary, struct str language, struct str wanted,
		   struct arena *arena, struct str *ret_slug, struct err *err)
{
	struct str slug = wanted;
	int64_t id = 0;
	int rc = 0;
	for (int n = 2; (rc = term_find_slug(store, vocabulary, language, slug, &id, err)) == 0; n++)
		slug = arena_printf(arena, "%.*s-%d", STR_ARG(wanted), n);
	if (rc != STORE_NOT_FOUND)
		return rc;
	*ret_slug = arena_str(arena, slug);
	return 0;
}
