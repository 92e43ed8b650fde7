#include "text/markup_build.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "text/markup_scan.h"
#include "text/plain.h"

#include <string.h>

enum { BYTE_PLAIN, BYTE_SPACE, BYTE_RUN, BYTE_ESCAPED };

static const uint8_t byte_class[256] = {
	[' '] = BYTE_SPACE,   ['\t'] = BYTE_SPACE,  ['\n'] = BYTE_SPACE,  ['\r'] = BYTE_SPACE, ['\f'] = BYTE_SPACE,
	['&'] = BYTE_ESCAPED, ['<'] = BYTE_ESCAPED, ['>'] = BYTE_ESCAPED, [0xF3] = BYTE_RUN,   [0xF4] = BYTE_RUN,
};

/* ---- what the tree costs ---- */

static size_t escaped_bytes(struct str text)
{
	size_t bytes = text.len;
	for (size_t i = 0; i < text.len; i++)
		bytes += text.ptr[i] == '&' || text.ptr[i] == '<' || text.ptr[i] == '>' || text.ptr[i] == '"' ? 5 : 0;
	return bytes;
}

static void fill_up(struct markup_builder *builder)
{
	if (!builder->full)
		markup_report_add(builder->report, MARKUP_DROPPED_CUT, STR("output"), 1);
	builder->full = true;
}

static void charge(struct markup_builder *builder, size_t bytes)
{
	builder->tree->bytes += bytes;
	if (builder->tree->bytes > BUILD_BYTES)
		fill_up(builder);
}

/* What the writer puts around a node, at most. */
static size_t frame_bytes(const struct markup_node *node)
{
	const char *element = markup_kind_info(node->kind)->element;
	if (element)
		return 2 * strlen(element) + 5;
	switch ((int)node->kind) {
	case MARKUP_HEADING:
		return 9;
	case MARKUP_QUOTE:
	case MARKUP_FIGURE:
	case MARKUP_GALLERY:
		return 40;
	case MARKUP_EMBED: /* its address stands twice */
		return 40 + escaped_bytes(markup_get(node, MARKUP_HREF));
	default:
		return 90;
	}
}

static size_t node_bytes(const struct markup_node *node)
{
	size_t bytes = frame_bytes(node);
	bytes += node->align ? 21 : 0;
	for (const struct markup_attribute *at = node->attributes; at; at = at->next)
		bytes += strlen(markup_attribute_text(at->name)) + 4 + escaped_bytes(at->value);
	return bytes;
}

/* ---- opening and closing nodes ---- */

static struct markup_node *top(const struct markup_builder *builder)
{
	return builder->stack[builder->depth - 1];
}

static enum markup_content content_of(const struct markup_node *node)
{
	return markup_kind_info(node->kind)->content;
}

static void take_ids(struct markup_builder *builder, struct markup_node *node)
{
	struct build_ids *ids = builder->ids;
	while (ids->waiting < ids->list.len)
		ids->list.at[ids->waiting++].node = node;
}

/* The node goes; its ids wait for the next one. */
static void give_back(struct markup_builder *builder, struct markup_node *node)
{
	struct build_ids *ids = builder->ids;
	while (ids->waiting > 0 && ids->list.at[ids->waiting - 1].node == node)
		ids->list.at[--ids->waiting].node = NULL;
	markup_remove(node);
}

/* Implied parents that were left without a child. */
static void drop_childless(struct markup_builder *builder)
{
	while (builder->depth > builder->floor && !top(builder)->first) {
		struct markup_node *node = top(builder);
		builder->depth--;
		give_back(builder, node);
	}
}

static struct markup_node *push(struct markup_builder *builder, const struct build_shape *shape)
{
	struct markup_node *node = markup_node_new(builder->tree, shape->kind);
	node->align = shape->align;
	node->number = shape->number;
	node->pull = shape->pull;
	for (const struct markup_attribute *at = shape->attributes; at; at = at->next)
		markup_set(builder->tree, node, at->name, at->value); /* a copy: the shape may be used again */
	markup_append(top(builder), node);
	builder->stack[builder->depth++] = node;
	if (markup_is_block(shape->kind))
		take_ids(builder, node);
	charge(builder, node_bytes(node));
	return node;
}

static void push_kind(struct markup_builder *builder, enum markup_kind kind)
{
	struct build_shape shape = {.kind = kind};
	push(builder, &shape);
}

