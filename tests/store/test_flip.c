/* Flips and abandonments to the letter: what a batch leaves in every table, and batches that meet each other. */
#include "digest.h"

static struct item_ids publish(struct fixture *f, const char *language, const char *slug)
{
	struct item_content content = content_of(f, language, slug, slug);
	struct item_ids ids = {0};
	assert_int_equal(put_item(f, 0, &content, &ids), 0);
	return ids;
}

/* An import says that the entry now stands at this slug. */
static int64_t stage(struct fixture *f, int64_t batch_id, const struct item_ids *ids, const char *slug)
{
	struct item_content content = content_of(f, "en", slug, slug);
	int64_t revision_id = 0;
	assert_int_equal(update_item(f, batch_id, ids->entry_id, &content, &revision_id), 0);
	return revision_id;
}

static struct redirect redirect_now(struct fixture *f, const char *path)
{
	struct redirect redirect = {0};
	assert_ok(redirect_get(f->store, str_from(path), f->arena, &redirect, &err));
	return redirect;
}

static void a_moved_entry_leaves_a_redirect_of_the_batch(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids ids = publish(f, "en", "old");
	int64_t batch_id = begin_batch(f);
	stage(f, batch_id, &ids, "new");
	assert_int_equal(flip_batch(f, batch_id), 0);
	struct redirect redirect = redirect_now(f, "/2023/11/old/");
	assert_int_equal(redirect.target, REDIRECT_ENTRY);
	assert_int_equal(redirect.target_id, ids.entry_id);
	assert_true(redirect.in_force);
	/* Whoever reads what the batch brought gets it too. */
	struct redirect_vec page = {0};
	assert_ok(redirect_page(f->store, false, batch_id, STR(""), 10, f->arena, &page, &err));
	assert_int_equal(page.len, 1);
	assert_text(page.at[0].path, "/2023/11/old/");
	all_in_order(f);
}

/* The old address leads to who stood there last, whoever was there before. */
static void a_moved_entry_takes_the_redirect_over(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids first = publish(f, "en", "first");
	int64_t batch_id = begin_batch(f);
	stage(f, batch_id, &first, "second");
	assert_int_equal(flip_batch(f, batch_id), 0);
	struct item_ids heir = publish(f, "en", "first");
	assert_int_equal(redirect_now(f, "/2023/11/first/").target_id, first.entry_id);
	batch_id = begin_batch(f);
	stage(f, batch_id, &heir, "third");
	assert_int_equal(flip_batch(f, batch_id), 0);
	assert_int_equal(redirect_now(f, "/2023/11/first/").target_id, heir.entry_id);
	all_in_order(f);
}

static void two_that_want_one_address_do_not_stop_the_flip(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids one = publish(f, "en", "one"), two = publish(f, "en", "two"), three = publish(f, "en", "three");
	int64_t batch_id = begin_batch(f);
	stage(f, batch_id, &two, "wanted");
	stage(f, batch_id, &one, "wanted");
	stage(f, batch_id, &three, "elsewhere");
	assert_int_equal(flip_batch(f, batch_id), 0);
	assert_text(entry_now(f, one.entry_id)->path, "/2023/11/wanted/");
	assert_text(entry_now(f, two.entry_id)->path, "/2023/11/two/");
	assert_text(entry_now(f, two.entry_id)->slug, "two");
	assert_text(entry_now(f, two.entry_id)->title, "wanted"); /* its text came all the same */
	assert_text(entry_now(f, three.entry_id)->path, "/2023/11/elsewhere/");
	assert_int_equal(count_of(f, "redirect"), 2); /* none for the one that stayed */
	all_in_order(f);
}

