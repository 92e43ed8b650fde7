/* The public side against a model of it: some dozens of items with random times, languages and lists, a clock that goes
 * on second by second, withdrawals and new topics on the way. The model is a table and a loop; every page, list, feed,
 * sitemap and search must show what it says, no more and no less, at each second. Random but repeatable: all from one
 * seed. */
#include "newsroom.h"

#include "site/site.h"
#include "store/item.h"
#include "store/taxonomy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ITEMS   48
#define SECONDS 24 /* things happen within so many of them */
#define TOPICS  3
#define FEED    10 /* as newsroom.c says */
#define SEED    UINT64_C(20260615)

NEWSROOM_FOR_ALL

struct thing {
	bool french, report, hidden, released;
	int topic;
	int64_t release_s, embargo_s, expires_s, withdrawn_s; /* 0: none */
	int64_t date_s;
	struct item_ids ids;
	struct str path, guid, title;
};

static struct model {
	uint64_t state;
	struct thing things[ITEMS];
	int64_t topics[TOPICS]; /* 1 stands below 0 */
	int64_t now_s;
} model;

static uint64_t draw(uint64_t below)
{
	model.state ^= model.state << 13;
	model.state ^= model.state >> 7;
	model.state ^= model.state << 17;
	return model.state % below;
}

static int64_t some_second(void)
{
	return draw(2) ? 0 : NEWSROOM_NOW + (int64_t)draw(SECONDS);
}

/* The model ---------------------------------------------------------------------------------------- */

static bool open_at(const struct thing *thing, int64_t now_s)
{
	return thing->released && !thing->hidden && thing->release_s <= now_s && thing->embargo_s <= now_s &&
	       (!thing->expires_s || now_s < thing->expires_s);
}

static bool is_shown(const struct thing *thing)
{
	return !thing->withdrawn_s && open_at(thing, model.now_s);
}

/* Readers may have seen it, in the second of its withdrawal at the latest. */
static bool is_gone(const struct thing *thing)
{
	for (int64_t then = NEWSROOM_NOW - 1; thing->withdrawn_s && then <= thing->withdrawn_s; then++)
		if (open_at(thing, then))
			return true;
	return false;
}

struct narrow {
	const char *list;
	int topic; /* -1: any */
	bool reports;
};

static bool passes(const struct thing *thing, const struct narrow *narrow, bool french)
{
	bool below = thing->topic == narrow->topic || (narrow->topic == 0 && thing->topic == 1);
	return thing->french == french && (narrow->topic < 0 || below) && (!narrow->reports || thing->report);
}

static int newest_first(const void *a, const void *b)
{
	const struct thing *left = *(const struct thing *const *)a, *right = *(const struct thing *const *)b;
	if (left->date_s != right->date_s)
		return left->date_s < right->date_s ? 1 : -1;
	return left->ids.entry_id < right->ids.entry_id ? 1 : -1;
}

static size_t expect_list(const struct narrow *narrow, bool french, const struct thing *ret_things[ITEMS])
{
	size_t count = 0;
	for (size_t i = 0; i < ITEMS; i++)
		if (is_shown(&model.things[i]) && passes(&model.things[i], narrow, french))
			ret_things[count++] = &model.things[i];
	qsort(ret_things, count, sizeof(const struct thing *), newest_first);
	return count;
}

static bool anyone_shown(const struct narrow *narrow)
{
	const struct thing *unused[ITEMS];
	return expect_list(narrow, false, unused) + expect_list(narrow, true, unused) > 0;
}

/* The newsroom ------------------------------------------------------------------------------------- */

static int add_topics(struct store_tx *tx, void *context, struct err *err)
{
	static const char *const slugs[] = {"model-a", "model-b", "model-c"};
	int rc = 0;
	(void)context;
	for (int i = 0; i < TOPICS && rc == 0; i++) {
		struct taxonomy_text texts[] = {
			{.language = STR("en"), .label = str_from(slugs[i]), .slug = str_from(slugs[i])},
			{.language = STR("fr"), .label = str_from(slugs[i]), .slug = str_from(slugs[i])}};
		struct term term = {.vocabulary = VOCABULARY_TOPIC, .parent_id = i == 1 ? model.topics[0] : 0};
		term.texts.at = texts;
		term.texts.len = 2;
		rc = term_create(tx, &term, &model.topics[i], err);
	}
	return rc;
}

