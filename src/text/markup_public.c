/* Pictures and link cards in both forms; the public form; absolute addresses afterwards. */
#include "base/limits.h"
#include "text/markup_write.h"
#include "text/url.h"

#include <string.h>

struct markup_media markup_media_of(const struct markup_node *node, struct arena *arena)
{
	const struct markup_node *caption = markup_child(node, MARKUP_CAPTION),
				 *credit = markup_child(node, MARKUP_CREDIT);
	int64_t id = 0;
	str_to_i64(markup_get(node, MARKUP_SOURCE_ID), &id);
	return (struct markup_media){
		.guid = markup_get(node, MARKUP_MEDIA),
		.address = markup_get(node, MARKUP_SRC),
		.source_id = id,
		.alt = markup_get(node, MARKUP_ALT),
		.has_alt = markup_has(node, MARKUP_ALT),
		.caption = caption ? markup_node_text(caption, arena) : (struct str){0},
		.credit = credit ? markup_node_text(credit, arena) : (struct str){0},
		.width = markup_get_number(node, MARKUP_WIDTH),
		.height = markup_get_number(node, MARKUP_HEIGHT),
	};
}

static void put(struct markup_writer *writer, const char *text)
{
	buf_put_cstr(writer->out, text);
}

static void write_number(struct markup_writer *writer, const char *name, int number)
{
	if (number > 0)
		buf_printf(writer->out, " %s=\"%d\"", name, number);
}

static void write_language(struct markup_writer *writer, const struct markup_node *node)
{
	if (markup_has(node, MARKUP_LANG))
		markup_write_attribute(writer, "lang", markup_get(node, MARKUP_LANG));
	if (markup_has(node, MARKUP_DIR))
		markup_write_attribute(writer, "dir", markup_get(node, MARKUP_DIR));
}

/* ---- canonical ---- */

static void write_canonical_image(struct markup_writer *writer, const struct markup_node *node, bool with_media)
{
	put(writer, "<img");
	if (with_media && markup_has(node, MARKUP_MEDIA))
		markup_write_attribute(writer, "data-media", markup_get(node, MARKUP_MEDIA));
	if (markup_has(node, MARKUP_SRC))
		markup_write_attribute(writer, "src", markup_get(node, MARKUP_SRC));
	if (markup_has(node, MARKUP_ALT))
		markup_write_attribute(writer, "alt", markup_get(node, MARKUP_ALT));
	write_number(writer, "width", markup_get_number(node, MARKUP_WIDTH));
	write_number(writer, "height", markup_get_number(node, MARKUP_HEIGHT));
	put(writer, ">");
}

static void write_canonical_figure(struct markup_writer *writer, const struct markup_node *node)
{
	const struct markup_node *caption = markup_child(node, MARKUP_CAPTION),
				 *credit = markup_child(node, MARKUP_CREDIT);
	put(writer, "<figure");
	markup_write_class(writer, "", node->align);
	if (markup_has(node, MARKUP_MEDIA))
		markup_write_attribute(writer, "data-media", markup_get(node, MARKUP_MEDIA));
	write_language(writer, node);
	if (node->id.len)
		markup_write_attribute(writer, "id", node->id);
	put(writer, ">");
	if (markup_has(node, MARKUP_HREF)) {
		put(writer, "<a");
		markup_write_attribute(writer, "href", markup_get(node, MARKUP_HREF));
		put(writer, ">");
	}
	write_canonical_image(writer, node, false);
	put(writer, markup_has(node, MARKUP_HREF) ? "</a>" : "");
	if (caption || credit)
		put(writer, "<figcaption>");
	if (caption)
		markup_write_inside(writer, caption);
	if (credit) {
		put(writer, "<span class=\"credit\">");
		markup_write_inside(writer, credit);
		put(writer, "</span>");
	}
	put(writer, caption || credit ? "</figcaption></figure>" : "</figure>");
}

/* ---- public ---- */