static void close_inlines(struct markup_builder *builder)
{
	builder->depth -= builder->inline_open;
	builder->inline_open = 0;
}

bool build_is_blank(const struct markup_node *leaf)
{
	for (const struct markup_node *at = leaf->first; at; at = markup_next(at, leaf)) {
		if (at->kind == MARKUP_IMAGE)
			return false;
		if (at->kind == MARKUP_TEXT && !plain_is_blank(at->text))
			return false;
	}
	return true;
}

#define BLANK_BYTES 40 /* more text than that is taken for text */

static void close_leaf(struct markup_builder *builder)
{
	close_inlines(builder);
	if (builder->leaf_open) {
		struct markup_node *leaf = top(builder);
		builder->depth--;
		if (builder->leaf_bytes <= BLANK_BYTES && build_is_blank(leaf)) {
			give_back(builder, leaf);
			drop_childless(builder);
		}
	}
	builder->leaf_open = false;
	builder->at_start = true;
	builder->space = false;
	builder->breaks = 0;
	builder->newlines = 0;
	builder->leaf_bytes = 0;
}

/* ---- where a block may stand ---- */

static bool accepts(const struct markup_node *node, enum markup_kind kind)
{
	enum markup_content content = content_of(node);
	switch ((int)kind) {
	case MARKUP_ITEM:
	case MARKUP_NOTE:
		return content == CONTENT_ITEMS;
	case MARKUP_TERM:
	case MARKUP_DEFINITION:
		return content == CONTENT_TERMS;
	case MARKUP_SUMMARY:
		return node->kind == MARKUP_DETAILS;
	case MARKUP_TABLE_CAPTION:
	case MARKUP_HEAD:
	case MARKUP_BODY:
	case MARKUP_FOOT:
		return content == CONTENT_TABLE;
	case MARKUP_ROW:
		return content == CONTENT_ROWS;
	case MARKUP_HEADER_CELL:
	case MARKUP_CELL:
		return content == CONTENT_CELLS;
	default:
		return content == CONTENT_BLOCKS || content == CONTENT_FLOW;
	}
}

/* The parent that a part lacks. MARKUP_ROOT: any place for blocks will do. */
static enum markup_kind parent_for(enum markup_kind kind)
{
	switch ((int)kind) {
	case MARKUP_ITEM:
	case MARKUP_NOTE:
		return MARKUP_BULLETS;
	case MARKUP_TERM:
	case MARKUP_DEFINITION:
		return MARKUP_TERMS;
	case MARKUP_TABLE_CAPTION:
	case MARKUP_HEAD:
	case MARKUP_BODY:
	case MARKUP_FOOT:
		return MARKUP_TABLE;
	case MARKUP_ROW:
		return MARKUP_BODY;
	case MARKUP_HEADER_CELL:
	case MARKUP_CELL:
		return MARKUP_ROW;
	default:
		return MARKUP_ROOT;
	}
}

/* Opens what must stand between a list, table or row and blocks or text. A block goes on in the last item, as Word
 * writes lists in lists; text would run into that item's. */
static void imply_children(struct markup_builder *builder, bool text)
{
	for (;;) {
		struct markup_node *node = top(builder);
		switch (content_of(node)) {
		case CONTENT_ITEMS:
			if (!text && node->last && node->last->kind == MARKUP_ITEM)
				builder->stack[builder->depth++] = node->last;
			else
				push_kind(builder, MARKUP_ITEM);
			break;
		case CONTENT_TERMS:
			push_kind(builder, MARKUP_DEFINITION);
			break;
		case CONTENT_TABLE:
			push_kind(builder, MARKUP_BODY);
			break;
		case CONTENT_ROWS:
			push_kind(builder, MARKUP_ROW);
			break;
		case CONTENT_CELLS:
			push_kind(builder, MARKUP_CELL);
			break;
		case CONTENT_NONE:
		case CONTENT_INLINE:
		case CONTENT_BLOCKS:
		case CONTENT_FLOW:
		case CONTENT_FIGURE:
			return;
		}
	}
}

