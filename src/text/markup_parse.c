#include "text/markup_parse.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "text/plain.h"
#include "text/url.h"

#include <stdio.h>
#include <string.h>

#define ID_BYTES 1000 /* Arabic, percent-encoded */

/* ---- attributes ---- */

struct str convert_raw(const GumboElement *element, enum markup_attribute_name name)
{
	if (!element->attributes.length)
		return (struct str){0};
	const GumboAttribute *found = gumbo_get_attribute(&element->attributes, markup_attribute_text(name));
	return found ? str_from(found->value) : (struct str){0};
}

struct str convert_text(struct convert *convert, const GumboElement *element, enum markup_attribute_name name)
{
	struct str raw = convert_raw(element, name);
	if (!raw.len)
		return raw;
	return markup_attribute_value(raw, convert->tree->arena);
}

static struct str without_own_host(struct convert *convert, struct str address)
{
	struct str own = convert->options->own_host;
	if (!own.len || !str_eq_nocase(url_host(address), own))
		return address;
	size_t path = str_find(address, STR("//")) + 2;
	address = str_skip(address, path);
	path = str_find_byte(address, '/');
	address = str_skip(address, path);
	return str_starts(address, STR("//"))
		       ? arena_concat(convert->tree->arena, (struct str[]){STR("/."), address}, 2)
		       : address;
}

struct str convert_address(struct convert *convert, struct str raw)
{
	struct str address = {0}, scheme = {0};
	switch (url_clean(raw, convert->tree->arena, &address, &scheme)) {
	case URL_OK:
		return without_own_host(convert, address);
	case URL_EMPTY:
		break;
	case URL_SCHEME:
		markup_report_add(convert->report, MARKUP_DROPPED_ADDRESS, scheme, 1);
		break;
	case URL_CREDENTIALS:
		markup_report_add(convert->report, MARKUP_DROPPED_ADDRESS, STR("credentials"), 1);
		break;
	case URL_BROKEN:
		markup_report_add(convert->report, MARKUP_DROPPED_ADDRESS, STR("broken"), 1);
		break;
	}
	return (struct str){0};
}

static bool next_class(struct str *rest, struct str *ret_class)
{
	while (rest->len) {
		size_t end = 0;
		while (end < rest->len && (unsigned char)rest->ptr[end] > ' ')
			end++;
		*ret_class = str_sub(*rest, 0, end);
		*rest = str_skip(*rest, end + 1);
		if (end)
			return true;
	}
	return false;
}

bool convert_has_class(const GumboElement *element, struct str wanted)
{
	struct str rest = convert_raw(element, MARKUP_CLASS), class;
	while (next_class(&rest, &class))
		if (str_eq(class, wanted))
			return true;
	return false;
}

static enum markup_align align_named(struct str name)
{
	for (int align = ALIGN_LEFT; align <= ALIGN_FULL; align++)
		if (str_eq_nocase(name, str_from(markup_align_text((enum markup_align)align))))
			return (enum markup_align)align;
	return ALIGN_NONE;
}

enum markup_align convert_align(const GumboElement *element)
{
	struct str rest = convert_raw(element, MARKUP_CLASS), class;
	while (next_class(&rest, &class)) {
		struct str name = {0};
		if (str_starts(class, STR("has-text-align-")))
			name = str_skip(class, 15);
		else if (str_starts(class, STR("align-")))
			name = str_skip(class, 6);
		else if (str_starts(class, STR("align")))
			name = str_skip(class, 5);
		if (align_named(name))
			return align_named(name);
	}
	enum markup_align align = align_named(convert_raw(element, MARKUP_ALIGN));
	return align <= ALIGN_CENTER ? align : ALIGN_NONE;
}

void shape_set(struct convert *convert, struct build_shape *shape, enum markup_attribute_name name, struct str value)
{
	struct markup_node holder = {.attributes = shape->attributes};
	markup_set(convert->tree, &holder, name, value);
	shape->attributes = holder.attributes;
}

