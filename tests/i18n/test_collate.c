#include "i18n/collate.h"
#include "mo_writer.h"

static struct str text_of(const void *item)
{
	return str_from(*(const char *const *)item);
}

static void is_sorted(const char *language, const char **words, size_t count, const char *expected)
{
	ARENA_SCOPED arena = arena_create(0);
	BUF_SCOPED out = BUF_INIT(4096);
	struct collator *collator;
	assert_int_equal(collator_create(str_from(language), &collator, NULL), 0);
	collator_sort(collator, words, count, sizeof words[0], text_of);
	for (size_t i = 0; i < count; i++) {
		buf_put(&out, i ? STR(" ") : STR(""));
		buf_put_cstr(&out, words[i]);
		if (i == 0)
			continue;
		int order = collator_compare(collator, str_from(words[i - 1]), str_from(words[i]));
		struct str left = collator_key(collator, str_from(words[i - 1]), arena);
		struct str right = collator_key(collator, str_from(words[i]), arena);
		assert_true(order <= 0);
		assert_int_equal(order < 0, str_cmp(left, right) < 0);
	}
	assert_string_equal(buf_copy(&out, arena).ptr, expected);
	collator_destroy(collator);
}
#define IS_SORTED(language, expected, ...)                                                                             \
	do {                                                                                                           \
		const char *words[] = {__VA_ARGS__};                                                                   \
		is_sorted((language), words, sizeof words / sizeof words[0], (expected));                              \
	} while (0)

static void languages_have_their_order(void **state)
{
	(void)state;
	IS_SORTED("en", "Albania Austria Österreich Zambia", "Zambia", "Österreich", "Austria", "Albania");
	IS_SORTED("sv", "Albania Zambia Åland Österrike", "Österrike", "Åland", "Zambia", "Albania");
	IS_SORTED("de", "Ägypten Albanien Österreich Ungarn", "Ungarn", "Österreich", "Albanien", "Ägypten");
	IS_SORTED("fr", "Égypte Espagne États-Unis Zambie", "Zambie", "États-Unis", "Espagne", "Égypte");
	IS_SORTED("es", "nube ñandú oso", "oso", "ñandú", "nube");
	IS_SORTED("ru", "Египет Ёлка Ирак Япония", "Япония", "Ирак", "Ёлка", "Египет");
	IS_SORTED("ar", "الأردن العراق مصر", "مصر", "العراق", "الأردن");
	IS_SORTED("zh", "埃及 美国 中国", "中国", "美国", "埃及");
	IS_SORTED("hi", "अफ़्रीका भारत मिस्र", "मिस्र", "भारत", "अफ़्रीका");
}

static void numbers_sort_as_numbers(void **state)
{
	(void)state;
	IS_SORTED("en", "Article 2 Article 10 Article 100", "Article 100", "Article 10", "Article 2");
}

static void case_decides_last_and_equals_keep_their_order(void **state)
{
	(void)state;
	IS_SORTED("en", "a A ab Ab", "Ab", "A", "ab", "a");
	IS_SORTED("root", "a b c", "c", "b", "a");
	IS_SORTED("en", "", "");
}

/* 481 characters make a key that is longer than the first try's room. */
static void keys_of_long_texts_are_whole(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	BUF_SCOPED text = BUF_INIT(4096);
	struct collator *collator;
	(void)state;
	assert_int_equal(collator_create(STR("zh"), &collator, NULL), 0);
	for (int i = 0; i < 480; i++)
		buf_put(&text, i % 2 ? STR("É") : STR("中"));
	struct str shorter = collator_key(collator, buf_str(&text), arena);
	buf_put(&text, STR("国"));
	struct str longer = collator_key(collator, buf_str(&text), arena);
	assert_true(longer.len > 1024);
	assert_true(str_cmp(shorter, longer) < 0);
	assert_true(str_cmp(collator_key(collator, STR(""), arena), shorter) < 0);
	collator_destroy(collator);
	collator_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(languages_have_their_order),
		cmocka_unit_test(numbers_sort_as_numbers),
		cmocka_unit_test(case_decides_last_and_equals_keep_their_order),
		cmocka_unit_test(keys_of_long_texts_are_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
