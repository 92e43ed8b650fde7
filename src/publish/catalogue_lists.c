/* The base's bitmaps: one dimension after the other, so that the positions on their way into bitmaps take little room:
 * lay them out list after list, make bitmaps. */
#include "publish/catalogue_inside.h"

#include <stdlib.h>

/* From first on, all lists of one dimension; returns the first of the next. */
static uint32_t make_dimension(struct base *base, const struct tallied *tallied, uint32_t first, uint32_t count)
{
	uint32_t end = first;
	size_t total = 0;
	for (; end < count && tallied[end].key >> KEY_SHIFT == tallied[first].key >> KEY_SHIFT; end++)
		total += tallied[end].entries;
	uint32_t *positions = heap_array(total, sizeof *positions);
	uint32_t **next = heap_array(end - first, sizeof(uint32_t *));
	next[0] = positions;
	for (uint32_t list = first + 1; list < end; list++)
		next[list - first] = next[list - first - 1] + tallied[list - 1].entries;
	for (uint32_t position = 0; position < base->count; position++)
		for (uint32_t at = base->rows_at[position]; at < base->rows_at[position + 1]; at++) {
			uint32_t list = ROW_LIST(base->rows[at]);
			if (list >= first && list < end)
				*next[list - first]++ = position;
		}
	for (uint32_t list = first; list < end; list++) {
		size_t entries = tallied[list].entries;
		roaring_bitmap_t *bitmap = roaring_bitmap_of_ptr(entries, next[list - first] - entries);
		roaring_bitmap_run_optimize(bitmap);
		roaring_bitmap_shrink_to_fit(bitmap);
		base->lists[list] = (struct base_list){tallied[list].key, bitmap, NULL};
	}
	free(next);
	free(positions);
	return end;
}

static void add_bits(struct base *base)
{
	for (size_t i = 0; i < base->list_count && base->count >= BITS_BASE_MIN; i++) {
		struct base_list *list = &base->lists[i];
		if (roaring_bitmap_get_cardinality(list->positions) * BITS_LIST_MIN >= base->count)
			list->words = base_bits_of(base, list->positions);
	}
}

void base_make_lists(struct base *base, const struct tallied *tallied, size_t count)
{
	base->lists = heap_array(count, sizeof *base->lists);
	base->list_count = count;
	for (uint32_t list = 0; list < count;)
		list = make_dimension(base, tallied, list, (uint32_t)count);
	add_bits(base);
}