static void two_that_want_one_reference_do_not_stop_the_flip(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids one = publish(f, "en", "one"), two = publish(f, "en", "two");
	const struct item_ids *both[] = {&two, &one};
	int64_t batch_id = begin_batch(f);
	for (int i = 0; i < 2; i++) {
		struct item_content content = content_of(f, "en", i ? "one" : "two", "Text");
		int64_t revision_id = 0;
		content.reference = STR("R 7");
		assert_int_equal(update_item(f, batch_id, both[i]->entry_id, &content, &revision_id), 0);
	}
	assert_int_equal(flip_batch(f, batch_id), 0);
	assert_text(entry_now(f, one.entry_id)->reference, "R 7");
	assert_text(entry_now(f, two.entry_id)->reference, "");
}

/* Two entries that exchange their addresses keep them: neither was ever free. */
static void an_exchange_of_addresses_is_not_made(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids one = publish(f, "en", "one"), two = publish(f, "en", "two");
	int64_t batch_id = begin_batch(f), revision_id = 0;
	struct item_content content = content_of(f, "en", "two", "x");
	assert_int_equal(update_item(f, batch_id, one.entry_id, &content, &revision_id), STORE_TAKEN);
	content = content_of(f, "en", "three", "x");
	assert_int_equal(update_item(f, batch_id, two.entry_id, &content, &revision_id), 0);
	assert_int_equal(flip_batch(f, batch_id), 0);
	assert_text(entry_now(f, one.entry_id)->path, "/2023/11/one/");
	assert_text(entry_now(f, two.entry_id)->path, "/2023/11/three/");
}

/* A translation outside the batch shows the item's kind, number and pin: its projections are told. */
static void a_flip_names_translations_that_it_changes(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids en = publish(f, "en", "one"), fr;
	struct item_content content = content_of(f, "fr", "un", "Un");
	assert_int_equal(add_language(f, 0, en.item_id, &content, &fr), 0);
	for (int i = 0; i < 5; i++) { /* nothing, pinned, another kind, a number, breaking */
		int64_t batch_id = begin_batch(f), revision_id = 0;
		content = content_of(f, "en", "one", i ? "Changed" : "one");
		content.pinned_until_s = i > 0 ? NOW_S + 100 : 0;
		content.kind_id = i > 1 ? f->report_kind : f->release_kind;
		content.reference = i > 2 ? STR("R 9") : STR("");
		content.breaking_until_s = i > 3 ? NOW_S + 200 : 0;
		assert_int_equal(update_item(f, batch_id, en.entry_id, &content, &revision_id), 0);
		struct outbox_position before = outbox_now(f);
		assert_int_equal(flip_batch(f, batch_id), 0);
		struct outbox_vec rows = outbox_since(f, &before);
		assert_int_equal(rows.len, i ? 2 : 1);
		if (i) {
			assert_int_equal(rows.at[0].kind, OUTBOX_ENTRY);
			assert_int_equal(rows.at[0].subject_id, fr.entry_id);
		}
		assert_int_equal(vec_last(&rows)->kind, OUTBOX_BATCH);
	}
}

static int64_t kind_after(struct fixture *f, const struct item_ids *ids, size_t count, const int64_t kinds[])
{
	static const char *const languages[] = {"en", "fr"};
	int64_t batch_id = begin_batch(f), revision_id = 0;
	for (size_t i = 0; i < count; i++) {
		struct item_content content = content_of(f, languages[i], i ? "un" : "one", "Text");
		content.kind_id = kinds[i];
		assert_int_equal(update_item(f, batch_id, ids[i].entry_id, &content, &revision_id), 0);
	}
	assert_int_equal(flip_batch(f, batch_id), 0);
	return entry_now(f, ids[0].entry_id)->kind_id;
}

