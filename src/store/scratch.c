#include "store/scratch.h"

#include "db/db.h"

#include <pthread.h>
#include <stdlib.h>

struct scratch {
	pthread_mutex_t mutex;
	struct db *db;
	int result; /* of the first thing that failed */
	struct err err;
};

int scratch_create(struct scratch **ret_scratch, struct err *err)
{
	const struct db_options options = {.temporary = true};
	struct db *db = NULL;
	int rc = db_open("sqlite:", &options, &db, err);
	if (rc == 0)
		rc = db_run(db, err,
			    "CREATE TABLE scratch (kind INTEGER NOT NULL, key INTEGER NOT NULL, part INTEGER NOT NULL,"
			    " bytes BLOB NOT NULL, PRIMARY KEY (kind, key, part)) WITHOUT ROWID");
	if (rc != 0) {
		db_close(db);
		return rc;
	}
	struct scratch *scratch = calloc(1, sizeof *scratch);
	if (!scratch)
		abort();
	pthread_mutex_init(&scratch->mutex, NULL);
	scratch->db = db;
	*ret_scratch = scratch;
	return 0;
}

void scratch_destroy(struct scratch *scratch)
{
	if (!scratch)
		return;
	db_close(scratch->db);
	pthread_mutex_destroy(&scratch->mutex);
	free(scratch);
}

void scratch_destroyp(struct scratch **scratch)
{
	scratch_destroy(*scratch);
	*scratch = NULL;
}

static void keep_result(struct scratch *scratch, int rc)
{
	if (rc >= 0)
		return;
	scratch->result = rc;
	err_context(&scratch->err, "the temporary file of this run (in TMPDIR, else in /var/tmp)");
}

static int get(struct scratch *scratch, struct scratch_key key, struct arena *arena, struct str *ret_bytes)
{
	DB_ROWS rows = {0};
	int rc = db_one(scratch->db, &rows, &scratch->err,
			"SELECT bytes FROM scratch WHERE kind = $1 AND key = $2 AND part = $3", DB_I64(key.kind),
			DB_I64(key.key), DB_I64(key.part));
	if (rc == DB_ROW)
		*ret_bytes = db_blob_copy(&rows, 0, arena);
	return rc;
}

bool scratch_get(struct scratch *scratch, struct scratch_key key, struct arena *arena, struct str *ret_bytes)
{
	pthread_mutex_lock(&scratch->mutex);
	int rc = scratch->result < 0 ? scratch->result : get(scratch, key, arena, ret_bytes);
	keep_result(scratch, rc);
	pthread_mutex_unlock(&scratch->mutex);
	return rc == DB_ROW;
}

void scratch_put(struct scratch *scratch, struct scratch_key key, struct str bytes)
{
	pthread_mutex_lock(&scratch->mutex);
	if (scratch->result == 0)
		keep_result(scratch, db_run(scratch->db, &scratch->err,
					    "INSERT INTO scratch (kind, key, part, bytes) VALUES ($1, $2, $3, $4)"
					    " ON CONFLICT (kind, key, part) DO UPDATE SET bytes = excluded.bytes",
					    DB_I64(key.kind), DB_I64(key.key), DB_I64(key.part), DB_BLOB(bytes)));
	pthread_mutex_unlock(&scratch->mutex);
}

bool scratch_add(struct scratch *scratch, struct scratch_key key, struct str bytes)
{
	bool added = false;
	pthread_mutex_lock(&scratch->mutex);
	if (scratch->result == 0) {
		keep_result(scratch, db_run(scratch->db, &scratch->err,
					    "INSERT INTO scratch (kind, key, part, bytes) VALUES ($1, $2, $3, $4)"
					    " ON CONFLICT (kind, key, part) DO NOTHING",
					    DB_I64(key.kind), DB_I64(key.key), DB_I64(key.part), DB_BLOB(bytes)));
		added = scratch->result == 0 && db_changed(scratch->db) > 0;
	}
	pthread_mutex_unlock(&scratch->mutex);
	return added;
}

static int page(struct scratch *scratch, struct scratch_key key, int limit, struct arena *arena,
		struct scratch_part_vec *parts)
{
	DB_ROWS rows = {0};
	int rc = db_select(scratch->db, &rows, &scratch->err,
			   "SELECT part, bytes FROM scratch WHERE kind = $1 AND key = $2 AND part > $3"
			   " ORDER BY part LIMIT $4",
			   DB_I64(key.kind), DB_I64(key.key), DB_I64(key.part), DB_I64(limit));
	while (rc >= 0 && (rc = db_next(&rows, &scratch->err)) == DB_ROW)
		*vec_add(parts, arena) =
			(struct scratch_part){.part = db_i64(&rows, 0), .bytes = db_blob_copy(&rows, 1, arena)};
	return rc;
}

void scratch_page(struct scratch *scratch, struct scratch_key key, int limit, struct arena *arena,
		  struct scratch_part_vec *ret_parts)
{
	*ret_parts = (struct scratch_part_vec){0};
	pthread_mutex_lock(&scratch->mutex);
	if (scratch->result == 0)
		keep_result(scratch, page(scratch, key, limit, arena, ret_parts));
	pthread_mutex_unlock(&scratch->mutex);
}

int scratch_result(struct scratch *scratch, struct err *err)
{
	pthread_mutex_lock(&scratch->mutex);
	int rc = scratch->result;
	if (rc < 0 && err)
		*err = scratch->err;
	pthread_mutex_unlock(&scratch->mutex);
	return rc;
}

void scratch_fault(struct scratch *scratch, long countdown)
{
	pthread_mutex_lock(&scratch->mutex);
	db_fault_set(scratch->db, DB_FAULT_FAIL, countdown);
	pthread_mutex_unlock(&scratch->mutex);
}
