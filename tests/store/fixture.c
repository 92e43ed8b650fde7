#include "fixture.h"

#include <stdlib.h>

enum db_engine fixture_kind = DB_SQLITE;

static void no_wait(int64_t us)
{
	(void)us;
}

static struct taxonomy_text text_of(const char *language, const char *label, const char *slug)
{
	return (struct taxonomy_text){.language = str_from(language), .label = str_from(label), .slug = str_from(slug)};
}

static int put_languages(struct store_tx *tx, struct err *err)
{
	static const struct language list[] = {
		{STR_INIT("en"), 0, STR_INIT("English")},
		{STR_INIT("fr"), 1,
		 STR_INIT("Fran\xc3\xa7"
			  "ais")},
		{STR_INIT("ar"), 2, STR_INIT("\xd8\xa7\xd9\x84\xd8\xb9\xd8\xb1\xd8\xa8\xd9\x8a\xd8\xa9")},
	};
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < 3; i++)
		rc = language_put(tx, &list[i], err);
	return rc;
}

static int put_kinds(struct store_tx *tx, struct fixture *fixture, struct err *err)
{
	struct taxonomy_text texts[2] = {text_of("en", "Press release", "press-releases"),
					 text_of("fr", "Communiqu\xc3\xa9", "communiques")};
	struct kind release = {.key = STR("press_release"), .in_feeds = true, .texts = {texts, 2, 2}};
	int rc = kind_put(tx, &release, &fixture->release_kind, err);
	struct taxonomy_text report_text = text_of("en", "Report", "reports");
	struct kind report = {.key = STR("report"),
			      .position = 1,
			      .needs_picture = true,
			      .needs_reference = true,
			      .texts = {&report_text, 1, 1}};
	return rc == 0 ? kind_put(tx, &report, &fixture->report_kind, err) : rc;
}

static int put_topics(struct store_tx *tx, struct fixture *fixture, struct err *err)
{
	struct taxonomy_text health = text_of("en", "Health", "health");
	struct term term = {.vocabulary = VOCABULARY_TOPIC, .texts = {&health, 1, 1}};
	int rc = term_create(tx, &term, &fixture->health, err);
	struct taxonomy_text prisons = text_of("en", "Prisons", "prisons");
	term = (struct term){.vocabulary = VOCABULARY_TOPIC, .texts = {&prisons, 1, 1}};
	return rc == 0 ? term_create(tx, &term, &fixture->prisons, err) : rc;
}

static int put_places(struct store_tx *tx, struct fixture *fixture, struct err *err)
{
	struct taxonomy_text europe = text_of("en", "Europe", "europe");
	struct place place = {.kind = PLACE_REGION, .code = STR("150"), .texts = {&europe, 1, 1}};
	int rc = place_put(tx, &place, &fixture->europe, err);
	struct taxonomy_text italy = text_of("en", "Italy", "italy");
	place = (struct place){
		.kind = PLACE_COUNTRY, .parent_id = fixture->europe, .code = STR("IT"), .texts = {&italy, 1, 1}};
	return rc == 0 ? place_put(tx, &place, &fixture->italy, err) : rc;
}

static int put_people(struct store_tx *tx, struct fixture *fixture, struct err *err)
{
	struct contributor_text text = {STR("en"), STR("Researcher"), STR("Writes about prisons.")};
	struct contributor ada = {
		.name = STR("Ada Vole"), .slug = STR("ada-vole"), .is_public = true, .texts = {&text, 1, 1}};
	int rc = contributor_put(tx, &ada, &fixture->ada, err);
	struct contributor bo = {.name = STR("Bo Marsh"), .slug = STR("bo-marsh"), .is_public = true};
	return rc == 0 ? contributor_put(tx, &bo, &fixture->bo, err) : rc;
}

static int put_pictures(struct store_tx *tx, struct fixture *fixture, struct err *err)
{
	struct media photo = {.guid = STR("photo-1"),
			      .old_url = STR("https://old.example/photo.jpg"),
			      .mime = STR("image/jpeg"),
			      .name = STR("photo"),
			      .width = 800,
			      .height = 600};
	int rc = media_create(tx, &photo, &fixture->photo, err);
	struct media_text text = {.language = STR("en"),
				  .caption = STR("A gate."),
				  .credit = STR("Bo Marsh"),
				  .alt = STR("A closed iron gate in rain")};
	if (rc == 0)
		rc = media_put_text(tx, fixture->photo, &text, err);
	photo.guid = STR("photo-2");
	photo.name = STR("bare");
	return rc == 0 ? media_create(tx, &photo, &fixture->bare_photo, err) : rc;
}

