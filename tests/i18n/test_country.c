/* Countries: codes, names, regions; finding them in what people typed. */
#include "i18n/country.h"
#include "mo_writer.h"

#include <stdlib.h>
#include <string.h>

static void codes_are_iso_3166(void **state)
{
	struct country_code code = {"--"};
	char alpha3[4] = "---";
	(void)state;
	assert_int_equal(country_count(), 250);
	for (size_t i = 0; i + 1 < country_count(); i++)
		assert_true(strcmp(country_at(i).text, country_at(i + 1).text) < 0);
	assert_string_equal(country_at(250).text, "");
	assert_true(country_valid(STR("EG")) && country_valid(STR("XK")) && country_valid(STR("SS")));
	assert_false(country_valid(STR("eg")) || country_valid(STR("EU")) || country_valid(STR("AN")) ||
		     country_valid(STR("E")) || country_valid(STR("")) || country_valid(STR("EGY")) ||
		     country_valid(STR("D ")));
	assert_true(country_from_alpha3(STR("EGY"), &code));
	assert_string_equal(code.text, "EG");
	assert_false(country_from_alpha3(STR("egy"), &code) || country_from_alpha3(STR("EUE"), &code));
	assert_true(country_alpha3(code, alpha3));
	assert_string_equal(alpha3, "EGY");
	assert_false(country_alpha3((struct country_code){"XK"}, alpha3) ||
		     country_alpha3((struct country_code){"ZZ"}, alpha3));
}

static void names_are_those_of_the_language(void **state)
{
	static const char *const names[][3] = {
		{"EG", "en", "Egypt"},    {"EG", "fr", "Égypte"},
		{"EG", "es", "Egipto"},   {"EG", "ar", "مصر"},
		{"EG", "de", "Ägypten"},  {"EG", "ru", "Египет"},
		{"EG", "zh", "埃及"},     {"EG", "hi", "मिस्र"},
		{"002", "fr", "Afrique"}, {"015", "en", "Northern Africa"},
		{"150", "ru", "Европа"},  {"QX", "en", "QX"},
		{"", "en", ""},           {"TOO LONG", "en", "TOO LONG"},
	};
	ARENA_SCOPED arena = arena_create(0);
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		assert_string_equal(country_name(str_from(names[i][0]), str_from(names[i][1]), arena).ptr, names[i][2]);
}

static void countries_lie_in_regions(void **state)
{
	static const char *const regions[][3] = {{"EG", "015", "002"}, {"MX", "013", "019"}, {"RU", "151", "150"},
						 {"TR", "145", "142"}, {"XK", "039", "150"}, {"FJ", "054", "009"},
						 {"US", "021", "019"}, {"ZA", "018", "002"}};
	struct country_region region;
	(void)state;
	for (size_t i = 0; i < 8; i++) {
		struct country_code code = {{regions[i][0][0], regions[i][0][1], 0}};
		assert_true(country_region(code, &region));
		assert_string_equal(region.subregion, regions[i][1]);
		assert_string_equal(region.region, regions[i][2]);
	}
	for (size_t i = 0; i < country_count(); i++)
		assert_int_equal(country_region(country_at(i), &region), strcmp(country_at(i).text, "AQ") != 0);
	assert_false(country_region((struct country_code){"ZZ"}, &region));
}

static struct country_finder *all_languages(struct arena *arena)
{
	const struct str languages[] = {STR("fr"), STR("es"), STR("ar"), STR("de"), STR("ru"), STR("zh"), STR("hi")};
	return country_finder_create(arena, languages, 7);
}

/* "text" → code, or "" for none. */
static void finds(const struct country_finder *finder, const char *text, const char *expected)
{
	struct country_code code = {""};
	bool found = country_find(finder, str_from(text), false, &code);
	if (found != (expected[0] != 0) || strcmp(code.text, expected) != 0)
		fail_msg("%s: %s, not %s", text, code.text, expected);
}

static void every_name_finds_its_country(void **state)
{
	static const char *const languages[] = {"en", "fr", "es", "ar", "de", "ru", "zh", "hi"};
	ARENA_SCOPED arena = arena_create(0);
	struct country_finder *finder = all_languages(arena);
	(void)state;
	for (size_t l = 0; l < 8; l++) {
		for (size_t i = 0; i < country_count(); i++) {
			struct str name = country_name(str_from(country_at(i).text), str_from(languages[l]), arena);
			/* "Congo" alone is said of two countries */
			finds(finder, name.ptr, str_eq(name, STR("Congo")) ? "" : country_at(i).text);
		}
	}
}

