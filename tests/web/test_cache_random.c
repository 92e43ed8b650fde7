/* The cache against what must hold whatever comes in whatever order: pages asked for, rendered slowly, landed late,
 * while things change and time goes on. What it gives is never older than the last change of what the page depends on,
 * never past its time, never another address's; who waits is called once. Random but repeatable. */
#include "web/cache.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define KEYS      48
#define TAGS      12
#define FLIGHTS   6
#define WAITERS   40
#define STEPS     30000
#define MAX_BYTES (32u << 10)

struct render {
	struct flight *flight; /* NULL: none is under way here */
	int key;
	int64_t sequence; /* of the snapshot that it began with */
};

struct wait {
	struct cache_waiter waiter; /* first: done is given its address */
	struct world *world;
	bool used;
	int key;
	int64_t version, now_s; /* when it began to wait */
};

struct world {
	uint64_t state;
	struct cache *cache;
	int64_t now_s, applied;
	int64_t versions[TAGS]; /* the change that last touched it */
	int64_t last_change;
	struct render renders[FLIGHTS];
	struct wait waits[WAITERS];
	size_t hits, handed, sent_back, changes;
};

static uint64_t draw(struct world *world, uint64_t below)
{
	world->state ^= world->state << 13;
	world->state ^= world->state >> 7;
	world->state ^= world->state << 17;
	return world->state % below;
}

/* What stands at an address and what that depends on follows from its number: each fourth is not there, each sixth is
 * large, each eighth is rare, some end soon. */
static bool is_negative(int key)
{
	return key % 4 == 3;
}

static bool depends(int key, int tag)
{
	return tag == key % TAGS || tag == key / 3 % TAGS;
}

static int64_t end_of(int key, int64_t now_s)
{
	return key % 5 == 0 ? now_s - now_s % 7 + 7 : INT64_MAX;
}

/* The oldest sequence that may still be shown at this address. */
static int64_t version_of(const struct world *world, int key)
{
	int64_t newest = is_negative(key) ? world->last_change : 0;
	for (int tag = 0; tag < TAGS; tag++)
		if (depends(key, tag) && world->versions[tag] > newest)
			newest = world->versions[tag];
	return newest;
}

static struct str name_of(int key, char room[32])
{
	return str_of(room, (size_t)snprintf(room, 32, "/%d/", key));
}

static struct page *render(const struct world *world, int key, int64_t sequence)
{
	struct arena *arena = arena_create(0);
	RESPONSE_SCOPED response;
	char room[32];
	response_init(&response, arena);
	response.status = is_negative(key) ? 404 : 200;
	response.sequence = sequence;
	response.fresh_until_s = end_of(key, world->now_s);
	for (int tag = 0; tag < TAGS; tag++)
		if (depends(key, tag))
			response_tag(&response, "t%d", tag);
	buf_put(&response.body, name_of(key, room));
	for (int i = 0; i < (key % 6 == 0 ? 400 : 20); i++)
		buf_put_cstr(&response.body, " and so on");
	struct page *page = page_create(&response, NULL);
	page->rare = key % 8 == 1;
	arena_destroy(arena);
	return page;
}

static void check_page(const struct world *world, int key, const struct page *page, int64_t version, int64_t now_s)
{
	char room[32];
	if (!str_starts(page_form(page, CODING_IDENTITY)->body, name_of(key, room)))
		fail_msg("%d got another's page", key);
	if (page->sequence < version)
		fail_msg("%d got what is older (%lld) than its last change (%lld)", key, (long long)page->sequence,
			 (long long)version);
	if (now_s >= page->fresh_until_s)
		fail_msg("%d got what ended", key);
	(void)world;
}

static void done(struct cache_waiter *waiter, struct page *page)
{
	struct wait *wait = (struct wait *)waiter;
	assert_true(wait->used);
	wait->used = false;
	if (page) {
		check_page(wait->world, wait->key, page, wait->version, wait->now_s);
		wait->world->handed++;
	} else {
		wait->world->sent_back++;
	}
	page_release(page);
}

/* What happens ------------------------------------------------------------------------------------ */

static void land(struct world *world, struct render *rendered)
{
	struct page *page = draw(world, 30) ? render(world, rendered->key, rendered->sequence) : NULL;
	struct flight *flight = rendered->flight;
	rendered->flight = NULL;
	cache_land(world->cache, flight, page, world->now_s);
	page_release(page);
}

static struct render *free_render(struct world *world)
{
	for (int i = 0; i < FLIGHTS; i++)
		if (!world->renders[i].flight)
			return &world->renders[i];
	land(world, &world->renders[0]);
	return &world->renders[0];
}

static struct wait *free_wait(struct world *world)
{
	for (int i = 0; i < WAITERS; i++)
		if (!world->waits[i].used)
			return &world->waits[i];
	return NULL;
}

