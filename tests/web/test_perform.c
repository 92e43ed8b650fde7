#include "web/app.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* An app of some pages; it counts what it renders. */
struct shop {
	int renders;
	bool broken_errors;
	int64_t error_sequence; /* of the snapshot that error pages are made from */
	struct clock_fixed clock;
	struct web_settings settings;
	struct web_app app;
	struct web *web;
	struct arena *arena;
	int log_fds[2];
	struct log log;
};

static int show_page(void *app, void *worker, const struct request *request, struct response *response, struct err *err)
{
	struct shop *shop = app;
	(void)worker;
	(void)err;
	shop->renders++;
	response->sequence = 3;
	response->fresh_until_s = request->now_s + 100;
	response_tag(response, "t1");
	buf_printf(&response->body, "page %.*s in %zu", STR_ARG(request_capture(request, "slug")), request->language);
	return 0;
}

static int show_old(void *app, void *worker, const struct request *request, struct response *response, struct err *err)
{
	struct shop *shop = app;
	(void)worker;
	(void)err;
	shop->renders++;
	response->sequence = 3;
	response->fresh_until_s = request->now_s + 50;
	if (str_eq(request_capture(request, "rest"), STR("/old/address"))) {
		response_redirect(response, 301, STR("/new/"));
		return 0;
	}
	if (str_eq(request_capture(request, "rest"), STR("/gone.html")))
		return WEB_GONE;
	return WEB_NOT_FOUND;
}

static int show_broken(void *app, void *worker, const struct request *request, struct response *response,
		       struct err *err)
{
	(void)app;
	(void)worker;
	buf_put_cstr(&response->body, "half of it");
	if (str_eq(request_capture(request, "slug"), STR("away")))
		return err_set(err, ERR_DB_AWAY, "the database is away");
	return err_set(err, ERR_DATA, "row 7 is broken");
}

static int show_post(void *app, void *worker, const struct request *request, struct response *response, struct err *err)
{
	(void)app;
	(void)worker;
	(void)err;
	response->policy = CACHE_NO_STORE;
	buf_put(&response->body, request->body);
	return 0;
}

static int show_long(void *app, void *worker, const struct request *request, struct response *response, struct err *err)
{
	struct shop *shop = app;
	(void)worker;
	(void)err;
	shop->renders++;
	response->sequence = 3;
	response->fresh_until_s = request->now_s + 100;
	response->content_type = STR("text/html");
	while (response->body.len < 300000)
		buf_put_cstr(&response->body, "a feed of many entries ");
	return 0;
}

static int show_large(void *app, void *worker, const struct request *request, struct response *response,
		      struct err *err)
{
	(void)app;
	(void)worker;
	(void)request;
	(void)err;
	while (!response->body.over)
		buf_put_cstr(&response->body, "a page without end ");
	return 0;
}

static int error_page(void *app, void *worker, const struct request *request, int status, struct response *response,
		      struct err *err)
{
	struct shop *shop = app;
	(void)worker;
	(void)request;
	buf_printf(&response->body, "themed %d", status);
	response->sequence = shop->error_sequence;
	if (shop->broken_errors)
		return err_set(err, ERR_DATA, "no theme");
	return 0;
}

static const struct route routes[] = {
	{"page", ROUTE_GET, "/page/{slug}/", NULL, show_page},
	{"broken", ROUTE_GET, "/broken/{slug}/", NULL, show_broken},
	{"large", ROUTE_GET, "/large/", NULL, show_large},
	{"long", ROUTE_GET, "/long/", NULL, show_long},
	{"post", ROUTE_POST, "/post/", NULL, show_post},
	{"old", ROUTE_GET, "/{rest}", NULL, show_old},
};
static const struct str languages[] = {STR_INIT("en"), STR_INIT("fr")};

static void tell_health(void *context, struct web_health *ret_health)
{
	*ret_health = (struct web_health){.ok = true,
					  .since_s = 1528968600,
					  .sequence = 42,
					  .behind = 3,
					  .seen_s = 1528968599,
					  .version = STR("1.2\"3")};
	(void)context;
}

