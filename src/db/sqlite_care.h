/* sqlite_care: backup, restore and checks of the SQLite driver. Private to this folder. */
#ifndef CRIER_DB_SQLITE_CARE_H
#define CRIER_DB_SQLITE_CARE_H

#include "db/driver.h"

struct sqlite3;

int sqlite_error(struct sqlite3 *link, int result, const char *sql, struct err *err);
/* A write-ahead log; waits for others that want it in the same moment. */
int sqlite_use_log(struct db *db, struct err *err);
const char *sqlite_path(const char *url);

int sqlite_watch(struct db *db, struct err *err);
bool sqlite_written(struct db *db);
int sqlite_backup(struct db *db, const char *path, db_progress *progress, void *context, struct err *err);
int sqlite_restore(struct db *db, const char *path, struct err *err);
int sqlite_check(struct db *db, void (*tell)(void *context, const char *finding), void *context, struct err *err);
int64_t sqlite_bytes_used(struct db *db);

#endif
