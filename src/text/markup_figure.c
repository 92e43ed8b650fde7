/* Figures, galleries, quotes with their speaker, link cards. */
#include "text/markup_parse.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "text/markup_lazy.h"
#include "text/plain.h"
#include "text/url.h"

#include <string.h>

#define ICON_PIXELS 64 /* a picture declared no larger belongs to the text around it */

/* ---- pieces: text blocks filled by a builder of their own ---- */

static struct markup_builder piece_builder(struct convert *convert, struct markup_node *piece)
{
	struct markup_builder builder;
	build_init(&builder, convert->tree, piece, convert->ids, convert->report);
	builder.runs = convert->builder->runs;
	builder.run_count = convert->builder->run_count;
	builder.full = convert->builder->full;
	return builder;
}

/* The children of node as a text block, and where credit_kind is not MARKUP_ROOT the credits inside of it apart. */
static void convert_piece(struct convert *convert, const GumboNode *node, struct markup_node *piece,
			  struct markup_node *credit)
{
	struct convert inner = *convert;
	struct markup_builder builder = piece_builder(convert, piece), credit_builder;
	struct build_shape language = convert_shape(convert, &node->v.element, MARKUP_SPAN);
	inner.builder = &builder;
	build_open_inline(&builder, &language); /* a piece has no attributes of its own */
	if (credit) {
		credit_builder = piece_builder(convert, credit);
		inner.credit = &credit_builder;
		build_open_inline(&credit_builder, &language);
	}
	convert_children(&inner, node);
	build_finish(&builder);
	if (credit)
		build_finish(&credit_builder);
}

/* Hangs caption and credit of a figcaption into a figure or gallery. */
static void add_caption(struct convert *convert, struct markup_node *figure, const GumboNode *node)
{
	struct markup_node *caption = markup_node_new(convert->tree, MARKUP_CAPTION);
	struct markup_node *credit =
		figure->kind == MARKUP_FIGURE ? markup_node_new(convert->tree, MARKUP_CREDIT) : NULL;
	convert_piece(convert, node, caption, credit);
	if (!build_is_blank(caption))
		markup_append(figure, caption);
	if (credit && !build_is_blank(credit))
		markup_append(figure, credit);
}

/* ---- pictures ---- */

static struct str pixels(struct convert *convert, const GumboElement *element, enum markup_attribute_name name)
{
	struct str raw = str_trim(convert_raw(element, name));
	size_t digits = 0;
	while (digits < raw.len && raw.ptr[digits] >= '0' && raw.ptr[digits] <= '9')
		digits++;
	int64_t number = 0;
	struct str rest = str_skip(raw, digits);
	if (rest.len && !str_eq_nocase(rest, STR("px")))
		return (struct str){0};
	if (!str_to_i64(str_sub(raw, 0, digits), &number) || number < 1 || number > 20000)
		return (struct str){0};
	return arena_printf(convert->tree->arena, "%lld", (long long)number);
}

static struct str source_id(struct convert *convert, const GumboElement *element)
{
	struct str rest = convert_raw(element, MARKUP_CLASS), id = convert_raw(element, MARKUP_SOURCE_ID);
	size_t found = str_find(rest, STR("wp-image-"));
	if (found != SIZE_MAX)
		id = str_skip(rest, found + 9);
	size_t digits = 0;
	while (digits < id.len && digits < 15 && id.ptr[digits] >= '0' && id.ptr[digits] <= '9')
		digits++;
	return arena_str(convert->tree->arena, str_sub(id, 0, digits));
}

static struct str picture_address(struct convert *convert, const GumboElement *element)
{
	const struct lazy picture = {.src = convert_raw(element, MARKUP_SRC),
				     .later = convert_raw(element, MARKUP_LAZY),
				     .set = convert_raw(element, MARKUP_LAZY_SET),
				     .class = convert_raw(element, MARKUP_CLASS)};
	struct str src = lazy_address(&picture);
	struct str address = src.len ? convert_address(convert, src) : src;
	return markup_is_picture_address(address) ? address : (struct str){0};
}

