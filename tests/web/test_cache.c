#include "web/cache.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NOW_S 1000

struct made {
	const char *tag;
	int status;
	int64_t sequence, fresh_until_s;
	size_t bytes;
	enum cache_policy policy;
};

static struct page *make_page(struct made made)
{
	struct arena *arena = arena_create(0);
	RESPONSE_SCOPED response;
	response_init(&response, arena);
	response.status = made.status ? made.status : 200;
	response.sequence = made.sequence;
	response.policy = made.policy;
	if (made.fresh_until_s)
		response.fresh_until_s = made.fresh_until_s;
	if (made.tag)
		response_tag(&response, "%s", made.tag);
	while (response.body.len < made.bytes)
		buf_put_byte(&response.body, 'x');
	struct page *page = page_create(&response, NULL);
	arena_destroy(arena);
	return page;
}

static struct cache *make_cache(size_t bytes)
{
	return cache_create(&(struct cache_settings){.max_bytes = bytes, .shards = 1});
}

static struct flight *lead(struct cache *cache, const char *key)
{
	struct page *page = NULL;
	struct flight *flight = NULL;
	assert_int_equal(cache_join(cache, str_from(key), NOW_S, NULL, &page, &flight), CACHE_LEAD);
	return flight;
}

/* Renders key once, as a server would. */
static void put(struct cache *cache, const char *key, struct made made)
{
	struct page *page = make_page(made);
	cache_land(cache, lead(cache, key), page, NOW_S);
	page_release(page);
}

static bool hit(struct cache *cache, const char *key, int64_t now_s)
{
	struct page *page = cache_find(cache, str_from(key), now_s);
	page_release(page);
	return page != NULL;
}

/* Twice, so that it is let in. */
static void keep(struct cache *cache, const char *key, struct made made)
{
	put(cache, key, made);
	if (!hit(cache, key, NOW_S))
		put(cache, key, made);
}

static void let_in_the_second_time(void **state)
{
	struct cache *cache = make_cache(1 << 20);
	(void)state;
	put(cache, "/a", (struct made){0});
	assert_false(hit(cache, "/a", NOW_S));
	put(cache, "/a", (struct made){0});
	assert_true(hit(cache, "/a", NOW_S));
	assert_false(hit(cache, "/b", NOW_S));
	cache_destroy(cache);
}

static void fresh_until_its_time(void **state)
{
	struct cache *cache = make_cache(1 << 20);
	(void)state;
	keep(cache, "/a", (struct made){.fresh_until_s = NOW_S + 10});
	assert_true(hit(cache, "/a", NOW_S + 9));
	assert_false(hit(cache, "/a", NOW_S + 10));
	assert_false(hit(cache, "/a", NOW_S));
	keep(cache, "/late", (struct made){.fresh_until_s = NOW_S});
	assert_false(hit(cache, "/late", NOW_S - 1));
	cache_destroy(cache);
}

static void what_is_never_kept(void **state)
{
	static const struct made cases[] = {
		{.policy = CACHE_NO_STORE},
		{.policy = CACHE_IMMUTABLE},
		{.status = 500},
		{.status = 503},
		{.status = 403},
		{.status = 303},
		{.bytes = 600000},
	};
	struct cache *cache = make_cache(1 << 20);
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char key[8];
		snprintf(key, sizeof key, "/%zu", i);
		keep(cache, key, cases[i]);
		assert_false(hit(cache, key, NOW_S));
	}
	keep(cache, "/moved", (struct made){.status = 301});
	assert_true(hit(cache, "/moved", NOW_S));
	cache_destroy(cache);
}

static void tags_invalidate(void **state)
{
	struct cache *cache = make_cache(1 << 20);
	struct str tags[] = {STR("t1"), STR("e9")};
	(void)state;
	keep(cache, "/a", (struct made){.tag = "t1", .sequence = 5});
	keep(cache, "/b", (struct made){.tag = "t2", .sequence = 5});
	keep(cache, "/newer", (struct made){.tag = "t1", .sequence = 6});
	cache_invalidate(cache, tags, 2, 6);
	assert_false(hit(cache, "/a", NOW_S));
	assert_true(hit(cache, "/b", NOW_S));
	assert_true(hit(cache, "/newer", NOW_S));
	/* a page of the old sequence that arrives now is refused, one of the new is taken */
	put(cache, "/a", (struct made){.tag = "t1", .sequence = 5});
	put(cache, "/a", (struct made){.tag = "t1", .sequence = 5});
	assert_false(hit(cache, "/a", NOW_S));
	keep(cache, "/a", (struct made){.tag = "t1", .sequence = 6});
	assert_true(hit(cache, "/a", NOW_S));
	cache_destroy(cache);
}

