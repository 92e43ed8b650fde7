#include "http/metrics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct route routes[] = {{"front", ROUTE_GET, "/", NULL, NULL},
				      {"item", ROUTE_GET, "/{slug}/", NULL, NULL}};
static const struct route_table table = {routes, 2, NULL, 0};

static bool has(const struct buf *out, const char *line)
{
	return str_find(buf_str(out), str_from(line)) != SIZE_MAX;
}

static void write_text(struct metrics *metrics, const struct metrics_now *now, struct buf *ret_out)
{
	buf_clear(ret_out);
	metrics_write(metrics, now, ret_out);
	assert_false(ret_out->over);
}

static void requests_by_route_and_class(void **state)
{
	struct metrics metrics = {0};
	BUF_SCOPED out = BUF_INIT(100000);
	(void)state;
	metrics_init(&metrics, &table);
	metrics_count(&metrics, &routes[0], 200, OUTCOME_HIT, 10, 1000);
	metrics_count(&metrics, &routes[0], 206, OUTCOME_HIT, 10, 10);
	metrics_count(&metrics, &routes[0], 304, OUTCOME_HIT, 10, 0);
	metrics_count(&metrics, &routes[1], 404, OUTCOME_MISS, 10, 100);
	metrics_count(&metrics, NULL, 400, OUTCOME_NONE, 10, 100);
	metrics_count(&metrics, NULL, 505, OUTCOME_NONE, 10, 100);
	write_text(&metrics, &(struct metrics_now){0}, &out);
	assert_true(has(&out, "\ncrier_requests_total{route=\"front\",status=\"2xx\"} 2\n"));
	assert_true(has(&out, "\ncrier_requests_total{route=\"front\",status=\"3xx\"} 1\n"));
	assert_true(has(&out, "\ncrier_requests_total{route=\"item\",status=\"4xx\"} 1\n"));
	assert_true(has(&out, "\ncrier_requests_total{route=\"none\",status=\"4xx\"} 1\n"));
	assert_true(has(&out, "\ncrier_requests_total{route=\"none\",status=\"5xx\"} 1\n"));
	assert_false(has(&out, "route=\"item\",status=\"2xx\""));
	assert_true(has(&out, "\ncrier_sent_bytes_total 1310\n"));
	metrics_finish(&metrics);
}

/* Buckets add up from below; each bound belongs to its bucket. */
static void latencies(void **state)
{
	struct metrics metrics = {0};
	BUF_SCOPED out = BUF_INIT(100000);
	(void)state;
	metrics_init(&metrics, &table);
	metrics_count(&metrics, NULL, 200, OUTCOME_MISS, 100, 0);
	metrics_count(&metrics, NULL, 200, OUTCOME_MISS, 101, 0);
	metrics_count(&metrics, NULL, 200, OUTCOME_MISS, 5000000, 0);
	metrics_count(&metrics, NULL, 200, OUTCOME_MISS, 5000001, 0);
	write_text(&metrics, &(struct metrics_now){0}, &out);
	assert_true(has(&out, "_bucket{cache=\"miss\",le=\"0.0001\"} 1\n"));
	assert_true(has(&out, "_bucket{cache=\"miss\",le=\"0.00025\"} 2\n"));
	assert_true(has(&out, "_bucket{cache=\"miss\",le=\"1\"} 2\n"));
	assert_true(has(&out, "_bucket{cache=\"miss\",le=\"5\"} 3\n"));
	assert_true(has(&out, "_bucket{cache=\"miss\",le=\"+Inf\"} 4\n"));
	assert_true(has(&out, "_sum{cache=\"miss\"} 10.000202\n"));
	assert_true(has(&out, "_count{cache=\"miss\"} 4\n"));
	assert_true(has(&out, "_count{cache=\"hit\"} 0\n"));
	metrics_finish(&metrics);
}

static void gauges(void **state)
{
	struct metrics metrics = {0};
	struct metrics_now now = {.cache = {.hits = 7, .bytes = 99},
				  .queue_depth = 3,
				  .sequence = 12,
				  .lag = 2,
				  .left_out = 5,
				  .stuck = true,
				  .store_answer_us = 1250000,
				  .store_reachable = true,
				  .store_seen_s = 1528968600};
	BUF_SCOPED out = BUF_INIT(100000);
	(void)state;
	metrics_init(&metrics, &table);
	write_text(&metrics, &now, &out);
	assert_true(has(&out, "\ncrier_cache_hits_total 7\n"));
	assert_true(has(&out, "\ncrier_cache_bytes 99\n"));
	assert_true(has(&out, "\ncrier_queue_depth 3\n"));
	assert_false(has(&out, "crier_snapshot"));
	now.has_gauges = true;
	write_text(&metrics, &now, &out);
	assert_true(has(&out, "\ncrier_snapshot_sequence 12\n"));
	assert_true(has(&out, "\ncrier_snapshot_lag 2\n"));
	assert_true(has(&out, "\ncrier_entries_left_out 5\n"));
	assert_true(has(&out, "\ncrier_store_reachable 1\n"));
	assert_true(has(&out, "\ncrier_projection_stuck 1\n"));
	assert_true(has(&out, "\ncrier_store_answer_seconds 1.250000\n"));
	assert_true(has(&out, "\ncrier_store_seen_timestamp_seconds 1528968600\n"));
	assert_false(has(&out, "crier_clock"));
	now.has_clock = true;
	now.clock_ahead_us = -60250000;
	write_text(&metrics, &now, &out);
	assert_true(has(&out, "\ncrier_clock_offset_seconds -60.250000\n"));
	assert_false(has(&out, "crier_purge"));
	now.has_purges = true;
	now.purges = 21;
	now.purges_failed = 22;
	now.purges_waiting = 23;
	now.purges_since_s = 24;
	write_text(&metrics, &now, &out);
	assert_true(has(&out, "\ncrier_purges_total 21\n"));
	assert_true(has(&out, "\ncrier_purges_failed_total 22\n"));
	assert_true(has(&out, "\ncrier_purges_waiting 23\n"));
	assert_true(has(&out, "\ncrier_purges_waiting_since_timestamp_seconds 24\n"));
	metrics_finish(&metrics);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_by_route_and_class),
		cmocka_unit_test(latencies),
		cmocka_unit_test(gauges),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
