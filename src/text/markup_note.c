#include "text/markup_note.h"

#include "base/map.h"
#include "base/vec.h"
#include "text/markup_label.h"
#include "text/plain.h"

struct note {
	struct markup_node *block; /* what will be the note */
	uint16_t marks;
};

struct mark {
	struct markup_node *node; /* what the mark replaces */
	struct note *note;
};

struct notes {
	struct markup *tree;
	struct map *ids; /* id → node */
	VEC(struct mark) marks;
	VEC(struct note *) list;
	size_t work;
};

static bool is_inside(const struct markup_node *node, const struct markup_node *around)
{
	while (node && node != around)
		node = node->parent;
	return node != NULL;
}

static struct markup_node *block_of(struct markup_node *node)
{
	if (node->kind == MARKUP_PARAGRAPH && node->parent->kind == MARKUP_ITEM && node->parent->first == node)
		return node->parent;
	return node->kind == MARKUP_PARAGRAPH || node->kind == MARKUP_ITEM ? node : NULL;
}

/* What of the text is the mark: the link, and sup and brackets around it. */
static struct markup_node *mark_around(struct markup_node *link, struct str core, bool *ret_raised)
{
	struct markup_node *mark = link;
	struct label label;
	*ret_raised = markup_child(link, MARKUP_SUP) != NULL;
	while (mark->parent->kind == MARKUP_SUP || mark->parent->kind == MARKUP_SPAN) {
		if (!label_of(mark->parent, &label) || !str_eq(label_core(label_text(&label)), core))
			break;
		mark = mark->parent;
		*ret_raised = *ret_raised || mark->kind == MARKUP_SUP;
	}
	return mark;
}

static struct markup_node *linked(const struct notes *notes, const struct markup_node *link)
{
	struct str href = markup_get(link, MARKUP_HREF);
	if (link->kind != MARKUP_LINK || href.len < 2 || href.ptr[0] != '#')
		return NULL;
	return map_get(notes->ids, str_skip(href, 1));
}

static bool leads_back(struct notes *notes, const struct markup_node *block, const struct markup_node *mark)
{
	for (const struct markup_node *at = block; at && notes->work < NOTES_WORK; at = markup_next(at, block)) {
		const struct markup_node *target = linked(notes, at);
		notes->work++;
		if (target && is_inside(mark, target) && target->order < block->order)
			return true;
	}
	return false;
}

static struct note *note_of(struct notes *notes, struct markup_node *block)
{
	for (size_t i = notes->list.len; i-- > 0;)
		if (notes->list.at[i]->block == block)
			return notes->list.at[i];
	return NULL;
}

static void add_mark(struct notes *notes, struct markup_node *mark, struct note *note)
{
	*vec_add(&notes->marks, notes->tree->arena) = (struct mark){mark, note};
}

/* A link whose text is a mark, and the block it leads to. NULL for other links. */
static struct markup_node *marked_block(const struct notes *notes, struct markup_node *link,
					struct markup_node **ret_mark, bool *ret_raised)
{
	struct label label;
	struct markup_node *target = linked(notes, link), *block = target ? block_of(target) : NULL;
	if (!block || is_inside(link, block) || !label_of(link, &label) || !label_is_mark(label_text(&label)))
		return NULL;
	*ret_mark = mark_around(link, label_core(label_text(&label)), ret_raised);
	*ret_raised = *ret_raised || label_is_raised(label_text(&label));
	return block;
}

static void consider(struct notes *notes, struct markup_node *link)
{
	bool raised;
	struct markup_node *mark, *block = marked_block(notes, link, &mark, &raised);
	if (!block || block->order < link->order || notes->marks.len > NOTES_MAX)
		return;
	struct note *note = note_of(notes, block);
	if (!note && !raised && !leads_back(notes, block, link))
		return;
	if (!note) {
		note = arena_new(notes->tree->arena, struct note);
		note->block = block;
		*vec_add(&notes->list, notes->tree->arena) = note;
	}
	add_mark(notes, mark, note);
}

static bool is_in_notes(const struct notes *notes, const struct map *blocks, const struct markup_node *node)
{
	for (; node != notes->tree->root; node = node->parent)
		if (map_get_i64(blocks, node->order))
			return true;
	return false;
}

/* Marks that stand behind their note count as well, once it is known to be one. False where there are too many,
 * or a mark stands inside of a note: then they stay what they are. */
