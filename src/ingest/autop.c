#include "ingest/autop.h"

#include "base/limits.h"
#include "text/markup.h"

#include <string.h>

#define DEPTH_MAX 64

/* How text that stands directly inside an element is set. */
enum inside {
	WRAP,   /* every run of text is a paragraph: the body, quotes, divisions */
	ITEM,   /* paragraphs only where there are several: list items, cells */
	LINE,   /* never paragraphs: headings, captions, paragraphs themselves */
	NOTHING /* no text belongs there: lists, table rows, figures */
};

static const struct {
	const char *name;
	enum inside inside;
} blocks[] = {
	{"p", LINE},           {"div", WRAP},      {"blockquote", WRAP}, {"li", ITEM},         {"ul", NOTHING},
	{"ol", NOTHING},       {"h2", LINE},       {"h3", LINE},         {"h1", LINE},         {"h4", LINE},
	{"h5", LINE},          {"h6", LINE},       {"figure", NOTHING},  {"figcaption", LINE}, {"table", NOTHING},
	{"thead", NOTHING},    {"tbody", NOTHING}, {"tfoot", NOTHING},   {"tr", NOTHING},      {"td", ITEM},
	{"th", ITEM},          {"caption", LINE},  {"dl", NOTHING},      {"dt", LINE},         {"dd", ITEM},
	{"section", WRAP},     {"article", WRAP},  {"aside", WRAP},      {"header", WRAP},     {"footer", WRAP},
	{"main", WRAP},        {"nav", WRAP},      {"center", WRAP},     {"form", WRAP},       {"fieldset", WRAP},
	{"details", WRAP},     {"summary", LINE},  {"address", LINE},    {"hgroup", NOTHING},  {"legend", LINE},
	{"colgroup", NOTHING},
};

static const char *const void_blocks[] = {"hr", "col", "param", "iframe", "embed"};
static const char *const verbatim[] = {"pre",  "script", "style",  "textarea", "svg",
				       "math", "object", "iframe", "select"};

static const char *const embed_hosts[] = {
	"youtube.com",    "youtu.be",        "youtube-nocookie.com",
	"vimeo.com",      "dailymotion.com", "dai.ly",
	"flickr.com",     "flic.kr",         "twitter.com",
	"x.com",          "facebook.com",    "fb.watch",
	"instagram.com",  "soundcloud.com",  "spotify.com",
	"ted.com",        "scribd.com",      "slideshare.net",
	"issuu.com",      "wordpress.tv",    "videopress.com",
	"mixcloud.com",   "tiktok.com",      "reddit.com",
	"tumblr.com",     "imgur.com",       "kickstarter.com",
	"bsky.app",       "pinterest.com",   "animoto.com",
	"cloudup.com",    "crowdsignal.com", "polldaddy.com",
	"screencast.com", "speakerdeck.com", "wolframcloud.com",
	"anghami.com",    "bandcamp.com",    "audiomack.com",
	"pca.st",         "canva.com",       "giphy.com",
	"archive.org",    "podbean.com",     "audioboom.com",
	"storify.com",    "vine.co",         "funnyordie.com",
	"hulu.com",       "photobucket.com", "smugmug.com",
	"meetup.com",     "blip.tv",         "viddler.com",
	"rdio.com",
};

struct writer {
	struct buf *out;
	struct buf run; /* text and inline elements since the last block tag */
	struct autop_counts *counts;
	size_t work_left; /* bytes that may still be looked at twice: broken tags must not make the work quadratic */
	enum inside inside[DEPTH_MAX];
	struct str names[DEPTH_MAX];
	int depth;
};

