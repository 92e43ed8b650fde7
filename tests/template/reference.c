#include "reference.h"

#include <stdlib.h>
#include <string.h>

#define FRAMES_MAX 60
#define LEVELS_MAX 20

struct frame {
	const struct view *view;
	const struct value *record;
};

/* A part of a source. Whether a tag stands alone on its line is a matter of the whole. */
struct part {
	struct str source;
	size_t from, to;
};

struct reference {
	const struct fixture_file *files;
	struct arena *arena;
	struct buf *out;
	struct frame frames[FRAMES_MAX];
	size_t frame_count;
	struct part levels[LEVELS_MAX]; /* the blocks each {{<parent}} brings with it, the outermost first */
	size_t level_count;
};

struct tag {
	char sigil; /* # ^ / > < $ ! { &, or 0 for a plain name */
	struct str name;
	size_t from, to; /* in the source, with its braces */
};

static void say(struct reference *r, struct part part);

/* The first tag at or behind `at`. */
static bool next_tag(struct str source, size_t at, struct tag *ret_tag)
{
	size_t open = str_find(str_skip(source, at), STR("{{"));
	if (open == SIZE_MAX)
		return false;
	struct tag tag = {.from = at + open};
	struct str inner = str_skip(source, tag.from + 2);
	bool triple = str_starts(inner, STR("{"));
	struct str end = triple ? STR("}}}") : STR("}}");
	size_t length = str_find(inner, end);
	assert_true(length != SIZE_MAX);
	tag.to = tag.from + 2 + length + end.len;
	inner = str_trim(str_sub(inner, 0, length));
	if (inner.len && strchr("#^/><$!{&", inner.ptr[0])) {
		tag.sigil = inner.ptr[0];
		inner = str_trim(str_skip(inner, 1));
	}
	tag.name = inner;
	*ret_tag = tag;
	return true;
}

/* Whether the tag is all that its line holds; then where the line begins and ends, its line end included. */
static bool is_alone(struct str source, const struct tag *tag, size_t *ret_from, size_t *ret_to)
{
	size_t from = tag->from, to = tag->to;
	if (!tag->sigil || strchr("{&", tag->sigil))
		return false;
	while (from > 0 && strchr(" \t", source.ptr[from - 1]))
		from--;
	if (from > 0 && source.ptr[from - 1] != '\n')
		return false;
	while (to < source.len && strchr(" \t", source.ptr[to]))
		to++;
	if (to < source.len && source.ptr[to] != '\n')
		return false;
	*ret_from = from;
	*ret_to = to + (to < source.len);
	return true;
}

/* The tag that closes the one before `at`: of the same name, and not that of one inside. */
static struct tag closing_tag(struct str source, size_t at, struct str name)
{
	struct tag tag;
	int depth = 0;
	while (next_tag(source, at, &tag)) {
		at = tag.to;
		if (tag.sigil == '/' && depth == 0 && str_eq(tag.name, name))
			return tag;
		if (tag.sigil && strchr("#^<$", tag.sigil))
			depth++;
		else if (tag.sigil == '/')
			depth--;
	}
	fail_msg("no end of %.*s in %.*s", STR_ARG(name), STR_ARG(source));
	abort();
}

/* ---- names ---- */

static const struct view_field *field_in(const struct view *view, struct str name, size_t *ret_index)
{
	for (size_t i = 0; i < view->field_count; i++) {
		if (str_eq(str_from(view->fields[i].name), name)) {
			*ret_index = i;
			return &view->fields[i];
		}
	}
	return NULL;
}

/* NULL where an object on the way is not there; *ret_field is known all the same. */
static const struct value *find(const struct reference *r, struct str name, const struct view_field **ret_field)
{
	struct str first = name, rest = {0};
	size_t index = 0;
	const struct view_field *field = NULL;
	const struct value *value = NULL;
	if (!str_eq(name, STR(".")))
		str_cut(name, '.', &first, &rest);
	for (size_t i = r->frame_count; i-- > 0 && !field;) {
		field = field_in(r->frames[i].view, first, &index);
		if (field)
			value = r->frames[i].record + index;
	}
	assert_non_null(field);
	while (rest.len) {
		str_cut(rest, '.', &first, &rest);
		const struct value *inside = value ? value->object : NULL;
		field = field_in(field->view, first, &index);
		assert_non_null(field);
		value = inside ? inside + index : NULL;
	}
	*ret_field = field;
	return value;
}

static void put_escaped(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
		const char *found = strchr("&<>\"'", text.ptr[i]);
		if (found && text.ptr[i])
			buf_put_cstr(out, entities[found - strchr("&<>\"'", '&')]);
		else
			buf_put_byte(out, text.ptr[i]);
	}
}

static void say_variable(struct reference *r, const struct tag *tag)
{
	const struct view_field *field;
	const struct value *value = find(r, tag->name, &field);
	if (!value)
		return;
	if (field->type == VIEW_NUMBER)
		buf_printf(r->out, "%lld", (long long)value->number);
	else if (field->type == VIEW_HTML)
		buf_put(r->out, value->html.text);
	else if (field->type == VIEW_URL && str_starts(value->text, STR("javascript:")))
		buf_put_cstr(r->out, "#");
	else
		put_escaped(r->out, value->text);
}

/* ---- sections ---- */

