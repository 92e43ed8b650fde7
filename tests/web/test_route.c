#include "web/route.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static int handler(void *app, void *worker, const struct request *request, struct response *response, struct err *err)
{
	(void)app;
	(void)worker;
	(void)request;
	(void)response;
	(void)err;
	return 0;
}

static const struct route_param list_params[] = {{"kind", PARAM_SLUG},   {"topic", PARAM_SLUG}, {"year", PARAM_YEAR},
						 {"month", PARAM_MONTH}, {"page", PARAM_PAGE},  {0}};
static const struct route_param search_params[] = {{"q", PARAM_TEXT}, {"page", PARAM_PAGE}, {0}};
static const struct route_param front_params[] = {{"p", PARAM_NUMBER}, {"kind", PARAM_SLUG}, {"page", PARAM_PAGE}, {0}};

static const struct route routes[] = {
	{"front", ROUTE_GET, "/", front_params, handler},
	{"search", ROUTE_GET, "/search", search_params, handler},
	{"archive", ROUTE_GET, "/archive/", NULL, handler},
	{"archive_month", ROUTE_GET, "/archive/{year}/{month}/", list_params, handler},
	{"topic", ROUTE_GET, "/topic/{slug}/", list_params, handler},
	{"topic_feed", ROUTE_GET, "/topic/{topic:slug}/feed.rss", list_params, handler},
	{"item", ROUTE_GET, "/{year}/{month}/{slug}/", NULL, handler},
	{"media", ROUTE_GET, "/media/{id}/{file}", NULL, handler},
	{"desk", ROUTE_POST, "/desk/{number}", NULL, handler},
	{"kind", ROUTE_GET, "/{slug}/", list_params, handler},
};
static const struct str languages[] = {STR_INIT("en"), STR_INIT("fr"), STR_INIT("pt-BR")};
static const struct route_table table = {routes, sizeof routes / sizeof routes[0], languages, 3};

static const struct route with_rest[] = {
	{"front", ROUTE_GET, "/", NULL, handler},
	{"old", ROUTE_GET, "/{rest}", NULL, handler},
	{"item", ROUTE_GET, "/{year}/{month}/{slug}/", NULL, handler},
};
static const struct route_table rest_table = {with_rest, 3, languages, 3};

static int match(const struct route_table *routes_of, struct arena *arena, struct str method, struct str target,
		 struct request *ret_request, struct str *ret_location)
{
	*ret_request = (struct request){.method_name = method, .target = target, .arena = arena};
	assert_int_equal(request_parse(ret_request), 0);
	*ret_location = (struct str){0};
	return route_match(routes_of, ret_request, ret_location);
}

static void table_is_right(void **state)
{
	struct err err;
	(void)state;
	assert_int_equal(route_table_check(&table, &err), 0);
	assert_int_equal(route_table_check(&rest_table, &err), 0);
}