/* An item has one kind for all its languages: one that says nothing takes nothing from the others. */
static void a_kind_goes_when_no_language_gives_one(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids ids[2] = {publish(f, "en", "one")};
	struct item_content content = content_of(f, "fr", "un", "Un");
	assert_int_equal(kind_after(f, ids, 1, (int64_t[]){0}), 0);
	assert_int_equal(kind_after(f, ids, 1, (int64_t[]){f->report_kind}), f->report_kind);
	content.kind_id = 0;
	content.state = ITEM_UNRELEASED;
	assert_int_equal(add_language(f, 0, ids[0].item_id, &content, &ids[1]), 0);
	assert_int_equal(kind_after(f, ids, 1, (int64_t[]){0}), f->report_kind); /* French is not of the batch */
	assert_int_equal(kind_after(f, ids, 2, (int64_t[]){0, f->release_kind}), f->release_kind);
	assert_int_equal(kind_after(f, ids, 2, (int64_t[]){f->report_kind, 0}), f->report_kind);
	assert_int_equal(kind_after(f, ids, 2, (int64_t[]){f->release_kind, f->report_kind}), f->release_kind);
	assert_int_equal(kind_after(f, ids, 2, (int64_t[]){0, 0}), 0);
	all_in_order(f);
}

/* Translations may say different times; the later one holds, and one that says none takes nothing away. */
static void a_flip_keeps_the_latest_end_of_breaking(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids en = publish(f, "en", "one"), fr;
	struct item_content content = content_of(f, "fr", "un", "Un");
	assert_int_equal(add_language(f, 0, en.item_id, &content, &fr), 0);
	static const int64_t given[][3] = {/* en, fr, then */ {NOW_S + 20, NOW_S + 30, NOW_S + 30},
					   {NOW_S + 60, NOW_S + 40, NOW_S + 60},
					   {0, NOW_S + 50, NOW_S + 50},
					   {0, 0, NOW_S + 50}};
	for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
		int64_t batch_id = begin_batch(f), revision_id = 0;
		content = content_of(f, "en", "one", "one");
		content.breaking_until_s = given[i][0];
		assert_int_equal(update_item(f, batch_id, en.entry_id, &content, &revision_id), 0);
		content = content_of(f, "fr", "un", "Un");
		content.breaking_until_s = given[i][1];
		assert_int_equal(update_item(f, batch_id, fr.entry_id, &content, &revision_id), 0);
		assert_int_equal(flip_batch(f, batch_id), 0);
		assert_int_equal(entry_now(f, en.entry_id)->breaking_until_s, given[i][2]);
		assert_int_equal(entry_now(f, fr.entry_id)->breaking_until_s, given[i][2]);
	}
}

/* ---- waivers ---- */

static void a_waiver_is_given_at_the_flip(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_content content = content_of(f, "en", "draft", "Draft");
	struct item_media media = {f->bare_photo, MEDIA_BODY};
	content.state = ITEM_UNRELEASED;
	content.revision.media = &media;
	content.revision.media_count = 1;
	struct item_ids ids;
	assert_int_equal(put_item(f, 0, &content, &ids), 0);
	/* An import brings the same text as released: the revision that was written here is staged. */
	content.state = ITEM_RELEASED;
	int64_t revision_id = 0, batch_id = begin_batch(f);
	assert_int_equal(update_item(f, batch_id, ids.entry_id, &content, &revision_id), 0);
	assert_int_equal(revision_id, ids.revision_id);
	assert_int_equal(count_of(f, "waiver"), 0);
	assert_int_equal(abandon_batch(f, batch_id), 0);
	unsigned lacks = 0;
	assert_int_equal(release_item(f, ids.entry_id, &(struct item_release){0}, &lacks), STORE_REFUSED);
	assert_int_equal(lacks, ITEM_LACKS_CREDIT | ITEM_LACKS_ALT);
	batch_id = begin_batch(f);
	assert_int_equal(update_item(f, batch_id, ids.entry_id, &content, &revision_id), 0);
	assert_int_equal(flip_batch(f, batch_id), 0);
	assert_int_equal(entry_now(f, ids.entry_id)->state, ITEM_RELEASED);
	assert_true(entry_now(f, ids.entry_id)->waived);
	all_in_order(f);
}

