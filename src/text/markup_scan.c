#include "text/markup_scan.h"

#include "base/utf8.h"
#include "text/markup_lazy.h"

#include <string.h>

#define VALUE_BYTES 4096 /* of one attribute */
#define RUN_LEAST   8    /* shorter text is handed on as it is */
#define ENTITY_NAME 32   /* longer names there are none */

/* A picture or player that was handed on, for what a <noscript> beside it says once more. */
struct scan_shown {
	struct lazy thing;
	size_t from, end; /* in what is written; end 0: there is none */
	bool in_noscript;
};

/* Readings beside characters become brackets behind them where the source has none (rp). */
struct scan_ruby {
	size_t depth;
	bool reading, bracket, rp;
};

struct scan {
	struct str in;
	size_t at;
	struct arena *arena;
	struct markup_report *report;
	struct markup_scanned *out;
	struct ledger ledger;
	const struct tag *skipping; /* content is left out up to its end */
	size_t skip_nested, skipping_from;
	struct str media_address, media_title; /* while skipping a player */
	struct scan_shown shown;
	struct scan_ruby ruby;
	bool in_noscript, in_form;
};

struct scan_attribute {
	enum markup_attribute_name name;
	struct str text, value;
};

struct scan_tag {
	struct str name;
	const struct tag *known;
	struct scan_attribute attributes[LIMIT_MARKUP_ATTRIBUTES];
	size_t count;
	bool end, self_closing;
};

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char at_offset(const struct scan *scan, size_t offset)
{
	return scan->at + offset < scan->in.len ? scan->in.ptr[scan->at + offset] : '\0';
}

/* ---- text ---- */

size_t markup_scan_run(uint32_t character)
{
	if (character < SCAN_RUN_FIRST)
		return SIZE_MAX;
	uint32_t plane = (character - SCAN_RUN_FIRST) >> 16, offset = (character - SCAN_RUN_FIRST) & 0xFFFF;
	return plane < 2 && offset < SCAN_PLANE_RUNS ? plane * SCAN_PLANE_RUNS + offset : SIZE_MAX;
}

static void put_run(struct scan *scan, struct str run)
{
	size_t number = scan->out->runs.len;
	if (run.len < RUN_LEAST || number >= SCAN_RUNS_MAX || str_empty(str_trim(run))) {
		buf_put(&scan->out->html, run);
		return;
	}
	*vec_add(&scan->out->runs, scan->arena) = run;
	utf8_put(&scan->out->html,
		 SCAN_RUN_FIRST + (uint32_t)(number / SCAN_PLANE_RUNS * 0x10000u + number % SCAN_PLANE_RUNS));
}

/* HTML 13.2.5.84: what a number stands for; 0: nothing that text keeps, as where it stands unencoded. */
static uint32_t numeric_character(uint32_t number)
{
	static const uint16_t windows[32] = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
					     0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
					     0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
					     0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};
	if (number >= 0x80 && number < 0xA0)
		return windows[number - 0x80] ? windows[number - 0x80] : UTF8_REPLACEMENT;
	bool control = (number < 0x20 && number != '\t' && number != '\n' && number != '\r') || number == 0x7F;
	bool none = (number & 0xFFFE) == 0xFFFE || (number >= 0xFDD0 && number <= 0xFDEF) || number == 0xFEFF;
	if (number == 0 || number >= SCAN_RUN_FIRST || (number >= 0xD800 && number < 0xE000))
		return UTF8_REPLACEMENT;
	if (number == '\v' || number == '\f')
		return ' ';
	return control || none ? 0 : number == '\r' ? '\n' : number;
}

/* &#123; or &#x1F; at the front of text: bytes taken, 0 where it is none. */
static size_t numeric_reference(struct str text, uint32_t *ret_character)
{
	bool hexadecimal = text.len > 2 && (text.ptr[2] == 'x' || text.ptr[2] == 'X');
	size_t first = hexadecimal ? 3 : 2, at = first;
	uint32_t number = 0;
	for (; at < text.len; at++) {
		char c = text.ptr[at];
		uint32_t digit;
		if (is_digit(c))
			digit = (uint32_t)(c - '0');
		else if (hexadecimal && is_letter(c) && (c | 0x20) <= 'f')
			digit = (uint32_t)((c | 0x20) - 'a' + 10);
		else
			break;
		number = number > 0x110000 ? number : number * (hexadecimal ? 16 : 10) + digit;
	}
	if (at == first)
		return 0;
	*ret_character = numeric_character(number);
	return at + (at < text.len && text.ptr[at] == ';');
}

