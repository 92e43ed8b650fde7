/* Random work in the store, time moving: what readers get is always what visible() says of the store's rows,
 * and the projection that followed step by step is row for row the one that is built anew. */
#include "newsroom.h"

#include "publish/render.h"
#include "store/taxonomy.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ITEMS 40
#define STEPS 400

struct work {
	struct newsroom room;
	uint64_t seed;
	struct item_ids ids[ITEMS];
	int count;
	int renamed;
};

static uint64_t next(struct work *work, uint64_t below)
{
	work->seed = work->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (work->seed >> 33) % below;
}

static int64_t near_now(struct work *work)
{
	return newsroom_now(&work->room) - 100 + (int64_t)next(work, 300);
}

/* The works --------------------------------------------------------------------------------------- */

static struct item_content random_content(struct work *work, int number, const char *language)
{
	struct item_content content = newsroom_content(&work->room, number, language);
	if (next(work, 4) == 0)
		content.release_at_s = near_now(work);
	if (next(work, 4) == 0)
		content.embargo_until_s = near_now(work);
	if (next(work, 5) == 0)
		content.expires_at_s = near_now(work);
	if (next(work, 8) == 0)
		content.state = ITEM_UNRELEASED;
	if (next(work, 12) == 0)
		content.access = ITEM_PRIVATE;
	if (next(work, 10) == 0)
		content.type = ITEM_PAGE;
	if (next(work, 10) == 0)
		content.pinned_until_s = ITEM_PINNED_FOREVER;
	content.kind_id = next(work, 3) ? work->room.kinds[next(work, 3)] : 0;
	return content;
}

static int create(struct store_tx *tx, void *context, struct err *err)
{
	struct work *work = context;
	struct item_content content = random_content(work, work->count, "en");
	return item_create(tx, &content, &work->ids[work->count], err);
}

static int translate(struct store_tx *tx, void *context, struct err *err)
{
	struct work *work = context;
	int number = (int)next(work, (uint64_t)work->count);
	struct item_content content = random_content(work, number, next(work, 2) ? "fr" : "ar");
	struct item_ids ids;
	int rc = item_add_language(tx, work->ids[number].item_id, &content, &ids, err);
	return rc;
}

static int change_lists(struct store_tx *tx, void *context, struct err *err)
{
	struct work *work = context;
	const struct item_ids *ids = &work->ids[next(work, (uint64_t)work->count)];
	int64_t terms[] = {work->room.topics[next(work, 4)], work->room.topics[next(work, 4)]};
	switch (next(work, 4)) {
	case 0:
		return item_set_terms(tx, ids->entry_id, terms, next(work, 3), err);
	case 1:
		return item_set_places(tx, ids->entry_id, &work->room.places[next(work, 3)], next(work, 2), err);
	case 2:
		return item_set_kind(tx, ids->item_id, next(work, 2) ? work->room.kinds[next(work, 3)] : 0, err);
	default:
		return item_set_pinned(tx, ids->item_id, next(work, 2) ? near_now(work) : 0, err);
	}
}

static int change_state(struct store_tx *tx, void *context, struct err *err)
{
	struct work *work = context;
	const struct item_ids *ids = &work->ids[next(work, (uint64_t)work->count)];
	struct item_release release = {.keep_date = true};
	unsigned lacks = 0;
	int rc;
	switch (next(work, 4)) {
	case 0:
		rc = item_withdraw(tx, ids->item_id, STR("en"), WITHDRAW_KILL, STR("No."), err);
		break;
	case 1:
		rc = item_unrelease(tx, ids->entry_id, err);
		break;
	default:
		if (next(work, 2))
			release.embargo_until_s = near_now(work);
		rc = item_release(tx, ids->entry_id, &release, &lacks, err);
	}
	return rc;
}

static int rename_one(struct store_tx *tx, void *context, struct err *err)
{
	struct work *work = context;
	const struct item_ids *ids = &work->ids[next(work, (uint64_t)work->count)];
	struct str slug = arena_printf(work->room.arena, "renamed-%d", ++work->renamed);
	struct str path = arena_printf(work->room.arena, "/2023/12/renamed-%d/", work->renamed);
	return item_rename(tx, ids->entry_id, slug, path, err);
}

