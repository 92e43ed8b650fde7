/* Every route of the site, in every spelling that clients send: status and place. The route table is walked: a route
 * without a row here fails. */
#include "newsroom.h"

#include "base/limits.h"
#include "site/site.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

NEWSROOM_FOR_ALL

static struct answer_text ask(const char *method, const char *target)
{
	return newsroom_ask(&newsroom, method, target, NULL);
}

/* status, and for redirects the place. */
static void expect(const char *method, const char *target, int status, const char *location)
{
	struct answer_text answer = ask(method, target);
	struct str place = answer_header(&answer, "Location");

	if (answer.status != status || (location && !str_eq(place, str_from(location))) ||
	    (!location && !str_empty(place)))
		fail_msg("%s %s gives %d %.*s instead of %d %s", method, target, answer.status, STR_ARG(place), status,
			 location ? location : "");
}

static const char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));
static const char *text(const char *format, ...)
{
	char out[4096];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(out, sizeof out, format, args);
	va_end(args);
	return arena_str(newsroom.arena, str_from(out)).ptr;
}

/* One row a route: an address of the first language that it answers, and what the same is in French. NULL: French has
 * none (what belongs to the whole house stands once), or another address that the row names. */
static const struct {
	const char *route, *target, *french;
	int status;
} rows[] = {
	{"front", "/", "/fr/", 200},
	{"front_rss", "/feed.rss", "/fr/feed.rss", 200},
	{"front_atom", "/feed.atom", "/fr/feed.atom", 200},
	{"front_json", "/feed.json", "/fr/feed.json", 200},
	{"topics", "/topic/", "/fr/topic/", 200},
	{"places", "/place/", "/fr/place/", 200},
	{"campaigns", "/campaign/", "/fr/campaign/", 200},
	{"tags", "/tag/", "/fr/tag/", 200},
	{"people", "/person/", "/fr/person/", 200},
	{"archive", "/archive/", "/fr/archive/", 200},
	{"search", "/search", "/fr/search", 200},
	{"search_folder", "/search/", "/fr/search/", 301},
	{"opensearch", "/opensearch.xml", "/fr/opensearch.xml", 200},
	{"topic", "/topic/prisons/", "/fr/topic/prisons-fr/", 200},
	{"topic_rss", "/topic/prisons/feed.rss", "/fr/topic/prisons-fr/feed.rss", 200},
	{"topic_atom", "/topic/prisons/feed.atom", "/fr/topic/prisons-fr/feed.atom", 200},
	{"topic_json", "/topic/prisons/feed.json", "/fr/topic/prisons-fr/feed.json", 200},
	{"place", "/place/italy/", "/fr/place/italy/", 200},
	{"place_rss", "/place/italy/feed.rss", "/fr/place/italy/feed.rss", 200},
	{"place_atom", "/place/italy/feed.atom", "/fr/place/italy/feed.atom", 200},
	{"place_json", "/place/italy/feed.json", "/fr/place/italy/feed.json", 200},
	{"campaign", "/campaign/open-doors/", "/fr/campaign/portes-ouvertes/", 200},
	{"campaign_rss", "/campaign/open-doors/feed.rss", "/fr/campaign/portes-ouvertes/feed.rss", 200},
	{"campaign_atom", "/campaign/open-doors/feed.atom", "/fr/campaign/portes-ouvertes/feed.atom", 200},
	{"campaign_json", "/campaign/open-doors/feed.json", "/fr/campaign/portes-ouvertes/feed.json", 200},
	{"tag", "/tag/appeals/", "/fr/tag/appels/", 200},
	{"tag_rss", "/tag/appeals/feed.rss", "/fr/tag/appels/feed.rss", 200},
	{"tag_atom", "/tag/appeals/feed.atom", "/fr/tag/appels/feed.atom", 200},
	{"tag_json", "/tag/appeals/feed.json", "/fr/tag/appels/feed.json", 200},
	{"person", "/person/jon-petri/", "/fr/person/jon-petri/", 200},
	{"person_rss", "/person/jon-petri/feed.rss", "/fr/person/jon-petri/feed.rss", 200},
	{"person_atom", "/person/jon-petri/feed.atom", "/fr/person/jon-petri/feed.atom", 200},
	{"person_json", "/person/jon-petri/feed.json", "/fr/person/jon-petri/feed.json", 200},
	{"year", "/archive/2026/", "/fr/archive/2026/", 200},
	{"year_rss", "/archive/2026/feed.rss", "/fr/archive/2026/feed.rss", 200},
	{"year_atom", "/archive/2026/feed.atom", "/fr/archive/2026/feed.atom", 200},
	{"year_json", "/archive/2026/feed.json", "/fr/archive/2026/feed.json", 200},
	{"month", "/archive/2026/06/", "/fr/archive/2026/06/", 200},
	{"month_rss", "/archive/2026/06/feed.rss", "/fr/archive/2026/06/feed.rss", 200},
	{"month_atom", "/archive/2026/06/feed.atom", "/fr/archive/2026/06/feed.atom", 200},
	{"month_json", "/archive/2026/06/feed.json", "/fr/archive/2026/06/feed.json", 200},
	{"kind", "/press-releases/", "/fr/press-releases/", 200},
	{"kind_rss", "/press-releases/feed.rss", "/fr/press-releases/feed.rss", 200},
	{"kind_atom", "/press-releases/feed.atom", "/fr/press-releases/feed.atom", 200},
	{"kind_json", "/press-releases/feed.json", "/fr/press-releases/feed.json", 200},
	{"media", "/media/aaaaaaaaaaaaaaaa/court-960.jpg", "/fr/media/aaaaaaaaaaaaaaaa/court-960.jpg", 404},
	{"sitemap", "/sitemap.xml", NULL, 200},
	{"news_sitemap", "/news-sitemap.xml", NULL, 200},
	{"robots", "/robots.txt", NULL, 200},
	{"security", "/.well-known/security.txt", NULL, 200},
	{"name", "/sitemap-1.xml", NULL, 200},
	{"path", "/2026/06/court-orders-release/", "/fr/2026/06/liberation/", 200},
};
#define ROWS (sizeof rows / sizeof *rows)

