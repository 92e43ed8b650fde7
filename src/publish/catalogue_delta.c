#include "publish/catalogue_inside.h"

#include <stdlib.h>
#include <string.h>

/* One entry -------------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	return (left > right) - (left < right);
}

void entry_facts(const struct catalogue_entry *entry, struct keys *facts)
{
	size_t first = facts->len;
	keys_add(facts, list_key(CATALOGUE_LANGUAGE, entry->language));
	if (entry->page)
		keys_add(facts, KEY_PAGE);
	if (entry->kind)
		keys_add(facts, list_key(CATALOGUE_KIND, entry->kind));
	if (entry->month)
		keys_add(facts, list_key(CATALOGUE_MONTH, entry->month));
	for (size_t i = 0; i < entry->key_count; i++) {
		uint32_t key = list_key(entry->keys[i].dimension, entry->keys[i].id);
		bool there = false;
		for (size_t k = first; k < facts->len && !there; k++)
			there = facts->at[k] == key;
		if (!there)
			keys_add(facts, key);
	}
}

struct delta_entry *delta_entry_create(const struct catalogue_entry *entry, const struct tree *tree)
{
	struct keys facts = {0}, lists = {0};
	entry_facts(entry, &facts);
	tree_expand(tree, facts.at, facts.len, &lists);
	struct delta_entry *made = heap_array(1, sizeof *made + (facts.len + lists.len) * sizeof *made->keys);
	atomic_init(&made->held, 1);
	made->id = entry->entry_id;
	made->date_s = entry->date_s;
	made->window = entry->window;
	made->changed_s = entry->changed_s;
	made->pinned_until_s = entry->pinned_until_s;
	made->page = entry->page;
	made->fact_count = facts.len;
	made->list_count = lists.len;
	memcpy(made->keys, facts.at, facts.len * sizeof *made->keys);
	memcpy(made->keys + facts.len, lists.at, lists.len * sizeof *made->keys);
	qsort(made->keys + facts.len, lists.len, sizeof *made->keys, by_number);
	keys_finish(&facts);
	keys_finish(&lists);
	return made;
}

struct delta_entry *delta_entry_hold(struct delta_entry *entry)
{
	atomic_fetch_add_explicit(&entry->held, 1, memory_order_relaxed);
	return entry;
}

void delta_entry_drop(struct delta_entry *entry)
{
	if (entry && atomic_fetch_sub_explicit(&entry->held, 1, memory_order_acq_rel) == 1)
		free(entry);
}

bool delta_entry_in(const struct delta_entry *entry, uint32_t key)
{
	const uint32_t *lists = entry->keys + entry->fact_count;
	for (size_t i = 0; i < entry->list_count && lists[i] <= key; i++)
		if (lists[i] == key)
			return true;
	return false;
}

/* The delta -------------------------------------------------------------------------------------- */

static struct delta *delta_create(size_t room, roaring_bitmap_t *superseded)
{
	struct delta *delta = heap_array(1, sizeof *delta);
	memset(delta, 0, sizeof *delta);
	atomic_init(&delta->held, 1);
	delta->at = heap_array(room, sizeof(struct delta_entry *));
	delta->superseded = superseded;
	return delta;
}

struct delta *delta_create_empty(void)
{
	return delta_create(0, roaring_bitmap_create());
}

struct delta *delta_hold(struct delta *delta)
{
	atomic_fetch_add_explicit(&delta->held, 1, memory_order_relaxed);
	return delta;
}

void delta_drop(struct delta *delta)
{
	if (!delta || atomic_fetch_sub_explicit(&delta->held, 1, memory_order_acq_rel) != 1)
		return;
	for (uint32_t i = 0; i < delta->len; i++)
		delta_entry_drop(delta->at[i]);
	roaring_bitmap_free(delta->superseded);
	free(delta->by_id);
	free(delta->position);
	free(delta->at);
	free(delta);
}

