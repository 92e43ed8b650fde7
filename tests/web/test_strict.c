#include "web/strict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct strict_limits limits = {.header_bytes = 1000, .header_fields = 10, .body_bytes = 100};

/* Fields are given as one text, "Name: value" lines parted by \n. */
static int verdict(enum web_method method, const char *version, const char *fields)
{
	struct strict strict = {0};
	struct str rest = str_from(fields), line;
	while (str_next(&rest, '\n', &line)) {
		struct str name, value;
		str_cut(line, ':', &name, &value);
		strict_add(&strict, name, str_starts(value, STR(" ")) ? str_skip(value, 1) : value);
	}
	return strict_verdict(&strict, method, str_from(version), &limits);
}

static void requests(void **state)
{
	static const struct {
		enum web_method method;
		const char *fields;
		int status;
	} cases[] = {
		{WEB_GET, "Host: a", 0},
		{WEB_GET, "Host: a.example:8080", 0},
		{WEB_GET, "Host: [::1]:80", 0},
		{WEB_GET, "Host:", 0},
		{WEB_GET, "Accept: b", 400},
		{WEB_GET, "Host: a\nHost: a", 400},
		{WEB_GET, "Host: a\nhOsT: b", 400},
		{WEB_GET, "Host: a b", 400},
		{WEB_GET, "Host: a/b", 400},
		{WEB_GET, "Host: user@a", 400},
		{WEB_GET, "Host: a,b", 400},
		/* lengths */
		{WEB_POST, "Host: a\nContent-Length: 5", 0},
		{WEB_POST, "Host: a\nContent-Length: 0", 0},
		{WEB_GET, "Host: a\nContent-Length: 0", 0},
		{WEB_GET, "Host: a\nContent-Length: 5", 400},
		{WEB_HEAD, "Host: a\nContent-Length: 5", 400},
		{WEB_POST, "Host: a\nContent-Length: 5\nContent-Length: 5", 400},
		{WEB_POST, "Host: a\nContent-Length: 5\nContent-Length: 6", 400},
		{WEB_POST, "Host: a\nContent-Length: 5, 5", 400},
		{WEB_POST, "Host: a\nContent-Length: +5", 400},
		{WEB_POST, "Host: a\nContent-Length: -5", 400},
		{WEB_POST, "Host: a\nContent-Length: 0x5", 400},
		{WEB_POST, "Host: a\nContent-Length: 05", 400},
		{WEB_POST, "Host: a\nContent-Length: 00", 400},
		{WEB_POST, "Host: a\nContent-Length: 5.0", 400},
		{WEB_POST, "Host: a\nContent-Length:", 400},
		{WEB_POST, "Host: a\nContent-Length: 99999999999999999999999", 400},
		{WEB_POST, "Host: a\nContent-Length: 101", 413},
		/* codings */
		{WEB_POST, "Host: a\nTransfer-Encoding: chunked", 0},
		{WEB_POST, "Host: a\nTransfer-Encoding: Chunked", 0},
		{WEB_GET, "Host: a\nTransfer-Encoding: chunked", 400},
		{WEB_POST, "Host: a\nTransfer-Encoding: chunked\nContent-Length: 5", 400},
		{WEB_POST, "Host: a\nContent-Length: 5\nTransfer-Encoding: chunked", 400},
		{WEB_POST, "Host: a\nTransfer-Encoding: xchunked", 400},
		{WEB_POST, "Host: a\nTransfer-Encoding: chunked, gzip", 400},
		{WEB_POST, "Host: a\nTransfer-Encoding: gzip, chunked", 400},
		{WEB_POST, "Host: a\nTransfer-Encoding: identity", 400},
		{WEB_POST, "Host: a\nTransfer-Encoding: chunked\nTransfer-Encoding: chunked", 400},
		{WEB_POST, "Host: a\nTransfer-Encoding:", 400},
		{WEB_POST,
		 "Host: a\nTransfer-Encoding: \x0b"
		 "chunked",
		 400},
		/* names and values */
		{WEB_GET, "Host: a\nContent-Length : 5", 400},
		{WEB_GET, "Host: a\nbad name: x", 400},
		{WEB_GET, "Host: a\n: x", 400},
		{WEB_GET, "Host: a\nX: a\x01", 400},
		{WEB_GET, "Host: a\nX: a\x7f", 400},
		{WEB_GET, "Host: a\nX: a\tb", 0},
		{WEB_GET, "Host: a\nX: \xc3\xa9", 0},
		{WEB_POST, "Host: a\nExpect: 100-continue", 0},
		{WEB_POST, "Host: a\nExpect: tea", 417},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		print_message("%s\n", cases[i].fields);
		assert_int_equal(verdict(cases[i].method, "HTTP/1.1", cases[i].fields), cases[i].status);
	}
}

