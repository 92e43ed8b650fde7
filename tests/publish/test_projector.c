/* From the store to what readers get: each way an entry can be asked for, and each way it can be hidden. */
#include "newsroom.h"

#include "base/file.h"
#include "store/outbox.h"
#include "store/taxonomy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void assert_str(struct str found, const char *expected)
{
	if (!str_eq(found, str_from(expected)))
		fail_msg("found \"%.*s\", expected \"%s\"", STR_ARG(found), expected);
}

static int search(struct newsroom *newsroom, const struct catalogue_snapshot *snapshot, const char *words,
		  struct search_result *ret_result)
{
	struct err err = {0};
	struct catalogue_filter all = {.language = CATALOGUE_EVERY_LANGUAGE};
	CATALOGUE_SET_SCOPED set = catalogue_select(snapshot, &all);
	const struct search_question question = {str_from(words), {0}, 0, 50};
	return public_search(newsroom->public, set, &question, newsroom->arena, ret_result, &err);
}

/* In how many of all the ways there are an entry can be got at. */
#define WAYS 8
static int ways_to_get(struct newsroom *newsroom, const struct item_ids *ids, int number, const char *language)
{
	CATALOGUE_SCOPED snapshot = newsroom_snapshot(newsroom);
	struct arena *arena = newsroom->arena;
	struct err err = {0};
	struct item_content content = newsroom_content(newsroom, number, language);
	int64_t id = ids->entry_id, found_ids[50];
	uint32_t index = catalogue_language(projector_catalogue(newsroom->projector), content.language);
	int ways = catalogue_contains(snapshot, id);
	struct card card;
	struct body body;
	struct found found = {0};
	ways += public_card(newsroom->public, snapshot, id, arena, &card, &err) == 0;
	ways += public_body(newsroom->public, snapshot, id, arena, &body, &err) == 0;
	ways += public_find(newsroom->public, snapshot, content.path, arena, &found, &err) == 0 && found.entry_id == id;
	struct catalogue_filter filter = {
		.language = index, .keys = {{CATALOGUE_TERM, newsroom->topics[0]}}, .key_count = 1};
	CATALOGUE_SET_SCOPED set = catalogue_select(snapshot, &filter);
	size_t listed = catalogue_page(set, 0, 50, found_ids);
	for (size_t i = 0; i < listed; i++)
		ways += found_ids[i] == id;
	struct search_result result = {0};
	char words[40];
	snprintf(words, sizeof words, "candles %d", number);
	assert_int_equal(search(newsroom, snapshot, words, &result), 0);
	for (size_t i = 0; i < result.count; i++)
		ways += result.entry_ids[i] == id;
	for (size_t i = 0; i < listed; i++) {
		struct translation *translations;
		size_t count = 0, related = catalogue_related(snapshot, found_ids[i], 50, found_ids + 25);
		assert_int_equal(
			public_translations(newsroom->public, snapshot, id, arena, &translations, &count, &err), 0);
		(void)related;
	}
	struct catalogue_facets facets = catalogue_facets(set, CATALOGUE_PLACE, NULL, 0, arena);
	ways += facets.len > 0 && facets.at[0].count == listed && listed > 0;
	NAMES_SCOPED names = names_acquire(projector_names(newsroom->projector));
	ways += card.entry_id == id && names_kind(names, card.kind) != NULL;
	return ways;
}

static void what_is_released_is_shown(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	struct item_content content = newsroom_content(&room, 1, "en");
	content.revision.body = STR("<p>Hundreds stood <em>by</em> the river.</p><figure "
				    "data-media=\"urn:test:media:0\"><img alt=\"Candles\"></figure>");
	struct item_ids ids = newsroom_create(&room, &content);
	newsroom_step(&room);
	assert_int_equal(ways_to_get(&room, &ids, 1, "en"), WAYS);
	CATALOGUE_SCOPED snapshot = newsroom_snapshot(&room);
	struct err err = {0};
	struct card card = {0};
	struct body body = {0};
	assert_int_equal(public_card(room.public, snapshot, ids.entry_id, room.arena, &card, &err), 0);
	assert_str(card.title, "Candles for item 1");
	assert_str(card.excerpt, "Hundreds stood by the river.");
	assert_false(card.excerpt_written);
	assert_str(card.path, "/2023/11/item-1/");
	assert_str(card.picture.credit, "Ana Vella");
	assert_str(card.picture.alt, "People with candles");
	assert_int_equal(card.picture.form_count, 3);
	assert_int_equal(card.picture.forms[0].width, 320);
	assert_str(card.picture.forms[0].mime, "image/jpeg");
	assert_int_equal(card.contributor_count, 1); /* the other one is not to be named */
	assert_int_equal(card.contributors[0].id, room.people[0]);
	assert_int_equal(card.term_count, 1);
	assert_int_equal(public_body(room.public, snapshot, ids.entry_id, room.arena, &body, &err), 0);
	assert_true(str_find(body.html.text, STR("<em>by</em>")) != SIZE_MAX);
	assert_true(str_find(body.html.text, card.picture.media_id) != SIZE_MAX);
	assert_true(str_find(body.text, STR("Hundreds stood by the river.")) != SIZE_MAX);
	struct public_file file = {0};
	assert_int_equal(
		public_media(room.public, snapshot, card.picture.media_id, 640, STR("jpg"), room.arena, &file, &err),
		0);
	assert_int_equal(file.sha256.len, 64);
	assert_int_equal(
		public_media(room.public, snapshot, card.picture.media_id, 641, STR("jpg"), room.arena, &file, &err),
		PUBLIC_NOTHING);
	catalogue_release(snapshot);
	snapshot = NULL;
	newsroom_finish(&room);
}

