#include "publish/catalogue_inside.h"

#include "base/vec.h"

#include <stdlib.h>
#include <string.h>

#define WALK_MAX 2000 /* below this many entries, looking at each is cheaper than meeting every list */

/* The counts in the making: keys ascending, each once. */
struct counting {
	uint32_t *keys;
	size_t *counts;
	size_t len;
};

static int by_number(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	return (left > right) - (left < right);
}

static void sort_unique(struct counting *counting)
{
	if (counting->len)
		qsort(counting->keys, counting->len, sizeof *counting->keys, by_number);
	size_t kept = 0;
	for (size_t i = 0; i < counting->len; i++)
		if (!kept || counting->keys[kept - 1] != counting->keys[i])
			counting->keys[kept++] = counting->keys[i];
	counting->len = kept;
}

static void candidate_keys(struct counting *counting, enum catalogue_dimension dimension, const int64_t *candidates,
			   size_t candidate_count, struct arena *arena)
{
	counting->keys = arena_array(arena, uint32_t, candidate_count + 1);
	for (size_t i = 0; i < candidate_count; i++)
		if (candidates[i] >= 0 && candidates[i] <= CATALOGUE_KEY_MAX)
			counting->keys[counting->len++] = list_key(dimension, candidates[i]);
}

/* Every key of the dimension: the base's lists and what the delta has. */
static void all_keys(struct counting *counting, const struct catalogue_set *set, enum catalogue_dimension dimension,
		     struct arena *arena)
{
	const struct base *base = set->snapshot->base;
	const struct delta *delta = set->snapshot->delta;
	VEC_TYPE(key_vec, uint32_t) keys = {0};
	for (size_t i = base_list_index(base, list_key(dimension, 0));
	     i < base->list_count && key_dimension(base->lists[i].key) == dimension; i++)
		*vec_add(&keys, arena) = base->lists[i].key;
	for (uint32_t i = 0; i < set->delta_len; i++) {
		const struct delta_entry *entry = delta->at[set->delta[i]];
		for (size_t k = 0; k < entry->list_count; k++)
			if (key_dimension(entry->keys[entry->fact_count + k]) == dimension)
				*vec_add(&keys, arena) = entry->keys[entry->fact_count + k];
	}
	counting->keys = keys.at;
	counting->len = keys.len;
}

static void bump(struct counting *counting, uint32_t key, size_t by)
{
	size_t low = 0, high = counting->len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (counting->keys[middle] < key)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < counting->len && counting->keys[low] == key)
		counting->counts[low] += by;
}

static void count_delta(struct counting *counting, const struct catalogue_set *set)
{
	for (uint32_t i = 0; i < set->delta_len; i++) {
		const struct delta_entry *entry = set->snapshot->delta->at[set->delta[i]];
		for (size_t k = 0; k < entry->list_count; k++)
			bump(counting, entry->keys[entry->fact_count + k], 1);
	}
}

/* The row of pairs that a filter by one list stands for; of a filter by none each list meets itself. */
struct row {
	uint32_t number; /* NO_PAIR: each list with itself */
	const roaring_bitmap_t *list;
};

static bool find_row(const struct catalogue_set *set, struct row *ret_row)
{
	const struct base *base = set->snapshot->base;
	uint32_t keys[FILTER_LISTS_MAX];
	size_t count = filter_lists(&set->filter, keys);
	if (!base->pairs || set->bits == base->nothing || set->filter.scope != CATALOGUE_ITEMS || count > 1)
		return false;
	*ret_row = (struct row){.number = count ? pairs_number(base, keys[0]) : NO_PAIR,
				.list = count ? base_list(base, keys[0]) : NULL};
	return !count || ret_row->number != NO_PAIR;
}

