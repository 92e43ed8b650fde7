#include "newsroom.h"

#include "digest.h"

#include <unistd.h>

static enum db_engine kind = DB_SQLITE;

bool newsroom_on_postgres(void)
{
	return kind == DB_POSTGRES;
}

static void there_is_no_postgres_here(void **state)
{
	(void)state;
	skip();
}

int newsroom_run(const char *name, const struct CMUnitTest *tests, size_t count)
{
	static const struct CMUnitTest none[] = {cmocka_unit_test(there_is_no_postgres_here)};
	char title[100];
	kind = DB_SQLITE;
	snprintf(title, sizeof title, "%s on SQLite", name);
	int failed = _cmocka_run_group_tests(title, tests, count, NULL, NULL);
	bool there = getenv("CRIER_TEST_POSTGRES") != NULL;
	kind = DB_POSTGRES;
	snprintf(title, sizeof title, "%s on PostgreSQL", name);
	return failed + _cmocka_run_group_tests(title, there ? tests : none, there ? count : 1, NULL, NULL);
}

static int open_store(struct newsroom *room)
{
	struct db_options options = {0};
	const char *url = "sqlite::memory:";
	if (kind == DB_POSTGRES) {
		if (!engine_start(&room->engine, kind))
			return err_set(&room->err, ERR_SYSTEM, "there is no PostgreSQL to test with");
		url = room->engine.url;
	}
	int result = store_open(url, &options, &room->clock.clock, &room->random.random, &room->store, &room->err);
	return result == 0 ? store_migrate(room->store, &room->err) : result;
}

int newsroom_open(void **state)
{
	struct newsroom *room = calloc(1, sizeof *room);
	room->arena = arena_create(0);
	clock_fixed_init(&room->clock, NEWSROOM_NOW_S);
	random_fixed_init(&room->random, 7);
	snprintf(room->folder, sizeof room->folder, "/tmp/crier-ingest-XXXXXX");
	*state = room;
	if (!mkdtemp(room->folder) || open_store(room)) {
		print_error("%s\n", room->err.text);
		return -1;
	}
	return 0;
}

int newsroom_close(void **state)
{
	struct newsroom *room = *state;
	newsroom_forget(room);
	if (room->mapping_path)
		unlink(room->mapping_path);
	rmdir(room->folder);
	import_report_destroy(room->report);
	store_close(room->store);
	engine_stop(&room->engine);
	arena_destroy(room->arena);
	free(room);
	return 0;
}

static bool ours(const struct newsroom *room, const char *path)
{
	return strncmp(path, room->folder, strlen(room->folder)) == 0;
}

void newsroom_forget(struct newsroom *room)
{
	for (int i = 0; i < room->files; i++)
		if (ours(room, room->paths[i]))
			unlink(room->paths[i]);
	room->files = 0;
}

void newsroom_file(struct newsroom *room, struct str content)
{
	const char *path = arena_printf(room->arena, "%s/export-%d.xml", room->folder, room->files).ptr;
	assert_int_equal(file_write(path, content, 0600, &room->err), 0);
	room->paths[room->files++] = path;
}

void newsroom_text(struct newsroom *room, const char *content)
{
	newsroom_file(room, str_from(content));
}

void newsroom_items(struct newsroom *room, const char *head, const struct export_item *items, size_t count)
{
	BUF_SCOPED text = BUF_INIT(64u << 20);
	buf_put_cstr(&text, EXPORT_HEAD("1.2"));
	buf_put_cstr(&text, head ? head : "");
	for (size_t i = 0; i < count; i++)
		export_put_item(&text, &items[i]);
	buf_put_cstr(&text, EXPORT_FOOT);
	newsroom_file(room, buf_str(&text));
}

void newsroom_mapping(struct newsroom *room, const char *content)
{
	room->mapping_path = arena_printf(room->arena, "%s/mapping.conf", room->folder).ptr;
	assert_int_equal(file_write(room->mapping_path, str_from(content), 0600, &room->err), 0);
}

const char *newsroom_shared(struct newsroom *room, const char *name)
{
	const char *shared = getenv("CRIER_SHARED_DATA");
	const char *path = arena_printf(room->arena, "%s/%s", shared ? shared : CRIER_SHARED_DATA, name).ptr;
	return file_exists(path) ? path : NULL;
}