static void common_variants_are_known(void **state)
{
	static const char *const names[][2] = {
		{"UK", "GB"},
		{"U.K.", "GB"},
		{"USA", "US"},
		{"U.S.A.", "US"},
		{"U.S.", "US"},
		{"EE. UU.", "US"},
		{"EE.UU.", "US"},
		{"Ivory Coast", "CI"},
		{"Cote d'Ivoire", "CI"},
		{"CÔTE D’IVOIRE", "CI"},
		{"Burma", "MM"},
		{"Myanmar", "MM"},
		{"Birmanie", "MM"},
		{"Swaziland", "SZ"},
		{"Eswatini", "SZ"},
		{"Türkiye", "TR"},
		{"Turkiye", "TR"},
		{"Turkey", "TR"},
		{"DRC", "CD"},
		{"RDC", "CD"},
		{"Democratic Republic of the Congo", "CD"},
		{"Congo-Brazzaville", "CG"},
		{"Palestine", "PS"},
		{"OPT", "PS"},
		{"oPt", "PS"},
		{"Hong Kong", "HK"},
		{"香港", "HK"},
		{"Macau", "MO"},
		{"The Gambia", "GM"},
		{"the Netherlands", "NL"},
		{"Holland", "NL"},
		{"St Lucia", "LC"},
		{"Saint Lucia", "LC"},
		{"Bosnia & Herzegovina", "BA"},
		{"Bosnia-Herzegovina", "BA"},
		{"bosnia and herzegovina", "BA"},
		{"Saint Vincent and the Grenadines", "VC"},
		{"Sao Tome and Principe", "ST"},
		{"Réunion", "RE"},
		{"l'Égypte", "EG"},
		{"L’Égypte", "EG"},
		{"La France", "FR"},
		{"Les Philippines", "PH"},
		{"السعودية", "SA"},
		{"Южная Корея", "KR"},
		{"США", "US"},
		{"ОАЭ", "AE"},
		{"Weißrussland", "BY"},
		{"अमेरिका", "US"},
		{"ITALY", "IT"},
		{" Italy ", "IT"},
		{"Guinea-Bissau", "GW"},
		{"Viet Nam", "VN"},
		{"Iran, Islamic Republic of", "IR"},
		{"ｅｇｙｐｔ", "EG"},
		{"E\xCC\x81gypte", "EG"},
		{"الأردن", "JO"},
		{"الاردن", "JO"},
		{"Cabo Verde", "CV"},
	};
	ARENA_SCOPED arena = arena_create(0);
	struct country_finder *finder = all_languages(arena);
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		finds(finder, names[i][0], names[i][1]);
}

static void other_words_are_not_countries(void **state)
{
	static const char *const words[] = {"us",       "Us",          "uk",           "opt",      "Opt", "car",
					    "Congo",    "Korea",       "Georgia Tech", "Nigerian", "EU",  "Tibet",
					    "England",  "Americas",    "Israel/OPT",   "News",     "",    " ",
					    ".",        "Lybia",       "the",          "la",       "IT",  "ITA",
					    "\xFF\xFE", "Egypt Jordan"};
	ARENA_SCOPED arena = arena_create(0);
	struct country_finder *finder = all_languages(arena);
	BUF_SCOPED longest = BUF_INIT(4096);
	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		finds(finder, words[i], "");
	for (int i = 0; i < 500; i++)
		buf_put(&longest, STR("Egypt "));
	finds(finder, buf_copy(&longest, arena).ptr, "");
}