static void wrong_tables_are_named(void **state)
{
	static const struct route_param many[REQUEST_PARAMS + 2] = {
		{"a", PARAM_ID}, {"b", PARAM_ID}, {"c", PARAM_ID}, {"d", PARAM_ID}, {"e", PARAM_ID}, {"f", PARAM_ID},
		{"g", PARAM_ID}, {"h", PARAM_ID}, {"i", PARAM_ID}, {"j", PARAM_ID}, {"k", PARAM_ID}, {"l", PARAM_ID},
		{"m", PARAM_ID}, {"n", PARAM_ID}, {"o", PARAM_ID}, {"p", PARAM_ID}, {"q", PARAM_ID}};
	static const struct {
		struct route route;
		const char *says;
	} wrong[] = {
		{{"bad", ROUTE_GET, "no-slash", NULL, handler}, "bad"},
		{{"bad", ROUTE_GET, "/a//b", NULL, handler}, "bad"},
		{{"bad", ROUTE_GET, "/{colour}/", NULL, handler}, "{colour}"},
		{{"bad", ROUTE_GET, "/{slug}/{slug}/", NULL, handler}, "two captures"},
		{{"bad", ROUTE_GET, "/{a:id}/{b:id}/{c:id}/{d:id}/{e:id}/{f:id}/{g:id}/", NULL, handler}, "captures"},
		{{"bad", ROUTE_GET, "/", many, handler}, "parameters"},
		{{"bad", ROUTE_GET, "/", NULL, NULL}, "needed"},
		{{"bad", 0, "/", NULL, handler}, "needed"},
		{{NULL, ROUTE_GET, "/", NULL, handler}, "needed"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		struct route_table one = {&wrong[i].route, 1, languages, 1};
		struct err err;
		assert_int_equal(route_table_check(&one, &err), ERR_INPUT);
		assert_non_null(strstr(err.text, wrong[i].says));
	}
	struct route twice[] = {routes[0], routes[0]};
	struct err err;
	assert_int_equal(route_table_check(&(struct route_table){twice, 2, languages, 1}, &err), ERR_INPUT);
	assert_int_equal(route_table_check(&(struct route_table){routes, 1, languages, 0}, &err), ERR_INPUT);
}

static void what_matches(void **state)
{
	static const struct {
		struct str target;
		const char *route;
		size_t language;
	} cases[] = {
		{STR_INIT("/"), "front", 0},
		{STR_INIT("/fr/"), "front", 1},
		{STR_INIT("/topic/torture/"), "topic", 0},
		{STR_INIT("/pt-BR/topic/tortura/"), "topic", 2},
		{STR_INIT("/topic/x/feed.rss"), "topic_feed", 0},
		{STR_INIT("/2018/06/a-slug/"), "item", 0},
		{STR_INIT("/fr/2018/06/%C3%A9t%C3%A9/"), "item", 1},
		{STR_INIT("/archive/"), "archive", 0},
		{STR_INIT("/archive/2018/06/"), "archive_month", 0},
		{STR_INIT("/media/a1-b2/photo-800.jpg"), "media", 0},
		{STR_INIT("/reports/"), "kind", 0},
		{STR_INIT("/search?q=a+b&page=2"), "search", 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		ARENA_SCOPED arena = arena_create(0);
		struct request request;
		struct str location;
		print_message("%s\n", cases[i].target.ptr);
		assert_int_equal(match(&table, arena, STR("GET"), cases[i].target, &request, &location), 0);
		assert_string_equal(request.route->name, cases[i].route);
		assert_int_equal(request.language, cases[i].language);
		assert_int_equal(match(&table, arena, STR("HEAD"), cases[i].target, &request, &location), 0);
	}
}

static void what_does_not(void **state)
{
	static const struct str targets[] = {
		STR_INIT("/topic/a/"
			 "b"),
		STR_INIT("/topic/a/b/"),
		STR_INIT("/2018/13/a/"),
		STR_INIT("/0018/06/a/"),
		STR_INIT("/18/06/a/"),
		STR_INIT("/2018/6/a/"),
		STR_INIT("/topic/a/feed.js"),
		STR_INIT("/media/A/photo.jpg"),
		STR_INIT("/media/a/.htaccess"),
		STR_INIT("/topic/a%20b/"),
		STR_INIT("/topic/a'b/"),
		STR_INIT("/de/2018/06/a/b/"),
		STR_INIT("/fr/fr/topic/a/"),
		STR_INIT("/archive/2018/00/"),
		STR_INIT("/a%3Cb/"),
	};
	(void)state;
	for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
		ARENA_SCOPED arena = arena_create(0);
		struct request request;
		struct str location;
		print_message("%s\n", targets[i].ptr);
		assert_int_equal(match(&table, arena, STR("GET"), targets[i], &request, &location), ROUTE_NOT_FOUND);
	}
}

struct moved_case {
	struct str target, location;
};

static const struct moved_case moved[] = {
	{STR_INIT("/topic/x"), STR_INIT("/topic/x/")},
	{STR_INIT("/fr"), STR_INIT("/fr/")},
	{STR_INIT("/FR/topic/x/"), STR_INIT("/fr/topic/x/")},
	{STR_INIT("/pt-br/"), STR_INIT("/pt-BR/")},
	{STR_INIT("/en/topic/x/"), STR_INIT("/topic/x/")},
	{STR_INIT("/en"), STR_INIT("/")},
	{STR_INIT("/en/topic/x?page=3"), STR_INIT("/topic/x/?page=3")},
	{STR_INIT("/a/../topic/x/"), STR_INIT("/topic/x/")},
	{STR_INIT("//topic/x/"), STR_INIT("/topic/x/")},
	/* queries */
	{STR_INIT("/topic/x/?utm_source=mail"), STR_INIT("/topic/x/")},
	{STR_INIT("/topic/x/?page=2&kind=report"), STR_INIT("/topic/x/?kind=report&page=2")},
	{STR_INIT("/topic/x/?kind=report&page=2&fbclid=1"), STR_INIT("/topic/x/?kind=report&page=2")},
	{STR_INIT("/topic/x/?kind="), STR_INIT("/topic/x/")},
	{STR_INIT("/topic/x/?kind=&topic=y"), STR_INIT("/topic/x/?topic=y")},
	{STR_INIT("/topic/x/?kind"), STR_INIT("/topic/x/")},
	{STR_INIT("/topic/x/?kind=a&kind=b"), STR_INIT("/topic/x/?kind=a")},
	{STR_INIT("/topic/x/?KIND=a"), STR_INIT("/topic/x/")},
	{STR_INIT("/topic/x/?page=1"), STR_INIT("/topic/x/")},
	{STR_INIT("/topic/x/?page=0"), STR_INIT("/topic/x/")},
	{STR_INIT("/topic/x/?page=02"), STR_INIT("/topic/x/")},
	{STR_INIT("/topic/x/?page=-2"), STR_INIT("/topic/x/")},
	{STR_INIT("/topic/x/?page=100000000"), STR_INIT("/topic/x/")},
	{STR_INIT("/topic/x/?page=two"), STR_INIT("/topic/x/")},
	{STR_INIT("/topic/x/?month=6"), STR_INIT("/topic/x/")},
	{STR_INIT("/topic/x/?year=20180"), STR_INIT("/topic/x/")},
	{STR_INIT("/topic/x/?kind=a%2Fb"), STR_INIT("/topic/x/")},
	{STR_INIT("/topic/x/?kind=a%"), STR_INIT("/topic/x/")},
	{STR_INIT("/topic/x/?kind=%ff"), STR_INIT("/topic/x/")},
	{STR_INIT("/topic/x/?kind=a&&page=2"), STR_INIT("/topic/x/?kind=a&page=2")},
	{STR_INIT("/topic/x/?kind=a&"), STR_INIT("/topic/x/?kind=a")},
	{STR_INIT("/archive/?page=2"), STR_INIT("/archive/")},
	{STR_INIT("/search?q=++two++words+"), STR_INIT("/search?q=two%20words")},
	{STR_INIT("/?kind=a&p=12"), STR_INIT("/?p=12&kind=a")},
	{STR_INIT("/?p=0"), STR_INIT("/")},
};

static void what_moves(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof moved / sizeof moved[0]; i++) {
		ARENA_SCOPED arena = arena_create(0);
		struct request request;
		struct str location;
		print_message("%s\n", moved[i].target.ptr);
		assert_int_equal(match(&table, arena, STR("GET"), moved[i].target, &request, &location), ROUTE_MOVED);
		assert_string_equal(arena_cstr(arena, location), moved[i].location.ptr);
		/* and the redirect leads home in one step */
		assert_int_equal(match(&table, arena, STR("GET"), location, &request, &location), 0);
		assert_true(str_eq(request.key, moved[i].location));
	}
}