static bool is_language(struct str text)
{
	if (text.len < 2 || text.len > 35)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (i > 0 && (c == '-' || (c >= '0' && c <= '9')))))
			return false;
	}
	return text.ptr[text.len - 1] != '-';
}

static bool is_of(struct str text, const char *bytes, size_t most)
{
	if (!text.len || text.len > most)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (!text.ptr[i] || !strchr(bytes, text.ptr[i]))
			return false;
	return true;
}

static void set_text(struct convert *convert, struct build_shape *shape, const GumboElement *element,
		     enum markup_attribute_name name)
{
	struct str text = convert_text(convert, element, name);
	if (text.len)
		shape_set(convert, shape, name, text);
}

static void set_number(struct convert *convert, struct build_shape *shape, const GumboElement *element,
		       enum markup_attribute_name name, int64_t least, int64_t most)
{
	int64_t number;
	if (str_to_i64(str_trim(convert_raw(element, name)), &number) && number >= least && number <= most)
		shape_set(convert, shape, name, arena_printf(convert->tree->arena, "%lld", (long long)number));
}

static void set_address(struct convert *convert, struct build_shape *shape, const GumboElement *element,
			enum markup_attribute_name name)
{
	struct str raw = convert_raw(element, name);
	struct str address = raw.len ? convert_address(convert, raw) : raw;
	if (address.len)
		shape_set(convert, shape, name, address);
}

static void set_language(struct convert *convert, struct build_shape *shape, const GumboElement *element,
			 enum markup_attribute_name name)
{
	struct str text = str_trim(convert_raw(element, name));
	if (is_language(text))
		shape_set(convert, shape, name, arena_str(convert->tree->arena, text));
}

static void set_choice(struct convert *convert, struct build_shape *shape, const GumboElement *element,
		       enum markup_attribute_name name, const char *const *choices)
{
	struct str text = str_trim(convert_raw(element, name));
	for (; *choices; choices++)
		if (name == MARKUP_TYPE ? str_eq(text, str_from(*choices)) : str_eq_nocase(text, str_from(*choices)))
			shape_set(convert, shape, name, str_from(*choices));
}

/* Of what a link says about its target only what a reader's program acts on is kept. */
static void set_relation(struct convert *convert, struct build_shape *shape, const GumboElement *element)
{
	static const char *const kept[] = {"license", "nofollow", "sponsored", "ugc"};
	struct str found[4], word;
	size_t count = 0;
	for (size_t i = 0; i < 4; i++) {
		struct str rest = convert_raw(element, MARKUP_REL);
		bool there = false;
		while (next_class(&rest, &word))
			there = there || str_eq_nocase(word, str_from(kept[i]));
		if (there)
			found[count++] = str_from(kept[i]);
	}
	BUF_SCOPED text = BUF_INIT(100);
	for (size_t i = 0; i < count; i++) {
		buf_put(&text, i ? STR(" ") : STR(""));
		buf_put(&text, found[i]);
	}
	if (count)
		shape_set(convert, shape, MARKUP_REL, buf_copy(&text, convert->tree->arena));
}

static void set_date(struct convert *convert, struct build_shape *shape, const GumboElement *element)
{
	struct str text = str_trim(convert_raw(element, MARKUP_DATETIME));
	if (is_of(text, "0123456789-:.+ TWZPYMDHS", 40))
		shape_set(convert, shape, MARKUP_DATETIME, arena_str(convert->tree->arena, text));
}

/* A list that counts up begins with one unless it says otherwise. */
static void set_order(struct convert *convert, struct build_shape *shape, const GumboElement *element)
{
	int64_t start;
	bool reversed = gumbo_get_attribute(&element->attributes, "reversed") != NULL;
	if (reversed)
		shape_set(convert, shape, MARKUP_REVERSED, STR(""));
	if (reversed || !str_to_i64(str_trim(convert_raw(element, MARKUP_START)), &start) || start != 1)
		set_number(convert, shape, element, MARKUP_START, -999999, 999999);
}