static void many_tags_at_once(void **state)
{
	struct cache *cache = make_cache(1 << 20);
	struct arena *arena = arena_create(0);
	struct str *tags = arena_array(arena, struct str, 1000);
	(void)state;
	for (int i = 0; i < 1000; i++)
		tags[i] = arena_printf(arena, "e%d", i);
	keep(cache, "/a", (struct made){.tag = "e999", .sequence = 5});
	keep(cache, "/newer", (struct made){.tag = "e999", .sequence = 6});
	cache_invalidate(cache, tags, 1000, 6);
	assert_false(hit(cache, "/a", NOW_S));
	assert_true(hit(cache, "/newer", NOW_S));
	arena_destroy(arena);
	cache_destroy(cache);
}

/* The race: a page is being rendered from the old projection while its tag changes. */
static void changed_while_rendering(void **state)
{
	struct cache *cache = make_cache(1 << 20);
	struct cache_stats stats;
	(void)state;
	put(cache, "/a", (struct made){.tag = "t1", .sequence = 5});
	struct flight *flight = lead(cache, "/a");
	struct page *old = make_page((struct made){.tag = "t1", .sequence = 5});
	cache_invalidate(cache, &STR("t1"), 1, 6);
	cache_land(cache, flight, old, NOW_S);
	page_release(old);
	assert_false(hit(cache, "/a", NOW_S));
	cache_stats(cache, &stats);
	assert_int_equal(stats.refused, 1);
	assert_int_equal(stats.admitted, 0);
	cache_destroy(cache);
}

static void missing_pages_go_with_any_change(void **state)
{
	struct cache *cache = make_cache(1 << 20);
	(void)state;
	keep(cache, "/none", (struct made){.status = 404, .sequence = 5});
	assert_true(hit(cache, "/none", NOW_S));
	cache_invalidate(cache, &STR("t77"), 1, 6);
	assert_false(hit(cache, "/none", NOW_S));
	keep(cache, "/none", (struct made){.status = 404, .sequence = 5});
	assert_false(hit(cache, "/none", NOW_S));
	keep(cache, "/none", (struct made){.status = 404, .sequence = 6});
	assert_true(hit(cache, "/none", NOW_S));
	/* and what led elsewhere, also by a change that names nothing: the address may mean something now */
	keep(cache, "/moved", (struct made){.status = 301, .sequence = 6});
	assert_true(hit(cache, "/moved", NOW_S));
	cache_invalidate(cache, NULL, 0, 7);
	assert_false(hit(cache, "/moved", NOW_S) || hit(cache, "/none", NOW_S));
	cache_destroy(cache);
}

/* What the projector says when it cannot name what changed. */
static void the_star_is_every_page(void **state)
{
	struct cache *cache = make_cache(1 << 20);
	struct str tags[] = {STR("t8"), STR("*")};
	(void)state;
	keep(cache, "/a", (struct made){.tag = "t1", .sequence = 5});
	keep(cache, "/untagged", (struct made){.sequence = 5});
	keep(cache, "/newer", (struct made){.tag = "t1", .sequence = 6});
	struct flight *flight = lead(cache, "/under-way");
	struct page *old = make_page((struct made){.tag = "t2", .sequence = 5});
	cache_invalidate(cache, tags, 2, 6);
	assert_false(hit(cache, "/a", NOW_S));
	assert_false(hit(cache, "/untagged", NOW_S));
	assert_true(hit(cache, "/newer", NOW_S));
	cache_land(cache, flight, old, NOW_S);
	page_release(old);
	keep(cache, "/under-way", (struct made){.tag = "t2", .sequence = 5});
	assert_false(hit(cache, "/under-way", NOW_S));
	cache_destroy(cache);
}

