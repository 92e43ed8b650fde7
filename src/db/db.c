#include "db/db.h"

#include "base/utf8.h"
#include "db/driver.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *must(void *memory)
{
	if (!memory)
		abort();
	return memory;
}

static const struct db_driver *driver_of(const char *url, bool temporary)
{
	struct str s = str_from(url);
	if (str_starts(s, STR("sqlite:")) && (s.len == sizeof "sqlite:" - 1) == temporary)
		return &db_sqlite;
	if (str_starts(s, STR("postgres://")) || str_starts(s, STR("postgresql://")))
		return &db_postgres;
	return NULL;
}

static void fill_options(struct db_options *options)
{
	if (!options->cache_kib)
		options->cache_kib = 16 * 1024;
	if (!options->busy_timeout_ms)
		options->busy_timeout_ms = 5000;
	if (!options->tries)
		options->tries = 8;
}

int db_open(const char *url, const struct db_options *options, struct db **ret_db, struct err *err)
{
	const struct db_driver *driver = driver_of(url, options && options->temporary);
	if (!driver) {
		ARENA_SCOPED arena = arena_create(0);
		return err_set(err, ERR_INPUT,
			       "database: found the url '%.60s'; accepted: sqlite:FILE or postgres://HOST/NAME",
			       db_url_shown(url, arena).ptr);
	}
	struct db *db = must(calloc(1, sizeof *db));
	db->driver = driver;
	db->url = must(strdup(url));
	db->watch_fd = -1;
	if (options)
		db->options = *options;
	fill_options(&db->options);
	int rc = driver->open(db, db->url, err);
	if (rc != 0) {
		db_close(db);
		return rc;
	}
	*ret_db = db;
	return 0;
}

static void stmt_destroy(struct db *db, struct db_stmt *stmt)
{
	if (!stmt)
		return;
	db->driver->unprepare(db, stmt);
	free(stmt);
}

void db_close(struct db *db)
{
	if (!db)
		return;
	if (db->depth > 0)
		db->driver->rollback(db);
	for (size_t i = 0; i < db->stmt_slots; i++)
		stmt_destroy(db, db->stmts[i]);
	free(db->stmts);
	if (db->watch_fd >= 0)
		close(db->watch_fd);
	db->driver->close(db);
	free(db->url);
	free(db);
}

void db_closep(struct db **db)
{
	db_close(*db);
	*db = NULL;
}

enum db_engine db_engine(const struct db *db)
{
	return db->driver->engine;
}

bool db_can(const struct db *db, enum db_capability capability)
{
	return db->driver->can & ~db->cannot & (1u << capability);
}

struct db_value db_id_or_null(int64_t id)
{
	return id ? DB_I64(id) : DB_NULL;
}

struct db_value db_text_or_null(struct str text)
{
	return text.len ? DB_TEXT(text) : DB_NULL;
}

struct db_value db_blob_or_null(struct str bytes)
{
	return bytes.len ? DB_BLOB(bytes) : DB_NULL;
}

/* ---- statements, kept by the address of their literal ---- */

static size_t slot_of(const struct db *db, const char *sql, bool insert)
{
	uint64_t key = (uint64_t)(uintptr_t)sql * UINT64_C(0x9E3779B97F4A7C15);
	size_t slot = (size_t)(key >> 32) & (db->stmt_slots - 1);
	while (db->stmts[slot] && (db->stmts[slot]->sql != sql || db->stmts[slot]->insert != insert))
		slot = (slot + 1) & (db->stmt_slots - 1);
	return slot;
}

static void grow_slots(struct db *db)
{
	struct db_stmt **old = db->stmts;
	size_t old_slots = db->stmt_slots;
	db->stmt_slots = old_slots ? 2 * old_slots : 64;
	db->stmts = must(calloc(db->stmt_slots, sizeof(struct db_stmt *)));
	for (size_t i = 0; i < old_slots; i++)
		if (old[i])
			db->stmts[slot_of(db, old[i]->sql, old[i]->insert)] = old[i];
	free(old);
}

static int make_stmt(struct db *db, const char *sql, bool insert, bool loose, struct db_stmt **ret_stmt,
		     struct err *err)
{
	struct db_stmt *stmt = must(calloc(1, sizeof *stmt));
	stmt->sql = sql;
	stmt->insert = insert;
	stmt->loose = loose;
	int rc = db->driver->prepare(db, stmt, err);
	if (rc != 0) {
		free(stmt);
		return rc;
	}
	stmt->generation = db->generation;
	*ret_stmt = stmt;
	return 0;
}

static int find_stmt(struct db *db, const char *sql, bool insert, struct db_stmt **ret_stmt, struct err *err)
{
	if (2 * (db->stmt_count + 1) > db->stmt_slots)
		grow_slots(db);
	size_t slot = slot_of(db, sql, insert);
	struct db_stmt *stmt = db->stmts[slot];
	if (stmt && stmt->open)
		return make_stmt(db, sql, insert, true, ret_stmt, err);
	if (stmt && stmt->generation != db->generation) {
		int rc = db->driver->prepare(db, stmt, err);
		if (rc != 0)
			return rc;
		stmt->generation = db->generation;
	} else if (!stmt) {
		int rc = make_stmt(db, sql, insert, false, &stmt, err);
		if (rc != 0)
			return rc;
		db->stmts[slot] = stmt;
		db->stmt_count++;
	}
	*ret_stmt = stmt;
	return 0;
}

