/* newsroom: an empty store for tests of the import, files written for one test, and ways to look at what came in.
 * NEWSROOM_RUN runs a list of tests twice, in SQLite's memory and in a schema of PostgreSQL's. */
#ifndef CRIER_TESTS_INGEST_NEWSROOM_H
#define CRIER_TESTS_INGEST_NEWSROOM_H

#include "base/file.h"
#include "engine.h"
#include "export.h"
#include "ingest/import.h"
#include "store/batch.h"
#include "store/entry.h"
#include "store/import.h"
#include "store/redirect.h"
#include "store/site.h"
#include "store/taxonomy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NEWSROOM_NOW_S 1700000000 /* 2023-11-14 */

struct newsroom {
	struct arena *arena;
	struct engine engine;
	struct store *store;
	struct clock_fixed clock;
	struct random_fixed random;
	char folder[64];
	int files;
	const char *paths[16];
	const char *mapping_path;
	int chunk_items, threads;
	long scratch_fault;
	bool dry_run;
	const atomic_bool *stop;
	struct import_report *report; /* of the last import */
	struct err err;
};

int newsroom_open(void **state);
int newsroom_close(void **state);
#define NEWSROOM_TEST(name) cmocka_unit_test_setup_teardown(name, newsroom_open, newsroom_close)
/* The body of main. Returns the number of failures. */
int newsroom_run(const char *name, const struct CMUnitTest *tests, size_t count);
#define NEWSROOM_RUN(name, tests) newsroom_run((name), (tests), sizeof(tests) / sizeof *(tests))
bool newsroom_on_postgres(void);

/* Writes a file; the next import reads all written since newsroom_forget. */
void newsroom_file(struct newsroom *room, struct str content);
void newsroom_text(struct newsroom *room, const char *content);
void newsroom_items(struct newsroom *room, const char *head, const struct export_item *items, size_t count);
#define ITEMS(room, head, ...)                                                                                         \
	newsroom_items((room), (head), (const struct export_item[]){__VA_ARGS__},                                      \
		       sizeof((const struct export_item[]){__VA_ARGS__}) / sizeof(struct export_item))
void newsroom_mapping(struct newsroom *room, const char *content);
void newsroom_forget(struct newsroom *room);
const char *newsroom_shared(struct newsroom *room, const char *name); /* NULL where it is not there */
int newsroom_import(struct newsroom *room);
void newsroom_must_import(struct newsroom *room);

int64_t newsroom_counted(struct newsroom *room, const char *what, const char *outcome);
bool newsroom_noted(struct newsroom *room, const char *reason_part);
struct entry_vec newsroom_entries(struct newsroom *room); /* all, by id */
const struct entry *newsroom_entry(struct newsroom *room, const char *path);
struct taxonomy newsroom_taxonomy(struct newsroom *room);
const char *newsroom_term_slugs(struct newsroom *room, const struct entry *entry); /* "a b c", sorted */
const char *newsroom_byline(struct newsroom *room, const struct entry *entry);     /* "Ann, Bo" in order */
/* Everything an import may change, as text: equal texts mean equal stores. */
void newsroom_sort(struct str_vec *texts);
struct str newsroom_dump(struct newsroom *room);
uint64_t newsroom_digest(struct newsroom *room); /* of every row there is, but the outbox and what was operated */
void assert_dumps_equal(struct str found, struct str wanted); /* says the first line that differs */
void assert_redirect(struct newsroom *room, const char *path, int64_t entry_id);

#endif
