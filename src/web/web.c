#include "web/app.h"
#include "web/strict.h"

#include <stdlib.h>

struct web {
	const struct web_settings *settings;
	const struct web_app *app;
	struct answer_settings answer;
	struct cache *cache;
};

int web_create(const struct web_settings *settings, const struct web_app *app, struct web **ret_web, struct err *err)
{
	int rc = route_table_check(&app->table, err);
	if (rc)
		return rc;
	struct web *web = calloc(1, sizeof *web);
	if (!web)
		abort();
	web->settings = settings;
	web->app = app;
	web->answer.tag_header = settings->tag_header;
	web->cache = cache_create(&settings->cache);
	*ret_web = web;
	return 0;
}

void web_destroy(struct web *web)
{
	if (!web)
		return;
	cache_destroy(web->cache);
	free(web);
}

struct cache *web_cache(struct web *web)
{
	return web->cache;
}

const struct web_app *web_app_of(const struct web *web)
{
	return web->app;
}

const struct clock *web_clock(const struct web *web)
{
	return web->settings->clock;
}

const struct answer_settings *web_answer_settings(const struct web *web)
{
	return &web->answer;
}

struct page *web_find(struct web *web, struct str target, int64_t now_s)
{
	struct page *page = cache_find(web->cache, target, now_s);
	if (!page && web->settings->statics) {
		page = static_page(web->settings->statics, target);
		if (page)
			page_keep(page);
	}
	return page;
}

/* ---- pages without the app ---- */

static struct page *plain_page(int status, struct str name, struct str value)
{
	ARENA_SCOPED arena = arena_create(0);
	RESPONSE_SCOPED response;
	response_init(&response, arena);
	response_plain(&response, status);
	if (name.len)
		response_add_header(&response, name, value);
	return page_create(&response, NULL);
}

struct page *web_plain(int status)
{
	if (status == 503)
		return plain_page(status, STR("Retry-After"), STR("2"));
	if (status == 429)
		return plain_page(status, STR("Retry-After"), STR("10"));
	return plain_page(status, (struct str){0}, (struct str){0});
}

static struct page *redirect_page(const struct request *request, struct str location)
{
	RESPONSE_SCOPED response;
	response_init(&response, request->arena);
	bool reading = request->method == WEB_GET || request->method == WEB_HEAD;
	response_redirect(&response, reading ? 301 : 308, location);
	return page_create(&response, request->route);
}

static void put_time(struct buf *out, const char *name, int64_t time_s)
{
	char text[CLOCK_TEXT_BYTES];
	if (!time_s)
		return;
	clock_rfc3339(time_s, text);
	buf_printf(out, ",\"%s\":\"%s\"", name, text);
}

static struct page *health_page(const struct web *web, const struct request *request)
{
	struct web_health health = {.ok = true, .writable = true};
	RESPONSE_SCOPED response;
	response_init(&response, request->arena);
	if (web->settings->health)
		web->settings->health(web->settings->health_context, &health);
	response.status = health.ok ? 200 : 503;
	response.content_type = STR("application/json");
	response.policy = CACHE_NO_STORE;
	buf_printf(&response.body, "{\"ok\":%s,\"version\":\"", health.ok ? "true" : "false");
	buf_put_json(&response.body, health.version);
	buf_printf(&response.body, "\",\"sequence\":%lld,\"behind\":%lld,\"writable\":%s", (long long)health.sequence,
		   (long long)health.behind, health.writable ? "true" : "false");
	if (health.degraded)
		buf_put(&response.body, STR(",\"degraded\":true"));
	if (!health.writable || health.degraded)
		put_time(&response.body, "since", health.since_s);
	put_time(&response.body, "seen", health.seen_s);
	if (health.clock_ahead_s)
		buf_printf(&response.body, ",\"clock_ahead\":%lld", (long long)health.clock_ahead_s);
	if (health.purges_waiting) {
		buf_printf(&response.body, ",\"purges_waiting\":%lld", (long long)health.purges_waiting);
		put_time(&response.body, "purges_waiting_since", health.purges_since_s);
	}
	buf_put(&response.body, STR("}\n"));
	return page_create(&response, NULL);
}

/* ---- the three calls ---- */

/* What is answered without app or cache; NULL where the request goes on. */
static struct page *answer_early(struct web *web, struct request *request)
{
	struct str location = {0};
	int rc = request_parse(request);
	if (rc)
		return web_plain(rc);
	bool reading = request->method == WEB_GET || request->method == WEB_HEAD;
	if (reading && str_eq(request->path, STR("/health")))
		return health_page(web, request);
	switch (route_match(&web->app->table, request, &location)) {
	case ROUTE_MOVED:
		return redirect_page(request, location);
	case ROUTE_BAD_METHOD:
		return plain_page(405, STR("Allow"), location);
	case ROUTE_NOT_FOUND:
		return reading ? NULL : plain_page(405, STR("Allow"), STR("GET, HEAD"));
	default:
		return NULL;
	}
}

