#include "ingest/shortcode.h"

#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static bool closes(struct str name)
{
	return str_eq(name, STR("caption")) || str_eq(name, STR("box"));
}

static bool first(const char *text, struct arena *arena, struct shortcode *ret)
{
	struct shortcode_scan scan;
	shortcode_scan_init(&scan, str_from(text), closes);
	return shortcode_next(&scan, arena, ret);
}

static void assert_text(struct str found, const char *wanted)
{
	if (!str_eq(found, str_from(wanted)))
		fail_msg("found \"%.*s\", expected \"%s\"", STR_ARG(found), wanted);
}

static void attributes_come_quoted_in_every_way(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	struct shortcode code;
	assert_true(first("x [gallery ids=\"1,2\" a='b c' d=e F = \"g\" \xE2\x80\x9Ch i\xE2\x80\x9D j=&quot;k&quot; "
			  "l=&#8221;m&#8221; n /] y",
			  arena, &code));
	assert_text(code.name, "gallery");
	assert_text(shortcode_attribute(&code, STR("ids")), "1,2");
	assert_text(shortcode_attribute(&code, STR("a")), "b c");
	assert_text(shortcode_attribute(&code, STR("d")), "e");
	assert_text(shortcode_attribute(&code, STR("f")), "g");
	assert_text(shortcode_attribute(&code, STR("j")), "k");
	assert_text(shortcode_attribute(&code, STR("l")), "m");
	assert_text(shortcode_positional(&code, 0), "h i");
	assert_text(shortcode_positional(&code, 1), "n");
	assert_text(shortcode_positional(&code, 2), "");
	assert_int_equal(code.start, 2);
}

static void content_ends_at_the_first_closing_tag(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	struct shortcode code;
	assert_true(first("[caption a=1]in [b] here[/caption]x[/caption]", arena, &code));
	assert_true(code.has_content);
	assert_text(code.content, "in [b] here");
	assert_true(first("[caption]never closed", arena, &code));
	assert_false(code.has_content);
	assert_int_equal(code.end, 9);
	assert_true(first("[caption/]a[/caption]", arena, &code));
	assert_false(code.has_content);
	assert_true(first("[youtube=https://y.example/x]", arena, &code));
	assert_text(shortcode_positional(&code, 0), "=https://y.example/x");
}

static void doubled_brackets_are_words(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	struct shortcode code;
	assert_true(first("a [[gallery ids=1]] b", arena, &code));
	assert_true(code.escaped);
	assert_int_equal(code.start, 2);
	assert_int_equal(code.end, 19);
	assert_true(first("[[caption]x[/caption]]", arena, &code));
	assert_true(code.escaped);
	assert_int_equal(code.end, 22);
	assert_true(first("[[gallery]", arena, &code));
	assert_false(code.escaped);
}

static void what_is_none_is_none(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	struct shortcode code;
	static const char *const texts[] = {"",
					    "[",
					    "[]",
					    "[ gallery]",
					    "[gallery",
					    "[\xC3\xA9t\xC3\xA9]",
					    "[a,b]",
					    "<a title=\"[gallery]\">",
					    "<!-- [gallery] -->",
					    "[1/",
					    "[.]"};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (first(texts[i], arena, &code))
			fail_msg("found one in %s", texts[i]);
	assert_true(first("<a [x>y [gallery]", arena, &code)); /* a tag that is none hides nothing behind it */
}

static void hostile_texts_cost_bounded_work(void **state)
{
	(void)state;
	static const char *const pieces[] = {"[caption]", "[caption ", "<a \"", "[[", "<!--", "[caption][/"};
	for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
		ARENA_SCOPED arena = arena_create(0);
		BUF_SCOPED text = BUF_INIT(4u << 20);
		while (text.len < (1u << 20))
			buf_put_cstr(&text, pieces[i]);
		struct shortcode_scan scan;
		struct shortcode code;
		shortcode_scan_init(&scan, buf_str(&text), closes);
		size_t steps = 0;
		while (shortcode_next(&scan, arena, &code))
			assert_true(++steps <= text.len);
		assert_int_equal(scan.at, text.len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(attributes_come_quoted_in_every_way),
		cmocka_unit_test(content_ends_at_the_first_closing_tag),
		cmocka_unit_test(doubled_brackets_are_words),
		cmocka_unit_test(what_is_none_is_none),
		cmocka_unit_test(hostile_texts_cost_bounded_work),
	};
	return cmocka_run_group_tests_name("ingest.shortcode", tests, NULL, NULL);
}
