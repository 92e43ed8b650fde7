/* Which file stands for an address, and which address has none. */
#include "export/name.h"

#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct {
	const char *path;
	bool page;
	const char *name; /* NULL: there can be none */
} cases[] = {
	{"/", true, "index.html"},
	{"/topic/prisons/", true, "topic/prisons/index.html"},
	{"/topic/prisons/page/2/", true, "topic/prisons/page/2/index.html"},
	{"/node/12", true, "node/12/index.html"},
	{"/story.html", true, "story.html"},
	{"/story.htm", true, "story.htm"},
	{"/story.php", true, "story.php/index.html"}, /* a host would give it out as something else than a page */
	{"/feed.rss", false, "feed.rss"},
	{"/media/abc/lamp-320.jpg", false, "media/abc/lamp-320.jpg"},
	{"/.well-known/security.txt", false, ".well-known/security.txt"},
	{"/ar/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1/", true, "ar/\xd8\xa3\xd8\xae\xd8\xa8\xd8\xa7\xd8\xb1/index.html"},
	{"/what%3F/", true, "what?/index.html"},
	{"/100%25/", true, "100%/index.html"},
	{"/trailing./", true, "trailing./index.html"},
	/* never outside, never among our own */
	{"/../secret/", true, NULL},
	{"/a/%2E%2E/%2e%2e/etc/", true, NULL},
	{"/a/./b/", true, NULL},
	{"/a%2F..%2Fb/", true, NULL},
	{"/.crier/manifest", false, NULL},
	{"/.crier/", true, NULL},
	{"/.CRIER/lock", false, NULL}, /* the same folder where names fold case */
	{"/a//b/", true, NULL},
	{"/a%00b/", true, NULL},
	{"/a%0Ab/", true, NULL},
	{"/a%7Fb/", true, NULL},
	{"/broken%f", true, NULL},
	{"/not%FFutf8/", true, NULL},
	{"relative/", true, NULL},
	{"/folder/", false, NULL}, /* what is no page and ends like a folder */
	{"/", false, NULL},
};

static void test_cases(void **state)
{
	ARENA_SCOPED arena = arena_create(0);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct str name = {0};
		const char *why = name_of_path(str_from(cases[i].path), cases[i].page, arena, &name);

		if (!why != !!cases[i].name || (!why && !str_eq(name, str_from(cases[i].name))))
			fail_msg("%s: \"%.*s\", %s", cases[i].path, STR_ARG(name), why ? why : "no reason");
		assert_true(why || name_is_safe(name));
	}
}

static const char *why_not(size_t part_bytes)
{
	ARENA_SCOPED arena = arena_create(0);
	BUF_SCOPED path = BUF_INIT(1000);
	struct str name;

	buf_put_byte(&path, '/');
	for (size_t i = 0; i < part_bytes; i++)
		buf_put_byte(&path, 'a');
	buf_put_byte(&path, '/');
	return name_of_path(buf_str(&path), true, arena, &name);
}

/* With ".gz" behind it a part may have 255 bytes, no more. */
static void test_long_parts(void **state)
{
	(void)state;
	assert_true(NAME_PART_BYTES + strlen(".gz") <= 255);
	assert_null(why_not(NAME_PART_BYTES));
	assert_string_equal(why_not(NAME_PART_BYTES + 1), "a part of the address is longer than a file's name can be");
}

static void test_long_paths(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	BUF_SCOPED path = BUF_INIT(2 * NAME_BYTES);
	struct str name;

	(void)state;
	for (int i = 0; i < NAME_BYTES / 100 + 1; i++)
		buf_printf(&path, "/%0100d", i);
	buf_put_byte(&path, '/');
	assert_string_equal(name_of_path(buf_str(&path), true, arena, &name),
			    "the address is longer than a file's path can be");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_long_parts),
		cmocka_unit_test(test_long_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
