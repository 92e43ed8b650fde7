#include "http/metrics.h"

#include "base/file.h"

#include <stdlib.h>
#include <unistd.h>

#define CLASSES 6 /* 0 is not used */

static const int64_t bounds_us[METRICS_BUCKETS - 1] = {100,   250,   500,    1000,   2500,    5000,   10000,
						       25000, 50000, 100000, 250000, 1000000, 5000000};

const char *outcome_name(enum outcome outcome)
{
	static const char *const names[] = {"hit", "miss", "wait", "none"};
	return names[outcome];
}

void metrics_init(struct metrics *metrics, const struct route_table *table)
{
	metrics->table = table;
	metrics->by_route = calloc((table->count + 1) * CLASSES, sizeof *metrics->by_route);
	if (!metrics->by_route)
		abort();
}

void metrics_finish(struct metrics *metrics)
{
	free((void *)(uintptr_t)metrics->by_route);
	metrics->by_route = NULL;
}

static void add(_Atomic uint64_t *counter, int64_t amount)
{
	atomic_fetch_add_explicit(counter, (uint64_t)amount, memory_order_relaxed);
}

void metrics_count(struct metrics *metrics, const struct route *route, int status, enum outcome outcome,
		   int64_t took_us, int64_t bytes)
{
	size_t index = route ? (size_t)(route - metrics->table->routes) : metrics->table->count;
	size_t class = (size_t)status / 100 < CLASSES ? (size_t)status / 100 : 0, bucket = 0;
	struct latency *latency = &metrics->latency[outcome];
	while (bucket < METRICS_BUCKETS - 1 && took_us > bounds_us[bucket])
		bucket++;
	add(&metrics->by_route[index * CLASSES + class], 1);
	add(&latency->buckets[bucket], 1);
	add(&latency->total_us, took_us);
	add(&latency->count, 1);
	add(&metrics->sent_bytes, bytes);
}

