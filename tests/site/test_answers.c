/* What answers say of themselves: tags, freshness, headers; and what a reload changes. */
#include "newsroom.h"

#include "base/file.h"
#include "site/site.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

NEWSROOM_FOR_ALL

/* Runs the handler of an address alone. */
static int handle(const char *target, struct response *response)
{
	const struct web_app *app = site_app(newsroom.site);
	struct request request = {.method = WEB_GET,
				  .method_name = STR("GET"),
				  .target = str_from(target),
				  .now_s = clock_now_s(&newsroom.clock.clock),
				  .arena = newsroom.arena};
	struct str location;
	struct err err = {0};

	assert_int_equal(request_parse(&request), 0);
	assert_int_equal(route_match(&app->table, &request, &location), 0);
	response_init(response, newsroom.arena);
	return request.route->handler(app->context, newsroom.worker, &request, response, &err);
}

static bool tagged(const struct response *response, const char *tag)
{
	for (size_t i = 0; i < response->tags.len; i++) {
		if (str_eq(response->tags.at[i], str_from(tag)))
			return true;
	}
	return false;
}

static bool tagged_number(const struct response *response, char letter, int64_t number)
{
	return tagged(response, arena_printf(newsroom.arena, "%c%lld", letter, (long long)number).ptr);
}

static bool tagged_any(const struct response *response, char letter)
{
	for (size_t i = 0; i < response->tags.len; i++) {
		if (response->tags.at[i].len > 1 && response->tags.at[i].ptr[0] == letter)
			return true;
	}
	return false;
}

static void lists_say_what_they_depend_on(void **state)
{
	static const struct {
		const char *target, *tag;
		char letter;
	} cases[] = {
		{"/", "len", 'l'},
		{"/fr/", "lfr", 'l'},
		{"/feed.rss", "len", 'l'},
		{"/archive/2025/", "y2025", 'y'},
		{"/archive/2025/12/", "m202512", 'm'},
		{"/archive/", "len", 'l'},
		{"/press-releases/", NULL, 'k'},
		{"/topic/prisons/", NULL, 't'},
		{"/place/italy/feed.atom", NULL, 'p'},
		{"/person/jon-petri/", NULL, 'c'},
		{"/sitemap-1.xml", "lar", 'l'},
		{"/search?q=court", "len", 'l'},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		RESPONSE_SCOPED response;

		assert_int_equal(handle(cases[i].target, &response), 0);
		assert_true(tagged(&response, "s"));
		assert_true(tagged_any(&response, cases[i].letter));
		assert_true(!cases[i].tag || tagged(&response, cases[i].tag));
		assert_true(response.sequence > 0);
		assert_int_equal(response.last_modified_s, 0);
	}
}

static void items_depend_on_themselves_and_their_company(void **state)
{
	RESPONSE_SCOPED response;

	(void)state;
	assert_int_equal(handle("/2026/06/court-orders-release/", &response), 0);
	assert_true(tagged_number(&response, 'e', newsroom.court_entry));
	assert_true(tagged_any(&response, 't'));
	assert_true(tagged_any(&response, 'p'));
	assert_int_equal(response.last_modified_s, NEWSROOM_NOW - 3600);
}

static void what_is_missing_depends_on_what_may_come(void **state)
{
	RESPONSE_SCOPED response;

	(void)state;
	assert_int_equal(handle("/topic/secret/", &response), WEB_NOT_FOUND);
	assert_true(tagged_any(&response, 't'));
	assert_int_equal(response.fresh_until_s, NEWSROOM_NOW + 600);
}

static int64_t fresh_until(const char *target)
{
	RESPONSE_SCOPED response;

	assert_int_equal(handle(target, &response), 0);
	return response.fresh_until_s;
}