static void missing_pages_push_nothing_out(void **state)
{
	struct cache *cache = make_cache(1 << 20);
	struct cache_stats stats;
	(void)state;
	keep(cache, "/real", (struct made){.bytes = 100000});
	for (int i = 0; i < 500; i++) {
		char key[16];
		snprintf(key, sizeof key, "/guess/%d", i);
		keep(cache, key, (struct made){.status = 404, .bytes = 2000});
	}
	assert_true(hit(cache, "/real", NOW_S));
	cache_stats(cache, &stats);
	assert_true(stats.bytes < 100000 + 10000 + (1 << 20) / 32);
	assert_true(stats.pages > 1);
	cache_destroy(cache);
}

static void room_is_kept(void **state)
{
	struct cache *cache = make_cache(1 << 20);
	struct cache_stats stats;
	(void)state;
	for (int i = 0; i < 200; i++) {
		char key[16];
		snprintf(key, sizeof key, "/%d", i);
		keep(cache, key, (struct made){.bytes = 50000});
		cache_stats(cache, &stats);
		assert_true(stats.bytes <= 1 << 20);
	}
	assert_true(stats.evicted > 150);
	assert_true(stats.pages >= 15);
	cache_destroy(cache);
}

/* What is asked for again and again outlives a flood of pages that are asked for twice. */
static void the_popular_stay(void **state)
{
	struct cache *cache = make_cache(1 << 20);
	(void)state;
	keep(cache, "/front", (struct made){.bytes = 50000});
	for (int i = 0; i < 200; i++) {
		char key[16];
		snprintf(key, sizeof key, "/%d", i);
		assert_true(hit(cache, "/front", NOW_S));
		keep(cache, key, (struct made){.bytes = 50000});
	}
	assert_true(hit(cache, "/front", NOW_S));
	assert_false(hit(cache, "/0", NOW_S));
	cache_destroy(cache);
}

static void keep_rare(struct cache *cache, const char *key, size_t bytes)
{
	for (int i = 0; i < 2; i++) {
		struct page *page = make_page((struct made){.bytes = bytes});
		page->rare = true;
		cache_land(cache, lead(cache, key), page, NOW_S);
		page_release(page);
	}
}

/* However often each of them is asked for: they push out each other, and use a quarter at most. */
static void rare_pages_have_a_quarter(void **state)
{
	struct cache *cache = make_cache(1 << 20);
	struct cache_stats before, after;
	char key[16];
	(void)state;
	for (int i = 0; i < 14; i++) {
		snprintf(key, sizeof key, "/%d", i);
		keep(cache, key, (struct made){.bytes = 50000});
	}
	cache_stats(cache, &before);
	for (int i = 0; i < 300; i++) {
		snprintf(key, sizeof key, "/rare/%d", i);
		keep_rare(cache, key, 20000);
		for (int often = 0; often < 8; often++)
			assert_true(hit(cache, key, NOW_S));
	}
	cache_stats(cache, &after);
	assert_true(after.bytes - before.bytes <= (1 << 20) / 4);
	assert_true(after.bytes - before.bytes > (1 << 20) / 4 - 21000);
	assert_true(after.evicted >= 300 - 13);
	for (int i = 0; i < 14; i++) {
		snprintf(key, sizeof key, "/%d", i);
		assert_true(hit(cache, key, NOW_S));
	}
	cache_destroy(cache);
}

/* What the rare ones do not use is not left empty, and is theirs when they come. */
static void room_of_rare_pages_is_lent(void **state)
{
	struct cache *cache = make_cache(1 << 20);
	struct cache_stats stats;
	char key[16];
	(void)state;
	for (int i = 0; i < 30; i++) {
		snprintf(key, sizeof key, "/%d", i);
		keep(cache, key, (struct made){.bytes = 50000});
	}
	cache_stats(cache, &stats);
	assert_true(stats.bytes > (1 << 20) - (1 << 20) / 32 - 51000);
	for (int i = 0; i < 30; i++) {
		snprintf(key, sizeof key, "/rare/%d", i);
		keep_rare(cache, key, 20000);
		assert_true(hit(cache, key, NOW_S));
		cache_stats(cache, &stats);
		assert_true(stats.bytes <= 1 << 20);
	}
	cache_destroy(cache);
}

