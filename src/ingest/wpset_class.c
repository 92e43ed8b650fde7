#include "ingest/wpset_inside.h"

#include <string.h>

/* Types of WordPress and of common plugins that are no content. */
static const char *const technical_types[] = {
	"revision",          "wp_template",         "wp_template_part",  "wp_global_styles", "wp_navigation",
	"custom_css",        "customize_changeset", "oembed_cache",      "user_request",     "wp_font_family",
	"wp_font_face",      "acf-field",           "acf-field-group",   "acf-post-type",    "acf-taxonomy",
	"polylang_mo",       "wpcf7_contact_form",  "elementor_library", "wpforms",          "wp_block",
	"amp_validated_url", "jp_pay_order",        "scheduled-action",  "shop_order",       "feedback",
	"guest-author",
};

static bool listed(struct str text, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(text, str_from(words[i])))
			return true;
	return false;
}

bool wpset_type_technical(struct str type)
{
	return listed(type, technical_types, sizeof technical_types / sizeof technical_types[0]);
}

static enum wp_class class_of_type(const struct wpset *set, struct str type)
{
	const struct mapping_type *rule = mapping_type_rule(set->mapping, type);
	if (rule)
		return rule->becomes == MAPPING_TYPE_ITEM   ? WP_ITEM
		       : rule->becomes == MAPPING_TYPE_PAGE ? WP_PAGE
							    : WP_LEFT;
	if (str_eq(type, STR("attachment")))
		return WP_MEDIA;
	if (str_eq(type, STR("page")))
		return WP_PAGE;
	if (str_eq(type, STR("nav_menu_item")))
		return WP_MENU_ITEM;
	return wpset_type_technical(type) ? WP_LEFT : WP_ITEM;
}

struct str wpset_word(enum wp_class class)
{
	switch (class) {
	case WP_ITEM:
		return STR("posts");
	case WP_PAGE:
		return STR("pages");
	case WP_MEDIA:
		return STR("attachments");
	case WP_MENU_ITEM:
		return STR("menu items");
	case WP_LEFT:
		break;
	}
	return STR("other things");
}

enum wp_class wpset_class(struct wpset *set, const struct wxr_item *item)
{
	enum wp_class class = class_of_type(set, item->type);
	struct arena *arena = set->arena;
	struct arena_mark mark = arena_mark(arena);
	struct str status = item->status, reason = {0};
	if (class == WP_LEFT)
		reason = arena_printf(arena, "left: type %.*s is not content", STR_ARG(str_sub(item->type, 0, 80)));
	else if (str_eq(status, STR("trash")))
		reason = STR("left: in the trash");
	else if (str_eq(status, STR("auto-draft")))
		reason = STR("left: an automatic draft");
	else if (class != WP_MEDIA && str_eq(status, STR("inherit")))
		reason = STR("left: a revision");
	else if (class == WP_MENU_ITEM && !str_eq(status, STR("publish")))
		reason = STR("left: not published");
	if (!str_empty(reason)) {
		import_report_add(set->report, wpset_word(class), reason, 1);
		class = WP_LEFT;
	} else if (class == WP_ITEM && !str_eq(item->type, STR("post")) &&
		   !mapping_type_rule(set->mapping, item->type)) {
		struct str type = arena_printf(arena, "\"%.*s\" kept as items", STR_ARG(str_sub(item->type, 0, 80)));
		import_report_add(set->report, STR("post types"), type, 1);
	}
	arena_release(arena, mark);
	return class;
}

static int64_t number_behind(struct str address, struct str name)
{
	size_t at = str_find(address, name), end = 0;
	if (at == SIZE_MAX)
		return 0;
	struct str digits = str_skip(address, at + name.len);
	while (end < digits.len && digits.ptr[end] >= '0' && digits.ptr[end] <= '9')
		end++;
	int64_t value;
	return str_to_i64(str_sub(digits, 0, end), &value) ? value : 0;
}

int64_t wpset_address_id(struct str address)
{
	static const struct str names[] = {STR_INIT("?p="),      STR_INIT("?page_id="), STR_INIT("?attachment_id="),
					   STR_INIT("&p="),      STR_INIT("&page_id="), STR_INIT("&attachment_id="),
					   STR_INIT("&#038;p="), STR_INIT("&amp;p=")};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		int64_t id = number_behind(address, names[i]);
		if (id > 0)
			return id;
	}
	return 0;
}

int64_t wpset_id_of(const struct wxr_item *item)
{
	if (item->post_id > 0)
		return item->post_id;
	int64_t id = wpset_address_id(item->guid);
	if (id == 0)
		id = wpset_address_id(item->link);
	if (id > 0)
		return id;
	struct str words = str_empty(item->guid) ? item->title : item->guid;
	return -(int64_t)(str_hash(words, 0x5bd1e995u) >> 2) - 1;
}

bool wpset_published(const struct wxr_item *item)
{
	return str_eq(item->status, STR("publish")) || str_eq(item->status, STR("future"));
}

/* "picture-300x200.jpg" and "picture-scaled.jpg" are pictures of "picture.jpg". */
static struct str without_size(struct str stem)
{
	if (str_ends(stem, STR("-scaled")))
		return str_sub(stem, 0, stem.len - 7);
	size_t dash = str_rfind_byte(stem, '-');
	if (dash == SIZE_MAX)
		return stem;
	struct str size = str_skip(stem, dash + 1), width, height;
	uint64_t w, h;
	if (str_cut(size, 'x', &width, &height) && str_to_u64(width, &w) && str_to_u64(height, &h))
		return str_sub(stem, 0, dash);
	return stem;
}

uint64_t wpset_file_key(const struct wpset *set, struct str address)
{
	struct str rest = str_starts_nocase(address, STR("https:"))  ? str_skip(address, 6)
			  : str_starts_nocase(address, STR("http:")) ? str_skip(address, 5)
								     : address;
	if (str_starts(rest, STR("//")))
		rest = str_skip(rest, 2);
	if (str_starts_nocase(rest, STR("www.")))
		rest = str_skip(rest, 4);
	rest = str_sub(rest, 0, str_find_byte(rest, '?'));
	size_t dot = str_rfind_byte(rest, '.'), slash = str_rfind_byte(rest, '/');
	if (dot == SIZE_MAX || (slash != SIZE_MAX && dot < slash))
		return str_hash(rest, set->seed);
	struct str stem = without_size(str_sub(rest, 0, dot));
	return str_hash(stem, set->seed) * 31 + str_hash(str_skip(rest, dot), set->seed);
}

bool wpset_own_host(const struct wpset *set, struct str host)
{
	if (str_starts_nocase(host, STR("www.")))
		host = str_skip(host, 4);
	for (size_t i = 0; i < set->hosts.len; i++)
		if (str_eq_nocase(host, set->hosts.at[i]))
			return true;
	return false;
}
