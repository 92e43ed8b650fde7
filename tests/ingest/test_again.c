/* The import again: unchanged, changed, interrupted at every chunk, with a fault at every statement. */
#include "newsroom.h"

#define COUNT      23
#define FILES_LEFT "addresses kept; the files are not fetched by this import"

/* A small set with everything that writes: terms, people, pictures, translations, menus. version changes one item. */
static void write_set(struct newsroom *room, int version)
{
	BUF_SCOPED text = BUF_INIT(4u << 20);
	buf_put_cstr(&text, EXPORT_HEAD("1.2") "<wp:author><wp:author_login>mara</wp:author_login></wp:author>");
	for (int i = 1; i <= COUNT; i++) {
		char name[32], extra[400], content[300];
		bool picture = i % 5 == 0;
		snprintf(name, sizeof name, "item-%d", i);
		snprintf(content, sizeof content, "Text %d%s <a href=\"/?p=%d\">more</a>", i,
			 version > 1 && i == 3 ? " changed" : "", i % COUNT + 1);
		snprintf(extra, sizeof extra,
			 "%s<category domain=\"category\" nicename=\"c%d\"><![CDATA[C %d]]></category>"
			 "<category domain=\"post_translations\" nicename=\"g%d\"><![CDATA[g]]></category>"
			 "<category domain=\"language\" nicename=\"%s\"><![CDATA[l]]></category>",
			 picture ? "<wp:attachment_url>https://harbour.example/wp-content/uploads/p.jpg</"
				   "wp:attachment_url>"
				 : "",
			 i % 3, i % 3, i / 2, i % 2 ? "fr" : "en");
		export_put_item(&text, &(struct export_item){.id = i,
							     .name = name,
							     .type = picture ? "attachment" : "post",
							     .status = picture ? "inherit" : "publish",
							     .content = content,
							     .extra = extra});
	}
	export_put_item(&text, &(struct export_item){.id = 90,
						     .type = "nav_menu_item",
						     .title = "Home",
						     .extra = "<wp:postmeta><wp:meta_key>_menu_item_url</wp:meta_key>"
							      "<wp:meta_value>/</wp:meta_value></wp:postmeta>"});
	buf_put_cstr(&text, EXPORT_FOOT);
	newsroom_file(room, buf_str(&text));
}

/* What an import without any trouble gives. */
static struct str expected_dump(struct arena *arena, int *ret_entries)
{
	void *state;
	assert_int_equal(newsroom_open(&state), 0);
	struct newsroom *room = state;
	write_set(room, 1);
	newsroom_must_import(room);
	struct str dump = arena_str(arena, newsroom_dump(room));
	*ret_entries = (int)newsroom_entries(room).len;
	newsroom_close(&state);
	return dump;
}

static bool anything_public(struct newsroom *room)
{
	struct entry_vec entries = newsroom_entries(room);
	for (size_t i = 0; i < entries.len; i++)
		if (!entries.at[i].batch_id || entries.at[i].batch_flipped_s)
			return true;
	return false;
}

static int64_t outbox_rows(struct newsroom *room)
{
	struct store_counts counts;
	assert_int_equal(store_count(room->store, &counts, &room->err), 0);
	return counts.outbox;
}

static void the_same_files_change_nothing(void **state)
{
	struct newsroom *room = *state;
	write_set(room, 1);
	newsroom_must_import(room);
	struct str before = newsroom_dump(room);
	int64_t rows = outbox_rows(room), taken = newsroom_counted(room, "posts", "taken");
	assert_int_equal(newsroom_counted(room, "files of attachments", FILES_LEFT), COUNT / 5);
	newsroom_must_import(room);
	assert_dumps_equal(newsroom_dump(room), before);
	assert_int_equal(outbox_rows(room), rows);
	assert_int_equal(newsroom_counted(room, "posts", "taken"), 0);
	assert_int_equal(newsroom_counted(room, "posts", "unchanged"), taken);
	assert_int_equal(newsroom_counted(room, "attachments", "unchanged"), COUNT / 5);
	assert_int_equal(newsroom_counted(room, "files of attachments", FILES_LEFT), 0);
}

