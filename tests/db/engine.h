/* engine: a fresh, empty database of one engine for a test: a SQLite file in a folder of its own, or a schema of its
 * own in the PostgreSQL that CRIER_TEST_POSTGRES names (tools/with_postgres sets it; without it those
 * tests skip). */
#ifndef CRIER_TESTS_DB_ENGINE_H
#define CRIER_TESTS_DB_ENGINE_H

#include "db/db.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct engine {
	enum db_engine kind;
	char dir[64];    /* SQLite: files go here */
	char schema[40]; /* PostgreSQL */
	char url[1000];
};

bool engine_start(struct engine *engine, enum db_engine kind); /* false: there is none to test with */
void engine_stop(struct engine *engine);

/* Ends the backends that work in this schema: what a restart of the server looks like from here. PostgreSQL only. */
void engine_cut(struct engine *engine);

void engine_file(const struct engine *engine, const char *name, char ret_path[128]); /* below dir */

#define assert_ok(call)                                                                                                \
	do {                                                                                                           \
		struct err err = {0}; /* the call names it err */                                                      \
		int rc_ = (call);                                                                                      \
		if (rc_ != 0)                                                                                          \
			print_error("%s:%d: %s answered %d: %s\n", __FILE__, __LINE__, #call, rc_, err.text);          \
		assert_int_equal(rc_, 0);                                                                              \
	} while (0)
#define assert_rc(call, expected)                                                                                      \
	do {                                                                                                           \
		struct err err = {0};                                                                                  \
		int rc_ = (call);                                                                                      \
		if (rc_ != (expected))                                                                                 \
			print_error("%s:%d: %s answered %d: %s\n", __FILE__, __LINE__, #call, rc_, err.text);          \
		assert_int_equal(rc_, (expected));                                                                     \
	} while (0)
#define assert_text(s, cstr)                                                                                           \
	do {                                                                                                           \
		struct str found_ = (s);                                                                               \
		if (!str_eq(found_, str_from(cstr)))                                                                   \
			print_error("%s:%d: found '%.*s'\n", __FILE__, __LINE__, STR_ARG(found_));                     \
		assert_true(str_eq(found_, str_from(cstr)));                                                           \
	} while (0)
/* The message contains these words. */
#define assert_says(error, words)                                                                                      \
	do {                                                                                                           \
		if (!strstr((error).text, (words)))                                                                    \
			print_error("%s:%d: found '%s'\n", __FILE__, __LINE__, (error).text);                          \
		assert_non_null(strstr((error).text, (words)));                                                        \
	} while (0)

/* Runs a list of tests on both engines; each gets *state NULL where its engine is not there. */
#define ENGINE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