/* Names inside other names, names of people and states, what comes from a country: none of them is one. */
static void a_part_of_a_name_is_none(void **state)
{
	static const char *const words[] = {"Atlanta, Georgia",
					    "South Georgia",
					    "Chad Smith",
					    "Michael Jordan",
					    "Turkish",
					    "New Guinea",
					    "New Mexico",
					    "New Jersey",
					    "Northern Ireland",
					    "Irlande du Nord",
					    "Malia",
					    "Omaha",
					    "Indiana",
					    "Indian",
					    "French",
					    "Français",
					    "Mexico City",
					    "Malta News",
					    "Peru's",
					    "Norfolk",
					    "Man",
					    "Lao",
					    "Virgin Islands",
					    "Polynesia",
					    "Europe",
					    "Scotland",
					    "England and Wales",
					    "USA/Mexico",
					    "Yugoslavia",
					    "congo",
					    "Can",
					    "And",
					    "are",
					    "per",
					    "Nigerien",
					    "Georgia (US)",
					    "Georgia (state)",
					    "Jersey (UK)",
					    "Korea (South)",
					    "()",
					    "Congo (river)",
					    "Niger (Nigeria)"};
	ARENA_SCOPED arena = arena_create(0);
	struct country_finder *finder = all_languages(arena);
	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		finds(finder, words[i], "");
}

/* As lists of countries in forms and plugins write them, after ISO 3166. */
static void formal_names_are_known(void **state)
{
	static const char *const names[][2] = {
		{"Guinea", "GN"},
		{"Equatorial Guinea", "GQ"},
		{"Papua New Guinea", "PG"},
		{"Niger", "NE"},
		{"Nigeria", "NG"},
		{"Ireland", "IE"},
		{"Dominica", "DM"},
		{"Dominican Republic", "DO"},
		{"Sudan", "SD"},
		{"South Sudan", "SS"},
		{"Samoa", "WS"},
		{"American Samoa", "AS"},
		{"\xC3\x85land", "AX"},
		{"Aland", "AX"},
		{"Cote d Ivoire", "CI"},
		{"C\xC3\xB4te d'Ivoire (Ivory Coast)", "CI"},
		{"Turkey (T\xC3\xBCrkiye)", "TR"},
		{"Congo DR", "CD"},
		{"Congo (the Democratic Republic of the)", "CD"},
		{"Congo, The Democratic Republic of the", "CD"},
		{"R\xC3\xA9publique d\xC3\xA9mocratique du Congo (RDC)", "CD"},
		{"Congo (Brazzaville)", "CG"},
		{"Korea (Republic of)", "KR"},
		{"Korea (the Republic of)", "KR"},
		{"Korea, Democratic People's Republic of", "KP"},
		{"Korea (Democratic People's Republic of)", "KP"},
		{"Micronesia (Federated States of)", "FM"},
		{"Iran (Islamic Republic of)", "IR"},
		{"Palestine, State of", "PS"},
		{"Taiwan, Province of China", "TW"},
		{"Tanzania, the United Republic of", "TZ"},
		{"United Kingdom of Great Britain and Northern Ireland", "GB"},
		{"Venezuela (Bolivarian Republic of)", "VE"},
		{"Virgin Islands (British)", "VG"},
		{"Virgin Islands, U.S.", "VI"},
		{"Saint Martin (French part)", "MF"},
		{"Sint Maarten (Dutch part)", "SX"},
		{"Bonaire, Sint Eustatius and Saba", "BQ"},
		{"Libyan Arab Jamahiriya", "LY"},
		{"turkey", "TR"},
		{"BRASIL", "BR"},
		{"Malta!", "MT"},
	};
	ARENA_SCOPED arena = arena_create(0);
	struct country_finder *finder = all_languages(arena);
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		finds(finder, names[i][0], names[i][1]);
}

static void codes_count_when_asked_for(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	struct country_finder *finder = all_languages(arena);
	struct country_code code = {""};
	(void)state;
	assert_true(country_find(finder, STR("IT"), true, &code));
	assert_string_equal(code.text, "IT");
	assert_true(country_find(finder, STR("EGY"), true, &code));
	assert_string_equal(code.text, "EG");
	assert_false(country_find(finder, STR("it"), true, &code));
	assert_false(country_find(finder, STR("XX"), true, &code));
}

static void languages_not_asked_for_are_unknown(void **state)
{
	ARENA_SCOPED arena = arena_create(0);
	struct country_finder *finder = country_finder_create(arena, NULL, 0);
	(void)state;
	finds(finder, "Egypt", "EG");
	finds(finder, "Egipto", "");
}

