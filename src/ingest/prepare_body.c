#include "ingest/prepare_inside.h"

#include "base/limits.h"
#include "crypt/hash.h"
#include "ingest/credit.h"
#include "ingest/wpset_inside.h"
#include "text/plain.h"
#include "text/url.h"

#include <string.h>

struct body {
	struct preparer *preparer;
	struct prepared *prepared;
	struct arena *arena;
};

struct str prepare_media_guid(const struct wpset *set, const struct wp_post *attachment, struct str address,
			      struct arena *arena)
{
	BUF_SCOPED name = BUF_INIT(LIMIT_PATH_BYTES + LIMIT_PATH_BYTES);
	buf_put(&name, set->base);
	if (attachment)
		buf_printf(&name, "\nattachment %lld",
			   (long long)(attachment->original ? attachment->original : attachment->id));
	else
		buf_printf(&name, "\npicture %.*s", STR_ARG(str_sub(address, 0, LIMIT_PATH_BYTES)));
	struct sha256 hash = sha256_of(buf_str(&name));
	const unsigned char *b = hash.bytes; /* RFC 9562 section 5.8: version 8, our own way of making it */
	return arena_printf(arena, "urn:uuid:%02x%02x%02x%02x-%02x%02x-8%01x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
			    b[0], b[1], b[2], b[3], b[4], b[5], b[6] & 15, b[7], (b[8] & 0x3F) | 0x80, b[9], b[10],
			    b[11], b[12], b[13], b[14], b[15]);
}

void prepare_use(const struct wpset *set, struct prepared *prepared, struct arena *arena,
		 const struct wp_post *attachment, struct str address, enum media_role role, struct str alt,
		 bool has_alt)
{
	if (attachment && attachment->original)
		attachment = wpset_post_by_id(set, attachment->original, arena);
	int64_t id = attachment ? attachment->id : 0;
	for (size_t i = 0; i < prepared->media.len; i++) {
		const struct prepared_media *known = &prepared->media.at[i];
		int64_t known_id = known->attachment ? known->attachment->id : 0;
		if (known_id == id && (attachment || str_eq(known->address, address)) &&
		    (known->role == MEDIA_FEATURED) == (role == MEDIA_FEATURED))
			return;
	}
	*vec_add(&prepared->media, arena) = (struct prepared_media){
		.attachment = attachment,
		.guid = prepare_media_guid(set, attachment, address, arena),
		.address = arena_str(arena, address),
		.alt = arena_str(arena, alt),
		.has_alt = has_alt,
		.role = role,
	};
}

/* Where a link that WordPress would have redirected leads: the path of the item with that id. */
static struct str path_of_id(const struct wpset *set, struct str address, struct arena *arena)
{
	int64_t id = wpset_address_id(address);
	const struct wp_post *post = id > 0 ? wpset_post_by_id(set, id, arena) : NULL;
	const struct wp_post *shown = post;
	if (post && post->class == WP_MEDIA && post->parent_id > 0)
		shown = wpset_post_by_id(set, post->parent_id, arena);
	if (!shown || (shown->class != WP_MEDIA && !shown->open))
		return (struct str){0}; /* its address would tell its name; by the number it is found when it may be */
	return str_empty(post->path) ? shown->path : post->path;
}

bool prepare_address(const struct wpset *set, struct str address, struct arena *arena, struct str *ret_address)
{
	struct url url;
	if (!url_parse(address, &url))
		return false;
	bool ours = url.has_authority ? wpset_own_host(set, url.host)
				      : str_empty(url.scheme) && (str_starts(url.path, STR("/")) || url.has_query);
	if (!ours)
		return false;
	struct str path = url.has_query ? path_of_id(set, address, arena) : (struct str){0};
	if (!str_empty(path))
		url.has_query = false;
	else
		path = url_path_normalise(str_empty(url.path) ? STR("/") : url.path, arena);
	url = (struct url){.path = path,
			   .query = url.query,
			   .has_query = url.has_query,
			   .fragment = url.fragment,
			   .has_fragment = url.has_fragment};
	BUF_SCOPED out = BUF_INIT(LIMIT_PATH_BYTES * 4);
	url_put(&url, &out);
	*ret_address = buf_copy(&out, arena);
	return !out.over;
}

static bool is_upload(struct str address)
{
	struct str path = str_sub(address, 0, str_find_byte(address, '?'));
	return str_find(path, STR("/uploads/")) != SIZE_MAX || str_find(path, STR("/files/")) != SIZE_MAX;
}

/* Documents of the old site keep their addresses; the pictures issue brings the files. */
static void note_document(struct body *body, struct str address)
{
	struct wp_post *attachment = wpset_media_by_address(body->preparer->set, address, body->arena);
	if (attachment)
		prepare_use(body->preparer->set, body->prepared, body->arena, attachment, address, MEDIA_DOCUMENT,
			    (struct str){0}, false);
}