static int change_names(struct store_tx *tx, void *context, struct err *err)
{
	struct work *work = context;
	struct taxonomy_text label = {.language = STR("ar"),
				      .label = arena_printf(work->room.arena, "label %d", (int)next(work, 1000)),
				      .slug = arena_printf(work->room.arena, "slug-%d", (int)next(work, 1000000))};
	struct media_text text = {.language = STR("en"),
				  .caption = label.label,
				  .credit = next(work, 2) ? STR("Ana") : (struct str){0},
				  .alt = STR("Candles")};
	int rc;
	switch (next(work, 3)) {
	case 0:
		rc = term_put_text(tx, work->room.topics[next(work, 4)], &label, err);
		break;
	case 1:
		rc = term_set_parent(tx, work->room.topics[2], next(work, 2) ? work->room.topics[3] : 0, err);
		break;
	default:
		rc = media_put_text(tx, work->room.media[0], &text, err);
	}
	return rc;
}

static void one_step(struct work *work)
{
	static store_work *const works[] = {create,       create,       translate,  change_lists, change_lists,
					    change_state, change_state, rename_one, change_names};
	store_work *what = works[work->count ? next(work, 9) : 0];
	if (what == create && work->count == ITEMS)
		what = translate;
	struct err err = {0};
	int rc = store_write(work->room.store, what, work, &err);
	if (rc < 0)
		fail_msg("%d: %s", rc, err.text);
	work->count += what == create && rc == 0; /* above 0: refused, and nothing was written */
	if (next(work, 3) == 0)
		clock_fixed_set_s(&work->room.clock, newsroom_now(&work->room) + (int64_t)next(work, 40));
}

/* The checks --------------------------------------------------------------------------------------- */

static void check_entry(struct work *work, const struct catalogue_snapshot *snapshot, const struct entry *entry)
{
	struct visible_facts facts = render_facts(entry);
	bool shown = visible(&facts, newsroom_now(&work->room));
	struct err err = {0};
	struct arena *arena = work->room.arena;
	struct card card = {0};
	struct body body = {0};
	struct found found = {0};
	assert_int_equal(catalogue_contains(snapshot, entry->id), shown);
	assert_int_equal(public_card(work->room.public, snapshot, entry->id, arena, &card, &err),
			 shown ? 0 : PUBLIC_NOTHING);
	assert_int_equal(public_body(work->room.public, snapshot, entry->id, arena, &body, &err),
			 shown ? 0 : PUBLIC_NOTHING);
	int there = public_find(work->room.public, snapshot, entry->path, arena, &found, &err);
	assert_int_equal(there == 0, shown);
	if (!shown && there)
		assert_int_equal(there, visible_gone(&facts, newsroom_now(&work->room)) ? PUBLIC_GONE : PUBLIC_NOTHING);
	if (!shown)
		return;
	assert_int_equal(found.entry_id, entry->id);
	assert_true(str_eq(card.path, entry->path) && str_eq(card.title, entry->title));
	assert_int_equal(card.kind, entry->kind_id);
	assert_int_equal(card.term_count, entry->terms.len);
	uint32_t language = catalogue_language(projector_catalogue(work->room.projector), entry->language);
	for (size_t i = 0; i < entry->terms.len && entry->type == ITEM_NEWS; i++) {
		struct catalogue_filter filter = {
			.language = language, .keys = {{CATALOGUE_TERM, entry->terms.at[i]}}, .key_count = 1};
		CATALOGUE_SET_SCOPED set = catalogue_select(snapshot, &filter);
		assert_true(catalogue_set_contains(set, entry->id));
	}
}

