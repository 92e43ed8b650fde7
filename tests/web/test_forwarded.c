#include "base/buf.h"
#include "web/forwarded.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define FIELDS 64

static struct network trusted[2]; /* 10.0.0.0/8 and fd00::/8 */

static int read_networks(void **state)
{
	(void)state;
	return network_read(STR("10.0.0.0/8"), &trusted[0]) && network_read(STR("fd00::/8"), &trusted[1]) ? 0 : -1;
}

/* Fields as "Name: value" lines. What comes out: "none", "broken" or nothing where it is the address wanted. */
static const char *outcome(bool rfc7239, const char *lines, const char *wanted)
{
	const struct proxies proxies = {trusted, 2, rfc7239};
	struct header fields[FIELDS];
	size_t count = 0;
	struct str rest = str_from(lines), line;
	struct netaddr reader, right;
	while (str_next(&rest, '\n', &line)) {
		str_cut(line, ':', &fields[count].name, &fields[count].value);
		fields[count].value = str_trim(fields[count].value);
		count++;
	}
	switch (forwarded_reader(&proxies, fields, count, &reader)) {
	case FORWARDED_NONE:
		return "none";
	case FORWARDED_BROKEN:
		return "broken";
	default:
		if (!netaddr_read(str_from(wanted), &right))
			return "an address";
		return memcmp(&reader, &right, sizeof reader) == 0 ? wanted : "another";
	}
}

static void plain_lists(void **state)
{
	static const struct {
		const char *value, *wanted;
	} cases[] = {
		{"192.0.2.7", "192.0.2.7"},
		{"192.0.2.7:4711", "192.0.2.7"},
		{"2001:db8::7", "2001:db8::7"},
		{"[2001:db8::7]", "2001:db8::7"},
		{"[2001:db8::7]:4711", "2001:db8::7"},
		{"::ffff:192.0.2.7", "192.0.2.7"},
		/* the last that is not a proxy of ours, whatever stands before it */
		{"198.51.100.1, 192.0.2.7", "192.0.2.7"},
		{"198.51.100.1 ,\t192.0.2.7", "192.0.2.7"},
		{"192.0.2.7, 10.0.0.1", "192.0.2.7"},
		{"192.0.2.7, fd00::1, 10.0.0.1", "192.0.2.7"},
		{"198.51.100.1, 10.0.0.9, 192.0.2.7, 10.0.0.1", "192.0.2.7"},
		{"nonsense, \x01, 192.0.2.7", "192.0.2.7"},
		{", 192.0.2.7", "192.0.2.7"},
		/* nobody but ours: one of our machines asks for itself */
		{"10.0.0.1", "none"},
		{"10.0.0.1, fd00::2", "none"},
		/* what should be the reader is no address */
		{"", "broken"},
		{"unknown", "broken"},
		{"_hidden", "broken"},
		{"unix:", "broken"},
		{"192.0.2.7,", "broken"},
		{"192.0.2.7, nonsense", "broken"},
		{"nonsense, 10.0.0.1", "broken"},
		{"192.0.2.7 198.51.100.1", "broken"},
		{"192.0.2.7:", "broken"},
		{"192.0.2.7:65536", "broken"},
		{"192.0.2.7:-1", "broken"},
		{"192.0.2.7:80:80", "broken"},
		{"[192.0.2.7]", "broken"},
		{"[2001:db8::7", "broken"},
		{"[2001:db8::7]x", "broken"},
		{"[2001:db8::7]:", "broken"},
		{"[", "broken"},
		{"[]", "broken"},
		{"]", "broken"},
		{":", "broken"},
		{"::", "::"},
		{"\"192.0.2.7\"", "broken"},
		{"for=192.0.2.7", "broken"},
		{"256.0.0.1", "broken"},
	};
	char lines[200];
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		snprintf(lines, sizeof lines, "Host: a\nx-FORWARDED-for: %s\nVia: b", cases[i].value);
		const char *found = outcome(false, lines, cases[i].wanted);
		if (strcmp(found, cases[i].wanted) != 0)
			fail_msg("\"%s\": %s, not %s", cases[i].value, found, cases[i].wanted);
	}
}

