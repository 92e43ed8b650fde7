#include "fixture.h"

struct job {
	struct site_text text;
	struct menu_item item;
	struct redirect redirect;
	int64_t id;
};

static int text_work(struct store_tx *tx, void *context, struct err *err)
{
	return site_put_text(tx, &((struct job *)context)->text, err);
}

static int menu_work(struct store_tx *tx, void *context, struct err *err)
{
	struct job *job = context;
	return menu_add(tx, &job->item, &job->id, err);
}

static int clear_work(struct store_tx *tx, void *context, struct err *err)
{
	struct job *job = context;
	return menu_clear(tx, job->item.menu, job->item.language, err);
}

static int redirect_work(struct store_tx *tx, void *context, struct err *err)
{
	return redirect_put(tx, &((struct job *)context)->redirect, err);
}

static struct site_content site_now(struct fixture *f)
{
	struct site_content site = {0};
	assert_ok(site_read(f->store, f->arena, &site, &err));
	return site;
}

static void texts_come_change_and_go(void **state)
{
	struct fixture *f = fixture_need(state);
	struct job job = {.text = {STR("en"), SITE_PRESS, STR("Press: 1")}};
	struct outbox_position before = outbox_now(f);
	assert_ok(store_write(f->store, text_work, &job, &err));
	assert_int_equal(outbox_since(f, &before).at[0].kind, OUTBOX_SITE);
	job.text.text = STR("Press: 2");
	assert_ok(store_write(f->store, text_work, &job, &err));
	job.text.key = SITE_LINE;
	assert_ok(store_write(f->store, text_work, &job, &err));
	struct site_content site = site_now(f);
	assert_int_equal(site.texts.len, 2);
	assert_int_equal(site.texts.at[1].key, SITE_PRESS);
	assert_text(site.texts.at[1].text, "Press: 2");
	job.text.text = STR("");
	assert_ok(store_write(f->store, text_work, &job, &err));
	assert_int_equal(site_now(f).texts.len, 1);
}

static void add_menu(struct fixture *f, int64_t batch_id, struct job *job)
{
	if (batch_id)
		assert_ok(store_write_chunk(f->store, batch_id, menu_work, job, &err));
	else
		assert_ok(store_write(f->store, menu_work, job, &err));
}

static void a_menu_of_a_batch_replaces_the_old_one(void **state)
{
	struct fixture *f = fixture_need(state);
	struct job job = {.item = {.menu = STR("main"),
				   .language = STR("en"),
				   .position = 1,
				   .label = STR("Old"),
				   .url = STR("/old/")}};
	add_menu(f, 0, &job);
	job.item.parent_id = job.id;
	job.item.position = 0;
	job.item.kind_id = f->release_kind;
	add_menu(f, 0, &job);
	assert_int_equal(site_now(f).menu.len, 2);
	assert_int_equal(site_now(f).menu.at[0].kind_id, f->release_kind);
	assert_true(site_now(f).menu.at[0].parent_id > 0);
	job.item = (struct menu_item){
		.menu = STR("footer"), .language = STR("en"), .label = STR("Keep"), .url = STR("/k/")};
	add_menu(f, 0, &job);
	int64_t batch_id = begin_batch(f);
	job.item = (struct menu_item){
		.menu = STR("main"), .language = STR("en"), .label = STR("New"), .term_id = f->health};
	add_menu(f, batch_id, &job);
	assert_int_equal(site_now(f).menu.len, 3);
	assert_ok(store_write_chunk(f->store, batch_id, clear_work, &job, &err));
	assert_int_equal(count_of(f, "menu_item"), 3);
	add_menu(f, batch_id, &job);
	assert_int_equal(flip_batch(f, batch_id), 0);
	struct site_content site = site_now(f);
	assert_int_equal(site.menu.len, 2);
	assert_text(site.menu.at[0].label, "Keep");
	assert_text(site.menu.at[1].label, "New");
	assert_int_equal(site.menu.at[1].term_id, f->health);
	assert_ok(store_write(f->store, clear_work, &job, &err));
	assert_int_equal(site_now(f).menu.len, 1);
}

static void put(struct fixture *f, int64_t batch_id, struct redirect redirect)
{
	struct job job = {.redirect = redirect};
	if (batch_id)
		assert_ok(store_write_chunk(f->store, batch_id, redirect_work, &job, &err));
	else
		assert_ok(store_write(f->store, redirect_work, &job, &err));
}

static struct redirect get(struct fixture *f, const char *path)
{
	struct redirect redirect = {0};
	assert_ok(redirect_get(f->store, str_from(path), f->arena, &redirect, &err));
	return redirect;
}