/* Hidden ------------------------------------------------------------------------------------------ */

static void what_is_hidden_is_nowhere(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	struct item_ids ids[8];
	for (int i = 0; i < 8; i++) {
		struct item_content content = newsroom_content(&room, i, "en");
		switch (i) {
		case 0:
			content.state = ITEM_UNRELEASED;
			break;
		case 1:
			content.access = ITEM_PRIVATE;
			break;
		case 2:
			content.access = ITEM_PASSWORD;
			break;
		case 3:
			content.release_at_s = NEWSROOM_START_S + 100;
			break;
		case 4:
			content.embargo_until_s = NEWSROOM_START_S + 100;
			break;
		case 5:
			content.expires_at_s = NEWSROOM_START_S - 1;
			break;
		case 6: /* ends while it waits */
			content.release_at_s = NEWSROOM_START_S + 100;
			content.expires_at_s = NEWSROOM_START_S + 50;
			break;
		default:
			break;
		}
		ids[i] = newsroom_create(&room, &content);
	}
	newsroom_step(&room);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 8; i++) {
			bool due = (i == 3 || i == 4) && newsroom_now(&room) >= NEWSROOM_START_S + 100;
			int ways = ways_to_get(&room, &ids[i], i, "en");
			if (i == 7 || due)
				assert_int_equal(ways, WAYS);
			else
				assert_in_range(ways, 0, 1); /* the facet of the one that is there */
		}
		CATALOGUE_SCOPED snapshot = newsroom_snapshot(&room);
		struct search_result result = {0};
		assert_int_equal(search(&room, snapshot, "candles", &result), 0);
		size_t shown = newsroom_now(&room) >= NEWSROOM_START_S + 100 ? 3 : 1;
		assert_int_equal(result.total, shown);
		assert_int_equal(catalogue_visible_count(snapshot), shown);
		int64_t related[20];
		assert_int_equal(catalogue_related(snapshot, ids[7].entry_id, 20, related), shown - 1);
		clock_fixed_set_s(&room.clock, NEWSROOM_START_S + 99 + round);
	}
	newsroom_finish(&room);
}

static void a_picture_is_public_with_its_entry(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	struct item_content content = newsroom_content(&room, 1, "en");
	content.embargo_until_s = NEWSROOM_START_S + 100;
	content.expires_at_s = NEWSROOM_START_S + 200;
	newsroom_create(&room, &content);
	newsroom_step(&room);
	struct err err = {0};
	struct media media = {0};
	assert_int_equal(media_get(room.store, room.media[0], room.arena, &media, &err), 0);
	for (int64_t now = NEWSROOM_START_S + 98; now < NEWSROOM_START_S + 202; now++) {
		clock_fixed_set_s(&room.clock, now);
		CATALOGUE_SCOPED snapshot = newsroom_snapshot(&room);
		struct public_file file = {0};
		int rc = public_media(room.public, snapshot, media.public_id, 320, STR("jpg"), room.arena, &file, &err);
		bool open = now >= NEWSROOM_START_S + 100 && now < NEWSROOM_START_S + 200;
		assert_int_equal(rc, open ? 0 : PUBLIC_NOTHING);
	}
	newsroom_finish(&room);
}

/* Withdrawn, renamed, redirected ------------------------------------------------------------------- */

static int withdraw(struct store_tx *tx, void *context, struct err *err)
{
	struct item_ids *ids = context;
	return item_withdraw(tx, ids->item_id, (struct str){0}, WITHDRAW_TAKEDOWN, STR("It was not so."), err);
}

static int rename_item(struct store_tx *tx, void *context, struct err *err)
{
	struct item_ids *ids = context;
	return item_rename(tx, ids->entry_id, STR("renamed"), STR("/2023/11/renamed/"), err);
}

static int find(struct newsroom *room, const char *path, struct found *ret_found)
{
	CATALOGUE_SCOPED snapshot = newsroom_snapshot(room);
	struct err err = {0};
	return public_find(room->public, snapshot, str_from(path), room->arena, ret_found, &err);
}

static void a_renamed_address_leads_on(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	struct item_content content = newsroom_content(&room, 1, "en");
	struct item_ids ids = newsroom_create(&room, &content);
	newsroom_step(&room);
	newsroom_write(&room, rename_item, &ids);
	newsroom_step(&room);
	struct found found = {0};
	assert_int_equal(find(&room, "/2023/11/renamed/", &found), 0);
	assert_int_equal(find(&room, "/2023/11/item-1/", &found), PUBLIC_REDIRECT);
	assert_str(found.target, "/2023/11/renamed/");
	clock_fixed_set_s(&room.clock, NEWSROOM_START_S + 10);
	newsroom_write(&room, withdraw, &ids);
	newsroom_step(&room);
	assert_int_equal(find(&room, "/2023/11/renamed/", &found), PUBLIC_GONE);
	assert_str(found.note, "It was not so.");
	assert_int_equal(find(&room, "/2023/11/item-1/", &found), PUBLIC_GONE);
	assert_in_range(ways_to_get(&room, &ids, 1, "en"), 0, 0);
	newsroom_finish(&room);
}