/* The route that the router finds for an address, or "". */
static const char *route_of(const char *target)
{
	struct request request = {
		.method = WEB_GET, .method_name = STR("GET"), .target = str_from(target), .arena = newsroom.arena};
	struct str location;

	if (request_parse(&request) != 0 || route_match(&site_app(newsroom.site)->table, &request, &location) != 0)
		return "";
	return request.route->name;
}

static void every_route_has_a_row(void **state)
{
	const struct route_table *table = &site_app(newsroom.site)->table;

	(void)state;
	for (size_t i = 0; i < table->count; i++) {
		size_t at = 0;

		while (at < ROWS && strcmp(rows[at].route, table->routes[i].name) != 0)
			at++;
		if (at == ROWS)
			fail_msg("no test asks the route %s", table->routes[i].name);
	}
	assert_int_equal(table->count, ROWS);
	for (size_t i = 0; i < ROWS; i++)
		assert_string_equal(route_of(rows[i].target), rows[i].route);
}

static void each_answers_in_its_languages(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		if (rows[i].status == 301)
			continue; /* test_old_addresses.c tells where to */
		expect("GET", rows[i].target, rows[i].status, NULL);
		if (rows[i].french)
			expect("GET", rows[i].french, rows[i].status, NULL);
		else
			expect("GET", text("/fr%s", rows[i].target), 404, NULL);
	}
}

static void methods_that_are_not_declared_are_refused(void **state)
{
	static const char *const methods[] = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "get"};

	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		for (size_t k = 0; k < sizeof methods / sizeof *methods; k++) {
			struct answer_text answer = ask(methods[k], rows[i].target);

			assert_int_equal(answer.status, 405);
			assert_true(str_eq(answer_header(&answer, "Allow"), STR("GET, HEAD")));
		}
	}
}

