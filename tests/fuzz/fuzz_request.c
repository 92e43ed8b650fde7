/* A whole request as text through strictness, parser, router, cache and answer. Whatever comes:
 * the answer's head is well formed, a redirect stays on the site and leads to something that is not
 * another redirect, and what the cache would call a page is its own normal form. */
#include "web/app.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool right)
{
	if (!right)
		abort();
}

static int show(void *app, void *worker, const struct request *request, struct response *response, struct err *err)
{
	(void)app;
	(void)worker;
	(void)err;
	buf_printf(&response->body, "%.*s", STR_ARG(request->key));
	for (int i = 0; i < 100; i++)
		buf_put_cstr(&response->body, " some text to compress");
	response->last_modified_s = 1500000000;
	return 0;
}

static const struct route_param params[] = {
	{"kind", PARAM_SLUG}, {"year", PARAM_YEAR}, {"month", PARAM_MONTH}, {"n", PARAM_NUMBER},
	{"id", PARAM_ID},     {"q", PARAM_TEXT},    {"page", PARAM_PAGE},   {0}};
static const struct route routes[] = {
	{"front", ROUTE_GET, "/", params, show},
	{"item", ROUTE_GET, "/{year}/{month}/{slug}/", NULL, show},
	{"list", ROUTE_GET, "/{slug}/", params, show},
	{"file", ROUTE_GET, "/media/{id}/{file}", NULL, show},
	{"post", ROUTE_POST, "/post/{number}", NULL, show},
};
static const struct str languages[] = {STR_INIT("en"), STR_INIT("fr"), STR_INIT("zh-Hant")};

static void check_head(struct str answer)
{
	struct str rest = answer, line;
	must(str_starts(answer, STR("HTTP/1.1 ")));
	must(str_find(answer, STR("\r\n\r\n")) != SIZE_MAX);
	str_cut(rest, '\n', &line, &rest);
	for (;;) {
		must(str_cut(rest, '\n', &line, &rest));
		must(line.len && line.ptr[line.len - 1] == '\r');
		if (line.len == 1)
			return;
		must(str_find(line, STR(": ")) != SIZE_MAX);
		must(str_find_byte(str_sub(line, 0, line.len - 1), '\r') == SIZE_MAX);
	}
}

static void follow(struct web *web, struct arena *arena, struct str location)
{
	struct str answer;
	must(str_starts(location, STR("/")) && !str_starts(location, STR("//")));
	struct str text = arena_printf(arena, "GET %.*s HTTP/1.1\r\nHost: a\r\n\r\n", STR_ARG(location));
	must(web_perform(web, NULL, text, arena, &answer, NULL) == 0);
	must(!str_starts(answer, STR("HTTP/1.1 3")));
	must(!str_starts(answer, STR("HTTP/1.1 400")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct clock_fixed clock;
	clock_fixed_init(&clock, 1528968645);
	struct web_settings settings = {.clock = &clock.clock, .cache = {.max_bytes = 1 << 20, .shards = 1}};
	struct web_app app = {.table = {routes, sizeof routes / sizeof routes[0], languages, 3}};
	struct web *web = NULL;
	struct str answer, location, rest;
	ARENA_SCOPED arena = arena_create(0);
	must(web_create(&settings, &app, &web, NULL) == 0);
	for (int i = 0; i < 3; i++) {
		if (web_perform(web, NULL, str_of((const char *)data, size), arena, &answer, NULL) != 0)
			break;
		check_head(answer);
		size_t at = str_find(answer, STR("\r\nLocation: "));
		if (at == SIZE_MAX)
			continue;
		str_cut(str_skip(answer, at + 12), '\r', &location, &rest);
		if (str_starts(answer, STR("HTTP/1.1 301")))
			follow(web, arena, location);
	}
	web_destroy(web);
	return 0;
}