static void set_own(struct convert *convert, struct build_shape *shape, const GumboElement *element)
{
	static const char *const types[] = {"1", "a", "A", "i", "I", NULL};
	static const char *const scopes[] = {"row", "col", "rowgroup", "colgroup", NULL};
	switch ((int)shape->kind) {
	case MARKUP_LINK:
		set_address(convert, shape, element, MARKUP_HREF);
		set_text(convert, shape, element, MARKUP_TITLE);
		set_language(convert, shape, element, MARKUP_HREFLANG);
		set_relation(convert, shape, element);
		break;
	case MARKUP_ABBR:
	case MARKUP_DFN:
		set_text(convert, shape, element, MARKUP_TITLE);
		break;
	case MARKUP_Q:
	case MARKUP_QUOTE:
		set_address(convert, shape, element, MARKUP_ATTR_CITE);
		break;
	case MARKUP_DEL:
	case MARKUP_INS:
		set_address(convert, shape, element, MARKUP_ATTR_CITE);
		set_date(convert, shape, element);
		break;
	case MARKUP_TIME:
		set_date(convert, shape, element);
		break;
	case MARKUP_NUMBERED:
		set_choice(convert, shape, element, MARKUP_TYPE, types);
		set_order(convert, shape, element);
		break;
	case MARKUP_ITEM:
		set_number(convert, shape, element, MARKUP_VALUE, -999999, 999999);
		break;
	case MARKUP_HEADER_CELL:
		set_choice(convert, shape, element, MARKUP_SCOPE, scopes);
		__attribute__((fallthrough));
	case MARKUP_CELL:
		set_number(convert, shape, element, MARKUP_COLSPAN, 2, 100);
		set_number(convert, shape, element, MARKUP_ROWSPAN, 2, 1000);
		break;
	case MARKUP_PARAGRAPH:
	case MARKUP_HEADING:
		shape->align = (uint8_t)convert_align(element);
		break;
	default:
		break;
	}
}

struct build_shape convert_shape(struct convert *convert, const GumboElement *element, enum markup_kind kind)
{
	static const char *const directions[] = {"ltr", "rtl", "auto", NULL};
	struct build_shape shape = {.kind = kind};
	if (!element->attributes.length)
		return shape;
	set_own(convert, &shape, element);
	set_language(convert, &shape, element, MARKUP_LANG);
	set_choice(convert, &shape, element, MARKUP_DIR, directions);
	return shape;
}

static void take_id(struct convert *convert, struct str id, bool in_line)
{
	if (!id.len || id.len > ID_BYTES)
		return;
	id = arena_str(convert->tree->arena, id);
	if (in_line)
		build_inline_id(convert->builder, id);
	else
		build_id(convert->builder, id);
}

void convert_id(struct convert *convert, const GumboElement *element)
{
	if (element->attributes.length)
		take_id(convert, convert_raw(element, MARKUP_ID), false);
}

/* ---- elements ---- */

bool convert_is_blank(const GumboNode *node)
{
	if (node->type == GUMBO_NODE_ELEMENT)
		return false;
	if (node->type == GUMBO_NODE_COMMENT)
		return true;
	struct str text = str_from(node->v.text.text);
	return str_empty(str_trim(text));
}

void convert_children(struct convert *convert, const GumboNode *node)
{
	const GumboVector *children = &node->v.element.children;
	if (convert->level >= CONVERT_DEPTH) {
		markup_report_add(convert->report, MARKUP_DROPPED_CUT, STR("depth"), 1);
		return;
	}
	convert->level++;
	for (unsigned i = 0; i < children->length; i++)
		convert_node(convert, children->data[i]);
	convert->level--;
}

/* What is pasted from Google Docs comes in a <b> whose style says that it is not bold. */
static bool is_docs_wrapper(const GumboElement *element)
{
	return str_starts(convert_raw(element, MARKUP_ID), STR("docs-internal-guid"));
}

