#include "store/inside.h"
#include "store/media.h"
#include "store/media_rows.h"

static void read_media(const struct db_rows *r, struct arena *arena, struct media *m)
{
	*m = (struct media){
		.id = db_i64(r, 0),
		.public_id = db_text_copy(r, 1, arena),
		.guid = db_text_copy(r, 2, arena),
		.old_url = db_text_copy(r, 3, arena),
		.mime = db_text_copy(r, 4, arena),
		.name = db_text_copy(r, 5, arena),
		.width = (int)db_i64(r, 6),
		.height = (int)db_i64(r, 7),
		.bytes = db_i64(r, 8),
		.sha256 = db_blob_copy(r, 9, arena),
		.has_file = db_i64(r, 10) == 1,
		.decorative = db_i64(r, 11) == 1,
	};
}

int media_rows(int rc, struct db_rows *rows, struct arena *arena, struct media_vec *ret_media, struct err *err)
{
	struct media_vec found = {0};
	while (rc >= 0 && (rc = db_next(rows, err)) == DB_ROW)
		read_media(rows, arena, vec_add(&found, arena));
	db_rows_finish(rows);
	if (rc == 0)
		*ret_media = found;
	return rc;
}

/* Both walk in the order of media ids. */
static struct media *media_of(struct media_vec *media, size_t *at, int64_t id)
{
	while (*at < media->len && media->at[*at].id < id)
		(*at)++;
	return *at < media->len && media->at[*at].id == id ? &media->at[*at] : NULL;
}

int media_text_rows(int rc, struct db_rows *rows, struct arena *arena, struct media_vec *media, struct err *err)
{
	size_t at = 0;
	while (rc >= 0 && (rc = db_next(rows, err)) == DB_ROW) {
		struct media *one = media_of(media, &at, db_i64(rows, 0));
		if (one)
			*vec_add(&one->texts, arena) = (struct media_text){
				.language = db_text_copy(rows, 1, arena),
				.title = db_text_copy(rows, 2, arena),
				.caption = db_text_copy(rows, 3, arena),
				.credit = db_text_copy(rows, 4, arena),
				.alt = db_text_copy(rows, 5, arena),
				.description = db_text_copy(rows, 6, arena),
			};
	}
	db_rows_finish(rows);
	return rc;
}

int rendition_rows(int rc, struct db_rows *rows, struct arena *arena, struct media_vec *media, struct err *err)
{
	size_t at = 0;
	while (rc >= 0 && (rc = db_next(rows, err)) == DB_ROW) {
		struct media *one = media_of(media, &at, db_i64(rows, 0));
		if (one)
			*vec_add(&one->renditions, arena) = (struct rendition){
				.format = db_text_copy(rows, 1, arena),
				.width = (int)db_i64(rows, 2),
				.height = (int)db_i64(rows, 3),
				.bytes = db_i64(rows, 4),
				.sha256 = db_blob_copy(rows, 5, arena),
			};
	}
	db_rows_finish(rows);
	return rc;
}

int media_page(struct store *store, int64_t after_id, int limit, struct arena *arena, struct media_vec *ret_media,
	       struct err *err)
{
	DB_ROWS rows = {0};
	struct media_vec found = {0};
	int rc = db_select(store->db, &rows, err,
			   "SELECT " MEDIA_COLUMNS " FROM media m WHERE m.id > $1 ORDER BY m.id LIMIT $2",
			   DB_I64(after_id), DB_I64(limit));
	rc = media_rows(rc, &rows, arena, &found, err);
	if (rc == 0 && found.len > 0) {
		int64_t last_id = vec_last(&found)->id;
		rc = db_select(store->db, &rows, err,
			       "SELECT " MEDIA_TEXT_COLUMNS " FROM media_text t WHERE t.media_id > $1"
			       " AND t.media_id <= $2 ORDER BY t.media_id, t.language",
			       DB_I64(after_id), DB_I64(last_id));
		rc = media_text_rows(rc, &rows, arena, &found, err);
		if (rc == 0)
			rc = db_select(store->db, &rows, err,
				       "SELECT " RENDITION_COLUMNS " FROM rendition r WHERE r.media_id > $1"
				       " AND r.media_id <= $2 ORDER BY r.media_id, r.format, r.width",
				       DB_I64(after_id), DB_I64(last_id));
		rc = rendition_rows(rc, &rows, arena, &found, err);
	}
	if (rc == 0)
		*ret_media = found;
	return rc;
}

int media_get(struct store *store, int64_t media_id, struct arena *arena, struct media *ret_media, struct err *err)
{
	struct media_vec found = {0};
	int rc = media_page(store, media_id - 1, 1, arena, &found, err);
	if (rc == 0 && (found.len == 0 || found.at[0].id != media_id))
		return STORE_NOT_FOUND;
	if (rc == 0)
		*ret_media = found.at[0];
	return rc;
}

int media_find_guid(struct store *store, struct str guid, int64_t *ret_media_id, struct err *err)
{
	int rc = db_get_i64(store->db, ret_media_id, err, "SELECT id FROM media WHERE guid = $1", DB_TEXT(guid));
	return rc == DB_NONE ? STORE_NOT_FOUND : rc;
}

int media_find_old_url(struct store *store, struct str url, int64_t *ret_media_id, struct err *err)
{
	int rc = db_get_i64(store->db, ret_media_id, err, "SELECT id FROM media WHERE old_url = $1 ORDER BY id LIMIT 1",
			    DB_TEXT(url));
	return rc == DB_NONE ? STORE_NOT_FOUND : rc;
}
