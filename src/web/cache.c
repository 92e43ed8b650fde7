#include "web/cache.h"

#include "base/random.h"

#include <stdlib.h>
#include <string.h>

#define SHARDS_DEFAULT 16
#define BUCKETS        1024  /* of each shard; chains stay short up to some ten thousand pages */
#define DOOR_SLOTS     16384 /* keys asked for once, remembered by a fingerprint */
#define COMPARED_TAGS  64    /* more tags than this in one change are looked up, not compared */
#define CHANGE_SLOTS   16384 /* tags changed, remembered by their latest sequence */
#define NEGATIVE_SHARE 32    /* "not there" pages and redirects get this part of the room */
#define RARE_SHARE     4     /* pages that few ask for get this part at most; what they do not use is for others */
#define VISITS_MOST    3     /* remembered of one page */
#define LARGEST_SHARE  4     /* a page above this part of a shard's room is not kept */

/* A page in its shard: in a bucket's chain and in one queue, newest at the head. */
struct entry {
	uint64_t hash;
	struct str key;
	struct page *page;
	size_t bytes;
	unsigned char kind, visits;
	struct entry *chain, *newer, *older;
	char key_bytes[];
};

/* SIEVE: the hand walks from the oldest to the newest; what was asked for since its last visits stays. Some visits are
 * remembered, so that what many want outlasts what one asked for twice. */
enum kind { KIND_KEPT, KIND_RARE, KIND_NEGATIVE, KINDS };

struct queue {
	struct entry *newest, *oldest, *hand;
	size_t bytes, max_bytes, count;
};

struct flight {
	uint64_t hash;
	struct str key;
	struct cache_waiter *waiters;
	struct flight *next;
	uint64_t epoch, generation;
	bool listed;
	char key_bytes[];
};

struct shard {
	_Alignas(64) pthread_mutex_t lock;
	struct entry *buckets[BUCKETS];
	struct queue queues[KINDS];
	uint64_t evicted;
	struct flight *flights;
};

struct cache {
	unsigned shard_count;
	size_t max_bytes;
	uint64_t seed;
	_Atomic uint64_t epoch;      /* counts changes */
	_Atomic uint64_t generation; /* counts cache_clear */
	_Atomic int64_t last_change; /* the latest sequence of all */
	_Atomic int64_t last_all;    /* the latest sequence of a change of every page */
	_Atomic int64_t changes[CHANGE_SLOTS];
	_Atomic uint16_t door[DOOR_SLOTS];
	_Atomic uint64_t hits, misses, waits, admitted, refused, invalidated;
	struct shard shards[];
};

