#include "publish/public_inside.h"

#include "base/buf.h"

#include <string.h>

#define LIST_BYTES_MAX  (64u << 10)
#define INDEX_BYTES_MAX (256u << 10)

/* The key of the search index ------------------------------------------------------------------- */

/* Grows with the date, then with the number; 2^36 seconds reach from the year -208 to 4147. Where two entries of one
 * second have numbers that end alike, the later one takes the next free key. */
#define KEY_DATE_BIAS (INT64_C(1) << 36)
#define KEY_ID_BITS   20

static int64_t key_wanted(int64_t date_s, int64_t entry_id)
{
	int64_t bound = KEY_DATE_BIAS - 1;
	int64_t date = date_s > bound ? bound : date_s < -bound ? -bound : date_s;
	return ((date + KEY_DATE_BIAS) << KEY_ID_BITS) + (entry_id & ((INT64_C(1) << KEY_ID_BITS) - 1));
}

static int key_free(struct db *db, int64_t wanted, int64_t *ret_key, struct err *err)
{
	for (int64_t key = wanted;; key++) {
		DB_ROWS rows = {0};
		int rc = db_one(db, &rows, err, "SELECT 1 FROM entry WHERE search_key = $1", DB_I64(key));
		if (rc == DB_ROW)
			continue;
		*ret_key = key;
		return rc == DB_NONE ? 0 : rc;
	}
}

/* Removing -------------------------------------------------------------------------------------- */

static int remove_parts(struct db *db, int64_t entry_id, struct err *err)
{
	int rc = db_run(db, err, "DELETE FROM correction WHERE entry_id = $1", DB_I64(entry_id));
	if (!rc)
		rc = db_run(db, err, "DELETE FROM relation WHERE entry_id = $1", DB_I64(entry_id));
	if (!rc)
		rc = db_run(db, err, "DELETE FROM media_use WHERE entry_id = $1", DB_I64(entry_id));
	return rc;
}

int public_remove_entry(struct db *db, int64_t entry_id, struct err *err)
{
	int64_t key = 0;
	int rc = db_run(db, err, "DELETE FROM gone WHERE entry_id = $1", DB_I64(entry_id));
	if (!rc)
		rc = db_run(db, err, "DELETE FROM left_out WHERE entry_id = $1", DB_I64(entry_id));
	if (!rc)
		rc = db_get_i64(db, &key, err, "SELECT search_key FROM entry WHERE id = $1", DB_I64(entry_id));
	if (rc)
		return rc == DB_NONE ? 0 : rc;
	rc = db_run(db, err, "DELETE FROM search WHERE rowid = $1", DB_I64(key));
	if (!rc)
		rc = db_run(db, err, "DELETE FROM entry WHERE id = $1", DB_I64(entry_id));
	if (!rc)
		rc = db_run(db, err, "DELETE FROM card WHERE entry_id = $1", DB_I64(entry_id));
	if (!rc)
		rc = db_run(db, err, "DELETE FROM body WHERE entry_id = $1", DB_I64(entry_id));
	return rc ? rc : remove_parts(db, entry_id, err);
}

int public_remove_media_unless_used(struct db *db, int64_t media_id, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_one(db, &rows, err, "SELECT 1 FROM media_use WHERE media_id = $1 LIMIT 1", DB_I64(media_id));
	if (rc != DB_NONE)
		return rc < 0 ? rc : 0;
	rc = db_run(db, err, "DELETE FROM media_file WHERE media_id = $1", DB_I64(media_id));
	return rc ? rc : db_run(db, err, "DELETE FROM media WHERE id = $1", DB_I64(media_id));
}

