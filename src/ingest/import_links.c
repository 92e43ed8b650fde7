#include "ingest/import_run.h"

#include "base/limits.h"
#include "store/redirect.h"
#include "store/site.h"
#include "text/url.h"

#define LINKS_PER_CHUNK 1000

struct links_work {
	struct import *import;
	size_t from, until; /* of posts */
};

/* The page of an attachment led to its picture; now to the entry that shows it, or to the picture. */
static int link_attachment(struct import *import, struct store_tx *tx, const struct wp_post *post, struct err *err)
{
	const struct wp_post *parent = post->parent_id > 0 ? wpset_post_by_id(import->set, post->parent_id) : NULL;
	bool has_parent = parent && parent->class != WP_MEDIA && parent->target_id;
	struct redirect redirect = {
		.target = has_parent ? REDIRECT_ENTRY : REDIRECT_MEDIA,
		.target_id = has_parent ? parent->target_id : post->target_id,
	};
	int result = 0;
	if (post->target_id == 0)
		return 0;
	if (post->id > 0) {
		redirect.path = arena_printf(tx_arena(tx), "/?attachment_id=%lld", (long long)post->id);
		result = redirect_put(tx, &redirect, err);
	}
	redirect.path = post->path;
	return result == 0 && !str_empty(post->path) ? redirect_put(tx, &redirect, err) : result;
}

static int link_posts(struct store_tx *tx, void *context, struct err *err)
{
	struct links_work *work = context;
	int result = 0;
	for (size_t i = work->from; i < work->until && result == 0; i++)
		if (work->import->set->posts.at[i]->class == WP_MEDIA)
			result = link_attachment(work->import, tx, work->import->set->posts.at[i], err);
	return result == 0 ? import_save(work->import, tx, -1, -1, err) : result;
}

/* "/category/parent/child/", "/tag/x/", "/taxonomy/x/": where WordPress answers unless told otherwise. */
static struct str term_path(const struct import *import, const struct wp_term *term, int depth, struct arena *arena)
{
	struct wxr_category parent = {.domain = term->taxonomy, .nicename = term->parent_slug};
	const struct wp_term *above = str_empty(term->parent_slug) ? NULL : wpset_term(import->set, &parent);
	BUF_SCOPED path = BUF_INIT(LIMIT_PATH_BYTES);
	if (above && above != term && depth < 10) {
		buf_put(&path, term_path(import, above, depth + 1, arena));
	} else {
		buf_put_byte(&path, '/');
		buf_put(&path, str_eq(term->taxonomy, STR("post_tag")) ? STR("tag") : term->taxonomy);
		buf_put_byte(&path, '/');
	}
	buf_put(&path, term->slug);
	buf_put_byte(&path, '/');
	return url_path_normalise(buf_str(&path), arena);
}

static int link_term(struct import *import, struct store_tx *tx, const struct wp_term *term, struct err *err)
{
	static const enum redirect_target targets[] = {
		[MAPPING_KIND] = REDIRECT_KIND,  [MAPPING_TOPIC] = REDIRECT_TERM, [MAPPING_CAMPAIGN] = REDIRECT_TERM,
		[MAPPING_RIGHT] = REDIRECT_TERM, [MAPPING_TAG] = REDIRECT_TERM,   [MAPPING_PLACE] = REDIRECT_PLACE,
	};
	if (term->becomes == MAPPING_LEAVE || term->target_id == 0)
		return 0;
	struct redirect redirect = {.path = term_path(import, term, 0, tx_arena(tx)),
				    .target = targets[term->becomes],
				    .target_id = term->target_id,
				    .language = term->language};
	bool same = term->becomes == MAPPING_TAG && str_eq(term->taxonomy, STR("post_tag"));
	return same ? 0 : redirect_put(tx, &redirect, err);
}

static int link_author(struct store_tx *tx, const struct wp_author *author, struct err *err)
{
	struct redirect redirect = {
		.path = arena_printf(tx_arena(tx), "/author/%.*s/", STR_ARG(author->slug)),
		.target = REDIRECT_CONTRIBUTOR,
		.target_id = author->contributor_id,
	};
	return author->contributor_id ? redirect_put(tx, &redirect, err) : 0;
}

/* ---- menus ---- */

/* Ours by the mapping, or by what the name says; others keep their own and show where a theme asks for them. */
static struct str menu_name(const struct import *import, struct str slug)
{
	const struct mapping *mapping = &import->mapping;
	for (size_t i = 0; i < mapping->menus.len; i++)
		if (str_eq(mapping->menus.at[i].name, slug))
			return mapping->menus.at[i].value;
	if (str_find_nocase(slug, STR("foot")) != SIZE_MAX)
		return STR("footer");
	if (str_find_nocase(slug, STR("main")) != SIZE_MAX || str_find_nocase(slug, STR("primary")) != SIZE_MAX ||
	    str_find_nocase(slug, STR("header")) != SIZE_MAX || str_find_nocase(slug, STR("top")) != SIZE_MAX)
		return STR("main");
	return str_empty(slug) ? STR("main") : slug;
}