/* What opened, ended or was superseded since the pairs were counted. */
static void count_moved(struct counting *counting, const struct catalogue_set *set, const roaring_bitmap_t *moved)
{
	const struct base *base = set->snapshot->base;
	struct keys lists = {0};
	roaring_uint32_iterator_t at;
	for (roaring_init_iterator(moved, &at); at.has_value; roaring_advance_uint32_iterator(&at)) {
		uint32_t first = base->facts_at[at.current_value], language = set->filter.language;
		if (language != CATALOGUE_EVERY_LANGUAGE && language != base_language(base, at.current_value))
			continue;
		bool live = roaring_bitmap_contains(set->snapshot->live, at.current_value);
		lists.len = 0;
		tree_expand(&base->tree, &base->facts[first], base->facts_at[at.current_value + 1] - first, &lists);
		for (size_t i = 0; i < lists.len; i++)
			if (pairs_number(base, lists.at[i]) != NO_PAIR)
				bump(counting, lists.at[i], live ? 1 : SIZE_MAX); /* or one less */
	}
	keys_finish(&lists);
}

/* Lists without a number are short, and met by the set's bits, which are made for the first of them. */
static void count_by_row(struct counting *counting, const struct catalogue_set *set, const struct row *row,
			 struct catalogue_set *lazy)
{
	const struct base *base = set->snapshot->base;
	for (size_t i = 0; i < counting->len; i++) {
		uint32_t number = pairs_number(base, counting->keys[i]);
		if (number != NO_PAIR) {
			counting->counts[i] += pairs_count(base, set->filter.language,
							   row->number == NO_PAIR ? number : row->number, number);
			continue;
		}
		const roaring_bitmap_t *list = base_list(base, counting->keys[i]);
		if (roaring_bitmap_is_empty(list))
			continue;
		if (!set->bits)
			set_fill(lazy);
		counting->counts[i] += roaring_bitmap_and_cardinality(set->bits, list);
	}
}

static bool count_by_pairs(struct counting *counting, const struct catalogue_set *set, struct catalogue_set *lazy)
{
	struct row row;
	if (!find_row(set, &row))
		return false;
	const roaring_bitmap_t *all = set->snapshot->moved;
	roaring_bitmap_t *moved = row.list ? roaring_bitmap_and(all, row.list) : roaring_bitmap_copy(all);
	bool few = roaring_bitmap_get_cardinality(moved) < WALK_MAX;
	if (few) {
		count_by_row(counting, set, &row, lazy);
		count_moved(counting, set, moved);
	}
	roaring_bitmap_free(moved);
	return few;
}

static void count_by_walking(struct counting *counting, const struct catalogue_set *set)
{
	const struct base *base = set->snapshot->base;
	struct keys lists = {0};
	roaring_uint32_iterator_t at;
	for (roaring_init_iterator(set->bits, &at); at.has_value; roaring_advance_uint32_iterator(&at)) {
		uint32_t first = base->facts_at[at.current_value];
		lists.len = 0;
		tree_expand(&base->tree, &base->facts[first], base->facts_at[at.current_value + 1] - first, &lists);
		for (size_t i = 0; i < lists.len; i++)
			bump(counting, lists.at[i], 1);
	}
	keys_finish(&lists);
}

static void count_by_meeting(struct counting *counting, const struct catalogue_set *set)
{
	for (size_t i = 0; i < counting->len; i++)
		counting->counts[i] +=
			roaring_bitmap_and_cardinality(set->bits, base_list(set->snapshot->base, counting->keys[i]));
}

static void count_by_bits(struct counting *counting, const struct catalogue_set *set)
{
	const struct base *base = set->snapshot->base;
	uint64_t *bits = base_bits_of(base, set->bits);
	for (size_t i = 0; i < counting->len; i++) {
		size_t index = base_list_index(base, counting->keys[i]);
		if (index == base->list_count || base->lists[index].key != counting->keys[i])
			continue;
		const struct base_list *list = &base->lists[index];
		counting->counts[i] +=
			list->words ? base_bits_count(base, bits, list->words) : base_bits_meet(bits, list->positions);
	}
	free(bits);
}

static int by_count(const void *a, const void *b)
{
	const struct catalogue_facet *left = a, *right = b;
	if (left->count != right->count)
		return left->count > right->count ? -1 : 1;
	return (left->key > right->key) - (left->key < right->key);
}

