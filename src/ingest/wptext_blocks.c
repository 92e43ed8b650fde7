#include "base/limits.h"
#include "ingest/wptext_write.h"
#include "text/markup.h"
#include "text/plain.h"

#include <jansson.h>

#define ATTRIBUTES_MAX_BYTES (256u << 10)
#define REUSE_BYTES          64 /* what a use of an empty block counts for */

struct block {
	struct str name;       /* without "core/" */
	struct str attributes; /* JSON, may be empty */
	struct str inner;
	size_t start, end;
};

struct delimiter {
	size_t start, end;
	struct str name, attributes;
	bool closing, alone; /* <!-- /wp:x -->, <!-- wp:x /--> */
};

typedef void block_write(struct wptext *wptext, const struct block *block, int depth, struct buf *out);

static bool name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '/';
}

/* The comment at the start of text, if it delimits a block. */
static bool parse_delimiter(struct str text, size_t start, size_t comment_end, struct delimiter *ret)
{
	struct str inside = str_trim(str_sub(text, start + 4, comment_end - 3 - start - 4));
	struct delimiter found = {.start = start, .end = comment_end};
	if (str_starts(inside, STR("/"))) {
		found.closing = true;
		inside = str_skip(inside, 1);
	}
	if (!str_starts(inside, STR("wp:")))
		return false;
	inside = str_skip(inside, 3);
	size_t end = 0;
	while (end < inside.len && name_byte(inside.ptr[end]))
		end++;
	found.name = str_sub(inside, 0, end);
	if (str_ends(found.name, STR("/"))) {
		found.name = str_sub(found.name, 0, found.name.len - 1);
		found.alone = true;
	}
	if (str_starts(found.name, STR("core/")))
		found.name = str_skip(found.name, 5);
	inside = str_trim(str_skip(inside, end));
	if (str_ends(inside, STR("/"))) {
		found.alone = true;
		inside = str_trim(str_sub(inside, 0, inside.len - 1));
	}
	found.attributes = inside;
	*ret = found;
	return !str_empty(found.name);
}

static bool next_delimiter(struct str text, size_t from, struct delimiter *ret)
{
	while (from < text.len) {
		size_t at = str_find(str_skip(text, from), STR("<!--"));
		if (at == SIZE_MAX)
			return false;
		from += at;
		size_t close = str_find(str_skip(text, from + 4), STR("-->"));
		if (close == SIZE_MAX)
			return false;
		size_t end = from + 4 + close + 3;
		if (parse_delimiter(text, from, end, ret))
			return true;
		from = end;
	}
	return false;
}

/* From an opening delimiter to its end; a block that is never closed ends with the text. */
static struct block block_from(struct str text, const struct delimiter *open)
{
	struct block block = {
		.name = open->name, .attributes = open->attributes, .start = open->start, .end = open->end};
	if (open->alone)
		return block;
	int depth = 1;
	struct delimiter next;
	size_t at = open->end;
	while (depth > 0 && next_delimiter(text, at, &next)) {
		at = next.end;
		if (next.alone)
			continue;
		depth += next.closing ? -1 : 1;
	}
	size_t inner_end = depth == 0 ? next.start : text.len;
	block.end = depth == 0 ? next.end : text.len;
	block.inner = str_sub(text, open->end, inner_end - open->end);
	return block;
}

static json_t *attributes_of(const struct block *block)
{
	if (str_empty(block->attributes) || block->attributes.len > ATTRIBUTES_MAX_BYTES)
		return NULL;
	return json_loadb(block->attributes.ptr, block->attributes.len, 0, NULL);
}

static struct str attribute_text(const struct block *block, const char *name, struct arena *arena)
{
	json_t *json = attributes_of(block);
	const char *value = json_string_value(json_object_get(json, name));
	struct str text = value ? arena_str(arena, str_from(value)) : (struct str){0};
	json_decref(json);
	return text;
}

static int64_t attribute_number(const struct block *block, const char *name)
{
	json_t *json = attributes_of(block);
	int64_t value = json_integer_value(json_object_get(json, name));
	json_decref(json);
	return value;
}

static void dropped(struct wptext *wptext, struct str name)
{
	tally_add(&wptext->tallies, wptext->arena, TALLY_BLOCK_DROPPED, name, 1);
}

static void write_inner(struct wptext *wptext, const struct block *block, int depth, struct buf *out)
{
	wptext_blocks(wptext, block->inner, depth + 1, out);
}

static void write_nothing(struct wptext *wptext, const struct block *block, int depth, struct buf *out)
{
	(void)wptext, (void)block, (void)depth, (void)out;
}

static void write_page_break(struct wptext *wptext, const struct block *block, int depth, struct buf *out)
{
	(void)block, (void)depth, (void)out;
	tally_add(&wptext->tallies, wptext->arena, TALLY_PAGE_BREAKS, STR("joined"), 1);
}