static void aim(const struct import *import, const struct wp_menu_item *from, struct menu_item *item)
{
	if (str_eq(from->type, STR("post_type"))) {
		const struct wp_post *post = wpset_post_by_id(import->set, from->object_id);
		item->entry_id = post && post->class != WP_MEDIA ? post->target_id : 0;
	} else if (str_eq(from->type, STR("taxonomy"))) {
		const struct wp_term *term = map_get_i64(import->set->term_by_id, from->object_id);
		if (term && term->becomes == MAPPING_KIND)
			item->kind_id = term->target_id;
		else if (term && term->becomes == MAPPING_PLACE)
			item->place_id = term->target_id;
		else if (term && term->becomes != MAPPING_LEAVE)
			item->term_id = term->target_id;
	} else {
		struct url url;
		item->url = from->url;
		if (url_parse(from->url, &url) && url.has_authority && wpset_own_host(import->set, url.host))
			item->url = str_empty(url.path) ? STR("/") : url.path;
	}
}

static int write_menu_item(struct import *import, struct store_tx *tx, const struct wp_menu_item *from,
			   struct map *new_ids, struct err *err)
{
	const int64_t *parent = map_get_i64(new_ids, from->parent_id);
	struct menu_item item = {
		.menu = menu_name(import, from->menu),
		.language = from->language,
		.position = (int)(from->order & 0xFFFFFF),
		.label = from->label,
		.parent_id = parent ? *parent : 0,
	};
	aim(import, from, &item);
	if (!item.entry_id && !item.term_id && !item.kind_id && !item.place_id && str_empty(item.url))
		return 0;
	int64_t *id = arena_new(tx_arena(tx), int64_t);
	int result = menu_add(tx, &item, id, err);
	if (result != 0)
		return result;
	map_put_i64(new_ids, from->id, id);
	struct import_mapping mapping = {
		.object = STR("menu_item"),
		.old_id = arena_printf(tx_arena(tx), "%lld", (long long)from->id),
		.hash = STR("-"),
		.target = IMPORT_TARGET_MENU_ITEM,
		.target_id = *id,
	};
	return import_map_put(tx, import->source_id, &mapping, err);
}

/* Parents before children: as often through the list as menus are deep. */
static int write_menus(struct import *import, struct store_tx *tx, struct err *err)
{
	struct map *new_ids = map_create(tx_arena(tx));
	struct wp_menu_item_vec *menus = &import->set->menus;
	bool *done = arena_array(tx_arena(tx), bool, menus->len + 1);
	int result = 0;
	for (int depth = 0; depth < 8 && result == 0; depth++) {
		for (size_t i = 0; i < menus->len && result == 0; i++) {
			const struct wp_menu_item *item = &menus->at[i];
			bool last = depth == 7;
			if (done[i] || (item->parent_id && !map_get_i64(new_ids, item->parent_id) && !last))
				continue;
			done[i] = true;
			result = write_menu_item(import, tx, item, new_ids, err);
		}
	}
	return result;
}

/* Menus come in once: what is here since then may have been changed by hand. */
static int menus_known(struct import *import, bool *ret_known, struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	struct import_mapping_vec mappings = {0};
	int result =
		import_map_page(import->store, import->source_id, STR("menu_item"), STR(""), 1, arena, &mappings, err);
	*ret_known = result == 0 && mappings.len > 0 && str_eq(mappings.at[0].object, STR("menu_item"));
	return result;
}

static int link_rest(struct store_tx *tx, void *context, struct err *err)
{
	struct links_work *work = context;
	struct import *import = work->import;
	bool known = false;
	int result = menus_known(import, &known, err);
	for (size_t i = 0; i < import->set->terms.len && result == 0; i++)
		result = link_term(import, tx, import->set->terms.at[i], err);
	for (size_t i = 0; i < import->set->authors.len && result == 0; i++)
		result = link_author(tx, import->set->authors.at[i], err);
	if (result == 0 && !known)
		result = write_menus(import, tx, err);
	return result == 0 ? import_save(import, tx, -1, -1, err) : result;
}

int import_write_links(struct import *import, struct err *err)
{
	struct links_work work = {.import = import};
	size_t count = import->set->posts.len;
	int result = 0;
	if (!import->resumed || import->resume_phase < IMPORT_LINKS)
		import_report_add(import->report, STR("menu items"),
				  import->batch_id ? STR("taken or here") : STR("unchanged"),
				  (int64_t)import->set->menus.len);
	if (import->batch_id == 0 || import->options->dry_run)
		return 0;
	for (work.from = 0; work.from < count && result == 0; work.from = work.until) {
		work.until = work.from + LINKS_PER_CHUNK < count ? work.from + LINKS_PER_CHUNK : count;
		result = store_write_chunk(import->store, import->batch_id, link_posts, &work, err);
		if (result == 0)
			result = import_tell(import, 0, 0, err);
	}
	return result == 0 ? store_write_chunk(import->store, import->batch_id, link_rest, &work, err) : result;
}
