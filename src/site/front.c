#include "site/list.h"

#define SECONDS        2  /* beside the lead */
#define BREAKING_AMONG 20 /* the newest of these that are breaking stand in the banner … */
#define BREAKING_MAX   3  /* … at most so many */
#define EXPLORE        16 /* topics, places */

/* The front page's own query: what old addresses of imported sites had ("/?p=12"). */
static bool has_old_query(const struct visit *visit)
{
	static const char *const names[] = {"p", "page_id", "attachment_id"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (!str_empty(request_param(visit->request, names[i])))
			return true;
	}
	return false;
}

static int fill_breaking(struct visit *visit, const struct catalogue_set *set, struct value *record, struct err *err)
{
	int64_t ids[BREAKING_AMONG], breaking[BREAKING_MAX];
	size_t count = catalogue_page(set, 0, BREAKING_AMONG, ids), taken = 0;
	struct card *cards;
	int rc = public_cards(visit->worker->public, visit->snapshot, ids, count, visit->arena, &cards, &count, err);

	if (rc)
		return rc;
	for (size_t i = 0; i < count && taken < BREAKING_MAX; i++) {
		if (visit->request->now_s < cards[i].breaking_until_s)
			breaking[taken++] = cards[i].entry_id;
	}
	rc = card_list(visit, breaking, taken, &record[PAGE_breaking], err);
	record[PAGE_has_breaking].flag = taken > 0;
	return rc;
}

static void fill_news(struct value *record, struct value cards)
{
	size_t seconds = cards.list.count > 1 ? cards.list.count - 1 : 0;

	if (cards.list.count == 0)
		return;
	if (seconds > SECONDS)
		seconds = SECONDS;
	record[FRONT_has_news].flag = true;
	record[FRONT_lead].object = cards.list.rows;
	record[FRONT_seconds] = value_list(cards.list.rows + CARD_COUNT, seconds);
	record[FRONT_cards] = value_list(cards.list.rows + (1 + seconds) * CARD_COUNT, cards.list.count - 1 - seconds);
	record[FRONT_has_cards].flag = record[FRONT_cards].list.count > 0;
}

static struct value explore(struct visit *visit, const struct catalogue_set *set, enum filter filter)
{
	size_t count;
	int64_t *ids = filter_values(visit, filter, &count);
	struct catalogue_facets facets = {0};
	struct value_vec links = {0};

	if (count > 0)
		facets = catalogue_facets(set, filter_dimension(filter), ids, count, visit->arena);

	for (size_t i = 0; i < facets.len && links.len < (size_t)EXPLORE * LINK_COUNT; i++) {
		struct list list = {.primary = filter};
		struct label label;

		if (filter == FILTER_PLACE)
			list.place = names_place(visit->names, facets.at[i].key);
		else
			list.terms[filter] = names_term(visit->names, facets.at[i].key);
		if (!list_has(&list, filter))
			continue;
		label = list_label(visit, &list, filter);
		links_add_label(visit, &links, address_list(visit, visit->language, &list, 1), &label,
				(int64_t)facets.at[i].count);
	}
	return links_value(&links);
}

static struct str pager_front_address(const struct visit *visit, const void *context, int64_t page)
{
	return address_list(visit, visit->language, context, page);
}

static int show_first_page(struct visit *visit, const struct list *list, struct err *err)
{
	struct page_facts facts = {.list = list, .page = 1};
	CATALOGUE_SET_SCOPED set = catalogue_select_front(visit->snapshot, visit->language->key);
	size_t each = visit->site->options.page_items, count;
	int64_t *ids = arena_array(visit->arena, int64_t, each);
	struct value *record, cards;
	int rc;

	response_tag(visit->response, "l%.*s", STR_ARG(visit->language->code));
	facts.description = names_text(visit->names, STR("introduction"), visit->language->code);
	record = page_base(visit, FRONT_COUNT, &facts);
	record[FRONT_line].object = site_passage(visit, STR("line"));
	if (!record[FRONT_line].object)
		record[FRONT_line].object = passage(visit, site_name(visit), visit->language->code);
	record[FRONT_introduction].object = site_passage(visit, STR("introduction"));
	count = catalogue_page(set, 0, each, ids);
	rc = card_list(visit, ids, count, &cards, err);
	if (rc == 0)
		rc = fill_breaking(visit, set, record, err);
	if (rc)
		return rc;
	fill_news(record, cards);
	record[FRONT_topics] = explore(visit, set, FILTER_TOPIC);
	record[FRONT_has_topics].flag = record[FRONT_topics].list.count > 0;
	record[FRONT_places] = explore(visit, set, FILTER_PLACE);
	record[FRONT_has_places].flag = record[FRONT_places].list.count > 0;
	page_pager(visit, record, 1, (int64_t)((catalogue_count(set) + each - 1) / each), pager_front_address, list);
	return page_render(visit, SITE_FRONT, record);
}

int show_front(struct visit *visit, struct err *err)
{
	int64_t page = request_param_number(visit->request, "page", 1);
	struct list list;
	int rc;

	if (has_old_query(visit))
		return show_path(visit, err);
	if (!str_empty(request_param(visit->request, "s")) || !str_empty(request_param(visit->request, "feed")))
		return show_old_query(visit);
	rc = list_read(visit, FILTER_NONE, &list);
	if (rc)
		return rc == LIST_MOVED ? 0 : rc;
	if (list_filter_count(&list) == 0 && page == 1)
		return show_first_page(visit, &list, err);
	return list_show(visit, &list, page, err);
}