static void a_secret_that_is_withdrawn_never_was(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	struct item_content content = newsroom_content(&room, 1, "en");
	content.embargo_until_s = NEWSROOM_START_S + 1000;
	struct item_ids ids = newsroom_create(&room, &content);
	newsroom_step(&room);
	newsroom_write(&room, withdraw, &ids);
	newsroom_step(&room);
	clock_fixed_set_s(&room.clock, NEWSROOM_START_S + 2000);
	struct found found = {0};
	assert_int_equal(find(&room, "/2023/11/item-1/", &found), PUBLIC_NOTHING);
	newsroom_finish(&room);
}

static int put_redirects(struct store_tx *tx, void *context, struct err *err)
{
	struct newsroom *room = context;
	const struct redirect redirects[] = {
		{.path = STR("/?p=7"), .target = REDIRECT_PATH, .to_path = STR("/2023/11/item-1/")},
		{.path = STR("/old-draft/"), .target = REDIRECT_PATH, .to_path = STR("/2023/11/item-2/")},
		{.path = STR("/old-list/"), .target = REDIRECT_PATH, .to_path = STR("/topic/justice/")},
		{.path = STR("/old-kind/"), .target = REDIRECT_PATH, .to_path = STR("/fr/press-releases/?page=2")},
		{.path = STR("/old-no-list/"), .target = REDIRECT_PATH, .to_path = STR("/topic/secret/")},
		{.path = STR("/old-narrow/"),
		 .target = REDIRECT_PATH,
		 .to_path = STR("/press-releases/?topic=justice&page=2&lang=en")},
		{.path = STR("/old-no-narrow/"),
		 .target = REDIRECT_PATH,
		 .to_path = STR("/press-releases/?topic=water")},
		{.path = STR("/old-no-name/"), .target = REDIRECT_PATH, .to_path = STR("/topic/water/")},
		{.path = STR("/old-archive/"), .target = REDIRECT_PATH, .to_path = STR("/archive/2018/06/")},
		{.path = STR("/away/"), .target = REDIRECT_PATH, .to_path = STR("https://example.org/x")},
		{.path = STR("/cat/justice/"),
		 .target = REDIRECT_TERM,
		 .target_id = room->topics[0],
		 .language = STR("fr")},
		{.path = STR("/upload.jpg"), .target = REDIRECT_MEDIA, .target_id = room->media[0]},
		{.path = STR("/other.jpg"), .target = REDIRECT_MEDIA, .target_id = room->media[1]},
		{.path = STR("/was-here/"), .target = REDIRECT_GONE, .note = STR("Gone.")},
	};
	int rc = 0;
	for (size_t i = 0; !rc && i < sizeof redirects / sizeof *redirects; i++)
		rc = redirect_put(tx, &redirects[i], err);
	return rc;
}

/* Released and withdrawn in one second, by two steps or by one: readers may have seen it, so they are told. */
static void what_is_withdrawn_at_once_is_told_as_gone(void **state)
{
	(void)state;
	for (int steps = 0; steps < 2; steps++) {
		struct newsroom room;
		struct found found = {0};
		newsroom_init(&room);
		struct item_content content = newsroom_content(&room, 1, "en");
		content.release_at_s = newsroom_now(&room);
		struct item_ids ids = newsroom_create(&room, &content);
		if (steps)
			newsroom_step(&room);
		newsroom_write(&room, withdraw, &ids);
		newsroom_step(&room);
		assert_int_equal(find(&room, "/2023/11/item-1/", &found), PUBLIC_GONE);
		assert_string_equal(found.note.ptr, "It was not so.");
		newsroom_finish(&room);
	}
}

static void redirects_lead_only_to_what_may_be_seen(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	struct item_content shown = newsroom_content(&room, 1, "en"), hidden = newsroom_content(&room, 2, "en");
	newsroom_create(&room, &shown);
	hidden.embargo_until_s = NEWSROOM_START_S + 100;
	newsroom_create(&room, &hidden);
	newsroom_step(&room);
	newsroom_write(&room, put_redirects, &room);
	newsroom_step(&room);
	assert_int_equal(room.told, 1); /* for what was not there before */
	assert_int_equal(room.tags.len, 0);
	struct found found = {0};
	for (int build = 0; build < 2; build++) {
		clock_fixed_set_s(&room.clock, NEWSROOM_START_S);
		assert_int_equal(find(&room, "/?p=7", &found), PUBLIC_REDIRECT);
		assert_str(found.target, "/2023/11/item-1/");
		assert_int_equal(find(&room, "/old-draft/", &found), PUBLIC_NOTHING);
		assert_int_equal(find(&room, "/old-list/", &found), PUBLIC_REDIRECT);
		assert_int_equal(find(&room, "/old-kind/", &found), PUBLIC_REDIRECT);
		assert_str(found.target, "/fr/press-releases/?page=2");
		assert_int_equal(find(&room, "/old-no-list/", &found), PUBLIC_NOTHING);
		/* Names that are known, but stand for nothing that may be seen, in path and query. */
		assert_int_equal(find(&room, "/old-no-name/", &found), PUBLIC_NOTHING);
		assert_int_equal(find(&room, "/old-no-narrow/", &found), PUBLIC_NOTHING);
		assert_int_equal(find(&room, "/old-narrow/", &found), PUBLIC_REDIRECT);
		assert_str(found.target, "/press-releases/?topic=justice&page=2&lang=en");
		assert_int_equal(find(&room, "/old-archive/", &found), PUBLIC_REDIRECT);
		assert_int_equal(find(&room, "/away/", &found), PUBLIC_REDIRECT);
		assert_int_equal(find(&room, "/cat/justice/", &found), PUBLIC_REDIRECT);
		assert_int_equal(found.list.dimension, CATALOGUE_TERM);
		assert_int_equal(found.list.id, room.topics[0]);
		assert_str(found.list_language, "fr");
		assert_int_equal(find(&room, "/upload.jpg", &found), PUBLIC_REDIRECT);
		assert_true(str_ends(found.target, STR("/march-1280.jpg")));
		assert_int_equal(find(&room, "/other.jpg", &found), PUBLIC_NOTHING);
		assert_int_equal(find(&room, "/was-here/", &found), PUBLIC_GONE);
		assert_str(found.note, "Gone.");
		assert_int_equal(find(&room, "/never/", &found), PUBLIC_NOTHING);
		clock_fixed_set_s(&room.clock, NEWSROOM_START_S + 100);
		assert_int_equal(find(&room, "/old-draft/", &found), PUBLIC_REDIRECT);
		struct err err = {0};
		assert_int_equal(projector_rebuild(room.projector, &err), 0);
	}
	newsroom_finish(&room);
}

