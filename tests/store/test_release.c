/* The gate of release with every combination of lacks, the window and date that a release sets, withdrawals and
 * renames in chains. */
#include "digest.h"

/* ---- the gate ---- */

static struct item_content lacking(struct fixture *f, unsigned lacks, struct item_media media[2])
{
	char slug[20];
	snprintf(slug, sizeof slug, "gate-%u", lacks);
	struct item_content content = content_of(f, "en", slug, lacks & ITEM_LACKS_TITLE ? "" : "Titled");
	content.state = ITEM_UNRELEASED;
	content.kind_id = f->report_kind;
	if (!(lacks & ITEM_LACKS_REFERENCE))
		content.reference = content.slug;
	size_t count = 0;
	if (!(lacks & ITEM_LACKS_PICTURE))
		media[count++] = (struct item_media){f->photo, MEDIA_FEATURED};
	media[count++] = (struct item_media){0, MEDIA_BODY}; /* the caller's */
	content.revision.media = media;
	content.revision.media_count = count;
	return content;
}

struct picture {
	bool credit, alt;
	int64_t id;
};

static int add_picture(struct store_tx *tx, void *context, struct err *err)
{
	struct picture *picture = context;
	struct media media = {.mime = STR("image/jpeg"), .name = STR("p")};
	struct media_text text = {.language = STR("en"),
				  .credit = picture->credit ? STR("Bo Marsh") : STR(""),
				  .alt = picture->alt ? STR("A gate") : STR("")};
	int rc = media_create(tx, &media, &picture->id, err);
	return rc == 0 ? media_put_text(tx, picture->id, &text, err) : rc;
}

static void every_combination_of_lacks(void **state)
{
	struct fixture *f = fixture_need(state);
	for (unsigned lacks = 0; lacks < 32; lacks++) {
		struct picture picture = {!(lacks & ITEM_LACKS_CREDIT), !(lacks & ITEM_LACKS_ALT), 0};
		assert_ok(store_write(f->store, add_picture, &picture, &err));
		struct item_media media[2];
		struct item_content content = lacking(f, lacks, media);
		media[content.revision.media_count - 1].media_id = picture.id;
		struct item_ids ids;
		assert_int_equal(put_item(f, 0, &content, &ids), 0);
		unsigned found = 99, asked = 99;
		uint64_t before = digest_of(f, DIGEST_ALL);
		int rc = release_item(f, ids.entry_id, &(struct item_release){0}, &found);
		assert_int_equal(rc, lacks ? STORE_REFUSED : 0);
		assert_int_equal(found, lacks);
		if (!lacks)
			continue;
		assert_true(digest_of(f, DIGEST_ALL) == before);
		assert_ok(item_lacks(f->store, ids.entry_id, 0, &asked, &err));
		assert_int_equal(asked, lacks);
		/* Said to be released at once, it is refused with the same words. */
		content.state = ITEM_RELEASED;
		content.slug = STR("again");
		content.path = STR("/again/");
		content.reference = lacks & ITEM_LACKS_REFERENCE ? STR("") : STR("again");
		struct item_ids again;
		assert_int_equal(put_item(f, 0, &content, &again), STORE_REFUSED);
		assert_true(digest_of(f, DIGEST_ALL) == before);
	}
}

static int release_directly(struct store_tx *tx, void *context, struct err *err)
{
	unsigned lacks = 0;
	return item_release(tx, *(int64_t *)context, &(struct item_release){0}, &lacks, err);
}

static void a_refusal_names_each_reason(void **state)
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
	struct err err = {0};
	assert_int_equal(store_write(f->store, release_directly, &ids.entry_id, &err), STORE_REFUSED);
	static const char *const reasons[] = {"the title is empty", "a picture has no credit", "no alt text",
					      "needs a featured picture", "needs a reference number"};
	for (size_t i = 0; i < 5; i++)
		assert_says(err, reasons[i]);
}

/* ---- dates ---- */

