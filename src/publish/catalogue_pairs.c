/* How many items two lists share, counted once when a large base is made: the facets of a list are then read, not
 * counted. One number for each pair of lists and each language. */
#include "publish/catalogue_inside.h"

#include <stdlib.h>
#include <string.h>

#define PAIRS_LIST_MIN 512         /* entries: shorter lists are soon met */
#define PAIRS_BYTES    (16u << 20) /* of the counts: the longest lists for which they suffice */

struct base_pairs {
	uint32_t languages, len;
	size_t each;       /* counts of one language: a triangle, the diagonal with it */
	uint32_t *counts;  /* language after language */
	uint32_t *of_list; /* by list number: its own here, or NO_PAIR */
};

static size_t pair_at(uint32_t a, uint32_t b)
{
	return a < b ? (size_t)b * (b + 1) / 2 + a : (size_t)a * (a + 1) / 2 + b;
}

uint32_t pairs_number(const struct base *base, uint32_t list)
{
	return base->pairs && list != NO_LIST ? base->pairs->of_list[list] : NO_PAIR;
}

static bool is_counted(uint32_t key)
{
	switch (key_dimension(key)) {
	case CATALOGUE_KIND:
	case CATALOGUE_TERM:
	case CATALOGUE_PLACE:
	case CATALOGUE_CONTRIBUTOR:
	case CATALOGUE_YEAR:
	case CATALOGUE_MONTH:
		return true;
	case CATALOGUE_LANGUAGE:
		break;
	}
	return false;
}

static int longest_first(const void *a, const void *b)
{
	const uint64_t *left = a, *right = b;
	return (left[0] < right[0]) - (left[0] > right[0]);
}

static uint32_t languages_of(const struct base *base)
{
	uint32_t languages = 0;
	for (size_t i = 0; i < base->list_count; i++)
		if (key_dimension(base->lists[i].key) == CATALOGUE_LANGUAGE)
			languages = (uint32_t)key_id(base->lists[i].key) + 1;
	return languages;
}

/* Numbers the longest lists, as many as there is room for. */
static void number_lists(struct base_pairs *pairs, const struct base *base)
{
	uint64_t(*order)[2] = heap_array(base->list_count, sizeof *order);
	size_t len = 0;
	for (size_t i = 0; i < base->list_count; i++) {
		uint64_t entries = roaring_bitmap_get_cardinality(base->lists[i].positions);
		if (is_counted(base->lists[i].key) && entries >= PAIRS_LIST_MIN) {
			order[len][0] = entries;
			order[len++][1] = i;
		}
	}
	qsort(order, len, sizeof *order, longest_first);
	while (pairs->len < len &&
	       pair_at(pairs->len, pairs->len) * pairs->languages * sizeof *pairs->counts < PAIRS_BYTES) {
		pairs->of_list[order[pairs->len][1]] = pairs->len;
		pairs->len++;
	}
	free(order);
}

static void count_entry(struct base_pairs *pairs, const struct base *base, uint32_t position, uint32_t *numbers)
{
	uint32_t *counts = &pairs->counts[base_language(base, position) * pairs->each];
	size_t len = 0;
	for (uint32_t at = base->rows_at[position]; at < base->rows_at[position + 1]; at++) {
		uint32_t number = pairs->of_list[ROW_LIST(base->rows[at])];
		if (number != NO_PAIR)
			numbers[len++] = number;
	}
	for (size_t i = 0; i < len; i++)
		for (size_t k = 0; k <= i; k++)
			counts[pair_at(numbers[i], numbers[k])]++;
}

static void count_all(struct base_pairs *pairs, const struct base *base)
{
	uint32_t *numbers = heap_array(pairs->len, sizeof *numbers); /* an entry has each once at most */
	roaring_uint32_iterator_t at;
	for (roaring_init_iterator(base->made_live, &at); at.has_value; roaring_advance_uint32_iterator(&at))
		if (!base_is_page(base, at.current_value))
			count_entry(pairs, base, at.current_value, numbers);
	free(numbers);
}

void base_make_pairs(struct base *base)
{
	if (base->count < BITS_BASE_MIN)
		return;
	struct base_pairs *pairs = heap_array(1, sizeof *pairs);
	memset(pairs, 0, sizeof *pairs);
	pairs->of_list = heap_array(base->list_count, sizeof *pairs->of_list);
	memset(pairs->of_list, 0xff, base->list_count * sizeof *pairs->of_list); /* NO_PAIR */
	pairs->languages = languages_of(base);
	number_lists(pairs, base);
	pairs->each = pair_at(pairs->len, 0);
	pairs->counts = heap_array(pairs->each * pairs->languages, sizeof *pairs->counts);
	memset(pairs->counts, 0, pairs->each * pairs->languages * sizeof *pairs->counts);
	count_all(pairs, base);
	base->pairs = pairs;
}

void base_drop_pairs(struct base *base)
{
	if (!base->pairs)
		return;
	free(base->pairs->of_list);
	free(base->pairs->counts);
	free(base->pairs);
}

size_t pairs_count(const struct base *base, uint32_t language, uint32_t a, uint32_t b)
{
	const struct base_pairs *pairs = base->pairs;
	size_t at = pair_at(a, b), count = 0;
	if (language != CATALOGUE_EVERY_LANGUAGE)
		return language < pairs->languages ? pairs->counts[language * pairs->each + at] : 0;
	for (uint32_t i = 0; i < pairs->languages; i++)
		count += pairs->counts[i * pairs->each + at];
	return count;
}