/* Fills a figure or inline picture; media: what the figure around it says. False where there is nothing to show. */
static bool set_picture(struct convert *convert, struct markup_node *node, const GumboElement *element,
			struct str media)
{
	static const enum markup_attribute_name sides[] = {MARKUP_WIDTH, MARKUP_HEIGHT};
	struct markup *tree = convert->tree;
	struct str address = picture_address(convert, element);
	if (!media.len)
		media = convert_text(convert, element, MARKUP_MEDIA);
	if (!media.len && !address.len)
		return false;
	if (media.len)
		markup_set(tree, node, MARKUP_MEDIA, media);
	if (address.len)
		markup_set(tree, node, MARKUP_SRC, address);
	if (gumbo_get_attribute(&element->attributes, "alt"))
		markup_set(tree, node, MARKUP_ALT, convert_text(convert, element, MARKUP_ALT));
	for (size_t i = 0; i < 2; i++) {
		struct str side = pixels(convert, element, sides[i]);
		if (side.len)
			markup_set(tree, node, sides[i], side);
	}
	struct str id = source_id(convert, element);
	if (id.len)
		markup_set(tree, node, MARKUP_SOURCE_ID, id);
	return true;
}

static bool is_pixel(const struct markup_node *node)
{
	return markup_get_number(node, MARKUP_WIDTH) == 1 || markup_get_number(node, MARKUP_HEIGHT) == 1;
}

static bool is_icon(const struct markup_node *node)
{
	int width = markup_get_number(node, MARKUP_WIDTH), height = markup_get_number(node, MARKUP_HEIGHT);
	return (width && width <= ICON_PIXELS) || (height && height <= ICON_PIXELS);
}

void convert_image(struct convert *convert, const GumboNode *node)
{
	const GumboElement *element = &node->v.element;
	struct markup_node *image = markup_node_new(convert->tree, MARKUP_IMAGE);
	if (convert_has_class(element, STR("wp-smiley")) || convert_has_class(element, STR("emoji"))) {
		build_text(convert->builder, convert_text(convert, element, MARKUP_ALT));
		return;
	}
	if (!set_picture(convert, image, element, (struct str){0}))
		return;
	if (is_pixel(image)) {
		markup_report_add(convert->report, MARKUP_DROPPED_ELEMENT, STR("img of one pixel"), 1);
		return;
	}
	if (convert->builder->flat || is_icon(image)) {
		markup_unset(image, MARKUP_SOURCE_ID);
		build_image(convert->builder, image);
		return;
	}
	image->kind = MARKUP_FIGURE;
	image->align = (uint8_t)convert_align(element);
	struct str link = build_link_around(convert->builder);
	if (link.len)
		markup_set(convert->tree, image, MARKUP_HREF, link);
	build_block(convert->builder, image);
}

/* ---- link cards ---- */

static struct str behind(struct str path, struct str prefix)
{
	struct str rest = str_skip(path, prefix.len);
	size_t end = 0;
	while (end < rest.len && rest.ptr[end] != '/' && rest.ptr[end] != '?')
		end++;
	return str_starts(path, prefix) ? str_sub(rest, 0, end) : (struct str){0};
}

static struct str query_value(struct convert *convert, struct str query, struct str wanted)
{
	struct str name, value;
	while (url_query_next(&query, convert->tree->arena, &name, &value))
		if (str_eq(name, wanted))
			return value;
	return (struct str){0};
}

static bool host_is(struct str host, struct str domain)
{
	return str_eq(host, domain) ||
	       (str_ends(host, domain) && host.len > domain.len && host.ptr[host.len - domain.len - 1] == '.');
}