/* HEAD says what GET says, and nothing more. */
static void head_tells_the_same(void **state)
{
	static const char *const names[] = {"Content-Type",  "Content-Length", "ETag",
					    "Last-Modified", "Cache-Control",  "Vary"};

	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		struct answer_text whole = ask("GET", rows[i].target), head = ask("HEAD", rows[i].target);

		assert_int_equal(head.status, whole.status);
		assert_int_equal(head.body.len, 0);
		for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
			if (!str_eq(answer_header(&head, names[k]), answer_header(&whole, names[k])))
				fail_msg("HEAD %s: %s is another", rows[i].target, names[k]);
		}
	}
}

static void the_first_language_has_no_prefix(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		expect("GET", text("/en%s", rows[i].target), 301, rows[i].target);
		expect("GET", text("/EN%s", rows[i].target), 301, rows[i].target);
		expect("POST", text("/en%s", rows[i].target), 405, NULL);
		if (rows[i].french && rows[i].status == 200)
			expect("GET", text("/FR%s", rows[i].french + 3), 301, rows[i].french);
	}
	expect("GET", "/fr", 301, "/fr/");
	expect("GET", "/en", 301, "/");
	expect("GET", "/Fr/", 301, "/fr/");
	expect("GET", "/fr/fr/", 404, NULL);
	expect("GET", "/de/", 404, NULL);
	expect("GET", "/fr/en/topic/", 404, NULL);
}

static void slashes_and_dots_lead_to_one_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		const char *target = rows[i].target;
		size_t length = strlen(target);

		if (rows[i].status != 200 || length == 1)
			continue;
		expect("GET", text("/%s", target), 301, target);
		expect("GET", text("/.%s", target), 301, target);
		expect("GET", text("/x/..%s", target), 301, target);
		expect("GET", text("%s?", target), 200, NULL);
		if (target[length - 1] == '/')
			expect("GET", text("%.*s", (int)length - 1, target), 301, target);
		else
			expect("GET", text("%s/", target), strcmp(target, "/search") == 0 ? 301 : 404,
			       strcmp(target, "/search") == 0 ? "/search" : NULL);
		expect("GET", text("%s%sbeyond/", target, target[length - 1] == '/' ? "" : "/"), 404, NULL);
	}
}

/* The first letter as an escape is the same address; upper case is another. */
static void spellings_by_escapes_are_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		const char *target = rows[i].target;

		if (rows[i].status != 200 || !target[1])
			continue;
		expect("GET", text("/%%%02X%s", (unsigned)target[1], target + 2), 200, NULL);
		expect("GET", text("/%%%02x%s", (unsigned)target[1], target + 2), 200, NULL);
	}
	expect("GET", "/TOPIC/prisons/", 404, NULL);
	expect("GET", "/topic/Prisons/", 404, NULL);
	expect("GET", "/topic%2Fprisons/", 400, NULL);
	expect("GET", "/topic/%5C/", 400, NULL);
	expect("GET", "/topic/prisons%/", 400, NULL);
	expect("GET", "/topic/prisons%0/", 400, NULL);
	expect("GET", "/topic/prisons%GG/", 400, NULL);
	expect("GET", "/topic/pri%00sons/", 400, NULL);
	expect("GET", "/topic/pri%0Asons/", 400, NULL);
	expect("GET", "/topic/%C3/", 400, NULL);
	expect("GET", "/topic/%C0%AF/", 400, NULL);
	expect("GET", "/topic/%ED%A0%80/", 400, NULL);
	expect("GET", "/topic/%E2%80%AE/", 404, NULL);
	expect("GET", "/topic/%2e%2e/", 301, "/");
	expect("GET", "/topic/%2e/", 301, "/topic/");
}

