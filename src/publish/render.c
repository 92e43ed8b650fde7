#include "publish/render.h"

#include "base/clock.h"
#include "text/excerpt.h"
#include "text/markup.h"

#include <stddef.h>

static int64_t time_or_none(int64_t time_s)
{
	return time_s ? time_s : VISIBLE_NO_TIME;
}

struct visible_facts render_facts(const struct entry *entry)
{
	static const enum visible_state states[] = {[ITEM_UNRELEASED] = VISIBLE_UNRELEASED,
						    [ITEM_RELEASED] = VISIBLE_RELEASED,
						    [ITEM_WITHDRAWN] = VISIBLE_WITHDRAWN,
						    [ITEM_SPIKED] = VISIBLE_SPIKED};
	return (struct visible_facts){
		.state = states[entry->state],
		.released_revision = entry->revision_id,
		.release_at_s = time_or_none(entry->release_at_s),
		.embargo_until_s = time_or_none(entry->embargo_until_s),
		.expires_at_s = time_or_none(entry->expires_at_s),
		.withdrawn_at_s = time_or_none(entry->withdrawn_s),
		.in_batch = entry->batch_id != 0,
		.batch_flipped_s = time_or_none(entry->batch_flipped_s),
		.never_public = entry->access != ITEM_PUBLIC,
	};
}

struct rendering {
	const struct render_options *options;
	const struct entry_page *page;
	const struct entry *entry;
	struct arena *arena;
};

/* Media ------------------------------------------------------------------------------------------- */

/* One text of a picture, and its language where that is not the entry's. */
struct media_word {
	struct str text, language;
};

static struct str text_at(const struct media_text *text, size_t field)
{
	return *(const struct str *)(const void *)((const char *)text + field);
}

static struct media_word word_in(const struct media *media, struct str language, size_t field)
{
	for (size_t i = 0; i < media->texts.len; i++)
		if (str_eq(media->texts.at[i].language, language))
			return (struct media_word){text_at(&media->texts.at[i], field), language};
	return (struct media_word){0};
}

/* In the entry's language, else in the first of the newsroom's that has it, else in any: each text for itself, since a
 * credit is seldom written twice. */
static struct media_word media_word(const struct rendering *rendering, const struct media *media, size_t field)
{
	struct media_word word = word_in(media, rendering->entry->language, field);
	word.language = (struct str){0};
	for (size_t i = 0; str_empty(word.text) && i < rendering->options->language_count; i++)
		word = word_in(media, rendering->options->languages[i], field);
	for (size_t i = 0; str_empty(word.text) && i < media->texts.len; i++)
		word = word_in(media, media->texts.at[i].language, field);
	return str_empty(word.text) ? (struct media_word){0} : word;
}

static struct media_word alt_of(const struct rendering *rendering, const struct media *media)
{
	return media->decorative ? (struct media_word){0}
				 : media_word(rendering, media, offsetof(struct media_text, alt));
}

static struct media_word caption_of(const struct rendering *rendering, const struct media *media)
{
	return media_word(rendering, media, offsetof(struct media_text, caption));
}

static struct media_word credit_of(const struct rendering *rendering, const struct media *media)
{
	return media_word(rendering, media, offsetof(struct media_text, credit));
}

static bool may_show(const struct rendering *rendering, const struct media *media, enum media_role role)
{
	if (role == MEDIA_DOCUMENT || !rendering->entry->waived)
		return true;
	return !str_empty(credit_of(rendering, media).text);
}

static bool is_plain_format(struct str format)
{
	return !str_eq(format, STR("avif")) && !str_eq(format, STR("webp"));
}

static bool has_plain_format(const struct media *media)
{
	for (size_t i = 0; i < media->renditions.len; i++)
		if (is_plain_format(media->renditions.at[i].format))
			return true;
	return false;
}

#define SOURCE_WIDTH 1280 /* what browsers without srcset get: the largest that is not wider */
#define SOURCE_SIZES "(min-width: 48rem) 46rem, 100vw"