/* What was asked for a few times outlasts what was asked for once more than it took to be let in. */
static void visits_are_counted(void **state)
{
	struct cache *cache = make_cache(1 << 20);
	char key[16];
	(void)state;
	keep(cache, "/front", (struct made){.bytes = 50000});
	for (int i = 0; i < 200; i++) {
		/* three visits for each lap of the hand, which passes some twenty pages */
		if (i % 6 == 0)
			assert_true(hit(cache, "/front", NOW_S));
		snprintf(key, sizeof key, "/%d", i);
		keep(cache, key, (struct made){.bytes = 50000});
		assert_true(hit(cache, key, NOW_S));
	}
	assert_true(hit(cache, "/front", NOW_S));
	cache_destroy(cache);
}

static void compressed_forms_count(void **state)
{
	struct cache *cache = make_cache(1 << 20);
	struct cache_stats before, after;
	(void)state;
	keep(cache, "/a", (struct made){.bytes = 50000});
	cache_stats(cache, &before);
	struct page *page = cache_find(cache, STR("/a"), NOW_S);
	page_make_form(page, CODING_GZIP, false);
	page_release(page);
	assert_true(hit(cache, "/a", NOW_S));
	cache_stats(cache, &after);
	assert_true(after.bytes > before.bytes);
	cache_destroy(cache);
}

static void none_is_kept_without_room(void **state)
{
	struct cache *cache = make_cache(0);
	(void)state;
	keep(cache, "/a", (struct made){0});
	assert_false(hit(cache, "/a", NOW_S));
	cache_destroy(cache);
	cache_destroy(NULL);
}

static void clearing(void **state)
{
	struct cache *cache = make_cache(1 << 20);
	(void)state;
	keep(cache, "/a", (struct made){.sequence = 5});
	put(cache, "/b", (struct made){.sequence = 5});
	struct flight *flight = lead(cache, "/b");
	cache_clear(cache);
	assert_false(hit(cache, "/a", NOW_S));
	struct page *page = make_page((struct made){.sequence = 5});
	cache_land(cache, flight, page, NOW_S);
	page_release(page);
	assert_false(hit(cache, "/b", NOW_S));
	cache_destroy(cache);
}

/* ---- waiting ---- */

struct reader {
	struct cache_waiter waiter;
	struct page *page;
	int called;
};

static void take(struct cache_waiter *waiter, struct page *page)
{
	struct reader *reader = (struct reader *)waiter;
	reader->page = page;
	reader->called++;
}

static void wait_from(struct cache *cache, const char *key, int64_t now_s, struct reader *reader)
{
	struct page *page = NULL;
	struct flight *flight = NULL;
	*reader = (struct reader){.waiter.done = take};
	assert_int_equal(cache_join(cache, str_from(key), now_s, &reader->waiter, &page, &flight), CACHE_WAIT);
}

static void wait_for(struct cache *cache, const char *key, struct reader *reader)
{
	wait_from(cache, key, NOW_S, reader);
}

/* A page begun before an item's last second is nothing for who asked in the next one. */
static void waiters_after_its_time_begin_again(void **state)
{
	struct cache *cache = make_cache(1 << 20);
	struct reader before, after;
	(void)state;
	struct flight *flight = lead(cache, "/a");
	wait_from(cache, "/a", NOW_S + 9, &before);
	wait_from(cache, "/a", NOW_S + 10, &after);
	struct page *page = make_page((struct made){.fresh_until_s = NOW_S + 10});
	cache_land(cache, flight, page, NOW_S + 10);
	assert_ptr_equal(before.page, page);
	assert_int_equal(after.called, 1);
	assert_null(after.page);
	page_release(before.page);
	page_release(page);
	cache_destroy(cache);
}

static void one_renders_for_all(void **state)
{
	struct cache *cache = make_cache(1 << 20);
	struct reader readers[50];
	struct cache_stats stats;
	(void)state;
	struct flight *flight = lead(cache, "/a");
	for (size_t i = 0; i < 50; i++)
		wait_for(cache, "/a", &readers[i]);
	struct page *page = make_page((struct made){0});
	cache_land(cache, flight, page, NOW_S);
	for (size_t i = 0; i < 50; i++) {
		assert_int_equal(readers[i].called, 1);
		assert_ptr_equal(readers[i].page, page);
		page_release(readers[i].page);
	}
	page_release(page);
	cache_stats(cache, &stats);
	assert_int_equal(stats.misses, 1);
	assert_int_equal(stats.waits, 50);
	assert_true(hit(cache, "/a", NOW_S)); /* so many ask: let in at once */
	cache_destroy(cache);
}