struct spelling {
	const char *target;
	int status;
	const char *location;
};

static void expect_all(const struct spelling *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		expect("GET", cases[i].target, cases[i].status, cases[i].location);
}

static const struct spelling slugs[] = {
	/* another language's slug */
	{"/topic/prisons-fr/", 301, "/topic/prisons/"},
	{"/fr/topic/prisons/", 301, "/fr/topic/prisons-fr/"},
	{"/fr/topic/prisons/feed.atom", 301, "/fr/topic/prisons-fr/feed.atom"},
	{"/fr/tag/appeals/", 301, "/fr/tag/appels/"},
	{"/fr/?topic=prisons", 301, "/fr/?topic=prisons-fr"},
	{"/fr/press-releases/?topic=prisons&tag=appeals", 301, "/fr/press-releases/?topic=prisons-fr&tag=appels"},
	/* a slug of another vocabulary is none here */
	{"/topic/italy/", 404, NULL},
	{"/topic/open-doors/", 404, NULL},
	{"/topic/appeals/", 404, NULL},
	{"/tag/prisons/", 404, NULL},
	{"/campaign/appeals/", 404, NULL},
	{"/place/prisons/", 404, NULL},
	{"/person/italy/", 404, NULL},
	{"/italy/", 404, NULL},
	{"/topic/press-releases/", 404, NULL},
	{"/?kind=prisons", 404, NULL},
	{"/?topic=italy", 404, NULL},
	{"/?place=appeals", 404, NULL},
	{"/?person=prisons", 404, NULL},
	/* names that nobody may see yet lead nowhere, in no way of asking */
	{"/topic/secret/", 404, NULL},
	{"/topic/secret-fr/", 404, NULL},
	{"/fr/topic/secret/", 404, NULL},
	{"/topic/secret/feed.rss", 404, NULL},
	{"/?topic=secret", 404, NULL},
	{"/feed.rss?topic=secret", 404, NULL},
	{"/tag/tag-7/", 404, NULL},
	{"/fr/tag/tag-7/", 404, NULL},
	{"/place/africa/", 404, NULL},
	/* years, months */
	{"/archive/2024/", 404, NULL},
	{"/archive/0999/", 404, NULL},
	{"/archive/10000/", 404, NULL},
	{"/archive/2026/00/", 404, NULL},
	{"/archive/2026/13/", 404, NULL},
	{"/archive/2026/6/", 404, NULL},
	{"/archive/2026/07/", 404, NULL},
	{"/archive/2026/06/15/", 404, NULL},
	{"/archive/2026/06", 301, "/archive/2026/06/"},
	/* kinds stand before imported pages, and have a page without items */
	{"/victories/", 200, NULL},
	{"/victories", 301, "/victories/"},
	{"/victories/feed.rss", 200, NULL},
	{"/about/", 200, NULL},
	{"/about", 301, "/about/"},
	{"/fr/about/", 404, NULL},
	{"/about/feed.rss", 404, NULL},
};

