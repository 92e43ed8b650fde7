/* metrics: what is counted while serving, and its text for Prometheus (exposition format 0.0.4). */
#ifndef CRIER_HTTP_METRICS_H
#define CRIER_HTTP_METRICS_H

#include "http/readers.h"
#include "web/app.h"

#include <stdatomic.h>

#define METRICS_BUCKETS 14

#define LIMITED_CONNECTIONS ALLOWANCES /* behind the kinds of allowance */

enum outcome { OUTCOME_HIT, OUTCOME_MISS, OUTCOME_WAIT, OUTCOME_NONE, OUTCOME_COUNT };

struct latency {
	_Atomic uint64_t buckets[METRICS_BUCKETS]; /* the last: above all bounds */
	_Atomic uint64_t total_us, count;
};

struct metrics {
	const struct route_table *table;
	_Atomic uint64_t *by_route; /* (route, or one more for none) × 6 classes of status */
	struct latency latency[OUTCOME_COUNT];
	_Atomic uint64_t sent_bytes, refused, cut, logged;
	_Atomic uint64_t limited[ALLOWANCES + 1]; /* answered 429, by what was used up */
	_Atomic int64_t connections, connections_total;
};

void metrics_init(struct metrics *metrics, const struct route_table *table);
void metrics_finish(struct metrics *metrics);

/* One request that was answered. */
void metrics_count(struct metrics *metrics, const struct route *route, int status, enum outcome outcome,
		   int64_t took_us, int64_t bytes);

/* What the text needs besides the counts. */
struct metrics_now {
	struct cache_stats cache;
	unsigned queue_depth;
	int64_t sequence, lag, left_out, store_seen_s, store_answer_us, clock_ahead_us;
	int64_t purges, purges_failed, purges_waiting, purges_since_s;
	bool store_reachable, stuck, has_clock, has_purges, has_gauges;
};
void metrics_write(struct metrics *metrics, const struct metrics_now *now, struct buf *out);

const char *outcome_name(enum outcome outcome);

#endif
