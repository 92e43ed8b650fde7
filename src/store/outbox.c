#include "store/outbox.h"

#include "store/inside.h"

#include <string.h>

#define OUTBOX_ID_BYTES 20
#define CHANNEL         "crier_outbox"

_Static_assert(OUTBOX_ID_BYTES < sizeof((struct outbox_position){0}.id), "an id and its zero");

void outbox_note(struct store_tx *tx, enum outbox_kind kind, int64_t subject_id, struct str detail)
{
	/* Nothing in an open batch is public: its chunk says it all, and so does its flip later. */
	if (tx->batch_id)
		return;
	for (size_t i = 0; i < tx->changes.len; i++) {
		const struct change *old = &tx->changes.at[i];
		if (old->kind == kind && old->subject_id == subject_id && str_eq(old->detail, detail))
			return;
	}
	struct change *change = vec_add(&tx->changes, tx->arena);
	*change = (struct change){kind, subject_id, arena_str(tx->arena, detail)};
}

static int write_row(struct store_tx *tx, int64_t number, const struct change *change, struct err *err)
{
	char id[OUTBOX_ID_BYTES + 1];
	random_name(tx->store->random, id, OUTBOX_ID_BYTES);
	return db_run(tx->store->db, err,
		      "INSERT INTO outbox (number, id, at_s, kind, subject_id, detail) VALUES ($1, $2, $3, $4, $5, $6)",
		      DB_I64(number), DB_CSTR(id), DB_I64(tx->now_s), DB_CSTR(outbox_words[change->kind]),
		      DB_I64(change->subject_id), DB_TEXT(change->detail));
}

/* Taking the number locks the head until the commit, so whoever takes the next one commits later. Therefore it
 * stands at the very end, where the lock is short. */
int outbox_write(struct store_tx *tx, struct err *err)
{
	if (tx->batch_id)
		*vec_add(&tx->changes, tx->arena) = (struct change){.kind = OUTBOX_CHUNK, .subject_id = tx->batch_id};
	if (tx->changes.len == 0)
		return 0;
	int64_t last = 0;
	int rc = db_get_i64(tx->store->db, &last, err,
			    "UPDATE outbox_head SET number = number + $1 WHERE one = 1 RETURNING number",
			    DB_I64((int64_t)tx->changes.len));
	if (rc == DB_NONE)
		return err_set(err, ERR_DATA, "database: outbox_head has no row; restore a backup");
	for (size_t i = 0; rc == 0 && i < tx->changes.len; i++)
		rc = write_row(tx, last - (int64_t)(tx->changes.len - 1 - i), &tx->changes.at[i], err);
	return rc == 0 ? db_notify(tx->store->db, CHANNEL, err) : rc;
}

int outbox_listen(struct store *store, struct err *err)
{
	int rc = db_listen(store->db, CHANNEL, err);
	return rc == DB_CANNOT ? db_watch(store->db, err) : rc;
}

enum outbox_news outbox_noticed(struct store *store, int *ret_fd)
{
	if (db_noticed(store->db, ret_fd))
		return OUTBOX_NEWS;
	if (*ret_fd >= 0)
		return OUTBOX_NO_NEWS;
	return db_written(store->db, ret_fd) ? OUTBOX_NEWS_SOON : OUTBOX_NO_NEWS;
}

static void read_row(const struct db_rows *rows, struct arena *arena, struct outbox_row *row)
{
	struct str id = db_text(rows, 1);
	row->position.number = db_i64(rows, 0);
	if (id.len < sizeof row->position.id)
		memcpy(row->position.id, id.ptr, id.len);
	row->at_s = db_i64(rows, 2);
	row->kind = (enum outbox_kind)word_index(outbox_words, db_text(rows, 3));
	row->subject_id = db_i64(rows, 4);
	row->detail = db_text_copy(rows, 5, arena);
}

/* One statement reads the reader's own row as well, so that trimming in between cannot open a gap unseen. */
int outbox_read(struct store *store, const struct outbox_position *after, int limit, struct arena *arena,
		struct outbox_vec *ret_rows, struct err *err)
{
	DB_ROWS rows = {0};
	struct outbox_vec found = {0};
	int64_t expected = after->number;
	bool seen = after->number == 0;
	int rc = db_select(store->db, &rows, err,
			   "SELECT number, id, at_s, kind, subject_id, detail FROM outbox"
			   " WHERE number >= $1 ORDER BY number LIMIT $2",
			   DB_I64(after->number), DB_I64((int64_t)limit + 1));
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW) {
		struct outbox_row row = {0};
		read_row(&rows, arena, &row);
		if (!seen) {
			seen = row.position.number == after->number && strcmp(row.position.id, after->id) == 0;
			if (!seen)
				return OUTBOX_REBUILD;
			continue;
		}
		if (row.position.number != ++expected)
			return OUTBOX_REBUILD;
		if (found.len < (size_t)limit)
			*vec_add(&found, arena) = row;
	}
	if (rc == 0 && !seen)
		return OUTBOX_REBUILD;
	if (rc == 0)
		*ret_rows = found;
	return rc;
}

int outbox_head(struct store *store, struct outbox_position *ret_position, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_one(store->db, &rows, err, "SELECT number, id FROM outbox ORDER BY number DESC LIMIT 1");
	if (rc < 0)
		return rc;
	*ret_position = (struct outbox_position){0};
	if (rc == DB_NONE)
		return 0;
	struct str id = db_text(&rows, 1);
	ret_position->number = db_i64(&rows, 0);
	if (id.len < sizeof ret_position->id)
		memcpy(ret_position->id, id.ptr, id.len);
	return 0;
}

/* What is being moved stays as it is. */
static int trim(struct db *db, void *context, struct err *err)
{
	int64_t before_s = *(int64_t *)context;
	int rc = db_run(db, err,
			"DELETE FROM outbox WHERE at_s < $1 AND number < (SELECT number FROM outbox_head WHERE one = 1)"
			" AND NOT EXISTS (SELECT 1 FROM store_move WHERE state <> 'arrived')",
			DB_I64(before_s));
	if (rc == 0)
		rc = db_run(db, err,
			    "DELETE FROM operation WHERE at_s < $1"
			    " AND NOT EXISTS (SELECT 1 FROM store_move WHERE state <> 'arrived')",
			    DB_I64(before_s));
	return rc;
}

int outbox_trim(struct store *store, int64_t before_s, struct err *err)
{
	return db_transaction(store->db, trim, &before_s, err);
}
