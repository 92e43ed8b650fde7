#include "support.h"

#include "text/url.h"

static void test_parse(void **state)
{
	(void)state;
	struct url url;
	assert_true(url_parse(STR("https://u:p@Example.org:8080/a/b?c=d#e"), &url));
	assert_str(url.scheme, "https");
	assert_str(url.userinfo, "u:p");
	assert_str(url.host, "Example.org");
	assert_str(url.port, "8080");
	assert_str(url.path, "/a/b");
	assert_str(url.query, "c=d");
	assert_str(url.fragment, "e");
	assert_true(url_parse(STR("http://[2001:db8::1]:80/"), &url));
	assert_str(url.host, "2001:db8::1");
	assert_true(url_parse(STR("mailto:a@b"), &url) && !url.has_authority);
	assert_true(url_parse(STR(""), &url) && url_parse(STR("?"), &url) && url.has_query);
	static const char *const bad[] = {"a b",      "http://h:99999/", "http://h:x/", "a%2",          "a%zz",
					  "\xC3\xA9", "http://[::1",     "http://[g]/", "a#b#c",        "1a:b",
					  "\"",       "http://a@b:c@d/", "<",           "http://h/[x]", "\\"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (url_parse(str_from(bad[i]), &url))
			fail_msg("taken: %s", bad[i]);
}

/* RFC 3986 section 5.4, all of it. */
static void test_resolve(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{"g:h", "g:h"},
		{"g", "http://a/b/c/g"},
		{"./g", "http://a/b/c/g"},
		{"g/", "http://a/b/c/g/"},
		{"/g", "http://a/g"},
		{"//g", "http://g"},
		{"?y", "http://a/b/c/d;p?y"},
		{"g?y", "http://a/b/c/g?y"},
		{"#s", "http://a/b/c/d;p?q#s"},
		{"g#s", "http://a/b/c/g#s"},
		{"g?y#s", "http://a/b/c/g?y#s"},
		{";x", "http://a/b/c/;x"},
		{"g;x", "http://a/b/c/g;x"},
		{"g;x?y#s", "http://a/b/c/g;x?y#s"},
		{"", "http://a/b/c/d;p?q"},
		{".", "http://a/b/c/"},
		{"./", "http://a/b/c/"},
		{"..", "http://a/b/"},
		{"../", "http://a/b/"},
		{"../g", "http://a/b/g"},
		{"../..", "http://a/"},
		{"../../", "http://a/"},
		{"../../g", "http://a/g"},
		{"../../../g", "http://a/g"},
		{"../../../../g", "http://a/g"},
		{"/./g", "http://a/g"},
		{"/../g", "http://a/g"},
		{"g.", "http://a/b/c/g."},
		{".g", "http://a/b/c/.g"},
		{"g..", "http://a/b/c/g.."},
		{"..g", "http://a/b/c/..g"},
		{"./../g", "http://a/b/g"},
		{"./g/.", "http://a/b/c/g/"},
		{"g/./h", "http://a/b/c/g/h"},
		{"g/../h", "http://a/b/c/h"},
		{"g;x=1/./y", "http://a/b/c/g;x=1/y"},
		{"g;x=1/../y", "http://a/b/c/y"},
		{"g?y/./x", "http://a/b/c/g?y/./x"},
		{"g?y/../x", "http://a/b/c/g?y/../x"},
		{"g#s/./x", "http://a/b/c/g#s/./x"},
		{"g#s/../x", "http://a/b/c/g#s/../x"},
		{"http:g", "http:g"},
	};
	ARENA_SCOPED arena = arena_create(0);
	struct str found;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_true(url_resolve(STR("http://a/b/c/d;p?q"), str_from(cases[i][0]), arena, &found));
		assert_str(found, cases[i][1]);
	}
	assert_false(url_resolve(STR("/no/base"), STR("g"), arena, &found));
	assert_false(url_resolve(STR("http://a/"), STR("b c"), arena, &found));
	assert_true(url_resolve(STR("http://a"), STR("g"), arena, &found));
	assert_str(found, "http://a/g");
}

