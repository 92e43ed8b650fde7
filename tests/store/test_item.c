#include "fixture.h"

/* Creating, translating, releasing, withdrawing, renaming. */

static void a_new_item_reads_back_whole(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_content content = content_of(f, "en", "gate", "The gate <b> & \"more\" \xf0\x9f\x95\x8a");
	int64_t terms[] = {f->prisons, f->health, f->prisons};
	struct item_contributor people[] = {{f->ada, ITEM_AUTHOR}, {f->bo, ITEM_PHOTOGRAPHER}, {f->ada, ITEM_AUTHOR}};
	struct item_media media[] = {{f->photo, MEDIA_BODY}, {f->photo, MEDIA_FEATURED}, {f->photo, MEDIA_BODY}};
	content.reference = STR("AFR 59/8473/2018");
	content.pinned_until_s = ITEM_PINNED_FOREVER;
	content.event_s = NOW_S - 5000;
	content.event_precision = ITEM_PRECISION_MONTH;
	content.guid = STR("https://old.example/?p=12");
	content.term_ids = terms;
	content.term_count = 3;
	content.place_ids = &f->italy;
	content.place_count = 1;
	content.contributors = people;
	content.contributor_count = 3;
	content.revision.media = media;
	content.revision.media_count = 3;
	content.revision.excerpt = STR("");
	content.revision.has_excerpt = true;
	struct item_ids ids;
	assert_int_equal(put_item(f, 0, &content, &ids), 0);

	struct entry_page page;
	assert_ok(entry_get(f->store, ids.entry_id, f->arena, &page, &err));
	const struct entry *entry = &page.entries.at[0];
	assert_int_equal(entry->item_id, ids.item_id);
	assert_int_equal(entry->revision_id, ids.revision_id);
	assert_text(entry->guid, "https://old.example/?p=12");
	assert_text(entry->reference, "AFR 59/8473/2018");
	assert_text(entry->path, "/2023/11/gate/");
	assert_text(entry->title, "The gate <b> & \"more\" \xf0\x9f\x95\x8a");
	assert_true(entry->has_excerpt);
	assert_int_equal(entry->excerpt.len, 0);
	assert_text(entry->dateline, "London");
	assert_int_equal(entry->state, ITEM_RELEASED);
	assert_int_equal(entry->access, ITEM_PUBLIC);
	assert_int_equal(entry->type, ITEM_NEWS);
	assert_true(entry->pinned_until_s == INT64_MAX);
	assert_int_equal(entry->event_precision, ITEM_PRECISION_MONTH);
	assert_int_equal(entry->date_s, NOW_S - 1000);
	assert_int_equal(entry->modified_s, NOW_S - 1000);
	assert_int_equal(entry->first_published_s, NOW_S);
	assert_int_equal(entry->batch_id, 0);
	assert_false(entry->waived);
	assert_true(entry->in_feeds);
	assert_int_equal(entry->terms.len, 2);
	assert_int_equal(entry->terms.at[0], f->prisons);
	assert_int_equal(entry->terms.at[1], f->health);
	assert_int_equal(entry->places.len, 1);
	assert_int_equal(entry->contributors.len, 2);
	assert_int_equal(entry->contributors.at[1].role, ITEM_PHOTOGRAPHER);
	assert_int_equal(entry->media.len, 3);
	assert_int_equal(entry->media.at[0].role, MEDIA_FEATURED);
	assert_int_equal(entry->media.at[2].role, MEDIA_BODY);
	assert_int_equal(entry->media.at[2].position, 1);
	assert_int_equal(page.media.len, 1);
	assert_text(entry_page_media(&page, f->photo)->texts.at[0].credit, "Bo Marsh");
	assert_null(entry_page_media(&page, f->bare_photo));
	all_in_order(f);
}

