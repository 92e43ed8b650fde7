#include "publish/public_inside.h"

int public_write_left_out(struct db *db, const struct left_out *left, struct str program, struct err *err)
{
	int rc = public_remove_entry(db, left->entry_id, err);
	return rc ? rc
		  : db_run(db, err,
			   "INSERT INTO left_out (entry_id, path, reason, tried_s, program) VALUES ($1, $2, $3, $4, "
			   "$5)",
			   DB_I64(left->entry_id), DB_TEXT(left->path), DB_TEXT(left->reason), DB_I64(left->tried_s),
			   DB_TEXT(program));
}

int public_count_left_out(struct db *db, int64_t *ret_count, struct err *err)
{
	return db_get_i64(db, ret_count, err, "SELECT count(*) FROM left_out");
}

int public_left_out_by_others(struct db *db, struct str program, struct arena *arena, struct id_vec *ret_ids,
			      struct err *err)
{
	DB_ROWS rows = {0};
	struct id_vec ids = {0};
	int rc = db_select(db, &rows, err, "SELECT entry_id FROM left_out WHERE program <> $1 ORDER BY entry_id",
			   DB_TEXT(program));
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		*vec_add(&ids, arena) = db_i64(&rows, 0);
	if (rc == 0)
		*ret_ids = ids;
	return rc;
}

int public_left_out(struct public *public, struct arena *arena, struct left_out_vec *ret_left_out, struct err *err)
{
	DB_ROWS rows = {0};
	struct left_out_vec found = {0};
	int rc = db_select(public->db, &rows, err,
			   "SELECT entry_id, path, reason, tried_s FROM left_out ORDER BY entry_id");
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		*vec_add(&found, arena) = (struct left_out){db_i64(&rows, 0), db_text_copy(&rows, 1, arena),
							    db_text_copy(&rows, 2, arena), db_i64(&rows, 3)};
	if (rc == 0)
		*ret_left_out = found;
	return rc;
}