static const struct spelling paths[] = {
	/* parts of the sitemap */
	{"/sitemap-0.xml", 404, NULL},
	{"/sitemap-2.xml", 404, NULL},
	{"/sitemap--1.xml", 404, NULL},
	{"/sitemap-01.xml", 404, NULL},
	{"/sitemap-+1.xml", 404, NULL},
	{"/sitemap-99999999999999999999.xml", 404, NULL},
	{"/sitemap-.xml", 404, NULL},
	{"/fr/sitemap-1.xml", 404, NULL},
	/* imported addresses */
	{"/?p=12", 301, "/2026/06/court-orders-release/"},
	{"/?page_id=12", 404, NULL},
	{"/?p=13", 404, NULL},
	{"/?p=012", 301, "/"},
	{"/?p=12&kind=reports", 301, "/?kind=reports&p=12"},
	{"/old/court.html", 301, "/2026/06/court-orders-release/"},
	{"/old/court.html/", 404, NULL},
	{"/category/prisons/", 301, "/topic/prisons/"},
	{"/category/secret/", 404, NULL},
	{"/gone/", 410, NULL},
	/* what is hidden, as what never was */
	{"/2026/06/hidden-draft/", 404, NULL},
	{"/2026/06/hidden-draft", 404, NULL},
	{"/2026/06/never-was", 404, NULL},
	{"/2026/06/court-orders-release", 301, "/2026/06/court-orders-release/"},
	{"/fr/2026/06/liberation", 301, "/fr/2026/06/liberation/"},
	{"/category/prisons", 301, "/topic/prisons/"},
	{"/category/secret", 404, NULL},
	/* files of the theme by their hashed names alone */
	{"/theme/crier.css", 404, NULL},
	{"/theme/head.mustache", 404, NULL},
	{"/theme/../crier.conf", 301, "/crier.conf"},
	{"/media/", 404, NULL},
	{"/media/x/", 404, NULL},
	{"/favicon.ico", 404, NULL},
	/* a name at the top without a slash leads on only where something stands behind it */
	{"/archive", 301, "/archive/"},
	{"/topic", 301, "/topic/"},
	{"/fr/archive", 301, "/fr/archive/"},
	/* and so does the name of a list */
	{"/topic/prisons", 301, "/topic/prisons/"},
	{"/fr/topic/prisons-fr", 301, "/fr/topic/prisons-fr/"},
	{"/archive/2026", 301, "/archive/2026/"},
	{"/archive/2026/06", 301, "/archive/2026/06/"},
	{"/archive/1987", 404, NULL},
	{"/archive/1987/06", 404, NULL},
	{"/topic/none", 404, NULL},
	{"/topic/secret", 404, NULL},
	{"/fr/topic/none", 404, NULL},
	{"/place/none", 404, NULL},
	{"/person/none", 404, NULL},
	{"/metrics", 404, NULL},
	{"/nothing-of-ours", 404, NULL},
	{"/fr/nothing-of-ours", 404, NULL},
	{"/nothing-of-ours/", 404, NULL},
};

static void slugs_of_others_lead_home_or_nowhere(void **state)
{
	(void)state;
	expect_all(slugs, sizeof slugs / sizeof *slugs);
}

static void old_and_hidden_addresses(void **state)
{
	(void)state;
	expect_all(paths, sizeof paths / sizeof *paths);
}

static const char *repeat(char c, size_t count)
{
	char *out = arena_alloc(newsroom.arena, count + 1);

	memset(out, c, count);
	out[count] = '\0';
	return out;
}