/* Languages --------------------------------------------------------------------------------------- */

static int add_french(struct store_tx *tx, void *context, struct err *err)
{
	struct newsroom *room = context;
	struct item_content content = newsroom_content(room, 1, "fr");
	struct item_ids ids, first;
	content.embargo_until_s = NEWSROOM_START_S + 100;
	int rc = item_find_path(tx_store(tx), STR("/2023/11/item-1/"), &first, err);
	return rc ? rc : item_add_language(tx, first.item_id, &content, &ids, err);
}

static void translations_appear_at_their_second(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	struct item_content content = newsroom_content(&room, 1, "en");
	struct item_ids ids = newsroom_create(&room, &content);
	newsroom_write(&room, add_french, &room);
	newsroom_step(&room);
	for (int open = 0; open < 2; open++) {
		CATALOGUE_SCOPED snapshot = newsroom_snapshot(&room);
		struct translation *found = NULL;
		size_t count = 9;
		struct err err = {0};
		assert_int_equal(
			public_translations(room.public, snapshot, ids.entry_id, room.arena, &found, &count, &err), 0);
		assert_int_equal(count, open);
		if (open)
			assert_str(found[0].path, "/fr/2023/11/item-1/");
		clock_fixed_set_s(&room.clock, NEWSROOM_START_S + 100);
	}
	newsroom_finish(&room);
}

static int add_others(struct store_tx *tx, void *context, struct err *err)
{
	struct newsroom *room = context;
	struct item_ids ids, first;
	int rc = item_find_path(tx_store(tx), STR("/2023/11/item-1/"), &first, err);
	for (int i = 0; !rc && i < 2; i++) {
		struct item_content content = newsroom_content(room, 1, i ? "fr" : "ar");
		rc = item_add_language(tx, first.item_id, &content, &ids, err);
	}
	return rc;
}

static void translations_stand_as_languages_are_configured(void **state)
{
	struct newsroom room;
	struct translation *found = NULL;
	struct err err = {0};
	size_t count = 0;
	(void)state;
	newsroom_init(&room);
	struct item_content content = newsroom_content(&room, 1, "en");
	struct item_ids ids = newsroom_create(&room, &content);
	newsroom_write(&room, add_others, &room);
	newsroom_step(&room);
	CATALOGUE_SCOPED snapshot = newsroom_snapshot(&room);
	assert_int_equal(public_translations(room.public, snapshot, ids.entry_id, room.arena, &found, &count, &err), 0);
	assert_int_equal(count, 2);
	assert_str(found[0].language, "fr"); /* configured are en, fr, ar; the alphabet and time say ar, fr */
	assert_str(found[1].language, "ar");
	catalogue_release(snapshot);
	snapshot = NULL;
	newsroom_finish(&room);
}

static void names_are_found_in_each_language(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	NAMES_SCOPED names = names_acquire(projector_names(room.projector));
	const struct named_term *term = names_term_slug(names, STR("topic"), STR("fr"), STR("fr-justice"));
	assert_non_null(term);
	assert_int_equal(term->id, room.topics[0]);
	assert_ptr_equal(names_term_slug(names, STR("topic"), STR("ar"), STR("justice")), term);
	assert_null(names_term_slug(names, STR("tag"), STR("en"), STR("justice")));
	assert_null(names_term_slug(names, STR("place"), STR("en"), STR("malta")));
	assert_str(labels_find(names, term->labels, STR("fr"))->slug, "fr-justice");
	assert_str(labels_find(names, term->labels, STR("ar"))->slug, "justice");
	assert_null(labels_exact(term->labels, STR("ar")));
	const struct named_place *malta = names_place_slug(names, STR("en"), STR("malta"));
	assert_non_null(malta);
	assert_int_equal(malta->parent->id, room.places[0]);
	assert_ptr_equal(names_place_code(names, STR("mt")), malta);
	assert_non_null(names_contributor_slug(names, STR("ana-vella")));
	assert_null(names_contributor_slug(names, STR("hidden-person")));
	assert_non_null(names_kind_slug(names, STR("ar"), STR("reports")));
	assert_false(names_kind_key(names, STR("statement"))->in_feeds);
	assert_str(names_text(names, STR("line"), STR("fr")), "We hold them to it.");
	assert_str(names_text(names, STR("press"), STR("en")), "");
	names_release(names);
	names = NULL;
	newsroom_finish(&room);
}

