#include "ingest/prepare_inside.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "crypt/hash.h"
#include "ingest/credit.h"
#include "text/plain.h"
#include "text/slug.h"
#include "text/url.h"

#include <stdlib.h>
#include <string.h>

VEC_TYPE(contributor_list, struct item_contributor);

struct preparer *preparer_create(const struct wpset *set)
{
	struct preparer *preparer = calloc(1, sizeof *preparer);
	if (!preparer)
		abort();
	preparer->set = set;
	preparer->formats = date_formats_create();
	preparer->scratch = arena_create(1u << 20);
	buf_init(&preparer->html, LIMIT_MARKUP_OUTPUT_BYTES);
	return preparer;
}

void preparer_destroy(struct preparer *preparer)
{
	if (!preparer)
		return;
	date_formats_destroy(preparer->formats);
	arena_destroy(preparer->scratch);
	buf_finish(&preparer->html);
	free(preparer);
}

static bool no_date(struct str text)
{
	return str_empty(text) || str_starts(text, STR("0000"));
}

/* GMT where the export has it; else the local time in the set's zone. */
static bool time_of(struct preparer *preparer, struct str gmt, struct str local, int64_t *ret_time_s)
{
	int64_t time_s;
	if (!no_date(gmt) && clock_parse_sql(gmt, ret_time_s))
		return true;
	if (no_date(local) || !clock_parse_sql(local, &time_s))
		return false;
	struct civil civil = civil_from_s(time_s);
	return date_from_local(preparer->formats, preparer->set->time_zone, &civil, ret_time_s, NULL);
}

/* False where its own date cannot be read. */
static bool set_dates(struct preparer *preparer, const struct wxr_item *item, struct arena *arena,
		      struct prepared *prepared)
{
	struct item_content *content = &prepared->content;
	bool dated = time_of(preparer, item->date_gmt, item->date, &content->date_s);
	if (!dated && !time_of(preparer, item->modified_gmt, item->modified, &content->date_s) &&
	    !clock_parse_rfc822(item->pub_date, &content->date_s))
		*vec_add(&prepared->problems, arena) = STR("it has no date; it comes in as of 1970");
	if (!time_of(preparer, item->modified_gmt, item->modified, &content->modified_s) ||
	    content->modified_s < content->date_s)
		content->modified_s = content->date_s;
	return dated;
}

/* What waits for a moment that nobody can tell is no more than a draft. */
static void set_release(struct arena *arena, bool dated, struct prepared *prepared)
{
	struct item_content *content = &prepared->content;
	if (dated) {
		content->release_at_s = content->date_s;
		return;
	}
	content->state = ITEM_UNRELEASED;
	*vec_add(&prepared->problems, arena) =
		STR("it is scheduled, but its date cannot be read; it comes in as a draft");
}

static void set_state(const struct wxr_item *item, bool dated, struct arena *arena, struct prepared *prepared)
{
	struct item_content *content = &prepared->content;
	struct str status = item->status;
	bool private = str_eq(status, STR("private"));
	content->access = private ? ITEM_PRIVATE : str_empty(item->password) ? ITEM_PUBLIC : ITEM_PASSWORD;
	content->state = wpset_published(item) || private ? ITEM_RELEASED : ITEM_UNRELEASED;
	if (str_eq(status, STR("future")))
		set_release(arena, dated, prepared);
	if (content->access == ITEM_PASSWORD)
		status = STR("password");
	else if (!wpset_published(item) && !private && !str_eq(status, STR("draft")) && !str_eq(status, STR("pending")))
		*vec_add(&prepared->problems, arena) =
			arena_printf(arena, "its status \"%.*s\" is not known; it comes in as a draft",
				     STR_ARG(str_sub(status, 0, 60)));
	tally_add(&prepared->tallies, arena, "states", str_empty(status) ? STR("(none)") : status, 1);
	if (item->sticky)
		content->pinned_until_s = ITEM_PINNED_FOREVER;
}

static void add_id(struct id_vec *ids, struct arena *arena, int64_t id)
{
	for (size_t i = 0; i < ids->len; i++)
		if (ids->at[i] == id)
			return;
	if (id)
		*vec_add(ids, arena) = id;
}