static bool resolve(struct markup_writer *writer, const struct markup_node *node, struct markup_picture *ret_picture)
{
	const struct markup_public *public = writer->public;
	struct markup_media media = markup_media_of(node, writer->arena);
	*ret_picture = (struct markup_picture){0};
	if (!public->picture || public->picture(public->context, &media, ret_picture) != MARKUP_SHOW)
		return false;
	if (media.has_alt && (media.alt.len || !ret_picture->alt.len)) {
		ret_picture->alt = media.alt;
		ret_picture->alt_language = (struct str){0};
	}
	return ret_picture->src.len > 0;
}

static void write_sources(struct markup_writer *writer, const struct markup_picture *picture)
{
	for (size_t i = 0; i < picture->source_count; i++) {
		put(writer, "<source");
		if (picture->sources[i].type.len)
			markup_write_attribute(writer, "type", picture->sources[i].type);
		markup_write_attribute(writer, "srcset", picture->sources[i].srcset);
		if (picture->sizes.len)
			markup_write_attribute(writer, "sizes", picture->sizes);
		put(writer, ">");
	}
}

static void write_public_image(struct markup_writer *writer, const struct markup_picture *picture)
{
	bool plain = writer->public->plain_pictures;
	bool wrapped = !plain && picture->source_count > 0;
	if (wrapped) {
		put(writer, "<picture>");
		write_sources(writer, picture);
	}
	put(writer, "<img");
	markup_write_address(writer, "src", picture->src);
	if (!plain && picture->srcset.len) {
		markup_write_attribute(writer, "srcset", picture->srcset);
		if (picture->sizes.len)
			markup_write_attribute(writer, "sizes", picture->sizes);
	}
	write_number(writer, "width", picture->width);
	write_number(writer, "height", picture->height);
	markup_write_attribute(writer, "alt", picture->alt);
	if (!plain && picture->alt.len && picture->alt_language.len)
		markup_write_attribute(writer, "lang", picture->alt_language);
	if (!plain && (writer->pictures > 0 || !writer->public->eager_first))
		put(writer, " loading=\"lazy\" decoding=\"async\"");
	put(writer, wrapped ? "></picture>" : ">");
	writer->pictures++;
}

/* The words of a caption or credit: the body's own, else those that the picture brings, marked with their language. The
 * direction is found from the words by the browser. */
static void write_legend(struct markup_writer *writer, const char *class, struct str label,
			 const struct markup_node *own, struct str text, struct str language)
{
	put(writer, "<span");
	markup_write_attribute(writer, "class", str_from(class));
	if (!own && language.len) {
		markup_write_attribute(writer, "lang", language);
		put(writer, " dir=\"auto\"");
	}
	put(writer, ">");
	markup_put_escaped(writer->out, label, false);
	if (own)
		markup_write_inside(writer, own);
	else
		markup_put_escaped(writer->out, text, false);
	put(writer, "</span>");
}

static void write_caption(struct markup_writer *writer, const struct markup_node *node,
			  const struct markup_picture *picture)
{
	const struct markup_node *caption = markup_child(node, MARKUP_CAPTION),
				 *credit = markup_child(node, MARKUP_CREDIT);
	bool has_caption = caption || picture->caption.len, has_credit = credit || picture->credit.len;
	if (!has_caption && !has_credit)
		return;
	put(writer, "<figcaption>");
	if (has_caption)
		write_legend(writer, "caption", (struct str){0}, caption, picture->caption, picture->caption_language);
	put(writer, has_caption && has_credit ? " " : "");
	if (has_credit)
		write_legend(writer, "credit", writer->public->credit_label, credit, picture->credit,
			     picture->credit_language);
	put(writer, "</figcaption>");
}

void markup_write_figure(struct markup_writer *writer, const struct markup_node *node)
{
	struct markup_picture picture;
	if (!writer->public) {
		write_canonical_figure(writer, node);
		return;
	}
	if (!resolve(writer, node, &picture))
		return;
	put(writer, "<figure");
	markup_write_class(writer, "", node->align);
	write_language(writer, node);
	if (node->id.len)
		markup_write_attribute(writer, "id", node->id);
	put(writer, ">");
	if (markup_has(node, MARKUP_HREF)) {
		put(writer, "<a");
		markup_write_address(writer, "href", markup_get(node, MARKUP_HREF));
		put(writer, ">");
	}
	write_public_image(writer, &picture);
	put(writer, markup_has(node, MARKUP_HREF) ? "</a>" : "");
	write_caption(writer, node, &picture);
	put(writer, "</figure>");
}