/* Batches ----------------------------------------------------------------------------------------- */

struct import_job {
	struct newsroom *room;
	int64_t batch_id;
	int from, to;
};

static int begin_batch(struct store_tx *tx, void *context, struct err *err)
{
	struct import_job *job = context;
	return batch_begin(tx, STR("export.xml"), &job->batch_id, err);
}

static int import_chunk(struct store_tx *tx, void *context, struct err *err)
{
	struct import_job *job = context;
	struct newsroom *room = job->room;
	int rc = 0;
	for (int i = job->from; !rc && i < job->to; i++) {
		struct item_content content = newsroom_content(room, i, "en");
		struct item_media uncredited[] = {{room->media[1], MEDIA_FEATURED}, {room->media[0], MEDIA_BODY}};
		content.revision.media = uncredited;
		content.revision.media_count = 2;
		content.revision.body =
			STR("<figure data-media=\"urn:test:media:1\"><img alt=\"\"></figure><p>Text.</p>");
		struct item_ids ids;
		rc = item_create(tx, &content, &ids, err);
	}
	return rc;
}

static int flip(struct store_tx *tx, void *context, struct err *err)
{
	struct import_job *job = context;
	return batch_flip(tx, job->batch_id, err);
}

static void a_batch_is_visible_in_one_moment(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	struct err err = {0};
	struct import_job job = {.room = &room};
	newsroom_write(&room, begin_batch, &job);
	for (job.from = 0; job.from < 2500; job.from = job.to) {
		job.to = job.from + 500;
		assert_int_equal(store_write_chunk(room.store, job.batch_id, import_chunk, &job, &err), 0);
		newsroom_step(&room);
		CATALOGUE_SCOPED before = newsroom_snapshot(&room);
		assert_int_equal(catalogue_visible_count(before), 0);
	}
	newsroom_write(&room, flip, &job);
	newsroom_step(&room);
	assert_int_equal(room.told, 1);
	assert_true(newsroom_heard(&room, "*"));
	CATALOGUE_SCOPED after = newsroom_snapshot(&room);
	assert_int_equal(catalogue_visible_count(after), 2500);
	struct catalogue_filter all = {0};
	CATALOGUE_SET_SCOPED set = catalogue_select(after, &all);
	int64_t id;
	assert_int_equal(catalogue_page(set, 2499, 1, &id), 1);
	struct card card = {0};
	struct body body = {0};
	assert_int_equal(public_card(room.public, after, id, room.arena, &card, &err), 0);
	assert_true(str_empty(card.picture.media_id)); /* came in by the waiver, without a credit */
	assert_int_equal(public_body(room.public, after, id, room.arena, &body, &err), 0);
	assert_true(str_find(body.html.text, STR("<img")) == SIZE_MAX);
	struct media media = {0};
	struct public_file file = {0};
	assert_int_equal(media_get(room.store, room.media[1], room.arena, &media, &err), 0);
	assert_int_equal(public_media(room.public, after, media.public_id, 320, STR("jpg"), room.arena, &file, &err),
			 PUBLIC_NOTHING);
	catalogue_set_destroy(set);
	set = NULL;
	catalogue_release(after);
	after = NULL;
	newsroom_finish(&room);
}

/* Tags -------------------------------------------------------------------------------------------- */

static int move_topic(struct store_tx *tx, void *context, struct err *err)
{
	struct newsroom *room = context;
	struct item_ids ids;
	int rc = item_find_path(tx_store(tx), STR("/2023/11/item-1/"), &ids, err);
	return rc ? rc : item_set_terms(tx, ids.entry_id, &room->topics[2], 1, err);
}

static int move_tree(struct store_tx *tx, void *context, struct err *err)
{
	struct newsroom *room = context;
	return term_set_parent(tx, room->topics[2], room->topics[3], err);
}

static bool heard(struct newsroom *room, const char *prefix, int64_t id)
{
	char tag[40];
	snprintf(tag, sizeof tag, "%s%lld", prefix, (long long)id);
	return newsroom_heard(room, tag);
}

/* A page of nothing but pictures grows beyond every limit; it comes without them, and what follows comes too. */
static void a_text_without_measure_holds_nothing_up(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	BUF_SCOPED body = BUF_INIT(4u << 20);
	buf_put_cstr(&body, "<p>Look:</p>");
	for (int i = 0; i < 40000; i++)
		buf_put_cstr(&body, "<figure data-media=\"urn:test:media:0\"><img src=\"/a\"></figure>");
	struct item_content content = newsroom_content(&room, 1, "en"), after = newsroom_content(&room, 2, "en");
	content.revision.body = buf_str(&body);
	newsroom_create(&room, &content);
	newsroom_create(&room, &after);
	newsroom_step(&room);
	struct found found = {0};
	assert_int_equal(find(&room, "/2023/11/item-1/", &found), 0);
	const struct catalogue_snapshot *snapshot = newsroom_snapshot(&room);
	struct body shown;
	struct err err = {0};
	assert_int_equal(public_body(room.public, snapshot, found.entry_id, room.arena, &shown, &err), 0);
	catalogue_release(snapshot);
	assert_str(shown.html.text, "<p>Look:</p>");
	assert_int_equal(find(&room, "/2023/11/item-2/", &found), 0);
	newsroom_finish(&room);
}