static void set_terms(struct preparer *preparer, const struct wxr_item *item, struct arena *arena,
		      struct prepared *prepared)
{
	struct item_content *content = &prepared->content;
	struct id_vec terms = {0}, places = {0};
	struct country_vec countries;
	for (size_t i = 0; i < item->categories.len; i++) {
		const struct wxr_category *category = &item->categories.at[i];
		const struct wp_term *term = wpset_is_echo(item, category) ? NULL : wpset_term(preparer->set, category);
		if (!term || term->becomes == MAPPING_LEAVE)
			continue;
		if (term->becomes == MAPPING_KIND)
			content->kind_id = content->kind_id ? content->kind_id : term->target_id;
		else
			add_id(term->becomes == MAPPING_PLACE ? &places : &terms, arena, term->target_id);
	}
	wpset_item_places(preparer->set, item, prepared->title, preparer->scratch, &countries);
	for (size_t i = 0; i < countries.len; i++) {
		const struct wp_place *place = wpset_place(preparer->set, countries.at[i]);
		add_id(&places, arena, place ? place->place_id : 0);
	}
	content->term_ids = terms.at;
	content->term_count = terms.len;
	content->place_ids = places.at;
	content->place_count = places.len;
	const struct mapping *mapping = preparer->set->mapping;
	const struct mapping_type *rule = mapping_type_rule(mapping, item->type);
	if (rule && !str_empty(rule->kind) && content->kind_id == 0)
		content->kind_id = preparer->set->kind_ids[mapping_kind_find(mapping, rule->kind) - mapping->kinds.at];
}

static void set_authors(struct preparer *preparer, const struct wxr_item *item, struct arena *arena,
			struct prepared *prepared)
{
	struct item_content *content = &prepared->content;
	struct wp_author_vec authors;
	struct contributor_list list = {0};
	BUF_SCOPED names = BUF_INIT(LIMIT_TITLE_BYTES);
	wpset_item_authors(preparer->set, item, preparer->scratch, &authors);
	for (size_t i = 0; i < authors.len; i++) {
		const struct wp_author *author = authors.at[i];
		buf_printf(&names, "%s%.*s", i ? ", " : "", STR_ARG(author->name));
		if (author->contributor_id)
			*vec_add(&list, arena) = (struct item_contributor){author->contributor_id, ITEM_AUTHOR};
	}
	content->revision.author = buf_copy(&names, arena);
	content->contributors = list.at;
	content->contributor_count = list.len;
}

/* "2018-06-14", "20180614", "2018-06", "2018": how exact it is follows from how much is written. Seconds since 1970 are
 * the day that they fall on where the newsroom is. */
static bool parse_day(struct preparer *preparer, struct str text, int64_t *ret_time_s,
		      enum item_precision *ret_precision)
{
	char digits[9] = "";
	if (prepare_seconds(text, ret_time_s)) {
		struct civil civil = date_parts(preparer->formats, preparer->set->time_zone, *ret_time_s);
		civil.hour = civil.minute = civil.second = 0;
		*ret_precision = ITEM_PRECISION_DAY;
		return civil_to_s(&civil, ret_time_s);
	}
	size_t count = 0;
	for (size_t i = 0; i < text.len && count < 8; i++) {
		if (text.ptr[i] >= '0' && text.ptr[i] <= '9')
			digits[count++] = text.ptr[i];
		else if (text.ptr[i] != '-' && text.ptr[i] != '/' && text.ptr[i] != '.')
			break;
	}
	int64_t number;
	if ((count != 8 && count != 6 && count != 4) || !str_to_i64(str_of(digits, count), &number))
		return false;
	struct civil civil = {.month = 1, .day = 1};
	civil.day = count == 8 ? (int)(number % 100) : 1;
	number = count == 8 ? number / 100 : number;
	civil.month = count >= 6 ? (int)(number % 100) : 1;
	civil.year = (int)(count >= 6 ? number / 100 : number);
	if (!civil_to_s(&civil, ret_time_s))
		return false;
	*ret_precision = count == 8 ? ITEM_PRECISION_DAY : count == 6 ? ITEM_PRECISION_MONTH : ITEM_PRECISION_YEAR;
	return true;
}

