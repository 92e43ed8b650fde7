#include "ingest/wpset_inside.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "i18n/country.h"
#include "text/plain.h"
#include "text/slug.h"
#include "text/url.h"

#include <string.h>

struct wpset *wpset_create(struct arena *arena, struct scratch *scratch, const struct mapping *mapping,
			   struct import_report *report, const struct str_vec *languages, struct str time_zone,
			   const struct country_finder *finder)
{
	struct wpset *set = arena_new(arena, struct wpset);
	*set = (struct wpset){
		.arena = arena,
		.scratch = scratch,
		.last_media = {.file = -1},
		.last_item = {.file = -1},
		.mapping = mapping,
		.report = report,
		.finder = finder,
		.place_by_code = map_create(arena),
		.kind_ids = arena_array(arena, int64_t, mapping->kinds.len + 1),
		.configured_languages = languages->len,
		.time_zone = str_empty(mapping->time_zone) ? time_zone : mapping->time_zone,
		.term_by_slug = map_create(arena),
		.term_by_id = map_create(arena),
		.author_by_login = map_create(arena),
		.blocks = map_create(arena),
		.language_of_term = map_create(arena),
		.root_of_term = map_create(arena),
		.seed = 0x9e3779b97f4a7c15u,
	};
	for (size_t i = 0; i < languages->len; i++)
		*vec_add(&set->languages, arena) = languages->at[i];
	if (set->languages.len == 0)
		*vec_add(&set->languages, arena) = STR("en");
	return set;
}

static void take_host(struct wpset *set, struct str address)
{
	struct str clean, scheme;
	ARENA_SCOPED arena = arena_create(0);
	if (url_clean(str_trim(address), arena, &clean, &scheme) != URL_OK)
		return;
	struct str host = url_host(clean);
	if (str_starts(host, STR("www.")))
		host = str_skip(host, 4);
	if (!str_empty(host) && !wpset_own_host(set, host))
		*vec_add(&set->hosts, set->arena) = arena_str(set->arena, host);
}

static void take_head(struct wpset *set, const struct wxr_head *head)
{
	take_host(set, head->base_blog_url);
	take_host(set, head->link);
	if (set->hosts.len == 0)
		take_host(set, head->base_site_url);
	if (str_empty(set->base)) {
		struct str base = !str_empty(head->base_blog_url) ? head->base_blog_url
				  : !str_empty(head->link)        ? head->link
								  : head->base_site_url;
		while (str_ends(base, STR("/")))
			base = str_sub(base, 0, base.len - 1);
		set->base = arena_str(set->arena, base);
	}
}

static struct str term_key(struct str taxonomy, struct str slug, char key[512])
{
	struct buf buf = {key, 0, 512, 512, false};
	buf_put(&buf, str_sub(taxonomy, 0, 200));
	buf_put_byte(&buf, '\n');
	buf_put(&buf, str_sub(slug, 0, 300));
	return buf_str(&buf);
}

static struct wp_term *term_put(struct wpset *set, struct str taxonomy, struct str slug, struct str name)
{
	char bytes[512];
	struct str key = term_key(taxonomy, slug, bytes);
	struct wp_term *term = map_get(set->term_by_slug, key);
	if (term)
		return term;
	term = arena_new(set->arena, struct wp_term);
	term->taxonomy = arena_str(set->arena, taxonomy);
	term->slug = arena_str(set->arena, slug);
	ARENA_SCOPED arena = arena_create(0);
	struct str plain = plain_from_html(name, arena);
	term->name = str_empty(plain) ? term->slug : arena_str(set->arena, utf8_clip(plain, LIMIT_TITLE_BYTES));
	map_put(set->term_by_slug, key, term);
	*vec_add(&set->terms, set->arena) = term;
	return term;
}

/* 1.0 called the tags' domain "tag". */
static struct str domain_of(struct str domain)
{
	return str_eq(domain, STR("tag")) ? STR("post_tag") : str_empty(domain) ? STR("category") : domain;
}

static struct str category_slug(const struct wxr_category *category, struct arena *arena)
{
	if (!str_empty(category->nicename))
		return category->nicename;
	return slug_from_title(plain_from_html(category->name, arena), arena);
}

