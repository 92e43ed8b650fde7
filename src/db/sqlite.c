#include "db/driver.h"
#include "db/sqlite_care.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JOURNAL_MODE_BYTES 16

struct sqlite_stmt {
	sqlite3_stmt *handle;
	short number[DB_PARAMS_MAX]; /* the N of $N, for each of SQLite's own indexes */
	int count;
};

int sqlite_error(sqlite3 *link, int result, const char *sql, struct err *err)
{
	int kind = result & 0xff;
	int code = kind == SQLITE_BUSY || kind == SQLITE_LOCKED ? ERR_DB_AGAIN : ERR_DB;
	const char *what = link ? sqlite3_errmsg(link) : sqlite3_errstr(result);
	if (!sql)
		return err_set(err, code, "database: %s", what);
	return err_set(err, code, "database: %s (in: %.*s)", what, DB_SQL_SHOWN, sql);
}

static int pragma(sqlite3 *link, struct err *err, const char *sql)
{
	int result = sqlite3_exec(link, sql, NULL, NULL, NULL);
	return result == SQLITE_OK ? 0 : sqlite_error(link, result, sql, err);
}

static int pragma_number(sqlite3 *link, struct err *err, const char *name, int64_t value)
{
	char sql[80];
	sqlite3_snprintf(sizeof sql, sql, "PRAGMA %s = %lld", name, (long long)value);
	return pragma(link, err, sql);
}

static int take_mode(void *data, int columns, char **values, char **names)
{
	(void)names;
	snprintf(data, JOURNAL_MODE_BYTES, "%s", columns > 0 && values[0] ? values[0] : "");
	return 0;
}

/* Where SQLite cannot keep such a log it says so only by the mode that it names. */
static int try_log(sqlite3 *link, struct err *err)
{
	const char *sql = "PRAGMA journal_mode = WAL";
	char mode[JOURNAL_MODE_BYTES] = "";
	int result = sqlite3_exec(link, sql, take_mode, mode, NULL);
	if (result != SQLITE_OK)
		return sqlite_error(link, result, sql, err);
	if (strcmp(mode, "wal") == 0 || strcmp(mode, "memory") == 0)
		return 0;
	return err_set(err, ERR_DB,
		       "database: found the journal mode %s; accepted: wal, for which the file must lie on a disk of "
		       "this machine, not on a network drive",
		       mode);
}

/* SQLite does not wait where two want the log of a new file in the same moment: each has read and neither may write.
 * It does wait at the beginning of a transaction, which is over when the other has what it wanted. */
int sqlite_use_log(struct db *db, struct err *err)
{
	int rc = try_log(db->link, err);
	for (int tried = 0; rc == ERR_DB_AGAIN && tried + 1 < db->options.tries; tried++) {
		db_back_off(db, tried);
		(void)sqlite3_exec(db->link, "BEGIN EXCLUSIVE; ROLLBACK", NULL, NULL, NULL);
		rc = try_log(db->link, err);
	}
	return rc;
}

