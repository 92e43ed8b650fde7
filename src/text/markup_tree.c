#include "text/markup_tree.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "text/plain.h"
#include "text/url.h"

struct markup_node *markup_node_new(struct markup *tree, enum markup_kind kind)
{
	struct markup_node *node = arena_new(tree->arena, struct markup_node);
	node->kind = (uint8_t)kind;
	tree->nodes++;
	return node;
}

void markup_append(struct markup_node *parent, struct markup_node *child)
{
	child->parent = parent;
	child->next = NULL;
	child->previous = parent->last;
	if (parent->last)
		parent->last->next = child;
	else
		parent->first = child;
	parent->last = child;
}

/* What stands where node stood: from `first` to `last`, which know their parent. */
static void splice(struct markup_node *node, struct markup_node *first, struct markup_node *last)
{
	struct markup_node *parent = node->parent, *previous = node->previous, *next = node->next;
	first = first ? first : next;
	last = last ? last : previous;
	if (previous)
		previous->next = first;
	else
		parent->first = first;
	if (next)
		next->previous = last;
	else
		parent->last = last;
	if (first)
		first->previous = previous;
	if (last)
		last->next = next;
	node->parent = node->previous = node->next = NULL;
}

void markup_remove(struct markup_node *node)
{
	splice(node, NULL, NULL);
}

void markup_replace(struct markup_node *node, struct markup_node *by)
{
	by->parent = node->parent;
	splice(node, by, by);
}

void markup_put_before(struct markup_node *node, struct markup_node *added)
{
	added->parent = node->parent;
	added->previous = node->previous;
	added->next = node;
	if (node->previous)
		node->previous->next = added;
	else
		node->parent->first = added;
	node->previous = added;
}

static bool may_be_empty(const struct markup_node *node)
{
	return node->kind == MARKUP_CELL || node->kind == MARKUP_HEADER_CELL || node->kind == MARKUP_NOTE;
}

void markup_prune(struct markup_node *node, const struct markup_node *top)
{
	while (node != top && node->parent && !node->first && !may_be_empty(node)) {
		struct markup_node *parent = node->parent;
		markup_remove(node);
		node = parent;
	}
}

void markup_unwrap(struct markup_node *node)
{
	for (struct markup_node *child = node->first; child; child = child->next)
		child->parent = node->parent;
	splice(node, node->first, node->last);
	node->first = node->last = NULL;
}

static struct markup_attribute *find(const struct markup_node *node, enum markup_attribute_name name)
{
	struct markup_attribute *at = node->attributes;
	while (at && at->name != name)
		at = at->next;
	return at;
}

struct str markup_get(const struct markup_node *node, enum markup_attribute_name name)
{
	const struct markup_attribute *found = find(node, name);
	return found ? found->value : (struct str){0};
}

bool markup_has(const struct markup_node *node, enum markup_attribute_name name)
{
	return find(node, name) != NULL;
}

void markup_set(struct markup *tree, struct markup_node *node, enum markup_attribute_name name, struct str value)
{
	struct markup_attribute *found = find(node, name);
	if (found) {
		found->value = value;
		return;
	}
	struct markup_attribute **end = &node->attributes;
	while (*end && (*end)->name < name)
		end = &(*end)->next;
	struct markup_attribute *added = arena_new(tree->arena, struct markup_attribute);
	*added = (struct markup_attribute){.next = *end, .name = name, .value = value};
	*end = added;
}

void markup_unset(struct markup_node *node, enum markup_attribute_name name)
{
	struct markup_attribute **at = &node->attributes;
	while (*at && (*at)->name != name)
		at = &(*at)->next;
	if (*at)
		*at = (*at)->next;
}

void markup_unlink(struct markup_node *link)
{
	static const enum markup_attribute_name names[] = {MARKUP_HREF, MARKUP_TITLE, MARKUP_HREFLANG, MARKUP_REL};
	link->kind = MARKUP_SPAN;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		markup_unset(link, names[i]);
}

int markup_get_number(const struct markup_node *node, enum markup_attribute_name name)
{
	int64_t value;
	if (!str_to_i64(markup_get(node, name), &value) || value < INT32_MIN || value > INT32_MAX)
		return 0;
	return (int)value;
}

struct markup_node *markup_next_skip(const struct markup_node *node, const struct markup_node *top)
{
	while (node != top) {
		if (node->next)
			return node->next;
		node = node->parent;
	}
	return NULL;
}

struct markup_node *markup_next(const struct markup_node *node, const struct markup_node *top)
{
	return node->first ? node->first : markup_next_skip(node, top);
}

void markup_put_text(const struct markup_node *node, struct buf *out)
{
	for (const struct markup_node *at = node; at; at = markup_next(at, node)) {
		if (at->kind == MARKUP_TEXT)
			buf_put(out, at->text);
		else if (at->kind == MARKUP_BREAK || (at != node && markup_is_block(at->kind)))
			buf_put_byte(out, ' ');
	}
}

struct str markup_node_text(const struct markup_node *node, struct arena *arena)
{
	BUF_SCOPED text = BUF_INIT(LIMIT_BODY_BYTES);
	markup_put_text(node, &text);
	return plain_collapse(buf_str(&text), arena);
}

#define ATTRIBUTE_TEXT_BYTES 2000

struct str markup_attribute_value(struct str text, struct arena *arena)
{
	struct str whole = plain_collapse(text, arena);
	if (whole.len <= ATTRIBUTE_TEXT_BYTES)
		return whole;
	return plain_collapse(utf8_clip(whole, ATTRIBUTE_TEXT_BYTES), arena); /* a space may stand last now */
}

bool markup_is_picture_address(struct str address)
{
	return address.len && address.ptr[0] != '#' && !str_starts(address, STR("mailto:")) &&
	       !str_starts(address, STR("tel:"));
}

struct markup_node *markup_child(const struct markup_node *node, enum markup_kind kind)
{
	struct markup_node *at = node->first;
	while (at && at->kind != kind)
		at = at->next;
	return at;
}

bool markup_is_block(enum markup_kind kind)
{
	return kind >= MARKUP_PARAGRAPH;
}

const char *markup_align_text(enum markup_align align)
{
	static const char *const names[] = {"", "left", "right", "center", "wide", "full"};
	return names[align];
}
