#include "base/buf.h"
#include "db/driver.h"

#include <string.h>

#define MIGRATION_MAX_BYTES (1u << 20)

/* Puts what the engine needs in the place of {{name}}. */
static int expand(struct db *db, const struct db_migration *migration, struct buf *out, struct err *err)
{
	struct str rest = str_from(migration->sql);
	for (;;) {
		size_t at = str_find(rest, STR("{{"));
		if (at == SIZE_MAX)
			break;
		buf_put(out, str_sub(rest, 0, at));
		rest = str_skip(rest, at + 2);
		size_t end = str_find(rest, STR("}}"));
		struct str name = str_sub(rest, 0, end == SIZE_MAX ? rest.len : end);
		const char *text = end == SIZE_MAX ? NULL : db->driver->macro(name);
		if (!text)
			return err_set(err, ERR_DATA, "migration %s: there is no {{%.*s}}", migration->name,
				       STR_ARG(str_sub(name, 0, 40)));
		buf_put_cstr(out, text);
		rest = str_skip(rest, end + 2);
	}
	buf_put(out, rest);
	buf_put_byte(out, 0);
	return out->over ? err_set(err, ERR_LIMIT, "migration %s: above %u bytes", migration->name, MIGRATION_MAX_BYTES)
			 : 0;
}

struct step {
	const struct db_migrations *set;
	const struct db_migration *migration;
	int64_t now_s;
};

/* The row comes first: where two programs start at once, the second waits for it and finds the work done. */
static int apply(struct db *db, void *context, struct err *err)
{
	struct step *step = context;
	int rc = db_run(db, err,
			"INSERT INTO migration (series, number, name, applied_s) VALUES ($1, $2, $3, $4)"
			" ON CONFLICT DO NOTHING",
			DB_CSTR(step->set->set), DB_I64(step->migration->number), DB_CSTR(step->migration->name),
			DB_I64(step->now_s));
	if (rc != 0 || db_changed(db) == 0)
		return rc;
	BUF_SCOPED sql = BUF_INIT(MIGRATION_MAX_BYTES);
	rc = expand(db, step->migration, &sql, err);
	if (rc == 0)
		rc = db_fault_here(db, false, err);
	if (rc == 0)
		rc = db->driver->script(db, sql.ptr, err);
	if (rc < 0)
		err_context(err, "migration %s", step->migration->name);
	return rc;
}

static int make_table(struct db *db, void *context, struct err *err)
{
	(void)context;
	return db_run(db, err,
		      "CREATE TABLE IF NOT EXISTS migration (series TEXT NOT NULL, number BIGINT NOT NULL,"
		      " name TEXT NOT NULL, applied_s BIGINT NOT NULL, PRIMARY KEY (series, number))");
}

static int table_there(struct db *db, int64_t *ret_there, struct err *err)
{
	if (db->driver->engine == DB_POSTGRES)
		return db_get_i64(db, ret_there, err,
				  "SELECT COUNT(*) FROM pg_catalog.pg_tables WHERE schemaname = current_schema()"
				  " AND tablename = 'migration'");
	return db_get_i64(db, ret_there, err,
			  "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'migration'");
}

int db_migrated_to(struct db *db, const char *set, int *ret_number, struct err *err)
{
	int64_t there = 0;
	int64_t number = 0;
	int rc = table_there(db, &there, err);
	if (rc == 0 && there)
		rc = db_get_i64(db, &number, err, "SELECT COALESCE(MAX(number), 0) FROM migration WHERE series = $1",
				DB_CSTR(set));
	if (rc == 0)
		*ret_number = (int)number;
	return rc;
}

/* What is registered must be what this program calls the same number. */
static int compare(struct db *db, const struct db_migrations *set, struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_select(db, &rows, err, "SELECT number, name FROM migration WHERE series = $1 ORDER BY number",
			   DB_CSTR(set->set));
	size_t i = 0;
	for (; rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW; i++) {
		if (i < set->count && db_i64(&rows, 0) == set->at[i].number &&
		    str_eq(db_text(&rows, 1), str_from(set->at[i].name)))
			continue;
		if (i < set->count)
			return err_set(
				err, ERR_DATA,
				"database: its migration %lld of '%s' is '%.*s', which this program does not have",
				(long long)db_i64(&rows, 0), set->set, STR_ARG(db_text(&rows, 1)));
		err_set(err, ERR_DATA,
			"database: it was made by a newer version (migration '%.*s'; this program knows up to %d); use "
			"that version",
			STR_ARG(db_text(&rows, 1)), set->count ? set->at[set->count - 1].number : 0);
		return DB_NEWER;
	}
	return rc;
}

int db_migrate(struct db *db, const struct db_migrations *set, int64_t now_s, struct err *err)
{
	int64_t there = 0;
	int rc = table_there(db, &there, err);
	if (rc == 0 && !there) {
		rc = db_transaction(db, make_table, NULL, err);
		/* Another program may have made it in the same moment. */
		if (rc == ERR_DB && table_there(db, &there, NULL) == 0 && there)
			rc = 0;
	}
	if (rc == 0)
		rc = compare(db, set, err);
	int done = 0;
	if (rc == 0)
		rc = db_migrated_to(db, set->set, &done, err);
	for (size_t i = 0; rc == 0 && i < set->count; i++) {
		struct step step = {set, &set->at[i], now_s};
		if (set->at[i].number > done)
			rc = db_transaction(db, apply, &step, err);
	}
	return rc;
}
