#include "publish/catalogue_inside.h"

#include <stdlib.h>
#include <string.h>

struct base *base_hold(struct base *base)
{
	atomic_fetch_add_explicit(&base->held, 1, memory_order_relaxed);
	return base;
}

void base_drop(struct base *base)
{
	if (!base || atomic_fetch_sub_explicit(&base->held, 1, memory_order_acq_rel) != 1)
		return;
	for (size_t i = 0; i < base->list_count; i++) {
		roaring_bitmap_free(base->lists[i].positions);
		free(base->lists[i].words);
	}
	base_drop_pairs(base);
	roaring_bitmap_free(base->nothing);
	roaring_bitmap_free(base->floor_live);
	roaring_bitmap_free(base->made_live);
	free(base->lists);
	free(base->events);
	free(base->pins);
	free(base->spans);
	free(base->rows);
	free(base->rows_at);
	free(base->by_id);
	free(base->changed);
	free(base->dates);
	free(base->ids);
	tree_finish(&base->tree);
	free(base);
}

size_t base_list_index(const struct base *base, uint32_t key)
{
	size_t low = 0, high = base->list_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (base->lists[middle].key < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

uint32_t base_list_number(const struct base *base, uint32_t key)
{
	size_t index = base_list_index(base, key);
	return index < base->list_count && base->lists[index].key == key ? (uint32_t)index : NO_LIST;
}

const roaring_bitmap_t *base_list(const struct base *base, uint32_t key)
{
	uint32_t number = base_list_number(base, key);
	return number == NO_LIST ? base->nothing : base->lists[number].positions;
}

uint32_t base_find(const struct base *base, int64_t entry_id)
{
	uint32_t low = 0, high = base->count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (base->ids[base->by_id[middle]] < entry_id)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == base->count || base->ids[base->by_id[low]] != entry_id)
		return NO_POSITION;
	return base->by_id[low];
}

uint32_t base_position(const struct base *base, int64_t date_s, int64_t entry_id)
{
	uint32_t low = 0, high = base->count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (base->dates[middle] > date_s || (base->dates[middle] == date_s && base->ids[middle] > entry_id))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct visible_window base_window(const struct base *base, uint32_t position)
{
	size_t low = 0, high = base->span_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (base->spans[middle].position < position)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < base->span_count && base->spans[low].position == position)
		return base->spans[low].window;
	return (struct visible_window){VISIBLE_NO_TIME, VISIBLE_NO_END};
}

int64_t base_pinned_until_s(const struct base *base, uint32_t position)
{
	size_t low = 0, high = base->pin_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (base->pins[middle].position < position)
			low = middle + 1;
		else
			high = middle;
	}
	return low < base->pin_count && base->pins[low].position == position ? base->pins[low].until_s : 0;
}