static int fill(struct store_tx *tx, void *context, struct err *err)
{
	int rc = put_languages(tx, err);
	if (rc == 0)
		rc = put_kinds(tx, context, err);
	if (rc == 0)
		rc = put_topics(tx, context, err);
	if (rc == 0)
		rc = put_places(tx, context, err);
	if (rc == 0)
		rc = put_people(tx, context, err);
	return rc == 0 ? put_pictures(tx, context, err) : rc;
}

/* ---- a store that a later release has migrated ---- */

static int list_tables(struct fixture *fixture, struct str_vec *ret_names, struct err *err)
{
	DB_ROWS rows = {0};
	struct db *db = store_db(fixture->store);
	int rc = db_engine(db) == DB_POSTGRES
			 ? db_select(db, &rows, err,
				     "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = current_schema()")
			 : db_select(db, &rows, err,
				     "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'");
	while (rc >= 0 && (rc = db_next(&rows, err)) == DB_ROW)
		if (!str_eq(db_text(&rows, 0), STR("migration")))
			*vec_add(ret_names, fixture->arena) = db_text_copy(&rows, 0, fixture->arena);
	return rc;
}

static int run(struct fixture *fixture, struct str sql, struct err *err)
{
	return db_run_values(store_db(fixture->store), sql.ptr, NULL, 0, err);
}

/* All that tools/migrations.py lets a migration do to a table that is there. */
static int widen(struct fixture *fixture, struct str table, struct err *err)
{
	struct arena *arena = fixture->arena;
	int rc = run(fixture, arena_printf(arena, "ALTER TABLE %.*s ADD COLUMN later_null TEXT", STR_ARG(table)), err);
	if (rc == 0)
		rc = run(fixture,
			 arena_printf(arena, "ALTER TABLE %.*s ADD COLUMN later_default TEXT NOT NULL DEFAULT 'none'",
				      STR_ARG(table)),
			 err);
	if (rc == 0)
		rc = run(fixture,
			 arena_printf(arena, "CREATE INDEX later_of_%.*s ON %.*s (later_default, later_null)",
				      STR_ARG(table), STR_ARG(table)),
			 err);
	if (rc == 0)
		rc = run(fixture, arena_printf(arena, "UPDATE %.*s SET later_null = 'later'", STR_ARG(table)), err);
	return rc;
}

static int migrate_later(struct fixture *fixture, struct err *err)
{
	struct db *db = store_db(fixture->store);
	struct str_vec names = {0};
	int rc = list_tables(fixture, &names, err);
	assert_true(rc != 0 || names.len > 20);
	for (size_t i = 0; rc == 0 && i < names.len; i++)
		rc = widen(fixture, names.at[i], err);
	if (rc == 0)
		rc = db_run(db, err, "CREATE TABLE later (id BIGINT PRIMARY KEY, item_id BIGINT)");
	if (rc == 0)
		rc = db_run(db, err,
			    "INSERT INTO migration (series, number, name, applied_s)"
			    " VALUES ('store', 9001, '9001_later', 1)");
	return rc;
}

int fixture_setup(void **state)
{
	static struct fixture fixture;
	static const struct db_options options = {.wait = no_wait, .busy_timeout_ms = 100};
	fixture = (struct fixture){0};
	*state = NULL;
	if (!engine_start(&fixture.engine, fixture_kind))
		return 0;
	clock_fixed_init(&fixture.clock, NOW_S);
	random_fixed_init(&fixture.random, 7);
	fixture.arena = arena_create(0);
	assert_ok(store_open(fixture.engine.url, &options, &fixture.clock.clock, &fixture.random.random, &fixture.store,
			     &err));
	assert_ok(store_migrate(fixture.store, &err));
	if (getenv("CRIER_TEST_LATER"))
		assert_ok(migrate_later(&fixture, &err));
	assert_ok(store_write(fixture.store, fill, &fixture, &err));
	*state = &fixture;
	return 0;
}

int fixture_teardown(void **state)
{
	struct fixture *fixture = *state;
	if (!fixture)
		return 0;
	store_close(fixture->store);
	arena_destroy(fixture->arena);
	engine_stop(&fixture->engine);
	return 0;
}

struct fixture *fixture_need(void **state)
{
	if (!*state)
		skip();
	return *state;
}