/* Empty where the address is of none of its players. Posts of 2009 have "/v/abc&hl=en". */
static struct str page_of_youtube(struct convert *convert, const struct url *url)
{
	struct arena *arena = convert->tree->arena;
	struct str id = behind(url->path, str_starts(url->path, STR("/v/")) ? STR("/v/") : STR("/embed/"));
	id = str_sub(id, 0, str_find_byte(id, '&'));
	if (str_eq(id, STR("live_stream"))) {
		id = query_value(convert, url->query, STR("channel"));
		return id.len ? arena_concat(arena,
					     (struct str[]){STR("https://www.youtube.com/channel/"), id, STR("/live")},
					     3)
			      : id;
	}
	if (id.len && !str_eq(id, STR("videoseries")))
		return arena_concat(arena, (struct str[]){STR("https://www.youtube.com/watch?v="), id}, 2);
	id = query_value(convert, url->query, STR("list"));
	if (!id.len || str_find_byte(id, '&') != SIZE_MAX)
		return (struct str){0};
	return arena_concat(arena, (struct str[]){STR("https://www.youtube.com/playlist?list="), id}, 2);
}

/* The page that a player's address belongs to, where that is known; else the address itself. */
static struct str page_of_player(struct convert *convert, struct str address)
{
	struct arena *arena = convert->tree->arena;
	struct url url;
	struct str id, page = {0};
	if (!url_parse(address, &url))
		return address;
	if (host_is(url.host, STR("youtube.com")) || host_is(url.host, STR("youtube-nocookie.com"))) {
		page = page_of_youtube(convert, &url);
	} else if (str_eq(url.host, STR("player.vimeo.com"))) {
		id = behind(url.path, STR("/video/"));
		if (id.len)
			page = arena_concat(arena, (struct str[]){STR("https://vimeo.com/"), id}, 2);
	} else if (host_is(url.host, STR("vimeo.com")) && str_eq(url.path, STR("/moogaloop.swf"))) {
		id = query_value(convert, url.query, STR("clip_id"));
		if (id.len)
			page = arena_concat(arena, (struct str[]){STR("https://vimeo.com/"), id}, 2);
	} else if (str_eq(url.host, STR("w.soundcloud.com"))) {
		page = query_value(convert, url.query, STR("url"));
	} else if (host_is(url.host, STR("facebook.com")) && str_starts(url.path, STR("/plugins/"))) {
		page = query_value(convert, url.query, STR("href"));
	} else if (str_eq(url.host, STR("open.spotify.com")) && str_starts(url.path, STR("/embed/"))) {
		page = arena_concat(arena, (struct str[]){STR("https://open.spotify.com"), str_skip(url.path, 6)}, 2);
	} else if (host_is(url.host, STR("dailymotion.com"))) {
		id = behind(url.path, STR("/embed/video/"));
		if (id.len)
			page = arena_concat(arena, (struct str[]){STR("https://www.dailymotion.com/video/"), id}, 2);
	}
	struct str clean;
	return page.len && url_clean(page, arena, &clean, NULL) == URL_OK && str_starts(clean, STR("https://"))
		       ? clean
		       : address;
}

static bool is_card_address(struct str address)
{
	return markup_is_picture_address(address) && address.ptr[0] != '?' && !str_starts(address, STR("http://"));
}

/* element: what says language and direction of the title. */
static void add_card(struct convert *convert, const GumboElement *element, struct str address, struct str title)
{
	struct markup_builder *builder = convert->builder;
	struct build_shape link = convert_shape(convert, element, MARKUP_SPAN);
	if (builder->flat) {
		link.kind = MARKUP_LINK;
		shape_set(convert, &link, MARKUP_HREF, address);
		build_boundary(builder);
		bool opened = build_open_inline(builder, &link);
		build_text(builder, title.len ? title : address);
		if (opened)
			build_close_inline(builder);
		build_boundary(builder);
		return;
	}
	struct markup_node *card = markup_node_new(convert->tree, MARKUP_EMBED);
	markup_set(convert->tree, card, MARKUP_HREF, address);
	if (title.len && !str_eq(title, address))
		markup_set(convert->tree, card, MARKUP_TITLE, title);
	for (const struct markup_attribute *at = link.attributes; at; at = at->next)
		markup_set(convert->tree, card, at->name, at->value);
	build_block(builder, card);
}

