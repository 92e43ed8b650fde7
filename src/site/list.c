#include "site/list.h"

#include <assert.h>

static struct str param(const struct visit *visit, enum filter filter)
{
	const struct route_param *params = visit->request->route->params;

	for (size_t i = 0; params && params[i].name; i++) {
		if (str_eq(str_from(params[i].name), str_from(filter_name(filter))))
			return visit->request->params[i];
	}
	return (struct str){0};
}

bool list_set(const struct visit *visit, enum filter filter, struct str text, struct list *list)
{
	struct str language = visit->language->code;
	int64_t number = 0;

	switch (filter) {
	case FILTER_KIND:
		return (list->kind = names_kind_slug(visit->names, language, text));
	case FILTER_TOPIC:
	case FILTER_CAMPAIGN:
	case FILTER_TAG:
		return (list->terms[filter] = names_term_slug(visit->names, filter_vocabulary(filter), language, text));
	case FILTER_PLACE:
		return (list->place = names_place_slug(visit->names, language, text));
	case FILTER_PERSON:
		return (list->person = names_contributor_slug(visit->names, text));
	case FILTER_YEAR:
		list->year = str_to_i64(text, &number) ? (int)number : 0;
		return list->year > 0;
	case FILTER_MONTH:
		list->month = str_to_i64(text, &number) ? (int)number : 0;
		return list->month > 0;
	case FILTERS:
	default:
		return false;
	}
}

static bool is_number(enum filter filter)
{
	return filter == FILTER_YEAR || filter == FILTER_MONTH;
}

/* A slug that belongs to another language, or an older spelling, leads to the one of this page's. */
static bool is_own_slug(const struct visit *visit, enum filter filter, const struct list *list, struct str text)
{
	return is_number(filter) || str_eq(filter_slug(visit, visit->language, list, filter), text);
}

static int read_path(struct visit *visit, enum filter primary, struct list *list, bool *own)
{
	struct str text;

	list->primary = primary;
	if (primary == FILTER_NONE)
		return 0;
	if (is_number(primary)) {
		if (!list_set(visit, FILTER_YEAR, request_capture(visit->request, "year"), list))
			return WEB_NOT_FOUND;
		if (primary == FILTER_MONTH &&
		    !list_set(visit, FILTER_MONTH, request_capture(visit->request, "month"), list))
			return WEB_NOT_FOUND;
		return 0;
	}
	text = request_capture(visit->request, "slug");
	if (!list_set(visit, primary, text, list))
		return WEB_NOT_FOUND;
	*own = *own && is_own_slug(visit, primary, list, text);
	return 0;
}

int list_read(struct visit *visit, enum filter primary, struct list *ret_list)
{
	struct list list = {0};
	bool own = true;
	size_t keys = 0;
	int rc = read_path(visit, primary, &list, &own);

	if (rc)
		return rc;
	for (enum filter filter = 0; filter < FILTERS; filter++) {
		struct str text = param(visit, filter);

		if (str_empty(text))
			continue;
		if (!list_set(visit, filter, text, &list))
			return WEB_NOT_FOUND;
		own = own && is_own_slug(visit, filter, &list, text);
	}
	for (enum filter filter = FILTER_TOPIC; filter <= FILTER_PERSON; filter++)
		keys += list_has(&list, filter);
	if (keys > LIMIT_FILTERS || (list.month != 0 && list.year == 0))
		return WEB_NOT_FOUND;
	*ret_list = list;
	if (!own) {
		list_tags(visit, &list);
		if (!list_is_known(visit, &list))
			return WEB_NOT_FOUND;
		response_redirect(visit->response, 301, address_list(visit, visit->language, &list, 1));
		return LIST_MOVED;
	}
	return 0;
}

static void add_key(struct catalogue_filter *filter, enum catalogue_dimension dimension, int64_t id)
{
	assert(filter->key_count < LIMIT_FILTERS);
	filter->keys[filter->key_count++] = (struct catalogue_key){dimension, id};
}

