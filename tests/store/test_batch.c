#include "fixture.h"

/* What an import brings is hidden until its one row flips. */

static void a_batch_is_hidden_until_it_flips(void **state)
{
	struct fixture *f = fixture_need(state);
	int64_t batch_id = begin_batch(f);
	struct outbox_position before = outbox_now(f);
	struct item_ids ids;
	struct item_content content = content_of(f, "en", "b", "B");
	struct item_media media = {f->bare_photo, MEDIA_FEATURED};
	content.revision.media = &media;
	content.revision.media_count = 1;
	assert_int_equal(put_item(f, batch_id, &content, &ids), 0); /* no credit: the waiver lets it pass */
	const struct entry *entry = entry_now(f, ids.entry_id);
	assert_int_equal(entry->batch_id, batch_id);
	assert_int_equal(entry->batch_flipped_s, 0);
	assert_int_equal(entry->first_published_s, NOW_S - 1000);
	assert_true(entry->waived);
	struct outbox_vec rows = outbox_since(f, &before);
	assert_int_equal(rows.len, 1);
	assert_int_equal(rows.at[0].kind, OUTBOX_CHUNK);
	assert_int_equal(rows.at[0].subject_id, batch_id);

	unsigned lacks = 0;
	assert_int_equal(release_item(f, ids.entry_id, &(struct item_release){0}, &lacks), STORE_REFUSED);

	clock_fixed_set_s(&f->clock, NOW_S + 60);
	before = outbox_now(f);
	assert_int_equal(flip_batch(f, batch_id), 0);
	assert_int_equal(entry_now(f, ids.entry_id)->batch_flipped_s, NOW_S + 60);
	rows = outbox_since(f, &before);
	assert_int_equal(rows.len, 1);
	assert_int_equal(rows.at[0].kind, OUTBOX_BATCH);
	assert_int_equal(flip_batch(f, batch_id), STORE_REFUSED);
	assert_int_equal(flip_batch(f, 999), STORE_NOT_FOUND);
	assert_int_equal(put_item(f, batch_id, &content, &ids), STORE_REFUSED);
	/* Its next revision meets the gate, the imported one has its waiver. */
	assert_int_equal(release_item(f, ids.entry_id, &(struct item_release){0}, &lacks), 0);
	all_in_order(f);
}

static void pages_of_a_batch_hold_its_entries_only(void **state)
{
	struct fixture *f = fixture_need(state);
	int64_t batch_id = begin_batch(f);
	struct item_ids ids;
	for (int i = 0; i < 12; i++) {
		char slug[20];
		snprintf(slug, sizeof slug, "n%d", i);
		struct item_content content = content_of(f, "en", slug, slug);
		content.term_ids = &f->health;
		content.term_count = 1;
		struct item_media media = {f->photo, MEDIA_BODY};
		content.revision.media = &media;
		content.revision.media_count = 1;
		assert_int_equal(put_item(f, i % 2 ? batch_id : 0, &content, &ids), 0);
	}
	struct entry_page page;
	assert_ok(entry_page(f->store, batch_id, 0, 4, f->arena, &page, &err));
	assert_int_equal(page.entries.len, 4);
	assert_true(page.more);
	assert_ok(entry_page(f->store, batch_id, page.last_id, 4, f->arena, &page, &err));
	assert_int_equal(page.entries.len, 2);
	assert_false(page.more);
	for (size_t i = 0; i < page.entries.len; i++) {
		assert_int_equal(page.entries.at[i].batch_id, batch_id);
		assert_int_equal(page.entries.at[i].terms.len, 1);
		assert_int_equal(page.entries.at[i].media.len, 1);
	}
	assert_int_equal(page.media.len, 1);
	assert_ok(entry_page(f->store, batch_id, page.last_id, 4, f->arena, &page, &err));
	assert_int_equal(page.entries.len, 0);
}

struct update {
	int64_t source_id, first_batch, second_batch, revision_id;
	struct item_ids ids;
	struct item_content content;
};