static void take_term(struct wpset *set, const struct wxr_term *from)
{
	if (str_empty(from->slug) || str_empty(from->taxonomy))
		return;
	if (str_eq(from->taxonomy, STR("nav_menu")) || str_eq(from->taxonomy, STR("post_format")))
		return;
	if (wpset_is_person(set, from->taxonomy, from->slug, from->name) || wpset_take_translations(set, from))
		return;
	struct wp_term *term = term_put(set, from->taxonomy, from->slug, from->name);
	if (term->declared)
		return;
	term->declared = true;
	term->id = from->id;
	term->parent_slug = arena_str(set->arena, from->parent_slug);
	ARENA_SCOPED arena = arena_create(0);
	if (!mapping_taxonomy_technical(from->taxonomy))
		term->description = arena_str(set->arena, plain_from_html(from->description, arena));
	if (from->id)
		map_put_i64(set->term_by_id, from->id, term);
}

/* 1.0 wrote each term twice, once without its domain. */
bool wpset_is_echo(const struct wxr_item *item, const struct wxr_category *category)
{
	if (!str_empty(category->domain))
		return false;
	for (size_t i = 0; i < item->categories.len; i++)
		if (!str_empty(item->categories.at[i].domain))
			return true;
	return false;
}

static void take_item_terms(struct wpset *set, const struct wxr_item *item)
{
	for (size_t i = 0; i < item->categories.len; i++) {
		const struct wxr_category *category = &item->categories.at[i];
		if (wpset_is_echo(item, category) || str_eq(category->domain, STR("nav_menu")) ||
		    wpset_is_translations(category->domain))
			continue;
		if (wpset_is_person(set, category->domain, category->nicename, category->name)) {
			wpset_take_person(set, category);
			continue;
		}
		ARENA_SCOPED arena = arena_create(0);
		struct str slug = category_slug(category, arena);
		if (!str_empty(slug))
			term_put(set, domain_of(category->domain), slug, category->name)->uses++;
	}
}

static void take_menu_item(struct wpset *set, const struct wxr_item *item, struct str language)
{
	if (set->menus.len >= WPSET_MENU_ITEMS_MAX)
		return;
	int64_t number;
	struct wp_menu_item *menu = vec_add(&set->menus, set->arena);
	ARENA_SCOPED arena = arena_create(0);
	*menu = (struct wp_menu_item){
		.id = item->post_id,
		.order = item->menu_order,
		.label = arena_str(set->arena, plain_from_html(item->title, arena)),
		.type = arena_str(set->arena, wxr_item_meta(item, STR("_menu_item_type"))),
		.object = arena_str(set->arena, wxr_item_meta(item, STR("_menu_item_object"))),
		.url = arena_str(set->arena, wxr_item_meta(item, STR("_menu_item_url"))),
		.language = language,
	};
	if (str_to_i64(wxr_item_meta(item, STR("_menu_item_object_id")), &number))
		menu->object_id = number;
	if (str_to_i64(wxr_item_meta(item, STR("_menu_item_menu_item_parent")), &number))
		menu->parent_id = number;
	for (size_t i = 0; i < item->categories.len; i++)
		if (str_eq(item->categories.at[i].domain, STR("nav_menu")))
			menu->menu = arena_str(set->arena, item->categories.at[i].nicename);
}

static void take_block(struct wpset *set, const struct wxr_item *item)
{
	if (!str_eq(item->type, STR("wp_block")) || set->block_bytes + item->content.len > WPSET_BLOCK_BYTES_MAX)
		return;
	struct str *content = arena_new(set->arena, struct str);
	*content = arena_str(set->arena, item->content);
	set->block_bytes += content->len;
	map_put_i64(set->blocks, item->post_id, content);
}

static void take_media(struct wpset *set, struct wp_post *post, const struct wxr_item *item)
{
	set->media++;
	struct str address = str_empty(item->attachment_url) ? item->guid : item->attachment_url;
	int64_t key = (int64_t)wpset_file_key(set, address);
	ARENA_SCOPED arena = arena_create(0);
	wpset_number_add(set, WPSET_FILE, key, 0, post->id);
	wpset_join_media(set, post, item, key);
	const struct wp_post *original = post->original ? wpset_post_by_id(set, post->original, arena) : NULL;
	bool again = original && original->parent_id == post->parent_id; /* one gallery shows it once */
	if (post->parent_id > 0 && !again)
		wpset_number_add(set, WPSET_CHILD, post->parent_id, ++set->children, post->id);
	wpset_enlist(set, WPSET_ALL_MEDIA, post->id);
	if (original)
		wpset_enlist(set, WPSET_TRANSLATED_MEDIA, post->id);
}

