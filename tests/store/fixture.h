/* fixture: a store of one engine with a few languages, kinds, terms, places, people and pictures in it, a clock that
 * stands still and repeatable randomness; and short ways to write. */
#ifndef CRIER_TESTS_STORE_FIXTURE_H
#define CRIER_TESTS_STORE_FIXTURE_H

#include "engine.h"

#include "store/batch.h"
#include "store/entry.h"
#include "store/import.h"
#include "store/outbox.h"
#include "store/redirect.h"
#include "store/site.h"
#include "store/taxonomy.h"

#define NOW_S INT64_C(1700000000)

struct fixture {
	struct engine engine;
	struct clock_fixed clock;
	struct random_fixed random;
	struct store *store;
	struct arena *arena;
	int64_t release_kind, report_kind; /* report needs a picture and a reference number */
	int64_t health, prisons;           /* topics */
	int64_t europe, italy;             /* places */
	int64_t ada, bo;                   /* contributors */
	int64_t photo, bare_photo;         /* media with and without credit and alt text */
};

/* Where CRIER_TEST_LATER stands in the environment, the store was migrated by a later release: each table has columns
 * and an index that this program does not know of. */
extern enum db_engine fixture_kind; /* which engine setup takes */
int fixture_setup(void **state);    /* *state NULL where the engine is not there */
int fixture_teardown(void **state);
struct fixture *fixture_need(void **state); /* skips the test then */

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
/* The body of main: the same tests on both engines. */
int fixture_run(const char *name, const struct CMUnitTest *tests, size_t count);
#define FIXTURE_RUN(name, tests) fixture_run((name), (tests), sizeof(tests) / sizeof *(tests))

/* What a test writes: one call each, in a transaction of its own (of a batch where batch_id is not 0). */
struct item_content content_of(struct fixture *fixture, const char *language, const char *slug, const char *title);
void set_text(struct fixture *fixture, struct item_content *content, const char *title); /* and its sha256 */
int put_item(struct fixture *fixture, int64_t batch_id, const struct item_content *content, struct item_ids *ret_ids);
int add_language(struct fixture *fixture, int64_t batch_id, int64_t item_id, const struct item_content *content,
		 struct item_ids *ret_ids);
int update_item(struct fixture *fixture, int64_t batch_id, int64_t entry_id, const struct item_content *content,
		int64_t *ret_revision_id);
int release_item(struct fixture *fixture, int64_t entry_id, const struct item_release *release, unsigned *ret_lacks);
int withdraw_item(struct fixture *fixture, int64_t item_id, const char *language, const char *note);
int64_t begin_batch(struct fixture *fixture);
int flip_batch(struct fixture *fixture, int64_t batch_id);
int abandon_batch(struct fixture *fixture, int64_t batch_id);
int64_t put_source(struct fixture *fixture);
int map_entry(struct fixture *fixture, int64_t batch_id, int64_t source_id, const char *old_id,
	      const struct item_ids *ids, const char *hash);

const struct entry *entry_now(struct fixture *fixture, int64_t entry_id); /* fails the test where there is none */
struct outbox_vec outbox_since(struct fixture *fixture, const struct outbox_position *position);
struct outbox_position outbox_now(struct fixture *fixture);
int64_t count_of(struct fixture *fixture, const char *table); /* rows; the table must be one of the list inside */
void all_in_order(struct fixture *fixture);                   /* store_check and db_check find nothing */

#endif