static void convert_inline(struct convert *convert, const GumboNode *node, enum markup_kind kind)
{
	const GumboElement *element = &node->v.element;
	struct build_shape shape = convert_shape(convert, element, kind);
	const struct markup_node holder = {.attributes = shape.attributes};
	bool useless =
		kind == MARKUP_LINK ? !markup_has(&holder, MARKUP_HREF) : kind == MARKUP_B && is_docs_wrapper(element);
	if (element->attributes.length)
		take_id(convert, convert_raw(element, MARKUP_ID), true);
	if (kind == MARKUP_LINK)
		take_id(convert, convert_raw(element, MARKUP_NAME), true);
	bool inside = kind == MARKUP_LINK && !useless && build_exchange_link(convert->builder, &shape);
	bool opened = !useless && !inside && build_open_inline(convert->builder, &shape);
	convert_children(convert, node);
	if (opened)
		build_close_inline(convert->builder);
	if (inside)
		build_exchange_link(convert->builder, &shape);
}

static void convert_leaf(struct convert *convert, const GumboNode *node, enum markup_kind kind, uint16_t number)
{
	const GumboElement *element = &node->v.element;
	struct build_shape shape = convert_shape(convert, element, kind);
	shape.number = number;
	struct build_saved saved = build_enter_leaf(convert->builder, &shape);
	convert_id(convert, element);
	convert_children(convert, node);
	build_leave(convert->builder, saved);
}

static void convert_container(struct convert *convert, const GumboNode *node, enum markup_kind kind)
{
	const GumboElement *element = &node->v.element;
	struct build_shape shape = convert_shape(convert, element, kind);
	build_boundary(convert->builder);
	convert_id(convert, element);
	struct build_saved saved = build_enter(convert->builder, &shape);
	convert_children(convert, node);
	build_leave(convert->builder, saved);
}

static void convert_division(struct convert *convert, const GumboNode *node)
{
	const GumboElement *element = &node->v.element;
	if (element->attributes.length) {
		struct build_shape shape = convert_shape(convert, element, MARKUP_GROUP);
		if (convert_has_class(element, STR("wp-caption"))) {
			convert_figure(convert, node);
			return;
		}
		if (convert_has_class(element, STR("embed-card")) && convert_embed_card(convert, node))
			return;
		if (shape.attributes) {
			convert_container(convert, node, MARKUP_GROUP);
			return;
		}
	}
	build_boundary(convert->builder);
	convert_id(convert, element);
	convert_children(convert, node);
	build_boundary(convert->builder);
}

static void convert_summary(struct convert *convert, const GumboNode *node)
{
	const struct markup_builder *builder = convert->builder;
	const struct markup_node *around = builder->stack[builder->floor - 1];
	bool first = around->kind == MARKUP_DETAILS && !around->first && !builder->leaf_open;
	convert_leaf(convert, node, first ? MARKUP_SUMMARY : MARKUP_PARAGRAPH, 0);
}

static void convert_span(struct convert *convert, const GumboNode *node)
{
	const GumboElement *element = &node->v.element;
	bool credit = convert->credit &&
		      (convert_has_class(element, STR("credit")) || convert_has_class(element, STR("media-credit")));
	if (!credit) {
		convert_inline(convert, node, MARKUP_SPAN);
		return;
	}
	struct markup_builder *around = convert->builder;
	convert->builder = convert->credit;
	convert->credit = NULL;
	build_boundary(convert->builder);
	convert_children(convert, node);
	convert->credit = convert->builder;
	convert->builder = around;
	build_boundary(convert->builder);
}

enum how { HOW_CHILDREN, HOW_INLINE, HOW_LEAF, HOW_CONTAINER, HOW_OWN };