static void invent(struct thing *thing, size_t number)
{
	*thing = (struct thing){
		.french = draw(3) == 0,
		.report = draw(3) == 0,
		.hidden = draw(10) == 0,
		.released = draw(10) != 0,
		.topic = (int)draw(TOPICS),
		.release_s = some_second(),
		.embargo_s = draw(2) ? 0 : some_second(),
		.expires_s = draw(2) ? 0 : some_second(),
		.date_s = 1560000000 + (int64_t)draw(20) * 86400, /* June 2019; many share a day */
	};
	thing->path = arena_printf(newsroom.arena, "%s/2019/06/model-%zu/", thing->french ? "/fr" : "", number);
	thing->guid = arena_printf(newsroom.arena, "urn:x-model:%zu", number);
	thing->title = arena_printf(newsroom.arena, "Zyzzyva (%zu)", number);
}

static int add_thing(struct store_tx *tx, void *context, struct err *err)
{
	struct thing *thing = context;
	const int64_t terms[] = {model.topics[thing->topic]}, places[] = {newsroom.places[3]};
	struct item_content content = {
		.language = thing->french ? STR("fr") : STR("en"),
		.slug = thing->path,
		.path = thing->path,
		.guid = thing->guid,
		.kind_id = newsroom.kinds[thing->report ? 1 : 2],
		.state = thing->released ? ITEM_RELEASED : ITEM_UNRELEASED,
		.access = thing->hidden ? ITEM_PRIVATE : ITEM_PUBLIC,
		.release_at_s = thing->release_s,
		.embargo_until_s = thing->embargo_s,
		.expires_at_s = thing->expires_s,
		.date_s = thing->date_s,
		.term_ids = terms,
		.term_count = 1,
		.place_ids = places,
		.place_count = 1,
		.revision = {.title = thing->title,
			     .body = STR("<p>Quokka.</p>"),
			     .sha256 = STR("0123456789abcdef0123456789abcdef")},
	};
	return item_create(tx, &content, &thing->ids, err);
}

struct refiling {
	struct thing *thing;
	int topic;
};

static int withdraw_thing(struct store_tx *tx, void *context, struct err *err)
{
	const struct thing *thing = context;
	return item_withdraw(tx, thing->ids.item_id, (struct str){0}, WITHDRAW_TAKEDOWN, STR("Numbat."), err);
}

static int file_thing(struct store_tx *tx, void *context, struct err *err)
{
	const struct refiling *refiling = context;
	return item_set_terms(tx, refiling->thing->ids.entry_id, &model.topics[refiling->topic], 1, err);
}

static void act(store_work *work, void *context)
{
	struct err err = {0};
	if (store_write(newsroom.store, work, context, &err) != 0 || newsroom_step(&newsroom, &err) != 0)
		fail_msg("%s", err.text);
}

static void build(void)
{
	model.state = SEED;
	act(add_topics, NULL);
	for (size_t i = 0; i < ITEMS; i++) {
		invent(&model.things[i], i);
		act(add_thing, &model.things[i]);
	}
}

/* Comparing ---------------------------------------------------------------------------------------- */

static void compare_pages(void)
{
	for (size_t i = 0; i < ITEMS; i++) {
		const struct thing *thing = &model.things[i];
		int expected = is_shown(thing) ? 200 : is_gone(thing) ? 410 : 404;
		struct answer_text answer = newsroom_get(&newsroom, thing->path.ptr, NULL);
		if (answer.status != expected)
			fail_msg("second %lld: %s answers %d, not %d", (long long)(model.now_s - NEWSROOM_NOW),
				 thing->path.ptr, answer.status, expected);
		assert_true(holds(answer.body, thing->title.ptr) == (expected == 200));
		assert_true(holds(answer.body, "Numbat.") == (expected == 410));
	}
}