static int set_up(void **state)
{
	struct shop *shop = calloc(1, sizeof *shop);
	struct err err;
	assert_non_null(shop);
	clock_fixed_init(&shop->clock, 1528968645);
	assert_int_equal(pipe(shop->log_fds), 0);
	shop->log = (struct log){.fd = shop->log_fds[1], .least = LOG_INFO, .clock = &shop->clock.clock};
	shop->settings = (struct web_settings){.clock = &shop->clock.clock,
					       .log = &shop->log,
					       .cache = {.max_bytes = 1 << 20, .shards = 1},
					       .tag_header = "xkey",
					       .health = tell_health};
	shop->app = (struct web_app){.context = shop,
				     .table = {routes, sizeof routes / sizeof routes[0], languages, 2},
				     .error_page = error_page};
	shop->arena = arena_create(0);
	assert_int_equal(web_create(&shop->settings, &shop->app, &shop->web, &err), 0);
	*state = shop;
	return 0;
}

static int tear_down(void **state)
{
	struct shop *shop = *state;
	web_destroy(shop->web);
	arena_destroy(shop->arena);
	close(shop->log_fds[0]);
	close(shop->log_fds[1]);
	free(shop);
	return 0;
}

static struct str perform(struct shop *shop, struct str text)
{
	struct str answer = {0};
	struct err err;
	assert_int_equal(web_perform(shop->web, NULL, text, shop->arena, &answer, &err), 0);
	return answer;
}

