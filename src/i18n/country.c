#include "i18n/country.h"
#include "i18n/icu.h"

#include <string.h>
#include <unicode/uloc.h>
#include <unicode/uregion.h>

/* ISO 3166-1 as of 2022, and XK, which the code's users assign to Kosovo. Three
 * bytes a code, so the n-th is at 3n. */
static const char codes[] =
	"AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW "
	"BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI "
	"FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN "
	"IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME "
	"MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF "
	"PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV "
	"SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK "
	"YE YT ZA ZM ZW ";

size_t country_count(void)
{
	return (sizeof codes - 1) / 3;
}

struct country_code country_at(size_t index)
{
	struct country_code code = {{0}};
	if (index < country_count())
		memcpy(code.text, codes + index * 3, 2);
	return code;
}

bool country_valid(struct str code)
{
	if (code.len != 2)
		return false;
	for (size_t i = 0; i < country_count(); i++)
		if (memcmp(codes + i * 3, code.ptr, 2) == 0)
			return true;
	return false;
}

/* ICU's name for a locale that is but a region; code has two or three bytes. */
static void locale_of(struct str code, char ret_locale[8])
{
	ret_locale[0] = '_';
	memcpy(ret_locale + 1, code.ptr, code.len);
	ret_locale[1 + code.len] = 0;
}

bool country_alpha3(struct country_code code, char ret_alpha3[4])
{
	char locale[8];
	if (!country_valid(str_from(code.text)) || str_eq(str_from(code.text), STR("XK")))
		return false;
	locale_of(str_from(code.text), locale);
	const char *alpha3 = uloc_getISO3Country(locale);
	if (strlen(alpha3) != 3)
		return false;
	memcpy(ret_alpha3, alpha3, 4);
	return true;
}

bool country_from_alpha3(struct str alpha3, struct country_code *ret_code)
{
	for (size_t i = 0; i < country_count(); i++) {
		char text[4];
		struct country_code code = country_at(i);
		if (country_alpha3(code, text) && str_eq(alpha3, str_from(text))) {
			*ret_code = code;
			return true;
		}
	}
	return false;
}

struct str country_name(struct str code_or_region, struct str language, struct arena *arena)
{
	char locale[8], display[LANGUAGE_CODE_BYTES];
	UChar name[ICU_TEXT_UNITS];
	UErrorCode status = U_ZERO_ERROR;
	BUF_SCOPED out = BUF_INIT(4 * ICU_TEXT_UNITS);
	if (code_or_region.len < 2 || code_or_region.len > 3)
		return arena_str(arena, code_or_region);
	locale_of(code_or_region, locale);
	icu_locale(language, display);
	int32_t length = uloc_getDisplayCountry(locale, display, name, ICU_TEXT_UNITS, &status);
	if (U_FAILURE(status) || length <= 0 || length >= ICU_TEXT_UNITS)
		return arena_str(arena, code_or_region);
	icu_put(name, length, &out);
	return buf_copy(&out, arena);
}

static bool containing(const URegion *region, URegionType type, char ret_code[4])
{
	const URegion *around = uregion_getContainingRegionOfType(region, type);
	const char *code = around ? uregion_getRegionCode(around) : "";
	if (strlen(code) != 3)
		return false;
	memcpy(ret_code, code, 4);
	return true;
}

bool country_region(struct country_code code, struct country_region *ret_region)
{
	UErrorCode status = U_ZERO_ERROR;
	struct country_region found;
	if (!country_valid(str_from(code.text)))
		return false;
	const URegion *region = uregion_getRegionFromCode(code.text, &status);
	if (U_FAILURE(status) || !containing(region, URGN_SUBCONTINENT, found.subregion) ||
	    !containing(region, URGN_CONTINENT, found.region))
		return false;
	*ret_region = found;
	return true;
}
