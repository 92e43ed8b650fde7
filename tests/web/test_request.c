#include "web/request.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static int parse(struct arena *arena, struct str target, struct request *ret_request)
{
	*ret_request = (struct request){.method_name = STR("GET"), .target = target, .arena = arena};
	return request_parse(ret_request);
}

struct path_case {
	struct str target, path;
	size_t segments;
	bool folder, moved;
};

static const struct path_case good_paths[] = {
	{STR_INIT("/"), STR_INIT("/"), 0, true, false},
	{STR_INIT("/a"), STR_INIT("/a"), 1, false, false},
	{STR_INIT("/a/"), STR_INIT("/a/"), 1, true, false},
	{STR_INIT("/a/b.rss"), STR_INIT("/a/b.rss"), 2, false, false},
	{STR_INIT("/a?b=c"), STR_INIT("/a"), 1, false, false},
	{STR_INIT("/a/?"), STR_INIT("/a/"), 1, true, false},
	/* equivalent spellings, at once */
	{STR_INIT("/%61/"), STR_INIT("/a/"), 1, true, false},
	{STR_INIT("/%e2%82%ac/"), STR_INIT("/%E2%82%AC/"), 1, true, false},
	{STR_INIT("/\xe2\x82\xac/"), STR_INIT("/%E2%82%AC/"), 1, true, false},
	{STR_INIT("/a%20b"), STR_INIT("/a%20b"), 1, false, false},
	{STR_INIT("/a+b:c@d,e;f=g!"), STR_INIT("/a+b:c@d,e;f=g!"), 1, false, false},
	{STR_INIT("/a%3Fb"), STR_INIT("/a%3Fb"), 1, false, false},
	{STR_INIT("/..."), STR_INIT("/..."), 1, false, false},
	/* to be redirected */
	{STR_INIT("//"), STR_INIT("/"), 0, true, true},
	{STR_INIT("/a//b"), STR_INIT("/a/b"), 2, false, true},
	{STR_INIT("//evil.example/"), STR_INIT("/evil.example/"), 1, true, true},
	{STR_INIT("/a/."), STR_INIT("/a/"), 1, true, true},
	{STR_INIT("/a/./b"), STR_INIT("/a/b"), 2, false, true},
	{STR_INIT("/a/../b"), STR_INIT("/b"), 1, false, true},
	{STR_INIT("/a/b/.."), STR_INIT("/a/"), 1, true, true},
	{STR_INIT("/a/%2e%2E/"), STR_INIT("/"), 0, true, true},
	{STR_INIT("/../../etc/passwd"), STR_INIT("/etc/passwd"), 2, false, true},
	/* absolute form, RFC 9112 section 3.2.2 */
	{STR_INIT("http://other.example/a/"), STR_INIT("/a/"), 1, true, false},
	{STR_INIT("HTTPS://other.example"), STR_INIT("/"), 0, true, false},
};

static void paths(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good_paths / sizeof good_paths[0]; i++) {
		const struct path_case *c = &good_paths[i];
		ARENA_SCOPED arena = arena_create(0);
		struct request request;
		print_message("%s\n", c->target.ptr);
		assert_int_equal(parse(arena, c->target, &request), 0);
		assert_int_equal(request.path.len, c->path.len);
		assert_memory_equal(request.path.ptr, c->path.ptr, c->path.len);
		assert_int_equal(request.segment_count, c->segments);
		assert_int_equal(request.folder, c->folder);
		assert_int_equal(request.moved, c->moved);
	}
}

static void bad_paths(void **state)
{
	static const struct str targets[] = {
		STR_INIT(""),
		STR_INIT("*"),
		STR_INIT("a"),
		STR_INIT("other.example:443"),
		STR_INIT("ftp://a/b"),
		STR_INIT("http://host?x"),
		STR_INIT("/%"),
		STR_INIT("/%4"),
		STR_INIT("/%zz"),
		STR_INIT("/%G1"),
		STR_INIT("/%00"),
		STR_INIT("/a%0d%0ab"),
		STR_INIT("/%1f"),
		STR_INIT("/%7f"),
		STR_INIT("/a\x01"),
		STR_INIT("/a%2fb"),
		STR_INIT("/a%2Fb"),
		STR_INIT("/a%5cb"),
		STR_INIT("/a\\b"),
		STR_INIT("/a#b"),
		/* not the shortest form, surrogates, above U+10FFFF, cut short */
		STR_INIT("/%c0%af"),
		STR_INIT("/%c0%ae%c0%ae/"),
		STR_INIT("/%e0%80%af"),
		STR_INIT("/%ed%a0%80"),
		STR_INIT("/%f4%90%80%80"),
		STR_INIT("/%ff"),
		STR_INIT("/%e2%82"),
		STR_INIT("/..%5c.."),
		STR_INIT("/..%2f"),
		STR_INIT("/a?b\x7f"),
		STR_INIT("/a b"),
		STR_INIT("/a?b c"),
	};
	(void)state;
	for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
		ARENA_SCOPED arena = arena_create(0);
		struct request request;
		print_message("%s\n", targets[i].ptr);
		assert_int_equal(parse(arena, targets[i], &request), REQUEST_BAD);
	}
}