static void hosts(void **state)
{
	static const struct {
		const char *text;
		bool right;
	} cases[] = {
		{"a:", true},    {"a_b.~c%2d!:0", true}, {"[2001:db8::7]", true}, {"[::ffff:192.0.2.1]:8080", true},
		{"a:b", false},  {"a:80:90", false},     {"a:-1", false},         {"a%", false},
		{"a%2", false},  {"a%2g", false},        {"::1", false},          {"[::1", false},
		{"::1]", false}, {"[]", false},          {"[::1]a", false},       {"[::1]:b", false},
		{"[a]", false},  {"[192.0.2.1]", false}, {"a[::1]", false},
	};
	(void)state;
	assert_true(strict_is_host(STR("")));
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct strict strict = {0};
		print_message("%s\n", cases[i].text);
		assert_int_equal(strict_is_host(str_from(cases[i].text)), cases[i].right);
		strict_add(&strict, STR("Host"), str_from(cases[i].text));
		assert_int_equal(strict_verdict(&strict, WEB_GET, STR("HTTP/1.1"), &limits), cases[i].right ? 0 : 400);
	}
}

/* Each byte at each place, beside others that are at the edges themselves. */
static void bytes(void **state)
{
	static const char token_bytes[] =
		"!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	(void)state;
	for (unsigned c = 0; c < 256; c++) {
		assert_int_equal(strict_is_token_byte((unsigned char)c), c && strchr(token_bytes, (int)c) != NULL);
		for (size_t place = 0; place < 20; place++) {
			char value[20];
			struct strict strict = {0};
			memset(value, place % 2 ? ' ' : 0x7e, sizeof value);
			memset(value, place % 3 ? '\xff' : '\t', place / 2);
			value[place] = (char)c;
			strict_add(&strict, STR("X"), str_of(value, sizeof value));
			assert_int_equal(strict.bad, (c < 0x20 && c != '\t') || c == 0x7f);
		}
	}
}

static void versions(void **state)
{
	(void)state;
	assert_int_equal(verdict(WEB_GET, "HTTP/1.0", ""), 0);
	assert_int_equal(verdict(WEB_GET, "HTTP/1.0", "Host: a\nHost: b"), 400);
	assert_int_equal(verdict(WEB_POST, "HTTP/1.0", "Transfer-Encoding: chunked"), 400);
	assert_int_equal(verdict(WEB_GET, "HTTP/2.0", "Host: a"), 505);
	assert_int_equal(verdict(WEB_GET, "HTTP/1.2", "Host: a"), 505);
	assert_int_equal(verdict(WEB_GET, "http/1.1", "Host: a"), 505);
	assert_int_equal(verdict(WEB_GET, "", "Host: a"), 505);
}

static void too_much(void **state)
{
	struct strict strict = {0};
	char value[1001];
	(void)state;
	memset(value, 'x', sizeof value);
	strict_add(&strict, STR("Host"), STR("a"));
	strict_add(&strict, STR("X"), str_of(value, 1000 - 6));
	assert_int_equal(strict_verdict(&strict, WEB_GET, STR("HTTP/1.1"), &limits), 0);
	strict_add(&strict, STR("Y"), STR(""));
	assert_int_equal(strict_verdict(&strict, WEB_GET, STR("HTTP/1.1"), &limits), 431);
	strict = (struct strict){0};
	strict_add(&strict, STR("Host"), STR("a"));
	for (int i = 0; i < 9; i++)
		strict_add(&strict, STR("X"), STR("y"));
	assert_int_equal(strict_verdict(&strict, WEB_GET, STR("HTTP/1.1"), &limits), 0);
	strict_add(&strict, STR("X"), STR("y"));
	assert_int_equal(strict_verdict(&strict, WEB_GET, STR("HTTP/1.1"), &limits), 431);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests), cmocka_unit_test(hosts),    cmocka_unit_test(bytes),
		cmocka_unit_test(versions), cmocka_unit_test(too_much),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