/* How much of it survives a crash. */
static int set_promises(struct db *db, struct err *err)
{
	const struct db_options *options = &db->options;
	if (options->temporary)
		return pragma(db->link, err, "PRAGMA journal_mode = OFF");
	int rc = options->read_only ? 0 : sqlite_use_log(db, err);
	if (rc != 0)
		return rc;
	return pragma(db->link, err,
		      options->sync_normal ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL");
}

static int set_pragmas(struct db *db, struct err *err)
{
	sqlite3 *link = db->link;
	const struct db_options *options = &db->options;
	sqlite3_busy_timeout(link, options->busy_timeout_ms);
	sqlite3_extended_result_codes(link, 1);
	sqlite3_db_config(link, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(link, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(link, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(link, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_db_config(link, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
	int rc = set_promises(db, err);
	if (rc == 0)
		rc = pragma(link, err, "PRAGMA secure_delete = fast");
	if (rc == 0)
		rc = pragma_number(link, err, "cache_size", -(int64_t)options->cache_kib);
	if (rc == 0 && options->mmap_bytes)
		rc = pragma_number(link, err, "mmap_size", options->mmap_bytes);
	if (rc == 0 && options->temporary) /* never committed: each commit would look through the whole cache */
		rc = pragma(link, err, "BEGIN");
	return rc;
}

const char *sqlite_path(const char *url)
{
	return url + sizeof "sqlite:" - 1;
}

static int sqlite_open(struct db *db, const char *url, struct err *err)
{
	int flags = SQLITE_OPEN_NOMUTEX | (db->options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
	if (!db->options.read_only && !db->options.must_exist)
		flags |= SQLITE_OPEN_CREATE;
	/* Without its statistics, for which every thread waits at each allocation. Refused once SQLite runs, as it may
	 * be. */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	sqlite3 *link = NULL;
	int result = sqlite3_open_v2(sqlite_path(url), &link, flags, NULL);
	db->link = link;
	int rc = result == SQLITE_OK ? set_pragmas(db, err) : sqlite_error(link, result, NULL, err);
	if (rc < 0)
		err_context(err, "%s", sqlite_path(url));
	return rc;
}

static void sqlite_close(struct db *db)
{
	sqlite3_close_v2(db->link);
}

static bool sqlite_alive(struct db *db)
{
	(void)db;
	return true;
}

static int sqlite_reopen(struct db *db, struct err *err)
{
	(void)db;
	(void)err;
	return 0;
}

/* $N is a name to SQLite: it numbers names as it meets them, so each index is asked which N it stands for. */
static int number_params(struct db_stmt *stmt, struct sqlite_stmt *prepared, struct err *err)
{
	prepared->count = sqlite3_bind_parameter_count(prepared->handle);
	if (prepared->count > DB_PARAMS_MAX)
		return err_set(err, ERR_DB, "database: more than %d parameters (in: %.*s)", DB_PARAMS_MAX, DB_SQL_SHOWN,
			       stmt->sql);
	for (int i = 0; i < prepared->count; i++) {
		const char *name = sqlite3_bind_parameter_name(prepared->handle, i + 1);
		int64_t number = 0;
		if (!name || name[0] != '$' || !str_to_i64(str_from(name + 1), &number) || number < 1 ||
		    number > DB_PARAMS_MAX)
			return err_set(err, ERR_DB, "database: parameters are $1 to $%d (in: %.*s)", DB_PARAMS_MAX,
				       DB_SQL_SHOWN, stmt->sql);
		prepared->number[i] = (short)number;
		if (number > stmt->params)
			stmt->params = (int)number;
	}
	/* Names are met once each, so a count below the highest means that one is left out. */
	if (stmt->params != prepared->count)
		return err_set(err, ERR_DB, "database: a parameter below $%d is not used (in: %.*s)", stmt->params,
			       DB_SQL_SHOWN, stmt->sql);
	return 0;
}

static void sqlite_unprepare(struct db *db, struct db_stmt *stmt)
{
	(void)db;
	struct sqlite_stmt *prepared = stmt->prepared;
	if (!prepared)
		return;
	sqlite3_finalize(prepared->handle);
	free(prepared);
	stmt->prepared = NULL;
}

static int sqlite_prepare(struct db *db, struct db_stmt *stmt, struct err *err)
{
	struct sqlite_stmt *prepared = calloc(1, sizeof *prepared);
	if (!prepared)
		abort();
	stmt->prepared = prepared;
	const char *tail = NULL;
	int result = sqlite3_prepare_v3(db->link, stmt->sql, -1, SQLITE_PREPARE_PERSISTENT, &prepared->handle, &tail);
	int rc = result == SQLITE_OK ? 0 : sqlite_error(db->link, result, stmt->sql, err);
	if (rc == 0 && (!prepared->handle || !str_empty(str_trim(str_from(tail)))))
		rc = err_set(err, ERR_DB, "database: not one statement (in: %.*s)", DB_SQL_SHOWN, stmt->sql);
	if (rc == 0)
		rc = number_params(stmt, prepared, err);
	if (rc != 0)
		sqlite_unprepare(db, stmt);
	return rc;
}

static int bind_one(sqlite3_stmt *handle, int index, const struct db_value *value, sqlite3_destructor_type life)
{
	const char *bytes = value->bytes.ptr ? value->bytes.ptr : "";
	switch (value->type) {
	case DB_TYPE_I64:
		return sqlite3_bind_int64(handle, index, value->i64);
	case DB_TYPE_TEXT:
		return sqlite3_bind_text64(handle, index, bytes, value->bytes.len, life, SQLITE_UTF8);
	case DB_TYPE_BLOB:
		return sqlite3_bind_blob64(handle, index, bytes, value->bytes.len, life);
	case DB_TYPE_NULL:
		break;
	}
	return sqlite3_bind_null(handle, index);
}

static int bind(struct db *db, struct db_stmt *stmt, const struct db_value *values, sqlite3_destructor_type life,
		struct err *err)
{
	struct sqlite_stmt *prepared = stmt->prepared;
	if (db->reading && !sqlite3_stmt_readonly(prepared->handle))
		return err_set(err, ERR_DB, "database: a snapshot only reads (in: %.*s)", DB_SQL_SHOWN, stmt->sql);
	for (int i = 0; i < prepared->count; i++) {
		int result = bind_one(prepared->handle, i + 1, &values[prepared->number[i] - 1], life);
		if (result != SQLITE_OK)
			return sqlite_error(db->link, result, stmt->sql, err);
	}
	return 0;
}

static int sqlite_run(struct db *db, struct db_stmt *stmt, const struct db_value *values, size_t count, struct err *err)
{
	(void)count;
	sqlite3_stmt *handle = ((struct sqlite_stmt *)stmt->prepared)->handle;
	int rc = bind(db, stmt, values, SQLITE_STATIC, err);
	if (rc != 0)
		return rc;
	int64_t before = sqlite3_total_changes64(db->link);
	int result = SQLITE_ROW;
	while (result == SQLITE_ROW)
		result = sqlite3_step(handle);
	if (result != SQLITE_DONE)
		rc = sqlite_error(db->link, result, stmt->sql, err);
	else /* what changes no row leaves the count of the one before */
		db->changed = sqlite3_total_changes64(db->link) == before ? 0 : sqlite3_changes64(db->link);
	sqlite3_reset(handle);
	return rc;
}

static int sqlite_insert(struct db *db, struct db_stmt *stmt, const struct db_value *values, size_t count,
			 int64_t *ret_id, struct err *err)
{
	int rc = sqlite_run(db, stmt, values, count, err);
	if (rc != 0)
		return rc;
	if (db->changed == 0)
		return DB_NONE;
	*ret_id = sqlite3_last_insert_rowid(db->link);
	return 0;
}

static int sqlite_start(struct db *db, struct db_rows *rows, const struct db_value *values, size_t count,
			struct err *err)
{
	(void)count;
	return bind(db, rows->stmt, values, SQLITE_TRANSIENT, err);
}

static sqlite3_stmt *handle_of(const struct db_rows *rows)
{
	return ((struct sqlite_stmt *)rows->stmt->prepared)->handle;
}

static int sqlite_next(struct db_rows *rows, struct err *err)
{
	if (rows->at < 0)
		return 0;
	int result = sqlite3_step(handle_of(rows));
	if (result == SQLITE_ROW)
		return DB_ROW;
	rows->at = -1;
	return result == SQLITE_DONE ? 0 : sqlite_error(rows->db->link, result, rows->stmt->sql, err);
}

static void sqlite_end(struct db_rows *rows)
{
	sqlite3_reset(handle_of(rows));
	sqlite3_clear_bindings(handle_of(rows));
}

static bool sqlite_is_null(const struct db_rows *rows, int column)
{
	return sqlite3_column_type(handle_of(rows), column) == SQLITE_NULL;
}

static int64_t sqlite_i64(const struct db_rows *rows, int column)
{
	return sqlite3_column_int64(handle_of(rows), column);
}

static struct str sqlite_bytes(const struct db_rows *rows, int column, bool text)
{
	sqlite3_stmt *handle = handle_of(rows);
	const void *bytes =
		text ? (const void *)sqlite3_column_text(handle, column) : sqlite3_column_blob(handle, column);
	return (struct str){bytes, bytes ? (size_t)sqlite3_column_bytes(handle, column) : 0};
}

static int sqlite_script(struct db *db, const char *sql, struct err *err)
{
	int result = sqlite3_exec(db->link, sql, NULL, NULL, NULL);
	return result == SQLITE_OK ? 0 : sqlite_error(db->link, result, NULL, err);
}

static int sqlite_begin(struct db *db, enum db_begin kind, struct err *err)
{
	const char *sql = kind == DB_BEGIN_WRITE ? "BEGIN IMMEDIATE" : "BEGIN";
	return pragma(db->link, err, sql);
}

/* Busy leaves the transaction open, to be rolled back and tried again. A disk error in the middle of the
 * sync says nothing of what stands in the log. */
static int sqlite_commit(struct db *db, struct err *err)
{
	int result = sqlite3_exec(db->link, "COMMIT", NULL, NULL, NULL);
	if (result == SQLITE_OK)
		return 0;
	int rc = sqlite_error(db->link, result, "COMMIT", err);
	if ((result & 0xff) == SQLITE_IOERR && sqlite3_get_autocommit(db->link)) {
		if (err)
			err->code = ERR_DB_UNKNOWN;
		return ERR_DB_UNKNOWN;
	}
	return rc;
}

static void sqlite_rollback(struct db *db)
{
	if (!sqlite3_get_autocommit(db->link))
		sqlite3_exec(db->link, "ROLLBACK", NULL, NULL, NULL);
}

static const char *sqlite_macro(struct str name)
{
	static const struct {
		struct str name;
		const char *text;
	} macros[] = {
		{STR_INIT("id"), "INTEGER PRIMARY KEY AUTOINCREMENT"},
		{STR_INIT("i64"), "INTEGER"},
		{STR_INIT("text"), "TEXT"},
		{STR_INIT("blob"), "BLOB"},
		{STR_INIT("strict"), "STRICT"},
		{STR_INIT("clustered"), "STRICT, WITHOUT ROWID"},
	};
	for (size_t i = 0; i < sizeof macros / sizeof *macros; i++)
		if (str_eq(macros[i].name, name))
			return macros[i].text;
	return NULL;
}

const struct db_driver db_sqlite = {
	.engine = DB_SQLITE,
	.can = 1u << DB_CAN_BACKUP | 1u << DB_CAN_SEARCH,
	.open = sqlite_open,
	.close = sqlite_close,
	.alive = sqlite_alive,
	.reopen = sqlite_reopen,
	.prepare = sqlite_prepare,
	.unprepare = sqlite_unprepare,
	.run = sqlite_run,
	.insert = sqlite_insert,
	.start = sqlite_start,
	.next = sqlite_next,
	.end = sqlite_end,
	.is_null = sqlite_is_null,
	.i64 = sqlite_i64,
	.bytes = sqlite_bytes,
	.script = sqlite_script,
	.begin = sqlite_begin,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.watch = sqlite_watch,
	.written = sqlite_written,
	.backup = sqlite_backup,
	.restore = sqlite_restore,
	.check = sqlite_check,
	.bytes_used = sqlite_bytes_used,
	.macro = sqlite_macro,
};