static void parameters_keep_to_their_limits(void **state)
{
	static const struct {
		const char *target;
		int status;
		const char *location;
	} cases[] = {
		{"/?page=1", 301, "/"},
		{"/?page=0", 301, "/"},
		{"/?page=2", 200, NULL},
		{"/?page=02", 301, "/"},
		{"/?page=+2", 301, "/"},
		{"/?page=-2", 301, "/"},
		{"/?page=2.0", 301, "/"},
		{"/?page=two", 301, "/"},
		{"/?page=4", 200, NULL},
		{"/?page=5", 404, NULL},
		{"/?page=99999999", 404, NULL},
		{"/?page=100000000", 301, "/"},
		{"/?page=%32", 200, NULL},
		{"/?page", 301, "/"},
		{"/?page=", 301, "/"},
		{"/?page=2&page=3", 301, "/?page=2"},
		{"/?PAGE=2", 301, "/"},
		{"/?utm_source=x", 301, "/"},
		{"/?page=2&utm_source=x", 301, "/?page=2"},
		{"/?&page=2", 301, "/?page=2"},
		{"/?page=2&", 301, "/?page=2"},
		{"/?page=2#x", 400, NULL},
		{"/?topic=prisons&kind=reports", 301, "/?kind=reports&topic=prisons"},
		{"/?kind=reports&topic=prisons", 200, NULL},
		{"/?topic=", 301, "/"},
		{"/?topic=a/b", 301, "/"},
		{"/?topic=%00", 301, "/"},
		{"/?topic=%", 301, "/"},
		{"/?topic=..", 301, "/"},
		{"/?year=2026", 200, NULL},
		{"/?year=999", 301, "/"},
		{"/?year=1000", 404, NULL},
		{"/?year=9999", 404, NULL},
		{"/?year=10000", 301, "/"},
		{"/?month=06", 404, NULL},
		{"/?month=13", 301, "/"},
		{"/?year=2026&month=06", 200, NULL},
		{"/?year=2026&month=6", 301, "/?year=2026"},
		{"/archive/2026/?month=06", 200, NULL},
		{"/archive/2026/?year=2025", 301, "/archive/2026/"},
		{"/archive/2026/06/?month=05", 301, "/archive/2026/06/"},
		{"/topic/prisons/?topic=detention", 301, "/topic/prisons/"},
		{"/press-releases/?kind=reports", 301, "/press-releases/"},
		{"/feed.rss?page=2", 301, "/feed.rss"},
		{"/feed.rss?kind=reports&topic=prisons", 200, NULL},
		{"/feed.rss?kind=reports&topic=prisons&year=2026", 404, NULL},
		{"/topic/?page=2", 301, "/topic/"},
		{"/sitemap.xml?x=1", 301, "/sitemap.xml"},
		{"/2026/06/report/?replytocom=4", 301, "/2026/06/report/"},
		{"/search?q=", 301, "/search"},
		{"/search?q=+", 301, "/search"},
		{"/search?q=a++b", 301, "/search?q=a%20b"},
		{"/search?q=a%20b", 200, NULL},
		{"/search?q=zyzzyva&page=2", 404, NULL},
		{"/search?page=2", 200, NULL},
		{"/search/", 301, "/search"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		expect("GET", cases[i].target, cases[i].status, cases[i].location);
}

static void lengths_at_their_limits(void **state)
{
	(void)state;
	expect("GET", text("/topic/%s/", repeat('a', LIMIT_SLUG_BYTES)), 404, NULL);
	expect("GET", text("/?topic=%s", repeat('a', LIMIT_SLUG_BYTES)), 404, NULL);
	expect("GET", text("/?topic=%s", repeat('a', LIMIT_SLUG_BYTES + 1)), 301, "/");
	expect("GET", text("/search?q=%s", repeat('a', LIMIT_SEARCH_BYTES)), 200, NULL);
	expect("GET", text("/search?q=%s", repeat('a', LIMIT_SEARCH_BYTES + 1)), 301,
	       text("/search?q=%s", repeat('a', LIMIT_SEARCH_BYTES)));
	expect("GET", text("/%s", repeat('a', LIMIT_PATH_BYTES - 1)), 404, NULL);
	expect("GET", text("/%s", repeat('a', LIMIT_PATH_BYTES)), 414, NULL);
	expect("GET", text("/?topic=%s", repeat('a', LIMIT_QUERY_BYTES)), 414, NULL);
	expect("GET", text("/a%s", repeat('/', 40)), 301, "/a/");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_route_has_a_row),
		cmocka_unit_test(each_answers_in_its_languages),
		cmocka_unit_test(methods_that_are_not_declared_are_refused),
		cmocka_unit_test(head_tells_the_same),
		cmocka_unit_test(the_first_language_has_no_prefix),
		cmocka_unit_test(slashes_and_dots_lead_to_one_form),
		cmocka_unit_test(spellings_by_escapes_are_the_same),
		cmocka_unit_test(slugs_of_others_lead_home_or_nowhere),
		cmocka_unit_test(old_and_hidden_addresses),
		cmocka_unit_test(parameters_keep_to_their_limits),
		cmocka_unit_test(lengths_at_their_limits),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
