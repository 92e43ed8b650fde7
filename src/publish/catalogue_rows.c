/* Rows: for each entry the numbers of its lists, so that a set's entries can be counted list by list without asking the
 * tree again. Numbers are given as lists turn up, and changed to their order by key when all are known. */
#include "publish/catalogue_inside.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

#define EXPECTED 12 /* lists of one entry */

struct rows_maker {
	const struct tree *tree;
	struct keys lists; /* of the entry that is added */
	size_t row_cap, row_len;
	struct tallied *tallied; /* by number */
	size_t len, cap;
	uint32_t *slots; /* open addressing from key to number */
	size_t slot_count;
};

struct rows_maker *rows_maker_create(struct base *base, size_t expected)
{
	struct rows_maker *maker = heap_array(1, sizeof *maker);
	*maker = (struct rows_maker){.tree = &base->tree, .row_cap = expected * EXPECTED + EXPECTED};
	base->rows = heap_array(maker->row_cap, sizeof *base->rows);
	return maker;
}

static size_t slot_of(const struct rows_maker *maker, uint32_t key)
{
	size_t slot = (key * UINT32_C(2654435761)) & (maker->slot_count - 1);
	while (maker->slots[slot] != NO_LIST && maker->tallied[maker->slots[slot]].key != key)
		slot = (slot + 1) & (maker->slot_count - 1);
	return slot;
}

static void grow(struct rows_maker *maker)
{
	maker->cap = maker->cap ? maker->cap * 2 : 512;
	maker->tallied = heap_grow(maker->tallied, maker->cap, sizeof *maker->tallied);
	maker->slot_count = maker->cap * 2;
	maker->slots = heap_grow(maker->slots, maker->slot_count, sizeof *maker->slots);
	memset(maker->slots, 0xff, maker->slot_count * sizeof *maker->slots); /* NO_LIST */
	for (uint32_t i = 0; i < maker->len; i++)
		maker->slots[slot_of(maker, maker->tallied[i].key)] = i;
}

static uint32_t tally(struct rows_maker *maker, uint32_t key)
{
	if (maker->len == maker->cap)
		grow(maker);
	size_t slot = slot_of(maker, key);
	if (maker->slots[slot] == NO_LIST) {
		maker->slots[slot] = (uint32_t)maker->len;
		maker->tallied[maker->len++] = (struct tallied){key, 0};
	}
	maker->tallied[maker->slots[slot]].entries++;
	return maker->slots[slot];
}

void rows_maker_add(struct rows_maker *maker, struct base *base, const uint32_t *facts, size_t fact_count)
{
	struct keys *lists = &maker->lists;
	lists->len = 0;
	for (size_t i = 0; i < fact_count; i++)
		keys_add(lists, facts[i]);
	tree_expand(maker->tree, facts, fact_count, lists);
	if (maker->row_len + lists->len > UINT32_MAX)
		err_die("publish: the catalogue's entries have more than 4 billion terms");
	if (maker->row_len + lists->len > maker->row_cap) {
		maker->row_cap += maker->row_cap / 2 + lists->len;
		base->rows = heap_grow(base->rows, maker->row_cap, sizeof *base->rows);
	}
	base->rows_at[base->count] = (uint32_t)maker->row_len;
	for (size_t i = 0; i < lists->len; i++)
		base->rows[maker->row_len++] = tally(maker, lists->at[i]) | (i < fact_count ? 0 : ROW_FOLLOWS);
}

static int by_key(const void *a, const void *b, void *context)
{
	const struct tallied *tallied = context;
	uint32_t left = tallied[*(const uint32_t *)a].key, right = tallied[*(const uint32_t *)b].key;
	return (left > right) - (left < right);
}

size_t rows_maker_finish(struct rows_maker *maker, struct base *base, struct tallied **ret_tallied)
{
	base->rows_at[base->count] = (uint32_t)maker->row_len;
	base->rows = heap_grow(base->rows, maker->row_len, sizeof *base->rows);
	uint32_t *order = heap_array(maker->len, sizeof *order), *number = heap_array(maker->len, sizeof *number);
	struct tallied *sorted = heap_array(maker->len, sizeof *sorted);
	size_t len = maker->len;
	for (uint32_t i = 0; i < len; i++)
		order[i] = i;
	if (len)
		qsort_r(order, len, sizeof *order, by_key, maker->tallied);
	for (uint32_t i = 0; i < len; i++) {
		sorted[i] = maker->tallied[order[i]];
		number[order[i]] = i;
	}
	for (size_t i = 0; i < maker->row_len; i++)
		base->rows[i] = number[ROW_LIST(base->rows[i])] | (base->rows[i] & ROW_FOLLOWS);
	free(order);
	free(number);
	free(maker->slots);
	free(maker->tallied);
	keys_finish(&maker->lists);
	free(maker);
	*ret_tallied = sorted;
	return len;
}

void base_facts(const struct base *base, uint32_t position, struct keys *facts)
{
	facts->len = 0;
	for (uint32_t at = base->rows_at[position]; at < base->rows_at[position + 1]; at++)
		if (!(base->rows[at] & ROW_FOLLOWS))
			keys_add(facts, base->lists[base->rows[at]].key);
}

/* The language is always the first fact. */
uint32_t base_language(const struct base *base, uint32_t position)
{
	return (uint32_t)key_id(base->lists[base->rows[base->rows_at[position]]].key);
}

/* The list of pages has the largest key of all. */
bool base_is_page(const struct base *base, uint32_t position)
{
	uint32_t last = (uint32_t)base->list_count - 1;
	if (base->lists[last].key != KEY_PAGE)
		return false;
	for (uint32_t at = base->rows_at[position]; at < base->rows_at[position + 1]; at++)
		if (base->rows[at] == last)
			return true;
	return false;
}
