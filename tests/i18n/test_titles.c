/* Title prefixes as newsrooms write them, in six languages; names that look like countries and are none; every ISO code
 * and back again. */
#include "i18n/country.h"
#include "i18n/language.h"
#include "mo_writer.h"

#include <string.h>

static const char *const languages[] = {"en", "fr", "es", "pt", "ar", "ru", "de", "zh"};
#define LANGUAGES (sizeof languages / sizeof *languages)

static struct country_finder *finder_of(struct arena *arena)
{
	struct str codes[LANGUAGES];
	for (size_t i = 0; i < LANGUAGES; i++)
		codes[i] = str_from(languages[i]);
	return country_finder_create(arena, codes, LANGUAGES);
}

/* prefix → "EG JO", or NULL for a prefix that is none. */
static const struct {
	const char *prefix, *codes;
} prefixes[] = {
	/* one country */
	{"Afghanistan", "AF"},
	{"Albania", "AL"},
	{"Algeria", "DZ"},
	{"Angola", "AO"},
	{"Argentina", "AR"},
	{"Bahrain", "BH"},
	{"Bolivia", "BO"},
	{"Brazil", "BR"},
	{"Brunei", "BN"},
	{"Burundi", "BI"},
	{"Cambodia", "KH"},
	{"Central African Republic", "CF"},
	{"Chad", "TD"},
	{"Comoros", "KM"},
	{"Cuba", "CU"},
	{"Cyprus", "CY"},
	{"Dominican Republic", "DO"},
	{"Dominica", "DM"},
	{"Ecuador", "EC"},
	{"El Salvador", "SV"},
	{"Equatorial Guinea", "GQ"},
	{"Guinea", "GN"},
	{"Guinea-Bissau", "GW"},
	{"Papua New Guinea", "PG"},
	{"Guyana", "GY"},
	{"French Guiana", "GF"},
	{"Haiti", "HT"},
	{"India", "IN"},
	{"Indonesia", "ID"},
	{"Iran", "IR"},
	{"Iraq", "IQ"},
	{"Jordan", "JO"},
	{"Kosovo", "XK"},
	{"Laos", "LA"},
	{"Mali", "ML"},
	{"Malawi", "MW"},
	{"Malaysia", "MY"},
	{"Maldives", "MV"},
	{"Moldova", "MD"},
	{"Mongolia", "MN"},
	{"Montenegro", "ME"},
	{"Niger", "NE"},
	{"Nigeria", "NG"},
	{"North Korea", "KP"},
	{"South Korea", "KR"},
	{"North Macedonia", "MK"},
	{"Oman", "OM"},
	{"Puerto Rico", "PR"},
	{"Russia", "RU"},
	{"Rwanda", "RW"},
	{"Samoa", "WS"},
	{"American Samoa", "AS"},
	{"Sudan", "SD"},
	{"South Sudan", "SS"},
	{"Syria", "SY"},
	{"Taiwan", "TW"},
	{"Tanzania", "TZ"},
	{"Timor-Leste", "TL"},
	{"Tonga", "TO"},
	{"Vatican City", "VA"},
	{"Venezuela", "VE"},
	{"Vietnam", "VN"},
	{"Western Sahara", "EH"},
	{"Yemen", "YE"},
	/* accents, capitals, dots, apostrophes, blanks */
	{"Côte d’Ivoire", "CI"},
	{"Cote d'Ivoire", "CI"},
	{"CÔTE D'IVOIRE", "CI"},
	{"Curaçao", "CW"},
	{"Curacao", "CW"},
	{"Åland Islands", "AX"},
	{"Aland Islands", "AX"},
	{"São Tomé and Príncipe", "ST"},
	{"Sao Tome & Principe", "ST"},
	{"EGYPT", "EG"},
	{"egypt", "EG"},
	{" Egypt ", "EG"},
	{"St. Lucia", "LC"},
	{"St Kitts and Nevis", "KN"},
	{"Saint Kitts & Nevis", "KN"},
	{"The Bahamas", "BS"},
	{"the Philippines", "PH"},
	{"U.S.A.", "US"},
	{"U.K.", "GB"},
	{"Antigua and Barbuda", "AG"},
	{"Bosnia & Herzegovina", "BA"},
	{"Trinidad & Tobago", "TT"},
	{"Congo-Kinshasa", "CD"},
	{"Saint Vincent and the Grenadines", "VC"},
	{"Hong Kong", "HK"},
	{"Macau", "MO"},
	{"South Georgia & South Sandwich Islands", "GS"},
	/* several */
	{"Egypt/Jordan", "EG JO"},
	{"Egypt / Jordan", "EG JO"},
	{"Egypt, Jordan", "EG JO"},
	{"Egypt and Jordan", "EG JO"},
	{"Egypt & Jordan", "EG JO"},
	{"Egypt – Jordan", "EG JO"},
	{"Egypt — Jordan", "EG JO"},
	{"Egypt - Jordan", "EG JO"},
	{"Egypt; Jordan", "EG JO"},
	{"Egypt | Jordan", "EG JO"},
	{"Egypt + Jordan", "EG JO"},
	{"Jordan/Egypt/Jordan", "JO EG"},
	{"Egypt, Jordan and Iraq", "EG JO IQ"},
	{"Egypt, Jordan, and Iraq", "EG JO IQ"},
	{"Israel/OPT", "IL PS"},
	{"USA/UK", "US GB"},
	{"DRC/CAR", "CD CF"},
	{"Guinea/Guinea-Bissau", "GN GW"},
	{"Niger/Nigeria", "NE NG"},
	{"Sudan/South Sudan", "SD SS"},
	{"Dominica and Dominican Republic", "DM DO"},
	{"Trinidad and Tobago and Jamaica", "TT JM"},
	{"Serbia, Bosnia and Herzegovina", "RS BA"},
	{"Antigua and Barbuda/Saint Kitts and Nevis", "AG KN"},
	{"Congo/DRC", "CD"},
	{"Korea, Republic of", "KR"},
	{"Japan, Korea, Republic of", "JP KR"},
	{"North Korea/South Korea", "KP KR"},
	{"Iran, Islamic Republic of/Iraq", "IR IQ"},
	{"Tanzania, United Republic of", "TZ"},
	/* French */
	{"Égypte", "EG"},
	{"Egypte", "EG"},
	{"L'Égypte", "EG"},
	{"États-Unis", "US"},
	{"Etats-Unis", "US"},
	{"La Réunion", "RE"},
	{"Royaume-Uni", "GB"},
	{"Allemagne et Autriche", "DE AT"},
	{"Pays-Bas", "NL"},
	{"Guinée équatoriale", "GQ"},
	{"Trinité-et-Tobago", "TT"},
	{"Nouvelle-Zélande / Australie", "NZ AU"},
	{"Le Maroc", "MA"},
	{"Birmanie", "MM"},
	{"Corée du Sud", "KR"},
	{"République centrafricaine", "CF"},
	/* Spanish */
	{"España", "ES"},
	{"Espana", "ES"},
	{"Perú", "PE"},
	{"Peru", "PE"},
	{"Estados Unidos", "US"},
	{"EE. UU.", "US"},
	{"El Salvador y Honduras", "SV HN"},
	{"República Dominicana", "DO"},
	{"Los Países Bajos", "NL"},
	{"Arabia Saudí", "SA"},
	{"Reino Unido/Irlanda", "GB IE"},
	{"Corea del Norte", "KP"},
	{"Haití", "HT"},
	/* Portuguese: two names have three letters */
	{"Brasil e Argentina", "BR AR"},
	{"Moçambique", "MZ"},
	{"Mocambique", "MZ"},
	{"Irã", "IR"},
	{"Omã", "OM"},
	{"Irã e Omã", "IR OM"},
	{"Cabo Verde", "CV"},
	{"Guiné-Bissau", "GW"},
	{"Coreia do Sul", "KR"},
	/* German */
	{"Österreich", "AT"},
	{"Deutschland und Österreich", "DE AT"},
	{"Die Schweiz", "CH"},
	{"Die Türkei", "TR"},
	{"Vereinigtes Königreich", "GB"},
	{"Weißrussland", "BY"},
	{"Elfenbeinküste", "CI"},
	/* Russian */
	{"Россия", "RU"},
	{"РОССИЯ", "RU"},
	{"Россия и Украина", "RU UA"},
	{"Россия/Беларусь", "RU BY"},
	{"США", "US"},
	{"ОАЭ", "AE"},
	{"Великобритания", "GB"},
	{"Белоруссия", "BY"},
	/* Arabic: "and" is written with the next word */
	{"مصر", "EG"},
	{"مصر والأردن", "EG JO"},
	{"مصر و الأردن", "EG JO"},
	{"مصر/الأردن", "EG JO"},
	{"مصر، الأردن", "EG JO"},
	{"السعودية", "SA"},
	{"الإمارات", "AE"},
	{"الامارات", "AE"},
	{"فلسطين", "PS"},
	/* Chinese */
	{"中国", "CN"},
	{"美国", "US"},
	{"中国和美国", "CN US"},
	{"中国、美国", "CN US"},
	{"中国／美国", "CN US"},
	{"埃及", "EG"},
	{"埃及/约旦", "EG JO"},
	{"埃及和约旦", "EG JO"},
	{"约旦及埃及", "JO EG"},
	{"约旦、埃及及中国", "JO EG CN"},
	/* none: words, parts of names, other things than countries */
	{"Georgia Tech", NULL},
	{"Jordan Peele", NULL},
	{"Nigerian", NULL},
	{"Egyptian", NULL},
	{"Chadian", NULL},
	{"New Mexico", NULL},
	{"Mexico City", NULL},
	{"Kuwait City", NULL},
	{"West Africa", NULL},
	{"Europe", NULL},
	{"Africa", NULL},
	{"EU", NULL},
	{"UN", NULL},
	{"G20", NULL},
	{"us", NULL},
	{"Us", NULL},
	{"opt", NULL},
	{"irã", NULL},
	{"OmÃ", "OM"},
	{"Opt", NULL},
	{"car", NULL},
	{"Car", NULL},
	{"uk", NULL},
	{"usa", NULL},
	{"prc", NULL},
	{"Rok", NULL},
	{"Congo", NULL},
	{"Korea", NULL},
	{"Egypt (update)", NULL},
	{"Egypt 2018", NULL},
	{"Egypt?", "EG"},
	{"Egypt Jordan", NULL},
	{"Egypt/EU", NULL},
	{"Report, Egypt", NULL},
	{"Egypt and others", NULL},
	{"Egypt/", "EG"},
	{"/Egypt", "EG"},
	{"Bosnia", "BA"},
	{"and", NULL},
	{"/", NULL},
	{"", NULL},
	{"-", NULL},
	{"Ital", NULL},
	{"Italyy", NULL},
	{"I taly", NULL},
	{"The", NULL},
	{"La", NULL},
	{"Live", NULL},
	{"Breaking", NULL},
	{"Timor", NULL},
	{"IT", NULL},
	{"ITA", NULL},
	{"DE", NULL},
	{"São", NULL},
	{"Guinea Conakry pig", NULL},
	{"Saint", NULL},
	{"St", NULL},
	{"Republik", NULL},
	{"República", NULL},
	{"Republic", NULL},
	{"Democratic Republic", NULL},
	{"United States of", NULL},
	{"Press release 12", NULL},
	{"12", NULL},
	{"Q&A", NULL},
	{"Рос", NULL},
	{"Русский", NULL},
	{"中", NULL},
	{"الأردني", NULL},
};
#define PREFIXES (sizeof prefixes / sizeof *prefixes)

