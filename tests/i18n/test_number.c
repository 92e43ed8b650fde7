#include "i18n/number.h"
#include "mo_writer.h"

#include <stdint.h>

static void is_written(struct number_formats *formats, const char *language, int64_t number, const char *expected)
{
	ARENA_SCOPED arena = arena_create(0);
	assert_string_equal(number_str(formats, str_from(language), number, arena).ptr, expected);
}

/* CLDR 42: digits, grouping and the group mark of each. */
static void languages_write_their_digits(void **state)
{
	struct number_formats *formats = number_formats_create();
	(void)state;
	is_written(formats, "en", 1234567, "1,234,567");
	is_written(formats, "en", -1234, "-1,234");
	is_written(formats, "en", 0, "0");
	is_written(formats, "fr", 1234567, "1\u202f234\u202f567");
	is_written(formats, "es", 1234, "1234");
	is_written(formats, "es", 12345, "12.345");
	is_written(formats, "de", 1234, "1.234");
	is_written(formats, "ru", 1234567, "1\u00a0234\u00a0567");
	is_written(formats, "ar", 1234567, "١٬٢٣٤٬٥٦٧");
	is_written(formats, "ar-MA", 1234567, "1.234.567");
	is_written(formats, "fa", 12345, "۱۲٬۳۴۵");
	is_written(formats, "hi", 1234567, "12,34,567");
	is_written(formats, "zh", 1234567, "1,234,567");
	is_written(formats, "en", INT64_MIN, "-9,223,372,036,854,775,808");
	is_written(formats, "en", INT64_MAX, "9,223,372,036,854,775,807");
	number_formats_destroy(formats);
}

static void unknown_languages_are_written_plainly(void **state)
{
	struct number_formats *formats = number_formats_create();
	(void)state;
	is_written(formats, "no such language", 1234, "1,234");
	is_written(formats, "", 1234, "1,234");
	number_formats_destroy(formats);
	number_formats_destroy(NULL);
}

/* More languages than are kept, twice around: all are still right. */
static void forgotten_languages_come_back(void **state)
{
	static const char *const languages[] = {"en", "fr", "de", "es", "it", "pt", "nl", "sv", "da", "fi",
						"pl", "cs", "sk", "hu", "ro", "bg", "el", "tr", "ru", "uk",
						"sr", "hr", "sl", "et", "lv", "lt", "ar", "he", "fa", "hi"};
	struct number_formats *formats = number_formats_create();
	ARENA_SCOPED arena = arena_create(0);
	struct str first[30];
	(void)state;
	for (size_t i = 0; i < 30; i++)
		first[i] = number_str(formats, str_from(languages[i]), 1234567, arena);
	for (size_t i = 0; i < 30; i++)
		is_written(formats, languages[i], 1234567, first[i].ptr);
	is_written(formats, "de", 1234567, "1.234.567");
	number_formats_destroy(formats);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(languages_write_their_digits),
		cmocka_unit_test(unknown_languages_are_written_plainly),
		cmocka_unit_test(forgotten_languages_come_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
