#include "template/parse.h"
#include "base/limits.h"

#include <string.h>

struct level {
	struct node *node; /* NULL at the bottom */
	struct node **tail;
};

/* Where counting has come to. It only goes forward, so each byte is counted once. */
struct count {
	size_t counted;
	unsigned line;
};

struct parser {
	struct arena *arena;
	struct str file;
	struct str source;
	size_t at;                /* where text goes on */
	struct count tags, texts; /* a text is added when the tag behind it is known */
	struct str open, close;
	struct level levels[TEMPLATE_NESTING_MAX + 1];
	size_t depth;
	struct node *first;
	struct err *err;
};

/* One tag of the source: [start, end) with its delimiters. */
struct tag {
	size_t start, end;
	unsigned line;
	char sigil; /* 0 for a variable, '{' for the triple form */
	struct str name;
	bool first, last; /* on its line, but for blanks */
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static unsigned line_of(const struct parser *p, struct count *count, size_t position)
{
	for (; count->counted < position; count->counted++)
		count->line += p->source.ptr[count->counted] == '\n';
	return count->line;
}

#define PARSE_FAIL(p, line, ...) parse_fail((p), (line), arena_printf((p)->arena, __VA_ARGS__))
static int parse_fail(struct parser *p, unsigned line, struct str message)
{
	return err_set(p->err, ERR_INPUT, "%.*s:%u: %.*s", STR_ARG(p->file), line, STR_ARG(message));
}

static struct node *add_node(struct parser *p, enum node_kind kind, unsigned line, struct str text)
{
	struct level *level = &p->levels[p->depth];
	struct node *node = arena_new(p->arena, struct node);
	node->kind = kind;
	node->line = line;
	node->text = text;
	*level->tail = node;
	level->tail = &node->next;
	return node;
}

static bool inside_parent(const struct parser *p)
{
	return p->depth > 0 && p->levels[p->depth].node->kind == NODE_PARENT;
}

/* Adds what stands between p->at and end, a node a line. */
static void add_text(struct parser *p, size_t end)
{
	while (p->at < end) {
		bool line_start = p->at == 0 || p->source.ptr[p->at - 1] == '\n';
		unsigned line = line_of(p, &p->texts, p->at);
		struct str rest = str_sub(p->source, p->at, end - p->at);
		size_t newline = str_find_byte(rest, '\n');
		struct str piece = newline == SIZE_MAX ? rest : str_sub(rest, 0, newline + 1);
		add_node(p, NODE_TEXT, line, piece)->line_start = line_start;
		p->at += piece.len;
	}
}

/* The place behind the line's end that starts at position, or SIZE_MAX if more than blanks stand there. */
static size_t line_end(const struct parser *p, size_t position)
{
	struct str s = p->source;
	while (position < s.len && is_blank(s.ptr[position]))
		position++;
	if (position == s.len)
		return position;
	if (s.ptr[position] == '\n')
		return position + 1;
	if (s.ptr[position] == '\r' && position + 1 < s.len && s.ptr[position + 1] == '\n')
		return position + 2;
	return SIZE_MAX;
}

static size_t line_begin(const struct parser *p, size_t position)
{
	while (position > 0 && is_blank(p->source.ptr[position - 1]))
		position--;
	return position == 0 || p->source.ptr[position - 1] == '\n' ? position : SIZE_MAX;
}

static int check_name(struct parser *p, const struct tag *tag)
{
	bool is_path = tag->sigil == '>' || tag->sigil == '<';
	struct str rest = tag->name;
	struct str piece;
	if (str_eq(tag->name, STR(".")) && !is_path)
		return 0;
	if (str_empty(tag->name))
		return PARSE_FAIL(p, tag->line, "a tag without a name");
	while (str_next(&rest, is_path ? '/' : '.', &piece)) {
		bool good = !str_empty(piece);
		for (size_t i = 0; i < piece.len; i++)
			good = good && is_name_byte(piece.ptr[i]);
		if (!good)
			return PARSE_FAIL(p, tag->line, "\"%.*s\" cannot be a name: letters, digits, _ and - %s",
					  STR_ARG(str_sub(tag->name, 0, 60)),
					  is_path ? "with / between folders" : "with . between steps");
	}
	return 0;
}

/* {{=<% %>=}} */
static int set_delimiters(struct parser *p, const struct tag *tag)
{
	struct str open, close;
	if (!str_cut(tag->name, ' ', &open, &close))
		return PARSE_FAIL(p, tag->line, "new delimiters are two, with a blank between: {{=<%% %%>=}}");
	close = str_trim(close);
	struct str both[] = {open, close};
	for (size_t i = 0; i < 2; i++)
		for (size_t k = 0; k < both[i].len; k++)
			if (both[i].ptr[k] == '=' || (unsigned char)both[i].ptr[k] <= ' ')
				return PARSE_FAIL(p, tag->line, "delimiters cannot hold = or blanks");
	if (str_empty(open) || str_empty(close))
		return PARSE_FAIL(p, tag->line, "new delimiters are two, with a blank between: {{=<%% %%>=}}");
	p->open = open;
	p->close = close;
	return 0;
}

/* Reads the tag whose opening delimiter stands at start. */
static int read_tag(struct parser *p, size_t start, struct tag *ret_tag)
{
	struct tag tag = {.start = start, .line = line_of(p, &p->tags, start)};
	struct str rest = str_skip(p->source, start + p->open.len);
	char first = rest.len > 0 ? rest.ptr[0] : 0;
	bool marked = first && strchr("{&#^/>!=<$", first) != NULL;
	size_t tail = 0; /* bytes of the end before the closing delimiter */
	if (marked && !(first == '{' && !str_eq(p->close, STR("}}")))) {
		tag.sigil = first;
		rest = str_skip(rest, 1);
		tail = first == '{' || first == '=';
	}
	struct str end = p->close;
	if (tail)
		end = arena_concat(p->arena, (struct str[]){tag.sigil == '{' ? STR("}") : STR("="), p->close}, 2);
	size_t length = str_find(rest, end);
	if (length == SIZE_MAX)
		return PARSE_FAIL(p, tag.line, "the tag %.*s%.*s is not ended by %.*s", STR_ARG(p->open),
				  STR_ARG(str_sub(str_skip(p->source, start + p->open.len), 0, 20)), STR_ARG(end));
	tag.name = str_trim(str_sub(rest, 0, length));
	tag.end = (size_t)(rest.ptr - p->source.ptr) + length + end.len;
	tag.first = line_begin(p, start) != SIZE_MAX;
	tag.last = line_end(p, tag.end) != SIZE_MAX;
	*ret_tag = tag;
	return 0;
}

/* Takes the text before the tag; what it leaves away and skips behind makes the tag's line vanish. */
static struct str take_line_before(struct parser *p, const struct tag *tag)
{
	size_t begin = line_begin(p, tag->start);
	if (begin < p->at)
		begin = p->at;
	add_text(p, begin);
	p->at = tag->start;
	return str_sub(p->source, begin, tag->start - begin);
}

/* Text before a tag that stays within its line. At a line's start an empty text keeps the place for the indentation. */
static void take_before(struct parser *p, const struct tag *tag)
{
	add_text(p, tag->start);
	if (tag->start == 0 || p->source.ptr[tag->start - 1] == '\n')
		add_node(p, NODE_TEXT, tag->line, str_sub(p->source, tag->start, 0))->line_start = true;
}

static int push(struct parser *p, const struct tag *tag, struct node *node)
{
	if (p->depth == TEMPLATE_NESTING_MAX)
		return PARSE_FAIL(p, tag->line, "more than %d sections inside each other", TEMPLATE_NESTING_MAX);
	p->depth++;
	p->levels[p->depth] = (struct level){node, &node->first};
	return 0;
}

static int open_node(struct parser *p, const struct tag *tag)
{
	bool in_parent = inside_parent(p);
	bool block = tag->sigil == '$';
	bool parent = tag->sigil == '<';
	bool takes_line = tag->first && (tag->last || block || parent);
	struct str indent = {0};
	if (takes_line)
		indent = take_line_before(p, tag);
	else
		take_before(p, tag);
	p->at = tag->end;

	enum node_kind kind = block               ? NODE_BLOCK
			      : parent            ? NODE_PARENT
			      : tag->sigil == '#' ? NODE_SECTION
			      : tag->sigil == '^' ? NODE_INVERTED
						  : NODE_PARTIAL;
	struct node *node = add_node(p, kind, tag->line, tag->name);
	node->indent = indent;
	node->line_start = tag->first && !(block && in_parent);
	node->alone = tag->first && tag->last;
	node->own_lines = block && (tag->first || in_parent) && tag->last;
	if (parent ? false : block ? node->own_lines : node->alone)
		p->at = line_end(p, tag->end);
	return kind == NODE_PARTIAL ? 0 : push(p, tag, node);
}

static const char *sigil_of(enum node_kind kind)
{
	return kind == NODE_SECTION ? "#" : kind == NODE_INVERTED ? "^" : kind == NODE_PARENT ? "<" : "$";
}

static int close_node(struct parser *p, const struct tag *tag)
{
	struct node *node = p->levels[p->depth].node;
	if (node == NULL)
		return PARSE_FAIL(p, tag->line, "{{/%.*s}} closes nothing", STR_ARG(tag->name));
	if (!str_eq(node->text, tag->name))
		return PARSE_FAIL(p, tag->line, "found {{/%.*s}} where {{%s%.*s}} of line %u must be closed first",
				  STR_ARG(tag->name), sigil_of(node->kind), STR_ARG(node->text), node->line);
	bool outer_parent = p->depth > 1 && p->levels[p->depth - 1].node->kind == NODE_PARENT;
	bool vanishes = tag->first && (tag->last || outer_parent);
	if (vanishes)
		take_line_before(p, tag);
	else
		take_before(p, tag);
	p->at = tag->end;
	if (node->kind == NODE_PARENT) {
		node->alone = node->line_start && tag->last;
		vanishes = node->alone;
	}
	p->depth--;
	if (vanishes && tag->last)
		p->at = line_end(p, tag->end);
	return 0;
}

static int add_tag(struct parser *p, const struct tag *tag)
{
	int rc = 0;
	switch (tag->sigil) {
	case '!':
	case '=':
		if (tag->first && tag->last) {
			take_line_before(p, tag);
			p->at = line_end(p, tag->end);
		} else {
			take_before(p, tag);
			p->at = tag->end;
		}
		return tag->sigil == '=' ? set_delimiters(p, tag) : 0;
	case '/':
		return close_node(p, tag);
	case '#':
	case '^':
	case '>':
	case '<':
	case '$':
		rc = check_name(p, tag);
		return rc ? rc : open_node(p, tag);
	default:
		rc = check_name(p, tag);
		if (rc)
			return rc;
		take_before(p, tag);
		p->at = tag->end;
		add_node(p, tag->sigil ? NODE_RAW : NODE_VARIABLE, tag->line, tag->name);
		return 0;
	}
}

int template_parse(struct arena *arena, struct str file, struct str source, struct node **ret_first, struct err *err)
{
	struct parser p = {.arena = arena, .file = file, .source = source, .tags.line = 1, .texts.line = 1, .err = err};
	p.open = STR("{{");
	p.close = STR("}}");
	p.levels[0].tail = &p.first;
	if (source.len > LIMIT_TEMPLATE_BYTES)
		return err_set(err, ERR_LIMIT, "%.*s: %zu bytes; a template may have %u", STR_ARG(file), source.len,
			       LIMIT_TEMPLATE_BYTES);
	for (;;) {
		size_t found = str_find(str_skip(source, p.at), p.open);
		if (found == SIZE_MAX)
			break;
		struct tag tag;
		int rc = read_tag(&p, p.at + found, &tag);
		if (rc == 0)
			rc = add_tag(&p, &tag);
		if (rc)
			return rc;
	}
	add_text(&p, source.len);
	if (p.depth > 0) {
		struct node *node = p.levels[p.depth].node;
		return parse_fail(
			&p, node->line,
			arena_printf(arena, "{{%s%.*s}} is never closed", sigil_of(node->kind), STR_ARG(node->text)));
	}
	*ret_first = p.first;
	return 0;
}