/* At an ampersand: writes what it stands for, or hands a name on to the parser. Returns bytes taken. */
static size_t put_reference(struct scan *scan, struct str text)
{
	uint32_t character;
	struct buf *html = &scan->out->html;
	if (text.len > 2 && text.ptr[1] == '#') {
		size_t taken = numeric_reference(text, &character);
		if (taken && character == '<')
			buf_put(html, STR("&lt;"));
		else if (taken && character == '&')
			buf_put(html, STR("&amp;"));
		else if (taken && character)
			utf8_put(html, character);
		if (taken)
			return taken;
	}
	size_t name = 1;
	while (name < text.len && name <= ENTITY_NAME && (is_letter(text.ptr[name]) || is_digit(text.ptr[name])))
		name++;
	if (name == 1) {
		buf_put(html, STR("&amp;"));
		return 1;
	}
	name += name < text.len && text.ptr[name] == ';';
	buf_put(html, str_sub(text, 0, name));
	if (text.ptr[name - 1] != ';' && (name == text.len || text.ptr[name] == '&'))
		buf_put(html, STR("<!---->")); /* or it would go on in what follows where something was left out */
	return name;
}

static void put_text(struct scan *scan, struct str text)
{
	if (scan->skipping)
		return;
	if (!str_empty(str_trim(text)))
		ledger_text(&scan->ledger);
	while (text.len) {
		size_t ampersand = str_find_byte(text, '&');
		size_t plain = ampersand == SIZE_MAX ? text.len : ampersand;
		if (plain)
			put_run(scan, str_sub(text, 0, plain));
		text = str_skip(text, plain);
		if (text.len)
			text = str_skip(text, put_reference(scan, text));
	}
}

/* ---- tags, 13.2.5.6 to 13.2.5.40 ---- */

static void skip_spaces(struct scan *scan)
{
	while (scan->at < scan->in.len && is_space(scan->in.ptr[scan->at]))
		scan->at++;
}

static struct str take_value(struct scan *scan)
{
	const char *in = scan->in.ptr;
	size_t len = scan->in.len, from = scan->at;
	if (from < len && (in[from] == '"' || in[from] == '\'')) {
		const char *end = memchr(in + from + 1, in[from], len - from - 1);
		scan->at = end ? (size_t)(end - in) + 1 : len;
		return str_of(in + from + 1, (end ? (size_t)(end - in) : len) - from - 1);
	}
	while (scan->at < len && !is_space(in[scan->at]) && in[scan->at] != '>')
		scan->at++;
	return str_of(in + from, scan->at - from);
}

static struct str take_name(struct scan *scan)
{
	const char *in = scan->in.ptr;
	size_t from = scan->at;
	do
		scan->at++; /* an equals sign in front belongs to the name */
	while (scan->at < scan->in.len && !is_space(in[scan->at]) && in[scan->at] != '/' && in[scan->at] != '>' &&
	       in[scan->at] != '=');
	return str_of(in + from, scan->at - from);
}

static struct str lower(struct str name, char *ret_space, size_t room)
{
	size_t len = name.len < room ? name.len : room;
	for (size_t i = 0; i < len; i++)
		ret_space[i] = (char)(name.ptr[i] >= 'A' && name.ptr[i] <= 'Z' ? name.ptr[i] | 0x20 : name.ptr[i]);
	return str_of(ret_space, len);
}

static void count_attribute(struct scan *scan, struct str name)
{
	if (str_starts(name, STR("data-")))
		name = STR("data-*");
	else if (str_starts(name, STR("aria-")))
		name = STR("aria-*");
	markup_report_add(scan->report, MARKUP_DROPPED_ATTRIBUTE, name, 1);
}