static const struct {
	uint8_t how, kind, number;
} meanings[GUMBO_TAG_LAST] = {
	[GUMBO_TAG_A] = {HOW_INLINE, MARKUP_LINK, 0},
	[GUMBO_TAG_EM] = {HOW_INLINE, MARKUP_EM, 0},
	[GUMBO_TAG_STRONG] = {HOW_INLINE, MARKUP_STRONG, 0},
	[GUMBO_TAG_B] = {HOW_INLINE, MARKUP_B, 0},
	[GUMBO_TAG_I] = {HOW_INLINE, MARKUP_I, 0},
	[GUMBO_TAG_U] = {HOW_INLINE, MARKUP_U, 0},
	[GUMBO_TAG_S] = {HOW_INLINE, MARKUP_S, 0},
	[GUMBO_TAG_SUB] = {HOW_INLINE, MARKUP_SUB, 0},
	[GUMBO_TAG_SUP] = {HOW_INLINE, MARKUP_SUP, 0},
	[GUMBO_TAG_SMALL] = {HOW_INLINE, MARKUP_SMALL, 0},
	[GUMBO_TAG_MARK] = {HOW_INLINE, MARKUP_MARK, 0},
	[GUMBO_TAG_CODE] = {HOW_INLINE, MARKUP_CODE, 0},
	[GUMBO_TAG_KBD] = {HOW_INLINE, MARKUP_KBD, 0},
	[GUMBO_TAG_SAMP] = {HOW_INLINE, MARKUP_SAMP, 0},
	[GUMBO_TAG_VAR] = {HOW_INLINE, MARKUP_VAR, 0},
	[GUMBO_TAG_DFN] = {HOW_INLINE, MARKUP_DFN, 0},
	[GUMBO_TAG_Q] = {HOW_INLINE, MARKUP_Q, 0},
	[GUMBO_TAG_CITE] = {HOW_INLINE, MARKUP_CITE, 0},
	[GUMBO_TAG_ABBR] = {HOW_INLINE, MARKUP_ABBR, 0},
	[GUMBO_TAG_TIME] = {HOW_INLINE, MARKUP_TIME, 0},
	[GUMBO_TAG_DEL] = {HOW_INLINE, MARKUP_DEL, 0},
	[GUMBO_TAG_INS] = {HOW_INLINE, MARKUP_INS, 0},
	[GUMBO_TAG_BDI] = {HOW_INLINE, MARKUP_BDI, 0},
	[GUMBO_TAG_BDO] = {HOW_INLINE, MARKUP_BDO, 0},
	[GUMBO_TAG_P] = {HOW_LEAF, MARKUP_PARAGRAPH, 0},
	[GUMBO_TAG_H1] = {HOW_LEAF, MARKUP_HEADING, 2},
	[GUMBO_TAG_H2] = {HOW_LEAF, MARKUP_HEADING, 2},
	[GUMBO_TAG_H3] = {HOW_LEAF, MARKUP_HEADING, 3},
	[GUMBO_TAG_H4] = {HOW_LEAF, MARKUP_HEADING, 4},
	[GUMBO_TAG_H5] = {HOW_LEAF, MARKUP_HEADING, 5},
	[GUMBO_TAG_H6] = {HOW_LEAF, MARKUP_HEADING, 6},
	[GUMBO_TAG_PRE] = {HOW_LEAF, MARKUP_PRE, 0},
	[GUMBO_TAG_DT] = {HOW_LEAF, MARKUP_TERM, 0},
	[GUMBO_TAG_CAPTION] = {HOW_LEAF, MARKUP_TABLE_CAPTION, 0},
	[GUMBO_TAG_FIGCAPTION] = {HOW_LEAF, MARKUP_PARAGRAPH, 0},
	[GUMBO_TAG_ASIDE] = {HOW_CONTAINER, MARKUP_ASIDE, 0},
	[GUMBO_TAG_UL] = {HOW_CONTAINER, MARKUP_BULLETS, 0},
	[GUMBO_TAG_OL] = {HOW_CONTAINER, MARKUP_NUMBERED, 0},
	[GUMBO_TAG_LI] = {HOW_CONTAINER, MARKUP_ITEM, 0},
	[GUMBO_TAG_DL] = {HOW_CONTAINER, MARKUP_TERMS, 0},
	[GUMBO_TAG_DD] = {HOW_CONTAINER, MARKUP_DEFINITION, 0},
	[GUMBO_TAG_TABLE] = {HOW_CONTAINER, MARKUP_TABLE, 0},
	[GUMBO_TAG_THEAD] = {HOW_CONTAINER, MARKUP_HEAD, 0},
	[GUMBO_TAG_TBODY] = {HOW_CONTAINER, MARKUP_BODY, 0},
	[GUMBO_TAG_TFOOT] = {HOW_CONTAINER, MARKUP_FOOT, 0},
	[GUMBO_TAG_TR] = {HOW_CONTAINER, MARKUP_ROW, 0},
	[GUMBO_TAG_TH] = {HOW_CONTAINER, MARKUP_HEADER_CELL, 0},
	[GUMBO_TAG_TD] = {HOW_CONTAINER, MARKUP_CELL, 0},
	[GUMBO_TAG_DETAILS] = {HOW_CONTAINER, MARKUP_DETAILS, 0},
	[GUMBO_TAG_SUMMARY] = {HOW_OWN, 0, 0},
	[GUMBO_TAG_DIV] = {HOW_OWN, 0, 0},
	[GUMBO_TAG_FOOTER] = {HOW_OWN, 0, 0},
	[GUMBO_TAG_SPAN] = {HOW_OWN, 0, 0},
	[GUMBO_TAG_FIGURE] = {HOW_OWN, 0, 0},
	[GUMBO_TAG_BLOCKQUOTE] = {HOW_OWN, 0, 0},
	[GUMBO_TAG_IMG] = {HOW_OWN, 0, 0},
	[GUMBO_TAG_EMBED] = {HOW_OWN, 0, 0},
	[GUMBO_TAG_BR] = {HOW_OWN, 0, 0},
	[GUMBO_TAG_HR] = {HOW_OWN, 0, 0},
};

