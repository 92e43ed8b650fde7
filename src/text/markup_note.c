#include "text/markup_note.h"

#include "base/limits.h"
#include "base/map.h"
#include "base/utf8.h"
#include "text/url.h"

#include <string.h>

/* ---- ids ---- */

#define ID_BYTES 200 /* as written; longer ones are cut */

/* "t-" before it, letters, digits and _ - . : kept, other bytes as _XX. */
static struct str safe_id(struct str id, struct arena *arena)
{
	static const char digits[] = "0123456789abcdef";
	BUF_SCOPED out = BUF_INIT(id.len * 3 + 8);
	if (!str_starts(id, STR("t-")))
		buf_put(&out, STR("t-"));
	for (size_t i = 0; i < id.len; i++) {
		unsigned char c = (unsigned char)id.ptr[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
			     c == '-' || c == '.' || c == ':';
		buf_put_byte(&out, plain ? (char)c : '_');
		if (!plain) {
			buf_put_byte(&out, digits[c >> 4]);
			buf_put_byte(&out, digits[c & 15]);
		}
	}
	return str_sub(buf_copy(&out, arena), 0, ID_BYTES);
}

/* Ids in use, each with the number that was last put behind it to make another. */
struct id_use {
	unsigned last;
};

static struct str free_id(struct map *used, struct str id, struct arena *arena)
{
	struct str stem = safe_id(id, arena), candidate = stem;
	struct id_use *use = map_get(used, stem);
	while (use && map_get(used, candidate)) {
		struct str ending = arena_printf(arena, "-%u", ++use->last);
		candidate = arena_concat(arena, (struct str[]){str_sub(stem, 0, ID_BYTES - ending.len), ending}, 2);
	}
	use = arena_new(arena, struct id_use);
	use->last = 1;
	map_put(used, candidate, use);
	return candidate;
}

static struct markup_node *target_of(const struct map *targets, struct str href, struct arena *arena,
				     struct str *ret_id)
{
	struct str id;
	if (href.len < 2 || href.ptr[0] != '#' || !url_decode(str_skip(href, 1), arena, &id))
		return NULL;
	*ret_id = id;
	return map_get(targets, id);
}

static void add_target(struct map *targets, const struct build_id *id, struct arena *arena)
{
	struct str decoded;
	if (!map_get(targets, id->id))
		map_put(targets, id->id, id->node);
	/* an id may be written encoded, as WordPress' plugins do; a link to it then reads the same decoded */
	bool encoded = str_find_byte(id->id, '%') != SIZE_MAX && url_decode(id->id, arena, &decoded);
	if (encoded && !map_get(targets, decoded))
		map_put(targets, decoded, id->node);
}

void markup_resolve_ids(struct markup *tree, const struct build_ids *ids)
{
	struct map *targets = map_create(tree->arena), *used = map_create(tree->arena);
	for (size_t i = 0; i < ids->waiting; i++)
		add_target(targets, &ids->list.at[i], tree->arena);
	for (struct markup_node *node = tree->root; node; node = markup_next(node, tree->root)) {
		struct str href = node->kind == MARKUP_LINK ? markup_get(node, MARKUP_HREF) : (struct str){0}, id;
		if (!href.len || href.ptr[0] != '#')
			continue;
		struct markup_node *target = target_of(targets, href, tree->arena, &id);
		if (!target) {
			markup_unlink(node);
			continue;
		}
		if (!target->id.len)
			target->id = free_id(used, id, tree->arena);
		markup_set(tree, node, MARKUP_HREF, arena_concat(tree->arena, (struct str[]){STR("#"), target->id}, 2));
	}
}

/* ---- notes ---- */

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

#define LABEL_BYTES 12

/* The text inside node; false where it is longer than a label. */
static bool label_of(const struct markup_node *node, char ret_label[LABEL_BYTES], size_t *ret_len)
{
	*ret_len = 0;
	for (const struct markup_node *at = node; at; at = markup_next(at, node)) {
		if (at->kind == MARKUP_IMAGE || at->kind == MARKUP_BREAK || at->kind == MARKUP_NOTE_MARK)
			return false;
		struct str text = at->kind == MARKUP_TEXT ? at->text : (struct str){0};
		if (text.len > LABEL_BYTES - *ret_len)
			return false;
		if (text.len)
			memcpy(ret_label + *ret_len, text.ptr, text.len);
		*ret_len += text.len;
	}
	return *ret_len > 0;
}

static bool is_bracket(char c)
{
	return c == '[' || c == ']' || c == '(' || c == ')' || c == ' ' || c == '.';
}

/* Brackets, points and spaces around a label taken away. */
static struct str core_of(struct str label)
{
	const struct str tie = STR("\xC2\xA0");
	while (label.len && (is_bracket(label.ptr[0]) || str_starts(label, tie)))
		label = str_skip(label, is_bracket(label.ptr[0]) ? 1 : tie.len);
	while (label.len && (is_bracket(label.ptr[label.len - 1]) || str_ends(label, tie)))
		label.len -= is_bracket(label.ptr[label.len - 1]) ? 1 : tie.len;
	return label;
}

static bool is_sign(uint32_t c)
{
	return c == '*' || c == 0x2020 || c == 0x2021 || c == 0xA7 || c == 0xB6;
}

/* "1", "[12]", "iv", "*": what stands for a note. */
static bool is_mark_text(struct str label)
{
	struct str core = core_of(label);
	size_t count = 0;
	uint32_t c;
	while (utf8_next(&core, &c)) {
		bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 0x660 && c <= 0x669) ||
			      (c >= 0x6F0 && c <= 0x6F9);
		if (!letter && !is_sign(c))
			return false;
		count++;
	}
	return count >= 1 && count <= 4;
}