static void set_fields(struct preparer *preparer, const struct wxr_item *item, struct arena *arena,
		       struct prepared *prepared)
{
	const struct wpset *set = preparer->set;
	struct item_content *content = &prepared->content;
	struct item_revision_content *revision = &content->revision;
	revision->subtitle = plain_from_html(wpset_field(set, item, MAPPING_FIELD_SUBTITLE), arena);
	revision->dateline = plain_from_html(wpset_field(set, item, MAPPING_FIELD_DATELINE), arena);
	struct str excerpt = str_empty(item->excerpt) ? wpset_field(set, item, MAPPING_FIELD_EXCERPT) : item->excerpt;
	revision->excerpt = utf8_clip(plain_from_html(excerpt, arena), LIMIT_EXCERPT_BYTES);
	revision->has_excerpt = !str_empty(revision->excerpt);
	content->reference = plain_from_html(wpset_field(set, item, MAPPING_FIELD_REFERENCE), arena);
	if (str_empty(content->reference) && set->mapping->title_references) {
		struct str found;
		if (reference_find(prepared->title, &found) || reference_find(str_sub(item->content, 0, 2000), &found))
			content->reference = found;
	}
	struct str day = str_trim(wpset_field(set, item, MAPPING_FIELD_EVENT_DATE));
	if (!str_empty(day) && !parse_day(preparer, day, &content->event_s, &content->event_precision))
		*vec_add(&prepared->problems, arena) = STR("its event date cannot be read");
	struct str expires = str_trim(wpset_field(set, item, MAPPING_FIELD_EXPIRES));
	bool expiry_read = prepare_moment(preparer, expires, 0, &content->expires_at_s) && content->expires_at_s > 0;
	if (!expiry_read)
		content->expires_at_s = 0;
	if (!expiry_read && !str_empty(expires))
		*vec_add(&prepared->problems, arena) = STR("its expiry date cannot be read");
}

static void add_path(struct prepared *prepared, struct arena *arena, struct str path)
{
	if (!str_empty(path) && path.len <= LIMIT_PATH_BYTES && !str_eq(path, prepared->content.path))
		*vec_add(&prepared->old_paths, arena) = path;
}

/* Every address under which the old site answered for the item. */
static void set_old_paths(struct preparer *preparer, const struct wxr_item *item, struct arena *arena,
			  struct prepared *prepared)
{
	const struct wp_post *post = prepared->post;
	if (post->id > 0) {
		add_path(prepared, arena, arena_printf(arena, "/?p=%lld", (long long)post->id));
		if (post->class == WP_PAGE)
			add_path(prepared, arena, arena_printf(arena, "/?page_id=%lld", (long long)post->id));
	}
	struct str link, scheme;
	struct url url;
	if (url_clean(item->link, arena, &link, &scheme) == URL_OK && url_parse(link, &url) && url.has_authority &&
	    wpset_own_host(preparer->set, url.host) && !url.has_query && url.path.len > 1)
		add_path(prepared, arena, url_path_normalise(url.path, arena));
	for (size_t i = 0; i < item->meta.len; i++) {
		struct str old = str_trim(item->meta.at[i].value), path = post->path;
		if (!str_eq(item->meta.at[i].key, STR("_wp_old_slug")) || str_empty(old))
			continue;
		bool slash = str_ends(path, STR("/"));
		size_t cut = str_rfind_byte(str_sub(path, 0, path.len - slash), '/');
		if (cut != SIZE_MAX)
			add_path(
				prepared, arena,
				url_path_normalise(arena_printf(arena, "%.*s%.*s%s", STR_ARG(str_sub(path, 0, cut + 1)),
								STR_ARG(old), slash ? "/" : ""),
						   arena));
	}
}

static void hash_str(struct sha256_run *run, struct str text)
{
	uint64_t len = text.len;
	sha256_add(run, (struct str){(const char *)&len, sizeof len});
	sha256_add(run, text);
}

static void hash_bytes(struct sha256_run *run, const void *bytes, size_t count)
{
	hash_str(run, (struct str){bytes, count});
}

/* Over all that a revision holds, pictures and byline too: where it is equal none is added. */
static void hash_revision(struct prepared *prepared, struct arena *arena)
{
	struct item_revision_content *revision = &prepared->content.revision;
	struct sha256_run *run = sha256_begin();
	hash_str(run, revision->title);
	hash_str(run, revision->subtitle);
	hash_str(run, revision->excerpt);
	hash_str(run, revision->body);
	hash_str(run, revision->dateline);
	hash_str(run, revision->author);
	for (size_t i = 0; i < prepared->media.len; i++) {
		hash_str(run, prepared->media.at[i].guid);
		hash_bytes(run, &prepared->media.at[i].role, sizeof prepared->media.at[i].role);
	}
	struct sha256 hash = sha256_end(run);
	revision->sha256 = arena_str(arena, (struct str){(const char *)hash.bytes, SHA256_BYTES});
}