/* The model's addresses in a text behind a mark, each once where it stands twice in a row. */
static size_t read_paths(struct str body, const char *before, bool french, struct str *ret_paths, size_t most)
{
	struct str mark = arena_printf(newsroom.arena, "%s%s/2019/06/model-", before, french ? "/fr" : "");
	size_t skip = strlen(before), count = 0, at;
	while ((at = str_find(body, mark)) != SIZE_MAX) {
		struct str path = str_skip(body, at + skip);
		size_t end = str_find(str_skip(path, mark.len - skip), STR("/")) + mark.len - skip + 1;
		path = str_sub(path, 0, end);
		body = str_skip(body, at + skip + end);
		if (count && str_eq(ret_paths[count - 1], path))
			continue;
		assert_true(count < most);
		ret_paths[count++] = path;
	}
	return count;
}

/* All pages of a list or search, one behind the other. */
static size_t walk_pages(const char *first, const char *further, bool french, struct str *ret_paths)
{
	size_t count = 0;
	for (int page = 1; page < 20; page++) {
		struct str target =
			page == 1 ? str_from(first) : arena_printf(newsroom.arena, "%s%s%d", first, further, page);
		struct answer_text answer = newsroom_get(&newsroom, target.ptr, NULL);
		assert_int_equal(answer.status, 200);
		count += read_paths(answer.body, "href=\"", french, &ret_paths[count], ITEMS - count + 1);
		if (!holds(answer.body, "rel=\"next\""))
			return count;
	}
	fail_msg("%s never ends", first);
	return 0;
}

static void compare_order(const char *where, const struct thing *const *expected, size_t count, const struct str *paths,
			  size_t found)
{
	for (size_t i = 0; i < count || i < found; i++)
		if (i >= count || i >= found || !str_eq(expected[i]->path, paths[i]))
			fail_msg("second %lld: %s: place %zu of %zu: expected %s, found %.*s",
				 (long long)(model.now_s - NEWSROOM_NOW), where, i, count,
				 i < count ? expected[i]->path.ptr : "nothing",
				 STR_ARG(i < found ? paths[i] : STR("nothing")));
}

static const struct narrow lists[] = {
	{"/topic/model-a/", 0, false},
	{"/topic/model-b/", 1, false},
	{"/topic/model-c/", 2, false},
	{"/place/africa/", -1, false},
	{"/archive/2019/", -1, false},
	{"/archive/2019/06/", -1, false},
	{"/topic/model-a/?kind=reports", 0, true},
	{"/reports/?year=2019", -1, true},
};

static void compare_lists(bool french)
{
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		const struct thing *expected[ITEMS];
		struct str paths[ITEMS + 1];
		struct str first = arena_printf(newsroom.arena, "%s%s", french ? "/fr" : "", lists[i].list);
		size_t count = expect_list(&lists[i], french, expected);
		/* each filter by itself must have something to show, in some language */
		struct narrow topic = {NULL, lists[i].topic, false};
		if (count == 0 && !anyone_shown(&topic)) {
			assert_int_equal(newsroom_get(&newsroom, first.ptr, NULL).status, 404);
			continue;
		}
		size_t found = walk_pages(first.ptr, strchr(first.ptr, '?') ? "&page=" : "?page=", french, paths);
		compare_order(first.ptr, expected, count, paths, found);
		struct str tally =
			arena_printf(newsroom.arena, "class=\"tally\">%zu item%s", count, count == 1 ? "" : "s");
		if (!french && count > 0)
			assert_true(holds(newsroom_get(&newsroom, first.ptr, NULL).body, tally.ptr));
	}
}