static void check_all(struct work *work)
{
	CATALOGUE_SCOPED snapshot = newsroom_snapshot(&work->room);
	struct arena_mark mark = arena_mark(work->room.arena);
	struct entry_page page = {0};
	struct err err = {0};
	assert_int_equal(entry_page(work->room.store, 0, 0, 1000, work->room.arena, &page, &err), 0);
	size_t shown = 0;
	for (size_t i = 0; i < page.entries.len; i++) {
		struct visible_facts facts = render_facts(&page.entries.at[i]);
		shown += visible(&facts, newsroom_now(&work->room));
		check_entry(work, snapshot, &page.entries.at[i]);
	}
	assert_int_equal(catalogue_visible_count(snapshot), shown);
	struct search_result result = {0};
	struct catalogue_filter all = {.language = CATALOGUE_EVERY_LANGUAGE, .scope = CATALOGUE_ALL};
	CATALOGUE_SET_SCOPED set = catalogue_select(snapshot, &all);
	const struct search_question question = {STR("candles"), {0}, 0, 1};
	assert_int_equal(public_search(work->room.public, set, &question, work->room.arena, &result, &err), 0);
	assert_int_equal(result.total, shown);
	arena_release(work->room.arena, mark);
}

static int dump_rows(struct db_rows *rows, int rc, struct buf *out)
{
	struct err err = {0};
	while (rc >= 0 && (rc = db_next(rows, &err)) == DB_ROW) {
		buf_put(out, db_text(rows, 0));
		buf_put_byte(out, '\n');
	}
	return rc;
}

#define dump(sql)                                                                                                      \
	do {                                                                                                           \
		DB_ROWS rows = {0};                                                                                    \
		assert_int_equal(dump_rows(&rows, db_select(db, &rows, &err, sql), out), 0);                           \
		buf_put_cstr(out, "--\n");                                                                             \
	} while (0)

static void dump_all(struct db *db, struct buf *out)
{
	struct err err = {0};
	dump("SELECT number || '|' || outbox_id || '|' || recipe FROM position");
	dump("SELECT id || '|' || item_id || '|' || language || '|' || page || '|' || path || '|' || from_s || '|' || "
	     "until_s"
	     " || '|' || date_s || '|' || month || '|' || pinned_until_s || '|' || kind_id || '|' || terms || '|' || "
	     "places"
	     " || '|' || contributors || '|' || search_key FROM entry ORDER BY id");
	dump("SELECT entry_id || '|' || guid || '|' || reference || '|' || modified_s || '|' || breaking_until_s || "
	     "'|' ||"
	     " in_feeds || '|' || title || '|' || subtitle || '|' || dateline || '|' || excerpt || '|' || "
	     "excerpt_written"
	     " || '|' || picture_id || '|' || picture_alt || '|' || picture_caption || '|' || picture_credit || '|' ||"
	     " picture_alt_language || '|' || picture_caption_language || '|' || picture_credit_language FROM card"
	     " ORDER BY entry_id");
	dump("SELECT entry_id || '|' || html || '|' || plain FROM body ORDER BY entry_id");
	dump("SELECT media_id || '|' || entry_id FROM media_use ORDER BY 1");
	dump("SELECT id || '|' || public_id || '|' || name FROM media ORDER BY id");
	dump("SELECT media_id || '|' || width || '|' || extension || '|' || sha256 FROM media_file ORDER BY 1");
	dump("SELECT entry_id || '|' || path || '|' || guid || '|' || note || '|' || gone_s || '|' || kind_id || '|' "
	     "|| terms || '|' || places || '|' || contributors FROM gone ORDER BY "
	     "entry_id");
	dump("SELECT path || '|' || target || '|' || target_id || '|' || to_path || '|' || note FROM redirect ORDER BY "
	     "path");
	dump("SELECT owner || '|' || owner_id || '|' || language || '|' || name || '|' || slug || '|' || intro FROM "
	     "label"
	     " ORDER BY 1");
	dump("SELECT id || '|' || vocabulary || '|' || parent_id FROM term ORDER BY id");
	dump("SELECT id || '|' || level || '|' || code || '|' || parent_id FROM place ORDER BY id");
	dump("SELECT rowid || '|' || title || '|' || excerpt || '|' || language FROM search ORDER BY rowid");
}