int newsroom_import(struct newsroom *room)
{
	struct import_options options = {
		.files = room->paths,
		.file_count = room->files,
		.mapping_path = room->mapping_path,
		.time_zone = STR("Europe/Madrid"),
		.dry_run = room->dry_run,
		.threads = room->threads ? room->threads : 2,
		.chunk_items = room->chunk_items,
		.scratch_fault = room->scratch_fault,
		.stop = room->stop,
	};
	*vec_add(&options.languages, room->arena) = STR("en");
	*vec_add(&options.languages, room->arena) = STR("fr");
	*vec_add(&options.languages, room->arena) = STR("ar");
	import_report_destroy(room->report);
	room->report = NULL;
	err_clear(&room->err);
	return import_wordpress(room->store, &options, &room->report, &room->err);
}

void newsroom_must_import(struct newsroom *room)
{
	if (newsroom_import(room) != 0)
		fail_msg("%s", room->err.text);
}

int64_t newsroom_counted(struct newsroom *room, const char *what, const char *outcome)
{
	return import_report_count(room->report, str_from(what), str_from(outcome));
}

bool newsroom_noted(struct newsroom *room, const char *reason_part)
{
	struct str what, title, reason;
	for (size_t i = 0; import_report_note_at(room->report, i, &what, &title, &reason); i++)
		if (str_find(reason, str_from(reason_part)) != SIZE_MAX)
			return true;
	return false;
}

struct entry_vec newsroom_entries(struct newsroom *room)
{
	struct entry_vec all = {0};
	struct entry_page page = {0};
	do {
		if (entry_page(room->store, 0, page.last_id, 500, room->arena, &page, &room->err) != 0)
			fail_msg("%s", room->err.text);
		for (size_t i = 0; i < page.entries.len; i++)
			*vec_add(&all, room->arena) = page.entries.at[i];
	} while (page.more);
	return all;
}

const struct entry *newsroom_entry(struct newsroom *room, const char *path)
{
	struct entry_vec entries = newsroom_entries(room);
	for (size_t i = 0; i < entries.len; i++)
		if (str_eq(entries.at[i].path, str_from(path)))
			return &entries.at[i];
	fail_msg("there is no entry at %s", path);
	return NULL;
}

struct taxonomy newsroom_taxonomy(struct newsroom *room)
{
	struct taxonomy taxonomy;
	assert_int_equal(taxonomy_read(room->store, room->arena, &taxonomy, &room->err), 0);
	return taxonomy;
}

static int by_text(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

void newsroom_sort(struct str_vec *texts)
{
	if (texts->len)
		qsort(texts->at, texts->len, sizeof *texts->at, by_text);
}

const char *newsroom_term_slugs(struct newsroom *room, const struct entry *entry)
{
	struct taxonomy taxonomy = newsroom_taxonomy(room);
	struct str_vec slugs = {0};
	for (size_t i = 0; i < entry->terms.len; i++)
		for (size_t j = 0; j < taxonomy.terms.len; j++)
			if (taxonomy.terms.at[j].id == entry->terms.at[i])
				*vec_add(&slugs, room->arena) = taxonomy.terms.at[j].texts.at[0].slug;
	newsroom_sort(&slugs);
	BUF_SCOPED text = BUF_INIT(1 << 16);
	for (size_t i = 0; i < slugs.len; i++)
		buf_printf(&text, "%s%.*s", i ? " " : "", STR_ARG(slugs.at[i]));
	return arena_cstr(room->arena, buf_str(&text));
}

const char *newsroom_byline(struct newsroom *room, const struct entry *entry)
{
	struct taxonomy taxonomy = newsroom_taxonomy(room);
	BUF_SCOPED text = BUF_INIT(1 << 16);
	for (size_t i = 0; i < entry->contributors.len; i++)
		for (size_t j = 0; j < taxonomy.contributors.len; j++)
			if (taxonomy.contributors.at[j].id == entry->contributors.at[i].contributor_id)
				buf_printf(&text, "%s%.*s", text.len ? ", " : "",
					   STR_ARG(taxonomy.contributors.at[j].name));
	return arena_cstr(room->arena, buf_str(&text));
}

uint64_t newsroom_digest(struct newsroom *room)
{
	struct fixture fixture = {.store = room->store, .arena = room->arena};
	return digest_of(&fixture, DIGEST_ALL & ~(unsigned)DIGEST_RECORD);
}

void assert_redirect(struct newsroom *room, const char *path, int64_t entry_id)
{
	struct redirect redirect;
	if (redirect_get(room->store, str_from(path), room->arena, &redirect, &room->err) != 0)
		fail_msg("there is no redirect from %s", path);
	assert_int_equal(redirect.target, REDIRECT_ENTRY);
	assert_int_equal(redirect.target_id, entry_id);
	assert_true(redirect.in_force);
}