/* Sitemaps list static pages: they go and come with the language's tag. */
static void pages_change_the_sitemaps(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	struct item_content content = newsroom_content(&room, 1, "fr");
	content.type = ITEM_PAGE;
	struct item_ids ids = newsroom_create(&room, &content);
	newsroom_step(&room);
	assert_true(heard(&room, "e", ids.entry_id) && newsroom_heard(&room, "lfr"));
	assert_false(heard(&room, "t", room.topics[1]) || newsroom_heard(&room, "m202311"));
	newsroom_finish(&room);
}

static void changes_name_what_they_touch(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	struct item_content content = newsroom_content(&room, 1, "en");
	struct item_ids ids = newsroom_create(&room, &content);
	newsroom_step(&room);
	assert_true(heard(&room, "e", ids.entry_id));
	assert_true(newsroom_heard(&room, "len"));
	assert_true(heard(&room, "k", room.kinds[0]));
	assert_true(heard(&room, "t", room.topics[1]) && heard(&room, "t", room.topics[0]));
	assert_true(heard(&room, "p", room.places[1]) && heard(&room, "p", room.places[0]));
	assert_true(heard(&room, "c", room.people[0]));
	assert_true(newsroom_heard(&room, "y2023") && newsroom_heard(&room, "m202311"));
	assert_false(newsroom_heard(&room, "lfr") || newsroom_heard(&room, "*") || newsroom_heard(&room, "s"));
	newsroom_write(&room, move_topic, &room);
	newsroom_step(&room);
	assert_true(heard(&room, "t", room.topics[0]) && heard(&room, "t", room.topics[2])); /* left and entered */
	assert_int_equal(room.told_sequence, projector_status(room.projector).sequence);
	CATALOGUE_SCOPED before = newsroom_snapshot(&room);
	assert_int_equal(catalogue_sequence(before), room.told_sequence);
	newsroom_write(&room, move_tree, &room);
	newsroom_step(&room);
	assert_true(newsroom_heard(&room, "*"));
	CATALOGUE_SCOPED after = newsroom_snapshot(&room);
	struct catalogue_filter filter = {.keys = {{CATALOGUE_TERM, room.topics[3]}}, .key_count = 1};
	CATALOGUE_SET_SCOPED set = catalogue_select(after, &filter);
	assert_int_equal(catalogue_count(set), 1);
	newsroom_step(&room);
	assert_int_equal(room.told, 0); /* nothing happened */
	catalogue_set_destroy(set);
	catalogue_release(before);
	catalogue_release(after);
	set = NULL;
	before = after = NULL;
	newsroom_finish(&room);
}

/* Search ------------------------------------------------------------------------------------------ */

static void search_finds_words_and_never_breaks(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	static const char *const titles[] = {"Caf\xC3\xA9 owners freed",
					     "\xE4\xBA\xBA\xE6\x9D\x83\xE8\xA7\x82\xE5\xAF\x9F",
					     "\"Quoted\" NEAR (owners)"};
	for (int i = 0; i < 3; i++) {
		struct item_content content = newsroom_content(&room, i, "en");
		content.revision.title = str_from(titles[i]);
		newsroom_create(&room, &content);
	}
	newsroom_step(&room);
	static const struct {
		const char *words;
		size_t total;
	} rows[] = {
		{"cafe", 1},
		{"CAF\xC3\x89", 1},
		{"owners", 2},
		{"own", 2},
		{"own freed", 0},
		{"freed owners", 1},
		{"", 0},
		{"   ", 0},
		{"\"", 0},
		{"\"\"\"", 0},
		{"* ( ) :", 0},
		{"title:cafe", 0},
		{"cafe OR", 0},
		{"NEAR(", 1},
		{"-cafe", 1},
		{"cafe\"", 1},
		{"caf*", 1},
		{"\xE6\x9D\x83\xE8\xA7\x82", 1},
		{"\xE4\xBA\xBA", 1},
		{"\xE8\xA7\x82\xE6\x9D\x83", 0},
		{"hundreds river", 3},
		{"\xFF\xFE", 0},
	};
	CATALOGUE_SCOPED snapshot = newsroom_snapshot(&room);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct search_result result = {0};
		int rc = search(&room, snapshot, rows[i].words, &result);
		if (rc || result.total != rows[i].total || result.count != rows[i].total || result.more)
			fail_msg("\"%s\": %d, found %zu, expected %zu", rows[i].words, rc, result.total, rows[i].total);
	}
	struct search_result result = {0};
	assert_int_equal(search(&room, snapshot, "hundreds", &result), 0);
	struct catalogue_filter all = {0};
	CATALOGUE_SET_SCOPED set = catalogue_select(snapshot, &all);
	int64_t ids[3];
	assert_int_equal(catalogue_page(set, 0, 3, ids), 3);
	assert_memory_equal(ids, result.entry_ids, sizeof ids); /* newest first */
	catalogue_set_destroy(set);
	set = NULL;
	catalogue_release(snapshot);
	snapshot = NULL;
	newsroom_finish(&room);
}

/* Broken, old, away, killed ------------------------------------------------------------------------ */

static size_t visible_now(struct newsroom *room)
{
	CATALOGUE_SCOPED snapshot = newsroom_snapshot(room);
	return catalogue_visible_count(snapshot);
}

