#include "site/list.h"

static struct str pager_list_address(const struct visit *visit, const void *context, int64_t page)
{
	return address_list(visit, visit->language, context, page);
}

static struct str tally(const struct visit *visit, size_t count, int64_t page, int64_t pages)
{
	const struct message_arg args[] = {MESSAGE_NUMBER("count", (int64_t)count), MESSAGE_NUMBER("page", page),
					   MESSAGE_NUMBER("pages", pages)};

	if (pages < 2)
		return messages_format_str(visit->words, STR("tally"), args, 1, visit->arena);
	return messages_format_str(visit->words, STR("tally_page"), args, 3, visit->arena);
}

static void fill_active(const struct visit *visit, const struct list *list, struct value *record)
{
	struct value_vec links = {0};
	struct list bare = {.primary = list->primary};

	for (enum filter filter = 0; filter < FILTERS; filter++) {
		struct list less;
		struct label label;

		if (!list_has(list, filter) || filter == list->primary ||
		    (filter == FILTER_YEAR && list->primary == FILTER_MONTH))
			continue;
		less = list_without(list, filter);
		label = list_label(visit, list, filter);
		links_add_label(visit, &links, address_list(visit, visit->language, &less, 1), &label, -1);
	}
	if (links.len == 0)
		return;
	if (list->primary == FILTER_YEAR || list->primary == FILTER_MONTH)
		bare.year = list->year;
	if (list->primary == FILTER_MONTH)
		bare.month = list->month;
	if (list->primary == FILTER_KIND)
		bare.kind = list->kind;
	if (list->primary == FILTER_PLACE)
		bare.place = list->place;
	if (list->primary == FILTER_PERSON)
		bare.person = list->person;
	if (list->primary < FILTERS)
		bare.terms[list->primary] = list->terms[list->primary];
	record[LIST_active] = links_value(&links);
	record[LIST_has_active].flag = true;
	record[LIST_clear_url].text = address_list(visit, visit->language, &bare, 1);
}

/* The way down: index page, then what stands above, region before country. */
static void add_parents(const struct visit *visit, const struct list *list, struct value_vec *crumbs,
			struct value *record)
{
	const struct named_term *term = list->primary < FILTERS ? list->terms[list->primary] : NULL;
	struct labels above[8];
	struct str urls[8];
	size_t count = 0;

	if (term) {
		for (term = term->parent; term && count < 8; term = term->parent) {
			urls[count] = address_term(visit, term);
			above[count++] = term->labels;
		}
	} else if (list->primary == FILTER_PLACE) {
		for (const struct named_place *place = list->place->parent; place && count < 8; place = place->parent) {
			urls[count] = address_place(visit, place);
			above[count++] = place->labels;
		}
	}
	for (size_t i = count; i > 0; i--) {
		struct value *link = links_add_label(
			visit, crumbs, urls[i - 1], labels_find(visit->names, above[i - 1], visit->language->code), -1);

		if (i == 1) {
			struct value *eyebrow = arena_array(visit->arena, struct value, LINK_COUNT);

			for (int field = 0; field < LINK_COUNT; field++)
				eyebrow[field] = link[field];
			record[LIST_eyebrow].object = eyebrow;
		}
	}
}

static void fill_crumbs(const struct visit *visit, const struct list *list, struct value *record)
{
	static const struct {
		struct str word;
		const char *path;
	} indexes[FILTERS] = {
		[FILTER_TOPIC] = {STR_INIT("topics"), "/topic/"},
		[FILTER_PLACE] = {STR_INIT("places"), "/place/"},
		[FILTER_CAMPAIGN] = {STR_INIT("campaigns"), "/campaign/"},
		[FILTER_TAG] = {STR_INIT("tags"), "/tag/"},
		[FILTER_PERSON] = {STR_INIT("people"), "/person/"},
		[FILTER_YEAR] = {STR_INIT("archive"), "/archive/"},
		[FILTER_MONTH] = {STR_INIT("archive"), "/archive/"},
	};
	struct value_vec crumbs = crumbs_begin(visit);

	if (list->primary < FILTERS && indexes[list->primary].path) {
		struct value *link = links_add(visit, &crumbs);

		link[LINK_url].text = address_fixed(visit, visit->language, indexes[list->primary].path);
		link[LINK_label].text = words(visit, indexes[list->primary].word);
	}
	if (list->primary == FILTER_MONTH) {
		struct list year = {.primary = FILTER_YEAR, .year = list->year};
		struct label label = list_label(visit, &year, FILTER_YEAR);

		links_add_label(visit, &crumbs, address_list(visit, visit->language, &year, 1), &label, -1);
	}
	add_parents(visit, list, &crumbs, record);
	page_crumbs(record, &crumbs);
}

/* What stands right below a place or term. */
static int64_t *children(const struct visit *visit, const struct list *list, size_t *ret_count)
{
	const struct named_place *places;
	const struct named_term *terms;
	bool place = list->primary == FILTER_PLACE;
	size_t total = place ? names_places(visit->names, &places) : names_terms(visit->names, &terms), count = 0;
	int64_t *ids = arena_array(visit->arena, int64_t, total);

	for (size_t i = 0; i < total; i++) {
		if (place ? places[i].parent == list->place : terms[i].parent == list->terms[list->primary])
			ids[count++] = place ? places[i].id : terms[i].id;
	}
	*ret_count = count;
	return ids;
}

/* Countries of a region, parts of a topic: those that have items under the same filters. */
static void fill_within(struct visit *visit, const struct list *list, const struct catalogue_set *set,
			struct value *record)
{
	bool place = list->primary == FILTER_PLACE;
	struct catalogue_facets facets;
	struct value_vec links = {0};
	int64_t *ids;
	size_t count;