static void convert_player(struct convert *convert, const GumboElement *element, struct str raw, struct str title)
{
	struct str address = convert_address(convert, raw);
	if (str_starts(address, STR("http://")))
		address = arena_concat(convert->tree->arena, (struct str[]){STR("https://"), str_skip(address, 7)}, 2);
	if (is_card_address(address))
		add_card(convert, element, page_of_player(convert, address), title);
	else if (address.len)
		markup_report_add(convert->report, MARKUP_DROPPED_ADDRESS, STR("embed"), 1);
}

void convert_embed(struct convert *convert, const GumboElement *element)
{
	convert_player(convert, element, convert_raw(element, MARKUP_SRC),
		       convert_text(convert, element, MARKUP_TITLE));
}

/* What the serialiser wrote: one link and nothing else. */
bool convert_embed_card(struct convert *convert, const GumboNode *node)
{
	const GumboVector *children = &node->v.element.children;
	const GumboNode *link = children->length == 1 ? children->data[0] : NULL;
	if (!link || link->type != GUMBO_NODE_ELEMENT || link->v.element.tag != GUMBO_TAG_A)
		return false;
	struct str address = {0}, raw = convert_raw(&link->v.element, MARKUP_HREF);
	if (url_clean(raw, convert->tree->arena, &address, NULL) != URL_OK || !is_card_address(address))
		return false;
	struct markup_node *text = markup_node_new(convert->tree, MARKUP_CAPTION);
	convert_piece(convert, link, text, NULL);
	build_boundary(convert->builder);
	convert_id(convert, &node->v.element);
	add_card(convert, &node->v.element, address, markup_node_text(text, convert->tree->arena));
	return true;
}

/* ---- quotes ---- */

static bool is_element(const GumboNode *node, GumboTag tag)
{
	return node->type == GUMBO_NODE_ELEMENT && node->v.element.tag == tag;
}

/* The last child that is not white space, if it is a cite or footer: it names who spoke. */
static const GumboNode *find_speaker(const GumboNode *quote)
{
	const GumboVector *children = &quote->v.element.children;
	const GumboNode *last = NULL;
	for (unsigned i = 0; i < children->length; i++)
		if (!convert_is_blank(children->data[i]))
			last = children->data[i];
	return last && (is_element(last, GUMBO_TAG_CITE) || is_element(last, GUMBO_TAG_FOOTER)) ? last : NULL;
}

/* A cite around the whole of it says what being the speaker says already. */
static void unwrap_cite(struct markup_node *piece)
{
	struct markup_node *only = piece->first;
	if (only && !only->next && only->kind == MARKUP_CITE && !only->attributes)
		markup_unwrap(only);
}

void convert_quote(struct convert *convert, const GumboNode *node, const GumboNode *speaker, bool pull)
{
	const GumboElement *element = &node->v.element;
	struct build_shape shape = convert_shape(convert, element, MARKUP_QUOTE);
	const GumboNode *inside = speaker || convert->builder->flat ? NULL : find_speaker(node);
	shape.pull = pull;
	build_boundary(convert->builder);
	convert_id(convert, element);
	struct build_saved saved = build_enter(convert->builder, &shape);
	convert->level++;
	for (unsigned i = 0; i < element->children.length && convert->level < CONVERT_DEPTH; i++)
		if (element->children.data[i] != inside || !saved.entered)
			convert_node(convert, element->children.data[i]);
	convert->level--;
	if (saved.entered && (inside || speaker)) {
		struct markup_node *piece = markup_node_new(convert->tree, MARKUP_SPEAKER);
		convert_piece(convert, inside ? inside : speaker, piece, NULL);
		markup_strip_dash(piece);
		unwrap_cite(piece);
		build_boundary(convert->builder);
		if (!build_is_blank(piece) && saved.node->first)
			markup_append(saved.node, piece);
		else if (!build_is_blank(piece))
			convert_node(convert, inside ? inside : speaker);
	} else if (speaker) {
		convert_node(convert, speaker);
	}
	build_leave(convert->builder, saved);
}

