/* Pages for what is not there: 404, 410 with its note, and answers that failed. */
#include "site/list.h"

#define RECENT 6

static int fill_recent(struct visit *visit, struct value *record, struct err *err)
{
	CATALOGUE_SET_SCOPED set = catalogue_select_front(visit->snapshot, visit->language->key);
	int64_t ids[RECENT];
	size_t count = catalogue_page(set, 0, RECENT, ids);
	int rc = card_list(visit, ids, count, &record[NOTICE_cards], err);

	record[NOTICE_has_cards].flag = rc == 0 && record[NOTICE_cards].list.count > 0;
	return rc;
}

static struct value *notice_record(struct visit *visit, struct str heading_word, struct str text_word)
{
	struct page_facts facts = {.title = words(visit, heading_word), .no_index = true};
	struct value *record = page_base(visit, NOTICE_COUNT, &facts);

	record[NOTICE_heading].text = facts.title;
	record[NOTICE_explanation].text = words(visit, text_word);
	return record;
}

int notice_gone(struct visit *visit, const struct found *found, struct err *err)
{
	const struct site_language *language =
		str_empty(found->language) ? NULL : site_language(visit->site, found->language);
	struct value *record;
	int rc;

	if (language)
		visit_speak(visit, language);
	visit->response->status = WEB_GONE;
	response_tag(visit->response, "l%.*s", STR_ARG(visit->language->code));
	record = notice_record(visit, STR("gone_heading"), STR("gone_text"));
	record[NOTICE_note].text = found->note;
	rc = fill_recent(visit, record, err);
	return rc ? rc : page_render(visit, SITE_NOTICE, record);
}

static int show_missing(struct visit *visit, struct err *err)
{
	struct value *record = notice_record(visit, STR("missing_heading"), STR("missing_text"));
	int rc = fill_recent(visit, record, err);

	response_tag(visit->response, "l%.*s", STR_ARG(visit->language->code));
	return rc ? rc : page_render(visit, SITE_NOTICE, record);
}

static int show_broken(struct visit *visit, struct err *err)
{
	(void)err;
	return page_render(visit, SITE_NOTICE, notice_record(visit, STR("broken_heading"), STR("broken_text")));
}

int notice_error(void *app, void *worker, const struct request *request, int status, struct response *response,
		 struct err *err)
{
	if (!worker)
		return err_set(err, ERR_STOPPED, "no worker renders this page");
	return visit(app, worker, request, response, status >= 500 ? show_broken : show_missing, err);
}