static bool complete(struct notes *notes)
{
	struct markup *tree = notes->tree;
	struct map *blocks = map_create(tree->arena), *marks = map_create(tree->arena);
	for (size_t i = 0; i < notes->list.len; i++)
		map_put_i64(blocks, notes->list.at[i]->block->order, notes->list.at[i]);
	for (size_t i = 0; i < notes->marks.len; i++) {
		if (is_in_notes(notes, blocks, notes->marks.at[i].node))
			return false;
		map_put_i64(marks, notes->marks.at[i].node->order, tree);
	}
	for (struct markup_node *node = tree->root; node; node = markup_next(node, tree->root)) {
		bool raised;
		struct markup_node *mark, *block;
		if (node->kind != MARKUP_LINK || !(block = marked_block(notes, node, &mark, &raised)))
			continue;
		struct note *note = map_get_i64(blocks, block->order);
		if (note && !map_get_i64(marks, mark->order) && !is_in_notes(notes, blocks, mark))
			add_mark(notes, mark, note);
		if (notes->marks.len > NOTES_MAX)
			return false;
	}
	return notes->marks.len <= NOTES_MAX;
}

/* The first text of the note; NULL where it is preformatted. */
static struct markup_node *first_text(const struct markup_node *block)
{
	struct markup_node *at = block->first;
	while (at && at->first)
		at = at->kind == MARKUP_PRE ? NULL : at->first;
	return at && at->kind == MARKUP_TEXT ? at : NULL;
}

/* What stands before a note's text: its number again, and behind that or a way back brackets, points and spaces. */
static void trim_start(struct markup_node *block, unsigned number, bool leading)
{
	struct markup_node *at = first_text(block);
	size_t bytes = at && block->kind == MARKUP_PARAGRAPH ? label_number_bytes(at->text, number) : 0;
	if (!bytes && !leading)
		return;
	if (at)
		at->text = str_skip(at->text, bytes);
	while (at && !(at->text = label_skip_closing(at->text)).len) {
		markup_prune(at, block);
		at = first_text(block);
	}
}

/* Spaces that tied the way back to the text. */
static void trim_end(struct markup_node *block)
{
	struct markup_node *at = block->last;
	while (at && at->last)
		at = at->kind == MARKUP_PRE ? NULL : at->last;
	if (at && at->kind == MARKUP_TEXT)
		at->text = label_trim_end(at->text);
}

static bool holds_mark_of(const struct notes *notes, const struct markup_node *target, const struct note *note)
{
	for (size_t i = 0; i < notes->marks.len; i++)
		if (notes->marks.at[i].note == note && is_inside(notes->marks.at[i].node, target))
			return true;
	return false;
}

/* Whether the note's own words have begun: with this, nothing that could stand before a way back. */
static bool begins_words(const struct markup_node *node)
{
	if (node->kind == MARKUP_TEXT)
		return !label_is_filler(node->text);
	return markup_kind_info(node->kind)->content != CONTENT_INLINE || node->kind == MARKUP_PRE ||
	       node->kind == MARKUP_LINK;
}

/* Ways back are the serialiser's to write: arrows go, and marks that lead to where the note is called, with what
 * stands before those that the words follow. Other marks that link would be taken for notes: their text stays. */
static void drop_ways_back(const struct notes *notes, const struct note *note, unsigned number)
{
	struct markup_node *block = note->block;
	VEC(struct markup_node *) before = {0};
	size_t leading = 0;
	bool words = false, leads = false;
	for (struct markup_node *at = block->first, *next; at; at = next) {
		struct label label;
		next = markup_next(at, block);
		const struct markup_node *target = linked(notes, at);
		if (!target || !label_of(at, &label)) {
			words = words || begins_words(at);
			if (!words && at->kind == MARKUP_TEXT)
				*vec_add(&before, notes->tree->arena) = at;
			continue;
		}
		bool mark = label_is_mark(label_text(&label));
		if (label_is_arrow(label_text(&label)) || (mark && holds_mark_of(notes, target, note))) {
			next = markup_next_skip(at, block);
			leads = leads || !words;
			leading = words ? leading : before.len;
			at->first = at->last = NULL;
			markup_prune(at, block);
		} else if (mark) {
			markup_unlink(at);
		}
	}
	for (size_t i = 0; words && i < leading; i++)
		markup_prune(before.at[i], block);
	trim_start(block, number, words && leads);
	trim_end(block);
}

static void move_children(struct markup_node *from, struct markup_node *to)
{
	struct markup_node *child = from->first, *next;
	from->first = from->last = NULL;
	for (; child; child = next) {
		next = child->next;
		markup_append(to, child);
	}
}