static void a_changed_export_updates_what_was_left_alone(void **state)
{
	struct newsroom *room = *state;
	write_set(room, 1);
	newsroom_must_import(room);
	newsroom_forget(room);
	write_set(room, 2);
	newsroom_must_import(room);
	assert_int_equal(newsroom_counted(room, "posts", "changed"), 1);
	assert_int_not_equal(str_find(newsroom_entry(room, "/2019/05/item-3/")->body, STR("changed")), SIZE_MAX);
	struct site_content site;
	assert_int_equal(site_read(room->store, room->arena, &site, &room->err), 0);
	assert_int_equal(site.menu.len, 1);
}

static int revise(struct store_tx *tx, void *context, struct err *err)
{
	struct item_revision_content content = {
		.title = STR("Ours"), .body = STR("<p>Ours</p>"), .sha256 = STR("0123456789abcdef0123456789abcdef")};
	int64_t revision_id;
	return item_revise(tx, *(const int64_t *)context, &content, &revision_id, err);
}

static void what_was_edited_here_is_a_conflict(void **state)
{
	struct newsroom *room = *state;
	write_set(room, 1);
	newsroom_must_import(room);
	const struct entry *entry = newsroom_entry(room, "/2019/05/item-3/");
	int64_t id = entry->id;
	assert_int_equal(store_write(room->store, revise, &id, &room->err), 0);
	newsroom_forget(room);
	write_set(room, 2);
	newsroom_must_import(room);
	assert_int_equal(newsroom_counted(room, "posts", "left: conflicts with an edit here"), 1);
	assert_int_equal(newsroom_counted(room, "posts", "changed"), 0);
	assert_int_equal(str_find(newsroom_entry(room, "/2019/05/item-3/")->body, STR("changed")), SIZE_MAX);
}

#define FILED(taxonomy, slug, name)                                                                                    \
	"<category domain=\"" taxonomy "\" nicename=\"" slug "\"><![CDATA[" name "]]></category>"

static void write_filed(struct newsroom *room)
{
	ITEMS(room, NULL,
	      {.id = 1,
	       .name = "a",
	       .extra = FILED("category", "reports", "Reports") FILED("category", "egypt", "Egypt")
		       FILED("category", "water", "Water")},
	      {.id = 2, .name = "b", .extra = FILED("category", "water", "Water") FILED("category", "port", "Port")});
}

#define RULE(slug, becomes) "{ taxonomy = \"category\"; term = \"" slug "\"; becomes = \"" becomes "\"; "
static const char filing_one[] =
	"kinds = ( { key = \"report\"; label = \"Report\"; }, "
	"{ key = \"letter\"; label = \"Letter\"; } );\n"
	"terms = ( " RULE("reports", "kind") "to = \"report\"; },\n" RULE("egypt", "place") "to = \"EG\"; },\n" RULE(
		"port", "place") "},\n" RULE("water", "campaign") "} );";
static const char filing_two[] = "kinds = ( { key = \"report\"; label = \"Report\"; }, "
				 "{ key = \"letter\"; label = \"Letter\"; } );\n"
				 "terms = ( " RULE("reports", "kind") "to = \"letter\"; },\n" RULE(
					 "egypt", "place") "to = \"KE\"; },\n" RULE("water", "right") "} );";

static bool in_vocabulary(struct newsroom *room, int64_t term_id, enum vocabulary vocabulary)
{
	struct taxonomy taxonomy = newsroom_taxonomy(room);
	for (size_t i = 0; i < taxonomy.terms.len; i++)
		if (taxonomy.terms.at[i].id == term_id)
			return taxonomy.terms.at[i].vocabulary == vocabulary;
	return false;
}

static struct str code_of(struct newsroom *room, int64_t place_id)
{
	struct taxonomy taxonomy = newsroom_taxonomy(room);
	for (size_t i = 0; i < taxonomy.places.len; i++)
		if (taxonomy.places.at[i].id == place_id)
			return taxonomy.places.at[i].code;
	return STR("none");
}