static void take_guid(struct wpset *set, struct wp_post *post, const struct wxr_item *item)
{
	if (str_empty(item->guid))
		return;
	post->guid_taken = !wpset_number_add(set, WPSET_GUID, (int64_t)str_hash(item->guid, set->seed), 0, post->id);
}

void wpset_item_places(const struct wpset *set, const struct wxr_item *item, struct str title, struct arena *arena,
		       struct country_vec *ret_countries)
{
	struct str rest, piece, names = wpset_field(set, item, MAPPING_FIELD_PLACE);
	struct country_vec countries = {0};
	if (set->mapping->title_places)
		country_split_title(set->finder, title, arena, &countries, &rest);
	while (str_next(&names, ',', &piece)) {
		struct country_code code;
		if (country_find(set->finder, str_trim(piece), true, &code))
			*vec_add(&countries, arena) = code;
	}
	*ret_countries = countries;
}

struct wp_place *wpset_place(const struct wpset *set, struct country_code code)
{
	return map_get(set->place_by_code, str_from(code.text));
}

static void place_put(struct wpset *set, struct country_code code)
{
	if (wpset_place(set, code))
		return;
	struct wp_place *place = arena_new(set->arena, struct wp_place);
	place->code = code;
	map_put(set->place_by_code, str_from(code.text), place);
	*vec_add(&set->places, set->arena) = place;
}

static void take_places(struct wpset *set, const struct wxr_item *item)
{
	ARENA_SCOPED arena = arena_create(0);
	struct country_vec countries;
	wpset_item_places(set, item, plain_from_html(item->title, arena), arena, &countries);
	for (size_t i = 0; i < countries.len; i++)
		place_put(set, countries.at[i]);
}

static void note_taken_id(struct wpset *set, const struct wxr_item *item, enum wp_class class, int64_t id)
{
	char object[40];
	struct buf buf = {object, 0, sizeof object, sizeof object, false};
	buf_printf(&buf, "post %lld", (long long)id);
	import_report_add(set->report, wpset_word(class), STR("left: a second one with an id that is taken"), 1);
	import_report_note(set->report, buf_str(&buf), item->title,
			   STR("its id belongs to an earlier item; it was left out"));
}

/* An item, a page or an attachment that is the first with its id. */
static void take_post(struct wpset *set, struct wp_post *post, const struct wxr_item *item, struct arena *arena)
{
	struct wpset_place_in_files here = {post->file, post->offset};
	wpset_take_path(set, post, item, arena);
	if (post->class == WP_MEDIA) {
		set->last_media = here;
		take_media(set, post, item);
		return;
	}
	set->last_item = here;
	set->items++;
	take_guid(set, post, item);
	wpset_join(set, post, item);
	take_item_terms(set, item);
	take_places(set, item);
	wpset_take_byline(set, item);
}

static void take_item(struct wpset *set, const struct wxr_item *item, int file, struct str file_language,
		      struct arena *arena)
{
	import_report_add(set->report, STR("comments"), STR("counted, not imported"), item->comments);
	take_block(set, item);
	wpset_take_guest(set, item);
	enum wp_class class = wpset_class(set, item);
	if (class == WP_LEFT)
		return;
	if (class == WP_MENU_ITEM) {
		take_menu_item(set, item, wpset_language_of(set, item, file_language));
		return;
	}
	int64_t id = wpset_id_of(item);
	if (wpset_post_by_id(set, id, arena)) {
		note_taken_id(set, item, class, id);
		return;
	}
	struct wp_post *post = arena_new(arena, struct wp_post);
	post->id = id;
	post->parent_id = item->parent_id;
	if (class == WP_MEDIA && post->parent_id == 0) /* where a move or an earlier import kept it */
		str_to_i64(str_trim(wxr_item_meta(item, STR("_attachment_original_parent_id"))), &post->parent_id);
	post->offset = item->offset;
	post->file = file;
	post->class = class;
	post->open = str_eq(item->status, STR("publish")) && str_empty(item->password);
	post->language = wpset_language_of(set, item, file_language);
	take_post(set, post, item, arena);
	wpset_save(set, post);
}