bool autop_embeds(struct str address)
{
	struct str host = str_starts_nocase(address, STR("https://"))  ? str_skip(address, 8)
			  : str_starts_nocase(address, STR("http://")) ? str_skip(address, 7)
								       : (struct str){0};
	size_t end = 0;
	while (end < host.len && host.ptr[end] != '/' && host.ptr[end] != '?' && host.ptr[end] != '#')
		end++;
	if (end == 0 || end + 1 >= host.len)
		return false;
	host = str_sub(host, 0, end);
	for (size_t i = 0; i < sizeof embed_hosts / sizeof embed_hosts[0]; i++) {
		struct str known = str_from(embed_hosts[i]);
		if (host.len < known.len || !str_eq_nocase(str_skip(host, host.len - known.len), known))
			continue;
		if (host.len == known.len || host.ptr[host.len - known.len - 1] == '.')
			return true;
	}
	return false;
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static enum inside inside_of(const struct writer *writer)
{
	return writer->depth > 0 ? writer->inside[writer->depth - 1] : WRAP;
}

static bool lone_address(struct str line)
{
	if (!str_starts_nocase(line, STR("http://")) && !str_starts_nocase(line, STR("https://")))
		return false;
	for (size_t i = 0; i < line.len; i++)
		if (blank(line.ptr[i]) || line.ptr[i] == '<' || line.ptr[i] == '"')
			return false;
	return autop_embeds(line);
}

/* Takes "<br>", "<br />" off the front. */
static bool take_break(struct str *rest)
{
	if (!str_starts_nocase(*rest, STR("<br")))
		return false;
	struct str after = str_trim(str_sub(*rest, 3, 8));
	if (!str_starts(after, STR(">")) && !str_starts(after, STR("/>")))
		return false;
	*rest = str_skip(*rest, str_find_byte(*rest, '>') + 1);
	return true;
}

/* A paragraph's end at the front of rest: an empty line, or two line breaks in a row. */
static bool take_paragraph_end(struct str *rest)
{
	struct str at = *rest;
	int lines = 0, breaks = 0;
	for (;;) {
		size_t skip = 0;
		while (skip < at.len && blank(at.ptr[skip]))
			skip++;
		at = str_skip(at, skip);
		if (str_starts(at, STR("\n"))) {
			at = str_skip(at, 1);
			lines++;
		} else if (take_break(&at)) {
			breaks++;
		} else {
			break;
		}
	}
	if (breaks < 2 && lines < 2)
		return false;
	if (breaks == 1 && lines == 2) /* one break, a line end on each side: one break is meant */
		return false;
	*rest = at;
	return true;
}

/* One paragraph: a line end is a break, unless a break stands there already. */
static void put_lines(struct writer *writer, struct str text)
{
	bool pending = false, broken = true;
	while (!str_empty(text)) {
		struct str line = text;
		size_t end = str_find_byte(text, '\n');
		line = str_sub(text, 0, end);
		text = end == SIZE_MAX ? (struct str){0} : str_skip(text, end + 1);
		line = str_trim(line);
		if (str_empty(line))
			continue;
		struct str probe = line;
		if (pending && !broken && !take_break(&probe))
			buf_put_cstr(writer->out, "<br>\n");
		buf_put(writer->out, line);
		pending = true;
		size_t last = str_rfind_byte(line, '<');
		struct str tail = last == SIZE_MAX ? (struct str){0} : str_skip(line, last);
		broken = take_break(&tail) && str_empty(str_trim(tail));
	}
}

static void put_paragraph(struct writer *writer, struct str text, bool wrap)
{
	text = str_trim(text);
	if (str_empty(text))
		return;
	if (wrap)
		buf_put_cstr(writer->out, "<p>");
	put_lines(writer, text);
	if (wrap)
		buf_put_cstr(writer->out, "</p>\n");
}

static void put_embed(struct writer *writer, struct str address)
{
	markup_source_embed(writer->out, address, (struct str){0});
	writer->counts->embeds++;
}

static bool in_paragraph(const struct writer *writer)
{
	return writer->depth > 0 && str_eq_nocase(writer->names[writer->depth - 1], STR("p"));
}

/* At the top, lines that are nothing but an address of a service come out as cards between paragraphs. */
static void put_with_embeds(struct writer *writer, struct str text)
{
	struct str whole = text;
	size_t start = 0, at = 0;
	while (at < whole.len) {
		size_t end = str_find_byte(str_skip(whole, at), '\n');
		end = end == SIZE_MAX ? whole.len : at + end;
		struct str line = str_trim(str_sub(whole, at, end - at));
		if (lone_address(line)) {
			put_paragraph(writer, str_sub(whole, start, at - start), true);
			put_embed(writer, line);
			start = end;
		}
		at = end + 1;
	}
	put_paragraph(writer, str_sub(whole, start < whole.len ? start : whole.len, SIZE_MAX), true);
}

static size_t paragraph_length(struct str rest, struct str *ret_after)
{
	size_t at = 0;
	while (at < rest.len) {
		size_t stop = at;
		while (stop < rest.len && rest.ptr[stop] != '\n' && rest.ptr[stop] != '<')
			stop++;
		struct str tail = str_skip(rest, stop);
		if (str_empty(tail))
			break;
		if (take_paragraph_end(&tail)) {
			*ret_after = tail;
			return stop;
		}
		at = stop + 1;
	}
	*ret_after = (struct str){0};
	return rest.len;
}

static void flush(struct writer *writer)
{
	struct str rest = str_trim(buf_str(&writer->run)), after;
	if (!str_empty(rest)) {
		enum inside inside = inside_of(writer);
		size_t first = paragraph_length(rest, &after);
		bool several = !str_empty(str_trim(after));
		while (!str_empty(rest)) {
			struct str paragraph = str_sub(rest, 0, first);
			if (inside == WRAP)
				put_with_embeds(writer, paragraph);
			else if (in_paragraph(writer) && lone_address(str_trim(paragraph)))
				put_embed(writer, str_trim(paragraph));
			else if (inside == NOTHING)
				buf_put(writer->out, paragraph);
			else
				put_paragraph(writer, paragraph, several && inside == ITEM);
			rest = after;
			if (several && inside == LINE && !str_empty(rest))
				buf_put_cstr(writer->out, in_paragraph(writer) ? "</p>\n<p>" : "<br>\n");
			first = paragraph_length(rest, &after);
		}
	}
	buf_clear(&writer->run);
}

static struct str tag_name(struct str tag)
{
	size_t start = str_starts(tag, STR("</")) ? 2 : 1, end = start;
	while (end < tag.len &&
	       ((tag.ptr[end] >= 'a' && tag.ptr[end] <= 'z') || (tag.ptr[end] >= 'A' && tag.ptr[end] <= 'Z') ||
		(tag.ptr[end] >= '0' && tag.ptr[end] <= '9')))
		end++;
	return str_sub(tag, start, end - start);
}

static bool block_inside(struct str name, enum inside *ret_inside)
{
	for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
		if (str_eq_nocase(name, str_from(blocks[i].name))) {
			*ret_inside = blocks[i].inside;
			return true;
		}
	}
	return false;
}

