/* i18n/icu: the little that stands between str and ICU's UTF-16. Internal to src/i18n.
 *
 * Texts here are names and formatted dates; what is longer than ICU_TEXT_UNITS is cut at a code point. */
#ifndef CRIER_I18N_ICU_H
#define CRIER_I18N_ICU_H

#include "base/buf.h"
#include "i18n/language.h"

#include <unicode/utypes.h>

#define ICU_TEXT_UNITS 512

struct icu_text {
	UChar units[ICU_TEXT_UNITS + 1]; /* with its zero */
	int32_t length;
};

void icu_from_str(struct icu_text *ret_text, struct str s); /* broken UTF-8 becomes U+FFFD */
void icu_put(const UChar *units, int32_t length, struct buf *out);

/* ICU's own form of a BCP 47 code ("pt-BR" → "pt_BR"); "" (the root) for what is none. */
void icu_locale(struct str language, char ret_locale[LANGUAGE_CODE_BYTES]);

#endif