static int check_text(const struct db_stmt *stmt, size_t index, struct str text, struct err *err)
{
	size_t good = utf8_valid_prefix(text);
	if (good < text.len)
		return err_set(err, ERR_INPUT, "database: $%zu is not UTF-8 at byte %zu (in: %.*s)", index + 1, good,
			       DB_SQL_SHOWN, stmt->sql);
	if (text.len && memchr(text.ptr, 0, text.len))
		return err_set(err, ERR_INPUT, "database: $%zu holds a zero byte (in: %.*s)", index + 1, DB_SQL_SHOWN,
			       stmt->sql);
	return 0;
}

int db_check_values(const struct db_stmt *stmt, const struct db_value *values, size_t count, struct err *err)
{
	if (count != (size_t)stmt->params)
		return err_set(err, ERR_DB, "database: %zu values for %d parameters (in: %.*s)", count, stmt->params,
			       DB_SQL_SHOWN, stmt->sql);
	for (size_t i = 0; i < count; i++) {
		int rc = values[i].type == DB_TYPE_TEXT ? check_text(stmt, i, values[i].bytes, err) : 0;
		if (rc != 0)
			return rc;
	}
	return 0;
}

int db_wake(struct db *db, struct err *err)
{
	if (db->driver->alive(db))
		return 0;
	db->generation++; /* what was prepared is gone, whatever comes of it */
	return db->driver->reopen(db, err);
}

/* After a failed statement PostgreSQL refuses the rest of a transaction. SQLite may have ended the transaction with it,
 * and would keep for ever what comes afterwards: so nothing does. */
static int spoil(struct db *db, int rc)
{
	if (rc < 0 && db->depth > 0)
		db->doomed = db->failed = true;
	return rc;
}

int db_ready(struct db *db, const char *sql, struct err *err)
{
	if (db->depth > 0 && db->failed)
		return err_set(err, ERR_DB, "database: an earlier statement of this transaction failed (in: %.*s)",
			       DB_SQL_SHOWN, sql);
	int rc = db_fault_here(db, false, err);
	return rc == 0 && db->depth == 0 ? db_wake(db, err) : rc;
}

static int ready(struct db *db, const char *sql, bool insert, const struct db_value *values, size_t count,
		 struct db_stmt **ret_stmt, struct err *err)
{
	int rc = db_ready(db, sql, err);
	if (rc == 0)
		rc = find_stmt(db, sql, insert, ret_stmt, err);
	if (rc != 0)
		return rc;
	rc = db_check_values(*ret_stmt, values, count, err);
	if (rc != 0 && (*ret_stmt)->loose)
		stmt_destroy(db, *ret_stmt);
	return rc;
}

int db_run_values(struct db *db, const char *sql, const struct db_value *values, size_t count, struct err *err)
{
	struct db_stmt *stmt;
	int rc = ready(db, sql, false, values, count, &stmt, err);
	if (rc != 0)
		return spoil(db, rc);
	rc = db->driver->run(db, stmt, values, count, err);
	if (stmt->loose)
		stmt_destroy(db, stmt);
	return spoil(db, rc);
}

int db_select_values(struct db *db, struct db_rows *rows, const char *sql, const struct db_value *values, size_t count,
		     struct err *err)
{
	db_rows_finish(rows);
	struct db_stmt *stmt;
	int rc = ready(db, sql, false, values, count, &stmt, err);
	if (rc != 0)
		return spoil(db, rc);
	*rows = (struct db_rows){.db = db, .stmt = stmt};
	stmt->open = true;
	rc = db->driver->start(db, rows, values, count, err);
	if (rc != 0)
		db_rows_finish(rows);
	return spoil(db, rc);
}

int db_one_values(struct db *db, struct db_rows *rows, const char *sql, const struct db_value *values, size_t count,
		  struct err *err)
{
	int rc = db_select_values(db, rows, sql, values, count, err);
	if (rc == 0)
		rc = db_next(rows, err);
	return rc == 0 ? DB_NONE : rc;
}

int db_get_i64_values(struct db *db, const char *sql, const struct db_value *values, size_t count, int64_t *ret_value,
		      struct err *err)
{
	DB_ROWS rows = {0};
	int rc = db_one_values(db, &rows, sql, values, count, err);
	if (rc != DB_ROW)
		return rc;
	if (db_is_null(&rows, 0))
		return DB_NONE;
	*ret_value = db_i64(&rows, 0);
	return 0;
}

int db_insert_values(struct db *db, const char *sql, const struct db_value *values, size_t count, int64_t *ret_id,
		     struct err *err)
{
	struct db_stmt *stmt;
	int rc = ready(db, sql, true, values, count, &stmt, err);
	if (rc != 0)
		return spoil(db, rc);
	rc = db->driver->insert(db, stmt, values, count, ret_id, err);
	if (stmt->loose)
		stmt_destroy(db, stmt);
	return spoil(db, rc);
}