static void count_long(struct scan *scan, enum markup_attribute_name meaning, struct str name, struct str value)
{
	bool data = str_starts_nocase(str_trim(value), STR("data:"));
	if (meaning == MARKUP_HREF || meaning == MARKUP_SRC || meaning == MARKUP_LAZY || meaning == MARKUP_DATA ||
	    meaning == MARKUP_ATTR_CITE)
		markup_report_add(scan->report, MARKUP_DROPPED_ADDRESS, data ? STR("data") : STR("too long"), 1);
	else
		count_attribute(scan, name);
}

static void keep_attribute(struct scan *scan, struct scan_tag *tag, struct str text, struct str value)
{
	char space[40];
	struct str name = lower(text, space, sizeof space);
	enum markup_attribute_name meaning = markup_attribute_find(name);
	if (meaning == MARKUP_ATTRIBUTES) {
		count_attribute(scan, name);
		return;
	}
	if (tag->count == LIMIT_MARKUP_ATTRIBUTES) {
		markup_report_add(scan->report, MARKUP_DROPPED_CUT, STR("attributes"), 1);
		return;
	}
	if (value.len > VALUE_BYTES) {
		count_long(scan, meaning, name, value);
		return;
	}
	for (size_t i = 0; i < tag->count; i++)
		if (tag->attributes[i].name == meaning)
			return;
	tag->attributes[tag->count++] = (struct scan_attribute){meaning, text, value};
}

/* From the name to behind the closing bracket. False at the end of the input: then there is no tag. */
static bool take_tag(struct scan *scan, struct scan_tag *tag)
{
	const char *in = scan->in.ptr;
	size_t len = scan->in.len, from = scan->at;
	while (scan->at < len && !is_space(in[scan->at]) && in[scan->at] != '/' && in[scan->at] != '>')
		scan->at++;
	tag->name = str_of(in + from, scan->at - from);
	tag->known = tag_find(tag->name);
	tag->count = 0;
	tag->self_closing = false;
	for (;;) {
		skip_spaces(scan);
		if (scan->at >= len)
			return false;
		if (in[scan->at] == '>') {
			scan->at++;
			return true;
		}
		if (in[scan->at] == '/') {
			scan->at++;
			tag->self_closing = at_offset(scan, 0) == '>';
			continue;
		}
		struct str name = take_name(scan), value = {0};
		skip_spaces(scan);
		if (at_offset(scan, 0) == '=') {
			scan->at++;
			skip_spaces(scan);
			value = take_value(scan);
		}
		if (!tag->end)
			keep_attribute(scan, tag, name, value);
	}
}

static struct str attribute_of(const struct scan_tag *tag, enum markup_attribute_name name)
{
	for (size_t i = 0; i < tag->count; i++)
		if (tag->attributes[i].name == name)
			return tag->attributes[i].value;
	return (struct str){0};
}

/* ---- what is written ---- */

static void put_attribute(struct buf *html, enum markup_attribute_name name, struct str value)
{
	buf_put_byte(html, ' ');
	buf_put_cstr(html, markup_attribute_text(name));
	buf_put(html, STR("=\""));
	size_t from = 0;
	for (size_t i = 0; i < value.len; i++) {
		if (value.ptr[i] != '"' && value.ptr[i] != '<')
			continue;
		buf_put(html, str_sub(value, from, i - from));
		buf_put(html, value.ptr[i] == '"' ? STR("&quot;") : STR("&lt;"));
		from = i + 1;
	}
	buf_put(html, str_skip(value, from));
	buf_put_byte(html, '"');
}

static void count_element(struct scan *scan, struct str text)
{
	char space[40];
	markup_report_add(scan->report, MARKUP_DROPPED_ELEMENT, lower(text, space, sizeof space), 1);
}

static void put_embed(struct scan *scan, struct str address, struct str title)
{
	struct buf *html = &scan->out->html;
	if (str_empty(str_trim(address)))
		return;
	ledger_text(&scan->ledger);
	buf_put(html, STR("<embed"));
	put_attribute(html, MARKUP_SRC, address);
	if (title.len)
		put_attribute(html, MARKUP_TITLE, title);
	buf_put_byte(html, '>');
}

