#include "db/driver.h"

#include <time.h>

static void wait_us(int64_t us)
{
	struct timespec left = {.tv_sec = us / 1000000, .tv_nsec = (us % 1000000) * 1000};
	while (nanosleep(&left, &left) != 0)
		;
}

static int begin(struct db *db, enum db_begin kind, struct err *err)
{
	int rc = db_fault_here(db, false, err);
	if (rc == 0)
		rc = db_wake(db, err);
	return rc == 0 ? db->driver->begin(db, kind, err) : rc;
}

static int commit(struct db *db, struct err *err)
{
	if (db->doomed) {
		db->driver->rollback(db);
		return err_set(err, ERR_DB, "database: a statement of the transaction failed and the rest went on");
	}
	int rc = db_fault_here(db, true, err);
	if (rc == ERR_DB_UNKNOWN)
		return rc;
	if (rc == 0)
		rc = db->driver->commit(db, err);
	if (rc != 0 && rc != ERR_DB_UNKNOWN)
		db->driver->rollback(db);
	return rc;
}

static int once(struct db *db, enum db_begin kind, db_work *work, void *context, struct err *err)
{
	int rc = begin(db, kind, err);
	if (rc != 0)
		return rc;
	db->depth = 1;
	db->doomed = db->failed = false;
	db->reading = kind == DB_BEGIN_READ;
	rc = work(db, context, err);
	if (rc == 0)
		rc = commit(db, err);
	else
		db->driver->rollback(db);
	db->depth = 0;
	db->reading = false;
	return rc;
}

static int join(struct db *db, db_work *work, void *context, struct err *err)
{
	db->depth++;
	int rc = work(db, context, err);
	db->depth--;
	if (rc != 0)
		db->doomed = true;
	return rc;
}

/* No longer: SQLite has waited for busy_timeout already, PostgreSQL only needs the other to end. */
void db_back_off(struct db *db, int tried)
{
	int64_t us = INT64_C(2000) << (tried < 6 ? tried : 6);
	(db->options.wait ? db->options.wait : wait_us)(us);
}

static int attempts(struct db *db, enum db_begin kind, db_work *work, void *context, struct err *err)
{
	int rc = 0;
	for (int tried = 0; tried < db->options.tries; tried++) {
		if (tried > 0)
			db_back_off(db, tried - 1);
		rc = once(db, kind, work, context, err);
		if (rc != ERR_DB_AGAIN)
			return rc;
	}
	err_context(err, "given up after %d tries", db->options.tries);
	return rc;
}

int db_transaction(struct db *db, db_work *work, void *context, struct err *err)
{
	if (db->depth > 0)
		return join(db, work, context, err);
	return attempts(db, DB_BEGIN_WRITE, work, context, err);
}

int db_snapshot(struct db *db, db_work *work, void *context, struct err *err)
{
	if (db->depth > 0)
		return work(db, context, err);
	return attempts(db, DB_BEGIN_READ, work, context, err);
}
