/* i18n/country: countries and regions, by ISO 3166-1 and UN M.49, named by ICU in every language.
 *
 * Codes are two capital letters ("EG", "XK" for Kosovo); regions three digits ("150" Europe, "039" Southern Europe).
 * All functions are pure and may run on any thread; names cost a few microseconds: keep what pages need.
 *
 * The finder recognises names in texts that people typed: categories, tags, title prefixes. It compares folded
 * (case, accents, width, "St."/"Saint", "and"/"&", a leading article), and knows the names that ICU does not give as
 * first choice: UK, USA, Burma, Swaziland, Ivory Coast, DRC, OPT, … It only ever matches whole names: "Niger" is not
 * found in "Nigeria", nor "Georgia" in "Georgia Tech".
 */
#ifndef CRIER_I18N_COUNTRY_H
#define CRIER_I18N_COUNTRY_H

#include "base/arena.h"
#include "base/vec.h"

struct country_code {
	char text[3]; /* with its zero; empty for none */
};

/* All countries and territories with a code in ISO 3166-1, and XK, in code order. The table lives for ever. */
size_t country_count(void);
struct country_code country_at(size_t index);

bool country_valid(struct str code);                                        /* exact, capital letters */
bool country_from_alpha3(struct str alpha3, struct country_code *ret_code); /* "EGY" → "EG" */
bool country_alpha3(struct country_code code, char ret_alpha3[4]);          /* false for XK and unknown */

/* The name in a language ("Égypte"); falls back on the code. Regions too: "002" → "Afrique". */
struct str country_name(struct str code_or_region, struct str language, struct arena *arena);

/* UN M.49 by CLDR: the subregion and region that contain a country: EG → "015" Northern Africa, "002" Africa; MX →
 * "013", "019". False for Antarctica, which lies in none, and for unknown codes. */
struct country_region {
	char subregion[4];
	char region[4];
};
bool country_region(struct country_code code, struct country_region *ret_region);

struct country_finder;
VEC_TYPE(country_vec, struct country_code);

/* For names in these languages (BCP 47), English and common variants always. Lives in arena; then read only. */
struct country_finder *country_finder_create(struct arena *arena, const struct str *languages, size_t language_count);

/* Is the whole text the name of a country? ISO codes of two and three letters count when with_codes, in capitals. Names
 * and short forms of up to three Latin letters (UK, USA, OPT) must stand in capitals too: "us" is a word. */
bool country_find(const struct country_finder *finder, struct str text, bool with_codes, struct country_code *ret_code);

/* "Italy/Malta: Boats turned back" → IT, MT and "Boats turned back". The part before the first colon must consist
 * wholly of names, separated by / , & – or "and" (in the finder's languages "y", "et", "und", "и", "و" …); otherwise
 * false and nothing is written. Each country once, in the order of the text. The rest borrows from title, trimmed. */
bool country_split_title(const struct country_finder *finder, struct str title, struct arena *arena,
			 struct country_vec *ret_countries, struct str *ret_rest);

#endif