/* ---- figures ---- */

struct survey {
	const GumboNode *image, *link, *table, *quote, *embed, *caption;
	unsigned images, tables, quotes, embeds, figures, texts, captions;
};

static void look(const GumboNode *node, const GumboNode *link, unsigned depth, struct survey *survey);

static void look_at(const GumboNode *child, const GumboNode *link, unsigned depth, struct survey *survey)
{
	const GumboElement *element = &child->v.element;
	switch ((int)element->tag) {
	case GUMBO_TAG_IMG:
		survey->link = survey->images ? survey->link : link;
		survey->image = survey->images++ ? survey->image : child;
		return;
	case GUMBO_TAG_EMBED:
		survey->embed = survey->embeds++ ? survey->embed : child;
		return;
	case GUMBO_TAG_TABLE:
		survey->table = survey->tables++ ? survey->table : child;
		return;
	case GUMBO_TAG_BLOCKQUOTE:
		survey->quote = survey->quotes++ ? survey->quote : child;
		return;
	case GUMBO_TAG_FIGURE:
		survey->figures++;
		return;
	case GUMBO_TAG_FIGCAPTION:
		survey->caption = survey->captions++ ? survey->caption : child;
		return;
	case GUMBO_TAG_HR:
		survey->texts++;
		return;
	case GUMBO_TAG_A:
		look(child, child, depth + 1, survey);
		return;
	default:
		if (convert_has_class(element, STR("wp-caption-text")))
			survey->caption = survey->captions++ ? survey->caption : child;
		else
			look(child, link, depth + 1, survey);
		return;
	}
}

static void look(const GumboNode *node, const GumboNode *link, unsigned depth, struct survey *survey)
{
	const GumboVector *children = &node->v.element.children;
	if (depth > CONVERT_DEPTH) {
		survey->texts++;
		return;
	}
	for (unsigned i = 0; i < children->length; i++) {
		const GumboNode *child = children->data[i];
		if (child->type == GUMBO_NODE_ELEMENT)
			look_at(child, link, depth, survey);
		else if (!convert_is_blank(child))
			survey->texts++;
	}
}

/* What is tried, and converted in another way where it fails, reports apart: nothing is counted twice. */
static struct convert attempt_of(const struct convert *convert)
{
	struct convert attempt = *convert;
	if (convert->report)
		attempt.report = markup_report_create(convert->tree->arena);
	return attempt;
}

static void take_over(struct convert *convert, const struct convert *attempt)
{
	if (convert->report)
		markup_report_merge(convert->report, attempt->report);
}

/* What a figure says about the language of its captions. */
static void set_figure_language(struct convert *convert, struct markup_node *figure, const GumboElement *element)
{
	struct build_shape language = convert_shape(convert, element, MARKUP_SPAN);
	for (const struct markup_attribute *at = language.attributes; at; at = at->next)
		markup_set(convert->tree, figure, at->name, at->value);
}

/* A figure of one picture. NULL where the picture has no address. */
static struct markup_node *make_figure(struct convert *convert, const GumboElement *element,
				       const struct survey *survey)
{
	struct markup_node *figure = markup_node_new(convert->tree, MARKUP_FIGURE);
	if (!set_picture(convert, figure, &survey->image->v.element, convert_text(convert, element, MARKUP_MEDIA)))
		return NULL;
	set_figure_language(convert, figure, element);
	figure->align = (uint8_t)convert_align(element);
	if (!figure->align)
		figure->align = (uint8_t)convert_align(&survey->image->v.element);
	struct str link = build_link_around(convert->builder);
	if (survey->link)
		link = convert_address(convert, convert_raw(&survey->link->v.element, MARKUP_HREF));
	if (link.len)
		markup_set(convert->tree, figure, MARKUP_HREF, link);
	if (survey->caption)
		add_caption(convert, figure, survey->caption);
	return figure;
}

