#include "base/map.h"
#include "ingest/shortcode.h"
#include "ingest/wptext_write.h"
#include "text/markup.h"
#include "text/plain.h"

/* False where it says nothing that can be shown: then it stays as text. */
typedef bool render(struct wptext *wptext, const struct shortcode *code, int depth, struct buf *out);

static int64_t number_behind(struct str text, struct str prefix)
{
	size_t at = str_find(text, prefix), end;
	if (at == SIZE_MAX)
		return 0;
	struct str digits = str_skip(text, at + prefix.len);
	for (end = 0; end < digits.len && digits.ptr[end] >= '0' && digits.ptr[end] <= '9'; end++)
		;
	int64_t value;
	return str_to_i64(str_sub(digits, 0, end), &value) ? value : 0;
}

static int64_t number_of(struct str text)
{
	int64_t value;
	return str_to_i64(str_trim(text), &value) && value > 0 ? value : 0;
}

/* The address WordPress itself gives an attachment of which only the id is said. */
static struct str address_of(struct wptext *wptext, int64_t attachment_id)
{
	return attachment_id > 0 ? arena_printf(wptext->arena, WPTEXT_BY_ID "%lld", (long long)attachment_id)
				 : (struct str){0};
}

/* A picture with what stands behind it: [caption id="attachment_7" …]<a><img></a> text[/caption]. */
static bool render_caption(struct wptext *wptext, const struct shortcode *code, int depth, struct buf *out)
{
	struct arena *arena = wptext->arena;
	size_t start, end;
	if (!wptext_find_tag(code->content, STR("img"), 0, &start, &end)) {
		wptext_shortcodes(wptext, code->content, depth + 1, out);
		return true;
	}
	struct str image = str_sub(code->content, start, end - start);
	struct str before = str_sub(code->content, 0, start), after = str_skip(code->content, end);
	struct markup_figure figure = {
		.address = wptext_tag_attribute(image, STR("src"), arena),
		.alt = wptext_tag_attribute(image, STR("alt"), arena),
		.has_alt = str_find(image, STR("alt=")) != SIZE_MAX,
		.width = (int)number_of(wptext_tag_attribute(image, STR("width"), arena)) & 0xFFFF,
		.height = (int)number_of(wptext_tag_attribute(image, STR("height"), arena)) & 0xFFFF,
		.source_id = number_behind(wptext_tag_attribute(image, STR("class"), arena), STR("wp-image-")),
	};
	if (figure.source_id == 0)
		figure.source_id = number_behind(shortcode_attribute(code, STR("id")), STR("attachment_"));
	size_t link_start, link_end;
	if (wptext_find_tag(before, STR("a"), 0, &link_start, &link_end)) {
		figure.link =
			wptext_tag_attribute(str_sub(before, link_start, link_end - link_start), STR("href"), arena);
		size_t close = str_find_nocase(after, STR("</a>"));
		after = close == SIZE_MAX ? after : str_skip(after, close + 4);
	}
	struct str align = shortcode_attribute(code, STR("align"));
	figure.align = str_starts(align, STR("align")) ? str_skip(align, 5) : align;
	if (str_eq(figure.align, STR("none")))
		figure.align = (struct str){0};
	figure.caption_html = str_trim(after);
	if (str_empty(figure.caption_html))
		figure.caption_html = shortcode_attribute(code, STR("caption"));
	markup_source_figure(out, &figure);
	return true;
}

static void gallery_picture(struct wptext *wptext, int64_t id, struct buf *out)
{
	struct markup_figure figure = {.source_id = id, .address = address_of(wptext, id)};
	markup_source_figure(out, &figure);
}