/* Makes the top of the stack a node that accepts kind. No leaf is open. */
static void make_place(struct markup_builder *builder, enum markup_kind kind)
{
	for (size_t i = builder->depth; i >= builder->floor; i--) {
		if (accepts(builder->stack[i - 1], kind)) {
			builder->depth = i;
			return;
		}
	}
	enum markup_kind parent = parent_for(kind);
	if (parent == MARKUP_ROOT) {
		imply_children(builder, false);
		return;
	}
	make_place(builder, parent);
	push_kind(builder, parent);
}

/* Text in a list or row opens a new item or cell, where a block would go on in the last. */
static void make_text_place(struct markup_builder *builder)
{
	for (size_t i = builder->depth; i >= builder->floor; i--) {
		enum markup_content content = content_of(builder->stack[i - 1]);
		if (content == CONTENT_BLOCKS || content == CONTENT_FLOW) {
			builder->depth = i;
			return;
		}
	}
	imply_children(builder, true);
}

/* Text directly in an item or cell, behind a block that left nothing: it does not run into the text before. */
static void divide_from_last(struct markup_builder *builder)
{
	const struct markup_node *last = top(builder)->last;
	if (builder->at_start && last && !markup_is_block(last->kind))
		builder->breaks = 1;
}

static void open_leaf(struct markup_builder *builder)
{
	if (!builder->leaf_open && !builder->inline_open && !(builder->flat && !builder->has_leaf)) {
		struct build_shape paragraph = {.kind = MARKUP_PARAGRAPH};
		bool leaf = builder->has_leaf;
		if (leaf)
			make_place(builder, builder->leaf.kind);
		else
			make_text_place(builder);
		if (leaf || content_of(top(builder)) == CONTENT_BLOCKS) {
			push(builder, leaf ? &builder->leaf : &paragraph);
			builder->leaf_open = true;
		} else {
			divide_from_last(builder);
			take_ids(builder, top(builder));
		}
	}
}

static void open_inlines(struct markup_builder *builder)
{
	while (builder->inline_open < builder->inline_count) {
		push(builder, &builder->inlines[builder->inline_open]);
		builder->inline_open++;
	}
}

static void open_text(struct markup_builder *builder)
{
	open_leaf(builder);
	open_inlines(builder);
}

/* ---- text ---- */

static bool in_paragraph(const struct markup_builder *builder)
{
	return builder->leaf_open && !builder->flat && (!builder->has_leaf || builder->leaf.kind == MARKUP_PARAGRAPH);
}

static void append_text(struct markup_builder *builder, struct str text, size_t escaped)
{
	if (builder->tree->bytes + text.len + 4 * escaped > BUILD_BYTES) {
		fill_up(builder);
		return;
	}
	struct markup_node *node = markup_node_new(builder->tree, MARKUP_TEXT);
	node->text = text;
	markup_append(top(builder), node);
	builder->leaf_bytes += text.len;
	charge(builder, text.len + 4 * escaped);
}

/* Text is about to arrive: line breaks that wait come first, two of them end a paragraph; they and a space stand
 * before the inline elements that open here, not inside. */
static void begin_text(struct markup_builder *builder)
{
	unsigned breaks = builder->breaks;
	if (breaks >= 2 && in_paragraph(builder)) {
		close_leaf(builder);
		breaks = 0;
	}
	if (builder->space && !builder->at_start && !breaks && builder->inline_open < builder->inline_count) {
		append_text(builder, STR(" "), 0);
		builder->space = false;
	}
	open_leaf(builder);
	breaks = builder->breaks;
	builder->breaks = 0;
	for (unsigned i = 0; i < breaks && i < 2; i++) {
		markup_append(top(builder), markup_node_new(builder->tree, MARKUP_BREAK));
		charge(builder, 4);
	}
	open_inlines(builder);
	if (breaks) {
		builder->space = false;
		builder->at_start = true;
	}
}

/* A private-use character stands for a run of the source. Bytes taken; 0 where it is something else. */
static size_t take_run(const struct markup_builder *builder, struct str text, struct str *ret_run)
{
	uint32_t c;
	struct str rest = text;
	if (!utf8_next(&rest, &c))
		return 0;
	size_t number = markup_scan_run(c);
	if (number >= builder->run_count)
		return 0;
	*ret_run = builder->runs[number];
	return text.len - rest.len;
}