int fixture_run(const char *name, const struct CMUnitTest *tests, size_t count)
{
	char title[100];
	int failed = 0;
	for (int kind = DB_SQLITE; kind <= DB_POSTGRES; kind++) {
		fixture_kind = (enum db_engine)kind;
		snprintf(title, sizeof title, "%s on %s", name, kind == DB_SQLITE ? "SQLite" : "PostgreSQL");
		failed += _cmocka_run_group_tests(title, tests, count, NULL, NULL);
	}
	return failed;
}

/* ---- content ---- */

void set_text(struct fixture *fixture, struct item_content *content, const char *title)
{
	uint64_t hash = str_hash(str_from(title), 1);
	char *sha = arena_alloc(fixture->arena, 32);
	memcpy(sha, &hash, sizeof hash);
	content->revision.title = arena_str(fixture->arena, str_from(title));
	content->revision.body = arena_printf(fixture->arena, "<p>%s, at length.</p>", title);
	content->revision.sha256 = str_of(sha, 32);
}

struct item_content content_of(struct fixture *fixture, const char *language, const char *slug, const char *title)
{
	struct item_content content = {
		.kind_id = fixture->release_kind,
		.language = str_from(language),
		.slug = arena_str(fixture->arena, str_from(slug)),
		.path = arena_printf(fixture->arena, "/2023/11/%s/", slug),
		.state = ITEM_RELEASED,
		.date_s = NOW_S - 1000,
		.revision = {.dateline = STR("London"), .author = STR("test")},
	};
	set_text(fixture, &content, title);
	return content;
}

/* ---- one operation each ---- */

struct job {
	const struct item_content *content;
	const struct item_release *release;
	const struct import_mapping *mapping;
	struct item_ids ids;
	int64_t id;
	unsigned lacks;
	struct str text;
	struct str note;
};

static int write_job(struct fixture *fixture, int64_t batch_id, store_work *work, struct job *job)
{
	struct err err = {0};
	int rc = batch_id ? store_write_chunk(fixture->store, batch_id, work, job, &err)
			  : store_write(fixture->store, work, job, &err);
	if (rc < 0 && rc != ERR_DB && rc != ERR_INPUT)
		print_error("%d: %s\n", rc, err.text);
	return rc;
}

static int create_work(struct store_tx *tx, void *context, struct err *err)
{
	struct job *job = context;
	return item_create(tx, job->content, &job->ids, err);
}

int put_item(struct fixture *fixture, int64_t batch_id, const struct item_content *content, struct item_ids *ret_ids)
{
	struct job job = {.content = content};
	int rc = write_job(fixture, batch_id, create_work, &job);
	if (rc == 0)
		*ret_ids = job.ids;
	return rc;
}

static int add_work(struct store_tx *tx, void *context, struct err *err)
{
	struct job *job = context;
	return item_add_language(tx, job->id, job->content, &job->ids, err);
}

int add_language(struct fixture *fixture, int64_t batch_id, int64_t item_id, const struct item_content *content,
		 struct item_ids *ret_ids)
{
	struct job job = {.content = content, .id = item_id};
	int rc = write_job(fixture, batch_id, add_work, &job);
	if (rc == 0)
		*ret_ids = job.ids;
	return rc;
}

static int update_work(struct store_tx *tx, void *context, struct err *err)
{
	struct job *job = context;
	return item_update_import(tx, job->ids.entry_id, job->content, &job->id, err);
}

int update_item(struct fixture *fixture, int64_t batch_id, int64_t entry_id, const struct item_content *content,
		int64_t *ret_revision_id)
{
	struct job job = {.content = content, .ids = {.entry_id = entry_id}};
	int rc = write_job(fixture, batch_id, update_work, &job);
	if (rc == 0)
		*ret_revision_id = job.id;
	return rc;
}

static int release_work(struct store_tx *tx, void *context, struct err *err)
{
	struct job *job = context;
	return item_release(tx, job->id, job->release, &job->lacks, err);
}

int release_item(struct fixture *fixture, int64_t entry_id, const struct item_release *release, unsigned *ret_lacks)
{
	struct job job = {.release = release, .id = entry_id};
	int rc = write_job(fixture, 0, release_work, &job);
	*ret_lacks = job.lacks;
	return rc;
}

static int withdraw_work(struct store_tx *tx, void *context, struct err *err)
{
	struct job *job = context;
	return item_withdraw(tx, job->id, job->text, WITHDRAW_KILL, job->note, err);
}

int withdraw_item(struct fixture *fixture, int64_t item_id, const char *language, const char *note)
{
	struct job job = {.id = item_id, .text = str_from(language), .note = str_from(note)};
	return write_job(fixture, 0, withdraw_work, &job);
}