/* A draft that comes again as released within its own batch is one that has been approved. */
static void a_draft_of_the_batch_can_become_released(void **state)
{
	struct fixture *f = fixture_need(state);
	int64_t batch_id = begin_batch(f), revision_id = 0;
	struct item_content content = content_of(f, "en", "news", "News");
	content.state = ITEM_UNRELEASED;
	struct item_ids ids;
	assert_int_equal(put_item(f, batch_id, &content, &ids), 0);
	content.state = ITEM_RELEASED;
	assert_int_equal(update_item(f, batch_id, ids.entry_id, &content, &revision_id), 0);
	assert_int_equal(revision_id, ids.revision_id);
	assert_int_equal(flip_batch(f, batch_id), 0);
	assert_int_equal(entry_now(f, ids.entry_id)->revision_id, ids.revision_id);
	all_in_order(f);
}

/* A chunk that brings what is public already changes nothing of it before the flip. */
static void the_same_text_again_waives_nothing_public(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids ids = publish(f, "en", "news");
	uint64_t before = digest_of(f, DIGEST_CONTENT);
	int64_t batch_id = begin_batch(f), revision_id = 0;
	struct item_content content = content_of(f, "en", "news", "news");
	assert_int_equal(update_item(f, batch_id, ids.entry_id, &content, &revision_id), 0);
	assert_true(digest_of(f, DIGEST_CONTENT) == before);
	assert_false(entry_now(f, ids.entry_id)->waived);
}

/* ---- giving up ---- */

struct fill {
	struct fixture *f;
	struct item_ids news;
	int64_t source_id, batch_id;
	int64_t id;
};

static int fill_site(struct store_tx *tx, void *context, struct err *err)
{
	struct fill *fill = context;
	struct redirect redirect = {.path = STR("/?p=1"), .target = REDIRECT_ENTRY, .target_id = fill->news.entry_id};
	int rc = redirect_put(tx, &redirect, err);
	redirect = (struct redirect){.path = STR("/gone/"), .target = REDIRECT_GONE, .note = STR("n")};
	if (rc == 0)
		rc = redirect_put(tx, &redirect, err);
	struct menu_item item = {.menu = STR("main"), .language = STR("en"), .label = STR("L"), .url = STR("/x/")};
	if (rc == 0)
		rc = menu_add(tx, &item, &fill->id, err);
	struct import_progress progress = {.set_hash = STR("set"),
					   .source_id = fill->source_id,
					   .batch_id = fill->batch_id,
					   .phase = STR("items"),
					   .counts = STR("{}")};
	if (rc == 0)
		rc = import_progress_put(tx, &progress, err);
	struct import_conflict conflict = {.object = STR("post"),
					   .old_id = STR("1"),
					   .entry_id = fill->news.entry_id,
					   .newest_revision_id = fill->news.revision_id};
	return rc == 0 ? import_conflict_put(tx, fill->source_id, &conflict, err) : rc;
}

static void a_batch_of_new_things_leaves_the_store_as_it_was(void **state)
{
	struct fixture *f = fixture_need(state);
	struct fill fill = {.f = f, .source_id = put_source(f), .news = publish(f, "en", "news")};
	uint64_t before = digest_of(f, DIGEST_CONTENT | DIGEST_NAMES | DIGEST_IMPORT);
	fill.batch_id = begin_batch(f);
	struct item_content content = content_of(f, "en", "fresh", "Fresh");
	struct item_media media = {f->photo, MEDIA_BODY};
	content.revision.media = &media;
	content.revision.media_count = 1;
	content.term_ids = &f->health;
	content.place_ids = &f->italy;
	content.contributors = &(struct item_contributor){f->ada, ITEM_AUTHOR};
	content.term_count = content.place_count = content.contributor_count = 1;
	struct item_ids fresh, french;
	assert_int_equal(put_item(f, fill.batch_id, &content, &fresh), 0);
	assert_int_equal(map_entry(f, fill.batch_id, fill.source_id, "2", &fresh, "hash"), 0);
	content = content_of(f, "fr", "neuf", "Neuf");
	assert_int_equal(add_language(f, fill.batch_id, fill.news.item_id, &content, &french), 0);
	assert_ok(store_write_chunk(f->store, fill.batch_id, fill_site, &fill, &err));
	assert_true(digest_of(f, DIGEST_CONTENT) != before);
	assert_int_equal(abandon_batch(f, fill.batch_id), 0);
	assert_true(digest_of(f, DIGEST_CONTENT | DIGEST_NAMES | DIGEST_IMPORT) == before);
	all_in_order(f);
}

