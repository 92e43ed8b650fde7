#include "engine.h"

#include <ftw.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <unistd.h>

static void command(const char *before, const char *name, const char *after)
{
	char sql[300];
	snprintf(sql, sizeof sql, "%s%s%s", before, name, after);
	PGconn *link = PQconnectdb(getenv("CRIER_TEST_POSTGRES"));
	assert_int_equal(PQstatus(link), CONNECTION_OK);
	PGresult *result = PQexec(link, "SET client_min_messages = error");
	PQclear(result);
	result = PQexec(link, sql);
	if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
		fail_msg("%s: %s", sql, PQerrorMessage(link));
	PQclear(result);
	PQfinish(link);
}

static void start_sqlite(struct engine *engine)
{
	snprintf(engine->dir, sizeof engine->dir, "%s", "/tmp/crier-test-XXXXXX");
	assert_non_null(mkdtemp(engine->dir));
	snprintf(engine->url, sizeof engine->url, "sqlite:%s/test.db", engine->dir);
}

static bool start_postgres(struct engine *engine)
{
	const char *base = getenv("CRIER_TEST_POSTGRES");
	if (!base || !*base)
		return false;
	uint64_t number = 0;
	assert_int_equal(getentropy(&number, sizeof number), 0);
	snprintf(engine->schema, sizeof engine->schema, "test_%016llx", (unsigned long long)number);
	command("CREATE SCHEMA ", engine->schema, "");
	snprintf(engine->url, sizeof engine->url, "%s%coptions=-csearch_path%%3D%s&application_name=%s", base,
		 strchr(base, '?') ? '&' : '?', engine->schema, engine->schema);
	return true;
}

bool engine_start(struct engine *engine, enum db_engine kind)
{
	*engine = (struct engine){.kind = kind};
	if (kind == DB_POSTGRES)
		return start_postgres(engine);
	start_sqlite(engine);
	return true;
}

static int remove_one(const char *path, const struct stat *stat, int type, struct FTW *where)
{
	(void)stat;
	(void)type;
	(void)where;
	return remove(path);
}

void engine_stop(struct engine *engine)
{
	if (engine->schema[0])
		command("DROP SCHEMA ", engine->schema, " CASCADE");
	if (engine->dir[0])
		nftw(engine->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void engine_cut(struct engine *engine)
{
	command("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = '",
		engine->schema, "'");
}

void engine_file(const struct engine *engine, const char *name, char ret_path[128])
{
	snprintf(ret_path, 128, "%s/%s", engine->dir, name);
}
