#include "store/entry.h"

#include "store/entry_parts.h"
#include "store/inside.h"

static void read_entry(const struct db_rows *r, struct arena *arena, struct entry *e)
{
	e->id = db_i64(r, 0);
	e->item_id = db_i64(r, 1);
	e->language = db_text_copy(r, 2, arena);
	e->guid = db_text_copy(r, 3, arena);
	e->slug = db_text_copy(r, 4, arena);
	e->path = db_text_copy(r, 5, arena);
	e->state = (enum item_state)word_index(item_state_words, db_text(r, 6));
	e->access = (enum item_access)word_index(item_access_words, db_text(r, 7));
	e->date_s = db_i64(r, 8);
	e->modified_s = db_i64(r, 9);
	e->release_at_s = db_i64(r, 10);
	e->embargo_until_s = db_i64(r, 11);
	e->expires_at_s = db_i64(r, 12);
	e->first_published_s = db_i64(r, 13);
	e->last_published_s = db_i64(r, 14);
	e->withdrawn_s = db_i64(r, 15);
	e->withdrawn_kind = (enum withdraw_kind)word_index(withdraw_words, db_text(r, 16));
	e->withdrawn_note = db_text_copy(r, 17, arena);
	e->batch_id = db_i64(r, 18);
	e->batch_flipped_s = db_i64(r, 19);
}

static void read_item(const struct db_rows *r, struct arena *arena, struct entry *e)
{
	e->type = (enum item_type)word_index(item_type_words, db_text(r, 20));
	e->reference = db_text_copy(r, 21, arena);
	e->kind_id = db_i64(r, 22);
	e->in_feeds = db_is_null(r, 23) || db_i64(r, 23) == 1;
	e->pinned_until_s = db_i64(r, 24);
	e->breaking_until_s = db_i64(r, 25);
	e->event_s = db_i64(r, 26);
	e->event_precision = (enum item_precision)word_index(item_precision_words, db_text(r, 27));
}

static void read_revision(const struct db_rows *r, struct arena *arena, struct entry *e)
{
	e->revision_id = db_i64(r, 28);
	e->title = db_text_copy(r, 29, arena);
	e->subtitle = db_text_copy(r, 30, arena);
	e->has_excerpt = !db_is_null(r, 31);
	e->excerpt = db_text_copy(r, 31, arena);
	e->body = db_text_copy(r, 32, arena);
	e->dateline = db_text_copy(r, 33, arena);
	e->waived = !db_is_null(r, 34);
}

static int read_entries(struct store *store, int64_t batch_id, int64_t after_id, int limit, struct arena *arena,
			struct entry_vec *ret_entries, struct err *err)
{
	DB_ROWS rows = {0};
	struct entry_vec found = {0};
	int rc = db_select(
		store->db, &rows, err,
		"SELECT e.id, e.item_id, e.language, e.guid, e.slug, e.path, e.state, e.access, e.date_s, e.modified_s,"
		" e.release_at_s, e.embargo_until_s, e.expires_at_s, e.first_published_s, e.last_published_s,"
		" e.withdrawn_s, e.withdrawn_kind, e.withdrawn_note, e.batch_id, b.flipped_s,"
		" i.type, i.reference, i.kind_id, k.in_feeds, i.pinned_until_s, i.breaking_until_s, i.event_s,"
		" i.event_precision, r.id, r.title, r.subtitle, r.excerpt, r.body, r.dateline, w.revision_id"
		" FROM (SELECT id FROM (SELECT id FROM item_language"
		" WHERE CAST($1 AS BIGINT) = 0 AND id > $2 UNION ALL SELECT id FROM item_language"
		" WHERE batch_id = $1 AND id > $2) every_one ORDER BY id LIMIT $3) page"
		" JOIN item_language e ON e.id = page.id JOIN item i ON i.id = e.item_id"
		" LEFT JOIN batch b ON b.id = e.batch_id LEFT JOIN kind k ON k.id = i.kind_id"
		" LEFT JOIN revision r ON r.id = e.released_revision_id"
		" LEFT JOIN waiver w ON w.revision_id = r.id ORDER BY e.id",
		DB_I64(batch_id), DB_I64(after_id), DB_I64(limit));
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW) {
		struct entry *entry = vec_add(&found, arena);
		read_entry(&rows, arena, entry);
		read_item(&rows, arena, entry);
		read_revision(&rows, arena, entry);
	}
	if (rc == 0)
		*ret_entries = found;
	return rc;
}

struct page_job {
	int64_t batch_id, after_id;
	int limit;
	struct arena *arena;
	struct entry_page page;
};

static int read_page(struct store *store, void *context, struct err *err)
{
	struct page_job *job = context;
	job->page = (struct entry_page){.last_id = job->after_id};
	int rc = read_entries(store, job->batch_id, job->after_id, job->limit, job->arena, &job->page.entries, err);
	if (rc != 0 || job->page.entries.len == 0)
		return rc;
	job->page.last_id = vec_last(&job->page.entries)->id;
	job->page.more = job->page.entries.len == (size_t)job->limit;
	return entry_parts(store, job->batch_id, job->arena, &job->page, err);
}

int entry_page(struct store *store, int64_t batch_id, int64_t after_id, int limit, struct arena *arena,
	       struct entry_page *ret_page, struct err *err)
{
	struct page_job job = {.batch_id = batch_id, .after_id = after_id, .limit = limit, .arena = arena};
	int rc = store_read(store, read_page, &job, err);
	if (rc == 0)
		*ret_page = job.page;
	return rc;
}

int entry_get(struct store *store, int64_t entry_id, struct arena *arena, struct entry_page *ret_page, struct err *err)
{
	struct entry_page page;
	int rc = entry_page(store, 0, entry_id - 1, 1, arena, &page, err);
	if (rc != 0)
		return rc;
	if (page.entries.len == 0 || page.entries.at[0].id != entry_id)
		return STORE_NOT_FOUND;
	page.more = false;
	*ret_page = page;
	return 0;
}

int rows_ids(int rc, struct db_rows *rows, struct arena *arena, struct id_vec *ret_ids, struct err *err)
{
	struct id_vec found = {0};
	while (rc >= 0 && (rc = db_next(rows, err)) == DB_ROW)
		*vec_add(&found, arena) = db_i64(rows, 0);
	if (rc == 0)
		*ret_ids = found;
	return rc;
}

int entry_ids_of_media(struct store *store, int64_t media_id, struct arena *arena, struct id_vec *ret_ids,
		       struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_select(store->db, &rows, err,
			   "SELECT DISTINCT e.id FROM media_use u JOIN revision r ON r.id = u.revision_id"
			   " JOIN item_language e ON e.id = r.entry_id AND e.released_revision_id = r.id"
			   " WHERE u.media_id = $1 ORDER BY e.id",
			   DB_I64(media_id));
	return rows_ids(rc, &rows, arena, ret_ids, err);
}

int entry_ids_of_item(struct store *store, int64_t item_id, struct arena *arena, struct id_vec *ret_ids,
		      struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_select(store->db, &rows, err, "SELECT id FROM item_language WHERE item_id = $1 ORDER BY id",
			   DB_I64(item_id));
	return rows_ids(rc, &rows, arena, ret_ids, err);
}

const struct media *entry_page_media(const struct entry_page *page, int64_t media_id)
{
	size_t low = 0;
	size_t high = page->media.len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (page->media.at[middle].id < media_id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < page->media.len && page->media.at[low].id == media_id ? &page->media.at[low] : NULL;
}