/* An item imported and public, then an updated export of it in an open batch. */
static void import_twice(struct fixture *f, struct update *u)
{
	u->source_id = put_source(f);
	u->first_batch = begin_batch(f);
	u->content = content_of(f, "en", "news", "First");
	u->content.term_ids = &f->health;
	u->content.term_count = 1;
	assert_int_equal(put_item(f, u->first_batch, &u->content, &u->ids), 0);
	assert_int_equal(map_entry(f, u->first_batch, u->source_id, "12", &u->ids, "hash one"), 0);
	assert_int_equal(flip_batch(f, u->first_batch), 0);

	u->second_batch = begin_batch(f);
	set_text(f, &u->content, "Second");
	u->content.term_ids = &f->prisons;
	u->content.place_ids = &f->italy;
	u->content.place_count = 1;
	u->content.contributors = &(struct item_contributor){f->ada, ITEM_AUTHOR};
	u->content.contributor_count = 1;
	u->content.slug = STR("newer");
	u->content.path = STR("/2023/11/newer/");
	u->content.pinned_until_s = ITEM_PINNED_FOREVER;
	u->content.breaking_until_s = NOW_S + 50;
	u->content.modified_s = NOW_S;
	assert_int_equal(update_item(f, u->second_batch, u->ids.entry_id, &u->content, &u->revision_id), 0);
	struct item_ids now = u->ids;
	now.revision_id = u->revision_id;
	assert_int_equal(map_entry(f, u->second_batch, u->source_id, "12", &now, "hash two"), 0);
	u->content.contributor_count = 0;
}

static void an_update_waits_for_the_flip(void **state)
{
	struct fixture *f = fixture_need(state);
	struct update u;
	import_twice(f, &u);
	assert_true(u.revision_id != u.ids.revision_id);
	const struct entry *entry = entry_now(f, u.ids.entry_id);
	assert_text(entry->title, "First");
	assert_text(entry->path, "/2023/11/news/");
	assert_int_equal(entry->terms.at[0], f->health);
	assert_int_equal(entry->places.len, 0);
	assert_int_equal(entry->pinned_until_s, 0);
	assert_int_equal(entry->breaking_until_s, 0);
	assert_int_equal(entry->batch_id, u.first_batch);
	bool taken = false;
	assert_ok(item_path_taken(f->store, STR("/2023/11/newer/"), 0, &taken, &err));
	assert_true(taken);

	assert_int_equal(flip_batch(f, u.second_batch), 0);
	entry = entry_now(f, u.ids.entry_id);
	assert_text(entry->title, "Second");
	assert_text(entry->path, "/2023/11/newer/");
	assert_text(entry->slug, "newer");
	assert_int_equal(entry->terms.len, 1);
	assert_int_equal(entry->terms.at[0], f->prisons);
	assert_int_equal(entry->places.at[0], f->italy);
	assert_int_equal(entry->contributors.at[0].contributor_id, f->ada);
	assert_true(entry->pinned_until_s == INT64_MAX);
	assert_int_equal(entry->breaking_until_s, NOW_S + 50);
	assert_int_equal(entry->modified_s, NOW_S);
	assert_int_equal(entry->batch_id, u.second_batch);
	assert_true(entry->waived);
	struct redirect redirect;
	assert_ok(redirect_get(f->store, STR("/2023/11/news/"), f->arena, &redirect, &err));
	assert_int_equal(redirect.target_id, u.ids.entry_id);
	assert_int_equal(count_of(f, "staged_entry") + count_of(f, "staged_link"), 0);
	assert_int_equal(count_of(f, "import_conflict"), 0);
	all_in_order(f);
}

static void the_same_update_twice_makes_one_revision(void **state)
{
	struct fixture *f = fixture_need(state);
	struct update u;
	import_twice(f, &u);
	int64_t again = 0;
	assert_int_equal(update_item(f, u.second_batch, u.ids.entry_id, &u.content, &again), 0);
	assert_int_equal(again, u.revision_id);
	assert_int_equal(count_of(f, "revision"), 2);
	assert_int_equal(count_of(f, "staged_entry"), 1);
	assert_int_equal(count_of(f, "staged_link"), 2);
	/* Inside the batch that brought it, an entry is simply overwritten. */
	struct item_ids ids;
	struct item_content fresh = content_of(f, "en", "fresh", "Fresh");
	assert_int_equal(put_item(f, u.second_batch, &fresh, &ids), 0);
	set_text(f, &fresh, "Fresher");
	fresh.term_ids = &f->health;
	fresh.term_count = 1;
	assert_int_equal(update_item(f, u.second_batch, ids.entry_id, &fresh, &again), 0);
	assert_text(entry_now(f, ids.entry_id)->title, "Fresher");
	assert_int_equal(entry_now(f, ids.entry_id)->terms.len, 1);
	fresh.term_ids = &f->prisons;
	assert_int_equal(update_item(f, u.second_batch, ids.entry_id, &fresh, &again), 0);
	assert_int_equal(entry_now(f, ids.entry_id)->terms.len, 1);
	assert_int_equal(entry_now(f, ids.entry_id)->terms.at[0], f->prisons);
	assert_int_equal(count_of(f, "staged_entry"), 1);
	fresh.path = STR("/2023/11/news/");
	assert_int_equal(update_item(f, u.second_batch, ids.entry_id, &fresh, &again), STORE_TAKEN);
	assert_int_equal(update_item(f, u.second_batch, 999, &fresh, &again), STORE_NOT_FOUND);
	assert_int_equal(update_item(f, 0, ids.entry_id, &fresh, &again), ERR_INPUT);
}

