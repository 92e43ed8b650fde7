/* postgres_wait: libpq's calls that wait for the server, with an end to the waiting. Private to this folder.
 *
 * Each sends a request and collects its answer; the last result of several is handed out. NULL: the server said nothing
 * for options.silence_ms, or options.stop_fd became readable. Then db->silence says which: the connection is good for
 * nothing but being made anew. A server that goes on talking may take as long as it likes. The connection must be
 * nonblocking (PQsetnonblocking), so that sending has an end as well. */
#ifndef CRIER_DB_POSTGRES_WAIT_H
#define CRIER_DB_POSTGRES_WAIT_H

#include "db/driver.h"

#include <libpq-fe.h>

PGresult *wait_exec(struct db *db, const char *sql);
PGresult *wait_exec_long(struct db *db, const char *sql); /* however long the server is silent */
PGresult *wait_prepare(struct db *db, const char *name, const char *sql);
PGresult *wait_describe(struct db *db, const char *name);

/* Values and rows in binary form. */
struct wait_values {
	int count;
	const char *const *at;
	const int *lengths, *formats;
};
PGresult *wait_exec_prepared(struct db *db, const char *name, const struct wait_values *values);

#endif