/* title → "EG JO|rest", or "" when it has no such prefix. */
static void splits(const char *title, const char *expected)
{
	ARENA_SCOPED arena = arena_create(0);
	BUF_SCOPED out = BUF_INIT(4096);
	struct country_vec countries = {0};
	struct str rest;
	if (country_split_title(all_languages(arena), str_from(title), arena, &countries, &rest)) {
		for (size_t i = 0; i < countries.len; i++)
			buf_printf(&out, "%s%s", i ? " " : "", countries.at[i].text);
		buf_printf(&out, "|%.*s", STR_ARG(rest));
	}
	buf_put_byte(&out, 0);
	assert_string_equal(out.ptr, expected);
}

static void title_prefixes_are_split(void **state)
{
	(void)state;
	splits("Egypt: Court upholds sentence", "EG|Court upholds sentence");
	splits("Italy/Malta: Boats turned back", "IT MT|Boats turned back");
	splits("Israel/OPT: Homes: demolished", "IL PS|Homes: demolished");
	splits("UK : Law", "GB|Law");
	splits("USA/Cuba: x", "US CU|x");
	splits("Bosnia and Herzegovina: x", "BA|x");
	splits("Bosnia and Herzegovina, Serbia and Croatia: x", "BA RS HR|x");
	splits("Trinidad and Tobago/Jamaica: x", "TT JM|x");
	splits("Iran, Islamic Republic of: x", "IR|x");
	splits("Turkey – Greece: x", "TR GR|x");
	splits("Egypt/Egypt: x", "EG|x");
	splits("Egypte et Maroc\u00a0: texte", "EG MA|texte");
	splits("España y Portugal: x", "ES PT|x");
	splits("Deutschland und Österreich: x", "DE AT|x");
	splits("Россия и США: текст", "RU US|текст");
	splits("مصر والأردن: نص", "EG JO|نص");
	splits("مصر/السعودية: نص", "EG SA|نص");
	splits("中国／美国：新闻", "CN US|新闻");
	splits("中国和美国：新闻", "CN US|新闻");
	splits("भारत और नेपाल: समाचार", "IN NP|समाचार");
	splits("DRC/Rwanda/Uganda/Burundi: x", "CD RW UG BI|x");
	splits("Niger/Nigeria: x", "NE NG|x");
	splits("Guinea/Guinea-Bissau/Equatorial Guinea: x", "GN GW GQ|x");
	splits("Italy, Malta and Greece: x", "IT MT GR|x");
	splits("Italy|Malta + Greece; Spain & Mali: x", "IT MT GR ES ML|x");
	splits("Saint Vincent and the Grenadines: x", "VC|x");
	splits("Antigua and Barbuda/St Kitts and Nevis: x", "AG KN|x");
	splits("Congo (DRC): x", "CD|x");
	splits("Egypt: Syria: x", "EG|Syria: x");
	splits("Georgia: x", "GE|x");
}

static void other_titles_are_left(void **state)
{
	BUF_SCOPED slashes = BUF_INIT(4096);
	(void)state;
	splits("Egypt", "");
	splits("Egypt:", "");
	splits("Egypt: ", "");
	splits(": x", "");
	splits("/: x", "");
	splits("Report: Egypt", "");
	splits("Egypt (update): x", "");
	splits("EU/Turkey: x", "");
	splits("At 10:30: x", "");
	splits("us: x", "");
	splits("Egypt Jordan: x", "");
	splits("Congo: x", "");
	splits("Congo/Egypt: x", "");
	splits("Chad Smith: x", "");
	splits("Ireland/Northern Ireland: x", "");
	splits("Italy-Malta: x", "");
	splits("IT: x", "");
	splits("IT/MT: x", "");
	splits("Uk: x", "");
	splits("Italy and: x", "");
	splits("https://example.org", "");
	for (int i = 0; i < 600; i++)
		buf_put_byte(&slashes, '/');
	buf_put(&slashes, STR(": x"));
	buf_put_byte(&slashes, 0);
	splits(slashes.ptr, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_are_iso_3166),         cmocka_unit_test(names_are_those_of_the_language),
		cmocka_unit_test(countries_lie_in_regions),   cmocka_unit_test(every_name_finds_its_country),
		cmocka_unit_test(common_variants_are_known),  cmocka_unit_test(other_words_are_not_countries),
		cmocka_unit_test(a_part_of_a_name_is_none),   cmocka_unit_test(formal_names_are_known),
		cmocka_unit_test(codes_count_when_asked_for), cmocka_unit_test(languages_not_asked_for_are_unknown),
		cmocka_unit_test(title_prefixes_are_split),   cmocka_unit_test(other_titles_are_left),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