static struct str language_of_file(struct wpset *set, const char *path, struct str head_language)
{
	struct str name = str_from(path);
	size_t slash = str_rfind_byte(name, '/');
	struct str base = slash == SIZE_MAX ? name : str_skip(name, slash + 1);
	for (size_t i = 0; i < set->mapping->files.len; i++)
		if (str_eq(set->mapping->files.at[i].name, base) || str_eq(set->mapping->files.at[i].name, name))
			return set->mapping->files.at[i].value;
	if (!str_empty(set->mapping->language))
		return set->mapping->language;
	struct str primary;
	struct str ignored;
	str_cut(head_language, '-', &primary, &ignored);
	for (size_t i = 0; i < set->languages.len; i++)
		if (str_eq_nocase(set->languages.at[i], head_language) || str_eq_nocase(set->languages.at[i], primary))
			return set->languages.at[i];
	return set->languages.at[0];
}

static void count_mends(struct wpset *set, struct wxr_mends mends)
{
	const struct {
		struct str name;
		uint64_t count;
	} all[] = {
		{STR_INIT("CDATA sections that ended too early"), mends.cdata_ends},
		{STR_INIT("control characters"), mends.control_characters},
		{STR_INIT("entities that XML does not know"), mends.entities},
		{STR_INIT("references to forbidden characters"), mends.references},
		{STR_INIT("undeclared prefixes"), mends.namespaces},
		{STR_INIT("bytes before the XML declaration"), mends.leading_bytes},
	};
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		if (all[i].count)
			import_report_add(set->report, STR("mended in the XML"), all[i].name, (int64_t)all[i].count);
}

int wpset_read(struct wpset *set, const char *path, int file, wpset_progress *progress, void *context, struct err *err)
{
	WXR_SCOPED wxr = NULL;
	int result = wxr_open(path, &wxr, err);
	if (result < 0)
		return result;
	ARENA_SCOPED arena = arena_create(256u << 10);
	struct wxr_event event;
	struct str file_language = {0};
	while ((result = wxr_next(wxr, arena, &event, err)) == 0 && event.kind != WXR_END) {
		if (str_empty(file_language)) {
			take_head(set, wxr_head(wxr));
			file_language = language_of_file(set, path, wxr_head(wxr)->language);
		}
		if (event.kind == WXR_AUTHOR)
			wpset_take_author(set, event.author);
		else if (event.kind == WXR_TERM)
			take_term(set, event.term);
		else
			take_item(set, event.item, file, file_language, arena);
		arena_clear(arena);
		if (progress && progress(context, wxr_bytes_read(wxr)) != 0)
			return err_set(err, ERR_STOPPED, "stopped while checking %s; nothing was written", path);
	}
	if (result < 0)
		return result;
	take_head(set, wxr_head(wxr));
	count_mends(set, wxr_mends(wxr));
	set->bytes += wxr_bytes_total(wxr);
	import_report_add(set->report, STR("files"), STR("checked"), 1);
	return wpset_result(set, err);
}

static void finish_term(struct wpset *set, struct wp_term *term)
{
	term->becomes = mapping_term_rule(set->mapping, term->taxonomy, term->slug, term->name, &term->to);
	const struct str *language = term->id ? map_get_i64(set->language_of_term, term->id) : NULL;
	term->language = language ? *language : set->languages.at[0];
	const int64_t *root = term->id ? map_get_i64(set->root_of_term, term->id) : NULL;
	if (root)
		term->translates = map_get_i64(set->term_by_id, *root);
	struct country_code code;
	if (term->becomes == MAPPING_PLACE && str_empty(term->to) && country_find(set->finder, term->name, true, &code))
		term->to = arena_str(set->arena, str_from(code.text));
}

int wpset_finish(struct wpset *set, struct err *err)
{
	if (str_empty(set->base))
		set->base = STR("unknown");
	wpset_finish_paths(set);
	for (size_t i = 0; i < set->terms.len; i++)
		finish_term(set, set->terms.at[i]);
	wpset_finish_people(set);
	return wpset_result(set, err);
}

struct wp_term *wpset_term(const struct wpset *set, const struct wxr_category *category)
{
	char bytes[512];
	ARENA_SCOPED arena = arena_create(0);
	struct str slug = category_slug(category, arena);
	return str_empty(slug) ? NULL : map_get(set->term_by_slug, term_key(domain_of(category->domain), slug, bytes));
}

bool wpset_block(const struct wpset *set, int64_t id, struct str *ret_content)
{
	const struct str *content = map_get_i64(set->blocks, id);
	if (!content)
		return false;
	*ret_content = *content;
	return true;
}