static void equivalent_spellings_do_not(void **state)
{
	static const struct moved_case cases[] = {
		{STR_INIT("/search?q=a+b"), STR_INIT("/search?q=a%20b")},
		{STR_INIT("/search?q=a%20b"), STR_INIT("/search?q=a%20b")},
		{STR_INIT("/topic/%C3%A9/?kind=%c3%a9"), STR_INIT("/topic/%C3%A9/?kind=%C3%A9")},
		{STR_INIT("/topic/x/?%6bind=a"), STR_INIT("/topic/x/?kind=a")},
		{STR_INIT("/topic/x/?"), STR_INIT("/topic/x/")},
		{STR_INIT("/%74opic/x/"), STR_INIT("/topic/x/")},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		ARENA_SCOPED arena = arena_create(0);
		struct request request;
		struct str location;
		assert_int_equal(match(&table, arena, STR("GET"), cases[i].target, &request, &location), 0);
		assert_string_equal(arena_cstr(arena, request.key), cases[i].location.ptr);
	}
}

static void wrong_methods(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	struct request request;
	struct str location;
	(void)state;
	assert_int_equal(match(&table, arena, STR("POST"), STR("/topic/x/"), &request, &location), ROUTE_BAD_METHOD);
	assert_true(str_eq(location, STR("GET, HEAD")));
	assert_int_equal(match(&table, arena, STR("TRACE"), STR("/topic/x"), &request, &location), ROUTE_BAD_METHOD);
	assert_int_equal(match(&table, arena, STR("GET"), STR("/desk/7"), &request, &location), ROUTE_BAD_METHOD);
	assert_true(str_eq(location, STR("POST")));
	assert_int_equal(match(&table, arena, STR("POST"), STR("/desk/7"), &request, &location), 0);
	assert_int_equal(match(&table, arena, STR("POST"), STR("/none/7"), &request, &location), ROUTE_NOT_FOUND);
	assert_int_equal(match(&rest_table, arena, STR("PUT"), STR("/any/thing"), &request, &location),
			 ROUTE_BAD_METHOD);
}

