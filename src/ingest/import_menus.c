/* Menus. One in one language is taken as a whole: written when it is new, and again when the export has changed it and
 * nobody here has. The flip puts it in the place of the one that was. */
#include "ingest/import_run.h"

#include "base/map.h"
#include "crypt/hash.h"
#include "ingest/wpset_inside.h"
#include "text/url.h"

#include <stdlib.h>
#include <string.h>

#define MENU_DEPTH 8

/* A menu's hash is that of the export's items and behind it that of what was written, which tells edits made here. */
#define MENU_HASH_BYTES (2 * WPSET_HASH_BYTES)

/* Ours by the mapping, or by what the name says; others keep their own and show where a theme asks for them. */
static struct str menu_name(const struct import *import, struct str slug)
{
	const struct mapping *mapping = &import->mapping;
	for (size_t i = 0; i < mapping->menus.len; i++)
		if (str_eq(mapping->menus.at[i].name, slug))
			return mapping->menus.at[i].value;
	const char *ours = mapping_menu_by_name(slug);
	return ours ? str_from(ours) : str_empty(slug) ? STR("main") : slug;
}

/* By a number ("/?p=12") an entry is meant, which stands in the menu while it may be seen. */
static void aim_at_address(const struct import *import, const struct wp_menu_item *from, struct menu_item *item)
{
	struct arena *arena = import->arena;
	struct str address, scheme, ours;
	if (url_clean(from->url, arena, &address, &scheme) != URL_OK)
		return;
	item->url = address;
	if (!prepare_address(import->set, address, arena, &ours))
		return;
	int64_t id = wpset_address_id(address);
	const struct wp_post *post = id > 0 ? wpset_post_by_id(import->set, id, arena) : NULL;
	item->entry_id = post && post->class != WP_MEDIA ? post->target_id : 0;
	item->url = item->entry_id ? (struct str){0} : ours;
}

static void aim(const struct import *import, const struct wp_menu_item *from, struct menu_item *item)
{
	if (str_eq(from->type, STR("post_type"))) {
		const struct wp_post *post = wpset_post_by_id(import->set, from->object_id, import->arena);
		item->entry_id = post && post->class != WP_MEDIA ? post->target_id : 0;
	} else if (str_eq(from->type, STR("taxonomy"))) {
		const struct wp_term *term = map_get_i64(import->set->term_by_id, from->object_id);
		if (term && term->becomes == MAPPING_KIND)
			item->kind_id = term->target_id;
		else if (term && term->becomes == MAPPING_PLACE)
			item->place_id = term->target_id;
		else if (term && term->becomes != MAPPING_LEAVE)
			item->term_id = term->target_id;
	} else if (!str_starts(str_trim(from->url), STR("#"))) { /* what only opens a menu of the old theme */
		aim_at_address(import, from, item);
	}
}

static bool is_custom(const struct wp_menu_item *from)
{
	return !str_eq(from->type, STR("post_type")) && !str_eq(from->type, STR("taxonomy"));
}

static struct str menu_key(struct str menu, struct str language, struct arena *arena)
{
	return arena_printf(arena, "%.*s:%.*s", STR_ARG(menu), STR_ARG(language));
}

/* ---- hashes ---- */

static void hash_number(struct sha256_run *run, int64_t number)
{
	sha256_add(run, str_of((const char *)&number, sizeof number));
}

static void hash_item(struct sha256_run *run, const struct menu_item *item, int64_t parent)
{
	const int64_t numbers[] = {item->position, item->entry_id, item->term_id,           item->place_id,
				   item->kind_id,  parent,         (int64_t)item->label.len};
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		hash_number(run, numbers[i]);
	sha256_add(run, item->label);
	hash_number(run, (int64_t)item->url.len);
	sha256_add(run, item->url);
}

static void put_hash(struct sha256_run *run, char *place)
{
	struct sha256 hash = sha256_end(run);
	memcpy(place, hash.bytes, WPSET_HASH_BYTES);
}