static int rewrite_link(void *context, enum markup_link_use use, struct str address, struct str *ret_address,
			struct err *err)
{
	struct body *body = context;
	const struct wpset *set = body->preparer->set;
	struct str ours;
	(void)err;
	if (use == MARKUP_USE_EMBED)
		return MARKUP_KEEP;
	if (use == MARKUP_USE_PICTURE_LINK && wpset_media_by_address(set, address, body->preparer->scratch))
		return MARKUP_REMOVE; /* around a picture, to its own file: the page will do that itself */
	if (!prepare_address(set, address, body->preparer->scratch, &ours))
		return MARKUP_KEEP;
	if (use == MARKUP_USE_PICTURE_LINK && (is_upload(ours) || wpset_address_id(address) > 0))
		return MARKUP_REMOVE;
	if (is_upload(ours))
		note_document(body, address);
	*ret_address = ours;
	return str_eq(ours, address) ? MARKUP_KEEP : MARKUP_REPLACE;
}

static int rewrite_media(void *context, struct markup_media *media, struct err *err)
{
	struct body *body = context;
	const struct wpset *set = body->preparer->set;
	struct wp_post *attachment = media->source_id > 0 ? wpset_post_by_id(set, media->source_id, body->arena) : NULL;
	(void)err;
	if (attachment && attachment->class != WP_MEDIA)
		attachment = NULL;
	if (!attachment && !str_empty(media->address))
		attachment = wpset_media_by_address(set, media->address, body->arena);
	bool by_id = str_starts(media->address, STR(WPTEXT_BY_ID));
	if (!attachment && (by_id || str_empty(media->address))) {
		tally_add(&body->prepared->tallies, body->arena, "pictures", STR("left: not in the export"), 1);
		return MARKUP_REMOVE;
	}
	media->guid = prepare_media_guid(set, attachment, media->address, body->arena);
	prepare_use(set, body->prepared, body->arena, attachment, by_id ? (struct str){0} : media->address, MEDIA_BODY,
		    media->alt, media->has_alt);
	if (by_id)
		media->address = (struct str){0};
	struct str caption, credit;
	if (set->mapping->credits && str_empty(media->credit) && credit_split(media->caption, &caption, &credit)) {
		media->caption = caption;
		media->credit = credit;
		tally_add(&body->prepared->tallies, body->arena, "pictures", STR("credits split off captions"), 1);
	}
	return MARKUP_REPLACE;
}

static size_t attached(void *context, int64_t post_id, const int64_t **ret_ids)
{
	const struct body *body = context;
	return wpset_attached(body->preparer->set, post_id, body->arena, ret_ids);
}

static bool reusable(void *context, int64_t block_id, struct str *ret_content)
{
	const struct body *body = context;
	return wpset_block(body->preparer->set, block_id, ret_content);
}

static void add_problem(struct prepared *prepared, struct arena *arena, struct str problem)
{
	*vec_add(&prepared->problems, arena) = arena_str(arena, problem);
}

static void featured_picture(struct preparer *preparer, const struct wxr_item *item, struct arena *arena,
			     struct prepared *prepared)
{
	int64_t id;
	if (!str_to_i64(str_trim(wxr_item_meta(item, STR("_thumbnail_id"))), &id) || id <= 0)
		return;
	struct wp_post *attachment = wpset_post_by_id(preparer->set, id, arena);
	if (attachment && attachment->class == WP_MEDIA)
		prepare_use(preparer->set, prepared, arena, attachment, (struct str){0}, MEDIA_FEATURED,
			    (struct str){0}, false);
	else
		add_problem(prepared, arena, STR("its featured picture is not in the export"));
}

void prepare_body(struct preparer *preparer, const struct wxr_item *item, struct arena *arena,
		  struct prepared *prepared)
{
	struct body body = {preparer, prepared, arena};
	struct wptext text = {
		.arena = arena,
		.post_id = prepared->post->id,
		.footnotes = wxr_item_meta(item, STR("footnotes")),
		.context = &body,
		.attached = attached,
		.reusable = reusable,
	};
	buf_clear(&preparer->html);
	wptext_to_html(&text, item->content, &preparer->html);
	prepared->tallies = text.tallies;
	prepared->markup = markup_report_create(arena);
	if (preparer->html.over)
		add_problem(prepared, arena, STR("its text is too long and was cut"));
	featured_picture(preparer, item, arena, prepared);
	struct markup *tree = markup_from_html(NULL, buf_str(&preparer->html), preparer->scratch, prepared->markup);
	struct markup_rewrite rewrite = {.context = &body, .link = rewrite_link, .media = rewrite_media};
	struct safe_html canonical = {0};
	struct err err = {0};
	if (markup_rewrite(tree, &rewrite, &err) < 0 || markup_canonical(tree, preparer->scratch, &canonical, &err) < 0)
		add_problem(prepared, arena, str_from(err.text));
	prepared->content.revision.body = arena_str(arena, canonical.text);
}
