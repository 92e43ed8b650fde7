#include "base/map.h"
#include "base/utf8.h"
#include "i18n/country.h"
#include "i18n/icu.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ures.h>

#define NAME_BYTES_MAX 160 /* longer texts are no country's name */
#define ATOMS_MAX      24  /* names, and pieces of names, in a title's prefix */

struct country_finder {
	struct map *names; /* folded → struct name */
};

/* A name that several countries could bear, such as "Congo", is none's. */
struct name {
	struct country_code code;
	bool derived; /* by cutting a longer name: gives way to whole names */
	bool ambiguous;
	bool short_word; /* written as a word of up to three letters: Irã, not UK */
};

/* What people write and CLDR's tables do not hold. */
static const struct {
	const char *name, *code;
} variants[] = {
	{"Congo", "CD"}, /* both, so neither */
	{"Congo", "CG"},
	{"UK", "GB"},
	{"Great Britain", "GB"},
	{"Britain", "GB"},
	{"USA", "US"},
	{"United States of America", "US"},
	{"UAE", "AE"},
	{"OPT", "PS"},
	{"oPt", "PS"},
	{"Occupied Palestinian Territories", "PS"},
	{"Occupied Palestinian Territory", "PS"},
	{"Palestinian Territory", "PS"},
	{"State of Palestine", "PS"},
	{"Palestinian Authority", "PS"},
	{"Gaza Strip", "PS"},
	{"DRC", "CD"},
	{"DR Congo", "CD"},
	{"D.R. Congo", "CD"},
	{"Democratic Republic of Congo", "CD"},
	{"Democratic Republic of the Congo", "CD"},
	{"Congo (Kinshasa)", "CD"},
	{"Zaire", "CD"},
	{"Republic of Congo", "CG"},
	{"Republic of the Congo", "CG"},
	{"Congo (Brazzaville)", "CG"},
	{"Congo Republic", "CG"},
	{"CAR", "CF"},
	{"Burma", "MM"},
	{"Swaziland", "SZ"},
	{"Ivory Coast", "CI"},
	{"Cote d'Ivoire", "CI"},
	{"Cape Verde", "CV"},
	{"East Timor", "TL"},
	{"Macedonia", "MK"},
	{"FYROM", "MK"},
	{"Czech Republic", "CZ"},
	{"Turkey", "TR"},
	{"Türkiye", "TR"},
	{"Turkiye", "TR"},
	{"Russian Federation", "RU"},
	{"Republic of Korea", "KR"},
	{"Korea, Republic of", "KR"},
	{"ROK", "KR"},
	{"DPRK", "KP"},
	{"Democratic People's Republic of Korea", "KP"},
	{"PRC", "CN"},
	{"People's Republic of China", "CN"},
	{"Hong Kong", "HK"},
	{"Macau", "MO"},
	{"Macao", "MO"},
	{"Syrian Arab Republic", "SY"},
	{"Iran, Islamic Republic of", "IR"},
	{"Islamic Republic of Iran", "IR"},
	{"Lao PDR", "LA"},
	{"Lao People's Democratic Republic", "LA"},
	{"Viet Nam", "VN"},
	{"Brunei Darussalam", "BN"},
	{"Republic of Moldova", "MD"},
	{"Moldova, Republic of", "MD"},
	{"United Republic of Tanzania", "TZ"},
	{"Tanzania, United Republic of", "TZ"},
	{"Bolivarian Republic of Venezuela", "VE"},
	{"Venezuela, Bolivarian Republic of", "VE"},
	{"Plurinational State of Bolivia", "BO"},
	{"Bolivia, Plurinational State of", "BO"},
	{"Republic of Ireland", "IE"},
	{"Holland", "NL"},
	{"The Netherlands", "NL"},
	{"Vatican", "VA"},
	{"Holy See", "VA"},
	{"Bosnia-Hercegovina", "BA"},
	{"Bosnia-Herzegovina", "BA"},
	{"Kosovo (under UNSCR 1244)", "XK"},
	{"KSA", "SA"},
	{"Kingdom of Saudi Arabia", "SA"},
	{"Byelorussia", "BY"},
	{"Belorussia", "BY"},
	{"Kyrgyz Republic", "KG"},
	{"Slovak Republic", "SK"},
	{"Federated States of Micronesia", "FM"},
	{"Saint Vincent", "VC"},
	{"Trinidad", "TT"},
	{"Republic of South Africa", "ZA"},
	{"Åland", "AX"},
	{"Cote d Ivoire", "CI"},
	{"Congo DR", "CD"},
	{"Congo (the Democratic Republic of the)", "CD"},
	{"Congo, the Democratic Republic of the", "CD"},
	{"Congo, Democratic Republic of the", "CD"},
	{"Korea, Democratic People's Republic of", "KP"},
	{"Korea (Democratic People's Republic of)", "KP"},
	{"Korea (the Democratic People's Republic of)", "KP"},
	{"Micronesia (Federated States of)", "FM"},
	{"Micronesia, Federated States of", "FM"},
	{"Palestine, State of", "PS"},
	{"Taiwan, Province of China", "TW"},
	{"Taiwan (Province of China)", "TW"},
	{"United Kingdom of Great Britain and Northern Ireland", "GB"},
	{"Macedonia, the former Yugoslav Republic of", "MK"},
	{"The former Yugoslav Republic of Macedonia", "MK"},
	{"Libyan Arab Jamahiriya", "LY"},
	{"Saint Helena, Ascension and Tristan da Cunha", "SH"},
	{"Bonaire, Sint Eustatius and Saba", "BQ"},
	{"Saint Martin (French part)", "MF"},
	{"Sint Maarten (Dutch part)", "SX"},
	{"Virgin Islands (British)", "VG"},
	{"Virgin Islands, British", "VG"},
	{"Virgin Islands (U.S.)", "VI"},
	{"Virgin Islands, U.S.", "VI"},
	{"EEUU", "US"},
	{"Estados Unidos de América", "US"},
	{"États-Unis d'Amérique", "US"},
	{"RDC", "CD"},
	{"République démocratique du Congo", "CD"},
	{"República Democrática del Congo", "CD"},
	{"RCA", "CF"},
	{"Birmanie", "MM"},
	{"Birmania", "MM"},
	{"Birma", "MM"},
	{"Weißrussland", "BY"},
	{"Biélorussie", "BY"},
	{"Bielorrusia", "BY"},
	{"Belarús", "BY"},
	{"Russische Föderation", "RU"},
	{"Fédération de Russie", "RU"},
	{"Federación Rusa", "RU"},
	{"Российская Федерация", "RU"},
	{"Великобритания", "GB"},
	{"Соединённые Штаты Америки", "US"},
	{"Белоруссия", "BY"},
	{"Южная Корея", "KR"},
	{"Северная Корея", "KP"},
	{"Бирма", "MM"},
	{"Молдавия", "MD"},
	{"Киргизия", "KG"},
	{"Туркмения", "TM"},
	{"ОАЭ", "AE"},
	{"Палестина", "PS"},
	{"Великобританія", "GB"},
	{"السعودية", "SA"},
	{"الإمارات", "AE"},
	{"أمريكا", "US"},
	{"الولايات المتحدة الأمريكية", "US"},
	{"بريطانيا", "GB"},
	{"فلسطين", "PS"},
	{"الأراضي الفلسطينية المحتلة", "PS"},
	{"بورما", "MM"},
	{"تيمور الشرقية", "TL"},
	{"美國", "US"},
	{"美利坚合众国", "US"},
	{"中国香港", "HK"},
	{"中国澳门", "MO"},
	{"大韩民国", "KR"},
	{"朝鲜民主主义人民共和国", "KP"},
	{"土耳其", "TR"},
	{"अमेरिका", "US"},
	{"संयुक्त राज्य अमेरिका", "US"},
	{"ब्रिटेन", "GB"},
	{"फ़िलिस्तीन", "PS"},
	{"बर्मा", "MM"},
};

