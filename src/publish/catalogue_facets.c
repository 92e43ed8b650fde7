#include "publish/catalogue_inside.h"

#include "base/vec.h"

#include <stdlib.h>
#include <string.h>

#define MOVED_MAX 2000  /* entries that are looked at to put a row of pairs right */
#define WALK_MAX  16384 /* a set with more entries is never walked */
#define READ      256   /* positions at a time */
#define AHEAD     8     /* rows asked of the memory before they are needed: each lies somewhere else */

/* The counts in the making: keys ascending, each once. */
struct counting {
	uint32_t *keys;
	uint32_t *lists; /* their numbers, or NO_LIST */
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

/* Both keys and lists ascend: each is looked for near the one before it. */
static void find_lists(struct counting *counting, const struct base *base, struct arena *arena)
{
	counting->lists = arena_array(arena, uint32_t, counting->len + 1);
	size_t from = 0;
	for (size_t i = 0; i < counting->len; i++) {
		uint32_t key = counting->keys[i];
		size_t step = 1, low = from;
		for (; low + step < base->list_count && base->lists[low + step].key < key; step *= 2)
			low += step;
		size_t high = low + step < base->list_count ? low + step : base->list_count;
		while (low < high) {
			size_t middle = low + (high - low) / 2;
			if (base->lists[middle].key < key)
				low = middle + 1;
			else
				high = middle;
		}
		from = low;
		counting->lists[i] = low < base->list_count && base->lists[low].key == key ? (uint32_t)low : NO_LIST;
	}
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
	*ret_row = (struct row){.number = count ? pairs_number(base, base_list_number(base, keys[0])) : NO_PAIR,
				.list = count ? base_list(base, keys[0]) : NULL};
	return !count || ret_row->number != NO_PAIR;
}

/* What opened, ended or was superseded since the pairs were counted. */
static void count_moved(struct counting *counting, const struct catalogue_set *set, const roaring_bitmap_t *moved)
{
	const struct base *base = set->snapshot->base;
	roaring_uint32_iterator_t at;
	for (roaring_init_iterator(moved, &at); at.has_value; roaring_advance_uint32_iterator(&at)) {
		uint32_t position = at.current_value, language = set->filter.language;
		if (language != CATALOGUE_EVERY_LANGUAGE && language != base_language(base, position))
			continue;
		size_t by = roaring_bitmap_contains(set->snapshot->live, position) ? 1 : SIZE_MAX; /* or one less */
		for (uint32_t i = base->rows_at[position]; i < base->rows_at[position + 1]; i++)
			if (pairs_number(base, ROW_LIST(base->rows[i])) != NO_PAIR)
				bump(counting, base->lists[ROW_LIST(base->rows[i])].key, by);
	}
}

/* Lists without a number are short, and met by the set's bits, which are made for the first of them. */
static void count_by_row(struct counting *counting, const struct catalogue_set *set, const struct row *row,
			 struct catalogue_set *lazy)
{
	const struct base *base = set->snapshot->base;
	for (size_t i = 0; i < counting->len; i++) {
		uint32_t number = pairs_number(base, counting->lists[i]);
		if (number != NO_PAIR) {
			counting->counts[i] += pairs_count(base, set->filter.language,
							   row->number == NO_PAIR ? number : row->number, number);
			continue;
		}
		if (counting->lists[i] == NO_LIST)
			continue;
		if (!set->bits)
			set_fill(lazy);
		counting->counts[i] +=
			roaring_bitmap_and_cardinality(set->bits, base->lists[counting->lists[i]].positions);
	}
}

static bool count_by_pairs(struct counting *counting, const struct catalogue_set *set, struct catalogue_set *lazy)
{
	struct row row;
	if (!find_row(set, &row))
		return false;
	const roaring_bitmap_t *all = set->snapshot->moved;
	roaring_bitmap_t *moved = row.list ? roaring_bitmap_and(all, row.list) : roaring_bitmap_copy(all);
	bool few = roaring_bitmap_get_cardinality(moved) < MOVED_MAX;
	if (few) {
		count_by_row(counting, set, &row, lazy);
		count_moved(counting, set, moved);
	}
	roaring_bitmap_free(moved);
	return few;
}

static void walk(const struct catalogue_set *set)
{
	const struct base *base = set->snapshot->base;
	uint32_t *of_list = heap_array(base->list_count, sizeof *of_list), read[READ];
	memset(of_list, 0, base->list_count * sizeof *of_list);
	roaring_uint32_iterator_t at;
	roaring_init_iterator(set->bits, &at);
	for (uint32_t got; (got = roaring_read_uint32_iterator(&at, read, READ));) {
		for (uint32_t i = 0; i < got; i++)
			__builtin_prefetch(&base->rows_at[read[i]]);
		for (uint32_t i = 0; i < got; i++) {
			if (i + AHEAD < got)
				__builtin_prefetch(&base->rows[base->rows_at[read[i + AHEAD]]]);
			for (uint32_t k = base->rows_at[read[i]]; k < base->rows_at[read[i] + 1]; k++)
				of_list[ROW_LIST(base->rows[k])]++;
		}
	}
	set->counted->of_list = of_list;
}

static void count_by_walking(struct counting *counting, const struct catalogue_set *set)
{
	if (!set->counted->of_list)
		walk(set);
	for (size_t i = 0; i < counting->len; i++)
		if (counting->lists[i] != NO_LIST)
			counting->counts[i] += set->counted->of_list[counting->lists[i]];
}

static void count_by_meeting(struct counting *counting, const struct catalogue_set *set)
{
	const struct base *base = set->snapshot->base;
	for (size_t i = 0; i < counting->len; i++)
		if (counting->lists[i] != NO_LIST)
			counting->counts[i] +=
				roaring_bitmap_and_cardinality(set->bits, base->lists[counting->lists[i]].positions);
}

static void count_by_bits(struct counting *counting, const struct catalogue_set *set)
{
	const struct base *base = set->snapshot->base;
	if (!set->counted->words)
		set->counted->words = base_bits_of(base, set->bits);
	const uint64_t *bits = set->counted->words;
	for (size_t i = 0; i < counting->len; i++) {
		if (counting->lists[i] == NO_LIST)
			continue;
		const struct base_list *list = &base->lists[counting->lists[i]];
		counting->counts[i] +=
			list->words ? base_bits_count(base, bits, list->words) : base_bits_meet(bits, list->positions);
	}
}

/* Whether looking at each entry is cheaper than meeting every list; a list of a large base costs more. */
static bool is_walked(const struct counting *counting, const struct catalogue_set *set)
{
	size_t entries_a_list = 16 + set->snapshot->base->count / 4096;
	return set->counted->of_list || (set->bit_count < WALK_MAX && set->bit_count < counting->len * entries_a_list);
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
	if (is_walked(counting, set))
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
	find_lists(&counting, set->snapshot->base, arena);
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
	bool narrows = false;
	switch (dimension) {
	case CATALOGUE_TERM:
	case CATALOGUE_PLACE:
	case CATALOGUE_CONTRIBUTOR:
		narrows = true;
		break;
	case CATALOGUE_LANGUAGE:
		narrows = filter.language == CATALOGUE_EVERY_LANGUAGE;
		filter.language = CATALOGUE_EVERY_LANGUAGE;
		break;
	case CATALOGUE_KIND:
		narrows = !filter.kind;
		filter.kind = 0;
		break;
	case CATALOGUE_YEAR:
		narrows = !filter.year && !filter.month;
		filter.year = filter.month = 0;
		break;
	case CATALOGUE_MONTH:
		narrows = !filter.month;
		filter.month = 0;
		break;
	}
	if (narrows) /* by nothing of the dimension yet: what is counted once is counted for it too */
		return facets_of(set, NULL, dimension, candidates, candidate_count, arena);
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