/* What the blocks around the note said of it, it says itself: it leaves them. */
static void inherit(struct markup *tree, struct markup_node *note, const struct markup_node *block)
{
	static const enum markup_attribute_name names[] = {MARKUP_LANG, MARKUP_DIR};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct markup_node *at = block;
		while (at && !markup_has(at, names[i]))
			at = at->parent;
		if (at)
			markup_set(tree, note, names[i], markup_get(at, names[i]));
	}
}

/* Rules that divided the notes from the text, in whatever groups. */
static void drop_last_rules(struct markup_node *root)
{
	for (struct markup_node *at = root->last; at;) {
		bool rule = at->kind == MARKUP_RULE;
		if (rule)
			markup_prune(at, root);
		else if (at->kind != MARKUP_GROUP && at->kind != MARKUP_ASIDE)
			break;
		at = rule ? root->last : at->last;
	}
}

static void make_notes(struct notes *notes)
{
	struct markup *tree = notes->tree;
	struct markup_node *list = markup_node_new(tree, MARKUP_NOTES);
	for (size_t i = 0; i < notes->list.len; i++) {
		struct markup_node *block = notes->list.at[i]->block, *note = markup_node_new(tree, MARKUP_NOTE);
		note->number = (uint16_t)(i + 1);
		drop_ways_back(notes, notes->list.at[i], note->number);
		inherit(tree, note, block);
		move_children(block, note);
		markup_append(list, note);
		markup_prune(block, tree->root);
	}
	for (size_t i = 0; i < notes->marks.len; i++) {
		struct mark mark = notes->marks.at[i];
		struct markup_node *node = markup_node_new(tree, MARKUP_NOTE_MARK);
		node->number = 1;
		while (notes->list.at[node->number - 1] != mark.note)
			node->number++;
		markup_replace(mark.node, node);
	}
	drop_last_rules(tree->root);
	markup_append(tree->root, list);
}

/* Which of several marks of one note, in the order of the document: the first is where the note leads back to. */
static void count_marks(struct notes *notes)
{
	for (struct markup_node *node = notes->tree->root; node; node = markup_next(node, notes->tree->root))
		if (node->kind == MARKUP_NOTE_MARK)
			node->mark = ++notes->list.at[node->number - 1]->marks;
}

static bool is_in_list(const struct markup_node *node)
{
	while (node->kind != MARKUP_ROOT && node->kind != MARKUP_NOTES)
		node = node->parent;
	return node->kind == MARKUP_NOTES;
}

/* Links to what became a note follow it, but not from note to note; ids that nothing points to any more go. */
static void settle_ids(struct notes *notes)
{
	struct markup *tree = notes->tree;
	struct map *moved = map_create(tree->arena), *wanted = map_create(tree->arena),
		   *there = map_create(tree->arena);
	for (size_t i = 0; i < notes->list.len; i++) {
		struct str *address = arena_new(tree->arena, struct str);
		*address = arena_printf(tree->arena, "#note-%zu", i + 1);
		map_put(moved, notes->list.at[i]->block->id, address);
	}
	for (struct markup_node *node = tree->root; node; node = markup_next(node, tree->root))
		if (node->id.len)
			map_put(there, node->id, node);
	for (struct markup_node *node = tree->root; node; node = markup_next(node, tree->root)) {
		struct str href = node->kind == MARKUP_LINK ? markup_get(node, MARKUP_HREF) : (struct str){0};
		if (href.len < 2 || href.ptr[0] != '#')
			continue;
		const struct str *now = map_get(moved, str_skip(href, 1));
		if (now ? is_in_list(node) : !map_get(there, str_skip(href, 1)))
			markup_unlink(node);
		else if (now)
			markup_set(tree, node, MARKUP_HREF, *now);
		else
			map_put(wanted, str_skip(href, 1), node);
	}
	for (struct markup_node *node = tree->root; node; node = markup_next(node, tree->root))
		if (node->id.len && !map_get(wanted, node->id))
			node->id = (struct str){0};
}

bool markup_find_notes(struct markup *tree)
{
	struct notes notes = {.tree = tree, .ids = map_create(tree->arena)};
	uint32_t order = 0;
	for (struct markup_node *node = tree->root; node; node = markup_next(node, tree->root)) {
		node->order = ++order;
		if (node->id.len)
			map_put(notes.ids, node->id, node);
	}
	for (struct markup_node *node = tree->root; node; node = markup_next(node, tree->root))
		if (node->kind == MARKUP_LINK)
			consider(&notes, node);
	if (!notes.list.len || !complete(&notes))
		return false;
	make_notes(&notes);
	markup_respace(tree, tree->root);
	count_marks(&notes);
	settle_ids(&notes);
	return true;
}
