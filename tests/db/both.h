/* both: the tests of a file, run on SQLite and then on PostgreSQL. Each gets a fresh database, open and migrated, that
 * is gone when it ends. Without a PostgreSQL to test with, that half skips. */
#ifndef CRIER_TESTS_DB_BOTH_H
#define CRIER_TESTS_DB_BOTH_H

#include "engine.h"

struct opened {
	struct engine engine;
	struct db *db;
};

struct opened *need(void **state); /* skips the test where there is no database */
int64_t rows_of(struct db *db);    /* of the table thing */
void no_wait(int64_t us);          /* for options.wait */

/* options and migrations may be NULL. Answers how many failed. */
int on_both(const char *name, const struct CMUnitTest *tests, size_t count, const struct db_options *options,
	    const struct db_migrations *migrations);
#define ON_BOTH(name, tests, options, migrations)                                                                      \
	on_both((name), (tests), sizeof(tests) / sizeof *(tests), (options), (migrations))

#endif