static void captures_and_params(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	struct request request;
	struct str location;
	(void)state;
	assert_int_equal(
		match(&table, arena, STR("GET"), STR("/topic/a-b/feed.rss?kind=k&page=7"), &request, &location), 0);
	assert_true(str_eq(request_capture(&request, "topic"), STR("a-b")));
	assert_true(str_eq(request_param(&request, "kind"), STR("k")));
	assert_true(str_empty(request_param(&request, "year")));
	assert_int_equal(request_param_number(&request, "page", 1), 7);
	assert_int_equal(request_param_number(&request, "year", -1), -1);
	assert_int_equal(match(&table, arena, STR("GET"), STR("/2018/06/x/"), &request, &location), 0);
	assert_true(str_eq(request_capture(&request, "year"), STR("2018")));
	assert_true(str_eq(request_capture(&request, "month"), STR("06")));
	assert_true(str_eq(request_capture(&request, "slug"), STR("x")));
	assert_int_equal(match(&table, arena, STR("GET"), STR("/fr/search?q=%D8%B3"), &request, &location), 0);
	assert_true(str_eq(request_param(&request, "q"), STR("\xd8\xb3")));
	assert_true(str_eq(request.local_path, STR("/search")));
	assert_true(str_eq(request.key, STR("/fr/search?q=%D8%B3")));
}

static void long_searches_are_cut_at_a_character(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	struct request request;
	struct str location;
	BUF_SCOPED target = BUF_INIT(4096);
	(void)state;
	buf_put_cstr(&target, "/search?q=a");
	for (size_t i = 0; i < LIMIT_SEARCH_BYTES / 2; i++)
		buf_put_cstr(&target, "%C3%A9");
	assert_int_equal(match(&table, arena, STR("GET"), buf_str(&target), &request, &location), ROUTE_MOVED);
	assert_int_equal(match(&table, arena, STR("GET"), location, &request, &location), 0);
	assert_int_equal(request_param(&request, "q").len, LIMIT_SEARCH_BYTES - 1);
}