static void limits(void **state)
{
	static char text[3 * (LIMIT_PATH_BYTES + LIMIT_QUERY_BYTES)];
	ARENA_SCOPED arena = arena_create(0);
	struct request request;
	(void)state;
	memset(text, 'a', sizeof text);
	text[0] = '/';
	assert_int_equal(parse(arena, str_of(text, LIMIT_PATH_BYTES), &request), 0);
	assert_int_equal(parse(arena, str_of(text, LIMIT_PATH_BYTES + 1), &request), REQUEST_TARGET_TOO_LONG);
	text[1] = '?';
	assert_int_equal(parse(arena, str_of(text, 2 + LIMIT_QUERY_BYTES), &request), 0);
	assert_int_equal(parse(arena, str_of(text, 3 + LIMIT_QUERY_BYTES), &request), REQUEST_TARGET_TOO_LONG);
	for (size_t i = 0; i < 2 * (REQUEST_SEGMENTS + 1); i++)
		text[i] = i % 2 ? 'a' : '/';
	assert_int_equal(parse(arena, str_of(text, 2 * REQUEST_SEGMENTS), &request), 0);
	assert_int_equal(request.segment_count, REQUEST_SEGMENTS);
	assert_int_equal(parse(arena, str_of(text, 2 * (REQUEST_SEGMENTS + 1)), &request), REQUEST_BAD);
}

static void path_is_its_own_normal_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good_paths / sizeof good_paths[0]; i++) {
		ARENA_SCOPED arena = arena_create(0);
		struct request first, second;
		assert_int_equal(parse(arena, good_paths[i].target, &first), 0);
		assert_int_equal(parse(arena, first.path, &second), 0);
		assert_true(str_eq(first.path, second.path));
		assert_false(second.moved);
	}
}

static void headers(void **state)
{
	static const struct header fields[] = {{STR_INIT("Accept"), STR_INIT("a")},
					       {STR_INIT("accept"), STR_INIT("b")}};
	struct request request = {.headers = fields, .header_count = 2};
	(void)state;
	assert_true(str_eq(request_header(&request, STR("ACCEPT")), STR("a")));
	assert_true(str_empty(request_header(&request, STR("Accept-Language"))));
}

static void methods(void **state)
{
	(void)state;
	assert_int_equal(request_method(STR("GET")), WEB_GET);
	assert_int_equal(request_method(STR("HEAD")), WEB_HEAD);
	assert_int_equal(request_method(STR("POST")), WEB_POST);
	assert_int_equal(request_method(STR("get")), WEB_OTHER_METHOD);
	assert_int_equal(request_method(STR("BREW")), WEB_OTHER_METHOD);
}

static void queries_unescape(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	struct str text = {0};
	(void)state;
	assert_true(request_unescape(STR("a+b%2Bc%20d"), true, arena, &text));
	assert_true(str_eq(text, STR("a b+c d")));
	assert_true(request_unescape(STR("a+b"), false, arena, &text));
	assert_true(str_eq(text, STR("a+b")));
	assert_false(request_unescape(STR("a%2"), true, arena, &text));
	assert_false(request_unescape(STR("%"), true, arena, &text));
	assert_false(request_unescape(STR("%0a"), true, arena, &text));
	assert_false(request_unescape(STR("\xff"), true, arena, &text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths),
		cmocka_unit_test(bad_paths),
		cmocka_unit_test(limits),
		cmocka_unit_test(path_is_its_own_normal_form),
		cmocka_unit_test(headers),
		cmocka_unit_test(methods),
		cmocka_unit_test(queries_unescape),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
