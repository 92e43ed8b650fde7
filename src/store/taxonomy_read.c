#include "store/inside.h"
#include "store/taxonomy.h"

static int read_languages(struct store *store, struct arena *arena, struct taxonomy *taxonomy, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_select(store->db, &rows, err, "SELECT code, position, label FROM language ORDER BY position, code");
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		*vec_add(&taxonomy->languages, arena) = (struct language){
			db_text_copy(&rows, 0, arena), (int)db_i64(&rows, 1), db_text_copy(&rows, 2, arena)};
	return rc;
}

/* Columns from 1: language, label, label_plural, slug, sort_key, introduction. */
static struct taxonomy_text read_text(const struct db_rows *rows, struct arena *arena)
{
	return (struct taxonomy_text){
		.language = db_text_copy(rows, 1, arena),
		.label = db_text_copy(rows, 2, arena),
		.label_plural = db_text_copy(rows, 3, arena),
		.slug = db_text_copy(rows, 4, arena),
		.sort_key = db_text_copy(rows, 5, arena),
		.introduction = db_text_copy(rows, 6, arena),
	};
}

static int read_kinds(struct store *store, struct arena *arena, struct taxonomy *taxonomy, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_select(store->db, &rows, err,
			   "SELECT id, key, icon, position, needs_picture, needs_reference, in_feeds FROM kind"
			   " ORDER BY position, id");
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		*vec_add(&taxonomy->kinds, arena) = (struct kind){
			.id = db_i64(&rows, 0),
			.key = db_text_copy(&rows, 1, arena),
			.icon = db_text_copy(&rows, 2, arena),
			.position = (int)db_i64(&rows, 3),
			.needs_picture = db_i64(&rows, 4) == 1,
			.needs_reference = db_i64(&rows, 5) == 1,
			.in_feeds = db_i64(&rows, 6) == 1,
		};
	return rc;
}

/* Kinds are few and stand by position; the others stand by id, as their texts do. */
static int read_kind_texts(struct store *store, struct arena *arena, struct taxonomy *taxonomy, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_select(store->db, &rows, err,
			   "SELECT kind_id, language, label, label_plural, slug, '', introduction FROM kind_text"
			   " ORDER BY kind_id, language");
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		for (size_t i = 0; i < taxonomy->kinds.len; i++)
			if (taxonomy->kinds.at[i].id == db_i64(&rows, 0))
				*vec_add(&taxonomy->kinds.at[i].texts, arena) = read_text(&rows, arena);
	return rc;
}

static int read_terms(struct store *store, struct arena *arena, struct taxonomy *taxonomy, struct err *err)
{
	DB_ROWS rows = {0};
	int rc =
		db_select(store->db, &rows, err, "SELECT id, vocabulary, parent_id, media_topic FROM term ORDER BY id");
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		*vec_add(&taxonomy->terms, arena) = (struct term){
			.id = db_i64(&rows, 0),
			.vocabulary = (enum vocabulary)word_index(vocabulary_words, db_text(&rows, 1)),
			.parent_id = db_i64(&rows, 2),
			.media_topic = db_text_copy(&rows, 3, arena),
		};
	return rc;
}

static int read_term_texts(struct store *store, struct arena *arena, struct taxonomy *taxonomy, struct err *err)
{
	DB_ROWS rows = {0};
	size_t at = 0;
	int rc = db_select(store->db, &rows, err,
			   "SELECT term_id, language, label, '', slug, '', introduction FROM term_text"
			   " ORDER BY term_id, language");
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW) {
		while (at < taxonomy->terms.len && taxonomy->terms.at[at].id < db_i64(&rows, 0))
			at++;
		if (at < taxonomy->terms.len && taxonomy->terms.at[at].id == db_i64(&rows, 0))
			*vec_add(&taxonomy->terms.at[at].texts, arena) = read_text(&rows, arena);
	}
	return rc;
}

static int read_places(struct store *store, struct arena *arena, struct taxonomy *taxonomy, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_select(store->db, &rows, err, "SELECT id, kind, parent_id, code FROM place ORDER BY id");
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		*vec_add(&taxonomy->places, arena) = (struct place){
			.id = db_i64(&rows, 0),
			.kind = (enum place_kind)word_index(place_kind_words, db_text(&rows, 1)),
			.parent_id = db_i64(&rows, 2),
			.code = db_text_copy(&rows, 3, arena),
		};
	return rc;
}

static int read_place_texts(struct store *store, struct arena *arena, struct taxonomy *taxonomy, struct err *err)
{
	DB_ROWS rows = {0};
	size_t at = 0;
	int rc = db_select(store->db, &rows, err,
			   "SELECT place_id, language, label, '', slug, sort_key, introduction FROM place_text"
			   " ORDER BY place_id, language");
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW) {
		while (at < taxonomy->places.len && taxonomy->places.at[at].id < db_i64(&rows, 0))
			at++;
		if (at < taxonomy->places.len && taxonomy->places.at[at].id == db_i64(&rows, 0))
			*vec_add(&taxonomy->places.at[at].texts, arena) = read_text(&rows, arena);
	}
	return rc;
}

static int read_contributors(struct store *store, struct arena *arena, struct taxonomy *taxonomy, struct err *err)
{
	DB_ROWS rows = {0};
	int rc =
		db_select(store->db, &rows, err, "SELECT id, name, slug, unit, is_public FROM contributor ORDER BY id");
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		*vec_add(&taxonomy->contributors, arena) = (struct contributor){
			.id = db_i64(&rows, 0),
			.name = db_text_copy(&rows, 1, arena),
			.slug = db_text_copy(&rows, 2, arena),
			.unit = db_text_copy(&rows, 3, arena),
			.is_public = db_i64(&rows, 4) == 1,
		};
	return rc;
}

static int read_contributor_texts(struct store *store, struct arena *arena, struct taxonomy *taxonomy, struct err *err)
{
	DB_ROWS rows = {0};
	struct contributor_vec *list = &taxonomy->contributors;
	size_t at = 0;
	int rc = db_select(store->db, &rows, err,
			   "SELECT contributor_id, language, position, biography FROM contributor_text"
			   " ORDER BY contributor_id, language");
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW) {
		while (at < list->len && list->at[at].id < db_i64(&rows, 0))
			at++;
		if (at < list->len && list->at[at].id == db_i64(&rows, 0))
			*vec_add(&list->at[at].texts, arena) =
				(struct contributor_text){db_text_copy(&rows, 1, arena), db_text_copy(&rows, 2, arena),
							  db_text_copy(&rows, 3, arena)};
	}
	return rc;
}

struct taxonomy_job {
	struct arena *arena;
	struct taxonomy taxonomy;
};

static int read_all(struct store *store, void *context, struct err *err)
{
	static int (*const parts[])(struct store *, struct arena *, struct taxonomy *, struct err *) = {
		read_languages,   read_kinds,        read_kind_texts,        read_terms, read_term_texts, read_places,
		read_place_texts, read_contributors, read_contributor_texts,
	};
	struct taxonomy_job *job = context;
	job->taxonomy = (struct taxonomy){0};
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < sizeof parts / sizeof *parts; i++)
		rc = parts[i](store, job->arena, &job->taxonomy, err);
	return rc;
}

int taxonomy_read(struct store *store, struct arena *arena, struct taxonomy *ret_taxonomy, struct err *err)
{
	struct taxonomy_job job = {.arena = arena};
	int rc = store_read(store, read_all, &job, err);
	if (rc == 0)
		*ret_taxonomy = job.taxonomy;
	return rc;
}
