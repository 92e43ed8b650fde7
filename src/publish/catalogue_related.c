/* Related entries: level n holds those that share at least n of the keys. Each key's list moves entries one
 * level up, from the highest level down; then the highest levels are read first, newest first. */
#include "publish/catalogue_inside.h"

#include <stdlib.h>
#include <string.h>

struct related {
	const struct catalogue_snapshot *snapshot;
	struct catalogue_filter filter; /* items of the entry's language */
	int64_t self;
	uint32_t keys[CATALOGUE_RELATED_KEYS];
	size_t key_count;
	roaring_bitmap_t *levels[CATALOGUE_RELATED_KEYS + 1]; /* [0] is not used */
};

struct weighed {
	uint32_t key;
	size_t size;
};

static int by_size(const void *a, const void *b)
{
	const struct weighed *left = a, *right = b;
	if (left->size != right->size)
		return left->size < right->size ? -1 : 1;
	return (left->key > right->key) - (left->key < right->key);
}

/* How long a list is in this snapshot, all languages and windows together: near enough to weigh by, but the
 * same whether an entry stands in the base or the delta. */
static size_t list_size(const struct catalogue_snapshot *snapshot, uint32_t key)
{
	const roaring_bitmap_t *list = base_list(snapshot->base, key);
	size_t size = roaring_bitmap_and_cardinality(list, snapshot->live);
	for (uint32_t i = 0; i < snapshot->delta->len; i++)
		size += delta_live(snapshot, snapshot->delta->at[i]) && delta_entry_in(snapshot->delta->at[i], key);
	return size;
}

static void choose_keys(struct related *related, const uint32_t *facts, size_t count)
{
	struct weighed weighed[CATALOGUE_ENTRY_KEYS_MAX];
	size_t len = 0;
	for (size_t i = 0; i < count && len < CATALOGUE_ENTRY_KEYS_MAX; i++)
		if (facts[i] != KEY_PAGE &&
		    (key_dimension(facts[i]) == CATALOGUE_TERM || key_dimension(facts[i]) == CATALOGUE_PLACE))
			weighed[len++] = (struct weighed){facts[i], 0};
	if (len > CATALOGUE_RELATED_KEYS) {
		for (size_t i = 0; i < len; i++)
			weighed[i].size = list_size(related->snapshot, weighed[i].key);
		qsort(weighed, len, sizeof *weighed, by_size);
		len = CATALOGUE_RELATED_KEYS;
	}
	for (size_t i = 0; i < len; i++)
		related->keys[related->key_count++] = weighed[i].key;
}

static bool start(struct related *related, const struct catalogue_snapshot *snapshot, int64_t entry_id)
{
	const struct base *base = snapshot->base;
	related->snapshot = snapshot;
	related->self = entry_id;
	if (!catalogue_contains(snapshot, entry_id))
		return false;
	uint32_t index = delta_find(snapshot->delta, entry_id);
	struct keys facts = {0};
	if (index == NO_INDEX)
		base_facts(base, base_find(base, entry_id), &facts);
	else
		for (size_t i = 0; i < snapshot->delta->at[index]->fact_count; i++)
			keys_add(&facts, snapshot->delta->at[index]->keys[i]);
	related->filter.language = (uint32_t)key_id(facts.at[0]);
	choose_keys(related, facts.at, facts.len);
	keys_finish(&facts);
	return related->key_count > 0;
}

static void make_levels(struct related *related)
{
	const roaring_bitmap_t *live = related->snapshot->lang[related->filter.language];
	for (size_t n = 1; n <= related->key_count; n++)
		related->levels[n] = roaring_bitmap_create();
	for (size_t k = 0; k < related->key_count; k++) {
		roaring_bitmap_t *list = roaring_bitmap_and(live, base_list(related->snapshot->base, related->keys[k]));
		for (size_t n = k + 1; n > 1; n--) {
			roaring_bitmap_t *risen = roaring_bitmap_and(related->levels[n - 1], list);
			roaring_bitmap_or_inplace(related->levels[n], risen);
			roaring_bitmap_free(risen);
		}
		roaring_bitmap_or_inplace(related->levels[1], list);
		roaring_bitmap_free(list);
	}
}

static size_t shared_keys(const struct related *related, const struct delta_entry *entry)
{
	size_t shared = 0;
	for (size_t k = 0; k < related->key_count; k++)
		shared += delta_entry_in(entry, related->keys[k]);
	return shared;
}

/* Those of one level, not above it, newest first: base and delta met in order. */
static size_t read_level(const struct related *related, size_t level, size_t limit, int64_t *ret_ids)
{
	const struct delta *delta = related->snapshot->delta;
	const roaring_bitmap_t *above = level < related->key_count ? related->levels[level + 1] : NULL;
	roaring_uint32_iterator_t at;
	roaring_init_iterator(related->levels[level], &at);
	size_t count = 0;
	uint32_t next = 0;
	for (;;) {
		while (at.has_value && ((above && roaring_bitmap_contains(above, at.current_value)) ||
					related->snapshot->base->ids[at.current_value] == related->self))
			roaring_advance_uint32_iterator(&at);
		while (next < delta->len &&
		       (!delta_live(related->snapshot, delta->at[next]) || delta->at[next]->id == related->self ||
			!filter_passes(&related->filter, delta->at[next]) ||
			shared_keys(related, delta->at[next]) != level))
			next++;
		if (count == limit || (!at.has_value && next == delta->len))
			return count;
		if (next < delta->len && (!at.has_value || delta->position[next] <= at.current_value)) {
			ret_ids[count++] = delta->at[next++]->id;
		} else {
			ret_ids[count++] = related->snapshot->base->ids[at.current_value];
			roaring_advance_uint32_iterator(&at);
		}
	}
}

size_t catalogue_related(const struct catalogue_snapshot *snapshot, int64_t entry_id, size_t limit, int64_t *ret_ids)
{
	struct related related = {0};
	if (!start(&related, snapshot, entry_id))
		return 0;
	make_levels(&related);
	size_t count = 0;
	for (size_t level = related.key_count; level && count < limit; level--)
		count += read_level(&related, level, limit - count, &ret_ids[count]);
	for (size_t level = 1; level <= related.key_count; level++)
		roaring_bitmap_free(related.levels[level]);
	return count;
}
