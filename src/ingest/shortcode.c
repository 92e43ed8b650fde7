#include "ingest/shortcode.h"

#include "base/vec.h"

#include <string.h>

static bool space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* The ways a value is quoted; typographic quotes come from editors that improved the text. */
static const struct {
	struct str open, close;
} quotes[] = {
	{STR_INIT("\""), STR_INIT("\"")},
	{STR_INIT("'"), STR_INIT("'")},
	{STR_INIT("&quot;"), STR_INIT("&quot;")},
	{STR_INIT("&#8220;"), STR_INIT("&#8221;")},
	{STR_INIT("&#8221;"), STR_INIT("&#8221;")},
	{STR_INIT("&#8243;"), STR_INIT("&#8243;")},
	{STR_INIT("\xE2\x80\x9C"), STR_INIT("\xE2\x80\x9D")},
	{STR_INIT("\xE2\x80\x9D"), STR_INIT("\xE2\x80\x9D")},
	{STR_INIT("\xE2\x80\x9E"), STR_INIT("\xE2\x80\x9C")},
	{STR_INIT("\xC2\xAB"), STR_INIT("\xC2\xBB")},
};

static bool quoted_value(struct str *rest, struct str *ret_value)
{
	for (size_t i = 0; i < sizeof quotes / sizeof quotes[0]; i++) {
		if (!str_starts(*rest, quotes[i].open))
			continue;
		struct str after = str_skip(*rest, quotes[i].open.len);
		size_t end = str_find(after, quotes[i].close);
		if (end == SIZE_MAX)
			continue;
		*ret_value = str_sub(after, 0, end);
		*rest = str_skip(after, end + quotes[i].close.len);
		return true;
	}
	return false;
}

static struct str bare_value(struct str *rest)
{
	size_t end = 0;
	while (end < rest->len && !space(rest->ptr[end]))
		end++;
	struct str value = str_sub(*rest, 0, end);
	*rest = str_skip(*rest, end);
	return value;
}

static void parse_attributes(struct str rest, struct arena *arena, struct shortcode *shortcode)
{
	VEC(struct shortcode_attribute) attributes = {0};
	while (!str_empty(rest = str_trim(rest)) && attributes.len < SHORTCODE_ATTRIBUTES_MAX) {
		struct shortcode_attribute attribute = {0};
		size_t name_end = 0;
		while (name_end < rest.len && name_byte(rest.ptr[name_end]))
			name_end++;
		struct str after = str_trim(str_skip(rest, name_end));
		if (name_end > 0 && str_starts(after, STR("="))) {
			attribute.name = str_sub(rest, 0, name_end);
			rest = str_trim(str_skip(after, 1));
		}
		if (!quoted_value(&rest, &attribute.value))
			attribute.value = bare_value(&rest);
		*vec_add(&attributes, arena) = attribute;
	}
	shortcode->attributes = attributes.at;
	shortcode->attribute_count = attributes.len;
}

void shortcode_scan_init(struct shortcode_scan *scan, struct str text, bool (*closes)(struct str name))
{
	*scan = (struct shortcode_scan){.text = text, .closes = closes, .work_left = text.len * 16 + 65536};
}

static bool spend(struct shortcode_scan *scan, size_t bytes)
{
	scan->work_left -= bytes < scan->work_left ? bytes : scan->work_left;
	return scan->work_left > 0;
}

/* The start of "[/name]" in the text at or after from. */
static size_t find_closing(struct shortcode_scan *scan, size_t from, struct str name)
{
	struct str text = scan->text;
	size_t started = from;
	while (from < text.len && scan->work_left > 0) {
		size_t at = str_find(str_skip(text, from), STR("[/"));
		if (at == SIZE_MAX)
			break;
		from += at;
		struct str rest = str_skip(text, from + 2);
		if (str_starts(rest, name) && str_starts(str_skip(rest, name.len), STR("]")))
			return from;
		from += 2;
	}
	spend(scan, text.len - started);
	return SIZE_MAX;
}