static bool listed(struct str name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq_nocase(name, str_from(names[i])))
			return true;
	return false;
}

static size_t spend(struct writer *writer, size_t bytes)
{
	writer->work_left -= bytes < writer->work_left ? bytes : writer->work_left;
	return 0;
}

/* The length of the tag or comment at the start of text; 0 where "<" starts none. */
static size_t tag_length(struct writer *writer, struct str text)
{
	text = str_sub(text, 0, writer->work_left);
	if (str_starts(text, STR("<!--"))) {
		size_t end = str_find(text, STR("-->"));
		return end == SIZE_MAX ? spend(writer, text.len) : end + 3;
	}
	char next = text.len > 1 ? text.ptr[1] : 0;
	if (next != '/' && !(next >= 'a' && next <= 'z') && !(next >= 'A' && next <= 'Z'))
		return 0;
	char quote = 0;
	for (size_t i = 1; i < text.len; i++) {
		char c = text.ptr[i];
		if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '>')
			return i + 1;
		else if (c == '<')
			return spend(writer, i);
	}
	return spend(writer, text.len);
}

static void pop_paragraph(struct writer *writer)
{
	if (in_paragraph(writer))
		writer->depth--;
}

static void block_tag(struct writer *writer, struct str tag, struct str name, enum inside inside)
{
	bool close = str_starts(tag, STR("</"));
	flush(writer);
	if (!close) {
		pop_paragraph(writer);
		if (writer->depth < DEPTH_MAX) {
			writer->inside[writer->depth] = inside;
			writer->names[writer->depth++] = name;
		}
	} else {
		for (int i = writer->depth; i > 0; i--) {
			if (str_eq_nocase(writer->names[i - 1], name)) {
				writer->depth = i - 1;
				break;
			}
		}
	}
	buf_put(writer->out, tag);
	if (close)
		buf_put_byte(writer->out, '\n');
}

