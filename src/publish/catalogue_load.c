/* Filling a whole base: entries come in any order, are kept as they come, and are put in order at the end. */
#include "publish/catalogue_inside.h"

#include <stdlib.h>
#include <string.h>

struct catalogue_load {
	struct catalogue *catalogue;
	struct tree tree;
	struct load_row {
		int64_t id, date_s, changed_s;
		struct visible_window window;
		int64_t pinned_until_s;
		size_t facts_at;
		uint32_t fact_count;
	} * rows;
	size_t count, cap;
	struct keys facts;
};

struct catalogue_load *catalogue_load_begin(struct catalogue *catalogue, const struct catalogue_parent *parents,
					    size_t parent_count)
{
	struct catalogue_load *load = heap_array(1, sizeof *load);
	memset(load, 0, sizeof *load);
	load->catalogue = catalogue;
	tree_init(&load->tree, parents, parent_count);
	return load;
}

void catalogue_load_abort(struct catalogue_load *load)
{
	if (!load)
		return;
	tree_finish(&load->tree);
	keys_finish(&load->facts);
	free(load->rows);
	free(load);
}

int catalogue_load_add(struct catalogue_load *load, const struct catalogue_entry *entry, struct err *err)
{
	int result = catalogue_entry_check(load->catalogue, entry, err);
	if (result)
		return result;
	if (load->count == (size_t)INT32_MAX)
		return err_set(err, ERR_LIMIT, "catalogue: more than %d entries", INT32_MAX);
	if (load->count == load->cap) {
		load->cap = load->cap + load->cap / 2 + 1024;
		load->rows = heap_grow(load->rows, load->cap, sizeof *load->rows);
	}
	struct load_row *row = &load->rows[load->count++];
	*row = (struct load_row){.id = entry->entry_id,
				 .date_s = entry->date_s,
				 .changed_s = entry->changed_s,
				 .window = entry->window,
				 .pinned_until_s = entry->pinned_until_s,
				 .facts_at = load->facts.len};
	entry_facts(entry, &load->facts);
	row->fact_count = (uint32_t)(load->facts.len - row->facts_at);
	return 0;
}

static int by_order(const void *a, const void *b)
{
	const struct load_row *left = a, *right = b;
	if (left->date_s != right->date_s)
		return left->date_s > right->date_s ? -1 : 1;
	return (left->id < right->id) - (left->id > right->id);
}

void catalogue_load_commit(struct catalogue_load *load, int64_t sequence, int64_t now_s)
{
	struct catalogue *catalogue = load->catalogue;
	if (load->count)
		qsort(load->rows, load->count, sizeof *load->rows, by_order);
	struct base_builder *builder = base_builder_create(&load->tree, now_s, load->count);
	for (size_t i = 0; i < load->count; i++) {
		const struct load_row *row = &load->rows[i];
		base_builder_add(builder, &(struct base_entry){.id = row->id,
							       .date_s = row->date_s,
							       .window = row->window,
							       .changed_s = row->changed_s,
							       .pinned_until_s = row->pinned_until_s,
							       .facts = &load->facts.at[row->facts_at],
							       .fact_count = row->fact_count});
	}
	catalogue_load_abort(load);
	struct base *base = base_builder_finish(builder);
	struct delta *delta = delta_create_empty();
	pthread_mutex_lock(&catalogue->writing);
	catalogue_install_fresh(catalogue, base, delta, now_s, sequence);
	pthread_mutex_unlock(&catalogue->writing);
	base_drop(base);
	delta_drop(delta);
}