/* Imports what is filed anew, and once more, which must change nothing. */
static void file_as(struct newsroom *room, const char *mapping)
{
	if (mapping)
		newsroom_mapping(room, mapping);
	else
		room->mapping_path = NULL;
	newsroom_must_import(room);
	struct str dump = newsroom_dump(room);
	int64_t rows = outbox_rows(room);
	newsroom_must_import(room);
	assert_dumps_equal(newsroom_dump(room), dump);
	assert_int_equal(outbox_rows(room), rows);
	assert_int_equal(newsroom_counted(room, "posts", "unchanged"), 2);
}

static void check_no_mapping(struct newsroom *room)
{
	const struct entry *a = newsroom_entry(room, "/2019/05/a/"), *b = newsroom_entry(room, "/2019/05/b/");
	assert_string_equal(newsroom_term_slugs(room, a), "egypt reports water");
	assert_string_equal(newsroom_term_slugs(room, b), "port water");
	assert_int_equal(a->places.len, 0);
	assert_int_equal(b->places.len, 0);
	assert_int_equal(a->kind_id, 0);
	for (size_t i = 0; i < a->terms.len; i++)
		assert_true(in_vocabulary(room, a->terms.at[i], VOCABULARY_TOPIC));
}

static void check_filing(struct newsroom *room, const char *kind, const char *code, enum vocabulary vocabulary,
			 size_t places)
{
	const struct entry *a = newsroom_entry(room, "/2019/05/a/"), *b = newsroom_entry(room, "/2019/05/b/");
	int64_t kind_id;
	assert_int_equal(kind_find(room->store, str_from(kind), &kind_id, &room->err), 0);
	assert_int_equal(a->kind_id, kind_id);
	assert_string_equal(newsroom_term_slugs(room, a), "water");
	assert_true(in_vocabulary(room, a->terms.at[0], vocabulary));
	assert_int_equal(a->places.len, 1);
	assert_true(str_eq(code_of(room, a->places.at[0]), str_from(code)));
	assert_int_equal(b->places.len, places);
	assert_string_equal(newsroom_term_slugs(room, b), places ? "water" : "port water");
}

static void another_mapping_files_anew(void **state)
{
	struct newsroom *room = *state;
	write_filed(room);
	file_as(room, NULL);
	check_no_mapping(room);
	for (int round = 0; round < 2; round++) {
		file_as(room, filing_one);
		check_filing(room, "report", "EG", VOCABULARY_CAMPAIGN, 1);
		file_as(room, filing_two);
		check_filing(room, "letter", "KE", VOCABULARY_RIGHT, 0);
		file_as(room, NULL);
		check_no_mapping(room);
	}
	assert_int_equal(newsroom_entries(room).len, 2);
}

static void a_dry_run_writes_nothing(void **state)
{
	struct newsroom *room = *state;
	write_set(room, 1);
	room->dry_run = true;
	struct str before = newsroom_dump(room);
	newsroom_must_import(room);
	assert_dumps_equal(newsroom_dump(room), before);
	assert_int_equal(outbox_rows(room), 0);
	assert_int_equal(newsroom_counted(room, "posts", "taken"), COUNT - COUNT / 5);
	room->dry_run = false;
	newsroom_must_import(room);
	assert_int_equal(newsroom_counted(room, "posts", "taken"), COUNT - COUNT / 5);
}

