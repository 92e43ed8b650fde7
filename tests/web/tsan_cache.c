/* The cache from several threads at once: readers, leaders, waiters, improvers, invalidators. Built with
 * -fsanitize=thread it shows races; in any build it checks that no reader meets a page older than a change
 * that it knows to be over. */
#include "web/cache.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define THREADS        4
#define ROUNDS         3000
#define READS_A_CHANGE 40
#define KEYS           40

struct shared {
	struct cache *cache;
	_Atomic int64_t projected;   /* what a renderer would see */
	_Atomic int64_t invalidated; /* what cache_invalidate has been told and has returned from */
	_Atomic int stale, waited, reads;
};

struct reader {
	struct cache_waiter waiter;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct page *page;
	bool called;
};

static void take(struct cache_waiter *waiter, struct page *page)
{
	struct reader *reader = (struct reader *)waiter;
	pthread_mutex_lock(&reader->lock);
	reader->page = page;
	reader->called = true;
	pthread_cond_signal(&reader->changed);
	pthread_mutex_unlock(&reader->lock);
}

static struct page *wait_for_page(struct reader *reader)
{
	pthread_mutex_lock(&reader->lock);
	while (!reader->called)
		pthread_cond_wait(&reader->changed, &reader->lock);
	reader->called = false;
	struct page *page = reader->page;
	pthread_mutex_unlock(&reader->lock);
	return page;
}

static struct page *render(struct shared *shared)
{
	struct arena *arena = arena_create(0);
	RESPONSE_SCOPED response;
	response_init(&response, arena);
	response.sequence = shared->projected;
	response_tag(&response, "t1");
	for (int i = 0; i < 100; i++)
		buf_printf(&response.body, "page of %lld, ", (long long)response.sequence);
	struct page *page = page_create(&response, NULL);
	page_make_form(page, CODING_GZIP, false);
	arena_destroy(arena);
	return page;
}

static struct page *get(struct shared *shared, struct reader *reader, struct str key)
{
	for (;;) {
		struct page *page = NULL;
		struct flight *flight = NULL;
		switch (cache_join(shared->cache, key, 0, &reader->waiter, &page, &flight)) {
		case CACHE_HIT:
			return page;
		case CACHE_LEAD:
			page = render(shared);
			cache_land(shared->cache, flight, page, 0);
			return page;
		case CACHE_WAIT:
			atomic_fetch_add(&shared->waited, 1);
			page = wait_for_page(reader);
			if (page)
				return page;
		}
	}
}

static void *read_pages(void *context)
{
	struct shared *shared = context;
	struct reader reader = {
		.waiter.done = take, .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
	uint32_t random = (uint32_t)(uintptr_t)&reader;
	for (int i = 0; i < ROUNDS; i++) {
		char key[16];
		random = random * 1664525 + 1013904223;
		/* most ask for the same page */
		snprintf(key, sizeof key, "/%u", random >> 31 ? 0 : (random >> 8) % KEYS);
		int64_t known = shared->invalidated;
		struct page *page = get(shared, &reader, str_from(key));
		if (page->sequence < known)
			atomic_fetch_add(&shared->stale, 1);
		if (i % 16 == 0)
			page_make_form(page, CODING_GZIP, true);
		const struct form *form = page_form(page, CODING_GZIP);
		if (form && (unsigned char)form->body.ptr[0] != 0x1f)
			atomic_fetch_add(&shared->stale, 1);
		page_release(page);
		atomic_fetch_add(&shared->reads, 1);
	}
	return NULL;
}

/* A change for every so many reads, until all readers are done. */
static void *change_pages(void *context)
{
	struct shared *shared = context;
	for (int next = READS_A_CHANGE; next < THREADS * ROUNDS; next += READS_A_CHANGE) {
		while (shared->reads < next)
			sched_yield();
		int64_t sequence = shared->projected + 1;
		shared->projected = sequence;
		cache_invalidate(shared->cache, &STR("t1"), 1, sequence);
		shared->invalidated = sequence;
	}
	return NULL;
}

static void nobody_meets_an_old_page(void **state)
{
	struct shared shared = {.cache = cache_create(&(struct cache_settings){.max_bytes = 1 << 17, .shards = 2})};
	pthread_t threads[THREADS + 1];
	struct cache_stats stats;
	(void)state;
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, read_pages, &shared), 0);
	assert_int_equal(pthread_create(&threads[THREADS], NULL, change_pages, &shared), 0);
	for (size_t i = 0; i <= THREADS; i++)
		pthread_join(threads[i], NULL);
	cache_stats(shared.cache, &stats);
	print_message("hits %llu misses %llu waits %d refused %llu invalidated %llu evicted %llu\n",
		      (unsigned long long)stats.hits, (unsigned long long)stats.misses, shared.waited,
		      (unsigned long long)stats.refused, (unsigned long long)stats.invalidated,
		      (unsigned long long)stats.evicted);
	assert_int_equal(shared.stale, 0);
	assert_true(stats.hits > 0);
	assert_true(stats.misses > 0);
	assert_true(stats.invalidated > 0);
	cache_destroy(shared.cache);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(nobody_meets_an_old_page)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
