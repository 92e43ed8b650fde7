#include "template/guard.h"

#include <limits.h>
#include <string.h>

static const struct str raw_names[GUARD_ELEMENTS] = {
	[GUARD_PLAIN] = STR_INIT(""),
	[GUARD_TITLE] = STR_INIT("title"),
	[GUARD_TEXTAREA] = STR_INIT("textarea"),
	[GUARD_SCRIPT] = STR_INIT("script"),
	[GUARD_STYLE] = STR_INIT("style"),
	[GUARD_XMP] = STR_INIT("xmp"),
	[GUARD_IFRAME] = STR_INIT("iframe"),
	[GUARD_NOEMBED] = STR_INIT("noembed"),
	[GUARD_NOFRAMES] = STR_INIT("noframes"),
	[GUARD_PLAINTEXT] = STR_INIT("plaintext"),
};

static const struct str url_names[] = {
	STR_INIT("href"),     STR_INIT("src"),      STR_INIT("action"), STR_INIT("formaction"), STR_INIT("poster"),
	STR_INIT("cite"),     STR_INIT("data"),     STR_INIT("ping"),   STR_INIT("background"), STR_INIT("xlink:href"),
	STR_INIT("manifest"), STR_INIT("longdesc"), STR_INIT("usemap"), STR_INIT("codebase"),   STR_INIT("classid"),
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool is_letter(char c)
{
	return lower(c) >= 'a' && lower(c) <= 'z';
}

static struct str name_of(const struct guard *g)
{
	return (struct str){g->name, g->name_len};
}

static void name_clear(struct guard *g)
{
	g->name_len = 0;
	memset(g->name, 0, sizeof g->name);
}

/* A name that does not fit loses its end; none that matters is so long. */
static void name_add(struct guard *g, char c)
{
	if (g->name_len < GUARD_NAME_BYTES)
		g->name[g->name_len++] = lower(c);
}

static void end_tag_name(struct guard *g)
{
	g->element = GUARD_PLAIN;
	for (int i = GUARD_TITLE; i < GUARD_ELEMENTS; i++)
		if (str_eq(name_of(g), raw_names[i]))
			g->element = (enum guard_element)i;
	g->is_meta = !g->end_tag && str_eq(name_of(g), STR("meta"));
	g->opens_foreign = str_eq(name_of(g), STR("svg")) || str_eq(name_of(g), STR("math"));
	name_clear(g);
}

static void end_attribute_name(struct guard *g)
{
	struct str name = name_of(g);
	g->attribute = GUARD_ANY;
	for (size_t i = 0; i < sizeof url_names / sizeof url_names[0]; i++)
		if (str_eq(name, url_names[i]))
			g->attribute = GUARD_URL;
	if (str_eq(name, STR("srcset")) || str_eq(name, STR("imagesrcset")))
		g->attribute = GUARD_SRCSET;
	if (str_starts(name, STR("on")) || str_eq(name, STR("style")) || str_eq(name, STR("srcdoc")))
		g->attribute = GUARD_CODE;
	if (str_eq(name, STR("type")) && g->element == GUARD_SCRIPT && !g->end_tag)
		g->attribute = GUARD_TYPE;
	if (g->is_meta && str_eq(name, STR("content")))
		g->attribute = GUARD_CONTENT;
	if (g->is_meta && str_eq(name, STR("http-equiv"))) {
		g->attribute = GUARD_EQUIV;
		g->has_equiv = true;
	}
	name_clear(g);
}

static void begin_value(struct guard *g, enum guard_state state, char quote)
{
	g->state = state;
	g->quote = quote;
	g->unpinned = g->attribute == GUARD_URL || g->attribute == GUARD_SRCSET;
	name_clear(g);
}

static void end_value(struct guard *g)
{
	if (g->attribute == GUARD_TYPE && !g->has_type) {
		g->has_type = true;
		g->is_json = str_ends(name_of(g), STR("/json")) || str_ends(name_of(g), STR("+json"));
	}
	g->unpinned = false;
	g->quote = 0;
	name_clear(g);
}

static void count_foreign(struct guard *g)
{
	if (!g->opens_foreign)
		return;
	if (g->end_tag)
		g->foreign -= g->foreign > 0;
	else if (!g->slash)
		g->foreign += g->foreign < UCHAR_MAX;
}

/* Inside svg and math the tokenizer reads tags in every element. Of those that hold plain text elsewhere a title is
 * of use there. */
static const char *end_tag(struct guard *g)
{
	bool raw = g->element != GUARD_PLAIN && !g->end_tag;
	if (raw && g->foreign && g->element != GUARD_TITLE)
		return "an element that holds plain text (style, script, textarea …) inside svg or math, or behind "
		       "one that is not always ended";
	raw = raw && !g->foreign;
	count_foreign(g);
	g->state = raw ? GUARD_RAW : GUARD_TEXT;
	g->in_string = g->escaped = false;
	g->matched = 0;
	g->attribute = GUARD_ANY;
	if (!raw) {
		g->element = GUARD_PLAIN;
		g->is_json = false;
	}
	g->end_tag = g->has_type = g->slash = g->opens_foreign = false;
	g->is_meta = g->has_equiv = g->has_field = false;
	name_clear(g);
	return NULL;
}

static void begin_tag(struct guard *g, char c)
{
	g->state = GUARD_TAG_NAME;
	g->has_type = g->is_json = g->slash = false;
	name_clear(g);
	name_add(g, c);
}

/* <!-- opens a comment, <! with a letter a declaration. */
static const char *read_bang(struct guard *g, char c)
{
	if (c == '-' && g->matched < 2) {
		if (++g->matched == 2) {
			g->state = GUARD_COMMENT;
			g->matched = 0;
		}
		return NULL;
	}
	if (g->matched == 0 && is_letter(c)) {
		g->state = GUARD_DECLARATION;
		return NULL;
	}
	return "<! must begin a comment (<!-- -->) or the doctype";
}

/* "-->" ends a comment, and so do "<!-->" and "<!--->", which are refused by not being recognised: then the
 * page would go on in a place that is not known. */
static const char *read_comment(struct guard *g, char c)
{
	if (c == '>' && g->name_len < 2)
		return g->matched == g->name_len ? "a comment cannot begin with >" : NULL;
	if (g->name_len < 2)
		g->name_len++;
	if (c == '-')
		g->matched = g->matched < 2 ? (unsigned char)(g->matched + 1) : 2;
	else if (c == '>' && g->matched == 2)
		g->state = GUARD_TEXT;
	else if (c == '!' && g->matched == 2)
		return "--! in a comment, which may end it";
	else
		g->matched = 0;
	if (g->state == GUARD_TEXT) {
		g->matched = 0;
		name_clear(g);
	}
	return NULL;
}

static const char *read_lt(struct guard *g, char c)
{
	g->end_tag = false;
	g->matched = 0;
	if (is_letter(c))
		begin_tag(g, c);
	else if (c == '/')
		g->state = GUARD_LT_SLASH;
	else if (c == '!')
		g->state = GUARD_BANG;
	else if (c == '?')
		g->state = GUARD_DECLARATION;
	else if (c != '<')
		g->state = GUARD_TEXT;
	return NULL;
}

static const char *read_lt_slash(struct guard *g, char c)
{
	if (!is_letter(c))
		return "</ must be followed by an element's name";
	g->end_tag = true;
	begin_tag(g, c);
	return NULL;
}

/* A blank, / or > in a tag, outside of values. */
static const char *end_name(struct guard *g, char c)
{
	bool after_name = g->state == GUARD_ATTR_NAME || g->state == GUARD_ATTR_AFTER;
	if (g->state == GUARD_TAG_NAME)
		end_tag_name(g);
	if (g->state == GUARD_ATTR_NAME)
		end_attribute_name(g);
	g->state = after_name && is_space(c) ? GUARD_ATTR_AFTER : GUARD_IN_TAG;
	if (c == '>')
		return end_tag(g);
	g->slash = c == '/';
	return NULL;
}

static const char meta_field[] =
	"a field in the content of a meta with http-equiv, which browsers obey like a header (refresh …)";

static const char *read_tag(struct guard *g, char c)
{
	if (c == '>' || is_space(c) || c == '/')
		return end_name(g, c);
	g->slash = false;
	if (g->state == GUARD_VALUE_END)
		return "a blank, / or > must stand here, behind an attribute";
	if (g->state == GUARD_TAG_NAME || (g->state == GUARD_ATTR_NAME && c != '=')) {
		name_add(g, c);
		return NULL;
	}
	if (c == '=' && g->state != GUARD_IN_TAG) {
		if (g->state == GUARD_ATTR_NAME)
			end_attribute_name(g);
		g->state = GUARD_VALUE_BEFORE;
		return g->attribute == GUARD_EQUIV && g->has_field ? meta_field : NULL;
	}
	if (c == '=' || c == '"' || c == '\'' || c == '<')
		return "a tag holds \", ', = or < where an attribute's name should begin";
	g->state = GUARD_ATTR_NAME;
	name_clear(g);
	name_add(g, c);
	return NULL;
}

static bool is_mark(const struct guard *g, char mark)
{
	return g->name_len == 1 && g->name[0] == mark;
}

static bool scheme_allowed(struct str name)
{
	return str_eq(name, STR("http")) || str_eq(name, STR("https")) || str_eq(name, STR("mailto")) ||
	       str_eq(name, STR("tel"));
}

/* Follows an address until its scheme is certain. */
static const char *read_address(struct guard *g, char c)
{
	if (g->attribute == GUARD_SRCSET && (c == ',' || is_space(c))) {
		/* Behind the address a width stands; behind what may be empty the address is still to come. */
		bool maybe_empty = g->name_len == 0 || is_mark(g, '*') || is_mark(g, '?');
		g->unpinned = c == ',' || (g->unpinned && maybe_empty);
		name_clear(g);
	} else if (g->unpinned && c == ':') {
		if (!scheme_allowed(name_of(g)))
			return "an address with a scheme other than http, https, mailto or tel";
		g->unpinned = false;
		name_clear(g);
	} else if (g->unpinned && c == '&') {
		return "a character reference (&…;) in an address before its first /, ? or #";
	} else if (g->unpinned && (c == '/' || c == '?' || c == '#')) {
		g->unpinned = false;
		name_clear(g);
	} else if (g->unpinned) {
		name_add(g, c);
	}
	return NULL;
}

static const char *read_value(struct guard *g, char c)
{
	if (g->state == GUARD_VALUE_BEFORE) {
		if (is_space(c))
			return NULL;
		if (c == '>')
			return "an attribute without a value behind =";
		begin_value(g, c == '"' || c == '\'' ? GUARD_VALUE : GUARD_VALUE_BARE, c);
		if (g->state == GUARD_VALUE)
			return NULL;
	}
	if (g->state == GUARD_VALUE ? c == g->quote : is_space(c)) {
		g->state = g->state == GUARD_VALUE ? GUARD_VALUE_END : GUARD_IN_TAG;
		end_value(g);
		return NULL;
	}
	if (g->state == GUARD_VALUE_BARE && c == '>') {
		end_value(g);
		return end_tag(g);
	}
	if (g->attribute == GUARD_URL || g->attribute == GUARD_SRCSET)
		return read_address(g, c);
	if (g->attribute == GUARD_TYPE) {
		if (g->name_len == GUARD_NAME_BYTES) { /* keep the end */
			memmove(g->name, g->name + 1, GUARD_NAME_BYTES - 1);
			g->name_len--;
		}
		name_add(g, c);
	}
	return NULL;
}

static void read_json(struct guard *g, char c)
{
	if (!g->in_string)
		g->in_string = c == '"';
	else if (g->escaped)
		g->escaped = false;
	else if (c == '\\')
		g->escaped = true;
	else
		g->in_string = c != '"';
}

/* matched counts what stands there of "</script", or, in name_len, of "<!--". */
static const char *read_raw(struct guard *g, char c)
{
	struct str name = raw_names[g->element];
	if (g->element == GUARD_PLAINTEXT) /* never ends, so the template's end will be refused */
		return NULL;
	if (g->matched == name.len + 2 && (is_space(c) || c == '/' || c == '>')) {
		g->end_tag = true;
		g->state = GUARD_IN_TAG;
		g->matched = 0;
		name_clear(g);
		g->slash = c == '/';
		return c == '>' ? end_tag(g) : NULL;
	}
	char wanted = g->matched == 0             ? '<'
		      : g->matched == 1           ? '/'
		      : g->matched < name.len + 2 ? name.ptr[g->matched - 2]
						  : 0;
	g->matched = wanted && lower(c) == wanted ? (unsigned char)(g->matched + 1) : c == '<';
	g->name_len = c == "<!--"[g->name_len] ? (unsigned char)(g->name_len + 1) : c == '<';
	if (g->name_len == 4)
		return "<!-- in an element that holds plain text";
	if (g->is_json)
		read_json(g, c);
	return NULL;
}

static const char *read_byte(struct guard *g, char c)
{
	switch (g->state) {
	case GUARD_BANG:
		return read_bang(g, c);
	case GUARD_COMMENT:
		return read_comment(g, c);
	case GUARD_TAG_NAME:
	case GUARD_IN_TAG:
	case GUARD_ATTR_NAME:
	case GUARD_ATTR_AFTER:
	case GUARD_VALUE_END:
		return read_tag(g, c);
	case GUARD_VALUE_BEFORE:
	case GUARD_VALUE:
	case GUARD_VALUE_BARE:
		return read_value(g, c);
	case GUARD_RAW:
		return read_raw(g, c);
	case GUARD_LT:
		return read_lt(g, c);
	case GUARD_LT_SLASH:
		return read_lt_slash(g, c);
	case GUARD_TEXT:
		if (c == '<')
			g->state = GUARD_LT;
		return NULL;
	case GUARD_DECLARATION:
		break;
	}
	if (c == '>')
		g->state = GUARD_TEXT;
	return NULL;
}

const char *guard_text(struct guard *guard, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		const char *problem = read_byte(guard, text.ptr[i]);
		if (problem)
			return problem;
	}
	return NULL;
}

