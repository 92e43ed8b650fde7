#include "support.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "text/slug.h"

static void test_from_title(void **state)
{
	(void)state;
	static const struct {
		const char *title, *slug;
	} cases[] = {
		{"Italy/Malta: Obligation to safeguard lives", "italy-malta-obligation-to-safeguard-lives"},
		{"  Justice, now!  ", "justice-now"},
		{"Don\xE2\x80\x99t look away \xE2\x80\x93 act", "dont-look-away-act"},
		{"\xC3\x89tat de droit \xC3\xA0 l'\xC3\xA9preuve", "etat-de-droit-a-lepreuve"},
		{"Stra\xC3\x9F"
		 "e \xC3\x98rsted \xC5\x81\xC3\xB3"
		 "d\xC5\xBA",
		 "strasse-orsted-lodz"},
		{"\xD0\x9F\xD1\x80\xD0\xB0\xD0\xB2\xD0\xB0 "
		 "\xD0\xA7\xD0\xB5\xD0\xBB\xD0\xBE\xD0\xB2\xD0\xB5\xD0\xBA\xD0\xB0",
		 "\xD0\xBF\xD1\x80\xD0\xB0\xD0\xB2\xD0\xB0-"
		 "\xD1\x87\xD0\xB5\xD0\xBB\xD0\xBE\xD0\xB2\xD0\xB5\xD0\xBA\xD0\xB0"},
		{"\xD0\x99\xD0\xBE\xD0\xB4", "\xD0\xB9\xD0\xBE\xD0\xB4"}, /* Cyrillic keeps its marks */
		{"\xD8\xAD\xD9\x82\xD9\x88\xD9\x82 \xD8\xA7\xD9\x84\xD8\xA5\xD9\x86\xD8\xB3\xD8\xA7\xD9\x86",
		 "\xD8\xAD\xD9\x82\xD9\x88\xD9\x82-\xD8\xA7\xD9\x84\xD8\xA5\xD9\x86\xD8\xB3\xD8\xA7\xD9\x86"},
		{"\xE4\xBA\xBA\xE6\x9D\x83 2018", "\xE4\xBA\xBA\xE6\x9D\x83-2018"},
		{"100% \xE2\x84\x96 5", "100-no-5"},
		{"\xEF\xBC\xA1\xEF\xBC\xA2", "ab"},
		{"???", ""},
		{"", ""},
		{"--a--b--", "a-b"},
		{"U.S. & U.K.", "u-s-u-k"},
		{"\xC4\xB0stanbul", "istanbul"},
	};
	ARENA_SCOPED arena = arena_create(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_str(slug_from_title(str_from(cases[i].title), arena), cases[i].slug);
}

static void test_length(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	BUF_SCOPED title = BUF_INIT(100000);
	for (int i = 0; i < 500; i++)
		buf_put(&title, STR("\xE4\xBA\xBA\xE6\x9D\x83word "));
	struct str slug = slug_from_title(buf_str(&title), arena);
	assert_true(slug.len <= LIMIT_SLUG_BYTES && slug.len > LIMIT_SLUG_BYTES / 2);
	assert_true(utf8_valid(slug));
	assert_true(str_ends(slug, STR("word")));
	struct str numbered = slug_numbered(slug, 12, arena);
	assert_true(numbered.len <= LIMIT_SLUG_BYTES && str_ends(numbered, STR("-12")));
	assert_str(slug_numbered(STR("a"), 1, arena), "a");
	assert_str(slug_numbered(STR("a"), 2, arena), "a-2");
}

/* Slugs of the titles of a newsroom that repeats itself: all different, each a slug that stays as it is. */
static void test_numbers(void **state)
{
	(void)state;
	static const char *const slugs[] = {"a", "report-2026", "تقرير", "人权", "a-2", ""};
	static const unsigned numbers[] = {2, 9, 10, 99, 100, 4294967295u};
	ARENA_SCOPED arena = arena_create(0);
	for (size_t i = 0; i < sizeof slugs / sizeof *slugs; i++) {
		struct str slug = str_from(slugs[i]);
		assert_str(slug_numbered(slug, 0, arena), slugs[i]);
		assert_str(slug_numbered(slug, 1, arena), slugs[i]);
		for (size_t j = 0; j < sizeof numbers / sizeof *numbers; j++) {
			struct str found = slug_numbered(slug, numbers[j], arena);
			struct str ending = arena_printf(arena, "-%u", numbers[j]);
			assert_true(str_starts(found, slug) && str_ends(found, ending));
			assert_int_equal(found.len, slug.len + ending.len);
			assert_true(str_eq(slug_normalise(found, arena), found));
		}
	}
}

/* Room for the number is made at a word where one ends near, else between letters, never between a letter and its mark.
 */
static void test_numbers_at_the_limit(void **state)
{
	(void)state;
	static const struct {
		const char *repeated, *last;
		size_t count, kept; /* of the repeated one; what stands behind it goes */
	} cases[] = {
		{"a", "", 200, 198},          /* one long word: two bytes for "-7" */
		{"a", "", 198, 198},          /* there is room */
		{"a", "-bb", 197, 197},       /* the last word goes whole */
		{"a", "-b", 197, 197},        /* so does its hyphen */
		{"\xD0\xB0", "", 100, 99},    /* letters of two bytes */
		{"\xE4\xBA\xBA", "", 66, 66}, /* of three: 198 bytes leave room */
		{"\xE4\xBA\xBA", "a", 66, 66},
		{"\xE0\xA4\x95", "\xE0\xA4\xBF", 65, 65}, /* with its mark exactly 198 */
		{"\xE0\xA4\x95\xE0\xA4\xBF", "", 33, 33},
	};
	ARENA_SCOPED arena = arena_create(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		BUF_SCOPED slug = BUF_INIT(1000);
		BUF_SCOPED expected = BUF_INIT(1000);
		for (size_t j = 0; j < cases[i].count; j++)
			buf_put_cstr(&slug, cases[i].repeated);
		for (size_t j = 0; j < cases[i].kept; j++)
			buf_put_cstr(&expected, cases[i].repeated);
		buf_put_cstr(&slug, cases[i].last);
		if (slug.len <= LIMIT_SLUG_BYTES - 2)
			buf_put(&expected, str_skip(buf_str(&slug), expected.len));
		buf_put(&expected, STR("-7"));
		struct str found = slug_numbered(buf_str(&slug), 7, arena);
		if (!str_eq(found, buf_str(&expected)))
			fail_msg("%zu: %.*s, not %.*s", i, STR_ARG(found), STR_ARG(buf_str(&expected)));
	}
	BUF_SCOPED longest = BUF_INIT(1000);
	for (int i = 0; i < LIMIT_SLUG_BYTES; i++)
		buf_put_byte(&longest, 'a');
	struct str found = slug_numbered(buf_str(&longest), 4294967295u, arena);
	assert_int_equal(found.len, LIMIT_SLUG_BYTES);
	assert_true(str_ends(found, STR("a-4294967295")));
}

/* The same address however it was typed or sent: percent signs, size of letters and digits, order of marks. */
static void test_equal(void **state)
{
	(void)state;
	static const char *const equal[][2] = {
		{"caf%C3%A9", "café"},
		{"caf%c3%a9", "CAF%C3%89"},
		{"cafe\xCC\x81", "caf%C3%A9"},
		{"Hello-World", "hello-world"},
		{"%D8%AA%D9%82%D8%B1%D9%8A%D8%B1", "تقرير"},
		{"%E4%BA%BA%E6%9D%83", "人权"},
		{" a ", "a"},
		{"a%CC%A3%CC%82", "a%CC%82%CC%A3"},
		{"%61%62", "ab"},
		{"ΑΘΗΝΑ", "αθηνα"},
		{"%", "%"},
	};
	static const char *const different[][2] = {
		{"café", "cafe"}, /* an address that was kept is not one that was made */
		{"a-b", "a_b"},   {"a", "a-2"}, {"a", ""}, {"%C3", "%E3"}, {"ى", "ي"}, {"人权", "人權"}, {"σ", "ς"},
	};
	ARENA_SCOPED arena = arena_create(0);
	for (size_t i = 0; i < sizeof equal / sizeof *equal; i++)
		if (!slug_eq(str_from(equal[i][0]), str_from(equal[i][1]), arena) ||
		    !slug_eq(str_from(equal[i][1]), str_from(equal[i][0]), arena))
			fail_msg("%s is not %s", equal[i][0], equal[i][1]);
	for (size_t i = 0; i < sizeof different / sizeof *different; i++)
		if (slug_eq(str_from(different[i][0]), str_from(different[i][1]), arena))
			fail_msg("%s is %s", different[i][0], different[i][1]);
}

static void test_imported(void **state)
{
	(void)state;
	ARENA_SCOPED arena = arena_create(0);
	assert_str(slug_normalise(STR("hello-world"), arena), "hello-world");
	assert_str(slug_normalise(STR("%d9%85%d8%b1"), arena), "\xD9\x85\xD8\xB1");
	assert_str(slug_normalise(STR("%D9%85%D8%B1"), arena), "\xD9\x85\xD8\xB1");
	assert_str(slug_normalise(STR("caf%C3%A9"), arena), "caf\xC3\xA9");
	assert_str(slug_normalise(STR("cafe%CC%81"), arena), "caf\xC3\xA9");
	assert_str(slug_normalise(STR("100%-true"), arena), "100%-true");
	assert_str(slug_normalise(STR("broken%d9"), arena), "broken%d9");
	assert_str(slug_normalise(STR(""), arena), "");
	assert_true(slug_eq(STR("%d9%85"), STR("\xD9\x85"), arena));
	assert_false(slug_eq(STR("a"), STR("b"), arena));
}

static void test_idempotent(void **state)
{
	(void)state;
	struct mutator mutator = {.state = 4};
	ARENA_SCOPED arena = arena_create(0);
	for (int i = 0; i < 3000; i++) {
		struct arena_mark mark = arena_mark(arena);
		struct str slug =
			slug_from_title(mutator_disturb(&mutator, mutator_case(&mutator, arena), arena), arena);
		assert_true(utf8_valid(slug) && slug.len <= LIMIT_SLUG_BYTES);
		assert_true(str_find_byte(slug, '<') == SIZE_MAX && str_find_byte(slug, '/') == SIZE_MAX);
		assert_true(str_eq(slug_normalise(slug, arena), slug));
		arena_release(arena, mark);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_from_title), cmocka_unit_test(test_length),
		cmocka_unit_test(test_numbers),    cmocka_unit_test(test_numbers_at_the_limit),
		cmocka_unit_test(test_equal),      cmocka_unit_test(test_imported),
		cmocka_unit_test(test_idempotent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
