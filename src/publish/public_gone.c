#include "base/vec.h"
#include "publish/public_inside.h"

VEC_TYPE(gone_vec, struct gone);

static struct gone read_gone(const struct db_rows *rows, struct arena *arena)
{
	struct gone gone = {.entry_id = db_i64(rows, 0),
			    .path = db_text_copy(rows, 1, arena),
			    .language = db_text_copy(rows, 2, arena),
			    .guid = db_text_copy(rows, 3, arena),
			    .note = db_text_copy(rows, 4, arena),
			    .gone_s = db_i64(rows, 5),
			    .page = db_i64(rows, 6),
			    .date_s = db_i64(rows, 7),
			    .month = (int)db_i64(rows, 8),
			    .kind = db_i64(rows, 9)};
	gone.terms = public_parse_ids(db_text(rows, 10), arena, &gone.term_count);
	gone.places = public_parse_ids(db_text(rows, 11), arena, &gone.place_count);
	gone.contributors = public_parse_contributors(db_text(rows, 12), arena, &gone.contributor_count);
	return gone;
}

int public_gone_recent(struct public *public, const struct catalogue_snapshot *snapshot, struct str language,
		       int64_t since_s, size_t limit, struct arena *arena, struct gone **ret_at, size_t *ret_count,
		       struct err *err)
{
	DB_ROWS rows = {0};
	struct gone_vec found = {0};
	int rc = db_select(public->db, &rows, err,
			   "SELECT entry_id, path, language, guid, note, gone_s, page, date_s, month, kind_id, terms,"
			   " places, contributors FROM gone WHERE gone_s >= $1 AND ($2 = '' OR language = $2)"
			   " ORDER BY gone_s DESC, entry_id DESC",
			   DB_I64(since_s), DB_TEXT(language));
	while (found.len < limit && rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		if (!catalogue_contains(snapshot, db_i64(&rows, 0)))
			*vec_add(&found, arena) = read_gone(&rows, arena);
	if (rc < 0)
		return rc;
	*ret_at = found.at;
	*ret_count = found.len;
	return 0;
}