static void pages_are_fresh_until_something_happens(void **state)
{
	(void)state;
	assert_int_equal(fresh_until("/about/"), NEWSROOM_NOW + 600); /* something scheduled appears */
	clock_fixed_set_s(&newsroom.clock, NEWSROOM_NOW + 901);
	assert_int_equal(fresh_until("/"), NEWSROOM_NOW + 7200); /* the banner ends */
	assert_int_equal(fresh_until("/about/"), INT64_MAX);
	assert_int_equal(fresh_until("/.well-known/security.txt"), NEWSROOM_NOW + 12 * 3600); /* midnight */
	/* An item of yesterday noon leaves the news sitemap 48 hours after it. */
	assert_int_equal(fresh_until("/news-sitemap.xml"), NEWSROOM_NOW + 24 * 3600 + 1);
	clock_fixed_set_s(&newsroom.clock, NEWSROOM_NOW);
}

/* Two newsrooms' worth of answers: while something waits, and when nothing does. */
static void headers_tell_nothing_of_what_waits(void **state)
{
	struct answer_text waiting, quiet;

	(void)state;
	waiting = newsroom_get(&newsroom, "/about/", NULL);
	clock_fixed_set_s(&newsroom.clock, NEWSROOM_NOW + 1200);
	quiet = newsroom_get(&newsroom, "/about/", NULL);
	clock_fixed_set_s(&newsroom.clock, NEWSROOM_NOW);
	assert_true(str_eq(answer_header(&waiting, "Cache-Control"), answer_header(&quiet, "Cache-Control")));
	assert_int_equal(answer_header(&waiting, "Expires").len, 0);
	assert_true(str_eq(waiting.body, quiet.body));
}

static void who_has_it_already_is_told_so(void **state)
{
	struct answer_text first = newsroom_get(&newsroom, "/feed.atom", NULL), again;
	struct str ask =
		arena_printf(newsroom.arena, "If-None-Match: %.*s\r\n", STR_ARG(answer_header(&first, "ETag")));

	(void)state;
	again = newsroom_get(&newsroom, "/feed.atom", ask.ptr);
	assert_int_equal(again.status, 304);
	assert_int_equal(again.body.len, 0);
}

static void write_template(const char *name, const char *content)
{
	struct str folder = arena_printf(newsroom.arena, "%s/theme", newsroom.folder);
	struct err err = {0};

	assert_int_equal(file_make_dirs(folder.ptr, 0755, &err), 0);
	assert_int_equal(
		file_write(arena_printf(newsroom.arena, "%s/%s", folder.ptr, name).ptr, str_from(content), 0644, &err),
		0);
}

static void a_reload_takes_templates_or_leaves_all_as_it_was(void **state)
{
	struct err err = {0};
	struct answer_text answer;

	(void)state;
	write_template("foot.mustache", "</main>\n{{#nonsense}}</body></html>");
	assert_int_equal(site_reload(newsroom.site, &err), ERR_INPUT);
	assert_non_null(strstr(err.text, "foot.mustache:2"));
	answer = newsroom_get(&newsroom, "/topic/", NULL);
	assert_int_equal(answer.status, 200);
	assert_true(str_find(answer.body, STR("Our press desk")) != SIZE_MAX);
	write_template("foot.mustache", "</main><p>A foot of our own: {{site_name}}</p></body></html>");
	assert_int_equal(site_reload(newsroom.site, &err), 0);
	answer = newsroom_get(&newsroom, "/place/", NULL);
	assert_true(str_find(answer.body, STR("A foot of our own: Lantern Watch")) != SIZE_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_say_what_they_depend_on),
		cmocka_unit_test(items_depend_on_themselves_and_their_company),
		cmocka_unit_test(what_is_missing_depends_on_what_may_come),
		cmocka_unit_test(pages_are_fresh_until_something_happens),
		cmocka_unit_test(headers_tell_nothing_of_what_waits),
		cmocka_unit_test(who_has_it_already_is_told_so),
		cmocka_unit_test(a_reload_takes_templates_or_leaves_all_as_it_was),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