static void a_broken_or_missing_file_is_made_anew(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	struct item_content content = newsroom_content(&room, 1, "en");
	struct item_ids ids = newsroom_create(&room, &content);
	newsroom_close(&room);
	for (int i = 0; i < 3; i++) {
		if (i == 1)
			newsroom_remove_public(&room);
		if (i == 2)
			assert_int_equal(file_write(room.public_path,
						    STR("this is no database, and long enough to be read"), 0600, NULL),
					 0);
		newsroom_open(&room);
		assert_int_equal(projector_status(room.projector).rebuilds, i > 0);
		assert_int_equal(ways_to_get(&room, &ids, 1, "en"), WAYS);
		newsroom_close(&room);
	}
	newsroom_finish(&room);
}

static void other_settings_ask_for_a_new_build(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	struct item_content content = newsroom_content(&room, 1, "fr");
	newsroom_create(&room, &content);
	newsroom_step(&room);
	assert_int_equal(visible_now(&room), 1);
	newsroom_close(&room);
	struct projector_options options = newsroom_options(&room);
	options.language_count = 1;
	struct err err = {0};
	assert_int_equal(projector_create(&options, &room.projector, &err), 0);
	assert_int_equal(projector_status(room.projector).rebuilds, 1);
	assert_int_equal(visible_now(&room), 0); /* French is not configured any more */
	newsroom_finish(&room);
}

static void starts_without_the_store(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	struct item_content content = newsroom_content(&room, 1, "en");
	struct item_ids ids = newsroom_create(&room, &content);
	newsroom_step(&room);
	newsroom_close(&room);
	char url[200];
	snprintf(url, sizeof url, "sqlite:%s/not-there.db", room.dir);
	struct projector_options options = newsroom_options(&room);
	options.store_url = url;
	struct err err = {0};
	assert_int_equal(projector_create(&options, &room.projector, &err), 0);
	assert_true(projector_status(room.projector).store_away);
	assert_int_equal(public_open(room.public_path, &room.public, &err), 0);
	assert_int_equal(ways_to_get(&room, &ids, 1, "en"), WAYS);
	size_t applied = 0;
	assert_true(projector_step(room.projector, &applied, &err) < 0);
	newsroom_close(&room);
	newsroom_remove_public(&room);
	assert_true(projector_create(&options, &room.projector, &err) < 0);
	assert_true(strstr(err.text, "public.db") != NULL);
	room.projector = NULL;
	newsroom_finish(&room);
}

static void a_gap_in_the_outbox_means_a_new_build(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	struct item_content content = newsroom_content(&room, 1, "en");
	newsroom_create(&room, &content);
	newsroom_step(&room);
	int64_t rebuilds = projector_status(room.projector).rebuilds;
	struct err err = {0};
	content = newsroom_content(&room, 2, "en");
	newsroom_create(&room, &content);
	assert_int_equal(db_run(store_db(room.store), &err, "UPDATE outbox SET id = 'another'"), 0);
	newsroom_step(&room);
	assert_int_equal(projector_status(room.projector).rebuilds, rebuilds + 1);
	assert_int_equal(visible_now(&room), 2);
	assert_true(newsroom_heard(&room, "*"));
	newsroom_step(&room);
	assert_int_equal(projector_status(room.projector).rebuilds, rebuilds + 1);
	newsroom_finish(&room);
}

static void killed_between_commit_and_catalogue(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	struct item_content content = newsroom_content(&room, 1, "en");
	struct item_ids ids = newsroom_create(&room, &content);
	newsroom_close(&room);
	pid_t child = fork();
	assert_true(child >= 0);
	if (!child) {
		room.die_after_commit = true;
		newsroom_open(&room); /* the first commit ends it */
		_exit(1);
	}
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	newsroom_open(&room);
	assert_int_equal(projector_status(room.projector).rebuilds, 0);
	assert_int_equal(ways_to_get(&room, &ids, 1, "en"), WAYS);
	newsroom_finish(&room);
}

static void a_failed_step_changes_nothing_and_is_done_again(void **state)
{
	(void)state;
	struct newsroom room;
	newsroom_init(&room);
	struct err err = {0};
	struct item_content content = newsroom_content(&room, 1, "en");
	struct item_ids ids = newsroom_create(&room, &content);
	newsroom_write(&room, move_tree, &room); /* so that labels and trees are loaded behind the commit */
	size_t applied = 0;
	for (long countdown = 1;; countdown++) {
		db_fault_set(projector_public_db(room.projector), DB_FAULT_FAIL, countdown);
		int rc = projector_step(room.projector, &applied, &err);
		bool fired = db_fault_fired(projector_public_db(room.projector));
		db_fault_set(projector_public_db(room.projector), DB_FAULT_NONE, 0);
		if (!fired) {
			assert_int_equal(rc, 0);
			break;
		}
		assert_true(rc <= 0); /* 0: what failed was mended on the way */
	}
	newsroom_step(&room);
	CATALOGUE_SCOPED snapshot = newsroom_snapshot(&room);
	assert_int_equal(catalogue_visible_count(snapshot), 1);
	catalogue_release(snapshot);
	snapshot = NULL;
	assert_int_equal(ways_to_get(&room, &ids, 1, "en"), WAYS);
	newsroom_finish(&room);
}

/* The commit to public.db holds and what comes behind it fails, at each place in turn. A cache must not go on with the
 * page of what was withdrawn: everyone is told at once, with a sequence that no page of before has; and again when the
 * catalogue has followed, with a later one. */
