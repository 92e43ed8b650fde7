#include "db/sqlite_care.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BACKUP_STEP_PAGES 512

static void close_link(sqlite3 **link)
{
	sqlite3_close_v2(*link);
}
#define LINK_SCOPED __attribute__((cleanup(close_link))) sqlite3 *

/* Copies all pages from one connection to another. The caller holds a read transaction on the source, so its view
 * does not move and writers do not make the copy start again. */
static int copy_pages(sqlite3 *to, sqlite3 *from, db_progress *progress, void *context, struct err *err)
{
	sqlite3_backup *copy = sqlite3_backup_init(to, "main", from, "main");
	if (!copy)
		return sqlite_error(to, sqlite3_errcode(to), "backup", err);
	int result = SQLITE_OK;
	bool stopped = false;
	while (result == SQLITE_OK && !stopped) {
		result = sqlite3_backup_step(copy, BACKUP_STEP_PAGES);
		int64_t all = sqlite3_backup_pagecount(copy);
		stopped = progress && progress(context, all - sqlite3_backup_remaining(copy), all) != 0;
	}
	sqlite3_backup_finish(copy);
	if (stopped && result == SQLITE_OK)
		return err_set(err, ERR_STOPPED, "backup: stopped");
	return result == SQLITE_DONE ? 0 : sqlite_error(to, result, "backup", err);
}

static int sync_path(const char *path, int flags, struct err *err)
{
	FD_SCOPED fd = open(path, flags | O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) != 0)
		return err_set_errno(err, errno, "%s", path);
	return 0;
}

static int move_synced(const char *from, const char *to, struct err *err)
{
	int rc = sync_path(from, 0, err);
	if (rc != 0)
		return rc;
	if (rename(from, to) != 0)
		return err_set_errno(err, errno, "%s", to);
	ARENA_SCOPED arena = arena_create(0);
	struct str path = str_from(to);
	size_t slash = str_rfind_byte(path, '/');
	const char *dir = slash == SIZE_MAX ? "." : slash == 0 ? "/" : arena_cstr(arena, str_sub(path, 0, slash));
	return sync_path(dir, O_DIRECTORY, err);
}

static int backup_into(struct db *db, const char *path, db_progress *progress, void *context, struct err *err)
{
	LINK_SCOPED to = NULL;
	int result = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
	if (result != SQLITE_OK)
		return sqlite_error(to, result, "backup", err);
	bool inside = db->depth > 0;
	if (!inside)
		result = sqlite3_exec(db->link, "BEGIN; SELECT COUNT(*) FROM sqlite_schema", NULL, NULL, NULL);
	int rc = result == SQLITE_OK ? copy_pages(to, db->link, progress, context, err)
				     : sqlite_error(db->link, result, "backup", err);
	if (!inside)
		sqlite3_exec(db->link, "END", NULL, NULL, NULL);
	if (rc != 0)
		return rc;
	/* One file, without a log beside it. */
	result = sqlite3_exec(to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
	return result == SQLITE_OK ? 0 : sqlite_error(to, result, "backup", err);
}

int sqlite_backup(struct db *db, const char *path, db_progress *progress, void *context, struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	struct str part = arena_printf(arena, "%s.part", path);
	unlink(part.ptr);
	int rc = backup_into(db, part.ptr, progress, context, err);
	if (rc == 0)
		rc = move_synced(part.ptr, path, err);
	if (rc != 0) {
		unlink(part.ptr);
		err_context(err, "backup to %s", path);
	}
	return rc;
}

struct checking {
	void (*tell)(void *context, const char *finding);
	void *context;
	int findings;
};

static int integrity_line(void *data, int columns, char **values, char **names)
{
	(void)columns;
	(void)names;
	struct checking *checking = data;
	if (!values[0] || strcmp(values[0], "ok") == 0)
		return 0;
	checking->findings++;
	if (checking->tell)
		checking->tell(checking->context, values[0]);
	return 0;
}

static int reference_line(void *data, int columns, char **values, char **names)
{
	(void)names;
	struct checking *checking = data;
	char text[200];
	snprintf(text, sizeof text, "table %s, row %s: refers to a row of %s that is not there",
		 columns > 0 && values[0] ? values[0] : "?", columns > 1 && values[1] ? values[1] : "?",
		 columns > 2 && values[2] ? values[2] : "?");
	checking->findings++;
	if (checking->tell)
		checking->tell(checking->context, text);
	return 0;
}

static int check_link(sqlite3 *link, struct checking *checking, struct err *err)
{
	int result = sqlite3_exec(link, "PRAGMA integrity_check(100)", integrity_line, checking, NULL);
	if (result == SQLITE_OK)
		result = sqlite3_exec(link, "PRAGMA foreign_key_check", reference_line, checking, NULL);
	/* What cannot be read at all is damage too, not a failure to look. */
	if ((result & 0xff) == SQLITE_CORRUPT || result == SQLITE_NOTADB) {
		char *line[] = {sqlite3_mprintf("%s", sqlite3_errmsg(link))};
		integrity_line(checking, 1, line, NULL);
		sqlite3_free(line[0]);
	} else if (result != SQLITE_OK) {
		return sqlite_error(link, result, "integrity check", err);
	}
	return checking->findings ? DB_DAMAGED : 0;
}

int sqlite_check(struct db *db, void (*tell)(void *context, const char *finding), void *context, struct err *err)
{
	struct checking checking = {tell, context, 0};
	return check_link(db->link, &checking, err);
}

static int64_t pragma_value(sqlite3 *link, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	int64_t value = -1;
	if (sqlite3_prepare_v2(link, sql, -1, &stmt, NULL) == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW)
		value = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return value;
}

static void keep_first(void *context, const char *finding)
{
	struct err *err = context;
	if (err->code == 0)
		err_set(err, ERR_DATA, "%s", finding);
}

int sqlite_restore(struct db *db, const char *path, struct err *err)
{
	LINK_SCOPED from = NULL;
	int result = sqlite3_open_v2(path, &from, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
	if (result != SQLITE_OK) {
		int rc = sqlite_error(from, result, NULL, err);
		err_context(err, "restore from %s", path);
		return rc;
	}
	struct err found = {0};
	struct checking checking = {keep_first, &found, 0};
	int rc = check_link(from, &checking, err);
	if (rc == 0 && pragma_value(from, "PRAGMA page_count") == 0) {
		err_set(&found, ERR_DATA, "the file is empty");
		rc = DB_DAMAGED;
	}
	if (rc == DB_DAMAGED)
		err_set(err, ERR_DATA, "restore from %s: the backup is damaged: %.200s", path, found.text);
	if (rc != 0)
		return rc;
	rc = copy_pages(db->link, from, NULL, NULL, err);
	if (rc == 0) /* the copy brings the mark of a file without a log */
		rc = sqlite_use_log(db, err);
	if (rc < 0)
		err_context(err, "restore from %s", path);
	return rc;
}

int64_t sqlite_bytes_used(struct db *db)
{
	int64_t pages = pragma_value(db->link, "PRAGMA page_count");
	int64_t each = pragma_value(db->link, "PRAGMA page_size");
	return pages < 0 || each < 0 ? -1 : pages * each;
}
