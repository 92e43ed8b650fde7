#include "store/site.h"

#include "store/inside.h"

int site_put_text(struct store_tx *tx, const struct site_text *text, struct err *err)
{
	struct db *db = tx->store->db;
	const char *key = site_text_words[text->key];
	int rc;
	if (text->text.len)
		rc = db_run(db, err,
			    "INSERT INTO site_text (language, key, text) VALUES ($1, $2, $3)"
			    " ON CONFLICT (language, key) DO UPDATE SET text = excluded.text",
			    DB_TEXT(text->language), DB_CSTR(key), DB_TEXT(text->text));
	else
		rc = db_run(db, err, "DELETE FROM site_text WHERE language = $1 AND key = $2", DB_TEXT(text->language),
			    DB_CSTR(key));
	if (rc == 0)
		outbox_note(tx, OUTBOX_SITE, 0, STR(""));
	return rc;
}

int menu_clear(struct store_tx *tx, struct str menu, struct str language, struct err *err)
{
	int rc = db_run(tx->store->db, err,
			"DELETE FROM menu_item WHERE menu = $1 AND language = $2"
			" AND (CAST($3 AS BIGINT) = 0 OR batch_id = $3)",
			DB_TEXT(menu), DB_TEXT(language), DB_I64(tx->batch_id));
	if (rc == 0)
		outbox_note(tx, OUTBOX_SITE, 0, STR(""));
	return rc;
}

int menu_add(struct store_tx *tx, const struct menu_item *item, int64_t *ret_id, struct err *err)
{
	int rc = db_get_i64(tx->store->db, ret_id, err,
			    "INSERT INTO menu_item (menu, language, position, parent_id, label, entry_id, term_id,"
			    " place_id, kind_id, url, batch_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
			    " RETURNING id",
			    DB_TEXT(item->menu), DB_TEXT(item->language), DB_I64(item->position),
			    db_id_or_null(item->parent_id), DB_TEXT(item->label), db_id_or_null(item->entry_id),
			    db_id_or_null(item->term_id), db_id_or_null(item->place_id), db_id_or_null(item->kind_id),
			    db_text_or_null(item->url), db_id_or_null(tx->batch_id));
	if (rc == 0)
		outbox_note(tx, OUTBOX_SITE, 0, STR(""));
	return rc;
}

struct site_job {
	struct arena *arena;
	struct site_content site;
};

static int read_texts(struct store *store, struct site_job *job, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_select(store->db, &rows, err, "SELECT language, key, text FROM site_text ORDER BY language, key");
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		*vec_add(&job->site.texts, job->arena) =
			(struct site_text){db_text_copy(&rows, 0, job->arena),
					   (enum site_text_key)word_index(site_text_words, db_text(&rows, 1)),
					   db_text_copy(&rows, 2, job->arena)};
	return rc;
}

static int read_menus(struct store *store, struct site_job *job, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_select(store->db, &rows, err,
			   "SELECT m.id, m.menu, m.language, m.position, m.parent_id, m.label, m.entry_id, m.term_id,"
			   " m.place_id, m.kind_id, m.url, m.batch_id FROM menu_item m"
			   " LEFT JOIN batch b ON b.id = m.batch_id"
			   " WHERE m.batch_id IS NULL OR b.flipped_s IS NOT NULL"
			   " ORDER BY m.menu, m.language, m.position, m.id");
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		*vec_add(&job->site.menu, job->arena) = (struct menu_item){
			.id = db_i64(&rows, 0),
			.menu = db_text_copy(&rows, 1, job->arena),
			.language = db_text_copy(&rows, 2, job->arena),
			.position = (int)db_i64(&rows, 3),
			.parent_id = db_i64(&rows, 4),
			.label = db_text_copy(&rows, 5, job->arena),
			.entry_id = db_i64(&rows, 6),
			.term_id = db_i64(&rows, 7),
			.place_id = db_i64(&rows, 8),
			.kind_id = db_i64(&rows, 9),
			.url = db_text_copy(&rows, 10, job->arena),
			.batch_id = db_i64(&rows, 11),
		};
	return rc;
}

static int read_site(struct store *store, void *context, struct err *err)
{
	struct site_job *job = context;
	job->site = (struct site_content){0};
	int rc = read_texts(store, job, err);
	return rc == 0 ? read_menus(store, job, err) : rc;
}

int site_read(struct store *store, struct arena *arena, struct site_content *ret_site, struct err *err)
{
	struct site_job job = {.arena = arena};
	int rc = store_read(store, read_site, &job, err);
	if (rc == 0)
		*ret_site = job.site;
	return rc;
}