static bool is_arrow_text(struct str label)
{
	uint32_t c;
	while (utf8_next(&label, &c))
		if (!(c == '^' || c == ' ' || c == 0xA0 || c == 0xFE0E || c == 0xFE0F || (c >= 0x2190 && c <= 0x21FF) ||
		      (c >= 0x2900 && c <= 0x297F) || (c >= 0x2B00 && c <= 0x2BFF) || c == 0x23CE))
			return false;
	return true;
}

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
	char label[LABEL_BYTES];
	size_t len;
	*ret_raised = markup_child(link, MARKUP_SUP) != NULL;
	while (mark->parent->kind == MARKUP_SUP || mark->parent->kind == MARKUP_SPAN) {
		if (!label_of(mark->parent, label, &len) || !str_eq(core_of(str_of(label, len)), core))
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
	char label[LABEL_BYTES];
	size_t len;
	struct markup_node *target = linked(notes, link), *block = target ? block_of(target) : NULL;
	if (!block || is_inside(link, block) || !label_of(link, label, &len) || !is_mark_text(str_of(label, len)))
		return NULL;
	*ret_mark = mark_around(link, core_of(str_of(label, len)), ret_raised);
	*ret_raised = *ret_raised || label[0] == '[' || is_sign((unsigned char)label[0]);
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

/* Bytes of the note's own number at the front of its text: "3." or "3)". */
static size_t number_bytes(struct str text, unsigned number)
{
	size_t digits = 0;
	int64_t value = 0;
	while (digits < text.len && text.ptr[digits] >= '0' && text.ptr[digits] <= '9')
		digits++;
	if (!digits || digits + 1 >= text.len || (text.ptr[digits] != '.' && text.ptr[digits] != ')'))
		return 0;
	return str_to_i64(str_sub(text, 0, digits), &value) && value == number ? digits : 0;
}

/* What stands before a note's text: its number again, points and spaces. */
static void trim_start(struct markup_node *block, unsigned number)
{
	struct markup_node *at = block->first;
	while (at && at->first)
		at = at->kind == MARKUP_PRE ? NULL : at->first;
	if (!at || at->kind != MARKUP_TEXT)
		return;
	struct str text = at->text;
	if (block->kind == MARKUP_PARAGRAPH)
		text = str_skip(text, number_bytes(text, number));
	while (text.len && text.ptr[0] && strchr(".)] :", text.ptr[0]))
		text = str_skip(text, 1);
	at->text = text;
}

/* No-break spaces that tied the way back to the text. */
static void trim_end(struct markup_node *block)
{
	struct markup_node *at = block->last;
	while (at && at->last)
		at = at->kind == MARKUP_PRE ? NULL : at->last;
	while (at && at->kind == MARKUP_TEXT && (str_ends(at->text, STR("\xC2\xA0")) || str_ends(at->text, STR(" "))))
		at->text.len -= str_ends(at->text, STR(" ")) ? 1 : 2;
}

static bool holds_mark_of(const struct notes *notes, const struct markup_node *target, const struct note *note)
{
	for (size_t i = 0; i < notes->marks.len; i++)
		if (notes->marks.at[i].note == note && is_inside(notes->marks.at[i].node, target))
			return true;
	return false;
}

/* Ways back are the serialiser's to write: arrows go, and marks that lead to where the note is called. Other
 * marks that link would be taken for notes: their text stays. */
static void drop_ways_back(const struct notes *notes, const struct note *note, unsigned number)
{
	struct markup_node *block = note->block;
	bool leading = false;
	for (struct markup_node *at = block->first, *next; at; at = next) {
		char label[LABEL_BYTES];
		size_t len;
		next = markup_next(at, block);
		const struct markup_node *target = linked(notes, at);
		if (!target || !label_of(at, label, &len))
			continue;
		bool mark = is_mark_text(str_of(label, len)), arrow = is_arrow_text(str_of(label, len));
		if (arrow || (mark && holds_mark_of(notes, target, note))) {
			next = markup_next_skip(at, block);
			leading = leading || mark;
			at->first = at->last = NULL;
			markup_prune(at, block);
		} else if (mark) {
			markup_unlink(at);
		}
	}
	if (leading || block->kind == MARKUP_PARAGRAPH)
		trim_start(block, number);
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

static void make_notes(struct notes *notes)
{
	struct markup *tree = notes->tree;
	struct markup_node *list = markup_node_new(tree, MARKUP_NOTES);
	for (size_t i = 0; i < notes->list.len; i++) {
		struct markup_node *block = notes->list.at[i]->block, *note = markup_node_new(tree, MARKUP_NOTE);
		note->number = (uint16_t)(i + 1);
		drop_ways_back(notes, notes->list.at[i], note->number);
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
	if (tree->root->last && tree->root->last->kind == MARKUP_RULE)
		markup_remove(tree->root->last);
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
	markup_respace(tree);
	count_marks(&notes);
	settle_ids(&notes);
	return true;
}