void list_filter(const struct visit *visit, const struct list *list, struct catalogue_filter *ret_filter)
{
	struct catalogue_filter filter = {.language = visit->language->key, .year = list->year, .month = list->month};

	if (list->kind)
		filter.kind = list->kind->id;
	for (enum filter i = 0; i < FILTERS; i++) {
		if (list->terms[i])
			add_key(&filter, CATALOGUE_TERM, list->terms[i]->id);
	}
	if (list->place)
		add_key(&filter, CATALOGUE_PLACE, list->place->id);
	if (list->person)
		add_key(&filter, CATALOGUE_CONTRIBUTOR, list->person->id);
	*ret_filter = filter;
}

/* One tag that every change of the list touches would be enough; the path's is the one that touches least. */
void list_tags(struct visit *visit, const struct list *list)
{
	bool any = false;

	if (list->kind) {
		visit_tag(visit, 'k', list->kind->id);
		any = true;
	}
	for (enum filter i = 0; i < FILTERS; i++) {
		if (list->terms[i]) {
			visit_tag(visit, 't', list->terms[i]->id);
			any = true;
		}
	}
	if (list->place) {
		visit_tag(visit, 'p', list->place->id);
		any = true;
	}
	if (list->person) {
		visit_tag(visit, 'c', list->person->id);
		any = true;
	}
	if (list->month) {
		visit_tag(visit, 'm', (int64_t)list->year * 100 + list->month);
		any = true;
	} else if (list->year) {
		visit_tag(visit, 'y', list->year);
		any = true;
	}
	if (!any)
		response_tag(visit->response, "l%.*s", STR_ARG(visit->language->code));
}

static struct label date_label(const struct visit *visit, const struct list *list, enum filter filter)
{
	BUF_SCOPED out = BUF_INIT(256);

	date_put_month(visit->worker->dates, visit->language->code,
		       filter == FILTER_MONTH ? DATE_MONTH_YEAR : DATE_YEAR, list->year,
		       filter == FILTER_MONTH ? list->month : 1, &out);
	return (struct label){.language = visit->language->code, .name = buf_copy(&out, visit->arena)};
}

struct label list_label(const struct visit *visit, const struct list *list, enum filter filter)
{
	struct str language = visit->language->code;
	struct label label = {.language = language};

	if (is_number(filter))
		return date_label(visit, list, filter);
	if (filter == FILTER_PERSON) {
		label.name = list->person->name;
		return label;
	}
	if (filter == FILTER_PLACE)
		return *labels_find(visit->names, list->place->labels, language);
	if (filter != FILTER_KIND)
		return *labels_find(visit->names, list->terms[filter]->labels, language);
	label = kind_label(visit, list->kind);
	if (!str_empty(label.plural))
		label.name = label.plural;
	return label;
}

struct str list_heading(const struct visit *visit, const struct list *list)
{
	return list->primary == FILTER_NONE ? words(visit, STR("latest")) : list_label(visit, list, list->primary).name;
}

struct str list_title(const struct visit *visit, const struct list *list)
{
	struct str heading = list_heading(visit, list), others;
	BUF_SCOPED out = BUF_INIT(LIMIT_PAGE_BYTES);

	for (enum filter filter = 0; filter < FILTERS; filter++) {
		if (!list_has(list, filter) || filter == list->primary || (filter == FILTER_YEAR && list->month != 0))
			continue;
		if (out.len > 0)
			buf_printf(&out, "%.*s ", STR_ARG(words(visit, STR("comma"))));
		buf_put(&out, list_label(visit, list, filter).name);
	}
	if (out.len == 0)
		return heading;
	others = buf_copy(&out, visit->arena);
	return messages_format_str(
		visit->words, STR("title_in"),
		(struct message_arg[]){MESSAGE_TEXT("title", heading), MESSAGE_TEXT("filters", others)}, 2,
		visit->arena);
}

struct str list_introduction(const struct visit *visit, const struct list *list)
{
	if (list->primary == FILTER_PERSON)
		return labels_find(visit->names, list->person->labels, visit->language->code)->intro;
	if (list->primary == FILTER_NONE || is_number(list->primary))
		return (struct str){0};
	return list_label(visit, list, list->primary).intro;
}
