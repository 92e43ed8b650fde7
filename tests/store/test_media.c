#include "fixture.h"

struct job {
	struct media media;
	struct media_text text;
	struct rendition rendition;
	int64_t id;
};

static int create_work(struct store_tx *tx, void *context, struct err *err)
{
	struct job *job = context;
	return media_create(tx, &job->media, &job->id, err);
}

static int update_work(struct store_tx *tx, void *context, struct err *err)
{
	struct job *job = context;
	return media_update(tx, job->id, &job->media, err);
}

static int text_work(struct store_tx *tx, void *context, struct err *err)
{
	struct job *job = context;
	return media_put_text(tx, job->id, &job->text, err);
}

static int file_work(struct store_tx *tx, void *context, struct err *err)
{
	struct job *job = context;
	return media_set_file(tx, job->id, STR("0123456789abcdef0123456789abcdef"), 4321, 1600, 1200, err);
}

static int rendition_work(struct store_tx *tx, void *context, struct err *err)
{
	struct job *job = context;
	return media_put_rendition(tx, job->id, &job->rendition, err);
}

static void a_picture_reads_back_with_texts_and_renditions(void **state)
{
	struct fixture *f = fixture_need(state);
	struct job job = {.id = f->photo};
	job.text = (struct media_text){
		STR("fr"), STR("t"), STR("Un portail."), STR("Bo Marsh"), STR("Portail ferm\xc3\xa9"), STR("d")};
	assert_ok(store_write(f->store, text_work, &job, &err));
	assert_ok(store_write(f->store, file_work, &job, &err));
	job.rendition = (struct rendition){STR("jpg"), 800, 600, 1000, STR("x")};
	assert_ok(store_write(f->store, rendition_work, &job, &err));
	job.rendition = (struct rendition){STR("jpg"), 400, 300, 500, STR("y")};
	assert_ok(store_write(f->store, rendition_work, &job, &err));
	job.rendition = (struct rendition){STR("jpg"), 800, 601, 1001, STR("z")};
	assert_ok(store_write(f->store, rendition_work, &job, &err));
	struct media media;
	assert_ok(media_get(f->store, f->photo, f->arena, &media, &err));
	assert_int_equal(media.public_id.len, 16);
	assert_text(media.guid, "photo-1");
	assert_text(media.mime, "image/jpeg");
	assert_true(media.has_file);
	assert_int_equal(media.bytes, 4321);
	assert_int_equal(media.width, 1600);
	assert_text(media.sha256, "0123456789abcdef0123456789abcdef");
	assert_int_equal(media.texts.len, 2);
	assert_text(media.texts.at[1].alt, "Portail ferm\xc3\xa9");
	assert_int_equal(media.renditions.len, 2);
	assert_int_equal(media.renditions.at[0].width, 400);
	assert_text(media.renditions.at[1].sha256, "z");
	assert_rc(media_get(f->store, 999, f->arena, &media, &err), STORE_NOT_FOUND);
}

static void a_guid_is_used_once(void **state)
{
	struct fixture *f = fixture_need(state);
	struct job job = {.media = {.guid = STR("photo-1"), .mime = STR("image/png"), .name = STR("n")}};
	assert_rc(store_write(f->store, create_work, &job, &err), STORE_TAKEN);
	job.media.guid = STR("");
	assert_ok(store_write(f->store, create_work, &job, &err));
	int64_t first = job.id;
	assert_ok(store_write(f->store, create_work, &job, &err));
	assert_true(job.id != first);
	struct media media;
	assert_ok(media_get(f->store, first, f->arena, &media, &err));
	assert_true(str_starts(media.guid, STR("urn:uuid:")));
	assert_false(media.has_file);
	assert_int_equal(media.sha256.len, 0);
}

static void a_picture_is_found_and_changed(void **state)
{
	struct fixture *f = fixture_need(state);
	int64_t id = 0;
	assert_ok(media_find_guid(f->store, STR("photo-2"), &id, &err));
	assert_int_equal(id, f->bare_photo);
	assert_ok(media_find_old_url(f->store, STR("https://old.example/photo.jpg"), &id, &err));
	assert_int_equal(id, f->photo);
	assert_rc(media_find_guid(f->store, STR("photo-3"), &id, &err), STORE_NOT_FOUND);
	assert_rc(media_find_old_url(f->store, STR(""), &id, &err), STORE_NOT_FOUND);
	struct job job = {
		.id = f->bare_photo,
		.media = {.guid = STR("ignored"), .mime = STR("image/png"), .name = STR("b"), .decorative = true}};
	struct outbox_position before = outbox_now(f);
	assert_ok(store_write(f->store, update_work, &job, &err));
	struct outbox_vec rows = outbox_since(f, &before);
	assert_int_equal(rows.len, 1);
	assert_int_equal(rows.at[0].kind, OUTBOX_MEDIA);
	assert_int_equal(rows.at[0].subject_id, f->bare_photo);
	struct media media;
	assert_ok(media_get(f->store, f->bare_photo, f->arena, &media, &err));
	assert_text(media.guid, "photo-2");
	assert_true(media.decorative);
	job.id = 999;
	assert_rc(store_write(f->store, update_work, &job, &err), STORE_NOT_FOUND);
	assert_rc(store_write(f->store, file_work, &job, &err), STORE_NOT_FOUND);
}

static void uses_are_those_of_released_revisions(void **state)
{
	struct fixture *f = fixture_need(state);
	struct item_media use = {f->photo, MEDIA_GALLERY};
	struct item_content content = content_of(f, "en", "a", "A");
	content.revision.media = &use;
	content.revision.media_count = 1;
	struct item_ids shown, draft;
	assert_int_equal(put_item(f, 0, &content, &shown), 0);
	content.path = STR("/draft/");
	content.state = ITEM_UNRELEASED;
	assert_int_equal(put_item(f, 0, &content, &draft), 0);
	struct id_vec ids;
	assert_ok(entry_ids_of_media(f->store, f->photo, f->arena, &ids, &err));
	assert_int_equal(ids.len, 1);
	assert_int_equal(ids.at[0], shown.entry_id);
	assert_ok(entry_ids_of_item(f->store, draft.item_id, f->arena, &ids, &err));
	assert_int_equal(ids.len, 1);
	assert_int_equal(ids.at[0], draft.entry_id);
}

static void pages_hold_every_picture_once(void **state)
{
	struct fixture *f = fixture_need(state);
	struct job job = {.media = {.mime = STR("image/png"), .name = STR("n")},
			  .text = {.language = STR("en"), .credit = STR("c")}};
	for (int i = 0; i < 9; i++) {
		assert_ok(store_write(f->store, create_work, &job, &err));
		if (i % 2)
			assert_ok(store_write(f->store, text_work, &job, &err));
	}
	int64_t after_id = 0;
	int seen = 0;
	int texts = 0;
	for (;;) {
		struct media_vec page;
		assert_ok(media_page(f->store, after_id, 4, f->arena, &page, &err));
		for (size_t i = 0; i < page.len; i++, seen++) {
			assert_true(page.at[i].id > after_id);
			after_id = page.at[i].id;
			texts += (int)page.at[i].texts.len;
		}
		if (page.len < 4)
			break;
	}
	assert_int_equal(seen, 11);
	assert_int_equal(texts, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(a_picture_reads_back_with_texts_and_renditions),
		STORE_TEST(a_guid_is_used_once),
		STORE_TEST(a_picture_is_found_and_changed),
		STORE_TEST(uses_are_those_of_released_revisions),
		STORE_TEST(pages_hold_every_picture_once),
	};
	return FIXTURE_RUN("media", tests);
}