int public_remove_all(struct db *db, struct err *err)
{
	int rc = db_run(db, err, "DELETE FROM position");
	rc = rc ? rc : db_run(db, err, "DELETE FROM search");
	rc = rc ? rc : db_run(db, err, "DELETE FROM entry");
	rc = rc ? rc : db_run(db, err, "DELETE FROM card");
	rc = rc ? rc : db_run(db, err, "DELETE FROM body");
	rc = rc ? rc : db_run(db, err, "DELETE FROM correction");
	rc = rc ? rc : db_run(db, err, "DELETE FROM relation");
	rc = rc ? rc : db_run(db, err, "DELETE FROM media_use");
	rc = rc ? rc : db_run(db, err, "DELETE FROM media_file");
	rc = rc ? rc : db_run(db, err, "DELETE FROM media");
	rc = rc ? rc : db_run(db, err, "DELETE FROM gone");
	rc = rc ? rc : db_run(db, err, "DELETE FROM left_out");
	rc = rc ? rc : db_run(db, err, "DELETE FROM redirect");
	rc = rc ? rc : public_clear_names(db, err);
	return rc ? rc : public_clear_site(db, err);
}

/* Writing --------------------------------------------------------------------------------------- */

static void put_contributors(struct buf *out, const struct public_row *row)
{
	static const char roles[] = {
		[CONTRIBUTOR_AUTHOR] = 'a', [CONTRIBUTOR_PHOTOGRAPHER] = 'p', [CONTRIBUTOR_SPOKESPERSON] = 's'};
	for (size_t i = 0; i < row->contributor_count; i++)
		buf_printf(out, "%s%lld:%c", i ? " " : "", (long long)row->contributors[i].id,
			   roles[row->contributors[i].role]);
}

static int put_lists(const struct public_row *row, struct buf *terms, struct buf *places, struct buf *people,
		     struct err *err)
{
	public_put_ids(terms, row->terms, row->term_count);
	public_put_ids(places, row->places, row->place_count);
	put_contributors(people, row);
	if (terms->over || places->over || people->over)
		return err_set(err, ERR_LIMIT, "entry %lld: is filed under too many terms, places or people",
			       (long long)row->entry_id);
	return 0;
}

static int insert_entry(struct db *db, const struct public_row *row, int64_t search_key, struct err *err)
{
	BUF_SCOPED terms = BUF_INIT(LIST_BYTES_MAX);
	BUF_SCOPED places = BUF_INIT(LIST_BYTES_MAX);
	BUF_SCOPED people = BUF_INIT(LIST_BYTES_MAX);
	int rc = put_lists(row, &terms, &places, &people, err);
	if (rc)
		return rc;
	return db_run(db, err,
		      "INSERT INTO entry (id, item_id, language, page, path, from_s, until_s, date_s, month,"
		      " pinned_until_s, kind_id, terms, places, contributors, search_key, modified_s)"
		      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
		      DB_I64(row->entry_id), DB_I64(row->item_id), DB_TEXT(row->language), DB_I64(row->page),
		      DB_TEXT(row->path), DB_I64(row->window.from_s), DB_I64(row->window.until_s), DB_I64(row->date_s),
		      DB_I64(row->month), DB_I64(row->pinned_until_s), DB_I64(row->kind_id), DB_TEXT(buf_str(&terms)),
		      DB_TEXT(buf_str(&places)), DB_TEXT(buf_str(&people)), DB_I64(search_key),
		      DB_I64(row->modified_s));
}

static int insert_card(struct db *db, const struct public_row *row, struct err *err)
{
	return db_run(db, err,
		      "INSERT INTO card (entry_id, guid, reference, modified_s, breaking_until_s, in_feeds, title,"
		      " subtitle, dateline, excerpt, excerpt_written, picture_id, picture_alt, picture_caption,"
		      " picture_credit, picture_alt_language, picture_caption_language, picture_credit_language)"
		      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
		      DB_I64(row->entry_id), DB_TEXT(row->guid), DB_TEXT(row->reference), DB_I64(row->modified_s),
		      DB_I64(row->breaking_until_s), DB_I64(row->in_feeds), DB_TEXT(row->title), DB_TEXT(row->subtitle),
		      DB_TEXT(row->dateline), DB_TEXT(row->excerpt), DB_I64(row->excerpt_written),
		      DB_I64(row->picture_id), DB_TEXT(row->picture_alt), DB_TEXT(row->picture_caption),
		      DB_TEXT(row->picture_credit), DB_TEXT(row->picture_alt_language),
		      DB_TEXT(row->picture_caption_language), DB_TEXT(row->picture_credit_language));
}

