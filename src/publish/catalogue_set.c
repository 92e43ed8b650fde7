#include "publish/catalogue_inside.h"

#include <stdlib.h>
#include <string.h>

/* Filters ---------------------------------------------------------------------------------------- */

#define PAGE_OF_CHANGES 256

size_t filter_lists(const struct catalogue_filter *filter, uint32_t ret_keys[FILTER_LISTS_MAX])
{
	size_t count = 0;
	if (filter->kind)
		ret_keys[count++] = list_key(CATALOGUE_KIND, filter->kind);
	for (size_t i = 0; i < filter->key_count && i < LIMIT_FILTERS; i++)
		ret_keys[count++] = list_key(filter->keys[i].dimension, filter->keys[i].id);
	if (filter->year && filter->month)
		ret_keys[count++] = list_key(CATALOGUE_MONTH, (int64_t)filter->year * 100 + filter->month);
	else if (filter->year)
		ret_keys[count++] = list_key(CATALOGUE_YEAR, filter->year);
	return count;
}

/* Ids that no list can have would spill into the dimension's bits. */
static bool filter_possible(const struct catalogue_filter *filter)
{
	if (filter->kind < 0 || filter->kind > CATALOGUE_KEY_MAX || filter->key_count > LIMIT_FILTERS)
		return false;
	for (size_t i = 0; i < filter->key_count; i++)
		if (filter->keys[i].id <= 0 || filter->keys[i].id > CATALOGUE_KEY_MAX)
			return false;
	return filter->year >= 0 && filter->year <= 9999 && filter->month >= 0 && filter->month <= 12;
}

bool filter_passes(const struct catalogue_filter *filter, const struct delta_entry *entry)
{
	if (filter->scope != CATALOGUE_ALL && entry->page != (filter->scope == CATALOGUE_PAGES))
		return false;
	if (filter->language != CATALOGUE_EVERY_LANGUAGE &&
	    entry->keys[0] != list_key(CATALOGUE_LANGUAGE, filter->language))
		return false;
	uint32_t keys[FILTER_LISTS_MAX];
	size_t count = filter_lists(filter, keys);
	for (size_t i = 0; i < count; i++)
		if (!delta_entry_in(entry, keys[i]))
			return false;
	return true;
}

/* What passes language and scope: the snapshot's own bitmap where it can be, else one that the set owns. */
static void start_bits(struct catalogue_set *set)
{
	const struct catalogue_snapshot *snapshot = set->snapshot;
	const struct base *base = snapshot->base;
	const struct catalogue_filter *filter = &set->filter;
	bool every = filter->language == CATALOGUE_EVERY_LANGUAGE;
	if (!every && filter->language >= snapshot->language_count) {
		set->bits = base->nothing;
		return;
	}
	if (!every && filter->scope == CATALOGUE_ITEMS) {
		set->bits = snapshot->lang[filter->language];
		return;
	}
	const roaring_bitmap_t *pages = base_list(base, KEY_PAGE);
	if (filter->scope == CATALOGUE_ITEMS)
		set->own = roaring_bitmap_andnot(snapshot->live, pages);
	else if (filter->scope == CATALOGUE_PAGES)
		set->own = roaring_bitmap_and(snapshot->live, pages);
	else
		set->own = roaring_bitmap_copy(snapshot->live);
	if (!every)
		roaring_bitmap_and_inplace(set->own, base_list(base, list_key(CATALOGUE_LANGUAGE, filter->language)));
	set->bits = set->own;
}

static int by_cardinality(const void *a, const void *b)
{
	uint64_t left = roaring_bitmap_get_cardinality(*(const roaring_bitmap_t *const *)a);
	uint64_t right = roaring_bitmap_get_cardinality(*(const roaring_bitmap_t *const *)b);
	return (left > right) - (left < right);
}

/* The smallest lists first, so that what is carried along is small at once. */
static void narrow_bits(struct catalogue_set *set)
{
	uint32_t keys[FILTER_LISTS_MAX];
	size_t count = filter_lists(&set->filter, keys);
	if (!count)
		return;
	const roaring_bitmap_t *lists[FILTER_LISTS_MAX + 1];
	for (size_t i = 0; i < count; i++)
		lists[i] = base_list(set->snapshot->base, keys[i]);
	lists[count] = set->bits;
	qsort(lists, count + 1, sizeof *lists, by_cardinality);
	roaring_bitmap_t *own = roaring_bitmap_and(lists[0], lists[1]);
	for (size_t i = 2; i <= count; i++)
		roaring_bitmap_and_inplace(own, lists[i]);
	if (set->own)
		roaring_bitmap_free(set->own);
	set->bits = set->own = own;
}

static void add_delta(struct catalogue_set *set)
{
	const struct delta *delta = set->snapshot->delta;
	set->delta = heap_array(delta->len, sizeof *set->delta);
	for (uint32_t i = 0; i < delta->len; i++)
		if (delta_live(set->snapshot, delta->at[i]) && filter_passes(&set->filter, delta->at[i]))
			set->delta[set->delta_len++] = i;
}

