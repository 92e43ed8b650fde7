#include "base/utf8.h"
#include "text/markup_tree.h"

/* ---- one way to say a thing ---- */

void markup_strip_dash(struct markup_node *speaker)
{
	for (struct markup_node *at = speaker->first, *next; at; at = next) {
		next = markup_next(at, speaker);
		if (at->kind != MARKUP_TEXT)
			continue;
		struct str rest = at->text, kept = rest;
		uint32_t c;
		while (utf8_next(&rest, &c) &&
		       (c == '-' || c == ' ' || c == 0xA0 || (c >= 0x2010 && c <= 0x2015) || c == '~'))
			kept = rest;
		if (kept.len)
			at->text = kept;
		if (kept.len || !next)
			return;
		markup_prune(at, speaker);
	}
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
	const struct markup_node *block; /* of the text before, NULL at the start of one */
	struct markup_node *ending;      /* the text before, where it ends with a space */
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
	if (!ending)
		return;
	ending->text.len--;
	if (!ending->text.len)
		markup_prune(ending, NULL);
}

static void respace_text(struct respacing *respacing, struct markup_node *node)
{
	const struct markup_node *block = block_of(node);
	if (block->kind == MARKUP_PRE)
		return;
	if (block != respacing->block)
		end_text(respacing);
	if (node->text.len && node->text.ptr[0] == ' ' && (!respacing->block || respacing->ending))
		node->text = str_skip(node->text, 1);
	if (!node->text.len) {
		markup_prune(node, NULL);
		return;
	}
	respacing->block = block;
	respacing->ending = node->text.ptr[node->text.len - 1] == ' ' ? node : NULL;
}

void markup_respace(struct markup *tree)
{
	struct respacing respacing = {0};
	for (struct markup_node *node = tree->root, *next; node; node = next) {
		next = markup_next(node, tree->root);
		if (node->kind == MARKUP_TEXT) {
			respace_text(&respacing, node);
		} else if (markup_is_block(node->kind) || node->kind == MARKUP_BREAK) {
			end_text(&respacing);
		} else if (node->kind == MARKUP_IMAGE || node->kind == MARKUP_NOTE_MARK) {
			respacing.block = block_of(node);
			respacing.ending = NULL;
		}
	}
	end_text(&respacing);
}