static void put_head(struct buf *out, const char *name, const char *type, const char *help)
{
	buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_one(struct buf *out, const char *name, const char *type, const char *help, int64_t value)
{
	put_head(out, name, type, help);
	buf_printf(out, "%s %lld\n", name, (long long)value);
}

static void put_requests(struct metrics *metrics, struct buf *out)
{
	put_head(out, "crier_requests_total", "counter", "Requests answered, by route and class of status.");
	for (size_t i = 0; i <= metrics->table->count; i++) {
		const char *route = i < metrics->table->count ? metrics->table->routes[i].name : "none";
		for (size_t class = 1; class < CLASSES; class ++) {
			uint64_t count = metrics->by_route[i * CLASSES + class];
			if (count)
				buf_printf(out, "crier_requests_total{route=\"%s\",status=\"%zuxx\"} %llu\n", route,
					   class, (unsigned long long)count);
		}
	}
}

static void put_latency(struct metrics *metrics, struct buf *out)
{
	static const char name[] = "crier_request_seconds";
	put_head(out, name, "histogram", "From the request line to the end of the answer, by what the cache said.");
	for (unsigned o = 0; o < OUTCOME_COUNT; o++) {
		struct latency *latency = &metrics->latency[o];
		const char *outcome = outcome_name((enum outcome)o);
		uint64_t sum = 0;
		for (size_t i = 0; i < METRICS_BUCKETS - 1; i++) {
			sum += latency->buckets[i];
			buf_printf(out, "%s_bucket{cache=\"%s\",le=\"%g\"} %llu\n", name, outcome,
				   (double)bounds_us[i] / 1e6, (unsigned long long)sum);
		}
		sum += latency->buckets[METRICS_BUCKETS - 1];
		buf_printf(out, "%s_bucket{cache=\"%s\",le=\"+Inf\"} %llu\n", name, outcome, (unsigned long long)sum);
		buf_printf(out, "%s_sum{cache=\"%s\"} %.6f\n", name, outcome, (double)latency->total_us / 1e6);
		buf_printf(out, "%s_count{cache=\"%s\"} %llu\n", name, outcome, (unsigned long long)sum);
	}
}

static void put_cache(const struct cache_stats *cache, struct buf *out)
{
	put_one(out, "crier_cache_hits_total", "counter", "Pages answered from the cache.", (int64_t)cache->hits);
	put_one(out, "crier_cache_misses_total", "counter", "Pages rendered.", (int64_t)cache->misses);
	put_one(out, "crier_cache_waits_total", "counter", "Requests that waited for another's rendering.",
		(int64_t)cache->waits);
	put_one(out, "crier_cache_admitted_total", "counter", "Pages let into the cache.", (int64_t)cache->admitted);
	put_one(out, "crier_cache_refused_total", "counter", "Pages refused since they changed while rendered.",
		(int64_t)cache->refused);
	put_one(out, "crier_cache_evicted_total", "counter", "Pages that made room.", (int64_t)cache->evicted);
	put_one(out, "crier_cache_invalidated_total", "counter", "Pages dropped since they changed.",
		(int64_t)cache->invalidated);
	put_one(out, "crier_cache_pages", "gauge", "Pages in the cache.", (int64_t)cache->pages);
	put_one(out, "crier_cache_bytes", "gauge", "Memory of the pages in the cache.", (int64_t)cache->bytes);
	put_one(out, "crier_cache_max_bytes", "gauge", "Room of the cache.", (int64_t)cache->max_bytes);
}

static void put_limited(const struct metrics *metrics, struct buf *out)
{
	static const char *const kinds[] = {"requests", "pages", "searches", "connections"};
	put_head(out, "crier_limited_total", "counter", "Answered 429, by which allowance of an address was used up.");
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		buf_printf(out, "crier_limited_total{by=\"%s\"} %llu\n", kinds[i],
			   (unsigned long long)metrics->limited[i]);
}

static int64_t resident_bytes(void)
{
	ARENA_SCOPED arena = arena_create(0);
	struct str content, total, rest, resident;
	int64_t pages;
	if (file_read("/proc/self/statm", 4096, arena, &content, NULL) != 0)
		return 0;
	str_cut(content, ' ', &total, &rest);
	str_cut(rest, ' ', &resident, &rest);
	return str_to_i64(resident, &pages) ? pages * sysconf(_SC_PAGESIZE) : 0;
}

void metrics_write(struct metrics *metrics, const struct metrics_now *now, struct buf *out)
{
	put_requests(metrics, out);
	put_latency(metrics, out);
	put_cache(&now->cache, out);
	put_one(out, "crier_sent_bytes_total", "counter", "Bytes of bodies sent.", (int64_t)metrics->sent_bytes);
	put_one(out, "crier_refused_total", "counter", "Refused: malformed, too large, or a connection above the most.",
		(int64_t)metrics->refused);
	put_limited(metrics, out);
	put_one(out, "crier_cut_total", "counter", "Connections cut for being too slow.", (int64_t)metrics->cut);
	put_one(out, "crier_connections", "gauge", "Connections now.", metrics->connections);
	put_one(out, "crier_connections_total", "counter", "Connections accepted.", metrics->connections_total);
	put_one(out, "crier_queue_depth", "gauge", "Requests waiting for a worker.", now->queue_depth);
	if (now->has_gauges) {
		put_one(out, "crier_snapshot_sequence", "gauge", "Outbox number of the snapshot in use.",
			now->sequence);
		put_one(out, "crier_snapshot_lag", "gauge", "Outbox rows not yet applied.", now->lag);
		put_one(out, "crier_entries_left_out", "gauge", "Entries that cannot be shown; crier check names them.",
			now->left_out);
		put_one(out, "crier_store_reachable", "gauge", "1: the database can be reached; 0: it is away.",
			now->store_reachable);
		put_head(out, "crier_store_answer_seconds", "gauge",
			 "How long the database took to say what is new; so far, where it has not said it yet.");
		buf_printf(out, "crier_store_answer_seconds %.6f\n", (double)now->store_answer_us / 1e6);
		put_one(out, "crier_projection_stuck", "gauge",
			"1: changes cannot be shown though the database is there: a full disk; the log says why.",
			now->stuck);
		put_one(out, "crier_store_seen_timestamp_seconds", "gauge",
			"When all that the database had was last shown; 0: not since the start.", now->store_seen_s);
	}
	if (now->has_clock) {
		put_head(out, "crier_clock_offset_seconds", "gauge", "This machine's clock less the database's.");
		buf_printf(out, "crier_clock_offset_seconds %.6f\n", (double)now->clock_ahead_us / 1e6);
	}
	if (now->has_purges) {
		put_one(out, "crier_purges_total", "counter", "Purges that a cache in front answered.", now->purges);
		put_one(out, "crier_purges_failed_total", "counter", "Purges that were not answered; each is repeated.",
			now->purges_failed);
		put_one(out, "crier_purges_waiting", "gauge", "Changes that a cache in front has not answered yet.",
			now->purges_waiting);
		put_one(out, "crier_purges_waiting_since_timestamp_seconds", "gauge",
			"When the oldest of them was applied here; 0: none waits.", now->purges_since_s);
	}
	put_one(out, "process_resident_memory_bytes", "gauge", "Resident memory.", resident_bytes());
}