/* All figures and stray pictures inside node, in order, into gallery. */
static void gather(struct convert *convert, const GumboNode *node, const GumboNode *link, struct markup_node *gallery,
		   unsigned depth)
{
	const GumboVector *children = &node->v.element.children;
	for (unsigned i = 0; i < children->length && depth < CONVERT_DEPTH; i++) {
		const GumboNode *child = children->data[i];
		if (child->type != GUMBO_NODE_ELEMENT || child->v.element.tag == GUMBO_TAG_FIGCAPTION)
			continue;
		struct survey survey = {0};
		if (is_element(child, GUMBO_TAG_IMG)) {
			survey = (struct survey){.image = child, .link = link, .images = 1};
		} else if (is_element(child, GUMBO_TAG_FIGURE)) {
			look(child, link, depth, &survey);
		} else {
			gather(convert, child, is_element(child, GUMBO_TAG_A) ? child : link, gallery, depth + 1);
			continue;
		}
		struct markup_node *figure = make_figure(convert, &child->v.element, &survey);
		if (figure)
			markup_append(gallery, figure);
	}
}

/* Whether all nested figures are pictures with captions and nothing more. */
static bool is_gallery(const GumboNode *node, unsigned depth)
{
	const GumboVector *children = &node->v.element.children;
	for (unsigned i = 0; i < children->length; i++) {
		const GumboNode *child = children->data[i];
		struct survey survey = {0};
		if (child->type != GUMBO_NODE_ELEMENT || is_element(child, GUMBO_TAG_FIGCAPTION))
			continue;
		if (depth > 20)
			return false;
		if (!is_element(child, GUMBO_TAG_FIGURE)) {
			if (!is_gallery(child, depth + 1))
				return false;
			continue;
		}
		look(child, NULL, depth, &survey);
		if (survey.texts || survey.tables || survey.quotes || survey.embeds || survey.figures ||
		    survey.images != 1)
			return false;
	}
	return true;
}

static bool convert_gallery(struct convert *convert, const GumboNode *node, const struct survey *survey)
{
	unsigned least = convert_has_class(&node->v.element, STR("gallery")) ? 1 : 2;
	bool other = survey->texts || survey->tables || survey->quotes || survey->embeds;
	if (other || survey->images + survey->figures < least || convert->builder->flat || !is_gallery(node, 0))
		return false;
	struct markup_node *gallery = markup_node_new(convert->tree, MARKUP_GALLERY);
	struct convert attempt = attempt_of(convert);
	gather(&attempt, node, NULL, gallery, 0);
	if (!markup_child(gallery, MARKUP_FIGURE))
		return false;
	take_over(convert, &attempt);
	if (survey->caption)
		add_caption(convert, gallery, survey->caption);
	set_figure_language(convert, gallery, &node->v.element);
	build_boundary(convert->builder);
	convert_id(convert, &node->v.element);
	build_block(convert->builder, gallery);
	return true;
}

/* Text as it stands in the source, captions left out; up to what an address may have. */
static void put_bare_text(const struct convert *convert, const GumboNode *node, struct buf *out)
{
	const GumboVector *children = &node->v.element.children;
	for (unsigned i = 0; i < children->length && !out->over; i++) {
		const GumboNode *child = children->data[i];
		if (child->type == GUMBO_NODE_TEXT)
			build_put_source(convert->builder, str_from(child->v.text.text), out);
		if (child->type != GUMBO_NODE_ELEMENT)
			continue;
		buf_put_byte(out, ' ');
		if (child->v.element.tag != GUMBO_TAG_FIGCAPTION)
			put_bare_text(convert, child, out);
		buf_put_byte(out, ' ');
	}
}

/* An address on a line of its own, for WordPress to replace. Empty where there is something else. */
static struct str address_alone(struct convert *convert, const GumboNode *node)
{
	BUF_SCOPED text = BUF_INIT(2 * LIMIT_PATH_BYTES);
	if (!convert_has_class(&node->v.element, STR("wp-block-embed")))
		return (struct str){0};
	put_bare_text(convert, node, &text);
	struct str address = plain_collapse(buf_str(&text), convert->tree->arena);
	bool alone = !text.over && url_is_absolute(address) && str_find_byte(address, ' ') == SIZE_MAX;
	return alone ? address : (struct str){0};
}