static void convert_rule(struct convert *convert, const GumboElement *element)
{
	build_boundary(convert->builder);
	convert_id(convert, element);
	if (!convert->builder->flat)
		build_block(convert->builder, markup_node_new(convert->tree, MARKUP_RULE));
}

static void convert_own(struct convert *convert, const GumboNode *node)
{
	switch ((int)node->v.element.tag) {
	case GUMBO_TAG_SUMMARY:
		convert_summary(convert, node);
		break;
	case GUMBO_TAG_SPAN:
		convert_span(convert, node);
		break;
	case GUMBO_TAG_FIGURE:
		convert_figure(convert, node);
		break;
	case GUMBO_TAG_BLOCKQUOTE:
		convert_quote(convert, node, NULL, convert_has_class(&node->v.element, STR("pull")));
		break;
	case GUMBO_TAG_IMG:
		convert_image(convert, node);
		break;
	case GUMBO_TAG_EMBED:
		convert_embed(convert, &node->v.element);
		break;
	case GUMBO_TAG_BR:
		build_break(convert->builder);
		break;
	case GUMBO_TAG_HR:
		convert_rule(convert, &node->v.element);
		break;
	default:
		convert_division(convert, node);
		break;
	}
}

void convert_node(struct convert *convert, const GumboNode *node)
{
	if (node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_WHITESPACE || node->type == GUMBO_NODE_CDATA)
		build_text(convert->builder, str_from(node->v.text.text));
	if (node->type != GUMBO_NODE_ELEMENT)
		return;
	GumboTag tag = node->v.element.tag;
	switch ((enum how)meanings[tag].how) {
	case HOW_CHILDREN:
		convert_children(convert, node);
		break;
	case HOW_INLINE:
		convert_inline(convert, node, meanings[tag].kind);
		break;
	case HOW_LEAF:
		convert_leaf(convert, node, meanings[tag].kind, meanings[tag].number);
		break;
	case HOW_CONTAINER:
		convert_container(convert, node, meanings[tag].kind);
		break;
	case HOW_OWN:
		convert_own(convert, node);
		break;
	}
}