static void standard_lists(void **state)
{
	static const struct {
		const char *value, *wanted;
	} cases[] = {
		{"for=192.0.2.7", "192.0.2.7"},
		{"For=192.0.2.7", "192.0.2.7"},
		{"for=\"192.0.2.7\"", "192.0.2.7"},
		{"for=\"192.0.2.7:4711\"", "192.0.2.7"},
		{"for=\"[2001:db8::7]\"", "2001:db8::7"},
		{"for=\"[2001:db8::7]:4711\"", "2001:db8::7"},
		{"for=\"\\1\\92.0.2.7\"", "192.0.2.7"},
		{"proto=https;for=192.0.2.7;by=203.0.113.43", "192.0.2.7"},
		{"by=\"_a,b;c\"; for=192.0.2.7", "192.0.2.7"},
		{";for=192.0.2.7;", "192.0.2.7"},
		{"for=198.51.100.1, for=192.0.2.7", "192.0.2.7"},
		{"for=192.0.2.7, for=10.0.0.1;proto=http", "192.0.2.7"},
		{"for=192.0.2.7,for=\"[fd00::1]\", for=10.0.0.1", "192.0.2.7"},
		{"for=unknown, for=192.0.2.7", "192.0.2.7"},
		/* a quoted comma parts nothing */
		{"for=192.0.2.7;x=\", for=198.51.100.1\"", "192.0.2.7"},
		{"for=10.0.0.1", "none"},
		{"for=unknown", "broken"},
		{"for=_hidden", "broken"},
		{"for=192.0.2.7, for=unknown", "broken"},
		{"for=192.0.2.7, proto=https", "broken"},
		{"", "broken"},
		{",", "broken"},
		{"for=192.0.2.7,", "broken"},
		{"192.0.2.7", "broken"},
		{"for", "broken"},
		{"for=", "broken"},
		{"for =192.0.2.7", "broken"},
		{"for= 192.0.2.7", "broken"},
		{"for=192.0.2.7:4711", "broken"},
		{"for=[2001:db8::7]", "broken"},
		{"for=\"192.0.2.7", "broken"},
		{"for=\"192.0.2.7\\", "broken"},
		{"for=\"192.0.2.7\"x", "broken"},
		{"for=192.0.2.7;for=192.0.2.7", "broken"},
		{"for=192.0.2.7 for=192.0.2.8", "broken"},
		/* a quote that a reader left open takes the rest with it: then the proxy is counted, not somebody else
		 */
		{"for=\"198.51.100.1, for=192.0.2.7", "broken"},
		{"for=\"192.0.2.7                                                                  \"", "broken"},
	};
	char lines[200];
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		snprintf(lines, sizeof lines, "Host: a\nforwarded: %s\nVia: b", cases[i].value);
		const char *found = outcome(true, lines, cases[i].wanted);
		if (strcmp(found, cases[i].wanted) != 0)
			fail_msg("\"%s\": %s, not %s", cases[i].value, found, cases[i].wanted);
	}
}

static void several_fields_are_one_list(void **state)
{
	(void)state;
	assert_string_equal(outcome(false, "X-Forwarded-For: 198.51.100.1\nX-Forwarded-For: 192.0.2.7", "192.0.2.7"),
			    "192.0.2.7");
	assert_string_equal(outcome(false, "X-Forwarded-For: 192.0.2.7\nX-Forwarded-For: 10.0.0.1", "192.0.2.7"),
			    "192.0.2.7");
	assert_string_equal(outcome(true, "Forwarded: for=\"open\nForwarded: for=192.0.2.7", "192.0.2.7"), "192.0.2.7");
	assert_string_equal(outcome(true, "Forwarded: for=192.0.2.7\nForwarded: for=10.0.0.1", "192.0.2.7"),
			    "192.0.2.7");
}

/* The field that is not chosen may come from the reader. */
static void the_other_field_is_passed_over(void **state)
{
	(void)state;
	assert_string_equal(outcome(false, "Forwarded: for=192.0.2.7", ""), "none");
	assert_string_equal(outcome(true, "X-Forwarded-For: 192.0.2.7", ""), "none");
	assert_string_equal(outcome(false, "X-Forwarded-For: 192.0.2.7\nForwarded: for=198.51.100.1", "192.0.2.7"),
			    "192.0.2.7");
	assert_string_equal(outcome(false, "X-Forwarded-Foreign: 192.0.2.7", ""), "none");
	assert_string_equal(outcome(false, "", ""), "none");
}

/* The reader, and so many proxies of ours behind it. */
static const char *chain(bool rfc7239, unsigned proxies)
{
	BUF_SCOPED lines = BUF_INIT(4000);
	buf_put_cstr(&lines, rfc7239 ? "Forwarded: for=192.0.2.7" : "X-Forwarded-For: 192.0.2.7");
	for (unsigned i = 0; i < proxies; i++)
		buf_put_cstr(&lines, rfc7239 ? ", for=10.0.0.1" : ", 10.0.0.1");
	buf_put_byte(&lines, 0);
	return outcome(rfc7239, lines.ptr, "192.0.2.7");
}

static void chains_end(void **state)
{
	(void)state;
	for (int rfc7239 = 0; rfc7239 < 2; rfc7239++) {
		assert_string_equal(chain(rfc7239, 31), "192.0.2.7");
		assert_string_equal(chain(rfc7239, 32), "broken");
	}
}

static void nobody_is_trusted_without_a_list(void **state)
{
	const struct proxies nobody = {0};
	struct netaddr address;
	(void)state;
	assert_true(netaddr_read(STR("10.0.0.1"), &address));
	assert_false(proxies_have(&nobody, &address));
	assert_true(proxies_have(&(struct proxies){trusted, 2, false}, &address));
	assert_false(proxies_have(&(struct proxies){trusted + 1, 1, false}, &address));
}

static void any_field_is_seen(void **state)
{
	const struct header fields[] = {
		{STR("Host"), STR("a")}, {STR("forwarded"), STR("")}, {STR("X-FORWARDED-FOR"), STR("b")}};
	(void)state;
	assert_false(forwarded_any(fields, 0));
	assert_false(forwarded_any(fields, 1));
	assert_true(forwarded_any(fields, 2));
	assert_true(forwarded_any(fields + 2, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_lists),
		cmocka_unit_test(standard_lists),
		cmocka_unit_test(several_fields_are_one_list),
		cmocka_unit_test(the_other_field_is_passed_over),
		cmocka_unit_test(chains_end),
		cmocka_unit_test(nobody_is_trusted_without_a_list),
		cmocka_unit_test(any_field_is_seen),
	};
	return cmocka_run_group_tests(tests, read_networks, NULL);
}