struct revise {
	int64_t entry_id, revision_id;
	struct item_revision_content content;
};

static int revise_work(struct store_tx *tx, void *context, struct err *err)
{
	struct revise *revise = context;
	return item_revise(tx, revise->entry_id, &revise->content, &revise->revision_id, err);
}

static void work_done_here_meanwhile_wins(void **state)
{
	struct fixture *f = fixture_need(state);
	struct update u;
	import_twice(f, &u);
	struct item_content ours = u.content;
	set_text(f, &ours, "Ours");
	struct revise revise = {.entry_id = u.ids.entry_id, .content = ours.revision};
	assert_ok(store_write(f->store, revise_work, &revise, &err));
	assert_int_equal(flip_batch(f, u.second_batch), 0);
	const struct entry *entry = entry_now(f, u.ids.entry_id);
	assert_text(entry->title, "First");
	assert_text(entry->path, "/2023/11/news/");
	struct import_conflict_vec conflicts;
	assert_ok(import_conflict_list(f->store, u.second_batch, f->arena, &conflicts, &err));
	assert_int_equal(conflicts.len, 1);
	assert_text(conflicts.at[0].old_id, "12");
	assert_text(conflicts.at[0].title, "Ours");
	assert_text(conflicts.at[0].path, "/2023/11/news/");
	assert_int_equal(conflicts.at[0].newest_revision_id, revise.revision_id);
	all_in_order(f);
}

static void an_import_does_not_bring_back_what_was_withdrawn(void **state)
{
	struct fixture *f = fixture_need(state);
	struct update u;
	import_twice(f, &u);
	assert_int_equal(withdraw_item(f, u.ids.item_id, "", "Gone."), 0);
	assert_int_equal(flip_batch(f, u.second_batch), 0);
	assert_int_equal(entry_now(f, u.ids.entry_id)->state, ITEM_WITHDRAWN);
	assert_int_equal(count_of(f, "import_conflict"), 1);
}

static void an_address_taken_meanwhile_stays_with_its_owner(void **state)
{
	struct fixture *f = fixture_need(state);
	struct update u;
	import_twice(f, &u);
	struct item_ids other;
	struct item_content content = content_of(f, "en", "newer", "Quick");
	assert_int_equal(put_item(f, 0, &content, &other), 0);
	assert_int_equal(flip_batch(f, u.second_batch), 0);
	const struct entry *entry = entry_now(f, u.ids.entry_id);
	assert_text(entry->title, "Second");
	assert_text(entry->path, "/2023/11/news/");
	assert_int_equal(count_of(f, "redirect"), 0);
}