/* Stops after each chunk, as a process that is told to end does; each call goes on a little. */
static void stopped_at_each_chunk_it_goes_on(void **state)
{
	struct newsroom *room = *state;
	int entries, calls = 0;
	struct str wanted = expected_dump(room->arena, &entries);
	atomic_bool stop = true;
	write_set(room, 1);
	newsroom_text(room, EXPORT_HEAD("1.2") EXPORT_FOOT);
	newsroom_forget(room);
	write_set(room, 1);
	room->chunk_items = 2;
	int result;
	room->stop = NULL;
	struct store_counts counts;
	for (long countdown = 3;; countdown += 40) {
		db_fault_set(store_db(room->store), DB_FAULT_FAIL, countdown);
		result = newsroom_import(room);
		db_fault_set(store_db(room->store), DB_FAULT_NONE, 0);
		calls++;
		if (result == 0)
			break;
		assert_false(anything_public(room));
		assert_int_equal(store_count(room->store, &counts, &room->err), 0);
		assert_true(counts.batches_open <= 1);
	}
	assert_true(calls > 3);
	assert_dumps_equal(newsroom_dump(room), wanted);
	assert_int_equal(newsroom_counted(room, "posts", "taken"), entries);
	room->stop = &stop;
	newsroom_forget(room);
	write_set(room, 2);
	assert_int_equal(newsroom_import(room), ERR_STOPPED);
}

struct stopping {
	atomic_bool stop;
	int after;
};

static void stop_later(void *context, const struct import_state *state)
{
	struct stopping *stopping = context;
	if (state->phase != IMPORT_CHECK && stopping->after-- == 0)
		atomic_store(&stopping->stop, true);
}

static int import_until(struct newsroom *room, int after)
{
	struct stopping stopping = {.after = after};
	struct import_options options = {.files = room->paths,
					 .file_count = room->files,
					 .time_zone = STR("Europe/Madrid"),
					 .threads = 2,
					 .chunk_items = 3,
					 .progress = stop_later,
					 .context = &stopping,
					 .stop = &stopping.stop};
	*vec_add(&options.languages, room->arena) = STR("en");
	*vec_add(&options.languages, room->arena) = STR("fr");
	*vec_add(&options.languages, room->arena) = STR("ar");
	import_report_destroy(room->report);
	return import_wordpress(room->store, &options, &room->report, &room->err);
}

static void the_stop_flag_at_each_step(void **state)
{
	struct newsroom *first = *state;
	int entries;
	struct str wanted = expected_dump(first->arena, &entries);
	for (int after = 0;; after++) {
		void *other;
		assert_int_equal(newsroom_open(&other), 0);
		struct newsroom *room = other;
		write_set(room, 1);
		int result = import_until(room, after);
		bool stopped = result == ERR_STOPPED;
		if (stopped) {
			bool flipped = anything_public(room);
			result = import_until(room, -1);
			if (result != 0)
				fail_msg("stopped after %d: %s", after, room->err.text);
			if (!flipped) {
				assert_int_equal(newsroom_counted(room, "posts", "taken"), entries);
				/* What the saved place covers is not even looked at again. */
				assert_int_equal(newsroom_counted(room, "posts", "unchanged"), 0);
				assert_int_equal(newsroom_counted(room, "attachments", "unchanged"), 0);
			}
		}
		assert_int_equal(result, 0);
		assert_dumps_equal(newsroom_dump(room), wanted);
		newsroom_close(&other);
		if (!stopped) {
			assert_true(after > 8);
			break;
		}
	}
}

static void a_fault_at_each_statement(void **state)
{
	struct newsroom *first = *state;
	int entries, faults = 0;
	struct str wanted = expected_dump(first->arena, &entries);
	static const enum db_fault kinds[] = {DB_FAULT_FAIL, DB_FAULT_COMMIT_LOST, DB_FAULT_AGAIN,
					      DB_FAULT_COMMIT_GONE};
	for (size_t kind = 0; kind < sizeof kinds / sizeof kinds[0]; kind++) {
		bool commits = kinds[kind] == DB_FAULT_COMMIT_LOST || kinds[kind] == DB_FAULT_COMMIT_GONE;
		for (long countdown = 1;; countdown += commits ? 1 : 13) {
			void *other;
			assert_int_equal(newsroom_open(&other), 0);
			struct newsroom *room = other;
			write_set(room, 1);
			room->chunk_items = 5;
			db_fault_set(store_db(room->store), kinds[kind], countdown);
			int result = newsroom_import(room);
			bool fired = db_fault_fired(store_db(room->store));
			db_fault_set(store_db(room->store), DB_FAULT_NONE, 0);
			faults += fired;
			/* What the store tries again, or looks up, the import must not even notice; only a mere
			 * reading before the first write may fail, and then nothing is there. */
			struct store_counts counts;
			assert_int_equal(store_count(room->store, &counts, &room->err), 0);
			if (kinds[kind] != DB_FAULT_FAIL && result != 0 && (counts.outbox || counts.batches_open))
				fail_msg("fault %zu at %ld was not borne", kind, countdown);
			if (result != 0) {
				assert_false(anything_public(room));
				if (newsroom_import(room) != 0)
					fail_msg("fault %zu at %ld: %s", kind, countdown, room->err.text);
			}
			assert_dumps_equal(newsroom_dump(room), wanted);
			newsroom_close(&other);
			if (!fired)
				break;
		}
	}
	assert_true(faults > 60);
}