static struct str srcset(const struct media *media, struct str format, struct arena *arena)
{
	BUF_SCOPED out = BUF_INIT(64u << 10);
	for (size_t i = 0; i < media->renditions.len; i++) {
		const struct rendition *rendition = &media->renditions.at[i];
		if (!str_eq(rendition->format, format) || !rendition->width)
			continue;
		struct str path = public_media_path(media->public_id, media->name, rendition->width, format, arena);
		buf_printf(&out, "%s%.*s %dw", out.len ? ", " : "", STR_ARG(path), rendition->width);
	}
	return out.over ? (struct str){0} : buf_copy(&out, arena);
}

/* The format that every browser knows: the first plain one, else whatever is there. */
static const struct rendition *plain_rendition(const struct media *media)
{
	bool plain = has_plain_format(media);
	const struct rendition *best = NULL;
	for (size_t i = 0; i < media->renditions.len; i++) {
		const struct rendition *rendition = &media->renditions.at[i];
		if ((plain && !is_plain_format(rendition->format)) || !rendition->width)
			continue;
		if (best && !str_eq(best->format, rendition->format))
			continue;
		if (!best || rendition->width <= SOURCE_WIDTH || best->width > rendition->width)
			best = rendition;
	}
	return best;
}

static void add_source(const struct media *media, struct str format, struct str type, struct arena *arena,
		       struct markup_picture *picture)
{
	struct str set = srcset(media, format, arena);
	if (!str_empty(set))
		picture->sources[picture->source_count++] = (struct markup_source){type, set};
}

static int show_picture(void *context, const struct markup_media *wanted, struct markup_picture *ret_picture)
{
	const struct rendering *rendering = context;
	const struct media *media = NULL;
	for (size_t i = 0; i < rendering->entry->media.len && !media; i++) {
		const struct entry_media *use = &rendering->entry->media.at[i];
		const struct media *found = entry_page_media(rendering->page, use->media_id);
		if (found && !str_empty(wanted->guid) && str_eq(found->guid, wanted->guid) &&
		    may_show(rendering, found, use->role))
			media = found;
	}
	const struct rendition *plain = media ? plain_rendition(media) : NULL;
	if (!plain)
		return MARKUP_HIDE;
	struct media_word alt = alt_of(rendering, media), caption = caption_of(rendering, media),
			  credit = credit_of(rendering, media);
	struct arena *arena = rendering->arena;
	struct markup_picture picture = {
		.src = public_media_path(media->public_id, media->name, plain->width, plain->format, arena),
		.srcset = srcset(media, plain->format, arena),
		.sizes = STR(SOURCE_SIZES),
		.width = plain->width,
		.height = plain->height,
		.alt = alt.text,
		.alt_language = alt.language,
		.caption = caption.text,
		.caption_language = caption.language,
		.credit = credit.text,
		.credit_language = credit.language,
	};
	if (!str_eq(plain->format, STR("avif")))
		add_source(media, STR("avif"), STR("image/avif"), arena, &picture);
	if (!str_eq(plain->format, STR("webp")))
		add_source(media, STR("webp"), STR("image/webp"), arena, &picture);
	*ret_picture = picture;
	return MARKUP_SHOW;
}

void render_media(const struct media *media, struct arena *arena, struct public_media_row *ret_row)
{
	struct public_file_row *files = arena_array(arena, struct public_file_row, media->renditions.len + 1);
	for (size_t i = 0; i < media->renditions.len; i++) {
		const struct rendition *rendition = &media->renditions.at[i];
		BUF_SCOPED hex = BUF_INIT(256);
		buf_put_hex(&hex, rendition->sha256.ptr, rendition->sha256.len);
		files[i] = (struct public_file_row){rendition->width, rendition->height, rendition->bytes,
						    rendition->format, buf_copy(&hex, arena)};
	}
	*ret_row = (struct public_media_row){.id = media->id,
					     .public_id = media->public_id,
					     .name = media->name,
					     .mime = media->mime,
					     .width = media->width,
					     .height = media->height,
					     .decorative = media->decorative,
					     .files = files,
					     .file_count = media->renditions.len};
}

