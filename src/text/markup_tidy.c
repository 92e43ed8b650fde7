#include "base/utf8.h"
#include "text/markup_tree.h"

/* ---- one way to say a thing ---- */

/* Bytes of dashes and spaces at the front. */
static size_t dash_bytes(struct str text)
{
	struct str rest = text;
	size_t bytes = 0;
	uint32_t c;
	while (utf8_next(&rest, &c) && (c == '-' || c == ' ' || c == 0xA0 || (c >= 0x2010 && c <= 0x2015) || c == '~'))
		bytes = text.len - rest.len;
	return bytes;
}

void markup_strip_dash(struct markup_node *speaker)
{
	struct markup_node *first = speaker->first, *next;
	while (first && !(first->kind == MARKUP_TEXT && dash_bytes(first->text) < first->text.len))
		first = markup_next(first, speaker);
	if (!first) /* nothing but dashes */
		return;
	for (struct markup_node *at = speaker->first; at != first; at = next) {
		next = markup_next(at, speaker);
		if (at->kind == MARKUP_TEXT)
			markup_prune(at, speaker);
	}
	first->text = str_skip(first->text, dash_bytes(first->text));
}

static bool is_plain_only_child(const struct markup_node *node, enum markup_kind kind)
{
	return node && !node->next && node->kind == kind && !node->attributes;
}

static void promote_cite(struct markup_node *quote)
{
	struct markup_node *last = quote->last, *cite = last ? last->first : NULL;
	if (!last || quote->first == last || last->kind != MARKUP_PARAGRAPH || last->attributes || last->align ||
	    last->id.len)
		return;
	while (is_plain_only_child(cite, MARKUP_SPAN))
		cite = cite->first;
	if (!is_plain_only_child(cite, MARKUP_CITE))
		return;
	last->kind = MARKUP_SPEAKER;
	markup_unwrap(cite);
	markup_strip_dash(last);
}

void markup_tidy(struct markup *tree)
{
	for (struct markup_node *node = tree->root; node; node = markup_next(node, tree->root)) {
		struct markup_node *only = node->first;
		bool flow = markup_kind_info(node->kind)->content == CONTENT_FLOW;
		if (flow && is_plain_only_child(only, MARKUP_PARAGRAPH) && !only->align && !only->id.len)
			markup_unwrap(only);
		else if (node->kind == MARKUP_QUOTE)
			promote_cite(node);
	}
}

/* ---- white space ---- */

struct respacing {
	struct markup *tree;
	const struct markup_node *block; /* of the text before, NULL at the start of one */
	struct markup_node *ending;      /* the text before, where it ends with a space */
	bool owed;                       /* a space belongs before what comes */
};

static const struct markup_node *block_of(const struct markup_node *node)
{
	while (node->kind != MARKUP_ROOT && !markup_is_block(node->kind))
		node = node->parent;
	return node;
}

static void end_text(struct respacing *respacing)
{
	struct markup_node *ending = respacing->ending;
	respacing->block = NULL;
	respacing->ending = NULL;
	respacing->owed = false;
	if (!ending)
		return;
	ending->text.len--;
	if (!ending->text.len)
		markup_prune(ending, NULL);
}

/* A space stands before the inline elements that begin with node, not inside. */
static void put_space_before(struct markup *tree, struct markup_node *node)
{
	while (!markup_is_block(node->parent->kind) && node->parent->kind != MARKUP_ROOT && node->parent->first == node)
		node = node->parent;
	struct markup_node *space = markup_node_new(tree, MARKUP_TEXT);
	space->text = STR(" ");
	markup_put_before(node, space);
}

static void respace_text(struct respacing *respacing, struct markup_node *node)
{
	const struct markup_node *block = block_of(node);
	if (block->kind == MARKUP_PRE)
		return;
	if (block != respacing->block)
		end_text(respacing);
	bool leads = str_starts(node->text, STR(" "));
	bool wanted = (leads || respacing->owed) && respacing->block && !respacing->ending;
	bool inside = node->parent->first == node && markup_kind_info(node->parent->kind)->is_inline;
	node->text = str_skip(node->text, leads && !(wanted && !inside));
	if (!node->text.len || str_eq(node->text, STR(" "))) {
		markup_prune(node, NULL);
		respacing->owed = wanted;
		return;
	}
	if (wanted && (inside || !leads))
		put_space_before(respacing->tree, node);
	bool ends = str_ends(node->text, STR(" "));
	respacing->owed = ends && !node->next && markup_kind_info(node->parent->kind)->is_inline;
	node->text.len -= respacing->owed;
	respacing->block = block;
	respacing->ending = ends && !respacing->owed ? node : NULL;
}

static void respace_thing(struct respacing *respacing, struct markup_node *node)
{
	if (respacing->owed && respacing->block == block_of(node))
		put_space_before(respacing->tree, node);
	respacing->block = block_of(node);
	respacing->ending = NULL;
	respacing->owed = false;
}

void markup_respace(struct markup *tree, struct markup_node *top)
{
	struct respacing respacing = {.tree = tree};
	for (struct markup_node *node = top, *next; node; node = next) {
		next = markup_next(node, top);
		if (node->kind == MARKUP_TEXT)
			respace_text(&respacing, node);
		else if (markup_is_block(node->kind) || node->kind == MARKUP_BREAK)
			end_text(&respacing);
		else if (node->kind == MARKUP_IMAGE || node->kind == MARKUP_NOTE_MARK)
			respace_thing(&respacing, node);
	}
	end_text(&respacing);
}