/* A post's own pictures, without those that are listed. The bound is on what is looked at, shown or not. */
static void put_attached(struct wptext *wptext, const int64_t *ids, size_t count, struct str exclude, struct buf *out)
{
	struct map *excluded = map_create(wptext->arena);
	struct str piece;
	size_t left = WPTEXT_GALLERY_PICTURES_MAX - wptext->gallery_pictures;
	if (count > left) {
		tally_add(&wptext->tallies, wptext->arena, TALLY_BEYOND, STR("pictures of galleries"),
			  (int64_t)(count - left));
		count = left;
	}
	wptext->gallery_pictures += count;
	while (str_next(&exclude, ',', &piece))
		map_put_i64(excluded, number_of(piece), wptext);
	for (size_t i = 0; i < count; i++)
		if (!map_get_i64(excluded, ids[i]))
			gallery_picture(wptext, ids[i], out);
}

static bool render_gallery(struct wptext *wptext, const struct shortcode *code, int depth, struct buf *out)
{
	(void)depth;
	struct str ids = shortcode_attribute(code, STR("ids")), piece;
	if (str_empty(ids))
		ids = shortcode_attribute(code, STR("include"));
	markup_source_gallery_open(out);
	if (!str_empty(ids)) {
		while (str_next(&ids, ',', &piece))
			if (number_of(piece))
				gallery_picture(wptext, number_of(piece), out);
	} else if (wptext->attached) {
		int64_t post = number_of(shortcode_attribute(code, STR("id")));
		const int64_t *attached;
		size_t count = wptext->attached(wptext->context, post ? post : wptext->post_id, &attached);
		put_attached(wptext, attached, count, shortcode_attribute(code, STR("exclude")), out);
	}
	markup_source_gallery_close(out, (struct str){0});
	return true;
}

static bool put_card(struct wptext *wptext, struct str address, struct str title, struct buf *out)
{
	if (str_empty(address))
		return false;
	tally_add(&wptext->tallies, wptext->arena, TALLY_EMBEDS, STR("shortcode"), 1);
	markup_source_embed(out, plain_from_html(address, wptext->arena), title);
	return true;
}

static struct str first_address(const struct shortcode *code)
{
	static const struct str names[] = {
		STR_INIT("src"), STR_INIT("url"), STR_INIT("mp4"),  STR_INIT("m4v"),  STR_INIT("webm"), STR_INIT("ogv"),
		STR_INIT("mov"), STR_INIT("flv"), STR_INIT("mp3"),  STR_INIT("m4a"),  STR_INIT("ogg"),  STR_INIT("wav"),
		STR_INIT("wma"), STR_INIT("wmv"), STR_INIT("href"), STR_INIT("link"),
	};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct str value = shortcode_attribute(code, names[i]);
		if (!str_empty(value))
			return value;
	}
	struct str content = str_trim(code->content);
	if (str_starts(content, STR("http")))
		return content;
	struct str first = shortcode_positional(code, 0);
	return str_starts(first, STR("=")) ? str_skip(first, 1) : first;
}

static bool render_file(struct wptext *wptext, const struct shortcode *code, int depth, struct buf *out)
{
	(void)depth;
	struct str address = first_address(code);
	if (str_empty(address))
		address = address_of(wptext, number_of(shortcode_attribute(code, STR("id"))));
	return put_card(wptext, address, (struct str){0}, out);
}

static bool render_playlist(struct wptext *wptext, const struct shortcode *code, int depth, struct buf *out)
{
	(void)depth;
	struct str ids = shortcode_attribute(code, STR("ids")), piece;
	bool some = false;
	while (str_next(&ids, ',', &piece))
		some |= put_card(wptext, address_of(wptext, number_of(piece)), (struct str){0}, out);
	return some;
}