/* Where there is nothing to link to, it goes, and is counted. */
static void put_player(struct scan *scan, struct str name, struct str address, struct str title)
{
	if (str_empty(str_trim(address)))
		count_element(scan, name);
	else
		put_embed(scan, address, title);
}

static const char *handed_on_as(const struct tag *tag)
{
	return tag->as ? tag->as : tag->name;
}

static void put_start(struct scan *scan, const struct scan_tag *tag)
{
	struct buf *html = &scan->out->html;
	buf_put_byte(html, '<');
	buf_put_cstr(html, handed_on_as(tag->known));
	for (size_t i = 0; i < tag->count; i++)
		put_attribute(html, tag->attributes[i].name, tag->attributes[i].value);
	buf_put_byte(html, '>');
	if (strcmp(tag->known->name, "pre") == 0 || strcmp(tag->known->name, "listing") == 0) {
		scan->at += at_offset(scan, 0) == '\r';
		scan->at += at_offset(scan, 0) == '\n';
	}
}

/* What began at `from` has no end: all behind it is lost. */
static void count_unclosed(struct scan *scan, size_t from)
{
	if (!str_empty(str_trim(str_skip(scan->in, from))))
		markup_report_add(scan->report, MARKUP_DROPPED_CUT, STR("unclosed"), 1);
}

/* At a bracket: a tag of that name, or its end. */
static bool is_tag_of(const struct scan *scan, struct str name, bool end)
{
	char after = at_offset(scan, name.len + 1 + end);
	return (!end || at_offset(scan, 1) == '/') && str_starts_nocase(str_skip(scan->in, scan->at + 1 + end), name) &&
	       (is_space(after) || after == '/' || after == '>');
}

/* In a script a comment may hold a script, whose end is its own: 13.2.5.17 to 13.2.5.31. */
enum hidden { HIDDEN_NOT, HIDDEN_COMMENT, HIDDEN_SCRIPT };

static enum hidden hidden_at(const struct scan *scan, enum hidden before)
{
	struct str rest = str_skip(scan->in, scan->at);
	if (before == HIDDEN_NOT)
		return str_starts(rest, STR("<!--")) ? HIDDEN_COMMENT : HIDDEN_NOT;
	if (str_starts(rest, STR("-->")))
		return HIDDEN_NOT;
	if (rest.ptr[0] != '<' || !is_tag_of(scan, STR("script"), before == HIDDEN_SCRIPT))
		return before;
	return before == HIDDEN_COMMENT ? HIDDEN_SCRIPT : HIDDEN_COMMENT;
}

/* Past the end tag of an element whose content is not HTML, or to the end. */
static void skip_raw(struct scan *scan, struct str name)
{
	bool script = str_eq_nocase(name, STR("script"));
	enum hidden hidden = HIDDEN_NOT;
	size_t from = scan->at;
	for (; scan->at < scan->in.len; scan->at++) {
		size_t bracket = hidden ? 0 : str_find_byte(str_skip(scan->in, scan->at), '<');
		if (bracket == SIZE_MAX)
			break;
		scan->at += bracket;
		if (hidden != HIDDEN_SCRIPT && scan->in.ptr[scan->at] == '<' && is_tag_of(scan, name, true)) {
			struct scan_tag tag = {.end = true};
			scan->at += 2;
			take_tag(scan, &tag);
			return;
		}
		if (script)
			hidden = hidden_at(scan, hidden);
	}
	scan->at = scan->in.len;
	count_unclosed(scan, from);
}

static void hand_on(struct scan *scan, const struct scan_tag *tag)
{
	switch (ledger_start(&scan->ledger, tag->known)) {
	case LEDGER_TAKE:
		put_start(scan, tag);
		break;
	case LEDGER_DEEP:
		markup_report_add(scan->report, MARKUP_DROPPED_CUT, STR("depth"), 1);
		break;
	case LEDGER_ENTANGLED:
		markup_report_add(scan->report, MARKUP_DROPPED_CUT, STR("formatting"), 1);
		break;
	case LEDGER_STRAY:
		break;
	}
}

