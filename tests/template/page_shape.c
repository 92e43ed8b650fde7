#include "page_shape.h"

#include "base/buf.h"

#include <gumbo.h>
#include <string.h>

#define SHAPE_BYTES (1u << 20)

struct tokenizer {
	struct str page;
	size_t at;
	struct buf *out;
	char raw[16]; /* the element whose text is read, or empty */
};

static char low(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool blank(char c)
{
	return c != 0 && strchr(" \t\n\r\f", c) != NULL;
}

static char peek(const struct tokenizer *t, size_t ahead)
{
	return t->at + ahead < t->page.len ? t->page.ptr[t->at + ahead] : 0;
}

static bool at_end(const struct tokenizer *t)
{
	return t->at >= t->page.len;
}

static bool letter(char c)
{
	return low(c) >= 'a' && low(c) <= 'z';
}

static bool follows(const struct tokenizer *t, const char *text)
{
	return str_starts_nocase(str_skip(t->page, t->at), str_from(text));
}

static bool shows_value(const char *name)
{
	return strncmp(name, "on", 2) == 0 || strcmp(name, "style") == 0 || strcmp(name, "srcdoc") == 0;
}

/* From the first byte of the name. */
static void read_attribute(struct tokenizer *t)
{
	char name[40] = "";
	size_t len = 0;
	do {
		if (len + 1 < sizeof name)
			name[len++] = low(peek(t, 0));
		t->at++;
	} while (!at_end(t) && !blank(peek(t, 0)) && !strchr("/>=", peek(t, 0)));
	buf_printf(t->out, " %s", name);
	while (blank(peek(t, 0)))
		t->at++;
	if (peek(t, 0) != '=')
		return;
	t->at++;
	while (blank(peek(t, 0)))
		t->at++;
	char quote = peek(t, 0);
	bool quoted = quote == '"' || quote == '\'';
	t->at += quoted;
	size_t from = t->at;
	while (!at_end(t) && (quoted ? peek(t, 0) != quote : !blank(peek(t, 0)) && peek(t, 0) != '>'))
		t->at++;
	if (shows_value(name))
		buf_printf(t->out, "=[%.*s]", STR_ARG(str_sub(t->page, from, t->at - from)));
	t->at += quoted && !at_end(t);
}

static void read_tag(struct tokenizer *t)
{
	char name[40] = "";
	size_t len = 0;
	bool closes = peek(t, 1) == '/';
	t->at += closes ? 2 : 1;
	while (!at_end(t) && !blank(peek(t, 0)) && !strchr("/>", peek(t, 0))) {
		if (len + 1 < sizeof name)
			name[len++] = low(peek(t, 0));
		t->at++;
	}
	buf_printf(t->out, closes ? "</%s" : "<%s", name);
	while (!at_end(t) && peek(t, 0) != '>') {
		if (blank(peek(t, 0)) || peek(t, 0) == '/')
			t->at++;
		else
			read_attribute(t);
	}
	t->at++;
	buf_put(t->out, STR(">\n"));
	static const char *const raws[] = {"title", "textarea", "script",  "style",
					   "xmp",   "iframe",   "noembed", "noframes"};
	for (size_t i = 0; i < sizeof raws / sizeof raws[0] && !closes; i++)
		if (strcmp(name, raws[i]) == 0)
			memcpy(t->raw, raws[i], strlen(raws[i]) + 1);
}

/* Up to the end tag of raw. */
static void read_raw_text(struct tokenizer *t)
{
	size_t from = t->at, name = strlen(t->raw);
	bool code = strcmp(t->raw, "title") != 0 && strcmp(t->raw, "textarea") != 0;
	for (; !at_end(t); t->at++) {
		char after = peek(t, 2 + name);
		if (peek(t, 0) == '<' && peek(t, 1) == '/' &&
		    str_starts_nocase(str_skip(t->page, t->at + 2), str_from(t->raw)) &&
		    (blank(after) || after == '/' || after == '>'))
			break;
	}
	if (code)
		buf_printf(t->out, "[%zu bytes of code]\n", str_sub(t->page, from, t->at - from).len);
	t->raw[0] = 0;
}

static void read_comment(struct tokenizer *t)
{
	size_t from = t->at + 4;
	struct str rest = str_skip(t->page, from);
	size_t end = str_find(rest, STR("-->"));
	if (str_starts(rest, STR(">")) || str_starts(rest, STR("->")))
		end = 0;
	buf_put(t->out, STR("<!-- -->\n"));
	t->at = end == SIZE_MAX ? t->page.len : from + end + 3;
}

struct str shape_by_tokens(struct arena *arena, struct str page)
{
	BUF_SCOPED out = BUF_INIT(SHAPE_BYTES);
	struct tokenizer t = {.page = page, .out = &out};
	while (!at_end(&t)) {
		if (t.raw[0])
			read_raw_text(&t);
		else if (follows(&t, "<!--"))
			read_comment(&t);
		else if (peek(&t, 0) == '<' && (peek(&t, 1) == '!' || peek(&t, 1) == '?')) {
			buf_put(&out, STR("<!>\n"));
			while (!at_end(&t) && peek(&t, 0) != '>')
				t.at++;
		} else if (peek(&t, 0) == '<' && (letter(peek(&t, 1)) || (peek(&t, 1) == '/' && letter(peek(&t, 2))))) {
			read_tag(&t);
		} else {
			t.at++;
		}
	}
	return buf_copy(&out, arena);
}

static void put_node(struct buf *out, const GumboNode *node)
{
	if (node->type == GUMBO_NODE_COMMENT)
		buf_put(out, STR("<!-- -->\n"));
	if (node->type != GUMBO_NODE_ELEMENT && node->type != GUMBO_NODE_TEMPLATE)
		return;
	const GumboElement *element = &node->v.element;
	struct str original = {element->original_tag.data, element->original_tag.length};
	size_t name = 1;
	while (name < original.len && !blank(original.ptr[name]) && !strchr("/>", original.ptr[name]))
		name++;
	buf_printf(out, "<%s", gumbo_normalized_tagname(element->tag));
	if (element->tag == GUMBO_TAG_UNKNOWN)
		buf_put(out, str_sub(original, 0, name));
	for (unsigned i = 0; i < element->attributes.length; i++) {
		const GumboAttribute *attribute = element->attributes.data[i];
		buf_printf(out, " %s", attribute->name);
		if (shows_value(attribute->name))
			buf_printf(out, "=[%s]", attribute->value);
	}
	buf_put(out, STR(">\n"));
	for (unsigned i = 0; i < element->children.length; i++)
		put_node(out, element->children.data[i]);
	buf_printf(out, "</%s>\n", gumbo_normalized_tagname(element->tag));
}

struct str shape_by_gumbo(struct arena *arena, struct str page)
{
	BUF_SCOPED out = BUF_INIT(SHAPE_BYTES);
	GumboOutput *parsed = gumbo_parse_with_options(&kGumboDefaultOptions, page.ptr ? page.ptr : "", page.len);
	put_node(&out, parsed->root);
	gumbo_destroy_output(&kGumboDefaultOptions, parsed);
	return buf_copy(&out, arena);
}

/* As the URL standard begins: outer control characters and blanks off, tabs and line ends out, then a scheme. */
static bool runs_code(const char *address)
{
	static const char *const bad[] = {"javascript:", "vbscript:", "data:"};
	char start[16];
	size_t len = 0;
	while (*address && (unsigned char)*address <= ' ')
		address++;
	for (; *address && len + 1 < sizeof start; address++)
		if (!strchr("\t\n\r", *address))
			start[len++] = low(*address);
	start[len] = 0;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (strncmp(start, bad[i], strlen(bad[i])) == 0)
			return true;
	return false;
}

static const char *bad_address_in(struct arena *arena, const GumboNode *node)
{
	static const char *const names[] = {"href", "src",  "action", "formaction", "poster",
					    "cite", "data", "ping",   "background", "xlink:href"};
	if (node->type != GUMBO_NODE_ELEMENT)
		return NULL;
	const GumboElement *element = &node->v.element;
	for (unsigned i = 0; i < element->attributes.length; i++) {
		const GumboAttribute *attribute = element->attributes.data[i];
		for (size_t k = 0; k < sizeof names / sizeof names[0]; k++)
			if (strcmp(attribute->name, names[k]) == 0 && runs_code(attribute->value))
				return arena_cstr(arena, str_from(attribute->value));
	}
	for (unsigned i = 0; i < element->children.length; i++) {
		const char *found = bad_address_in(arena, element->children.data[i]);
		if (found)
			return found;
	}
	return NULL;
}

const char *shape_bad_address(struct arena *arena, struct str page)
{
	GumboOutput *parsed = gumbo_parse_with_options(&kGumboDefaultOptions, page.ptr ? page.ptr : "", page.len);
	const char *found = bad_address_in(arena, parsed->root);
	gumbo_destroy_output(&kGumboDefaultOptions, parsed);
	return found;
}
