#include "i18n/language.h"
#include "mo_writer.h"

static void codes_are_checked_and_settled(void **state)
{
	static const struct {
		const char *code, *canonical; /* NULL: refused */
	} cases[] = {
		{"en", "en"},
		{"EN-us", "en-US"},
		{"pt-BR", "pt-BR"},
		{"zh-hant", "zh-Hant"},
		{"iw", "he"},
		{"es-419", "es-419"},
		{"sr-latn", "sr-Latn"},
		{"ZH-HANT-tw", "zh-Hant-TW"},
		{"i-klingon", "tlh"},
		{"ar-EG", "ar-EG"},
		{"xx", NULL},
		{"english", NULL},
		{"e", NULL},
		{"", NULL},
		{"x-private", NULL},
		{"en_US", NULL},
		{"en-", NULL},
		{"und", NULL},
		{"en--US", NULL},
		{"en US", NULL},
		{"../en", NULL},
		{"e\xC3\xA9", NULL},
		{"en-x-a-very-long-private-use-part-that-goes-on-for-ever-and-ever-and-ever-so", NULL},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char code[LANGUAGE_CODE_BYTES] = "untouched";
		bool valid = language_canonical(str_from(cases[i].code), code);
		assert_int_equal(valid, language_valid(str_from(cases[i].code)));
		assert_string_equal(code, cases[i].canonical ? cases[i].canonical : "untouched");
	}
	assert_false(language_valid(str_of("en\0US", 5)));
}

static void languages_name_themselves(void **state)
{
	static const char *const names[][2] = {{"en", "English"},
					       {"fr", "français"},
					       {"es", "español"},
					       {"ar", "العربية"},
					       {"de", "Deutsch"},
					       {"ru", "русский"},
					       {"zh", "中文"},
					       {"hi", "हिन्दी"},
					       {"pt-BR", "português (Brasil)"},
					       {"zh-Hant", "繁體中文"},
					       {"not a code", "not a code"}};
	ARENA_SCOPED arena = arena_create(0);
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		assert_string_equal(language_autonym(str_from(names[i][0]), arena).ptr, names[i][1]);
	assert_string_equal(language_name(STR("ar"), STR("en"), arena).ptr, "Arabic");
	assert_string_equal(language_name(STR("de"), STR("fr"), arena).ptr, "allemand");
}

static void direction_follows_the_script(void **state)
{
	static const char *const rtl[] = {"ar", "he", "fa", "ur", "ps", "ckb", "ar-MA", "az-Arab"};
	static const char *const ltr[] = {"en", "fr", "ru", "zh", "hi", "az", "nonsense", ""};
	(void)state;
	for (size_t i = 0; i < 8; i++) {
		assert_int_equal(language_direction(str_from(rtl[i])), LANGUAGE_RTL);
		assert_int_equal(language_direction(str_from(ltr[i])), LANGUAGE_LTR);
	}
	assert_string_equal(language_direction_name(LANGUAGE_RTL), "rtl");
	assert_string_equal(language_direction_name(LANGUAGE_LTR), "ltr");
}

static void scripts_are_the_likely_ones(void **state)
{
	static const char *const scripts[][2] = {{"en", "Latn"}, {"ar", "Arab"},     {"ru", "Cyrl"},
						 {"zh", "Hans"}, {"zh-TW", "Hant"},  {"hi", "Deva"},
						 {"sr", "Cyrl"}, {"sr-Latn", "Latn"}};
	char script[5] = "none";
	(void)state;
	for (size_t i = 0; i < 8; i++) {
		assert_true(language_script(str_from(scripts[i][0]), script));
		assert_string_equal(script, scripts[i][1]);
	}
	assert_false(language_script(STR("xx"), script));
}

static void chains_take_subtags_off(void **state)
{
	struct str codes[4];
	(void)state;
	assert_int_equal(language_chain(STR("zh-Hant-TW"), 4, codes), 3);
	assert_true(str_eq(codes[0], STR("zh-Hant-TW")) && str_eq(codes[1], STR("zh-Hant")) &&
		    str_eq(codes[2], STR("zh")));
	assert_int_equal(language_chain(STR("en-u-nu-arab"), 4, codes), 3);
	assert_true(str_eq(codes[1], STR("en-u-nu")) && str_eq(codes[2], STR("en")));
	assert_int_equal(language_chain(STR("a-b-c-d-e-f"), 2, codes), 2);
	assert_int_equal(language_chain(STR(""), 4, codes), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_are_checked_and_settled), cmocka_unit_test(languages_name_themselves),
		cmocka_unit_test(direction_follows_the_script),  cmocka_unit_test(scripts_are_the_likely_ones),
		cmocka_unit_test(chains_take_subtags_off),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
