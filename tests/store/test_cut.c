/* PostgreSQL connections that are really cut: before a statement, before COMMIT, between reads; on SQLite the same
 * writes go through. */
#include "fixture.h"

#include <pthread.h>

struct cut {
	struct fixture *f;
	int ran, cuts; /* how often to cut before the end */
	int64_t id;
};

/* Writes a row that no projection needs to know of, so nothing stands between the cut and COMMIT. */
static int source_and_cut(struct store_tx *tx, void *context, struct err *err)
{
	struct cut *cut = context;
	int rc = import_source_put(tx, STR("wordpress"), STR("https://cut.example"), &cut->id, err);
	if (rc == 0 && cut->ran++ < cut->cuts && cut->f->engine.kind == DB_POSTGRES)
		engine_cut(&cut->f->engine);
	return rc;
}

static int64_t sources(struct fixture *f)
{
	int64_t count = -1;
	assert_ok(db_get_i64(store_db(f->store), &count, &err, "SELECT COUNT(*) FROM import_source"));
	return count;
}

static void a_cut_before_commit_is_looked_up_and_done_again(void **state)
{
	struct fixture *f = fixture_need(state);
	bool postgres = f->engine.kind == DB_POSTGRES;
	int64_t operations = count_of(f, "operation");
	for (int cuts = 0; cuts < 3; cuts++) {
		struct cut cut = {.f = f, .cuts = cuts};
		assert_ok(db_run(store_db(f->store), &err, "DELETE FROM import_source"));
		assert_ok(store_write(f->store, source_and_cut, &cut, &err));
		assert_int_equal(cut.ran, postgres ? cuts + 1 : 1);
		assert_int_equal(sources(f), 1);
		assert_int_equal(count_of(f, "operation"), ++operations);
	}
}

static void a_database_that_stays_away_leaves_it_unknown(void **state)
{
	struct fixture *f = fixture_need(state);
	if (f->engine.kind != DB_POSTGRES)
		skip();
	struct cut cut = {.f = f, .cuts = 1000};
	struct err why = {0};
	int64_t operations = count_of(f, "operation");
	assert_int_equal(store_write(f->store, source_and_cut, &cut, &why), ERR_DB_UNKNOWN);
	assert_says(why, "operation");
	assert_true(cut.ran > 1);
	/* It is back: nothing was written, and the next one goes through. */
	struct cut again = {.f = f};
	assert_ok(store_write(f->store, source_and_cut, &again, &err));
	assert_int_equal(sources(f), 1);
	assert_int_equal(count_of(f, "operation"), operations + 1);
	all_in_order(f);
}

static int read_and_cut(struct store *store, void *context, struct err *err)
{
	struct cut *cut = context;
	struct outbox_position position;
	int rc = outbox_head(store, &position, err);
	if (rc == 0 && cut->ran++ < cut->cuts)
		engine_cut(&cut->f->engine);
	return rc == 0 ? outbox_head(store, &position, err) : rc;
}

static void a_cut_read_says_so_and_the_next_works(void **state)
{
	struct fixture *f = fixture_need(state);
	if (f->engine.kind != DB_POSTGRES)
		skip();
	for (int i = 0; i < 3; i++) {
		struct cut cut = {.f = f, .cuts = 1};
		assert_rc(store_read(f->store, read_and_cut, &cut, &err), ERR_DB_AWAY);
		assert_ok(store_read(f->store, read_and_cut, &cut, &err));
		engine_cut(&f->engine); /* while nothing was under way: nobody notices */
		assert_ok(store_read(f->store, read_and_cut, &cut, &err));
		engine_cut(&f->engine);
		struct item_content content = content_of(f, "en", i ? i > 1 ? "c" : "b" : "a", "Title");
		struct item_ids ids;
		assert_int_equal(put_item(f, 0, &content, &ids), 0);
		assert_text(entry_now(f, ids.entry_id)->title, "Title");
	}
	all_in_order(f);
}

/* ---- two writers while connections are cut under them ---- */

#define EACH 25

struct writer {
	struct fixture *f;
	int number, done, unknown;
};

struct one {
	struct item_content content;
	struct item_ids ids;
};

static int create_one(struct store_tx *tx, void *context, struct err *err)
{
	struct one *one = context;
	return item_create(tx, &one->content, &one->ids, err);
}

static void *write_many(void *argument)
{
	struct writer *writer = argument;
	STORE_SCOPED store = NULL;
	struct random_fixed random;
	ARENA_SCOPED arena = arena_create(0);
	random_fixed_init(&random, 100 + (uint64_t)writer->number);
	if (store_open(writer->f->engine.url, NULL, &writer->f->clock.clock, &random.random, &store, NULL) != 0)
		return NULL;
	for (int i = 0; i < EACH; i++) {
		struct str slug = arena_printf(arena, "w%d-%d", writer->number, i);
		struct one one = {.content = {.kind_id = writer->f->release_kind,
					      .language = STR("en"),
					      .slug = slug,
					      .path = arena_printf(arena, "/%.*s/", STR_ARG(slug)),
					      .state = ITEM_RELEASED,
					      .date_s = NOW_S,
					      .revision = {.title = slug, .sha256 = slug}}};
		int rc = ERR_DB_AWAY;
		for (int tries = 0; tries < 50 && rc == ERR_DB_AWAY; tries++)
			rc = store_write(store, create_one, &one, NULL);
		writer->done += rc == 0;
		writer->unknown += rc == ERR_DB_UNKNOWN;
	}
	return NULL;
}

static void two_writers_write_each_thing_once(void **state)
{
	struct fixture *f = fixture_need(state);

	struct writer writers[2] = {{.f = f, .number = 1}, {.f = f, .number = 2}};
	pthread_t threads[2];
	struct outbox_position before = outbox_now(f);
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, write_many, &writers[i]), 0);
	for (int i = 0; f->engine.kind == DB_POSTGRES && i < 5; i++)
		engine_cut(&f->engine); /* ours goes as well: it comes back with the next call */
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(store_read(f->store, read_and_cut, &(struct cut){.f = f}, &(struct err){0}), 0);
	int64_t entries = count_of(f, "item_language"), done = writers[0].done + writers[1].done;
	int64_t unknown = writers[0].unknown + writers[1].unknown;
	assert_true(entries >= done && entries <= done + unknown);
	assert_int_equal(done + unknown, 2 * EACH);
	struct outbox_vec rows = outbox_since(f, &before);
	assert_int_equal(rows.len, entries);
	for (size_t i = 0; i < rows.len; i++)
		assert_int_equal(rows.at[i].position.number, before.number + 1 + (int64_t)i);
	all_in_order(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(a_cut_before_commit_is_looked_up_and_done_again),
		STORE_TEST(a_database_that_stays_away_leaves_it_unknown),
		STORE_TEST(a_cut_read_says_so_and_the_next_works),
		STORE_TEST(two_writers_write_each_thing_once),
	};
	return FIXTURE_RUN("cut", tests);
}
