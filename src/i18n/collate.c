#include "i18n/collate.h"
#include "i18n/icu.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/ucol.h>
#include <unicode/uiter.h>

/* The collator itself is what ucol_open gives; the type keeps ICU out of the
 * header. */
static const UCollator *ucol(const struct collator *collator)
{
	return (const UCollator *)collator;
}

int collator_create(struct str language, struct collator **ret_collator, struct err *err)
{
	char locale[LANGUAGE_CODE_BYTES];
	UErrorCode status = U_ZERO_ERROR;
	icu_locale(language, locale);
	UCollator *opened = ucol_open(locale, &status);
	if (U_SUCCESS(status))
		ucol_setAttribute(opened, UCOL_NUMERIC_COLLATION, UCOL_ON, &status);
	if (U_FAILURE(status)) {
		ucol_close(opened);
		return err_set(err, ERR_SYSTEM, "ICU has no collation for \"%.*s\": %s", STR_ARG(language),
			       u_errorName(status));
	}
	*ret_collator = (struct collator *)opened;
	return 0;
}

void collator_destroy(struct collator *collator)
{
	if (collator)
		ucol_close((UCollator *)collator);
}

struct str collator_key(const struct collator *collator, struct str text, struct arena *arena)
{
	struct icu_text source;
	uint8_t first[1024];
	icu_from_str(&source, text);
	int32_t length = ucol_getSortKey(ucol(collator), source.units, source.length, first, sizeof first);
	if (length <= 0)
		return (struct str){0};
	if ((size_t)length <= sizeof first)
		return arena_str(arena, str_of((const char *)first, (size_t)length - 1));
	uint8_t *key = arena_array(arena, uint8_t, (size_t)length);
	ucol_getSortKey(ucol(collator), source.units, source.length, key, length);
	return str_of((const char *)key, (size_t)length - 1);
}

int collator_compare(const struct collator *collator, struct str a, struct str b)
{
	UCharIterator left, right;
	UErrorCode status = U_ZERO_ERROR;
	uiter_setUTF8(&left, a.ptr ? a.ptr : "", (int32_t)a.len);
	uiter_setUTF8(&right, b.ptr ? b.ptr : "", (int32_t)b.len);
	UCollationResult result = ucol_strcollIter(ucol(collator), &left, &right, &status);
	if (U_FAILURE(status))
		return str_cmp(a, b);
	return result == UCOL_LESS ? -1 : result == UCOL_GREATER;
}

struct keyed {
	struct str key;
	size_t index;
};

static int by_key(const void *a, const void *b)
{
	const struct keyed *left = a, *right = b;
	int order = str_cmp(left->key, right->key);
	return order ? order : (left->index > right->index) - (left->index < right->index);
}

void collator_sort(const struct collator *collator, void *items, size_t count, size_t each_bytes,
		   struct str (*text_of)(const void *item))
{
	ARENA_SCOPED arena = arena_create(0);
	struct keyed *keys = arena_array(arena, struct keyed, count);
	char *copy = arena_alloc_array(arena, count, each_bytes);
	if (count == 0)
		return;
	for (size_t i = 0; i < count; i++)
		keys[i] = (struct keyed){collator_key(collator, text_of((char *)items + i * each_bytes), arena), i};
	qsort(keys, count, sizeof *keys, by_key);
	memcpy(copy, items, count * each_bytes);
	for (size_t i = 0; i < count; i++)
		memcpy((char *)items + i * each_bytes, copy + keys[i].index * each_bytes, each_bytes);
}
