#include "text/markup_write.h"

#include "base/limits.h"
#include "text/url.h"

#include <string.h>

static const char marks[256] = {['&'] = 1, ['<'] = 2, ['>'] = 3, ['"'] = 4};

/* Bytes before the first mark; eight at a time, as < and > differ in one bit, and so do & and ". */
static size_t unmarked(struct str text)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	size_t at = 0;
	for (; at + 8 <= text.len; at += 8) {
		uint64_t word;
		memcpy(&word, text.ptr + at, 8);
		uint64_t angles = (word | ones * 2) ^ ones * '>', others = (word | ones * 4) ^ ones * '&';
		if ((((angles - ones) & ~angles) | ((others - ones) & ~others)) & ones * 0x80)
			break;
	}
	while (at < text.len && !marks[(unsigned char)text.ptr[at]])
		at++;
	return at;
}

void markup_put_escaped(struct buf *out, struct str text, bool attribute)
{
	static const struct str names[] = {STR_INIT(""), STR_INIT("&amp;"), STR_INIT("&lt;"), STR_INIT("&gt;"),
					   STR_INIT("&quot;")};
	size_t from = 0;
	for (size_t i = 0;; i++) {
		i += unmarked(str_skip(text, i));
		if (i >= text.len)
			break;
		char mark = marks[(unsigned char)text.ptr[i]];
		if (mark == 4 && !attribute)
			continue;
		buf_put_bytes(out, text.ptr + from, i - from);
		buf_put(out, names[(int)mark]);
		from = i + 1;
	}
	if (text.len > from)
		buf_put_bytes(out, text.ptr + from, text.len - from);
}

void markup_write_attribute(struct markup_writer *writer, const char *name, struct str value)
{
	buf_put_byte(writer->out, ' ');
	buf_put_cstr(writer->out, name);
	buf_put(writer->out, STR("=\""));
	markup_put_escaped(writer->out, value, true);
	buf_put_byte(writer->out, '"');
}

void markup_write_class(struct markup_writer *writer, const char *own, enum markup_align align)
{
	if (!own[0] && align == ALIGN_NONE)
		return;
	buf_put(writer->out, STR(" class=\""));
	buf_put_cstr(writer->out, own);
	if (align != ALIGN_NONE) {
		buf_put(writer->out, own[0] ? STR(" align-") : STR("align-"));
		buf_put_cstr(writer->out, markup_align_text(align));
	}
	buf_put_byte(writer->out, '"');
}

void markup_write_address(struct markup_writer *writer, const char *name, struct str address)
{
	struct str absolute;
	if (writer->public && writer->public->base.len &&
	    url_resolve(writer->public->base, address, writer->arena, &absolute))
		address = absolute;
	markup_write_attribute(writer, name, address);
}

static void write_attributes(struct markup_writer *writer, const struct markup_node *node)
{
	for (const struct markup_attribute *at = node->attributes; at; at = at->next) {
		if (at->name == MARKUP_HREF || at->name == MARKUP_ATTR_CITE)
			markup_write_address(writer, markup_attribute_text(at->name), at->value);
		else if (at->name != MARKUP_SOURCE_ID)
			markup_write_attribute(writer, markup_attribute_text(at->name), at->value);
	}
	if (node->id.len)
		markup_write_attribute(writer, "id", node->id);
}

static void put(struct markup_writer *writer, const char *text)
{
	buf_put_cstr(writer->out, text);
}

static void write_node(struct markup_writer *writer, const struct markup_node *node);

void markup_write_inside(struct markup_writer *writer, const struct markup_node *node)
{
	for (const struct markup_node *child = node->first; child; child = child->next)
		write_node(writer, child);
}

static void write_element(struct markup_writer *writer, const struct markup_node *node, const char *element)
{
	buf_put_byte(writer->out, '<');
	put(writer, element);
	if (node->align)
		markup_write_class(writer, "", node->align);
	if (node->attributes || node->id.len)
		write_attributes(writer, node);
	buf_put_byte(writer->out, '>');
	if (markup_kind_info(node->kind)->content == CONTENT_NONE)
		return;
	markup_write_inside(writer, node);
	put(writer, "</");
	put(writer, element);
	buf_put_byte(writer->out, '>');
}

static void write_mark(struct markup_writer *writer, const struct markup_node *node)
{
	struct buf *out = writer->out;
	buf_printf(out, "<sup><a href=\"#note-%u\" id=\"mark-%u", node->number, node->number);
	if (node->mark > 1)
		buf_printf(out, "-%u", node->mark);
	buf_printf(out, "\"%s>%u</a></sup>", writer->public ? " role=\"doc-noteref\"" : "", node->number);
}