struct catalogue_set *set_create(const struct catalogue_snapshot *snapshot, const struct catalogue_filter *filter)
{
	struct catalogue_set *set = heap_array(1, sizeof *set);
	memset(set, 0, sizeof *set);
	set->counted = heap_array(1, sizeof *set->counted);
	*set->counted = (struct set_counted){0};
	set->snapshot = snapshot;
	set->filter = *filter;
	if (filter_possible(filter))
		add_delta(set);
	else
		set->bits = snapshot->base->nothing;
	return set;
}

void set_fill(struct catalogue_set *set)
{
	if (!set->bits) {
		start_bits(set);
		narrow_bits(set);
	}
	set->bit_count = roaring_bitmap_get_cardinality(set->bits);
}

struct catalogue_set *catalogue_select(const struct catalogue_snapshot *snapshot, const struct catalogue_filter *filter)
{
	struct catalogue_set *set = set_create(snapshot, filter);
	set_fill(set);
	return set;
}

void catalogue_set_destroy(struct catalogue_set *set)
{
	if (!set)
		return;
	if (set->own)
		roaring_bitmap_free(set->own);
	free(set->counted->of_list);
	free(set->counted->words);
	free(set->counted);
	free(set->delta);
	free(set);
}

void catalogue_set_destroyp(struct catalogue_set **set)
{
	catalogue_set_destroy(*set);
	*set = NULL;
}

/* Pages ------------------------------------------------------------------------------------------ */

size_t catalogue_count(const struct catalogue_set *set)
{
	return set->bit_count + set->delta_len;
}

static size_t bits_before(const struct catalogue_set *set, uint32_t position)
{
	return position ? roaring_bitmap_rank(set->bits, position - 1) : 0;
}

/* How many of the set's delta entries stand before the index-th entry of the whole set. */
static uint32_t delta_before(const struct catalogue_set *set, size_t index)
{
	uint32_t low = 0, high = set->delta_len;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		uint32_t position = set->snapshot->delta->position[set->delta[middle]];
		if (bits_before(set, position) + middle < index)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t set_page(const struct catalogue_set *set, size_t offset, size_t limit, int64_t *ret_ids)
{
	size_t all = catalogue_count(set);
	if (offset >= all)
		return 0;
	const struct delta *delta = set->snapshot->delta;
	const struct base *base = set->snapshot->base;
	uint32_t next = delta_before(set, offset), first;
	roaring_uint32_iterator_t at;
	roaring_init_iterator(set->bits, &at);
	if (offset - next < set->bit_count && roaring_bitmap_select(set->bits, (uint32_t)(offset - next), &first))
		roaring_move_uint32_iterator_equalorlarger(&at, first);
	else
		at.has_value = false;
	size_t count = limit < all - offset ? limit : all - offset;
	for (size_t i = 0; i < count; i++) {
		bool from_delta = next < set->delta_len &&
				  (!at.has_value || delta->position[set->delta[next]] <= at.current_value);
		if (from_delta) {
			ret_ids[i] = delta->at[set->delta[next++]]->id;
		} else {
			ret_ids[i] = base->ids[at.current_value];
			roaring_advance_uint32_iterator(&at);
		}
	}
	return count;
}

size_t set_rank(const struct catalogue_set *set, int64_t date_s, int64_t entry_id)
{
	const struct delta *delta = set->snapshot->delta;
	uint32_t low = 0, high = set->delta_len;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct delta_entry *entry = delta->at[set->delta[middle]];
		if (entry->date_s > date_s || (entry->date_s == date_s && entry->id > entry_id))
			low = middle + 1;
		else
			high = middle;
	}
	return bits_before(set, base_position(set->snapshot->base, date_s, entry_id)) + low;
}

bool catalogue_set_contains(const struct catalogue_set *set, int64_t entry_id)
{
	uint32_t index = delta_find(set->snapshot->delta, entry_id);
	if (index != NO_INDEX) {
		for (uint32_t low = 0, high = set->delta_len; low < high;) {
			uint32_t middle = low + (high - low) / 2;
			if (set->delta[middle] == index)
				return true;
			if (set->delta[middle] < index)
				low = middle + 1;
			else
				high = middle;
		}
		return false;
	}
	uint32_t position = base_find(set->snapshot->base, entry_id);
	return position != NO_POSITION && roaring_bitmap_contains(set->bits, position);
}

static bool date_of(const struct catalogue_snapshot *snapshot, int64_t entry_id, int64_t *ret_date_s)
{
	uint32_t index = delta_find(snapshot->delta, entry_id);
	uint32_t position = index == NO_INDEX ? base_find(snapshot->base, entry_id) : NO_POSITION;
	if (index == NO_INDEX && position == NO_POSITION)
		return false;
	*ret_date_s = index != NO_INDEX ? snapshot->delta->at[index]->date_s : snapshot->base->dates[position];
	return true;
}