static void unset_things_are_unset(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_content content = content_of(f, "en", "plain", "");
	content.kind_id = 0;
	content.state = ITEM_UNRELEASED;
	content.access = ITEM_PASSWORD;
	content.type = ITEM_PAGE;
	struct item_ids ids;
	assert_int_equal(put_item(f, 0, &content, &ids), 0);
	const struct entry *entry = entry_now(f, ids.entry_id);
	assert_int_equal(entry->kind_id, 0);
	assert_int_equal(entry->access, ITEM_PASSWORD);
	assert_int_equal(entry->type, ITEM_PAGE);
	assert_int_equal(entry->state, ITEM_UNRELEASED);
	assert_int_equal(entry->revision_id, 0);
	assert_int_equal(entry->title.len, 0);
	assert_int_equal(entry->first_published_s, 0);
	assert_int_equal(entry->release_at_s, 0);
	assert_int_equal(entry->event_precision, ITEM_PRECISION_NONE);
	assert_true(str_starts(entry->guid, STR("urn:uuid:")));
	assert_int_equal(entry->guid.len, 45);
	assert_rc(entry_get(f->store, ids.entry_id + 1, f->arena, &(struct entry_page){0}, &err), STORE_NOT_FOUND);
}

static void what_is_taken_is_said_and_nothing_written(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids ids;
	struct item_content first = content_of(f, "en", "one", "One");
	first.guid = STR("guid-1");
	first.reference = STR("R 1");
	assert_int_equal(put_item(f, 0, &first, &ids), 0);
	struct outbox_position before = outbox_now(f);
	struct item_content same_path = content_of(f, "en", "one", "Other");
	assert_int_equal(put_item(f, 0, &same_path, &ids), STORE_TAKEN);
	struct item_content same_guid = content_of(f, "en", "two", "Other");
	same_guid.guid = STR("guid-1");
	assert_int_equal(put_item(f, 0, &same_guid, &ids), STORE_TAKEN);
	struct item_content same_reference = content_of(f, "en", "two", "Other");
	same_reference.reference = STR("R 1");
	assert_int_equal(put_item(f, 0, &same_reference, &ids), STORE_TAKEN);
	struct item_content bad_path = content_of(f, "en", "two", "Other");
	bad_path.path = STR("two/");
	assert_int_equal(put_item(f, 0, &bad_path, &ids), ERR_INPUT);
	struct item_content bad_language = content_of(f, "xx", "two", "Other");
	assert_int_equal(put_item(f, 0, &bad_language, &ids), ERR_DB);
	assert_int_equal(count_of(f, "item"), 1);
	assert_int_equal(count_of(f, "revision"), 1);
	assert_int_equal(outbox_since(f, &before).len, 0);
	bool taken = false;
	assert_ok(item_path_taken(f->store, STR("/2023/11/one/"), 0, &taken, &err));
	assert_true(taken);
	assert_ok(item_path_taken(f->store, STR("/2023/11/one/"), ids.entry_id, &taken, &err));
	assert_false(taken);
}

static void translations_know_each_other(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids en, fr, ar;
	struct item_content content = content_of(f, "en", "gate", "The gate");
	assert_int_equal(put_item(f, 0, &content, &en), 0);
	content = content_of(f, "fr", "portail", "Le portail");
	content.source_language = STR("en");
	struct outbox_position before = outbox_now(f);
	assert_int_equal(add_language(f, 0, en.item_id, &content, &fr), 0);
	assert_int_equal(outbox_since(f, &before).len, 2); /* the other's page changes too */
	content = content_of(f, "ar", "bawaba", "x");
	assert_int_equal(add_language(f, 0, en.item_id, &content, &ar), 0);
	const struct entry *entry = entry_now(f, ar.entry_id);
	assert_int_equal(entry->translations.len, 2);
	assert_text(entry->translations.at[0].language, "en");
	assert_text(entry->translations.at[1].path, "/2023/11/portail/");
	content = content_of(f, "fr", "autre", "Autre");
	assert_int_equal(add_language(f, 0, en.item_id, &content, &fr), STORE_TAKEN);
	assert_int_equal(add_language(f, 0, 999, &content, &fr), STORE_NOT_FOUND);
}

struct merge {
	int64_t item_id, other_id;
};