static void a_staged_change_given_up_leaves_one_revision_in_the_history(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids ids = publish(f, "en", "news");
	int64_t revisions = count_of(f, "revision");
	uint64_t names = digest_of(f, DIGEST_NAMES | DIGEST_IMPORT);
	struct entry before = *entry_now(f, ids.entry_id);
	int64_t batch_id = begin_batch(f);
	stage(f, batch_id, &ids, "newer");
	stage(f, batch_id, &ids, "newest"); /* and once more */
	assert_int_equal(abandon_batch(f, batch_id), 0);
	const struct entry *entry = entry_now(f, ids.entry_id);
	assert_true(str_eq(entry->path, before.path) && str_eq(entry->title, before.title));
	assert_int_equal(entry->revision_id, before.revision_id);
	assert_int_equal(count_of(f, "revision"), revisions + 2);
	assert_int_equal(count_of(f, "waiver"), 0);
	assert_true(digest_of(f, DIGEST_NAMES | DIGEST_IMPORT) == names);
	int64_t item_id = 0, newest = 0;
	assert_ok(import_newest(f->store, ids.entry_id, &item_id, &newest, &err));
	assert_int_equal(newest, ids.revision_id);
	bool taken = true;
	assert_ok(item_path_taken(f->store, STR("/2023/11/newest/"), 0, &taken, &err));
	assert_false(taken);
	all_in_order(f);
}

/* Another open batch has changes waiting for an entry that goes: they go with it. */
static void a_batch_can_be_given_up_while_another_waits_on_it(void **state)
{
	struct fixture *f = fixture_need(state);
	int64_t first = begin_batch(f), second = begin_batch(f);
	struct item_content content = content_of(f, "en", "news", "News");
	content.term_ids = &f->health;
	content.term_count = 1;
	struct item_ids ids;
	assert_int_equal(put_item(f, first, &content, &ids), 0);
	int64_t revision_id = 0;
	set_text(f, &content, "Newer");
	assert_int_equal(update_item(f, second, ids.entry_id, &content, &revision_id), 0);
	assert_int_equal(count_of(f, "staged_entry"), 1);
	assert_int_equal(abandon_batch(f, first), 0);
	assert_int_equal(count_of(f, "staged_entry"), 0);
	assert_int_equal(count_of(f, "staged_link"), 0);
	assert_int_equal(count_of(f, "item"), 0);
	assert_int_equal(flip_batch(f, second), 0);
	all_in_order(f);
}

/* ---- an address is a redirect or a tombstone, not both ---- */

struct put {
	struct redirect redirect;
};

static int put_redirect(struct store_tx *tx, void *context, struct err *err)
{
	return redirect_put(tx, &((struct put *)context)->redirect, err);
}

static void gone_at(struct fixture *f, int64_t batch_id, const char *path, const char *note)
{
	struct put put = {{.path = str_from(path), .target = REDIRECT_GONE, .note = str_from(note)}};
	assert_ok(batch_id ? store_write_chunk(f->store, batch_id, put_redirect, &put, &err)
			   : store_write(f->store, put_redirect, &put, &err));
}

static void path_at(struct fixture *f, int64_t batch_id, const char *path, const char *to)
{
	struct put put = {{.path = str_from(path), .target = REDIRECT_PATH, .to_path = str_from(to)}};
	assert_ok(batch_id ? store_write_chunk(f->store, batch_id, put_redirect, &put, &err)
			   : store_write(f->store, put_redirect, &put, &err));
}