static int by_place(const void *a, const void *b)
{
	const struct menu_item *x = a, *y = b;
	if (x->position != y->position)
		return x->position < y->position ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

/* As they are read: by position and id. A parent is known by its place among them, since ids tell nothing. */
static void hash_written(struct menu_item_vec *items, char *place)
{
	ARENA_SCOPED arena = arena_create(0);
	struct sha256_run *run = sha256_begin();
	struct map *by_id = map_create(arena);
	if (items->len > 0)
		qsort(items->at, items->len, sizeof *items->at, by_place);
	for (size_t i = 0; i < items->len; i++)
		map_put_i64(by_id, items->at[i].id, &items->at[i]);
	for (size_t i = 0; i < items->len; i++) {
		const struct menu_item *parent = map_get_i64(by_id, items->at[i].parent_id);
		hash_item(run, &items->at[i], parent ? parent - items->at : -1);
	}
	put_hash(run, place);
}

/* ---- one menu in one language ---- */

struct menu {
	struct str name, language, key;
	VEC(const struct wp_menu_item *) items;
	bool *dead; /* of items: a leaf without an address */
	size_t dead_count;
	bool leads; /* one of its items does, somewhere */
	bool writes;
	char hash[MENU_HASH_BYTES];
};

static void resolve(const struct import *import, const struct menu *menu, const struct wp_menu_item *from,
		    struct menu_item *item)
{
	*item = (struct menu_item){
		.menu = menu->name,
		.language = menu->language,
		.position = (int)(from->order & 0xFFFFFF),
		.label = from->label,
	};
	aim(import, from, item);
}

static bool leads_somewhere(const struct menu_item *item)
{
	return item->entry_id || item->term_id || item->kind_id || item->place_id || !str_empty(item->url);
}

/* What has no address of its own stands as a heading above what has one, and is left out where nothing is below. */
static void find_dead(const struct import *import, struct menu *menu, struct arena *arena)
{
	struct map *by_id = map_create(arena);
	menu->dead = arena_array(arena, bool, menu->items.len + 1);
	for (size_t i = 0; i < menu->items.len; i++) {
		menu->dead[i] = true;
		map_put_i64(by_id, menu->items.at[i]->id, &menu->dead[i]);
	}
	for (size_t i = 0; i < menu->items.len; i++) {
		const struct wp_menu_item *item = menu->items.at[i];
		struct menu_item aimed;
		resolve(import, menu, item, &aimed);
		if (is_custom(item) && !leads_somewhere(&aimed))
			continue;
		menu->dead[i] = false;
		for (int depth = 0; depth < MENU_DEPTH && item->parent_id; depth++) {
			bool *above = map_get_i64(by_id, item->parent_id);
			if (!above || !*above)
				break;
			*above = false;
			item = menu->items.at[above - menu->dead];
		}
	}
	for (size_t i = 0; i < menu->items.len; i++)
		menu->dead_count += menu->dead[i];
}

static void hash_export(const struct import *import, struct menu *menu)
{
	struct sha256_run *run = sha256_begin();
	for (size_t i = 0; i < menu->items.len; i++) {
		struct menu_item item;
		resolve(import, menu, menu->items.at[i], &item);
		menu->leads |= leads_somewhere(&item);
		hash_number(run, menu->items.at[i]->id);
		hash_item(run, &item, menu->items.at[i]->parent_id);
	}
	put_hash(run, menu->hash);
}

static struct import_menu_read_vec menus_of(const struct import *import, struct arena *arena)
{
	const struct wp_menu_item_vec *all = &import->set->menus;
	struct map *by_key = map_create(arena);
	struct import_menu_read_vec menus = {0};
	for (size_t i = 0; i < all->len; i++) {
		const struct wp_menu_item *item = &all->at[i];
		struct str name = menu_name(import, item->menu), key = menu_key(name, item->language, arena);
		struct menu *menu = map_get(by_key, key);
		if (!menu) {
			menu = arena_new(arena, struct menu);
			*menu = (struct menu){.name = name, .language = item->language, .key = key};
			map_put(by_key, key, menu);
			*vec_add(&menus, arena) = menu;
		}
		*vec_add(&menu->items, arena) = item;
	}
	for (size_t i = 0; i < menus.len; i++) {
		find_dead(import, menus.at[i], arena);
		hash_export(import, menus.at[i]);
	}
	return menus;
}

/* ---- writing ---- */

static int write_item(struct import *import, struct store_tx *tx, struct menu_item *item,
		      const struct wp_menu_item *from, struct err *err)
{
	int result = menu_add(tx, item, &item->id, err);
	struct import_mapping mapping = {
		.object = STR("menu_item"),
		.old_id = arena_printf(tx_arena(tx), "%lld", (long long)from->id),
		.hash = STR("-"),
		.target = IMPORT_TARGET_MENU_ITEM,
		.target_id = item->id,
	};
	return result == 0 ? import_map_put(tx, import->source_id, &mapping, err) : result;
}

/* Parents before children: as often through the list as menus are deep. The last time takes those whose parent is
 * not there. */
static int write_items(struct import *import, struct store_tx *tx, const struct menu *menu,
		       struct menu_item_vec *ret_written, struct err *err)
{
	struct arena *arena = tx_arena(tx);
	struct map *new_ids = map_create(arena);
	bool *done = arena_array(arena, bool, menu->items.len + 1);
	int result = 0;
	for (int depth = 0; depth < MENU_DEPTH && result == 0; depth++) {
		for (size_t i = 0; i < menu->items.len && result == 0; i++) {
			const struct wp_menu_item *from = menu->items.at[i];
			const int64_t *parent = map_get_i64(new_ids, from->parent_id);
			if (done[i] || (from->parent_id && !parent && depth + 1 < MENU_DEPTH))
				continue;
			done[i] = true;
			struct menu_item *item = arena_new(arena, struct menu_item);
			resolve(import, menu, from, item);
			item->parent_id = parent ? *parent : 0;
			if (menu->dead[i] || (!leads_somewhere(item) && !is_custom(from)))
				continue;
			result = write_item(import, tx, item, from, err);
			map_put_i64(new_ids, from->id, &item->id);
			*vec_add(ret_written, arena) = *item;
		}
	}
	return result;
}

static int write_menu(struct import *import, struct store_tx *tx, struct menu *menu, struct err *err)
{
	struct menu_item_vec written = {0};
	int result = menu_clear(tx, menu->name, menu->language, err); /* what an interrupted call wrote */
	if (result == 0)
		result = write_items(import, tx, menu, &written, err);
	if (result != 0 || written.len == 0)
		return result;
	hash_written(&written, menu->hash + WPSET_HASH_BYTES);
	*vec_add(&import->menus, import->arena) = (struct import_menu){
		.old_id = arena_str(import->arena, menu->key),
		.hash = arena_str(import->arena, str_of(menu->hash, sizeof menu->hash)),
		.first_id = written.at[0].id,
	};
	return 0;
}

int import_write_menus(struct import *import, struct store_tx *tx, struct err *err)
{
	int result = 0;
	import->menus.len = 0;
	for (size_t i = 0; i < import->menus_read.len && result == 0; i++)
		if (import->menus_read.at[i]->writes)
			result = write_menu(import, tx, import->menus_read.at[i], err);
	return result;
}

int import_keep_menus(struct import *import, struct store_tx *tx, struct err *err)
{
	int result = 0;
	for (size_t i = 0; i < import->menus.len && result == 0; i++) {
		struct import_mapping mapping = {
			.object = STR("menu"),
			.old_id = import->menus.at[i].old_id,
			.hash = import->menus.at[i].hash,
			.target = IMPORT_TARGET_MENU_ITEM,
			.target_id = import->menus.at[i].first_id,
		};
		result = import_map_put(tx, import->source_id, &mapping, err);
	}
	return result;
}

/* ---- what is here ---- */

static void hash_here(const struct site_content *site, const struct menu *menu, struct arena *arena, char *place)
{
	struct menu_item_vec items = {0};
	for (size_t i = 0; i < site->menu.len; i++)
		if (str_eq(site->menu.at[i].menu, menu->name) && str_eq(site->menu.at[i].language, menu->language))
			*vec_add(&items, arena) = site->menu.at[i];
	hash_written(&items, place);
}

/* Whether menus came in before they had hashes: then nobody can say what was changed here. */
static int came_before(struct import *import, struct arena *arena, bool *ret_before, struct err *err)
{
	struct import_mapping_vec mappings = {0};
	int result =
		import_map_page(import->store, import->known_source_id, STR("menu"), STR(""), 1, arena, &mappings, err);
	*ret_before = result == 0 && mappings.len > 0 && str_eq(mappings.at[0].object, STR("menu_item")) &&
		      mappings.at[0].batch_id != import->batch_id;
	return result;
}

static void count(struct import *import, struct str outcome, size_t items)
{
	if (!import->resumed || import->resume_phase < IMPORT_LINKS)
		import_report_add(import->report, STR("menu items"), outcome, (int64_t)items);
}

static void count_dead(struct import *import, const struct menu *menu)
{
	if (menu->dead_count == 0 || (import->resumed && import->resume_phase >= IMPORT_LINKS))
		return;
	count(import, STR("left out: no address"), menu->dead_count);
	for (size_t i = 0; i < menu->items.len; i++)
		if (menu->dead[i])
			import_report_note(import->report, STR("menu item"), menu->items.at[i]->label,
					   STR("it leads nowhere and nothing stands below it; it was left out"));
}

static void judge(struct import *import, struct menu *menu, struct str known, struct arena *arena)
{
	char here[WPSET_HASH_BYTES];
	struct str imported = str_sub(known, 0, WPSET_HASH_BYTES), written = str_skip(known, WPSET_HASH_BYTES);
	if (!menu->leads || str_eq(imported, str_of(menu->hash, WPSET_HASH_BYTES))) {
		count(import, STR("unchanged"), menu->items.len - menu->dead_count);
		return;
	}
	hash_here(&import->site, menu, arena, here);
	menu->writes = str_eq(written, str_of(here, sizeof here));
	count(import, menu->writes ? STR("changed") : STR("left: the menu was changed here"),
	      menu->items.len - menu->dead_count);
	if (!menu->writes && (!import->resumed || import->resume_phase < IMPORT_LINKS))
		import_report_note(import->report, STR("menu"), menu->key,
				   STR("it was edited here since the last import, and the export has changed it too; "
				       "ours was kept"));
}

int import_read_menus(struct import *import, struct err *err)
{
	ARENA_SCOPED arena = arena_create(0);
	bool before = false;
	int result = came_before(import, arena, &before, err);
	import->menus_read = menus_of(import, import->arena);
	for (size_t i = 0; i < import->menus_read.len && result == 0; i++) {
		struct menu *menu = import->menus_read.at[i];
		struct import_mapping mapping;
		count_dead(import, menu);
		result = import_map_get(import->store, import->known_source_id, STR("menu"), menu->key, arena, &mapping,
					err);
		if (result == 0) {
			judge(import, menu, mapping.hash, arena);
		} else if (result == STORE_NOT_FOUND) {
			menu->writes = !before && menu->leads;
			count(import, before ? STR("unchanged") : STR("taken"), menu->items.len - menu->dead_count);
			result = 0;
		}
	}
	return result;
}

bool import_menus_wait(const struct import *import)
{
	bool waits = false;
	for (size_t i = 0; i < import->menus_read.len; i++)
		waits |= import->menus_read.at[i]->writes;
	return waits;
}