/* Words that a name may begin with in a sentence and not in a table. */
static const struct str articles[] = {
	STR_INIT("la "),  STR_INIT("le "),  STR_INIT("les "), STR_INIT("l "),   STR_INIT("el "),
	STR_INIT("los "), STR_INIT("las "), STR_INIT("die "), STR_INIT("der "), STR_INIT("das "),
	STR_INIT("den "), STR_INIT("il "),  STR_INIT("os "),  STR_INIT("as "),
};

struct folding {
	struct str text; /* lower case, no accents, words set apart by one blank */
	unsigned letters;
	bool capital;       /* the first letter was one */
	bool inner_capital; /* some letter but the first was a capital: UK, oPt, but
			       not us, Us */
};

static bool is_removed(UChar32 c)
{
	return c == '.' || c == '\'' || c == 0x2019 || c == 0x2018 || c == 0x02BC || c == 0x0640 || c == 0x0970 ||
	       u_charType(c) == U_FORMAT_CHAR || u_getCombiningClass(c) > 9;
}

static void put_folded(struct buf *out, UChar32 c)
{
	if (c == '&') {
		buf_put(out, STR(" and "));
		return;
	}
	bool word = u_isalnum(c) || u_charType(c) == U_NON_SPACING_MARK || u_charType(c) == U_COMBINING_SPACING_MARK;
	if (word)
		utf8_put(out, (uint32_t)c);
	else if (out->len && out->ptr[out->len - 1] != ' ')
		buf_put_byte(out, ' ');
}

