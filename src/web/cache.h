/* cache: pages that were rendered, by their normal address, until they are stale or room is needed.
 *
 * Sharded by key; a look-up takes one short lock and a reference. Room is given in bytes: what is
 * asked for the second time is let in, SIEVE says what goes. Pages that say "not there" (404, 410) or
 * "elsewhere" (redirects) have a small room of their own, so that guessing at addresses pushes nothing out; every
 * change drops them, whatever its tags. Pages that few will ask for (page->rare: searches, combinations) have a quarter
 * of the room at most, so that no number of them, however often they are asked for, pushes out what many want.
 *
 * Freshness: a page is a hit while now < fresh_until_s. Change: cache_invalidate(tags, sequence)
 * drops every page that carries a tag and was rendered from an earlier sequence, and remembers
 * the change, so that a page still being rendered from an older projection is refused on arrival. The
 * memory is bounded and errs towards refusing. Call it after the projection has applied the change.
 *
 * Stampedes: of many who miss a key at once, one leads (renders) and the others wait; each waiter is
 * called back with the page. Who began to wait after a change that the page does not have yet, or after
 * the page's time, is told to try again.
 *
 * All functions may be called from any thread. Callbacks of waiters run on the leader's thread, with
 * no lock held.
 */
#ifndef CRIER_WEB_CACHE_H
#define CRIER_WEB_CACHE_H

#include "base/str.h"
#include "web/page.h"

struct cache;
struct flight;

struct cache_settings {
	size_t max_bytes; /* 0: nothing is kept, but one still renders for all */
	unsigned shards;  /* 0: 16 */
};

struct cache *cache_create(const struct cache_settings *settings);
void cache_destroy(struct cache *cache); /* no flight may be open */

/* A fresh page, the caller's own reference (page_release), or NULL. Counts a hit or nothing. */
struct page *cache_find(struct cache *cache, struct str key, int64_t now_s);

struct cache_waiter {
	/* page: the waiter's own reference; NULL: begin again. */
	void (*done)(struct cache_waiter *waiter, struct page *page);
	struct cache_waiter *next;
	uint64_t epoch;
	int64_t now_s; /* of its request */
};

enum cache_join { CACHE_HIT, CACHE_LEAD, CACHE_WAIT };

/* HIT: *ret_page. LEAD: the caller renders and calls cache_land once with *ret_flight. WAIT: waiter is kept
 * until its done was called. waiter NULL: never waits, leads alone instead. */
enum cache_join cache_join(struct cache *cache, struct str key, int64_t now_s, struct cache_waiter *waiter,
			   struct page **ret_page, struct flight **ret_flight);

/* Ends a flight: keeps the page if it may be kept, hands it to those who wait. page stays the caller's; NULL: who
 * waits begins again. */
void cache_land(struct cache *cache, struct flight *flight, struct page *page, int64_t now_s);

/* Tags as in response.h; "*" stands for every page, whatever its tags. Cost: all pages are looked at once. */
void cache_invalidate(struct cache *cache, const struct str *tags, size_t count, int64_t sequence);
void cache_clear(struct cache *cache); /* everything, and what is under way is not kept */

struct cache_stats {
	uint64_t hits, misses, waits, admitted, refused, evicted, invalidated;
	uint64_t pages, bytes, max_bytes;
};
void cache_stats(struct cache *cache, struct cache_stats *ret_stats);

#endif