/* Where the content of a verbatim element ends, closing tag included. */
static size_t verbatim_length(struct str text, struct str name)
{
	size_t at = 0;
	for (;;) {
		size_t close = str_find(str_skip(text, at), STR("</"));
		if (close == SIZE_MAX)
			return text.len;
		at += close + 2;
		if (str_starts_nocase(str_skip(text, at), name)) {
			size_t end = str_find_byte(str_skip(text, at), '>');
			return end == SIZE_MAX ? text.len : at + end + 1;
		}
	}
}

/* A line that ends inside a tag is no line of the text. */
static void put_inline(struct writer *writer, struct str tag)
{
	for (size_t i = 0; i < tag.len; i++) {
		bool pair = tag.ptr[i] == '\r' && i + 1 < tag.len && tag.ptr[i + 1] == '\n';
		if (!pair)
			buf_put_byte(&writer->run, tag.ptr[i] == '\n' || tag.ptr[i] == '\r' ? ' ' : tag.ptr[i]);
	}
}

static size_t take_tag(struct writer *writer, struct str text, size_t length)
{
	struct str tag = str_sub(text, 0, length);
	if (str_starts(tag, STR("<!--"))) {
		struct str inner = str_trim(str_sub(tag, 4, length - 7));
		if (str_starts(inner, STR("more")) || str_eq(inner, STR("nextpage"))) {
			buf_put_cstr(&writer->run, "\n\n");
			writer->counts->page_breaks += str_eq(inner, STR("nextpage"));
		}
		return length;
	}
	struct str name = tag_name(tag);
	enum inside inside;
	if (!str_starts(tag, STR("</")) && listed(name, verbatim, sizeof verbatim / sizeof verbatim[0])) {
		length = verbatim_length(text, name);
		bool apart = inside_of(writer) == WRAP || str_eq_nocase(name, STR("pre"));
		if (apart) {
			flush(writer);
			buf_put(writer->out, str_sub(text, 0, length));
		} else {
			put_inline(writer, str_sub(text, 0, length));
		}
	} else if (block_inside(name, &inside)) {
		block_tag(writer, tag, name, inside);
	} else if (listed(name, void_blocks, sizeof void_blocks / sizeof void_blocks[0])) {
		flush(writer);
		pop_paragraph(writer);
		buf_put(writer->out, tag);
	} else {
		put_inline(writer, tag);
	}
	return length;
}

/* Line ends as \n. */
static void put_text(struct buf *out, struct str text)
{
	while (!str_empty(text)) {
		size_t at = str_find_byte(text, '\r');
		buf_put(out, str_sub(text, 0, at));
		if (at == SIZE_MAX)
			return;
		if (at + 1 >= text.len || text.ptr[at + 1] != '\n')
			buf_put_byte(out, '\n');
		text = str_skip(text, at + 1);
	}
}

void autop(struct str text, struct buf *out, struct autop_counts *counts)
{
	struct writer writer = {.out = out, .counts = counts, .work_left = text.len * 8 + 65536};
	buf_init(&writer.run, LIMIT_MARKUP_OUTPUT_BYTES);
	while (!str_empty(text)) {
		size_t angle = str_find_byte(text, '<');
		put_text(&writer.run, str_sub(text, 0, angle));
		if (angle == SIZE_MAX)
			break;
		text = str_skip(text, angle);
		size_t length = tag_length(&writer, text);
		if (length == 0) {
			buf_put_byte(&writer.run, '<');
			length = 1;
		} else {
			length = take_tag(&writer, text, length);
		}
		text = str_skip(text, length);
	}
	flush(&writer);
	buf_finish(&writer.run);
}
