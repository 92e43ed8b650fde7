#include "db/driver.h"

int db_tables(struct db *db, int64_t *ret_count, struct err *err)
{
	if (db->driver->engine == DB_POSTGRES)
		return db_get_i64(db, ret_count, err,
				  "SELECT COUNT(*) FROM pg_catalog.pg_tables WHERE schemaname = current_schema()"
				  " AND tablename <> 'migration'");
	return db_get_i64(db, ret_count, err,
			  "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
			  " AND name <> 'migration'");
}

int db_counter(struct db *db, const char *table, int64_t *ret_last, struct err *err)
{
	if (db->driver->engine == DB_POSTGRES)
		return db_get_i64(db, ret_last, err,
				  "SELECT COALESCE(pg_sequence_last_value(CAST(pg_get_serial_sequence($1, 'id')"
				  " AS regclass)), 0)",
				  DB_CSTR(table));
	return db_get_i64(db, ret_last, err, "SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = $1",
			  DB_CSTR(table));
}

int db_counter_set(struct db *db, const char *table, int64_t last, struct err *err)
{
	if (db->driver->engine == DB_POSTGRES) {
		int64_t set = 0;
		return db_get_i64(db, &set, err,
				  "SELECT setval(CAST(pg_get_serial_sequence($1, 'id') AS regclass),"
				  " CASE WHEN CAST($2 AS BIGINT) > 0 THEN CAST($2 AS BIGINT) ELSE 1 END,"
				  " CAST($2 AS BIGINT) > 0)",
				  DB_CSTR(table), DB_I64(last));
	}
	int rc = db_run(db, err, "DELETE FROM sqlite_sequence WHERE name = $1", DB_CSTR(table));
	if (rc == 0)
		rc = db_run(db, err, "INSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2)", DB_CSTR(table),
			    DB_I64(last));
	return rc;
}
