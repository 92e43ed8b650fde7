#include "ingest/prepare_inside.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "ingest/credit.h"
#include "ingest/php.h"
#include "text/plain.h"
#include "text/slug.h"
#include "text/url.h"

static struct str file_name(struct str address)
{
	address = str_sub(address, 0, str_find_byte(address, '?'));
	address = str_sub(address, 0, str_find_byte(address, '#'));
	size_t slash = str_rfind_byte(address, '/');
	return slash == SIZE_MAX ? address : str_skip(address, slash + 1);
}

/* The stem of the file's name in letters that stand in any address as they are. */
static struct str stem_of(struct str name, struct arena *arena)
{
	size_t dot = str_rfind_byte(name, '.');
	struct str stem = dot == SIZE_MAX || dot == 0 ? name : str_sub(name, 0, dot), decoded;
	if (url_decode(stem, arena, &decoded))
		stem = decoded;
	stem = slug_from_title(stem, arena);
	for (size_t i = 0; i < stem.len; i++)
		if ((unsigned char)stem.ptr[i] >= 0x80)
			return STR("file");
	return str_empty(stem) ? STR("file") : stem;
}

static struct str mime_of(struct str name)
{
	static const struct {
		struct str extension, mime;
	} types[] = {
		{STR_INIT(".jpg"), STR_INIT("image/jpeg")},
		{STR_INIT(".jpeg"), STR_INIT("image/jpeg")},
		{STR_INIT(".png"), STR_INIT("image/png")},
		{STR_INIT(".gif"), STR_INIT("image/gif")},
		{STR_INIT(".webp"), STR_INIT("image/webp")},
		{STR_INIT(".avif"), STR_INIT("image/avif")},
		{STR_INIT(".svg"), STR_INIT("image/svg+xml")},
		{STR_INIT(".pdf"), STR_INIT("application/pdf")},
		{STR_INIT(".mp3"), STR_INIT("audio/mpeg")},
		{STR_INIT(".m4a"), STR_INIT("audio/mp4")},
		{STR_INIT(".ogg"), STR_INIT("audio/ogg")},
		{STR_INIT(".wav"), STR_INIT("audio/wav")},
		{STR_INIT(".mp4"), STR_INIT("video/mp4")},
		{STR_INIT(".webm"), STR_INIT("video/webm")},
		{STR_INIT(".mov"), STR_INIT("video/quicktime")},
		{STR_INIT(".doc"), STR_INIT("application/msword")},
		{STR_INIT(".docx"),
		 STR_INIT("application/vnd.openxmlformats-officedocument.wordprocessingml.document")},
		{STR_INIT(".xlsx"), STR_INIT("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")},
		{STR_INIT(".zip"), STR_INIT("application/zip")},
		{STR_INIT(".txt"), STR_INIT("text/plain")},
	};
	size_t dot = str_rfind_byte(name, '.');
	struct str extension = dot == SIZE_MAX ? (struct str){0} : str_skip(name, dot);
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (str_eq_nocase(extension, types[i].extension))
			return types[i].mime;
	return STR("application/octet-stream");
}

void prepare_media_names(struct str address, struct arena *arena, struct media *media)
{
	struct str name = file_name(address);
	media->mime = mime_of(name);
	media->name = stem_of(name, arena);
}

static int dimension(const struct php_value *value)
{
	int64_t number = value ? value->integer : 0;
	if (number == 0)
		str_to_i64(php_text(value), &number);
	return number > 0 && number < 100000 ? (int)number : 0;
}

/* The serialized array that WordPress keeps of each picture: size, and what the camera or agency wrote into it. */
static void from_metadata(const struct wxr_item *item, struct arena *arena, struct media *media,
			  struct media_text *text)
{
	struct php_value value;
	if (!php_parse(wxr_item_meta(item, STR("_wp_attachment_metadata")), arena, &value))
		return;
	media->width = dimension(php_get(&value, STR("width")));
	media->height = dimension(php_get(&value, STR("height")));
	const struct php_value *image = php_get(&value, STR("image_meta"));
	struct str credit = plain_from_html(php_text(php_get(image, STR("credit"))), arena);
	struct str caption = plain_from_html(php_text(php_get(image, STR("caption"))), arena);
	if (str_empty(text->credit))
		text->credit = credit;
	if (str_empty(text->caption))
		text->caption = caption;
}

static void split_credit(struct media_text *text, struct arena *arena, struct prepared *prepared)
{
	struct str caption, credit;
	if (!str_empty(text->credit) || !credit_split(text->caption, &caption, &credit))
		return;
	text->caption = caption;
	text->credit = credit;
	tally_add(&prepared->tallies, arena, "pictures", STR("credits split off captions"), 1);
}

void prepare_media(struct preparer *preparer, const struct wxr_item *item, struct arena *arena,
		   struct prepared *prepared)
{
	const struct wpset *set = preparer->set;
	struct str address = str_empty(item->attachment_url) ? item->guid : item->attachment_url;
	struct media *media = &prepared->media_record;
	struct media_text text = {
		.language = prepared->post->language,
		.title = utf8_clip(prepared->title, LIMIT_TITLE_BYTES),
		.caption = plain_from_html(item->excerpt, arena),
		.credit = plain_from_html(wpset_field(set, item, MAPPING_FIELD_CREDIT), arena),
		.alt = plain_from_html(wxr_item_meta(item, STR("_wp_attachment_image_alt")), arena),
		.description = plain_from_html(item->content, arena),
	};
	media->guid = prepared->guid;
	media->old_url = str_trim(address);
	prepare_media_names(media->old_url, arena, media);
	from_metadata(item, arena, media, &text);
	if (set->mapping->credits)
		split_credit(&text, arena, prepared);
	*vec_add(&media->texts, arena) = text;
	if (prepared->post->original) { /* what it lacks the original may have */
		tally_add(&prepared->tallies, arena, "pictures", STR("texts in another language"), 1);
		return;
	}
	const char *lack = str_starts(media->mime, STR("image/")) && str_empty(text.credit) ? "without credit" : NULL;
	if (lack)
		tally_add(&prepared->tallies, arena, "pictures", str_from(lack), 1);
	if (str_starts(media->mime, STR("image/")) && str_empty(text.alt))
		tally_add(&prepared->tallies, arena, "pictures", STR("without alt text"), 1);
}