void build_put_source(const struct markup_builder *builder, struct str text, struct buf *out)
{
	struct str run;
	for (size_t at = 0; at < text.len;) {
		size_t taken = byte_class[(unsigned char)text.ptr[at]] == BYTE_RUN
				       ? take_run(builder, str_skip(text, at), &run)
				       : 0;
		if (taken)
			buf_put(out, run);
		else
			buf_put_byte(out, text.ptr[at]);
		at += taken ? taken : 1;
	}
}

static bool in_word(unsigned char byte)
{
	return byte_class[byte] == BYTE_PLAIN || byte_class[byte] == BYTE_ESCAPED;
}

/* Eight bytes of printable ASCII, none of them to be escaped, no two spaces side by side. */
static bool eight_plain(const unsigned char *in)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), high = ones * 0x80;
	uint64_t word;
	memcpy(&word, in, 8);
	uint64_t angles = (word | ones * 2) ^ ones * '>', ampersands = word ^ ones * '&';
	if ((word | (word - ones * ' ') | (angles - ones) | (ampersands - ones)) & high)
		return false;
	uint64_t spaces = ~((word ^ ones * ' ') + ones * 0x7F) & high;
	return !(spaces & spaces >> 8);
}

/* Words with one space between them, as they may stay. */
static size_t word_bytes(struct str text, size_t *escaped)
{
	const unsigned char *in = (const unsigned char *)text.ptr;
	size_t at = 0;
	while (at < text.len) {
		size_t end = at + 8;
		if (end <= text.len && eight_plain(in + at)) {
			at = in[end - 1] == ' ' ? end - 1 : end;
			continue;
		}
		for (; at < end && at < text.len; at++) {
			uint8_t class = byte_class[in[at]];
			if (class == BYTE_ESCAPED)
				(*escaped)++;
			else if (class != BYTE_PLAIN &&
				 (in[at] != ' ' || at == 0 || at + 1 == text.len || !in_word(in[at + 1])))
				return at;
		}
	}
	return at;
}

/* Words up to a private-use character or the end. Returns bytes taken. */
static size_t put_words(struct markup_builder *builder, struct str text)
{
	const unsigned char *in = (const unsigned char *)text.ptr;
	char *out = NULL, *end = NULL;
	size_t at = 0, escaped = 0;
	bool run_follows = false;
	while (at < text.len && !run_follows) {
		size_t from = at;
		while (at < text.len && byte_class[in[at]] == BYTE_SPACE)
			at++;
		if (at > from)
			builder->space = true;
		from = at;
		at += word_bytes(str_skip(text, at), &escaped);
		if (at < text.len && byte_class[in[at]] == BYTE_RUN) {
			struct str run;
			run_follows = take_run(builder, str_skip(text, at), &run) > 0;
			at += !run_follows;
			while (!run_follows && at < text.len && (in[at] & 0xC0) == 0x80)
				at++;
		}
		if (at == from)
			continue;
		if (!out) {
			begin_text(builder);
			out = end = arena_alloc(builder->tree->arena, text.len - from + 1);
		}
		if (builder->space && !builder->at_start)
			*end++ = ' ';
		memcpy(end, in + from, at - from);
		end += at - from;
		builder->space = builder->at_start = false;
	}
	return out ? (append_text(builder, str_of(out, (size_t)(end - out)), escaped), at) : at;
}

/* The same for preformatted text: line ends at its start and end go. */
static size_t put_lines(struct markup_builder *builder, struct str text)
{
	struct str run;
	size_t at = 0, escaped = 0;
	for (; at < text.len; at++) {
		uint8_t class = byte_class[(unsigned char)text.ptr[at]];
		if (class == BYTE_RUN && take_run(builder, str_skip(text, at), &run))
			break;
		escaped += class == BYTE_ESCAPED;
	}
	struct str piece = str_sub(text, 0, at);
	if (builder->at_start)
		while (piece.len && piece.ptr[0] == '\n')
			piece = str_skip(piece, 1);
	size_t newlines = 0;
	while (newlines < piece.len && piece.ptr[piece.len - 1 - newlines] == '\n')
		newlines++;
	piece.len -= newlines;
	if (piece.len) {
		open_text(builder);
		char *out = arena_alloc(builder->tree->arena, builder->newlines + piece.len + 1);
		memset(out, '\n', builder->newlines);
		memcpy(out + builder->newlines, piece.ptr, piece.len);
		append_text(builder, str_of(out, builder->newlines + piece.len), escaped);
		builder->newlines = 0;
		builder->at_start = false;
	}
	builder->newlines += builder->at_start ? 0 : newlines;
	return at;
}