static void count(_Atomic uint64_t *counter)
{
	atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

/* Seeded for each cache, so that addresses cannot be chosen to fall together. */
static uint64_t hash_key(const struct cache *cache, struct str key)
{
	return str_hash(key, cache->seed);
}

struct cache *cache_create(const struct cache_settings *settings)
{
	unsigned shards = settings->shards ? settings->shards : SHARDS_DEFAULT;
	size_t bytes = sizeof(struct cache) + shards * sizeof(struct shard);
	struct cache *cache = aligned_alloc(64, (bytes + 63) / 64 * 64);
	if (!cache)
		abort();
	memset((void *)cache, 0, bytes);
	cache->shard_count = shards;
	cache->max_bytes = settings->max_bytes;
	cache->seed = random_u64(random_system());
	for (unsigned i = 0; i < shards; i++) {
		struct shard *shard = &cache->shards[i];
		pthread_mutex_init(&shard->lock, NULL);
		size_t most = settings->max_bytes / shards, negative = most / NEGATIVE_SHARE;
		shard->queues[KIND_NEGATIVE].max_bytes = negative;
		shard->queues[KIND_RARE].max_bytes = most / RARE_SHARE;
		shard->queues[KIND_KEPT].max_bytes = most - negative; /* less what the rare ones use */
	}
	return cache;
}

static struct shard *shard_of(struct cache *cache, uint64_t hash)
{
	return &cache->shards[(hash >> 48) % cache->shard_count];
}

/* ---- entries ---- */

/* Not there, or elsewhere: cheap to say again, and there are as many as addresses can be guessed. */
static bool is_negative(const struct page *page)
{
	return page->status >= 300;
}

static enum kind kind_of(const struct page *page)
{
	return is_negative(page) ? KIND_NEGATIVE : page->rare ? KIND_RARE : KIND_KEPT;
}

static struct entry **find_place(struct shard *shard, uint64_t hash, struct str key)
{
	struct entry **place = &shard->buckets[hash % BUCKETS];
	while (*place && ((*place)->hash != hash || !str_eq((*place)->key, key)))
		place = &(*place)->chain;
	return place;
}

/* Takes entry out of everything and puts it on *dropped. */
static void drop(struct shard *shard, struct entry *entry, struct entry **dropped)
{
	struct queue *queue = &shard->queues[entry->kind];
	*find_place(shard, entry->hash, entry->key) = entry->chain;
	if (queue->hand == entry)
		queue->hand = entry->newer;
	*(entry->newer ? &entry->newer->older : &queue->newest) = entry->older;
	*(entry->older ? &entry->older->newer : &queue->oldest) = entry->newer;
	queue->bytes -= entry->bytes;
	queue->count--;
	entry->chain = *dropped;
	*dropped = entry;
}

/* Outside of the lock: the last reference may free much. Returns how many. */
static uint64_t free_dropped(struct entry *dropped)
{
	uint64_t freed = 0;
	for (struct entry *next; dropped; dropped = next, freed++) {
		next = dropped->chain;
		page_release(dropped->page);
		free(dropped);
	}
	return freed;
}

static void make_room_for(struct shard *shard, struct queue *queue, size_t max_bytes, struct entry **dropped)
{
	while (queue->bytes > max_bytes && queue->oldest) {
		struct entry *entry = queue->hand ? queue->hand : queue->oldest;
		queue->hand = entry->newer;
		if (entry->visits) {
			entry->visits--;
			continue;
		}
		drop(shard, entry, dropped);
		shard->evicted++;
	}
}

static void make_room(struct shard *shard, enum kind kind, struct entry **dropped)
{
	struct queue *kept = &shard->queues[KIND_KEPT], *rare = &shard->queues[KIND_RARE];
	if (kind != KIND_KEPT)
		make_room_for(shard, &shard->queues[kind], shard->queues[kind].max_bytes, dropped);
	if (kind != KIND_NEGATIVE)
		make_room_for(shard, kept, kept->max_bytes - rare->bytes, dropped);
}

static void add_entry(struct shard *shard, uint64_t hash, struct str key, struct page *page, struct entry **dropped)
{
	struct entry **place = find_place(shard, hash, key);
	if (*place)
		drop(shard, *place, dropped);
	struct entry *entry = calloc(1, sizeof *entry + key.len);
	if (!entry)
		abort();
	memcpy(entry->key_bytes, key.ptr, key.len);
	entry->key = str_of(entry->key_bytes, key.len);
	entry->hash = hash;
	entry->page = page_keep(page);
	entry->bytes = page->bytes + sizeof *entry + key.len;
	entry->kind = (unsigned char)kind_of(page);
	struct queue *queue = &shard->queues[entry->kind];
	queue->bytes += entry->bytes;
	make_room(shard, entry->kind, dropped); /* before it stands there itself, not visited yet */
	entry->chain = shard->buckets[hash % BUCKETS];
	shard->buckets[hash % BUCKETS] = entry;
	entry->older = queue->newest;
	*(queue->newest ? &queue->newest->newer : &queue->oldest) = entry;
	queue->newest = entry;
	queue->count++;
}

/* A page grows by its compressed forms: count them. */
static void account(struct shard *shard, struct entry *entry, struct entry **dropped)
{
	struct queue *queue = &shard->queues[entry->kind];
	size_t bytes = entry->page->bytes + sizeof *entry + entry->key.len;
	if (bytes == entry->bytes)
		return;
	queue->bytes += bytes - entry->bytes;
	entry->bytes = bytes;
	make_room(shard, entry->kind, dropped);
}

/* Under the lock. */
static struct page *find(struct shard *shard, uint64_t hash, struct str key, int64_t now_s, struct entry **dropped)
{
	struct entry *entry = *find_place(shard, hash, key);
	if (!entry)
		return NULL;
	if (entry->page->fresh_until_s <= now_s) {
		drop(shard, entry, dropped);
		return NULL;
	}
	struct page *page = page_keep(entry->page);
	entry->visits += entry->visits < VISITS_MOST;
	account(shard, entry, dropped);
	return page;
}

struct page *cache_find(struct cache *cache, struct str key, int64_t now_s)
{
	uint64_t hash = hash_key(cache, key);
	struct shard *shard = shard_of(cache, hash);
	struct entry *dropped = NULL;
	pthread_mutex_lock(&shard->lock);
	struct page *page = find(shard, hash, key, now_s, &dropped);
	pthread_mutex_unlock(&shard->lock);
	free_dropped(dropped);
	if (page)
		count(&cache->hits);
	return page;
}

/* ---- flights ---- */

static struct flight *flight_create(struct cache *cache, uint64_t hash, struct str key)
{
	struct flight *flight = calloc(1, sizeof *flight + key.len);
	if (!flight)
		abort();
	memcpy(flight->key_bytes, key.ptr, key.len);
	flight->key = str_of(flight->key_bytes, key.len);
	flight->hash = hash;
	flight->epoch = cache->epoch;
	flight->generation = cache->generation;
	return flight;
}

static struct flight *find_flight(struct shard *shard, uint64_t hash, struct str key)
{
	struct flight *flight = shard->flights;
	while (flight && (flight->hash != hash || !str_eq(flight->key, key)))
		flight = flight->next;
	return flight;
}

static enum cache_join join_flight(struct cache *cache, struct shard *shard, uint64_t hash, struct str key,
				   int64_t now_s, struct cache_waiter *waiter, struct flight **ret_flight)
{
	struct flight *flight = find_flight(shard, hash, key);
	if (flight && waiter) {
		waiter->epoch = cache->epoch;
		waiter->now_s = now_s;
		waiter->next = flight->waiters;
		flight->waiters = waiter;
		count(&cache->waits);
		return CACHE_WAIT;
	}
	*ret_flight = flight_create(cache, hash, key);
	if (!flight) {
		(*ret_flight)->listed = true;
		(*ret_flight)->next = shard->flights;
		shard->flights = *ret_flight;
	}
	count(&cache->misses);
	return CACHE_LEAD;
}

enum cache_join cache_join(struct cache *cache, struct str key, int64_t now_s, struct cache_waiter *waiter,
			   struct page **ret_page, struct flight **ret_flight)
{
	uint64_t hash = hash_key(cache, key);
	struct shard *shard = shard_of(cache, hash);
	struct entry *dropped = NULL;
	enum cache_join answer = CACHE_HIT;
	pthread_mutex_lock(&shard->lock);
	struct page *page = find(shard, hash, key, now_s, &dropped);
	if (page)
		*ret_page = page;
	else
		answer = join_flight(cache, shard, hash, key, now_s, waiter, ret_flight);
	pthread_mutex_unlock(&shard->lock);
	free_dropped(dropped);
	if (page)
		count(&cache->hits);
	return answer;
}

/* True the second time, or so: a later key with the same slot makes it forget. */
static bool seen_before(struct cache *cache, uint64_t hash)
{
	_Atomic uint16_t *slot = &cache->door[hash % DOOR_SLOTS];
	uint16_t mark = (uint16_t)(hash >> 32) | 1;
	return atomic_exchange_explicit(slot, mark, memory_order_relaxed) == mark;
}

/* Whether something that page depends on has changed since it was rendered. */
static bool changed_since(struct cache *cache, const struct page *page)
{
	if (atomic_load(&cache->last_all) > page->sequence ||
	    (is_negative(page) && atomic_load(&cache->last_change) > page->sequence))
		return true;
	for (size_t i = 0; i < page->tag_count; i++)
		if (atomic_load(&cache->changes[page->tags[i] % CHANGE_SLOTS]) > page->sequence)
			return true;
	return false;
}

static bool may_be_kept(const struct shard *shard, const struct page *page, int64_t now_s)
{
	const struct queue *queue = &shard->queues[is_negative(page) ? KIND_NEGATIVE : KIND_KEPT];
	switch (page->status) {
	case 200:
	case 301:
	case 302:
	case 308:
	case 404:
	case 410:
		return page->policy == CACHE_PUBLIC && page->file_fd < 0 && now_s < page->fresh_until_s &&
		       page->bytes <= queue->max_bytes / LARGEST_SHARE;
	default:
		return false;
	}
}

/* Hands the page round. Who came after a change that the page does not have, or after its time, begins again. */
static void call_waiters(struct cache_waiter *waiters, struct page *page, bool stale, uint64_t flight_epoch)
{
	for (struct cache_waiter *next; waiters; waiters = next) {
		next = waiters->next;
		bool takes = page && waiters->now_s < page->fresh_until_s && (!stale || waiters->epoch == flight_epoch);
		waiters->done(waiters, takes ? page_keep(page) : NULL);
	}
}

static void unlist(struct shard *shard, struct flight *flight)
{
	struct flight **place = &shard->flights;
	while (*place && *place != flight)
		place = &(*place)->next;
	if (*place)
		*place = flight->next;
}

void cache_land(struct cache *cache, struct flight *flight, struct page *page, int64_t now_s)
{
	struct shard *shard = shard_of(cache, flight->hash);
	struct entry *dropped = NULL;
	bool stale = false;
	pthread_mutex_lock(&shard->lock);
	if (flight->listed)
		unlist(shard, flight);
	struct cache_waiter *waiters = flight->waiters;
	if (page) {
		stale = flight->generation != cache->generation || changed_since(cache, page);
		bool wanted = seen_before(cache, flight->hash) || waiters;
		bool keep = !stale && wanted && may_be_kept(shard, page, now_s);
		if (keep)
			add_entry(shard, flight->hash, flight->key, page, &dropped);
		if (keep || stale)
			count(keep ? &cache->admitted : &cache->refused);
	}
	pthread_mutex_unlock(&shard->lock);
	free_dropped(dropped);
	call_waiters(waiters, page, stale, flight->epoch);
	free(flight);
}

/* ---- changes ---- */

static void raise_to(_Atomic int64_t *value, int64_t sequence)
{
	int64_t before = atomic_load(value);
	while (before < sequence && !atomic_compare_exchange_weak(value, &before, sequence))
		;
}

struct change {
	const uint64_t *tags; /* hashed */
	size_t tag_count;
	int64_t sequence;
	bool all; /* "*" is among them */
};

/* Exactly for a few tags; for many (an import that appears) by the memory of changes, which may drop more. */
static bool concerns(struct cache *cache, const struct change *change, const struct page *page)
{
	if (change->all)
		return true;
	if (change->tag_count > COMPARED_TAGS)
		return changed_since(cache, page);
	for (size_t i = 0; i < page->tag_count; i++)
		for (size_t j = 0; j < change->tag_count; j++)
			if (page->tags[i] == change->tags[j])
				return true;
	return false;
}

static void drop_changed(struct cache *cache, struct shard *shard, struct queue *queue, const struct change *change,
			 struct entry **dropped)
{
	for (struct entry *entry = queue->newest, *older; entry; entry = older) {
		older = entry->older;
		if (entry->page->sequence < change->sequence &&
		    (entry->kind == KIND_NEGATIVE || concerns(cache, change, entry->page)))
			drop(shard, entry, dropped);
	}
}

void cache_invalidate(struct cache *cache, const struct str *tags, size_t tag_count, int64_t sequence)
{
	uint64_t *hashes = calloc(tag_count + 1, sizeof *hashes);
	if (!hashes)
		abort();
	struct change change = {hashes, tag_count, sequence, false};
	for (size_t i = 0; i < tag_count; i++) {
		change.all = change.all || str_eq(tags[i], STR("*"));
		hashes[i] = page_tag_hash(tags[i]);
		raise_to(&cache->changes[hashes[i] % CHANGE_SLOTS], sequence);
	}
	if (change.all)
		raise_to(&cache->last_all, sequence);
	raise_to(&cache->last_change, sequence);
	atomic_fetch_add(&cache->epoch, 1);
	for (unsigned i = 0; i < cache->shard_count; i++) {
		struct shard *shard = &cache->shards[i];
		struct entry *dropped = NULL;
		pthread_mutex_lock(&shard->lock);
		for (size_t kind = 0; kind < KINDS; kind++)
			drop_changed(cache, shard, &shard->queues[kind], &change, &dropped);
		pthread_mutex_unlock(&shard->lock);
		atomic_fetch_add(&cache->invalidated, free_dropped(dropped));
	}
	free(hashes);
}

static void drop_all(struct cache *cache)
{
	for (unsigned i = 0; i < cache->shard_count; i++) {
		struct shard *shard = &cache->shards[i];
		struct entry *dropped = NULL;
		pthread_mutex_lock(&shard->lock);
		for (size_t kind = 0; kind < KINDS; kind++)
			while (shard->queues[kind].newest)
				drop(shard, shard->queues[kind].newest, &dropped);
		pthread_mutex_unlock(&shard->lock);
		free_dropped(dropped);
	}
}

void cache_clear(struct cache *cache)
{
	atomic_fetch_add(&cache->generation, 1);
	atomic_fetch_add(&cache->epoch, 1);
	drop_all(cache);
}

void cache_destroy(struct cache *cache)
{
	if (!cache)
		return;
	drop_all(cache);
	for (unsigned i = 0; i < cache->shard_count; i++)
		pthread_mutex_destroy(&cache->shards[i].lock);
	free(cache);
}

void cache_stats(struct cache *cache, struct cache_stats *ret_stats)
{
	struct cache_stats stats = {
		.hits = cache->hits,
		.misses = cache->misses,
		.waits = cache->waits,
		.admitted = cache->admitted,
		.refused = cache->refused,
		.invalidated = cache->invalidated,
		.max_bytes = cache->max_bytes,
	};
	for (unsigned i = 0; i < cache->shard_count; i++) {
		struct shard *shard = &cache->shards[i];
		pthread_mutex_lock(&shard->lock);
		stats.evicted += shard->evicted;
		for (size_t kind = 0; kind < KINDS; kind++) {
			stats.pages += shard->queues[kind].count;
			stats.bytes += shard->queues[kind].bytes;
		}
		pthread_mutex_unlock(&shard->lock);
	}
	*ret_stats = stats;
}
