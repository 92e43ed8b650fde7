#include "publish/public_inside.h"

#include "base/clock.h"
#include "publish/purges.h"

#include <stdlib.h>

#define BUSY_MS 1000 /* a build holds the file for longer; then it is tried again */

struct purges {
	struct db *db;
};

/* The projector's side ----------------------------------------------------------------------------- */

int public_owe_purges(struct db *db, struct err *err)
{
	return db_run(db, err, "UPDATE purge_target SET owed = 1 WHERE owed = 0");
}

static int put_row(struct db *db, struct str url, const struct public_purge *purge, struct err *err)
{
	return db_run(db, err, "INSERT INTO purge (url, keys, urgent, told, due_s, at_s) VALUES ($1, $2, $3, 0, 0, $4)",
		      DB_TEXT(url), DB_TEXT(purge->keys), DB_I64(purge->urgent), DB_I64(purge->at_s));
}

/* In place of all that waits. */
static int put_everything(struct db *db, struct str url, const struct public_purge *purge, struct err *err)
{
	struct public_purge all = *purge;
	all.keys = STR(PURGE_EVERY_PAGE);
	int rc = db_run(db, err, "DELETE FROM purge WHERE url = $1", DB_TEXT(url));
	return rc ? rc : put_row(db, url, &all, err);
}

static int put_one(struct db *db, struct str url, const struct public_purge *purge, struct err *err)
{
	int64_t rows = 0;
	if (str_eq(purge->keys, STR(PURGE_EVERY_PAGE)))
		return put_everything(db, url, purge, err);
	int rc = db_get_i64(db, &rows, err, "SELECT count(*) FROM purge WHERE url = $1", DB_TEXT(url));
	if (rc)
		return rc;
	return rows < PURGES_MOST ? put_row(db, url, purge, err) : put_everything(db, url, purge, err);
}

static int read_urls(struct db *db, struct arena *arena, struct str_vec *ret_urls, struct err *err)
{
	DB_ROWS rows = {0};
	struct str_vec urls = {0};
	int rc = db_select(db, &rows, err, "SELECT url FROM purge_target ORDER BY url");
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		*vec_add(&urls, arena) = db_text_copy(&rows, 0, arena);
	if (rc == 0)
		*ret_urls = urls;
	return rc;
}

int public_put_purge(struct db *db, const struct public_purge *purge, struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	struct str_vec urls = {0};
	int rc = read_urls(db, arena, &urls, err);
	for (size_t i = 0; rc == 0 && !str_empty(purge->keys) && i < urls.len; i++)
		rc = put_one(db, urls.at[i], purge, err);
	return rc ? rc : db_run(db, err, "UPDATE purge_target SET owed = 0 WHERE owed = 1");
}

static bool is_among(struct str url, const struct str *urls, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(url, urls[i]))
			return true;
	return false;
}

static int forget_others(struct db *db, const struct str *urls, size_t count, struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	struct str_vec known = {0};
	int rc = read_urls(db, arena, &known, err);
	for (size_t i = 0; rc == 0 && i < known.len; i++) {
		if (is_among(known.at[i], urls, count))
			continue;
		rc = db_run(db, err, "DELETE FROM purge WHERE url = $1", DB_TEXT(known.at[i]));
		rc = rc ? rc : db_run(db, err, "DELETE FROM purge_target WHERE url = $1", DB_TEXT(known.at[i]));
	}
	return rc;
}

/* Whether it is known, owed nothing, and was met by this version. */
static int meet(struct db *db, struct str url, struct str program, int64_t now_s, struct err *err)
{
	const struct public_purge all = {.keys = STR(PURGE_EVERY_PAGE), .at_s = now_s};
	int64_t met = 0;
	int rc = db_get_i64(db, &met, err,
			    "SELECT count(*) FROM purge_target WHERE url = $1 AND program = $2 AND owed = 0",
			    DB_TEXT(url), DB_TEXT(program));
	if (rc || met)
		return rc;
	rc = put_everything(db, url, &all, err);
	return rc ? rc
		  : db_run(db, err,
			   "INSERT INTO purge_target (url, owed, program, failing_since_s, reason) "
			   "VALUES ($1, 0, $2, 0, '') "
			   "ON CONFLICT (url) DO UPDATE SET owed = 0, program = excluded.program",
			   DB_TEXT(url), DB_TEXT(program));
}

int public_meet_caches(struct db *db, const struct str *urls, size_t count, struct str program, int64_t now_s,
		       struct err *err)
{
	int rc = forget_others(db, urls, count, err);
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = meet(db, urls[i], program, now_s, err);
	return rc;
}

/* The side of who sends ---------------------------------------------------------------------------- */

int purges_open(const char *public_path, struct purges **ret_purges, struct err *err)
{
	DB_SCOPED db = NULL;
	const struct db_options options = {
		.sync_normal = true, .must_exist = true, .busy_timeout_ms = BUSY_MS, .tries = 1};
	int rc = public_open_file(public_path, &options, &db, err);
	if (rc)
		return rc;
	struct purges *purges = calloc(1, sizeof *purges);
	if (!purges)
		err_die("out of memory: no room for a connection to public.db");
	purges->db = db;
	db = NULL;
	*ret_purges = purges;
	return 0;
}