const struct view reference_dots[] = {
	[VIEW_TEXT] = {"text", (const struct view_field[]){{".", VIEW_TEXT}}, 1},
	[VIEW_HTML] = {"html", (const struct view_field[]){{".", VIEW_HTML}}, 1},
	[VIEW_NUMBER] = {"number", (const struct view_field[]){{".", VIEW_NUMBER}}, 1},
	[VIEW_URL] = {"url", (const struct view_field[]){{".", VIEW_URL}}, 1},
};

static void say_inside(struct reference *r, struct part body, const struct view *view, const struct value *record)
{
	assert_true(r->frame_count < FRAMES_MAX);
	r->frames[r->frame_count++] = (struct frame){view, record};
	say(r, body);
	r->frame_count--;
}

static bool holds(const struct view_field *field, const struct value *value)
{
	if (!value)
		return false;
	switch (field->type) {
	case VIEW_FLAG:
		return value->flag;
	case VIEW_NUMBER:
		return true;
	case VIEW_OBJECT:
		return value->object != NULL;
	case VIEW_LIST:
		return value->list.count > 0;
	case VIEW_HTML:
		return value->html.text.len > 0;
	case VIEW_TEXT:
	case VIEW_URL:
		break;
	}
	return value->text.len > 0;
}

static void say_section(struct reference *r, const struct tag *tag, struct part body)
{
	const struct view_field *field;
	const struct value *value = find(r, tag->name, &field);
	bool there = holds(field, value);
	if (tag->sigil == '^') {
		if (!there)
			say(r, body);
		return;
	}
	if (!there)
		return;
	if (field->type == VIEW_FLAG)
		say(r, body);
	else if (field->type == VIEW_OBJECT)
		say_inside(r, body, field->view, value->object);
	else if (field->type == VIEW_LIST)
		for (size_t i = 0; i < value->list.count; i++)
			say_inside(r, body, field->view, value->list.rows + i * field->view->field_count);
	else
		say_inside(r, body, &reference_dots[field->type], value);
}

/* ---- other files ---- */

static struct str source_of(const struct reference *r, struct str name)
{
	for (const struct fixture_file *file = r->files; file->name; file++)
		if (str_eq(str_from(file->name), name))
			return file->source;
	fail_msg("no template %.*s", STR_ARG(name));
	abort();
}

/* Each line of the source gets the indent. */
static struct str indented(struct reference *r, struct str source, struct str indent)
{
	BUF_SCOPED out = BUF_INIT(1u << 20);
	for (size_t i = 0; i < source.len; i++) {
		if (i == 0 || source.ptr[i - 1] == '\n')
			buf_put(&out, indent);
		buf_put_byte(&out, source.ptr[i]);
	}
	return buf_copy(&out, r->arena);
}

/* The outermost level that has an argument of this name. */
static bool find_argument(const struct reference *r, struct str name, struct part *ret_body)
{
	for (size_t i = 0; i < r->level_count; i++) {
		const struct part *level = &r->levels[i];
		struct tag tag;
		for (size_t at = level->from; next_tag(level->source, at, &tag) && tag.from < level->to;) {
			struct tag end = closing_tag(level->source, tag.to, tag.name);
			if (str_eq(tag.name, name)) {
				*ret_body = (struct part){level->source, tag.to, end.from};
				return true;
			}
			at = end.to;
		}
	}
	return false;
}

static struct part whole(struct str source)
{
	return (struct part){source, 0, source.len};
}

static void say_parent(struct reference *r, const struct tag *tag, struct part arguments)
{
	assert_true(r->level_count < LEVELS_MAX);
	r->levels[r->level_count++] = arguments;
	say(r, whole(source_of(r, tag->name)));
	r->level_count--;
}

/* ---- a source ---- */

static void say_pair(struct reference *r, const struct tag *tag, struct part body)
{
	struct part argument;
	if (tag->sigil == '<')
		say_parent(r, tag, body);
	else if (tag->sigil == '$')
		say(r, find_argument(r, tag->name, &argument) ? argument : body);
	else
		say_section(r, tag, body);
}

static void say(struct reference *r, struct part part)
{
	struct tag tag;
	size_t at = part.from;
	while (next_tag(part.source, at, &tag) && tag.from < part.to) {
		size_t from = tag.from, to = tag.to;
		bool alone = is_alone(part.source, &tag, &from, &to);
		buf_put(r->out, str_sub(part.source, at, from - at));
		at = to;
		if (!tag.sigil || strchr("{&", tag.sigil)) {
			say_variable(r, &tag);
		} else if (tag.sigil == '>') {
			struct str indent = alone ? str_sub(part.source, from, tag.from - from) : STR("");
			say(r, whole(indented(r, source_of(r, tag.name), indent)));
		} else if (tag.sigil != '!') {
			struct tag end = closing_tag(part.source, tag.to, tag.name);
			size_t end_from = end.from, end_to = end.to;
			is_alone(part.source, &end, &end_from, &end_to);
			say_pair(r, &tag, (struct part){part.source, at, end_from});
			at = end_to;
		}
	}
	buf_put(r->out, str_sub(part.source, at, at < part.to ? part.to - at : 0));
}

void reference_render(const struct fixture_file *files, const struct view *view, const struct value *record,
		      struct buf *out)
{
	ARENA_SCOPED arena = arena_create(0);
	struct reference *r = arena_new(arena, struct reference);
	*r = (struct reference){.files = files, .arena = arena, .out = out, .frame_count = 1};
	r->frames[0] = (struct frame){view, record};
	say(r, whole(source_of(r, STR("main"))));
}
