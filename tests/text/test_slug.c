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
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_from_title), cmocka_unit_test(test_length),
					   cmocka_unit_test(test_imported), cmocka_unit_test(test_idempotent)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