static void count_base(struct counting *counting, const struct catalogue_set *set, struct catalogue_set *lazy)
{
	if (count_by_pairs(counting, set, lazy))
		return;
	if (!set->bits)
		set_fill(lazy);
	if (set->bit_count < WALK_MAX && set->bit_count < counting->len * 16)
		count_by_walking(counting, set);
	else if (set->snapshot->base->count >= BITS_BASE_MIN &&
		 set->bit_count * BITS_SET_MIN < set->snapshot->base->count)
		count_by_bits(counting, set);
	else
		count_by_meeting(counting, set);
}

/* lazy: the set itself where its bits may have to be made first; else NULL. */
static struct catalogue_facets facets_of(const struct catalogue_set *set, struct catalogue_set *lazy,
					 enum catalogue_dimension dimension, const int64_t *candidates,
					 size_t candidate_count, struct arena *arena)
{
	struct counting counting = {0};
	if (candidates)
		candidate_keys(&counting, dimension, candidates, candidate_count, arena);
	else
		all_keys(&counting, set, dimension, arena);
	sort_unique(&counting);
	counting.counts = arena_array(arena, size_t, counting.len + 1);
	count_delta(&counting, set);
	count_base(&counting, set, lazy);
	struct catalogue_facets facets = {arena_array(arena, struct catalogue_facet, counting.len + 1), 0};
	for (size_t i = 0; i < counting.len; i++)
		if (counting.counts[i])
			facets.at[facets.len++] =
				(struct catalogue_facet){key_id(counting.keys[i]), counting.counts[i]};
	qsort(facets.at, facets.len, sizeof *facets.at, by_count);
	return facets;
}

struct catalogue_facets catalogue_facets(const struct catalogue_set *set, enum catalogue_dimension dimension,
					 const int64_t *candidates, size_t candidate_count, struct arena *arena)
{
	struct catalogue_filter filter = set->filter;
	switch (dimension) {
	case CATALOGUE_TERM:
	case CATALOGUE_PLACE:
	case CATALOGUE_CONTRIBUTOR:
		return facets_of(set, NULL, dimension, candidates, candidate_count, arena);
	case CATALOGUE_LANGUAGE:
		filter.language = CATALOGUE_EVERY_LANGUAGE;
		break;
	case CATALOGUE_KIND:
		filter.kind = 0;
		break;
	case CATALOGUE_YEAR:
		filter.year = filter.month = 0;
		break;
	case CATALOGUE_MONTH:
		filter.month = 0;
		break;
	}
	CATALOGUE_SET_SCOPED wider = set_create(set->snapshot, &filter);
	return facets_of(wider, wider, dimension, candidates, candidate_count, arena);
}

static int64_t find_in_base(const struct catalogue_snapshot *snapshot, uint32_t language,
			    enum catalogue_dimension dimension, catalogue_wanted *wanted, const void *context)
{
	const struct base *base = snapshot->base;
	for (size_t i = base_list_index(base, list_key(dimension, 0));
	     i < base->list_count && key_dimension(base->lists[i].key) == dimension; i++)
		if (wanted(context, key_id(base->lists[i].key)) &&
		    roaring_bitmap_intersect(snapshot->lang[language], base->lists[i].positions))
			return key_id(base->lists[i].key);
	return 0;
}

static int64_t find_in_delta(const struct catalogue_snapshot *snapshot, uint32_t language,
			     enum catalogue_dimension dimension, catalogue_wanted *wanted, const void *context)
{
	const struct catalogue_filter items = {.language = language};
	for (uint32_t i = 0; i < snapshot->delta->len; i++) {
		const struct delta_entry *entry = snapshot->delta->at[i];
		if (!delta_live(snapshot, entry) || !filter_passes(&items, entry))
			continue;
		for (size_t k = 0; k < entry->list_count; k++) {
			uint32_t key = entry->keys[entry->fact_count + k];
			if (key_dimension(key) == dimension && wanted(context, key_id(key)))
				return key_id(key);
		}
	}
	return 0;
}

int64_t catalogue_find_key(const struct catalogue_snapshot *snapshot, uint32_t language,
			   enum catalogue_dimension dimension, catalogue_wanted *wanted, const void *context)
{
	if (language >= snapshot->language_count)
		return 0;
	int64_t found = find_in_base(snapshot, language, dimension, wanted, context);
	return found ? found : find_in_delta(snapshot, language, dimension, wanted, context);
}
