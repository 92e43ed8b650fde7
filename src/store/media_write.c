#include "store/inside.h"
#include "store/media.h"

int media_create(struct store_tx *tx, const struct media *content, int64_t *ret_media_id, struct err *err)
{
	char guid[46];
	char public_id[17];
	tx_guid(tx, guid);
	tx_public_id(tx, public_id);
	int rc =
		db_insert(tx->store->db, ret_media_id, err,
			  "INSERT INTO media (public_id, guid, old_url, mime, name, width, height, bytes, sha256,"
			  " has_file, decorative, created_s) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
			  " ON CONFLICT DO NOTHING",
			  DB_CSTR(public_id), content->guid.len ? DB_TEXT(content->guid) : DB_CSTR(guid),
			  db_text_or_null(content->old_url), DB_TEXT(content->mime), DB_TEXT(content->name),
			  DB_I64(content->width), DB_I64(content->height), DB_I64(content->bytes),
			  db_blob_or_null(content->sha256), DB_I64(content->has_file), DB_I64(content->decorative),
			  DB_I64(tx->now_s));
	if (rc == DB_NONE) {
		err_set(err, ERR_INPUT, "media: the guid '%.*s' belongs to another",
			STR_ARG(str_sub(content->guid, 0, 200)));
		return STORE_TAKEN;
	}
	if (rc == 0)
		outbox_note(tx, OUTBOX_MEDIA, *ret_media_id, STR(""));
	return rc;
}

static int changed_media(struct store_tx *tx, int64_t media_id, int rc)
{
	if (rc == 0 && db_changed(tx->store->db) == 0)
		return STORE_NOT_FOUND;
	if (rc == 0)
		outbox_note(tx, OUTBOX_MEDIA, media_id, STR(""));
	return rc;
}

int media_update(struct store_tx *tx, int64_t media_id, const struct media *content, struct err *err)
{
	int rc = db_run(tx->store->db, err,
			"UPDATE media SET old_url = $2, mime = $3, name = $4, width = $5, height = $6, bytes = $7,"
			" sha256 = $8, has_file = $9, decorative = $10 WHERE id = $1",
			DB_I64(media_id), db_text_or_null(content->old_url), DB_TEXT(content->mime),
			DB_TEXT(content->name), DB_I64(content->width), DB_I64(content->height), DB_I64(content->bytes),
			db_blob_or_null(content->sha256), DB_I64(content->has_file), DB_I64(content->decorative));
	return changed_media(tx, media_id, rc);
}

int media_set_file(struct store_tx *tx, int64_t media_id, struct str sha256, int64_t bytes, int width, int height,
		   struct err *err)
{
	int rc = db_run(tx->store->db, err,
			"UPDATE media SET sha256 = $2, bytes = $3, width = $4, height = $5, has_file = 1 WHERE id = $1",
			DB_I64(media_id), DB_BLOB(sha256), DB_I64(bytes), DB_I64(width), DB_I64(height));
	return changed_media(tx, media_id, rc);
}

int media_put_text(struct store_tx *tx, int64_t media_id, const struct media_text *text, struct err *err)
{
	int rc = db_run(tx->store->db, err,
			"INSERT INTO media_text (media_id, language, title, caption, credit, alt, description)"
			" VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (media_id, language) DO UPDATE SET"
			" title = excluded.title, caption = excluded.caption, credit = excluded.credit,"
			" alt = excluded.alt, description = excluded.description",
			DB_I64(media_id), DB_TEXT(text->language), DB_TEXT(text->title), DB_TEXT(text->caption),
			DB_TEXT(text->credit), DB_TEXT(text->alt), DB_TEXT(text->description));
	return changed_media(tx, media_id, rc);
}

int media_put_rendition(struct store_tx *tx, int64_t media_id, const struct rendition *rendition, struct err *err)
{
	int rc = db_run(tx->store->db, err,
			"INSERT INTO rendition (media_id, format, width, height, bytes, sha256)"
			" VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (media_id, format, width) DO UPDATE SET"
			" height = excluded.height, bytes = excluded.bytes, sha256 = excluded.sha256",
			DB_I64(media_id), DB_TEXT(rendition->format), DB_I64(rendition->width),
			DB_I64(rendition->height), DB_I64(rendition->bytes), DB_BLOB(rendition->sha256));
	return changed_media(tx, media_id, rc);
}