void markup_write_image(struct markup_writer *writer, const struct markup_node *node)
{
	struct markup_picture picture;
	if (!writer->public)
		write_canonical_image(writer, node, true);
	else if (resolve(writer, node, &picture))
		write_public_image(writer, &picture);
}

/* ---- link cards ---- */

/* Who offers what a card links to, in the name that readers know. */
static struct str provider_of(struct str host)
{
	static const struct {
		struct str domain, name;
	} known[] = {
		{STR_INIT("youtube.com"), STR_INIT("YouTube")},
		{STR_INIT("youtu.be"), STR_INIT("YouTube")},
		{STR_INIT("vimeo.com"), STR_INIT("Vimeo")},
		{STR_INIT("twitter.com"), STR_INIT("X (Twitter)")},
		{STR_INIT("x.com"), STR_INIT("X (Twitter)")},
		{STR_INIT("facebook.com"), STR_INIT("Facebook")},
		{STR_INIT("instagram.com"), STR_INIT("Instagram")},
		{STR_INIT("soundcloud.com"), STR_INIT("SoundCloud")},
		{STR_INIT("spotify.com"), STR_INIT("Spotify")},
		{STR_INIT("tiktok.com"), STR_INIT("TikTok")},
		{STR_INIT("dailymotion.com"), STR_INIT("Dailymotion")},
		{STR_INIT("flickr.com"), STR_INIT("Flickr")},
		{STR_INIT("issuu.com"), STR_INIT("Issuu")},
		{STR_INIT("scribd.com"), STR_INIT("Scribd")},
		{STR_INIT("datawrapper.de"), STR_INIT("Datawrapper")},
		{STR_INIT("dwcdn.net"), STR_INIT("Datawrapper")},
		{STR_INIT("flourish.studio"), STR_INIT("Flourish")},
		{STR_INIT("infogram.com"), STR_INIT("Infogram")},
		{STR_INIT("archive.org"), STR_INIT("Internet Archive")},
		{STR_INIT("documentcloud.org"), STR_INIT("DocumentCloud")},
	};
	if (str_starts(host, STR("www.")))
		host = str_skip(host, 4);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		struct str domain = known[i].domain;
		if (str_eq(host, domain) ||
		    (str_ends(host, domain) && host.len > domain.len && host.ptr[host.len - domain.len - 1] == '.'))
			return known[i].name;
	}
	return host;
}

/* "example.org/watch", or the file's name for a path of ours. */
static struct str address_shown(struct str address)
{
	if (url_is_absolute(address)) {
		address = str_skip(address, str_find(address, STR("//")) + 2);
		if (str_starts(address, STR("www.")))
			address = str_skip(address, 4);
		return str_ends(address, STR("/")) ? str_sub(address, 0, address.len - 1) : address;
	}
	size_t slash = str_rfind_byte(address, '/');
	return slash == SIZE_MAX || slash + 1 == address.len ? address : str_skip(address, slash + 1);
}

void markup_write_card(struct markup_writer *writer, const struct markup_node *node)
{
	struct str address = markup_get(node, MARKUP_HREF), title = markup_get(node, MARKUP_TITLE);
	put(writer, "<div class=\"embed-card\"");
	if (node->id.len)
		markup_write_attribute(writer, "id", node->id);
	write_language(writer, node);
	put(writer, "><a");
	markup_write_address(writer, "href", address);
	if (!writer->public) {
		put(writer, ">");
		markup_put_escaped(writer->out, title.len ? title : address, false);
		put(writer, "</a></div>");
		return;
	}
	struct str provider = provider_of(url_host(address));
	put(writer, provider.len ? " rel=\"external noopener noreferrer\">" : ">");
	if (provider.len) {
		put(writer, "<span class=\"embed-provider\">");
		markup_put_escaped(writer->out, provider, false);
		put(writer, "</span> ");
	}
	if (title.len) {
		put(writer, "<span class=\"embed-title\">");
		markup_put_escaped(writer->out, title, false);
		put(writer, "</span> ");
	}
	put(writer, "<span class=\"embed-address\">");
	markup_put_escaped(writer->out, address_shown(address), false);
	put(writer, "</span></a></div>");
}