static void write_dropped(struct wptext *wptext, const struct block *block, int depth, struct buf *out)
{
	(void)depth, (void)out;
	dropped(wptext, block->name);
}

static void write_classic(struct wptext *wptext, const struct block *block, int depth, struct buf *out)
{
	wptext_classic(wptext, block->inner, depth + 1, out);
}

static void write_caption(struct wptext *wptext, struct str html, struct buf *out)
{
	struct str caption = str_trim(wptext_element(html, STR("figcaption")));
	(void)wptext;
	if (str_empty(caption))
		return;
	buf_put_cstr(out, "<p>");
	buf_put(out, caption);
	buf_put_cstr(out, "</p>\n");
}

static void write_card(struct wptext *wptext, const struct block *block, struct str address, struct buf *out)
{
	if (str_empty(address)) {
		dropped(wptext, block->name);
		return;
	}
	tally_add(&wptext->tallies, wptext->arena, TALLY_EMBEDS, STR("block"), 1);
	markup_source_embed(out, address, (struct str){0});
	write_caption(wptext, block->inner, out);
}

static void write_embed(struct wptext *wptext, const struct block *block, int depth, struct buf *out)
{
	(void)depth;
	write_card(wptext, block, attribute_text(block, "url", wptext->arena), out);
}

static struct str source_in(struct wptext *wptext, struct str html, struct str element)
{
	size_t start, end;
	if (!wptext_find_tag(html, element, 0, &start, &end))
		return (struct str){0};
	return wptext_tag_attribute(str_sub(html, start, end - start), STR("src"), wptext->arena);
}

static void write_recording(struct wptext *wptext, const struct block *block, int depth, struct buf *out)
{
	(void)depth;
	struct str address = attribute_text(block, "src", wptext->arena);
	if (str_empty(address))
		address = source_in(wptext, block->inner, block->name);
	write_card(wptext, block, address, out);
}

/* The first link names the document; the second is a button that says "Download". */
static void write_file(struct wptext *wptext, const struct block *block, int depth, struct buf *out)
{
	(void)depth;
	struct str address = attribute_text(block, "href", wptext->arena);
	struct str label = str_trim(wptext_element(block->inner, STR("a")));
	size_t start, end;
	if (str_empty(address) && wptext_find_tag(block->inner, STR("a"), 0, &start, &end))
		address = wptext_tag_attribute(str_sub(block->inner, start, end - start), STR("href"), wptext->arena);
	if (str_empty(address)) {
		dropped(wptext, block->name);
		return;
	}
	buf_put_cstr(out, "<p><a href=\"");
	buf_put_html(out, address);
	buf_put_cstr(out, "\">");
	if (str_empty(label))
		buf_put_html(out, address);
	else
		buf_put(out, label);
	buf_put_cstr(out, "</a></p>\n");
}

/* Copies the figures of a gallery, whichever way it nests them in lists or in a figure around all. */
static void put_figures(struct str html, struct buf *out)
{
	size_t at = 0, start, end;
	while (wptext_find_tag(html, STR("figure"), at, &start, &end)) {
		struct str rest = str_skip(html, end);
		size_t close = str_find(rest, STR("</figure>")), inner_start, inner_end;
		if (close == SIZE_MAX)
			return;
		at = end;
		if (wptext_find_tag(str_sub(rest, 0, close), STR("figure"), 0, &inner_start, &inner_end))
			continue;
		buf_put(out, str_sub(html, start, end - start + close + 9));
		at = end + close + 9;
	}
}

static void write_gallery(struct wptext *wptext, const struct block *block, int depth, struct buf *out)
{
	BUF_SCOPED inner = BUF_INIT(LIMIT_MARKUP_OUTPUT_BYTES);
	wptext_blocks(wptext, block->inner, depth + 1, &inner);
	struct str html = buf_str(&inner), caption = {0};
	size_t at = str_find(html, STR("blocks-gallery-caption"));
	if (at != SIZE_MAX) {
		struct str rest = str_skip(html, at);
		size_t open = str_find_byte(rest, '>'), close = str_find(rest, STR("</figcaption"));
		if (open != SIZE_MAX && close != SIZE_MAX && close > open)
			caption = str_sub(rest, open + 1, close - open - 1);
	}
	markup_source_gallery_open(out);
	put_figures(html, out);
	markup_source_gallery_close(out, caption);
}

/* Older covers name their picture in the attributes alone. */
static void write_cover(struct wptext *wptext, const struct block *block, int depth, struct buf *out)
{
	size_t start, end;
	struct str address = attribute_text(block, "url", wptext->arena);
	if (!str_empty(address) && !wptext_find_tag(block->inner, STR("img"), 0, &start, &end)) {
		struct markup_figure figure = {.source_id = attribute_number(block, "id"), .address = address};
		markup_source_figure(out, &figure);
	}
	write_inner(wptext, block, depth, out);
}