static void test_clean(void **state)
{
	(void)state;
	static const struct {
		const char *raw;
		enum url_clean answer;
		const char *address;
	} cases[] = {
		{"HTTPS://EXAMPLE.org:443/A/../b c?d=\"e\"#f g", URL_OK, "https://example.org/b%20c?d=%22e%22#f%20g"},
		{"http://h:80", URL_OK, "http://h/"},
		{"http://h:8080?x", URL_OK, "http://h:8080/?x"},
		{" \x01/a\n/b\t ", URL_OK, "/a/b"},
		{"//h/p", URL_OK, "https://h/p"},
		{"/a/./b/../c/", URL_OK, "/a/c/"},
		{"http://b\xC3\xBC"
		 "cher.example/\xC3\xA9",
		 URL_OK, "http://xn--bcher-kva.example/%C3%A9"},
		{"/%e2%82%ac%zz", URL_OK, "/%E2%82%AC%25zz"},
		{"mailto:a@b.org?subject=x y", URL_OK, "mailto:a@b.org?subject=x%20y"},
		{"tel:+44 (0)20", URL_OK, "tel:+44(0)20"},
		{"#a b", URL_OK, "#a%20b"},
		{"?q=1", URL_OK, "?q=1"},
		{"a/b", URL_OK, "a/b"},
		{"/\\evil", URL_OK, "/%5Cevil"},
		{"\\\\evil", URL_OK, "%5C%5Cevil"},
		{"/.//evil", URL_OK, "/.//evil"},
		{"http://[::1]:81/", URL_OK, "http://[::1]:81/"},
		{"http://h\\@evil/", URL_OK, "http://h/%5C@evil/"},
		{"", URL_EMPTY, ""},
		{" \n", URL_EMPTY, ""},
		{"javascript:alert(1)", URL_SCHEME, "javascript"},
		{"JaVa\tScRiPt:1", URL_SCHEME, "javascript"},
		{"data:x", URL_SCHEME, "data"},
		{"vbscript:x", URL_SCHEME, "vbscript"},
		{"file:///etc", URL_SCHEME, "file"},
		{"x y:z", URL_SCHEME, "x y"},
		{":x", URL_SCHEME, ""},
		{"%6Aavascript:1", URL_SCHEME, "%6aavascript"},
		{"http://u@h/", URL_CREDENTIALS, ""},
		{"http://u:p@h/", URL_CREDENTIALS, ""},
		{"http:/h", URL_BROKEN, ""},
		{"http:h", URL_BROKEN, ""},
		{"http://", URL_BROKEN, ""},
		{"http:///x", URL_BROKEN, ""},
		{"http://h:0/", URL_BROKEN, ""},
		{"http://h:x/", URL_BROKEN, ""},
		{"http://a b/", URL_BROKEN, ""},
		{"http://h<x/", URL_BROKEN, ""},
		{"mailto:", URL_BROKEN, ""},
		{"tel:abc", URL_BROKEN, ""},
		{"\xFF", URL_BROKEN, ""},
	};
	ARENA_SCOPED arena = arena_create(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct str address = {0}, scheme = {0}, again = {0};
		enum url_clean answer = url_clean(str_from(cases[i].raw), arena, &address, &scheme);
		if (answer != cases[i].answer)
			fail_msg("%s: answer %d", cases[i].raw, (int)answer);
		if (answer == URL_SCHEME)
			assert_str(scheme, cases[i].address);
		if (answer != URL_OK)
			continue;
		assert_str(address, cases[i].address);
		assert_int_equal(url_clean(address, arena, &again, NULL), URL_OK);
		assert_str(again, cases[i].address);
	}
}

static void test_paths(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	assert_str(url_path_normalise(STR("/a//b/./c/../d"), arena), "/a/b/d");
	assert_str(url_path_normalise(STR("x/%7euser/%2F/"), arena), "/x/~user/%2F/");
	assert_str(url_path_normalise(STR("/%d9%85 \xD9\x85"), arena), "/%D9%85%20%D9%85");
	assert_str(url_path_normalise(STR("/../../etc"), arena), "/etc");
	assert_str(url_path_normalise(STR("/%2e%2e/etc"), arena), "/etc");
	assert_str(url_path_normalise(STR(""), arena), "/");
	assert_str(url_path_normalise(STR("/100%"), arena), "/100%25");
}

static void test_query(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	struct str rest = STR("a=1&&b=x+y%20z&%zz=1&c&d=%00&e=%ff&f=%C3%A9"), name, value;
	assert_true(url_query_next(&rest, arena, &name, &value) && str_eq(name, STR("a")) && str_eq(value, STR("1")));
	assert_true(url_query_next(&rest, arena, &name, &value) && str_eq(name, STR("b")) &&
		    str_eq(value, STR("x y z")));
	assert_true(url_query_next(&rest, arena, &name, &value) && str_eq(name, STR("c")) && str_empty(value));
	assert_true(url_query_next(&rest, arena, &name, &value) && str_eq(name, STR("f")) &&
		    str_eq(value, STR("\xC3\xA9")));
	assert_false(url_query_next(&rest, arena, &name, &value));
	assert_str(url_host(STR("https://a.example:1/x")), "a.example");
	assert_true(str_empty(url_host(STR("/x"))) && url_is_absolute(STR("http://x")) && !url_is_absolute(STR("//x")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_parse), cmocka_unit_test(test_resolve),
					   cmocka_unit_test(test_clean), cmocka_unit_test(test_paths),
					   cmocka_unit_test(test_query)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