int markup_public(const struct markup *tree, const struct markup_public *options, struct arena *arena,
		  struct safe_html *ret_html, struct err *err)
{
	BUF_SCOPED out = BUF_INIT(LIMIT_MARKUP_OUTPUT_BYTES);
	ARENA_SCOPED scratch = arena_create(0);
	struct markup_writer writer = {.out = &out, .public = options, .arena = scratch};
	buf_reserve(&out, tree->bytes + 1);
	markup_write(&writer, tree->root);
	if (out.over)
		return err_set(err, ERR_LIMIT, "the text is longer than %u bytes as a page; shorten or divide it",
			       LIMIT_MARKUP_OUTPUT_BYTES);
	*ret_html = (struct safe_html){buf_copy(&out, arena)};
	return 0;
}

/* ---- absolute addresses in what was written earlier ---- */

static void put_absolute(struct buf *out, struct str base, struct str address, struct arena *arena)
{
	struct str absolute;
	/* the value is escaped: & is &amp; there, which splits as any other query text would */
	buf_put(out, url_resolve(base, address, arena, &absolute) ? absolute : address);
}

static void put_srcset(struct buf *out, struct str base, struct str srcset, struct arena *arena)
{
	struct str piece, rest = srcset;
	for (bool first = true; str_next(&rest, ',', &piece); first = false) {
		struct str address, width;
		bool has_width = str_cut(str_trim(piece), ' ', &address, &width);
		buf_put(out, first ? STR("") : STR(", "));
		put_absolute(out, base, address, arena);
		buf_put(out, has_width ? STR(" ") : STR(""));
		buf_put(out, width);
	}
}

/* Our serialiser writes every attribute as name="value", and text without " < in tags: so a tag's attributes
 * can be found without a parser. */
struct safe_html markup_absolute(struct safe_html html, struct str base, struct arena *arena)
{
	static const struct str names[] = {STR_INIT(" href=\""), STR_INIT(" src=\""), STR_INIT(" cite=\""),
					   STR_INIT(" srcset=\"")};
	BUF_SCOPED out = BUF_INIT((size_t)LIMIT_MARKUP_OUTPUT_BYTES * 4);
	struct str rest = html.text;
	bool in_tag = false;
	while (rest.len) {
		size_t close = in_tag ? str_find_byte(rest, '>') : rest.len; /* no further than the tag: linear */
		size_t step = str_find_byte(str_sub(rest, 0, close), in_tag ? '"' : '<');
		if (step == SIZE_MAX && !in_tag)
			break;
		if (step == SIZE_MAX) {
			struct str tag = str_sub(rest, 0, close == SIZE_MAX ? rest.len : close + 1);
			buf_put(&out, tag);
			rest = str_skip(rest, tag.len);
			in_tag = false;
			continue;
		}
		struct str head = str_sub(rest, 0, step + 1);
		buf_put(&out, head);
		rest = str_skip(rest, step + 1);
		if (!in_tag) {
			in_tag = true;
			continue;
		}
		size_t end = str_find_byte(rest, '"');
		struct str value = str_sub(rest, 0, end == SIZE_MAX ? rest.len : end);
		bool list = str_ends(head, names[3]);
		if (list)
			put_srcset(&out, base, value, arena);
		else if (str_ends(head, names[0]) || str_ends(head, names[1]) || str_ends(head, names[2]))
			put_absolute(&out, base, value, arena);
		else
			buf_put(&out, value);
		rest = str_skip(rest, value.len);
		if (rest.len)
			buf_put_byte(&out, '"');
		rest = str_skip(rest, 1);
	}
	buf_put(&out, rest);
	return out.over ? html : (struct safe_html){buf_copy(&out, arena)};
}