/* ---- what is shown late, and what a <noscript> shows instead ---- */

static struct lazy lazy_of(const struct scan_tag *tag)
{
	return (struct lazy){.src = attribute_of(tag, MARKUP_SRC),
			     .later = attribute_of(tag, MARKUP_LAZY),
			     .set = attribute_of(tag, MARKUP_LAZY_SET),
			     .class = attribute_of(tag, MARKUP_CLASS)};
}

static struct str media_source(const struct scan_tag *tag)
{
	struct lazy thing = lazy_of(tag);
	return lazy_address(&thing);
}

#define BETWEEN_BYTES 1024 /* tags between a thing and its twin: a link's, a figure's */

/* Tags and spaces alone. */
static bool is_without_text(struct str html)
{
	bool in_tag = false;
	if (html.len > BETWEEN_BYTES)
		return str_empty(str_trim(html));
	for (size_t i = 0; i < html.len; i++) {
		if (!in_tag && html.ptr[i] != '<' && !is_space(html.ptr[i]))
			return false;
		in_tag = html.ptr[i] == '<' || (in_tag && html.ptr[i] != '>');
	}
	return true;
}

/* Whether a thing was shown already. Where it may take the place of what was shown, that goes instead. */
static bool is_shown_already(struct scan *scan, const struct lazy *thing)
{
	struct scan_shown shown = scan->shown;
	struct buf *html = &scan->out->html;
	scan->shown.end = 0;
	if (!shown.end || shown.in_noscript == scan->in_noscript)
		return false;
	struct str between = str_skip(buf_str(html), shown.end);
	bool twin = scan->in_noscript ? lazy_is_twin(&shown.thing, thing->src) : lazy_is_twin(thing, shown.thing.src);
	if (!twin || !is_without_text(between))
		return false;
	if (!scan->in_noscript || !str_empty(str_trim(between)))
		return !scan->in_noscript || lazy_is_same_file(lazy_address(&shown.thing), thing->src);
	buf_truncate(html, shown.from); /* nothing but spaces stands behind it */
	return false;
}

static void note_shown(struct scan *scan, const struct lazy *thing, size_t from)
{
	size_t end = scan->out->html.len;
	if (end > from)
		scan->shown = (struct scan_shown){*thing, from, end, scan->in_noscript};
}

static void start_picture(struct scan *scan, const struct scan_tag *tag)
{
	struct lazy thing = lazy_of(tag);
	if (is_shown_already(scan, &thing))
		return;
	size_t from = scan->out->html.len;
	hand_on(scan, tag);
	note_shown(scan, &thing, from);
}

static void start_frame(struct scan *scan, const struct scan_tag *tag)
{
	struct lazy thing = lazy_of(tag);
	if (is_shown_already(scan, &thing))
		return;
	size_t from = scan->out->html.len;
	put_player(scan, tag->name, lazy_address(&thing), attribute_of(tag, MARKUP_TITLE));
	note_shown(scan, &thing, from);
}

static bool is_noscript(const struct tag *tag)
{
	return tag->class == TAG_SILENT && strcmp(tag->name, "noscript") == 0;
}

/* ---- ruby ---- */

static bool is_ruby(const struct tag *tag)
{
	return tag->name[0] == 'r'; /* rb, rp, rt, ruby */
}

static void put_end(struct scan *scan, const struct tag *tag)
{
	struct buf *html = &scan->out->html;
	ledger_end(&scan->ledger, tag);
	buf_put(html, STR("</"));
	buf_put_cstr(html, handed_on_as(tag));
	buf_put_byte(html, '>');
}

/* A form is nothing to read, but a block: what stands in it does not run into what stands beside it. One in another is
 * none, and the first end ends it (13.2.6.4.7). */
static bool is_form(const struct tag *tag)
{
	return tag->class == TAG_BLOCK && strcmp(tag->name, "form") == 0;
}

static bool enter_form(struct scan *scan, const struct scan_tag *tag)
{
	bool inside = scan->in_form;
	count_element(scan, tag->name);
	scan->in_form = true;
	return !inside;
}