static const char *split(const struct country_finder *finder, struct arena *arena, struct str title,
			 struct str *ret_rest)
{
	BUF_SCOPED out = BUF_INIT(4096);
	struct country_vec countries = {0};
	if (!country_split_title(finder, title, arena, &countries, ret_rest))
		return NULL;
	for (size_t i = 0; i < countries.len; i++)
		buf_printf(&out, "%s%s", i ? " " : "", countries.at[i].text);
	return buf_copy(&out, arena).ptr;
}

static void prefixes_are_known_or_left(void **state)
{
	static const char *const marks[] = {": ", ":", " : ", "： "};
	ARENA_SCOPED arena = arena_create(0);
	struct country_finder *finder = finder_of(arena);
	unsigned wrong = 0;
	(void)state;
	for (size_t i = 0; i < PREFIXES; i++) {
		for (size_t k = 0; k < 4; k++) {
			struct str rest = STR("unchanged");
			struct str title = arena_printf(arena, "%s%sNew: facts", prefixes[i].prefix, marks[k]);
			const char *found = split(finder, arena, title, &rest);
			bool same = found && prefixes[i].codes ? strcmp(found, prefixes[i].codes) == 0
							       : !found && !prefixes[i].codes;
			bool right_rest = str_eq(rest, found ? STR("New: facts") : STR("unchanged"));
			if (same && right_rest)
				continue;
			print_error("%s → %s, rest %.*s; wanted %s\n", title.ptr, found ? found : "none", STR_ARG(rest),
				    prefixes[i].codes ? prefixes[i].codes : "none");
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
	assert_true(PREFIXES >= 200);
}

static void rests_may_not_be_empty(void **state)
{
	static const char *const titles[] = {"Egypt", "Egypt:", "Egypt: ", "Egypt:\t", "Egypt：", ":", ": x", "x", ""};
	ARENA_SCOPED arena = arena_create(0);
	struct country_finder *finder = finder_of(arena);
	struct str rest;
	(void)state;
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
		assert_null(split(finder, arena, str_from(titles[i]), &rest));
}

/* A name in any language that the finder knows leads back to its code, in capitals and in small letters too. */
static void names_lead_back_to_their_codes(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	struct country_finder *finder = finder_of(arena);
	unsigned wrong = 0;
	(void)state;
	for (size_t l = 0; l < LANGUAGES; l++) {
		for (size_t i = 0; i < country_count(); i++) {
			struct country_code code = {""}, expected = country_at(i);
			struct str name = country_name(str_from(expected.text), str_from(languages[l]), arena);
			struct str title = arena_printf(arena, "%s: x", name.ptr), rest;
			if (str_eq(name, STR("Congo")))
				continue;
			const char *found = split(finder, arena, title, &rest);
			if (!country_find(finder, name, false, &code) || strcmp(code.text, expected.text) != 0 ||
			    !found || strcmp(found, expected.text) != 0) {
				print_error("%s in %s: %s, %s\n", name.ptr, languages[l], code.text,
					    found ? found : "none");
				wrong++;
			}
			assert_false(str_eq(name, str_from(expected.text)));
		}
	}
	assert_int_equal(wrong, 0);
}

static void codes_lead_to_codes(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	struct country_finder *finder = finder_of(arena);
	(void)state;
	for (char a = 'A'; a <= 'Z'; a++) {
		for (char b = 'A'; b <= 'Z'; b++) {
			struct country_code code = {{a, b, 0}}, back = {""}, found = {""};
			char alpha3[4] = "---";
			bool valid = country_valid(str_from(code.text));
			bool three = country_alpha3(code, alpha3);
			assert_int_equal(three, valid && strcmp(code.text, "XK") != 0);
			assert_int_equal(country_find(finder, str_from(code.text), true, &found),
					 valid || strcmp(code.text, "UK") == 0);
			if (three) {
				assert_true(country_from_alpha3(str_from(alpha3), &back));
				assert_string_equal(back.text, code.text);
				assert_true(country_find(finder, str_from(alpha3), true, &found));
				assert_string_equal(found.text, code.text);
			}
			struct country_region region;
			assert_int_equal(country_region(code, &region), valid && strcmp(code.text, "AQ") != 0);
		}
	}
}

/* UN M.49's five continents hold the subregions that they hold, and every country lies in one of them. */
static void regions_hold_their_subregions(void **state)
{
	static const struct {
		const char *region;
		const char *subregions;
	} world[] = {
		{"002", "011 014 015 017 018"}, {"019", "005 013 021 029"},    {"142", "030 034 035 143 145"},
		{"150", "039 151 154 155"},     {"009", "053 054 057 061 QO"},
	};
	ARENA_SCOPED arena = arena_create(0);
	(void)state;
	for (size_t i = 0; i < country_count(); i++) {
		struct country_region region;
		bool found = false;
		if (!country_region(country_at(i), &region))
			continue;
		for (size_t k = 0; k < 5; k++)
			found = found || (strcmp(region.region, world[k].region) == 0 &&
					  strstr(world[k].subregions, region.subregion));
		if (!found)
			fail_msg("%s: %s in %s", country_at(i).text, region.subregion, region.region);
		for (size_t l = 0; l < LANGUAGES; l++) {
			struct str name = country_name(str_from(region.subregion), str_from(languages[l]), arena);
			assert_false(str_eq(name, str_from(region.subregion)));
		}
	}
}

static void codes_of_languages(void **state)
{
	static const struct {
		const char *code, *canonical, *autonym, *direction;
	} cases[] = {
		{"EN", "en", "English", "ltr"},
		{"en-gb", "en-GB", "British English", "ltr"},
		{"PT-br", "pt-BR", "português (Brasil)", "ltr"},
		{"zh-HANS", "zh-Hans", "简体中文", "ltr"},
		{"zh-hant-hk", "zh-Hant-HK", NULL, "ltr"},
		{"iw", "he", "עברית", "rtl"},
		{"in", "id", "Indonesia", "ltr"},
		{"ji", "yi", NULL, "rtl"},
		{"fa", "fa", "فارسی", "rtl"},
		{"ur", "ur", "اردو", "rtl"},
		{"ckb", "ckb", NULL, "rtl"},
		{"uz-arab", "uz-Arab", NULL, "rtl"},
		{"ks-deva", "ks-Deva", NULL, "ltr"},
		{"ar-latn", "ar-Latn", NULL, "ltr"},
		{"ja", "ja", "日本語", "ltr"},
		{"cy", "cy", "Cymraeg", "ltr"},
		{"lt", "lt", "lietuvių", "ltr"},
		{"pl", "pl", "polski", "ltr"},
		{"sr-latn-rs", "sr-Latn-RS", NULL, "ltr"},
		{"de-1996", "de-1996", NULL, "ltr"},
		{"sl-rozaj", "sl-rozaj", NULL, "ltr"},
		{"en-x-any", "en-x-any", NULL, "ltr"},
		{"de-DE-u-co-phonebk", "de-DE-u-co-phonebk", NULL, "ltr"},
		{"a", NULL, NULL, NULL},
		{"en-", NULL, NULL, NULL},
		{"-en", NULL, NULL, NULL},
		{"en_GB", NULL, NULL, NULL},
		{"en GB", NULL, NULL, NULL},
		{"en-gb-", NULL, NULL, NULL},
		{"abcdefghi", NULL, NULL, NULL},
		{"qqq", NULL, NULL, NULL},
		{"mul-tiple-lang-uage", NULL, NULL, NULL},
		{"en;q=1", NULL, NULL, NULL},
		{"*", NULL, NULL, NULL},
		{"12", NULL, NULL, NULL},
		{"é", NULL, NULL, NULL},
		{"en/../..", NULL, NULL, NULL},
	};
	ARENA_SCOPED arena = arena_create(0);
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char code[LANGUAGE_CODE_BYTES] = "untouched", again[LANGUAGE_CODE_BYTES] = "";
		bool valid = language_canonical(str_from(cases[i].code), code);
		if (valid != (cases[i].canonical != NULL) ||
		    strcmp(code, valid ? cases[i].canonical : "untouched") != 0)
			fail_msg("%s is made %s", cases[i].code, code);
		assert_int_equal(language_valid(str_from(cases[i].code)), valid);
		if (!valid)
			continue;
		assert_true(language_canonical(str_from(code), again)); /* a canonical code stays */
		assert_string_equal(again, code);
		if (cases[i].autonym)
			assert_string_equal(language_autonym(str_from(code), arena).ptr, cases[i].autonym);
		assert_string_equal(language_direction_name(language_direction(str_from(code))), cases[i].direction);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prefixes_are_known_or_left),     cmocka_unit_test(rests_may_not_be_empty),
		cmocka_unit_test(names_lead_back_to_their_codes), cmocka_unit_test(codes_lead_to_codes),
		cmocka_unit_test(regions_hold_their_subregions),  cmocka_unit_test(codes_of_languages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