static int insert_search(struct db *db, const struct public_row *row, int64_t search_key, struct err *err)
{
	BUF_SCOPED title = BUF_INIT(INDEX_BYTES_MAX);
	BUF_SCOPED excerpt = BUF_INIT(INDEX_BYTES_MAX);
	BUF_SCOPED language = BUF_INIT(INDEX_BYTES_MAX);
	public_put_pairs(&title, row->title);
	public_put_pairs(&excerpt, row->excerpt);
	public_put_language(&language, row->language);
	return db_run(db, err, "INSERT INTO search (rowid, title, excerpt, language) VALUES ($1, $2, $3, $4)",
		      DB_I64(search_key), DB_TEXT(buf_str(&title)), DB_TEXT(buf_str(&excerpt)),
		      DB_TEXT(buf_str(&language)));
}

static int insert_parts(struct db *db, const struct public_row *row, struct err *err)
{
	int rc = 0;
	for (size_t i = 0; !rc && i < row->correction_count; i++)
		rc = db_run(db, err,
			    "INSERT INTO correction (entry_id, seq, kind, note, at_s) VALUES ($1, $2, $3, $4, $5)",
			    DB_I64(row->entry_id), DB_I64(row->corrections[i].seq), DB_TEXT(row->corrections[i].kind),
			    DB_TEXT(row->corrections[i].text), DB_I64(row->corrections[i].at_s));
	for (size_t i = 0; !rc && i < row->relation_count; i++)
		rc = db_run(db, err,
			    "INSERT INTO relation (entry_id, position, other_item_id, relation, inverse)"
			    " VALUES ($1, $2, $3, $4, $5)",
			    DB_I64(row->entry_id), DB_I64((int64_t)i), DB_I64(row->relations[i].other_item_id),
			    DB_TEXT(row->relations[i].relation), DB_I64(row->relations[i].inverse));
	for (size_t i = 0; !rc && i < row->media_count; i++)
		rc = db_run(db, err,
			    "INSERT INTO media_use (media_id, entry_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
			    DB_I64(row->media[i]), DB_I64(row->entry_id));
	return rc;
}

int public_write_entry(struct db *db, const struct public_row *row, struct err *err)
{
	int64_t search_key = 0;
	int rc = public_remove_entry(db, row->entry_id, err);
	if (!rc)
		rc = key_free(db, key_wanted(row->date_s, row->entry_id), &search_key, err);
	if (!rc)
		rc = insert_entry(db, row, search_key, err);
	if (!rc)
		rc = insert_card(db, row, err);
	if (!rc)
		rc = db_run(db, err, "INSERT INTO body (entry_id, html, plain) VALUES ($1, $2, $3)",
			    DB_I64(row->entry_id), DB_TEXT(row->html), DB_TEXT(row->plain));
	if (!rc)
		rc = insert_search(db, row, search_key, err);
	if (!rc)
		rc = insert_parts(db, row, err);
	if (rc < 0)
		err_context(err, "public.db, entry %lld", (long long)row->entry_id);
	return rc;
}

