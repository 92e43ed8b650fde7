/* The base's bitmaps: one dimension after the other, so that the positions on their way into bitmaps take
 * little room: count the entries of each list, lay the positions out list after list, make bitmaps. */
#include "publish/catalogue_inside.h"

#include <stdlib.h>
#include <string.h>

/* Open addressing from list key to number; 0 is no list key that occurs in a table, see slot_of. */
struct tally {
	uint32_t *keys;
	uint32_t *counts; /* then: where the next position goes */
	size_t cap, len;
};

static size_t tally_slot(const struct tally *tally, uint32_t key)
{
	size_t slot = (key * UINT32_C(2654435761)) & (tally->cap - 1);
	while (tally->counts[slot] && tally->keys[slot] != key)
		slot = (slot + 1) & (tally->cap - 1);
	return slot;
}

static void tally_grow(struct tally *tally)
{
	struct tally old = *tally;
	tally->cap = old.cap ? old.cap * 2 : 1024;
	tally->keys = heap_array(tally->cap, sizeof *tally->keys);
	tally->counts = heap_array(tally->cap, sizeof *tally->counts);
	memset(tally->counts, 0, tally->cap * sizeof *tally->counts);
	for (size_t i = 0; i < old.cap; i++) {
		if (!old.counts[i])
			continue;
		size_t slot = tally_slot(tally, old.keys[i]);
		tally->keys[slot] = old.keys[i];
		tally->counts[slot] = old.counts[i];
	}
	free(old.keys);
	free(old.counts);
}

static void tally_bump(struct tally *tally, uint32_t key)
{
	if (tally->len * 2 >= tally->cap)
		tally_grow(tally);
	size_t slot = tally_slot(tally, key);
	if (!tally->counts[slot]++) {
		tally->keys[slot] = key;
		tally->len++;
	}
}

/* The lists of one entry in one dimension. A year follows from the month, so it asks for months' facts. */
static void entry_lists(const struct base *base, uint32_t position, uint32_t dimension, struct keys *lists)
{
	uint32_t wanted = dimension == CATALOGUE_YEAR ? CATALOGUE_MONTH : dimension;
	lists->len = 0;
	for (uint32_t at = base->facts_at[position]; at < base->facts_at[position + 1]; at++)
		if (base->facts[at] >> KEY_SHIFT == wanted)
			tree_expand(&base->tree, &base->facts[at], 1, lists);
}

static void count_lists(const struct base *base, uint32_t dimension, struct tally *tally, struct keys *lists)
{
	for (uint32_t position = 0; position < base->count; position++) {
		entry_lists(base, position, dimension, lists);
		for (size_t i = 0; i < lists->len; i++)
			if (lists->at[i] >> KEY_SHIFT == dimension)
				tally_bump(tally, lists->at[i]);
	}
}

static int by_key(const void *a, const void *b)
{
	const struct base_list *left = a, *right = b;
	return (left->key > right->key) - (left->key < right->key);
}

/* Bitmaps from the positions that lie list after list; each table slot says where its list ends. */
static void add_bitmaps(struct base *base, const struct tally *tally, const uint32_t *starts, const uint32_t *positions)
{
	size_t first = base->list_count;
	base->lists = heap_grow(base->lists, first + tally->len, sizeof *base->lists);
	for (size_t slot = 0; slot < tally->cap; slot++) {
		if (!tally->counts[slot])
			continue;
		roaring_bitmap_t *bitmap = roaring_bitmap_of_ptr(tally->counts[slot], &positions[starts[slot]]);
		roaring_bitmap_run_optimize(bitmap);
		roaring_bitmap_shrink_to_fit(bitmap);
		base->lists[base->list_count++] = (struct base_list){tally->keys[slot], bitmap, NULL};
	}
	qsort(&base->lists[first], base->list_count - first, sizeof *base->lists, by_key);
}

static void make_dimension(struct base *base, uint32_t dimension, struct keys *lists)
{
	struct tally tally = {0};
	count_lists(base, dimension, &tally, lists);
	if (!tally.len)
		return;
	uint32_t *starts = heap_array(tally.cap, sizeof *starts);
	uint32_t *next = heap_array(tally.cap, sizeof *next);
	uint32_t total = 0;
	for (size_t slot = 0; slot < tally.cap; slot++) {
		starts[slot] = next[slot] = total;
		total += tally.counts[slot];
	}
	uint32_t *positions = heap_array(total, sizeof *positions);
	for (uint32_t position = 0; position < base->count; position++) {
		entry_lists(base, position, dimension, lists);
		for (size_t i = 0; i < lists->len; i++)
			if (lists->at[i] >> KEY_SHIFT == dimension)
				positions[next[tally_slot(&tally, lists->at[i])]++] = position;
	}
	add_bitmaps(base, &tally, starts, positions);
	free(positions);
	free(next);
	free(starts);
	free(tally.keys);
	free(tally.counts);
}

static void add_bits(struct base *base)
{
	for (size_t i = 0; i < base->list_count && base->count >= BITS_BASE_MIN; i++) {
		struct base_list *list = &base->lists[i];
		if (roaring_bitmap_get_cardinality(list->positions) * BITS_LIST_MIN >= base->count)
			list->words = base_bits_of(base, list->positions);
	}
}

void base_make_lists(struct base *base)
{
	struct keys lists = {0};
	for (uint32_t dimension = CATALOGUE_LANGUAGE; dimension <= CATALOGUE_MONTH; dimension++)
		make_dimension(base, dimension, &lists);
	make_dimension(base, KEY_PAGE >> KEY_SHIFT, &lists);
	keys_finish(&lists);
	add_bits(base);
}