static void rest_is_last(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	struct request request;
	struct str location;
	(void)state;
	assert_int_equal(match(&rest_table, arena, STR("GET"), STR("/2018/06/x/"), &request, &location), 0);
	assert_string_equal(request.route->name, "item");
	assert_int_equal(match(&rest_table, arena, STR("GET"), STR("/2018/06/x"), &request, &location), 0);
	assert_string_equal(request.route->name, "old");
	assert_true(request.slash_fits);
	assert_true(str_eq(request_capture(&request, "rest"), STR("/2018/06/x")));
	assert_int_equal(match(&rest_table, arena, STR("GET"), STR("/fr/%d9%85/y.php"), &request, &location), 0);
	assert_false(request.slash_fits);
	assert_true(str_eq(request_capture(&request, "rest"), STR("/%D9%85/y.php")));
	assert_int_equal(request.language, 1);
	assert_int_equal(match(&rest_table, arena, STR("GET"), STR("/old?p=1"), &request, &location), ROUTE_MOVED);
	assert_true(str_eq(location, STR("/old")));
}

static void values(void **state)
{
	static const struct {
		const char *type;
		struct str good, bad;
	} cases[] = {
		{"slug", STR_INIT("a-B_c.1~\xc3\xa9"), STR_INIT("a b")},
		{"slug", STR_INIT("x"), STR_INIT("..")},
		{"slug", STR_INIT("..."), STR_INIT("")},
		{"year", STR_INIT("2018"), STR_INIT("218")},
		{"month", STR_INIT("12"), STR_INIT("13")},
		{"day", STR_INIT("31"), STR_INIT("32")},
		{"day", STR_INIT("01"), STR_INIT("00")},
		{"number", STR_INIT("9"), STR_INIT("09")},
		{"number", STR_INIT("999999999"), STR_INIT("1000000000")},
		{"file", STR_INIT("a.b-c_d"), STR_INIT(".a")},
		{"file", STR_INIT("a"), STR_INIT("a/b")},
		{"id", STR_INIT("a-1"), STR_INIT("A")},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_true(route_value_ok(cases[i].type, cases[i].good));
		assert_false(route_value_ok(cases[i].type, cases[i].bad));
	}
	assert_false(route_value_ok("colour", STR("red")));
}

/* Whatever stands in a query, the address it is redirected to is its own normal form, and the key
 * holds nothing that the route does not declare. */
static void no_query_fills_the_cache(void **state)
{
	static const char alphabet[] = "kindpage=&%2+0a\xc3\xa9;";
	uint64_t random = 88172645463325252u;
	(void)state;
	for (int round = 0; round < 20000; round++) {
		ARENA_SCOPED arena = arena_create(0);
		struct request request;
		struct str location;
		char target[64] = "/archive/2018/06/?";
		size_t length = strlen(target);
		for (size_t i = 0; i < 20; i++) {
			random ^= random << 13;
			random ^= random >> 7;
			random ^= random << 17;
			target[length++] = alphabet[random % (sizeof alphabet - 1)];
		}
		int rc = match(&table, arena, STR("GET"), str_of(target, length), &request, &location);
		assert_true(rc == 0 || rc == ROUTE_MOVED);
		struct str key = request.key;
		assert_int_equal(match(&table, arena, STR("GET"), key, &request, &location), 0);
		assert_true(str_eq(request.key, key));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_is_right),
		cmocka_unit_test(wrong_tables_are_named),
		cmocka_unit_test(what_matches),
		cmocka_unit_test(what_does_not),
		cmocka_unit_test(what_moves),
		cmocka_unit_test(equivalent_spellings_do_not),
		cmocka_unit_test(wrong_methods),
		cmocka_unit_test(captures_and_params),
		cmocka_unit_test(long_searches_are_cut_at_a_character),
		cmocka_unit_test(rest_is_last),
		cmocka_unit_test(values),
		cmocka_unit_test(no_query_fills_the_cache),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