static void a_step_that_cannot_be_shown_empties_caches(void **state)
{
	(void)state;
	int failures = 0;
	for (long countdown = 1; failures < 3 && countdown < 500; countdown++) {
		struct newsroom room;
		struct err err = {0};
		newsroom_init(&room);
		struct item_content content = newsroom_content(&room, 1, "en");
		struct item_ids ids = newsroom_create(&room, &content);
		newsroom_step(&room);
		newsroom_write(&room, withdraw, &ids);
		newsroom_write(&room, move_tree, &room); /* labels and trees are loaded behind the commit */
		room.tags = (struct str_vec){0};
		room.told = 0;
		room.committed = false;
		size_t applied = 0;
		int64_t before = projector_status(room.projector).sequence;
		db_fault_set(projector_public_db(room.projector), DB_FAULT_FAIL, countdown);
		int rc = projector_step(room.projector, &applied, &err);
		db_fault_set(projector_public_db(room.projector), DB_FAULT_NONE, 0);
		if (rc && room.committed) {
			failures++;
			assert_int_equal(room.told, 1);
			assert_true(newsroom_heard(&room, "*"));
			assert_true(room.told_sequence > before);
			CATALOGUE_SCOPED snapshot = newsroom_snapshot(&room);
			assert_true(catalogue_sequence(snapshot) < room.told_sequence); /* so nothing of it is kept */
			struct found found = {0};
			assert_int_equal(find(&room, "/2023/11/item-1/", &found), PUBLIC_GONE);
			catalogue_release(snapshot);
			snapshot = NULL;
			int64_t told = room.told_sequence;
			newsroom_step(&room);
			assert_true(newsroom_heard(&room, "*"));
			assert_true(room.told_sequence > told);
			snapshot = newsroom_snapshot(&room);
			assert_true(catalogue_sequence(snapshot) >= room.told_sequence);
			assert_false(catalogue_contains(snapshot, ids.entry_id));
		}
		newsroom_finish(&room);
	}
	assert_int_equal(failures, 3);
}

/* Each change asks who shows the item: by an index, however many relations there are. */
static void who_shows_an_item_is_looked_up(void **state)
{
	(void)state;
	struct newsroom room;
	struct err err = {0};
	newsroom_init(&room);
	DB_ROWS rows = {0};
	int looked_up = 0, rc;
	rc = db_select(projector_public_db(room.projector), &rows, &err,
		       "EXPLAIN QUERY PLAN SELECT id FROM entry WHERE item_id = $1"
		       " UNION SELECT entry_id FROM relation WHERE other_item_id = $1",
		       DB_I64(1));
	while (rc >= 0 && (rc = db_next(&rows, &err)) == DB_ROW) {
		assert_false(str_starts(db_text(&rows, 3), STR("SCAN")));
		looked_up += str_find(db_text(&rows, 3), STR("relation_other")) != SIZE_MAX;
	}
	assert_int_equal(rc, 0);
	assert_int_equal(looked_up, 1);
	db_rows_finish(&rows);
	newsroom_finish(&room);
}

static void rows_not_applied_are_counted(void **state)
{
	(void)state;
	struct newsroom room;
	struct err err = {0};
	size_t applied = 0;
	newsroom_init(&room);
	assert_int_equal(projector_status(room.projector).behind, 0);
	struct item_content content = newsroom_content(&room, 1, "en");
	newsroom_create(&room, &content);
	content = newsroom_content(&room, 2, "en");
	newsroom_create(&room, &content);
	struct outbox_position head = {0};
	assert_int_equal(outbox_head(room.store, &head, &err), 0);
	int64_t waiting = head.number - projector_status(room.projector).sequence;
	assert_true(waiting >= 2);
	db_fault_set(projector_public_db(room.projector), DB_FAULT_FAIL, 2);
	assert_true(projector_step(room.projector, &applied, &err) < 0);
	db_fault_set(projector_public_db(room.projector), DB_FAULT_NONE, 0);
	assert_int_equal(projector_status(room.projector).behind, waiting);
	newsroom_step(&room);
	assert_int_equal(projector_status(room.projector).behind, 0);
	newsroom_finish(&room);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_released_is_shown),
		cmocka_unit_test(what_is_hidden_is_nowhere),
		cmocka_unit_test(a_picture_is_public_with_its_entry),
		cmocka_unit_test(a_renamed_address_leads_on),
		cmocka_unit_test(a_secret_that_is_withdrawn_never_was),
		cmocka_unit_test(what_is_withdrawn_at_once_is_told_as_gone),
		cmocka_unit_test(redirects_lead_only_to_what_may_be_seen),
		cmocka_unit_test(translations_appear_at_their_second),
		cmocka_unit_test(translations_stand_as_languages_are_configured),
		cmocka_unit_test(names_are_found_in_each_language),
		cmocka_unit_test(a_batch_is_visible_in_one_moment),
		cmocka_unit_test(changes_name_what_they_touch),
		cmocka_unit_test(pages_change_the_sitemaps),
		cmocka_unit_test(a_text_without_measure_holds_nothing_up),
		cmocka_unit_test(search_finds_words_and_never_breaks),
		cmocka_unit_test(a_broken_or_missing_file_is_made_anew),
		cmocka_unit_test(other_settings_ask_for_a_new_build),
		cmocka_unit_test(starts_without_the_store),
		cmocka_unit_test(a_gap_in_the_outbox_means_a_new_build),
		cmocka_unit_test(killed_between_commit_and_catalogue),
		cmocka_unit_test(a_failed_step_changes_nothing_and_is_done_again),
		cmocka_unit_test(a_step_that_cannot_be_shown_empties_caches),
		cmocka_unit_test(who_shows_an_item_is_looked_up),
		cmocka_unit_test(rows_not_applied_are_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