int public_write_media(struct db *db, const struct public_media_row *row, struct err *err)
{
	int rc = db_run(db, err, "DELETE FROM media_file WHERE media_id = $1", DB_I64(row->id));
	if (!rc)
		rc = db_run(db, err,
			    "INSERT INTO media (id, public_id, name, mime, width, height, decorative)"
			    " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO UPDATE SET"
			    " public_id = excluded.public_id, name = excluded.name, mime = excluded.mime,"
			    " width = excluded.width, height = excluded.height, decorative = excluded.decorative",
			    DB_I64(row->id), DB_TEXT(row->public_id), DB_TEXT(row->name), DB_TEXT(row->mime),
			    DB_I64(row->width), DB_I64(row->height), DB_I64(row->decorative));
	for (size_t i = 0; !rc && i < row->file_count; i++)
		rc = db_run(db, err,
			    "INSERT INTO media_file (media_id, width, extension, height, bytes, sha256)"
			    " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
			    DB_I64(row->id), DB_I64(row->files[i].width), DB_TEXT(row->files[i].extension),
			    DB_I64(row->files[i].height), DB_I64(row->files[i].bytes),
			    DB_TEXT(row->files[i].sha256_hex));
	return rc;
}

int public_write_gone(struct db *db, const struct public_gone_row *gone, struct err *err)
{
	const struct public_row *row = &gone->row;
	BUF_SCOPED terms = BUF_INIT(LIST_BYTES_MAX);
	BUF_SCOPED places = BUF_INIT(LIST_BYTES_MAX);
	BUF_SCOPED people = BUF_INIT(LIST_BYTES_MAX);
	int rc = put_lists(row, &terms, &places, &people, err);
	if (!rc)
		rc = public_remove_entry(db, row->entry_id, err);
	if (!rc)
		rc = db_run(db, err,
			    "INSERT INTO gone (entry_id, path, language, guid, note, gone_s, page, date_s, month,"
			    " kind_id, terms, places, contributors)"
			    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
			    DB_I64(row->entry_id), DB_TEXT(row->path), DB_TEXT(row->language), DB_TEXT(row->guid),
			    DB_TEXT(gone->note), DB_I64(gone->gone_s), DB_I64(row->page), DB_I64(row->date_s),
			    DB_I64(row->month), DB_I64(row->kind_id), DB_TEXT(buf_str(&terms)),
			    DB_TEXT(buf_str(&places)), DB_TEXT(buf_str(&people)));
	return rc;
}

int public_write_redirect(struct db *db, const struct public_redirect_row *row, struct err *err)
{
	return db_run(db, err,
		      "INSERT INTO redirect (path, target, target_id, to_path, language, note)"
		      " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (path) DO UPDATE SET target = excluded.target,"
		      " target_id = excluded.target_id, to_path = excluded.to_path, language = excluded.language,"
		      " note = excluded.note",
		      DB_TEXT(row->path), DB_TEXT(row->target), DB_I64(row->target_id), DB_TEXT(row->to_path),
		      DB_TEXT(row->language), DB_TEXT(row->note));
}

int public_remove_redirect(struct db *db, struct str path, struct err *err)
{
	return db_run(db, err, "DELETE FROM redirect WHERE path = $1", DB_TEXT(path));
}

/* The position ---------------------------------------------------------------------------------- */

int public_read_position(struct db *db, struct str recipe, struct public_position *ret_position, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_one(db, &rows, err, "SELECT number, outbox_id, recipe FROM position WHERE id = 1");
	if (rc != DB_ROW)
		return rc == DB_NONE ? PUBLIC_NOTHING : rc;
	struct str id = db_text(&rows, 1);
	struct public_position position = {.number = db_i64(&rows, 0)};
	if (!str_eq(db_text(&rows, 2), recipe) || id.len >= sizeof position.id)
		return PUBLIC_NOTHING;
	if (id.len)
		memcpy(position.id, id.ptr, id.len);
	*ret_position = position;
	return 0;
}

int public_write_position(struct db *db, const struct public_position *position, struct str recipe, struct err *err)
{
	return db_run(db, err,
		      "INSERT INTO position (id, number, outbox_id, recipe) VALUES (1, $1, $2, $3)"
		      " ON CONFLICT (id) DO UPDATE SET number = excluded.number, outbox_id = excluded.outbox_id,"
		      " recipe = excluded.recipe",
		      DB_I64(position->number), DB_CSTR(position->id), DB_TEXT(recipe));
}