/* [youtube ID], [vimeo 123], [tweet address] …: services name what they show in many ways. */
static bool render_service(struct wptext *wptext, const struct shortcode *code, int depth, struct buf *out)
{
	static const struct {
		struct str name, prefix;
	} pages[] = {
		{STR_INIT("youtube"), STR_INIT("https://www.youtube.com/watch?v=")},
		{STR_INIT("vimeo"), STR_INIT("https://vimeo.com/")},
		{STR_INIT("dailymotion"), STR_INIT("https://www.dailymotion.com/video/")},
		{STR_INIT("wpvideo"), STR_INIT("https://videopress.com/v/")},
		{STR_INIT("videopress"), STR_INIT("https://videopress.com/v/")},
		{STR_INIT("tweet"), STR_INIT("https://twitter.com/i/status/")},
		{STR_INIT("twitter"), STR_INIT("https://twitter.com/i/status/")},
	};
	(void)depth;
	struct str address = first_address(code);
	if (str_empty(address))
		address = shortcode_attribute(code, STR("id"));
	if (str_empty(address))
		address = str_trim(code->content);
	if (!str_starts(address, STR("http")) && !str_starts(address, STR("//")) && !str_empty(address)) {
		struct str id = address;
		address = (struct str){0};
		for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++)
			if (str_eq_nocase(code->name, pages[i].name))
				address =
					arena_printf(wptext->arena, "%.*s%.*s", STR_ARG(pages[i].prefix), STR_ARG(id));
	}
	return put_card(wptext, address, (struct str){0}, out);
}

static const struct known {
	const char *name;
	render *render;
	bool closes;
} known_codes[] = {
	{"caption", render_caption, true},      {"wp_caption", render_caption, true},
	{"gallery", render_gallery, false},     {"embed", render_service, true},
	{"audio", render_file, true},           {"video", render_file, true},
	{"playlist", render_playlist, false},   {"youtube", render_service, true},
	{"vimeo", render_service, true},        {"dailymotion", render_service, true},
	{"soundcloud", render_service, true},   {"spotify", render_service, true},
	{"twitter", render_service, true},      {"tweet", render_service, true},
	{"instagram", render_service, true},    {"facebook", render_service, true},
	{"fb", render_service, true},           {"tiktok", render_service, true},
	{"ted", render_service, true},          {"flickr", render_service, true},
	{"flickr-video", render_service, true}, {"slideshare", render_service, true},
	{"scribd", render_service, true},       {"issuu", render_service, true},
	{"wpvideo", render_service, false},     {"videopress", render_service, false},
	{"googlemaps", render_service, true},   {"bandcamp", render_service, true},
	{"archiveorg", render_service, true},   {"gist", render_service, true},
};

static const struct known *find_known(struct str name)
{
	for (size_t i = 0; i < sizeof known_codes / sizeof known_codes[0]; i++)
		if (str_eq(name, str_from(known_codes[i].name)))
			return &known_codes[i];
	return NULL;
}

static bool closes(struct str name)
{
	const struct known *known = find_known(name);
	return known && known->closes;
}

/* "[sic]" and "[top]" are words in brackets; a name with attributes or joined words is somebody's shortcode. */
static bool looks_like_one(const struct shortcode *code)
{
	for (size_t i = 0; i < code->attribute_count; i++)
		if (!str_empty(code->attributes[i].name))
			return true;
	return code->attribute_count == 0 &&
	       (str_find_byte(code->name, '_') != SIZE_MAX || str_find_byte(code->name, '-') != SIZE_MAX);
}

void wptext_shortcodes(struct wptext *wptext, struct str text, int depth, struct buf *out)
{
	struct shortcode_scan scan;
	struct shortcode code;
	size_t done = 0;
	shortcode_scan_init(&scan, text, closes);
	while (depth < WPTEXT_DEPTH_MAX && shortcode_next(&scan, wptext->arena, &code)) {
		const struct known *known = find_known(code.name);
		if (!known) {
			if (looks_like_one(&code))
				tally_add(&wptext->tallies, wptext->arena, TALLY_SHORTCODE_UNKNOWN, code.name, 1);
			if (code.escaped)
				scan.at = code.end;
			continue;
		}
		buf_put(out, str_sub(text, done, code.start - done));
		if (code.escaped) {
			buf_put(out, str_sub(text, code.start + 1, code.end - code.start - 2));
		} else {
			bool rendered = known->render(wptext, &code, depth, out);
			if (!rendered)
				buf_put(out, str_sub(text, code.start, code.end - code.start));
			tally_add(&wptext->tallies, wptext->arena,
				  rendered ? TALLY_SHORTCODE_RENDERED : TALLY_SHORTCODE_UNKNOWN, code.name, 1);
		}
		done = code.end;
	}
	buf_put(out, str_skip(text, done));
}