static void put_bracket(struct scan *scan, char bracket)
{
	ledger_text(&scan->ledger);
	buf_put_byte(&scan->out->html, bracket);
}

static void end_reading(struct scan *scan)
{
	struct scan_ruby *ruby = &scan->ruby;
	if (!ruby->reading)
		return;
	ruby->reading = false;
	put_end(scan, tag_find(STR("rt")));
	if (ruby->bracket)
		put_bracket(scan, ')');
}

static void end_ruby(struct scan *scan)
{
	end_reading(scan);
	put_end(scan, tag_find(STR("ruby")));
	scan->ruby.depth--;
	scan->ruby.rp = false;
}

static void start_ruby(struct scan *scan, const struct scan_tag *tag)
{
	struct scan_ruby *ruby = &scan->ruby;
	size_t from = scan->out->html.len;
	if (strcmp(tag->known->name, "ruby") == 0) {
		hand_on(scan, tag);
		ruby->depth += scan->out->html.len > from;
		ruby->rp = false;
		return;
	}
	if (!ruby->depth)
		return;
	end_reading(scan);
	if (strcmp(tag->known->name, "rp") == 0)
		ruby->rp = !ruby->rp;
	if (strcmp(tag->known->name, "rt") != 0 || str_starts_nocase(str_skip(scan->in, scan->at), STR("</rt")))
		return;
	ruby->bracket = !ruby->rp;
	if (ruby->bracket)
		put_bracket(scan, '(');
	from = scan->out->html.len;
	hand_on(scan, tag);
	ruby->reading = scan->out->html.len > from;
	if (!ruby->reading && ruby->bracket)
		buf_truncate(&scan->out->html, from - 1); /* too deep: no bracket that nothing closes */
}

static void end_ruby_tag(struct scan *scan, const struct tag *tag)
{
	if (strcmp(tag->name, "ruby") != 0)
		end_reading(scan);
	else if (scan->ruby.depth)
		end_ruby(scan);
}

static void start_tag(struct scan *scan, const struct scan_tag *tag)
{
	if (is_ruby(tag->known)) {
		start_ruby(scan, tag);
		return;
	}
	if (is_form(tag->known) && !enter_form(scan, tag))
		return;
	while (scan->ruby.depth && tag->known->class >= TAG_BLOCK)
		end_ruby(scan);
	switch ((enum tag_class)tag->known->class) {
	case TAG_UNKNOWN:
		count_element(scan, tag->name);
		return;
	case TAG_SILENT:
		scan->in_noscript = scan->in_noscript || is_noscript(tag->known);
		return;
	case TAG_SOURCE:
		return;
	case TAG_RAW:
		count_element(scan, tag->name);
		skip_raw(scan, tag->name);
		return;
	case TAG_SKIP:
	case TAG_SKIP_SOFT:
		count_element(scan, tag->name);
		if (tag->self_closing && tag->known->class == TAG_SKIP_SOFT)
			return;
		scan->skipping = tag->known;
		scan->skip_nested = 1;
		scan->skipping_from = scan->at;
		return;
	case TAG_FRAME:
		start_frame(scan, tag);
		skip_raw(scan, tag->name);
		return;
	case TAG_EMBED:
		put_embed(scan, tag->known->name[0] == 'o' ? attribute_of(tag, MARKUP_DATA) : media_source(tag),
			  attribute_of(tag, MARKUP_TITLE));
		return;
	case TAG_MEDIA:
		scan->skipping = tag->known;
		scan->skip_nested = 1;
		scan->media_address = media_source(tag);
		scan->media_title = attribute_of(tag, MARKUP_TITLE);
		scan->skipping_from = scan->at;
		return;
	case TAG_VOID:
		if (strcmp(tag->known->name, "img") == 0)
			start_picture(scan, tag);
		else
			hand_on(scan, tag);
		return;
	case TAG_INLINE:
	case TAG_FORMAT:
	case TAG_BLOCK:
	case TAG_PARAGRAPH:
	case TAG_HEADING:
	case TAG_ITEM:
	case TAG_TERM:
	case TAG_TABLE:
	case TAG_CAPTION:
	case TAG_SECTION:
	case TAG_ROW:
	case TAG_CELL:
		hand_on(scan, tag);
		return;
	}
}