/* "saint" and "sainte" are written "st" as often; "the" comes and goes. */
static struct str settle_words(struct str text, struct arena *arena)
{
	BUF_SCOPED out = BUF_INIT(4 * NAME_BYTES_MAX);
	struct str word;
	while (str_next(&text, ' ', &word)) {
		if (str_empty(word) || str_eq(word, STR("the")))
			continue;
		bool saint = str_eq(word, STR("saint")) || str_eq(word, STR("sainte"));
		buf_put(&out, out.len ? STR(" ") : STR(""));
		buf_put(&out, saint ? STR("st") : word);
	}
	return buf_copy(&out, arena);
}

static bool fold(struct str text, struct arena *arena, struct folding *ret_folding)
{
	struct icu_text source;
	UChar folded[2 * ICU_TEXT_UNITS], marks[2 * ICU_TEXT_UNITS];
	UErrorCode status = U_ZERO_ERROR;
	struct folding result = {0};
	if (text.len == 0 || text.len > NAME_BYTES_MAX)
		return false;
	icu_from_str(&source, text);
	for (int32_t i = 0; i < source.length; i++) {
		bool capital = u_isupper(source.units[i]);
		result.capital = result.capital || (result.letters == 0 && capital);
		result.inner_capital = result.inner_capital || (result.letters > 0 && capital);
		result.letters += u_isalpha(source.units[i]) != 0;
	}
	const UNormalizer2 *casefold = unorm2_getNFKCCasefoldInstance(&status);
	const UNormalizer2 *apart = unorm2_getNFDInstance(&status);
	int32_t length = unorm2_normalize(casefold, source.units, source.length, folded, 2 * ICU_TEXT_UNITS, &status);
	length = unorm2_normalize(apart, folded, length, marks, 2 * ICU_TEXT_UNITS, &status);
	if (U_FAILURE(status))
		return false;
	BUF_SCOPED out = BUF_INIT(8 * NAME_BYTES_MAX);
	for (int32_t i = 0; i < length;) {
		UChar32 c;
		U16_NEXT(marks, i, length, c);
		if (!is_removed(c))
			put_folded(&out, c);
	}
	result.text = settle_words(buf_str(&out), arena);
	*ret_folding = result;
	return result.text.len > 0;
}

static bool is_short(const struct folding *folding)
{
	return (unsigned char)folding->text.ptr[0] < 0x80 && folding->letters <= 3;
}

static bool is_short_word(const struct folding *folding)
{
	return is_short(folding) && folding->capital && !folding->inner_capital;
}

static void add_name(struct country_finder *finder, struct arena *arena, struct str text, struct country_code code,
		     bool derived)
{
	struct folding folding;
	if (!fold(text, arena, &folding))
		return;
	struct name *known = map_get(finder->names, folding.text);
	if (known == NULL) {
		known = arena_new(arena, struct name);
		*known = (struct name){.code = code, .derived = derived};
		map_put(finder->names, folding.text, known);
	} else if (known->derived && !derived) {
		*known = (struct name){.code = code};
	} else if (known->derived == derived && strcmp(known->code.text, code.text) != 0) {
		known->ambiguous = true;
	}
	known->short_word = known->short_word || is_short_word(&folding);
}

/* "Myanmar (Burma)" is also "Myanmar" and "Burma"; "香港（…）" alike. What tells the two Congos apart is no name. */
static void add_with_parts(struct country_finder *finder, struct arena *arena, struct str name,
			   struct country_code code)
{
	add_name(finder, arena, name, code, false);
	size_t open = str_find(name, STR("(")), open_bytes = 1;
	if (open == SIZE_MAX) {
		open = str_find(name, STR("（"));
		open_bytes = 3;
	}
	if (open == SIZE_MAX)
		return;
	struct str inside = str_skip(name, open + open_bytes);
	size_t close = str_find(inside, open_bytes == 1 ? STR(")") : STR("）"));
	add_name(finder, arena, str_trim(str_sub(name, 0, open)), code, true);
	bool congo = strcmp(code.text, "CD") == 0 || strcmp(code.text, "CG") == 0;
	if (close != SIZE_MAX && close > 3 && !congo)
		add_name(finder, arena, str_trim(str_sub(inside, 0, close)), code, true);
}