static int merge_work(struct store_tx *tx, void *context, struct err *err)
{
	struct merge *merge = context;
	return item_merge(tx, merge->item_id, merge->other_id, err);
}

static void two_items_become_one(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids en, fr, twin;
	struct item_content content = content_of(f, "en", "a", "A");
	content.kind_id = 0;
	assert_int_equal(put_item(f, 0, &content, &en), 0);
	content = content_of(f, "fr", "b", "B");
	assert_int_equal(put_item(f, 0, &content, &fr), 0);
	content = content_of(f, "en", "c", "C");
	assert_int_equal(put_item(f, 0, &content, &twin), 0);
	assert_ok(store_write(f->store, merge_work, &(struct merge){en.item_id, fr.item_id}, &err));
	const struct entry *entry = entry_now(f, fr.entry_id);
	assert_int_equal(entry->item_id, en.item_id);
	assert_int_equal(entry->kind_id, f->release_kind);
	assert_int_equal(entry->translations.len, 1);
	assert_int_equal(count_of(f, "item"), 2);
	assert_rc(store_write(f->store, merge_work, &(struct merge){en.item_id, twin.item_id}, &err), STORE_TAKEN);
	all_in_order(f);
}

/* ---- release ---- */

static void the_gate_names_every_reason(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_content content = content_of(f, "en", "r", "");
	struct item_media media = {f->bare_photo, MEDIA_BODY};
	content.kind_id = f->report_kind;
	content.state = ITEM_UNRELEASED;
	content.revision.media = &media;
	content.revision.media_count = 1;
	struct item_ids ids;
	assert_int_equal(put_item(f, 0, &content, &ids), 0);
	unsigned lacks = 0;
	struct item_release release = {0};
	struct outbox_position before = outbox_now(f);
	assert_int_equal(release_item(f, ids.entry_id, &release, &lacks), STORE_REFUSED);
	assert_int_equal(lacks, ITEM_LACKS_TITLE | ITEM_LACKS_CREDIT | ITEM_LACKS_ALT | ITEM_LACKS_PICTURE |
					ITEM_LACKS_REFERENCE);
	assert_int_equal(entry_now(f, ids.entry_id)->state, ITEM_UNRELEASED);
	assert_int_equal(outbox_since(f, &before).len, 0);
	unsigned again = 0;
	assert_ok(item_lacks(f->store, ids.entry_id, 0, &again, &err));
	assert_int_equal(again, lacks);
	content.state = ITEM_RELEASED;
	content.path = STR("/other/");
	assert_int_equal(put_item(f, 0, &content, &ids), STORE_REFUSED);
	assert_int_equal(release_item(f, 999, &release, &lacks), STORE_NOT_FOUND);
}

static void alt_text_counts_in_the_entrys_language(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_media media = {f->photo, MEDIA_FEATURED};
	struct item_content content = content_of(f, "fr", "p", "Photo");
	content.state = ITEM_UNRELEASED;
	content.revision.media = &media;
	content.revision.media_count = 1;
	struct item_ids ids;
	assert_int_equal(put_item(f, 0, &content, &ids), 0);
	unsigned lacks = 0;
	assert_int_equal(release_item(f, ids.entry_id, &(struct item_release){0}, &lacks), STORE_REFUSED);
	assert_int_equal(lacks, ITEM_LACKS_ALT);
	media.role = MEDIA_DOCUMENT; /* a document has no alt text */
	content.path = STR("/doc/");
	assert_int_equal(put_item(f, 0, &content, &ids), 0);
	assert_int_equal(release_item(f, ids.entry_id, &(struct item_release){0}, &lacks), 0);
}