/* A URL field may be empty or relative, so what follows it may still be read as a scheme; digits begin none. */
static const char *field_in_address(struct guard *g, enum view_type type)
{
	if (!g->unpinned)
		return NULL;
	if (type == VIEW_TEXT)
		return is_mark(g, '*') ? "a text behind an address that may be empty; write /, ? or # between them"
				       : "a text at the start of an address; it must be a field of type URL";
	if (type == VIEW_URL) {
		if (g->name_len > 0 && !is_mark(g, '*'))
			return "an address behind the start of another";
		name_clear(g);
		name_add(g, '*');
	} else {
		g->unpinned = false;
		name_clear(g);
	}
	return NULL;
}

static const char *field_in_value(struct guard *g, enum view_type type)
{
	if (type == VIEW_HTML)
		return "markup in an attribute's value; use a text field";
	if (g->attribute == GUARD_CODE)
		return "a field in an attribute that holds code (on…, style, srcdoc)";
	if (g->attribute == GUARD_TYPE)
		return "a field in a script's type";
	if (g->attribute == GUARD_EQUIV)
		return "a field in http-equiv";
	if (g->attribute == GUARD_CONTENT && g->has_equiv)
		return meta_field;
	g->has_field = g->has_field || g->attribute == GUARD_CONTENT;
	return field_in_address(g, type);
}

