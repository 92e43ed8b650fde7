#include "site/list.h"

struct search_place {
	struct str query;
};

static struct str pager_search_address(const struct visit *visit, const void *context, int64_t page)
{
	const struct search_place *place = context;

	return address_search(visit, visit->language, place->query, page);
}

static int fill_found(struct visit *visit, const struct search_place *place, struct value *record, struct err *err)
{
	CATALOGUE_SET_SCOPED set =
		catalogue_select(visit->snapshot, &(struct catalogue_filter){.language = visit->language->key});
	size_t each = visit->site->options.page_items;
	int64_t page = request_param_number(visit->request, "page", 1), pages;
	const struct search_question question = {place->query, visit->language->code, (size_t)(page - 1) * each, each};
	struct search_result result = {0};
	int rc = 0;

	if (page <= PUBLIC_SEARCH_COUNT_MAX)
		rc = public_search(visit->worker->public, set, &question, visit->arena, &result, err);
	if (rc < 0)
		return rc;
	pages = (int64_t)((result.total + each - 1) / each);
	if (page > 1 && page > pages)
		return WEB_NOT_FOUND;
	record[SEARCH_tally].text =
		messages_format_str(visit->words, result.more ? STR("search_tally_more") : STR("search_tally"),
				    (struct message_arg[]){MESSAGE_NUMBER("count", (int64_t)result.total),
							   MESSAGE_TEXT("query", place->query)},
				    2, visit->arena);
	page_pager(visit, record, page, pages, pager_search_address, place);
	rc = card_list(visit, result.entry_ids, result.count, &record[SEARCH_cards], err);
	record[SEARCH_has_cards].flag = rc == 0 && record[SEARCH_cards].list.count > 0;
	record[SEARCH_nothing_found].flag = !record[SEARCH_has_cards].flag;
	return rc;
}

int show_search(struct visit *visit, struct err *err)
{
	struct search_place place = {request_param(visit->request, "q")};
	struct page_facts facts = {.title = words(visit, STR("search")),
				   .fixed = str_empty(place.query) ? "/search" : NULL,
				   .query = place.query,
				   .page = request_param_number(visit->request, "page", 1),
				   .no_index = true};
	struct value_vec crumbs = crumbs_begin(visit);
	struct value *record;
	int rc = 0;

	if (visit->site->options.as_files) { /* texts may lead here */
		response_redirect(visit->response, 301, address_fixed(visit, visit->language, "/archive/"));
		return 0;
	}
	response_tag(visit->response, "l%.*s", STR_ARG(visit->language->code));
	record = page_base(visit, SEARCH_COUNT, &facts);
	page_crumbs(record, &crumbs);
	record[SEARCH_heading].text = facts.title;
	record[PAGE_query].text = place.query;
	if (!str_empty(place.query))
		rc = fill_found(visit, &place, record, err);
	return rc ? rc : page_render(visit, SITE_SEARCH, record);
}