int64_t db_changed(const struct db *db)
{
	return db->changed;
}

/* ---- rows ---- */

int db_next(struct db_rows *rows, struct err *err)
{
	assert(rows->stmt);
	return spoil(rows->db, rows->db->driver->next(rows, err));
}

bool db_is_null(const struct db_rows *rows, int column)
{
	return rows->db->driver->is_null(rows, column);
}

int64_t db_i64(const struct db_rows *rows, int column)
{
	return rows->db->driver->i64(rows, column);
}

struct str db_text(const struct db_rows *rows, int column)
{
	return rows->db->driver->bytes(rows, column, true);
}

struct str db_blob(const struct db_rows *rows, int column)
{
	return rows->db->driver->bytes(rows, column, false);
}

struct str db_text_copy(const struct db_rows *rows, int column, struct arena *arena)
{
	return arena_str(arena, db_text(rows, column));
}

struct str db_blob_copy(const struct db_rows *rows, int column, struct arena *arena)
{
	return arena_str(arena, db_blob(rows, column));
}

void db_rows_finish(struct db_rows *rows)
{
	if (!rows->stmt)
		return;
	rows->db->driver->end(rows);
	rows->stmt->open = false;
	if (rows->stmt->loose)
		stmt_destroy(rows->db, rows->stmt);
	*rows = (struct db_rows){0};
}

/* ---- being woken ---- */

int db_notify_channel(struct db *db, const char *channel, struct err *err)
{
	if (!db_can(db, DB_CAN_NOTIFY))
		return 0;
	int rc = db_ready(db, "NOTIFY", err);
	return spoil(db, rc == 0 ? db->driver->notify(db, channel, err) : rc);
}

int db_listen_channel(struct db *db, const char *channel, struct err *err)
{
	if (!db_can(db, DB_CAN_NOTIFY)) {
		err_set(err, ERR_DB, "database: it cannot wake who waits; poll it");
		return DB_CANNOT;
	}
	db->channel = channel;
	int rc = db_ready(db, "LISTEN", err);
	return rc == 0 && !db->hears ? db->driver->listen(db, err) : rc;
}

bool db_noticed(struct db *db, int *ret_fd)
{
	*ret_fd = -1;
	return db->hears && db->driver->noticed(db, ret_fd);
}

int db_watch(struct db *db, struct err *err)
{
	if (!db->driver->watch) {
		err_set(err, ERR_DB, "database: it is no file that could be watched");
		return DB_CANNOT;
	}
	return db->watch_fd < 0 ? db->driver->watch(db, err) : 0;
}

bool db_written(struct db *db, int *ret_fd)
{
	*ret_fd = db->watch_fd;
	return db->watch_fd >= 0 && db->driver->written(db);
}

/* ---- care ---- */

int db_backup(struct db *db, const char *path, db_progress *progress, void *context, struct err *err)
{
	if (!db->driver->backup) {
		err_set(err, ERR_DB, "database: PostgreSQL is backed up by its own tools; use pg_dump or its archive");
		return DB_CANNOT;
	}
	return db->driver->backup(db, path, progress, context, err);
}

int db_restore(struct db *db, const char *path, struct err *err)
{
	if (!db->driver->restore) {
		err_set(err, ERR_DB,
			"database: PostgreSQL is restored by its own tools; use pg_restore or its archive");
		return DB_CANNOT;
	}
	return db->driver->restore(db, path, err);
}

int db_check(struct db *db, void (*tell)(void *context, const char *finding), void *context, struct err *err)
{
	return db->driver->check(db, tell, context, err);
}

int64_t db_bytes(struct db *db)
{
	return db->driver->bytes_used(db);
}

/* ---- faults ---- */

void db_fault_set(struct db *db, enum db_fault fault, long countdown)
{
	db->fault = fault;
	db->fault_countdown = countdown;
	db->fault_fired = false;
}

bool db_fault_fired(const struct db *db)
{
	return db->fault_fired;
}

int db_fault_here(struct db *db, bool at_commit, struct err *err)
{
	if (db->fault == DB_FAULT_NONE)
		return 0;
	bool counts_commits = db->fault == DB_FAULT_COMMIT_LOST || db->fault == DB_FAULT_COMMIT_GONE;
	if ((counts_commits && !at_commit) || --db->fault_countdown != 0)
		return 0;
	enum db_fault fault = db->fault;
	db->fault = DB_FAULT_NONE;
	db->fault_fired = true;
	if (fault == DB_FAULT_FAIL)
		return err_set(err, ERR_DB, "database: a fault was asked for");
	if (fault == DB_FAULT_AGAIN)
		return err_set(err, ERR_DB_AGAIN, "database: a busy fault was asked for");
	if (fault == DB_FAULT_COMMIT_LOST)
		db->driver->commit(db, NULL);
	else
		db->driver->rollback(db);
	return err_set(err, ERR_DB_UNKNOWN, "database: a lost commit was asked for");
}
