#include "both.h"

#include <stdlib.h>

struct start {
	enum db_engine kind;
	const struct db_options *options;
	const struct db_migrations *migrations;
};

static int set_up(void **state)
{
	const struct start *start = *state;
	*state = NULL;
	struct opened *opened = calloc(1, sizeof *opened);
	assert_non_null(opened);
	if (!engine_start(&opened->engine, start->kind)) {
		free(opened);
		return 0;
	}
	assert_ok(db_open(opened->engine.url, start->options, &opened->db, &err));
	if (start->migrations)
		assert_ok(db_migrate(opened->db, start->migrations, 1000, &err));
	*state = opened;
	return 0;
}

static int tear_down(void **state)
{
	struct opened *opened = *state;
	if (!opened)
		return 0;
	db_close(opened->db);
	engine_stop(&opened->engine);
	free(opened);
	return 0;
}

struct opened *need(void **state)
{
	if (!*state)
		skip();
	return *state;
}

int64_t rows_of(struct db *db)
{
	int64_t count = -1;
	assert_ok(db_get_i64(db, &count, &err, "SELECT COUNT(*) FROM thing"));
	return count;
}

void no_wait(int64_t us)
{
	(void)us;
}

int on_both(const char *name, const struct CMUnitTest *tests, size_t count, const struct db_options *options,
	    const struct db_migrations *migrations)
{
	int failed = 0;
	for (enum db_engine kind = DB_SQLITE; kind <= DB_POSTGRES; kind++) {
		struct start start = {kind, options, migrations};
		char group[100];
		snprintf(group, sizeof group, "%s on %s", name, kind == DB_SQLITE ? "SQLite" : "PostgreSQL");
		struct CMUnitTest *copies = calloc(count, sizeof *copies);
		if (!copies)
			abort();
		for (size_t i = 0; i < count; i++) {
			copies[i] = tests[i];
			copies[i].setup_func = set_up;
			copies[i].teardown_func = tear_down;
			copies[i].initial_state = &start;
		}
		failed += _cmocka_run_group_tests(group, copies, count, NULL, NULL);
		free(copies);
	}
	return failed;
}