enum web_next web_begin(struct web *web, struct request *request, struct cache_waiter *waiter, struct page **ret_page,
			struct flight **ret_flight)
{
	struct page *page = answer_early(web, request);
	*ret_flight = NULL;
	if (page) {
		*ret_page = page;
		return WEB_ANSWER;
	}
	if (request->method != WEB_GET && request->method != WEB_HEAD)
		return WEB_RENDER;
	switch (cache_join(web->cache, request->key, request->now_s, waiter, ret_page, ret_flight)) {
	case CACHE_HIT:
		return WEB_ANSWER;
	case CACHE_WAIT:
		return WEB_WAIT;
	case CACHE_LEAD:
		return WEB_RENDER;
	}
	return WEB_RENDER;
}

static int status_of(int rc)
{
	if (rc >= 400 && rc < 600)
		return rc;
	return rc == ERR_DB_AWAY || rc == ERR_DB_AGAIN || rc == ERR_STOPPED ? 503 : 500;
}

/* The app's page for a status, or the plain one. What the handler said of freshness and tags goes on; of the two
 * sequences the older one, since the answer is the handler's and the page may come from a later snapshot. */
static void fill_error(struct web *web, void *worker, const struct request *request, int status,
		       struct response *response)
{
	const struct web_app *app = web->app;
	struct response before = *response;
	struct err err = {0};
	response_finish(response);
	response_init(response, request->arena);
	if (!app->error_page || app->error_page(app->context, worker, request, status, response, &err) != 0) {
		response_finish(response);
		response_init(response, request->arena);
		response_plain(response, status);
	}
	response->status = status;
	response->policy = status < 500 ? CACHE_PUBLIC : CACHE_NO_STORE;
	if (status == 503)
		response_add_header(response, STR("Retry-After"), STR("2"));
	if (before.sequence && (before.sequence < response->sequence || !response->sequence))
		response->sequence = before.sequence;
	if (before.fresh_until_s < response->fresh_until_s)
		response->fresh_until_s = before.fresh_until_s;
	for (size_t i = 0; i < before.tags.len; i++)
		*vec_add(&response->tags, request->arena) = before.tags.at[i];
}

static void log_failure(const struct web *web, const struct request *request, int status, const struct err *err)
{
	if (web->settings->log)
		log_event(web->settings->log, LOG_ERROR, "request.failed", LOG_STR("path", request->path),
			  LOG_CSTR("route", request->route ? request->route->name : "none"), LOG_I64("status", status),
			  LOG_CSTR("error", err->text));
}

static void run_handler(struct web *web, void *worker, struct request *request, struct response *response)
{
	struct err err = {0};
	int rc = WEB_NOT_FOUND;
	if (request->route)
		rc = request->route->handler(web->app->context, worker, request, response, &err);
	if (rc == 0 && response->body.over)
		rc = err_set(&err, ERR_LIMIT, "the page is larger than %zu bytes", response->body.max_bytes);
	if (rc == WEB_NOT_FOUND && request->slash_fits && !response->no_folder) {
		struct str pieces[] = {request->path, STR("/")};
		response_redirect(response, 301, arena_concat(request->arena, pieces, 2));
	} else if (rc != 0) {
		int status = status_of(rc);
		if (status >= 500)
			log_failure(web, request, status, &err);
		fill_error(web, worker, request, status, response);
	}
}

struct page *web_render(struct web *web, void *worker, struct request *request, struct flight *flight)
{
	RESPONSE_SCOPED response;
	response_init(&response, request->arena);
	run_handler(web, worker, request, &response);
	struct page *page = page_create(&response, request->route);
	page->rare = request_is_rare(request);
	struct ask ask = ask_from(request);
	/* before it lands, so that those who wait find the form that most of them want */
	enum coding coding = answer_coding(page, &ask);
	page_make_form(page, coding, false);
	if (flight && ask.range.len == 0)
		page_slim(page, coding);
	if (flight)
		cache_land(web->cache, flight, page, clock_now_s(web->settings->clock));
	return page;
}

struct page *web_refuse(struct web *web, struct request *request, struct flight *flight, int status)
{
	struct page *page = web_plain(status);
	if (flight)
		cache_land(web->cache, flight, page, request->now_s);
	return page;
}

void web_give_up(struct web *web, const struct request *request, struct flight *flight)
{
	if (flight)
		cache_land(web->cache, flight, NULL, request->now_s);
}