static int begin_work(struct store_tx *tx, void *context, struct err *err)
{
	return batch_begin(tx, STR("export.xml"), &((struct job *)context)->id, err);
}

int64_t begin_batch(struct fixture *fixture)
{
	struct job job = {0};
	assert_int_equal(write_job(fixture, 0, begin_work, &job), 0);
	return job.id;
}

static int flip_work(struct store_tx *tx, void *context, struct err *err)
{
	return batch_flip(tx, ((struct job *)context)->id, err);
}

int flip_batch(struct fixture *fixture, int64_t batch_id)
{
	struct job job = {.id = batch_id};
	return write_job(fixture, 0, flip_work, &job);
}

static int abandon_work(struct store_tx *tx, void *context, struct err *err)
{
	return batch_abandon(tx, ((struct job *)context)->id, err);
}

int abandon_batch(struct fixture *fixture, int64_t batch_id)
{
	struct job job = {.id = batch_id};
	return write_job(fixture, 0, abandon_work, &job);
}

static int source_work(struct store_tx *tx, void *context, struct err *err)
{
	return import_source_put(tx, STR("wordpress"), STR("https://old.example"), &((struct job *)context)->id, err);
}

int64_t put_source(struct fixture *fixture)
{
	struct job job = {0};
	assert_int_equal(write_job(fixture, 0, source_work, &job), 0);
	return job.id;
}

static int map_work(struct store_tx *tx, void *context, struct err *err)
{
	struct job *job = context;
	return import_map_put(tx, job->id, job->mapping, err);
}

int map_entry(struct fixture *fixture, int64_t batch_id, int64_t source_id, const char *old_id,
	      const struct item_ids *ids, const char *hash)
{
	struct import_mapping mapping = {
		.object = STR("post"),
		.old_id = str_from(old_id),
		.old_url = arena_printf(fixture->arena, "https://old.example/?p=%s", old_id),
		.hash = str_from(hash),
		.target = IMPORT_TARGET_ENTRY,
		.target_id = ids->entry_id,
		.revision_id = ids->revision_id,
	};
	struct job job = {.mapping = &mapping, .id = source_id};
	return write_job(fixture, batch_id, map_work, &job);
}

/* ---- looking ---- */

const struct entry *entry_now(struct fixture *fixture, int64_t entry_id)
{
	struct entry_page page = {0};
	assert_ok(entry_get(fixture->store, entry_id, fixture->arena, &page, &err));
	return &page.entries.at[0];
}

struct outbox_vec outbox_since(struct fixture *fixture, const struct outbox_position *position)
{
	struct outbox_vec rows = {0};
	assert_ok(outbox_read(fixture->store, position, 1000, fixture->arena, &rows, &err));
	return rows;
}

struct outbox_position outbox_now(struct fixture *fixture)
{
	struct outbox_position position = {0};
	assert_ok(outbox_head(fixture->store, &position, &err));
	return position;
}

#define COUNT_TABLE(name)                                                                                              \
	if (strcmp(table, #name) == 0) {                                                                               \
		assert_ok(db_get_i64(db, &count, &err, "SELECT COUNT(*) FROM " #name));                                \
		return count;                                                                                          \
	}

int64_t count_of(struct fixture *fixture, const char *table)
{
	struct db *db = store_db(fixture->store);
	int64_t count = -1;
	COUNT_TABLE(item)
	COUNT_TABLE(item_language)
	COUNT_TABLE(revision)
	COUNT_TABLE(item_term)
	COUNT_TABLE(item_contributor)
	COUNT_TABLE(stood_in)
	COUNT_TABLE(media)
	COUNT_TABLE(media_use)
	COUNT_TABLE(waiver)
	COUNT_TABLE(redirect)
	COUNT_TABLE(import_map)
	COUNT_TABLE(import_conflict)
	COUNT_TABLE(staged_entry)
	COUNT_TABLE(staged_link)
	COUNT_TABLE(menu_item)
	COUNT_TABLE(operation)
	COUNT_TABLE(outbox)
	fail_msg("the table %s is not in the list", table);
	return count;
}

static void say(void *context, const char *finding)
{
	(void)context;
	print_error("finding: %s\n", finding);
}

void all_in_order(struct fixture *fixture)
{
	assert_ok(store_check(fixture->store, say, NULL, &err));
	assert_ok(db_check(store_db(fixture->store), say, NULL, &err));
}