	if (!place && (list->primary == FILTER_NONE || str_empty(filter_vocabulary(list->primary))))
		return;
	ids = children(visit, list, &count);
	if (count == 0)
		return;
	facets = catalogue_facets(set, place ? CATALOGUE_PLACE : CATALOGUE_TERM, ids, count, visit->arena);
	for (size_t i = 0; i < facets.len; i++) {
		struct list below = *list;
		struct label label;

		if (place)
			below.place = names_place(visit->names, facets.at[i].key);
		else
			below.terms[list->primary] = names_term(visit->names, facets.at[i].key);
		label = list_label(visit, &below, list->primary);
		links_add_label(visit, &links, address_list(visit, visit->language, &below, 1), &label,
				(int64_t)facets.at[i].count);
	}
	record[LIST_within] = links_value(&links);
	record[LIST_has_within].flag = links.len > 0;
}

static bool is_country_code(struct str code)
{
	return code.len == 2;
}

static void fill_head(struct visit *visit, const struct list *list, struct value *record)
{
	record[LIST_heading].text = list_heading(visit, list);
	if (list->primary != FILTER_NONE) {
		struct label label = list_label(visit, list, list->primary);

		language_mark(visit, label.language, &record[LIST_heading_code].text, &record[LIST_heading_dir].text);
		record[LIST_introduction].object = passage(visit, list_introduction(visit, list), label.language);
	}
	if (list->primary == FILTER_KIND) {
		struct value *link = arena_array(visit->arena, struct value, LINK_COUNT);

		kind_link(visit, list->kind, true, link);
		record[LIST_icon].text = link[LINK_icon].text;
	}
	if (list->primary == FILTER_PLACE && is_country_code(list->place->code))
		record[LIST_iso].text = list->place->code;
}

static struct str page_title(const struct visit *visit, const struct list *list, int64_t page)
{
	const struct message_arg args[] = {MESSAGE_TEXT("title", list_title(visit, list)),
					   MESSAGE_NUMBER("page", page)};

	return page < 2 ? args[0].text : messages_format_str(visit->words, STR("title_page"), args, 2, visit->arena);
}

static int read_cards(struct visit *visit, const struct catalogue_set *set, int64_t page, struct shown *ret_shown,
		      struct err *err)
{
	size_t each = visit->site->options.page_items;
	int64_t *ids = arena_array(visit->arena, int64_t, each);
	size_t count = catalogue_page(set, (size_t)(page - 1) * each, each, ids);

	return public_cards(visit->worker->public, visit->snapshot, ids, count, visit->arena, &ret_shown->cards,
			    &ret_shown->count, err);
}

/* Names alone tell something: a topic or place whose items nobody may see yet has no page in any language. Kinds
 * belong to the house and may be empty. */
bool list_is_known(const struct visit *visit, const struct list *list)
{
	for (enum filter filter = FILTER_TOPIC; filter < FILTERS; filter++) {
		struct list only = *list;
		struct catalogue_filter narrow;
		CATALOGUE_SET_SCOPED set = NULL;

		if (!list_has(list, filter))
			continue;
		for (enum filter other = 0; other < FILTERS; other++) {
			if (other != filter && !(filter == FILTER_MONTH && other == FILTER_YEAR))
				only = list_without(&only, other);
		}
		list_filter(visit, &only, &narrow);
		narrow.language = CATALOGUE_EVERY_LANGUAGE;
		set = catalogue_select(visit->snapshot, &narrow);
		if (catalogue_count(set) == 0)
			return false;
	}
	return true;
}

int list_show(struct visit *visit, const struct list *list, int64_t page, struct err *err)
{
	struct catalogue_filter filter;
	struct page_facts facts = {.list = list, .page = page, .no_index = list_filter_count(list) > 1};
	CATALOGUE_SET_SCOPED set = NULL;
	struct shown shown = {0};
	struct value *record;
	size_t count;
	int64_t pages;
	int rc;

	list_tags(visit, list);
	list_filter(visit, list, &filter);
	/* Without filters this goes on behind the front page, in its order. */
	set = list_filter_count(list) == 0 ? catalogue_select_front(visit->snapshot, visit->language->key)
					   : catalogue_select(visit->snapshot, &filter);
	count = catalogue_count(set);
	pages = (int64_t)((count + visit->site->options.page_items - 1) / visit->site->options.page_items);
	if ((page > 1 && page > pages) || (count == 0 && !list_is_known(visit, list)))
		return WEB_NOT_FOUND;
	rc = read_cards(visit, set, page, &shown, err);
	if (rc)
		return rc;
	facts.title = page_title(visit, list, page);
	facts.description = list_introduction(visit, list);
	record = page_base(visit, LIST_COUNT, &facts);
	fill_head(visit, list, record);
	fill_crumbs(visit, list, record);
	fill_within(visit, list, set, record);
	fill_active(visit, list, record);
	if (!visit->site->options.as_files)
		record[LIST_facets] = list_facets(visit, list, set, &shown);
	record[LIST_has_facets].flag = record[LIST_facets].list.count > 0 || record[LIST_has_active].flag;
	record[LIST_tally].text = tally(visit, count, page, pages);
	page_pager(visit, record, page, pages, pager_list_address, list);
	record[LIST_cards] = card_records(visit, shown.cards, shown.count);
	record[LIST_has_cards].flag = shown.count > 0;
	return page_render(visit, SITE_LIST, record);
}