/* CLDR's short and alternative names, which ICU keeps in its data but not
 * behind a function. Without them the finder knows fewer names. */
static void add_alternatives(struct country_finder *finder, struct arena *arena, struct str language, const char *table)
{
	char locale[LANGUAGE_CODE_BYTES];
	UErrorCode status = U_ZERO_ERROR;
	icu_locale(language, locale);
	UResourceBundle *bundle = ures_open(U_ICUDATA_NAME "-region", locale, &status);
	UResourceBundle *names = ures_getByKey(bundle, table, NULL, &status);
	int32_t count = U_SUCCESS(status) ? ures_getSize(names) : 0;
	for (int32_t i = 0; i < count; i++) {
		const char *key = NULL;
		int32_t length = 0;
		const UChar *text = ures_getNextString(names, &length, &key, &status);
		if (U_FAILURE(status) || !country_valid(str_from(key)))
			continue;
		BUF_SCOPED name = BUF_INIT(4 * ICU_TEXT_UNITS);
		struct country_code code = {{key[0], key[1], 0}};
		icu_put(text, length, &name);
		add_with_parts(finder, arena, buf_str(&name), code);
	}
	ures_close(names);
	ures_close(bundle);
}

static void add_language(struct country_finder *finder, struct arena *arena, struct str language)
{
	for (size_t i = 0; i < country_count(); i++) {
		struct country_code code = country_at(i);
		add_with_parts(finder, arena, country_name(str_from(code.text), language, arena), code);
	}
	add_alternatives(finder, arena, language, "Countries%short");
	add_alternatives(finder, arena, language, "Countries%variant");
}

struct country_finder *country_finder_create(struct arena *arena, const struct str *languages, size_t language_count)
{
	struct country_finder *finder = arena_new(arena, struct country_finder);
	finder->names = map_create(arena);
	for (size_t i = 0; i < sizeof variants / sizeof variants[0]; i++) {
		struct country_code code = {{variants[i].code[0], variants[i].code[1], 0}};
		add_name(finder, arena, str_from(variants[i].name), code, false);
	}
	add_language(finder, arena, STR("en"));
	for (size_t i = 0; i < language_count; i++)
		add_language(finder, arena, languages[i]);
	return finder;
}

static bool is_code(struct str text, struct country_code *ret_code)
{
	if (country_valid(text)) {
		memcpy(ret_code->text, text.ptr, 2);
		ret_code->text[2] = 0;
		return true;
	}
	return text.len == 3 && country_from_alpha3(text, ret_code);
}

/* "l'Égypte" is Égypte. */
static struct str skip_elision(struct str text)
{
	static const struct str elisions[] = {STR_INIT("l'"), STR_INIT("l’")};
	for (size_t i = 0; i < 2; i++)
		if (str_starts_nocase(text, elisions[i]))
			return str_skip(text, elisions[i].len);
	return text;
}

static const struct name *look_up(const struct country_finder *finder, const struct folding *folding)
{
	const struct name *name = map_get(finder->names, folding->text);
	for (size_t i = 0; name == NULL && i < sizeof articles / sizeof articles[0]; i++)
		if (str_starts(folding->text, articles[i]))
			name = map_get(finder->names, str_skip(folding->text, articles[i].len));
	return name;
}

static bool find_name(const struct country_finder *finder, struct str text, struct country_code *ret_code)
{
	ARENA_SCOPED arena = arena_create(2048);
	struct folding folding;
	if (!fold(skip_elision(text), arena, &folding))
		return false;
	const struct name *name = look_up(finder, &folding);
	if (name == NULL || name->ambiguous)
		return false;
	if (is_short(&folding) && !folding.inner_capital && !(name->short_word && folding.capital))
		return false;
	*ret_code = name->code;
	return true;
}

/* "Côte d'Ivoire (Ivory Coast)" says one country twice; "Georgia (US)" does not. */
static bool find_twice(const struct country_finder *finder, struct str text, struct country_code *ret_code)
{
	struct country_code outer, inner;
	size_t open = str_rfind_byte(text, '(');
	if (open == SIZE_MAX || open == 0 || !str_ends(text, STR(")")))
		return false;
	if (!find_name(finder, str_trim(str_sub(text, 0, open)), &outer) ||
	    !find_name(finder, str_trim(str_sub(text, open + 1, text.len - open - 2)), &inner) ||
	    strcmp(outer.text, inner.text) != 0)
		return false;
	*ret_code = outer;
	return true;
}

bool country_find(const struct country_finder *finder, struct str text, bool with_codes, struct country_code *ret_code)
{
	text = str_trim(text);
	return (with_codes && is_code(text, ret_code)) || find_name(finder, text, ret_code) ||
	       find_twice(finder, text, ret_code);
}