/* How many end tags to hand on for one of a block: a section is handed on as a div, and its end, where none is open,
 * may not end another's; where divs stand open in it, they end with it. */
static size_t ends_of(const struct scan *scan, const struct tag *tag)
{
	size_t count = 0;
	if (tag->class != TAG_BLOCK)
		return 1;
	for (size_t i = scan->ledger.count; i-- > 0;) {
		const struct tag *open = scan->ledger.entries[i].tag;
		if (open->class == TAG_TABLE || open->class == TAG_CELL || open->class == TAG_CAPTION)
			return scan->ledger.entries[i].sure ? 0 : 1; /* where in doubt, the parser knows */
		count += strcmp(handed_on_as(open), handed_on_as(tag)) == 0;
		if (open == tag)
			return count;
	}
	return 0;
}

static void end_tag(struct scan *scan, const struct scan_tag *tag)
{
	if (is_ruby(tag->known)) {
		end_ruby_tag(scan, tag->known);
		return;
	}
	if (tag->known->class == TAG_VOID && strcmp(tag->known->name, "br") == 0)
		buf_put(&scan->out->html, STR("<br>"));
	if (is_noscript(tag->known))
		scan->in_noscript = false;
	if (tag->known->class < TAG_INLINE)
		return;
	if (is_form(tag->known))
		scan->in_form = false;
	for (size_t ends = ends_of(scan, tag->known); ends > 0; ends--)
		put_end(scan, tag->known);
}

static void stop_skipping(struct scan *scan)
{
	const struct tag *skipped = scan->skipping;
	scan->skipping = NULL;
	if (skipped->class == TAG_MEDIA)
		put_player(scan, str_from(skipped->name), scan->media_address, scan->media_title);
}

/* Whether the parser would find the element, were it asked to end it: what is not of a table, only inside of a cell. */
static bool is_open(const struct scan *scan, const struct tag *tag)
{
	for (size_t i = scan->ledger.count; i-- > 0;) {
		const struct ledger_entry *entry = &scan->ledger.entries[i];
		if (entry->tag == tag)
			return true;
		if (tag->class < TAG_TABLE && entry->tag->class >= TAG_TABLE && entry->sure)
			return false;
	}
	return false;
}

static bool in_table(const struct scan *scan)
{
	for (size_t i = scan->ledger.count; i-- > 0;)
		if (scan->ledger.entries[i].tag->class == TAG_TABLE)
			return true;
	return false;
}

/* HTML that cannot be inside of what is skipped. Of a selection in a table its parts end it (13.2.6.4.17), but no other
 * end tag does; the ends of a paragraph and of a break end a drawing, whether there is one or not (13.2.6.5). */
static bool breaks_out(const struct scan *scan, const struct scan_tag *tag)
{
	const struct tag *known = tag->known;
	bool select = strcmp(scan->skipping->name, "select") == 0, part = known->class >= TAG_TABLE;
	if (!tag->end)
		return known->breaks_out || (select && part && in_table(scan));
	if (select)
		return part && is_open(scan, known);
	return known->class == TAG_PARAGRAPH || strcmp(known->name, "br") == 0 || is_open(scan, known);
}

/* There a slash closes any element, and sections of characters are some. */
static bool in_drawing(const struct scan *scan)
{
	return scan->skipping && strcmp(scan->skipping->name, "svg") == 0;
}

/* A tag inside of what is skipped: true where it ended that and stands for itself. */
static bool skipped_tag(struct scan *scan, const struct scan_tag *tag)
{
	const struct tag *skipping = scan->skipping;
	if (tag->known == skipping && !tag->end) {
		scan->skip_nested += !tag->self_closing;
		return false;
	}
	if (tag->known == skipping) {
		if (--scan->skip_nested == 0)
			stop_skipping(scan);
		return false;
	}
	if (!tag->end && (tag->known->class == TAG_RAW || tag->known->class == TAG_FRAME)) {
		if (!tag->self_closing || !in_drawing(scan))
			skip_raw(scan, tag->name);
		return false;
	}
	if (skipping->class == TAG_MEDIA && tag->known->class == TAG_SOURCE && !scan->media_address.len)
		scan->media_address = media_source(tag);
	if (skipping->class != TAG_SKIP_SOFT || !breaks_out(scan, tag))
		return false;
	stop_skipping(scan);
	return true;
}