static void a_release_sets_its_window_and_date(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_content content = content_of(f, "en", "w", "Window");
	content.state = ITEM_UNRELEASED;
	struct item_ids ids;
	assert_int_equal(put_item(f, 0, &content, &ids), 0);
	struct item_release release = {
		.release_at_s = NOW_S + 50, .embargo_until_s = NOW_S + 100, .expires_at_s = NOW_S + 900};
	unsigned lacks = 0;
	assert_int_equal(release_item(f, ids.entry_id, &release, &lacks), 0);
	const struct entry *entry = entry_now(f, ids.entry_id);
	assert_int_equal(entry->state, ITEM_RELEASED);
	assert_int_equal(entry->release_at_s, NOW_S + 50);
	assert_int_equal(entry->embargo_until_s, NOW_S + 100);
	assert_int_equal(entry->expires_at_s, NOW_S + 900);
	assert_int_equal(entry->date_s, NOW_S + 100);
	assert_int_equal(entry->first_published_s, NOW_S + 100);
	clock_fixed_set_s(&f->clock, NOW_S + 200);
	assert_int_equal(release_item(f, ids.entry_id, &(struct item_release){0}, &lacks), 0);
	entry = entry_now(f, ids.entry_id);
	assert_int_equal(entry->date_s, NOW_S + 100); /* the first date stays */
	assert_int_equal(entry->last_published_s, NOW_S + 200);
	assert_int_equal(entry->expires_at_s, 0);
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

static void a_draft_does_not_replace_what_is_released(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_content content = content_of(f, "en", "d", "First");
	struct item_ids ids;
	assert_int_equal(put_item(f, 0, &content, &ids), 0);
	set_text(f, &content, "Second");
	struct revise revise = {.entry_id = ids.entry_id, .content = content.revision};
	assert_ok(store_write(f->store, revise_work, &revise, &err));
	assert_text(entry_now(f, ids.entry_id)->title, "First");
	unsigned lacks = 0;
	assert_int_equal(release_item(f, ids.entry_id, &(struct item_release){0}, &lacks), 0);
	assert_text(entry_now(f, ids.entry_id)->title, "Second");
	assert_int_equal(release_item(f, ids.entry_id, &(struct item_release){.revision_id = ids.revision_id}, &lacks),
			 0);
	assert_text(entry_now(f, ids.entry_id)->title, "First");
	assert_int_equal(count_of(f, "revision"), 2);
	revise.entry_id = 999;
	assert_rc(store_write(f->store, revise_work, &revise, &err), STORE_NOT_FOUND);
}

static void withdrawing_takes_one_language_or_all(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids en, fr;
	struct item_content content = content_of(f, "en", "x", "X");
	assert_int_equal(put_item(f, 0, &content, &en), 0);
	content = content_of(f, "fr", "y", "Y");
	assert_int_equal(add_language(f, 0, en.item_id, &content, &fr), 0);
	struct outbox_position before = outbox_now(f);
	assert_int_equal(withdraw_item(f, en.item_id, "fr", "Retir\xc3\xa9."), 0);
	assert_int_equal(outbox_since(f, &before).len, 2);
	const struct entry *entry = entry_now(f, fr.entry_id);
	assert_int_equal(entry->state, ITEM_WITHDRAWN);
	assert_int_equal(entry->withdrawn_s, NOW_S);
	assert_int_equal(entry->withdrawn_kind, WITHDRAW_KILL);
	assert_text(entry->withdrawn_note, "Retir\xc3\xa9.");
	assert_int_equal(entry_now(f, en.entry_id)->state, ITEM_RELEASED);
	assert_int_equal(withdraw_item(f, en.item_id, "", "Gone."), 0);
	assert_int_equal(entry_now(f, en.entry_id)->state, ITEM_WITHDRAWN);
	assert_text(entry_now(f, fr.entry_id)->withdrawn_note, "Retir\xc3\xa9."); /* the first stays */
	assert_int_equal(withdraw_item(f, en.item_id, "", "Again."), STORE_NOT_FOUND);
	unsigned lacks = 0;
	assert_int_equal(release_item(f, en.entry_id, &(struct item_release){0}, &lacks), 0);
	assert_int_equal(entry_now(f, en.entry_id)->withdrawn_s, 0);
}

static int unrelease_work(struct store_tx *tx, void *context, struct err *err)
{
	return item_unrelease(tx, *(int64_t *)context, err);
}

static void unreleasing_takes_the_text_away(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids ids;
	struct item_content content = content_of(f, "en", "u", "U");
	assert_int_equal(put_item(f, 0, &content, &ids), 0);
	assert_ok(store_write(f->store, unrelease_work, &ids.entry_id, &err));
	const struct entry *entry = entry_now(f, ids.entry_id);
	assert_int_equal(entry->state, ITEM_UNRELEASED);
	assert_int_equal(entry->body.len, 0);
	assert_rc(store_write(f->store, unrelease_work, &ids.entry_id, &err), STORE_NOT_FOUND);
}

/* ---- names ---- */

struct rename_job {
	int64_t entry_id;
	const char *slug, *path;
};

static int rename_work(struct store_tx *tx, void *context, struct err *err)
{
	struct rename_job *job = context;
	return item_rename(tx, job->entry_id, str_from(job->slug), str_from(job->path), err);
}

static void a_rename_leaves_a_redirect_for_ever(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids ids, other, draft;
	struct item_content content = content_of(f, "en", "old", "Old");
	assert_int_equal(put_item(f, 0, &content, &ids), 0);
	content = content_of(f, "en", "other", "Other");
	assert_int_equal(put_item(f, 0, &content, &other), 0);
	content = content_of(f, "en", "draft", "Draft");
	content.state = ITEM_UNRELEASED;
	assert_int_equal(put_item(f, 0, &content, &draft), 0);
	struct rename_job job = {ids.entry_id, "new", "/2023/11/new/"};
	assert_ok(store_write(f->store, rename_work, &job, &err));
	struct redirect redirect;
	assert_ok(redirect_get(f->store, STR("/2023/11/old/"), f->arena, &redirect, &err));
	assert_int_equal(redirect.target, REDIRECT_ENTRY);
	assert_int_equal(redirect.target_id, ids.entry_id);
	assert_true(redirect.in_force);
	assert_text(entry_now(f, ids.entry_id)->path, "/2023/11/new/");
	/* Back again: no redirect from an address to itself, one from the name between. */
	job = (struct rename_job){ids.entry_id, "old", "/2023/11/old/"};
	assert_ok(store_write(f->store, rename_work, &job, &err));
	assert_rc(redirect_get(f->store, STR("/2023/11/old/"), f->arena, &redirect, &err), STORE_NOT_FOUND);
	assert_ok(redirect_get(f->store, STR("/2023/11/new/"), f->arena, &redirect, &err));
	job = (struct rename_job){ids.entry_id, "other", "/2023/11/other/"};
	assert_rc(store_write(f->store, rename_work, &job, &err), STORE_TAKEN);
	job = (struct rename_job){draft.entry_id, "kept", "/2023/11/kept/"};
	assert_ok(store_write(f->store, rename_work, &job, &err));
	assert_rc(redirect_get(f->store, STR("/2023/11/draft/"), f->arena, &redirect, &err), STORE_NOT_FOUND);
	job.entry_id = 999;
	job.path = "/2023/11/nobody/";
	assert_rc(store_write(f->store, rename_work, &job, &err), STORE_NOT_FOUND);
	assert_int_equal(count_of(f, "redirect"), 1);
}

struct set_job {
	struct fixture *f;
	struct item_ids a, b;
};

static int set_work(struct store_tx *tx, void *context, struct err *err)
{
	struct set_job *job = context;
	struct fixture *f = job->f;
	int rc = item_set_terms(tx, job->a.entry_id, &f->health, 1, err);
	if (rc == 0)
		rc = item_set_places(tx, job->a.entry_id, &f->europe, 1, err);
	if (rc == 0)
		rc = item_set_contributors(tx, job->a.entry_id, &(struct item_contributor){f->bo, ITEM_SPOKESPERSON}, 1,
					   err);
	if (rc == 0)
		rc = item_set_kind(tx, job->a.item_id, f->report_kind, err);
	if (rc == 0)
		rc = item_set_pinned(tx, job->a.item_id, NOW_S + 7, err);
	if (rc == 0)
		rc = item_set_breaking(tx, job->a.item_id, NOW_S + 9, err);
	if (rc == 0)
		rc = item_relate(tx, job->a.item_id, job->b.item_id, ITEM_UPDATES, 0, err);
	if (rc == 0)
		rc = item_correct(tx, job->a.entry_id, STR("correction"), STR("It was Tuesday."), job->a.revision_id, 0,
				  err);
	return rc;
}

static void an_item_can_be_filed_anew(void **state)
{
	struct fixture *f = fixture_need(state);
	struct set_job job = {.f = f};
	struct item_content content = content_of(f, "en", "a", "A");
	content.term_ids = &f->prisons;
	content.term_count = 1;
	assert_int_equal(put_item(f, 0, &content, &job.a), 0);
	content = content_of(f, "en", "b", "B");
	assert_int_equal(put_item(f, 0, &content, &job.b), 0);
	struct outbox_position before = outbox_now(f);
	assert_ok(store_write(f->store, set_work, &job, &err));
	assert_int_equal(outbox_since(f, &before).len, 2); /* each entry once */
	const struct entry *entry = entry_now(f, job.a.entry_id);
	assert_int_equal(entry->terms.len, 1);
	assert_int_equal(entry->terms.at[0], f->health);
	assert_int_equal(entry->places.at[0], f->europe);
	assert_int_equal(entry->contributors.at[0].role, ITEM_SPOKESPERSON);
	assert_int_equal(entry->kind_id, f->report_kind);
	assert_false(entry->in_feeds);
	assert_int_equal(entry->pinned_until_s, NOW_S + 7);
	assert_int_equal(entry->breaking_until_s, NOW_S + 9);
	assert_int_equal(entry->related.len, 1);
	assert_int_equal(entry->related.at[0].item_id, job.b.item_id);
	assert_false(entry->related.at[0].inverse);
	assert_int_equal(entry->corrections.len, 1);
	assert_text(entry->corrections.at[0].text, "It was Tuesday.");
	entry = entry_now(f, job.b.entry_id);
	assert_true(entry->related.at[0].inverse);
	assert_int_equal(entry->related.at[0].relation, ITEM_UPDATES);
}

static void pages_cover_every_entry_once(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids ids;
	for (int i = 0; i < 25; i++) {
		char slug[20];
		snprintf(slug, sizeof slug, "n%d", i);
		struct item_content content = content_of(f, "en", slug, slug);
		int64_t terms[] = {f->health, f->prisons};
		content.term_ids = terms;
		content.term_count = (size_t)(i % 3);
		assert_int_equal(put_item(f, 0, &content, &ids), 0);
	}
	int64_t after_id = 0;
	int seen = 0;
	for (bool more = true; more;) {
		struct entry_page page;
		assert_ok(entry_page(f->store, 0, after_id, 10, f->arena, &page, &err));
		for (size_t i = 0; i < page.entries.len; i++, seen++) {
			assert_true(page.entries.at[i].id > after_id);
			assert_int_equal(page.entries.at[i].terms.len, seen % 3);
			after_id = page.entries.at[i].id;
		}
		more = page.more;
	}
	assert_int_equal(seen, 25);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(a_new_item_reads_back_whole),
		STORE_TEST(unset_things_are_unset),
		STORE_TEST(what_is_taken_is_said_and_nothing_written),
		STORE_TEST(translations_know_each_other),
		STORE_TEST(two_items_become_one),
		STORE_TEST(the_gate_names_every_reason),
		STORE_TEST(alt_text_counts_in_the_entrys_language),
		STORE_TEST(a_release_sets_its_window_and_date),
		STORE_TEST(a_draft_does_not_replace_what_is_released),
		STORE_TEST(withdrawing_takes_one_language_or_all),
		STORE_TEST(unreleasing_takes_the_text_away),
		STORE_TEST(a_rename_leaves_a_redirect_for_ever),
		STORE_TEST(an_item_can_be_filed_anew),
		STORE_TEST(pages_cover_every_entry_once),
	};
	return FIXTURE_RUN("items", tests);
}