static const char *field_in_raw(struct guard *g, enum view_type type, enum guard_escape *ret_escape)
{
	if (g->matched > 0 || g->name_len > 0)
		return "a field behind <";
	if (g->element == GUARD_TITLE || g->element == GUARD_TEXTAREA)
		return type == VIEW_HTML ? "markup in an element that holds plain text; use a text field" : NULL;
	if (!g->is_json)
		return "a field in an element that holds code or no fields (script, style, iframe …)";
	if (type == VIEW_HTML)
		return "markup in JSON; use a text field";
	if (g->escaped)
		return "a field behind a backslash";
	if (!g->in_string && type != VIEW_NUMBER)
		return "a text in JSON outside of quotes; write \"{{name}}\"";
	*ret_escape = GUARD_AS_JSON;
	return NULL;
}

const char *guard_field(struct guard *guard, enum view_type type, enum guard_escape *ret_escape)
{
	*ret_escape = GUARD_AS_HTML;
	switch (guard->state) {
	case GUARD_TEXT:
		return guard->foreign && type == VIEW_HTML ? "markup inside svg or math" : NULL;
	case GUARD_VALUE:
		return field_in_value(guard, type);
	case GUARD_RAW:
		return field_in_raw(guard, type, ret_escape);
	case GUARD_VALUE_BEFORE:
	case GUARD_VALUE_BARE:
		return "a field in an attribute's value without quotes; put quotes around it";
	case GUARD_LT:
	case GUARD_LT_SLASH:
	case GUARD_TAG_NAME:
		return "a field in a tag's name";
	case GUARD_IN_TAG:
	case GUARD_ATTR_NAME:
	case GUARD_ATTR_AFTER:
	case GUARD_VALUE_END:
		return "a field where an attribute's name stands; use a section around name=\"{{value}}\"";
	case GUARD_BANG:
	case GUARD_DECLARATION:
	case GUARD_COMMENT:
		break;
	}
	return "a field in a comment or declaration";
}