static void take_markup_tag(struct scan *scan, bool end)
{
	struct scan_tag tag;
	tag.end = end;
	size_t from = scan->at + (end ? 2 : 1);
	scan->at = from;
	if (!take_tag(scan, &tag)) {
		count_unclosed(scan, from);
		return;
	}
	if (!tag.known) {
		if (!end && !scan->skipping)
			count_element(scan, tag.name);
		return;
	}
	if (scan->skipping && !skipped_tag(scan, &tag))
		return;
	if (end)
		end_tag(scan, &tag);
	else
		start_tag(scan, &tag);
}

/* <!-- … -->, <! … >, <? … >, </ … >: 13.2.5.41 to 13.2.5.52. At the bracket. */
static void skip_comment(struct scan *scan)
{
	struct str rest = str_skip(scan->in, scan->at);
	size_t end;
	if (str_starts(rest, STR("<!-->")) || str_starts(rest, STR("<!--->"))) {
		scan->at += rest.ptr[4] == '>' ? 5 : 6;
		return;
	}
	if (!str_starts(rest, STR("<!--"))) {
		bool section = in_drawing(scan) && str_starts(rest, STR("<![CDATA["));
		struct str mark = section ? STR("]]>") : STR(">");
		end = str_find(rest, mark);
		if (end == SIZE_MAX)
			count_unclosed(scan, scan->at + 2);
		scan->at = end == SIZE_MAX ? scan->in.len : scan->at + end + mark.len;
		return;
	}
	for (end = 4; end < rest.len; end++) {
		const char *dash = memchr(rest.ptr + end, '-', rest.len - end);
		end = dash ? (size_t)(dash - rest.ptr) : rest.len;
		struct str tail = str_skip(rest, end);
		if (str_starts(tail, STR("-->")) || str_starts(tail, STR("--!>"))) {
			scan->at += end + (tail.ptr[2] == '>' ? 3 : 4);
			return;
		}
	}
	count_unclosed(scan, scan->at + 4);
	scan->at = scan->in.len;
}

static void take_markup(struct scan *scan)
{
	char next = at_offset(scan, 1);
	if (is_letter(next)) {
		take_markup_tag(scan, false);
	} else if (next == '/' && is_letter(at_offset(scan, 2))) {
		take_markup_tag(scan, true);
	} else if (next == '!' || next == '?' || (next == '/' && scan->at + 2 < scan->in.len)) {
		skip_comment(scan);
	} else {
		if (!scan->skipping) {
			ledger_text(&scan->ledger);
			buf_put(&scan->out->html, STR("&lt;"));
		}
		scan->at++;
	}
}

void markup_scan(struct str html, struct arena *arena, struct markup_report *report, struct markup_scanned *ret_scanned)
{
	*ret_scanned = (struct markup_scanned){.html = BUF_INIT((size_t)LIMIT_BODY_BYTES * 8)};
	struct scan scan = {.in = html, .arena = arena, .report = report, .out = ret_scanned};
	ledger_init(&scan.ledger, html.len);
	while (scan.at < html.len) {
		const char *bracket = memchr(html.ptr + scan.at, '<', html.len - scan.at);
		size_t end = bracket ? (size_t)(bracket - html.ptr) : html.len;
		put_text(&scan, str_sub(html, scan.at, end - scan.at));
		scan.at = end;
		if (bracket)
			take_markup(&scan);
		if (ledger_exhausted(&scan.ledger)) {
			markup_report_add(report, MARKUP_DROPPED_CUT, STR("work"), 1);
			break;
		}
	}
	if (scan.skipping && scan.at >= html.len)
		count_unclosed(&scan, scan.skipping_from);
	if (scan.skipping)
		stop_skipping(&scan);
	end_reading(&scan);
	ret_scanned->deepest = scan.ledger.deepest;
	ret_scanned->work = scan.ledger.work;
}