uint32_t delta_find(const struct delta *delta, int64_t entry_id)
{
	uint32_t low = 0, high = delta->len;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (delta->at[delta->by_id[middle]]->id < entry_id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < delta->len && delta->at[delta->by_id[low]]->id == entry_id ? delta->by_id[low] : NO_INDEX;
}

static int by_order(const void *a, const void *b)
{
	const struct delta_entry *left = *(struct delta_entry *const *)a, *right = *(struct delta_entry *const *)b;
	if (left->date_s != right->date_s)
		return left->date_s > right->date_s ? -1 : 1;
	return (left->id < right->id) - (left->id > right->id);
}

static int by_entry_id(const void *a, const void *b, void *context)
{
	struct delta_entry *const *at = context;
	int64_t left = at[*(const uint32_t *)a]->id, right = at[*(const uint32_t *)b]->id;
	return (left > right) - (left < right);
}

/* Orders what was gathered in at, and finds the places in the base. */
static void delta_finish(struct delta *delta, const struct base *base)
{
	qsort(delta->at, delta->len, sizeof(struct delta_entry *), by_order);
	delta->position = heap_array(delta->len, sizeof *delta->position);
	delta->by_id = heap_array(delta->len, sizeof *delta->by_id);
	for (uint32_t i = 0; i < delta->len; i++) {
		delta->position[i] = base_position(base, delta->at[i]->date_s, delta->at[i]->id);
		delta->by_id[i] = i;
	}
	qsort_r(delta->by_id, delta->len, sizeof *delta->by_id, by_entry_id, delta->at);
}

static void supersede(struct delta *delta, const struct base *base, int64_t entry_id)
{
	uint32_t position = base_find(base, entry_id);
	if (position != NO_POSITION)
		roaring_bitmap_add(delta->superseded, position);
}

/* Ids that a change touches, in order, to be found by bsearch; of equal puts the last one counts. */
struct touched {
	int64_t id;
	size_t index; /* of the put; SIZE_MAX: removed */
};

static int by_touched(const void *a, const void *b)
{
	const struct touched *left = a, *right = b;
	if (left->id != right->id)
		return left->id < right->id ? -1 : 1;
	return (left->index > right->index) - (left->index < right->index);
}

static struct touched *touched_list(const struct catalogue_change *change, size_t *ret_len)
{
	struct touched *touched = heap_array(change->put_count + change->removed_count, sizeof *touched);
	size_t len = 0;
	for (size_t i = 0; i < change->put_count; i++)
		touched[len++] = (struct touched){change->put[i].entry_id, i};
	for (size_t i = 0; i < change->removed_count; i++)
		touched[len++] = (struct touched){change->removed[i], SIZE_MAX};
	qsort(touched, len, sizeof *touched, by_touched);
	size_t kept = 0;
	for (size_t i = 0; i < len; i++)
		if (i + 1 == len || touched[i + 1].id != touched[i].id)
			touched[kept++] = touched[i];
	*ret_len = kept;
	return touched;
}

static bool touched_has(const struct touched *touched, size_t len, int64_t id)
{
	size_t low = 0, high = len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (touched[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < len && touched[low].id == id;
}

struct delta *delta_derive(const struct delta *delta, const struct base *base, const struct catalogue_change *change)
{
	size_t touched_len;
	struct touched *touched = touched_list(change, &touched_len);
	struct delta *made = delta_create(delta->len + touched_len, roaring_bitmap_copy(delta->superseded));
	for (uint32_t i = 0; i < delta->len; i++)
		if (!touched_has(touched, touched_len, delta->at[i]->id))
			made->at[made->len++] = delta_entry_hold(delta->at[i]);
	for (size_t i = 0; i < touched_len; i++) {
		supersede(made, base, touched[i].id);
		if (touched[i].index == SIZE_MAX)
			continue;
		const struct catalogue_entry *put = &change->put[touched[i].index];
		if (!visible_window_empty(put->window))
			made->at[made->len++] = delta_entry_create(put, &base->tree);
	}
	free(touched);
	delta_finish(made, base);
	return made;
}

/* The new base holds what `then` and the old base held together. What `now` has otherwise stays a delta:
 * entries that are not then's very own, and removals since, of then's entries or of the old base's. */
struct delta *delta_transplant(const struct delta *then, const struct delta *now, const struct base *old_base,
			       const struct base *new_base)
{
	struct delta *made = delta_create(now->len, roaring_bitmap_create());
	for (uint32_t i = 0; i < now->len; i++) {
		uint32_t index = delta_find(then, now->at[i]->id);
		if (index != NO_INDEX && then->at[index] == now->at[i])
			continue;
		supersede(made, new_base, now->at[i]->id);
		made->at[made->len++] = delta_entry_hold(now->at[i]);
	}
	for (uint32_t i = 0; i < then->len; i++)
		if (delta_find(now, then->at[i]->id) == NO_INDEX)
			supersede(made, new_base, then->at[i]->id);
	roaring_bitmap_t *since = roaring_bitmap_andnot(now->superseded, then->superseded);
	roaring_uint32_iterator_t at;
	for (roaring_init_iterator(since, &at); at.has_value; roaring_advance_uint32_iterator(&at))
		if (delta_find(now, old_base->ids[at.current_value]) == NO_INDEX)
			supersede(made, new_base, old_base->ids[at.current_value]);
	roaring_bitmap_free(since);
	delta_finish(made, new_base);
	return made;
}
