#include "i18n/language.h"
#include "i18n/icu.h"

#include <string.h>
#include <unicode/uldnames.h>
#include <unicode/uloc.h>

/* Does uloc_forLanguageTag understand all of the code, and is its language one
 * that has a name? */
static bool read_code(struct str code, char ret_locale[LANGUAGE_CODE_BYTES])
{
	char text[LANGUAGE_CODE_BYTES], language[ULOC_LANG_CAPACITY];
	UErrorCode status = U_ZERO_ERROR;
	int32_t parsed = 0;
	if (code.len < 2 || code.len >= sizeof text)
		return false;
	memcpy(text, code.ptr, code.len);
	text[code.len] = 0;
	if (strchr(text, '_') || strlen(text) != code.len)
		return false;
	uloc_forLanguageTag(text, ret_locale, LANGUAGE_CODE_BYTES, &parsed, &status);
	if (U_FAILURE(status) || status == U_STRING_NOT_TERMINATED_WARNING || (size_t)parsed != code.len)
		return false;
	int32_t length = uloc_getLanguage(ret_locale, language, sizeof language, &status);
	if (U_FAILURE(status) || length < 2)
		return false;
	/* ICU gives an ISO 639-2 code to those it knows and nothing to others */
	return uloc_getISO3Language(ret_locale)[0] != 0;
}

bool language_canonical(struct str code, char ret_code[LANGUAGE_CODE_BYTES])
{
	char locale[LANGUAGE_CODE_BYTES], canonical[LANGUAGE_CODE_BYTES];
	UErrorCode status = U_ZERO_ERROR;
	if (!read_code(code, locale))
		return false;
	int32_t length = uloc_toLanguageTag(locale, canonical, sizeof canonical, true, &status);
	if (U_FAILURE(status) || length <= 0 || length >= LANGUAGE_CODE_BYTES)
		return false;
	memcpy(ret_code, canonical, (size_t)length + 1);
	return true;
}

bool language_valid(struct str code)
{
	char locale[LANGUAGE_CODE_BYTES];
	return read_code(code, locale);
}

struct str language_name(struct str code, struct str in_language, struct arena *arena)
{
	char locale[LANGUAGE_CODE_BYTES], display[LANGUAGE_CODE_BYTES];
	UChar name[ICU_TEXT_UNITS];
	UErrorCode status = U_ZERO_ERROR;
	BUF_SCOPED out = BUF_INIT(4 * ICU_TEXT_UNITS);
	if (!read_code(code, locale))
		return arena_str(arena, code);
	icu_locale(in_language, display);
	ULocaleDisplayNames *names = uldn_open(display, ULDN_DIALECT_NAMES, &status);
	int32_t length = uldn_localeDisplayName(names, locale, name, ICU_TEXT_UNITS, &status);
	if (U_SUCCESS(status))
		icu_put(name, length < ICU_TEXT_UNITS ? length : ICU_TEXT_UNITS, &out);
	uldn_close(names);
	return U_SUCCESS(status) ? buf_copy(&out, arena) : arena_str(arena, code);
}

struct str language_autonym(struct str code, struct arena *arena)
{
	return language_name(code, code, arena);
}

enum language_direction language_direction(struct str code)
{
	char locale[LANGUAGE_CODE_BYTES];
	icu_locale(code, locale);
	return locale[0] && uloc_isRightToLeft(locale) ? LANGUAGE_RTL : LANGUAGE_LTR;
}

const char *language_direction_name(enum language_direction direction)
{
	return direction == LANGUAGE_RTL ? "rtl" : "ltr";
}

bool language_script(struct str code, char ret_script[5])
{
	char locale[LANGUAGE_CODE_BYTES], likely[LANGUAGE_CODE_BYTES], script[ULOC_SCRIPT_CAPACITY];
	UErrorCode status = U_ZERO_ERROR;
	if (!read_code(code, locale))
		return false;
	uloc_addLikelySubtags(locale, likely, sizeof likely, &status);
	int32_t length = uloc_getScript(likely, script, sizeof script, &status);
	if (U_FAILURE(status) || length != 4)
		return false;
	memcpy(ret_script, script, 5);
	return true;
}

size_t language_chain(struct str code, size_t max, struct str *ret_codes)
{
	size_t count = 0;
	while (count < max && !str_empty(code)) {
		ret_codes[count++] = code;
		size_t dash = str_rfind_byte(code, '-');
		if (dash == SIZE_MAX)
			break;
		code = str_sub(code, 0, dash);
		if (dash >= 2 && code.ptr[dash - 2] == '-') /* a singleton goes with what followed it */
			code = str_sub(code, 0, dash - 2);
	}
	return count;
}