/* A "[" at start: is it a shortcode? */
static bool parse_at(struct shortcode_scan *scan, size_t start, struct arena *arena, struct shortcode *ret)
{
	struct str text = scan->text;
	struct str rest = str_skip(text, start + 1);
	size_t name_end = 0;
	while (name_end < rest.len && name_byte(rest.ptr[name_end]))
		name_end++;
	if (name_end == 0 || name_end > SHORTCODE_NAME_BYTES || name_end == rest.len)
		return false;
	char after = rest.ptr[name_end];
	if (after != ']' && after != '/' && after != '=' && !space(after))
		return false;
	size_t end = str_find_byte(rest, ']');
	if (end == SIZE_MAX)
		return spend(scan, rest.len) && false;
	*ret = (struct shortcode){.start = start, .name = str_sub(rest, 0, name_end)};
	struct str inside = str_trim(str_sub(rest, name_end, end - name_end));
	bool closed = str_ends(inside, STR("/"));
	if (closed)
		inside = str_sub(inside, 0, inside.len - 1);
	ret->end = start + 1 + end + 1;
	ret->escaped = start > 0 && text.ptr[start - 1] == '[';
	parse_attributes(inside, arena, ret);
	if (!closed && scan->closes(ret->name)) {
		size_t closing = find_closing(scan, ret->end, ret->name);
		if (closing != SIZE_MAX) {
			ret->has_content = true;
			ret->content = str_sub(text, ret->end, closing - ret->end);
			ret->end = closing + 2 + ret->name.len + 1;
		}
	}
	ret->escaped = ret->escaped && ret->end < text.len && text.ptr[ret->end] == ']';
	if (ret->escaped) {
		ret->start--;
		ret->end++;
	}
	return true;
}

/* Behind a tag or comment that starts at a "<"; the "<" alone where it starts none. */
static size_t skip_tag(struct shortcode_scan *scan, size_t at)
{
	struct str text = scan->text;
	struct str rest = str_skip(text, at);
	if (str_starts(rest, STR("<!--"))) {
		size_t end = str_find(rest, STR("-->"));
		return end == SIZE_MAX ? text.len : at + end + 3;
	}
	char next = rest.len > 1 ? rest.ptr[1] : 0;
	if (next != '/' && !(next >= 'a' && next <= 'z') && !(next >= 'A' && next <= 'Z'))
		return at + 1;
	char quote = 0;
	for (size_t i = 1; i < rest.len; i++) {
		char c = rest.ptr[i];
		if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '>')
			return at + i + 1;
		else if (c == '<')
			return at + i;
	}
	spend(scan, rest.len);
	return at + 1;
}

bool shortcode_next(struct shortcode_scan *scan, struct arena *arena, struct shortcode *ret_shortcode)
{
	struct str text = scan->text;
	while (scan->at < text.len && scan->work_left > 0) {
		struct str rest = str_skip(text, scan->at);
		size_t bracket = str_find_byte(rest, '[');
		if (bracket == SIZE_MAX)
			break;
		size_t angle = str_find_byte(str_sub(rest, 0, bracket), '<');
		if (angle != SIZE_MAX) {
			scan->at = skip_tag(scan, scan->at + angle);
			continue;
		}
		scan->at += bracket;
		if (parse_at(scan, scan->at, arena, ret_shortcode)) {
			scan->at = ret_shortcode->end;
			return true;
		}
		scan->at++;
	}
	scan->at = text.len;
	return false;
}

struct str shortcode_attribute(const struct shortcode *shortcode, struct str name)
{
	for (size_t i = 0; i < shortcode->attribute_count; i++)
		if (str_eq_nocase(shortcode->attributes[i].name, name))
			return shortcode->attributes[i].value;
	return (struct str){0};
}

struct str shortcode_positional(const struct shortcode *shortcode, size_t index)
{
	for (size_t i = 0; i < shortcode->attribute_count; i++)
		if (str_empty(shortcode->attributes[i].name) && index-- == 0)
			return shortcode->attributes[i].value;
	return (struct str){0};
}