static void a_release_that_has_not_come_can_be_moved(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_content content = content_of(f, "en", "later", "Later");
	content.state = ITEM_UNRELEASED;
	struct item_ids ids;
	unsigned lacks = 0;
	assert_int_equal(put_item(f, 0, &content, &ids), 0);
	struct item_release release = {.release_at_s = NOW_S + 1000};
	assert_int_equal(release_item(f, ids.entry_id, &release, &lacks), 0);
	assert_int_equal(entry_now(f, ids.entry_id)->date_s, NOW_S + 1000);
	release.release_at_s = NOW_S + 5000; /* moved before anyone saw it */
	assert_int_equal(release_item(f, ids.entry_id, &release, &lacks), 0);
	assert_int_equal(entry_now(f, ids.entry_id)->date_s, NOW_S + 5000);
	assert_int_equal(entry_now(f, ids.entry_id)->first_published_s, NOW_S + 5000);
	release.embargo_until_s = NOW_S + 7000; /* the later of the two */
	assert_int_equal(release_item(f, ids.entry_id, &release, &lacks), 0);
	assert_int_equal(entry_now(f, ids.entry_id)->date_s, NOW_S + 7000);
	clock_fixed_set_s(&f->clock, NOW_S + 7000); /* now it has been seen: the date stays */
	release = (struct item_release){0};
	assert_int_equal(release_item(f, ids.entry_id, &release, &lacks), 0);
	clock_fixed_set_s(&f->clock, NOW_S + 9000);
	assert_int_equal(release_item(f, ids.entry_id, &release, &lacks), 0);
	assert_int_equal(entry_now(f, ids.entry_id)->date_s, NOW_S + 7000);
	assert_int_equal(entry_now(f, ids.entry_id)->last_published_s, NOW_S + 9000);
}

static int unrelease(struct store_tx *tx, void *context, struct err *err)
{
	return item_unrelease(tx, *(int64_t *)context, err);
}

static void what_was_taken_back_before_its_time_was_never_published(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_content content = content_of(f, "en", "later", "Later");
	content.state = ITEM_UNRELEASED;
	struct item_ids ids;
	unsigned lacks = 0;
	assert_int_equal(put_item(f, 0, &content, &ids), 0);
	assert_int_equal(release_item(f, ids.entry_id, &(struct item_release){.release_at_s = NOW_S + 100}, &lacks), 0);
	assert_ok(store_write(f->store, unrelease, &ids.entry_id, &err));
	assert_int_equal(entry_now(f, ids.entry_id)->first_published_s, 0);
	clock_fixed_set_s(&f->clock, NOW_S + 500);
	assert_int_equal(release_item(f, ids.entry_id, &(struct item_release){0}, &lacks), 0);
	assert_int_equal(entry_now(f, ids.entry_id)->date_s, NOW_S + 500);
	assert_ok(store_write(f->store, unrelease, &ids.entry_id, &err));
	assert_int_equal(entry_now(f, ids.entry_id)->first_published_s, NOW_S + 500); /* this one was seen */
}

static void the_date_can_be_kept(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_content content = content_of(f, "en", "kept", "Kept");
	content.state = ITEM_UNRELEASED;
	struct item_ids ids;
	unsigned lacks = 0;
	assert_int_equal(put_item(f, 0, &content, &ids), 0);
	assert_int_equal(release_item(f, ids.entry_id, &(struct item_release){.keep_date = true}, &lacks), 0);
	assert_int_equal(entry_now(f, ids.entry_id)->date_s, NOW_S - 1000);
	assert_int_equal(entry_now(f, ids.entry_id)->first_published_s, NOW_S);
}

/* ---- withdrawals ---- */

static void three_languages(struct fixture *f, struct item_ids ids[3])
{
	static const char *const languages[] = {"en", "fr", "ar"};
	for (int i = 0; i < 3; i++) {
		struct item_content content = content_of(f, languages[i], languages[i], languages[i]);
		int rc = i ? add_language(f, 0, ids[0].item_id, &content, &ids[i]) : put_item(f, 0, &content, &ids[0]);
		assert_int_equal(rc, 0);
	}
}

static unsigned withdrawn(struct fixture *f, const struct item_ids ids[3])
{
	unsigned bits = 0;
	for (int i = 0; i < 3; i++)
		bits |= (entry_now(f, ids[i].entry_id)->state == ITEM_WITHDRAWN) << i;
	return bits;
}

static void languages_are_withdrawn_one_by_one_and_all_at_once(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_ids ids[3];
	three_languages(f, ids);
	assert_int_equal(withdraw_item(f, ids[0].item_id, "fr", "an error"), 0);
	assert_int_equal(withdrawn(f, ids), 2);
	assert_text(entry_now(f, ids[1].entry_id)->withdrawn_note, "an error");
	assert_int_equal(entry_now(f, ids[0].entry_id)->withdrawn_s, 0);
	assert_int_equal(withdraw_item(f, ids[0].item_id, "fr", "again"), STORE_NOT_FOUND);
	clock_fixed_set_s(&f->clock, NOW_S + 10);
	assert_int_equal(withdraw_item(f, ids[0].item_id, "", "all of it"), 0);
	assert_int_equal(withdrawn(f, ids), 7);
	/* What was withdrawn before keeps its own note and time. */
	assert_text(entry_now(f, ids[1].entry_id)->withdrawn_note, "an error");
	assert_int_equal(entry_now(f, ids[1].entry_id)->withdrawn_s, NOW_S);
	assert_int_equal(entry_now(f, ids[2].entry_id)->withdrawn_s, NOW_S + 10);
	assert_int_equal(withdraw_item(f, ids[0].item_id, "", "once more"), STORE_NOT_FOUND);
	unsigned lacks = 0;
	assert_int_equal(release_item(f, ids[1].entry_id, &(struct item_release){0}, &lacks), 0);
	assert_int_equal(withdrawn(f, ids), 5);
	assert_text(entry_now(f, ids[1].entry_id)->withdrawn_note, "");
	assert_int_equal(entry_now(f, ids[1].entry_id)->withdrawn_s, 0);
	all_in_order(f);
}

