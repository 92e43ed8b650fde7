#include "db/postgres_wait.h"

#include <errno.h>
#include <poll.h>

static enum db_silence wait_link(const struct db *db, short events, int most_ms)
{
	struct pollfd ends[] = {{.fd = PQsocket(db->link), .events = events},
				{.fd = db->options.stop_fd > 0 ? db->options.stop_fd : -1, .events = POLLIN}};
	int rc;

	do
		rc = poll(ends, sizeof ends / sizeof *ends, most_ms > 0 ? most_ms : -1);
	while (rc < 0 && errno == EINTR);
	if (rc == 0)
		return DB_SILENT;
	return ends[0].revents || !ends[1].revents ? DB_ANSWERS : DB_NOT_WAITED_FOR;
}

/* False: no longer to be waited for. What breaks on the way is told by PQgetResult. */
static bool wait_for(struct db *db, short events, int most_ms)
{
	db->silence = wait_link(db, events, most_ms);
	return db->silence == DB_ANSWERS;
}

static bool send_all(struct db *db, int most_ms)
{
	while (PQflush(db->link) == 1)
		if (!wait_for(db, POLLIN | POLLOUT, most_ms))
			return false;
		else if (!PQconsumeInput(db->link))
			break;
	return true;
}

static bool wait_result(struct db *db, int most_ms)
{
	while (PQisBusy(db->link))
		if (!wait_for(db, POLLIN, most_ms))
			return false;
		else if (!PQconsumeInput(db->link))
			break;
	return true;
}

/* sent: what PQsend… answered. Where it was 0 nothing comes, and the connection has the message. */
static PGresult *collect(struct db *db, int sent, int most_ms)
{
	PGresult *last = NULL, *next = NULL;
	bool answered = !sent || send_all(db, most_ms);

	while (sent && answered) {
		answered = wait_result(db, most_ms);
		next = answered ? PQgetResult(db->link) : NULL;
		if (!next)
			break;
		PQclear(last);
		last = next;
		if (PQstatus(db->link) != CONNECTION_OK)
			break;
	}
	if (answered)
		return last ? last : PQmakeEmptyPGresult(db->link, PGRES_FATAL_ERROR);
	PQclear(last);
	return NULL;
}

PGresult *wait_exec(struct db *db, const char *sql)
{
	return collect(db, PQsendQuery(db->link, sql), db->options.silence_ms);
}

PGresult *wait_exec_long(struct db *db, const char *sql)
{
	return collect(db, PQsendQuery(db->link, sql), 0);
}

PGresult *wait_prepare(struct db *db, const char *name, const char *sql)
{
	return collect(db, PQsendPrepare(db->link, name, sql, 0, NULL), db->options.silence_ms);
}

PGresult *wait_describe(struct db *db, const char *name)
{
	return collect(db, PQsendDescribePrepared(db->link, name), db->options.silence_ms);
}

PGresult *wait_exec_prepared(struct db *db, const char *name, const struct wait_values *values)
{
	return collect(
		db, PQsendQueryPrepared(db->link, name, values->count, values->at, values->lengths, values->formats, 1),
		db->options.silence_ms);
}