void build_text(struct markup_builder *builder, struct str text)
{
	bool lines = builder->has_leaf && builder->leaf.kind == MARKUP_PRE;
	while (text.len && !builder->full) {
		text = str_skip(text, lines ? put_lines(builder, text) : put_words(builder, text));
		struct str run;
		size_t taken = text.len ? take_run(builder, text, &run) : 0;
		if (!taken)
			continue;
		struct str inner = run;
		while (inner.len && !builder->full)
			inner = str_skip(inner, lines ? put_lines(builder, inner) : put_words(builder, inner));
		text = str_skip(text, taken);
	}
}

void build_break(struct markup_builder *builder)
{
	if (builder->has_leaf && builder->leaf.kind == MARKUP_PRE) {
		build_text(builder, STR("\n"));
		return;
	}
	builder->space = true;
	if (!builder->at_start || builder->breaks)
		builder->breaks++;
}

void build_boundary(struct markup_builder *builder)
{
	bool direct = !builder->leaf_open && !builder->flat;
	if (builder->has_leaf && builder->leaf.kind == MARKUP_PRE)
		build_text(builder, STR("\n"));
	else if (builder->flat || (builder->has_leaf && builder->leaf.kind != MARKUP_PARAGRAPH))
		builder->space = true;
	else if (direct && !builder->at_start && !builder->breaks)
		builder->breaks = 1;
	else if (!direct)
		close_leaf(builder);
}

void build_image(struct markup_builder *builder, struct markup_node *image)
{
	if (builder->full)
		return;
	begin_text(builder);
	if (builder->space && !builder->at_start)
		append_text(builder, STR(" "), 0);
	builder->space = builder->at_start = false;
	markup_append(top(builder), image);
	charge(builder, node_bytes(image));
}

void build_id(struct markup_builder *builder, struct str id)
{
	*vec_add(&builder->ids->list, builder->tree->arena) = (struct build_id){.id = id};
}

struct markup_node *build_block_around(const struct markup_builder *builder)
{
	return builder->stack[builder->depth - 1 - builder->inline_open];
}

void build_inline_id(struct markup_builder *builder, struct str id)
{
	struct markup_node *block = build_block_around(builder);
	bool in_text = builder->inline_open || !builder->at_start;
	build_id(builder, id);
	if (builder->leaf_open || (in_text && content_of(block) == CONTENT_FLOW))
		take_ids(builder, block);
}

/* ---- inline elements ---- */

/* A second <b> inside of a <b>; a fourth one with another language, which the ledger would leave out. */
static bool adds_nothing(const struct markup_builder *builder, const struct build_shape *shape)
{
	bool may_nest = shape->kind == MARKUP_Q || shape->kind == MARKUP_BDI || shape->kind == MARKUP_BDO ||
			(shape->attributes && shape->kind != MARKUP_LINK);
	size_t equal = 0;
	for (size_t i = 0; i < builder->inline_count; i++)
		equal += builder->inlines[i].kind == shape->kind;
	if (shape->kind == MARKUP_SPAN && !shape->attributes)
		return true;
	return equal >= (may_nest ? BUILD_EQUAL : 1);
}

bool build_open_inline(struct markup_builder *builder, const struct build_shape *shape)
{
	if (adds_nothing(builder, shape))
		return false;
	if (builder->inline_count == BUILD_INLINES) {
		markup_report_add(builder->report, MARKUP_DROPPED_CUT, STR("formatting"), 1);
		return false;
	}
	builder->inlines[builder->inline_count++] = *shape;
	return true;
}

void build_close_inline(struct markup_builder *builder)
{
	builder->inline_count--;
	if (builder->inline_open > builder->inline_count) {
		builder->inline_open--;
		builder->depth--;
	}
}

static const struct build_shape *link_around(const struct markup_builder *builder)
{
	for (size_t i = 0; i < builder->inline_count; i++)
		if (builder->inlines[i].kind == MARKUP_LINK)
			return &builder->inlines[i];
	return NULL;
}

struct str build_link_around(const struct markup_builder *builder)
{
	const struct build_shape *link = link_around(builder);
	for (const struct markup_attribute *at = link ? link->attributes : NULL; at; at = at->next)
		if (at->name == MARKUP_HREF)
			return at->value;
	return (struct str){0};
}

