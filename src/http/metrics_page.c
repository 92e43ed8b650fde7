#include "http/connection.h"

#define METRICS_MOST_BYTES (4u << 20)

static void write_metrics(struct http_server *server, struct buf *out)
{
	struct metrics_now now = {.queue_depth = queue_depth(server->queue)};
	struct http_gauges gauges = {0};
	cache_stats(web_cache(server->settings.web), &now.cache);
	if (server->settings.gauges) {
		server->settings.gauges(server->settings.context, &gauges);
		now.has_gauges = true;
		now.sequence = gauges.sequence;
		now.lag = gauges.lag;
		now.left_out = gauges.left_out;
		now.store_reachable = gauges.store_reachable;
		now.stuck = gauges.stuck;
		now.store_answer_us = gauges.store_answer_us;
		now.has_clock = gauges.has_clock;
		now.clock_ahead_us = gauges.clock_ahead_us;
		now.has_purges = gauges.has_purges;
		now.purges = gauges.purges;
		now.purges_failed = gauges.purges_failed;
		now.purges_waiting = gauges.purges_waiting;
		now.purges_since_s = gauges.purges_since_s;
		now.store_seen_s = gauges.store_seen_s;
	}
	metrics_write(&server->metrics, &now, out);
}

struct page *metrics_page(struct http_server *server, struct str method, struct str target)
{
	enum web_method kind = request_method(method);
	ARENA_SCOPED arena = arena_create(0);
	RESPONSE_SCOPED response;
	response_init(&response, arena);
	if (!str_eq(target, STR("/metrics"))) {
		response_plain(&response, 404);
	} else if (kind != WEB_GET && kind != WEB_HEAD) {
		response_plain(&response, 405);
		response_add_header(&response, STR("Allow"), STR("GET, HEAD"));
	} else {
		response.content_type = STR("text/plain; version=0.0.4; charset=utf-8");
		buf_init(&response.body, METRICS_MOST_BYTES);
		write_metrics(server, &response.body);
	}
	response.policy = CACHE_NO_STORE;
	return page_create(&response, NULL);
}