bool guard_same(const struct guard *a, const struct guard *b)
{
	return a->state == b->state && a->element == b->element && a->attribute == b->attribute &&
	       a->quote == b->quote && a->end_tag == b->end_tag && a->unpinned == b->unpinned &&
	       a->has_type == b->has_type && a->is_json == b->is_json && a->in_string == b->in_string &&
	       a->escaped == b->escaped && a->matched == b->matched && str_eq(name_of(a), name_of(b)) &&
	       a->slash == b->slash && a->opens_foreign == b->opens_foreign && a->is_meta == b->is_meta &&
	       a->has_equiv == b->has_equiv && a->has_field == b->has_field && a->foreign == b->foreign;
}

static bool between_attributes(enum guard_state state)
{
	return state == GUARD_TAG_NAME || state == GUARD_IN_TAG || state == GUARD_ATTR_NAME ||
	       state == GUARD_ATTR_AFTER || state == GUARD_VALUE_END;
}

static void finish_name(struct guard *g)
{
	if (g->state == GUARD_TAG_NAME)
		end_tag_name(g);
	g->attribute = GUARD_ANY;
	g->quote = 0;
	name_clear(g);
}

static bool behind_blank(enum guard_state state)
{
	return state == GUARD_IN_TAG || state == GUARD_ATTR_AFTER;
}