static void add_media(const struct rendering *rendering, struct public_row *row)
{
	const struct entry *entry = rendering->entry;
	int64_t *ids = arena_array(rendering->arena, int64_t, entry->media.len + 1);
	for (size_t i = 0; i < entry->media.len; i++) {
		const struct entry_media *use = &entry->media.at[i];
		const struct media *media = entry_page_media(rendering->page, use->media_id);
		if (!media || !may_show(rendering, media, use->role))
			continue;
		bool again = false;
		for (size_t k = 0; k < row->media_count && !again; k++)
			again = ids[k] == media->id;
		if (!again)
			ids[row->media_count++] = media->id;
		if (use->role != MEDIA_FEATURED || row->picture_id)
			continue;
		struct media_word alt = alt_of(rendering, media), caption = caption_of(rendering, media),
				  credit = credit_of(rendering, media);
		row->picture_id = media->id;
		row->picture_alt = alt.text;
		row->picture_caption = caption.text;
		row->picture_credit = credit.text;
		row->picture_alt_language = alt.language;
		row->picture_caption_language = caption.language;
		row->picture_credit_language = credit.language;
	}
	row->media = ids;
}

/* Lists ------------------------------------------------------------------------------------------- */

/* As many as the catalogue takes: an entry that is filed without measure must not hold up those behind it. */
static size_t bounded(size_t count)
{
	return count < CATALOGUE_ENTRY_KEYS_MAX ? count : CATALOGUE_ENTRY_KEYS_MAX;
}

static void add_lists(const struct rendering *rendering, const struct entry_lists *lists, struct public_row *row)
{
	static const enum contributor_role roles[] = {[ITEM_AUTHOR] = CONTRIBUTOR_AUTHOR,
						      [ITEM_PHOTOGRAPHER] = CONTRIBUTOR_PHOTOGRAPHER,
						      [ITEM_SPOKESPERSON] = CONTRIBUTOR_SPOKESPERSON};
	struct card_contributor *people =
		arena_array(rendering->arena, struct card_contributor, lists->contributors.len + 1);
	for (size_t i = 0; i < lists->contributors.len; i++)
		people[i] = (struct card_contributor){lists->contributors.at[i].contributor_id,
						      roles[lists->contributors.at[i].role]};
	row->kind_id = lists->kind_id;
	row->contributors = people;
	row->contributor_count = bounded(lists->contributors.len);
	row->terms = lists->terms.at;
	row->term_count = bounded(lists->terms.len);
	row->places = lists->places.at;
	row->place_count = bounded(lists->places.len);
}

static void add_record(const struct rendering *rendering, struct public_row *row)
{
	static const struct str relations[] = {[ITEM_UPDATES] = STR_INIT("updates"),
					       [ITEM_REPLACES] = STR_INIT("replaces"),
					       [ITEM_REPORT_OF] = STR_INIT("report_of"),
					       [ITEM_SEE_ALSO] = STR_INIT("see_also")};
	const struct entry *entry = rendering->entry;
	struct correction *corrections = arena_array(rendering->arena, struct correction, entry->corrections.len + 1);
	for (size_t i = 0; i < entry->corrections.len; i++)
		corrections[i] = (struct correction){entry->corrections.at[i].seq, entry->corrections.at[i].at_s,
						     entry->corrections.at[i].kind, entry->corrections.at[i].text};
	row->corrections = corrections;
	row->correction_count = entry->corrections.len;
	struct public_relation_row *related =
		arena_array(rendering->arena, struct public_relation_row, entry->related.len + 1);
	for (size_t i = 0; i < entry->related.len; i++)
		related[i] = (struct public_relation_row){entry->related.at[i].item_id,
							  relations[entry->related.at[i].relation],
							  entry->related.at[i].inverse};
	row->relations = related;
	row->relation_count = entry->related.len;
}

/* The entry --------------------------------------------------------------------------------------- */

static int month_of(const struct render_options *options, int64_t time_s)
{
	struct civil civil = civil_from_s(time_s);
	int month = options->month ? options->month(options->month_context, time_s) : civil.year * 100 + civil.month;
	return month >= 101 && month <= 999912 && month % 100 >= 1 && month % 100 <= 12 ? month : 0;
}

