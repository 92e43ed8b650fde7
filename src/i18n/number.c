#include "i18n/number.h"
#include "i18n/icu.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/unumberformatter.h>

#define KEPT 24

struct entry {
	char language[LANGUAGE_CODE_BYTES];
	UNumberFormatter *formatter;
	uint64_t used;
};

struct number_formats {
	struct entry entries[KEPT];
	UFormattedNumber *result;
	uint64_t clock;
};

struct number_formats *number_formats_create(void)
{
	UErrorCode status = U_ZERO_ERROR;
	struct number_formats *formats = calloc(1, sizeof *formats);
	if (!formats)
		abort();
	formats->result = unumf_openResult(&status);
	if (U_FAILURE(status))
		abort();
	return formats;
}

void number_formats_destroy(struct number_formats *formats)
{
	if (!formats)
		return;
	for (size_t i = 0; i < KEPT; i++)
		unumf_close(formats->entries[i].formatter);
	unumf_closeResult(formats->result);
	free(formats);
}

/* The one for language; the place longest unused is taken for a new one. NULL
 * where ICU cannot. */
static const UNumberFormatter *get(struct number_formats *formats, struct str language)
{
	struct entry *oldest = &formats->entries[0];
	char locale[LANGUAGE_CODE_BYTES];
	UErrorCode status = U_ZERO_ERROR;
	if (language.len >= LANGUAGE_CODE_BYTES)
		language.len = 0;
	for (size_t i = 0; i < KEPT; i++) {
		struct entry *entry = &formats->entries[i];
		if (entry->formatter && str_eq(language, str_from(entry->language))) {
			entry->used = ++formats->clock;
			return entry->formatter;
		}
		if (entry->used < oldest->used)
			oldest = entry;
	}
	icu_locale(language, locale);
	UNumberFormatter *formatter = unumf_openForSkeletonAndLocale(u"", 0, locale, &status);
	if (U_FAILURE(status))
		return NULL;
	unumf_close(oldest->formatter);
	oldest->formatter = formatter;
	oldest->used = ++formats->clock;
	memcpy(oldest->language, language.ptr ? language.ptr : "", language.len);
	oldest->language[language.len] = 0;
	return formatter;
}

void number_put(struct number_formats *formats, struct str language, int64_t number, struct buf *out)
{
	UChar text[64];
	UErrorCode status = U_ZERO_ERROR;
	const UNumberFormatter *formatter = get(formats, language);
	int32_t length = 0;
	if (formatter) {
		unumf_formatInt(formatter, number, formats->result, &status);
		length = unumf_resultToString(formats->result, text, 64, &status);
	}
	if (formatter && U_SUCCESS(status))
		icu_put(text, length, out);
	else
		buf_put_i64(out, number);
}

struct str number_str(struct number_formats *formats, struct str language, int64_t number, struct arena *arena)
{
	BUF_SCOPED out = BUF_INIT(256);
	number_put(formats, language, number, &out);
	return buf_copy(&out, arena);
}