static void a_batch_given_up_leaves_no_trace(void **state)
{
	struct fixture *f = fixture_need(state);
	struct update u;
	import_twice(f, &u);
	struct item_ids en, fr;
	struct item_content content = content_of(f, "en", "fresh", "Fresh");
	content.term_ids = &f->health;
	content.term_count = 1;
	assert_int_equal(put_item(f, u.second_batch, &content, &en), 0);
	assert_int_equal(map_entry(f, u.second_batch, u.source_id, "13", &en, "x"), 0);
	content = content_of(f, "fr", "nouveau", "Nouveau");
	assert_int_equal(add_language(f, u.second_batch, u.ids.item_id, &content, &fr), 0);
	assert_int_equal(abandon_batch(f, u.second_batch), 0);

	assert_int_equal(count_of(f, "item"), 1);
	assert_int_equal(count_of(f, "item_language"), 1);
	assert_int_equal(count_of(f, "item_term"), 1);
	assert_int_equal(count_of(f, "staged_entry") + count_of(f, "staged_link"), 0);
	assert_int_equal(count_of(f, "import_map"), 1);
	const struct entry *entry = entry_now(f, u.ids.entry_id);
	assert_text(entry->title, "First");
	assert_int_equal(entry->translations.len, 0);
	int64_t item_id = 0;
	int64_t newest_id = 0;
	assert_ok(import_newest(f->store, u.ids.entry_id, &item_id, &newest_id, &err));
	assert_int_equal(newest_id, u.ids.revision_id);
	struct import_mapping mapping;
	assert_ok(import_map_get(f->store, u.source_id, STR("post"), STR("12"), f->arena, &mapping, &err));
	assert_int_equal(mapping.revision_id, u.ids.revision_id);
	assert_int_equal(mapping.hash.len, 0); /* the next import looks at it again */
	assert_int_equal(abandon_batch(f, u.second_batch), STORE_REFUSED);
	assert_int_equal(abandon_batch(f, u.first_batch), STORE_REFUSED);
	all_in_order(f);

	/* The next import of the same goes through. */
	int64_t third = begin_batch(f);
	assert_int_equal(update_item(f, third, u.ids.entry_id, &u.content, &newest_id), 0);
	assert_int_equal(flip_batch(f, third), 0);
	assert_text(entry_now(f, u.ids.entry_id)->title, "Second");
	all_in_order(f);
}

static void a_hidden_translation_changes_nothing_of_a_public_item(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids en, fr, other;
	struct item_content content = content_of(f, "en", "a", "A");
	content.kind_id = 0;
	assert_int_equal(put_item(f, 0, &content, &en), 0);
	int64_t batch_id = begin_batch(f);
	content = content_of(f, "fr", "b", "B");
	content.reference = STR("R 7");
	assert_int_equal(add_language(f, batch_id, en.item_id, &content, &fr), 0);
	content.pinned_until_s = ITEM_PINNED_FOREVER;
	int64_t revision_id = 0;
	assert_int_equal(update_item(f, batch_id, fr.entry_id, &content, &revision_id), 0);
	const struct entry *entry = entry_now(f, en.entry_id);
	assert_int_equal(entry->kind_id, 0);
	assert_int_equal(entry->reference.len, 0);
	assert_int_equal(entry->pinned_until_s, 0);
	/* An item of the batch alone takes them. */
	content = content_of(f, "en", "c", "C");
	content.kind_id = 0;
	assert_int_equal(put_item(f, batch_id, &content, &other), 0);
	content = content_of(f, "fr", "d", "D");
	content.reference = STR("R 8");
	assert_int_equal(add_language(f, batch_id, other.item_id, &content, &fr), 0);
	entry = entry_now(f, other.entry_id);
	assert_int_equal(entry->kind_id, f->release_kind);
	assert_text(entry->reference, "R 8");
	content = content_of(f, "ar", "e", "E");
	content.reference = STR("R 8");
	assert_int_equal(add_language(f, batch_id, en.item_id, &content, &fr), STORE_TAKEN);
}

static void open_batches_are_listed(void **state)
{
	struct fixture *f = fixture_need(state);
	int64_t first = begin_batch(f);
	int64_t second = begin_batch(f);
	int64_t third = begin_batch(f);
	assert_int_equal(flip_batch(f, first), 0);
	assert_int_equal(abandon_batch(f, third), 0);
	struct batch_vec open;
	assert_ok(batch_list_open(f->store, f->arena, &open, &err));
	assert_int_equal(open.len, 1);
	assert_int_equal(open.at[0].id, second);
	assert_text(open.at[0].source, "export.xml");
	struct batch batch;
	assert_ok(batch_get(f->store, first, f->arena, &batch, &err));
	assert_int_equal(batch.flipped_s, NOW_S);
	assert_rc(batch_get(f->store, 999, f->arena, &batch, &err), STORE_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(a_batch_is_hidden_until_it_flips),
		STORE_TEST(pages_of_a_batch_hold_its_entries_only),
		STORE_TEST(an_update_waits_for_the_flip),
		STORE_TEST(the_same_update_twice_makes_one_revision),
		STORE_TEST(work_done_here_meanwhile_wins),
		STORE_TEST(an_import_does_not_bring_back_what_was_withdrawn),
		STORE_TEST(an_address_taken_meanwhile_stays_with_its_owner),
		STORE_TEST(a_batch_given_up_leaves_no_trace),
		STORE_TEST(a_hidden_translation_changes_nothing_of_a_public_item),
		STORE_TEST(open_batches_are_listed),
	};
	return FIXTURE_RUN("batches", tests);
}