static void write_reusable(struct wptext *wptext, const struct block *block, int depth, struct buf *out)
{
	struct str content;
	int64_t id = attribute_number(block, "ref");
	if (depth >= WPTEXT_DEPTH_MAX || !wptext->reusable || !wptext->reusable(wptext->context, id, &content)) {
		dropped(wptext, STR("block (not in the export)"));
		return;
	}
	size_t bytes = content.len + REUSE_BYTES;
	if (bytes > WPTEXT_REUSED_BYTES_MAX - wptext->reused_bytes) {
		tally_add(&wptext->tallies, wptext->arena, TALLY_BEYOND, STR("reusable blocks"), 1);
		return;
	}
	wptext->reused_bytes += bytes;
	wptext_blocks(wptext, content, depth + 4, out);
}

static void write_footnotes(struct wptext *wptext, const struct block *block, int depth, struct buf *out)
{
	(void)block, (void)depth;
	json_t *notes =
		str_empty(wptext->footnotes) ? NULL : json_loadb(wptext->footnotes.ptr, wptext->footnotes.len, 0, NULL);
	size_t count = json_array_size(notes);
	if (count > 0)
		buf_put_cstr(out, "<ol class=\"wp-block-footnotes\">");
	for (size_t i = 0; i < count; i++) {
		json_t *note = json_array_get(notes, i);
		const char *id = json_string_value(json_object_get(note, "id"));
		const char *content = json_string_value(json_object_get(note, "content"));
		if (!id || !content)
			continue;
		buf_put_cstr(out, "<li id=\"");
		buf_put_html(out, str_from(id));
		buf_put_cstr(out, "\">");
		buf_put_cstr(out, content);
		buf_put_cstr(out, "</li>");
	}
	if (count > 0)
		buf_put_cstr(out, "</ol>\n");
	json_decref(notes);
}

static const struct {
	const char *name;
	block_write *write;
} known_blocks[] = {
	{"gallery", write_gallery},
	{"embed", write_embed},
	{"video", write_recording},
	{"audio", write_recording},
	{"file", write_file},
	{"cover", write_cover},
	{"block", write_reusable},
	{"footnotes", write_footnotes},
	{"freeform", write_classic},
	{"shortcode", write_classic},
	{"spacer", write_nothing},
	{"more", write_nothing},
	{"nextpage", write_page_break},
	{"latest-posts", write_dropped},
	{"latest-comments", write_dropped},
	{"archives", write_dropped},
	{"categories", write_dropped},
	{"calendar", write_dropped},
	{"tag-cloud", write_dropped},
	{"rss", write_dropped},
	{"search", write_dropped},
	{"loginout", write_dropped},
	{"page-list", write_dropped},
	{"social-links", write_dropped},
	{"query", write_dropped},
	{"navigation", write_dropped},
	{"template-part", write_dropped},
	{"pattern", write_dropped},
	{"avatar", write_dropped},
	{"read-more", write_dropped},
	{"comments", write_dropped},
	{"home-link", write_dropped},
	{"legacy-widget", write_dropped},
	{"widget-group", write_dropped},
};

/* Families of blocks that show what the site around them knows. */
static const char *const dropped_families[] = {"post-",  "comment-", "comments-",   "site-",
					       "query-", "term-",    "navigation-", "social-"};

static block_write *writer_of(const struct block *block, bool alone)
{
	for (size_t i = 0; i < sizeof known_blocks / sizeof known_blocks[0]; i++)
		if (str_eq(block->name, str_from(known_blocks[i].name)))
			return known_blocks[i].write;
	if (str_starts(block->name, STR("core-embed/")))
		return write_embed;
	for (size_t i = 0; i < sizeof dropped_families / sizeof dropped_families[0]; i++)
		if (str_starts(block->name, str_from(dropped_families[i])))
			return write_dropped;
	return alone ? write_dropped : write_inner;
}

/* HTML between delimiters: at the top it is classic text, inside a block it belongs to the block. */
static void write_between(struct wptext *wptext, struct str text, int depth, struct buf *out)
{
	if (str_empty(str_trim(text)))
		buf_put(out, text);
	else if (depth == 0)
		wptext_classic(wptext, text, depth, out);
	else
		wptext_shortcodes(wptext, text, depth, out);
}

void wptext_blocks(struct wptext *wptext, struct str text, int depth, struct buf *out)
{
	struct delimiter next;
	size_t at = 0;
	while (depth < WPTEXT_DEPTH_MAX && next_delimiter(text, at, &next)) {
		write_between(wptext, str_sub(text, at, next.start - at), depth, out);
		at = next.end;
		if (next.closing)
			continue;
		struct block block = block_from(text, &next);
		writer_of(&block, next.alone)(wptext, &block, depth, out);
		at = block.end;
	}
	write_between(wptext, str_skip(text, at), depth, out);
}