static void failures_are_shared_too(void **state)
{
	struct cache *cache = make_cache(1 << 20);
	struct reader reader;
	(void)state;
	struct flight *flight = lead(cache, "/a");
	wait_for(cache, "/a", &reader);
	struct page *page = make_page((struct made){.status = 500, .policy = CACHE_NO_STORE});
	cache_land(cache, flight, page, NOW_S);
	assert_ptr_equal(reader.page, page);
	page_release(page);
	page_release(page);
	assert_false(hit(cache, "/a", NOW_S));
	cache_destroy(cache);
}

/* Who asked before the change may have the old page; who asked after it begins again. */
static void those_after_a_change_begin_again(void **state)
{
	struct cache *cache = make_cache(1 << 20);
	struct reader before, after;
	(void)state;
	struct flight *flight = lead(cache, "/a");
	wait_for(cache, "/a", &before);
	cache_invalidate(cache, &STR("t1"), 1, 6);
	wait_for(cache, "/a", &after);
	struct page *page = make_page((struct made){.tag = "t1", .sequence = 5});
	cache_land(cache, flight, page, NOW_S);
	assert_ptr_equal(before.page, page);
	assert_int_equal(after.called, 1);
	assert_null(after.page);
	page_release(page);
	page_release(page);
	cache_destroy(cache);
}

static void other_changes_disturb_nobody(void **state)
{
	struct cache *cache = make_cache(1 << 20);
	struct reader after;
	(void)state;
	struct flight *flight = lead(cache, "/a");
	cache_invalidate(cache, &STR("t2"), 1, 6);
	wait_for(cache, "/a", &after);
	struct page *page = make_page((struct made){.tag = "t1", .sequence = 5});
	cache_land(cache, flight, page, NOW_S);
	assert_ptr_equal(after.page, page);
	page_release(page);
	page_release(page);
	cache_destroy(cache);
}

static void a_flight_may_be_given_up(void **state)
{
	struct cache *cache = make_cache(1 << 20);
	struct reader reader;
	(void)state;
	struct flight *flight = lead(cache, "/a");
	wait_for(cache, "/a", &reader);
	cache_land(cache, flight, NULL, NOW_S);
	assert_int_equal(reader.called, 1);
	assert_null(reader.page);
	cache_land(cache, lead(cache, "/a"), NULL, NOW_S);
	cache_destroy(cache);
}

static void keys_do_not_mix(void **state)
{
	struct cache *cache = make_cache(1 << 22);
	(void)state;
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 2000; i++) {
			char key[16];
			snprintf(key, sizeof key, "/%d", i);
			if (!hit(cache, key, NOW_S))
				put(cache, key, (struct made){.sequence = i});
		}
	}
	int found = 0;
	for (int i = 0; i < 2000; i++) {
		char key[16];
		snprintf(key, sizeof key, "/%d", i);
		struct page *page = cache_find(cache, str_from(key), NOW_S);
		if (page) {
			assert_int_equal(page->sequence, i);
			found++;
		}
		page_release(page);
	}
	assert_true(found > 1000);
	cache_destroy(cache);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(let_in_the_second_time),
		cmocka_unit_test(fresh_until_its_time),
		cmocka_unit_test(what_is_never_kept),
		cmocka_unit_test(tags_invalidate),
		cmocka_unit_test(the_star_is_every_page),
		cmocka_unit_test(waiters_after_its_time_begin_again),
		cmocka_unit_test(many_tags_at_once),
		cmocka_unit_test(changed_while_rendering),
		cmocka_unit_test(missing_pages_go_with_any_change),
		cmocka_unit_test(missing_pages_push_nothing_out),
		cmocka_unit_test(room_is_kept),
		cmocka_unit_test(the_popular_stay),
		cmocka_unit_test(rare_pages_have_a_quarter),
		cmocka_unit_test(room_of_rare_pages_is_lent),
		cmocka_unit_test(visits_are_counted),
		cmocka_unit_test(compressed_forms_count),
		cmocka_unit_test(none_is_kept_without_room),
		cmocka_unit_test(clearing),
		cmocka_unit_test(one_renders_for_all),
		cmocka_unit_test(failures_are_shared_too),
		cmocka_unit_test(those_after_a_change_begin_again),
		cmocka_unit_test(other_changes_disturb_nobody),
		cmocka_unit_test(a_flight_may_be_given_up),
		cmocka_unit_test(keys_do_not_mix),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