/* What is kept of the items fails at any moment, as on a full disk: it is told, nothing of it is public or half there,
 * and the same import goes on when there is room again. */
static void a_fault_at_what_is_kept_of_the_items(void **state)
{
	struct newsroom *first = *state;
	int entries, faults = 0;
	struct str wanted = expected_dump(first->arena, &entries);
	for (long countdown = 1;; countdown += 11) {
		void *other;
		assert_int_equal(newsroom_open(&other), 0);
		struct newsroom *room = other;
		write_set(room, 1);
		room->chunk_items = 5;
		room->scratch_fault = countdown;
		int result = newsroom_import(room);
		room->scratch_fault = 0;
		if (result != 0) {
			faults++;
			assert_int_equal(result, ERR_DB);
			assert_non_null(strstr(room->err.text, "TMPDIR"));
			assert_false(anything_public(room));
			if (newsroom_import(room) != 0)
				fail_msg("fault at %ld: %s", countdown, room->err.text);
		}
		assert_dumps_equal(newsroom_dump(room), wanted);
		newsroom_close(&other);
		if (result == 0)
			break;
	}
	assert_true(faults > 20);
}

/* Files that changed while an import was interrupted: what that one brought is given up, and nothing of it stays. */
static void an_interrupted_import_of_other_files_is_given_up(void **state)
{
	struct newsroom *room = *state;
	write_set(room, 1);
	assert_int_equal(import_until(room, 5), ERR_STOPPED);
	newsroom_forget(room);
	write_set(room, 2);
	newsroom_must_import(room);
	assert_int_equal(newsroom_counted(room, "earlier imports", "interrupted, and given up"), 1);
	assert_int_equal(newsroom_entries(room).len, COUNT - COUNT / 5);
	assert_true(anything_public(room));
	struct store_counts counts;
	assert_int_equal(store_count(room->store, &counts, &room->err), 0);
	assert_int_equal(counts.batches_open, 0);
}

static void threads_do_not_change_the_result(void **state)
{
	struct newsroom *room = *state;
	int entries;
	struct str wanted = expected_dump(room->arena, &entries);
	write_set(room, 1);
	room->threads = 7;
	room->chunk_items = 1;
	newsroom_must_import(room);
	assert_dumps_equal(newsroom_dump(room), wanted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		NEWSROOM_TEST(the_same_files_change_nothing),
		NEWSROOM_TEST(a_changed_export_updates_what_was_left_alone),
		NEWSROOM_TEST(what_was_edited_here_is_a_conflict),
		NEWSROOM_TEST(another_mapping_files_anew),
		NEWSROOM_TEST(a_dry_run_writes_nothing),
		NEWSROOM_TEST(stopped_at_each_chunk_it_goes_on),
		NEWSROOM_TEST(the_stop_flag_at_each_step),
		NEWSROOM_TEST(a_fault_at_each_statement),
		NEWSROOM_TEST(a_fault_at_what_is_kept_of_the_items),
		NEWSROOM_TEST(an_interrupted_import_of_other_files_is_given_up),
		NEWSROOM_TEST(threads_do_not_change_the_result),
	};
	return NEWSROOM_RUN("ingest.again", tests);
}
