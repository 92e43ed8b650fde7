#include "site/views.h"

#include <assert.h>
#include <string.h>

#define ROW(owner, field, kind, records, text) {.name = #field, .type = VIEW_##kind, .view = records, .help = text},
#define DECLARE(variable, shown, ...)                                                                                  \
	static const struct view_field variable##_fields[] = {__VA_ARGS__};                                            \
	const struct view variable = {shown, variable##_fields, sizeof variable##_fields / sizeof *variable##_fields}

DECLARE(site_link_view, "link", LINK_VIEW(ROW));
DECLARE(site_form_view, "form", FORM_VIEW(ROW));
DECLARE(site_picture_view, "picture", PICTURE_VIEW(ROW));
DECLARE(site_card_view, "card", CARD_VIEW(ROW));
DECLARE(site_group_view, "group", GROUP_VIEW(ROW));
DECLARE(site_step_view, "step", STEP_VIEW(ROW));
DECLARE(site_pager_view, "pager", PAGER_VIEW(ROW));
DECLARE(site_feed_view, "feed", FEED_VIEW(ROW));
DECLARE(site_correction_view, "correction", CORRECTION_VIEW(ROW));
DECLARE(site_passage_view, "passage", PASSAGE_VIEW(ROW));

#define DECLARE_PAGE(variable, shown, ...)                                                                             \
	static const struct view_field variable##_fields[] = {PAGE_VIEW(ROW) __VA_ARGS__};                             \
	static const struct view variable = {shown, variable##_fields,                                                 \
					     sizeof variable##_fields / sizeof *variable##_fields}

DECLARE_PAGE(front_view, "front", FRONT_VIEW(ROW));
DECLARE_PAGE(list_view, "list", LIST_VIEW(ROW));
DECLARE_PAGE(item_view, "item", ITEM_VIEW(ROW));
DECLARE_PAGE(archive_view, "archive", ARCHIVE_VIEW(ROW));
DECLARE_PAGE(search_view, "search", SEARCH_VIEW(ROW));
DECLARE_PAGE(notice_view, "notice", NOTICE_VIEW(ROW));

const struct site_page_view site_page_views[SITE_PAGES] = {
	[SITE_FRONT] = {"front", &front_view},       [SITE_LIST] = {"list", &list_view},
	[SITE_ITEM] = {"item", &item_view},          [SITE_STATIC] = {"page", &item_view},
	[SITE_ARCHIVE] = {"archive", &archive_view}, [SITE_INDEX] = {"index", &archive_view},
	[SITE_SEARCH] = {"search", &search_view},    [SITE_NOTICE] = {"notice", &notice_view},
};

const struct view *site_view_with_words(const struct view *view, const struct view *words, struct arena *arena)
{
	struct view_field *fields = arena_array(arena, struct view_field, view->field_count);
	struct view *copy = arena_new(arena, struct view);

	memcpy(fields, view->fields, view->field_count * sizeof *fields);
	assert(strcmp(fields[PAGE_t].name, "t") == 0);
	fields[PAGE_t].view = words;
	*copy = (struct view){view->name, fields, view->field_count};
	return copy;
}
