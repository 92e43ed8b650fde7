#include "publish/public_inside.h"

#include "base/buf.h"

/* Whether any entry that the snapshot contains uses it. Most media are used by one or two. */
static int media_shown(struct db *db, const struct catalogue_snapshot *snapshot, int64_t media_id, bool *ret_shown,
		       struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_select(db, &rows, err, "SELECT entry_id FROM media_use WHERE media_id = $1", DB_I64(media_id));
	bool shown = false;
	while (!shown && rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		shown = catalogue_contains(snapshot, db_i64(&rows, 0));
	*ret_shown = shown;
	return rc < 0 ? rc : 0;
}

int public_media(struct public *public, const struct catalogue_snapshot *snapshot, struct str media_id, int64_t width,
		 struct str extension, struct arena *arena, struct public_file *ret_file, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_one(public->db, &rows, err,
			"SELECT m.id, f.sha256, m.name, f.bytes, f.extension FROM media m JOIN media_file f ON "
			"f.media_id = m.id"
			" WHERE m.public_id = $1 AND f.extension = $2 AND (f.width = $3 OR $3 = 0)"
			" ORDER BY f.width DESC LIMIT 1",
			DB_TEXT(media_id), DB_TEXT(extension), DB_I64(width));
	if (rc != DB_ROW)
		return rc == DB_NONE ? PUBLIC_NOTHING : rc;
	bool shown = false;
	rc = media_shown(public->db, snapshot, db_i64(&rows, 0), &shown, err);
	if (rc || !shown)
		return rc ? rc : PUBLIC_NOTHING;
	*ret_file = (struct public_file){.sha256 = db_text_copy(&rows, 1, arena),
					 .name = db_text_copy(&rows, 2, arena),
					 .mime = public_mime(db_text(&rows, 4)),
					 .bytes = db_i64(&rows, 3)};
	return 0;
}

int public_media_address(struct db *db, const struct catalogue_snapshot *snapshot, int64_t media_id,
			 struct arena *arena, struct str *ret_path, struct err *err)
{
	bool shown = false;
	int rc = media_shown(db, snapshot, media_id, &shown, err);
	if (rc || !shown)
		return rc ? rc : PUBLIC_NOTHING;
	DB_ROWS rows = {0};
	rc = db_one(
		db, &rows, err,
		"SELECT m.public_id, m.name, f.width, f.extension FROM media m JOIN media_file f ON f.media_id = m.id"
		" WHERE m.id = $1 ORDER BY f.width DESC, f.extension LIMIT 1",
		DB_I64(media_id));
	if (rc != DB_ROW)
		return rc == DB_NONE ? PUBLIC_NOTHING : rc;
	*ret_path = public_media_path(db_text(&rows, 0), db_text(&rows, 1), db_i64(&rows, 2), db_text(&rows, 3), arena);
	return 0;
}

struct str public_media_path(struct str public_id, struct str name, int64_t width, struct str extension,
			     struct arena *arena)
{
	if (width)
		return arena_printf(arena, "/media/%.*s/%.*s-%lld.%.*s", STR_ARG(public_id), STR_ARG(name),
				    (long long)width, STR_ARG(extension));
	return arena_printf(arena, "/media/%.*s/%.*s.%.*s", STR_ARG(public_id), STR_ARG(name), STR_ARG(extension));
}

struct str public_mime(struct str extension)
{
	static const struct {
		struct str extension, mime;
	} known[] = {
		{STR_INIT("jpg"), STR_INIT("image/jpeg")},      {STR_INIT("jpeg"), STR_INIT("image/jpeg")},
		{STR_INIT("png"), STR_INIT("image/png")},       {STR_INIT("webp"), STR_INIT("image/webp")},
		{STR_INIT("avif"), STR_INIT("image/avif")},     {STR_INIT("gif"), STR_INIT("image/gif")},
		{STR_INIT("pdf"), STR_INIT("application/pdf")},
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (str_eq_nocase(known[i].extension, extension))
			return known[i].mime;
	return STR("application/octet-stream");
}