static bool convert_embeds(struct convert *convert, const GumboNode *node, const struct survey *survey)
{
	struct arena *arena = convert->tree->arena;
	struct str address = {0}, title = {0};
	if (survey->embed) {
		address = convert_raw(&survey->embed->v.element, MARKUP_SRC);
		title = convert_text(convert, &survey->embed->v.element, MARKUP_TITLE);
	} else {
		address = address_alone(convert, node);
		if (!address.len)
			return false;
	}
	if (survey->caption) {
		struct markup_node *text = markup_node_new(convert->tree, MARKUP_CAPTION);
		convert_piece(convert, survey->caption, text, NULL);
		title = markup_node_text(text, arena);
	}
	build_boundary(convert->builder);
	convert_id(convert, &node->v.element);
	convert_player(convert, &node->v.element, address, title);
	return true;
}

static void convert_captioned_table(struct convert *convert, const GumboNode *node, const struct survey *survey)
{
	struct markup_builder *builder = convert->builder;
	build_boundary(builder);
	const struct markup_node *before = build_block_around(builder)->last;
	convert_id(convert, &node->v.element);
	convert_node(convert, survey->table);
	struct markup_node *table = build_block_around(builder)->last;
	bool bare =
		table && table != before && table->kind == MARKUP_TABLE && !markup_child(table, MARKUP_TABLE_CAPTION);
	if (!survey->caption)
		return;
	if (!bare || builder->flat) {
		convert_node(convert, survey->caption);
		return;
	}
	struct markup_node *caption = markup_node_new(convert->tree, MARKUP_TABLE_CAPTION);
	convert_piece(convert, survey->caption, caption, NULL);
	if (build_is_blank(caption))
		return;
	markup_put_before(table->first, caption);
}

static void convert_plain(struct convert *convert, const GumboNode *node)
{
	build_boundary(convert->builder);
	convert_id(convert, &node->v.element);
	convert_children(convert, node);
	build_boundary(convert->builder);
}

/* A quotation with its speaker, a table with its caption, or what stands in the figure. */
static void convert_rest(struct convert *convert, const GumboNode *node, const struct survey *survey, bool alone)
{
	if (alone && survey->quotes) {
		bool pull = convert_has_class(&node->v.element, STR("wp-block-pullquote")) ||
			    convert_has_class(&survey->quote->v.element, STR("pull"));
		convert_quote(convert, survey->quote, survey->caption, pull);
	} else if (alone && survey->tables) {
		convert_captioned_table(convert, node, survey);
	} else {
		convert_plain(convert, node);
	}
}

void convert_figure(struct convert *convert, const GumboNode *node)
{
	struct survey survey = {0};
	const GumboElement *element = &node->v.element;
	look(node, NULL, 0, &survey);
	unsigned things = survey.images + survey.tables + survey.quotes + survey.embeds + survey.figures;
	bool alone = things == 1 && !survey.texts && survey.captions <= 1;
	if (alone && survey.images && !convert->builder->flat) {
		struct convert attempt = attempt_of(convert);
		struct markup_node *figure = make_figure(&attempt, element, &survey);
		if (figure) {
			take_over(convert, &attempt);
			build_boundary(convert->builder);
			convert_id(convert, element);
			build_block(convert->builder, figure);
			return;
		}
	}
	if (((alone && survey.embeds) || (!things && survey.texts)) && convert_embeds(convert, node, &survey))
		return;
	if (survey.captions <= 1 && convert_gallery(convert, node, &survey))
		return;
	struct build_shape group = convert_shape(convert, element, MARKUP_GROUP);
	struct build_saved saved = {0};
	if (group.attributes)
		saved = build_enter(convert->builder, &group);
	convert_rest(convert, node, &survey, alone);
	if (group.attributes)
		build_leave(convert->builder, saved);
}