static struct str get(struct shop *shop, const char *target)
{
	return perform(shop, arena_printf(shop->arena, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", target));
}

static bool has(struct str answer, const char *text)
{
	return str_find(answer, str_from(text)) != SIZE_MAX;
}

static int status_of(struct str answer)
{
	int64_t status = 0;
	assert_true(str_starts(answer, STR("HTTP/1.1 ")));
	assert_true(str_to_i64(str_sub(answer, 9, 3), &status));
	return (int)status;
}

static void a_page(void **state)
{
	struct shop *shop = *state;
	struct str answer = get(shop, "/fr/page/x/");
	assert_true(str_starts(answer, STR("HTTP/1.1 200 OK\r\n")));
	assert_true(str_ends(answer, STR("\r\n\r\npage x in 1")));
	assert_true(has(answer, "Content-Length: 11\r\n"));
	assert_true(has(answer, "xkey: every-page t1\r\n"));
	assert_true(has(answer, "s-maxage=15\r\n"));
}

static void head_has_no_body(void **state)
{
	struct shop *shop = *state;
	struct str answer = perform(shop, STR("HEAD /page/x/ HTTP/1.1\r\nHost: a\r\n\r\n"));
	assert_true(has(answer, "Content-Length: 11\r\n"));
	assert_true(str_ends(answer, STR("\r\n\r\n")));
}

static void cached_the_second_time(void **state)
{
	struct shop *shop = *state;
	for (int i = 0; i < 5; i++)
		get(shop, "/page/x/");
	assert_int_equal(shop->renders, 2);
	get(shop, "/p%61ge/x/?");
	assert_int_equal(shop->renders, 2);
	clock_fixed_set_s(&shop->clock, 1528968645 + 101);
	get(shop, "/page/x/");
	assert_int_equal(shop->renders, 3);
	cache_invalidate(web_cache(shop->web), &STR("t1"), 1, 4);
	get(shop, "/page/x/");
	assert_int_equal(shop->renders, 4);
}

/* The cache holds a long page as it was asked for, and serves all from it. */
static void long_pages_take_little_room(void **state)
{
	struct shop *shop = *state;
	struct cache_stats stats;
	for (int i = 0; i < 3; i++)
		perform(shop, STR("GET /long/ HTTP/1.1\r\nHost: x\r\nAccept-Encoding: br\r\n\r\n"));
	assert_int_equal(shop->renders, 2);
	cache_stats(web_cache(shop->web), &stats);
	assert_int_equal(stats.pages, 1);
	assert_true(stats.bytes < 30000);
	struct str answer = get(shop, "/long/");
	assert_int_equal(status_of(answer), 200);
	assert_true(answer.len > 300000);
	assert_true(has(answer, "a feed of many entries a feed"));
	assert_int_equal(shop->renders, 2);
}

static void redirects_before_the_app(void **state)
{
	struct shop *shop = *state;
	struct str answer = get(shop, "/en/page/x/?utm_source=a");
	assert_int_equal(status_of(answer), 301);
	assert_true(has(answer, "Location: /page/x/\r\n"));
	assert_int_equal(shop->renders, 0);
}

static void the_app_redirects(void **state)
{
	struct shop *shop = *state;
	struct str answer = get(shop, "/old/address");
	assert_int_equal(status_of(answer), 301);
	assert_true(has(answer, "Location: /new/\r\n"));
	/* not known, but with a slash it would be a page */
	answer = get(shop, "/page/y");
	assert_int_equal(status_of(answer), 301);
	assert_true(has(answer, "Location: /page/y/\r\n"));
}

static void errors_wear_the_theme(void **state)
{
	struct shop *shop = *state;
	struct str answer = get(shop, "/nothing");
	assert_int_equal(status_of(answer), 404);
	assert_true(str_ends(answer, STR("themed 404")));
	assert_int_equal(status_of(get(shop, "/gone.html")), 410);
	answer = get(shop, "/broken/x/");
	assert_int_equal(status_of(answer), 500);
	assert_true(str_ends(answer, STR("\r\n\r\nthemed 500")));
	assert_true(has(answer, "Cache-Control: no-store\r\n"));
	answer = get(shop, "/broken/away/");
	assert_int_equal(status_of(answer), 503);
	assert_true(has(answer, "Retry-After: "));
	assert_int_equal(status_of(get(shop, "/large/")), 500);
}

static void failures_are_logged_once(void **state)
{
	struct shop *shop = *state;
	char line[1000];
	get(shop, "/nothing");
	get(shop, "/broken/x/");
	ssize_t length = read(shop->log_fds[0], line, sizeof line);
	struct str text = str_of(line, length > 0 ? (size_t)length : 0);
	assert_true(has(text, "row 7 is broken"));
	assert_true(has(text, "route=broken"));
	assert_int_equal(str_find_byte(text, '\n'), text.len - 1);
}

static void plain_where_the_theme_fails(void **state)
{
	struct shop *shop = *state;
	shop->broken_errors = true;
	struct str answer = get(shop, "/broken/x/");
	assert_int_equal(status_of(answer), 500);
	assert_true(has(answer, "Internal Server Error"));
	assert_false(has(answer, "themed"));
}

/* What will be there at its second is "not there" only until then. */
static void missing_until_its_second(void **state)
{
	struct shop *shop = *state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(status_of(get(shop, "/soon")), 404);
	assert_int_equal(shop->renders, 2);
	clock_fixed_set_s(&shop->clock, 1528968645 + 50);
	assert_int_equal(status_of(get(shop, "/soon")), 404);
	assert_int_equal(shop->renders, 3);
}

/* A change between the handler's "not there" and the page that says so, which shows the change already. */
static void missing_by_the_older_snapshot(void **state)
{
	struct shop *shop = *state;
	shop->error_sequence = 4;
	cache_invalidate(web_cache(shop->web), &STR("t9"), 1, 4);
	for (int i = 0; i < 4; i++)
		assert_int_equal(status_of(get(shop, "/soon")), 404);
	assert_int_equal(shop->renders, 4);
}

static void methods(void **state)
{
	struct shop *shop = *state;
	struct str answer = perform(shop, STR("POST /page/x/ HTTP/1.1\r\nHost: a\r\n\r\n"));
	assert_int_equal(status_of(answer), 405);
	assert_true(has(answer, "Allow: GET, HEAD\r\n"));
	answer = perform(shop, STR("POST /post/ HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"));
	assert_int_equal(status_of(answer), 200);
	assert_true(str_ends(answer, STR("\r\n\r\nhello")));
	assert_int_equal(status_of(perform(shop, STR("DELETE /post/ HTTP/1.1\r\nHost: a\r\n\r\n"))), 405);
	assert_int_equal(status_of(perform(shop, STR("BREW /no/such/route HTTP/1.1\r\nHost: a\r\n\r\n"))), 405);
}

static void strictness(void **state)
{
	struct shop *shop = *state;
	assert_int_equal(status_of(perform(shop, STR("GET /page/x/ HTTP/1.1\r\n\r\n"))), 400);
	assert_int_equal(status_of(perform(shop, STR("GET /page/x/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"))), 400);
	assert_int_equal(status_of(get(shop, "/%2e%2e%2fetc")), 400);
	assert_int_equal(status_of(get(shop, "/%00")), 400);
	assert_int_equal(shop->renders, 0);
	struct str answer;
	struct err err;
	assert_int_equal(web_perform(shop->web, NULL, STR("nonsense"), shop->arena, &answer, &err), ERR_INPUT);
	assert_int_equal(status_of(perform(shop, STR("GET / HTTP/1.1\r\nnonsense\r\n\r\n"))), 400);
	assert_int_equal(status_of(perform(shop, STR("GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n"))), 400);
	assert_int_equal(status_of(perform(shop, STR("GET /page/x/ HTTP/1.1\nHost: a\n\n"))), 400);
}

static void tell_degraded(void *context, struct web_health *ret_health)
{
	tell_health(context, ret_health);
	ret_health->writable = ret_health->degraded = true;
}

/* A full disk: readers are answered, so it is no reason for another status. */
static void degraded_health(void **state)
{
	struct shop *shop = *state;
	shop->settings.health = tell_degraded;
	struct str answer = get(shop, "/health");
	assert_int_equal(status_of(answer), 200);
	assert_true(
		str_ends(answer, STR("\"writable\":true,\"degraded\":true,\"since\":\"2018-06-14T09:30:00Z\",\"seen\":"
				     "\"2018-06-14T09:29:59Z\"}\n")));
}

static void tell_fast_clock(void *context, struct web_health *ret_health)
{
	tell_health(context, ret_health);
	ret_health->clock_ahead_s = 61;
}

static void health_of_a_fast_clock(void **state)
{
	struct shop *shop = *state;
	shop->settings.health = tell_fast_clock;
	assert_true(str_ends(get(shop, "/health"), STR("\"seen\":\"2018-06-14T09:29:59Z\",\"clock_ahead\":61}\n")));
}

static void health(void **state)
{
	struct shop *shop = *state;
	struct str answer = get(shop, "/health");
	assert_int_equal(status_of(answer), 200);
	assert_true(has(answer, "Cache-Control: no-store\r\n"));
	assert_true(str_ends(
		answer, STR("{\"ok\":true,\"version\":\"1.2\\\"3\",\"sequence\":42,\"behind\":3,"
			    "\"writable\":false,\"since\":\"2018-06-14T09:30:00Z\",\"seen\":\"2018-06-14T09:29:59Z\"}"
			    "\n")));
}

static void conditional(void **state)
{
	struct shop *shop = *state;
	struct str answer = get(shop, "/page/x/"), rest, etag;
	rest = str_skip(answer, str_find(answer, STR("ETag: ")) + 6);
	str_cut(rest, '\r', &etag, &rest);
	answer = perform(shop,
			 arena_printf(shop->arena, "GET /page/x/ HTTP/1.1\r\nHost: a\r\nIf-None-Match: %.*s\r\n\r\n",
				      STR_ARG(etag)));
	assert_int_equal(status_of(answer), 304);
	assert_true(str_ends(answer, STR("\r\n\r\n")));
	assert_false(has(answer, "Content-Length"));
	answer = perform(shop, STR("GET /page/x/ HTTP/1.1\r\nHost: a\r\nRange: bytes=5-5\r\n\r\n"));
	assert_int_equal(status_of(answer), 206);
	assert_true(str_ends(answer, STR("\r\n\r\nx")));
}

static void wrong_tables_do_not_start(void **state)
{
	struct shop *shop = *state;
	struct web_app app = shop->app;
	struct web *web = NULL;
	struct err err;
	app.table.language_count = 0;
	assert_int_equal(web_create(&shop->settings, &app, &web, &err), ERR_INPUT);
	assert_null(web);
	web_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_page, set_up, tear_down),
		cmocka_unit_test_setup_teardown(head_has_no_body, set_up, tear_down),
		cmocka_unit_test_setup_teardown(cached_the_second_time, set_up, tear_down),
		cmocka_unit_test_setup_teardown(long_pages_take_little_room, set_up, tear_down),
		cmocka_unit_test_setup_teardown(redirects_before_the_app, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_app_redirects, set_up, tear_down),
		cmocka_unit_test_setup_teardown(errors_wear_the_theme, set_up, tear_down),
		cmocka_unit_test_setup_teardown(failures_are_logged_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(plain_where_the_theme_fails, set_up, tear_down),
		cmocka_unit_test_setup_teardown(missing_until_its_second, set_up, tear_down),
		cmocka_unit_test_setup_teardown(missing_by_the_older_snapshot, set_up, tear_down),
		cmocka_unit_test_setup_teardown(methods, set_up, tear_down),
		cmocka_unit_test_setup_teardown(strictness, set_up, tear_down),
		cmocka_unit_test_setup_teardown(health, set_up, tear_down),
		cmocka_unit_test_setup_teardown(degraded_health, set_up, tear_down),
		cmocka_unit_test_setup_teardown(health_of_a_fast_clock, set_up, tear_down),
		cmocka_unit_test_setup_teardown(conditional, set_up, tear_down),
		cmocka_unit_test_setup_teardown(wrong_tables_do_not_start, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