/* The newest ten, and what was withdrawn of late, emptied; in any order of theirs. */
static void compare_feeds(bool french)
{
	static const char *const formats[] = {"feed.rss", "feed.atom", "feed.json"};
	for (int topic = 0; topic < TOPICS; topic++) {
		const struct narrow *narrow = &lists[topic];
		const struct thing *expected[ITEMS];
		size_t count = expect_list(narrow, french, expected), gone = 0;
		bool wanted[ITEMS] = {0};
		for (size_t i = 0; i < count && i < FEED; i++)
			wanted[expected[i] - model.things] = true;
		for (size_t i = 0; i < ITEMS; i++) {
			bool emptied = is_gone(&model.things[i]) && passes(&model.things[i], narrow, french);
			wanted[i] |= emptied;
			gone += emptied;
		}
		assert_true(gone <= FEED); /* the seed is such that the bound is not met */
		for (int format = 0; format < 3; format++) {
			struct str target = arena_printf(newsroom.arena, "%s%s%s", french ? "/fr" : "", narrow->list,
							 formats[format]);
			struct answer_text feed = newsroom_get(&newsroom, target.ptr, NULL);
			assert_int_equal(feed.status, gone || anyone_shown(narrow) ? 200 : 404);
			for (size_t i = 0; i < ITEMS && feed.status == 200; i++) {
				const struct thing *thing = &model.things[i];
				struct str guid = arena_printf(newsroom.arena, "%s%s", thing->guid.ptr,
							       thing->french ? "#fr"
							       : format == 2 ? "\""
									     : "<");
				if (holds(feed.body, guid.ptr) != wanted[i])
					fail_msg("second %lld: %s and %s", (long long)(model.now_s - NEWSROOM_NOW),
						 target.ptr, thing->guid.ptr);
				if (!is_shown(thing))
					assert_false(holds(feed.body, thing->path.ptr));
			}
		}
	}
}

static void compare_sitemap(void)
{
	struct answer_text answer = newsroom_get(&newsroom, "/sitemap-1.xml", NULL);
	assert_int_equal(answer.status, 200);
	for (size_t i = 0; i < ITEMS; i++) {
		struct str loc =
			arena_printf(newsroom.arena, "<loc>https://news.example.org%s</loc>", model.things[i].path.ptr);
		assert_true(holds(answer.body, loc.ptr) == is_shown(&model.things[i]));
	}
	assert_false(
		holds(newsroom_get(&newsroom, "/news-sitemap.xml", NULL).body, "model-")); /* none is of these days */
}

static void compare_search(bool french)
{
	static const struct narrow all = {NULL, -1, false};
	const struct thing *expected[ITEMS];
	struct str paths[ITEMS + 1];
	size_t count = expect_list(&all, french, expected);
	size_t found = walk_pages(french ? "/fr/search?q=zyzzyva" : "/search?q=zyzzyva", "&page=", french, paths);
	compare_order("search", expected, count, paths, found);
}

/* One that opens in this very second, if there is one: it was seen. */
static struct thing *choose(size_t *at_once)
{
	struct thing *chosen = &model.things[draw(ITEMS)];
	for (size_t i = 0; i < ITEMS; i++) {
		struct thing *thing = &model.things[i];
		if (!thing->withdrawn_s && open_at(thing, model.now_s) && !open_at(thing, model.now_s - 1)) {
			chosen = thing;
			(*at_once)++;
			break;
		}
	}
	return chosen;
}

/* What is over when it gets another topic was never seen under it. */
static void refile(size_t *over)
{
	struct refiling refiling = {&model.things[draw(ITEMS)], (int)draw(TOPICS)};
	struct thing *thing = refiling.thing;
	act(file_thing, &refiling);
	if (thing->withdrawn_s || (thing->expires_s && thing->expires_s <= model.now_s))
		(*over) += is_gone(thing) && thing->topic != refiling.topic;
	else
		thing->topic = refiling.topic;
}

static void every_second_is_as_the_model_says(void **state)
{
	size_t seen[3] = {0}, at_once = 0, over = 0;
	(void)state;
	build();
	for (int64_t second = -1; second <= SECONDS; second++) {
		model.now_s = NEWSROOM_NOW + second;
		clock_fixed_set_s(&newsroom.clock, model.now_s);
		struct thing *thing = second % 3 ? NULL : choose(&at_once);
		if (thing && !thing->withdrawn_s && thing->released) {
			act(withdraw_thing, thing);
			thing->withdrawn_s = model.now_s;
		}
		for (int i = 0; i < 4; i++)
			refile(&over);
		compare_pages();
		for (int french = 0; french < 2; french++) {
			compare_lists(french);
			compare_feeds(french);
			compare_search(french);
		}
		compare_sitemap();
		for (size_t i = 0; i < ITEMS; i++)
			seen[is_shown(&model.things[i]) ? 0 : is_gone(&model.things[i]) ? 1 : 2]++;
	}
	assert_true(over >= 3 && at_once >= 3 && seen[0] > 300 && seen[1] > 20 &&
		    seen[2] > 200); /* all that can be has been */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_second_is_as_the_model_says),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
