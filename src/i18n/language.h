/* i18n/language: language codes (BCP 47) and what is known of a language.
 *
 * Called when configuration and imports are read and where a page names a language. Pure; any
 * thread. Codes are checked by ICU's data: "en", "pt-BR", "zh-Hant". Results are copied into the
 * caller's arena. Cost: microseconds, so keep what a page needs.
 */
#ifndef CRIER_I18N_LANGUAGE_H
#define CRIER_I18N_LANGUAGE_H

#include "base/arena.h"

enum language_direction { LANGUAGE_LTR, LANGUAGE_RTL };

#define LANGUAGE_CODE_BYTES 64 /* a canonical code with its zero */

/* Well-formed by RFC 5646, the language subtag known to ICU, no private use alone. Case is free; "_" is not taken. */
bool language_valid(struct str code);

/* RFC 5646 section 4.5: "EN-us" → "en-US", "iw" → "he". False where language_valid is. */
bool language_canonical(struct str code, char ret_code[LANGUAGE_CODE_BYTES]);

/* The language's name in itself ("français", "português (Brasil)") or in another language. An unknown code names
 * itself. */
struct str language_autonym(struct str code, struct arena *arena);
struct str language_name(struct str code, struct str in_language, struct arena *arena);

enum language_direction language_direction(struct str code);
const char *language_direction_name(enum language_direction direction); /* "ltr", "rtl": for dir="" */

/* ISO 15924 by likely subtags: "sr" → "Cyrl". False for unknown codes. */
bool language_script(struct str code, char ret_script[5]);

/* code, then what remains by taking subtags off the end ("zh-Hant-TW", "zh-Hant", "zh"), up to max. Returns how many.
 */
size_t language_chain(struct str code, size_t max, struct str *ret_codes);

#endif