void purges_close(struct purges *purges)
{
	if (!purges)
		return;
	db_close(purges->db);
	free(purges);
}

static int read_next(struct purges *purges, struct str url, int64_t *ret_next_s, struct err *err)
{
	int64_t next_s = 0;
	int rc = db_get_i64(purges->db, &next_s, err, "SELECT min(due_s) FROM purge WHERE url = $1", DB_TEXT(url));
	if (rc < 0)
		return rc;
	*ret_next_s = rc == DB_NONE ? 0 : next_s;
	return 0;
}

int purges_due(struct purges *purges, struct str url, int64_t now_s, int64_t again_s, int limit, struct arena *arena,
	       struct purge_vec *ret_purges, int64_t *ret_next_s, struct err *err)
{
	DB_ROWS rows = {0};
	struct purge_vec found = {0};
	/* further away than again_s: the clock was put back */
	int rc = db_select(purges->db, &rows, err,
			   "SELECT id, keys, told FROM purge WHERE url = $1 AND (due_s <= $2 OR due_s > $3) "
			   "ORDER BY urgent DESC, id LIMIT $4",
			   DB_TEXT(url), DB_I64(now_s), DB_I64(now_s + again_s), DB_I64(limit));
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		*vec_add(&found, arena) =
			(struct purge){db_i64(&rows, 0), db_text_copy(&rows, 1, arena), db_i64(&rows, 2) != 0};
	if (rc)
		return rc;
	int64_t next_s = 0;
	if (found.len == 0)
		rc = read_next(purges, url, &next_s, err);
	if (rc)
		return rc;
	*ret_purges = found;
	*ret_next_s = next_s;
	return 0;
}

struct answered {
	const struct purge_vec *purges;
	int64_t again_at_s;
};

static int write_answered(struct db *db, void *context, struct err *err)
{
	const struct answered *answered = context;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < answered->purges->len; i++) {
		const struct purge *purge = &answered->purges->at[i];
		rc = purge->told ? db_run(db, err, "DELETE FROM purge WHERE id = $1", DB_I64(purge->id))
				 : db_run(db, err, "UPDATE purge SET told = 1, due_s = $2 WHERE id = $1",
					  DB_I64(purge->id), DB_I64(answered->again_at_s));
	}
	return rc;
}

int purges_answered(struct purges *purges, const struct purge_vec *answered, int64_t again_at_s, struct err *err)
{
	struct answered job = {answered, again_at_s};
	return db_transaction(purges->db, write_answered, &job, err);
}

int purges_note(struct purges *purges, struct str url, struct str reason, int64_t now_s, struct err *err)
{
	if (str_empty(reason))
		return db_run(purges->db, err,
			      "UPDATE purge_target SET failing_since_s = 0, reason = '' WHERE url = $1 AND "
			      "failing_since_s <> 0",
			      DB_TEXT(url));
	return db_run(purges->db, err,
		      "UPDATE purge_target SET failing_since_s = $3, reason = $2 WHERE url = $1 AND "
		      "failing_since_s = 0",
		      DB_TEXT(url), DB_TEXT(reason), DB_I64(now_s));
}

static int write_all(struct db *db, void *context, struct err *err)
{
	const struct public_purge all = {.keys = STR(PURGE_EVERY_PAGE), .at_s = *(const int64_t *)context};
	return public_put_purge(db, &all, err);
}

int purges_put_all(struct purges *purges, int64_t now_s, struct err *err)
{
	return db_transaction(purges->db, write_all, &now_s, err);
}

/* How they are ------------------------------------------------------------------------------------- */

static int read_targets(struct db *db, struct arena *arena, struct purge_target_vec *ret_targets, struct err *err)
{
	DB_ROWS rows = {0};
	struct purge_target_vec found = {0};
	int rc = db_select(db, &rows, err,
			   "SELECT t.url, t.failing_since_s, t.reason, count(p.id), min(p.at_s) FROM purge_target t "
			   "LEFT JOIN purge p ON p.url = t.url AND p.told = 0 "
			   "GROUP BY t.url, t.failing_since_s, t.reason ORDER BY t.url");
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		*vec_add(&found, arena) = (struct purge_target){.url = db_text_copy(&rows, 0, arena),
								.failing_since_s = db_i64(&rows, 1),
								.reason = db_text_copy(&rows, 2, arena),
								.waiting = db_i64(&rows, 3),
								.waiting_since_s = db_i64(&rows, 4)};
	if (rc == 0)
		*ret_targets = found;
	return rc;
}

int purges_targets(struct purges *purges, struct arena *arena, struct purge_target_vec *ret_targets, struct err *err)
{
	return read_targets(purges->db, arena, ret_targets, err);
}

int public_purge_targets(struct public *public, struct arena *arena, struct purge_target_vec *ret_targets,
			 struct err *err)
{
	return read_targets(public->db, arena, ret_targets, err);
}