static void a_redirect_leads_to_any_thing(void **state)
{
	struct fixture *f = fixture_need(state);
	struct outbox_position before = outbox_now(f);
	put(f, 0,
	    (struct redirect){
		    .path = STR("/a/"), .target = REDIRECT_TERM, .target_id = f->health, .language = STR("fr")});
	put(f, 0, (struct redirect){.path = STR("/b/"), .target = REDIRECT_PLACE, .target_id = f->italy});
	put(f, 0, (struct redirect){.path = STR("/c/"), .target = REDIRECT_CONTRIBUTOR, .target_id = f->ada});
	put(f, 0, (struct redirect){.path = STR("/d/"), .target = REDIRECT_KIND, .target_id = f->release_kind});
	put(f, 0, (struct redirect){.path = STR("/e.jpg"), .target = REDIRECT_MEDIA, .target_id = f->photo});
	put(f, 0, (struct redirect){.path = STR("/?p=9"), .target = REDIRECT_PATH, .to_path = STR("/nine/")});
	put(f, 0, (struct redirect){.path = STR("/gone/"), .target = REDIRECT_GONE, .note = STR("Taken down.")});
	struct outbox_vec rows = outbox_since(f, &before);
	assert_int_equal(rows.len, 7);
	assert_int_equal(rows.at[0].kind, OUTBOX_REDIRECT);
	assert_text(rows.at[5].detail, "/?p=9");
	assert_int_equal(get(f, "/a/").target, REDIRECT_TERM);
	assert_int_equal(get(f, "/a/").target_id, f->health);
	assert_text(get(f, "/a/").language, "fr");
	assert_int_equal(get(f, "/b/").target, REDIRECT_PLACE);
	assert_int_equal(get(f, "/c/").target, REDIRECT_CONTRIBUTOR);
	assert_int_equal(get(f, "/d/").target, REDIRECT_KIND);
	assert_int_equal(get(f, "/e.jpg").target, REDIRECT_MEDIA);
	assert_text(get(f, "/?p=9").to_path, "/nine/");
	assert_int_equal(get(f, "/gone/").target, REDIRECT_GONE);
	assert_text(get(f, "/gone/").note, "Taken down.");
	assert_true(get(f, "/gone/").in_force);
	struct redirect_vec page;
	assert_ok(redirect_page(f->store, false, 0, STR("/a/"), 3, f->arena, &page, &err));
	assert_int_equal(page.len, 3);
	assert_text(page.at[0].path, "/b/");
	assert_ok(redirect_page(f->store, true, 0, STR(""), 3, f->arena, &page, &err));
	assert_int_equal(page.len, 1);
	put(f, 0, (struct redirect){.path = STR("/a/"), .target = REDIRECT_PATH, .to_path = STR("/x/")});
	assert_int_equal(get(f, "/a/").target, REDIRECT_PATH);
	assert_int_equal(get(f, "/a/").target_id, 0);
}

static void redirects_of_a_batch_wait_for_the_flip(void **state)
{
	struct fixture *f = fixture_need(state);
	int64_t batch_id = begin_batch(f);
	put(f, 0, (struct redirect){.path = STR("/kept/"), .target = REDIRECT_PATH, .to_path = STR("/mine/")});
	put(f, batch_id, (struct redirect){.path = STR("/kept/"), .target = REDIRECT_PATH, .to_path = STR("/theirs/")});
	put(f, batch_id, (struct redirect){.path = STR("/new/"), .target = REDIRECT_PATH, .to_path = STR("/n1/")});
	put(f, batch_id, (struct redirect){.path = STR("/new/"), .target = REDIRECT_PATH, .to_path = STR("/n2/")});
	put(f, batch_id, (struct redirect){.path = STR("/dead/"), .target = REDIRECT_GONE});
	assert_text(get(f, "/kept/").to_path, "/mine/");
	assert_text(get(f, "/new/").to_path, "/n2/");
	assert_false(get(f, "/new/").in_force);
	assert_false(get(f, "/dead/").in_force);
	struct redirect_vec page;
	assert_ok(redirect_page(f->store, false, batch_id, STR(""), 10, f->arena, &page, &err));
	assert_int_equal(page.len, 1);
	assert_int_equal(flip_batch(f, batch_id), 0);
	assert_true(get(f, "/new/").in_force);
	assert_true(get(f, "/dead/").in_force);
	int64_t second = begin_batch(f);
	put(f, second, (struct redirect){.path = STR("/new/"), .target = REDIRECT_PATH, .to_path = STR("/n3/")});
	put(f, second, (struct redirect){.path = STR("/fresh/"), .target = REDIRECT_GONE});
	assert_text(get(f, "/new/").to_path, "/n2/");
	assert_int_equal(abandon_batch(f, second), 0);
	assert_rc(redirect_get(f->store, STR("/fresh/"), f->arena, &(struct redirect){0}, &err), STORE_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(texts_come_change_and_go),
		STORE_TEST(a_menu_of_a_batch_replaces_the_old_one),
		STORE_TEST(a_redirect_leads_to_any_thing),
		STORE_TEST(redirects_of_a_batch_wait_for_the_flip),
	};
	return FIXTURE_RUN("site", tests);
}
