#include "publish/catalogue_inside.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

#define TREE_DEPTH_MAX 64 /* so that a circle ends */

void *heap_grow(void *at, size_t count, size_t each_bytes)
{
	size_t bytes;
	if (__builtin_mul_overflow(count, each_bytes, &bytes))
		err_die("out of memory: the size of a part of the catalogue overflows");
	void *grown = realloc(at, bytes ? bytes : 1);
	if (!grown)
		err_die("out of memory: no room for the catalogue");
	return grown;
}

void *heap_array(size_t count, size_t each_bytes)
{
	return heap_grow(NULL, count, each_bytes);
}

void keys_add(struct keys *keys, uint32_t key)
{
	if (keys->len == keys->cap) {
		keys->cap = keys->cap ? keys->cap * 2 : 32;
		keys->at = heap_grow(keys->at, keys->cap, sizeof *keys->at);
	}
	keys->at[keys->len++] = key;
}

void keys_add_new(struct keys *keys, uint32_t key)
{
	for (size_t i = 0; i < keys->len; i++)
		if (keys->at[i] == key)
			return;
	keys_add(keys, key);
}

void keys_finish(struct keys *keys)
{
	free(keys->at);
	*keys = (struct keys){0};
}

static int by_link(const void *a, const void *b)
{
	const struct tree_link *left = a, *right = b;
	return (left->key > right->key) - (left->key < right->key);
}

void tree_init(struct tree *tree, const struct catalogue_parent *parents, size_t count)
{
	tree->at = heap_array(count, sizeof *tree->at);
	tree->len = 0;
	for (size_t i = 0; i < count; i++) {
		const struct catalogue_parent *parent = &parents[i];
		if (parent->id <= 0 || parent->id > CATALOGUE_KEY_MAX || parent->parent_id <= 0 ||
		    parent->parent_id > CATALOGUE_KEY_MAX)
			continue;
		tree->at[tree->len++] = (struct tree_link){list_key(parent->dimension, parent->id),
							   list_key(parent->dimension, parent->parent_id)};
	}
	qsort(tree->at, tree->len, sizeof *tree->at, by_link);
}

void tree_init_copy(struct tree *tree, const struct tree *from)
{
	tree->at = heap_array(from->len, sizeof *tree->at);
	tree->len = from->len;
	if (from->len)
		memcpy(tree->at, from->at, from->len * sizeof *tree->at);
}

void tree_finish(struct tree *tree)
{
	free(tree->at);
	*tree = (struct tree){0};
}

static bool tree_parent(const struct tree *tree, uint32_t key, uint32_t *ret_parent)
{
	size_t low = 0, high = tree->len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (tree->at[middle].key < key)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == tree->len || tree->at[low].key != key)
		return false;
	*ret_parent = tree->at[low].parent;
	return true;
}

void tree_expand(const struct tree *tree, const uint32_t *facts, size_t fact_count, struct keys *lists)
{
	for (size_t i = 0; i < fact_count; i++) {
		uint32_t key = facts[i];
		keys_add_new(lists, key);
		if (key_dimension(key) == CATALOGUE_MONTH && key != KEY_PAGE) {
			keys_add_new(lists, list_key(CATALOGUE_YEAR, key_id(key) / 100));
			continue;
		}
		for (int depth = 0; depth < TREE_DEPTH_MAX && tree_parent(tree, key, &key); depth++)
			keys_add_new(lists, key);
	}
}