/* ---- renames ---- */

struct rename {
	int64_t entry_id;
	const char *slug;
};

static int rename_work(struct store_tx *tx, void *context, struct err *err)
{
	struct rename *rename = context;
	struct str path = arena_printf(tx_arena(tx), "/2023/11/%s/", rename->slug);
	return item_rename(tx, rename->entry_id, str_from(rename->slug), path, err);
}

static void rename_to(struct fixture *f, int64_t entry_id, const char *slug)
{
	struct rename rename = {entry_id, slug};
	assert_ok(store_write(f->store, rename_work, &rename, &err));
}

static int64_t leads_to(struct fixture *f, const char *path)
{
	struct redirect redirect = {0};
	struct err err = {0};
	int rc = redirect_get(f->store, str_from(path), f->arena, &redirect, &err);
	return rc == 0 && redirect.target == REDIRECT_ENTRY ? redirect.target_id : 0;
}

static void chains_of_renames_lead_to_the_entry(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_content content = content_of(f, "en", "a", "A");
	struct item_ids ids, heir;
	assert_int_equal(put_item(f, 0, &content, &ids), 0);
	rename_to(f, ids.entry_id, "b");
	rename_to(f, ids.entry_id, "c");
	assert_int_equal(leads_to(f, "/2023/11/a/"), ids.entry_id);
	assert_int_equal(leads_to(f, "/2023/11/b/"), ids.entry_id);
	rename_to(f, ids.entry_id, "a"); /* back: an address does not lead to itself */
	assert_int_equal(leads_to(f, "/2023/11/a/"), 0);
	assert_int_equal(leads_to(f, "/2023/11/c/"), ids.entry_id);
	rename_to(f, ids.entry_id, "d");
	content = content_of(f, "en", "a", "Heir");
	assert_int_equal(put_item(f, 0, &content, &heir), 0); /* the old address is free for another */
	rename_to(f, heir.entry_id, "e");
	assert_int_equal(leads_to(f, "/2023/11/a/"), heir.entry_id); /* who stood there last */
	assert_int_equal(leads_to(f, "/2023/11/b/"), ids.entry_id);
	rename_to(f, heir.entry_id, "e"); /* to where it stands: nothing happens */
	assert_int_equal(leads_to(f, "/2023/11/e/"), 0);
	all_in_order(f);
}

static void what_nobody_saw_leaves_no_redirect(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_content content = content_of(f, "en", "draft", "Draft");
	content.state = ITEM_UNRELEASED;
	struct item_ids draft, hidden;
	assert_int_equal(put_item(f, 0, &content, &draft), 0);
	rename_to(f, draft.entry_id, "drafted");
	int64_t batch_id = begin_batch(f);
	content = content_of(f, "en", "hidden", "Hidden");
	assert_int_equal(put_item(f, batch_id, &content, &hidden), 0);
	rename_to(f, hidden.entry_id, "hid");
	assert_int_equal(count_of(f, "redirect"), 0);
	assert_int_equal(flip_batch(f, batch_id), 0);
	rename_to(f, hidden.entry_id, "shown");
	assert_int_equal(leads_to(f, "/2023/11/hid/"), hidden.entry_id);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(every_combination_of_lacks),
		STORE_TEST(a_refusal_names_each_reason),
		STORE_TEST(a_release_that_has_not_come_can_be_moved),
		STORE_TEST(what_was_taken_back_before_its_time_was_never_published),
		STORE_TEST(the_date_can_be_kept),
		STORE_TEST(languages_are_withdrawn_one_by_one_and_all_at_once),
		STORE_TEST(chains_of_renames_lead_to_the_entry),
		STORE_TEST(what_nobody_saw_leaves_no_redirect),
	};
	return FIXTURE_RUN("release", tests);
}