static void ask(struct world *world, int key)
{
	struct render *slot = free_render(world);
	struct wait *wait = draw(world, 8) ? free_wait(world) : NULL; /* some lead alone */
	struct page *page = NULL;
	struct flight *flight = NULL;
	char room[32];
	if (wait)
		*wait = (struct wait){.waiter.done = done,
				      .world = world,
				      .key = key,
				      .version = version_of(world, key),
				      .now_s = world->now_s};
	switch (cache_join(world->cache, name_of(key, room), world->now_s, wait ? &wait->waiter : NULL, &page,
			   &flight)) {
	case CACHE_HIT:
		check_page(world, key, page, version_of(world, key), world->now_s);
		page_release(page);
		world->hits++;
		break;
	case CACHE_LEAD:
		*slot = (struct render){flight, key, world->applied};
		break;
	case CACHE_WAIT:
		assert_non_null(wait);
		wait->used = true;
		break;
	}
}

static void change(struct world *world)
{
	char names[3][8];
	struct str tags[3];
	size_t count = draw(world, 4);
	bool all = draw(world, 40) == 0;
	world->applied++;
	world->changes++;
	world->last_change = world->applied;
	for (size_t i = 0; i < count; i++) {
		int tag = (int)draw(world, TAGS);
		world->versions[tag] = world->applied;
		tags[i] = str_of(names[i], (size_t)snprintf(names[i], sizeof names[i], "t%d", tag));
	}
	if (all) {
		for (int tag = 0; tag < TAGS; tag++)
			world->versions[tag] = world->applied;
		tags[0] = STR("*");
		count = count ? count : 1;
	}
	cache_invalidate(world->cache, tags, count, world->applied);
}

static void look(struct world *world, int key)
{
	char room[32];
	struct page *page = cache_find(world->cache, name_of(key, room), world->now_s);
	if (page)
		check_page(world, key, page, version_of(world, key), world->now_s);
	page_release(page);
}

static void check_sums(const struct world *world)
{
	struct cache_stats stats;
	cache_stats(world->cache, &stats);
	assert_true(stats.bytes <= stats.max_bytes);
	assert_true(stats.pages <= KEYS);
	assert_true(stats.admitted >= stats.pages);
	assert_true(stats.hits >= world->hits);
}

static void step(struct world *world)
{
	int key = (int)(draw(world, 3) ? draw(world, KEYS / 4) : draw(world, KEYS)); /* some are asked for often */
	uint64_t what = draw(world, 1000);
	if (what < 500) {
		ask(world, key);
	} else if (what < 800) {
		struct render *rendered = &world->renders[draw(world, FLIGHTS)];
		if (rendered->flight)
			land(world, rendered);
	} else if (what < 840) {
		change(world);
	} else if (what < 880) {
		world->now_s += (int64_t)draw(world, 3);
	} else if (what < 998) {
		look(world, key);
	} else {
		cache_clear(world->cache);
	}
	check_sums(world);
}

static void run(uint64_t seed, unsigned shards)
{
	struct world *world = calloc(1, sizeof *world);
	assert_non_null(world);
	world->state = seed;
	world->now_s = 1000;
	world->cache = cache_create(&(struct cache_settings){.max_bytes = MAX_BYTES, .shards = shards});
	for (int i = 0; i < STEPS; i++)
		step(world);
	for (int i = 0; i < FLIGHTS; i++)
		if (world->renders[i].flight)
			land(world, &world->renders[i]);
	for (int i = 0; i < WAITERS; i++)
		assert_false(world->waits[i].used); /* all were called */
	struct cache_stats stats;
	cache_stats(world->cache, &stats);
	assert_true(world->hits > 1000 && world->handed > 100 && world->sent_back > 50 && world->changes > 500);
	assert_true(stats.evicted > 0 && stats.invalidated > 100 && stats.refused > 0);
	cache_destroy(world->cache);
	free(world);
}

static void nothing_old_in_one_shard(void **state)
{
	(void)state;
	run(UINT64_C(88172645463325252), 1);
}

static void nothing_old_in_many_shards(void **state)
{
	(void)state;
	run(UINT64_C(2463534242), 4);
}

/* A clear is a change without a sequence: what began before it is not kept, whatever its sequence says. */
static void what_is_under_way_at_a_clear_is_not_kept(void **state)
{
	struct world *world = calloc(1, sizeof *world);
	(void)state;
	assert_non_null(world);
	world->cache = cache_create(&(struct cache_settings){.max_bytes = MAX_BYTES, .shards = 1});
	world->state = 7;
	world->now_s = 1000;
	for (int round = 0; round < 3; round++) { /* asked for often enough to be let in */
		struct page *page = NULL, *made = render(world, 1, 5);
		struct flight *flight = NULL;
		char room[32];
		assert_int_equal(cache_join(world->cache, name_of(1, room), 1000, NULL, &page, &flight), CACHE_LEAD);
		cache_clear(world->cache);
		cache_land(world->cache, flight, made, 1000);
		page_release(made);
		page = cache_find(world->cache, name_of(1, room), 1000);
		assert_null(page);
	}
	cache_destroy(world->cache);
	free(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_old_in_one_shard),
		cmocka_unit_test(nothing_old_in_many_shards),
		cmocka_unit_test(what_is_under_way_at_a_clear_is_not_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