/* Pieces of a prefix between separators. */
struct atoms {
	struct str at[ATOMS_MAX];
	const char *behind[ATOMS_MAX]; /* the end of the separator that follows */
	size_t count;
};

/* Bytes of the separator that text starts with, or 0. An Arabic "and" is
 * written with the next word. */
static size_t separator(struct str text)
{
	static const struct str all[] = {
		STR_INIT("/"),   STR_INIT(","),    STR_INIT("&"),     STR_INIT("|"),     STR_INIT("+"),
		STR_INIT(";"),   STR_INIT("–"),    STR_INIT("—"),     STR_INIT(" - "),   STR_INIT("، "),
		STR_INIT("、"),  STR_INIT("／"),   STR_INIT("，"),    STR_INIT(" and "), STR_INIT(" y "),
		STR_INIT(" e "), STR_INIT(" et "), STR_INIT(" und "), STR_INIT(" и "),   STR_INIT(" та "),
		STR_INIT(" і "), STR_INIT(" en "), STR_INIT(" och "), STR_INIT(" og "),  STR_INIT(" و "),
		STR_INIT(" و"),  STR_INIT(" और "), STR_INIT(" ve "),  STR_INIT("和"),    STR_INIT("与"),
		STR_INIT("及"),
	};
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		if (str_starts_nocase(text, all[i]))
			return all[i].len;
	return 0;
}

/* False where there are too many. */
static bool split_atoms(struct str prefix, struct atoms *ret_atoms)
{
	size_t from = 0;
	ret_atoms->count = 0;
	for (size_t i = 0; i <= prefix.len; i++) {
		size_t bytes = i < prefix.len ? separator(str_skip(prefix, i)) : 0;
		if (i < prefix.len && bytes == 0)
			continue;
		struct str atom = str_trim(str_sub(prefix, from, i - from));
		if (!str_empty(atom)) {
			if (ret_atoms->count == ATOMS_MAX)
				return false;
			ret_atoms->behind[ret_atoms->count] = prefix.ptr + i + bytes;
			ret_atoms->at[ret_atoms->count++] = atom;
		}
		from = i + bytes;
		i = bytes ? from - 1 : i;
	}
	return ret_atoms->count > 0;
}

static void add_once(struct country_vec *countries, struct country_code code, struct arena *arena)
{
	for (size_t i = 0; i < countries->len; i++)
		if (strcmp(countries->at[i].text, code.text) == 0)
			return;
	*vec_add(countries, arena) = code;
}

/* The longest name that starts with atom `first`: "Bosnia and Herzegovina"
 * before "Bosnia". A name may end like a separator: 埃及. Returns its last atom + 1.
 */
static size_t longest_name(const struct country_finder *finder, const struct atoms *atoms, size_t first,
			   struct country_code *ret_code)
{
	size_t last = first + 4 < atoms->count ? first + 4 : atoms->count;
	for (; last > first; last--) {
		const char *from = atoms->at[first].ptr;
		const struct str *end = &atoms->at[last - 1];
		if (country_find(finder, str_of(from, (size_t)(end->ptr + end->len - from)), false, ret_code) ||
		    country_find(finder, str_of(from, (size_t)(atoms->behind[last - 1] - from)), false, ret_code))
			return last;
	}
	return 0;
}

/* Before the first colon, and after it. */
static bool cut_at_colon(struct str title, struct str *ret_before, struct str *ret_after)
{
	size_t colon = str_find_byte(title, ':'), wide = str_find(title, STR("：")), bytes = 1;
	if (wide < colon) {
		colon = wide;
		bytes = 3;
	}
	if (colon == SIZE_MAX)
		return false;
	*ret_before = str_trim(str_sub(title, 0, colon));
	*ret_after = str_trim(str_skip(title, colon + bytes));
	return true;
}

bool country_split_title(const struct country_finder *finder, struct str title, struct arena *arena,
			 struct country_vec *ret_countries, struct str *ret_rest)
{
	struct country_vec countries = {0};
	struct str before, after;
	struct atoms atoms;
	if (!cut_at_colon(title, &before, &after) || str_empty(after) || before.len > 4 * NAME_BYTES_MAX ||
	    !split_atoms(before, &atoms))
		return false;
	for (size_t i = 0; i < atoms.count;) {
		struct country_code code;
		i = longest_name(finder, &atoms, i, &code);
		if (i == 0)
			return false;
		add_once(&countries, code, arena);
	}
	*ret_countries = countries;
	*ret_rest = after;
	return true;
}