static bool same_tag(const struct guard *g, const struct guard *o)
{
	return g->element == o->element && g->end_tag == o->end_tag && g->is_meta == o->is_meta &&
	       g->opens_foreign == o->opens_foreign;
}

/* Afterwards a new attribute may begin, but no name that was begun can go on. */
static bool meet_between(struct guard *g, struct guard *o)
{
	finish_name(g);
	finish_name(o);
	if (!same_tag(g, o))
		return false;
	if (behind_blank(g->state) && behind_blank(o->state))
		g->state = GUARD_IN_TAG;
	else
		g->state = GUARD_VALUE_END;
	g->is_json = g->is_json && o->is_json;
	g->has_type = g->has_type || o->has_type;
	g->has_equiv = g->has_equiv || o->has_equiv;
	g->has_field = g->has_field || o->has_field;
	g->slash = g->slash && o->slash;
	return true;
}

static bool meet_values(struct guard *g, const struct guard *o)
{
	if (!same_tag(g, o) || g->attribute != o->attribute || g->quote != o->quote || g->attribute == GUARD_TYPE ||
	    g->has_type != o->has_type || g->is_json != o->is_json || g->has_equiv != o->has_equiv)
		return false;
	bool has_field = g->has_field || o->has_field;
	if (g->unpinned && o->unpinned && !str_eq(name_of(g), name_of(o))) {
		bool by_url = (is_mark(g, '*') && o->name_len == 0) || (is_mark(o, '*') && g->name_len == 0);
		name_clear(g);
		name_add(g, by_url ? '*' : '?');
	} else if (o->unpinned && !g->unpinned) {
		*g = *o;
	}
	g->has_field = has_field;
	return true;
}

const char *guard_meet(struct guard *guard, const struct guard *other)
{
	static const char different[] = "a section must end in the place where it starts";
	struct guard copy = *other;
	if (copy.foreign > guard->foreign)
		guard->foreign = copy.foreign;
	copy.foreign = guard->foreign;
	if (guard_same(guard, &copy))
		return NULL;
	if (between_attributes(guard->state) && between_attributes(copy.state))
		return meet_between(guard, &copy) ? NULL : different;
	if (guard->state == GUARD_VALUE && copy.state == GUARD_VALUE)
		return meet_values(guard, &copy) ? NULL : different;
	if (guard->state == GUARD_RAW && copy.state == GUARD_RAW && guard->element == copy.element &&
	    guard->is_json == copy.is_json && guard->in_string == copy.in_string && !guard->escaped && !copy.escaped &&
	    guard->matched == 0 && copy.matched == 0 && guard->name_len == 0 && copy.name_len == 0)
		return NULL;
	return different;
}

const char *guard_place(const struct guard *guard)
{
	switch (guard->state) {
	case GUARD_TEXT:
		return "in an element's content";
	case GUARD_BANG:
	case GUARD_DECLARATION:
	case GUARD_COMMENT:
		return "in a comment or declaration";
	case GUARD_VALUE_BEFORE:
	case GUARD_VALUE_BARE:
	case GUARD_VALUE:
		return "in an attribute's value";
	case GUARD_RAW:
		return "in an element that holds plain text";
	case GUARD_LT:
	case GUARD_LT_SLASH:
	case GUARD_TAG_NAME:
	case GUARD_IN_TAG:
	case GUARD_ATTR_NAME:
	case GUARD_ATTR_AFTER:
	case GUARD_VALUE_END:
		break;
	}
	return "in a tag";
}