/* The way back stands at the end of the note's last line. */
static void write_note(struct markup_writer *writer, const struct markup_node *node)
{
	struct buf *out = writer->out;
	const struct markup_node *last = node->last;
	bool inside = last && last->kind == MARKUP_PARAGRAPH;
	buf_printf(out, "<li id=\"note-%u\"", node->number);
	write_attributes(writer, node);
	put(writer, ">");
	for (const struct markup_node *child = node->first; child && (child != last || !inside); child = child->next)
		write_node(writer, child);
	if (inside) {
		put(writer, "<p");
		markup_write_class(writer, "", last->align);
		write_attributes(writer, last);
		put(writer, ">");
		markup_write_inside(writer, last);
	}
	buf_printf(out, " <a href=\"#mark-%u\"", node->number);
	if (writer->public && writer->public->back_label.len)
		markup_write_attribute(writer, "aria-label", writer->public->back_label);
	put(writer, writer->public ? " role=\"doc-backlink\">↩</a>" : ">↩</a>");
	put(writer, inside ? "</p></li>" : "</li>");
}

/* Who spoke stands outside of the quotation, as the HTML standard asks (4.4.4). */
static void write_quote(struct markup_writer *writer, const struct markup_node *node)
{
	const struct markup_node *speaker = node->last && node->last->kind == MARKUP_SPEAKER ? node->last : NULL;
	if (speaker)
		put(writer, "<figure class=\"quote\">");
	put(writer, "<blockquote");
	markup_write_class(writer, node->pull ? "pull" : "", ALIGN_NONE);
	write_attributes(writer, node);
	put(writer, ">");
	for (const struct markup_node *child = node->first; child && child != speaker; child = child->next)
		write_node(writer, child);
	put(writer, "</blockquote>");
	if (!speaker)
		return;
	put(writer, "<figcaption>");
	markup_write_inside(writer, speaker);
	put(writer, "</figcaption></figure>");
}

static void write_gallery(struct markup_writer *writer, const struct markup_node *node)
{
	size_t before = writer->out->len;
	put(writer, "<figure");
	markup_write_class(writer, "gallery", node->align);
	write_attributes(writer, node);
	put(writer, ">");
	size_t empty = writer->out->len;
	const struct markup_node *caption = markup_child(node, MARKUP_CAPTION);
	for (const struct markup_node *child = node->first; child; child = child->next)
		if (child != caption)
			write_node(writer, child);
	if (writer->out->len == empty) { /* all its pictures are hidden */
		buf_truncate(writer->out, before);
		return;
	}
	if (caption)
		write_element(writer, caption, "figcaption");
	put(writer, "</figure>");
}

static void write_heading(struct markup_writer *writer, const struct markup_node *node)
{
	static const char *const names[] = {"h2", "h3", "h4", "h5", "h6"};
	write_element(writer, node, names[node->number - 2]);
}

static void write_node(struct markup_writer *writer, const struct markup_node *node)
{
	const char *element = markup_kind_info(node->kind)->element;
	switch ((int)node->kind) {
	case MARKUP_TEXT:
		markup_put_escaped(writer->out, node->text, false);
		break;
	case MARKUP_SPAN:
		if (node->attributes)
			write_element(writer, node, element);
		else
			markup_write_inside(writer, node);
		break;
	case MARKUP_HEADING:
		write_heading(writer, node);
		break;
	case MARKUP_IMAGE:
		markup_write_image(writer, node);
		break;
	case MARKUP_FIGURE:
		markup_write_figure(writer, node);
		break;
	case MARKUP_EMBED:
		markup_write_card(writer, node);
		break;
	case MARKUP_GALLERY:
		write_gallery(writer, node);
		break;
	case MARKUP_QUOTE:
		write_quote(writer, node);
		break;
	case MARKUP_NOTE_MARK:
		write_mark(writer, node);
		break;
	case MARKUP_NOTE:
		write_note(writer, node);
		break;
	case MARKUP_NOTES:
		put(writer, writer->public ? "<ol class=\"notes\" role=\"doc-endnotes\">" : "<ol class=\"notes\">");
		markup_write_inside(writer, node);
		put(writer, "</ol>");
		break;
	default:
		if (element)
			write_element(writer, node, element);
		else
			markup_write_inside(writer, node);
		break;
	}
}

void markup_write(struct markup_writer *writer, const struct markup_node *root)
{
	markup_write_inside(writer, root);
}

int markup_canonical(const struct markup *tree, struct arena *arena, struct safe_html *ret_html, struct err *err)
{
	BUF_SCOPED out = BUF_INIT(LIMIT_BODY_BYTES);
	struct markup_writer writer = {.out = &out, .arena = arena};
	buf_reserve(&out, tree->bytes < LIMIT_BODY_BYTES ? tree->bytes : LIMIT_BODY_BYTES);
	markup_write(&writer, tree->root);
	if (out.over)
		return err_set(err, ERR_LIMIT, "the text is longer than %u bytes as HTML; shorten or divide it",
			       LIMIT_BODY_BYTES);
	*ret_html = (struct safe_html){buf_copy(&out, arena)};
	return 0;
}