static size_t answers_for(struct fixture *f, const char *path)
{
	size_t count = 0;
	for (int gone = 0; gone < 2; gone++) {
		struct redirect_vec page = {0};
		assert_ok(redirect_page(f->store, gone, 0, STR(""), 100, f->arena, &page, &err));
		for (size_t i = 0; i < page.len; i++)
			count += str_eq(page.at[i].path, str_from(path));
	}
	return count;
}

static void the_last_word_on_an_address_counts(void **state)
{
	struct fixture *f = fixture_need(state);
	path_at(f, 0, "/a/", "/archive/");
	gone_at(f, 0, "/a/", "gone now");
	assert_int_equal(redirect_now(f, "/a/").target, REDIRECT_GONE);
	assert_int_equal(answers_for(f, "/a/"), 1);
	path_at(f, 0, "/a/", "/archive/2018/");
	assert_text(redirect_now(f, "/a/").to_path, "/archive/2018/");
	assert_int_equal(answers_for(f, "/a/"), 1);
	/* A chunk leaves alone what is in force, in either table. */
	int64_t batch_id = begin_batch(f);
	gone_at(f, batch_id, "/a/", "from an export");
	gone_at(f, 0, "/b/", "ours");
	path_at(f, batch_id, "/b/", "/archive/");
	assert_int_equal(redirect_now(f, "/a/").target, REDIRECT_PATH);
	assert_text(redirect_now(f, "/b/").note, "ours");
	assert_int_equal(answers_for(f, "/a/") + answers_for(f, "/b/"), 2);
	/* Its own it may change. */
	gone_at(f, batch_id, "/c/", "first");
	path_at(f, batch_id, "/c/", "/archive/");
	assert_int_equal(redirect_now(f, "/c/").target, REDIRECT_PATH);
	assert_false(redirect_now(f, "/c/").in_force);
	assert_int_equal(answers_for(f, "/c/"), 1);
	assert_int_equal(flip_batch(f, batch_id), 0);
	assert_true(redirect_now(f, "/c/").in_force);
}

static void a_tombstone_of_a_batch_given_up_can_be_written_again(void **state)
{
	struct fixture *f = fixture_need(state);
	int64_t first = begin_batch(f), second = begin_batch(f);
	gone_at(f, first, "/a/", "first");
	gone_at(f, second, "/a/", "second");
	assert_int_equal(abandon_batch(f, first), 0);
	assert_int_equal(flip_batch(f, second), 0);
	assert_text(redirect_now(f, "/a/").note, "second");
	assert_true(redirect_now(f, "/a/").in_force);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(a_moved_entry_leaves_a_redirect_of_the_batch),
		STORE_TEST(a_moved_entry_takes_the_redirect_over),
		STORE_TEST(two_that_want_one_address_do_not_stop_the_flip),
		STORE_TEST(two_that_want_one_reference_do_not_stop_the_flip),
		STORE_TEST(an_exchange_of_addresses_is_not_made),
		STORE_TEST(a_flip_names_translations_that_it_changes),
		STORE_TEST(a_kind_goes_when_no_language_gives_one),
		STORE_TEST(a_flip_keeps_the_latest_end_of_breaking),
		STORE_TEST(a_waiver_is_given_at_the_flip),
		STORE_TEST(a_draft_of_the_batch_can_become_released),
		STORE_TEST(the_same_text_again_waives_nothing_public),
		STORE_TEST(a_batch_of_new_things_leaves_the_store_as_it_was),
		STORE_TEST(a_staged_change_given_up_leaves_one_revision_in_the_history),
		STORE_TEST(a_batch_can_be_given_up_while_another_waits_on_it),
		STORE_TEST(the_last_word_on_an_address_counts),
		STORE_TEST(a_tombstone_of_a_batch_given_up_can_be_written_again),
	};
	return FIXTURE_RUN("flip", tests);
}