static void compare_with_new_build(struct work *work)
{
	struct projector_options options = newsroom_options(&work->room);
	char path[200];
	snprintf(path, sizeof path, "%s/other.db", work->room.dir);
	remove(path);
	options.public_path = path;
	options.listener = (struct projector_listener){0};
	struct projector *other = NULL;
	struct err err = {0};
	if (projector_create(&options, &other, &err))
		fail_msg("%s", err.text);
	BUF_SCOPED followed = BUF_INIT(8u << 20);
	BUF_SCOPED built = BUF_INIT(8u << 20);
	dump_all(projector_public_db(work->room.projector), &followed);
	dump_all(projector_public_db(other), &built);
	assert_false(followed.over || followed.len < 1000);
	if (!str_eq(buf_str(&followed), buf_str(&built))) {
		size_t at = 0;
		while (followed.ptr[at] == built.ptr[at])
			at++;
		at = at > 100 ? at - 100 : 0;
		fail_msg("they differ: followed …%.300s…\nbuilt …%.300s…", followed.ptr + at, built.ptr + at);
	}
	projector_destroy(other);
}

static void readers_get_what_the_rule_says(void **state)
{
	(void)state;
	static struct work work;
	for (uint64_t seed = 1; seed <= 2; seed++) {
		memset(&work, 0, sizeof work);
		work.seed = seed;
		newsroom_init(&work.room);
		for (int i = 1; i <= STEPS; i++) {
			one_step(&work);
			if (next(&work, 3) == 0)
				continue; /* several in one step */
			newsroom_step(&work.room);
			check_all(&work);
			if (i % 80 == 0)
				compare_with_new_build(&work);
		}
		newsroom_step(&work.room);
		compare_with_new_build(&work);
		newsroom_finish(&work.room);
	}
}

/* The thread: the listener wakes the test; nobody sleeps. -------------------------------------------- */

struct waiting {
	pthread_mutex_t lock;
	pthread_cond_t heard;
	int64_t sequence;
};

static void wake_test(void *context, const struct str *tags, size_t tag_count, int64_t sequence)
{
	struct waiting *waiting = context;
	(void)tags;
	(void)tag_count;
	pthread_mutex_lock(&waiting->lock);
	waiting->sequence = sequence;
	pthread_cond_broadcast(&waiting->heard);
	pthread_mutex_unlock(&waiting->lock);
}

static void the_thread_follows_the_writer(void **state)
{
	(void)state;
	static struct newsroom room;
	newsroom_init(&room);
	newsroom_close(&room);
	struct waiting waiting = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0};
	struct projector_options options = newsroom_options(&room);
	options.listener = (struct projector_listener){.changed = wake_test, .context = &waiting};
	options.background = true;
	struct err err = {0};
	assert_int_equal(projector_create(&options, &room.projector, &err), 0);
	assert_int_equal(projector_start(room.projector, NULL, &err), 0);
	for (int i = 0; i < 20; i++) {
		struct item_content content = newsroom_content(&room, i, "en");
		pthread_mutex_lock(&waiting.lock);
		int64_t before = waiting.sequence;
		pthread_mutex_unlock(&waiting.lock);
		struct item_ids ids = newsroom_create(&room, &content);
		if (i % 2)
			projector_wake(room.projector);
		pthread_mutex_lock(&waiting.lock);
		while (waiting.sequence == before)
			pthread_cond_wait(&waiting.heard, &waiting.lock);
		int64_t told = waiting.sequence;
		pthread_mutex_unlock(&waiting.lock);
		CATALOGUE_SCOPED snapshot = newsroom_snapshot(&room);
		assert_true(catalogue_contains(snapshot, ids.entry_id));
		assert_true(catalogue_sequence(snapshot) >= told);
	}
	projector_stop(room.projector);
	assert_int_equal(projector_status(room.projector).rebuilds, 0);
	newsroom_finish(&room);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(readers_get_what_the_rule_says),
		cmocka_unit_test(the_thread_follows_the_writer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