int64_t catalogue_newest_s(const struct catalogue_set *set)
{
	int64_t id, date_s;
	if (!set_page(set, 0, 1, &id) || !date_of(set->snapshot, id, &date_s))
		return VISIBLE_NO_TIME;
	return date_s;
}

int64_t catalogue_changed_s(const struct catalogue_set *set, size_t offset, size_t limit)
{
	const struct delta *delta = set->snapshot->delta;
	const struct base *base = set->snapshot->base;
	int64_t ids[PAGE_OF_CHANGES], newest_s = VISIBLE_NO_TIME;
	for (size_t got = 1; limit && got; offset += got, limit -= got) {
		got = set_page(set, offset, limit < PAGE_OF_CHANGES ? limit : PAGE_OF_CHANGES, ids);
		for (size_t i = 0; i < got; i++) {
			uint32_t index = delta_find(delta, ids[i]);
			int64_t changed_s = index == NO_INDEX ? base->changed[base_find(base, ids[i])]
							      : delta->at[index]->changed_s;
			newest_s = changed_s > newest_s ? changed_s : newest_s;
		}
	}
	return newest_s;
}

void catalogue_neighbours(const struct catalogue_set *set, int64_t entry_id, int64_t *ret_newer, int64_t *ret_older)
{
	int64_t date_s, newer = 0, older = 0;
	if (catalogue_contains(set->snapshot, entry_id) && date_of(set->snapshot, entry_id, &date_s)) {
		size_t rank = set_rank(set, date_s, entry_id);
		if (rank)
			set_page(set, rank - 1, 1, &newer);
		set_page(set, rank + catalogue_set_contains(set, entry_id), 1, &older);
	}
	*ret_newer = newer;
	*ret_older = older;
}

/* The front page --------------------------------------------------------------------------------- */

/* The pinned ones of base and delta, each newest first, met in order. */
static size_t next_base_pin(const struct catalogue_set *set, size_t from)
{
	const struct base *base = set->snapshot->base;
	while (from < base->pin_count && (base->pins[from].until_s <= set->snapshot->at_s ||
					  !roaring_bitmap_contains(set->bits, base->pins[from].position)))
		from++;
	return from;
}

static uint32_t next_delta_pin(const struct catalogue_set *set, uint32_t from)
{
	while (from < set->delta_len &&
	       set->snapshot->delta->at[set->delta[from]]->pinned_until_s <= set->snapshot->at_s)
		from++;
	return from;
}

static void add_pin(struct catalogue_set *set, int64_t id, int64_t date_s)
{
	set->pinned[set->pinned_len] = id;
	set->pinned_rank[set->pinned_len++] = set_rank(set, date_s, id);
}

struct catalogue_set *catalogue_select_front(const struct catalogue_snapshot *snapshot, uint32_t language)
{
	struct catalogue_set *set = catalogue_select(snapshot, &(struct catalogue_filter){.language = language});
	const struct base *base = snapshot->base;
	size_t in_base = next_base_pin(set, 0);
	uint32_t in_delta = next_delta_pin(set, 0);
	while (set->pinned_len < CATALOGUE_PINNED_MAX) {
		bool base_left = in_base < base->pin_count, delta_left = in_delta < set->delta_len;
		if (!base_left && !delta_left)
			break;
		uint32_t index = delta_left ? set->delta[in_delta] : 0;
		bool take_delta =
			delta_left && (!base_left || snapshot->delta->position[index] <= base->pins[in_base].position);
		if (take_delta) {
			add_pin(set, snapshot->delta->at[index]->id, snapshot->delta->at[index]->date_s);
			in_delta = next_delta_pin(set, in_delta + 1);
		} else {
			uint32_t position = base->pins[in_base].position;
			add_pin(set, base->ids[position], base->dates[position]);
			in_base = next_base_pin(set, in_base + 1);
		}
	}
	return set;
}

static bool is_pinned(const struct catalogue_set *set, int64_t id)
{
	for (size_t i = 0; i < set->pinned_len; i++)
		if (set->pinned[i] == id)
			return true;
	return false;
}

size_t catalogue_page(const struct catalogue_set *set, size_t offset, size_t limit, int64_t *ret_ids)
{
	if (!set->pinned_len)
		return set_page(set, offset, limit, ret_ids);
	size_t count = 0;
	for (size_t i = offset; i < set->pinned_len && count < limit; i++)
		ret_ids[count++] = set->pinned[i];
	size_t at = offset > set->pinned_len ? offset - set->pinned_len : 0;
	for (size_t i = 0; i < set->pinned_len && set->pinned_rank[i] <= at; i++)
		at++;
	while (count < limit) {
		size_t got = set_page(set, at, limit - count, &ret_ids[count]), kept = 0;
		if (!got)
			break;
		at += got;
		for (size_t i = 0; i < got; i++)
			if (!is_pinned(set, ret_ids[count + i]))
				ret_ids[count + kept++] = ret_ids[count + i];
		count += kept;
	}
	return count;
}
