#include "base/limits.h"
#include "text/markup_tree.h"

struct text_writer {
	struct buf *out;
	const struct markup_node *block; /* of the last piece of text */
	bool space, divided;             /* divided: something without text stands between */
};

static const struct markup_node *block_of(const struct markup_node *node)
{
	while (node->kind != MARKUP_ROOT && !markup_is_block(node->kind))
		node = node->parent;
	return node;
}

static const struct markup_node *row_of(const struct markup_node *node)
{
	while (node && node->kind != MARKUP_ROW)
		node = node->parent;
	return node;
}

static void separate(struct text_writer *writer, const struct markup_node *block)
{
	const struct markup_node *last = writer->block;
	writer->block = block;
	if (last == block && !writer->divided)
		return;
	writer->divided = false;
	writer->space = false;
	if (!last)
		return;
	const struct markup_node *row = row_of(block);
	bool beside = (row && row == row_of(last)) || last->kind == MARKUP_TERM;
	buf_put_byte(writer->out, beside ? '\t' : '\n');
}

/* White space is collapsed already but in preformatted text, and beside pictures that show nothing here. */
static void write_text(struct text_writer *writer, const struct markup_node *node, struct str text)
{
	const struct markup_node *block = block_of(node);
	bool lines = block->kind == MARKUP_PRE, leads = !lines && str_starts(text, STR(" "));
	writer->space = writer->space || leads;
	text = str_skip(text, leads);
	if (!text.len)
		return;
	separate(writer, block);
	if (writer->space)
		buf_put_byte(writer->out, ' ');
	writer->space = !lines && str_ends(text, STR(" "));
	text.len -= writer->space;
	for (size_t from = 0; from < text.len;) {
		size_t end = from;
		while (end < text.len && text.ptr[end] != '\n' && text.ptr[end] != '\t')
			end++;
		buf_put(writer->out, str_sub(text, from, end - from));
		if (end < text.len)
			buf_put_byte(writer->out, ' ');
		from = end + 1;
	}
}

static bool is_running(enum markup_kind kind)
{
	switch ((int)kind) {
	case MARKUP_HEADING:
	case MARKUP_TABLE:
	case MARKUP_FIGURE:
	case MARKUP_GALLERY:
	case MARKUP_EMBED:
	case MARKUP_NOTES:
	case MARKUP_ASIDE:
	case MARKUP_PRE:
	case MARKUP_SPEAKER:
	case MARKUP_DETAILS:
		return false;
	default:
		return true;
	}
}

void markup_to_text(const struct markup *tree, enum markup_text_use use, struct buf *out)
{
	struct text_writer writer = {.out = out};
	const struct markup_node *node = tree->root;
	while (node) {
		if (use == MARKUP_TEXT_RUNNING &&
		    (!is_running(node->kind) || (node->kind == MARKUP_QUOTE && node->pull))) {
			node = markup_next_skip(node, tree->root);
			continue;
		}
		if (node->kind == MARKUP_TEXT)
			write_text(&writer, node, node->text);
		else if (node->kind == MARKUP_EMBED)
			write_text(&writer, node, markup_get(node, MARKUP_TITLE));
		else if (node->kind == MARKUP_BREAK)
			writer.space = true;
		else if (node->kind == MARKUP_RULE || node->kind == MARKUP_FIGURE || node->kind == MARKUP_GALLERY)
			writer.divided = true;
		node = markup_next(node, tree->root);
	}
}