static int render_body(struct rendering *rendering, struct public_row *row, struct err *err)
{
	const struct entry *entry = rendering->entry;
	struct arena *arena = rendering->arena;
	struct markup *tree = markup_from_html(NULL, entry->body, arena, NULL);
	struct markup_public form = {.context = rendering, .picture = show_picture};
	struct safe_html html = {0};
	int rc = markup_public(tree, &form, arena, &html, err);
	if (rc == ERR_LIMIT) { /* tens of thousands of pictures: this entry must not hold up all that follow */
		form.picture = NULL;
		rc = markup_public(tree, &form, arena, &html, err);
	}
	if (rc)
		return rc;
	BUF_SCOPED plain = BUF_INIT(LIMIT_MARKUP_OUTPUT_BYTES);
	markup_to_text(tree, MARKUP_TEXT_ALL, &plain);
	row->html = html.text;
	row->plain = buf_copy(&plain, arena);
	row->excerpt_written = entry->has_excerpt && !str_empty(str_trim(entry->excerpt));
	row->excerpt = excerpt_of(row->excerpt_written ? entry->excerpt : (struct str){0}, tree, entry->language,
				  rendering->options->excerpt_characters, arena);
	return 0;
}

static bool language_configured(const struct render_options *options, struct str language)
{
	for (size_t i = 0; i < options->language_count; i++)
		if (str_eq_nocase(options->languages[i], language))
			return true;
	return false;
}

/* Where it stands and what lists it is in. */
static void begin_row(const struct rendering *rendering, struct visible_window window, const struct entry_lists *lists,
		      struct public_row *row)
{
	const struct entry *entry = rendering->entry;
	*row = (struct public_row){
		.entry_id = entry->id,
		.item_id = entry->item_id,
		.language = entry->language,
		.page = entry->type == ITEM_PAGE,
		.path = entry->path,
		.window = window,
		.date_s = entry->date_s,
		.month = month_of(rendering->options, entry->date_s),
		.guid = entry->guid,
	};
	add_lists(rendering, lists, row);
}

static void add_texts(const struct rendering *rendering, struct public_row *row)
{
	const struct entry *entry = rendering->entry;
	row->pinned_until_s = entry->pinned_until_s;
	row->reference = entry->reference;
	row->modified_s = entry->modified_s > entry->date_s ? entry->modified_s : entry->date_s;
	row->breaking_until_s = entry->breaking_until_s;
	row->in_feeds = entry->in_feeds;
	row->title = entry->title;
	row->subtitle = entry->subtitle;
	row->dateline = entry->dateline;
}

static const struct err *keep_reason(const struct err *err, struct arena *arena)
{
	struct err *kept = arena_new(arena, struct err);
	*kept = *err;
	return kept;
}

void render_entry(const struct render_options *options, const struct entry_page *page, const struct entry *entry,
		  struct arena *arena, struct rendered *ret_rendered)
{
	struct visible_facts facts = render_facts(entry);
	struct rendered rendered = {.entry_id = entry->id, .path = entry->path};
	struct visible_window window = visible_window(&facts);
	struct rendering rendering = {options, page, entry, arena};
	struct err err = {0};
	if (language_configured(options, entry->language) && visible_gone(&facts, INT64_MAX)) {
		rendered.as = RENDERED_GONE;
		rendered.gone = (struct public_gone_row){.note = entry->withdrawn_note, .gone_s = entry->withdrawn_s};
		begin_row(&rendering, window, &entry->stood_in, &rendered.gone.row);
	}
	if (!language_configured(options, entry->language) || visible_window_empty(window)) {
		*ret_rendered = rendered;
		return;
	}
	const struct entry_lists filed = {entry->kind_id, entry->terms, entry->places, entry->contributors};
	begin_row(&rendering, window, &filed, &rendered.row);
	add_texts(&rendering, &rendered.row);
	add_record(&rendering, &rendered.row);
	add_media(&rendering, &rendered.row);
	rendered.as = RENDERED_ENTRY;
	int rc = options->fault ? options->fault(options->fault_context, entry->id, &err) : 0;
	if (rc || render_body(&rendering, &rendered.row, &err)) {
		rendered.as = RENDERED_NOTHING;
		rendered.failed = keep_reason(&err, arena);
	}
	*ret_rendered = rendered;
}