bool build_exchange_link(struct markup_builder *builder, struct build_shape *shape)
{
	const struct build_shape *link = link_around(builder);
	if (!link)
		return false;
	struct build_shape *place = &builder->inlines[link - builder->inlines], outer = *place;
	close_inlines(builder);
	*place = *shape;
	*shape = outer;
	return true;
}

/* ---- blocks ---- */

static bool is_fixed(enum markup_kind kind)
{
	return kind == MARKUP_TERM || kind == MARKUP_SUMMARY || kind == MARKUP_TABLE_CAPTION;
}

static struct build_saved save(const struct markup_builder *builder)
{
	return (struct build_saved){.depth = builder->depth,
				    .floor = builder->floor,
				    .has_leaf = builder->has_leaf,
				    .flat = builder->flat,
				    .leaf = builder->leaf};
}

struct build_saved build_enter_leaf(struct markup_builder *builder, const struct build_shape *shape)
{
	bool inside = builder->flat ||
		      (builder->has_leaf && builder->leaf.kind != MARKUP_PARAGRAPH && shape->kind == MARKUP_PARAGRAPH);
	if (inside || builder->full) {
		build_boundary(builder);
		return save(builder);
	}
	close_leaf(builder);
	struct build_saved saved = save(builder);
	saved.entered = true;
	builder->has_leaf = true;
	builder->leaf = *shape;
	builder->flat = is_fixed(shape->kind);
	return saved;
}

struct build_saved build_enter(struct markup_builder *builder, const struct build_shape *shape)
{
	size_t containers = builder->depth - builder->inline_open;
	if (builder->flat || builder->full || containers >= BUILD_CONTAINERS - 5) {
		if (!builder->flat && !builder->full)
			markup_report_add(builder->report, MARKUP_DROPPED_CUT, STR("depth"), 1);
		build_boundary(builder);
		return save(builder);
	}
	close_leaf(builder);
	make_place(builder, shape->kind);
	struct build_saved saved = save(builder);
	saved.entered = true;
	saved.node = push(builder, shape);
	builder->floor = builder->depth;
	builder->has_leaf = false;
	return saved;
}

static bool may_be_empty(enum markup_kind kind)
{
	return kind == MARKUP_CELL || kind == MARKUP_HEADER_CELL;
}

void build_leave(struct markup_builder *builder, struct build_saved saved)
{
	if (!saved.entered) {
		build_boundary(builder);
		return;
	}
	close_leaf(builder);
	if (saved.node)
		builder->depth = saved.depth; /* a leaf may have been put elsewhere; nothing of it is open now */
	builder->floor = saved.floor;
	builder->has_leaf = saved.has_leaf;
	builder->leaf = saved.leaf;
	builder->flat = saved.flat;
	if (!saved.node)
		return;
	if (!saved.node->first && !may_be_empty(saved.node->kind)) {
		give_back(builder, saved.node);
		drop_childless(builder);
	}
}

void build_block(struct markup_builder *builder, struct markup_node *block)
{
	if (builder->full)
		return;
	close_leaf(builder);
	make_place(builder, block->kind);
	markup_append(top(builder), block);
	take_ids(builder, block);
	charge(builder, node_bytes(block));
}

void build_init(struct markup_builder *builder, struct markup *tree, struct markup_node *start, struct build_ids *ids,
		struct markup_report *report)
{
	bool flat = content_of(start) == CONTENT_INLINE;
	*builder = (struct markup_builder){.tree = tree,
					   .report = report,
					   .ids = ids,
					   .stack = {start},
					   .depth = 1,
					   .floor = 1,
					   .flat = flat,
					   .at_start = true};
}

/* Elements that were opened for text that found no more room. */
static void drop_hollow(const struct markup_node *start)
{
	for (struct markup_node *node = start->first, *next; node; node = next) {
		enum markup_content content = content_of(node);
		next = markup_next(node, start);
		if (!node->first && content != CONTENT_NONE && content != CONTENT_FIGURE)
			markup_prune(node, start);
	}
}

void build_finish(struct markup_builder *builder)
{
	close_leaf(builder);
	builder->depth = 1;
	if (builder->full)
		drop_hollow(builder->stack[0]);
}
