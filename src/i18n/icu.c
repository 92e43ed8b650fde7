#include "i18n/icu.h"

#include "base/utf8.h"
#include <string.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>

void icu_from_str(struct icu_text *ret_text, struct str s)
{
	uint32_t c;
	int32_t length = 0;
	while (length < ICU_TEXT_UNITS - 1 && utf8_next(&s, &c)) {
		if (c < 0x10000) {
			ret_text->units[length++] = (UChar)c;
		} else {
			ret_text->units[length++] = U16_LEAD(c);
			ret_text->units[length++] = U16_TRAIL(c);
		}
	}
	ret_text->units[length] = 0;
	ret_text->length = length;
}

void icu_put(const UChar *units, int32_t length, struct buf *out)
{
	for (int32_t i = 0; i < length;) {
		UChar32 c;
		U16_NEXT(units, i, length, c);
		utf8_put(out, (uint32_t)c);
	}
}

void icu_locale(struct str language, char ret_locale[LANGUAGE_CODE_BYTES])
{
	char code[LANGUAGE_CODE_BYTES];
	UErrorCode status = U_ZERO_ERROR;
	ret_locale[0] = 0;
	if (language.len >= sizeof code)
		return;
	memcpy(code, language.ptr ? language.ptr : "", language.len);
	code[language.len] = 0;
	uloc_forLanguageTag(code, ret_locale, LANGUAGE_CODE_BYTES, NULL, &status);
	if (U_FAILURE(status) || status == U_STRING_NOT_TERMINATED_WARNING)
		ret_locale[0] = 0;
}