/* Over everything that is taken, so that equal hashes mean nothing changed. */
static void hash_item(struct prepared *prepared)
{
	const struct item_content *content = &prepared->content;
	int64_t numbers[] = {content->type,
			     content->kind_id,
			     content->pinned_until_s,
			     content->event_s,
			     content->event_precision,
			     content->state,
			     content->access,
			     content->date_s,
			     content->modified_s,
			     content->release_at_s,
			     content->expires_at_s,
			     content->breaking_until_s,
			     (int64_t)content->contributor_count};
	struct sha256_run *run = sha256_begin();
	hash_bytes(run, numbers, sizeof numbers);
	hash_bytes(run, content->term_ids, content->term_count * sizeof(int64_t));
	hash_bytes(run, content->place_ids, content->place_count * sizeof(int64_t));
	for (size_t i = 0; i < content->contributor_count; i++)
		hash_bytes(run, &content->contributors[i].contributor_id, sizeof(int64_t));
	hash_str(run, content->reference);
	hash_str(run, content->language);
	hash_str(run, content->path);
	hash_str(run, content->revision.sha256);
	hash_str(run, content->revision.author);
	for (size_t i = 0; i < prepared->media.len; i++)
		hash_str(run, prepared->media.at[i].guid);
	for (size_t i = 0; i < prepared->old_paths.len; i++)
		hash_str(run, prepared->old_paths.at[i]);
	struct sha256 hash = sha256_end(run);
	memcpy(prepared->hash, hash.bytes, WPSET_HASH_BYTES);
}

static void hash_media(struct prepared *prepared)
{
	const struct media *media = &prepared->media_record;
	const struct media_text *text = &media->texts.at[0];
	struct sha256_run *run = sha256_begin();
	hash_str(run, prepared->guid);
	hash_str(run, media->old_url);
	hash_str(run, text->language);
	hash_str(run, text->title);
	hash_str(run, text->caption);
	hash_str(run, text->credit);
	hash_str(run, text->alt);
	hash_str(run, text->description);
	int size[] = {media->width, media->height};
	hash_bytes(run, size, sizeof size);
	struct sha256 hash = sha256_end(run);
	memcpy(prepared->hash, hash.bytes, WPSET_HASH_BYTES);
}

static struct str guid_of(const struct wpset *set, const struct wxr_item *item, const struct wp_post *post,
			  struct arena *arena)
{
	if (post->class != WP_MEDIA && !str_empty(item->guid) && !post->guid_taken &&
	    item->guid.len <= LIMIT_PATH_BYTES)
		return item->guid;
	return prepare_media_guid(set, post, (struct str){0}, arena);
}

void prepare_item(struct preparer *preparer, const struct wxr_item *item, struct wp_post *post, struct arena *arena,
		  struct prepared *ret_prepared)
{
	*ret_prepared = (struct prepared){.post = post, .old_url = item->link};
	struct prepared *prepared = ret_prepared;
	prepared->bytes = (int64_t)(item->content.len + item->excerpt.len + item->title.len);
	prepared->title = utf8_clip(plain_from_html(item->title, arena), LIMIT_TITLE_BYTES);
	prepared->guid = guid_of(preparer->set, item, post, arena);
	if (post->class == WP_MEDIA) {
		prepare_media(preparer, item, arena, prepared);
		hash_media(prepared);
	} else {
		struct item_content *content = &prepared->content;
		content->type = post->class == WP_PAGE ? ITEM_PAGE : ITEM_NEWS;
		content->language = post->language;
		content->guid = prepared->guid;
		content->slug = post->slug;
		content->path = post->path;
		content->revision.title = prepared->title;
		prepare_body(preparer, item, arena, prepared);
		bool dated = set_dates(preparer, item, arena, prepared);
		set_state(item, dated, arena, prepared);
		set_terms(preparer, item, arena, prepared);
		set_authors(preparer, item, arena, prepared);
		set_fields(preparer, item, arena, prepared);
		prepare_breaking(preparer, item, arena, prepared);
		set_old_paths(preparer, item, arena, prepared);
		hash_revision(prepared, arena);
		hash_item(prepared);
	}
	arena_clear(preparer->scratch);
}
